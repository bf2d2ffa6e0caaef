"""Tidy rows as .parquet, with every column of type string."""

from __future__ import annotations

import io
import re

from ragsheets.errors import ProjectError
from ragsheets.export.rows import ExportedFile, TidyTable

_UNSUPPORTED_CHARACTERS = re.compile("[\ud800-\udfff]")


def write(table: TidyTable) -> ExportedFile:
    """Return the rows as the bytes of a .parquet file; raises ProjectError if pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ProjectError(
            "a .parquet file needs the program library pyarrow, which is not installed.",
            where="export",
            fix='Install it with: pip install "ragsheets[parquet]"; or write .csv or .json.',
        ) from None
    table, cells_with_dropped_characters = table.without(_UNSUPPORTED_CHARACTERS)
    columns = {
        column.name: pyarrow.array([row[index] for row in table.rows], pyarrow.string())
        for index, column in enumerate(table.columns)
    }
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), buffer)
    return ExportedFile(buffer.getvalue(), cells_with_dropped_characters)
