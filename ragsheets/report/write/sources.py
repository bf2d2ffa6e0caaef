"""Where a report comes from: each return that it uses, what was left out, and what was corrected."""

from __future__ import annotations

import datetime
from collections import Counter

from ragsheets import dates
from ragsheets.report.write.content import ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext
from ragsheets.returns.frames import iter_rows
from ragsheets.version import __version__

#: How many digits of a SHA-256 are printed.
HASH_DIGITS = 12


def corrections_part_of(context: ReportContext) -> ReportPart | None:
    """What was put right without a return, in the plan's order: where, when, from what to what, and why; None where
    nothing was.

    A correction that a newer return has overtaken is not told, for nothing in the report comes from it. A public
    report says neither by whom nor why, for the reason may name who rang.
    """
    wording, standing = context.wording, context.assessment.corrections.applied
    told = []
    for entry in context.reported_tasks:
        for column in context.template.contact_columns:
            if (entry.task.key, column.key) not in standing:
                continue
            cell, made = standing[entry.task.key, column.key]
            date = dates.in_words(datetime.date.fromisoformat(made.at[:10]))
            told.append(
                (
                    ReportCell(entry.group.name),
                    ReportCell(entry.outcome.ref or entry.outcome.title),
                    ReportCell(entry.task.labelled),
                    ReportCell(column.heading),
                    ReportCell(cell.returned_value),
                    ReportCell(made.value),
                    ReportCell(date),
                    *([] if context.public else [ReportCell(made.user), ReportCell(made.reason)]),
                )
            )
    columns = (
        ReportColumn(wording.report_group, 18),
        ReportColumn(wording.report_outcome, 11),
        ReportColumn(wording.report_task_column, 26),
        ReportColumn(wording.report_column, 14, "name"),
        ReportColumn(wording.report_returned, 22),
        ReportColumn(wording.report_corrected, 22),
        ReportColumn(wording.report_corrected_on, 16),
        *(
            []
            if context.public
            else [ReportColumn(wording.report_corrected_by, 12), ReportColumn(wording.report_reason, 30)]
        ),
    )
    heading = wording.report_corrections
    if not told:
        return None
    return ReportPart(
        heading, paragraphs=(wording.report_corrections_intro,), table=ReportTable(heading, columns, tuple(told))
    )


def sources_of(context: ReportContext) -> ReportPart:
    """The returns of a period that count and those that were taken out, by sub-group; what the report is made with.

    A public report does not name the files, which may bear a person's name.
    """
    wording = context.wording
    names = {group.key: group.name for group in context.plan.groups}
    order = {key: place for place, key in enumerate(names)}
    findings = Counter(number for number, _ in context.assessment.findings)
    used = [
        row for row in iter_rows(context.assessment.returns) if row.result in ("accepted", "excluded") and row.group
    ]
    told = []
    for row in sorted(used, key=lambda row: (order.get(row.group, len(order)), row.received, row.id)):
        received = dates.in_words(datetime.date.fromisoformat(row.received[:10]))
        remark = wording.report_left_out if row.result == "excluded" else ""
        file = [] if context.public else [ReportCell(row.file)]
        told.append(
            (
                ReportCell(names.get(row.group, row.group)),
                *file,
                ReportCell(received),
                ReportCell(row.sha256[:HASH_DIGITS]),
                ReportCell(f"{findings[row.id]:,}"),
                ReportCell(remark),
            )
        )
    columns = [
        ReportColumn(wording.report_group, 26),
        *([] if context.public else [ReportColumn(wording.report_file, 34)]),
        ReportColumn(wording.report_received, 20),
        ReportColumn(wording.report_number, 14),
        ReportColumn(wording.report_findings, 10, "number"),
        ReportColumn(wording.report_remark, 24),
    ]
    template = context.template
    made_by = wording.report_made_by.format(version=__version__, template=template.name, digest=template.digest)
    table = ReportTable(wording.report_origin, tuple(columns), tuple(told)) if told else None
    return ReportPart(wording.report_origin, "origin", (wording.report_origin_intro, made_by), table=table)
