"""Precedence between returns that LibreOffice filled in, in a project folder."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import libreoffice
from helpers.built_once import built_once
from helpers.dated_messages import message_with
from helpers.libreoffice import XLSX, LibreOffice
from helpers.projects import reply, run_ragsheets
from helpers.queries import FULL, GREEN, PARKS, current_answers, notes_by_cell, period_folder, query_path, start_project
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding
from ragsheets.returns.ingest import IngestResult
from ragsheets.workbook.sent_workbook import from_json

COLUMNS = ("position", "status", "planned")


@pytest.fixture(scope="module")
def calc() -> Iterator[LibreOffice]:
    with libreoffice.running_libreoffice() as program:
        yield program


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    return start_project(tmp_path / "parks", PARKS)


def cell_of(project: Project, task: str, column: str) -> tuple[str, str]:
    with project.ledger() as ledger:
        book = next(book for book in ledger.workbooks(ledger.period().period.date) if book.group == "Parks")
    return from_json(book.sent).answer_cell(task, column)


def fill(calc: LibreOffice, project: Project, source: Path, name: str, texts: dict[tuple[str, str], str]) -> Path:
    """Fill in a workbook as a contact would, and put it into the folder that they keep their files in."""
    entries = [(*cell_of(project, *cell), text) for cell, text in texts.items()]
    path = project.folder / name
    assert calc.run(source, entries, (path, XLSX), stamp=True)["refused"] == []
    return path


def sent(project: Project) -> Path:
    return period_folder(project) / "sent" / "Parks.xlsx"


def returned(project: Project) -> Path:
    return period_folder(project) / "returned"


def findings(result: IngestResult, code: str) -> list[Finding]:
    return [item for file in result.files for item in file.findings if item.code == code]


@pytest.mark.slow
def test_a_position_and_a_status_that_a_newer_return_cleared_are_asked_about(parks: Project, calc: LibreOffice) -> None:
    first = fill(calc, parks, sent(parks), "1.xlsx", {("2.1a", column): GREEN[column] for column in COLUMNS})
    second = fill(calc, parks, first, "2.xlsx", {("2.1a", "position"): "", ("2.1a", "status"): ""})
    for day, path in ((6, second), (5, first)):
        message = message_with(path.read_bytes(), datetime.datetime(2008, 9, day), path.name)
        (returned(parks) / f"message of day {day}.eml").write_bytes(message)
    result = ingest(parks)
    assert [(item.column, item.wanted) for item in findings(result, "cleared")] == [
        ("position", "Done."),
        ("status", "GREEN"),
    ]
    assert {item.file for item in findings(result, "cleared")} == {"message of day 6.eml/2.xlsx"}
    assert {cell[1] for cell in notes_by_cell(query_path(parks))} >= {
        cell_of(parks, "2.1a", column)[1] for column in ("position", "status")
    }
    assert current_answers(parks)["2.1a"] == {"position": "Done.", "status_found": "GREEN", "planned": "Nothing more."}
    history = run_ragsheets("-C", parks.folder, "history", "2.1a").output
    assert "From: message of day 5.eml/1.xlsx" in " ".join(history.split())


@pytest.mark.slow
def test_a_query_of_which_one_cell_was_answered_does_not_overrule_a_newer_return(
    parks: Project, calc: LibreOffice
) -> None:
    reply(parks.folder, "1.xlsx", FULL)
    reply(parks.folder, "2.xlsx", {**FULL, "2.1b": {**FULL["2.1b"], "position": "Another."}})
    ingest(parks)
    query = parks.folder / "older query.xlsx"
    query.write_bytes(query_path(parks).read_bytes())
    reply(parks.folder, "3.xlsx", {"2.1b": {"position": "Quite new.", "status": "AMBER"}})
    ingest(parks)
    answer = fill(calc, parks, query, "answer.xlsx", {("2.1c", "planned"): "The rest by May."})
    (returned(parks) / "answer.xlsx").write_bytes(answer.read_bytes())
    result = ingest(parks)
    assert current_answers(parks)["2.1b"]["position"] == "Quite new."
    assert current_answers(parks)["2.1c"]["planned"] == "The rest by May."
    (overruled,) = findings(result, "confirmation-overruled")
    assert (overruled.found, overruled.wanted) == ("Another.", "Quite new.")


@pytest.mark.slow
def test_two_statuses_saved_within_the_hour_are_asked_about_and_settled_by_a_correction(
    parks: Project, calc: LibreOffice
) -> None:
    """What LibreOffice writes as the time of saving is its local time, which the coordinator knows to an hour."""
    for name, status in (("b.xlsx", "RED"), ("a.xlsx", "GREEN")):
        path = fill(calc, parks, sent(parks), name, {("2.1a", "status"): status, ("2.1a", "position"): f"It is {name}"})
        (returned(parks) / name).write_bytes(path.read_bytes())
        result = ingest(parks)
    (finding,) = findings(result, "status-order-unknown")
    assert (finding.found, finding.wanted, finding.task) == ("GREEN", "RED", "2.1a")
    assert result.totals.set_index("outcome").loc["2.1", "not_reported"] == 3
    programs = set(result.assessment.returns["program"].str.partition("/")[0])
    assert programs == {"LibreOffice"}
    assert all(time.saved for time in result.assessment.times.values())
    done = run_ragsheets("-C", parks.folder, "correct", "2.1a", "--status", "RED", "--reason", "Ann rang")
    assert done.exit_code == 0, done.output
    settled = ingest(parks)
    assert findings(settled, "status-order-unknown") == []
    assert settled.totals.set_index("outcome").loc["2.1", ["RED", "not_reported"]].tolist() == [1, 2]
