"""Preview of an ingest: what it would change, from a trial in the ledger's transaction that is rolled back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.formats.limits import Limits
    from ragsheets.ledger import Ledger
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.intake import ProgressCallback
    from ragsheets.returns.preview import IngestPreview


class _TrialEnded(Exception):
    """Ends the transaction of a trial, so that it is rolled back."""


@contextmanager
def _trial_ledger(project: Project) -> Iterator[Ledger]:
    """Open the ledger for changes that are rolled back at the end."""
    with suppress(_TrialEnded), project.ledger() as ledger:
        yield ledger
        raise _TrialEnded


def preview_ingest(
    project: Project,
    paths: Iterable[Path] = (),
    *,
    date: datetime.date | None = None,
    exclude: Sequence[str] = (),
    include: Sequence[str] = (),
    as_this_period: Sequence[str] = (),
    limits: Limits | None = None,
    progress: ProgressCallback | None = None,
    today: datetime.date | None = None,
) -> IngestPreview:
    """Return what an ingest would change, and change nothing: neither the ledger nor a file or a folder.

    The arguments are those of `ragsheets.project.ingest.ingest`, and so are the errors.
    """
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(limits or Limits()) as workers, _trial_ledger(project) as ledger:
        from ragsheets.project.closed_periods import is_closed
        from ragsheets.project.ingest import read_returns
        from ragsheets.project.queries import QueriesFolder
        from ragsheets.returns.assess import assess_period
        from ragsheets.returns.preview import IngestPreview, PeriodComparison

        record = ledger.period(date)
        before = assess_period(ledger, record)
        result = read_returns(
            project,
            ledger,
            record,
            workers,
            list(paths),
            exclude=exclude,
            include=include,
            as_this_period=as_this_period,
            progress=progress,
        )
        queries = QueriesFolder(project, record, today)
        queries.prepare(ledger, result.assessment)
        comparison = PeriodComparison(before, result.assessment, is_closed(ledger, record.period.date))
    return IngestPreview(comparison, replace(result, queries=queries.prepared))
