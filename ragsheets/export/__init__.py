"""The answers as a table for other programs: one file for each form that it is written in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.export.rows import ExportedFile, TidyTable

#: The forms, which are also their files' suffixes.
FILE_FORMATS = ("xlsx", "csv", "json", "parquet")
#: Those that are text and may be written to standard output.
TEXT_FORMATS = ("csv", "json")


def export_file(table: TidyTable, file_format: str) -> ExportedFile:
    """The rows as a file of one of `FORMS`; the same rows give the same bytes.

    Raises ProjectError where a program library that the form needs is not installed.
    """
    write: Callable[[TidyTable], ExportedFile] = import_module(f"ragsheets.export.{file_format}").write
    return write(table)
