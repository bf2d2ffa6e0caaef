"""Ingest of returned workbooks: every answer is assigned, every total recounted, every fault reported with its cell."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import periods, projects
from helpers.dated_messages import message_with
from helpers.example import DATE, DUE
from helpers.projects import assess
from ragsheets import files
from ragsheets.plan.model import Period, Plan
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import FileResult
from ragsheets.template.model import Template

Fill = Callable[..., bytes]


@pytest.fixture
def fill(example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]) -> Fill:
    """Return a function that makes a sub-group's example reply; `changes` to its answers: {task: {column: text}}."""

    def make_reply(group: str, changes: Mapping[str, Mapping[str, str]] | None = None, **more: Any) -> bytes:
        reply = dict(replies[group])
        reply.pop("overtyped", None)
        answers = {task: dict(columns) for task, columns in reply["answers"].items()}
        for task, columns in (changes or {}).items():
            answers[task].update(columns)
        return demo.fill_in_workbook(*example, period, {**reply, "answers": answers, **more})

    return make_reply


STRONGER = "Stronger Communities"
HEALTHY = "Healthy City Partnership"
YOUNG = "Children and Young People Group"


def with_edit(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return the workbook after a change in another program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def codes(file: FileResult) -> list[str]:
    return [item.code for item in file.findings]


def only_file(project: Project) -> FileResult:
    (file,) = ingest(project).files
    return file


def test_a_sound_return_has_no_finding_and_its_totals_are_those_of_2008(
    project: Project, returned: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER))
    result = ingest(project)
    assert [(file.result, file.group, codes(file)) for file in result.files] == [("accepted", STRONGER, [])]
    group_totals = result.totals[result.totals["group"] == STRONGER].set_index("outcome")
    assert group_totals.loc["2.1", ["GREEN", "AMBER", "RED", "not_reported", "total"]].tolist() == [1, 2, 1, 0, 4]
    assert group_totals.loc["2.2", ["GREEN", "AMBER", "RED", "not_reported", "total"]].tolist() == [2, 2, 2, 0, 6]
    assert group_totals.loc["3.1", ["GREEN", "AMBER", "RED", "not_reported", "total"]].tolist() == [0, 0, 1, 0, 1]
    assert result.assessment.missing_groups == (HEALTHY, YOUNG)
    assert not result.needs_attention


@pytest.mark.slow
def test_every_answer_is_assigned_with_its_sheet_and_cell(
    project: Project, returned: Path, fill: Fill, replies: Mapping[str, Any]
) -> None:
    (returned / "any name at all.xlsx").write_bytes(fill(STRONGER))
    tasks = ingest(project).tasks.set_index("key")
    assert replies[STRONGER]["answers"]
    for key, answers in replies[STRONGER]["answers"].items():
        for column, text in answers.items():
            assert tasks.loc[key, column] == text
        assert tasks.loc[key, "file"] == "any name at all.xlsx"
        book = openpyxl.load_workbook(returned / "any name at all.xlsx")
        assert book[tasks.loc[key, "sheet"]][tasks.loc[key, "cell"]].value == answers["status"]


def test_a_mistyped_status_is_named_by_sheet_and_cell_with_the_nearest_one(
    project: Project, returned: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, {"2.1a": {"status": "Ambr"}}))
    result = ingest(project)
    (item,) = result.files[0].findings
    assert (item.code, item.severity, item.sheet, item.task, item.found) == (
        "unknown-status",
        "error",
        "Outcome 2.1",
        "2.1a",
        "Ambr",
    )
    assert item.cell.startswith("D")
    assert "AMBER" in item.message
    assert result.files[0].result == "accepted"
    row = result.tasks.set_index("key").loc["2.1a"]
    assert (row["status"], row["status_found"]) == ("", "Ambr")
    counted = result.totals.set_index("outcome").loc["2.1"]
    assert (counted["AMBER"], counted["not_reported"], counted["total"]) == (1, 1, 4)
    assert result.needs_attention


@pytest.mark.slow
def test_another_spelling_of_a_status_is_accepted_with_a_note(project: Project, returned: Path, fill: Fill) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, {"2.1a": {"status": " amber – Needs attention. "}}))
    result = ingest(project)
    (item,) = result.files[0].findings
    assert (item.code, item.severity, item.found) == ("status-read", "note", "amber – Needs attention.")
    assert result.tasks.set_index("key").loc["2.1a", "status"] == "AMBER"


def test_an_overtyped_total_is_reported_once_and_not_used(project: Project, returned: Path, fill: Fill) -> None:
    overtyped = [{"outcome": "2.1", "line": "GREEN", "value": 7}]
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, overtyped=overtyped))
    result = ingest(project)
    (item,) = result.files[0].findings
    assert (item.code, item.sheet, item.found) == ("total-mismatch", "Outcome 2.1", "7")
    assert result.totals.set_index("outcome").loc["2.1", "GREEN"] == 1


def test_totals_that_another_program_did_not_recalculate_are_not_reported(
    project: Project, returned: Path, example: tuple[Plan, Template], period: Period
) -> None:
    """A program that types statuses without recalculating returns the zeros that were sent."""
    import zipfile

    from ragsheets.workbook.compose import lay_out
    from ragsheets.workbook.layout import PrefilledAnswers
    from ragsheets.workbook.writer import to_xlsx

    plan, template = example
    group = plan.groups[0]
    statuses = {task.key: {"status": "GREEN"} for outcome in group.outcomes for task in outcome.tasks}
    filled_workbook = to_xlsx(lay_out(plan, template, group, period, PrefilledAnswers(statuses)), template, period.date)
    blank_workbook = (project.period_folder(DATE) / files.SENT_FOLDER / f"{group.name}.xlsx").read_bytes()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(filled_workbook)) as filled_archive,
        zipfile.ZipFile(io.BytesIO(blank_workbook)) as blank_archive,
        zipfile.ZipFile(buffer, "w") as output,
    ):
        import re

        for name in filled_archive.namelist():
            part = filled_archive.read(name)
            if name.startswith("xl/worksheets/"):
                stale = iter(re.findall(rb"</f><v>(\d+)</v>", blank_archive.read(name)))
                part = re.sub(rb"</f><v>\d+</v>", lambda _, stale=stale: b"</f><v>" + next(stale) + b"</v>", part)
            output.writestr(name, part)
    (returned / "reply.xlsx").write_bytes(buffer.getvalue())
    file = only_file(project)
    assert "total-mismatch" not in codes(file)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-workbook"),
        (b"hello", "not-a-workbook"),
        (b"\x89PNG\r\n\x1a\n", "not-a-workbook"),
        (b"<html><table></table></html>", "not-a-workbook"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), "encrypted"),
    ],
)
def test_a_file_that_is_not_a_workbook_causes_one_finding_and_the_others_are_read(
    project: Project, returned: Path, fill: Fill, content: bytes, code: str
) -> None:
    (returned / "a bad one.xlsx").write_bytes(content)
    (returned / "reply.xlsx").write_bytes(fill(STRONGER))
    bad, good = ingest(project).files
    assert (bad.result, codes(bad)) == ("rejected", [code])
    assert (good.result, codes(good)) == ("accepted", [])


def test_a_truncated_workbook_is_damaged(project: Project, returned: Path, fill: Fill) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER)[:-300])
    assert codes(only_file(project)) == ["damaged"]


def test_an_unrelated_workbook_is_rejected_as_not_ours(project: Project, returned: Path) -> None:
    book = openpyxl.Workbook()
    book.save(returned / "budget.xlsx")
    file = only_file(project)
    assert (file.result, codes(file)) == ("rejected", ["not-ours"])


def test_another_periods_workbook_names_both_periods(
    project: Project, returned: Path, example: tuple[Plan, Template], replies: Mapping[str, Any]
) -> None:
    earlier_period = Period(datetime.date(2008, 3, 6), due=DUE)
    (returned / "reply.xlsx").write_bytes(demo.fill_in_workbook(*example, earlier_period, replies[STRONGER]))
    (item,) = only_file(project).findings
    assert item.code == "wrong-period"
    assert "6th March 2008" in item.message
    assert "4th September 2008" in item.message


def test_another_plans_workbook_names_both_plans(
    project: Project, returned: Path, example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]
) -> None:
    plan = example[0].model_copy(update={"title": "Quarterly Review", "partnership": "Elsewhere"})
    (returned / "reply.xlsx").write_bytes(demo.fill_in_workbook(plan, example[1], period, replies[STRONGER]))
    (item,) = only_file(project).findings
    assert item.code == "wrong-plan"
    assert "Quarterly Review" in item.message
    assert example[0].title in item.message


def test_a_sub_group_that_is_not_in_the_plan_is_named(
    project: Project, returned: Path, example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]
) -> None:
    plan, template = example
    foreign_group = plan.groups[0].model_copy(update={"name": "Green Spaces", "key": "Green Spaces"})
    foreign_plan = plan.model_copy(update={"groups": (foreign_group,)})
    reply = {**replies[STRONGER], "group": "Green Spaces"}
    (returned / "reply.xlsx").write_bytes(demo.fill_in_workbook(foreign_plan, template, period, reply))
    (item,) = only_file(project).findings
    assert item.code == "unknown-group"
    assert "Green Spaces" in item.message


def test_a_workbook_returned_unchanged_is_reported(project: Project, returned: Path) -> None:
    sent = project.period_folder(DATE) / files.SENT_FOLDER / f"{STRONGER}.xlsx"
    (returned / "reply.xlsx").write_bytes(sent.read_bytes())
    result = ingest(project)
    assert codes(result.files[0]) == ["nothing-filled-in"]
    assert result.needs_attention


def test_the_same_file_again_is_a_duplicate_and_the_report_is_unchanged(
    project: Project, returned: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, {"2.1a": {"status": "Ambr"}}))
    (returned / "bad.xlsx").write_bytes(b"hello")
    first = ingest(project).as_json()
    second = ingest(project).as_json()
    assert [file["result"] for file in second["files"]] == ["rejected", "duplicate"]
    for file in second["files"]:
        file["result"] = "accepted" if file["result"] == "duplicate" else file["result"]
    assert first == second


def test_findings_describe_the_whole_period_when_one_more_file_is_ingested(
    project: Project, returned: Path, tmp_path: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, {"2.1a": {"status": "Ambr"}}))
    ingest(project)
    late = tmp_path / "late.xlsx"
    late.write_bytes(fill(YOUNG))
    result = ingest(project, [late])
    assert {file.file: file.result for file in result.files} == {"late.xlsx": "accepted", "reply.xlsx": "accepted"}
    assert result.needs_attention
    assert result.assessment.missing_groups == (HEALTHY,)


def test_a_rejected_file_that_was_replaced_needs_no_attention(project: Project, returned: Path, fill: Fill) -> None:
    (returned / "reply.xlsx").write_bytes(b"hello")
    assert ingest(project).needs_attention
    (returned / "reply.xlsx").write_bytes(fill(STRONGER))
    result = ingest(project)
    assert {file.file: file.result for file in result.files} == {"reply.xlsx": "accepted"}
    assert not result.needs_attention


def test_a_rejected_file_that_was_deleted_needs_no_attention(project: Project, returned: Path) -> None:
    (returned / "reply.xlsx").write_bytes(b"hello")
    assert ingest(project).needs_attention
    assert ingest(project, [returned.parent / "sent"]).needs_attention, "it lies there still"
    (returned / "reply.xlsx").unlink()
    assert not ingest(project).needs_attention


def test_system_files_are_ignored_without_a_finding(project: Project, returned: Path) -> None:
    for name in ("~$reply.xlsx", ".~lock.reply.xlsx#", ".DS_Store", "Thumbs.db", "desktop.ini"):
        (returned / name).write_bytes(b"x")
    result = ingest(project)
    assert {file.result for file in result.files} == {"ignored"}
    assert all(file.findings == () for file in result.files)
    assert not result.needs_attention


def test_links_are_not_followed(project: Project, returned: Path, tmp_path: Path, fill: Fill) -> None:
    (tmp_path / "outside.xlsx").write_bytes(fill(STRONGER))
    (returned / "link.xlsx").symlink_to(tmp_path / "outside.xlsx")
    file = only_file(project)
    assert (file.result, codes(file)) == ("rejected", ["unreadable"])


# -------------------------------------------------------------------------------------------------- moved cells


def test_sorted_rows_are_matched_by_their_key(project: Project, returned: Path, fill: Fill) -> None:
    def reverse(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.2"]
        rows = [row for row in range(3, sheet.max_row + 1) if str(sheet.cell(row, 6).value).startswith("2.2")]
        values = [[sheet.cell(row, column).value for column in range(1, 7)] for row in rows]
        for row, texts in zip(rows, reversed(values), strict=True):
            for column, text in enumerate(texts, 1):
                sheet.cell(row, column).value = text

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), reverse))
    before = unedited_answers(project, fill)
    result = ingest(project)
    assert codes(result.files[0]) == []
    assert answers_in(result.tasks) == before


def test_a_sort_without_the_hidden_keys_moves_no_answer(project: Project, returned: Path, fill: Fill) -> None:
    def reverse(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.2"]
        rows = [row for row in range(3, sheet.max_row + 1) if str(sheet.cell(row, 6).value).startswith("2.2")]
        values = [[sheet.cell(row, column).value for column in range(1, 6)] for row in rows]
        for row, texts in zip(rows, reversed(values), strict=True):
            for column, text in enumerate(texts, 1):
                sheet.cell(row, column).value = text

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), reverse))
    before = unedited_answers(project, fill)
    result = ingest(project)
    assert set(codes(result.files[0])) == {"told-by-wording"}
    assert answers_in(result.tasks) == before


def test_inserted_rows_and_columns_and_renamed_sheets_move_no_answer(
    project: Project, returned: Path, fill: Fill
) -> None:
    def move(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        sheet.insert_rows(2, 3)
        sheet.insert_rows(13, 2)
        sheet.insert_cols(2)
        sheet.title = "Our sheet"
        book.move_sheet("Outcome 3.1", -3)

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), move))
    before = unedited_answers(project, fill)
    result = ingest(project)
    assert [item for item in result.files[0].findings if item.severity == "error"] == []
    assert answers_in(result.tasks) == before


def test_a_copied_row_is_never_merged_silently(project: Project, returned: Path, fill: Fill) -> None:
    def copy(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        source = next(row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 6).value == "2.1a")
        for column in range(1, 7):
            sheet.cell(sheet.max_row if column > 1 else sheet.max_row + 1, column).value = sheet.cell(
                source, column
            ).value
        sheet.cell(sheet.max_row, 3).value = "Another story"

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), copy))
    (item,) = [item for item in only_file(project).findings if item.code == "row-twice"]
    assert "Another story" in item.message


def test_a_deleted_row_is_reported(project: Project, returned: Path, fill: Fill) -> None:
    def delete(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        sheet.delete_rows(next(row for row in range(3, 30) if sheet.cell(row, 6).value == "2.1c"))

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), delete))
    assert [(item.code, item.task) for item in only_file(project).findings if item.code == "row-missing"] == [
        ("row-missing", "2.1c")
    ]


# ------------------------------------------------------------------------------------------- unrequested text


def test_changed_wording_is_stored_as_a_proposal_with_old_and_new_text(
    project: Project, returned: Path, fill: Fill
) -> None:
    def reword(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        row = next(row for row in range(3, 30) if sheet.cell(row, 6).value == "2.1a")
        sheet.cell(row, 1).value = f"{sheet.cell(row, 1).value} and act on it"

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), reword))
    result = ingest(project)
    (item,) = result.files[0].findings
    assert item.code == "wording-changed"
    assert item.found.endswith("and act on it")
    assert "cohesion and integration”" in item.message
    assert result.tasks.set_index("key").loc["2.1a", "status"] == "AMBER"


def test_deleted_wording_is_reported_as_deleted(project: Project, returned: Path, fill: Fill) -> None:
    def delete(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        row = next(row for row in range(3, 30) if sheet.cell(row, 6).value == "2.1a")
        sheet.cell(row, 2).value = None

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), delete))
    (item,) = only_file(project).findings
    assert (item.code, item.task, item.found) == ("wording-deleted", "2.1a", "")
    assert item.message.startswith("The plan's wording was deleted: “Activity mapped by June 2008")
    assert "“”" not in item.message


def test_text_in_the_spare_rows_is_a_proposed_task_and_never_counts(
    project: Project, returned: Path, fill: Fill
) -> None:
    def propose(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        row = next(row for row in range(3, 40) if sheet.cell(row, 6).value == "#new-1")
        sheet.cell(row, 1).value, sheet.cell(row, 4).value = "Open a food bank", "GREEN"

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), propose))
    result = ingest(project)
    (item,) = result.files[0].findings
    assert item.code == "proposed-task"
    assert "Open a food bank | GREEN" in item.message
    assert result.totals.set_index("outcome").loc["2.1", "total"] == 4


@pytest.mark.parametrize(
    ("sheet", "cell"),
    [("Start here", "C2"), ("Outcome 2.1", "E5"), ("Headlines", "F20"), ("Outcome 2.1", "H12"), ("Outcome 2.1", "B60")],
)
def test_text_typed_anywhere_else_is_quoted_with_its_cell(
    project: Project, returned: Path, fill: Fill, sheet: str, cell: str
) -> None:
    def scribble(book: openpyxl.Workbook) -> None:
        book[sheet][cell].value = "Please ring me"

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), scribble))
    assert ("stray-text", sheet, cell, "Please ring me") in [
        (item.code, item.sheet, item.cell, item.found) for item in only_file(project).findings
    ]


def test_text_on_a_new_sheet_is_quoted(project: Project, returned: Path, fill: Fill) -> None:
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("Notes")["B3"].value = "See you on Tuesday"

    (returned / "reply.xlsx").write_bytes(with_edit(fill(STRONGER), add))
    assert [(item.sheet, item.cell, item.found) for item in only_file(project).findings] == [
        ("Notes", "B3", "See you on Tuesday")
    ]


def test_text_that_looks_like_a_missing_value_is_text(project: Project, returned: Path, fill: Fill) -> None:
    words = {"2.1a": {"position": "NULL", "planned": "nan"}, "2.1b": {"position": "N/A", "planned": "None"}}
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, words))
    tasks = ingest(project).tasks.set_index("key")
    assert tasks.loc["2.1a", ["position", "planned"]].tolist() == ["NULL", "nan"]
    assert tasks.loc["2.1b", ["position", "planned"]].tolist() == ["N/A", "None"]


# ---------------------------------------------------------------------------------------------- several returns


def test_the_newest_return_wins_cell_by_cell_and_differences_are_reported(
    project: Project, returned: Path, fill: Fill
) -> None:
    for name, day, content in (
        ("a second.eml", 12, fill(STRONGER, {"2.1a": {"status": "GREEN"}})),
        ("b first.eml", 5, fill(STRONGER)),
    ):
        (returned / name).write_bytes(message_with(content, datetime.datetime(2008, 9, day)))
    result = ingest(project)
    assert result.tasks.set_index("key").loc["2.1a", "status"] == "GREEN"
    differing = [item for file in result.files for item in file.findings if item.code == "answers-differ"]
    assert [(item.task, item.found) for item in differing] == [("2.1a", "GREEN")]
    assert "AMBER" in differing[0].message


@pytest.mark.slow
def test_two_half_filled_returns_are_combined(
    project: Project,
    returned: Path,
    fill: Fill,
    example: tuple[Plan, Template],
    period: Period,
    replies: Mapping[str, Any],
) -> None:
    answers = replies[STRONGER]["answers"]
    halves = [dict(list(answers.items())[:5]), dict(list(answers.items())[5:])]
    for number, half in enumerate(halves):
        (returned / f"{number}.xlsx").write_bytes(
            demo.fill_in_workbook(*example, period, {"group": STRONGER, "answers": half})
        )
    result = ingest(project)
    assert answers_in(result.tasks) == {**answers_in(assess(project).tasks)}
    statuses = result.tasks[result.tasks["group"] == STRONGER].set_index("key")["status"]
    assert statuses.to_dict() == {key: row["status"] for key, row in answers.items()}
    assert "half-filled" not in [code for file in result.files for code in codes(file)]


@pytest.mark.slow
def test_sub_groups_are_shown_by_their_names_whatever_their_keys(tmp_path: Path) -> None:
    plan = projects.plan(projects.group("Parks", key="p1"), projects.group("Health", projects.outcome("3.1"), key="h1"))
    periods.hold_period(tmp_path, DATE.isoformat(), {"Parks": {"2.1a": "green"}}, plan=plan)
    result = ingest(Project(tmp_path))
    assert result.assessment.tasks["group"].tolist() == ["p1", "h1"]
    assert result.findings["group"].tolist() == ["Parks"]
    assert result.tasks["group"].tolist() == result.totals["group"].tolist() == ["Parks", "Health"]
    as_json = result.as_json()
    assert [(row["group"], row["GREEN"]) for row in as_json["totals"]] == [("Parks", 1), ("Health", 0)]
    assert ([file["group"] for file in as_json["files"]], as_json["missing"]) == (["Parks"], ["Health"])


# -------------------------------------------------------------------------------------------------- the snapshot


def test_returns_are_read_against_the_plan_that_was_sent(project: Project, returned: Path, fill: Fill) -> None:
    content = fill(STRONGER)
    text = project.plan_file.read_text(encoding="utf-8")
    project.plan_file.write_text(text.replace("Stronger Communities", "Stronger Places"), encoding="utf-8")
    (returned / "reply.xlsx").write_bytes(content)
    assert only_file(project).group == STRONGER


def test_a_workbook_of_an_earlier_edition_is_still_read(project: Project, returned: Path, fill: Fill) -> None:
    content = fill(STRONGER)
    text = project.plan_file.read_text(encoding="utf-8")
    project.plan_file.write_text(text.replace("Di Robinson", "Dinah Robinson"), encoding="utf-8")
    generate(project, DATE, due=DUE, force=True)
    (returned / "reply.xlsx").write_bytes(content)
    file = only_file(project)
    assert (file.result, [c for c in codes(file) if c != "other-edition"]) == ("accepted", [])


@pytest.mark.slow
def test_a_column_added_to_the_template_is_in_the_data(tmp_path: Path) -> None:
    project = with_own_columns(
        tmp_path / "own",
        '[[columns]]\nkey = "risk"\nheading = "Risk"\n[[columns]]\nkey = "by"\nheading = "By when"\nkind = "date"\n',
    )
    plan, template = project.plan()
    answers = {
        "2.1a": {"status": "RED", "position": "x", "risk": "Flooding", "by": "2009-03-05"},
        "2.1b": {"by": "soon"},
    }
    reply = {"group": STRONGER, "answers": answers}
    (project.folder / "2008-09-04" / "returned" / "r.xlsx").write_bytes(
        demo.fill_in_workbook(plan, template, Period(DATE), reply)
    )
    result = ingest(project)
    tasks = result.tasks.set_index("key")
    assert tasks.loc["2.1a", ["risk", "by"]].tolist() == ["Flooding", "2009-03-05"]
    assert ("bad-date", "soon") in [(item.code, item.found) for item in result.files[0].findings]


def answers_in(tasks: Any) -> dict[str, tuple[str, ...]]:
    """Return the answers of Stronger Communities, by task."""
    group_tasks = tasks[tasks["group"] == STRONGER]
    return {row["key"]: (row["position"], row["status"], row["planned"]) for row in group_tasks.to_dict("records")}


def unedited_answers(project: Project, fill: Fill) -> dict[str, tuple[str, ...]]:
    """Return the answers from the unedited return, read in a copy of the project."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(project.folder, copy)
        for reply in (copy / DATE.isoformat() / "returned").iterdir():
            reply.unlink()
        (copy / DATE.isoformat() / "returned" / "reply.xlsx").write_bytes(fill(STRONGER))
        return answers_in(ingest(Project(copy)).tasks)


@pytest.mark.slow
def test_where_no_program_stores_a_time_the_order_of_arrival_decides_no_status(
    project: Project, returned: Path, fill: Fill
) -> None:
    for name, status in (("b.xlsx", "AMBER"), ("a.xlsx", "GREEN")):
        content = fill(STRONGER, {"2.1a": {"status": status}})
        (returned / name).write_bytes(with_saving_time(content, "2008-09-04T00:00:00Z"))
        result = ingest(project)
    row = result.tasks.set_index("key").loc["2.1a"]
    assert (row["status"], row["status_found"]) == ("", "GREEN / AMBER")
    assert result.needs_attention
    (finding,) = [item for file in result.files for item in file.findings if item.code == "status-order-unknown"]
    assert (finding.file, finding.task) == ("a.xlsx", "2.1a")
    assert "b.xlsx" in finding.message


def test_characters_that_office_files_cannot_hold_are_left_out_and_reported(
    project: Project, returned: Path, fill: Fill
) -> None:
    import zipfile

    buffer = io.BytesIO()
    content = fill(STRONGER, {"2.1a": {"position": "ring the ~ bell"}})
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"ring the ~ bell", b"ring the _x0007_bell"))
    (returned / "reply.xlsx").write_bytes(buffer.getvalue())
    result = ingest(project)
    assert codes(result.files[0]) == ["characters-left-out"]
    assert result.tasks.set_index("key").loc["2.1a", "position"] == "ring the bell"


def with_saving_time(content: bytes, time: str) -> bytes:
    """Return the workbook with this time as the time of its last saving."""
    import re
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]+", rb"\g<1>" + time.encode(), part)
            new.writestr(name, part)
    return buffer.getvalue()


# ------------------------------------------------------------------------------ plans changed after generation


def remove_task(project: Project, label_line: str) -> None:
    """Remove the first task with this label from the plan."""
    text = project.plan_file.read_text(encoding="utf-8")
    start = text.index(label_line)
    block_start = text.rindex("[[groups.outcomes.actions.tasks]]", 0, start)
    block_end = text.find("[[", start)
    project.plan_file.write_text(text[:block_start] + text[block_end:], encoding="utf-8")


def test_workbooks_generated_again_for_one_sub_group_leave_the_others_unchanged(
    project: Project, returned: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER))
    before = answers_in(ingest(project).tasks)
    remove_task(project, 'label = "b"')
    generate(project, DATE, groups=[HEALTHY], force=True)
    result = ingest(project)
    assert answers_in(result.tasks) == before
    assert codes(result.files[0]) == []


@pytest.mark.slow
def test_text_for_a_removed_task_is_reported(project: Project, returned: Path, fill: Fill) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, {"2.1b": {"position": "We did it all"}}))
    ingest(project)
    remove_task(project, 'label = "b"')
    generate(project, DATE, force=True)
    assert "We did it all" in {item.found for item in ingest(project).files[0].findings}


def test_an_answer_without_a_task_in_the_ledger_is_an_error_and_never_dropped(
    project: Project, returned: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER, {"2.1b": {"position": "We did it all"}}))
    ingest(project)
    remove_task(project, 'label = "b"')
    with project.ledger() as ledger:
        ledger.save_period(replace(ledger.period(), plan=project.plan()[0]), [])
    task_findings = [item for item in ingest(project).files[0].findings if item.code == "task-gone"]
    assert {(item.task, item.severity) for item in task_findings} == {("2.1b", "error")}
    assert "We did it all" in {item.found for item in task_findings}


def test_the_name_and_due_date_of_a_period_are_preserved(project: Project) -> None:
    generate(project, DATE, name="Second quarter", force=True)
    generated_again = generate(project, DATE)
    assert (generated_again.period.name, generated_again.period.due) == ("Second quarter", DUE)
    assert not any(workbook.changed for workbook in generated_again.workbooks)


@pytest.mark.slow
def test_a_corrected_workbook_resolves_an_unknown_status(project: Project, returned: Path, fill: Fill) -> None:
    (returned / "a.xlsx").write_bytes(fill(STRONGER, {"2.1a": {"status": "Orangey"}}))
    assert ingest(project).needs_attention

    def later(book: openpyxl.Workbook) -> None:
        book.properties.modified = datetime.datetime(2030, 1, 1)

    (returned / "b.xlsx").write_bytes(with_edit(fill(STRONGER), later))
    result = ingest(project)
    assert {(item.code, item.severity) for file in result.files for item in file.findings} == {
        ("answer-mended", "note")
    }
    assert not result.needs_attention


@pytest.mark.slow
def test_choices_and_dates_are_accepted_in_any_spelling(tmp_path: Path) -> None:
    project = with_own_columns(
        tmp_path / "own",
        '[[columns]]\nkey = "risk"\nheading = "Risk"\nkind = "choice"\n'
        'choices = ["High", "Low"]\n[[columns]]\nkey = "by"\nheading = "By when"\nkind = "date"\n',
    )
    plan, template = project.plan()
    answers = {"2.1a": {"status": "RED", "position": "x", "risk": " low", "by": "5 March 2009"}}
    reply = {"group": STRONGER, "answers": answers}
    (project.folder / "2008-09-04" / "returned" / "r.xlsx").write_bytes(
        demo.fill_in_workbook(plan, template, Period(DATE), reply)
    )
    result = ingest(project)
    assert result.tasks.set_index("key").loc["2.1a", ["risk", "by"]].tolist() == ["Low", "2009-03-05"]
    assert "choice-read" in codes(result.files[0])


@pytest.mark.slow
def test_answers_read_before_the_plan_was_relabelled_keep_their_tasks(
    project: Project, returned: Path, fill: Fill
) -> None:
    (returned / "reply.xlsx").write_bytes(fill(STRONGER))
    before = ingest(project).tasks.set_index("task")["status"]
    text = project.plan_file.read_text(encoding="utf-8")
    first = text.index("[[groups.outcomes.actions.tasks]]")
    new = '[[groups.outcomes.actions.tasks]]\nlabel = "a"\ntask = "Survey every resident"\ntarget = "One survey"\n\n'
    block_end = text.index("[[groups.outcomes]]", first)
    block = text[first:block_end]
    for old, moved in (('"d"', '"e"'), ('"c"', '"d"'), ('"b"', '"c"'), ('"a"', '"b"')):
        block = block.replace(f"label = {old}", f"label = {moved}")
    project.plan_file.write_text(text[:first] + new + block + text[block_end:], encoding="utf-8")
    generate(project, DATE, force=True)
    for result in (assess(project), ingest(project)):
        after = result.tasks.set_index("task")["status"]
        assert after["Survey every resident"] == ""
        assert after.drop("Survey every resident").to_dict() == before.to_dict()


def with_own_columns(folder: Path, columns: str) -> Project:
    """Return the example with a template that adds columns to the standard one; its workbooks are generated."""
    folder.mkdir()
    (folder / "own.toml").write_text(f'extends = "standard"\n{columns}', encoding="utf-8")
    example = (files.shipped_folder("examples") / "gloucester" / "plan.toml").read_text(encoding="utf-8")
    plan_text = example.replace('template = "standard"', 'template = "own.toml"')
    (folder / "plan.toml").write_text(plan_text, encoding="utf-8")
    generate(Project(folder), DATE)
    return Project(folder)
