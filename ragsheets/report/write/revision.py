"""What has changed in a report since it was sent out."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ragsheets import dates
from ragsheets.report.write.content import (
    TREND,
    ListItem,
    ReportCell,
    ReportColumn,
    ReportContent,
    ReportPart,
    ReportTable,
)
from ragsheets.template.wording import Wording

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord

#: So many changes are told on the first page; all of them in a part of their own.
_MAX_FIRST_PAGE_CHANGES = 6
#: So much of a text is quoted there.
_MAX_QUOTE_LENGTH = 60
#: Parts the names of a cell's place; no name holds it.
_KEY_SEPARATOR = "\x1f"
_CHANGES_BOOKMARK = "changes"


class CellChange(NamedTuple):
    """A cell that says something else now: its sub-group, its task and its column, and both texts."""

    group: str
    task: str
    column: str
    before: str
    after: str


def report_cells(content: ReportContent) -> dict[str, str]:
    """Every cell of the task tables and every remark on a sub-group, by the names of its place.

    Tasks that are alike in everything that names them are told by their order.
    """
    cells: dict[str, str] = {}
    for section in content.sections:
        cells[_KEY_SEPARATOR.join((section.heading, "", "", ""))] = section.remark
        alike: Counter[tuple[str, str, str]] = Counter()
        for block in section.outcomes:
            for action in block.actions:
                for row in action.rows:
                    alike[place := (section.heading, block.heading, row[0].text)] += 1
                    for column, cell in zip(content.columns, row, strict=True):
                        if column.key != TREND:
                            cells[cell_key(*place, alike[place], column.heading)] = cell.text
    return cells


def cell_key(group: str, text: str, task: str, number: int, column: str) -> str:
    """The names of a cell's place, as one; `text` and `number` tell it from others, and are not shown."""
    return _KEY_SEPARATOR.join((group, text, task, str(number), column))


def changed_cells(before: Mapping[str, str], after: Mapping[str, str]) -> list[CellChange]:
    """The cells that say something else now, in the order of the report; those that are gone come last."""
    told = []
    for place in (*after, *(place for place in before if place not in after)):
        if before.get(place, "") != after.get(place, ""):
            group, _, task, *rest = place.split(_KEY_SEPARATOR)
            told.append(CellChange(group, task, rest[-1], before.get(place, ""), after.get(place, "")))
    return told


class Revision(NamedTuple):
    """Which revision of a report it is (0: it was not sent out before, or is the one that was), what is said of it on
    the first page, and everything that has changed."""

    number: int = 0
    note: ReportPart | None = None
    changes: ReportPart | None = None


def with_revision(
    content: ReportContent, issued: Sequence[IssuedRecord], wording: Wording, *, force_new_revision: bool = False
) -> ReportContent:
    """A report with what has changed in it since it was last sent out, and the number of its revision."""
    revision = revision_of(report_cells(content), issued, wording, force_new_revision=force_new_revision)
    return replace(content, revision_note=revision.note, revision_number=revision.number, changes=revision.changes)


def revision_of(
    current_cells: Mapping[str, str],
    issued: Sequence[IssuedRecord],
    wording: Wording,
    *,
    force_new_revision: bool = False,
) -> Revision:
    """Which revision of a report it is that has these cells now.

    It is the one sent out last where nothing in its cells has changed since, unless it is `renewed`.
    """
    if not issued:
        return Revision()
    if force_new_revision or dict(issued[-1].cells) != current_cells:
        return _revision_since(issued[-1], issued[-1].revision + 1, current_cells, wording)
    if len(issued) > 1:
        return _revision_since(issued[-2], issued[-1].revision, current_cells, wording)
    return Revision()


def _revision_since(
    replaced_report: IssuedRecord, revision_number: int, current_cells: Mapping[str, str], wording: Wording
) -> Revision:
    """The differences from the report that this one replaces."""
    made = changed_cells(replaced_report.cells, current_cells)
    date = dates.in_words(datetime.date.fromisoformat(replaced_report.at[:10]))
    sentence = wording.report_revision if made else wording.report_revision_unchanged
    heading = wording.report_changes.format(date=date)
    told = _first_page_changes(made)
    lines = [ListItem(_change_text(change, wording), _CHANGES_BOOKMARK) for change in told]
    if len(made) > len(lines):
        more = wording.report_revision_more.format(count=len(made) - len(lines), heading=heading)
        lines.append(ListItem(more, _CHANGES_BOOKMARK))
    part = ReportPart("", paragraphs=(sentence.format(number=revision_number, date=date),), items=tuple(lines))
    return Revision(
        revision_number,
        part,
        ReportPart(heading, _CHANGES_BOOKMARK, table=_changes_table(made, heading, wording)) if made else None,
    )


def _first_page_changes(cell_changes: Sequence[CellChange]) -> list[CellChange]:
    """What the first page tells: what is said of whole sub-groups, and then, of the others, the changes in their order.

    A return that came in after all changes every cell of its sub-group; that it came says it all.
    """
    whole = [change for change in cell_changes if not change.column]
    others = {change.group for change in whole}
    return [*whole, *(change for change in cell_changes if change.group not in others)][:_MAX_FIRST_PAGE_CHANGES]


def _changes_table(cell_changes: Sequence[CellChange], heading: str, wording: Wording) -> ReportTable:
    columns = (
        ReportColumn(wording.report_group, 18),
        ReportColumn(wording.report_task_column, 34),
        ReportColumn(wording.report_column, 14, "name"),
        ReportColumn(wording.report_was, 34),
        ReportColumn(wording.report_is, 34),
    )
    # A report without tasks has nothing to say under their heading.
    used = [
        place
        for place, name in enumerate(CellChange._fields)
        if name != "task" or any(change.task for change in cell_changes)
    ]
    rows = tuple(tuple(ReportCell(change[place]) for place in used) for change in cell_changes)
    return ReportTable(heading, tuple(columns[place] for place in used), rows)


def _change_text(change: CellChange, wording: Wording) -> str:
    """What a change is, in a line; where nothing stood or stands, the words for that and no empty quotation marks."""
    where = ", ".join(filter(None, (change.group, _shortened(change.task), change.column)))
    before, now = _shortened(change.before), _shortened(change.after)
    if not now:
        pattern = wording.report_change_gone
    else:
        pattern = wording.report_change_line if before else wording.report_change_added
    return pattern.format(where=where, before=before, now=now)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_QUOTE_LENGTH else f"{line[:_MAX_QUOTE_LENGTH].rstrip()}…"
