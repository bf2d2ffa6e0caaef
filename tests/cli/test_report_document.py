"""ragsheets report --final --document FILE"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from helpers import word_additions
from helpers.built_once import built_once
from helpers.periods import add_returns, date, hold_period
from helpers.projects import files_by_name, group, outcome, plan, run_ragsheets
from ragsheets import files
from ragsheets.ledger import IssuedRecord
from ragsheets.project.folder import Project

DAY = "2008-09-04"


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with a report that somebody has added a paragraph to."""
    folder = tmp_path / "project"
    hold_period(folder, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=plan(group("Parks")))
    run_ragsheets("-C", folder, "report")
    edit(document_in(folder), lambda document: document.paragraphs[1].insert_paragraph_before("Words of my own."))
    return folder


def document_in(folder: Path) -> Path:
    return folder / DAY / "Performance report.docx"


def edit(path: Path, change: Callable[[Any], object]) -> None:
    document = docx.Document(str(path))
    change(document)
    document.save(str(path))


def keep(folder: Path, *words: str | Path) -> Any:
    return run_ragsheets("-C", folder, "report", "--final", "--document", document_in(folder), *words)


def issued(folder: Path, edition: str = "full") -> list[IssuedRecord]:
    with Project(folder).ledger() as ledger:
        return ledger.issued.of_edition(date(DAY), edition)


@pytest.mark.slow
def test_a_document_with_additions_is_the_report_that_was_sent_out(folder: Path) -> None:
    before = document_in(folder).read_bytes()
    result = keep(folder)
    assert result.exit_code == 0
    assert "“Words of my own.” was added to the document." in result.stdout
    (record,) = issued(folder)
    assert (record.revision, record.sha256) == (0, files.sha256(before))
    assert record.path == f"{DAY}/Performance report.docx"
    assert document_in(folder).read_bytes() == before
    verified = run_ragsheets("-C", folder, "verify", document_in(folder), "--json")
    assert (verified.exit_code, json.loads(verified.stdout)["sent_out"]) == (0, True)


@pytest.mark.slow
def test_it_is_kept_once_and_by_every_later_report(folder: Path) -> None:
    before = document_in(folder).read_bytes()
    assert keep(folder).exit_code == 0
    assert keep(folder).exit_code == 0
    report = json.loads(run_ragsheets("-C", folder, "report", "--final", "--json").stdout)
    assert (report["revision"], report["issued"], report["kept"]) == (0, True, str(document_in(folder)))
    assert len(issued(folder)) == 1
    assert document_in(folder).read_bytes() == before


@pytest.mark.slow
def test_a_later_return_gives_a_revision_of_it(folder: Path) -> None:
    keep(folder)
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    report = json.loads(run_ragsheets("-C", folder, "report", "--json").stdout)
    assert (report["revision"], report["changes"], report["issued"]) == (1, 1, False)


@pytest.mark.slow
def test_after_it_was_taken_back_it_stays(folder: Path) -> None:
    before = document_in(folder).read_bytes()
    keep(folder)
    run_ragsheets("-C", folder, "report", "--not-final", "--yes")
    run_ragsheets("-C", folder, "report")
    assert issued(folder) == []
    assert document_in(folder).read_bytes() == before


def set_status(document: Any) -> None:
    """Change the one task's status in its table."""
    cell = next(cell for table in document.tables for cell in table._cells if cell.text == "AMBER")
    cell.text = "GREEN"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_status, "GREEN"),
        (lambda document: document.tables[0]._tbl.getparent().remove(document.tables[0]._tbl), "is missing"),
    ],
    ids=["a changed status", "a missing table"],
)
def test_a_document_that_differs_is_not_kept(folder: Path, change: Callable[[Any], object], message: str) -> None:
    edit(document_in(folder), change)
    before = files_by_name(folder / DAY)
    result = keep(folder)
    assert result.exit_code == 1
    assert message in result.stdout
    assert "It was not recorded as the report that is sent out" in result.stdout
    assert issued(folder) == []
    assert files_by_name(folder / DAY) == before


@pytest.mark.slow
def test_in_the_place_of_a_report_that_was_sent_out_that_is_taken_back_first(folder: Path) -> None:
    run_ragsheets("-C", folder, "report", "--final")
    result = keep(folder)
    assert (result.exit_code, "ragsheets report --not-final" in result.stderr) == (2, True)
    run_ragsheets("-C", folder, "report", "--not-final", "--yes")
    assert keep(folder).exit_code == 0
    assert [record.path for record in issued(folder)] == [f"{DAY}/Performance report.docx"]


@pytest.mark.slow
def test_what_is_still_open_is_asked_about(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    two_groups = plan(group("Parks"), group("Health", outcome("3.1")))
    hold_period(folder, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=two_groups)
    run_ragsheets("-C", folder, "report")
    result = keep(folder)
    assert (result.exit_code, "Health" in result.stderr, issued(folder)) == (2, True, [])
    assert keep(folder, "--yes").exit_code == 0


@pytest.mark.slow
def test_the_edition_for_the_public_is_kept_as_such(folder: Path) -> None:
    run_ragsheets("-C", folder, "report", "--public")
    public = folder / DAY / "Performance report (public).docx"
    words = ("-C", folder, "report", "--final", "--public", "--document")
    assert run_ragsheets(*words, public).exit_code == 0
    assert [len(issued(folder, edition)) for edition in ("full", "public")] == [0, 1]
    # The names of contacts are no addition.
    assert run_ragsheets(*words, document_in(folder)).exit_code == 1


def test_a_document_elsewhere_is_recorded_by_its_name(folder: Path, tmp_path: Path) -> None:
    elsewhere = document_in(folder).rename(tmp_path / "sent.docx")
    assert run_ragsheets("-C", folder, "report", "--final", "--document", elsewhere).exit_code == 0
    assert [record.path for record in issued(folder)] == ["sent.docx"]


@pytest.mark.parametrize("words", [("--not-final",), ("--end-of-year",), ("-o", "r.docx"), ("--style", "r.docx")])
def test_options_that_do_not_go_with_it_are_named(folder: Path, words: tuple[str, ...]) -> None:
    assert keep(folder, *words).exit_code == 2
    assert issued(folder) == []
    assert run_ragsheets("-C", folder, "report", "--document", document_in(folder)).exit_code == 2


def test_json_has_the_report_and_how_it_compares(folder: Path) -> None:
    payload = json.loads(keep(folder, "--json").stdout)
    assert (payload["report"], payload["issued"]) == (str(document_in(folder)), True)
    (addition,) = payload["verification"]["additions"]
    assert addition["found"] == "Words of my own."


def add_words(folder: Path, addition: word_additions.Addition) -> None:
    path = document_in(folder)
    path.write_bytes(word_additions.add(path.read_bytes(), addition, "Provisionalword", 1))


def test_a_document_with_something_that_was_not_compared_is_not_kept(folder: Path) -> None:
    add_words(folder, word_additions.embedded_sheet)
    result = keep(folder)
    assert (result.exit_code, issued(folder)) == (1, [])
    assert "Provisionalword" in result.output


@pytest.mark.slow
def test_comments_and_tracked_changes_are_asked_about(folder: Path) -> None:
    add_words(folder, word_additions.comment)
    add_words(folder, word_additions.tracked_deletion)
    result = keep(folder)
    assert (result.exit_code, issued(folder)) == (2, [])
    assert "2 comments and 1 tracked change" in result.stderr
    assert keep(folder, "--yes").exit_code == 0
