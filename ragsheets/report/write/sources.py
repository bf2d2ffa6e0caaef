"""Where a report comes from: each return that it uses, what was left out, and what was corrected."""

from __future__ import annotations

import datetime
from collections import Counter

from ragsheets import dates
from ragsheets.report.write.content import Cell, Heading, Part, Table
from ragsheets.report.write.context import Basis
from ragsheets.returns.frames import rows
from ragsheets.version import __version__

#: How many digits of a SHA-256 are printed.
DIGITS = 12


def corrections_of(basis: Basis) -> Part | None:
    """What was put right without a return, in the plan's order: where, when, from what to what, and why; None where
    nothing was.

    A correction that a newer return has overtaken is not told, for nothing in the report comes from it. A public
    report says neither by whom nor why, for the reason may name who rang.
    """
    wording, standing = basis.wording, basis.assessment.corrections.standing
    told = []
    for entry in basis.entries:
        for column in basis.template.contact_columns:
            if (entry.task.key, column.key) not in standing:
                continue
            cell, made = standing[entry.task.key, column.key]
            date = dates.in_words(datetime.date.fromisoformat(made.at[:10]))
            told.append(
                (
                    Cell(entry.group.name),
                    Cell(entry.outcome.ref or entry.outcome.title),
                    Cell(entry.task.labelled),
                    Cell(column.heading),
                    Cell(cell.returned),
                    Cell(made.value),
                    Cell(date),
                    *([] if basis.public else [Cell(made.user), Cell(made.reason)]),
                )
            )
    columns = (
        Heading(wording.report_group, 18),
        Heading(wording.report_outcome, 11),
        Heading(wording.report_task_column, 26),
        Heading(wording.report_column, 14, "name"),
        Heading(wording.report_returned, 22),
        Heading(wording.report_corrected, 22),
        Heading(wording.report_corrected_on, 16),
        *([] if basis.public else [Heading(wording.report_corrected_by, 12), Heading(wording.report_reason, 30)]),
    )
    heading = wording.report_corrections
    if not told:
        return None
    return Part(heading, text=(wording.report_corrections_intro,), table=Table(heading, columns, tuple(told)))


def origin_of(basis: Basis) -> Part:
    """The returns of a period that count and those that were taken out, by sub-group; what the report is made with.

    A public report does not name the files, which may bear a person's name.
    """
    wording = basis.wording
    names = {group.key: group.name for group in basis.plan.groups}
    order = {key: place for place, key in enumerate(names)}
    findings = Counter(number for number, _ in basis.assessment.findings)
    used = [row for row in rows(basis.assessment.returns) if row.result in ("accepted", "excluded") and row.group]
    told = []
    for row in sorted(used, key=lambda row: (order.get(row.group, len(order)), row.received, row.id)):
        received = dates.in_words(datetime.date.fromisoformat(row.received[:10]))
        remark = wording.report_left_out if row.result == "excluded" else ""
        file = [] if basis.public else [Cell(row.file)]
        told.append(
            (
                Cell(names.get(row.group, row.group)),
                *file,
                Cell(received),
                Cell(row.sha256[:DIGITS]),
                Cell(f"{findings[row.id]:,}"),
                Cell(remark),
            )
        )
    columns = [
        Heading(wording.report_group, 26),
        *([] if basis.public else [Heading(wording.report_file, 34)]),
        Heading(wording.report_received, 20),
        Heading(wording.report_number, 14),
        Heading(wording.report_findings, 10, "number"),
        Heading(wording.report_remark, 24),
    ]
    template = basis.template
    made_by = wording.report_made_by.format(version=__version__, template=template.name, digest=template.digest)
    table = Table(wording.report_origin, tuple(columns), tuple(told)) if told else None
    return Part(wording.report_origin, "origin", (wording.report_origin_intro, made_by), table=table)
