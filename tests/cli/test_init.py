"""ragsheets init"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.projects import files_by_name, plan, run_ragsheets, toml, write_plan
from ragsheets.errors import Problem
from ragsheets.plan_files.forms import read_plan_file


def test_a_new_project_holds_a_valid_starter_plan(tmp_path: Path) -> None:
    folder = tmp_path / "Our partnership"
    result = run_ragsheets("init", folder)
    assert result.exit_code == 0
    assert list(files_by_name(folder)) == ["plan.toml"]
    assert run_ragsheets("-C", folder, "plan", "check").exit_code == 0


def test_the_next_step_has_the_folder_in_quotes(tmp_path: Path) -> None:
    folder = tmp_path / "Our partnership"
    output = run_ragsheets("init", folder).stdout.replace("\n", "")
    assert f'ragsheets -C "{folder}" plan check' in output


def test_json_names_the_project_and_its_plan(tmp_path: Path) -> None:
    result = run_ragsheets("init", tmp_path / "p", "--json")
    assert json.loads(result.stdout) == {
        "project": str(tmp_path / "p"),
        "plan": str(tmp_path / "p" / "plan.toml"),
        "remarks": [],
    }


@pytest.mark.parametrize("name", ["plan.toml", "plan.xlsx"])
@pytest.mark.parametrize("more", [(), ("--xlsx",)])
def test_an_existing_plan_is_never_replaced(tmp_path: Path, name: str, more: tuple[str, ...]) -> None:
    write_plan(tmp_path, name=name)
    before = files_by_name(tmp_path)
    result = run_ragsheets("init", tmp_path, *more)
    assert (result.exit_code, "there is a plan already" in result.stderr) == (2, True)
    assert files_by_name(tmp_path) == before


def test_a_file_as_project_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"x")
    assert run_ragsheets("init", tmp_path / "p").exit_code == 2


@pytest.mark.parametrize("name", ["[bold]p[/bold]", "p [/]", "[link=x]"])
def test_the_folder_name_is_never_read_as_markup(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_ragsheets("init", name)
    assert result.exit_code == 0
    assert name in result.stdout
    assert (tmp_path / name / "plan.toml").is_file()


# ------------------------------------------------------------------------------------------- from another plan


def test_a_starter_workbook_is_valid(tmp_path: Path) -> None:
    result = run_ragsheets("init", tmp_path / "p", "--xlsx")
    assert result.exit_code == 0
    assert "still an example" not in result.stdout
    assert list(files_by_name(tmp_path / "p")) == ["plan.xlsx"]
    assert run_ragsheets("-C", tmp_path / "p", "plan", "check").exit_code == 0
    assert run_ragsheets("-C", tmp_path / "p", "generate", "--date", "2008-09-04").exit_code == 0


def test_a_plan_toml_is_copied_with_its_comments_and_template(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "old", plan(template="ours"))
    path.write_text("# Mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "old" / "ours.toml").write_text(toml({"extends": "brag"}), encoding="utf-8")
    assert run_ragsheets("init", tmp_path / "p", "--from", path).exit_code == 0
    assert files_by_name(tmp_path / "p") == files_by_name(tmp_path / "old")


def test_a_plan_workbook_is_copied_unchanged(tmp_path: Path) -> None:
    run_ragsheets("init", tmp_path / "old", "--xlsx")
    result = run_ragsheets("init", tmp_path / "p", "--from", tmp_path / "old" / "plan.xlsx")
    assert result.exit_code == 0
    assert "still an example" in result.stdout
    assert files_by_name(tmp_path / "p") == files_by_name(tmp_path / "old")


@pytest.mark.parametrize(("more", "name"), [((), "plan.toml"), (("--xlsx",), "plan.xlsx")])
def test_last_year_s_report_becomes_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], name: str
) -> None:
    plan_file = read_plan_file(write_plan(tmp_path / "old"))
    warnings = (Problem("Report.docx", "No email is in it."),)
    read_result = replace(plan_file, template_folder=tmp_path / "old", warnings=warnings)
    monkeypatch.setattr("ragsheets.plan_files.docx.parse", lambda *_: read_result)
    (tmp_path / "Report.docx").write_bytes(b"")
    result = run_ragsheets("init", tmp_path / "p", "--from", tmp_path / "Report.docx", *more)
    assert result.exit_code == 0
    assert "Report.docx: No email is in it." in result.stdout
    assert list(files_by_name(tmp_path / "p")) == [name]
    assert read_plan_file(tmp_path / "p" / name).plan == plan_file.plan


def test_a_plan_with_problems_creates_no_project(tmp_path: Path) -> None:
    result = run_ragsheets("init", tmp_path / "p", "--from", write_plan(tmp_path / "old", plan(titel="x")))
    assert (result.exit_code, "titel" in result.stderr) == (2, True)
    assert not (tmp_path / "p").exists()
