"""The file that is sent: its cells, what can be typed, and what it shows where nothing recalculates."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from helpers import office
from ragsheets.formats.a1 import address
from ragsheets.plan.model import Period, Plan
from ragsheets.template.colour import MIN_CONTRAST, contrast
from ragsheets.template.model import Template
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.layout import PrefilledAnswers, WorkbookLayout
from ragsheets.workbook.writer import to_xlsx

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def layout(example: tuple[Plan, Template], period: Period) -> WorkbookLayout:
    plan, template = example
    return lay_out(plan, template, plan.groups[0], period)


@pytest.fixture(scope="module")
def content(layout: WorkbookLayout, example: tuple[Plan, Template], period: Period) -> bytes:
    return to_xlsx(layout, example[1], period.date)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def outcome(book: openpyxl.Workbook) -> Worksheet:
    return book["Outcome 2.1"]


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_front_sheet_has_group_contact_dates_and_instructions(
    book: openpyxl.Workbook, example: tuple[Plan, Template]
) -> None:
    front = book.worksheets[0]
    front_text = "\n".join(texts(front))
    assert front["A1"].value == "Thematic Sub-Group Performance Reporting"
    for phrase in (
        "Stronger Communities",
        "Di Robinson",
        "4th September 2008",
        "18th September 2008",
        "press Enable Editing",
        "Unprotect Sheet",
        *(status.label for status in example[1].statuses),
    ):
        assert phrase in front_text
    links = [cell.hyperlink.location for row in front.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Outcome 2.1'!A1", "'Outcome 2.2'!A1", "'Outcome 3.1'!A1"]


def test_an_outcome_sheet_follows_the_2008_layout(outcome: Worksheet, example: tuple[Plan, Template]) -> None:
    cell_texts = texts(outcome)
    in_order = [
        "Tasks",
        "Target",
        "Position",
        "Status",
        "Planned improvement/action needed and deadline",
        "Outcome: 2.1: People of every background get on well at home, at work and at leisure",
        "Date: 4th September 2008",
        "Summary",
        "Thematic Sub-group: Stronger Communities",
        "Green – on track",
        "Contact: Di Robinson",
        "Amber – needs attention",
        "Red – needs action",
        "Total",
        "Action: Bring Gloucester's communities closer together",
    ]
    positions = [cell_texts.index(phrase) for phrase in in_order]
    assert positions == sorted(positions)
    assert [text[:3] for text in cell_texts if re.match(r"[a-d]\) ", text)] == ["a) ", "b) ", "c) ", "d) "]


def test_the_heading_row_is_frozen_and_printed_on_every_page(outcome: Worksheet) -> None:
    assert outcome.freeze_panes == "A3"
    assert outcome.print_title_rows == "$1:$2"
    assert [cell.value for cell in outcome[2]][:5] == [
        "Tasks",
        "Target",
        "Position",
        "Status",
        "Planned improvement/action needed and deadline",
    ]


def test_sheets_print_on_landscape_a4_one_page_wide(book: openpyxl.Workbook) -> None:
    assert book.worksheets
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth == 1


def test_nothing_is_merged(book: openpyxl.Workbook) -> None:
    assert all(not sheet.merged_cells.ranges for sheet in book.worksheets)


def test_only_answer_cells_are_unlocked_and_no_password_is_set(book: openpyxl.Workbook, layout: WorkbookLayout) -> None:
    assert layout.sheets
    for sheet in layout.sheets:
        worksheet = book[sheet.name]
        assert worksheet.protection.sheet
        assert worksheet.protection.password is None
        assert not worksheet.protection.formatRows
        assert not worksheet.protection.formatColumns
        for cell in sheet.cells:
            locked = worksheet.cell(cell.row, cell.column).protection.locked
            assert locked is not cell.style.startswith("answer"), (sheet.name, address(cell.row, cell.column))


def test_the_status_is_chosen_from_a_range_with_a_prompt_and_an_error(
    book: openpyxl.Workbook, outcome: Worksheet
) -> None:
    (rule,) = [rule for rule in outcome.data_validations.dataValidation if rule.type == "list"]
    sheet, cells = re.fullmatch(r"'(.+)'!(.+)", rule.formula1).groups()  # type: ignore[union-attr]
    assert [row[0].value for row in book[sheet][cells.replace("$", "")]] == ["GREEN", "AMBER", "RED"]
    assert rule.showInputMessage
    assert rule.prompt
    assert rule.showErrorMessage
    assert "GREEN, AMBER, RED" in rule.error
    covered = {cell for cells in rule.sqref.ranges for row in cells.rows for cell in row}
    statuses = {(row, 4) for row in range(1, outcome.max_row + 1) if not outcome.cell(row, 4).protection.locked}
    assert covered == statuses


def test_each_status_colours_its_cell_with_enough_contrast(outcome: Worksheet) -> None:
    (cells,) = outcome.conditional_formatting
    for rule in cells.rules:
        ink, fill = rule.dxf.font.color.rgb[2:], rule.dxf.fill.bgColor.rgb[2:]
        assert contrast(ink, fill) >= MIN_CONTRAST
        assert rule.type == "expression"
    assert {rule.formula[0].split("=")[1] for rule in cells.rules} == {'"GREEN"', '"AMBER"', '"RED"'}


def test_every_text_has_enough_contrast(book: openpyxl.Workbook) -> None:
    assert book.worksheets
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    background = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "FFFFFF"
                    assert contrast(cell.font.color.rgb[2:], background) >= MIN_CONTRAST, (sheet.title, cell.coordinate)


def test_row_heights_are_set_and_may_grow(parts: dict[str, bytes], layout: WorkbookLayout) -> None:
    sheets = [part for name, part in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(layout.sheets)
    for part in sheets:
        assert b"customHeight" not in part
        root = etree.fromstring(part)
        assert all(row.get("ht") for row in root.iter(f"{MAIN}row"))


def test_long_texts_get_high_rows(example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    short = lay_out(plan, template, plan.groups[0], period).sheets[1]
    row = int(short.active_cell[1:])
    key = next(cell.value for cell in short.cells if (cell.row, cell.column) == (row, short.hidden_column))
    answers = PrefilledAnswers({str(key): {"position": "words and more words " * 100}})
    long = lay_out(plan, template, plan.groups[0], period, answers).sheets[1]
    assert long.heights[row] > 5 * short.heights[row]


def test_every_formula_has_a_stored_value(parts: dict[str, bytes]) -> None:
    count = 0
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            for formula in etree.fromstring(part).iter(f"{MAIN}f"):
                (value,) = formula.getparent().findall(f"{MAIN}v")  # type: ignore[union-attr]
                assert value.text
                count += 1
    assert count > 20


def test_text_is_shared_and_never_inline(parts: dict[str, bytes]) -> None:
    assert all(b"inlineStr" not in part for name, part in parts.items() if name.startswith("xl/worksheets/"))
    assert b"sharedStrings" in parts["[Content_Types].xml"]


@pytest.mark.parametrize("text", ["=1+1", "+44 1452", "-5 places", "@home", "_x0041_ stays", "  blanks  ", "<b>&amp;"])
def test_text_is_stored_as_text(example: tuple[Plan, Template], period: Period, text: str) -> None:
    plan, template = example
    task = plan.groups[0].outcomes[0].actions[0].tasks[0].key
    layout = lay_out(plan, template, plan.groups[0], period, PrefilledAnswers({task: {"position": text}}))
    worksheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(layout, template, period.date)))["Outcome 2.1"]
    cell = worksheet[layout.sheets[1].active_cell]
    assert cell.data_type == "s"
    assert cell.value.replace("_x005F_", "_") == text


def test_characters_that_a_workbook_cannot_hold_are_removed(example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    task = plan.groups[0].outcomes[0].actions[0].tasks[0].key
    layout = lay_out(
        plan, template, plan.groups[0], period, PrefilledAnswers({task: {"position": "a\x07b\ud800c\ufffe"}})
    )
    worksheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(layout, template, period.date)))["Outcome 2.1"]
    assert worksheet[layout.sheets[1].active_cell].value == "abc"


def test_a_text_of_only_such_characters_is_an_empty_cell(example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    group = plan.groups[0].model_copy(update={"contact": "\x00"})
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(lay_out(plan, template, group, period), template, period.date)))
    assert "Contact" in [cell.value for row in book["Start here"] for cell in row]


def test_the_properties_have_title_author_and_language(parts: dict[str, bytes]) -> None:
    core = parts["docProps/core.xml"].decode()
    assert "Thematic Sub-Group Performance Reporting – Stronger Communities – 4th September 2008" in core
    assert re.search("<dc:creator[^>]*>Gloucester Partnership</dc:creator>", core)
    assert "en-GB" in core
    assert "openpyxl" not in core


def test_the_workbook_is_identified_in_several_ways(book: openpyxl.Workbook, layout: WorkbookLayout) -> None:
    facts = book["ragsheets"]
    assert facts.sheet_state == "hidden"
    named_cells = {name: next(iter(book.defined_names[name].destinations)) for name in book.defined_names}
    sheet, cell = named_cells["ragsheets_reference"]
    assert book[sheet][cell.replace("$", "")].value == layout.reference
    for worksheet in book.worksheets[1:4]:
        assert any(layout.reference in text for text in texts(worksheet))
        keys = [worksheet.cell(row, 6).value for row in range(3, worksheet.max_row + 1) if worksheet.cell(row, 6).value]
        assert keys[0] in {"2.1a", "2.2a", "3.1-1"}
        assert worksheet.column_dimensions["F"].hidden


def test_the_same_input_gives_the_same_bytes(content: bytes, example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    assert to_xlsx(lay_out(plan, template, plan.groups[0], period), template, period.date) == content


@pytest.mark.slow
def test_office_finds_no_fault(tmp_path: Path, example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    assert plan.groups
    for group in plan.groups:
        path = tmp_path / "workbook.xlsx"
        path.write_bytes(to_xlsx(lay_out(plan, template, group, period), template, period.date))
        assert office.rule_violations(path) == []


def test_the_file_has_the_date_of_the_period_not_of_the_clock(content: bytes) -> None:
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert properties.created == properties.modified == datetime.datetime(2008, 9, 4)
