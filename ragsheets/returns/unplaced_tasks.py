"""Tasks of a period's older workbooks that are not certain to be in its plan: their answers are asked about. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ragsheets import files
from ragsheets.plan.lookup import explicit_keys
from ragsheets.plan.matching import PlanTask
from ragsheets.returns.reading.task_mapping import TaskMapping
from ragsheets.workbook.sent_workbook import from_json

if TYPE_CHECKING:
    from ragsheets.ledger import WorkbookRecord
    from ragsheets.plan.model import Plan


class UnplacedTask(NamedTuple):
    """A task as an older workbook asked about it, and today's tasks that it may be; none where it is gone.

    `group` is the name of its sub-group; `key` is the key that it was sent with.
    """

    group: str
    key: str
    wording: str
    candidates: tuple[PlanTask, ...]


def find_unplaced_tasks(workbooks: Sequence[WorkbookRecord], plan: Plan) -> list[UnplacedTask]:
    """Find the tasks of older workbooks that are not certain to be in the plan.

    Args:
        workbooks: those of the period, the latest of each sub-group last.
        plan: the period's plan, every part with its key.
    """
    latest = {book.group: book for book in workbooks if not files.is_query_workbook(book.file)}
    unplaced: dict[tuple[str, str, str], UnplacedTask] = {}
    for group in plan.groups:
        older = [book for book in workbooks if book.group == group.key and book is not latest.get(group.key)]
        current = from_json(latest[group.key].sent) if older and group.key in latest else None
        for mapping in (TaskMapping(from_json(book.sent), current, explicit_keys(plan)) for book in older if current):
            for key, candidates in mapping.candidates.items():
                wording = mapping.sent_workbook.tasks[key]["task"]
                unplaced[group.key, key, wording] = UnplacedTask(group.name, key, wording, candidates)
    return list(unplaced.values())
