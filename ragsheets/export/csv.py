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

from ragsheets.export.rows import NUMBER, Field, Tidy, Written

#: What a spreadsheet may take for a formula (OWASP, "CSV Injection").
_LIKE_A_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[ ]*[\t\r\n])")
#: What no text in UTF-8 may hold, and the sign at which programs end a text.
_REFUSED = re.compile("[\x00\ud800-\udfff]")


def write(tidy: Tidy) -> Written:
    """The rows as the bytes of a .csv file, a line of the columns' names first."""
    buffer = io.StringIO(newline="")
    lines = csv.writer(buffer)
    lines.writerow(field.name for field in tidy.fields)
    left_out = []
    for number, row in enumerate(tidy.rows):
        cells = []
        for place, (field, text) in enumerate(zip(tidy.fields, row, strict=True)):
            if _REFUSED.search(text):
                left_out.append(tidy.place(number, place))
            cells.append(_guarded(_REFUSED.sub("", text), field))
        lines.writerow(cells)
    return Written(codecs.BOM_UTF8 + buffer.getvalue().encode(), tuple(left_out))


def _guarded(text: str, field: Field) -> str:
    """A text as no spreadsheet takes it for a formula."""
    if field.kind == "number" and NUMBER.fullmatch(text):
        return text
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text
