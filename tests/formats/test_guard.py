"""Checks of a sheet before it is parsed: the extent of its values, however its cells are written, and its entities."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from helpers.office_packages import relationships_part
from ragsheets.errors import ReturnError
from ragsheets.formats.guard import check_xlsx
from ragsheets.formats.limits import Limits
from ragsheets.formats.zip_archive import ZipArchive

NEAR = '<c r="A1"><v>1</v></c>'


def rejection_code(cells: str, limits: Limits | None = None) -> str:
    """Return the error code for a workbook with one sheet of these cells; "" if it is accepted."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        sheet = f'<worksheet xmlns:x="u"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/_rels/workbook.xml.rels", relationships_part(("worksheet", "worksheets/sheet1.xml")))
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    try:
        check_xlsx(ZipArchive(buffer.getvalue()), limits or Limits())
    except ReturnError as error:
        return error.code
    return ""


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
