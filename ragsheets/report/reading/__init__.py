"""A Word document in the report's layout, read back step by step.

`package` opens the file, `blocks` (with `numbering`) turns its markup into paragraphs and tables, `phrases` and
`columns` know the layout's own words, `scan` walks through it all, `values` is what comes out; `ragsheets.report.read`
is the door.
"""
