"""ragsheets init"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.projects import plan, ragsheets, snapshot, toml, write_plan
from ragsheets.plan_files.forms import read_plan_file


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
        "remarks": [],
    }


@pytest.mark.parametrize("name", ["plan.toml", "plan.xlsx"])
@pytest.mark.parametrize("more", [(), ("--xlsx",)])
def test_a_plan_that_is_there_already_is_never_replaced(tmp_path: Path, name: str, more: tuple[str, ...]) -> None:
    write_plan(tmp_path, name=name)
    before = snapshot(tmp_path)
    done = ragsheets("init", tmp_path, *more)
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


# ------------------------------------------------------------------------------------------- from another plan


def test_a_starter_workbook_is_sound_and_made_in_one_way(tmp_path: Path) -> None:
    done = ragsheets("init", tmp_path / "p", "--xlsx")
    assert done.exit_code == 0
    assert "still hold examples" not in done.stdout
    assert list(snapshot(tmp_path / "p")) == ["plan.xlsx"]
    assert ragsheets("-C", tmp_path / "p", "plan", "check").exit_code == 0
    assert ragsheets("-C", tmp_path / "p", "generate", "--date", "2008-09-04").exit_code == 0


def test_a_plan_toml_is_taken_with_its_comments_and_its_template(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "old", plan(template="ours"))
    path.write_text("# Mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "old" / "ours.toml").write_text(toml({"extends": "brag"}), encoding="utf-8")
    assert ragsheets("init", tmp_path / "p", "--from", path).exit_code == 0
    assert snapshot(tmp_path / "p") == snapshot(tmp_path / "old")


def test_who_starts_from_a_workbook_goes_on_in_it(tmp_path: Path) -> None:
    ragsheets("init", tmp_path / "old", "--xlsx")
    done = ragsheets("init", tmp_path / "p", "--from", tmp_path / "old" / "plan.xlsx")
    assert done.exit_code == 0
    assert "still hold examples" in done.stdout
    assert snapshot(tmp_path / "p") == snapshot(tmp_path / "old")


@pytest.mark.parametrize(("more", "name"), [((), "plan.toml"), (("--xlsx",), "plan.xlsx")])
def test_last_year_s_report_becomes_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], name: str
) -> None:
    found = read_plan_file(write_plan(tmp_path / "old"))
    read = SimpleNamespace(plan=found.plan, warnings=("No email is in it.",))
    monkeypatch.setitem(sys.modules, "ragsheets.plan_files.docx", SimpleNamespace(read=lambda path: read))  # type: ignore[arg-type]
    (tmp_path / "Report.docx").write_bytes(b"")
    done = ragsheets("init", tmp_path / "p", "--from", tmp_path / "Report.docx", *more)
    assert done.exit_code == 0
    assert "Report.docx: No email is in it." in done.stdout
    assert list(snapshot(tmp_path / "p")) == [name]
    assert read_plan_file(tmp_path / "p" / name).plan == found.plan


def test_a_plan_with_problems_makes_no_project(tmp_path: Path) -> None:
    done = ragsheets("init", tmp_path / "p", "--from", write_plan(tmp_path / "old", plan(titel="x")))
    assert (done.exit_code, "titel" in done.stderr) == (2, True)
    assert not (tmp_path / "p").exists()
