"""The archive: whatever text stands in a cell, the file is written and opens."""

from __future__ import annotations

import io
import tempfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.text import clean_for_office
from ragsheets.workbook import archive


def written(text: str) -> object:
    """What a cell says that was written with a text, as `generate` writes it."""
    book = openpyxl.Workbook()
    cell = book.worksheets[0]["A1"]
    cell._value, cell.data_type = clean_for_office(text), "s"
    return openpyxl.load_workbook(io.BytesIO(archive.to_bytes(book, {}))).worksheets[0]["A1"].value


@pytest.mark.parametrize("text", ["", "\x1b", "\x00\ufffe\ud800"])
def test_a_text_of_which_nothing_is_left_is_an_empty_cell(text: str) -> None:
    assert written(text) is None


@given(st.text(st.characters(codec=None), min_size=1).filter(clean_for_office))
def test_any_other_text_comes_back_as_it_is(text: str) -> None:
    assert written(text) == clean_for_office(text)


def test_nothing_is_written_to_the_disk_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
    assert written("words") == "words"
