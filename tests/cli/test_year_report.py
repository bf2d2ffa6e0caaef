"""ragsheets report --end-of-year"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest

import ragsheets as library
from helpers.built_once import built_once
from helpers.projects import files_by_name, run_ragsheets
from helpers.years import JUNE, MARCH, GroupReply, hold_period
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.report import write_report
from ragsheets.report.narrative import starter_narrative

WRITTEN = 'introduction = "How it went."\nnext_steps = ["Meet."]\nclosing = "See https://example.org."\n'


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project of two periods: Parks improved and gave no headlines, Health gave some."""
    folder = tmp_path / "project"
    hold_period(folder, MARCH, {"Parks": GroupReply("RED"), "Health": GroupReply("AMBER", ["Walks."])})
    hold_period(folder, JUNE, {"Parks": GroupReply("GREEN"), "Health": GroupReply("AMBER", next_steps=["More walks."])})
    return folder


def year(folder: Path, *words: str) -> Any:
    return run_ragsheets("-C", folder, "report", "--end-of-year", *words)


def period_of(folder: Path) -> Path:
    return folder / JUNE.isoformat()


def report_of(folder: Path, name: str = "End of year report.docx") -> list[str]:
    return [p.text for p in docx.Document(str(period_of(folder) / name)).paragraphs]


def write(folder: Path, text: str = WRITTEN) -> None:
    (period_of(folder) / "narrative.toml").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_without_a_narrative_an_empty_one_is_written(project: Path) -> None:
    result = year(project)
    assert result.exit_code == 0
    output = " ".join(result.stdout.split())
    assert "End of year report.docx" in output
    assert "narrative.toml: fill in the words of the end-of-year report there" in output
    assert "Still to be written: Introduction, Next Steps, Closing line" in output
    assert "Drafts to edit for: Parks" in output
    assert "Next: fill in narrative.toml and run ragsheets report --end-of-year again." in output
    assert (period_of(project) / "narrative.toml").read_bytes() == starter_narrative()
    assert "Introduction to be written: put it into narrative.toml." in report_of(project)


def test_a_second_run_changes_nothing(project: Path) -> None:
    year(project)
    before = files_by_name(period_of(project))
    result = year(project)
    assert "fill in the words" not in result.stdout
    assert "Still to be written" in result.stdout
    assert files_by_name(period_of(project)) == before


def test_the_narrative_is_printed_and_its_file_unchanged(project: Path) -> None:
    write(project)
    result = year(project)
    assert "Still to be written" not in result.stdout
    assert "Next: edit the drafts in the document" in result.stdout
    paragraphs = report_of(project)
    indexes = [
        paragraphs.index(words)
        for words in ("How it went.", "Walks.", "Meet.", "More walks.", "See https://example.org.")
    ]
    assert indexes == sorted(indexes)
    assert (period_of(project) / "narrative.toml").read_text(encoding="utf-8") == WRITTEN


@pytest.mark.parametrize("words", [(), ("--final", "--yes")])
def test_the_next_step_for_an_edited_document_is_no_option_that_it_cannot_have(
    project: Path, words: tuple[str, ...]
) -> None:
    year(project)
    path = period_of(project) / "End of year report.docx"
    document = docx.Document(str(path))
    document.add_paragraph("Words of my own.")
    document.save(str(path))
    output = " ".join(year(project, *words).stdout.split())
    assert f'Next: send out "{path}" as it is' in output
    assert "--document" not in output
    assert "Words of my own." in report_of(project)


def test_the_combined_report_is_a_separate_file(project: Path) -> None:
    run_ragsheets("-C", project, "report")
    year(project)
    names = {path.name for path in period_of(project).glob("*.docx")}
    assert names == {"Performance report.docx", "End of year report.docx"}
    assert "Headline Successes" not in report_of(project, "Performance report.docx")


def test_an_invalid_narrative_is_an_error_and_nothing_is_written(project: Path) -> None:
    write(project, 'introductions = ""\nclosing = 3')
    result = year(project)
    assert result.exit_code == 2
    assert "introduction" in result.stderr
    assert "closing" in result.stderr
    assert not (period_of(project) / "End of year report.docx").exists()


def test_json_lists_drafts_and_gaps(project: Path) -> None:
    payload = json.loads(year(project, "--json").stdout)
    assert payload["report"].endswith("End of year report.docx")
    assert (payload["drafts"], payload["gaps"]) == (["Parks"], ["Introduction", "Next Steps", "Closing line"])
    assert payload["started"] is True
    assert Path(payload["narrative"]) == period_of(project) / "narrative.toml"
    assert json.loads(year(project, "--json").stdout)["started"] is False


@pytest.mark.slow
def test_a_dash_writes_only_the_document_to_standard_output(project: Path) -> None:
    result = year(project, "-o", "-")
    assert "Headline Successes" in [p.text for p in docx.Document(io.BytesIO(result.stdout_bytes)).paragraphs]
    assert not (period_of(project) / "narrative.toml").exists()
    assert not (period_of(project) / "End of year report.docx").exists()


def test_the_output_path_is_free_and_the_narrative_in_the_folder_of_the_period(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert year(project, "-o", "r.docx").exit_code == 0
    assert (tmp_path / "r.docx").is_file()
    assert (period_of(project) / "narrative.toml").is_file()


def test_an_earlier_period_closes_its_own_year(project: Path) -> None:
    year(project, "--date", MARCH.isoformat())
    path = project / MARCH.isoformat() / "End of year report.docx"
    paragraphs = [p.text for p in docx.Document(str(path)).paragraphs]
    assert "Our Partnership · 5th March 2009" in paragraphs
    assert not any("5th June" in text for text in paragraphs)


def test_a_change_after_sending_out_is_a_revision_that_lists_it(project: Path) -> None:
    write(project)
    first = json.loads(year(project, "--final", "--yes", "--json").stdout)
    assert (first["issued"], first["revision"]) == (True, 0)
    sent = (period_of(project) / "End of year report.docx").read_bytes()
    write(project, WRITTEN.replace("How it went.", "How it really went."))
    second = json.loads(year(project, "--json").stdout)
    assert (second["revision"], second["changes"], second["issued"]) == (1, 2, False)
    assert (period_of(project) / "End of year report.docx").read_bytes() == sent
    paragraphs = report_of(project, "End of year report (revision 1).docx")
    assert any("How it really went." in text and "is now" in text for text in paragraphs[:8])
    # The combined report was not sent out.
    assert json.loads(run_ragsheets("-C", project, "report", "--json").stdout)["revision"] == 0


def test_an_unfinished_final_report_has_a_warning(project: Path) -> None:
    result = year(project, "--final", "--yes")
    assert "still to be written or edited" in " ".join(result.stdout.split())


def test_a_public_report_has_its_own_name_and_names_no_files(project: Path) -> None:
    write(project)
    year(project, "--public")
    document = docx.Document(str(period_of(project) / "End of year report (public).docx"))
    assert not any(".xlsx" in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_the_library_writes_the_report(project: Path) -> None:
    report = library.write_report(Project(project), end_of_year=True)
    assert report.path == period_of(project) / "End of year report.docx"
    assert report.drafts == ("Parks",)
    assert report.started
    assert report.path.read_bytes() == report.content


def test_a_report_among_the_returns_is_ignored(project: Path) -> None:
    year(project)
    report = period_of(project) / "End of year report.docx"
    (period_of(project) / "returned" / "old report.docx").write_bytes(report.read_bytes())
    payload = json.loads(run_ragsheets("-C", project, "ingest", "--json").stdout)
    (file,) = (file for file in payload["files"] if file["file"] == "old report.docx")
    assert (file["result"], file["findings"]) == ("ignored", [])


@pytest.mark.slow
def test_the_report_of_the_example_has_its_lines_in_order(tmp_path: Path) -> None:
    demo_result = demo.run_demo(tmp_path / "demo")
    paragraphs = [p.text for p in docx.Document(str(demo_result.year_report)).paragraphs]
    replies = {reply["group"]: reply for reply in demo.example_answers()["returns"]}
    expected = ["End of Year Performance Report", "Thematic Groups", "Introduction", "Headline Successes"]
    groups = ["Stronger Communities", "Healthy City Partnership", "Children and Young People Group"]
    for group in groups:
        expected += [group, *replies[group]["successes"]]
    expected.append("Next Steps")
    for group in groups:
        expected += [group, *replies[group]["next_steps"]]
    remaining = iter(paragraphs)
    assert all(any(text == words for text in remaining) for words in expected)
    assert not write_report(demo_result.project, end_of_year=True).gaps
