"""Query workbooks in the tests: written, filled in as a contact would, and inspected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from helpers.projects import DATE, action, assess, group, outcome, plan, run_ragsheets, task, write_plan
from ragsheets import files
from ragsheets.project.folder import Project
from ragsheets.returns.finding import Severity
from ragsheets.returns.ingest import IngestResult

GREEN = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
PARKS = plan(group("Parks", outcome("2.1", action(task("a"), task("b"), task("c")))), group("Health", outcome("3.1")))
FULL = {"2.1a": GREEN, "2.1b": {**GREEN, "status": "AMBER"}, "2.1c": {**GREEN, "position": "Nearly done."}}
COLUMNS = {"position": "C", "status": "D", "planned": "E"}


def start_project(folder: Path, table: Mapping[str, Any], *words: str) -> Project:
    write_plan(folder, table)
    done = run_ragsheets("-C", folder, "generate", "--date", "2008-09-04", *words)
    assert done.exit_code == 0, done.output
    return Project(folder)


def period_folder(project: Project) -> Path:
    return project.period_folder(DATE)


def queries_folder(project: Project) -> Path:
    return period_folder(project) / files.QUERIES_FOLDER


def query_path(project: Project, name: str = "Parks questions.xlsx") -> Path:
    return queries_folder(project) / name


def finding_codes(result: IngestResult, group: str = "Parks", *, notes: bool = True) -> list[str]:
    """Return the codes of the findings on a sub-group's files, unless `notes` without the notes."""
    return sorted(
        item.code
        for file in result.files
        for item in file.findings
        if file.group == group and (notes or item.severity is not Severity.NOTE)
    )


def current_answers(project: Project) -> dict[str, dict[str, str]]:
    """Return the answers that count, by task and column."""
    tasks = assess(project).tasks.set_index("key")
    return {
        key: {name: tasks.loc[key, name] for name in ("position", "status_found", "planned")} for key in tasks.index
    }


def find_row(sheet: Any, key: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, sheet.max_column).value == key)


def return_query(
    project: Project, typed_texts: Mapping[tuple[str, str], Any], name: str = "answer.xlsx", of: str = ""
) -> None:
    """Return a query workbook with this typed into it, by task and column."""
    book = openpyxl.load_workbook(query_path(project, of) if of else query_path(project))
    for (key, column), text in typed_texts.items():
        sheet = next(s for s in book.worksheets if any(c.value == key for c in s[get_column_letter(s.max_column)]))
        sheet[f"{COLUMNS[column]}{find_row(sheet, key)}"] = text
    book.save(period_folder(project) / "returned" / name)


def notes_by_cell(path: Path) -> dict[tuple[str, str], str]:
    """The notes of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def front_sheet_texts(path: Path) -> list[str]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
