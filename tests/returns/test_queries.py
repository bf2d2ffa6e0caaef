"""Queries: a workbook with all answers asks the contact what to settle, and is returned with it settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.built_once import built_once
from helpers.example import DATE as EXAMPLE_DATE
from helpers.libreoffice import XLSX, LibreOffice
from helpers.period_builder import STANDARD
from helpers.projects import action, assess, group, outcome, plan, reply, run_ragsheets, task, toml, write_plan
from helpers.queries import (
    COLUMNS,
    FULL,
    GREEN,
    PARKS,
    current_answers,
    find_row,
    finding_codes,
    front_sheet_texts,
    notes_by_cell,
    period_folder,
    queries_folder,
    query_path,
    return_query,
    start_project,
)
from ragsheets import files
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.settle import settle
from ragsheets.returns.finding import Severity
from ragsheets.returns.finding_catalogue import finding_kinds


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    """A project whose workbooks are sent, of the sub-groups Parks (2.1a, b, c) and Health (3.1a)."""
    return start_project(tmp_path / "project", PARKS)


# --------------------------------------------------------------------------------------- when and what is asked


def test_no_folder_is_created_without_questions(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", FULL)
    result = ingest(parks)
    assert finding_codes(result, notes=False) == []
    assert result.queries.workbooks == ()
    assert not queries_folder(parks).exists()


def test_only_a_sub_group_with_something_to_settle_gets_a_workbook(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    reply(parks.folder, "h.xlsx", {"3.1a": GREEN}, of="Health")
    result = ingest(parks)
    assert [(item.group, item.file, item.questions) for item in result.queries.workbooks] == [
        ("Parks", "2008-09-04/queries/Parks questions.xlsx", 1)
    ]
    assert sorted(path.name for path in queries_folder(parks).iterdir()) == ["Parks questions.xlsx", "queries.md"]
    assert result.as_json()["queries"] == [
        {"group": "Parks", "file": "2008-09-04/queries/Parks questions.xlsx", "questions": 1}
    ]


def test_the_cell_in_question_is_marked_and_its_note_and_the_list_explain_what_to_do(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    ((address, note),) = notes_by_cell(query_path(parks)).items()
    sheet = openpyxl.load_workbook(query_path(parks))[address[0]]
    cell = sheet[address[1]]
    assert cell.value == "Ambr"
    assert cell.row == find_row(sheet, "2.1b")
    assert note == (
        "Question 1: “Ambr” is not one of the statuses. Did you mean AMBER?\n"
        "Please pick one from the list: GREEN, AMBER, RED."
    )
    unmarked = sheet[f"D{find_row(sheet, '2.1a')}"]
    assert cell.border.left.style == "thick" != unmarked.border.left.style
    assert cell.fill.fgColor.rgb != unmarked.fill.fgColor.rgb
    assert not cell.protection.locked
    book = openpyxl.load_workbook(query_path(parks))
    front_sheet = book.worksheets[0]
    listed_cell = next(
        c for row in front_sheet.iter_rows() for c in row if c.value == f"1.  {address[0]}, {address[1]}"
    )
    assert listed_cell.hyperlink.location == f"'{address[0]}'!{address[1]}"
    assert "“Ambr” is not one of the statuses" in front_sheet.cell(listed_cell.row, 2).value
    assert "Please pick one from the list" in front_sheet.cell(listed_cell.row, 2).value
    assert listed_cell.row < next(c.row for row in front_sheet.iter_rows() for c in row if c.value == "How far you are")


def test_the_query_holds_all_answers_with_unrecognised_statuses_as_typed(parks: Project) -> None:
    replies = {**FULL, "2.1a": {**GREEN, "status": "g", "position": "=1+1"}, "2.1b": {**GREEN, "status": "Ambr"}}
    reply(parks.folder, "r.xlsx", replies)
    ingest(parks)
    sheet = openpyxl.load_workbook(query_path(parks))["Outcome 2.1"]
    for key, columns in replies.items():
        for column, text in columns.items():
            cell = sheet[f"{COLUMNS[column]}{find_row(sheet, key)}"]
            assert cell.value == ("GREEN" if text == "g" else text)
            assert cell.data_type == "s"
    totals = [sheet.cell(row, 4).value for row in range(5, 10)]
    assert all(str(value).startswith("=") for value in totals)
    stored_values = openpyxl.load_workbook(query_path(parks), data_only=True)["Outcome 2.1"]
    assert [stored_values.cell(row, 4).value for row in range(5, 10)] == [2, 0, 0, 1, 3]


def test_the_query_holds_the_headlines_in_their_cells(
    project: Project, returned: Path, replies: Mapping[str, Any]
) -> None:
    from ragsheets.project import demo

    edited_reply = dict(replies["Stronger Communities"])
    edited_reply["answers"] = {key: dict(value) for key, value in edited_reply["answers"].items()}
    edited_reply["answers"]["2.1a"]["status"] = "Ambr"
    edited_reply["successes"] = ["", "The second line only"]
    plan, template = project.plan()
    from ragsheets.plan.model import Period

    content = demo.fill_in_workbook(plan, template, Period(EXAMPLE_DATE), edited_reply)
    (returned / "r.xlsx").write_bytes(content)
    ingest(project)
    path = project.period_folder(EXAMPLE_DATE) / files.QUERIES_FOLDER / "Stronger Communities questions.xlsx"
    sheet = openpyxl.load_workbook(path)["Headlines"]
    assert sheet.cell(find_row(sheet, "#success-1"), 2).value is None
    assert sheet.cell(find_row(sheet, "#success-2"), 2).value == "The second line only"
    for number, text in enumerate(edited_reply["next_steps"], 1):
        assert sheet.cell(find_row(sheet, f"#next-{number}"), 2).value == text


@pytest.mark.parametrize("code", STANDARD.wording.questions)
def test_a_question_is_complete_and_polite(code: str) -> None:
    question = STANDARD.wording.questions[code]
    assert finding_kinds()[code].severity is not Severity.NOTE
    assert question.remedy.startswith(("Please", "If"))
    assert "lease" in question.remedy
    assert not {"ledger", "ingest", "finding"} & set(re.findall(r"\w+", f"{question.ask} {question.remedy}".casefold()))


@pytest.mark.parametrize(
    "code",
    ["total-mismatch", "wording-changed", "proposed-task", "stray-text", "task-gone", "not-ours", "other-edition"],
)
def test_a_finding_for_the_coordinator_has_no_question(code: str) -> None:
    assert code not in STANDARD.wording.questions


# -------------------------------------------------------------------------------------------------- returned queries


@pytest.mark.slow
def test_correcting_one_cell_settles_the_question_and_keeps_the_other_answers(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    assert finding_codes(ingest(parks), notes=False) == ["unknown-status"]
    before = current_answers(parks)
    return_query(parks, {("2.1b", "status"): "RED"})
    result = ingest(parks)
    assert finding_codes(result, notes=False) == []
    assert not result.needs_attention
    assert current_answers(parks) == {**before, "2.1b": {**before["2.1b"], "status_found": "RED"}}
    assert not queries_folder(parks).exists()
    assert finding_codes(ingest(parks), notes=False) == []


@pytest.mark.slow
def test_a_query_returned_unchanged_is_reported_and_changes_nothing(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    before = current_answers(parks)
    (period_folder(parks) / "returned" / "again.xlsx").write_bytes(query_path(parks).read_bytes())
    result = ingest(parks)
    assert finding_codes(result, notes=False) == ["questions-unanswered", "unknown-status"]
    (finding,) = [item for file in result.files for item in file.findings if item.code == "questions-unanswered"]
    assert finding.message.startswith("The questions have not been answered")
    assert (finding.file, finding.severity) == ("again.xlsx", "error")
    assert current_answers(parks) == before
    assert finding_codes(ingest(parks), notes=False) == finding_codes(result, notes=False)
    return_query(parks, {("2.1b", "status"): "RED"})
    assert finding_codes(ingest(parks), notes=False) == []


def test_the_totals_of_a_corrected_workbook_are_not_reported(parks: Project, calc: LibreOffice) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    ((sheet, cell),) = notes_by_cell(query_path(parks))
    saved = period_folder(parks) / "returned" / "by libreoffice.xlsx"
    run = calc.run(query_path(parks), [(sheet, cell, "AMBER")], (saved, XLSX))
    assert run["refused"] == []
    assert [text for text in notes_by_cell(saved).values() if "“Ambr” is not one of the statuses" in text]
    result = ingest(parks)
    assert finding_codes(result, notes=False) == []
    assert result.totals.set_index("outcome").loc["2.1", ["GREEN", "AMBER", "total"]].tolist() == [2, 1, 3]


def test_a_total_typed_over_in_a_query_is_compared_with_all_its_statuses(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    book = openpyxl.load_workbook(query_path(parks))
    sheet = book["Outcome 2.1"]
    sheet[f"D{find_row(sheet, '2.1b')}"] = "RED"
    sheet["D5"] = 7
    book.save(period_folder(parks) / "returned" / "answer.xlsx")
    result = ingest(parks)
    (mismatch,) = [item for file in result.files for item in file.findings if item.code == "total-mismatch"]
    assert (mismatch.found, mismatch.cell) == ("7", "D5")
    assert mismatch.message == "The workbook states 7; counting its statuses gives 2."


@pytest.mark.parametrize(
    ("left_out", "code", "typed", "note"),
    [
        (
            {"2.1b": {"position": "Words", "status": "", "planned": ""}},
            "status-missing",
            ("status", "RED"),
            "no status",
        ),
        (
            {"2.1b": {"position": "", "status": "RED", "planned": ""}},
            "missing-answer",
            ("position", "So"),
            "“Position”",
        ),
    ],
)
def test_a_missing_answer_is_asked_for_in_its_own_cell(
    parks: Project, left_out: dict[str, dict[str, str]], code: str, typed: tuple[str, str], note: str
) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, **left_out})
    assert finding_codes(ingest(parks), notes=False) == [code]
    (((_, cell), text),) = notes_by_cell(query_path(parks)).items()
    assert cell[0] == COLUMNS[typed[0]]
    assert note in text
    return_query(parks, {("2.1b", typed[0]): typed[1]})
    assert finding_codes(ingest(parks), notes=False) == []


@pytest.mark.slow
def test_the_question_about_a_half_filled_return_names_the_open_tasks(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {"2.1a": GREEN})
    assert finding_codes(ingest(parks), notes=False) == ["half-filled"]
    assert notes_by_cell(query_path(parks)) == {}
    front_texts = front_sheet_texts(query_path(parks))
    assert "1.  The whole workbook" in front_texts
    assert any("2 of 3 tasks: 2.1 b) Task b; 2.1 c) Task c." in text for text in front_texts)
    return_query(parks, {(key, column): GREEN[column] for key in ("2.1b", "2.1c") for column in COLUMNS})
    assert finding_codes(ingest(parks), notes=False) == []
    assert current_answers(parks)["2.1a"]["position"] == "Done."


@pytest.mark.slow
def test_a_task_whose_row_is_missing_is_not_also_reported_as_unanswered(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {"2.1a": GREEN})
    path = period_folder(parks) / "returned" / "r.xlsx"
    book = openpyxl.load_workbook(path)
    book["Outcome 2.1"].delete_rows(find_row(book["Outcome 2.1"], "2.1b"))
    book.save(path)
    result = ingest(parks)
    assert finding_codes(result, notes=False) == ["half-filled", "row-missing"]
    (finding,) = [item for file in result.files for item in file.findings if item.code == "half-filled"]
    assert finding.message == "Nothing is filled in for 1 of 3 tasks."
    (question,) = [text for text in front_sheet_texts(query_path(parks)) if "1 of 3 tasks" in text]
    assert "2.1 c) Task c" in question
    assert "Task b" not in question
    (row_missing,) = [item for file in result.files for item in file.findings if item.code == "row-missing"]
    settle(parks, row_missing.id, reason="Ann rang")
    assert question in front_sheet_texts(query_path(parks))
    reply(parks.folder, "2.xlsx", {"2.1c": GREEN})
    assert finding_codes(ingest(parks), notes=False) == ["row-missing"]


def test_a_workbook_returned_empty_is_asked_for_again(parks: Project) -> None:
    (period_folder(parks) / "returned" / "r.xlsx").write_bytes(
        (period_folder(parks) / "sent" / "Parks.xlsx").read_bytes()
    )
    assert finding_codes(ingest(parks), notes=False) == ["nothing-filled-in"]
    assert any("was returned as we had sent it" in text for text in front_sheet_texts(query_path(parks)))
    assert query_path(parks).read_bytes() != (period_folder(parks) / "sent" / "Parks.xlsx").read_bytes()
    return_query(parks, {(key, column): GREEN[column] for key in FULL for column in COLUMNS})
    assert finding_codes(ingest(parks), notes=False) == []


def add_differing_returns(project: Project) -> None:
    reply(project.folder, "1.xlsx", FULL)
    ingest(project)
    reply(project.folder, "2.xlsx", {**FULL, "2.1b": {**FULL["2.1b"], "position": "Another."}})
    assert finding_codes(ingest(project), notes=False) == ["text-order-unknown"]


@pytest.mark.slow
@pytest.mark.parametrize("holds", ["Another.", "Done.", "A third."])
def test_where_two_returns_differ_the_answer_to_the_query_counts(parks: Project, holds: str) -> None:
    add_differing_returns(parks)
    (note,) = notes_by_cell(query_path(parks)).values()
    assert "“Another.”" in note
    assert "“Done.”" in note
    return_query(parks, {("2.1b", "position"): holds, ("2.1a", "planned"): "Looked at"})
    assert finding_codes(ingest(parks), notes=False) == []
    assert current_answers(parks)["2.1b"]["position"] == holds
    assert not queries_folder(parks).exists()


@pytest.mark.slow
def test_a_copy_of_a_query_that_nobody_saved_again_confirms_nothing(parks: Project) -> None:
    add_differing_returns(parks)
    (period_folder(parks) / "returned" / "copy.xlsx").write_bytes(query_path(parks).read_bytes())
    result = ingest(parks)
    assert finding_codes(result, notes=False) == ["questions-unanswered", "text-order-unknown"]
    assert "answer-confirmed" not in [item.code for file in result.files for item in file.findings]


@pytest.mark.slow
def test_a_query_saved_again_without_a_change_confirms_what_may_stay_as_it_is(parks: Project) -> None:
    add_differing_returns(parks)
    return_query(parks, {})
    result = ingest(parks)
    assert finding_codes(result, notes=False) == []
    confirmed = [item for file in result.files for item in file.findings if item.code == "answer-confirmed"]
    assert [(item.task, item.found, item.cell[0]) for item in confirmed] == [("2.1b", "Another.", "C")]


@pytest.mark.slow
def test_an_answered_query_overrules_nothing_that_arrived_after_it_was_made(parks: Project) -> None:
    add_differing_returns(parks)
    older_query = query_path(parks).read_bytes()
    reply(parks.folder, "newer.xlsx", {"2.1b": {"position": "Quite new.", "status": "AMBER"}})
    ingest(parks)
    query_path(parks).write_bytes(older_query)
    return_query(parks, {("2.1c", "position"): "All done."})
    result = ingest(parks)
    assert current_answers(parks)["2.1b"]["position"] == "Quite new."
    assert current_answers(parks)["2.1c"]["position"] == "All done."
    (overruled,) = [item for file in result.files for item in file.findings if item.code == "confirmation-overruled"]
    assert (overruled.file, overruled.found, overruled.wanted) == ("answer.xlsx", "Another.", "Quite new.")


@pytest.mark.slow
def test_a_later_answer_from_another_workbook_is_asked_about_again(parks: Project) -> None:
    add_differing_returns(parks)
    return_query(parks, {("2.1b", "position"): "Done."})
    assert finding_codes(ingest(parks), notes=False) == []
    reply(parks.folder, "4.xlsx", {"2.1b": {"position": "Quite new."}})
    result = ingest(parks)
    assert finding_codes(result, notes=False) == ["text-order-unknown"]
    (difference,) = [item for file in result.files for item in file.findings if item.code == "text-order-unknown"]
    assert (difference.found, difference.wanted) == ("Quite new.", "Done.")


@pytest.mark.slow
@pytest.mark.parametrize(("then", "holds"), [("Done.", "Done."), ("None.", "None.")])
def test_a_removed_answer_is_asked_about_until_it_is_settled(parks: Project, then: str, holds: str) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    return_query(parks, {("2.1b", "status"): "RED", ("2.1a", "position"): None})
    assert finding_codes(ingest(parks), notes=False) == ["cleared"]
    (((_, cell), note),) = notes_by_cell(query_path(parks)).items()
    assert cell[0] == "C"
    assert "An answer was deleted here. Is it still right? It was “Done.”." in note
    return_query(parks, {("2.1a", "position"): then, ("2.1c", "planned"): "More"}, "third.xlsx")
    assert finding_codes(ingest(parks), notes=False) == []
    assert current_answers(parks)["2.1a"]["position"] == holds


@pytest.mark.slow
def test_a_removed_headline_is_asked_about_and_settled(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    book = openpyxl.load_workbook(period_folder(parks) / "returned" / "r.xlsx")
    sheet = book["Headlines"]
    sheet.cell(find_row(sheet, "#success-1"), 2, "A new park")
    book.save(period_folder(parks) / "returned" / "r.xlsx")
    ingest(parks)
    book = openpyxl.load_workbook(query_path(parks))
    sheet = book["Headlines"]
    assert sheet.cell(find_row(sheet, "#success-1"), 2).value == "A new park"
    sheet.cell(find_row(sheet, "#success-1"), 2).value = None
    sheet = book["Outcome 2.1"]
    sheet[f"D{find_row(sheet, '2.1b')}"] = "RED"
    book.save(period_folder(parks) / "returned" / "2.xlsx")
    assert finding_codes(ingest(parks), notes=False) == ["cleared"]
    (((name, _), note),) = notes_by_cell(query_path(parks)).items()
    assert name == "Headlines"
    assert "“A new park”" in note
    return_query(parks, {}, "3.xlsx")
    assert finding_codes(ingest(parks), notes=False) == []


@pytest.mark.slow
def test_a_deleted_row_is_asked_about_and_its_answers_stay(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    book = openpyxl.load_workbook(query_path(parks))
    sheet = book["Outcome 2.1"]
    sheet[f"D{find_row(sheet, '2.1b')}"] = "RED"
    sheet.delete_rows(find_row(sheet, "2.1c"))
    book.save(period_folder(parks) / "returned" / "2.xlsx")
    assert finding_codes(ingest(parks), notes=False) == ["row-missing"]
    assert current_answers(parks)["2.1c"]["position"] == "Nearly done."
    return_query(parks, {("2.1c", "planned"): "Plant the last one."}, "3.xlsx")
    assert finding_codes(ingest(parks), notes=False) == []
    assert current_answers(parks)["2.1c"]["planned"] == "Plant the last one."


@pytest.mark.slow
def test_dates_and_numbers_keep_their_types(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    columns = [
        {"key": "finish", "heading": "Finished by", "kind": "date"},
        {"key": "share", "heading": "Share", "kind": "number"},
        {"key": "risk", "heading": "Risk", "kind": "choice", "choices": ["High", "Low"]},
    ]
    (tmp_path / "p" / "ours.toml").write_text(toml({"extends": "standard", "columns": columns}), encoding="utf-8")
    tasks = action(task("a"), task("b"))
    project = start_project(tmp_path / "p", plan(group("Parks", outcome("2.1", tasks)), template="ours"))
    valid_answers = {**GREEN, "finish": "2009-03-05", "share": "12.5", "risk": "Low"}
    invalid_answers = {**GREEN, "finish": "soon", "share": "a half", "risk": "Hgh"}
    reply(project.folder, "r.xlsx", {"2.1a": valid_answers, "2.1b": invalid_answers})
    assert finding_codes(ingest(project), notes=False) == ["bad-date", "bad-number", "unknown-choice"]
    assert [cell_key[1][0] for cell_key in sorted(notes_by_cell(query_path(project)))] == ["F", "G", "H"]
    book = openpyxl.load_workbook(query_path(project))
    sheet = book["Outcome 2.1"]
    row = find_row(sheet, "2.1a")
    assert sheet.cell(row, 6).value.date().isoformat() == "2009-03-05"
    assert sheet.cell(row, 7).value == 12.5
    (period_folder(project) / "returned" / "again.xlsx").write_bytes(query_path(project).read_bytes())
    assert finding_codes(ingest(project), notes=False) == [
        "bad-date",
        "bad-number",
        "questions-unanswered",
        "unknown-choice",
    ]
    for column, text in ((6, "5 March 2010"), (7, 50), (8, "High")):
        sheet.cell(find_row(sheet, "2.1b"), column).value = text
    book.save(period_folder(project) / "returned" / "mended.xlsx")
    assert finding_codes(ingest(project), notes=False) == []
    assessed_tasks = assess(project).tasks.set_index("key")
    assert assessed_tasks.loc["2.1b", ["finish", "share", "risk"]].tolist() == ["2010-03-05", "50", "High"]
    assert assessed_tasks.loc["2.1a", ["finish", "share", "risk"]].tolist() == ["2009-03-05", "12.5", "Low"]


@pytest.mark.slow
def test_answers_to_an_earlier_query_count_after_a_later_one_was_sent(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1a": {**GREEN, "status": "Ambr"}, "2.1b": {**GREEN, "status": "Rd"}})
    ingest(parks)
    first = query_path(parks).read_bytes()
    return_query(parks, {("2.1a", "status"): "AMBER"})
    assert finding_codes(ingest(parks), notes=False) == ["unknown-status"]
    assert query_path(parks).read_bytes() != first
    query_path(parks).write_bytes(first)
    return_query(parks, {("2.1b", "status"): "RED"}, "from the first.xlsx")
    assert finding_codes(ingest(parks), notes=False) == []
    assert [current_answers(parks)[key]["status_found"] for key in ("2.1a", "2.1b")] == ["AMBER", "RED"]


# ---------------------------------------------------------------------------------------------------- other cases


@pytest.mark.slow
def test_the_command_prints_what_to_send_and_keeps_its_exit_code(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    reply(parks.folder, "h.xlsx", {"3.1a": GREEN}, of="Health")
    result = run_ragsheets("-C", parks.folder, "ingest")
    output = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert (
        "Wrote 2008-09-04/queries for 1 sub-group: send each workbook to its contact with the letter for it in"
        in output
    )
    assert "Next: send each workbook in 2008-09-04/queries to its contact" in output
    query_path(parks).write_bytes(b"mine")
    output = " ".join(run_ragsheets("-C", parks.folder, "ingest").stdout.split())
    assert "somebody has changed it: 2008-09-04/queries/Parks questions.xlsx; the new one is beside it" in output


@pytest.mark.slow
def test_a_query_answered_after_a_change_of_plan_adds_only_what_was_typed(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    first = query_path(parks).read_bytes()
    reply(parks.folder, "newer.xlsx", {"2.1a": {"position": "Newer."}})
    tasks = action(task("a"), task("b", target="Another target"), task("c"))
    write_plan(parks.folder, plan(group("Parks", outcome("2.1", tasks)), group("Health", outcome("3.1"))))
    assert run_ragsheets("-C", parks.folder, "generate", "--date", "2008-09-04", "--force").exit_code == 0
    ingest(parks)
    query_path(parks).write_bytes(first)
    return_query(parks, {("2.1b", "status"): "RED"})
    assert "unknown-status" not in finding_codes(ingest(parks))
    assert current_answers(parks)["2.1a"]["position"] == "Newer."
    assert current_answers(parks)["2.1b"]["status_found"] == "RED"


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("edited", [False, True])
def test_nothing_of_a_query_that_the_ledger_does_not_know_counts(parks: Project, edited: bool) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ledger_file = parks.folder / files.LEDGER_FILE
    backup = ledger_file.read_bytes()
    ingest(parks)
    query = query_path(parks).read_bytes()
    ledger_file.write_bytes(backup)
    (period_folder(parks) / "returned" / "r.xlsx").unlink()
    query_path(parks).write_bytes(query)
    if edited:
        return_query(parks, {("2.1b", "status"): "AMBER"})
    else:
        (period_folder(parks) / "returned" / "answer.xlsx").write_bytes(query)
    result = ingest(parks)
    assert [(file.result, [item.code for item in file.findings]) for file in result.files] == [
        ("rejected", ["unknown-answers"])
    ]
    assert not any(text for answers in current_answers(parks).values() for text in answers.values())
