"""The result of generating the workbooks of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.errors import Problem
    from ragsheets.plan.model import Period
    from ragsheets.returns.unplaced_tasks import UnplacedTask


@dataclass(frozen=True, slots=True)
class GeneratedWorkbook:
    """A workbook that `generate` wrote. `changed` is false where an identical file existed already."""

    group: str
    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """A task for display: its sub-group's name, its key and its wording."""

    group: str
    task: str
    wording: str


@dataclass(frozen=True, slots=True)
class GenerateResult:
    """The result of `generate`.

    Attributes:
        workbooks: the workbooks.
        on_hold: the sub-groups that are on hold.
        warnings: what should be looked at in the plan.
        left_out: the parts of the plan with characters that Office files cannot hold, which are left out.
        overlong: the keys of tasks whose wording is longer than a row of a workbook can show.
        previous_period: the period before; None where there is none, and then no tasks are compared.
        completed: the tasks that are complete and are not asked about any more.
        withdrawn: the tasks of the period before that the plan no longer has.
        new: the tasks that no earlier period has.
        finished: the sub-groups with no tasks left to ask about.
        obsolete_workbooks: the existing workbooks of finished sub-groups, which are not removed.
        carried_forward: the sub-groups whose workbooks carry the last answers forward.
        overlong_paths: the workbooks whose paths are longer than Excel accepts.
        keys_asked_for: how many tasks may have a history that a key in the plan would keep.
        is_current: whether it is now the current period, the latest in the ledger.
        edited_workbooks: the new paths of the existing workbooks that somebody had changed, by the paths they had.
        forgotten: returns that could not be read again for the changed plan, since their originals were erased.
        unplaced: the tasks of workbooks made before in this period that are not certain to be in the plan.
    """

    period: Period
    workbooks: tuple[GeneratedWorkbook, ...]
    on_hold: tuple[str, ...]
    warnings: tuple[Problem, ...]
    left_out: tuple[str, ...]
    overlong: tuple[str, ...]
    previous_period: Period | None = None
    completed: tuple[TaskSummary, ...] = ()
    withdrawn: tuple[TaskSummary, ...] = ()
    new: tuple[TaskSummary, ...] = ()
    finished: tuple[str, ...] = ()
    obsolete_workbooks: tuple[Path, ...] = ()
    carried_forward: tuple[str, ...] = ()
    overlong_paths: tuple[Path, ...] = ()
    keys_asked_for: int = 0
    is_current: bool = True
    edited_workbooks: Mapping[Path, Path] = field(default_factory=dict)
    forgotten: tuple[str, ...] = ()
    unplaced: tuple[UnplacedTask, ...] = ()
