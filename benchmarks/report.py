"""report, beside python-docx with the same tables: filled row by row, as its own introduction shows it, and with rows
copied from a prototype, which is as fast as python-docx goes."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import docx
from docx.oxml.ns import qn

from benchmarks import jobs
from benchmarks.benchmark_project import Workshop
from benchmarks.measure import Comparison, Side, medians
from ragsheets.report.write.compose import content_of
from ragsheets.report.write.content import OutcomeBlock, ReportContent
from ragsheets.report.write.word import to_docx

if TYPE_CHECKING:
    from docx.document import Document

Fill = Callable[["Document", Iterable[Sequence[str]]], None]

#: So many times as fast as filling the tables through `row.cells`.
WANTED = 15.0
#: At most so many times the time of copied rows.
WANTED_OF_COPIES = 1.5
#: A tenth of the rows must take about a tenth of the time: the whole may take at most so many times as long.
WANTED_OF_A_TENTH = 12.0


def compare(workshop: Workshop, rounds: int) -> list[Comparison]:
    """The report beside the other way, and beside itself with a tenth of the rows."""
    tenth = Workshop(workshop.folder / "tenth", workshop.groups // 10)
    (record, assessment), (small_record, small_assessment) = workshop.assessed(), tenth.assessed()
    content = content_of(record, assessment)
    ours, small, other, copies = medians(
        [
            Side(lambda: to_docx(content_of(record, assessment), record.template, created=jobs.DATE)),
            Side(lambda: to_docx(content_of(small_record, small_assessment), small_record.template, created=jobs.DATE)),
            Side(lambda: _bare(content, _table)),
            Side(lambda: _bare(content, _copied_table)),
        ],
        rounds,
    )
    return [
        Comparison(f"report, {workshop.tasks} rows", "python-docx, row.cells", ours, other, at_least=WANTED),
        Comparison("  the same", "python-docx, copied rows", ours, copies, at_most=WANTED_OF_COPIES),
        Comparison("  is it linear?", f"itself, {tenth.tasks} rows", ours, small, at_most=WANTED_OF_A_TENTH),
    ]


def _bare(content: ReportContent, table: Fill) -> bytes:
    document = docx.Document()
    document.add_heading(content.title, 0)
    table(document, [[row.name, *map(str, row.counts)] for row in content.summary.rows])
    for part in content.attention:
        document.add_heading(part.heading, 2)
        if part.table:
            headings = [column.text for column in part.table.columns]
            table(document, [headings, *([cell.text for cell in row] for row in part.table.rows)])
    for section in content.sections:
        document.add_heading(section.heading, 1)
        for block in section.outcomes:
            _outcome(document, block, [column.heading for column in content.columns], table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _outcome(document: Document, block: OutcomeBlock, headings: Sequence[str], table: Fill) -> None:
    document.add_heading(block.heading, 2)
    details = [*block.details, *[""] * len(block.summary)]
    table(
        document,
        [[detail, line.label, str(line.count)] for detail, line in zip(details, block.summary, strict=False)],
    )
    for action in block.actions:
        document.add_heading(action.heading, 3)
        table(document, [headings, *([cell.text for cell in row] for row in action.rows)])


def _table(document: Document, rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text


def _copied_table(document: Document, rows: Iterable[Sequence[str]]) -> None:
    """The same with every row copied from the first one, and its text set past python-docx."""
    rows = list(rows)
    table = document.add_table(rows=1, cols=len(rows[0]))
    prototype = table._tbl.tr_lst[0]
    for cell in table.rows[0].cells:
        cell.text = "-"
    table._tbl.remove(prototype)
    for row in rows:
        made = copy.deepcopy(prototype)
        for text, words in zip(made.iter(qn("w:t")), row, strict=True):
            text.text = words
        table._tbl.append(made)
