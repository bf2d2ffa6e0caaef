"""ragsheets plan check"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from helpers.built_once import built_once
from helpers.projects import Table, action, files_by_name, group, outcome, plan, reply, run_ragsheets, task, write_plan


def test_a_valid_plan_is_summarised(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks"), group("Health", outcome("3.1"), outcome("3.2"))))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 0
    assert "The plan is sound: 2 sub-groups, 3 tasks, template “standard”." in result.stdout
    assert "ragsheets generate --date" in result.stdout


def test_one_group_and_task_are_singular(tmp_path: Path) -> None:
    write_plan(tmp_path)
    assert "1 sub-group, 1 task, template" in run_ragsheets("-C", tmp_path, "plan", "check").stdout


def test_json_gives_the_same_summary(tmp_path: Path) -> None:
    write_plan(tmp_path)
    result = run_ragsheets("-C", tmp_path, "plan", "check", "--json")
    assert json.loads(result.stdout) == {
        "problems": [],
        "groups": 1,
        "tasks": 1,
        "template": "standard",
        "remarks": [],
        "since": None,
        "changes": [],
    }
    assert "The plan is sound" in result.stderr


def test_every_problem_is_a_separate_line_and_exits_with_2(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", contact=None), group("parks"), titel="x"))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sorted(result.stderr.splitlines()) == [
        "ragsheets: plan.toml: Parks: contact: is missing. Add it.",
        "ragsheets: plan.toml: titel: is not a known key. Did you mean “title”?",
        "ragsheets: plan.toml: two sub-groups have the name “Parks”: number 1, number 2. Give each its own.",
    ]


def test_standard_output_holds_the_problems_as_json(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(titel="x"))
    result = run_ragsheets("-C", tmp_path, "--json", "plan", "check")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "problems": [
            {
                "where": "plan.toml: titel",
                "what": "is not a known key.",
                "fix": "Did you mean “title”?",
            }
        ]
    }


def test_another_file_is_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(tmp_path / "project", plan(titel="x"))
    write_plan(tmp_path / "here", name="new.toml")
    monkeypatch.chdir(tmp_path / "here")
    assert run_ragsheets("-C", tmp_path / "project", "plan", "check", "new.toml").exit_code == 0
    assert run_ragsheets("-C", tmp_path / "project", "plan", "check").exit_code == 2


def test_a_file_that_is_no_plan_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    result = run_ragsheets("plan", "check", tmp_path / "plan.pdf")
    assert (result.exit_code, "plan.pdf" in result.stderr) == (2, True)


def test_checking_changes_nothing(tmp_path: Path) -> None:
    write_plan(tmp_path)
    before = files_by_name(tmp_path)
    run_ragsheets("-C", tmp_path, "plan", "check")
    assert files_by_name(tmp_path) == before


# ------------------------------------------------------------------------------------------- plan.xlsx, and remarks


def test_a_plan_in_a_workbook_is_checked_with_cell_addresses(tmp_path: Path) -> None:
    assert run_ragsheets("init", tmp_path, "--xlsx").exit_code == 0
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 0
    assert "The plan is sound: 2 sub-groups, 5 tasks, template “standard”." in result.stdout
    assert "plan.xlsx: Plan!A2, B2, Groups!A2" in result.stdout
    payload = json.loads(run_ragsheets("-C", tmp_path, "plan", "check", "--json").stdout)["remarks"]
    assert [remark["what"] for remark in payload] == [
        "still an example of the starter plan.",
        "5 of 5 tasks are still from the example that a new project starts with.",
    ]
    book = load_workbook(tmp_path / "plan.xlsx")
    book["Tasks"]["A3"].value = "Nobody"
    book.save(tmp_path / "plan.xlsx")
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 2
    assert "ragsheets: plan.xlsx: Tasks!A3: there is no sub-group “Nobody”" in result.stderr


def test_two_plans_in_a_project_are_an_error_in_every_command(tmp_path: Path) -> None:
    write_plan(tmp_path)
    assert run_ragsheets("plan", "convert", tmp_path / "plan.toml", tmp_path / "plan.xlsx").exit_code == 0
    for words in (("plan", "check"), ("generate", "--date", "2008-09-04"), ("ingest",), ("report",)):
        result = run_ragsheets("-C", tmp_path, *words)
        assert result.exit_code == 2
        assert "holds plan.toml and plan.xlsx, so it is not clear which one counts." in result.stderr


@pytest.mark.slow
def test_every_step_works_with_a_plan_workbook(tmp_path: Path) -> None:
    write_plan(tmp_path / "toml", plan(ledger="sqlite:///" + str(tmp_path / "other.db")))
    assert run_ragsheets("init", tmp_path / "p", "--from", tmp_path / "toml" / "plan.toml", "--xlsx").exit_code == 0
    assert list(files_by_name(tmp_path / "p")) == ["plan.xlsx"]
    assert run_ragsheets("-C", tmp_path / "p", "generate", "--date", "2008-09-04").exit_code == 0
    reply(tmp_path / "p", "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    assert run_ragsheets("-C", tmp_path / "p", "ingest").exit_code == 0
    assert run_ragsheets("-C", tmp_path / "p", "report").exit_code == 0
    assert (tmp_path / "other.db").is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()


def test_converting_uses_paths_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(tmp_path / "project")
    write_plan(tmp_path / "here", plan(group("Parks", outcome("2.1", key="o"))), name="new.toml")
    monkeypatch.chdir(tmp_path / "here")
    result = run_ragsheets("-C", tmp_path / "project", "plan", "convert", "new.toml", "new.xlsx")
    assert result.exit_code == 0
    assert "Wrote new.xlsx: 1 sub-group, 1 task." in result.stdout
    assert "Parks, outcome 2.1: Key: cannot be kept in this form, and is left out." in result.stdout
    assert 'Next: ragsheets plan check "new.xlsx"' in result.stdout
    assert sorted(files_by_name(tmp_path / "here")) == ["new.toml", "new.xlsx"]
    second_result = run_ragsheets("plan", "convert", "new.toml", "new.xlsx", "--json")
    assert (second_result.exit_code, "already exists" in second_result.stderr) == (2, True)
    payload = json.loads(run_ragsheets("plan", "convert", "new.toml", "new.xlsx", "--json", "--force").stdout)
    assert payload == {
        "plan": "new.xlsx",
        "groups": 1,
        "tasks": 1,
        "remarks": [
            {"where": "Parks, outcome 2.1", "what": "Key: cannot be kept in this form, and is left out.", "fix": ""}
        ],
    }


def test_text_of_a_plan_is_never_read_as_markup_or_control_codes(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("[bold]P[/x]\x1b[31m", outcome("2.1", key="o"))))
    result = run_ragsheets("plan", "convert", tmp_path / "plan.toml", tmp_path / "new.xlsx")
    assert "[bold]P[/x][31m" in result.stdout
    assert "\x1b" not in result.stdout


# ------------------------------------------------------------------------------------ what changed since last time


def _plan_of_tasks(*words: str) -> Table:
    return plan(group("Parks", outcome("2.1", action(*(task(task=text) for text in words)))))


def test_changes_since_the_last_period_are_listed_and_keys_asked_for(tmp_path: Path) -> None:
    write_plan(tmp_path, _plan_of_tasks("Plant oaks", "Mow the meadow"))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert "Since 4th September 2008: nothing has changed." in result.stdout
    write_plan(tmp_path, _plan_of_tasks("Draw a map", "Plant oaks", "Mow the meadow"))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 0
    assert "Since 4th September 2008: 3 changes, 2 of which ask for a key." in result.stdout
    assert 'task 2.1-2: had the key 2.1-1 last time. Give it key = "2.1-1" to keep' in result.stdout
    assert "Next: put the keys into the plan" in result.stdout
    keyed = [task(task="Draw a map"), task(task="Plant oaks", key="2.1-1"), task(task="Mow the meadow", key="2.1-2")]
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*keyed)))))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert "Since 4th September 2008: 1 change.\n  task 2.1-3: is new: “Draw a map”." in result.stdout


def test_a_single_change_is_singular(tmp_path: Path) -> None:
    write_plan(tmp_path, _plan_of_tasks("Plant oaks by the river"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    write_plan(tmp_path, _plan_of_tasks("Plant oaks by the rivers"))
    assert "1 change, 1 of which asks for a key." in run_ragsheets("-C", tmp_path, "plan", "check").stdout


def test_json_lists_each_change(tmp_path: Path) -> None:
    write_plan(tmp_path, _plan_of_tasks("Plant oaks by the river"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    write_plan(tmp_path, _plan_of_tasks("Plant oaks by the rivers"))
    payload = json.loads(run_ragsheets("-C", tmp_path, "plan", "check", "--json").stdout)
    assert payload["since"] == "2008-09-04"
    assert payload["changes"] == [
        {
            "kind": "task-reworded",
            "key": "2.1-1",
            "before": "Plant oaks by the river",
            "now": "Plant oaks by the rivers",
            "earlier": ["2.1-1"],
            "asks": True,
            "where": "task 2.1-1",
            "what": "its words changed from “Plant oaks by the river” to “Plant oaks by the rivers”.",
            "fix": 'If it is the same task, give it key = "2.1-1"; if it is another one, give it a key of its own.',
        }
    ]


def test_another_file_is_not_compared(tmp_path: Path) -> None:
    write_plan(tmp_path, _plan_of_tasks("Plant oaks"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    other_plan = write_plan(tmp_path / "other", _plan_of_tasks("Sing"))
    assert "Since" not in run_ragsheets("-C", tmp_path, "plan", "check", other_plan).stdout


def test_a_plan_is_checked_without_a_usable_ledger(tmp_path: Path) -> None:
    write_plan(tmp_path)
    (tmp_path / "ragsheets.db").write_bytes(b"no database, but long enough to be taken for one" * 30)
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 0
    assert "not compared with the last period: ledger" in result.stdout


def test_text_of_an_earlier_plan_is_never_read_as_markup(tmp_path: Path) -> None:
    write_plan(tmp_path, _plan_of_tasks("[bold]Plant[/x] oaks\x1b[31m"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    write_plan(tmp_path, _plan_of_tasks("Sing"))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert "“[bold]Plant[/x] oaks<001B>[31m”" in result.stdout


# ------------------------------------------------------------------------------------------------------- proposals


@pytest.fixture
@built_once
def proposed(tmp_path: Path) -> Path:
    """A project with a return that proposes another target and a new task."""
    write_plan(tmp_path, _plan_of_tasks("Plant oaks", "Mow"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    path = reply(tmp_path, "Parks.xlsx", {})
    book = load_workbook(path)
    sheet = book["Outcome 2.1"]
    rows = {sheet.cell(row, 6).value: row for row in range(3, 30)}
    sheet.cell(rows["2.1-1"], 2).value = "By May [bold]2009[/x]"
    sheet.cell(rows["#new-1"], 1).value = "Sing"
    book.save(path)
    run_ragsheets("-C", tmp_path, "ingest")
    return tmp_path


@pytest.mark.slow
def test_proposals_are_listed_with_number_and_cell(proposed: Path) -> None:
    result = run_ragsheets("-C", proposed, "plan", "proposals")
    assert result.exit_code == 0
    assert "2 proposals for the plan in the returns of 4th September 2008." in result.stdout
    assert "[bold]2009[/x]" in result.stdout
    assert "let the contacts know: ragsheets plan proposals --accept NUMBER" in result.stdout
    payload = json.loads(run_ragsheets("-C", proposed, "plan", "proposals", "--json").stdout)
    assert payload["period"] == {"date": "2008-09-04", "name": "4th September 2008"}
    assert payload["accepted"] == []
    change, new = payload["proposals"]
    assert change == {
        "number": change["number"],
        "kind": "change",
        "group": "Parks",
        "outcome": "2.1",
        "task": "2.1-1",
        "column": "target",
        "before": "Target",
        "after": "By May [bold]2009[/x]",
        "words": {"target": "By May [bold]2009[/x]"},
        "file": "Parks.xlsx",
        "sheet": "Outcome 2.1",
        "cell": change["cell"],
        "state": "open",
        "why": "",
    }
    assert (new["kind"], new["task"], new["words"]) == ("new-task", "", {"task": "Sing"})
    assert all(proposal["number"] in result.stdout for proposal in (change, new))


@pytest.mark.parametrize("number", ["0", "99", "1a", "-1"])
def test_a_number_that_is_not_in_the_list_is_an_error(proposed: Path, number: str) -> None:
    before = (proposed / "plan.toml").read_bytes()
    result = run_ragsheets("-C", proposed, "plan", "proposals", f"--accept={number}")
    assert result.exit_code == 2
    assert f"{number}: there is no proposal with this number in the list." in result.stderr
    assert (proposed / "plan.toml").read_bytes() == before


def test_a_proposal_is_accepted_by_its_place_in_the_list(proposed: Path) -> None:
    payload = json.loads(run_ragsheets("-C", proposed, "plan", "proposals", "--json").stdout)
    assert re.search(r"(?m)^1 ", run_ragsheets("-C", proposed, "plan", "proposals").stdout)
    result = run_ragsheets("-C", proposed, "plan", "proposals", "--accept", "1", "--json")
    assert json.loads(result.stdout)["accepted"] == [payload["proposals"][0]["number"]]


@pytest.mark.slow
def test_a_proposal_is_accepted_by_its_number(proposed: Path) -> None:
    payload = json.loads(run_ragsheets("-C", proposed, "plan", "proposals", "--json").stdout)
    number = payload["proposals"][1]["number"]
    result = run_ragsheets("-C", proposed, "plan", "proposals", "--accept", number)
    assert f"Put into the plan {number}: Parks, outcome 2.1, a new task" in result.stdout
    assert "\n\n[[groups.outcomes" not in (proposed / "plan.toml").read_text(encoding="utf-8")
    second_payload = json.loads(run_ragsheets("-C", proposed, "plan", "proposals", "--accept", "all", "--json").stdout)
    assert second_payload["accepted"] == [payload["proposals"][0]["number"]]
    assert [proposal["state"] for proposal in second_payload["proposals"]] == ["taken over", "taken over"]
    assert "Next: ragsheets generate" in run_ragsheets("-C", proposed, "plan", "check").stdout


def test_an_unknown_number_or_no_period_exits_with_2(proposed: Path, tmp_path: Path) -> None:
    result = run_ragsheets("-C", proposed, "plan", "proposals", "--accept", "123456")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "123456: there is no proposal with this number in the list. See: ragsheets plan proposals" in result.stderr
    write_plan(tmp_path / "new")
    assert run_ragsheets("-C", tmp_path / "new", "plan", "proposals").exit_code == 2


def test_without_proposals_the_list_is_empty(tmp_path: Path) -> None:
    write_plan(tmp_path)
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    result = run_ragsheets("-C", tmp_path, "plan", "proposals")
    assert result.stdout == "0 proposals for the plan in the returns of 4th September 2008.\n"
