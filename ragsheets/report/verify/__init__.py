"""A report compared with itself and with the ledger."""
