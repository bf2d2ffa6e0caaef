"""The version of ragsheets, shared by the package, the ledger and the reports."""

__version__ = "0.1.0"
