"""Reading of Word documents in the report's layout.

`package` opens the file, `blocks` (with `numbering`) turns its XML into paragraphs and tables, `phrases` and `columns`
recognise the layout's lines and headings, `scanner` goes through the document from top to bottom, and `reader` builds
the values of `model` from what it collected.
"""
