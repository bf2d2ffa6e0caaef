"""The combined Word report."""
