"""Describe a period for the workers that read its returns, from what the ledger has of it."""

from __future__ import annotations

from ragsheets import files
from ragsheets.ledger import Ledger, PeriodRecord
from ragsheets.plan.lookup import explicit_keys
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.reader_template import reader_template_of
from ragsheets.workbook import compose, sent_workbook


def reading_context_of(ledger: Ledger, record: PeriodRecord) -> ReadingContext:
    """Return a period as the workers that open its files need it."""
    plan, template, period = record.plan, record.template, record.period
    workbooks = ledger.workbooks(period.date)
    sent_records = {workbook.reference: (workbook.group, workbook.sent) for workbook in workbooks}
    # Workbooks with questions are sent in addition to the others and never replace them.
    current_references = {book.group: book.reference for book in workbooks if not files.is_query_workbook(book.file)}
    for group in plan.groups:
        # The plan of a sub-group on hold may have changed without a workbook that shows it.
        if group.on_hold or group.key not in current_references:
            layout = compose.lay_out(plan, template, group, period)
            sent_record = sent_workbook.from_layout(layout)
            current_references[group.key] = sent_record.reference
            sent_records.setdefault(sent_record.reference, (group.key, sent_workbook.to_json(sent_record)))
    return ReadingContext(
        period=period.date.isoformat(),
        plan_identity=plan.identity,
        plan_title=plan.title,
        template=reader_template_of(template),
        group_names={group.key: group.name for group in plan.groups},
        current_references={group.key: current_references[group.key] for group in plan.groups},
        sent_records=sent_records,
        other_periods=ledger.references_of_other_periods(period.date),
        explicit_keys=explicit_keys(plan),
    )
