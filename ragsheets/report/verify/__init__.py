"""Comparison of a report with itself and with the ledger."""
