"""The folder of queries: written whole and repeatably, without replacing files that somebody changed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from helpers.built_once import built_once
from helpers.projects import DATE, action, files_by_name, group, outcome, plan, reply, task
from helpers.queries import (
    FULL,
    GREEN,
    PARKS,
    current_answers,
    find_row,
    finding_codes,
    notes_by_cell,
    period_folder,
    queries_folder,
    query_path,
    return_query,
    start_project,
)
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    """A project with sent workbooks of the sub-groups Parks (2.1a, b, c) and Health (3.1a)."""
    return start_project(tmp_path / "project", PARKS)


# ----------------------------------------------------------------------------------------------- the folder itself


@pytest.mark.slow
def test_a_second_ingest_writes_nothing_or_the_same_bytes(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    before = files_by_name(queries_folder(parks))
    times = {path: path.stat().st_mtime_ns for path in queries_folder(parks).iterdir()}
    result = ingest(parks)
    assert files_by_name(queries_folder(parks)) == before
    assert {path: path.stat().st_mtime_ns for path in queries_folder(parks).iterdir()} == times
    assert len(result.queries.workbooks) == 1
    query_path(parks).unlink()
    ingest(parks)
    assert files_by_name(queries_folder(parks)) == before
    with parks.ledger() as ledger:
        assert [book.file for book in ledger.workbooks(DATE)] == [
            "Parks.xlsx",
            "Health.xlsx",
            "queries/Parks questions.xlsx",
        ]


@pytest.mark.slow
def test_a_query_has_a_reference_for_its_questions_and_answers(parks: Project) -> None:
    def reference(path: Path) -> str:
        return str(openpyxl.load_workbook(path)["ragsheets"]["B3"].value)

    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    first = reference(query_path(parks))
    assert first != reference(period_folder(parks) / "sent" / "Parks.xlsx")
    reply(parks.folder, "2.xlsx", {"2.1a": {"planned": "More"}})
    ingest(parks)
    assert len({first, reference(query_path(parks)), reference(period_folder(parks) / "sent" / "Parks.xlsx")}) == 3


@pytest.mark.parametrize("settled", [False, True])
def test_a_file_changed_by_hand_is_never_replaced_or_removed(parks: Project, settled: bool) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    original = query_path(parks).read_bytes()
    letter = queries_folder(parks) / "queries.md"
    letter_text = letter.read_text(encoding="utf-8")
    query_path(parks).write_bytes(b"somebody's own")
    letter.write_text(letter_text.replace("Dear", "My dear"), encoding="utf-8")
    if settled:
        (period_folder(parks) / "returned" / "2.xlsx").write_bytes(original)
        book = openpyxl.load_workbook(period_folder(parks) / "returned" / "2.xlsx")
        sheet = book["Outcome 2.1"]
        sheet[f"D{find_row(sheet, '2.1b')}"] = "RED"
        book.save(period_folder(parks) / "returned" / "2.xlsx")
    result = ingest(parks)
    assert query_path(parks).read_bytes() == b"somebody's own"
    assert "My dear" in letter.read_text(encoding="utf-8")
    other_names = sorted(
        path.name for path in queries_folder(parks).iterdir() if path not in (query_path(parks), letter)
    )
    if settled:
        assert (other_names, result.queries.edited_files) == ([], ())
    else:
        assert other_names == ["Parks questions 2.xlsx", "queries 2.md"]
        assert query_path(parks, "Parks questions 2.xlsx").read_bytes() == original
        assert "Parks questions 2.xlsx" in (queries_folder(parks) / "queries 2.md").read_text(encoding="utf-8")
        assert result.queries.edited_files == (
            "2008-09-04/queries/Parks questions.xlsx",
            "2008-09-04/queries/queries.md",
        )
        assert [item.file for item in result.queries.workbooks] == ["2008-09-04/queries/Parks questions 2.xlsx"]


@pytest.mark.slow
def test_settled_files_are_removed_and_other_files_stay(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    (queries_folder(parks) / "notes.txt").write_text("rang them", encoding="utf-8")
    (queries_folder(parks) / "sent.xlsx").write_bytes((period_folder(parks) / "sent" / "Parks.xlsx").read_bytes())
    (queries_folder(parks) / "a folder").mkdir()
    return_query(parks, {("2.1b", "status"): "RED"})
    ingest(parks)
    assert sorted(path.name for path in queries_folder(parks).iterdir()) == ["a folder", "notes.txt", "sent.xlsx"]


def test_a_folder_that_cannot_be_written_is_named_and_no_answer_is_lost(parks: Project) -> None:
    queries_folder(parks).write_bytes(b"a file where the folder should be")
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "AMBER"}, "2.1c": {"status": "RED"}})
    result = ingest(parks)
    assert result.needs_attention
    assert all("queries" in problem for problem in result.queries.problems)
    assert len(result.queries.problems) == 2
    assert current_answers(parks)["2.1b"]["status_found"] == "AMBER"
    queries_folder(parks).unlink()
    assert ingest(parks).queries.problems == ()
    assert query_path(parks).is_file()


def test_the_folder_is_ignored_when_the_whole_period_is_read(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    result = ingest(parks, [period_folder(parks)])
    results = {file.file: file.result for file in result.files}
    assert results["queries/Parks questions.xlsx"] == results["queries/queries.md"] == "ignored"
    assert finding_codes(result, notes=False) == ["unknown-status"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("CON", "_CON questions.xlsx"),
        ("A/B: *?", "A B questions.xlsx"),
        ("O'Brien & Söhne", "O'Brien & Söhne questions.xlsx"),
        ("x" * 150, f"{'x' * 100} questions.xlsx"),
        ("=HYPERLINK(1)", "=HYPERLINK(1) questions.xlsx"),
        ("{group} {0} %s", "{group} {0} %s questions.xlsx"),
    ],
)
def test_odd_names_of_sub_groups_become_valid_file_names(tmp_path: Path, name: str, file: str) -> None:
    project = start_project(tmp_path / "p", plan(group(name, outcome("2.1", action(task("a"), task("b"))))))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": GREEN}, of=name)
    ingest(project)
    assert sorted(path.name for path in queries_folder(project).iterdir()) == sorted([file, "queries.md"])
    return_query(project, {("2.1a", "status"): "RED"}, of=file)
    assert finding_codes(ingest(project), name, notes=False) == []


@pytest.mark.slow
def test_sub_groups_with_the_same_safe_name_have_separate_files(tmp_path: Path) -> None:
    groups = [group(name, outcome(ref)) for name, ref in (("Parks?", "1"), ("Parks*", "2"))]
    project = start_project(tmp_path / "p", plan(*groups))
    for name, key in (("Parks?", "1a"), ("Parks*", "2a")):
        reply(project.folder, f"{key}.xlsx", {key: {**GREEN, "status": "Ambr"}}, of=name)
    result = ingest(project)
    assert len({item.file for item in result.queries.workbooks}) == 2


def test_questions_of_the_brag_template_list_its_statuses(tmp_path: Path) -> None:
    tasks = action(task("a", owner="Ann", due="2009-03-31"), task("b"))
    project = start_project(tmp_path / "p", plan(group("Parks", outcome("2.1", tasks)), template="brag"))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Bleu"}, "2.1b": GREEN})
    ingest(project)
    (((_, cell), note),) = notes_by_cell(query_path(project)).items()
    assert cell[0] == "F"
    assert "Did you mean BLUE?" in note
    assert "BLUE, GREEN, AMBER, RED, GREY" in note
