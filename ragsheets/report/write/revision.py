"""The revision of a report, and its changes since it was last sent out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ragsheets import dates
from ragsheets.report.write.content import (
    TREND,
    DocumentInfo,
    ListItem,
    ReportColumn,
    ReportContent,
    ReportPart,
    ReportTable,
    table_of,
)
from ragsheets.template.wording import Wording
from ragsheets.text import differing_parts, shorten

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord

ContentT = TypeVar("ContentT", bound=DocumentInfo)

#: The number of changes listed on the first page; a part of its own lists all of them.
_MAX_FIRST_PAGE_CHANGES = 6
#: The number of characters of a long text quoted there.
_MAX_QUOTE_LENGTH = 60
#: Separates the names in a cell key; no name contains it.
_KEY_SEPARATOR = "\x1f"
_CHANGES_BOOKMARK = "changes"


class CellChange(NamedTuple):
    """A cell whose text has changed: its sub-group, its task and its column, and both texts."""

    group: str
    task: str
    column: str
    before: str
    after: str


def report_cells(content: ReportContent, wording: Wording) -> dict[str, str]:
    """Return the introduction, every cell of the task tables, and every remark on a sub-group, by its cell key.

    Tasks with the same sub-group, outcome and text are numbered in their order.
    """
    cells: dict[str, str] = {}
    if content.introduction:
        introduction = "\n".join(passage.marked_text for passage in content.introduction)
        # Named as in the end-of-year report; it has no heading here.
        cells[cell_key("", "", "", 1, wording.year_introduction)] = introduction
    task_index = next(index for index, column in enumerate(content.columns) if column.key == "task")
    for section in content.sections:
        cells[_KEY_SEPARATOR.join((section.heading, "", "", ""))] = section.remark
        occurrences: Counter[tuple[str, str, str]] = Counter()
        for block in section.outcomes:
            for action in block.actions:
                for row in action.rows:
                    occurrences[position := (section.heading, block.heading, row[task_index].text)] += 1
                    for column, cell in zip(content.columns, row, strict=True):
                        if column.key != TREND:
                            cells[cell_key(*position, occurrences[position], column.heading)] = cell.text
    return cells


def cell_key(group: str, text: str, task: str, number: int, column: str) -> str:
    """Return the key of a cell; `text` and `number` make it unique, and are not shown."""
    return _KEY_SEPARATOR.join((group, text, task, str(number), column))


def changed_cells(before: Mapping[str, str], after: Mapping[str, str]) -> list[CellChange]:
    """Return the cells whose text has changed, in the order of the report; removed cells come last."""
    changes = []
    for key in (*after, *(key for key in before if key not in after)):
        if before.get(key, "") != after.get(key, ""):
            group, _, task, *rest = key.split(_KEY_SEPARATOR)
            changes.append(CellChange(group, task, rest[-1], before.get(key, ""), after.get(key, "")))
    return changes


def with_revision(
    content: ContentT,
    current_cells: Mapping[str, str],
    issued: Sequence[IssuedRecord],
    wording: Wording,
    *,
    force_new_revision: bool = False,
) -> ContentT:
    """Return a report that has these cells with its revision number and its changes since it was last sent out.

    It is the one sent out last where no cell has changed since, unless `force_new_revision` is set.
    """
    if not issued:
        return content
    if force_new_revision or dict(issued[-1].cells) != current_cells:
        replaced_report, number = issued[-1], issued[-1].revision + 1
    elif len(issued) > 1:
        replaced_report, number = issued[-2], issued[-1].revision
    else:
        return content
    cell_changes = changed_cells(replaced_report.cells, current_cells)
    date = dates.in_words(dates.day_of(replaced_report.at))
    heading = wording.report_changes.format(date=date)
    sentence = wording.report_revision if cell_changes else wording.report_revision_unchanged
    items = _first_page_items(cell_changes, heading, wording)
    table = _changes_table(cell_changes, heading, wording) if cell_changes else None
    return replace(
        content,
        revision_number=number,
        revision_note=ReportPart("", paragraphs=(sentence.format(number=number, date=date),), items=items),
        changes=ReportPart(heading, _CHANGES_BOOKMARK, table=table) if table else None,
    )


def _first_page_items(cell_changes: Sequence[CellChange], heading: str, wording: Wording) -> tuple[ListItem, ...]:
    """Return the changes listed on the first page, and the number of those that are not.

    Those of whole sub-groups are first, then those of the other sub-groups: a late return changes every cell of its
    sub-group, so the change of the whole sub-group is enough.
    """
    group_changes = [change for change in cell_changes if not change.column]
    groups = {change.group for change in group_changes}
    other_changes = [change for change in cell_changes if change.group not in groups]
    texts = [_change_text(change, wording) for change in [*group_changes, *other_changes][:_MAX_FIRST_PAGE_CHANGES]]
    if remaining_count := len(cell_changes) - len(texts):
        texts.append(wording.report_revision_more.format(count=remaining_count, heading=heading))
    return tuple(ListItem(text, _CHANGES_BOOKMARK) for text in texts)


def _changes_table(cell_changes: Sequence[CellChange], heading: str, wording: Wording) -> ReportTable:
    fields: list[tuple[ReportColumn, Callable[[CellChange], str]]] = [
        (ReportColumn(wording.report_group, 18), lambda change: change.group),
        (ReportColumn(wording.report_task_column, 34), lambda change: change.task),
        (ReportColumn(wording.report_column, 14, "name"), lambda change: change.column),
        (ReportColumn(wording.report_was, 34), lambda change: change.before),
        (ReportColumn(wording.report_is, 34), lambda change: change.after),
    ]
    # Without changes to tasks, as in the end-of-year report, their column is left out.
    if not any(change.task for change in cell_changes):
        del fields[1]
    return table_of(heading, fields, cell_changes)


def _change_text(change: CellChange, wording: Wording) -> str:
    """Describe a change in a line; of long texts it has the parts that differ.

    Added and removed texts have a wording without empty quotation marks.
    """
    location = ", ".join(filter(None, (change.group, shorten(change.task, _MAX_QUOTE_LENGTH), change.column)))
    before, after = " ".join(change.before.split()), " ".join(change.after.split())
    if before and after:
        before, after = differing_parts(before, after, _MAX_QUOTE_LENGTH)
    else:
        before, after = shorten(before, _MAX_QUOTE_LENGTH), shorten(after, _MAX_QUOTE_LENGTH)
    if not after:
        pattern = wording.report_change_gone
    else:
        pattern = wording.report_change_line if before else wording.report_change_added
    return pattern.format(where=location, before=before, now=after)
