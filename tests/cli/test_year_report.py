"""ragsheets report --end-of-year"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest

import ragsheets as library
from helpers.projects import ragsheets, snapshot
from helpers.years import JUNE, MARCH, Said, hold_period
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.report import write_report
from ragsheets.report.year.narrative import starter_narrative

WRITTEN = 'introduction = "How it went."\nnext_steps = ["Meet."]\nclosing = "See https://example.org."\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two periods: Parks improved and made no headlines, Health did."""
    folder = tmp_path / "project"
    hold_period(folder, MARCH, {"Parks": Said("RED"), "Health": Said("AMBER", ["Walks."])})
    hold_period(folder, JUNE, {"Parks": Said("GREEN"), "Health": Said("AMBER", next_steps=["More walks."])})
    return folder


def year(folder: Path, *words: str) -> Any:
    return ragsheets("-C", folder, "report", "--end-of-year", *words)


def period_of(folder: Path) -> Path:
    return folder / JUNE.isoformat()


def report_of(folder: Path, name: str = "End of year report.docx") -> list[str]:
    return [p.text for p in docx.Document(str(period_of(folder) / name)).paragraphs]


def write(folder: Path, text: str = WRITTEN) -> None:
    (period_of(folder) / "narrative.toml").write_text(text, encoding="utf-8")


def test_it_never_fails_for_want_of_a_narrative_and_puts_one_there(project: Path) -> None:
    done = year(project)
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "End of year report.docx" in said
    assert "narrative.toml, to be filled in" in said
    assert "Still to be written: Introduction, Next Steps, Closing line" in said
    assert "Drafts to edit for: Parks" in said
    assert "Next: fill in narrative.toml and run ragsheets report --end-of-year again." in said
    assert (period_of(project) / "narrative.toml").read_bytes() == starter_narrative()
    assert "Introduction to be written: put it into narrative.toml." in report_of(project)


def test_run_again_it_says_the_same_and_replaces_nothing(project: Path) -> None:
    year(project)
    before = snapshot(period_of(project))
    done = year(project)
    assert "to be filled in" not in done.stdout
    assert "Still to be written" in done.stdout
    assert snapshot(period_of(project)) == before


def test_what_the_coordinator_wrote_is_printed_and_left_alone(project: Path) -> None:
    write(project)
    done = year(project)
    assert "Still to be written" not in done.stdout
    assert "Next: edit the drafts in the document" in done.stdout
    said = report_of(project)
    places = [
        said.index(words) for words in ("How it went.", "Walks.", "Meet.", "More walks.", "See https://example.org.")
    ]
    assert places == sorted(places)
    assert (period_of(project) / "narrative.toml").read_text(encoding="utf-8") == WRITTEN


def test_the_combined_report_stays_another(project: Path) -> None:
    ragsheets("-C", project, "report")
    year(project)
    names = {path.name for path in period_of(project).glob("*.docx")}
    assert names == {"Performance report.docx", "End of year report.docx"}
    assert "Headline Successes" not in report_of(project, "Performance report.docx")


def test_a_narrative_that_cannot_be_used_is_told_and_nothing_is_written(project: Path) -> None:
    write(project, 'introductions = ""\nclosing = 3')
    done = year(project)
    assert done.exit_code == 2
    assert "introduction" in done.stderr
    assert "closing" in done.stderr
    assert not (period_of(project) / "End of year report.docx").exists()


def test_json_says_what_is_still_open(project: Path) -> None:
    said = json.loads(year(project, "--json").stdout)
    assert said["report"].endswith("End of year report.docx")
    assert (said["drafts"], said["gaps"]) == (["Parks"], ["Introduction", "Next Steps", "Closing line"])
    assert said["started"] is True
    assert Path(said["narrative"]) == period_of(project) / "narrative.toml"
    assert json.loads(year(project, "--json").stdout)["started"] is False


def test_a_dash_writes_the_document_alone_on_standard_output(project: Path) -> None:
    done = year(project, "-o", "-")
    assert "Headline Successes" in [p.text for p in docx.Document(io.BytesIO(done.stdout_bytes)).paragraphs]
    assert not (period_of(project) / "narrative.toml").exists()
    assert not (period_of(project) / "End of year report.docx").exists()


def test_it_is_written_where_the_caller_says_with_the_narrative_in_the_period_s_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert year(project, "-o", "r.docx").exit_code == 0
    assert (tmp_path / "r.docx").is_file()
    assert (period_of(project) / "narrative.toml").is_file()


def test_an_earlier_period_closes_its_own_year(project: Path) -> None:
    year(project, "--date", MARCH.isoformat())
    path = project / MARCH.isoformat() / "End of year report.docx"
    said = [p.text for p in docx.Document(str(path)).paragraphs]
    assert "Our Partnership · 5th March 2009" in said
    assert not any("5th June" in text for text in said)


def test_once_sent_out_what_changes_is_a_revision_that_says_what(project: Path) -> None:
    write(project)
    first = json.loads(year(project, "--final", "--json").stdout)
    assert (first["issued"], first["revision"]) == (True, 0)
    sent = (period_of(project) / "End of year report.docx").read_bytes()
    write(project, WRITTEN.replace("How it went.", "How it really went."))
    second = json.loads(year(project, "--json").stdout)
    assert (second["revision"], second["changes"], second["issued"]) == (1, 2, False)
    assert (period_of(project) / "End of year report.docx").read_bytes() == sent
    said = report_of(project, "End of year report (revision 1).docx")
    assert any("How it really went." in text and "is now" in text for text in said[:8])
    # The combined report was not sent out.
    assert json.loads(ragsheets("-C", project, "report", "--json").stdout)["revision"] == 0


def test_what_is_sent_out_unfinished_is_said_to_be(project: Path) -> None:
    done = year(project, "--final")
    assert "still to be written or edited" in " ".join(done.stdout.split())


def test_a_public_one_has_its_own_name_and_names_no_files(project: Path) -> None:
    write(project)
    year(project, "--public")
    document = docx.Document(str(period_of(project) / "End of year report (public).docx"))
    assert not any(".xlsx" in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_the_library_writes_it_too(project: Path) -> None:
    made = library.write_report(Project(project), end_of_year=True)
    assert made.path == period_of(project) / "End of year report.docx"
    assert made.drafts == ("Parks",)
    assert made.started
    assert made.path.read_bytes() == made.content


def test_a_report_dropped_among_the_returns_is_left_alone(project: Path) -> None:
    year(project)
    report = period_of(project) / "End of year report.docx"
    (period_of(project) / "returned" / "old report.docx").write_bytes(report.read_bytes())
    said = json.loads(ragsheets("-C", project, "ingest", "--json").stdout)
    (file,) = (file for file in said["files"] if file["file"] == "old report.docx")
    assert (file["result"], file["findings"]) == ("ignored", [])


def test_the_example_is_told_line_by_line_in_its_order(tmp_path: Path) -> None:
    done = demo.run_demo(tmp_path / "demo")
    said = [p.text for p in docx.Document(str(done.year_report)).paragraphs]
    replies = {reply["group"]: reply for reply in demo.example_answers()["returns"]}
    wanted = ["End of Year Performance Report", "Thematic Groups", "Introduction", "Headline Successes"]
    groups = ["Stronger Communities", "Healthy City Partnership", "Children and Young People Group"]
    for group in groups:
        wanted += [group, *replies[group]["successes"]]
    wanted.append("Next Steps")
    for group in groups:
        wanted += [group, *replies[group]["next_steps"]]
    places = iter(said)
    assert all(any(text == words for text in places) for words in wanted)
    assert not write_report(done.project, end_of_year=True).gaps
