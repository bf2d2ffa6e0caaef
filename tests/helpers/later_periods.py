"""Later periods in the tests: their workbooks as they were sent, filled in by a contact and put into returned/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from helpers import periods, projects
from helpers.projects import assess
from ragsheets import files
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.returns.finding import Severity
from ragsheets.returns.ingest import IngestResult
from ragsheets.workbook.sent_workbook import SentWorkbook, from_json

JUNE, SEPTEMBER, DECEMBER = "2008-06-05", "2008-09-04", "2008-12-04"

#: A sub-group with three outcomes' worth of nothing special: each test states what it changes.
PARKS = projects.plan(
    projects.group(
        "Parks",
        projects.outcome(
            "2.1",
            projects.action(
                projects.task("a", task="Map the services in Barton", target="By June"),
                projects.task("b", task="Map the services in Matson", target="By June"),
                projects.task("c", task="Give talks at schools", target="Eight talks"),
            ),
        ),
        projects.outcome("2.2", projects.action(projects.task("a", task="Open the new play park", target="By Easter"))),
    )
)
#: The status and plan that Parks returned in June, by task.
JUNE_ANSWERS = {
    "2.1a": ("GREEN", "Print the map by May 2009"),
    "2.1b": ("RED", "Hire help by April 2009"),
    "2.1c": ("RED", "Two more talks by March 2009"),
    "2.2a": ("GREEN", "Cut the ribbon in May 2009"),
}


def start_second_period(
    folder: Path, *, carry: bool | None = None, answers: Mapping[str, Any] = JUNE_ANSWERS, plan: Any = PARKS
) -> Project:
    """A project in its second period: June was reported, September is generated."""
    periods.hold_period(folder, JUNE, {"Parks": answers}, plan=plan)
    generate(Project(folder), periods.date(SEPTEMBER), carry_forward=carry)
    return Project(folder)


def sent_workbook_path(folder: Path, name: str = "Parks", day: str = SEPTEMBER) -> Path:
    return folder / day / files.SENT_FOLDER / f"{name}.xlsx"


def sent_workbook_of(folder: Path, name: str = "Parks", day: str = SEPTEMBER) -> SentWorkbook:
    record_and_workbook = projects.latest_sent_workbook(Project(folder), periods.date(day), name)
    assert record_and_workbook
    return record_and_workbook[1]


def query_path(folder: Path, day: str = SEPTEMBER) -> Path:
    return folder / day / files.QUERIES_FOLDER / "Parks questions.xlsx"


def sent_query(folder: Path, day: str = SEPTEMBER) -> SentWorkbook:
    """Return what the query of Parks was sent with."""
    with Project(folder).ledger() as ledger:
        return from_json(
            [book for book in ledger.workbooks(periods.date(day)) if files.is_query_workbook(book.file)][-1].sent
        )


def return_workbook(
    folder: Path,
    typed_texts: Mapping[tuple[str, str], Any],
    name: str = "r.xlsx",
    *,
    day: str = SEPTEMBER,
    to_query: bool = False,
) -> Path:
    """Return the workbook of Parks, or its query, with this typed into it, by task and column; "" empties a cell."""
    sent = sent_query(folder, day) if to_query else sent_workbook_of(folder, day=day)
    book = openpyxl.load_workbook(query_path(folder, day) if to_query else sent_workbook_path(folder, day=day))
    for (key, column), text in typed_texts.items():
        sheet, cell = sent.answer_cell(key, column)
        book[sheet][cell].value = text or None
    path = folder / day / files.RETURNED_FOLDER / name
    book.save(path)
    return path


def finding_codes(result: IngestResult, *, notes: bool = True) -> list[str]:
    """Return the codes of the findings on the files, unless `notes` without the notes."""
    return sorted(
        item.code for file in result.files for item in file.findings if notes or item.severity is not Severity.NOTE
    )


def current_answers(folder: Path, day: str = SEPTEMBER) -> dict[str, dict[str, str]]:
    """Return the answers that count, by task and column."""
    tasks = assess(Project(folder), periods.date(day)).tasks.to_dict("records")
    answers = {
        row["key"]: {name: row[name] for name in ("position", "status", "planned") if row[name]} for row in tasks
    }
    return {key: texts for key, texts in answers.items() if texts}
