"""Write a plan as plan.xlsx: three sheets that a coordinator fills in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ragsheets import dates, files
from ragsheets.errors import PlanError, Problem
from ragsheets.formats.a1 import absolute_range, address, column_letter, sheet_reference, string_literal
from ragsheets.plan.model import Plan
from ragsheets.plan_files.warnings import EXAMPLE_PREFIX
from ragsheets.plan_files.xlsx_layout import (
    GROUPS_SHEET,
    PLAN_SHEET,
    PlanSheet,
    PlanSheetColumn,
    task_values,
    tasks_sheet,
)
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.template.model import Template
from ragsheets.template.reader import shipped_templates
from ragsheets.workbook import archive, sheets
from ragsheets.workbook.layout import MAX_CELL_CHARACTERS, Dropdown
from ragsheets.workbook.text_metrics import height_of

#: The most characters of a data validation's prompt and list, and of a prompt's title (ECMA-376 part 1, 18.3.1.32).
_MAX_PROMPT, _MAX_PROMPT_TITLE = 255, 32
#: The empty rows below the last that have prompts and lists, and the further sub-groups that the list has room for.
_SPARE_ROWS, _SPARE_GROUPS = 500, 20
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_HEADING_STYLE = "plan heading"
#: The number format of each kind of column.
_NUMBER_FORMATS = {"text": sheets.TEXT_FORMAT, "date": sheets.DATE_FORMAT, "number": "General"}

#: The values of a row by column key, and whether the row is banded.
_RowValues = tuple[dict[str, str], bool]


def write_plan(plan: Plan, template: Template) -> bytes:
    """Return a plan as the bytes of a plan.xlsx; the same plan gives the same bytes.

    Every row names its sub-group, outcome and action, so that the sheet can be sorted and filtered. Only parts that
    have a key get one in the file: pass the plan as it was written. Keys of outcomes and actions are not written.

    Args:
        plan: the plan.
        template: gives the look, and the columns that the plan fills in addition to task and target.
    """
    return _PlanXlsxWriter(plan, template).write()


class _PlanXlsxWriter:
    """Writes one plan."""

    def __init__(self, plan: Plan, template: Template) -> None:
        self.plan, self.template, self.look = plan, template, template.look
        self.workbook = sheets.empty_book(template.look)
        self.overlong_texts: list[Problem] = []

    def write(self) -> bytes:
        self._add_styles()
        tasks = tasks_sheet(self.template)
        self._write_sheet(PLAN_SHEET, list(_plan_rows(self.plan)))
        self._write_sheet(GROUPS_SHEET, list(_group_rows(self.plan)))
        self._write_sheet(tasks, list(_task_rows(self.plan)))
        if self.overlong_texts:
            raise PlanError("texts too long for a workbook", problems=self.overlong_texts)
        self._add_outcome_borders(self.workbook[tasks.name], tasks)
        # A plan has no date of its own, and the date of writing would change the bytes each time.
        sheets.set_properties(
            self.workbook, self.plan.title, self.plan.partnership, datetime.date(*files.ZIP_EPOCH[:3])
        )
        return archive.to_bytes(self.workbook, {})

    def _write_sheet(self, sheet: PlanSheet, rows: list[_RowValues]) -> None:
        worksheet: Any = self.workbook.create_sheet(sheet.name)
        headings = [(field.heading_text, field.width) for field in sheet.columns]
        sheets.write_headings(worksheet, headings, _HEADING_STYLE, self.look.size)
        for column, field in enumerate(sheet.columns, 1):
            # Cells below the last row get the column's style, so that values typed there stay text too.
            dimension = worksheet.column_dimensions[column_letter(column)]
            dimension._style = sheets.styled_cell(self.workbook, _style_name(field.kind, False))._style
        for number, (values, banded) in enumerate(rows, 2):
            for column, field in enumerate(sheet.columns, 1):
                self._write_value(worksheet, worksheet.cell(number, column), values.get(field.key, ""), field, banded)
            texts = [(values.get(field.key, ""), field.width) for field in sheet.columns]
            worksheet.row_dimensions[number].height = height_of(texts, self.look.size)
        last_row = len(rows) + 1 + _SPARE_ROWS
        for column, field in enumerate(sheet.columns, 1):
            self._add_prompt(worksheet, field, f"{column_letter(column)}2:{column_letter(column)}{last_row}")
        self._add_example_format(worksheet, f"A2:{column_letter(len(sheet.columns))}{last_row}")
        _set_view(worksheet, sheet, len(rows) + 1)

    def _write_value(self, worksheet: Any, cell: Any, text: str, column: PlanSheetColumn, banded: bool) -> None:
        style = _style_name(column.kind, banded)
        date = dates.read_date(text) if column.kind == "date" and text else None
        if date and date.year >= sheets.FIRST_EXCEL_YEAR:
            cell.value = date
            cell.style = style
        elif column.kind == "number" and _PLAIN_NUMBER.fullmatch(text) and text_of(float(text)) == text:
            cell.value = float(text)
            cell.style = style
        else:
            if len(text) > MAX_CELL_CHARACTERS:
                problem = f"has {len(text)} characters; a cell holds {MAX_CELL_CHARACTERS}."
                self.overlong_texts.append(Problem(f"{worksheet.title}!{cell.coordinate}", problem, "Shorten it."))
            sheets.write_text(cell, text, style)

    def _add_styles(self) -> None:
        look = self.look
        heading = sheets.table_style(_HEADING_STYLE, look, bold=True, ink=look.heading_ink, fill=look.heading_fill)
        self.workbook.add_named_style(heading)
        for kind, code in _NUMBER_FORMATS.items():
            for banded in (False, True):
                fill = look.panel_fill if banded else None
                self.workbook.add_named_style(sheets.table_style(_style_name(kind, banded), look, code, fill=fill))

    def _add_prompt(self, worksheet: Any, column: PlanSheetColumn, cell_range: str) -> None:
        """Add the prompt shown when a cell is selected, and the list to pick from, if any."""
        source, error = self._list_source(worksheet, column)
        title, prompt = column.heading_text[:_MAX_PROMPT_TITLE], column.prompt[:_MAX_PROMPT]
        dropdown = Dropdown((cell_range,), source, title, prompt, title if error else "", error)
        sheets.add_validation(worksheet, dropdown, rejects_others=bool(error))

    def _list_source(self, worksheet: Any, column: PlanSheetColumn) -> tuple[str, str]:
        """Return the source of a cell's list, "" for none, and the error message for values not in it."""
        if column.kind == "yes or no":
            return string_literal("yes,no"), "Pick yes or no, or leave the cell empty."
        if column.key == "template":
            return _inline_list(shipped_templates()), ""
        if column.choices:
            return _inline_list(column.choices), "Please pick one from the list."
        if column.key == "group" and worksheet.title != GROUPS_SHEET.name:
            last_row = len(self.plan.groups) + 1 + _SPARE_GROUPS
            source = sheet_reference(
                GROUPS_SHEET.name, absolute_range(GROUPS_SHEET.column_number("group"), 2, last_row)
            )
            return source, f"Write the sub-group on the sheet {GROUPS_SHEET.name} first; then pick it here."
        return "", ""

    def _add_example_format(self, worksheet: Any, cell_range: str) -> None:
        """Format examples as cells still to be filled in, until they are overwritten."""
        formula = f"LEFT(A2,{len(EXAMPLE_PREFIX)})={string_literal(EXAMPLE_PREFIX)}"
        rule = sheets.formula_rule(formula, ink=self.look.band_ink, fill=self.look.answer_fill, italic=True)
        worksheet.conditional_formatting.add(cell_range, rule)

    def _add_outcome_borders(self, worksheet: Any, sheet: PlanSheet) -> None:
        """Draw a darker line above the first row of each outcome, also after rows are moved or added."""
        group, ref, title = (
            f"${column_letter(sheet.column_number(key))}" for key in ("group", "outcome_ref", "outcome")
        )
        outcome_changed = f"{ref}2&{title}2<>{ref}1&{title}1"
        formula = f'OR(AND({group}2<>"",{group}2<>{group}1),AND({ref}2&{title}2<>"",{outcome_changed}))'
        cells = f"A2:{column_letter(len(sheet.columns))}{worksheet.max_row + _SPARE_ROWS}"
        border = sheets.border_above(self.look.band_ink, self.look.rule)
        worksheet.conditional_formatting.add(cells, sheets.formula_rule(formula, border=border))


def _set_view(worksheet: Any, sheet: PlanSheet, last_row: int) -> None:
    worksheet.sheet_view.tabSelected = sheet is PLAN_SHEET
    sheets.freeze_rows(worksheet, 1, "A2")
    if sheet not in (PLAN_SHEET, GROUPS_SHEET):
        worksheet.auto_filter.ref = f"A1:{address(last_row, len(sheet.columns))}"
    sheets.set_up_page(worksheet)
    worksheet.print_area = f"A1:{address(last_row, len(sheet.columns))}"
    worksheet.print_title_rows = "1:1"


def _plan_rows(plan: Plan) -> Iterator[_RowValues]:
    values = {"title": plan.title, "partnership": plan.partnership, "template": plan.template}
    yield values | {"ledger": plan.ledger or "", "keep_returns_months": str(plan.keep_returns_months or "")}, False


def _group_rows(plan: Plan) -> Iterator[_RowValues]:
    for group in plan.groups:
        values = {"group": group.name, "contact": group.contact, "email": group.email, "key": group.key}
        yield values | {"on_hold": "yes" if group.on_hold else ""}, False


def _task_rows(plan: Plan) -> Iterator[_RowValues]:
    """Return the tasks with their sub-group, outcome and action; every other outcome is banded."""
    outcomes = [outcome for group in plan.groups for outcome in group.outcomes]
    bands = {id(outcome): number % 2 == 1 for number, outcome in enumerate(outcomes)}
    return ((task_values(path), bands[id(path.outcome)]) for path in plan.task_paths)


def _style_name(kind: str, banded: bool) -> str:
    format_kind = kind if kind in _NUMBER_FORMATS else "text"
    return f"plan {format_kind}{' banded' if banded else ''}"


def _inline_list(words: Sequence[str]) -> str:
    """Return a list as its own source; "" if Excel cannot hold it: a word with a comma, or too many characters."""
    source = string_literal(",".join(words))
    return source if len(source) <= _MAX_PROMPT and not any("," in word for word in words) else ""
