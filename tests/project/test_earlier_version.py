"""A project folder that an earlier version made goes on working.

`project-e1fa839.zip` was made by the version of commit e1fa839: two periods of the shipped example, the first with its
report final, in the second one of three returns (answers carried forward), a correction and a report.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.built_once import built_once
from helpers.projects import run_ragsheets

pytestmark = pytest.mark.sqlite

KEPT = Path(__file__).parent / "project-e1fa839.zip"
LATEST = "2008-12-04"

#: By outcome: Green, Amber, Red and not reported, as the earlier version counted them after the correction.
COUNTS = {
    "2.1": (0, 2, 1, 1),
    "2.2": (2, 2, 2, 0),
    "3.1": (0, 0, 0, 1),
    "4.1": (0, 0, 0, 4),
    "5.1": (0, 0, 0, 3),
    "5.2": (0, 0, 0, 2),
}


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    with zipfile.ZipFile(KEPT) as archive:
        archive.extractall(tmp_path / "project")
    return tmp_path / "project"


def as_json(folder: Path, *command: str, exit_code: int = 0) -> Any:
    done = run_ragsheets(*command, "-C", folder, "--json")
    assert done.exit_code == exit_code, done.stderr
    return json.loads(done.stdout)


def counts(totals: list[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    return {row["outcome"]: tuple(row[key] for key in ("GREEN", "AMBER", "RED", "not_reported")) for row in totals}


def test_its_answers_are_counted_as_before(folder: Path) -> None:
    result = as_json(folder, "ingest")
    assert [(file["file"], file["result"]) for file in result["files"]] == [
        ("Stronger Communities Dec.xlsx", "duplicate")
    ]
    assert counts(result["totals"]) == COUNTS
    assert result["missing"] == ["Healthy City Partnership", "Children and Young People Group"]


@pytest.mark.slow
def test_its_ledger_is_sound_and_its_reports_verify(folder: Path) -> None:
    assert "The ledger is sound." in run_ragsheets("ledger", "check", "-C", folder).stdout
    for date in ("2008-09-04", LATEST):
        done = run_ragsheets("verify", folder / date / "Performance report.docx", "-C", folder)
        assert (done.exit_code, "Nothing differs." in done.stdout) == (0, True), done.stdout


@pytest.mark.slow
def test_its_unedited_drafts_are_replaced_and_edited_and_issued_reports_stay(folder: Path) -> None:
    issued, year, draft = (
        folder / name
        for name in (
            "2008-09-04/Performance report.docx",
            "2008-09-04/End of year report.docx",
            f"{LATEST}/Performance report.docx",
        )
    )
    before = {path: path.read_bytes() for path in (issued, year, draft)}
    reports = [as_json(folder, "report", "--date", "2008-09-04", *option) for option in ((), ("--end-of-year",))]
    assert [report["kept"] for report in reports] == [str(issued), None]
    assert (issued.read_bytes() == before[issued], year.read_bytes() == before[year]) == (True, False)
    assert as_json(folder, "report")["kept"] is None
    assert draft.read_bytes() != before[draft]
    draft.write_bytes(before[draft] + b" edited")
    assert as_json(folder, "report")["kept"] == str(draft)


def test_its_history_and_its_correction_are_known(folder: Path) -> None:
    history = as_json(folder, "history", "2.1a")
    stages = {entry["period"]["date"]: entry["status"] for entry in history["periods"]}
    assert stages == {"2008-09-04": "AMBER", LATEST: "AMBER"}
    reasons = [correction["reason"] for entry in history["periods"] for correction in entry["corrections"]]
    assert reasons == ["Di Robinson rang on 8 December"]


def test_a_workbook_that_it_sent_is_read(folder: Path) -> None:
    sent = folder / LATEST / "sent" / "Healthy City Partnership.xlsx"
    workbook = openpyxl.load_workbook(sent)
    sheet = workbook["Outcome 4.1"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    rows = [
        row for row in range(3, sheet.max_row + 1) if str(sheet.cell(row, sheet.max_column).value).startswith("4.1")
    ]
    for row in rows:
        sheet.cell(row, columns["Position"]).value = "Done in the autumn"
        # A status that was carried forward counts only once it is changed.
        sheet.cell(row, columns["Status"]).value = "RED"
    workbook.save(folder / LATEST / "returned" / "reply.xlsx")
    result = as_json(folder, "ingest")
    assert ("reply.xlsx", "accepted") in [(file["file"], file["result"]) for file in result["files"]]
    assert counts(result["totals"]) == {**COUNTS, "4.1": (0, 0, 4, 0)}


def test_the_next_period_follows_it(folder: Path) -> None:
    result = as_json(folder, "generate", "--date", "2009-03-05", "--carry-forward")
    assert len(result["workbooks"]) == 3
    assert counts(as_json(folder, "status")["totals"])["2.2"] == (0, 0, 0, 6)
