"""The archive: whatever the text of a cell, the file is written and opens."""

from __future__ import annotations

import io
import tempfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.text import clean_for_office
from ragsheets.workbook import archive


def round_trip(text: str) -> object:
    """Write a text to a cell as `writer` does, and read it back."""
    book = openpyxl.Workbook()
    cell = book.worksheets[0]["A1"]
    cell._value, cell.data_type = clean_for_office(text), "s"
    return openpyxl.load_workbook(io.BytesIO(archive.to_bytes(book, {}))).worksheets[0]["A1"].value


@pytest.mark.parametrize("text", ["", "\x1b", "\x00\ufffe\ud800"])
def test_a_text_without_valid_characters_is_an_empty_cell(text: str) -> None:
    assert round_trip(text) is None


@given(st.text(st.characters(codec=None), min_size=1).filter(clean_for_office))
def test_any_other_text_is_read_back_unchanged(text: str) -> None:
    assert round_trip(text) == clean_for_office(text)


def test_no_temporary_file_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_disk_full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, raise_disk_full)
    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", raise_disk_full)
    assert round_trip("words") == "words"
