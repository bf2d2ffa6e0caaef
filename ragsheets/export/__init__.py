"""Export of the answers as a table for other programs, with one module for each file format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.export.rows import ExportedFile, TidyTable

#: The formats, which are also the file suffixes.
FILE_FORMATS = ("xlsx", "csv", "json", "parquet")
#: The text formats, which may be written to standard output.
TEXT_FORMATS = ("csv", "json")


def export_file(table: TidyTable, file_format: str) -> ExportedFile:
    """Return the rows as a file in one of `FILE_FORMATS`; the same rows give the same bytes.

    Raises ProjectError if a library that the format needs is not installed.
    """
    write: Callable[[TidyTable], ExportedFile] = import_module(f"ragsheets.export.{file_format}").write
    return write(table)
