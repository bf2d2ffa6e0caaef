"""Proposals from returned workbooks are accepted into the plan of a project and logged, or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from helpers import projects as projects
from helpers.projects import DATE, action, group, outcome, task
from ragsheets.errors import ProjectError, RagsheetsError
from ragsheets.plan_files.proposals import ProposalState
from ragsheets.project import proposals as proposals_module
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.plan_check import check_plan
from ragsheets.project.proposals import ALL_OPEN, Proposals, accept_proposals, list_proposals

PLAN = projects.plan(
    group(
        "Parks",
        outcome("2.1", action(task("a", task="Plant oaks", target="Ten"), task("b", task="Mow", target="Twice"))),
        outcome("2.2", action(task("a", task="Dig a pond", target="By May"))),
    )
)
#: The text typed into a workbook: by the key of the row, then by column.
Typed = Mapping[str, Mapping[str, str]]
A_DAY = datetime.timedelta(days=1)


@pytest.fixture(params=["plan.toml", "plan.xlsx"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A project with the workbooks of a period, its plan in either form."""
    path = projects.write_plan(tmp_path, PLAN)
    if request.param == "plan.xlsx":
        assert projects.run_ragsheets("plan", "convert", path, tmp_path / request.param).exit_code == 0
        path.unlink()
    new_project = Project(tmp_path)
    generate(new_project, DATE)
    return new_project


def reply(
    project: Project, typed: Typed, name: str = "Parks.xlsx", change: Callable[[Any], None] | None = None
) -> None:
    """Ingest a return in which this text is typed over that of the plan, or into empty rows."""
    path = projects.reply(project.folder, name, {})
    book = load_workbook(path)
    columns = {"task": 1, "target": 2, "position": 3}
    for sheet in book:
        for row in sheet.iter_rows(min_row=3):
            row_key = f"{sheet.title[-3:]}{row[-1].value}" if str(row[-1].value).startswith("#new") else row[-1].value
            for column, text in typed.get(str(row_key), {}).items():
                cell = sheet.cell(row[0].row, columns[column])
                cell.value = text
                cell.data_type = "s"
    if change:
        change(book)
    book.save(path)
    ingest(project)


def numbers(listed: Proposals, *states: ProposalState) -> list[str]:
    return [proposal.number for proposal in listed.proposals if proposal.state in states]


NEW = {
    "2.1#new-1": {"task": "c) Sing", "target": "=Daily+1", "position": "Begun"},
    "2.2#new-2": {"task": "Fill it\n* twice"},
}
CHANGED = {"2.1a": {"task": "a) Plant elms"}, "2.1b": {"target": "* May\n* June"}}


@pytest.mark.slow
def test_all_open_proposals_are_accepted_and_nothing_else_changes(project: Project) -> None:
    reply(project, {**NEW, **CHANGED})
    old_plan = project.plan_as_written().plan
    listed = list_proposals(project)
    assert [(proposal.description, proposal.after) for proposal in listed.proposals] == [
        ("Parks, outcome 2.1, task 2.1a: task", "Plant elms"),
        ("Parks, outcome 2.1, task 2.1b: target", "* May\n* June"),
        ("Parks, outcome 2.1, a new task", "Sing"),
        ("Parks, outcome 2.2, a new task", "Fill it\n* twice"),
    ]
    assert {proposal.cell[0] for proposal in listed.proposals} == {"A", "B"}
    accepted = accept_proposals(project, [ALL_OPEN])
    assert list(accepted.accepted) == [proposal.number for proposal in listed.proposals]
    assert {proposal.state for proposal in accepted.proposals} == {ProposalState.ACCEPTED}
    unchanged_parts = old_plan.model_dump(exclude={"groups"})
    assert project.plan_as_written().plan.model_dump(exclude={"groups"}) == unchanged_parts
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


@pytest.mark.slow
def test_a_reworded_task_keeps_its_history(project: Project) -> None:
    reply(project, CHANGED)
    accept_proposals(project, [ALL_OPEN])
    changes = check_plan(project).changes
    assert (changes.new_history_keys, changes.keys_needed) == ((), 0)


@pytest.mark.slow
def test_an_accepted_proposal_is_marked_logged_and_not_accepted_twice(project: Project) -> None:
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


@pytest.mark.slow
def test_what_an_interrupted_run_put_into_the_plan_is_logged_by_the_next(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply(project, {**NEW, **CHANGED})
    (first, *others) = numbers(list_proposals(project), ProposalState.OPEN)
    save = proposals_module.saving.save

    def save_and_fail(path: Path, content: bytes) -> None:
        save(path, content)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(proposals_module.saving, "save", save_and_fail)
        with pytest.raises(KeyboardInterrupt):
            accept_proposals(project, others)
    content = project.plan_file.read_bytes()
    assert numbers(list_proposals(project), ProposalState.ACCEPTED) == others
    assert list(accept_proposals(project, others).accepted) == others
    assert project.plan_file.read_bytes() == content
    assert numbers(list_proposals(project), ProposalState.OPEN) == [first]
    with project.ledger() as ledger:
        logged = [event.what[:6] for event in ledger.events() if event.command == "plan proposals --accept"]
    assert logged == others


@pytest.mark.slow
def test_conflicting_proposals_are_accepted_only_by_number_and_alone(project: Project) -> None:
    reply(project, {"2.1b": {"target": "Thrice"}})
    reply(project, {"2.1b": {"target": "Once"}}, "again.xlsx")
    first, second = numbers(list_proposals(project), ProposalState.CONFLICTING)
    before = project.plan_file.read_bytes()
    assert accept_proposals(project, [ALL_OPEN]).accepted == ()
    with pytest.raises(
        ProjectError, match=f"{first}: proposes other words for the same text than {second}. Accept one of them only"
    ):
        accept_proposals(project, [first, second])
    assert project.plan_file.read_bytes() == before
    accepted = accept_proposals(project, [second])
    assert [proposal.state for proposal in accepted.proposals] == [ProposalState.OUTDATED, ProposalState.ACCEPTED]
    assert accept_proposals(project, [ALL_OPEN]).accepted == ()


@pytest.mark.slow
def test_an_outdated_proposal_is_accepted_only_by_number(tmp_path: Path) -> None:
    projects.write_plan(tmp_path, PLAN)
    project = Project(tmp_path)
    generate(project, DATE)
    reply(project, {"2.1b": {"target": "Thrice"}})
    text = project.plan_file.read_text(encoding="utf-8")
    project.plan_file.write_text(text.replace("Twice", "Weekly"), encoding="utf-8")
    (number,) = numbers(list_proposals(project), ProposalState.OUTDATED)
    assert accept_proposals(project, [ALL_OPEN]).accepted == ()
    accept_proposals(project, [number])
    assert project.plan_file.read_text(encoding="utf-8") == text.replace("Twice", "Thrice")


@pytest.mark.slow
@pytest.mark.parametrize("number", ["", "12", "zzzzzz", "a" * 70])
def test_an_unknown_number_is_an_error_and_nothing_is_accepted(project: Project, number: str) -> None:
    reply(project, CHANGED)
    before = project.plan_file.read_bytes()
    with pytest.raises(ProjectError, match="there is no proposal with this number"):
        accept_proposals(project, [ALL_OPEN, number])
    assert project.plan_file.read_bytes() == before


def test_the_outcome_of_an_inserted_row_is_that_of_the_task_above(
    project: Project,
) -> None:
    def insert(book: Any) -> None:
        sheet = book["Outcome 2.2"]
        row = next(row for row in range(3, 30) if sheet.cell(row, 6).value == "2.2a")
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, 1).value = "Stock it with newts"
        sheet.title = "Ponds"

    reply(project, {}, change=insert)
    (proposal,) = list_proposals(project).proposals
    assert (proposal.outcome, proposal.after, proposal.state) == ("2.2", "Stock it with newts", ProposalState.OPEN)


@pytest.mark.slow
def test_nothing_is_logged_where_the_plan_cannot_be_saved(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    reply(project, CHANGED)
    before = project.plan_file.read_bytes()
    save = proposals_module.saving.save

    def save_to_full_disk(path: Path, content: bytes) -> None:
        if path == project.plan_file:
            raise ProjectError("cannot be written (disk full).", where=str(path))
        save(path, content)

    monkeypatch.setattr(proposals_module.saving, "save", save_to_full_disk)
    with pytest.raises(ProjectError, match="disk full"):
        accept_proposals(project, [ALL_OPEN])
    assert project.plan_file.read_bytes() == before
    assert len(numbers(list_proposals(project), ProposalState.OPEN)) == 2


def test_a_plan_that_reads_back_differently_is_not_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragsheets.plan_files import forms

    reply(project, CHANGED)
    before = project.plan_file.read_bytes()
    monkeypatch.setattr(forms, "edit_plan_file", lambda content, *_: content)
    with pytest.raises(RagsheetsError, match="does not allow this one change"):
        accept_proposals(project, [ALL_OPEN])
    assert project.plan_file.read_bytes() == before


def test_a_plan_changed_at_the_same_time_is_not_overwritten(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragsheets.plan_files import forms

    reply(project, CHANGED)
    edit_plan_file = forms.edit_plan_file

    def edit_and_overwrite(content: bytes, *rest: Any) -> bytes:
        result = edit_plan_file(content, *rest)
        project.plan_file.write_bytes(b"somebody's")
        return result

    monkeypatch.setattr(forms, "edit_plan_file", edit_and_overwrite)
    with pytest.raises(ProjectError, match="was changed by somebody else"):
        accept_proposals(project, [ALL_OPEN])
    assert project.plan_file.read_bytes() == b"somebody's"


@pytest.mark.slow
def test_excluded_returns_and_other_periods_propose_nothing(project: Project) -> None:
    reply(project, CHANGED)
    generate(project, DATE + A_DAY)
    assert list_proposals(project).proposals == ()
    assert len(list_proposals(project, DATE).proposals) == 2
    ingest(project, date=DATE, exclude=["Parks.xlsx"])
    assert list_proposals(project, DATE).proposals == ()


@pytest.mark.slow
def test_every_other_byte_of_a_hand_written_plan_is_unchanged(tmp_path: Path) -> None:
    text = projects.toml(PLAN).replace("\n", "   # ours\r\n")
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    project = Project(tmp_path)
    generate(project, DATE)
    reply(project, {"2.1b": {"target": "Thrice"}})
    accept_proposals(project, [ALL_OPEN])
    assert (tmp_path / "plan.toml").read_bytes() == b"\xef\xbb\xbf" + text.replace("Twice", "Thrice").encode()
