"""Details of .xls workbooks: hand-written records, and an .xlsx workbook converted by LibreOffice."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from helpers import libreoffice
from helpers.compound_files import compound_file
from helpers.hostile import forms
from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet import xls_records
from ragsheets.formats.spreadsheet.details import Annotation, StruckText, WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.returns.intake.open_file import read_sheet_values

BOF, EOF, CELLS, MACROS = 0x0809, 0x000A, 0, 1


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def stream(*sheets: bytes, kind: int = CELLS) -> bytes:
    """Return a workbook's stream with sheets of one kind; each sheet is its records between BOF and EOF."""
    sheet_entries = [record(0x85, struct.pack("<IBB", 0, 0, kind) + b"\x01\x00S") for _ in sheets]
    offset = len(record(BOF, bytes(16)) + b"".join(sheet_entries) + record(EOF))
    starts = []
    for body in sheets:
        starts.append(offset)
        offset += len(record(BOF, bytes(16)) + body + record(EOF))
    sheet_entries = [record(0x85, struct.pack("<IBB", start, 0, kind) + b"\x01\x00S") for start in starts]
    bodies = [record(BOF, bytes(16)) + body + record(EOF) for body in sheets]
    return b"".join([record(BOF, bytes(16)), *sheet_entries, record(EOF), *bodies])


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


def text_records(text: str, *pieces: bytes) -> bytes:
    pieces = pieces or (b"\x01" + text.encode("utf-16-le"),)
    return record(0x01B6, bytes(10) + struct.pack("<HHI", len(text.encode("utf-16-le")) // 2, 16, 0)) + b"".join(
        record(0x003C, piece) for piece in (*pieces, bytes(16))
    )


def test_formulas_are_found_on_their_sheet_and_not_in_its_charts() -> None:
    chart = record(BOF, bytes(16)) + formula(9, 9) + record(EOF)
    sheets = xls_records.read_sheet_records(stream(formula(0, 1) + chart + formula(70, 2), b"", formula(3, 3)))
    assert [records.formula_cells for records in sheets] == [[(0, 1), (70, 2)], [], [(3, 3)]]


@pytest.mark.parametrize(
    ("records", "annotations"),
    [
        (anchor(3, 1) + shape(6) + text_records("in a\rbox"), [Annotation("text-box", "", "B4", "in a\nbox")]),
        (anchor(3, 1) + shape(30) + text_records("é–"), [Annotation("text-box", "", "B4", "é–")]),
        (shape(6) + text_records("a 😀"), [Annotation("text-box", "", "", "a 😀")]),
        (shape(6) + text_records("abcd", b"\x00ab", b"\x01c\x00d\x00"), [Annotation("text-box", "", "", "abcd")]),
        (
            anchor(3, 1) + shape(6) + record(0xEC, bytes(8)) + text_records("late"),
            [Annotation("text-box", "", "B4", "late")],
        ),
        (anchor(3, 1) + shape(0x19) + text_records("a note"), []),
        (anchor(3, 1) + shape(0x14) + text_records("a list"), []),
        (anchor(3, 1) + shape(6) + text_records(""), []),
        (anchor(3, 1) + shape(8), [Annotation("picture", "", "B4")]),
        (anchor(3, 1) + shape(8, (9, bytes(6))), [Annotation("embedded-object", "", "B4")]),
        (anchor(3, 1) + shape(5), []),
    ],
)
def test_shapes_are_read_as_annotations(records: bytes, annotations: list[Annotation]) -> None:
    (sheet_records,) = xls_records.read_sheet_records(stream(records))
    assert sheet_records.annotations == annotations


def test_macro_sheets_are_recognised_and_not_read_as_cells() -> None:
    assert xls_records.has_macro_sheets(stream(b"", kind=MACROS))
    assert not xls_records.has_macro_sheets(stream(b""))
    assert xls_records.read_sheet_records(stream(formula(0, 0), kind=MACROS)) == []


def test_a_truncated_stream_is_read_as_far_as_possible() -> None:
    whole = stream(formula(0, 0) + formula(1, 0))
    assert xls_records.read_sheet_records(whole[:-30])[0].formula_cells == [(0, 0)]
    with pytest.raises(struct.error):
        xls_records.read_sheet_records(stream(record(0x0006, b"\x00")))


@pytest.fixture(scope="module")
def xls_details(tmp_path_factory: pytest.TempPathFactory) -> WorkbookDetails:
    """Return the details of a workbook with note authors and struck numbers, saved in the old format."""
    folder = tmp_path_factory.mktemp("old")
    book = openpyxl.Workbook()
    worksheet = book.active
    assert worksheet is not None
    worksheet.title = "One"
    book.create_sheet("Two")["A1"] = "x"
    worksheet["A1"], worksheet["B1"], worksheet["A2"], worksheet["A9"] = "words", 12.5, "=1/0", "=A1"
    worksheet["B1"].font = worksheet["A2"].font = Font(strike=True)
    worksheet["B1"].number_format = "#,##0.00"
    worksheet["A3"] = CellRichText("😀 ", TextBlock(InlineFont(strike=True), "Green"), " Amber")
    worksheet["A1"].comment = Comment("Di:\nplease look", "Di")
    book.save(folder / "new.xlsx")
    with libreoffice.running_libreoffice() as program:
        program.run(folder / "new.xlsx", save=(Path(folder / "old.xls"), libreoffice.XLS))
    return details_of("xls", (folder / "old.xls").read_bytes())


def test_a_note_becomes_a_comment(xls_details: WorkbookDetails) -> None:
    (comment,) = xls_details.annotations()
    assert (comment.code, comment.sheet, comment.cell) == ("comment", "One", "A1")
    assert comment.text.endswith("please look")


def test_formulas_errors_formats_and_struck_text_are_read(xls_details: WorkbookDetails) -> None:
    assert set(xls_details.formulas("One")) == {(1, 0), (8, 0)}
    assert xls_details.errors("One") == {(1, 0): "#DIV/0!"}
    assert xls_details.number_format_of("One", (0, 1)) == "#,##0.00"
    assert xls_details.struck_text("One")[0, 1] == StruckText("", "12.5")
    assert xls_details.struck_text("One")[2, 0] == StruckText("😀  Amber", "Green")
    assert (0, 0) not in xls_details.struck_text("One")
    assert not (xls_details.formulas("Two") or xls_details.errors("Two") or xls_details.struck_text("Two"))


def test_sectors_after_the_end_of_the_workbook_do_not_matter() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Two")["A1"] = 12.5
    buffer = io.BytesIO()
    book.save(buffer)
    content = bytearray(forms.as_xls(buffer.getvalue()))
    (directory_start,), (table_sector,) = struct.unpack_from("<I", content, 48), struct.unpack_from("<I", content, 76)
    table_start = 512 * (table_sector + 1)
    chain_end = content.rfind(struct.pack("<I", 0xFFFFFFFE), table_start, table_start + 512)
    # The chain of the workbook's sectors runs on into the directory.
    content[chain_end : chain_end + 4] = struct.pack("<I", directory_start)
    details = details_of("xls", bytes(content))
    details.check_readable()
    # The workbook is written without styles.
    assert (details.number_format_of("Two", (0, 0)), details.ink_of("Two", (0, 0))) == ("General", "")
    assert read_sheet_values(bytes(content))[1] == ("Two", [[12.5]])


def test_a_workbook_that_is_cut_off_is_damaged() -> None:
    details = details_of("xls", compound_file({"Workbook": stream(b"")[:40].ljust(5000, b"\0")}))
    assert details.saved_at is None
    with pytest.raises(ReturnError, match="damaged"):
        details.errors("One")
