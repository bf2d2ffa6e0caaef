"""Tidy rows as .json: a list of objects, each value a text."""

from __future__ import annotations

import json

from ragsheets.export.rows import ExportedFile, TidyTable


def write(table: TidyTable) -> ExportedFile:
    """The rows as the bytes of a .json file in UTF-8; half a sign, which UTF-8 cannot hold, is written as its code."""
    names = [field.name for field in table.columns]
    objects = [dict(zip(names, row, strict=True)) for row in table.rows]
    text = json.dumps(objects, ensure_ascii=False, indent=1)
    return ExportedFile(f"{text}\n".encode("utf-8", "backslashreplace"))
