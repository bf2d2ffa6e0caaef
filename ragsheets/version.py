"""The version of ragsheets, in one place for the package, the ledger and the reports."""

__version__ = "0.1.0"
