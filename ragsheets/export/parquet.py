"""Tidy rows as .parquet, each column of texts."""

from __future__ import annotations

import io
import re

from ragsheets.errors import ProjectError
from ragsheets.export.rows import Tidy, Written

_REFUSED = re.compile("[\ud800-\udfff]")


def write(tidy: Tidy) -> Written:
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
        tidy.place(number, place)
        for number, row in enumerate(tidy.rows)
        for place, text in enumerate(row)
        if _REFUSED.search(text)
    ]
    columns = {
        field.name: pyarrow.array([_REFUSED.sub("", row[place]) for row in tidy.rows], pyarrow.string())
        for place, field in enumerate(tidy.fields)
    }
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), buffer)
    return Written(buffer.getvalue(), tuple(left_out))
