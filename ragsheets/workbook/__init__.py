"""The standard workbook: its layout, its file and the record of what was sent."""
