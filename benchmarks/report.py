"""report, beside python-docx with the same tables filled row by row, as its own introduction shows it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import docx

from benchmarks import jobs
from benchmarks.measure import Comparison, Side, medians
from benchmarks.workshop import Workshop
from ragsheets.report.content import OutcomeBlock, ReportContent, content_of
from ragsheets.report.word import to_docx

if TYPE_CHECKING:
    from docx.document import Document

#: So many times as fast as filling the tables through `row.cells`.
WANTED = 15.0
#: A tenth of the rows must take about a tenth of the time: the whole may take at most so many times as long.
WANTED_OF_A_TENTH = 12.0


def compare(workshop: Workshop, rounds: int) -> list[Comparison]:
    """The report beside the other way, and beside itself with a tenth of the rows."""
    tenth = Workshop(workshop.folder / "tenth", workshop.groups // 10)
    (record, assessment), (small_record, small_assessment) = workshop.assessed(), tenth.assessed()
    content = content_of(record, assessment)
    ours, small, other = medians(
        [
            Side(lambda: to_docx(content_of(record, assessment), record.template, created=jobs.DATE)),
            Side(lambda: to_docx(content_of(small_record, small_assessment), small_record.template, created=jobs.DATE)),
            Side(lambda: _bare(content)),
        ],
        rounds,
    )
    return [
        Comparison(f"report, {workshop.tasks} rows", "python-docx, row.cells", ours, other, at_least=WANTED),
        Comparison("  is it linear?", f"itself, {tenth.tasks} rows", ours, small, at_most=WANTED_OF_A_TENTH),
    ]


def _bare(content: ReportContent) -> bytes:
    document = docx.Document()
    document.add_heading(content.title, 0)
    _table(document, [[row.name, *map(str, row.counts)] for row in content.summary])
    for section in content.sections:
        document.add_heading(section.heading, 1)
        for block in section.outcomes:
            _outcome(document, block, [column.heading for column in content.columns])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _outcome(document: Document, block: OutcomeBlock, headings: Sequence[str]) -> None:
    document.add_heading(block.heading, 2)
    details = [*block.details, *[""] * len(block.summary)]
    _table(
        document,
        [[detail, line.label, str(line.count)] for detail, line in zip(details, block.summary, strict=False)],
    )
    for action in block.actions:
        document.add_heading(action.heading, 3)
        _table(document, [headings, *([cell.text for cell in row] for row in action.rows)])


def _table(document: Document, rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
