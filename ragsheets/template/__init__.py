"""A template: what is asked in a workbook, and how workbook and report look."""
