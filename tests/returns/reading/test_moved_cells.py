"""Edits to workbooks beyond filling them in: wherever a cell is moved, no text is lost and no answer changes task."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from helpers import projects
from helpers.built_once import built_once
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import FileResult, IngestResult

Change = Callable[[openpyxl.Workbook], None]
SHEET = "Outcome 2.1"
NEAR, FAR = "Map the services in Barton", "Map the services in Matson"
ANSWERS = {
    "2.1a": {"position": "Barton is done", "status": "GREEN", "planned": "Print it"},
    "2.1b": {"position": "Matson has begun", "status": "RED", "planned": "Hire help"},
    "2.1c": {"position": "Six talks held", "status": "AMBER", "planned": "Two more"},
}


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project of one sub-group whose first two tasks are similar; its workbook is generated."""
    tasks = (
        projects.task("a", task=NEAR, target="By June"),
        projects.task("b", task=FAR, target="By June"),
        projects.task("c", task="Give talks at schools", target="Eight talks"),
    )
    return _generate_project(tmp_path / "project", *tasks)


def _generate_project(folder: Path, *tasks: Mapping[str, Any], **more: Any) -> Path:
    projects.write_plan(
        folder, projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))), **more)
    )
    generate(Project(folder), projects.DATE, force=True)
    return folder


def returned(folder: Path, change: Change | None = None, name: str = "r.xlsx", **more: Any) -> Path:
    """Write the reply with all its answers, after a change, and return its path."""
    path = projects.reply(folder, name, more.pop("answers", ANSWERS), **more)
    if change:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
    return path


def on_sheet(change: Callable[[Worksheet], None]) -> Change:
    return lambda book: change(book[SHEET])


def rows_of(sheet: Worksheet) -> dict[str, int]:
    """Return the rows of the sheet by the key in the last column."""
    return {str(sheet.cell(row, 6).value): row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 6).value}


def answers(result: IngestResult) -> dict[str, tuple[str, str, str]]:
    """Return the accepted answers of each task that has any, by key."""
    texts_by_key = {
        row["key"]: (row["position"], row["status_found"], row["planned"]) for row in result.tasks.to_dict("records")
    }
    return {key: texts for key, texts in texts_by_key.items() if any(texts)}


ALL_ANSWERS = {key: (row["position"], row["status"], row["planned"]) for key, row in ANSWERS.items()}


def finding_facts(file: FileResult) -> list[tuple[str, str, str]]:
    return [(item.code, item.cell, item.found) for item in file.findings]


def only_file(result: IngestResult) -> FileResult:
    (file,) = result.files
    return file


def finding_texts(result: IngestResult) -> str:
    return "\n".join(text for file in result.files for item in file.findings for text in (item.found, item.message))


# --------------------------------------------------------------------------------------- statuses, keys and numbers


@pytest.mark.parametrize("word", ["GREEN", "zebra"])
@pytest.mark.parametrize("cell", ["H12", "A1", "B4", "F2", "A60"])
def test_a_status_in_the_wrong_cell_is_stray_text(folder: Path, word: str, cell: str) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.__setitem__(cell, word)))
    result = ingest(Project(folder))
    assert ("stray-text", cell, word) in finding_facts(only_file(result))
    assert answers(result) == ALL_ANSWERS


def test_the_status_of_a_row_without_a_task_is_reported(folder: Path) -> None:
    def rewrite(sheet: Worksheet) -> None:
        row = rows_of(sheet)["2.1c"]
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = "Buy a piano", "One"

    returned(folder, on_sheet(rewrite))
    result = ingest(Project(folder))
    assert "Buy a piano | One | Six talks held | AMBER | Two more" in {
        value for _, _, value in finding_facts(only_file(result))
    }
    assert set(answers(result)) == {"2.1a", "2.1b"}


def test_text_in_the_hidden_column_is_reported(folder: Path) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.cell(rows_of(sheet)["2.1a"], 6, "zebra")))
    result = ingest(Project(folder))
    assert "zebra" in finding_texts(result)
    assert answers(result) == ALL_ANSWERS


def test_numbers_moved_with_their_rows_are_not_reported(folder: Path) -> None:
    returned(folder, lambda book: book["Headlines"].insert_rows(1, 2))
    assert finding_facts(only_file(ingest(Project(folder)))) == []


def test_totals_of_a_renamed_front_sheet_are_read_as_totals(folder: Path) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        front = book["Start here"]
        front.title = "Front"
        front.insert_cols(1)
        row = next(cell.row for cell in front["B"] if cell.value == SHEET)
        front.cell(row, 4).value = 7

    returned(folder, rename)
    assert [(code, value) for code, _, value in finding_facts(only_file(ingest(Project(folder))))] == [
        ("sheet-name", "Front"),
        ("total-mismatch", "7"),
    ]


# --------------------------------------------------------------------------------------------------- row matching


def test_swapped_rows_without_their_keys_and_with_edited_wording_move_no_answer(folder: Path) -> None:
    """Barton's row with Matson's key and a small edit is more similar to Barton's task than to Matson's."""

    def swap(sheet: Worksheet) -> None:
        first_row, second_row = (rows_of(sheet)[key] for key in ("2.1a", "2.1b"))
        for column in range(1, 6):
            first_cell, second_cell = sheet.cell(first_row, column), sheet.cell(second_row, column)
            first_cell.value, second_cell.value = second_cell.value, first_cell.value
        sheet.cell(first_row, 1).value += "!?"
        sheet.cell(second_row, 1).value = sheet.cell(second_row, 1).value.replace("services", "service")

    returned(folder, on_sheet(swap))
    assert answers(ingest(Project(folder))) == ALL_ANSWERS


def test_tasks_of_the_same_wording_are_distinguished_by_their_targets(tmp_path: Path) -> None:
    tasks = [projects.task("", task="Report to the board", target=target) for target in ("In June", "In May")]
    folder = _generate_project(tmp_path / "project", *tasks)

    def swap(sheet: Worksheet) -> None:
        first_row, second_row = (rows_of(sheet)[key] for key in ("2.1-1", "2.1-2"))
        for column in range(1, 6):
            first_cell, second_cell = sheet.cell(first_row, column), sheet.cell(second_row, column)
            first_cell.value, second_cell.value = second_cell.value, first_cell.value

    replies = {"2.1-1": {"position": "June it was", "status": "GREEN"}, "2.1-2": {"position": "May", "status": "RED"}}
    returned(folder, on_sheet(swap), answers=replies)
    read_answers = answers(ingest(Project(folder)))
    assert read_answers == {"2.1-1": ("June it was", "GREEN", ""), "2.1-2": ("May", "RED", "")}


def test_a_task_moved_into_a_spare_row_keeps_its_answers(folder: Path) -> None:
    def move(sheet: Worksheet) -> None:
        row, spare = rows_of(sheet)["2.1a"], rows_of(sheet)["#new-1"]
        for column in range(1, 6):
            sheet.cell(spare, column).value, sheet.cell(row, column).value = sheet.cell(row, column).value, None

    returned(folder, on_sheet(move))
    result = ingest(Project(folder))
    assert [code for code, _, _ in finding_facts(only_file(result))] == ["told-by-wording"]
    assert answers(result) == ALL_ANSWERS


def test_a_copied_row_is_quoted_with_its_new_texts(folder: Path) -> None:
    def copy(sheet: Worksheet) -> None:
        for column in range(1, 7):
            sheet.cell(40, column).value = sheet.cell(rows_of(sheet)["2.1a"], column).value
        sheet["B40"], sheet["C40"] = "Zebras", "Yaks"

    returned(folder, on_sheet(copy))
    result = ingest(Project(folder))
    assert [(code, cell) for code, cell, _ in finding_facts(only_file(result))] == [("row-twice", "A40")]
    assert {"Zebras", "Yaks"} <= set(re.findall(r"\w+", finding_texts(result)))
    assert answers(result) == ALL_ANSWERS


def test_a_copied_sheet_filled_in_instead_of_the_original_is_read(folder: Path) -> None:
    def fill_the_copy(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book[SHEET])
        for key in ANSWERS:
            for column in (3, 4, 5):
                book[SHEET].cell(rows_of(book[SHEET])[key], column).value = None

    returned(folder, fill_the_copy)
    result = ingest(Project(folder))
    assert finding_facts(only_file(result)) == []
    assert answers(result) == ALL_ANSWERS


# ------------------------------------------------------------------------------------------------------- headings


@pytest.mark.parametrize("cell", ["A2", "B2", "C2", "D2", "E2"])
def test_an_overtyped_heading_loses_no_answer(folder: Path, cell: str) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.__setitem__(cell, "Jobs to do")))
    result = ingest(Project(folder))
    assert finding_facts(only_file(result)) == [("heading-changed", cell, "Jobs to do")]
    assert answers(result) == ALL_ANSWERS


def test_a_heading_in_capitals_is_recognised(folder: Path) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.__setitem__("C2", "POSITION \n")))
    assert finding_facts(only_file(ingest(Project(folder)))) == []


def test_a_deleted_column_is_not_a_change_of_wording(folder: Path) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.delete_cols(2)))
    result = ingest(Project(folder))
    assert finding_facts(only_file(result)) == []
    assert answers(result) == ALL_ANSWERS


# ------------------------------------------------------------------------------------------------------ headlines


@pytest.mark.parametrize(
    ("key", "code"),
    [("#success-²", "stray-text"), ("#success-" + "9" * 30, "stray-text"), ("#success-1", "row-twice")],
)
def test_a_headline_with_a_wrong_key_is_reported(folder: Path, key: str, code: str) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book["Headlines"]
        (first, second) = [cell.row for cell in sheet["C"] if cell.value in ("#success-1", "#success-2")]
        sheet.cell(first, 2).value, sheet.cell(second, 2).value = "We won a prize", "Yaks graze the park"
        sheet.cell(second, 3).value = key

    returned(folder, fill)
    result = ingest(Project(folder))
    assert result.assessment.headlines["text"].tolist() == ["We won a prize"]
    assert "Yaks graze the park" in finding_texts(result)
    assert code in {item.code for item in only_file(result).findings}


@pytest.mark.slow
def test_different_headlines_of_two_returns_are_both_reported(folder: Path) -> None:
    def set_headline(text: str) -> Change:
        def write(book: openpyxl.Workbook) -> None:
            (row,) = [cell.row for cell in book["Headlines"]["C"] if cell.value == "#success-1"]
            book["Headlines"].cell(row, 2).value = text

        return write

    returned(folder, set_headline("We won a prize"), "a.xlsx")
    ingest(Project(folder))
    returned(folder, set_headline("We planted a wood"), "b.xlsx")
    result = ingest(Project(folder))
    accepted_texts = result.assessment.headlines["text"].tolist()
    assert len(accepted_texts) == 1
    assert {"We won a prize", "We planted a wood"} - set(accepted_texts) < set(
        re.findall("“([^”]*)”", finding_texts(result))
    )


# -------------------------------------------------------------------------------- the plan was changed after sending

LABELS = "abcdef"
FIRST = projects.task("", task="Ask every resident by telephone", target="All asked")
OLD = [projects.task("", task=NEAR, target="By June"), projects.task("", task=FAR, target="By June")]
OLD += [projects.task("", task="Give talks at schools", target="Eight talks")]


def _labelled(tasks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for label, task in zip(LABELS, tasks, strict=False):
        yield {**task, "label": label}


@pytest.mark.parametrize(
    ("tasks", "home"),
    [
        ([FIRST, *OLD], {"2.1a": "2.1b", "2.1b": "2.1c", "2.1c": "2.1d"}),
        ([OLD[1], OLD[0], OLD[2]], {"2.1a": "2.1b", "2.1b": "2.1a", "2.1c": "2.1c"}),
        ([OLD[0], OLD[1], {**OLD[2], "target": "Nine talks"}], {"2.1a": "2.1a", "2.1b": "2.1b", "2.1c": "2.1c"}),
        ([OLD[0], OLD[2]], {"2.1a": "2.1a", "2.1c": "2.1b"}),
    ],
    ids=["a task before the others", "two in the other order", "another target", "one taken out"],
)
def test_answers_follow_their_task_into_the_changed_plan(
    folder: Path, tasks: Sequence[Mapping[str, Any]], home: Mapping[str, str]
) -> None:
    path = returned(folder)
    content = path.read_bytes()
    _generate_project(folder, *_labelled(tasks))
    path.write_bytes(content)
    result = ingest(Project(folder))
    assert answers(result) == {new: ALL_ANSWERS[old] for old, new in home.items()}
    assert "other-edition" in [item.code for item in only_file(result).findings]
    for old in set(ALL_ANSWERS) - set(home):
        assert set(ALL_ANSWERS[old]) <= {item.found for item in only_file(result).findings}


def test_a_template_with_an_added_column_still_reads_older_workbooks(folder: Path) -> None:
    path = returned(folder)
    content = path.read_bytes()
    _generate_project(folder, *_labelled(OLD), template="brag")
    path.write_bytes(content)
    result = ingest(Project(folder))
    assert answers(result) == ALL_ANSWERS
    assert [item.code for item in only_file(result).findings if item.severity != "note"] == ["other-edition"]


def test_the_workbook_of_a_removed_sub_group_is_rejected_by_name(folder: Path) -> None:
    path = returned(folder)
    content = path.read_bytes()
    projects.write_plan(folder, projects.plan(projects.group("Woods")))
    generate(Project(folder), projects.DATE)
    path.write_bytes(content)
    file = only_file(ingest(Project(folder)))
    assert (file.result, [(item.code, item.found) for item in file.findings]) == (
        "rejected",
        [("unknown-group", "Parks")],
    )


def test_a_task_added_after_the_workbook_was_sent_is_not_reported_missing(folder: Path) -> None:
    def without_talks(book: openpyxl.Workbook) -> None:
        sheet = book[SHEET]
        sheet.delete_rows(
            next(row[0].row for row in sheet.iter_rows() if "Eight talks" in [cell.value for cell in row])
        )

    path = returned(folder, without_talks)
    content = path.read_bytes()
    # The new task precedes the others, whose keys shift by one: its key is that of another task as sent.
    wordings = {"a": "Paint the benches", "b": NEAR, "c": FAR, "d": "Give talks at schools", "e": "Plant a hedge"}
    talks = {"d": {"target": "Eight talks"}}
    _generate_project(
        folder, *(projects.task(label, task=wording, **talks.get(label, {})) for label, wording in wordings.items())
    )
    path.write_bytes(content)
    file = only_file(ingest(Project(folder)))
    assert [(item.task, item.found) for item in file.findings if item.code == "row-missing"] == [
        ("2.1d", "d) Give talks at schools")
    ]


def test_another_due_date_is_not_another_edition(folder: Path) -> None:
    path = returned(folder)
    content = path.read_bytes()
    generate(Project(folder), projects.DATE, name="Autumn", force=True)
    path.write_bytes(content)
    assert finding_facts(only_file(ingest(Project(folder)))) == []


# -------------------------------------------------------------------------------------------------- faulty files


def test_a_contract_version_that_is_not_a_number_does_not_crash(folder: Path) -> None:
    returned(folder, lambda book: book["ragsheets"].__setitem__("B2", "²"))
    result = ingest(Project(folder))
    assert answers(result) == ALL_ANSWERS
    assert "²" in finding_texts(result)


def test_an_unreadable_time_of_saving_does_not_crash(folder: Path) -> None:
    path = returned(folder)
    content = bytearray(path.read_bytes())
    part = zipfile.ZipFile(io.BytesIO(content)).getinfo("docProps/core.xml")
    name, extra = struct.unpack("<HH", content[part.header_offset + 26 : part.header_offset + 30])
    start = part.header_offset + 30 + name + extra
    content[start : start + part.compress_size] = bytes(7 * n % 251 for n in range(part.compress_size))
    path.write_bytes(content)
    assert answers(ingest(Project(folder))) == ALL_ANSWERS


def test_every_rejected_file_has_a_reason_including_broken_links(folder: Path) -> None:
    inside = returned(folder).parent
    (inside / "nowhere.xlsx").symlink_to(inside / "no such file")
    (inside / "folder").symlink_to(folder)
    with (inside / "huge.mp4").open("wb") as file:
        file.truncate(1_200_000_000)
    result = ingest(Project(folder))
    rejected = {file.file: [item.code for item in file.findings] for file in result.files if file.result == "rejected"}
    assert rejected == {"nowhere.xlsx": ["unreadable"], "folder": ["unreadable"], "huge.mp4": ["too-large"]}
    assert answers(result) == ALL_ANSWERS


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_rejected_file_with_an_undecodable_name_has_a_reason(folder: Path) -> None:
    inside = returned(folder).parent
    (inside / os.fsdecode(b"bad \xff.xlsx")).write_bytes(b"hello")
    result = ingest(Project(folder))
    assert [[item.code for item in file.findings] for file in result.files if file.result == "rejected"] == [
        ["not-a-workbook"]
    ]
