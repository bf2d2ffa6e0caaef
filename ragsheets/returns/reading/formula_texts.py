"""Find cells whose value is only the text of their own formula: a picture in the cell, or never calculated."""

from __future__ import annotations

import re
from dataclasses import replace

from ragsheets.returns.reading.sheet import ReturnedSheet, with_values

#: What WPS writes as the value of a cell that shows a picture: the formula itself, with the picture's name.
_PICTURE_FORMULA = re.compile(r"""=\s*(?:_xlfn\.)?DISPIMG\(\s*["'](?P<name>[^"']*)["'].*""", re.IGNORECASE | re.DOTALL)
#: What programs write differently in the same formula: blanks, and the prefixes of newer functions.
_FORMULA_NOISE = re.compile(r"\s|_xlfn\.|_xlws\.")


def without_formula_texts(sheet: ReturnedSheet) -> ReturnedSheet:
    """Return a sheet with values that are only a formula's text kept apart, except in rows that are as sent.

    Text that a contact typed counts only where it shows a picture: a formula typed into a cell for text is text.
    """
    texts = {
        (row, column): value.strip()
        for row, values in enumerate(sheet.rows)
        if row not in sheet.unchanged_rows
        for column, value in enumerate(values)
        if isinstance(value, str) and value[:1] == "="
    }
    if not texts:
        return sheet
    formulas = sheet.details.formulas(sheet.name)
    formula_texts = {
        cell: text
        for cell, text in texts.items()
        if picture_name(text) is not None or (cell in formulas and _is_text_of(text, formulas[cell]))
    }
    rows = with_values(sheet.rows, dict.fromkeys(formula_texts, ""))
    return replace(sheet, rows=rows, formula_texts=formula_texts)


def picture_name(text: str) -> str | None:
    """Return the name of the picture that a formula of this text shows in its cell; None where it shows none."""
    match = _PICTURE_FORMULA.fullmatch(text)
    return match["name"] if match else None


def _is_text_of(text: str, formula: str) -> bool:
    """Return whether a value is the text of its cell's formula; True where the formula is unknown ("")."""
    plain_text, plain_formula = (_FORMULA_NOISE.sub("", part).casefold() for part in (text[1:], formula))
    return not formula or plain_text == plain_formula
