"""The demonstration: one whole period of the shipped example, with replies as contacts would type them."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import ProjectError
from ragsheets.files import saving
from ragsheets.project.folder import Project, create_project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report

if TYPE_CHECKING:
    from ragsheets.plan.model import Period, Plan
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.template.model import Template
    from ragsheets.workbook.last_period import LastPeriod
    from ragsheets.workbook.layout import WorkbookLayout

#: The day of the report that the example follows, and when its returns were due.
DATE = datetime.date(2008, 9, 4)
DUE = datetime.date(2008, 9, 18)
#: When the workbooks were sent, and when the returns were read: the answers were saved between them.
SENT_AT = datetime.datetime(2008, 9, 4, 9)
READ_AT = datetime.datetime(2008, 9, 16, 9)

#: The file that is in the folder until the demonstration is complete.
UNFINISHED_FILE = "unfinished.txt"

Fault = tuple[str, str, str]


@dataclass(frozen=True)
class DemoResult:
    """The result of the demonstration; faults are given as code, sub-group and the text found."""

    project: Project
    result: IngestResult
    report: Path
    year_report: Path
    planted_faults: frozenset[Fault]
    found_faults: frozenset[Fault]


def run_demo(folder: Path) -> DemoResult:
    """Run one whole period of the example in a new folder, or finish one that was interrupted.

    Raises ProjectError where the folder already exists and is not empty.
    """
    from ragsheets.ledger.provenance import recorded_at

    unfinished = folder / UNFINISHED_FILE
    if not unfinished.is_file() and not _is_new_folder(folder):
        raise ProjectError(
            "already exists and is not empty.", where=str(folder), fix="Name a new folder: ragsheets demo DIR"
        )
    saving.save(unfinished, b"This demonstration was interrupted. To finish it: ragsheets demo, with this folder.\n")
    project = Project(folder)
    if not project.plan_file.exists():
        create_project(folder)
    with recorded_at(SENT_AT):
        generated = generate(project, DATE, due=DUE)
    script = example_answers()
    plan, template = project.plan()
    for reply in script["returns"]:
        path = project.period_folder(DATE) / files.RETURNED_FOLDER / reply["file"]
        if not path.exists():  # an interrupted demonstration may have written it, and somebody changed it since
            saving.save(path, fill_in_workbook(plan, template, generated.period, reply))
    with recorded_at(READ_AT):
        result = ingest(project, today=READ_AT.date())
    example = files.shipped_folder("examples") / "gloucester" / files.NARRATIVE_FILE
    narrative_file = project.period_folder(DATE) / files.NARRATIVE_FILE
    if not narrative_file.exists():
        saving.save(narrative_file, example.read_bytes())
    with recorded_at(READ_AT):
        report, year_report = write_report(project), write_report(project, end_of_year=True)
    unfinished.unlink()
    return DemoResult(
        project=project,
        result=result,
        report=report.path,
        year_report=year_report.path,
        planted_faults=frozenset((fault["code"], fault["group"], fault["found"]) for fault in script["faults"]),
        found_faults=frozenset(
            (item.code, file.group, item.found)
            for file in result.files
            for item in file.findings
            if item.severity != "note"
        ),
    )


def _is_new_folder(folder: Path) -> bool:
    """Return whether the folder does not exist, or holds only files that can be ignored."""
    from ragsheets.files.ignored_files import is_ignored_file

    return not folder.exists() or (folder.is_dir() and all(is_ignored_file(path.name) for path in folder.iterdir()))


def example_answers() -> dict[str, Any]:
    """Return the answers that the contacts of the example typed, and the faults planted in them."""
    path = files.shipped_folder("examples") / "gloucester" / "answers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fill_in_workbook(
    plan: Plan, template: Template, period: Period, reply: Mapping[str, Any], last_period: LastPeriod | None = None
) -> bytes:
    """Return the workbook of a reply's sub-group with its answers, as .xlsx bytes; see `compose.lay_out`."""
    from ragsheets.workbook.compose import lay_out
    from ragsheets.workbook.layout import PrefilledAnswers
    from ragsheets.workbook.writer import to_xlsx

    group = next(group for group in plan.groups if group.name == reply["group"])
    headlines = {"success": reply.get("successes", ()), "next_step": reply.get("next_steps", ())}
    layout = lay_out(
        plan, template, group, period, PrefilledAnswers(reply["answers"], headlines), last_period=last_period
    )
    # A day after it was sent: a workbook that somebody saved has a later date of modification.
    return to_xlsx(
        _overtype_totals(layout, reply.get("overtyped", ())), template, period.date + datetime.timedelta(days=1)
    )


def _overtype_totals(layout: WorkbookLayout, totals: Sequence[Mapping[str, Any]]) -> WorkbookLayout:
    """Return the layout with totals typed over by hand."""
    sheets = {sheet.name: sheet for sheet in layout.sheets}
    for total in totals:
        sheet = layout.sheet("outcome", total["outcome"])
        total_cell = next(total_cell for total_cell in sheet.total_cells if total_cell.line == total["line"])
        cell = next(cell for cell in sheet.cells if (cell.row, cell.column) == (total_cell.row, total_cell.column))
        sheets[sheet.name] = sheet.with_cell(cell._replace(value=total["value"], formula=""))
    return replace(layout, sheets=tuple(sheets.values()))
