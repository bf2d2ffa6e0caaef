"""Tidy rows as .json: a list of objects, each value a text."""

from __future__ import annotations

import json

from ragsheets.export.rows import ExportedFile, TidyTable


def write(table: TidyTable) -> ExportedFile:
    """Return the rows as the bytes of a .json file in UTF-8; lone surrogates are written as their codes."""
    names = [column.name for column in table.columns]
    objects = [dict(zip(names, row, strict=True)) for row in table.rows]
    text = json.dumps(objects, ensure_ascii=False, indent=1)
    return ExportedFile(f"{text}\n".encode("utf-8", "backslashreplace"))
