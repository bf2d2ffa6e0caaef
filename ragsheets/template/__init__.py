"""The template: the questions asked in a workbook, and the look of workbook and report."""
