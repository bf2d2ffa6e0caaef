"""A plan.xlsx opened and read: what it must pass first, its three sheets, and what is to be said of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError, Problem, ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.plan_files.parse import PlanFile, plan_file, refused, template_of
from ragsheets.plan_files.xlsx_layout import GROUPS, PLAN, PlanSheet, tasks_sheet
from ragsheets.plan_files.xlsx_rows import MOST_NAMED, Tables, cells
from ragsheets.plan_files.xlsx_sheet import Reading, read_sheet
from ragsheets.text import plain
from ragsheets.validation import nearest

if TYPE_CHECKING:
    from ragsheets.formats.spreadsheet.details import Extras
    from ragsheets.formats.spreadsheet.values import Sheets


def read(path: Path, templates: Path | None = None) -> PlanFile:
    """Read a plan.xlsx and the template that it names, which lies in the folder `templates`, or else beside it.

    Raises PlanError with every problem in it, each with its sheet and cell; nothing is parsed before the file has
    passed what returned workbooks have to pass.
    """
    return _Book(_content(path), path.name).plan_file(templates or path.parent)


def ledger_of(path: Path) -> str:
    """The ledger that a plan.xlsx names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError where the file cannot be read.
    """
    reading = _Book(_content(path), path.name).read(PLAN)
    return reading.rows[0]["ledger"] if reading.rows else ""


def _content(path: Path) -> bytes:
    from ragsheets.formats import guard

    try:
        guard.check_size(path.stat().st_size, Limits())
        return path.read_bytes()
    except FileNotFoundError:
        raise PlanError("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as problem:
        fix = "Close it in other programs and try again."
        raise PlanError(f"cannot be read ({problem.strerror}).", where=str(path), fix=fix) from None
    except ReturnError as error:
        raise _unusable(path.name, error) from None


class _Book:
    """An opened workbook; raises PlanError where it is none, or must not be opened."""

    def __init__(self, content: bytes, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.sheets, self.extras = _opened(content, file)
        self.doubtful: dict[str, str] = {}

    def plan_file(self, folder: Path) -> PlanFile:
        tables = Tables()
        plan, groups = self.read(PLAN), self.read(GROUPS)
        tables.plan(PLAN.name, plan.rows)
        template, problems = template_of(tables.raw, folder, tables.name)
        tasks = self.read(tasks_sheet(template), known=template is not None)
        problems = [*self.problems, *problems]
        if any(reading.headless for reading in (plan, groups, tasks)) or not plan.rows or not groups.rows:
            # Every row would be told to lack what is told once.
            problems += tables.problems
            if not groups.rows and not groups.headless:
                problems.append(Problem(GROUPS.name, "names no sub-group.", "Fill in a row for each."))
            raise refused(self.file, problems)
        tables.groups(groups.rows)
        tables.tasks(tasks.rows)
        problems += tables.problems
        found = plan_file(self.file, tables.raw, template, problems, tables.name, tables.name)
        remarks = [*_doubtful(self.doubtful), *tables.remarks()]
        said = tuple(_in_file(self.file, remark) for remark in remarks)
        return PlanFile(found.plan, found.template, said, tables.rows)

    def read(self, sheet: PlanSheet, *, known: bool = True) -> Reading:
        """Read a sheet, whichever way its name is written; its problems are kept with those of the others."""
        for name, rows in self.sheets:
            if plain(name) == plain(sheet.name):
                reading = read_sheet(sheet, name, rows, self.extras, known=known)
                self.problems += reading.problems
                self.doubtful |= reading.doubtful
                return reading
        fix = nearest(sheet.name, [name for name, _ in self.sheets])
        self.problems.append(Problem("", f"there is no sheet “{sheet.name}”.", fix))
        return Reading(headless=True)


def _opened(content: bytes, file: str) -> tuple[Sheets, Extras]:
    from ragsheets.formats import guard
    from ragsheets.returns.intake import open_file

    try:
        kind, archive = guard.look_at(content)
        if kind != "xlsx":
            fix = "Open it in your office program, save it as .xlsx and try again."
            raise PlanError("is no .xlsx workbook, whatever its name says.", where=file, fix=fix)
        extras = open_file.guarded(kind, content, archive, Limits())
        return open_file.sheets_of(content), extras
    except ReturnError as error:
        raise _unusable(file, error) from None


def _unusable(file: str, error: ReturnError) -> PlanError:
    """What is told of a returned file of this kind, to the coordinator whose own file it is."""
    from ragsheets.returns.findings import finding

    said = finding(error.code, **error.facts)
    return PlanError(said.message, where=file, fix="Open it in your office program, save it as .xlsx and try again.")


def _in_file(file: str, remark: Problem) -> Problem:
    return Problem(f"{file}: {remark.where}", remark.what, remark.fix)


def _doubtful(doubtful: Mapping[str, str]) -> Iterator[Problem]:
    """What is to be said of numbers that stand where text is meant: a program drops the noughts at their ends."""
    if doubtful:
        values = list(dict.fromkeys(doubtful.values()))
        what = f"numbers, taken as {', '.join(values[:MOST_NAMED])}{' …' if len(values) > MOST_NAMED else ''}."
        fix = "Where 2.10 was meant and not 2.1, format the cell as text and type it again."
        yield Problem(cells(list(doubtful)), what, fix)
