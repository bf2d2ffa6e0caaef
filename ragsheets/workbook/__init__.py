"""The standard workbook: laid out, made, sent, and read again."""
