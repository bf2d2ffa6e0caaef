"""What has changed in a report since it was sent out."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ragsheets import dates
from ragsheets.report.write.content import TRAVEL, Cell, Heading, Line, Part, ReportContent, Table
from ragsheets.template.wording import Wording

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord

#: So many changes are told on the first page; all of them in a part of their own.
_ON_FIRST_PAGE = 6
#: So much of a text is quoted there.
_QUOTED = 60
#: Parts the names of a cell's place; no name holds it.
_PART = "\x1f"
_CHANGES = "changes"


class Change(NamedTuple):
    """A cell that says something else now: its sub-group, its task and its column, and both texts."""

    group: str
    task: str
    column: str
    before: str
    now: str


def cells_of(content: ReportContent) -> dict[str, str]:
    """Every cell of the task tables and every remark on a sub-group, by the names of its place.

    Tasks that are alike in everything that names them are told by their order.
    """
    cells: dict[str, str] = {}
    for section in content.sections:
        cells[_PART.join((section.heading, "", "", ""))] = section.remark
        alike: Counter[tuple[str, str, str]] = Counter()
        for block in section.outcomes:
            for action in block.actions:
                for row in action.rows:
                    alike[place := (section.heading, block.heading, row[0].text)] += 1
                    for column, cell in zip(content.columns, row, strict=True):
                        if column.key != TRAVEL:
                            cells[place_of(*place, alike[place], column.heading)] = cell.text
    return cells


def place_of(group: str, text: str, task: str, number: int, column: str) -> str:
    """The names of a cell's place, as one; `text` and `number` tell it from others, and are not shown."""
    return _PART.join((group, text, task, str(number), column))


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """The cells that say something else now, in the order of the report; those that are gone come last."""
    told = []
    for place in (*now, *(place for place in before if place not in now)):
        if before.get(place, "") != now.get(place, ""):
            group, _, task, *rest = place.split(_PART)
            told.append(Change(group, task, rest[-1], before.get(place, ""), now.get(place, "")))
    return told


class Revision(NamedTuple):
    """Which revision of a report it is (0: it was not sent out before, or is the one that was), what is said of it on
    the first page, and everything that has changed."""

    number: int = 0
    told: Part | None = None
    changes: Part | None = None


def revised(
    content: ReportContent, issued: Sequence[IssuedRecord], wording: Wording, *, renewed: bool = False
) -> ReportContent:
    """A report with what has changed in it since it was last sent out, and the number of its revision."""
    revision = revision_of(cells_of(content), issued, wording, renewed=renewed)
    return replace(content, revision=revision.told, revision_number=revision.number, changes=revision.changes)


def revision_of(
    now: Mapping[str, str], issued: Sequence[IssuedRecord], wording: Wording, *, renewed: bool = False
) -> Revision:
    """Which revision of a report it is that has these cells now.

    It is the one sent out last where nothing in its cells has changed since, unless it is `renewed`.
    """
    if not issued:
        return Revision()
    if renewed or dict(issued[-1].cells) != now:
        return _told(issued[-1], issued[-1].revision + 1, now, wording)
    if len(issued) > 1:
        return _told(issued[-2], issued[-1].revision, now, wording)
    return Revision()


def _told(last: IssuedRecord, number: int, now: Mapping[str, str], wording: Wording) -> Revision:
    """The differences from the report that this one replaces."""
    made = changes(last.cells, now)
    date = dates.in_words(datetime.date.fromisoformat(last.at[:10]))
    sentence = wording.report_revision if made else wording.report_revision_unchanged
    heading = wording.report_changes.format(date=date)
    told = _told_first(made)
    lines = [Line(_line(change, wording), _CHANGES) for change in told]
    if len(made) > len(lines):
        more = wording.report_revision_more.format(count=len(made) - len(lines), heading=heading)
        lines.append(Line(more, _CHANGES))
    part = Part("", text=(sentence.format(number=number, date=date),), lines=tuple(lines))
    return Revision(number, part, Part(heading, _CHANGES, table=_table(made, heading, wording)) if made else None)


def _told_first(made: Sequence[Change]) -> list[Change]:
    """What the first page tells: what is said of whole sub-groups, and then, of the others, the changes in their order.

    A return that came in after all changes every cell of its sub-group; that it came says it all.
    """
    whole = [change for change in made if not change.column]
    others = {change.group for change in whole}
    return [*whole, *(change for change in made if change.group not in others)][:_ON_FIRST_PAGE]


def _table(made: Sequence[Change], heading: str, wording: Wording) -> Table:
    columns = (
        Heading(wording.report_group, 18),
        Heading(wording.report_task_column, 34),
        Heading(wording.report_column, 14, "name"),
        Heading(wording.report_was, 34),
        Heading(wording.report_is, 34),
    )
    # A report without tasks has nothing to say under their heading.
    used = [place for place, name in enumerate(Change._fields) if name != "task" or any(change.task for change in made)]
    rows = tuple(tuple(Cell(change[place]) for place in used) for change in made)
    return Table(heading, tuple(columns[place] for place in used), rows)


def _line(change: Change, wording: Wording) -> str:
    """What a change is, in a line; where nothing stood or stands, the words for that and no empty quotation marks."""
    where = ", ".join(filter(None, (change.group, _quoted(change.task), change.column)))
    before, now = _quoted(change.before), _quoted(change.now)
    if not now:
        pattern = wording.report_change_gone
    else:
        pattern = wording.report_change_line if before else wording.report_change_added
    return pattern.format(where=where, before=before, now=now)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED].rstrip()}…"
