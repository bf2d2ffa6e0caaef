"""A year of periods in a small project: each states only the answers and headlines of its sub-groups."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.projects import Table, group, outcome, plan, reply, run_ragsheets, write_plan
from ragsheets.history.year import Year, year_of
from ragsheets.plan.model import Period
from ragsheets.project.folder import Project
from ragsheets.report.narrative import Narrative
from ragsheets.report.year.content import YearContent, compose_year_content
from ragsheets.returns.assess import assess_period

MARCH, JUNE, SEPTEMBER, DECEMBER = (datetime.date(2009, month, 5) for month in (3, 6, 9, 12))
TASKS = {"Parks": "2.1a", "Health": "3.1a"}


@dataclass(frozen=True)
class GroupReply:
    """What a sub-group returned: its answers by task, or the status of its only task, and its headlines."""

    status: str = ""
    successes: Sequence[str] = ()
    next_steps: Sequence[str] = ()
    position: str = "So it stands."
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def two_groups(**parks: object) -> Table:
    """A plan of Parks and Health, each with one task."""
    return plan(group("Parks", **parks), group("Health", outcome("3.1")))


def hold_period(
    folder: Path,
    date: datetime.date,
    replies_by_group: Mapping[str, GroupReply],
    table: Table | None = None,
    name: str = "",
) -> None:
    """Generate the workbooks of a period, return them filled in, and ingest them."""
    write_plan(folder, table or two_groups())
    named = ("--period", name) if name else ()
    assert run_ragsheets("-C", folder, "generate", "--date", date.isoformat(), *named).exit_code == 0
    for who, words in replies_by_group.items():
        status = {TASKS[who]: {"status": words.status, "position": words.position}} if words.status else {}
        reply(
            folder,
            f"{who}.xlsx",
            {**status, **words.answers},
            of=who,
            successes=words.successes,
            next_steps=words.next_steps,
            period=Period(date, name),
            to=folder / date.isoformat() / "returned",
        )
    if replies_by_group:
        done = run_ragsheets("-C", folder, "ingest")
        assert done.exit_code in (0, 1), done.stdout


def year_in(folder: Path, date: datetime.date | None = None) -> Year:
    """The year that a period closes."""
    with Project(folder).ledger() as ledger:
        record = ledger.period(date)
        return year_of(ledger, assess_period(ledger, record))


def content_in(folder: Path, narrative: Narrative | None = None, *, public: bool = False) -> YearContent:
    """Return the content of the end-of-year report of the current period."""
    with Project(folder).ledger() as ledger:
        record = ledger.period()
        year = year_of(ledger, assess_period(ledger, record))
        return compose_year_content(record, year, narrative or Narrative(), public=public)


def passages_of(content: YearContent, *headings: str) -> list[tuple[str, str]]:
    """The kind and the words of each passage of a chapter, or of a chapter in it."""
    chapters = content.chapters
    for heading in headings:
        (chapter,) = (candidate for candidate in chapters if candidate.heading == heading)
        chapters = chapter.chapters
    return [(passage.kind, passage.text) for passage in chapter.passages]
