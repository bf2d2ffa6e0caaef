"""The page that explains to contacts how to fill in the workbook: its content, as a Word document, and as Markdown."""
