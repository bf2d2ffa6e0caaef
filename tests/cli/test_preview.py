"""ragsheets ingest --preview, and the question before a closed period is changed"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import Result

from helpers import periods, projects
from helpers.built_once import built_once
from helpers.projects import run_ragsheets
from ragsheets.project.folder import Project
from ragsheets.project.report import write_report

DAY = projects.DATE.isoformat()
PLAN = projects.plan(
    projects.group("Parks", projects.outcome("2.1", projects.action(*map(projects.task, "abcd")))),
    projects.group("Health", projects.outcome("3.1")),
)
ALL_RED = dict.fromkeys(("2.1a", "2.1b", "2.1c", "2.1d"), "RED")


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with an open period, in which Parks has returned four red tasks and a new reply makes them green."""
    folder = tmp_path / "project"
    periods.hold_period(folder, DAY, {"Parks": ALL_RED}, plan=PLAN)
    periods.make_returns_older(folder, DAY)
    reply(folder)
    return folder


@pytest.fixture
def closed(project: Path) -> Path:
    """The same project, with a final report."""
    write_report(Project(project), final=True)
    return project


def reply(folder: Path, status: str = "GREEN", name: str = "late.xlsx") -> Path:
    answers = {key: {"position": "Done", "status": status, "planned": "No more"} for key in ALL_RED}
    return projects.reply(folder, name, answers)


def answer(monkeypatch: pytest.MonkeyPatch, folder: Path, words: Sequence[str], text: str) -> Result:
    """Run a command on a terminal whose user types a text."""
    for module in ("confirm", "preview", "ingest"):
        monkeypatch.setattr(f"ragsheets.cli.{module}.can_ask", lambda: True)
    return run_ragsheets("-C", folder, *words, input=f"{text}\n")


def totals(folder: Path) -> dict[str, int]:
    payload = json.loads(run_ragsheets("-C", folder, "status", "--json").stdout)
    return {name: payload["totals"][0][name] for name in ("GREEN", "RED")}


def last_event_number(folder: Path) -> int:
    with Project(folder).ledger() as ledger:
        return ledger.last_event_number()


RED, GREEN = {"GREEN": 0, "RED": 4}, {"GREEN": 4, "RED": 0}


# -------------------------------------------------------------------------------------------------------- the preview


@pytest.mark.slow
def test_a_preview_shows_old_and_new_and_changes_nothing(project: Path) -> None:
    before = projects.files_by_name(project)
    result = run_ragsheets("-C", project, "ingest", "--preview")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert "2.1a Status RED GREEN late.xlsx, Outcome 2.1!D11" in lines
    assert any(line.startswith("Parks 0 → 4") for line in lines)
    assert "This is a preview: nothing was changed." in lines
    assert projects.files_by_name(project) == before


@pytest.mark.slow
def test_a_preview_shows_the_words_of_each_task_once(project: Path) -> None:
    """A key that was given in the plan may be the label that is printed for another task."""
    lines = [line.split() for line in run_ragsheets("-C", project, "ingest", "--preview").stdout.splitlines()]
    assert [line for line in lines if line[:1] in (["a)"], ["b)"])] == [["a)", "Task", "a"], ["b)", "Task", "b"]]


@pytest.mark.slow
def test_a_preview_shows_the_words_of_a_task_that_leaves_the_plan(closed: Path) -> None:
    """Its answers are last seen here."""
    projects.write_plan(closed, projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action()))))
    result = run_ragsheets("-C", closed, "generate", "--date", DAY, "--force")
    assert ["d)", "Task", "d"] in [line.split() for line in result.stdout.splitlines()]


@pytest.mark.slow
def test_a_preview_exits_like_the_ingest(project: Path) -> None:
    reply(project, "Ambr", "unclear.xlsx")
    assert run_ragsheets("-C", project, "ingest", "--preview").exit_code == 1
    assert run_ragsheets("-C", project, "ingest").exit_code == 1


@pytest.mark.slow
def test_a_preview_in_json(project: Path) -> None:
    payload = json.loads(run_ragsheets("-C", project, "ingest", "--preview", "--json").stdout)
    real = json.loads(run_ragsheets("-C", project, "ingest", "--json").stdout)
    assert payload.items() >= real.items()
    assert payload["preview"] is True
    assert len(payload["changes"]) == 12


@pytest.mark.slow
def test_a_preview_of_nothing_asks_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_ragsheets("-C", project, "ingest")
    result = answer(monkeypatch, project, ["ingest", "--preview"], "y")
    assert "Nothing would change." in result.stdout
    assert "Use these answers?" not in result.output


@pytest.mark.parametrize(("text", "expected"), [("y", GREEN), ("n", RED), ("", RED)])
def test_on_a_terminal_a_preview_ends_with_the_question(
    project: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: dict[str, int]
) -> None:
    result = answer(monkeypatch, project, ["ingest", "--preview"], text)
    assert "Use these answers? [y/N]" in result.output
    assert result.exit_code == 0
    assert totals(project) == expected


def test_a_preview_in_json_asks_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = answer(monkeypatch, project, ["ingest", "--preview", "--json"], "y")
    assert json.loads(result.stdout)["preview"] is True
    assert totals(project) == RED


def test_a_preview_and_yes_contradict_each_other(project: Path) -> None:
    assert run_ragsheets("-C", project, "ingest", "--preview", "--yes").exit_code == 2
    assert totals(project) == RED


@pytest.mark.slow
def test_all_shows_the_notes_of_a_preview_too(project: Path) -> None:
    reply(project, status="g", name="later.xlsx")
    short = run_ragsheets("-C", project, "ingest", "--preview").stdout
    assert re.search(r"Notes for the record that would come or go: \d+ \(shown by --all\)", short)
    whole = run_ragsheets("-C", project, "ingest", "--preview", "--all").stdout
    assert "“g” was read as GREEN" not in " ".join(short.split())
    assert "“g” was read as GREEN" in " ".join(whole.split())
    assert "Notes for the record" not in whole


@pytest.mark.slow
def test_a_preview_of_a_workbook_of_another_period(project: Path) -> None:
    late = reply(project, name="for September.xlsx")
    run_ragsheets("-C", project, "generate", "--date", "2008-12-04")
    result = run_ragsheets("-C", project, "ingest", "--as-this-period", late, "--preview", "--json")
    assert len(json.loads(result.stdout)["changes"]) == 12
    taken = run_ragsheets("-C", project, "ingest", "--as-this-period", late)
    assert f"Used for this period: {late}." in taken.stdout.replace("\n", "")
    assert totals(project) == GREEN


# ---------------------------------------------------------------------------------------------------- closed periods

COMMANDS = [
    ["ingest"],
    ["ingest", "--date", DAY],
    ["ingest", "--exclude", "Parks.xlsx"],
    ["correct", "2.1a", "--status", "green", "--reason", "Ann rang"],
    ["generate", "--date", DAY, "--period", "Autumn", "--force"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_without_a_terminal_a_closed_period_is_shown_and_not_changed(closed: Path, words: list[str]) -> None:
    before, last_event = projects.files_by_name(closed), last_event_number(closed)
    result = run_ragsheets("-C", closed, *words)
    assert result.exit_code == 2
    assert last_event_number(closed) == last_event
    assert "What would change in 4th September 2008, whose report is final" in result.stdout
    assert "--yes" in result.stderr
    assert projects.files_by_name(closed) == before


def test_each_change_of_the_plan_of_a_closed_period_is_shown(closed: Path) -> None:
    tasks = [
        projects.task("a", target="Twice as many"),
        projects.task("b", task="Another wording"),
        *map(projects.task, "cd"),
    ]
    health = projects.group("Health", projects.outcome("3.1"))
    parks = projects.group("Parks", projects.outcome("2.1", projects.action(*tasks)))
    projects.write_plan(closed, projects.plan(parks, health))
    words = ("generate", "--date", DAY, "--force", "--due", "2008-09-30", "--period", "Autumn")
    shown = " ".join(run_ragsheets("-C", closed, *words).stdout.split())
    assert "name: “Autumn”; before “4th September 2008”" in shown
    assert "deadline: 30th September 2008; before none" in shown
    assert "task 2.1a: its target changed from “Target a” to “Twice as many”" in shown
    assert "Another wording" in shown
    assert "template" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_yes_changes_a_closed_period(closed: Path, words: list[str]) -> None:
    before = last_event_number(closed)
    assert run_ragsheets("-C", closed, *words, "--yes").exit_code == 0
    assert last_event_number(closed) > before


@pytest.mark.slow
def test_what_would_change_in_a_closed_period_is_shown_in_json_too(closed: Path) -> None:
    result = run_ragsheets("-C", closed, "ingest", "--json")
    payload = json.loads(result.stdout)
    assert (result.exit_code, payload["preview"], payload["closed"]) == (2, True, True)
    assert (payload["totals_before"][0]["RED"], payload["totals"][0]["GREEN"]) == (4, 4)
    agreed = run_ragsheets("-C", closed, "ingest", "--json", "--yes")
    assert "preview" not in json.loads(agreed.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "status", "expected"), [("y", 0, GREEN), ("n", 1, RED)])
def test_on_a_terminal_a_closed_period_is_asked_about(
    closed: Path, monkeypatch: pytest.MonkeyPatch, text: str, status: int, expected: dict[str, int]
) -> None:
    result = answer(monkeypatch, closed, ["ingest", "--date", DAY], text)
    assert "Change it all the same? [y/N]" in result.output
    assert result.exit_code == status
    assert totals(closed) == expected


@pytest.mark.slow
def test_a_preview_of_a_closed_period_asks_once(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = answer(monkeypatch, closed, ["ingest", "--preview"], "y")
    assert "whose report is final" in result.stdout
    assert result.output.count("[y/N]") == 1
    assert totals(closed) == GREEN


def test_a_closed_period_in_which_nothing_changes_is_read_again_without_a_question(closed: Path) -> None:
    (closed / DAY / "returned" / "late.xlsx").unlink()
    assert run_ragsheets("-C", closed, "ingest").exit_code == 0
