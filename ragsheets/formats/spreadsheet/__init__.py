"""Read spreadsheets of other programs: .xlsx, .xlsb, .xls and .ods."""
