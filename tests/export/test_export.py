"""Exports: each form read back gives the same texts, and none of them is anything but text."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import json
import re
import sys
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ragsheets.errors import ProjectError
from ragsheets.export import FILE_FORMATS, export_file
from ragsheets.export.rows import ExportColumn, TidyTable
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office, has_forbidden_characters

FIELDS = (
    ExportColumn("period", "date"),
    ExportColumn("key"),
    ExportColumn("position"),
    ExportColumn("cost", "number"),
    ExportColumn("done_by", "date"),
)
COST, DONE_BY = 3, 4

TEXTS = [
    *(
        "=1+1",
        "+44 1452 396396",
        "-5",
        "@SUM(A1)",
        "＝1+1",
        "－5",
        " =1+1",
        "\u00a0=1+1",
        "\t=1+1",
        "\n=1+1",
        "\tx",
        "\nx",
    ),
    *("'tis so", "'=1+1", "''=1+1", "' -5", "'", "''", "- a point\n- another", "=cmd|'/C calc'!A0"),
    *("one\ntwo", 'say "no", or yes', "a,b;c", "  both ends  ", "x" * 32_767, "😀 and 👩‍👩‍👧", "naïve – “quoted”"),
    *("NULL", "nan", "N/A", "None", "TRUE", "007", "1e5", "2008-09-04", "4/9/2008", "10%", "_x0041_", "<b>&amp;", ""),
    *("http://example.org", "[link](x)", "a\x0bb", "a\0b", "\x00"),
]


def tidy(*texts: str, cost: str = "", done_by: str = "") -> TidyTable:
    rows = tuple(("2008-09-04", f"2.1{number}", text, cost, done_by) for number, text in enumerate(texts))
    template = read_template("standard")
    return TidyTable("Progress", "Our Partnership", datetime.date(2008, 9, 4), template, FIELDS, rows)


def taken_off(text: str) -> str:
    """A cell of a .csv file without the apostrophe that guards it."""
    return text[1:] if re.match(r"'+(?:\s*[=+\-@＝＋－＠]|[ ]*[\t\r\n])", text) else text


def of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def of_xlsx(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def positions(form: str, content: bytes) -> list[str]:
    """The texts under "position", as another program reads them."""
    if form == "csv":
        return [taken_off(row[2]) for row in of_csv(content)]
    if form == "xlsx":
        return [str(row[2]) for row in of_xlsx(content)]
    if form == "json":
        return [row["position"] for row in json.loads(content)]
    found: list[str] = parquet.read_table(io.BytesIO(content)).column("position").to_pylist()
    return found


def held(form: str, text: str) -> str:
    """What a form can hold of a text."""
    if form == "xlsx":
        return clean_for_office(text)
    return text.replace("\0", "") if form == "csv" else text


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_each_form_read_back_gives_the_same_texts(form: str) -> None:
    made = export_file(tidy(*TEXTS), form)
    assert positions(form, made.content) == [held(form, text) for text in TEXTS]


@pytest.mark.parametrize("form", FILE_FORMATS)
@given(text=st.text(max_size=30))
@settings(deadline=None, max_examples=60)
def test_whatever_a_text_is_it_comes_back(form: str, text: str) -> None:
    made = export_file(tidy(text), form)
    assert positions(form, made.content) == [held(form, text)]
    refused = {"xlsx": has_forbidden_characters(text), "csv": "\0" in text}
    assert bool(made.cells_with_dropped_characters) == refused.get(form, False)


@pytest.mark.parametrize(("form", "count"), [("csv", 2), ("xlsx", 3), ("json", 0), ("parquet", 0)])
def test_what_a_form_cannot_hold_is_left_out_and_said(form: str, count: int) -> None:
    made = export_file(tidy("a\0b", "c", "a\x0bb", "\0"), form)
    told = ["2008-09-04, task 2.10, position", "2008-09-04, task 2.12, position", "2008-09-04, task 2.13, position"]
    assert list(made.cells_with_dropped_characters) == ([told[0], told[2]] if count == 2 else told[:count])


def test_a_text_too_long_for_a_cell_is_cut_and_said() -> None:
    made = export_file(tidy("x" * 32_768, "😀" * 16_384, "x" * 32_767), "xlsx")
    assert positions("xlsx", made.content) == ["x" * 32_767, "😀" * 16_383, "x" * 32_767]
    assert len(made.cells_with_dropped_characters) == 2


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_the_same_rows_give_the_same_bytes(form: str) -> None:
    assert export_file(tidy(*TEXTS), form).content == export_file(tidy(*TEXTS), form).content


# ------------------------------------------------------------------------------------------------------- .csv


def test_csv_is_utf_8_with_excel_s_mark_and_its_lines_end_as_rfc_4180_has_it() -> None:
    content = export_file(tidy("one\ntwo", "three"), "csv").content
    assert content.startswith(codecs.BOM_UTF8)
    assert content.removeprefix(codecs.BOM_UTF8).split(b"\r\n") == [
        b"period,key,position,cost,done_by",
        b'2008-09-04,2.10,"one\ntwo",,',
        b"2008-09-04,2.11,three,,",
        b"",
    ]


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()[:1] in tuple("=+-@＝－") and text.strip()])
def test_no_cell_of_csv_can_be_taken_for_a_formula(text: str) -> None:
    ((*_, found, _, _),) = of_csv(export_file(tidy(text), "csv").content)
    assert found == f"'{text}"


@pytest.mark.parametrize(
    ("cost", "found"),
    [("-5", "-5"), ("+5.25", "+5.25"), ("-1e5", "-1e5"), ("-5+1", "'-5+1"), ("=5", "'=5"), ("-five", "'-five")],
)
def test_a_number_under_a_column_of_numbers_stays_as_it_is(cost: str, found: str) -> None:
    assert of_csv(export_file(tidy("x", cost=cost), "csv").content)[0][COST] == found


# ------------------------------------------------------------------------------------------------------ .xlsx


def test_every_text_of_xlsx_is_typed_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(export_file(tidy(*TEXTS), "xlsx").content)).worksheets[0]
    cells = [row[2] for row in sheet.iter_rows(min_row=2) if row[2].value is not None]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    rows = python_calamine.load_workbook(io.BytesIO(export_file(tidy("=1+1"), "xlsx").content)).get_sheet_by_index(0)
    assert rows.to_python()[1][2] == "=1+1"


@pytest.mark.parametrize(
    ("cost", "done_by", "found"),
    [
        ("-5.5", "2009-03-05", (-5.5, datetime.datetime(2009, 3, 5))),
        ("05", "soon", ("05", "soon")),
        ("1" * 20, "1850-01-01", ("1" * 20, "1850-01-01")),
        ("=5", "5 March 2009", ("=5", "5 March 2009")),
    ],
)
def test_numbers_are_numbers_and_dates_dates_where_nothing_is_lost_by_it(
    cost: str, done_by: str, found: tuple[Any, ...]
) -> None:
    ((period, _, _, *rest),) = of_xlsx(export_file(tidy("x", cost=cost, done_by=done_by), "xlsx").content)
    assert (period, *rest) == (datetime.datetime(2008, 9, 4), *found)


def test_xlsx_keeps_its_header_in_view_and_says_what_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(export_file(tidy("x"), "xlsx").content))
    sheet = book.worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Answers", "A2", "A1:E2")
    assert [cell.value for cell in sheet[1]] == [field.name for field in FIELDS]
    assert (book.properties.title, book.properties.language) == ("Progress", "en-GB")
    assert book.properties.creator == "Our Partnership"


# --------------------------------------------------------------------------------------------------- .parquet


def test_without_pyarrow_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ProjectError, match="pyarrow") as raised:
        export_file(tidy("x"), "parquet")
    assert 'pip install "ragsheets[parquet]"' in raised.value.problems[0].fix


def test_json_writes_half_a_sign_as_its_code() -> None:
    assert json.loads(export_file(tidy("a\ud800b"), "json").content)[0]["position"] == "a\ud800b"
    for form in ("csv", "parquet", "xlsx"):
        made = export_file(tidy("a\ud800b"), form)
        assert positions(form, made.content) == ["ab"]
        assert len(made.cells_with_dropped_characters) == 1
