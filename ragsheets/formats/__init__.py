"""The files of other programs: spreadsheets, messages, documents, archives. Knows no plan and no period."""
