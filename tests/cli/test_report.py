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
from helpers.projects import group, outcome, plan, ragsheets, reply, snapshot, write_plan

GREEN = {"position": "The oaks are planted.", "status": "GREEN"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a return of Parks and none of Health."""
    folder = tmp_path / "project"
    write_plan(folder, plan(group("Parks"), group("Health", outcome("3.1"))))
    ragsheets("-C", folder, "generate", "--date", "2008-09-04")
    reply(folder, "Parks.xlsx", {"2.1a": GREEN})
    ragsheets("-C", folder, "ingest")
    return folder


def words_of(document: bytes) -> str:
    """Every word of a Word document, tables and all."""
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter("{*}t"))
        for paragraph in docx.Document(io.BytesIO(document)).element.body.iter("{*}p")
    )


def test_the_report_lies_in_the_period_s_folder(project: Path) -> None:
    done = ragsheets("-C", project, "report")
    path = project / "2008-09-04" / "Performance report.docx"
    assert done.exit_code == 0
    assert str(path) in done.stdout.replace("\n", "")
    said = words_of(path.read_bytes())
    for part in ("Parks", "Outcome: 2.1: Title 2.1", "4th September 2008", "The oaks are planted.", "Health"):
        assert part in said


def test_json_names_the_report(project: Path) -> None:
    done = ragsheets("-C", project, "report", "--json")
    path = str(project / "2008-09-04" / "Performance report.docx")
    said = {"report": path, "missing": ["Health"], "unsettled": 0, "revision": 0, "changes": 0, "issued": False}
    assert json.loads(done.stdout) == {**said, "warnings": []}


def test_it_is_written_where_the_caller_says_from_the_caller_s_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    assert ragsheets("-C", project, "report", "-o", "out/r.docx").exit_code == 0
    assert "Parks" in words_of((tmp_path / "out" / "r.docx").read_bytes())
    assert not (project / "2008-09-04" / "Performance report.docx").exists()


@pytest.mark.parametrize(("path", "said"), [("r.pdf", ".docx"), ("nowhere/r.docx", "no such folder")])
def test_another_kind_of_file_or_a_folder_that_is_not_there_is_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ragsheets("-C", project, "report", "-o", path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / path).exists()


def test_a_dash_writes_the_document_alone_on_standard_output(project: Path) -> None:
    done = ragsheets("-C", project, "report", "-o", "-")
    assert done.exit_code == 0
    assert "Parks" in words_of(done.stdout_bytes)
    assert not (project / "2008-09-04" / "Performance report.docx").exists()


def test_so_it_does_through_a_real_pipe(project: Path) -> None:
    command = [sys.executable, "-m", "ragsheets", "report", "-o", "-"]
    done = subprocess.run(command, cwd=project, capture_output=True, env=dict(os.environ), check=True)
    assert "Parks" in words_of(done.stdout)
    assert done.stdout == ragsheets("-C", project, "report", "-o", "-").stdout_bytes


def test_written_twice_it_has_the_same_bytes(project: Path) -> None:
    ragsheets("-C", project, "report")
    before = snapshot(project / "2008-09-04")
    assert ragsheets("-C", project, "report").exit_code == 0
    assert snapshot(project / "2008-09-04") == before


def test_a_report_before_any_return_says_that_none_came(tmp_path: Path) -> None:
    write_plan(tmp_path)
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    done = ragsheets("-C", tmp_path, "report", "-o", "-")
    assert done.exit_code == 0
    assert "No update received from this sub-group." in words_of(done.stdout_bytes)


def test_another_period_is_named_by_its_date(project: Path) -> None:
    ragsheets("-C", project, "generate", "--date", "2008-12-04")
    assert "4th December 2008" in words_of(ragsheets("-C", project, "report", "-o", "-").stdout_bytes)
    earlier = ragsheets("-C", project, "report", "-o", "-", "--date", "4/9/2008").stdout_bytes
    assert "4th September 2008" in words_of(earlier)


def test_a_report_that_is_open_elsewhere_is_named_and_left_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ragsheets("-C", project, "report")
    before = snapshot(project)

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    done = ragsheets("-C", project, "report")
    monkeypatch.undo()
    assert done.exit_code == 2
    assert "Performance report.docx: cannot be written" in done.stderr
    after = snapshot(project)
    assert {name: after[name] for name in before if name.endswith(".docx")} == {
        name: content for name, content in before.items() if name.endswith(".docx")
    }
    assert not any(name.endswith(".part") for name in after)


def test_the_next_step_is_told(project: Path) -> None:
    assert "Next: " in ragsheets("-C", project, "report").stdout


# ------------------------------------------------------------------------------------------------ in the house's style


def test_it_takes_a_house_style_from_the_caller_s_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house.docx").write_bytes(house_documents.by_python_docx())
    monkeypatch.chdir(tmp_path)
    done = ragsheets("-C", project, "report", "--style", "house.docx", "--json")
    made = json.loads(done.stdout)
    assert done.exit_code == 0
    assert any("Subtitle" in warning for warning in made["warnings"])
    assert docx.Document(made["report"]).styles["Heading 1"].font.name == "Georgia"


def test_what_could_not_be_taken_is_told(project: Path, tmp_path: Path) -> None:
    style = tmp_path / "house.docx"
    style.write_bytes(house_documents.by_python_docx())
    assert "“Subtitle” cannot be read" in " ".join(ragsheets("-C", project, "report", "--style", style).stdout.split())
    done = ragsheets("-C", project, "report", "--style", style, "-o", "-")
    assert "“Subtitle” cannot be read" in done.stderr
    assert "Parks" in words_of(done.stdout_bytes)


@pytest.mark.parametrize(("content", "said"), [(None, "no such file"), (b"PK text", "is damaged")])
def test_a_house_style_that_cannot_be_used_is_named(
    project: Path, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content:
        (tmp_path / "house.docx").write_bytes(content)
    done = ragsheets("-C", project, "report", "--style", tmp_path / "house.docx")
    assert done.exit_code == 2
    assert "house.docx" in done.stderr and said in done.stderr
    assert not (project / "2008-09-04" / "Performance report.docx").exists()


@pytest.fixture
def at_home(tmp_path: Path) -> Path:
    """A project whose template, in a folder of its own, names a house style and a logo beside it."""
    folder = tmp_path / "project"
    (folder / "looks").mkdir(parents=True)
    look = '[look]\nstyle = "house.docx"\nlogo = "crest.png"\nlogo_alt = "The crest of Anytown"\n'
    (folder / "looks" / "own.toml").write_text(f'version = 1\nextends = "standard"\n{look}', encoding="utf-8")
    (folder / "looks" / "house.docx").write_bytes(house_documents.by_python_docx(landscape=True))
    (folder / "looks" / "crest.png").write_bytes(house_documents.png())
    write_plan(folder, plan(group("Parks"), template="looks/own.toml"))
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    return folder


def test_the_template_s_house_style_and_logo_are_found_beside_it(at_home: Path) -> None:
    made = docx.Document(io.BytesIO(ragsheets("-C", at_home, "report", "-o", "-").stdout_bytes))
    assert made.styles["Heading 1"].font.name == "Georgia"
    assert made.paragraphs[0]._p.xpath(".//wp:docPr/@descr") == ["The crest of Anytown"]


def test_a_style_that_the_caller_names_goes_before_it(at_home: Path, tmp_path: Path) -> None:
    (tmp_path / "other.docx").write_bytes(house_documents.by_python_docx())
    done = ragsheets("-C", at_home, "report", "--style", tmp_path / "other.docx", "-o", "-")
    # Only the caller's is upright, and too narrow for the task tables.
    assert "the report has it on its side" in done.stderr
    assert "on its side" not in ragsheets("-C", at_home, "report", "-o", "-").stderr


@pytest.mark.parametrize("gone", ["house.docx", "crest.png"])
def test_one_that_has_gone_since_is_named_and_everything_else_goes_on(at_home: Path, gone: str) -> None:
    (at_home / "looks" / gone).unlink()
    done = ragsheets("-C", at_home, "report")
    assert done.exit_code == 2
    assert f"looks/{gone}: there is no such file" in "".join(done.stderr.splitlines())
    assert ragsheets("-C", at_home, "ingest").exit_code == 0


def test_a_logo_without_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('version = 1\nextends = "standard"\n[look]\nlogo = "x.png"\n', encoding="utf-8")
    write_plan(tmp_path, plan(template="own.toml"))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert done.exit_code == 2
    assert "look.logo_alt" in done.stderr
