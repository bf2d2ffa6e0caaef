"""The result of generating the workbooks of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ragsheets import files
from ragsheets.files.long_paths import is_too_long_for_excel

if TYPE_CHECKING:
    from ragsheets.errors import Problem
    from ragsheets.plan.model import Period
    from ragsheets.project.contact_guide import ContactGuideFile
    from ragsheets.returns.unplaced_tasks import UnplacedTask
    from ragsheets.workbook.sent_workbook import SentWorkbook


@dataclass(frozen=True, slots=True)
class GeneratedWorkbook:
    """A workbook that `generate` made.

    Attributes:
        group: the name of its sub-group.
        group_key: the key of that.
        path: its path.
        content: its bytes.
        changed: false where an identical file existed already.
        sent: what it was made with.
        overlong_tasks: the keys of tasks whose wording is longer than a row can show.
    """

    group: str
    group_key: str
    path: Path
    content: bytes = field(repr=False)
    changed: bool
    sent: SentWorkbook = field(repr=False)
    overlong_tasks: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return files.sha256(self.content)

    @property
    def carries_forward(self) -> bool:
        """Whether its cells to fill in hold the last answers."""
        return self.sent.carried_columns is not None

    @property
    def is_path_too_long(self) -> bool:
        """Whether its path is longer than Excel accepts."""
        return is_too_long_for_excel(self.path)


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
        guide: the page for the contacts; None where it was not asked for.
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
    guide: ContactGuideFile | None = None

    @property
    def carried_forward(self) -> tuple[str, ...]:
        """The sub-groups whose workbooks carry the last answers forward."""
        return tuple(workbook.group for workbook in self.workbooks if workbook.carries_forward)
