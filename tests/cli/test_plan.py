"""ragsheets plan check"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from helpers.projects import Table, action, group, outcome, plan, ragsheets, reply, snapshot, task, write_plan


def test_a_sound_plan_is_said_to_be_sound_with_what_is_in_it(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks"), group("Health", outcome("3.1"), outcome("3.2"))))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 0
    assert "The plan is sound: 2 sub-groups, 3 tasks, template “standard”." in done.stdout
    assert "ragsheets generate --date" in done.stdout


def test_one_is_one(tmp_path: Path) -> None:
    write_plan(tmp_path)
    assert "1 sub-group, 1 task, template" in ragsheets("-C", tmp_path, "plan", "check").stdout


def test_json_says_the_same(tmp_path: Path) -> None:
    write_plan(tmp_path)
    done = ragsheets("-C", tmp_path, "plan", "check", "--json")
    assert json.loads(done.stdout) == {
        "problems": [],
        "groups": 1,
        "tasks": 1,
        "template": "standard",
        "remarks": [],
        "since": None,
        "changes": [],
    }
    assert "The plan is sound" in done.stderr


def test_every_problem_is_a_line_of_its_own_and_the_exit_is_2(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", contact=None), group("parks"), titel="x"))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert sorted(done.stderr.splitlines()) == [
        "ragsheets: plan.toml: Parks: contact: is missing. Add it.",
        "ragsheets: plan.toml: sub-group “Parks”: is there 2 times. Give each its own.",
        "ragsheets: plan.toml: titel: is not a known key. Did you mean “title”?",
    ]


def test_json_gives_the_problems_alone_on_standard_output(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(titel="x"))
    done = ragsheets("-C", tmp_path, "--json", "plan", "check")
    assert done.exit_code == 2
    assert json.loads(done.stdout) == {
        "problems": [
            {
                "where": "plan.toml: titel",
                "what": "is not a known key.",
                "fix": "Did you mean “title”?",
            }
        ]
    }


def test_another_file_is_read_from_the_caller_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(tmp_path / "project", plan(titel="x"))
    write_plan(tmp_path / "here", name="new.toml")
    monkeypatch.chdir(tmp_path / "here")
    assert ragsheets("-C", tmp_path / "project", "plan", "check", "new.toml").exit_code == 0
    assert ragsheets("-C", tmp_path / "project", "plan", "check").exit_code == 2


def test_a_file_that_is_no_plan_is_told(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    done = ragsheets("plan", "check", tmp_path / "plan.pdf")
    assert (done.exit_code, "plan.pdf" in done.stderr) == (2, True)


def test_checking_changes_nothing(tmp_path: Path) -> None:
    write_plan(tmp_path)
    before = snapshot(tmp_path)
    ragsheets("-C", tmp_path, "plan", "check")
    assert snapshot(tmp_path) == before


# ------------------------------------------------------------------------------------------- plan.xlsx, and remarks


def test_a_plan_in_a_workbook_is_checked_and_told_with_its_cells(tmp_path: Path) -> None:
    assert ragsheets("init", tmp_path, "--xlsx").exit_code == 0
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 0
    assert "The plan is sound: 2 sub-groups, 5 tasks, template “standard”." in done.stdout
    assert "plan.xlsx: Plan!A2, B2, Groups!A2" in done.stdout
    told = json.loads(ragsheets("-C", tmp_path, "plan", "check", "--json").stdout)["remarks"]
    assert [remark["what"] for remark in told] == ["still hold examples."]
    book = load_workbook(tmp_path / "plan.xlsx")
    book["Tasks"]["A3"].value = "Nobody"
    book.save(tmp_path / "plan.xlsx")
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 2
    assert "ragsheets: plan.xlsx: Tasks!A3: there is no sub-group “Nobody”" in done.stderr


def test_two_plans_in_a_project_are_told_by_every_command(tmp_path: Path) -> None:
    write_plan(tmp_path)
    assert ragsheets("plan", "convert", tmp_path / "plan.toml", tmp_path / "plan.xlsx").exit_code == 0
    for words in (("plan", "check"), ("generate", "--date", "2008-09-04"), ("ingest",), ("report",)):
        done = ragsheets("-C", tmp_path, *words)
        assert done.exit_code == 2
        assert "holds plan.toml and plan.xlsx, and nobody knows which one counts." in done.stderr


def test_a_project_on_a_workbook_goes_the_whole_way(tmp_path: Path) -> None:
    write_plan(tmp_path / "toml", plan(ledger="sqlite:///" + str(tmp_path / "other.db")))
    assert ragsheets("init", tmp_path / "p", "--from", tmp_path / "toml" / "plan.toml", "--xlsx").exit_code == 0
    assert list(snapshot(tmp_path / "p")) == ["plan.xlsx"]
    assert ragsheets("-C", tmp_path / "p", "generate", "--date", "2008-09-04").exit_code == 0
    reply(tmp_path / "p", "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    assert ragsheets("-C", tmp_path / "p", "ingest").exit_code == 0
    assert ragsheets("-C", tmp_path / "p", "report").exit_code == 0
    assert (tmp_path / "other.db").is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()


def test_a_plan_is_converted_with_paths_from_the_caller_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(tmp_path / "project")
    write_plan(tmp_path / "here", plan(group("Parks", outcome("2.1", key="o"))), name="new.toml")
    monkeypatch.chdir(tmp_path / "here")
    done = ragsheets("-C", tmp_path / "project", "plan", "convert", "new.toml", "new.xlsx")
    assert done.exit_code == 0
    assert "Wrote new.xlsx: 1 sub-group, 1 task." in done.stdout
    assert "Parks, outcome 2.1: Key: has no place in this form." in done.stdout
    assert 'Next: ragsheets plan check "new.xlsx"' in done.stdout
    assert sorted(snapshot(tmp_path / "here")) == ["new.toml", "new.xlsx"]
    again = ragsheets("plan", "convert", "new.toml", "new.xlsx", "--json")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    told = json.loads(ragsheets("plan", "convert", "new.toml", "new.xlsx", "--json", "--force").stdout)
    assert told == {
        "plan": "new.xlsx",
        "groups": 1,
        "tasks": 1,
        "remarks": [{"where": "Parks, outcome 2.1", "what": "Key: has no place in this form.", "fix": ""}],
    }


def test_words_of_a_plan_are_never_taken_for_markup_or_commands(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("[bold]P[/x]\x1b[31m", outcome("2.1", key="o"))))
    done = ragsheets("plan", "convert", tmp_path / "plan.toml", tmp_path / "new.xlsx")
    assert "[bold]P[/x][31m" in done.stdout
    assert "\x1b" not in done.stdout


# ------------------------------------------------------------------------------------ what changed since last time


def _tasks(*words: str) -> Table:
    return plan(group("Parks", outcome("2.1", action(*(task(task=each) for each in words)))))


def test_what_changed_since_the_last_period_is_told_and_a_key_is_asked_for(tmp_path: Path) -> None:
    write_plan(tmp_path, _tasks("Plant oaks", "Mow the meadow"))
    assert ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert "Since 4th September 2008: nothing has changed." in done.stdout
    write_plan(tmp_path, _tasks("Draw a map", "Plant oaks", "Mow the meadow"))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 0
    assert "Since 4th September 2008: 3 changes, 2 of which ask for a key." in done.stdout
    assert 'task 2.1-2: its words stood at the key 2.1-1 last time. Give it key = "2.1-1" to keep' in done.stdout
    assert "Next: put the keys into the plan" in done.stdout
    keyed = [task(task="Draw a map"), task(task="Plant oaks", key="2.1-1"), task(task="Mow the meadow", key="2.1-2")]
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*keyed)))))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert "Since 4th September 2008: 1 change.\n  task 2.1-3: is new: “Draw a map”." in done.stdout


def test_a_single_change_asks(tmp_path: Path) -> None:
    write_plan(tmp_path, _tasks("Plant oaks by the river"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    write_plan(tmp_path, _tasks("Plant oaks by the rivers"))
    assert "1 change, 1 of which asks for a key." in ragsheets("-C", tmp_path, "plan", "check").stdout


def test_json_tells_each_change(tmp_path: Path) -> None:
    write_plan(tmp_path, _tasks("Plant oaks by the river"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    write_plan(tmp_path, _tasks("Plant oaks by the rivers"))
    told = json.loads(ragsheets("-C", tmp_path, "plan", "check", "--json").stdout)
    assert told["since"] == "2008-09-04"
    assert told["changes"] == [
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


def test_another_file_is_compared_with_nothing(tmp_path: Path) -> None:
    write_plan(tmp_path, _tasks("Plant oaks"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    other = write_plan(tmp_path / "other", _tasks("Sing"))
    assert "Since" not in ragsheets("-C", tmp_path, "plan", "check", other).stdout


def test_a_ledger_that_cannot_be_used_keeps_no_plan_from_being_checked(tmp_path: Path) -> None:
    write_plan(tmp_path)
    (tmp_path / "ragsheets.db").write_bytes(b"no database, but long enough to be taken for one" * 30)
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 0
    assert "not compared with the last period: ledger" in done.stdout


def test_words_of_an_earlier_plan_are_never_taken_for_markup(tmp_path: Path) -> None:
    write_plan(tmp_path, _tasks("[bold]Plant[/x] oaks\x1b[31m"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    write_plan(tmp_path, _tasks("Sing"))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert "“[bold]Plant[/x] oaks<001B>[31m”" in done.stdout


# ------------------------------------------------------------------------------------------------------- proposals


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    """A project to which a return has come back that proposes another target and a new task."""
    write_plan(tmp_path, _tasks("Plant oaks", "Mow"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    path = reply(tmp_path, "Parks.xlsx", {})
    book = load_workbook(path)
    sheet = book["Outcome 2.1"]
    rows = {sheet.cell(row, 6).value: row for row in range(3, 30)}
    sheet.cell(rows["2.1-1"], 2).value = "By May [bold]2009[/x]"
    sheet.cell(rows["#new-1"], 1).value = "Sing"
    book.save(path)
    ragsheets("-C", tmp_path, "ingest")
    return tmp_path


def test_proposals_are_listed_with_a_number_and_where_they_stand(proposed: Path) -> None:
    done = ragsheets("-C", proposed, "plan", "proposals")
    assert done.exit_code == 0
    assert "2 proposals for the plan in the returns of 4th September 2008." in done.stdout
    assert "[bold]2009[/x]" in done.stdout
    assert "Next: ragsheets plan proposals --accept NUMBER" in done.stdout
    told = json.loads(ragsheets("-C", proposed, "plan", "proposals", "--json").stdout)
    assert told["period"] == {"date": "2008-09-04", "name": "4th September 2008"}
    assert told["accepted"] == []
    change, new = told["proposals"]
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
    assert all(each["number"] in done.stdout for each in (change, new))


def test_a_proposal_is_accepted_by_its_number(proposed: Path) -> None:
    told = json.loads(ragsheets("-C", proposed, "plan", "proposals", "--json").stdout)
    number = told["proposals"][1]["number"]
    done = ragsheets("-C", proposed, "plan", "proposals", "--accept", number)
    assert f"Took over {number}: Parks, outcome 2.1, a new task" in done.stdout
    assert "\n\n[[groups.outcomes" not in (proposed / "plan.toml").read_text(encoding="utf-8")
    again = json.loads(ragsheets("-C", proposed, "plan", "proposals", "--accept", "all", "--json").stdout)
    assert again["accepted"] == [told["proposals"][0]["number"]]
    assert [each["state"] for each in again["proposals"]] == ["taken over", "taken over"]
    assert "Next: ragsheets generate" in ragsheets("-C", proposed, "plan", "check").stdout


def test_an_unknown_number_and_no_period_are_usage_that_cannot_go_on(proposed: Path, tmp_path: Path) -> None:
    done = ragsheets("-C", proposed, "plan", "proposals", "--accept", "123456")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "123456: is the number of no proposal. See: ragsheets plan proposals" in done.stderr
    write_plan(tmp_path / "new")
    assert ragsheets("-C", tmp_path / "new", "plan", "proposals").exit_code == 2


def test_without_proposals_that_is_said(tmp_path: Path) -> None:
    write_plan(tmp_path)
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    done = ragsheets("-C", tmp_path, "plan", "proposals")
    assert done.stdout == "0 proposals for the plan in the returns of 4th September 2008.\n"
