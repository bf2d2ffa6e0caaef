"""ragsheets plan check"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plans_made import group, outcome, plan, ragsheets, snapshot, write_plan


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
    assert json.loads(done.stdout) == {"problems": [], "groups": 1, "tasks": 1, "template": "standard"}
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
