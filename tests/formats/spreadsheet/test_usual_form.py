"""Workbooks of every format in forms that the reader of values does not take by itself: .ods, .xls and .xlsb."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import nullcontext

import openpyxl
import pytest

from helpers.compound_files import Tree, compound_file
from helpers.hostile.forms import as_ods, as_xls, as_xlsb
from helpers.hostile.packing import parts_of
from helpers.odd_packages import ENCODINGS, NAMES, PLACES, TARGETS, packed, unpacked, written_oddly
from helpers.office_packages import ods, zip_of
from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.limits import Limits
from ragsheets.formats.spreadsheet.details import Annotation, WorkbookDetails
from ragsheets.formats.spreadsheet.usual_form import usual_form
from ragsheets.formats.spreadsheet.values import Sheets
from ragsheets.formats.zip_archive import ZipArchive
from ragsheets.returns.intake.open_file import read_guarded_details, read_sheet_values

PADDING = b"x" * 5000
Change = Callable[[str], str]


@pytest.fixture(scope="module")
def good() -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("First")
    sheet["A1"], sheet["C2"] = "Position é", "5 < 6 & more"
    book.create_sheet("Second")["B2"] = "Planned"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content: bytes) -> tuple[Sheets, WorkbookDetails]:
    kind, archive = guard.identify(content)
    details = read_guarded_details(kind, content, archive, Limits())
    return read_sheet_values(usual_form(kind, content, archive)), details


def values(content: bytes) -> Sheets:
    return read(content)[0]


def test_a_workbook_in_the_usual_form_is_not_written_anew(good: bytes) -> None:
    for content in (good, as_xls(good), as_xlsb(good)):
        kind, archive = guard.identify(content)
        assert usual_form(kind, content, archive) is content


def test_a_sheet_without_a_part_is_left_out(good: bytes) -> None:
    parts = parts_of(good)
    sheet = b'<sheet name="Module" sheetId="9" r:id="" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></sheets>'
    changed = zip_of({**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(b"</sheets>", sheet)})
    assert values(changed) == values(good)
    lost = zip_of({**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(b'"rId2"', b'"rId99"')})
    with pytest.raises(ReturnError, match="damaged"):
        read(lost)


# ------------------------------------------------------------------------------------------------------------- .ods


def with_content(content: bytes, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    parts = parts_of(content)
    return zip_of({**parts, "content.xml": change(parts["content.xml"]), **more})


def with_other_prefixes(part: bytes) -> bytes:
    for usual, other in ((b"office", b"o"), (b"table", b"t-1.x"), (b"text", b"table")):
        part = re.sub(rb"(?<=[</ ])" + usual + rb":", b"\0" + other + b":", part)
        part = part.replace(b"xmlns:" + usual + b"=", b"xmlns:\0" + other + b"=")
    return part.replace(b"\0", b"")


def with_the_default_namespace(part: bytes) -> bytes:
    part = part.replace(b"xmlns:table=", b"xmlns=", 1).replace(b"<table:", b"<").replace(b"</table:", b"</")
    return part.replace(b" xmlns=", b' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns=', 1)


ODS_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "in UTF-16": lambda part: part.decode().encode("utf-16"),
    "in Windows-1252": lambda part: b'<?xml version="1.0" encoding="windows-1252"?>' + part.decode().encode("cp1252"),
    "with other prefixes": with_other_prefixes,
    "with the default namespace": with_the_default_namespace,
    "with other prefixes in UTF-16": lambda part: with_other_prefixes(part).decode().encode("utf-16"),
    "without value types": lambda part: part.replace(b' office:value-type="string"', b""),
    "with comments in texts": lambda part: part.replace(b"Plan", b"Pl<!-- x -->an"),
    "with CDATA": lambda part: part.replace(b"Planned", b"<![CDATA[Planned]]>"),
    "with single quotes": lambda part: part.replace(b'"', b"'"),
}


@pytest.mark.parametrize("form", ODS_FORMS)
def test_an_ods_workbook_is_read_in_every_form(form: str, good: bytes) -> None:
    content = as_ods(good)
    changed = with_content(content, ODS_FORMS[form])
    assert parts_of(changed)["content.xml"] != parts_of(content)["content.xml"]
    sheets, details = read(changed)
    assert sheets == values(content) == values(good)
    assert details.displayed_text("Second", (1, 1)) == "Planned"


@pytest.mark.parametrize("name", ["Settings.xml", "Configurations2/menu.xml", "Object 1/content.xml", "a.rdf"])
def test_parts_of_an_ods_workbook_that_nobody_reads_decide_nothing(name: str, good: bytes) -> None:
    content = as_ods(good)
    for part in (b"<!DOCTYPE a><a/>", b"\xff\x00 no XML", "<a/>".encode("utf-16")):
        assert values(with_content(content, lambda part: part, **{name: part})) == values(content)


def test_damaged_properties_of_an_ods_workbook_hide_nothing_else() -> None:
    note = "<office:annotation><text:p>Why?</text:p></office:annotation>"
    content = ods(f"<table:table-row><table:table-cell>{note}</table:table-cell></table:table-row>")
    _, details = read(with_content(content, lambda part: part, **{"meta.xml": b"\xff\x00 no XML"}))
    assert [(item.code, item.text) for item in details.annotations()] == [
        ("unreadable-comments", "meta.xml"),
        ("comment", "Why?"),
    ]


def test_a_cell_without_a_type_keeps_its_note_out_of_its_text() -> None:
    note = "<office:annotation><text:p>Why?</text:p></office:annotation>"
    cells = f"<table:table-cell>{note}<text:p>Green</text:p></table:table-cell><table:table-cell/>"
    cells += '<table:table-cell table:style-name="a"><text:p>Red</text:p><text:p>now</text:p></table:table-cell>'
    cells += '<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
    sheets, details = read(ods(f"<table:table-row>{cells}</table:table-row>"))
    assert sheets == [("One", [["Green", "", "Red\nnow", 2.0]])]
    assert [annotation.text for annotation in details.annotations()] == ["Why?"]


BOX = "<draw:g><draw:custom-shape><text:p>Box</text:p><draw:enhanced-geometry/></draw:custom-shape></draw:g>"


@pytest.mark.parametrize(
    ("inside", "value"),
    [
        (f"<text:p>GREEN</text:p>{BOX}", "GREEN"),
        (f"{BOX}<text:p>GREEN</text:p>", "GREEN"),
        ("<draw:frame><draw:image><text:p/></draw:image></draw:frame><text:p>GREEN</text:p>", "GREEN"),
        ("<text:p>a<text:tab/>b<text:line-break/>c<text:tab></text:tab>d</text:p>", "a\tb\nc\td"),
    ],
)
@pytest.mark.parametrize("facts", ['office:value-type="string"', ""])
def test_the_value_of_a_cell_is_its_own_text(inside: str, value: str, facts: str) -> None:
    cells = f"<table:table-cell {facts}>{inside}</table:table-cell><table:table-cell>{BOX}</table:table-cell>"
    sheets, details = read(ods(f"<table:table-row>{cells}</table:table-row>"))
    assert sheets == [("One", [[value]])]
    assert details.displayed_text("One", (0, 0)) == value
    assert Annotation("text-box", "One", "B1", "Box") in details.annotations()


CELL = '<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
FORMULA = '<table:table-cell table:formula="of:=1" table:number-columns-repeated="16384"/>'
FAR, WIDE = "table:number-rows-repeated='1000000'", "table:number-columns-repeated='16383'"


def row(cells: str, facts: str = "") -> str:
    return f"<table:table-row {facts}>{cells}</table:table-row>"


@pytest.mark.parametrize(
    ("rows", "is_accepted"),
    [
        (row(CELL * 11, FAR), True),
        (row(CELL * 13, FAR), False),
        (row(FORMULA, FAR), False),
        (row(f"<table:table-cell {WIDE}/>{CELL}") + row("<table:table-cell/>", FAR) + row(CELL), False),
        (row(CELL) + row(f"<table:table-cell {WIDE}/>", FAR), True),
    ],
)
def test_the_extent_of_an_ods_sheet_is_limited_as_that_of_other_sheets(rows: str, is_accepted: bool) -> None:
    with nullcontext() if is_accepted else pytest.raises(ReturnError, match="too-large"):
        guard.check_ods(ZipArchive(ods(rows)), Limits())


@pytest.mark.parametrize(
    "change", [lambda part: part, with_other_prefixes, lambda part: part.decode().encode("utf-16")]
)
def test_repeated_cells_are_counted_in_every_form(change: Callable[[bytes], bytes]) -> None:
    cell = 'table:number-columns-repeated="900" office:value-type="float" office:value="2"><text:p>2</text:p>'
    row = f'<table:table-row table:number-rows-repeated="1000000"><table:table-cell {cell}</table:table-cell>'
    with pytest.raises(ReturnError) as error:
        read(with_content(ods(f"{row}</table:table-row>"), change))
    assert error.value.code == "too-large"


# ------------------------------------------------------------------------------------------------------------- .xls


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook", "BOOK", "book"])
def test_the_stream_of_an_xls_workbook_has_its_name_in_any_letter_case(name: str, good: bytes) -> None:
    plain = as_xls(good, 8 if len(name) > 4 else 5)
    usual = "Workbook" if len(name) > 4 else "Book"
    content = plain.replace(f"{usual}\0".encode("utf-16-le"), f"{name}\0".encode("utf-16-le"))
    assert content != plain
    assert values(content) == values(plain)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("WORDDOCUMENT", "old-word"), ("__PROPERTIES_VERSION1.0", "msg"), ("POWERPOINT DOCUMENT", "slides")],
)
def test_the_kind_of_a_compound_file_has_no_letter_case(name: str, kind: str) -> None:
    assert guard.identify(compound_file({name: b"x" * 5000})).kind == kind


@pytest.mark.parametrize(
    ("tree", "kind"),
    [
        ({"WordDocument": PADDING, "ObjectPool": {"_1": {"Workbook": PADDING}}}, "old-word"),
        ({"Workbook": PADDING, "MBD1": {"__properties_version1.0": PADDING}, "MBD2": {"WordDocument": PADDING}}, "xls"),
        ({"PowerPoint Document": PADDING, "Object": {"Workbook": PADDING}}, "slides"),
        ({"__properties_version1.0": PADDING, "Attachment": {"Workbook": PADDING}}, "msg"),
    ],
)
def test_what_is_embedded_in_a_compound_file_does_not_decide_its_kind(tree: Tree, kind: str) -> None:
    assert guard.identify(compound_file(tree)).kind == kind


def test_a_text_that_looks_like_the_name_of_a_stream_stays(good: bytes) -> None:
    stream = "WORKBOOK\0".encode("utf-16-le") + bytes(46) + (18).to_bytes(2, "little")
    content = compound_file({"Other": stream * 100})
    assert usual_form("xls", content, None) is content


# ------------------------------------------------------------------------------------------------------------ .xlsb


@pytest.mark.parametrize("oddity", [*NAMES, *TARGETS, *ENCODINGS, *PLACES, "sheets in another folder"])
def test_an_xlsb_workbook_is_read_however_its_parts_are_named(oddity: str, good: bytes) -> None:
    plain = as_xlsb(good)
    assert values(written_oddly(plain, [oddity])) == values(plain)


@pytest.mark.parametrize("kind", ["xlMacrosheet", "xlIntlMacrosheet"])
def test_a_macro_sheet_of_an_xlsb_workbook_is_left_out_and_mentioned(kind: str, good: bytes) -> None:
    package = unpacked(as_xlsb(good))
    link = package.links[package.main][-1]
    link.type = f"http://schemas.microsoft.com/office/2006/relationships/{kind}"
    package.moved[link.target] = "xl/macrosheets/sheet1.bin"
    sheets, details = read(packed(package))
    assert sheets == values(good)[:1]
    assert [annotation.code for annotation in details.annotations()] == ["macros"]
