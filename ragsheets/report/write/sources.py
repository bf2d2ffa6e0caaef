"""The sources of a report: its returns, those left out, the corrections, and the findings settled as they are."""

from __future__ import annotations

import datetime
from collections import Counter

from ragsheets import dates
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.report.write.content import ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext
from ragsheets.returns.checks.observations import is_about_words
from ragsheets.returns.frames import iter_rows
from ragsheets.version import __version__

#: How many digits of a SHA-256 are printed.
HASH_DIGITS = 12


def corrections_part_of(context: ReportContext) -> ReportPart | None:
    """Return the values corrected without a return, in the plan's order; None where there are none.

    Each has its task and column, both values, the date, the user and the reason. A correction superseded by a newer
    return is left out, because the report does not use it. A public report leaves out user and reason, because the
    reason may name the person who telephoned.
    """
    wording, applied_corrections = context.wording, context.assessment.corrections.applied
    rows = []
    for entry in context.reported_tasks:
        for column in context.template.contact_columns:
            if (entry.task.key, column.key) not in applied_corrections:
                continue
            cell, correction = applied_corrections[entry.task.key, column.key]
            date = dates.in_words(datetime.date.fromisoformat(correction.at[:10]))
            rows.append(
                (
                    ReportCell(entry.group.name),
                    ReportCell(entry.outcome.ref or entry.outcome.title),
                    ReportCell(entry.task.labelled),
                    ReportCell(column.heading),
                    ReportCell(cell.returned_value),
                    ReportCell(correction.value),
                    ReportCell(date),
                    *([] if context.public else [ReportCell(correction.user), ReportCell(correction.reason)]),
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
    if not rows:
        return None
    return ReportPart(
        heading, paragraphs=(wording.report_corrections_intro,), table=ReportTable(heading, columns, tuple(rows))
    )


def settlements_part_of(context: ReportContext) -> ReportPart | None:
    """Return the findings that the coordinator settled as they are, in the order of returns; None where there are none.

    A public report gives sub-group, task and date only: a finding quotes its return, and the reason may name a person.
    """
    wording, public = context.wording, context.public
    groups = context.plan.group_names
    tasks = tasks_by_key(context.plan)
    rows = []
    for _, item in context.assessment.findings:
        if item.settlement is None:
            continue
        settled_on = dates.in_words(datetime.date.fromisoformat(item.settlement.at[:10]))
        cells = [groups.get(item.group, ""), tasks[item.task].labelled if item.task in tasks else item.task]
        cells += [] if public else [" ".join(filter(None, (item.file, item.address))), item.message]
        cells += [settled_on] if public else [settled_on, item.settlement.user, item.settlement.reason]
        rows.append(tuple(map(ReportCell, cells)))
    if not rows:
        return None
    columns = (
        ReportColumn(wording.report_group, 18),
        ReportColumn(wording.report_task_column, 24),
        *([] if public else [ReportColumn(wording.report_file, 22), ReportColumn(wording.report_finding, 34)]),
        ReportColumn(wording.report_settled_on, 16),
        *([] if public else [ReportColumn(wording.report_corrected_by, 12), ReportColumn(wording.report_reason, 30)]),
    )
    heading = wording.report_settled
    return ReportPart(
        heading, paragraphs=(wording.report_settled_intro,), table=ReportTable(heading, columns, tuple(rows))
    )


def sources_of(context: ReportContext) -> ReportPart:
    """Return what came from each sub-group in a period, and the versions of program and template.

    These are its accepted, excluded and rejected files, and the messages and documents whose words may be an answer;
    all but the accepted ones are marked. A public report does not name the files, whose names may contain a person's
    name.
    """
    wording = context.wording
    names = context.plan.group_names
    order = {key: position for position, key in enumerate(names)}
    findings = Counter(number for number, _ in context.assessment.findings)
    written_replies = {number for number, item in context.assessment.findings if is_about_words(item)}
    remarks = {
        "accepted": "",
        "excluded": wording.report_left_out,
        "ignored": wording.report_words,
        "rejected": wording.report_rejected,
    }
    listed_returns = [
        row
        for row in iter_rows(context.assessment.returns)
        if row.group and (row.result != "ignored" or row.id in written_replies)
    ]
    rows = []
    for row in sorted(listed_returns, key=lambda row: (order.get(row.group, len(order)), row.sequence)):
        received = dates.in_words(datetime.date.fromisoformat(row.received[:10]))
        file_cell = [] if context.public else [ReportCell(row.file)]
        rows.append(
            (
                ReportCell(names.get(row.group, row.group)),
                *file_cell,
                ReportCell(received),
                ReportCell(row.sha256[:HASH_DIGITS]),
                ReportCell(f"{findings[row.id]:,}"),
                ReportCell(remarks[row.result]),
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
    versions = wording.report_made_by.format(version=__version__, template=template.name, digest=template.digest)
    table = ReportTable(wording.report_origin, tuple(columns), tuple(rows)) if rows else None
    return ReportPart(wording.report_origin, "origin", (wording.report_origin_intro, versions), table=table)
