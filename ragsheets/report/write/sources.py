"""The sources of a report: its returns, those left out, the corrections, and the findings settled as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from ragsheets import dates
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.report.write.content import ReportColumn, ReportPart, table_of
from ragsheets.report.write.context import ReportContext
from ragsheets.returns.checks.observations import is_about_words
from ragsheets.returns.frames import iter_rows

#: How many digits of a SHA-256 are printed.
HASH_DIGITS = 12

_Field: TypeAlias = tuple[ReportColumn, Callable[[Any], str]]


def corrections_part_of(context: ReportContext) -> ReportPart | None:
    """Return the values corrected without a return, in the plan's order; None where there are none.

    Each has its task and column, both values, the date, the user and the reason. A correction superseded by a newer
    return is left out, because the report does not use it. A public report leaves out user and reason, because the
    reason may name the person who telephoned.
    """
    wording, applied_corrections = context.wording, context.assessment.corrections.applied
    entries = [
        (task, column, *applied_corrections[task.task.key, column.key])
        for task in context.reported_tasks
        for column in context.template.contact_columns
        if (task.task.key, column.key) in applied_corrections
    ]
    fields: list[_Field] = [
        (ReportColumn(wording.report_group, 18), lambda entry: entry[0].group.name),
        (ReportColumn(wording.report_outcome, 11), lambda entry: entry[0].outcome.ref or entry[0].outcome.title),
        (ReportColumn(wording.report_task_column, 26), lambda entry: entry[0].task.labelled),
        (ReportColumn(wording.report_column, 14, "name"), lambda entry: entry[1].heading),
        (ReportColumn(wording.report_returned, 22), lambda entry: entry[2].returned_value),
        (ReportColumn(wording.report_corrected, 22), lambda entry: entry[3].value),
        (ReportColumn(wording.report_corrected_on, 16), lambda entry: _day(entry[3].at)),
    ]
    if not context.public:
        fields += [
            (ReportColumn(wording.report_corrected_by, 12), lambda entry: entry[3].user),
            (ReportColumn(wording.report_reason, 30), lambda entry: entry[3].reason),
        ]
    return _part_of(wording.report_corrections, wording.report_corrections_intro, fields, entries)


def settlements_part_of(context: ReportContext) -> ReportPart | None:
    """Return the findings that the coordinator settled as they are, in the order of returns; None where there are none.

    A public report gives sub-group, task and date only: a finding quotes its return, and the reason may name a person.
    """
    wording = context.wording
    groups = context.plan.group_names
    tasks = {key: task.labelled for key, task in tasks_by_key(context.plan).items()}
    settled = [finding for _, finding in context.assessment.findings if finding.settlement is not None]
    fields: list[_Field] = [
        (ReportColumn(wording.report_group, 18), lambda finding: groups.get(finding.group, "")),
        (ReportColumn(wording.report_task_column, 24), lambda finding: tasks.get(finding.task, finding.task)),
        (ReportColumn(wording.report_settled_on, 16), lambda finding: _day(finding.settlement.at)),
    ]
    if not context.public:
        fields[2:2] = [
            (ReportColumn(wording.report_file, 22), lambda finding: f"{finding.file} {finding.address}".strip()),
            (ReportColumn(wording.report_finding, 34), lambda finding: finding.message),
        ]
        fields += [
            (ReportColumn(wording.report_corrected_by, 12), lambda finding: finding.settlement.user),
            (ReportColumn(wording.report_reason, 30), lambda finding: finding.settlement.reason),
        ]
    return _part_of(wording.report_settled, wording.report_settled_intro, fields, settled)


def _part_of(heading: str, introduction: str, fields: Sequence[_Field], entries: Collection[Any]) -> ReportPart | None:
    if not entries:
        return None
    return ReportPart(heading, paragraphs=(introduction,), table=table_of(heading, fields, entries))


def _day(timestamp: str) -> str:
    """Return the day of a time in the ledger, in words."""
    return dates.in_words(dates.day_of(timestamp))


def sources_of(context: ReportContext) -> ReportPart:
    """Return the files of each sub-group in a period, and the versions of program and template.

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
    listed_returns.sort(key=lambda row: (order.get(row.group, len(order)), row.sequence))
    fields: list[_Field] = [
        (ReportColumn(wording.report_group, 26), lambda row: names.get(row.group, row.group)),
        (ReportColumn(wording.report_file, 34), lambda row: row.file),
        (ReportColumn(wording.report_received, 20), lambda row: _day(row.received)),
        (ReportColumn(wording.report_number, 14), lambda row: row.sha256[:HASH_DIGITS]),
        (ReportColumn(wording.report_findings, 10, "number"), lambda row: f"{findings[row.id]:,}"),
        (ReportColumn(wording.report_remark, 24), lambda row: remarks[row.result]),
    ]
    if context.public:
        del fields[1]
    table = table_of(wording.report_origin, fields, listed_returns) if listed_returns else None
    return ReportPart(
        wording.report_origin, "origin", (wording.report_origin_intro, context.versions_text), table=table
    )
