"""ragsheets export"""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import periods
from helpers.built_once import built_once
from helpers.projects import action, group, outcome, plan, reply, run_ragsheets, task, write_plan
from ragsheets.plan.model import Period
from ragsheets.project.correct import correct
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest

PLAN = plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), group("Health", outcome("3.1")))
COLUMNS = [
    *("period", "group", "outcome", "action", "key", "label", "task", "target", "position", "status", "planned"),
    *("status_found", "last_status", "file", "sheet", "cell", "received", "corrected"),
]


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project of two periods; in both Parks returned, Health in neither."""
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED", "2.1b": "Ambr"}}, plan=PLAN)
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "a", "2.1b": ("GREEN", "=2+2")}})
    return tmp_path


def rows(folder: Path, *words: str) -> list[dict[str, str]]:
    result = run_ragsheets("-C", folder, "export", "-o", "-", "--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    payload: list[dict[str, str]] = json.loads(result.stdout)
    return payload


@pytest.mark.slow
def test_each_task_has_a_row_with_every_column(project: Path) -> None:
    first, second, third = rows(project)
    received = first.pop("received")
    assert list(first) == [name for name in COLUMNS if name != "received"]
    assert datetime.datetime.fromisoformat(received).microsecond == 0
    assert first == {
        "period": "2008-09-04",
        "group": "Parks",
        "outcome": "2.1",
        "action": "Act",
        "key": "2.1a",
        "label": "a",
        "task": "Task a",
        "target": "Target a",
        "position": "At 2.1a",
        "status": "AMBER",
        "planned": "Go on by May 2009",
        "status_found": "a",
        "last_status": "RED",
        "file": "Parks.xlsx",
        "sheet": "Outcome 2.1",
        "cell": "G11",
        "corrected": "",
    }
    assert (second["planned"], second["last_status"]) == ("=2+2", "")
    assert {name: third[name] for name in ("group", "status", "file", "cell", "received")} == {
        "group": "Health", "status": "", "file": "", "cell": "", "received": "",
    }  # fmt: skip


def test_a_correction_is_exported_with_its_time_beside_the_returned_answer(project: Path) -> None:
    correct(Project(project), "2.1a", status="green", reason="Ann rang")
    first = rows(project)[0]
    assert (first["status"], first["status_found"], first["cell"]) == ("GREEN", "a", "G11")
    assert datetime.datetime.fromisoformat(first["corrected"]) >= datetime.datetime.fromisoformat(first["received"])


@pytest.mark.slow
def test_received_is_the_time_of_the_return_that_holds_the_answer(tmp_path: Path) -> None:
    day = periods.date("2008-06-05")
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}})
    with Project(tmp_path).ledger() as ledger:
        first = ledger.frames(day)["returns"].iloc[0]["received"]
    returned = tmp_path / "2008-06-05" / "returned"
    reply(tmp_path, "Parks.xlsx", {"2.1a": {"position": "More."}}, period=Period(day), to=returned)
    ingest(Project(tmp_path))
    (row,) = rows(tmp_path)
    assert (row["position"], row["status"], row["received"]) == ("More.", "RED", first[:19])


def test_another_period_or_every_one_can_be_exported(project: Path) -> None:
    assert [row["status_found"] for row in rows(project, "--date", "5 June 2008")] == ["RED", "Ambr", ""]
    all_rows = rows(project, "--all")
    assert [row["period"] for row in all_rows] == ["2008-06-05"] * 3 + ["2008-09-04"] * 3
    assert [row["last_status"] for row in all_rows] == ["", "", "", "RED", "", ""]


@pytest.mark.slow
def test_all_periods_have_the_columns_of_every_template(project: Path) -> None:
    (project / "ours.toml").write_text(
        'extends = "standard"\n[[columns]]\nkey = "owner"\nheading = "Owner"\nfilled_by = "plan"\n'
        '[[columns]]\nkey = "risk"\nheading = "Risk"\n',
        encoding="utf-8",
    )
    write_plan(project, plan(group("Parks", outcome("2.1", action(task("a", owner="Ann")))), template="ours"))
    run_ragsheets("-C", project, "generate", "--date", "2008-12-04")
    all_rows = rows(project, "--all")
    assert list(all_rows[0]) == list(all_rows[-1]) == [*COLUMNS[:8], "owner", *COLUMNS[8:11], "risk", *COLUMNS[11:]]
    assert (all_rows[0]["owner"], all_rows[-1]["owner"]) == ("", "Ann")
    assert list(rows(project, "--date", "2008-06-05")[0]) == COLUMNS


# ------------------------------------------------------------------------------------------------ where it goes


@pytest.mark.parametrize("name", ["answers.xlsx", "answers.CSV", "answers.json", "answers.parquet"])
def test_the_suffix_selects_the_form_and_the_bytes_are_repeatable(project: Path, name: str) -> None:
    written = []
    for _ in range(2):
        result = run_ragsheets("-C", project, "export", "-o", project / name)
        assert result.exit_code == 0, result.stderr
        assert f"Wrote {project / name}" in result.stdout
        assert "3 tasks of 1 period." in result.stdout
        written.append((project / name).read_bytes())
    assert written[0] == written[1]


def test_json_describes_the_written_file(project: Path) -> None:
    result = run_ragsheets("-C", project, "export", "--all", "-o", project / "a.csv", "--json")
    assert json.loads(result.stdout) == {
        "export": str(project / "a.csv"),
        "periods": ["2008-06-05", "2008-09-04"],
        "columns": COLUMNS,
        "rows": 6,
        "left_out": [],
    }


def test_standard_output_holds_the_table_only(project: Path) -> None:
    result = run_ragsheets("-C", project, "export", "-o", "-", "--format", "csv")
    lines = list(csv.reader(io.StringIO(result.stdout, newline="")))
    assert lines[0] == COLUMNS
    assert lines[2][COLUMNS.index("planned")] == "'=2+2"
    assert run_ragsheets("-C", project, "export", "-o", "-", "--json").stdout.startswith("[")


def test_dropped_characters_are_reported(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a", target="Ten\0"))))))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    result = run_ragsheets("-C", tmp_path, "export", "-o", tmp_path / "a.xlsx")
    assert "Left out characters that .xlsx cannot hold: 2008-09-04, task 2.1a, target." in result.stdout
    result = run_ragsheets("-C", tmp_path, "export", "-o", "-", "--format", "csv")
    assert "Left out characters that .csv cannot hold" in result.stderr
    assert "Left out" not in result.stdout
    assert rows(tmp_path)[0]["target"] == "Ten\0"


def test_formula_like_text_is_text_in_the_workbook(project: Path) -> None:
    run_ragsheets("-C", project, "export", "-o", project / "a.xlsx")
    sheet: Any = openpyxl.load_workbook(project / "a.xlsx").worksheets[0]
    cell = sheet.cell(3, COLUMNS.index("planned") + 1)
    assert (cell.value, cell.data_type) == ("=2+2", "s")


# -------------------------------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing option '-o'"),
        (
            ("-o", "answers.txt"),
            "is not a kind of file to export answers to. Give a name that ends in .xlsx, .csv, .json, .parquet.",
        ),
        (("-o", "answers"), "is not a kind of file to export answers to."),
        (("-o", "nowhere/answers.csv"), "there is no such folder."),
        (("-o", "-"), "-o - needs --format: csv or json."),
        (("-o", "-", "--format", "xlsx"), "'xlsx' is not one of 'csv', 'json'"),
        (("-o", "a.csv", "--format", "json"), "--format goes with -o -"),
        (("-o", "a.csv", "--date", "2010-01-01"), "there is no period 2010-01-01."),
        (("-o", "a.csv", "--all", "--date", "2008-06-05"), "leave out --date"),
    ],
)
def test_wrong_options_are_rejected(project: Path, words: tuple[str, ...], message: str) -> None:
    result = run_ragsheets("-C", project, "export", *words)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_the_plan_is_never_replaced(project: Path) -> None:
    result = run_ragsheets("-C", project, "export", "-o", project / "Plan.xlsx")
    assert result.exit_code == 2
    assert "is the name of the plan." in result.stderr


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_a_ledger_without_periods_is_an_error_with_the_remedy(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_plan(tmp_path)
    result = run_ragsheets("-C", tmp_path, "export", "-o", tmp_path / "a.csv", *words)
    assert result.exit_code == 2
    assert "there is no period yet. Make its workbooks: ragsheets generate" in result.stderr


def test_a_period_without_tasks_is_an_error(tmp_path: Path) -> None:
    write_plan(tmp_path, plan({"name": "Parks", "contact": "Ann", "on_hold": True}))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    result = run_ragsheets("-C", tmp_path, "export", "-o", tmp_path / "a.csv")
    assert result.exit_code == 2
    assert "there are no tasks to export." in result.stderr
    assert not (tmp_path / "a.csv").exists()
