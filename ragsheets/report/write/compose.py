"""Compose the content of a period's combined report from its assessment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.history.trend import History
from ragsheets.report.write.attention import attention_parts_of, attention_summary_of
from ragsheets.report.write.content import ReportContent
from ragsheets.report.write.context import ReportContext, summary_item_of
from ragsheets.report.write.detail import sections_of, task_columns_of
from ragsheets.report.write.no_longer_reported import no_longer_reported_of
from ragsheets.report.write.passages import parse_passages
from ragsheets.report.write.revision import report_cells, with_revision
from ragsheets.report.write.sources import corrections_part_of, settlements_part_of, sources_of
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
    introduction: str = "",
) -> ReportContent:
    """Return the content of the combined report of a period.

    Args:
        record: the period with its plan and template.
        assessment: the state of the period; every figure printed is one of its recounted totals.
        history: the earlier periods, for the direction of travel; none by default.
        issued: the reports of this period that were sent out before, the first one first.
        force_new_revision: make a new revision even if nothing in the tables has changed since the last one.
        public: leave out the names of the contacts and of the returned files.
        introduction: the coordinator's own words at the start of the report.
    """
    context = ReportContext(record, assessment, history or History(record.plan), public)
    attention, removed_part = attention_parts_of(context), no_longer_reported_of(context)
    content = ReportContent(
        title=record.plan.title,
        partnership=record.plan.partnership,
        period=record.period.title,
        date=dates.in_words(record.period.date),
        summary=summary_of(context),
        columns=task_columns_of(context),
        sections=sections_of(context),
        introduction=parse_passages(introduction),
        attention_summary=(
            *attention_summary_of(context, attention),
            *([summary_item_of(removed_part, context.wording)] if removed_part else []),
        ),
        attention=attention,
        no_longer_reported=removed_part,
        sources=sources_of(context),
        corrections=corrections_part_of(context),
        settlements=settlements_part_of(context),
    )
    wording = record.template.wording
    return with_revision(
        content, report_cells(content, wording), issued, wording, force_new_revision=force_new_revision
    )
