"""Intake of returned files: they are collected, opened by worker processes and stored in the ledger."""
