"""Compare generate with the bare openpyxl calls that write the same cells."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from benchmarks import jobs
from benchmarks.measure import Comparison, TimedRun, median_seconds
from ragsheets.formats.a1 import column_letter
from ragsheets.plan.model import Period
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.layout import SheetLayout, WorkbookLayout
from ragsheets.workbook.styles import named_styles
from ragsheets.workbook.writer import to_xlsx

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from benchmarks.benchmark_project import BenchmarkProject
    from ragsheets.template.model import Template

#: Maximum ratio to the time of the bare calls, including finishing the archive and the ledger.
MAX_RATIO = 1.5


def compare(project: BenchmarkProject, rounds: int) -> list[Comparison]:
    """Compare the whole stage, and its part that only writes the files, with the bare calls."""
    plan, template = project.plan
    period = Period(jobs.DATE, due=jobs.DUE)
    layouts = [lay_out(plan, template, group, period) for group in plan.groups]
    folder = project.folder / "bare"
    folder.mkdir()
    whole_stage, files_alone, bare = median_seconds(
        [
            TimedRun(lambda: jobs.generate(project.project_folder), prepare=project.prepare_unsent),
            TimedRun(lambda: [to_xlsx(layout, template, jobs.DATE) for layout in layouts]),
            TimedRun(lambda: _write_with_openpyxl(layouts, template, folder)),
        ],
        rounds,
    )
    baseline = "bare openpyxl, same cells"
    return [
        Comparison("generate", baseline, whole_stage, bare, max_ratio=MAX_RATIO),
        Comparison("  to_xlsx alone", baseline, files_alone, bare),
    ]


def _write_with_openpyxl(layouts: Iterable[WorkbookLayout], template: Template, folder: Path) -> None:
    """Write the workbooks as somebody would who knows every cell: named styles, cells, column widths, save."""
    for layout in layouts:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for style in named_styles(template):
            workbook.add_named_style(style)
        for sheet in layout.sheets:
            _write_sheet(workbook.create_sheet(sheet.name), sheet)
        workbook.save(folder / f"{layout.reference}.xlsx")


def _write_sheet(worksheet: Worksheet, sheet: SheetLayout) -> None:
    for row, column, value, style, formula, _ in sheet.cells:
        cell: Any = worksheet.cell(row, column)
        cell.value = f"={formula}" if formula else value
        cell.style = style
    for column, width in enumerate(sheet.widths, 1):
        worksheet.column_dimensions[column_letter(column)].width = width
