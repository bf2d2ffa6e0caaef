"""The workbook in LibreOffice: filled in as a contact would, recalculated, saved, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from helpers import office
from helpers.example import DATE
from helpers.libreoffice import XLSX, LibreOffice
from ragsheets import files
from ragsheets.formats.a1 import address
from ragsheets.plan.model import Period, Plan
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.template.model import Template
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.layout import PrefilledAnswers, WorkbookLayout
from ragsheets.workbook.writer import to_xlsx


def entries_of(layout: WorkbookLayout, template: Template, reply: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The cells in which a contact types the answers of a reply, with their texts."""
    columns = [column.key for column in template.columns]
    entries = []
    for sheet in layout.sheets:
        rows = {cell.value: cell.row for cell in sheet.cells if cell.column == sheet.hidden_column}
        for task, answers in reply["answers"].items():
            if task in rows:
                entries += [
                    (sheet.name, address(rows[task], 1 + columns.index(key)), text) for key, text in answers.items()
                ]
        for key, texts in (("#success-", reply["successes"]), ("#next-", reply["next_steps"])):
            entries += [
                (sheet.name, address(rows[f"{key}{number}"], 2), text)
                for number, text in enumerate(texts, 1)
                if f"{key}{number}" in rows
            ]
    return entries


@pytest.mark.parametrize("group", ["Stronger Communities", "Children and Young People Group"])
def test_answers_typed_in_libreoffice_are_read(
    calc: LibreOffice,
    project: Project,
    returned: Path,
    replies: Mapping[str, Any],
    example: tuple[Plan, Template],
    period: Period,
    group: str,
) -> None:
    plan, template = example
    reply = replies[group]
    layout = lay_out(plan, template, next(g for g in plan.groups if g.name == group), period)
    entries = entries_of(layout, template, reply)
    sent = project.period_folder(DATE) / files.SENT_FOLDER / f"{group}.xlsx"
    calc_result = calc.run(sent, entries, (returned / "reply.xlsx", XLSX))
    assert calc_result["refused"] == []
    result = ingest(project)
    (file,) = result.files
    assert file.result == "accepted"
    assert [item.code for item in file.findings] == []
    tasks = result.tasks.set_index("key")
    for key, answers in reply["answers"].items():
        for column, text in answers.items():
            assert tasks.loc[key, column] == text
    typed_count = (
        sum(len(answers) for answers in reply["answers"].values()) + len(reply["successes"]) + len(reply["next_steps"])
    )
    assert len(entries) == typed_count
    headlines = result.assessment.headlines
    assert list(headlines[headlines["kind"] == "success"]["text"]) == reply["successes"]


def test_libreoffice_rejects_typing_outside_answer_cells(
    calc: LibreOffice, project: Project, example: tuple[Plan, Template], period: Period
) -> None:
    plan, template = example
    layout = lay_out(plan, template, plan.groups[0], period)
    sent = project.period_folder(DATE) / files.SENT_FOLDER / f"{plan.groups[0].name}.xlsx"
    entries = [
        (sheet.name, address(cell.row, cell.column), "x")
        for sheet in layout.sheets
        if sheet.role != "facts"
        for cell in sheet.cells
        if not cell.style.startswith("answer")
    ]
    rejected = calc.run(sent, entries)["refused"]
    assert [tuple(position) for position in rejected] == [(sheet, cell) for sheet, cell, _ in entries]


@pytest.mark.slow
@pytest.mark.parametrize("filled", [False, True])
def test_every_stored_total_equals_that_recalculated_by_libreoffice(
    calc: LibreOffice,
    tmp_path: Path,
    replies: Mapping[str, Any],
    example: tuple[Plan, Template],
    period: Period,
    filled: bool,
) -> None:
    plan, template = example
    assert plan.groups
    for group in plan.groups:
        answers = PrefilledAnswers(replies[group.name]["answers"]) if filled else PrefilledAnswers()
        layout = lay_out(plan, template, group, period, answers)
        path = tmp_path / "workbook.xlsx"
        path.write_bytes(to_xlsx(layout, template, period.date))
        stored = {
            sheet.name: {address(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}
            for sheet in layout.sheets
        }
        assert calc.run(path, formulas=True)["formulas"] == {name: cells for name, cells in stored.items() if cells}


@pytest.mark.slow
def test_the_hidden_sheet_is_not_printed(project: Project, tmp_path: Path, example: tuple[Plan, Template]) -> None:
    group = example[0].groups[0]
    sent = project.period_folder(DATE) / files.SENT_FOLDER / f"{group.name}.xlsx"
    text = office.pdf_text(office.convert_to_pdf(sent, tmp_path))
    assert "answers belong to" not in text
    assert "Next steps" in text


def test_a_row_grows_when_more_is_typed(
    calc: LibreOffice, project: Project, tmp_path: Path, example: tuple[Plan, Template], period: Period
) -> None:
    plan, template = example
    group = plan.groups[0]
    sheet = lay_out(plan, template, group, period).sheets[1]
    row = int(sheet.active_cell[1:])
    sent = project.period_folder(DATE) / files.SENT_FOLDER / f"{group.name}.xlsx"
    height_before = calc.run(sent)["heights"][sheet.name][row - 1]
    height_after = calc.run(sent, [(sheet.name, sheet.active_cell, "a long answer that goes on " * 60)])["heights"][
        sheet.name
    ][row - 1]
    assert height_after > 3 * height_before


@pytest.mark.slow
def test_no_row_is_clipped_when_opened(
    calc: LibreOffice, tmp_path: Path, replies: Mapping[str, Any], example: tuple[Plan, Template], period: Period
) -> None:
    """Check that every row is at least as high as LibreOffice makes it when its text is typed again."""
    plan, template = example
    group = plan.groups[0]
    layout = lay_out(plan, template, group, period, PrefilledAnswers(replies[group.name]["answers"]))
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, period.date))
    opened_heights = calc.run(path)["heights"]
    columns = {column.key: number for number, column in enumerate(template.columns, 1)}
    entries = [
        (sheet.name, address(cell.row, cell.column), str(cell.value))
        for sheet in layout.sheets
        if sheet.role == "outcome"
        for cell in sheet.cells
        if cell.style.startswith("answer") and cell.value and cell.column != columns["status"]
    ]
    assert entries
    retyped_heights = calc.run(path, entries)["heights"]
    for sheet in layout.sheets:
        if sheet.role == "outcome":
            for number, (before, after) in enumerate(
                zip(opened_heights[sheet.name], retyped_heights[sheet.name], strict=True), 1
            ):
                assert before >= after - 60, f"{sheet.name} row {number}: {before} opens smaller than {after}"
