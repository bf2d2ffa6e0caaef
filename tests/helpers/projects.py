"""Small plans, project folders and replies for the tests: each states only what its test is about."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ragsheets import files
from ragsheets.cli import main
from ragsheets.errors import Problem, RagsheetsError
from ragsheets.ledger import PeriodRecord
from ragsheets.plan.model import Period
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.returns.assess import Assessment, assess_period
from ragsheets.workbook.sent_workbook import SentWorkbook, from_json

Table = dict[str, Any]

DATE = datetime.date(2008, 9, 4)


# ---------------------------------------------------------------------------------------------------- the parts


def task(label: Any = "", **more: Any) -> Table:
    """A task; `more` adds keys or replaces them, and takes away those that are None."""
    return _without_none({"label": label, "task": f"Task {label}", "target": f"Target {label}", **more})


def action(*tasks: Table, **more: Any) -> Table:
    return _without_none({"title": "Act", "tasks": list(tasks or (task("a"),)), **more})


def outcome(ref: str = "2.1", *actions: Table, **more: Any) -> Table:
    return _without_none({"ref": ref, "title": f"Title {ref}", "actions": list(actions or (action(),)), **more})


def group(name: str = "Parks", *outcomes: Table, **more: Any) -> Table:
    return _without_none({"name": name, "contact": "Ann", "outcomes": list(outcomes or (outcome("2.1"),)), **more})


def plan(*groups: Table, **more: Any) -> Table:
    """A whole plan; by default of one sub-group, Parks, with the one task 2.1a."""
    parts = {"title": "Progress", "partnership": "Our Partnership", "groups": list(groups or (group(),))}
    return _without_none({**more, **{key: more.get(key, value) for key, value in parts.items()}})


def _without_none(table: Table) -> Table:
    return {key: value for key, value in table.items() if value is not None}


# ----------------------------------------------------------------------------------------------------- as files


def toml(table: Mapping[str, Any]) -> str:
    """The tables as the text of a TOML file."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def write_plan(folder: Path, table: Mapping[str, Any] | None = None, name: str = "plan.toml") -> Path:
    """Put a plan into a folder, which is made where there is none; gives the plan's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(toml(plan() if table is None else table), encoding="utf-8")
    return path


def reply(
    folder: Path,
    name: str,
    answers: Mapping[str, Mapping[str, str]],
    *,
    of: str = "Parks",
    overtyped: Sequence[Mapping[str, Any]] = (),
    successes: Sequence[str] = (),
    next_steps: Sequence[str] = (),
    period: Period | None = None,
    to: Path | None = None,
) -> Path:
    """Put a workbook into returned/ (or the folder `to`) as a contact of the sub-group `of` would have filled it in.

    It is the one that was sent if that shows the answers of an earlier period; else the one that the plan gives now.
    """
    project, period = Project(folder), period or Period(DATE)
    plan, template = project.plan()
    last_period = None
    if sent := latest_sent_workbook(project, period.date, of):
        record, sent_workbook = sent
        last_period = sent_workbook.last_period
        plan = record.plan if last_period else plan
    headlines = {"successes": successes, "next_steps": next_steps}
    filled = {"group": of, "answers": answers, "overtyped": overtyped, **headlines}
    path = (to or folder / DATE.isoformat() / "returned") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(demo.fill_in_workbook(plan, template, period, filled, last_period))
    return path


def latest_sent_workbook(project: Project, date: datetime.date, group: str) -> tuple[PeriodRecord, SentWorkbook] | None:
    """Return the period's record and what a sub-group was last sent in it; None where it was sent nothing."""
    if not project.has_ledger:
        return None
    with project.ledger() as ledger:
        if date not in ledger.periods():
            return None
        record = ledger.period(date)
        key = next((sub_group.key for sub_group in record.plan.groups if sub_group.name == group), "")
        books = [
            book for book in ledger.workbooks(date) if book.group == key and not files.is_query_workbook(book.file)
        ]
        return (record, from_json(books[-1].sent)) if books else None


# ---------------------------------------------------------------------------------------- what tests do with them


def run_ragsheets(*arguments: str | Path, **more: Any) -> Result:
    """Run the command line in this process; exceptions other than an exit are raised."""
    return CliRunner().invoke(main, [str(word) for word in arguments], catch_exceptions=False, **more)


def problems_of(raised: pytest.ExceptionInfo[RagsheetsError]) -> list[Problem]:
    """Return the problems of an error; check that each has a message."""
    problems = list(raised.value.problems)
    assert all(problem.what for problem in problems)
    return problems


def files_by_name(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def assess(project: Project, date: datetime.date | None = None) -> Assessment:
    """Return the assessment of a period (the current one by default), from the ledger alone."""
    with project.ledger() as ledger:
        return assess_period(ledger, ledger.period(date))
