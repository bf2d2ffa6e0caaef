"""Exports: every format preserves the texts when read, and types them as nothing but text."""

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

COLUMNS = (
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


def tidy_table(*texts: str, cost: str = "", done_by: str = "") -> TidyTable:
    rows = tuple(("2008-09-04", f"2.1{number}", text, cost, done_by) for number, text in enumerate(texts))
    template = read_template("standard")
    return TidyTable("Progress", "Our Partnership", datetime.date(2008, 9, 4), template, COLUMNS, rows)


def without_apostrophe(text: str) -> str:
    """Return a .csv cell without the apostrophe that protects it."""
    return text[1:] if re.match(r"'+(?:\s*[=+\-@＝＋－＠]|[ ]*[\t\r\n])", text) else text


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def read_xlsx(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def positions(form: str, content: bytes) -> list[str]:
    """Return the texts under "position", as another program reads them."""
    if form == "csv":
        return [without_apostrophe(row[2]) for row in read_csv(content)]
    if form == "xlsx":
        return [str(row[2]) for row in read_xlsx(content)]
    if form == "json":
        return [row["position"] for row in json.loads(content)]
    texts: list[str] = parquet.read_table(io.BytesIO(content)).column("position").to_pylist()
    return texts


def expected_text(form: str, text: str) -> str:
    """Return what a format can hold of a text."""
    if form == "xlsx":
        return clean_for_office(text)
    return text.replace("\0", "") if form == "csv" else text


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_every_format_preserves_texts(form: str) -> None:
    exported = export_file(tidy_table(*TEXTS), form)
    assert positions(form, exported.content) == [expected_text(form, text) for text in TEXTS]


@pytest.mark.parametrize("form", FILE_FORMATS)
@given(text=st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_preserved(form: str, text: str) -> None:
    exported = export_file(tidy_table(text), form)
    assert positions(form, exported.content) == [expected_text(form, text)]
    drops_characters = {"xlsx": has_forbidden_characters(text), "csv": "\0" in text}
    assert bool(exported.cells_with_dropped_characters) == drops_characters.get(form, False)


@pytest.mark.parametrize(("form", "count"), [("csv", 2), ("xlsx", 3), ("json", 0), ("parquet", 0)])
def test_characters_that_a_format_cannot_hold_are_dropped_and_reported(form: str, count: int) -> None:
    exported = export_file(tidy_table("a\0b", "c", "a\x0bb", "\0"), form)
    cell_labels = [
        "2008-09-04, task 2.10, position",
        "2008-09-04, task 2.12, position",
        "2008-09-04, task 2.13, position",
    ]
    assert list(exported.cells_with_dropped_characters) == (
        [cell_labels[0], cell_labels[2]] if count == 2 else cell_labels[:count]
    )


def test_a_text_too_long_for_a_cell_is_cut_and_reported() -> None:
    exported = export_file(tidy_table("x" * 32_768, "😀" * 16_384, "x" * 32_767), "xlsx")
    assert positions("xlsx", exported.content) == ["x" * 32_767, "😀" * 16_383, "x" * 32_767]
    assert len(exported.cells_with_dropped_characters) == 2


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_the_same_rows_give_the_same_bytes(form: str) -> None:
    assert export_file(tidy_table(*TEXTS), form).content == export_file(tidy_table(*TEXTS), form).content


# ------------------------------------------------------------------------------------------------------- .csv


def test_csv_is_utf_8_with_a_byte_order_mark_and_rfc_4180_line_ends() -> None:
    content = export_file(tidy_table("one\ntwo", "three"), "csv").content
    assert content.startswith(codecs.BOM_UTF8)
    assert content.removeprefix(codecs.BOM_UTF8).split(b"\r\n") == [
        b"period,key,position,cost,done_by",
        b'2008-09-04,2.10,"one\ntwo",,',
        b"2008-09-04,2.11,three,,",
        b"",
    ]


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()[:1] in tuple("=+-@＝－") and text.strip()])
def test_no_csv_cell_can_be_read_as_a_formula(text: str) -> None:
    ((*_, cell, _, _),) = read_csv(export_file(tidy_table(text), "csv").content)
    assert cell == f"'{text}"


@pytest.mark.parametrize(
    ("cost", "cell_text"),
    [("-5", "-5"), ("+5.25", "+5.25"), ("-1e5", "-1e5"), ("-5+1", "'-5+1"), ("=5", "'=5"), ("-five", "'-five")],
)
def test_only_numbers_are_unescaped_in_a_column_of_numbers(cost: str, cell_text: str) -> None:
    assert read_csv(export_file(tidy_table("x", cost=cost), "csv").content)[0][COST] == cell_text


# ------------------------------------------------------------------------------------------------------ .xlsx


def test_every_text_of_xlsx_is_typed_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(export_file(tidy_table(*TEXTS), "xlsx").content)).worksheets[0]
    cells = [row[2] for row in sheet.iter_rows(min_row=2) if row[2].value is not None]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    rows = python_calamine.load_workbook(
        io.BytesIO(export_file(tidy_table("=1+1"), "xlsx").content)
    ).get_sheet_by_index(0)
    assert rows.to_python()[1][2] == "=1+1"


@pytest.mark.parametrize(
    ("cost", "done_by", "typed_values"),
    [
        ("-5.5", "2009-03-05", (-5.5, datetime.datetime(2009, 3, 5))),
        ("05", "soon", ("05", "soon")),
        ("1" * 20, "1850-01-01", ("1" * 20, "1850-01-01")),
        ("=5", "5 March 2009", ("=5", "5 March 2009")),
    ],
)
def test_numbers_and_dates_are_typed_where_nothing_is_lost(
    cost: str, done_by: str, typed_values: tuple[Any, ...]
) -> None:
    ((period, _, _, *other_values),) = read_xlsx(
        export_file(tidy_table("x", cost=cost, done_by=done_by), "xlsx").content
    )
    assert (period, *other_values) == (datetime.datetime(2008, 9, 4), *typed_values)


def test_xlsx_has_a_frozen_header_and_document_properties() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(export_file(tidy_table("x"), "xlsx").content))
    sheet = workbook.worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Answers", "A2", "A1:E2")
    assert [cell.value for cell in sheet[1]] == [column.name for column in COLUMNS]
    assert (workbook.properties.title, workbook.properties.language) == ("Progress", "en-GB")
    assert workbook.properties.creator == "Our Partnership"


# --------------------------------------------------------------------------------------------------- .parquet


def test_parquet_without_pyarrow_names_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ProjectError, match="pyarrow") as raised:
        export_file(tidy_table("x"), "parquet")
    assert 'pip install "ragsheets[parquet]"' in raised.value.problems[0].fix


def test_lone_surrogates_are_kept_in_json_and_dropped_elsewhere() -> None:
    assert json.loads(export_file(tidy_table("a\ud800b"), "json").content)[0]["position"] == "a\ud800b"
    for form in ("csv", "parquet", "xlsx"):
        exported = export_file(tidy_table("a\ud800b"), form)
        assert positions(form, exported.content) == ["ab"]
        assert len(exported.cells_with_dropped_characters) == 1
