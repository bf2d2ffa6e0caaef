"""Words and facts beside the cells: the same from every format, saved by LibreOffice, and their parts one by one."""

from __future__ import annotations

import datetime
import struct

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from helpers import office
from helpers.office_packages import KINDS as KIND_SPACE
from helpers.office_packages import MAIN, XDR, A, relationships_part, sheet, xlsx, zip_of
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.spreadsheet import xls_records
from ragsheets.formats.spreadsheet.details import Annotation, MergedArea, WorkbookDetails
from ragsheets.formats.spreadsheet.page_headers import header_words
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.formats.spreadsheet.xlsx_cells import parse_iso_value
from ragsheets.formats.spreadsheet.xlsx_colours import resolve_colour
from ragsheets.formats.spreadsheet.xlsx_drawings import chart_text
from ragsheets.formats.zip_archive import ZipArchive

KINDS = ("xlsx", "ods", "xls")


@pytest.fixture(scope="session")
def saved_by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return one workbook with every annotation that programs can write, as LibreOffice saves it in each format."""
    folder = tmp_path_factory.mktemp("annotations")
    book = openpyxl.Workbook()
    one = book.active
    assert one is not None
    one.title = "One"
    for row in range(1, 4):
        one.cell(row, 1, row)
    one["C1"], one["D1"], one["B1"] = "merged", "wide", "see here"
    one.merge_cells("C1:C2")
    one.merge_cells("D1:E1")
    one["B1"].hyperlink = "https://example.org/target"
    for number, colour in enumerate((Color(rgb="FF00B050"), Color(theme=9, tint=0.4), Color(indexed=13)), 1):
        one.cell(number, 6).fill = PatternFill("solid", fgColor=colour)
    one.oddHeader.center.text, one.oddFooter.left.text = "Header &D", "Footer && more"  # type: ignore[union-attr]
    one.oddFooter.right.text = "Page &P of &N"  # type: ignore[union-attr]
    rule = DataValidation(type="list", formula1='"a,b"', showInputMessage=True, showErrorMessage=True)
    rule.promptTitle, rule.prompt, rule.errorTitle, rule.error = "Title", "Prompt", "Wrong", "Try again"
    rule.add("B2:B4")
    one.add_data_validation(rule)
    for target, title in ((one, "On a sheet"), (book.create_chartsheet("Diagram"), "Of its own")):
        chart = BarChart()
        chart.add_data(Reference(one, min_col=1, min_row=1, max_row=3))
        chart.title = title
        target.add_chart(chart)
    book.defined_names["Mine"] = DefinedName("Mine", attr_text='"A word"')
    book.properties.title, book.properties.subject = "A title – long", "A subject"
    book.properties.description, book.properties.keywords = "Comments", "Keyword"
    (folder / "saved").mkdir()
    book.save(folder / "made.xlsx")
    return {kind: office.convert(folder / "made.xlsx", kind, folder / "saved").read_bytes() for kind in KINDS}


@pytest.fixture(params=KINDS)
def details(request: pytest.FixtureRequest, saved_by_libreoffice: dict[str, bytes]) -> WorkbookDetails:
    return details_of(request.param, saved_by_libreoffice[request.param])


def texts(details: WorkbookDetails, code: str) -> set[str]:
    return {annotation.text for annotation in details.annotations() if annotation.code == code}


def test_words_beside_the_cells_are_read_from_every_format(details: WorkbookDetails) -> None:
    assert texts(details, "page-header") == {"Header", "Footer & more"}
    assert texts(details, "input-message") == {"Title", "Prompt", "Wrong", "Try again"}
    assert texts(details, "chart-text") == {"On a sheet", "Of its own"}
    assert texts(details, "link") == {"https://example.org/target"}
    properties = {item.author: item.text for item in details.annotations() if item.code == "document-property"}
    assert properties == {
        "title": "A title – long",
        "subject": "A subject",
        "comments": "Comments",
        "keywords": "Keyword",
    }


def test_names_for_texts_are_read_where_the_format_shows_them(saved_by_libreoffice: dict[str, bytes]) -> None:
    names = {kind: texts(details_of(kind, content), "defined-name") for kind, content in saved_by_libreoffice.items()}
    assert names == {"xlsx": {"A word"}, "ods": {"A word"}, "xls": set()}


def test_merged_areas_and_fills_are_read_from_every_format(details: WorkbookDetails) -> None:
    assert set(details.merged_areas("One")) == {MergedArea((0, 2), (1, 2)), MergedArea((0, 3), (0, 4))}
    assert [details.fill_of("One", (row, 5)) for row in range(4)] == ["00B050", "FAC090", "FFFF00", ""]
    assert details.fill_of("No such sheet", (0, 0)) == ""
    assert list(details.merged_areas("No such sheet")) == []


# ------------------------------------------------------------------------------------------------------ the parts


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", ""),
        ("&L&A&R&P / &N", ""),
        ("&CPage &P of &N", ""),
        ('&L&"Arial,Bold"&14&K00FF00Draft&C&"-,Regular"&D&RSeite &P', "Draft"),
        ("&LR&&D team&CSecond", "R&D team\nSecond"),
        ("no code at all", "no code at all"),
        ("&L&BBold&B&C&UUnder&U", "Bold\nUnder"),
        ("&Lpage " * 3, "page\npage\npage"),
        ('&C&1#&"Calibri"&10&K000000 OFFICIAL', "OFFICIAL"),
    ],
)
def test_the_words_of_a_header_are_what_somebody_typed(code: str, words: str) -> None:
    assert header_words(code) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2009-03-31T00:00:00.000Z", datetime.datetime(2009, 3, 31)),
        ("2009-03-31T09:30:15+01:00", datetime.datetime(2009, 3, 31, 9, 30, 15)),
        ("2009-03-31T09:30", datetime.datetime(2009, 3, 31, 9, 30)),
        ("2009-03-31", datetime.datetime(2009, 3, 31)),
        ("2009-03-31Z", datetime.datetime(2009, 3, 31)),
        ("T12:30:00", datetime.time(12, 30)),
        ("12:30", datetime.time(12, 30)),
        ("2009-02-31", None),
        ("31/03/2009", None),
        ("25:00", None),
        ("", None),
        ("T", None),
    ],
)
def test_dates_and_times_of_day_are_read_as_written(text: str, value: object) -> None:
    assert parse_iso_value(text) == value


@pytest.mark.parametrize(
    ("facts", "colour"),
    [
        ({"rgb": "FFC6EFCE"}, "C6EFCE"),
        ({"rgb": "c6efce"}, "C6EFCE"),
        ({"indexed": "10"}, "FF0000"),
        ({"indexed": "2"}, "FF0000"),
        ({"indexed": "64"}, ""),
        ({"theme": "1"}, "112233"),
        ({"theme": "1", "tint": "-0.5"}, "08111A"),
        ({"theme": "0", "tint": "1"}, "FFFFFF"),
        ({"theme": "7"}, ""),
        ({"rgb": "FFxxxxxx", "tint": "0.5"}, ""),
        ({"rgb": "FF1_2345"}, ""),
        ({"auto": "1"}, ""),
        ({}, ""),
    ],
)
def test_a_colour_is_found_by_value_number_or_theme(facts: dict[str, str], colour: str) -> None:
    assert resolve_colour(facts, ["00AA00", "112233"]) == colour


def test_the_workbooks_own_colours_by_number_come_first() -> None:
    assert resolve_colour({"indexed": "2"}, (), ["", "", "ABCDEF"]) == "ABCDEF"


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def text_record(text: str) -> bytes:
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def test_first_and_even_headers_and_tick_boxes_of_xls_are_read() -> None:
    start, end = record(0x0809, bytes(16)), record(0x000A, b"")
    more = bytes(30) + struct.pack("<4H", 3, 0, 4, 0) + text_record("&Lx") + text_record("Draf")
    tick_box = struct.pack("<HHHHH", 0x15, 18, 0x0B, 1, 0) + bytes(12) + struct.pack("<HHH", 0x0A, 2, 1)
    caption = record(0x01B6, bytes(10) + struct.pack("<H", 4) + bytes(6)) + record(0x003C, b"\x00Done")
    body = record(0x089C, more) + record(0x005D, tick_box) + caption
    head = start + record(0x0085, struct.pack("<IBB", 20 + 10 + 4, 0, 0)) + end
    (records,) = xls_records.read_sheet_records(head + start + body + end)
    assert records.annotations == [
        Annotation("page-header", text="x"),
        Annotation("page-header", text="Draf"),
        Annotation("form-control", text="Done (ticked)"),
    ]


def test_the_merged_areas_the_errors_and_the_formulas_of_xlsb_are_read_from_their_records() -> None:
    row = bytes([0, 4]) + struct.pack("<I", 4)
    error, calculated = (bytes([kind, 9]) + struct.pack("<IIB", kind, 0, code) for kind, code in ((3, 42), (11, 7)))
    areas = row + error + calculated + bytes([0xB0, 0x01, 16]) + struct.pack("<4I", 10, 11, 2, 2)
    name = struct.pack("<I", 3) + "One".encode("utf-16-le")
    link = struct.pack("<I", 2) + "r1".encode("utf-16-le")
    body = bytes(8) + link + name
    book = bytes([0x9C, 0x01, len(body)]) + body
    links = relationships_part(("worksheet", "worksheets/sheet1.bin"))
    parts = {"xl/workbook.bin": book, "xl/_rels/workbook.bin.rels": links, "xl/worksheets/sheet1.bin": areas}
    details = details_of("xlsb", zip_of(parts))
    assert details.merged_areas("One") == [MergedArea((10, 2), (11, 2))]
    assert details.shown_values("One") == {(4, 3): "#N/A", (4, 11): "#DIV/0!"}
    assert details.formulas("One") == {(4, 11): ""}


@pytest.mark.parametrize(
    ("end", "areas"),
    [
        ('<mergeCells><mergeCell ref="A1:A2"/></mergeCells>', [MergedArea((0, 0), (1, 0))]),
        ('<mergeCells><mergeCell ref="$B$2:$C$3"/></mergeCells>', [MergedArea((1, 1), (2, 2))]),
        ('<mergeCells><mergeCell ref="nothing"/><mergeCell/></mergeCells>', []),
        ("", []),
    ],
)
def test_the_merged_areas_of_xlsx_are_read_from_what_follows_the_cells(end: str, areas: list[MergedArea]) -> None:
    assert details_of("xlsx", xlsx({"One": sheet("", end)})).merged_areas("One") == areas


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<c:tx><c:v>Typed</c:v></c:tx>", "Typed"),
        ("<c:tx><c:strRef><c:f>A1</c:f><c:strCache><c:pt><c:v>Cell</c:v></c:pt></c:strCache></c:strRef></c:tx>", ""),
        ("<c:cat><c:strLit><c:pt><c:v>May</c:v></c:pt><c:pt><c:v>June</c:v></c:pt></c:strLit></c:cat>", "May\nJune"),
        ("<c:txData><c:f>A1</c:f><c:v>Cell</c:v></c:txData>", ""),
        ("<c:rich><c:p><c:r><c:t>One </c:t></c:r><c:r><c:t>line</c:t></c:r></c:p><c:p/></c:rich>", "One line"),
    ],
)
def test_a_chart_says_what_was_typed_into_it_and_not_what_it_takes_from_cells(inside: str, text: str) -> None:
    chart = f'<c:chartSpace xmlns:c="urn:c">{inside}</c:chartSpace>'
    package = OfficePackage(ZipArchive(xlsx({"One": sheet("")}, {"xl/charts/chart1.xml": chart})))
    assert chart_text(package, "xl/charts/chart1.xml") == text
    assert chart_text(package, "xl/charts/missing.xml") == ""


def test_a_tick_box_is_reported_once_although_newer_programs_write_it_twice() -> None:
    spaces = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    old = (
        f'<xml {spaces}><v:shape><v:textbox><div>Done</div></v:textbox><x:ClientData ObjectType="Checkbox">'
        "<x:Anchor>2, 0, 3, 0</x:Anchor></x:ClientData></v:shape></xml>"
    )
    shapes = "".join(f"<xdr:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:sp>" for text in ("Done", "Another text"))
    new = f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}"><xdr:oneCellAnchor>{shapes}</xdr:oneCellAnchor></xdr:wsDr>'
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships_part(
            ("drawing", "../drawings/drawing1.xml"), ("vmlDrawing", "../drawings/vmlDrawing1.vml")
        ),
        "xl/drawings/drawing1.xml": new,
        "xl/drawings/vmlDrawing1.vml": old,
    }
    assert details_of("xlsx", xlsx({"One": sheet("")}, parts)).annotations() == [
        Annotation("text-box", "One", "", "Another text"),
        Annotation("form-control", "One", "C4", "Done (not ticked)"),
    ]


@pytest.mark.parametrize("part", ["xl/charts/chart1.xml", "docProps/core.xml"])
def test_a_part_that_cannot_be_read_does_not_cost_the_other_words(part: str) -> None:
    frame = '<xdr:graphicFrame><c:chart xmlns:c="urn:c" r:id="r1"/></xdr:graphicFrame>'
    shape = "<xdr:sp><a:p><a:r><a:t>Kept</a:t></a:r></a:p></xdr:sp>"
    spaces = f'xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{KIND_SPACE}"'
    parts: dict[str, str | bytes] = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships_part(("drawing", "../drawings/drawing1.xml")),
        "xl/drawings/_rels/drawing1.xml.rels": relationships_part(("chart", "../charts/chart1.xml")),
        "xl/drawings/drawing1.xml": (
            f"<xdr:wsDr {spaces}><xdr:oneCellAnchor>{frame}{shape}</xdr:oneCellAnchor></xdr:wsDr>"
        ),
        "xl/charts/chart1.xml": "<c/>",
        "docProps/core.xml": "<c/>",
        part: b'<?xml version="1.0" encoding="no-such-encoding"?><c>',
    }
    annotations = details_of("xlsx", xlsx({"One": sheet("")}, parts)).annotations()
    assert {(annotation.code, annotation.text) for annotation in annotations} == {
        ("unreadable-comments", part),
        ("text-box", "Kept"),
    }


def test_characters_held_by_their_numbers_are_read_in_every_text_beside_the_cells() -> None:
    end = (
        '<dataValidations><dataValidation sqref="A1" prompt="a_x000a_b"/></dataValidations>'
        '<hyperlinks><hyperlink ref="A1" tooltip="a_x000a_b"/></hyperlinks>'
        "<headerFooter><oddHeader>&amp;La_x000a_b</oddHeader></headerFooter>"
        '<scenarios><scenario name="a_x000a_b"/></scenarios>'
    )
    core = "<p><dc:description xmlns:dc='d'>a_x000a_b_x000d__x000a_</dc:description></p>"
    annotations = details_of("xlsx", xlsx({"One": sheet("", end)}, {"docProps/core.xml": core})).annotations()
    assert {item.code: item.text for item in annotations} == dict.fromkeys(
        ("input-message", "link", "page-header", "scenario", "document-property"), "a\nb"
    )


@pytest.mark.parametrize("broken", ["metadata.xml", "richData/rdrichvalue.xml", "richData/rdrichvaluestructure.xml"])
def test_rich_values_that_cannot_be_read_stay_errors(broken: str) -> None:
    parts = {f"xl/{name}": "<a/>" for name in ("metadata.xml", "richData/rdrichvalue.xml")}
    rows = '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c></row>'
    details = details_of("xlsx", xlsx({"One": sheet(rows)}, {**parts, f"xl/{broken}": "<not closed"}))
    assert details.errors("One") == details.shown_values("One") == {(0, 0): "#VALUE!"}


def test_fills_with_prefixes_that_are_declared_elsewhere_are_read() -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}" xmlns:x="urn:x"><fills><fill/><fill/><fill><patternFill patternType="solid">'
        '<fgColor rgb="FF00B050" x:more="1"/></patternFill></fill></fills>'
        '<cellXfs><xf fillId="0"/><xf fillId="2" numFmtId="0"/></cellXfs></styleSheet>'
    )
    rows = '<row r="1"><c r="A1" s="1"/><c r="B1" s="0"/><c r="C1"/></row>'
    for written in (styles, styles.replace("<fills>", "<fills >")):
        content = xlsx({"One": sheet(rows)}, {"xl/styles.xml": written}, beside=[("styles", "styles.xml")])
        details = details_of("xlsx", content)
        assert [details.fill_of("One", (0, column)) for column in range(4)] == ["00B050", "", "", ""]
