"""What people do to workbooks beside filling them in: whatever stands where, no word is lost and no answer moves."""

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

from helpers import projects as made
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
def folder(tmp_path: Path) -> Path:
    """A project of one sub-group whose first two tasks are much alike; its workbook is generated."""
    tasks = (
        made.task("a", task=NEAR, target="By June"),
        made.task("b", task=FAR, target="By June"),
        made.task("c", task="Give talks at schools", target="Eight talks"),
    )
    return _generated(tmp_path / "project", *tasks)


def _generated(folder: Path, *tasks: Mapping[str, Any], **more: Any) -> Path:
    made.write_plan(folder, made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))), **more))
    generate(Project(folder), made.DATE, force=True)
    return folder


def returned(folder: Path, change: Change | None = None, name: str = "r.xlsx", **more: Any) -> Path:
    """The reply with all its answers, after somebody changed it."""
    path = made.reply(folder, name, more.pop("answers", ANSWERS), **more)
    if change:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
    return path


def on_sheet(change: Callable[[Worksheet], None]) -> Change:
    return lambda book: change(book[SHEET])


def rows_of(sheet: Worksheet) -> dict[str, int]:
    """The rows of the sheet by the key in its last column."""
    return {str(sheet.cell(row, 6).value): row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 6).value}


def answers(result: IngestResult) -> dict[str, tuple[str, str, str]]:
    """What was taken, by key, where anything was."""
    found = {
        row["key"]: (row["position"], row["status_found"], row["planned"]) for row in result.tasks.to_dict("records")
    }
    return {key: words for key, words in found.items() if any(words)}


WHOLE = {key: (row["position"], row["status"], row["planned"]) for key, row in ANSWERS.items()}


def said(file: FileResult) -> list[tuple[str, str, str]]:
    return [(item.code, item.cell, item.found) for item in file.findings]


def only(result: IngestResult) -> FileResult:
    (file,) = result.files
    return file


def texts_said(result: IngestResult) -> str:
    return "\n".join(text for file in result.files for item in file.findings for text in (item.found, item.message))


# --------------------------------------------------------------------------------------- statuses, keys and numbers


@pytest.mark.parametrize("word", ["GREEN", "zebra"])
@pytest.mark.parametrize("cell", ["H12", "A1", "B4", "F2", "A60"])
def test_a_status_in_the_wrong_place_is_a_word_like_any_other(folder: Path, word: str, cell: str) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.__setitem__(cell, word)))
    result = ingest(Project(folder))
    assert ("stray-text", cell, word) in said(only(result))
    assert answers(result) == WHOLE


def test_the_status_of_a_row_that_belongs_to_no_task_is_said(folder: Path) -> None:
    def rewrite(sheet: Worksheet) -> None:
        row = rows_of(sheet)["2.1c"]
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = "Buy a piano", "One"

    returned(folder, on_sheet(rewrite))
    result = ingest(Project(folder))
    assert "Buy a piano | One | Six talks held | AMBER | Two more" in {found for _, _, found in said(only(result))}
    assert set(answers(result)) == {"2.1a", "2.1b"}


def test_words_in_the_hidden_column_are_said(folder: Path) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.cell(rows_of(sheet)["2.1a"], 6, "zebra")))
    result = ingest(Project(folder))
    assert "zebra" in texts_said(result)
    assert answers(result) == WHOLE


def test_numbers_that_moved_with_their_rows_are_not_said(folder: Path) -> None:
    returned(folder, lambda book: book["Headlines"].insert_rows(1, 2))
    assert said(only(ingest(Project(folder)))) == []


def test_totals_of_a_renamed_front_sheet_are_still_totals(folder: Path) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        front = book["Start here"]
        front.title = "Front"
        front.insert_cols(1)
        row = next(cell.row for cell in front["B"] if cell.value == SHEET)
        front.cell(row, 4).value = 7

    returned(folder, rename)
    assert [(code, found) for code, _, found in said(only(ingest(Project(folder))))] == [("total-mismatch", "7")]


# ------------------------------------------------------------------------------------------------ whose row it is


def test_a_row_whose_key_was_left_behind_and_whose_wording_was_touched_moves_no_answer(folder: Path) -> None:
    """Barton's row stands beside Matson's key with a comma more: it is more like Barton's task than like Matson's."""

    def swap(sheet: Worksheet) -> None:
        one, other = (rows_of(sheet)[key] for key in ("2.1a", "2.1b"))
        for column in range(1, 6):
            first, second = sheet.cell(one, column), sheet.cell(other, column)
            first.value, second.value = second.value, first.value
        sheet.cell(one, 1).value += "!?"
        sheet.cell(other, 1).value = sheet.cell(other, 1).value.replace("services", "service")

    returned(folder, on_sheet(swap))
    assert answers(ingest(Project(folder))) == WHOLE


def test_tasks_of_the_same_wording_are_told_by_their_targets(tmp_path: Path) -> None:
    tasks = [made.task("", task="Report to the board", target=target) for target in ("In June", "In May")]
    folder = _generated(tmp_path / "project", *tasks)

    def swap(sheet: Worksheet) -> None:
        one, other = (rows_of(sheet)[key] for key in ("2.1-1", "2.1-2"))
        for column in range(1, 6):
            first, second = sheet.cell(one, column), sheet.cell(other, column)
            first.value, second.value = second.value, first.value

    given = {"2.1-1": {"position": "June it was", "status": "GREEN"}, "2.1-2": {"position": "May", "status": "RED"}}
    returned(folder, on_sheet(swap), answers=given)
    found = answers(ingest(Project(folder)))
    assert found == {"2.1-1": ("June it was", "GREEN", ""), "2.1-2": ("May", "RED", "")}


def test_a_task_that_was_moved_into_a_spare_row_is_still_the_task(folder: Path) -> None:
    def move(sheet: Worksheet) -> None:
        row, spare = rows_of(sheet)["2.1a"], rows_of(sheet)["#new-1"]
        for column in range(1, 6):
            sheet.cell(spare, column).value, sheet.cell(row, column).value = sheet.cell(row, column).value, None

    returned(folder, on_sheet(move))
    result = ingest(Project(folder))
    assert [code for code, _, _ in said(only(result))] == ["told-by-wording"]
    assert answers(result) == WHOLE


def test_a_copy_of_a_row_is_quoted_with_all_that_is_new_in_it(folder: Path) -> None:
    def copy(sheet: Worksheet) -> None:
        for column in range(1, 7):
            sheet.cell(40, column).value = sheet.cell(rows_of(sheet)["2.1a"], column).value
        sheet["B40"], sheet["C40"] = "Zebras", "Yaks"

    returned(folder, on_sheet(copy))
    result = ingest(Project(folder))
    assert [(code, cell) for code, cell, _ in said(only(result))] == [("row-twice", "A40")]
    assert {"Zebras", "Yaks"} <= set(re.findall(r"\w+", texts_said(result)))
    assert answers(result) == WHOLE


def test_a_copied_sheet_that_was_filled_in_instead_of_the_first_is_read(folder: Path) -> None:
    def fill_the_copy(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book[SHEET])
        for key in ANSWERS:
            for column in (3, 4, 5):
                book[SHEET].cell(rows_of(book[SHEET])[key], column).value = None

    returned(folder, fill_the_copy)
    result = ingest(Project(folder))
    assert said(only(result)) == []
    assert answers(result) == WHOLE


# ------------------------------------------------------------------------------------------------------- headings


@pytest.mark.parametrize("cell", ["A2", "B2", "C2", "D2", "E2"])
def test_a_heading_that_was_overtyped_costs_no_answer(folder: Path, cell: str) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.__setitem__(cell, "Jobs to do")))
    result = ingest(Project(folder))
    assert said(only(result)) == [("heading-changed", cell, "Jobs to do")]
    assert answers(result) == WHOLE


def test_a_heading_in_capitals_is_the_heading(folder: Path) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.__setitem__("C2", "POSITION \n")))
    assert said(only(ingest(Project(folder)))) == []


def test_a_column_that_was_deleted_is_no_change_of_wording(folder: Path) -> None:
    returned(folder, on_sheet(lambda sheet: sheet.delete_cols(2)))
    result = ingest(Project(folder))
    assert said(only(result)) == []
    assert answers(result) == WHOLE


# ------------------------------------------------------------------------------------------------------ headlines


@pytest.mark.parametrize("key", ["#success-²", "#success-" + "9" * 30, "#success-1"])
def test_a_headline_with_a_key_that_was_not_its_own_is_said(folder: Path, key: str) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book["Headlines"]
        (first, second) = [cell.row for cell in sheet["C"] if cell.value in ("#success-1", "#success-2")]
        sheet.cell(first, 2).value, sheet.cell(second, 2).value = "We won a prize", "Yaks graze the park"
        sheet.cell(second, 3).value = key

    returned(folder, fill)
    result = ingest(Project(folder))
    assert result.assessment.headlines["text"].tolist() == ["We won a prize"]
    assert "Yaks graze the park" in texts_said(result)


def test_headlines_that_two_returns_tell_differently_are_both_said(folder: Path) -> None:
    def headline(text: str) -> Change:
        def write(book: openpyxl.Workbook) -> None:
            (row,) = [cell.row for cell in book["Headlines"]["C"] if cell.value == "#success-1"]
            book["Headlines"].cell(row, 2).value = text

        return write

    returned(folder, headline("We won a prize"), "a.xlsx")
    ingest(Project(folder))
    returned(folder, headline("We planted a wood"), "b.xlsx")
    result = ingest(Project(folder))
    kept = result.assessment.headlines["text"].tolist()
    assert len(kept) == 1
    assert {"We won a prize", "We planted a wood"} - set(kept) < set(re.findall("“([^”]*)”", texts_said(result)))


# -------------------------------------------------------------------------------- the plan was changed after sending

LABELS = "abcdef"
FIRST = made.task("", task="Ask every resident by telephone", target="All asked")
OLD = [made.task("", task=NEAR, target="By June"), made.task("", task=FAR, target="By June")]
OLD += [made.task("", task="Give talks at schools", target="Eight talks")]


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
def test_answers_follow_their_task_into_the_plan_that_was_sent_anew(
    folder: Path, tasks: Sequence[Mapping[str, Any]], home: Mapping[str, str]
) -> None:
    path = returned(folder)
    content = path.read_bytes()
    _generated(folder, *_labelled(tasks))
    path.write_bytes(content)
    result = ingest(Project(folder))
    assert answers(result) == {new: WHOLE[old] for old, new in home.items()}
    assert "other-edition" in [item.code for item in only(result).findings]
    for old in set(WHOLE) - set(home):
        assert set(WHOLE[old]) <= {item.found for item in only(result).findings}


def test_a_template_that_gained_a_column_still_reads_what_was_sent_before(folder: Path) -> None:
    path = returned(folder)
    content = path.read_bytes()
    _generated(folder, *_labelled(OLD), template="brag")
    path.write_bytes(content)
    result = ingest(Project(folder))
    assert answers(result) == WHOLE
    assert [item.code for item in only(result).findings if item.severity != "note"] == ["other-edition"]


def test_a_sub_group_that_is_no_more_in_the_plan_is_named_and_its_words_are_kept(folder: Path) -> None:
    path = returned(folder)
    content = path.read_bytes()
    made.write_plan(folder, made.plan(made.group("Woods")))
    generate(Project(folder), made.DATE)
    path.write_bytes(content)
    file = only(ingest(Project(folder)))
    assert (file.result, [(item.code, item.found) for item in file.findings]) == (
        "rejected",
        [("unknown-group", "Parks")],
    )


def test_a_task_that_joined_the_plan_after_the_workbook_was_sent_is_not_gone_from_it(folder: Path) -> None:
    def without_talks(book: openpyxl.Workbook) -> None:
        sheet = book[SHEET]
        sheet.delete_rows(
            next(row[0].row for row in sheet.iter_rows() if "Eight talks" in [cell.value for cell in row])
        )

    path = returned(folder, without_talks)
    content = path.read_bytes()
    # The new task stands before the others, whose keys move on by one: its key is that of another that was sent.
    wordings = {"a": "Paint the benches", "b": NEAR, "c": FAR, "d": "Give talks at schools", "e": "Plant a hedge"}
    _generated(folder, *(made.task(label, task=wording) for label, wording in wordings.items()))
    path.write_bytes(content)
    file = only(ingest(Project(folder)))
    assert [(item.task, item.found) for item in file.findings if item.code == "row-missing"] == [
        ("2.1d", "d) Give talks at schools")
    ]


def test_another_date_due_is_no_other_edition(folder: Path) -> None:
    path = returned(folder)
    content = path.read_bytes()
    generate(Project(folder), made.DATE, name="Autumn", force=True)
    path.write_bytes(content)
    assert said(only(ingest(Project(folder)))) == []


# ------------------------------------------------------------------------------------------ files that are no files


def test_a_contract_that_is_no_number_is_no_crash(folder: Path) -> None:
    returned(folder, lambda book: book["ragsheets"].__setitem__("B2", "²"))
    result = ingest(Project(folder))
    assert answers(result) == WHOLE
    assert "²" in texts_said(result)


def test_a_time_of_saving_that_cannot_be_read_is_no_crash(folder: Path) -> None:
    path = returned(folder)
    content = bytearray(path.read_bytes())
    part = zipfile.ZipFile(io.BytesIO(content)).getinfo("docProps/core.xml")
    name, extra = struct.unpack("<HH", content[part.header_offset + 26 : part.header_offset + 30])
    start = part.header_offset + 30 + name + extra
    content[start : start + part.compress_size] = bytes(7 * n % 251 for n in range(part.compress_size))
    path.write_bytes(content)
    assert answers(ingest(Project(folder))) == WHOLE


def test_every_rejected_file_says_why_also_links_that_lead_nowhere(folder: Path) -> None:
    inside = returned(folder).parent
    (inside / "nowhere.xlsx").symlink_to(inside / "no such file")
    (inside / "folder").symlink_to(folder)
    with (inside / "huge.mp4").open("wb") as file:
        file.truncate(1_200_000_000)
    result = ingest(Project(folder))
    rejected = {file.file: [item.code for item in file.findings] for file in result.files if file.result == "rejected"}
    assert rejected == {"nowhere.xlsx": ["unreadable"], "folder": ["unreadable"], "huge.mp4": ["too-large"]}
    assert answers(result) == WHOLE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_rejected_file_with_a_name_that_is_no_text_says_why(folder: Path) -> None:
    inside = returned(folder).parent
    (inside / os.fsdecode(b"bad \xff.xlsx")).write_bytes(b"hello")
    result = ingest(Project(folder))
    assert [[item.code for item in file.findings] for file in result.files if file.result == "rejected"] == [
        ["not-a-workbook"]
    ]
