"""Stated totals: one that was typed over is reported, and none that only follows from it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from helpers.built_once import built_once
from helpers.libreoffice import XLSX, LibreOffice
from helpers.projects import action, group, outcome, plan, reply, task
from helpers.queries import GREEN, find_row, period_folder, query_path, start_project
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding
from ragsheets.returns.reading.model import StatedTotal
from ragsheets.returns.totals import find_overtyped_totals
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

CODES = ("GREEN", "AMBER", "RED")
#: Two outcomes: one of four tasks, two Green and one Red; one of one task, not reported.
RIGHT = Counter(
    {
        ("1", "GREEN"): 2,
        ("1", "RED"): 1,
        ("1", NOT_REPORTED): 1,
        ("1", TOTAL): 4,
        ("2", NOT_REPORTED): 1,
        ("2", TOTAL): 1,
        ("", "GREEN"): 2,
        ("", "RED"): 1,
        ("", NOT_REPORTED): 2,
        ("", TOTAL): 5,
    }
)


def overtyped_totals(*stated: tuple[str, str, str, str]) -> list[tuple[str, str, str, str]]:
    """Return those of these totals that are reported as typed over, each as outcome, line, number and sheet."""
    totals = [StatedTotal(outcome, line, number, sheet, "D5") for outcome, line, number, sheet in stated]
    return [
        (item.outcome, item.line, item.stated, item.sheet)
        for item in find_overtyped_totals(totals, RIGHT, RIGHT, CODES)
    ]


def totals_after(change: dict[tuple[str, str], int]) -> list[tuple[str, str, str, str]]:
    """Return the totals of a workbook of both outcomes after these were typed over on the outcomes' sheets."""
    totals = Counter(RIGHT)
    totals.update({line_key: number - RIGHT[line_key] for line_key, number in change.items()})
    for name in ("1", "2"):
        if (name, NOT_REPORTED) not in change:
            totals[name, NOT_REPORTED] = totals[name, TOTAL] - sum(totals[name, code] for code in CODES)
    lines = (*CODES, NOT_REPORTED, TOTAL)
    front = [(name, line, str(totals[name, line]), "Start here") for name in ("1", "2") for line in lines]
    front += [("", line, str(totals["1", line] + totals["2", line]), "Start here") for line in lines]
    front.append(("", NOT_REPORTED, str(totals["1", NOT_REPORTED] + totals["2", NOT_REPORTED]), "Start here"))
    return front + [(name, line, str(totals[name, line]), f"Outcome {name}") for name in ("1", "2") for line in lines]


@pytest.mark.parametrize("line", [*CODES, NOT_REPORTED, TOTAL])
@pytest.mark.parametrize("name", ["1", "2"])
def test_totals_that_follow_from_one_by_formula_are_not_reported_again(name: str, line: str) -> None:
    assert overtyped_totals(*totals_after({(name, line): 7})) == [(name, line, "7", f"Outcome {name}")]


def test_two_totals_that_were_typed_over_are_both_reported() -> None:
    overtyped = overtyped_totals(*totals_after({("1", "GREEN"): 7, ("2", NOT_REPORTED): 9, ("1", NOT_REPORTED): 8}))
    assert {(name, line, number) for name, line, number, _ in overtyped} == {
        ("1", "GREEN", "7"),
        ("1", NOT_REPORTED, "8"),
        ("2", NOT_REPORTED, "9"),
    }


def test_a_total_typed_over_on_the_front_sheet_is_reported_there_and_its_sum_is_not() -> None:
    stated = [("1", "GREEN", "7", "Start here"), ("", "GREEN", "7", "Start here"), ("1", "GREEN", "2", "Outcome 1")]
    assert overtyped_totals(*stated) == [("1", "GREEN", "7", "Start here")]


def test_a_sum_that_does_not_follow_from_other_totals_is_reported() -> None:
    assert overtyped_totals(("", "GREEN", "40", "Start here")) == [("", "GREEN", "40", "Start here")]
    stated = totals_after({("1", "GREEN"): 7})
    assert ("", "GREEN", "40", "Start here") in overtyped_totals(*stated, ("", "GREEN", "40", "Start here"))


def test_text_in_the_cell_of_a_total_is_reported_once() -> None:
    stated = [
        ("1", "GREEN", "lots", "Start here"),
        ("1", "GREEN", "lots", "Outcome 1"),
        ("", "GREEN", "0", "Start here"),
    ]
    assert overtyped_totals(*stated) == [("1", "GREEN", "lots", "Outcome 1")]


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    """A project whose workbooks are sent, of one sub-group with two outcomes."""
    groups = group("Parks", outcome("1", action(task("a"), task("b"))), outcome("2", action(task("a"))))
    return start_project(tmp_path / "project", plan(groups))


def mismatches(project: Project) -> list[Finding]:
    return [item for file in ingest(project).files for item in file.findings if item.code == "total-mismatch"]


def test_a_recalculated_workbook_reports_only_the_total_typed_over(parks: Project, calc: LibreOffice) -> None:
    sent = period_folder(parks) / "sent" / "Parks.xlsx"
    sheet = openpyxl.load_workbook(sent)["Outcome 1"]
    row = find_row(sheet, "1a")
    edits = [("Outcome 1", f"{column}{row}", text) for column, text in zip("CDE", GREEN.values(), strict=True)]
    saved = period_folder(parks) / "returned" / "r.xlsx"
    saved.parent.mkdir(exist_ok=True)
    calc.run(sent, edits, (saved, XLSX))
    book = openpyxl.load_workbook(saved)
    book["Outcome 1"]["D5"] = 7
    book.save(saved)
    calc.run(saved, [], (saved, XLSX))
    (item,) = mismatches(parks)
    assert (item.sheet, item.cell, item.found) == ("Outcome 1", "D5", "7")


def test_a_recalculated_query_reports_only_the_total_typed_over(parks: Project, calc: LibreOffice) -> None:
    answers = {"1a": GREEN, "1b": {**GREEN, "status": "Ambr"}, "2a": GREEN}
    reply(parks.folder, "r.xlsx", answers)
    ingest(parks)
    book = openpyxl.load_workbook(query_path(parks))
    sheet = book["Outcome 1"]
    sheet[f"D{find_row(sheet, '1b')}"] = "AMBER"
    sheet["D5"] = 7
    saved = period_folder(parks) / "returned" / "answer.xlsx"
    book.save(saved)
    calc.run(saved, [], (saved, XLSX))
    (item,) = mismatches(parks)
    assert (item.sheet, item.cell, item.found) == ("Outcome 1", "D5", "7")


def recalculated(project: Project, calc: LibreOffice, sent: Path, statuses: dict[str, str]) -> Path:
    """Return a workbook in returned/ with statuses typed as they are here, saved and calculated by LibreOffice."""
    book = openpyxl.load_workbook(sent)
    for key, text in statuses.items():
        sheet = book[f"Outcome {key[0]}"]
        row = find_row(sheet, key)
        sheet[f"C{row}"], sheet[f"D{row}"], sheet[f"E{row}"] = GREEN["position"], text, GREEN["planned"]
    saved = period_folder(project) / "returned" / "r.xlsx"
    saved.parent.mkdir(exist_ok=True)
    book.save(saved)
    calc.run(saved, [], (saved, XLSX))
    return saved


@pytest.mark.parametrize("text", [" GREEN", "GREEN\u00a0", "\ngreen", "GREEN\u200b", "Green – on track "])
def test_a_status_in_any_accepted_spelling_gives_no_mismatch(parks: Project, calc: LibreOffice, text: str) -> None:
    """The workbook's own formulas count only the other status of the outcome."""
    recalculated(parks, calc, period_folder(parks) / "sent" / "Parks.xlsx", {"1a": text, "1b": "GREEN", "2a": "g"})
    assert mismatches(parks) == []
    assert ingest(parks).totals["GREEN"].sum() == 3


def test_a_total_typed_over_beside_a_status_with_a_blank_is_reported(parks: Project, calc: LibreOffice) -> None:
    sent = period_folder(parks) / "sent" / "Parks.xlsx"
    saved = recalculated(parks, calc, sent, {"1a": " GREEN", "1b": "AMBER"})
    book = openpyxl.load_workbook(saved)
    book["Outcome 1"]["D5"] = 7
    book.save(saved)
    (item,) = mismatches(parks)
    assert (item.sheet, item.cell, item.found, item.wanted) == ("Outcome 1", "D5", "7", "1")


def test_a_blank_beside_a_status_of_a_query_gives_no_mismatch(parks: Project, calc: LibreOffice) -> None:
    reply(parks.folder, "first.xlsx", {"1a": GREEN, "1b": {**GREEN, "status": "Ambr"}, "2a": GREEN})
    ingest(parks)
    recalculated(parks, calc, query_path(parks), {"1a": "GREEN ", "1b": " AMBER"})
    assert mismatches(parks) == []
    assert ingest(parks).totals["AMBER"].sum() == 1
