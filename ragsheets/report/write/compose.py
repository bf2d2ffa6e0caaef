"""From a period's assessment to everything that its combined report says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.history.trend import History
from ragsheets.report.write.attention import attention_of, needs_of
from ragsheets.report.write.content import ReportContent
from ragsheets.report.write.context import Basis
from ragsheets.report.write.detail import columns_of, sections_of
from ragsheets.report.write.no_longer_reported import gone_of, lead_of
from ragsheets.report.write.revision import revised
from ragsheets.report.write.sources import corrections_of, origin_of
from ragsheets.report.write.summary import summary_of

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, PeriodRecord
    from ragsheets.returns.assess import Assessment


def content_of(
    record: PeriodRecord,
    assessment: Assessment,
    history: History | None = None,
    *,
    issued: Sequence[IssuedRecord] = (),
    renewed: bool = False,
    public: bool = False,
) -> ReportContent:
    """What the combined report of a period says.

    Args:
        record: the period with its plan and template.
        assessment: where the period stands; every figure printed is one of its recounted totals.
        history: the periods before, for the direction of travel; none by default.
        issued: the reports of this period that were sent out before, the first one first.
        renewed: it is to be sent out once more, though nothing in its tables has changed since.
        public: leave out the names of the contacts and of the files that came back.
    """
    basis = Basis(record, assessment, history or History(), public)
    attention, gone = attention_of(basis), gone_of(basis)
    content = ReportContent(
        title=record.plan.title,
        partnership=record.plan.partnership,
        period=record.period.title,
        date=dates.in_words(record.period.date),
        summary=summary_of(basis),
        columns=columns_of(basis),
        sections=sections_of(basis),
        needs=(*needs_of(basis, attention), *([lead_of(basis, gone)] if gone else [])),
        attention=attention,
        gone=gone,
        origin=origin_of(basis),
        corrections=corrections_of(basis),
    )
    return revised(content, issued, record.template.wording, renewed=renewed)
