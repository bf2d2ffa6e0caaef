"""Conversion of a plan to another format: the file written, the losses reported, and files never replaced."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest

from helpers.projects import DATE, action, group, outcome, plan, task, toml, write_plan
from ragsheets import files
from ragsheets.errors import PlanError, Problem, ProjectError, RagsheetsError
from ragsheets.plan.model import Plan
from ragsheets.plan_files import docx as plans_docx
from ragsheets.plan_files.convert import convert, import_plan
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.template.reader import read_template

EXAMPLE = files.shipped_folder("examples") / "gloucester" / "plan.toml"


@pytest.fixture
def reading_docx(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Replace the reader of Word documents, which has its own tests, by one that returns the plan set on it."""
    warnings = (Problem("report.docx", "email: a document does not carry it"),)
    template = read_template("standard")
    docx_plan = SimpleNamespace(plan=None, template=template, template_folder=EXAMPLE.parent, warnings=warnings)
    monkeypatch.setattr(plans_docx, "parse", lambda content, name, template_folders: docx_plan)
    return docx_plan


def as_texts(warnings: Any) -> list[str]:
    return list(map(str, warnings))


def test_a_round_trip_through_xlsx_keeps_the_plan(tmp_path: Path) -> None:
    first = convert(EXAMPLE, tmp_path / "a.xlsx")
    second = convert(tmp_path / "a.xlsx", tmp_path / "b.toml")
    assert first.warnings == second.warnings == ()
    assert read_plan_file(tmp_path / "b.toml").plan == read_plan_file(EXAMPLE).plan


def test_values_that_a_workbook_cannot_hold_are_reported_with_their_locations(tmp_path: Path) -> None:
    table = plan(
        group("Parks", outcome("2.1", action(task("a", key="t", target="x\x07y"), key="act"), key="out"), key="g")
    )
    converted = convert(write_plan(tmp_path, table), tmp_path / "out.xlsx")
    assert as_texts(converted.warnings) == [
        "Parks, outcome 2.1; Parks, outcome 2.1, action act: Key: cannot be kept in this form, and is left out.",
        "Parks, outcome 2.1, action act, task a: characters that Office files cannot hold are left out.",
    ]


def test_actions_that_a_workbook_merges_are_reported(tmp_path: Path) -> None:
    twins = outcome("2.1", action(task("a"), title="Act"), action(task("b"), title="Act"))
    converted = convert(write_plan(tmp_path, plan(group("Parks", twins))), tmp_path / "out.xlsx")
    assert as_texts(converted.warnings) == [
        "Parks, outcome 2.1: 2 actions become 1, since some of them look the same in this form."
    ]


def test_a_plan_that_a_workbook_would_change_is_rejected_and_nothing_is_written(tmp_path: Path) -> None:
    outcomes = [outcome("2.1", key="one", title="One"), outcome("2.1", key="two", title="Two")]
    path = write_plan(tmp_path, plan(group("Parks", *outcomes)))
    with pytest.raises(PlanError, match=r"as \.xlsx: Tasks!C3: outcome 2\.1 has a different title"):
        convert(path, tmp_path / "out.xlsx")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.toml"]


def test_an_existing_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    target = tmp_path / "b.toml"
    target.write_text("mine")
    with pytest.raises(ProjectError, match="already exists"):
        convert(EXAMPLE, target)
    assert target.read_text() == "mine"
    convert(EXAMPLE, target, force=True)
    assert read_plan_file(target).plan == read_plan_file(EXAMPLE).plan


def test_a_plan_is_never_converted_onto_itself(tmp_path: Path) -> None:
    path = write_plan(tmp_path)
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="is the plan that is read"):
        convert(path, tmp_path / "." / "plan.toml", force=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("target", "message"),
    [("out.pdf", "cannot be written in this form"), ("no/out.toml", "no such folder"), ("out", "in this form")],
)
def test_a_target_that_cannot_be_written_is_reported(tmp_path: Path, target: str, message: str) -> None:
    with pytest.raises(ProjectError, match=message):
        convert(EXAMPLE, tmp_path / target)
    assert not list(tmp_path.iterdir())


def test_a_custom_template_is_reported_as_part_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ours.toml").write_text(toml({"extends": "standard"}), encoding="utf-8")
    path = write_plan(tmp_path / "in", plan(template="ours"))
    assert convert(path, tmp_path / "in" / "out.xlsx").warnings == ()
    assert as_texts(convert(path, tmp_path / "out.xlsx").warnings) == [
        "ours.toml: belongs to the plan. Put a copy beside the new file."
    ]


def own_template_plan(folder: Path, *, made_by: str = "", **headings: str) -> Path:
    """A plan with a template of its own, whose words are those of other lines of the standard one."""
    wording = {"outcome": "Date: {outcome}", "contact": "Action {contact}", "total": "Level 1"}
    if made_by:
        wording["report_made_by"] = made_by
    columns = [{"key": key, "heading": heading} for key, heading in headings.items()]
    statuses = [{"code": "GREEN", "label": "Total"}, {"code": "RED", "label": "Contact: 3"}]
    template = {"extends": "standard", "columns": columns, "statuses": statuses, "wording": wording}
    folder.mkdir()
    (folder / "own.toml").write_text(toml(template), encoding="utf-8")
    words = outcome("2.1", action(task("a", task="Contact: every school"), title="Ref: 9"), title="Group: all")
    return write_plan(folder, plan(group("Summary", words, contact="Date: 5"), template="own"))


def test_a_plan_with_a_template_of_its_own_comes_back_from_its_report(tmp_path: Path) -> None:
    path = own_template_plan(tmp_path / "in", task="Outcome", position="Sub-group")
    assert convert(path, tmp_path / "in" / "report.docx", today=DATE).warnings == ()
    convert(tmp_path / "in" / "report.docx", tmp_path / "in" / "back.toml")
    assert read_plan_file(tmp_path / "in" / "back.toml").plan == read_plan_file(path).plan


@pytest.mark.slow
def test_a_report_whose_template_is_not_beside_it_says_which_one_is_missing(tmp_path: Path) -> None:
    convert(own_template_plan(tmp_path / "in"), tmp_path / "report.docx", today=DATE)
    warnings = as_texts(convert(tmp_path / "report.docx", tmp_path / "back.toml").warnings)
    assert any("template “own”, which is not beside it" in warning for warning in warnings)


def test_a_report_that_only_its_own_template_can_read_says_which_one_is_missing(tmp_path: Path) -> None:
    path = own_template_plan(tmp_path / "in", task="Outcome", position="Sub-group")
    convert(path, tmp_path / "report.docx", today=DATE)
    with pytest.raises(RagsheetsError, match="template “own”, which is not beside it"):
        convert(tmp_path / "report.docx", tmp_path / "back.toml")
    assert not (tmp_path / "back.toml").exists()


@pytest.mark.parametrize("made_by", ["", "Erstellt mit ragsheets {version}, Vorlage {template} ({digest})."])
@pytest.mark.parametrize("place", ["beside the report", "in the project folder", "in the destination's folder"])
def test_the_template_of_a_report_is_found(tmp_path: Path, made_by: str, place: str) -> None:
    path = own_template_plan(tmp_path / "in", made_by=made_by, task="Outcome", position="Sub-group")
    (tmp_path / "sent").mkdir()
    report = tmp_path / ("in" if place == "beside the report" else "sent") / "report.docx"
    convert(path, report, today=DATE)
    project_folder = tmp_path / "in" if place == "in the project folder" else tmp_path / "sent"
    target = tmp_path / ("in" if place == "in the destination's folder" else "sent") / "back.toml"
    warnings = as_texts(convert(report, target, project_folder=project_folder).warnings)
    if target.parent == path.parent:
        assert not [warning for warning in warnings if "own" in warning]
    else:
        assert "own.toml: belongs to the plan. Put a copy beside the new file." in warnings
        shutil.copy(tmp_path / "in" / "own.toml", target.parent)
    assert read_plan_file(target).plan == read_plan_file(path).plan


def test_a_new_project_takes_the_template_of_its_report_from_its_own_folder(tmp_path: Path) -> None:
    path = own_template_plan(tmp_path / "in", task="Outcome", position="Sub-group")
    convert(path, tmp_path / "report.docx", today=DATE)
    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "in" / "own.toml", tmp_path / "new")
    warnings = as_texts(import_plan(tmp_path / "report.docx", tmp_path / "new" / "plan.toml"))
    assert not [warning for warning in warnings if "own" in warning]
    assert read_plan_file(tmp_path / "new" / "plan.toml").plan == read_plan_file(path).plan


def test_a_second_plan_in_a_project_is_reported(tmp_path: Path) -> None:
    path = write_plan(tmp_path)
    (warning,) = convert(path, tmp_path / "plan.xlsx").warnings
    assert "now holds plan.toml and plan.xlsx." in str(warning)


def test_a_report_becomes_a_plan_and_its_losses_are_reported(tmp_path: Path, reading_docx: Any) -> None:
    (tmp_path / "report.docx").write_bytes(b"")
    reading_docx.plan = read_plan_file(EXAMPLE).plan
    converted = convert(tmp_path / "report.docx", tmp_path / "plan.toml")
    assert as_texts(converted.warnings) == ["report.docx: email: a document does not carry it"]
    assert read_plan_file(tmp_path / "plan.toml").plan == reading_docx.plan


def test_a_plan_becomes_a_report_with_nothing_reported(tmp_path: Path, reading_docx: Any) -> None:
    plan_of_example = read_plan_file(EXAMPLE).plan
    parts = plan_of_example.model_dump()
    for sub_group in parts["groups"]:
        sub_group["email"] = ""
    reading_docx.plan = Plan.model_validate(parts)
    converted = convert(EXAMPLE, tmp_path / "out.docx", today=DATE)
    names = "; ".join(sub_group.name for sub_group in plan_of_example.groups)
    assert as_texts(converted.warnings) == [f"{names}: Email: cannot be kept in this form, and is left out."]
    document = docx.Document(str(tmp_path / "out.docx"))
    cell_texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for sub_group in plan_of_example.groups:
        for plan_outcome in sub_group.outcomes:
            assert all(
                any(plan_task.labelled.split("\n")[0] in text for text in cell_texts)
                for plan_task in plan_outcome.tasks
            )
    assert cell_texts.count("Not reported") >= 20
    assert not any("No update" in paragraph.text for paragraph in document.paragraphs)


def test_a_report_has_the_date_given(reading_docx: Any) -> None:
    plan_file = read_plan_file(EXAMPLE)
    first, second = (plans_docx.write(plan_file.plan, plan_file.template, DATE) for _ in range(2))
    assert first == second


# --------------------------------------------------------------------------------------------- for a new project


def test_a_plan_of_the_same_format_is_copied_unchanged_with_its_templates(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "base.toml").write_text(toml({"extends": "brag"}), encoding="utf-8")
    (tmp_path / "in" / "ours.toml").write_text(toml({"extends": "base"}), encoding="utf-8")
    path = write_plan(tmp_path / "in", plan(template="ours"))
    path.write_text("# My own words\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert import_plan(path, tmp_path / "new" / "plan.toml") == ()
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["base.toml", "ours.toml", "plan.toml"]
    assert (tmp_path / "new" / "plan.toml").read_bytes() == path.read_bytes()
    assert read_plan_file(tmp_path / "new" / "plan.toml").template.plan_columns


def test_nothing_is_written_for_a_plan_that_cannot_be_used(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "in", plan(titel="x"))
    with pytest.raises(PlanError, match="titel"):
        import_plan(path, tmp_path / "new" / "plan.toml")
    assert not (tmp_path / "new").exists()
