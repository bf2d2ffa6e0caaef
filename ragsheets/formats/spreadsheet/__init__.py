"""Spreadsheets as other programs make them: .xlsx, .xlsb, .xls and .ods."""
