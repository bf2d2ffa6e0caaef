"""Recording a period and the workbooks that were generated for it in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets.project.generate_result import GeneratedWorkbook, RecordedPeriod
from ragsheets.project.simultaneous import require_unchanged
from ragsheets.project.written_files import must_be_kept, record_written
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project.folder import Project
    from ragsheets.returns.preview import PeriodComparison


def record_period(
    project: Project,
    record: PeriodRecord,
    recorded_period: PeriodRecord | None,
    workbooks: Sequence[GeneratedWorkbook],
    agreed: PeriodComparison | bool,
    last_event_number: int,
) -> RecordedPeriod:
    """Record a period and its workbooks in the ledger, and read its returns again where its plan has changed.

    Args:
        project: the project folder.
        record: the period with its plan and template.
        recorded_period: the period as it was recorded before; None for a new one.
        workbooks: its workbooks, not yet saved.
        agreed: the change of the recorded period that somebody has agreed to.
        last_event_number: the ledger's last event when the workbooks were prepared.

    Raises:
        ClosedPeriodError: the period is closed, and nobody has agreed to change it.
        ProjectError: another command has changed the ledger since that event.
    """
    from ragsheets.ledger import WorkbookRecord
    from ragsheets.project.closed_periods import assess_before, check_agreed
    from ragsheets.returns.unplaced_tasks import find_unplaced_tasks
    from ragsheets.workbook.sent_workbook import to_json

    date = record.period.date
    forgotten: tuple[str, ...] = ()
    with project.ledger(create=True) as ledger:
        require_unchanged(ledger, date, last_event_number)
        before = assess_before(ledger, recorded_period, agreed) if recorded_period else None
        edited_paths = tuple(
            workbook.path
            for workbook in workbooks
            if workbook.changed and must_be_kept(ledger, workbook.path, workbook.content)
        )
        records = [
            WorkbookRecord(book.sent.reference, book.group_key, book.path.name, book.sha256, to_json(book.sent))
            for book in workbooks
        ]
        ledger.save_period(record, records)
        for workbook in workbooks:
            record_written(project, ledger, date, workbook.path, workbook.content)
        if recorded_period and (recorded_period.plan, recorded_period.template) != (record.plan, record.template):
            forgotten = _read_returns_again(ledger, record, recorded_period)
        if before is not None:
            from ragsheets.returns.assess import assess_period

            check_agreed(ledger, before, assess_period(ledger, record), agreed)
        ledger.log("generate", pluralise(len(workbooks), "workbook"), date)
        unplaced = tuple(find_unplaced_tasks(ledger.workbooks(date), record.plan))
    return RecordedPeriod(forgotten, unplaced, edited_paths)


def _read_returns_again(ledger: Ledger, record: PeriodRecord, recorded_period: PeriodRecord) -> tuple[str, ...]:
    """Read the returns of a period by its new plan; return those that cannot be, since their originals were erased."""
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.intake import reread_returns
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(Limits()) as workers:
        return reread_returns(ledger, record, recorded_period, workers)
