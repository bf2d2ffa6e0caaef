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
from helpers.projects import action, group, outcome, plan, ragsheets, reply, task, write_plan
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
def project(tmp_path: Path) -> Path:
    """Two periods; in both Parks returned, Health in neither."""
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED", "2.1b": "Ambr"}}, plan=PLAN)
    periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "a", "2.1b": ("GREEN", "=2+2")}})
    return tmp_path


def rows(folder: Path, *words: str) -> list[dict[str, str]]:
    done = ragsheets("-C", folder, "export", "-o", "-", "--format", "json", *words)
    assert done.exit_code == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def test_there_is_a_row_for_each_task_with_everything_that_is_known_of_it(project: Path) -> None:
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


def test_a_correction_is_told_with_its_time_beside_what_came(project: Path) -> None:
    correct(Project(project), "2.1a", status="green", reason="Ann rang")
    first = rows(project)[0]
    assert (first["status"], first["status_found"], first["cell"]) == ("GREEN", "a", "G11")
    assert datetime.datetime.fromisoformat(first["corrected"]) >= datetime.datetime.fromisoformat(first["received"])


def test_of_two_returns_under_one_name_it_tells_when_the_answer_s_own_came(tmp_path: Path) -> None:
    day = periods.date("2008-06-05")
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}})
    with Project(tmp_path).ledger() as ledger:
        first = ledger.frames(day)["returns"].iloc[0]["received"]
    returned = tmp_path / "2008-06-05" / "returned"
    reply(tmp_path, "Parks.xlsx", {"2.1a": {"position": "More."}}, period=Period(day), to=returned)
    ingest(Project(tmp_path))
    (row,) = rows(tmp_path)
    assert (row["position"], row["status"], row["received"]) == ("More.", "RED", first[:19])


def test_another_period_or_every_one_can_be_exported(project: Path) -> None:
    assert [row["status_found"] for row in rows(project, "--date", "5 June 2008")] == ["RED", "Ambr", ""]
    every = rows(project, "--all")
    assert [row["period"] for row in every] == ["2008-06-05"] * 3 + ["2008-09-04"] * 3
    assert [row["last_status"] for row in every] == ["", "", "", "RED", "", ""]


def test_every_period_has_a_column_for_what_any_of_their_templates_asks(project: Path) -> None:
    (project / "ours.toml").write_text(
        'extends = "standard"\n[[columns]]\nkey = "owner"\nheading = "Owner"\nfilled_by = "plan"\n'
        '[[columns]]\nkey = "risk"\nheading = "Risk"\n',
        encoding="utf-8",
    )
    write_plan(project, plan(group("Parks", outcome("2.1", action(task("a", owner="Ann")))), template="ours"))
    ragsheets("-C", project, "generate", "--date", "2008-12-04")
    every = rows(project, "--all")
    assert list(every[0]) == list(every[-1]) == [*COLUMNS[:8], "owner", *COLUMNS[8:11], "risk", *COLUMNS[11:]]
    assert (every[0]["owner"], every[-1]["owner"]) == ("", "Ann")
    assert list(rows(project, "--date", "2008-06-05")[0]) == COLUMNS


# ------------------------------------------------------------------------------------------------ where it goes


@pytest.mark.parametrize("name", ["answers.xlsx", "answers.CSV", "answers.json", "answers.parquet"])
def test_the_name_says_the_form_and_the_same_ledger_gives_the_same_bytes(project: Path, name: str) -> None:
    written = []
    for _ in range(2):
        done = ragsheets("-C", project, "export", "-o", project / name)
        assert done.exit_code == 0, done.stderr
        assert f"Wrote {project / name}" in done.stdout
        assert "3 tasks of 1 period." in done.stdout
        written.append((project / name).read_bytes())
    assert written[0] == written[1]


def test_json_tells_what_was_written(project: Path) -> None:
    done = ragsheets("-C", project, "export", "--all", "-o", project / "a.csv", "--json")
    assert json.loads(done.stdout) == {
        "export": str(project / "a.csv"),
        "periods": ["2008-06-05", "2008-09-04"],
        "columns": COLUMNS,
        "rows": 6,
        "left_out": [],
    }


def test_on_standard_output_stands_nothing_else(project: Path) -> None:
    done = ragsheets("-C", project, "export", "-o", "-", "--format", "csv")
    lines = list(csv.reader(io.StringIO(done.stdout, newline="")))
    assert lines[0] == COLUMNS
    assert lines[2][COLUMNS.index("planned")] == "'=2+2"
    assert ragsheets("-C", project, "export", "-o", "-", "--json").stdout.startswith("[")


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a", target="Ten\0"))))))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    done = ragsheets("-C", tmp_path, "export", "-o", tmp_path / "a.xlsx")
    assert "Left out characters that .xlsx cannot hold: 2008-09-04, task 2.1a, target." in done.stdout
    done = ragsheets("-C", tmp_path, "export", "-o", "-", "--format", "csv")
    assert "Left out characters that .csv cannot hold" in done.stderr
    assert "Left out" not in done.stdout
    assert rows(tmp_path)[0]["target"] == "Ten\0"


def test_the_workbook_holds_the_plan_s_and_the_returns_words_as_text(project: Path) -> None:
    ragsheets("-C", project, "export", "-o", project / "a.xlsx")
    sheet: Any = openpyxl.load_workbook(project / "a.xlsx").worksheets[0]
    cell = sheet.cell(3, COLUMNS.index("planned") + 1)
    assert (cell.value, cell.data_type) == ("=2+2", "s")


# -------------------------------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing option '-o'"),
        (("-o", "answers.txt"), "is no form to export to. Give a name that ends in .xlsx, .csv, .json, .parquet."),
        (("-o", "answers"), "is no form to export to."),
        (("-o", "nowhere/answers.csv"), "there is no such folder."),
        (("-o", "-"), "-o - needs --format: csv or json."),
        (("-o", "-", "--format", "xlsx"), "'xlsx' is not one of 'csv', 'json'"),
        (("-o", "a.csv", "--format", "json"), "--format is for -o -"),
        (("-o", "a.csv", "--date", "2010-01-01"), "there is no period 2010-01-01."),
        (("-o", "a.csv", "--all", "--date", "2008-06-05"), "leave out --date"),
    ],
)
def test_what_cannot_be_written_is_refused(project: Path, words: tuple[str, ...], said: str) -> None:
    done = ragsheets("-C", project, "export", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_the_plan_is_never_replaced(project: Path) -> None:
    done = ragsheets("-C", project, "export", "-o", project / "Plan.xlsx")
    assert done.exit_code == 2
    assert "is the name of the plan." in done.stderr


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_a_ledger_without_periods_says_what_to_do(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_plan(tmp_path)
    done = ragsheets("-C", tmp_path, "export", "-o", tmp_path / "a.csv", *words)
    assert done.exit_code == 2
    assert "there is no period yet. Make its workbooks: ragsheets generate" in done.stderr


def test_a_period_without_tasks_says_so(tmp_path: Path) -> None:
    write_plan(tmp_path, plan({"name": "Parks", "contact": "Ann", "on_hold": True}))
    assert ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    done = ragsheets("-C", tmp_path, "export", "-o", tmp_path / "a.csv")
    assert done.exit_code == 2
    assert "there are no tasks to export." in done.stderr
    assert not (tmp_path / "a.csv").exists()
