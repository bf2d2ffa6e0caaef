"""Workbooks of another period whose answers the coordinator takes for this one, task by task."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import periods, projects
from helpers.built_once import built_once
from ragsheets import files
from ragsheets.errors import ProjectError
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import FileResult, IngestResult

JUNE, SEPTEMBER = "2008-06-05", "2008-09-04"
TREES, PLAYGROUNDS, BRIDGES = "Plant a hundred street trees", "Open the new playgrounds", "Survey every bridge"
WALKS = "Run the walking clinic"

GREEN = {"position": "Nearly done", "status": "GREEN", "planned": "Finish it"}
LATE = "late.xlsx"


def plan(*wordings: str, **more: Any) -> dict[str, Any]:
    """A plan of Parks with these tasks, labelled from a on, and of Health."""
    tasks = [projects.task("abcdef"[number], task=words) for number, words in enumerate(wordings)]
    parks = projects.group("Parks", projects.outcome("2.1", projects.action(*tasks)))
    return projects.plan(parks, projects.group("Health", projects.outcome("3.1")), **more)


BEFORE = plan(TREES, PLAYGROUNDS, BRIDGES)
#: Trees have the same key and wording; playgrounds have another key, and their old key is another task's.
NOW = plan(TREES, WALKS, PLAYGROUNDS)


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    """A project with a period in June, and one in September, of which the plan has changed."""
    folder = tmp_path / "project"
    periods.hold_period(folder, JUNE, {"Parks": dict.fromkeys(("2.1a", "2.1b", "2.1c"), "RED")}, plan=BEFORE)
    projects.write_plan(folder, NOW)
    generate(Project(folder), periods.date(SEPTEMBER))
    return Project(folder)


def returned(project: Project) -> Path:
    return project.folder / SEPTEMBER / "returned"


def reply_of_june(
    project: Project, answers: Mapping[str, Mapping[str, str]], to: Path | None = None, **more: Any
) -> Path:
    """Put a reply on June's workbook of Parks into September's returned/, or a folder."""
    current_plan = project.plan_file.read_bytes()
    projects.write_plan(project.folder, BEFORE)
    to = to or returned(project)
    path = projects.reply(project.folder, LATE, answers, period=periods.period_of(JUNE), to=to, **more)
    project.plan_file.write_bytes(current_plan)
    return path


def result_of(result: IngestResult, name: str = LATE) -> FileResult:
    (found,) = (file for file in result.files if file.file == name)
    return found


def answers_of(result: IngestResult) -> dict[str, tuple[str, ...]]:
    """Position, status and origin of each reported task."""
    rows = result.tasks[result.tasks["file"] != ""].to_dict("records")
    return {row["key"]: tuple(row[name] for name in ("position", "status", "file", "sheet", "cell")) for row in rows}


def codes(file: FileResult) -> list[str]:
    return [item.code for item in file.findings]


# ----------------------------------------------------------------------------------------------------- what is taken


@pytest.mark.slow
def test_a_workbook_of_another_period_is_rejected_with_the_option_that_takes_it(project: Project) -> None:
    reply_of_june(project, {"2.1a": GREEN})
    file = result_of(ingest(project))
    (finding,) = file.findings
    assert (file.result, finding.code) == ("rejected", "wrong-period")
    assert f'ragsheets ingest --as-this-period "{LATE}"' in finding.fix
    assert "--date" not in finding.fix


def test_the_same_tasks_are_answered_and_all_other_words_are_findings(project: Project) -> None:
    answers = {"2.1a": GREEN, "2.1b": {**GREEN, "position": "Opened two"}, "2.1c": {**GREEN, "position": "Surveyed"}}
    reply_of_june(project, answers, successes=["Trees everywhere"])
    result = ingest(project, as_this_period=[LATE])
    file = result_of(result)
    assert (file.result, file.group) == ("accepted", "Parks")
    assert answers_of(result) == {"2.1a": ("Nearly done", "GREEN", LATE, "Outcome 2.1", "D11")}
    other = [(item.cell, item.found, item.message) for item in file.findings if item.code == "other-period-answer"]
    assert [(cell, found) for cell, found, _ in other] == [
        *(("C12", "Opened two"), ("D12", "GREEN"), ("E12", "Finish it")),
        *(("C13", "Surveyed"), ("D13", "GREEN"), ("E13", "Finish it")),
    ]
    assert PLAYGROUNDS in other[0][2]
    (row,) = result.assessment.headlines.to_dict("records")
    assert (row["text"], row["file"], row["sheet"], row["cell"]) == ("Trees everywhere", LATE, "Headlines", "B5")
    (totals,) = result.totals[result.totals["group"] == "Parks"].to_dict("records")
    assert (totals["GREEN"], totals["not_reported"]) == (1, 2)
    assert result.assessment.missing_groups == ("Health",)


@pytest.mark.slow
def test_a_task_whose_key_the_plan_gives_is_the_same(project: Project) -> None:
    keyed = plan(TREES, "Open playgrounds, old and new")
    keyed["groups"][0]["outcomes"][0]["actions"][0]["tasks"][1]["key"] = "2.1b"
    projects.write_plan(project.folder, keyed)
    generate(project, periods.date(SEPTEMBER), force=True)
    reply_of_june(project, {"2.1b": GREEN})
    assert set(answers_of(ingest(project, as_this_period=[LATE]))) == {"2.1b"}


def test_a_status_that_cannot_be_taken_is_asked_about(project: Project) -> None:
    reply_of_june(project, {"2.1a": {**GREEN, "status": "Ambr"}})
    file = result_of(ingest(project, as_this_period=[LATE]))
    (finding,) = (item for item in file.findings if item.code == "unknown-status")
    assert (finding.task, finding.cell, finding.found) == ("2.1a", "D11", "Ambr")


def test_totals_that_count_other_tasks_are_not_compared(project: Project) -> None:
    reply_of_june(project, {"2.1a": GREEN}, overtyped=[{"outcome": "2.1", "line": "GREEN", "value": 7}])
    assert "total-mismatch" not in codes(result_of(ingest(project, as_this_period=[LATE])))


def test_a_workbook_that_nobody_filled_in_is_reported_as_one_of_this_period_is(project: Project) -> None:
    result = ingest(project, as_this_period=[str(project.folder / JUNE / "sent" / "Parks.xlsx")])
    assert codes(result_of(result, "Parks.xlsx")) == ["nothing-filled-in", "other-period"]
    assert result.needs_attention


def test_a_workbook_whose_words_answer_no_task_of_this_period_is_filled_in(project: Project) -> None:
    reply_of_june(project, {"2.1c": GREEN})
    assert "nothing-filled-in" not in codes(result_of(ingest(project, as_this_period=[LATE])))


def replace_text(path: Path, before: str, after: str, to: Path) -> str:
    """Save a workbook with another text in the cell to fill in of Outcome 2.1 that has this one; return its address."""
    book = openpyxl.load_workbook(path)
    cells = [cell for row in book["Outcome 2.1"].iter_rows() for cell in row if cell.value == before]
    (cell,) = (cell for cell in cells if not cell.protection.locked)
    cell.value = after
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)
    return str(cell.coordinate)


@pytest.mark.slow
def test_answers_that_were_carried_forward_and_left_are_no_answers(tmp_path: Path) -> None:
    project = Project(tmp_path)
    periods.hold_period(tmp_path, "2008-03-06", {"Parks": dict.fromkeys(("2.1a", "2.1b"), "RED")}, plan=BEFORE)
    generate(project, periods.date(JUNE), carry_forward=True)
    generate(project, periods.date(SEPTEMBER))
    cell = replace_text(tmp_path / JUNE / "sent" / "Parks.xlsx", "At 2.1a", "Half planted", returned(project) / LATE)
    result = ingest(project, as_this_period=[LATE])
    assert answers_of(result) == {"2.1a": ("Half planted", "", LATE, "Outcome 2.1", cell)}
    assert not {"carried-untouched", "answer-replaced", "cleared"} & set(codes(result_of(result)))


@pytest.mark.slow
def test_answers_that_were_carried_forward_are_none_although_the_keys_have_changed_since(tmp_path: Path) -> None:
    def plan_of(*wordings: str) -> dict[str, Any]:
        tasks = [projects.task("abc"[number], task=words, target="By spring") for number, words in enumerate(wordings)]
        return projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))

    project = Project(tmp_path)
    before = plan_of(TREES, PLAYGROUNDS)
    periods.hold_period(tmp_path, "2008-03-06", {"Parks": dict.fromkeys(("2.1a", "2.1b"), "RED")}, plan=before)
    generate(project, periods.date(JUNE), carry_forward=True)
    sent = tmp_path / "as sent.xlsx"
    shutil.copy(tmp_path / JUNE / "sent" / "Parks.xlsx", sent)
    projects.write_plan(tmp_path, plan_of(WALKS, TREES, PLAYGROUNDS))
    generate(project, periods.date(JUNE), force=True)
    generate(project, periods.date(SEPTEMBER))
    cell = replace_text(sent, "At 2.1a", "Half planted", returned(project) / LATE)
    result = ingest(project, as_this_period=[LATE])
    assert answers_of(result) == {"2.1b": ("Half planted", "", LATE, "Outcome 2.1", cell)}
    assert not {"carried-untouched", "carried-kept", "answer-replaced"} & set(codes(result_of(result)))


@pytest.mark.slow
def test_an_answered_query_of_another_period_gives_its_new_answers_alone(project: Project) -> None:
    periods.add_returns(project.folder, JUNE, {"Parks": {"2.1a": "Ambr", "2.1c": "GREEN"}}, "second {group}.xlsx")
    (query,) = (project.folder / JUNE / "queries").glob("*.xlsx")
    cell = replace_text(query, "Ambr", "AMBER", returned(project) / LATE)
    result = ingest(project, as_this_period=[LATE])
    assert answers_of(result) == {"2.1a": ("", "AMBER", LATE, "Outcome 2.1", cell)}
    assert [item.found for item in result_of(result).findings if item.code == "other-period-answer"] == []


@pytest.mark.slow
def test_a_column_that_this_period_does_not_ask_for_is_a_finding(tmp_path: Path) -> None:
    project = Project(tmp_path)
    columns = '[[columns]]\nkey = "risk"\nheading = "Main risk"\nkind = "text"\nfilled_by = "contact"\n'
    (tmp_path / "ours.toml").write_text(f'extends = "brag"\n{columns}', encoding="utf-8")
    periods.hold_period(tmp_path, JUNE, {}, plan=plan(TREES, template="ours.toml"))
    answers = {"2.1a": {**GREEN, "status": "Blue – complete", "risk": "No rain"}}
    projects.reply(tmp_path, LATE, answers, period=periods.period_of(JUNE), to=tmp_path / SEPTEMBER / "returned")
    projects.write_plan(tmp_path, plan(TREES))
    generate(project, periods.date(SEPTEMBER))
    result = ingest(project, as_this_period=[LATE])
    findings = {item.code: item.found for item in result_of(result).findings}
    assert findings["other-period-answer"] == "No rain"
    assert findings["unknown-status"] == "Blue – complete"
    assert answers_of(result)["2.1a"][:2] == ("Nearly done", "")


# -------------------------------------------------------------------------------------------------- how it is named


def test_it_is_named_by_the_beginning_of_its_sha256(project: Project) -> None:
    path = reply_of_june(project, {"2.1a": GREEN})
    assert answers_of(ingest(project, as_this_period=[files.sha256(path.read_bytes())[:8]]))


def test_it_may_lie_anywhere(project: Project, tmp_path: Path) -> None:
    path = reply_of_june(project, {"2.1a": GREEN}, to=tmp_path / "elsewhere")
    result = ingest(project, as_this_period=[str(path)])
    assert result_of(result).result == "accepted"
    assert set(answers_of(result)) == {"2.1a"}


@pytest.mark.slow
def test_it_may_have_been_deleted_since_it_was_ingested(project: Project) -> None:
    path = reply_of_june(project, {"2.1a": GREEN})
    ingest(project)
    path.unlink()
    assert set(answers_of(ingest(project, as_this_period=[LATE]))) == {"2.1a"}
    assert set(answers_of(ingest(project))) == {"2.1a"}


@pytest.mark.slow
def test_it_may_lie_in_an_archive(project: Project, tmp_path: Path) -> None:
    path = reply_of_june(project, {"2.1a": GREEN}, to=tmp_path / "elsewhere")
    returned(project).mkdir(exist_ok=True)
    with zipfile.ZipFile(returned(project) / "post.zip", "w") as archive:
        archive.write(path, LATE)
    assert result_of(ingest(project), f"post.zip/{LATE}").result == "rejected"
    assert set(answers_of(ingest(project, as_this_period=[f"post.zip/{LATE}"]))) == {"2.1a"}


@pytest.mark.parametrize("name", ["nothing.xlsx", "of September.xlsx", "damaged.xlsx"])
def test_nothing_is_ingested_where_a_named_file_cannot_be_taken(project: Project, name: str) -> None:
    reply_of_june(project, {"2.1a": GREEN})
    projects.reply(project.folder, "of September.xlsx", {"2.1a": GREEN})
    (returned(project) / "damaged.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(ProjectError) as raised:
        ingest(project, as_this_period=[LATE, name])
    assert name in str(raised.value)
    with project.ledger() as ledger:
        assert ledger.originals.records(periods.date(SEPTEMBER)) == []


# ------------------------------------------------------------------------------------------------- how long it lasts


@pytest.mark.slow
def test_it_counts_once_and_from_run_to_run(project: Project) -> None:
    reply_of_june(project, {"2.1a": GREEN})
    first = ingest(project, as_this_period=[LATE])
    again = ingest(project)
    assert (result_of(again).result, codes(result_of(again))) == ("duplicate", codes(result_of(first)))
    assert answers_of(again) == answers_of(first)
    once_more = ingest(project, as_this_period=[LATE])
    assert answers_of(once_more) == answers_of(first)
    with project.ledger() as ledger:
        events = [event.what for event in ledger.events() if event.command == "ingest --as-this-period"]
    assert len(events) == 1
    assert events[0].startswith(f"{LATE} (")
    assert events[0].endswith("the workbook of 2008-06-05")


@pytest.mark.slow
def test_its_answers_follow_the_plan_where_that_is_changed_again(project: Project) -> None:
    reply_of_june(project, {"2.1a": GREEN, "2.1b": {**GREEN, "position": "Opened two"}})
    ingest(project, as_this_period=[LATE])
    projects.write_plan(project.folder, plan(WALKS, PLAYGROUNDS, TREES))
    generate(project, periods.date(SEPTEMBER), force=True)
    result = ingest(project)
    assert {key: row[:2] for key, row in answers_of(result).items()} == {"2.1b": ("Opened two", "GREEN")}
    assert {item.found for item in result_of(result).findings if item.code == "other-period-answer"} >= {"Nearly done"}


@pytest.mark.slow
def test_excluding_it_undoes_it(project: Project) -> None:
    reply_of_june(project, {"2.1a": GREEN})
    ingest(project, as_this_period=[LATE])
    for result in (ingest(project, exclude=[LATE]), ingest(project)):
        assert (result_of(result).result, codes(result_of(result))) == ("rejected", ["wrong-period"])
        assert answers_of(result) == {}
    assert set(answers_of(ingest(project, as_this_period=[LATE]))) == {"2.1a"}


@pytest.mark.slow
def test_an_excluded_file_is_taken_all_the_same(project: Project) -> None:
    reply_of_june(project, {"2.1a": GREEN})
    ingest(project)
    ingest(project, exclude=[LATE])
    assert set(answers_of(ingest(project, as_this_period=[LATE]))) == {"2.1a"}


@pytest.mark.slow
def test_the_period_of_the_workbook_stays_as_it_is(project: Project) -> None:
    before = ingest(project, date=periods.date(JUNE)).tasks
    reply_of_june(project, {"2.1a": GREEN})
    ingest(project, as_this_period=[LATE])
    assert ingest(project, date=periods.date(JUNE)).tasks.equals(before)
