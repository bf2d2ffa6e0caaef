"""Several periods of a small partnership, each generated, returned and ingested; the content of its report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers import projects
from ragsheets.history.trend import history_of
from ragsheets.ledger import tables
from ragsheets.plan.model import Period
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.report.write.compose import compose_content
from ragsheets.report.write.content import ReportContent, ReportTable
from ragsheets.report.write.context import ReportContext
from ragsheets.report.write.trend import EARLIER_PERIODS
from ragsheets.returns.assess import assess_period

#: Statuses of tasks by their key; one may be a pair of a status and a planned improvement.
StatusByTask = Mapping[str, str | tuple[str, str]]


def date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def period_of(day: str) -> Period:
    return Period(date(day))


def hold_period(
    folder: Path,
    day: str,
    statuses_by_group: Mapping[str, StatusByTask],
    *,
    due: str | None = None,
    plan: Mapping[str, Any] | None = None,
) -> None:
    """Hold a period: generate its workbooks, have the named sub-groups return theirs, and ingest them."""
    if plan is not None or not (folder / "plan.toml").exists():
        projects.write_plan(folder, plan)
    generate(Project(folder), date(day), due=date(due) if due else None)
    add_returns(folder, day, statuses_by_group)


def add_returns(
    folder: Path, day: str, statuses_by_group: Mapping[str, StatusByTask], name: str = "{group}.xlsx"
) -> None:
    """Add returns to a period that was held already, and ingest them: newer ones than those that it has.

    The report of the period may be final.
    """
    make_returns_older(folder, day)
    for group, statuses in statuses_by_group.items():
        answers = {
            key: {"position": f"At {key}", "status": status, "planned": "Go on by May 2009"}
            if isinstance(status, str)
            else {"position": f"At {key}", "status": status[0], "planned": status[1]}
            for key, status in statuses.items()
        }
        to = folder / day / "returned"
        projects.reply(folder, name.format(group=group), answers, of=group, period=Period(date(day)), to=to)
    ingest(Project(folder), date=date(day), agreed=True)


def make_returns_older(folder: Path, day: str) -> None:
    """Let what a period has so far have been saved and received, in its order, before the time that a reply states."""
    with Project(folder).ledger() as ledger:
        workbooks, returns, connection = tables.workbooks, tables.returns, ledger._connection
        connection.execute(workbooks.update().where(workbooks.c.period == day).values(made="2000-01-01 00:00:00"))
        numbers = connection.scalars(returns.select().with_only_columns(returns.c.id).where(returns.c.period == day))
        for hours, number in enumerate(sorted(numbers, reverse=True), 1):
            time = (datetime.datetime.fromisoformat(day) - datetime.timedelta(hours=hours)).isoformat(" ")
            connection.execute(returns.update().where(returns.c.id == number).values(saved=time, received=time))


def report_context(folder: Path, day: str | None = None, *, public: bool = False) -> ReportContext:
    """Return the context that a period's report is composed from."""
    with Project(folder).ledger() as ledger:
        record = ledger.period(date(day) if day else None)
        assessment = assess_period(ledger, record)
        return ReportContext(record, assessment, history_of(ledger, record, EARLIER_PERIODS), public)


def report_content(folder: Path, day: str | None = None, *, public: bool = False) -> ReportContent:
    """Return the content of a period's report."""
    context = report_context(folder, day, public=public)
    return compose_content(context.record, context.assessment, context.history, public=public)


def table_texts(table: ReportTable | None) -> list[list[str]]:
    """Return the texts of a table's cells, row by row."""
    assert table is not None
    return [[cell.text for cell in row] for row in table.rows]
