"""Recording a period and the workbooks that were generated for it in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.project.generate_result import GeneratedWorkbook, RecordedPeriod
from ragsheets.project.simultaneous import require_unchanged
from ragsheets.project.written_files import must_be_kept, record_written
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord, WorkbookRecord
    from ragsheets.plan.model import SubGroup
    from ragsheets.project.folder import Project
    from ragsheets.returns.preview import PeriodComparison
    from ragsheets.workbook.sent_workbook import SentWorkbook


@dataclass(frozen=True, slots=True)
class PreparedWorkbook:
    """A workbook before it is saved; `changed` is whether its file is missing or has other contents."""

    group: SubGroup
    path: Path
    content: bytes
    sent: SentWorkbook
    overlong: list[str]
    changed: bool

    def as_generated(self) -> GeneratedWorkbook:
        """Return the workbook as it is described once it was saved."""
        from ragsheets.files.long_paths import is_too_long_for_excel

        return GeneratedWorkbook(
            group=self.group.name,
            path=self.path,
            changed=self.changed,
            carries_forward=self.sent.carried_columns is not None,
            overlong_tasks=tuple(self.overlong),
            is_path_too_long=is_too_long_for_excel(self.path),
        )

    def as_record(self) -> WorkbookRecord:
        """Return the record of the workbook for the ledger."""
        from ragsheets.ledger import WorkbookRecord
        from ragsheets.workbook.sent_workbook import to_json

        digest = files.sha256(self.content)
        return WorkbookRecord(self.sent.reference, self.group.key, self.path.name, digest, to_json(self.sent))


def record_period(
    project: Project,
    record: PeriodRecord,
    recorded_period: PeriodRecord | None,
    prepared_workbooks: Sequence[PreparedWorkbook],
    agreed: PeriodComparison | bool,
    last_event_number: int,
) -> RecordedPeriod:
    """Record a period and its workbooks in the ledger, and read its returns again where its plan has changed.

    Args:
        project: the project folder.
        record: the period with its plan and template.
        recorded_period: the period as it was recorded before; None for a new one.
        prepared_workbooks: its workbooks.
        agreed: the change of the recorded period that somebody has agreed to.
        last_event_number: the ledger's last event when the workbooks were prepared.

    Raises:
        ClosedPeriodError: the period is closed, and nobody has agreed to change it.
        ProjectError: another command has changed the ledger since that event.
    """
    from ragsheets.project.closed_periods import assess_before, check_agreed
    from ragsheets.returns.unplaced_tasks import find_unplaced_tasks

    date = record.period.date
    forgotten: tuple[str, ...] = ()
    with project.ledger(create=True) as ledger:
        require_unchanged(ledger, date, last_event_number)
        before = assess_before(ledger, recorded_period, agreed) if recorded_period else None
        edited_paths = tuple(
            workbook.path
            for workbook in prepared_workbooks
            if workbook.changed and must_be_kept(ledger, workbook.path, workbook.content)
        )
        ledger.save_period(record, [workbook.as_record() for workbook in prepared_workbooks])
        for workbook in prepared_workbooks:
            record_written(project, ledger, date, workbook.path, workbook.content)
        if recorded_period and (recorded_period.plan, recorded_period.template) != (record.plan, record.template):
            forgotten = _read_returns_again(ledger, record, recorded_period)
        if before is not None:
            from ragsheets.returns.assess import assess_period

            check_agreed(ledger, before, assess_period(ledger, record), agreed)
        ledger.log("generate", pluralise(len(prepared_workbooks), "workbook"), date)
        unplaced = tuple(find_unplaced_tasks(ledger.workbooks(date), record.plan))
    return RecordedPeriod(forgotten, unplaced, edited_paths)


def _read_returns_again(ledger: Ledger, record: PeriodRecord, recorded_period: PeriodRecord) -> tuple[str, ...]:
    """Read the returns of a period by its new plan; return those that cannot be, since their originals were erased."""
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.intake import reread_returns
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(Limits()) as workers:
        return reread_returns(ledger, record, recorded_period, workers)
