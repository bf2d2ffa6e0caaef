"""ragsheets init"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plans_made import ragsheets, snapshot, write_plan


def test_a_new_project_holds_a_starter_plan_that_is_sound(tmp_path: Path) -> None:
    folder = tmp_path / "Our partnership"
    done = ragsheets("init", folder)
    assert done.exit_code == 0
    assert list(snapshot(folder)) == ["plan.toml"]
    assert ragsheets("-C", folder, "plan", "check").exit_code == 0


def test_it_says_what_to_do_next_with_the_folder_in_quotes(tmp_path: Path) -> None:
    folder = tmp_path / "Our partnership"
    said = ragsheets("init", folder).stdout.replace("\n", "")
    assert f'ragsheets -C "{folder}" plan check' in said


def test_json_names_the_project_and_its_plan(tmp_path: Path) -> None:
    done = ragsheets("init", tmp_path / "p", "--json")
    assert json.loads(done.stdout) == {
        "project": str(tmp_path / "p"),
        "plan": str(tmp_path / "p" / "plan.toml"),
    }


def test_a_plan_that_is_there_already_is_never_replaced(tmp_path: Path) -> None:
    write_plan(tmp_path)
    before = snapshot(tmp_path)
    done = ragsheets("init", tmp_path)
    assert (done.exit_code, "there is a plan already" in done.stderr) == (2, True)
    assert snapshot(tmp_path) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"x")
    assert ragsheets("init", tmp_path / "p").exit_code == 2


@pytest.mark.parametrize("name", ["[bold]p[/bold]", "p [/]", "[link=x]"])
def test_the_folder_s_name_is_never_taken_for_markup(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ragsheets("init", name)
    assert done.exit_code == 0
    assert name in done.stdout
    assert (tmp_path / name / "plan.toml").is_file()
