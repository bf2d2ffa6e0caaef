"""Proposals from returned workbooks, taken over into the plan of a project: whole, alone, recorded, or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from helpers import projects as made
from helpers.projects import DATE, action, group, outcome, task
from ragsheets.errors import ProjectError, RagsheetsError
from ragsheets.plan_files.proposals import ProposalState
from ragsheets.project import proposals as module
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.plan_check import check_plan
from ragsheets.project.proposals import ALL_OPEN, Proposals, accept_proposals, list_proposals

PLAN = made.plan(
    group(
        "Parks",
        outcome("2.1", action(task("a", task="Plant oaks", target="Ten"), task("b", task="Mow", target="Twice"))),
        outcome("2.2", action(task("a", task="Dig a pond", target="By May"))),
    )
)
#: What is typed into a workbook: the words of a column by the key of its row.
Typed = Mapping[str, Mapping[str, str]]
A_DAY = datetime.timedelta(days=1)


@pytest.fixture(params=["plan.toml", "plan.xlsx"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A project with the workbooks of a period, its plan in either form."""
    path = made.write_plan(tmp_path, PLAN)
    if request.param == "plan.xlsx":
        assert made.ragsheets("plan", "convert", path, tmp_path / request.param).exit_code == 0
        path.unlink()
    found = Project(tmp_path)
    generate(found, DATE)
    return found


def reply(
    project: Project, typed: Typed, name: str = "Parks.xlsx", change: Callable[[Any], None] | None = None
) -> None:
    """A return in which these words were typed over those of the plan, or into empty rows."""
    path = made.reply(project.folder, name, {})
    book = load_workbook(path)
    columns = {"task": 1, "target": 2, "position": 3}
    for sheet in book:
        for row in sheet.iter_rows(min_row=3):
            sign = f"{sheet.title[-3:]}{row[-1].value}" if str(row[-1].value).startswith("#new") else row[-1].value
            for column, words in typed.get(str(sign), {}).items():
                cell = sheet.cell(row[0].row, columns[column])
                cell.value = words
                cell.data_type = "s"
    if change:
        change(book)
    book.save(path)
    ingest(project)


def numbers(found: Proposals, *states: ProposalState) -> list[str]:
    return [each.number for each in found.proposals if each.state in states]


NEW = {
    "2.1#new-1": {"task": "c) Sing", "target": "=Daily+1", "position": "Begun"},
    "2.2#new-2": {"task": "Fill it\n* twice"},
}
CHANGED = {"2.1a": {"task": "a) Plant elms"}, "2.1b": {"target": "* May\n* June"}}


def test_all_that_is_open_is_taken_over_and_nothing_else_changes(project: Project) -> None:
    reply(project, {**NEW, **CHANGED})
    before = project.plan_as_written().plan
    found = list_proposals(project)
    assert [(each.description, each.after) for each in found.proposals] == [
        ("Parks, outcome 2.1, task 2.1a: task", "Plant elms"),
        ("Parks, outcome 2.1, task 2.1b: target", "* May\n* June"),
        ("Parks, outcome 2.1, a new task", "Sing"),
        ("Parks, outcome 2.2, a new task", "Fill it\n* twice"),
    ]
    assert {each.cell[0] for each in found.proposals} == {"A", "B"}
    done = accept_proposals(project, [ALL_OPEN])
    assert list(done.accepted) == [each.number for each in found.proposals]
    assert {each.state for each in done.proposals} == {ProposalState.ACCEPTED}
    wanted = before.model_dump(exclude={"groups"})
    assert project.plan_as_written().plan.model_dump(exclude={"groups"}) == wanted
    first, second = project.plan_as_written().plan.groups[0].outcomes
    assert [(t.label, t.task, t.target, t.key) for t in first.tasks] == [
        ("a", "Plant elms", "Ten", "2.1a"),
        ("b", "Mow", "* May\n* June", ""),
        ("c", "Sing", "=Daily+1", ""),
    ]
    assert [(t.label, t.task, t.target, t.key) for t in second.tasks] == [
        ("a", "Dig a pond", "By May", ""),
        ("b", "Fill it\n* twice", "", ""),
    ]


def test_the_history_of_a_task_with_other_words_goes_on(project: Project) -> None:
    reply(project, CHANGED)
    accept_proposals(project, [ALL_OPEN])
    changes = check_plan(project).changes
    assert (changes.new_history_keys, changes.keys_needed) == ((), 0)


def test_what_was_taken_over_is_told_so_recorded_and_not_taken_twice(project: Project) -> None:
    reply(project, CHANGED)
    (first, second) = numbers(list_proposals(project), ProposalState.OPEN)
    assert accept_proposals(project, [second]).accepted == (second,)
    assert numbers(list_proposals(project), ProposalState.OPEN) == [first]
    content = project.plan_file.read_bytes()
    assert accept_proposals(project, [second]).accepted == ()
    assert project.plan_file.read_bytes() == content
    with project.ledger() as ledger:
        (event,) = [event for event in ledger.events() if event.command == "plan proposals --accept"]
    assert (event.period, event.what) == ("2008-09-04", f"{second} Parks, outcome 2.1, task 2.1b: target")


def test_rivals_are_left_out_unless_one_is_named_alone(project: Project) -> None:
    reply(project, {"2.1b": {"target": "Thrice"}})
    reply(project, {"2.1b": {"target": "Once"}}, "again.xlsx")
    one, other = numbers(list_proposals(project), ProposalState.CONFLICTING)
    before = project.plan_file.read_bytes()
    assert accept_proposals(project, [ALL_OPEN]).accepted == ()
    with pytest.raises(ProjectError, match=f"{one}: says something else than {other}. Name one of them"):
        accept_proposals(project, [one, other])
    assert project.plan_file.read_bytes() == before
    done = accept_proposals(project, [other])
    assert [each.state for each in done.proposals] == [ProposalState.OUTDATED, ProposalState.ACCEPTED]
    assert accept_proposals(project, [ALL_OPEN]).accepted == ()


def test_one_for_words_that_the_plan_no_longer_has_is_taken_where_it_is_named(tmp_path: Path) -> None:
    made.write_plan(tmp_path, PLAN)
    project = Project(tmp_path)
    generate(project, DATE)
    reply(project, {"2.1b": {"target": "Thrice"}})
    text = project.plan_file.read_text(encoding="utf-8")
    project.plan_file.write_text(text.replace("Twice", "Weekly"), encoding="utf-8")
    (number,) = numbers(list_proposals(project), ProposalState.OUTDATED)
    assert accept_proposals(project, [ALL_OPEN]).accepted == ()
    accept_proposals(project, [number])
    assert project.plan_file.read_text(encoding="utf-8") == text.replace("Twice", "Thrice")


@pytest.mark.parametrize("number", ["", "12", "zzzzzz", "a" * 70])
def test_a_number_of_no_proposal_is_told_and_nothing_is_taken_with_it(project: Project, number: str) -> None:
    reply(project, CHANGED)
    before = project.plan_file.read_bytes()
    with pytest.raises(ProjectError, match="is the number of no proposal"):
        accept_proposals(project, [ALL_OPEN, number])
    assert project.plan_file.read_bytes() == before


def test_of_an_inserted_row_the_outcome_is_told_by_the_task_above_whatever_the_sheet_is_called(
    project: Project,
) -> None:
    def insert(book: Any) -> None:
        sheet = book["Outcome 2.2"]
        row = next(row for row in range(3, 30) if sheet.cell(row, 6).value == "2.2a")
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, 1).value = "Stock it with newts"
        sheet.title = "Ponds"

    reply(project, {}, change=insert)
    (found,) = list_proposals(project).proposals
    assert (found.outcome, found.after, found.state) == ("2.2", "Stock it with newts", ProposalState.OPEN)


def test_where_the_plan_cannot_be_saved_nothing_is_recorded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    reply(project, CHANGED)
    before = project.plan_file.read_bytes()
    save = module.saving.save

    def full(path: Path, content: bytes) -> None:
        if path == project.plan_file:
            raise ProjectError("cannot be written (disk full).", where=str(path))
        save(path, content)

    monkeypatch.setattr(module.saving, "save", full)
    with pytest.raises(ProjectError, match="disk full"):
        accept_proposals(project, [ALL_OPEN])
    assert project.plan_file.read_bytes() == before
    assert len(numbers(list_proposals(project), ProposalState.OPEN)) == 2


def test_a_plan_that_would_read_back_otherwise_is_not_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ragsheets.plan_files import forms

    reply(project, CHANGED)
    before = project.plan_file.read_bytes()
    monkeypatch.setattr(forms, "edit_plan_file", lambda content, *_: content)
    with pytest.raises(RagsheetsError, match="cannot be put into it alone"):
        accept_proposals(project, [ALL_OPEN])
    assert project.plan_file.read_bytes() == before


def test_a_plan_that_somebody_saves_at_the_same_time_is_not_written_over(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ragsheets.plan_files import forms

    reply(project, CHANGED)
    edit = forms.edit_plan_file

    def late(content: bytes, *rest: Any) -> bytes:
        result = edit(content, *rest)
        project.plan_file.write_bytes(b"somebody's")
        return result

    monkeypatch.setattr(forms, "edit_plan_file", late)
    with pytest.raises(ProjectError, match="was changed just now"):
        accept_proposals(project, [ALL_OPEN])
    assert project.plan_file.read_bytes() == b"somebody's"


def test_returns_that_were_taken_out_and_other_periods_propose_nothing(project: Project) -> None:
    reply(project, CHANGED)
    generate(project, DATE + A_DAY)
    assert list_proposals(project).proposals == ()
    assert len(list_proposals(project, DATE).proposals) == 2
    ingest(project, date=DATE, exclude=["Parks.xlsx"])
    assert list_proposals(project, DATE).proposals == ()


def test_every_other_byte_of_a_plan_written_by_hand_stays(tmp_path: Path) -> None:
    text = made.toml(PLAN).replace("\n", "   # ours\r\n")
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    project = Project(tmp_path)
    generate(project, DATE)
    reply(project, {"2.1b": {"target": "Thrice"}})
    accept_proposals(project, [ALL_OPEN])
    assert (tmp_path / "plan.toml").read_bytes() == b"\xef\xbb\xbf" + text.replace("Twice", "Thrice").encode()
