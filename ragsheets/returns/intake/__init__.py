"""Returned files received: found, opened by workers, kept."""
