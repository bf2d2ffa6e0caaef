"""Read files of other programs: spreadsheets, messages, documents, archives; independent of plans and periods."""
