"""Preview of an ingest: what it would change, from a trial in the ledger's transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.project.folder import Project
    from ragsheets.project.ingest import IngestOptions
    from ragsheets.returns.preview import IngestPreview


class _TrialEnded(Exception):
    """Ends the transaction of a trial, so that it is rolled back."""


@contextmanager
def _trial_ledger(project: Project) -> Iterator[Ledger]:
    """Open the ledger for changes that are rolled back at the end."""
    with suppress(_TrialEnded), project.ledger() as ledger:
        yield ledger
        raise _TrialEnded


def preview_ingest(project: Project, paths: Iterable[Path] = (), **options: Unpack[IngestOptions]) -> IngestPreview:
    """Return what an ingest would change, and change nothing: neither the ledger nor a file or a folder.

    The arguments are those of `ragsheets.project.ingest.ingest`, and so are the errors.
    """
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(options.get("limits") or Limits()) as workers, _trial_ledger(project) as ledger:
        from ragsheets.project.closed_periods import is_closed
        from ragsheets.project.ingest import read_returns
        from ragsheets.returns.assess import assess_period
        from ragsheets.returns.preview import IngestPreview, PeriodComparison

        record = ledger.period(options.get("date"))
        before = assess_period(ledger, record)
        result, queries = read_returns(project, ledger, record, workers, list(paths), options)
        comparison = PeriodComparison(before, result.assessment, is_closed(ledger, record.period.date))
    return IngestPreview(comparison, replace(result, queries=queries.prepared))
