"""A plan from one form into another: what is written, what is told to be lost, and what is never replaced."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest

from helpers.projects import DATE, action, group, outcome, plan, task, toml, write_plan
from ragsheets import files
from ragsheets.errors import PlanError, ProjectError
from ragsheets.plan.model import Plan
from ragsheets.plan_files.convert import convert, import_plan, plan_to_bytes
from ragsheets.plan_files.forms import read_plan_file

EXAMPLE = files.shipped_folder("examples") / "gloucester" / "plan.toml"


@pytest.fixture
def reading_docx(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stands in for the reader of Word documents, which has its own tests: it finds the plan that it is given."""
    found = SimpleNamespace(plan=None, warnings=("email: a document does not carry it",))
    monkeypatch.setitem(sys.modules, "ragsheets.plan_files.docx", SimpleNamespace(read=lambda path: found))  # type: ignore[arg-type]
    return found


def said(remarks: Any) -> list[str]:
    return list(map(str, remarks))


def test_there_and_back_again_is_the_same_plan(tmp_path: Path) -> None:
    first = convert(EXAMPLE, tmp_path / "a.xlsx")
    second = convert(tmp_path / "a.xlsx", tmp_path / "b.toml")
    assert first.warnings == second.warnings == ()
    assert read_plan_file(tmp_path / "b.toml").plan == read_plan_file(EXAMPLE).plan


def test_what_a_workbook_has_no_place_for_is_told_with_its_places(tmp_path: Path) -> None:
    table = plan(
        group("Parks", outcome("2.1", action(task("a", key="t", target="x\x07y"), key="act"), key="out"), key="g")
    )
    made = convert(write_plan(tmp_path, table), tmp_path / "out.xlsx")
    assert said(made.warnings) == [
        "Parks, outcome 2.1; Parks, outcome 2.1, action act: Key: has no place in this form.",
        "Parks, outcome 2.1, action act, task a: characters that Office files cannot hold are left out.",
    ]


def test_actions_that_a_workbook_cannot_tell_apart_are_told(tmp_path: Path) -> None:
    twins = outcome("2.1", action(task("a"), title="Act"), action(task("b"), title="Act"))
    made = convert(write_plan(tmp_path, plan(group("Parks", twins))), tmp_path / "out.xlsx")
    assert said(made.warnings) == [
        "Parks, outcome 2.1: 2 actions become 1, since some of them cannot be told apart there."
    ]


def test_a_plan_that_a_workbook_would_make_another_of_is_refused_and_nothing_written(tmp_path: Path) -> None:
    outcomes = [outcome("2.1", key="one", title="One"), outcome("2.1", key="two", title="Two")]
    path = write_plan(tmp_path, plan(group("Parks", *outcomes)))
    with pytest.raises(PlanError, match=r"as \.xlsx: Tasks!C3: outcome 2\.1 has another title"):
        convert(path, tmp_path / "out.xlsx")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["plan.toml"]


def test_a_file_that_is_there_is_replaced_only_when_told_so(tmp_path: Path) -> None:
    target = tmp_path / "b.toml"
    target.write_text("mine")
    with pytest.raises(ProjectError, match="is there already"):
        convert(EXAMPLE, target)
    assert target.read_text() == "mine"
    convert(EXAMPLE, target, force=True)
    assert read_plan_file(target).plan == read_plan_file(EXAMPLE).plan


def test_a_plan_is_never_converted_onto_itself(tmp_path: Path) -> None:
    path = write_plan(tmp_path)
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="is the file to be read"):
        convert(path, tmp_path / "." / "plan.toml", force=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("target", "what"),
    [("out.pdf", "cannot be written in this form"), ("no/out.toml", "no such folder"), ("out", "in this form")],
)
def test_where_it_cannot_be_written_is_told(tmp_path: Path, target: str, what: str) -> None:
    with pytest.raises(ProjectError, match=what):
        convert(EXAMPLE, tmp_path / target)
    assert not list(tmp_path.iterdir())


def test_a_template_of_the_partnership_s_own_is_told_to_belong_to_the_plan(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ours.toml").write_text(toml({"extends": "standard"}), encoding="utf-8")
    path = write_plan(tmp_path / "in", plan(template="ours"))
    assert convert(path, tmp_path / "in" / "out.xlsx").warnings == ()
    assert said(convert(path, tmp_path / "out.xlsx").warnings) == [
        "ours.toml: belongs to the plan. Put a copy beside the new file."
    ]


def test_a_second_plan_in_a_project_is_told(tmp_path: Path) -> None:
    path = write_plan(tmp_path)
    (remark,) = convert(path, tmp_path / "plan.xlsx").warnings
    assert "holds plan.toml and plan.xlsx now." in str(remark)


def test_a_report_becomes_a_plan_with_what_it_cannot_carry_told(tmp_path: Path, reading_docx: Any) -> None:
    (tmp_path / "report.docx").write_bytes(b"")
    reading_docx.plan = read_plan_file(EXAMPLE).plan
    made = convert(tmp_path / "report.docx", tmp_path / "plan.toml")
    assert said(made.warnings) == ["report.docx: email: a document does not carry it"]
    assert read_plan_file(tmp_path / "plan.toml").plan == reading_docx.plan


def test_a_plan_becomes_a_report_in_which_nothing_is_reported(tmp_path: Path, reading_docx: Any) -> None:
    plan_of_example = read_plan_file(EXAMPLE).plan
    parts = plan_of_example.model_dump()
    for each in parts["groups"]:
        each["email"] = ""
    reading_docx.plan = Plan.model_validate(parts)
    made = convert(EXAMPLE, tmp_path / "out.docx", today=DATE)
    names = "; ".join(each.name for each in plan_of_example.groups)
    assert said(made.warnings) == [f"{names}: Email: has no place in this form."]
    document = docx.Document(str(tmp_path / "out.docx"))
    words = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for each in plan_of_example.groups:
        for found in each.outcomes:
            assert all(any(part.labelled.split("\n")[0] in text for text in words) for part in found.tasks)
    assert words.count("Not reported") >= 20
    assert not any("No update" in paragraph.text for paragraph in document.paragraphs)


def test_a_report_names_the_day_it_is_told(reading_docx: Any) -> None:
    found = read_plan_file(EXAMPLE)
    assert plan_to_bytes(found.plan, found.template, ".docx", DATE) == plan_to_bytes(
        found.plan, found.template, ".docx", DATE
    )


# --------------------------------------------------------------------------------------------- for a new project


def test_a_plan_of_the_same_form_is_taken_as_it_is_with_its_templates(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "base.toml").write_text(toml({"extends": "brag"}), encoding="utf-8")
    (tmp_path / "in" / "ours.toml").write_text(toml({"extends": "base"}), encoding="utf-8")
    path = write_plan(tmp_path / "in", plan(template="ours"))
    path.write_text("# My own words\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert import_plan(path, tmp_path / "new" / "plan.toml") == ()
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == ["base.toml", "ours.toml", "plan.toml"]
    assert (tmp_path / "new" / "plan.toml").read_bytes() == path.read_bytes()
    assert read_plan_file(tmp_path / "new" / "plan.toml").template.plan_columns


def test_nothing_is_made_of_a_plan_that_cannot_be_used(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "in", plan(titel="x"))
    with pytest.raises(PlanError, match="titel"):
        import_plan(path, tmp_path / "new" / "plan.toml")
    assert not (tmp_path / "new").exists()
