"""ragsheets report"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import docx
import pytest

from helpers import house_documents
from helpers.built_once import built_once
from helpers.projects import files_by_name, group, outcome, plan, reply, run_ragsheets, write_plan

GREEN = {"position": "The oaks are planted.", "status": "GREEN"}


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with a return of Parks and none of Health."""
    folder = tmp_path / "project"
    write_plan(folder, plan(group("Parks"), group("Health", outcome("3.1"))))
    run_ragsheets("-C", folder, "generate", "--date", "2008-09-04")
    reply(folder, "Parks.xlsx", {"2.1a": GREEN})
    run_ragsheets("-C", folder, "ingest")
    return folder


def text_of(document: bytes) -> str:
    """Return all text of a Word document, including its tables."""
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter("{*}t"))
        for paragraph in docx.Document(io.BytesIO(document)).element.body.iter("{*}p")
    )


@pytest.mark.slow
def test_the_report_is_written_to_the_folder_of_the_period(project: Path) -> None:
    result = run_ragsheets("-C", project, "report")
    path = project / "2008-09-04" / "Performance report.docx"
    assert result.exit_code == 0
    assert str(path) in result.stdout.replace("\n", "")
    text = text_of(path.read_bytes())
    for part in ("Parks", "Outcome: 2.1: Title 2.1", "4th September 2008", "The oaks are planted.", "Health"):
        assert part in text


def test_json_names_the_report(project: Path) -> None:
    result = run_ragsheets("-C", project, "report", "--json")
    path = str(project / "2008-09-04" / "Performance report.docx")
    expected = {"report": path, "missing": ["Health"], "unsettled": 0, "revision": 0, "changes": 0, "issued": False}
    narrative = {"started": True, "narrative": str(project / "2008-09-04" / "narrative.toml")}
    nothing = {"warnings": [], "drafts": [], "gaps": [], "kept": None}
    assert json.loads(result.stdout) == {**expected, **narrative, **nothing}


def test_the_output_path_is_relative_to_the_working_directory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    assert run_ragsheets("-C", project, "report", "-o", "out/r.docx").exit_code == 0
    assert "Parks" in text_of((tmp_path / "out" / "r.docx").read_bytes())
    assert not (project / "2008-09-04" / "Performance report.docx").exists()


@pytest.mark.parametrize(("path", "message"), [("r.pdf", ".docx"), ("nowhere/r.docx", "no such folder")])
def test_another_suffix_or_a_missing_folder_is_rejected(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_ragsheets("-C", project, "report", "-o", path)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / path).exists()


def test_a_dash_writes_only_the_document_to_standard_output(project: Path) -> None:
    result = run_ragsheets("-C", project, "report", "-o", "-")
    assert result.exit_code == 0
    assert "Parks" in text_of(result.stdout_bytes)
    assert not (project / "2008-09-04" / "Performance report.docx").exists()


@pytest.mark.slow
def test_a_dash_writes_the_same_bytes_through_a_pipe(project: Path) -> None:
    command = [sys.executable, "-m", "ragsheets", "report", "-o", "-"]
    completed = subprocess.run(command, cwd=project, capture_output=True, env=dict(os.environ), check=True)
    assert "Parks" in text_of(completed.stdout)
    assert completed.stdout == run_ragsheets("-C", project, "report", "-o", "-").stdout_bytes


def test_a_second_run_writes_the_same_bytes(project: Path) -> None:
    run_ragsheets("-C", project, "report")
    before = files_by_name(project / "2008-09-04")
    assert run_ragsheets("-C", project, "report").exit_code == 0
    assert files_by_name(project / "2008-09-04") == before


def test_a_report_before_any_return_names_the_missing_update(tmp_path: Path) -> None:
    write_plan(tmp_path)
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    result = run_ragsheets("-C", tmp_path, "report", "-o", "-")
    assert result.exit_code == 0
    assert "No update received from this sub-group." in text_of(result.stdout_bytes)


def test_another_period_is_named_by_its_date(project: Path) -> None:
    run_ragsheets("-C", project, "generate", "--date", "2008-12-04")
    assert "4th December 2008" in text_of(run_ragsheets("-C", project, "report", "-o", "-").stdout_bytes)
    earlier = run_ragsheets("-C", project, "report", "-o", "-", "--date", "4/9/2008").stdout_bytes
    assert "4th September 2008" in text_of(earlier)


def test_a_report_that_is_open_elsewhere_is_named_and_unchanged(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_ragsheets("-C", project, "report")
    before = files_by_name(project)

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    result = run_ragsheets("-C", project, "report")
    monkeypatch.undo()
    assert result.exit_code == 2
    assert "Performance report.docx: cannot be written" in result.stderr
    after = files_by_name(project)
    assert {name: after[name] for name in before if name.endswith(".docx")} == {
        name: content for name, content in before.items() if name.endswith(".docx")
    }
    assert not any(name.endswith(".part") for name in after)


def test_the_next_step_is_printed(project: Path) -> None:
    assert "Next: " in run_ragsheets("-C", project, "report").stdout


# ------------------------------------------------------------------------------------------------ in the house's style


def test_a_house_style_is_relative_to_the_working_directory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house.docx").write_bytes(house_documents.python_docx_document())
    monkeypatch.chdir(tmp_path)
    result = run_ragsheets("-C", project, "report", "--style", "house.docx", "--json")
    payload = json.loads(result.stdout)
    assert result.exit_code == 0
    assert any("Subtitle" in warning for warning in payload["warnings"])
    assert docx.Document(payload["report"]).styles["Heading 1"].font.name == "Georgia"


def test_unusable_parts_of_a_house_style_are_warnings(project: Path, tmp_path: Path) -> None:
    style = tmp_path / "house.docx"
    style.write_bytes(house_documents.python_docx_document())
    assert "“Subtitle” is blue (4F81BD) on white, which is too faint to read" in " ".join(
        run_ragsheets("-C", project, "report", "--style", style).stdout.split()
    )
    result = run_ragsheets("-C", project, "report", "--style", style, "-o", "-")
    assert "“Subtitle” is blue (4F81BD) on white, which is too faint to read" in result.stderr
    assert "Parks" in text_of(result.stdout_bytes)


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), (b"PK text", "is damaged")])
def test_an_unusable_house_style_is_named(project: Path, tmp_path: Path, content: bytes | None, message: str) -> None:
    if content:
        (tmp_path / "house.docx").write_bytes(content)
    result = run_ragsheets("-C", project, "report", "--style", tmp_path / "house.docx")
    assert result.exit_code == 2
    assert "house.docx" in result.stderr and message in result.stderr
    assert not (project / "2008-09-04" / "Performance report.docx").exists()


@pytest.fixture
@built_once
def styled_project(tmp_path: Path) -> Path:
    """A project whose template is in a subfolder and names a house style and a logo beside it."""
    folder = tmp_path / "project"
    (folder / "looks").mkdir(parents=True)
    look = '[look]\nstyle = "house.docx"\nlogo = "crest.png"\nlogo_alt = "The crest of Anytown"\n'
    (folder / "looks" / "own.toml").write_text(f'version = 1\nextends = "standard"\n{look}', encoding="utf-8")
    (folder / "looks" / "house.docx").write_bytes(house_documents.python_docx_document(landscape=True))
    (folder / "looks" / "crest.png").write_bytes(house_documents.png())
    write_plan(folder, plan(group("Parks"), template="looks/own.toml"))
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    return folder


def test_the_house_style_and_logo_of_a_template_are_beside_it(styled_project: Path) -> None:
    document = docx.Document(io.BytesIO(run_ragsheets("-C", styled_project, "report", "-o", "-").stdout_bytes))
    assert document.styles["Heading 1"].font.name == "Georgia"
    assert document.paragraphs[0]._p.xpath(".//wp:docPr/@descr") == ["The crest of Anytown"]


def test_the_style_option_overrides_the_template(styled_project: Path, tmp_path: Path) -> None:
    (tmp_path / "other.docx").write_bytes(house_documents.python_docx_document())
    result = run_ragsheets("-C", styled_project, "report", "--style", tmp_path / "other.docx", "-o", "-")
    # Only the style named on the command line is portrait, and too narrow for the task tables.
    assert "so the report is in landscape" in result.stderr
    assert "landscape" not in run_ragsheets("-C", styled_project, "report", "-o", "-").stderr


@pytest.mark.parametrize("deleted_file", ["house.docx", "crest.png"])
def test_a_deleted_style_or_logo_is_named_and_ingest_still_works(styled_project: Path, deleted_file: str) -> None:
    (styled_project / "looks" / deleted_file).unlink()
    result = run_ragsheets("-C", styled_project, "report")
    assert result.exit_code == 2
    assert f"looks/{deleted_file}: there is no such file" in "".join(result.stderr.splitlines())
    assert run_ragsheets("-C", styled_project, "ingest").exit_code == 0


def test_a_logo_without_alternative_text_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('version = 1\nextends = "standard"\n[look]\nlogo = "x.png"\n', encoding="utf-8")
    write_plan(tmp_path, plan(template="own.toml"))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert result.exit_code == 2
    assert "look.logo_alt" in result.stderr
