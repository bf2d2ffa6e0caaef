"""Compare report with python-docx writing the same tables: filled row by row, as in its own introduction, and with rows
copied from a prototype, which is the fastest way in python-docx.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import docx
from docx.oxml.ns import qn

from benchmarks import jobs
from benchmarks.benchmark_project import BenchmarkProject
from benchmarks.measure import Comparison, TimedRun, median_seconds
from ragsheets.report.write.compose import compose_content
from ragsheets.report.write.content import OutcomeBlock, ReportContent
from ragsheets.report.write.word import report_to_docx

if TYPE_CHECKING:
    from docx.document import Document

AddTable = Callable[["Document", Iterable[Sequence[str]]], None]

#: Minimum speed-up over filling the tables through `row.cells`.
MIN_SPEEDUP = 15.0
#: Maximum ratio to the time of copied rows.
MAX_RATIO_TO_COPIES = 1.5
#: A tenth of the rows must take about a tenth of the time: maximum ratio of the whole to the tenth.
MAX_RATIO_TO_TENTH = 12.0


def compare(project: BenchmarkProject, rounds: int) -> list[Comparison]:
    """Compare the report with the other ways, and with itself on a tenth of the rows."""
    tenth = BenchmarkProject(project.folder / "tenth", project.group_count // 10)
    (record, assessment), (small_record, small_assessment) = project.assess_period(), tenth.assess_period()
    content = compose_content(record, assessment)
    ours, tenth_seconds, row_by_row, copies = median_seconds(
        [
            TimedRun(lambda: report_to_docx(compose_content(record, assessment), record.template, created=jobs.DATE)),
            TimedRun(
                lambda: report_to_docx(
                    compose_content(small_record, small_assessment), small_record.template, created=jobs.DATE
                )
            ),
            TimedRun(lambda: _write_with_python_docx(content, _add_table)),
            TimedRun(lambda: _write_with_python_docx(content, _add_copied_table)),
        ],
        rounds,
    )
    return [
        Comparison(
            f"report, {project.task_count} rows", "python-docx, row.cells", ours, row_by_row, min_speedup=MIN_SPEEDUP
        ),
        Comparison("  the same", "python-docx, copied rows", ours, copies, max_ratio=MAX_RATIO_TO_COPIES),
        Comparison(
            "  is it linear?", f"itself, {tenth.task_count} rows", ours, tenth_seconds, max_ratio=MAX_RATIO_TO_TENTH
        ),
    ]


def _write_with_python_docx(content: ReportContent, add_table: AddTable) -> bytes:
    document = docx.Document()
    document.add_heading(content.title, 0)
    add_table(document, [[row.name, *map(str, row.counts)] for row in content.summary.rows])
    for part in content.attention:
        document.add_heading(part.heading, 2)
        if part.table:
            headings = [column.text for column in part.table.columns]
            add_table(document, [headings, *([cell.text for cell in row] for row in part.table.rows)])
    for section in content.sections:
        document.add_heading(section.heading, 1)
        for block in section.outcomes:
            _add_outcome(document, block, [column.heading for column in content.columns], add_table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_outcome(document: Document, block: OutcomeBlock, headings: Sequence[str], add_table: AddTable) -> None:
    document.add_heading(block.heading, 2)
    details = [*block.details, *[""] * len(block.summary)]
    add_table(
        document,
        [[detail, line.label, str(line.count)] for detail, line in zip(details, block.summary, strict=False)],
    )
    for action in block.actions:
        document.add_heading(action.heading, 3)
        add_table(document, [headings, *([cell.text for cell in row] for row in action.rows)])


def _add_table(document: Document, rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text


def _add_copied_table(document: Document, rows: Iterable[Sequence[str]]) -> None:
    """Add a table with every row copied from the first one, and set its text without python-docx."""
    rows = list(rows)
    table = document.add_table(rows=1, cols=len(rows[0]))
    prototype = table._tbl.tr_lst[0]
    for cell in table.rows[0].cells:
        cell.text = "-"
    table._tbl.remove(prototype)
    for row in rows:
        copied_row = copy.deepcopy(prototype)
        for text_element, text in zip(copied_row.iter(qn("w:t")), row, strict=True):
            text_element.text = text
        table._tbl.append(copied_row)
