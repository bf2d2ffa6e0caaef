"""From a period's assessment to everything that its combined report says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.history.trend import History
from ragsheets.report.write.attention import attention_parts_of, attention_summary_of
from ragsheets.report.write.content import ReportContent
from ragsheets.report.write.context import ReportContext
from ragsheets.report.write.detail import sections_of, task_columns_of
from ragsheets.report.write.no_longer_reported import no_longer_reported_of, summary_item_of
from ragsheets.report.write.revision import with_revision
from ragsheets.report.write.sources import corrections_part_of, sources_of
from ragsheets.report.write.summary import summary_of

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, PeriodRecord
    from ragsheets.returns.assess import Assessment


def compose_content(
    record: PeriodRecord,
    assessment: Assessment,
    history: History | None = None,
    *,
    issued: Sequence[IssuedRecord] = (),
    force_new_revision: bool = False,
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
    basis = ReportContext(record, assessment, history or History(), public)
    attention, gone = attention_parts_of(basis), no_longer_reported_of(basis)
    content = ReportContent(
        title=record.plan.title,
        partnership=record.plan.partnership,
        period=record.period.title,
        date=dates.in_words(record.period.date),
        summary=summary_of(basis),
        columns=task_columns_of(basis),
        sections=sections_of(basis),
        attention_summary=(*attention_summary_of(basis, attention), *([summary_item_of(basis, gone)] if gone else [])),
        attention=attention,
        no_longer_reported=gone,
        sources=sources_of(basis),
        corrections=corrections_part_of(basis),
    )
    return with_revision(content, issued, record.template.wording, force_new_revision=force_new_revision)
