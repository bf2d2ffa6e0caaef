"""Tidy rows as .csv (RFC 4180): UTF-8 with the byte order mark that Excel expects, and no text that could be a formula.

A text that begins with one of = + - @, or their wide forms, or with a tab or a line end, also after blanks, is written
with an apostrophe before it. To make this reversible, a text that begins so after apostrophes of its own gets one more:
a cell that begins with an apostrophe and then such a sign has one too many, and every other has none. Numbers in a
column of numbers are unchanged.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from ragsheets.export.rows import NUMBER_PATTERN, ExportColumn, ExportedFile, TidyTable

#: Texts that a spreadsheet may read as a formula (OWASP, "CSV Injection").
_FORMULA_LIKE = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[ ]*[\t\r\n])")
#: Characters that UTF-8 cannot encode, and NUL, at which programs end a text.
_UNSUPPORTED_CHARACTERS = re.compile("[\x00\ud800-\udfff]")


def write(table: TidyTable) -> ExportedFile:
    """Return the rows as a .csv file with a header line, and the cells in which characters were dropped."""
    buffer = io.StringIO(newline="")
    csv_writer = csv.writer(buffer)
    csv_writer.writerow(column.name for column in table.columns)
    table, cells_with_dropped_characters = table.without(_UNSUPPORTED_CHARACTERS)
    for row in table.rows:
        csv_writer.writerow(map(_escape_formula, row, table.columns))
    return ExportedFile(codecs.BOM_UTF8 + buffer.getvalue().encode(), cells_with_dropped_characters)


def _escape_formula(text: str, column: ExportColumn) -> str:
    """Return a text in a form that no spreadsheet reads as a formula."""
    if column.kind == "number" and NUMBER_PATTERN.fullmatch(text):
        return text
    return f"'{text}" if _FORMULA_LIKE.match(text) else text
