"""The Word reports: the combined report and the end-of-year report."""
