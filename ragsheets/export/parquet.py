"""Tidy rows as .parquet, each column of texts."""

from __future__ import annotations

import io
import re

from ragsheets.errors import ProjectError
from ragsheets.export.rows import ExportedFile, TidyTable

_UNSUPPORTED_CHARACTERS = re.compile("[\ud800-\udfff]")


def write(table: TidyTable) -> ExportedFile:
    """The rows as the bytes of a .parquet file; raises ProjectError where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ProjectError(
            "a .parquet file needs the program library pyarrow, which is not installed.",
            where="export",
            fix='Install it with: pip install "ragsheets[parquet]"; or write .csv or .json.',
        ) from None
    left_out = [
        table.cell_label(number, place)
        for number, row in enumerate(table.rows)
        for place, text in enumerate(row)
        if _UNSUPPORTED_CHARACTERS.search(text)
    ]
    columns = {
        field.name: pyarrow.array([_UNSUPPORTED_CHARACTERS.sub("", row[place]) for row in table.rows], pyarrow.string())
        for place, field in enumerate(table.columns)
    }
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), buffer)
    return ExportedFile(buffer.getvalue(), tuple(left_out))
