"""The result of generating the workbooks of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ragsheets.errors import Problem
    from ragsheets.plan.model import Period
    from ragsheets.returns.unplaced_tasks import UnplacedTask


@dataclass(frozen=True, slots=True)
class GeneratedWorkbook:
    """A workbook that `generate` wrote.

    Attributes:
        group: the name of its sub-group.
        path: its path.
        changed: false where an identical file existed already.
        carries_forward: whether its cells to fill in hold the last answers.
        overlong_tasks: the keys of tasks whose wording is longer than a row can show.
        is_path_too_long: whether its path is longer than Excel accepts.
    """

    group: str
    path: Path
    changed: bool
    carries_forward: bool
    overlong_tasks: tuple[str, ...]
    is_path_too_long: bool


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """A task for display: its sub-group's name, its key and its wording."""

    group: str
    task: str
    wording: str


@dataclass(frozen=True, slots=True)
class ComparedTasks:
    """The tasks of a plan, compared with those of the earlier periods.

    Attributes:
        previous_period: the period before; None where there is none, and then no tasks are compared.
        completed: the tasks that are complete and are not asked about any more.
        withdrawn: the tasks of the period before that the plan no longer has.
        new: the tasks that no earlier period has.
    """

    previous_period: Period | None
    completed: tuple[TaskSummary, ...]
    withdrawn: tuple[TaskSummary, ...]
    new: tuple[TaskSummary, ...]


class RecordedPeriod(NamedTuple):
    """The findings of recording a period.

    Attributes:
        forgotten: the returned files that could not be read again for a changed plan, since their originals were
            erased.
        unplaced: the tasks of workbooks made before that are not certain to be in the plan.
        edited_paths: the paths of the workbooks to write where somebody has changed the file.
    """

    forgotten: tuple[str, ...]
    unplaced: tuple[UnplacedTask, ...]
    edited_paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class GenerateResult:
    """The result of `generate`.

    Attributes:
        workbooks: the workbooks.
        on_hold: the sub-groups that are on hold.
        warnings: what should be looked at in the plan.
        finished: the sub-groups with no tasks left to ask about.
        obsolete_workbooks: the existing workbooks of finished sub-groups, which are not removed.
        edited_workbooks: the new paths of the existing workbooks that somebody had changed, by the paths they had.
        left_out: the parts of the plan with characters that Office files cannot hold, which are left out.
        tasks: its tasks compared with those of the earlier periods.
        recorded: the findings of recording it in the ledger.
        keys_asked_for: how many tasks may have a history that a key in the plan would keep.
        is_current: whether it is now the current period, the latest in the ledger.
    """

    period: Period
    workbooks: tuple[GeneratedWorkbook, ...]
    on_hold: tuple[str, ...]
    finished: tuple[str, ...]
    obsolete_workbooks: tuple[Path, ...]
    edited_workbooks: Mapping[Path, Path]
    warnings: tuple[Problem, ...]
    left_out: tuple[str, ...]
    tasks: ComparedTasks
    recorded: RecordedPeriod
    keys_asked_for: int
    is_current: bool

    @property
    def carried_forward(self) -> tuple[str, ...]:
        """The sub-groups whose workbooks carry the last answers forward."""
        return tuple(workbook.group for workbook in self.workbooks if workbook.carries_forward)
