"""Tidy rows as .csv (RFC 4180): UTF-8 with the mark that Excel knows it by, and no text that it takes for a formula.

A text that begins with one of = + - @, or their wide forms, or with a tab or a line end, also after blanks, is written
with an apostrophe before it. So that it can be taken off again, one that begins so after apostrophes of its own gets
one more: a cell that begins with an apostrophe and then such a sign has one too many, and every other has none.
Numbers under a column of numbers stay as they are.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from ragsheets.export.rows import NUMBER_PATTERN, ExportColumn, ExportedFile, TidyTable

#: What a spreadsheet may take for a formula (OWASP, "CSV Injection").
_FORMULA_LIKE = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[ ]*[\t\r\n])")
#: What no text in UTF-8 may hold, and the sign at which programs end a text.
_UNSUPPORTED_CHARACTERS = re.compile("[\x00\ud800-\udfff]")


def write(table: TidyTable) -> ExportedFile:
    """The rows as the bytes of a .csv file, a line of the columns' names first."""
    buffer = io.StringIO(newline="")
    lines = csv.writer(buffer)
    lines.writerow(field.name for field in table.columns)
    left_out = []
    for number, row in enumerate(table.rows):
        cells = []
        for place, (field, text) in enumerate(zip(table.columns, row, strict=True)):
            if _UNSUPPORTED_CHARACTERS.search(text):
                left_out.append(table.cell_label(number, place))
            cells.append(_escape_formula(_UNSUPPORTED_CHARACTERS.sub("", text), field))
        lines.writerow(cells)
    return ExportedFile(codecs.BOM_UTF8 + buffer.getvalue().encode(), tuple(left_out))


def _escape_formula(text: str, column: ExportColumn) -> str:
    """A text as no spreadsheet takes it for a formula."""
    if column.kind == "number" and NUMBER_PATTERN.fullmatch(text):
        return text
    return f"'{text}" if _FORMULA_LIKE.match(text) else text
