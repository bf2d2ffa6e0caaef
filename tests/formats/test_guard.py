"""Checks of a sheet before it is parsed: the extent of its values, however its cells are written, and its entities."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from helpers.odd_packages import written_oddly
from helpers.office_packages import relationships_part, zip_of
from ragsheets.errors import ReturnError
from ragsheets.formats.guard import KIND_NAMES, FileKind, check_xlsx, identify
from ragsheets.formats.limits import Limits
from ragsheets.formats.zip_archive import ZipArchive

NEAR = '<c r="A1"><v>1</v></c>'


def workbook_of(sheet: bytes, **more: bytes) -> bytes:
    """Return a workbook of one sheet; `more` are further parts, with "__" for the slashes in their names."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relationships_part(("officeDocument", "xl/workbook.xml"), ("core-properties", "core.xml")),
        "xl/workbook.xml": "<workbook/>",
        "xl/_rels/workbook.xml.rels": relationships_part(
            ("worksheet", "worksheets/sheet1.xml"), ("customXml", "../customXml/item1.xml"), ("theme", "theme.xml")
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zip_of(parts | {name.replace("__", "/"): content for name, content in more.items()})


def sheet_of(cells: str) -> str:
    return f'<worksheet xmlns:x="u" xmlns:x-1.é="u"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'


def code_of(content: bytes, limits: Limits | None = None) -> str:
    """Return the error code for a workbook; "" if it is accepted."""
    try:
        check_xlsx(ZipArchive(content), limits or Limits())
    except ReturnError as error:
        return error.code
    return ""


def rejection_code(cells: str, limits: Limits | None = None) -> str:
    """Return the error code for a workbook with one sheet of these cells; "" if it is accepted."""
    return code_of(workbook_of(sheet_of(cells).encode()), limits)


@pytest.mark.parametrize(
    "far",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        '<c r="Z1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c  r="XFD1048576"><v>1</v></c>',
        '<c s="1" r="XFD1048576"><v>1</v></c>',
        '<c\nr="XFD1048576"><v>1</v></c>',
        '<x:c r="XFD1048576"><x:v>1</x:v></x:c>',
        '<x-1.é:c r="XFD1048576"><x-1.é:v>1</x-1.é:v></x-1.é:c>',
    ],
)
def test_a_far_value_is_rejected_however_its_cell_is_written(far: str) -> None:
    assert rejection_code(NEAR) == rejection_code(far.replace("XFD1048576", "Z9999").replace("Z1048576", "Z9999")) == ""
    assert rejection_code(NEAR + far) == "too-large"


@pytest.mark.parametrize("cell", ["A0", "A01", "AAAA1", "a1", "A", "1", ""])
def test_an_invalid_address_is_reported_as_damage(cell: str) -> None:
    assert rejection_code(f'{NEAR}<c r="{cell}"><v>1</v></c>') == "damaged"


def test_far_cells_without_a_value_are_accepted() -> None:
    assert rejection_code(f'{NEAR}<c r="XFD1048576"/>') == ""


def test_a_lower_limit_also_counts_near_cells() -> None:
    low_limits = replace(Limits(), cells=100)
    assert rejection_code(f'{NEAR}<c r="B50"><v>1</v></c>', low_limits) == ""
    assert rejection_code(f'{NEAR}<c r="B51"><v>1</v></c>', low_limits) == "too-large"


@pytest.mark.parametrize("declared", ["<!DOCTYPE a>", "<!doctype a>", '<!ENTITY a "b">'])
def test_entity_declarations_are_hostile_but_an_exclamation_mark_is_not(declared: str) -> None:
    assert rejection_code(f"{declared}{NEAR}") == "hostile"
    assert rejection_code(f"<!-- Hurry! -->{NEAR}") == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_no_encoding_hides_anything_from_the_checks(encoding: str) -> None:
    def code(cells: str) -> str:
        return code_of(workbook_of(sheet_of(cells).encode(encoding)))

    assert code(NEAR) == ""
    assert code(f'{NEAR}<c r="XFD1048576"><v>1</v></c>') == "too-large"
    assert code(f"<!DOCTYPE a>{NEAR}") == "hostile"


UNREAD = [
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "<DataMashup/>".encode("utf-16"),
    b"\xff\xff no XML",
    b"<a>" + b"x" * (5 << 20) + b"</a>",
]


@pytest.mark.parametrize("content", UNREAD, ids=["entities", "UTF-16", "no XML", "a long text"])
def test_a_part_that_nobody_reads_decides_nothing(content: bytes) -> None:
    sheet = sheet_of(NEAR).encode()
    assert code_of(workbook_of(sheet, customXml__item1_xml=b"")) == ""
    for name in ("customXml__item1.xml", "xl__left_over.xml", "xl__worksheets__old.xml", "docMetadata__LabelInfo.xml"):
        assert code_of(workbook_of(sheet, **{name: content})) == ""


def test_parts_that_office_programs_parse_are_searched_and_may_be_damaged() -> None:
    sheet = sheet_of(NEAR).encode()
    for name in ("core.xml", "xl__theme.xml", "[Content_Types].xml"):
        assert code_of(workbook_of(sheet, **{name: UNREAD[0]})) == "hostile"
        assert code_of(workbook_of(sheet, **{name: UNREAD[2]})) == ""


def test_a_sheet_of_any_name_is_checked() -> None:
    content = workbook_of(sheet_of(f'{NEAR}<c r="XFD1048576"><v>1</v></c>').encode())
    for oddity in ("sheets in another folder", "names with backslashes", "targets in capitals"):
        assert code_of(written_oddly(content, [oddity])) == "too-large"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>', "too-large"),
        ('<row r="1"><c s="1"><v>1</v></c></row><row r="9000000"><c><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c s="1"/></row>', ""),
        ("<row><c><v>1</v></c><c t='n'><v>2</v></c></row>", ""),
        (f"<row>{16_000 * '<c><v>1</v></c>'}</row>{800 * '<row/>'}<row><c><v>1</v></c></row>", "too-large"),
        (f"<row r='1'>{16_000 * '<c><v>1</v></c>'}</row>{700 * '<row/>'}<row><c><v>1</v></c></row>", ""),
    ],
)
def test_cells_without_addresses_count_where_their_rows_are(rows: str, code: str) -> None:
    assert code_of(workbook_of(f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode())) == code


def test_a_media_type_is_not_unpacked_where_it_is_a_bomb() -> None:
    with pytest.raises(ReturnError, match="too-large"):
        identify(zip_of({"mimetype": bytes(17 << 20), "content.xml": "<a/>"}))


def test_every_kind_of_file_has_a_name() -> None:
    assert set(KIND_NAMES) == set(get_args(FileKind))
