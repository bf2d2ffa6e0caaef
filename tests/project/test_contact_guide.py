"""The page for contacts as a file: written by generate beside the workbooks, and in the documentation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docx
import pytest
from click.testing import Result

from helpers import house_documents, periods
from helpers.projects import files_by_name, group, outcome, plan, run_ragsheets, write_plan
from ragsheets import files
from ragsheets.project import contact_guide
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report

DAY = "2008-09-04"
TWO_GROUPS = plan(group("Parks"), group("Health", outcome("3.1")))
GUIDE = f"{DAY}/{files.CONTACT_GUIDE_FILE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(tmp_path, TWO_GROUPS)
    return tmp_path


def generate(folder: Path, *words: str, day: str = DAY) -> Result:
    return run_ragsheets("-C", folder, "generate", "--date", day, *words)


def text_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def edit(path: Path) -> bytes:
    document = docx.Document(str(path))
    document.add_paragraph("Ring Ann.")
    document.save(str(path))
    return path.read_bytes()


# --------------------------------------------------------------------------------------------- what is written


def test_it_is_written_beside_the_workbooks_only_where_it_is_asked_for(folder: Path) -> None:
    assert "How to" not in generate(folder).stdout
    assert not (folder / GUIDE).exists()
    result = generate(folder, "--guide", "--due", "2008-09-18", "--force")
    assert result.exit_code == 0
    assert f"  {GUIDE}\n" in result.stdout
    assert "return it by 18th September 2008." in text_of(folder / GUIDE)
    assert sorted(path.name for path in (folder / DAY / "sent").iterdir()) == ["Health.xlsx", "Parks.xlsx"]


def test_where_nothing_else_changes_only_the_page_is_written(folder: Path) -> None:
    generate(folder)
    before = files_by_name(folder / DAY)
    result = generate(folder, "--guide")
    assert result.exit_code == 0
    after = files_by_name(folder / DAY)
    assert after.pop(files.CONTACT_GUIDE_FILE)
    assert after == before


def test_a_second_run_changes_nothing(folder: Path) -> None:
    generate(folder, "--guide")
    before = files_by_name(folder / DAY)
    assert f"{GUIDE}  (already there, unchanged)" in generate(folder, "--guide").stdout
    assert files_by_name(folder / DAY) == before


def test_it_is_the_same_for_one_sub_group_as_for_all(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(folder, other, dirs_exist_ok=True)
    generate(folder, "--guide")
    generate(other, "--guide", "--group", "Parks")
    assert (folder / GUIDE).read_bytes() == (other / GUIDE).read_bytes()


def test_the_result_in_json_names_it(folder: Path) -> None:
    assert json.loads(generate(folder, "--json").stdout)["guide"] is None
    result = json.loads(generate(folder, "--json", "--guide").stdout)
    assert result["guide"] == {"file": GUIDE, "changed": True, "kept": None, "warnings": []}


@pytest.mark.slow
def test_it_explains_the_answers_of_the_period_before(folder: Path) -> None:
    periods.hold_period(folder, "2008-06-05", {"Parks": {"2.1a": "AMBER"}}, plan=TWO_GROUPS)
    generate(folder, "--guide")
    assert "“Status on 5th June 2008”" in text_of(folder / GUIDE)
    assert "italics" not in text_of(folder / GUIDE)
    generate(folder, "--guide", "--carry-forward", "--force")
    assert "italics" in text_of(folder / GUIDE)
    generate(folder, "--guide", "--group", "Health", "--no-carry-forward", "--force")
    assert "italics" in text_of(folder / GUIDE)  # the workbook of the other sub-group still has such cells


# ------------------------------------------------------------------------------------- files that are kept


@pytest.mark.slow
def test_one_that_somebody_has_changed_is_never_replaced(folder: Path) -> None:
    generate(folder, "--guide")
    edited = edit(folder / GUIDE)
    for _ in range(2):
        result = generate(folder, "--guide", "--force", "--due", "2008-09-18")
        assert result.exit_code == 0
        assert (folder / GUIDE).read_bytes() == edited
        assert f"{DAY}/How to fill in the workbook 2.docx" in result.stdout
        assert f"{GUIDE} is kept: it was changed, so the new one is beside it." in result.stdout
    assert sorted(path.name for path in (folder / DAY).glob("*.docx")) == [
        "How to fill in the workbook 2.docx",
        "How to fill in the workbook.docx",
    ]
    assert json.loads(generate(folder, "--guide", "--json").stdout)["guide"]["kept"] == GUIDE


def test_one_that_nobody_has_changed_is_replaced(folder: Path) -> None:
    generate(folder, "--guide")
    generate(folder, "--guide", "--force", "--due", "2008-09-18")
    assert [path.name for path in (folder / DAY).glob("*.docx")] == [files.CONTACT_GUIDE_FILE]
    assert "18th September 2008" in text_of(folder / GUIDE)


def test_where_it_cannot_be_written_the_message_names_the_command_that_does(folder: Path) -> None:
    (folder / GUIDE).mkdir(parents=True)
    result = generate(folder, "--guide")
    assert result.exit_code == 2
    assert "cannot be written: it is a folder." in result.stderr
    assert f"Run again: ragsheets generate --date {DAY} --guide" in result.stderr
    assert (folder / DAY / "sent" / "Parks.xlsx").is_file()
    (folder / GUIDE).rmdir()
    assert generate(folder, "--guide").exit_code == 0
    assert (folder / GUIDE).is_file()


def test_a_house_style_that_is_missing_is_an_error_before_anything_is_written(folder: Path) -> None:
    (folder / "ours.toml").write_text(
        'version = 1\nextends = "standard"\n[look]\nstyle = "house.docx"\n', encoding="utf-8"
    )
    write_plan(folder, {**TWO_GROUPS, "template": "ours"})
    before = files_by_name(folder)
    result = generate(folder, "--guide")
    assert result.exit_code == 2
    assert "house.docx: there is no such file." in result.stderr
    assert files_by_name(folder) == before
    (folder / "house.docx").write_bytes(house_documents.python_docx_document())
    assert generate(folder, "--guide").exit_code == 0
    assert docx.Document(str(folder / GUIDE)).styles["Title"].font.name == "Georgia"


# --------------------------------------------------------------------------------- other operations on a period


@pytest.mark.slow
def test_it_is_written_for_a_closed_period_without_a_question(folder: Path) -> None:
    periods.hold_period(folder, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=TWO_GROUPS)
    report = write_report(Project(folder), final=True)
    result = generate(folder, "--guide")
    assert result.exit_code == 0
    assert (folder / GUIDE).is_file()
    assert write_report(Project(folder)).content == report.content


@pytest.mark.slow
def test_it_is_not_written_where_nobody_agrees_to_a_change_of_a_closed_period(folder: Path) -> None:
    periods.hold_period(folder, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=TWO_GROUPS)
    write_report(Project(folder), final=True)
    write_plan(folder, plan(group("Parks", outcome("2.1"), outcome("9.9")), group("Health", outcome("3.1"))))
    assert generate(folder, "--guide", "--force").exit_code == 2
    assert not (folder / GUIDE).exists()


def test_it_is_no_return(folder: Path) -> None:
    generate(folder, "--guide")
    shutil.copy(folder / GUIDE, folder / DAY / "returned")
    (file,) = ingest(Project(folder)).files
    assert (file.result, file.findings) == ("ignored", ())


# ------------------------------------------------------------------------------------------ the documentation


def test_the_page_in_the_documentation_is_what_the_standard_template_gives() -> None:
    page = (Path(__file__).parents[2] / "docs" / "contacts.md").read_text(encoding="utf-8")
    assert page == contact_guide.documentation_page(), "make it afresh: python -m ragsheets.project.contact_guide"
