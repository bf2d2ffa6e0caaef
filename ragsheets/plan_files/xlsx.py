"""A plan as plan.xlsx: the checks before one is parsed, its three sheets, and what is wrong in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError, Problem, ReturnError
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.limits import Limits
from ragsheets.plan_files.locations import MAX_LISTED, join_locations
from ragsheets.plan_files.parse import PlanFile, read_content, read_plan_template, validate_plan
from ragsheets.plan_files.xlsx_edits import edit as edit
from ragsheets.plan_files.xlsx_layout import GROUPS_SHEET, PLAN_SHEET, PlanSheet, tasks_sheet
from ragsheets.plan_files.xlsx_rows import PlanTables
from ragsheets.plan_files.xlsx_sheet import SheetReading, read_sheet
from ragsheets.text import normalise_text
from ragsheets.validation import suggest_nearest

if TYPE_CHECKING:
    from ragsheets.formats.spreadsheet.details import WorkbookDetails
    from ragsheets.formats.spreadsheet.values import Sheets
    from ragsheets.plan.model import Plan
    from ragsheets.template.model import Template


def parse(content: bytes, name: str, template_folders: Sequence[Path]) -> PlanFile:
    """Parse the bytes of a plan.xlsx and read the template that it names, which is in the first of the folders.

    Nothing is parsed before the file passes the checks for returned workbooks. Raises PlanError with every problem in
    it, each with its sheet and cell.
    """
    with _unusable_file_errors(name):
        return _PlanWorkbook(content, name).read_plan_file(template_folders[0])


def write(plan: Plan, template: Template, *_: object) -> bytes:
    """Return a plan as the bytes of a plan.xlsx."""
    from ragsheets.plan_files.xlsx_writer import write_plan

    return write_plan(plan, template)


def read_ledger_name(path: Path) -> str:
    """Return the ledger that a plan.xlsx names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError if the file cannot be read.
    """
    content = read_content(path)
    with _unusable_file_errors(path.name):
        reading = _PlanWorkbook(content, path.name).read_plan_sheet(PLAN_SHEET)
    return reading.rows[0]["ledger"] if reading.rows else ""


class _PlanWorkbook:
    """An opened workbook; raises PlanError if the file is not a workbook or must not be opened."""

    def __init__(self, content: bytes, file_name: str) -> None:
        self.file_name = file_name
        self.problems: list[Problem] = []
        self.sheets, self.details = _open_workbook(content, file_name)
        self.uncertain_numbers: dict[str, str] = {}

    def read_plan_file(self, template_folder: Path) -> PlanFile:
        tables = PlanTables()
        plan, groups = self.read_plan_sheet(PLAN_SHEET), self.read_plan_sheet(GROUPS_SHEET)
        tables.add_plan(PLAN_SHEET.name, plan.rows)
        template, problems = read_plan_template(tables.raw, template_folder, tables.address_of)
        tasks = self.read_plan_sheet(tasks_sheet(template), all_columns_known=template is not None)
        problems = [*self.problems, *problems]
        if not groups.rows and not groups.lacks_columns:
            problems.append(Problem(GROUPS_SHEET.name, "names no sub-group.", "Fill in a row for each."))
        # A sheet that lacks a column is not checked further, because the missing column would be reported again for
        # every row.
        if plan.lacks_columns or not plan.rows:
            tables.assume_plan()
        if groups.rows and "group" in groups.rows[0].texts:
            tables.add_groups(groups.rows)
        else:
            tables.assume_groups(tasks.rows)
        if tasks.lacks_columns:
            tables.assume_tasks()
        else:
            tables.add_tasks(tasks.rows)
        problems += tables.problems
        plan_file = validate_plan(
            self.file_name,
            tables.raw,
            template,
            problems,
            tables.address_of,
            has_cells=True,
            sheet_warnings=list(_number_warnings(self.uncertain_numbers)),
        )
        return replace(plan_file, task_rows=tables.task_rows)

    def read_plan_sheet(self, sheet: PlanSheet, *, all_columns_known: bool = True) -> SheetReading:
        """Read a sheet, whatever the case and spacing of its name; add its problems to those of the others."""
        for name, rows in self.sheets:
            if normalise_text(name) == normalise_text(sheet.name):
                reading = read_sheet(sheet, name, rows, self.details, all_columns_known=all_columns_known)
                self.problems += reading.problems
                self.uncertain_numbers |= reading.uncertain_numbers
                return reading
        fix = suggest_nearest(sheet.name, [name for name, _ in self.sheets])
        self.problems.append(Problem("", f"there is no sheet “{sheet.name}”.", fix))
        return SheetReading(lacks_columns=True)


def _open_workbook(content: bytes, file_name: str) -> tuple[Sheets, WorkbookDetails]:
    from ragsheets.formats import guard, protection
    from ragsheets.formats.spreadsheet.usual_form import usual_form
    from ragsheets.returns.intake import open_file

    content = protection.without_default_password(content)
    kind, archive = guard.identify(content)
    if kind != "xlsx":
        fix = "Open it in your office program, save it as .xlsx and try again."
        raise PlanError("is not an .xlsx workbook, although its name says so.", where=file_name, fix=fix)
    details = open_file.read_guarded_details(kind, content, archive, Limits())
    return open_file.read_sheet_values(usual_form(kind, content, archive)), details


@contextmanager
def _unusable_file_errors(file_name: str) -> Iterator[None]:
    """Raise PlanError for an unreadable workbook of this name, whatever fails: its reader is the file's owner."""
    try:
        with failures_as_damage():
            yield
    except ReturnError as error:
        from ragsheets.returns.finding_catalogue import make_finding

        finding = make_finding(error.code, found=error.facts.get("found", ""), wanted=error.facts.get("wanted", ""))
        fix = "Open it in your office program, save it as .xlsx and try again."
        if error.code in ("encrypted", "rights-managed"):
            fix = "Open it in your office program, remove its protection, save it and try again."
        raise PlanError(finding.message, where=file_name, fix=fix) from None


def _number_warnings(uncertain_numbers: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the warning about numbers in place of text: programs drop their trailing zeros."""
    if uncertain_numbers:
        values = list(dict.fromkeys(uncertain_numbers.values()))
        problem = f"numbers, read as {', '.join(values[:MAX_LISTED])}{' …' if len(values) > MAX_LISTED else ''}."
        fix = "If 2.10 was meant, not 2.1, format the cell as text and type it again."
        yield Problem(join_locations(list(uncertain_numbers)), problem, fix)
