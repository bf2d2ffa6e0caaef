"""What a sheet must pass before a parser lays it out: the box around its values, however its cells are written."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from ragsheets.errors import ReturnError
from ragsheets.formats.guard import check_xlsx
from ragsheets.formats.limits import Limits
from ragsheets.formats.zip_archive import ZipArchive

NEAR = '<c r="A1"><v>1</v></c>'


def checked(cells: str, limits: Limits | None = None) -> str:
    """The code that a workbook with one sheet of these cells is refused with; "" where it passes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        sheet = f'<worksheet xmlns:x="u"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
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
def test_a_value_far_from_the_others_is_refused_however_its_cell_is_written(far: str) -> None:
    assert checked(NEAR) == checked(far.replace("XFD1048576", "Z9999").replace("Z1048576", "Z9999")) == ""
    assert checked(NEAR + far) == "too-large"


@pytest.mark.parametrize("cell", ["A0", "A01", "AAAA1", "a1", "A", "1", ""])
def test_what_is_no_address_is_damage(cell: str) -> None:
    assert checked(f'{NEAR}<c r="{cell}"><v>1</v></c>') == "damaged"


def test_cells_without_a_value_may_lie_anywhere() -> None:
    assert checked(f'{NEAR}<c r="XFD1048576"/>') == ""


def test_a_narrower_limit_counts_the_near_cells_too() -> None:
    narrow = replace(Limits(), cells=100)
    assert checked(f'{NEAR}<c r="B50"><v>1</v></c>', narrow) == ""
    assert checked(f'{NEAR}<c r="B51"><v>1</v></c>', narrow) == "too-large"


@pytest.mark.parametrize("declared", ["<!DOCTYPE a>", "<!doctype a>", '<!ENTITY a "b">'])
def test_declarations_are_hostile_and_an_exclamation_mark_is_not(declared: str) -> None:
    assert checked(f"{declared}{NEAR}") == "hostile"
    assert checked(f"<!-- Hurry! -->{NEAR}") == ""
