"""What .xls workbooks hold beyond values: records made by hand, and what LibreOffice makes of an .xlsx workbook."""

from __future__ import annotations

import struct
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from helpers import libreoffice
from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet import xls_records
from ragsheets.formats.spreadsheet.details import Annotation, StruckText, WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of

BOF, EOF, CELLS, MACROS = 0x0809, 0x000A, 0, 1


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def stream(*sheets: bytes, kind: int = CELLS) -> bytes:
    """A workbook's stream with these sheets of one kind, each the records between its beginning and its end."""
    listed = [record(0x85, struct.pack("<IBB", 0, 0, kind) + b"\x01\x00S") for _ in sheets]
    at = len(record(BOF, bytes(16)) + b"".join(listed) + record(EOF))
    starts = []
    for body in sheets:
        starts.append(at)
        at += len(record(BOF, bytes(16)) + body + record(EOF))
    listed = [record(0x85, struct.pack("<IBB", start, 0, kind) + b"\x01\x00S") for start in starts]
    bodies = [record(BOF, bytes(16)) + body + record(EOF) for body in sheets]
    return b"".join([record(BOF, bytes(16)), *listed, record(EOF), *bodies])


def formula(row: int, column: int) -> bytes:
    return record(0x0006, struct.pack("<HHH", row, column, 15) + bytes(14))


def anchor(row: int, column: int) -> bytes:
    return record(0x00EC, b"\x0f\x00" + struct.pack("<HHI9H", 0, 0xF010, 18, 0, column, 0, row, 0, 5, 0, 9, 0))


def shape(kind: int, *parts: tuple[int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<HH", number, len(part)) + part
        for number, part in [(0x15, struct.pack("<HH", kind, 1) + bytes(14)), *parts, (0, b"")]
    )
    return record(0x005D, body)


def words(text: str, *pieces: bytes) -> bytes:
    pieces = pieces or (b"\x01" + text.encode("utf-16-le"),)
    return record(0x01B6, bytes(10) + struct.pack("<HHI", len(text), 16, 0)) + b"".join(
        record(0x003C, piece) for piece in (*pieces, bytes(16))
    )


def test_formulas_are_found_on_their_sheet_and_not_in_its_charts() -> None:
    chart = record(BOF, bytes(16)) + formula(9, 9) + record(EOF)
    found = xls_records.read_sheet_records(stream(formula(0, 1) + chart + formula(70, 2), b"", formula(3, 3)))
    assert [facts.formula_cells for facts in found] == [[(0, 1), (70, 2)], [], [(3, 3)]]


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (anchor(3, 1) + shape(6) + words("in a\rbox"), [Annotation("text-box", "", "B4", "in a\nbox")]),
        (anchor(3, 1) + shape(30) + words("é–"), [Annotation("text-box", "", "B4", "é–")]),
        (shape(6) + words("abcd", b"\x00ab", b"\x01c\x00d\x00"), [Annotation("text-box", "", "", "abcd")]),
        (anchor(3, 1) + shape(6) + record(0xEC, bytes(8)) + words("late"), [Annotation("text-box", "", "B4", "late")]),
        (anchor(3, 1) + shape(0x19) + words("a note"), []),
        (anchor(3, 1) + shape(0x14) + words("a list"), []),
        (anchor(3, 1) + shape(6) + words(""), []),
        (anchor(3, 1) + shape(8), [Annotation("picture", "", "B4")]),
        (anchor(3, 1) + shape(8, (9, bytes(6))), [Annotation("embedded-object", "", "B4")]),
        (anchor(3, 1) + shape(5), []),
    ],
)
def test_what_is_drawn_is_told(records: bytes, told: list[Annotation]) -> None:
    (facts,) = xls_records.read_sheet_records(stream(records))
    assert facts.annotations == told


def test_sheets_of_macros_are_told_and_no_sheets_of_cells() -> None:
    assert xls_records.has_macro_sheets(stream(b"", kind=MACROS))
    assert not xls_records.has_macro_sheets(stream(b""))
    assert xls_records.read_sheet_records(stream(formula(0, 0), kind=MACROS)) == []


def test_a_stream_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = stream(formula(0, 0) + formula(1, 0))
    assert xls_records.read_sheet_records(whole[:-30])[0].formula_cells == [(0, 0)]
    with pytest.raises(struct.error):
        xls_records.read_sheet_records(stream(record(0x0006, b"\x00")))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> WorkbookDetails:
    """A workbook with authors of notes, struck numbers and days from 1904, saved in the old format."""
    folder = tmp_path_factory.mktemp("old")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "One"
    book.create_sheet("Two")["A1"] = "x"
    page["A1"], page["B1"], page["A2"], page["A9"] = "words", 12.5, "=1/0", "=A1"
    page["B1"].font = page["A2"].font = Font(strike=True)
    page["B1"].number_format = "#,##0.00"
    page["A1"].comment = Comment("Di:\nplease look", "Di")
    book.save(folder / "new.xlsx")
    with libreoffice.running() as program:
        program.run(folder / "new.xlsx", save=(Path(folder / "old.xls"), libreoffice.XLS))
    return details_of("xls", (folder / "old.xls").read_bytes())


def test_a_note_is_its_words(old: WorkbookDetails) -> None:
    (remark,) = old.annotations()
    assert (remark.code, remark.sheet, remark.cell) == ("comment", "One", "A1")
    assert remark.text.endswith("please look")


def test_formulas_errors_formats_and_strikes_are_told(old: WorkbookDetails) -> None:
    assert set(old.formulas("One")) == {(1, 0), (8, 0)}
    assert old.errors("One") == {(1, 0): "#DIV/0!"}
    assert old.number_format_of("One", (0, 1)) == "#,##0.00"
    assert old.struck_text("One")[0, 1] == StruckText("", "12.5")
    assert (0, 0) not in old.struck_text("One")
    assert not (old.formulas("Two") or old.errors("Two") or old.struck_text("Two"))


def test_a_stream_without_a_storage_says_no_time() -> None:
    found = details_of("xls", stream(b""))
    assert found.saved_at is None
    with pytest.raises(ReturnError) as error:
        found.errors("One")
        details_of("xls", stream(b"")[:40]).errors("One")
    assert error.value.code == "damaged"
