"""Details of .ods workbooks, as LibreOffice and other programs write them."""

from __future__ import annotations

import datetime
import itertools
import sys

import pytest

from helpers.office_packages import PNG, ods
from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet.details import Annotation, StruckText, WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of

MILLION = 1_000_000


def open_table(table: str, styles: str = "", common: str = "") -> WorkbookDetails:
    return details_of("ods", ods(table, styles=styles, common=common))


def row(*cells: str, facts: str = "") -> str:
    return f"<table:table-row {facts}>{''.join(cells)}</table:table-row>"


def cell(inside: str = "", facts: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {facts}>{inside}</table:table-cell>"


def text(words: str, facts: str = "") -> str:
    return cell(f"<text:p>{words}</text:p>", f'office:value-type="string" {facts}')


# ------------------------------------------------------------------------------------------------ cells


def test_repeated_rows_and_columns_are_expanded_on_demand() -> None:
    formula = 'table:formula="of:=[.A1]" office:value-type="float" office:value="1"'
    wide = cell("<text:p>1</text:p>", f'table:number-columns-repeated="16000" {formula}')
    table = row(text("a")) + row(wide, facts=f'table:number-rows-repeated="{MILLION}"') + row(cell(), text("z"))
    details = open_table(table)
    formulas = details.formulas("One")
    assert len(formulas) == MILLION * 16000
    assert (formulas[1, 0], formulas[MILLION, 15999]) == ("[.A1]", "[.A1]")
    assert all(position not in formulas for position in [(0, 0), (MILLION + 1, 0), (1, 16000), (-1, 0), (1, -1)])
    assert list(itertools.islice(formulas, 2)) == [(1, 0), (1, 1)]
    assert details.displayed_text("One", (MILLION + 1, 1)) == "z"
    assert details.displayed_text("One", (MILLION, 15999)) == "1"
    assert details.displayed_text("One", (MILLION + 2, 0)) == ""


def in_row_groups(rows: str) -> str:
    for _ in range(2):
        rows = f"<table:table-row-group>{rows}</table:table-row-group>"
    return rows


def test_empty_rows_and_columns_count_for_positions() -> None:
    head = row(cell("", 'table:number-columns-repeated="2"'), text("head"))
    under = "<table:covered-table-cell><text:p>under</text:p></table:covered-table-cell>"
    table = "".join(
        (
            row(cell("", 'table:number-columns-repeated="16384"'), facts='table:number-rows-repeated="7"'),
            f"<table:table-header-rows>{head}</table:table-header-rows>",
            in_row_groups(row(text("deep"))),
            row("<table:covered-table-cell/>", under),
        )
    )
    details = open_table(table)
    shown = {
        (row_index, column): details.displayed_text("One", (row_index, column))
        for row_index in range(12)
        for column in range(4)
    }
    assert {position: displayed_text for position, displayed_text in shown.items() if displayed_text} == {
        (7, 2): "head",
        (8, 0): "deep",
        (9, 1): "under",
    }


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<text:p>a</text:p><text:p/><text:p>b</text:p>", "a\n\nb"),
        ('<text:p>a<text:s text:c="3"/>b<text:s/>c<text:tab/>d<text:line-break/>e</text:p>', "a   b c\td\ne"),
        ("<text:p>a <text:span>b</text:span><text:a>c</text:a> d</text:p>", "a bc d"),
        ("<text:p>a\n   b</text:p>", "a b"),
        ("<office:annotation><text:p>note</text:p></office:annotation><text:p>words</text:p>", "words"),
        ("<text:p>x</text:p><draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>", "x"),
        ("<text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>", "point"),
    ],
)
def test_displayed_text_is_the_cell_s_own_text(inside: str, shown: str) -> None:
    assert open_table(row(cell(inside))).displayed_text("One", (0, 0)) == shown


@pytest.mark.parametrize(
    ("facts", "shown", "error"),
    [
        ('table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"', "#DIV/0!", "#DIV/0!"),
        ('office:value-type="float" office:value="0" calcext:value-type="error"', "Err:502", "Err:502"),
        ('table:formula="of:=NA()" office:value-type="string"', "#N/A", "#N/A"),
        ('table:formula="of:=A1" office:value-type="string"', "Error", None),
        ('office:value-type="string"', "#N/A", None),
    ],
)
def test_errors_are_distinguished_from_text(facts: str, shown: str, error: str | None) -> None:
    assert open_table(row(cell(f"<text:p>{shown}</text:p>", facts))).errors("One") == ({(0, 0): error} if error else {})


@pytest.mark.parametrize(
    ("facts", "inside", "valueless"),
    [
        ('table:formula="of:=A1"', "", True),
        ('table:formula="of:=A1"', "<text:p/>", False),
        ('table:formula="of:=A1" office:value-type="float" office:value="0"', "", False),
        ("", "", False),
    ],
)
def test_a_formula_without_a_value_is_uncalculated(facts: str, inside: str, valueless: bool) -> None:
    details = open_table(row(cell(), cell(inside, facts)))
    assert details.uncalculated("One") == (frozenset({(0, 1)}) if valueless else frozenset())


@pytest.mark.parametrize(
    ("written", "formula"),
    [
        ("of:=SUM([.A1:.A2])", "SUM([.A1:.A2])"),
        ("msoxl:=SUM(A1)", "SUM(A1)"),
        ("=1+1", "1+1"),
        ('of:="x:=y"', '"x:=y"'),
        ("oooc:=A=B", "A=B"),
    ],
)
def test_formulas_are_read_without_the_name_of_their_language(written: str, formula: str) -> None:
    facts = f"table:formula='{written}' office:value-type='float'"
    assert open_table(row(cell("", facts))).formulas("One") == {(0, 0): formula}


# ------------------------------------------------------------------------------------------------ styles


def text_style(name: str, facts: str) -> str:
    return f'<style:style style:name="{name}" style:family="text"><style:text-properties {facts}/></style:style>'


STRUCK_STYLES = (
    text_style("T1", 'style:text-line-through-style="solid"')
    + text_style("T2", 'style:text-line-through-style="none"')
    + text_style("T3", 'style:text-line-through-type="double"')
    + """<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Gone"/>
<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce2"/>
<style:style style:name="T1" style:family="table-cell"/>"""
)
STRUCK_COMMON = """<style:style style:name="Gone" style:family="table-cell"><style:text-properties
style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>"""


@pytest.mark.parametrize(
    ("written", "struck_text"),
    [
        (text('<text:span text:style-name="T1">Green</text:span> Amber'), StruckText("Amber", "Green")),
        (text('Amber <text:span text:style-name="T3">Green</text:span>'), StruckText("Amber", "Green")),
        (text("Green", 'table:style-name="ce1"'), StruckText("", "Green")),
        (
            text('Green <text:span text:style-name="T2">not</text:span>', 'table:style-name="ce1"'),
            StruckText("not", "Green"),
        ),
        (text('<text:span text:style-name="T2">Green</text:span>'), None),
        (text("Green", 'table:style-name="T1"'), None),
        (text("Green", 'table:style-name="ce2"'), None),
        (text("", 'table:style-name="ce1"'), None),
    ],
)
def test_struck_text_is_split_from_remaining_text(written: str, struck_text: StruckText | None) -> None:
    assert open_table(row(written), STRUCK_STYLES, STRUCK_COMMON).struck_text("One") == (
        {(0, 0): struck_text} if struck_text else {}
    )


def test_a_cell_without_a_style_has_that_of_its_row_or_column() -> None:
    columns = '<table:table-column table:number-columns-repeated="2"/>'
    columns += '<table:table-column table:default-cell-style-name="ce1"/>'
    rows = row(text("a"), text("b"), text("c")) + row(text("d"), facts='table:default-cell-style-name="ce1"')
    struck_text = open_table(columns + rows, STRUCK_STYLES, STRUCK_COMMON).struck_text("One")
    assert struck_text == {(0, 2): StruckText("", "c"), (1, 0): StruckText("", "d")}


def data_style(kind: str, name: str, *parts: str) -> str:
    return f'<number:{kind}-style style:name="{name}">{"".join(parts)}</number:{kind}-style>'


def number_part(kind: str, facts: str = 'number:style="long"') -> str:
    return f"<number:{kind} {facts}/>"


def literal_part(sign: str) -> str:
    return f"<number:text>{sign}</number:text>"


FORMATS = "".join(
    (
        data_style(
            "date",
            "N1",
            number_part("day"),
            literal_part("/"),
            number_part("month"),
            literal_part("/"),
            number_part("year"),
        ),
        data_style(
            "date", "N2", number_part("day", ""), literal_part(" "), number_part("month", 'number:textual="true"')
        ),
        data_style("percentage", "N3", number_part("number", 'number:decimal-places="1"'), literal_part("%")),
        data_style("number", "N4", number_part("number", 'number:decimal-places="2" number:grouping="true"')),
        data_style("text", "N5", number_part("text-content", "")),
        data_style("number", "N6", number_part("number", "")),
        data_style("time", "N7", number_part("hours"), literal_part(":"), number_part("minutes")),
    )
)


@pytest.mark.parametrize(
    ("data", "value_type", "code"),
    [
        ("N1", "date", "dd/mm/yyyy"),
        ("N2", "date", "d mmm"),
        ("N3", "percentage", "0.0%"),
        ("N4", "float", "#,##0.00"),
        ("N5", "string", "@"),
        ("N6", "float", "General"),
        ("N7", "time", "hh:mm"),
        ("", "date", "yyyy-mm-dd"),
        ("", "percentage", "0%"),
        ("", "float", "General"),
    ],
)
def test_number_formats_are_converted_to_codes(data: str, value_type: str, code: str) -> None:
    style = f'<style:style style:name="ce1" style:family="table-cell" style:data-style-name="{data}"/>'
    facts = f'table:style-name="ce1" office:value-type="{value_type}"'
    details = open_table(row(cell("", facts)), FORMATS + style)
    assert details.number_format_of("One", (0, 0)) == code


# ---------------------------------------------------------------------------------------------- annotations


def test_a_note_has_text_and_author() -> None:
    note = "<dc:creator> Di Robinson </dc:creator><dc:date>2024</dc:date>"
    note += "<text:p>two<text:s/>words</text:p><text:p>more</text:p>"
    table = row(cell(), cell(f"<office:annotation>{note}</office:annotation><text:p>x</text:p>"))
    assert open_table(table).annotations() == [Annotation("comment", "One", "B1", "two words\nmore", "Di Robinson")]


def frame(inside: str, name: str = "Image 1") -> str:
    return f'<draw:frame draw:name="{name}">{inside}</draw:frame>'


IMAGE = '<draw:image xlink:href="Pictures/1.png"><text:p/></draw:image>'
MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="application/vnd.oasis.opendocument.chart"/>
<manifest:file-entry manifest:full-path="Object 2/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
</manifest:manifest>"""


@pytest.mark.parametrize(
    ("shape", "annotations"),
    [
        (
            frame("<draw:text-box><text:p>in a</text:p><text:p>box</text:p></draw:text-box>"),
            [("text-box", "in a\nbox")],
        ),
        ("<draw:custom-shape><text:p>shape</text:p></draw:custom-shape>", [("text-box", "shape")]),
        ("<draw:custom-shape><text:p/></draw:custom-shape>", []),
        (frame(IMAGE), [("picture", "Image 1")]),
        (
            frame(f"{IMAGE}<svg:title>Title</svg:title><svg:desc>A screenshot</svg:desc>"),
            [("picture", "A screenshot")],
        ),
        (
            f"<draw:g>{frame(IMAGE)}<draw:g><draw:rect><text:p>deep</text:p></draw:rect></draw:g></draw:g>",
            [("picture", "Image 1"), ("text-box", "deep")],
        ),
        (frame(f'<draw:object xlink:href="./Object 1"/>{IMAGE}'), []),
        (
            frame(f'<draw:object xlink:href="./Object 2"/>{IMAGE}'),
            [("embedded-object", "application/vnd.oasis.opendocument.text")],
        ),
        (frame(f'<draw:object-ole xlink:href="./Object 3"/>{IMAGE}'), [("embedded-object", "Object 3")]),
        ("<draw:control><text:p>x</text:p></draw:control>", []),
    ],
)
@pytest.mark.parametrize("at_cell", [True, False])
def test_shapes_are_read_as_annotations(shape: str, annotations: list[tuple[str, str]], at_cell: bool) -> None:
    table = row(cell(), cell(shape, "")) if at_cell else f"<table:shapes>{shape}</table:shapes>" + row(text("x"))
    cell_name = "B1" if at_cell else ""
    details = details_of("ods", ods(table, more={"META-INF/manifest.xml": MANIFEST, "Pictures/1.png": PNG}))
    assert details.annotations() == [Annotation(code, "One", cell_name, words) for code, words in annotations]


@pytest.mark.parametrize(
    ("part", "macros"),
    [
        ("Basic/Standard/Module1.xml", True),
        ("Basic/Standard/script-lb.xml", False),
        ("Basic/script-lc.xml", False),
        ("Scripts/python/x.py", True),
        ("Pictures/1.png", False),
    ],
)
def test_macros_are_recognised(part: str, macros: bool) -> None:
    annotations = details_of("ods", ods(row(text("x")), more={part: "x"})).annotations()
    assert annotations == ([Annotation("macros")] if macros else [])


# -------------------------------------------------------------------------------------------- the workbook


def test_the_time_of_saving_and_date_system_are_read() -> None:
    meta = '<m xmlns:dc="d"><dc:date>2024-03-01T10:00:00.123456789</dc:date></m>'
    details = details_of("ods", ods('<table:null-date table:date-value="1904-01-01"/>', more={"meta.xml": meta}))
    assert details.saved_at == datetime.datetime(2024, 3, 1, 10)
    assert details.date1904
    assert open_table("").saved_at is None
    assert not open_table("").date1904


def test_content_that_is_not_well_formed_is_named() -> None:
    with pytest.raises(ReturnError) as error:
        open_table("<table:table-row>").annotations()
    assert (error.value.code, error.value.facts) == ("damaged", {"found": "content.xml"})


def test_invalid_repeat_counts_are_read_as_one() -> None:
    counts = [f'table:number-columns-repeated="{count}"' for count in ("-5", "9" * 5000)]
    table = row(*(cell("", count) for count in counts), text("c"))
    assert open_table(table).displayed_text("One", (0, 2)) == "c"
    assert sys.getsizeof(open_table(row(text('<text:s text:c="999999999"/>'))).displayed_text("One", (0, 0))) < 100_000
