"""Workbooks sent before the plan was changed: an answer follows its task, or is reported if the task is gone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import later_periods, periods, projects
from helpers.projects import run_ragsheets, task
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.periods import remove_period
from ragsheets.project.returns import ReturnSelection, forget_returns
from ragsheets.returns.ingest import IngestResult

#: Two tasks that differ in one character, and one that is similar to neither.
PHASE = "Plant a hundred trees along the canal with the school, phase "
TASKS = (task("a", task=f"{PHASE}1"), task("b", task=f"{PHASE}2"), task("c", task="Give talks"))
YOUNG = "Look after the young trees"


def plan_of(*tasks: dict[str, Any]) -> dict[str, Any]:
    return projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))


def ingest_after_change(folder: Path, answers: dict[tuple[str, str], str], *tasks: dict[str, Any]) -> IngestResult:
    """Return the result for a return after the plan was changed to these tasks."""
    projects.write_plan(folder, plan_of(*TASKS))
    date = periods.date(later_periods.SEPTEMBER)
    generate(Project(folder), date)
    later_periods.return_workbook(folder, answers)
    ingest(Project(folder))
    projects.write_plan(folder, plan_of(*tasks))
    generate(Project(folder), date, force=True)
    return ingest(Project(folder))


def positions(result: IngestResult) -> dict[str, str]:
    """Return the position of each task that has one, by its wording."""
    return {row["task"]: row["position"] for row in result.tasks.to_dict("records") if row["position"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "tasks",
    [
        ({**TASKS[1], "label": "a"}, {**TASKS[2], "label": "b"}),
        ({**TASKS[1], "key": "2.1b"}, {**TASKS[2], "key": "2.1c"}),
        (task("a", task=YOUNG), *TASKS[1:]),
    ],
    ids=["withdrawn, the others move up", "withdrawn, the others keep their keys", "another in its place"],
)
def test_the_answer_of_a_removed_task_is_not_assigned_to_another(
    tmp_path: Path, tasks: tuple[dict[str, Any], ...]
) -> None:
    result = ingest_after_change(
        tmp_path, {("2.1a", "position"): "Phase one done.", ("2.1a", "status"): "GREEN"}, *tasks
    )
    assert positions(result) == {}
    removed_task_findings = [item for file in result.files for item in file.findings if item.code == "task-gone"]
    assert {item.found for item in removed_task_findings} == {"Phase one done.", "GREEN"}
    assert all("2.1a, “a) " in item.message for item in removed_task_findings)
    assert "row-missing" not in later_periods.finding_codes(result)


@pytest.mark.slow
def test_a_key_stated_in_the_plan_keeps_the_answer_whatever_the_wording(tmp_path: Path) -> None:
    result = ingest_after_change(
        tmp_path, {("2.1a", "position"): "Done."}, task("a", task=YOUNG, key="2.1a"), *TASKS[1:]
    )
    assert positions(result) == {YOUNG: "Done."}
    assert not {"stray-text", "row-missing", "wording-changed"} & set(later_periods.finding_codes(result))


@pytest.mark.slow
def test_tasks_that_swap_positions_keep_their_answers(tmp_path: Path) -> None:
    swapped = ({**TASKS[1], "label": "a"}, {**TASKS[0], "label": "b"}, TASKS[2])
    result = ingest_after_change(tmp_path, {("2.1a", "position"): "One.", ("2.1b", "position"): "Two."}, *swapped)
    assert positions(result) == {f"{PHASE}1": "One.", f"{PHASE}2": "Two."}


@pytest.mark.slow
def test_a_task_added_later_is_not_missing_from_an_older_workbook(tmp_path: Path) -> None:
    result = ingest_after_change(tmp_path, {("2.1a", "position"): "One."}, *TASKS, task("d", task="Count the birds"))
    assert "row-missing" not in later_periods.finding_codes(result)


@pytest.mark.slow
def test_unchanged_text_of_the_plan_is_not_a_proposal(tmp_path: Path) -> None:
    reworded = task("a", task=YOUNG, target="All of them alive", key="2.1a")
    result = ingest_after_change(tmp_path, {("2.1a", "position"): "Done."}, reworded, *TASKS[1:])
    assert "wording-changed" not in later_periods.finding_codes(result)
    plan_before = (tmp_path / "plan.toml").read_bytes()
    assert "0 proposals" in run_ragsheets("-C", tmp_path, "plan", "proposals", "--accept", "all").stdout
    assert (tmp_path / "plan.toml").read_bytes() == plan_before


@pytest.mark.slow
def test_a_proposal_already_in_the_plan_is_reported_as_adopted(tmp_path: Path) -> None:
    proposed = task("a", task=YOUNG, key="2.1a")
    result = ingest_after_change(tmp_path, {("2.1a", "task"): f"a) {YOUNG}"}, proposed, *TASKS[1:])
    notes = [item for file in result.files for item in file.findings if item.code == "wording-adopted"]
    assert [(item.found, item.wanted) for item in notes] == [(f"a) {YOUNG}", f"a) {PHASE}1")]
    assert not {"nothing-filled-in", "wording-changed"} & set(later_periods.finding_codes(result))


# ------------------------------------------------------------------------------- tasks that are not certain

MAP, SHOPS, YOUTH = "Map the services in the ward", "Map the shops in the ward", "Map the youth services in the ward"


def plan_with_map(*tasks: dict[str, Any]) -> dict[str, Any]:
    return plan_of(*(task(label, **more) for label, more in zip("abc", tasks, strict=False)))


def start_with_map(folder: Path) -> Project:
    """Return a project of two tasks with its workbook made."""
    projects.write_plan(folder, plan_with_map({"task": MAP, "target": "June"}, {"task": "Give talks", "target": "Six"}))
    generate(Project(folder), periods.date(later_periods.SEPTEMBER))
    return Project(folder)


def insert_similar_task(folder: Path, **more: Any) -> None:
    """Put a task much like (a) before it, which becomes (b) with a word added; `more` adds to (b)."""
    new_tasks = ({"task": SHOPS, "target": "June"}, {"task": YOUTH, "target": "June", **more})
    projects.write_plan(folder, plan_with_map(*new_tasks, {"task": "Give talks", "target": "Six"}))


def generate_again(folder: Path, *options: str) -> str:
    result = run_ragsheets("-C", folder, "generate", "--date", later_periods.SEPTEMBER, "--force", *options)
    assert result.exit_code == 0
    return result.stdout


MAP_ANSWERS = {("2.1a", "position"): "Half mapped.", ("2.1a", "status"): "AMBER", ("2.1b", "position"): "Six talks."}


def findings_with(result: IngestResult, code: str) -> list[Any]:
    return [item for file in result.files for item in file.findings if item.code == code]


@pytest.mark.parametrize("before", [True, False], ids=["read before the change", "read after the change"])
def test_an_answer_to_a_task_below_a_similar_new_one_is_asked_about(tmp_path: Path, before: bool) -> None:
    project = start_with_map(tmp_path)
    later_periods.return_workbook(tmp_path, MAP_ANSWERS)
    if before:
        assert positions(ingest(project)) == {MAP: "Half mapped.", "Give talks": "Six talks."}
    insert_similar_task(tmp_path)
    generate_again(tmp_path)
    result = ingest(project)
    assert positions(result) == {"Give talks": "Six talks."}
    findings = findings_with(result, "task-uncertain")
    assert {(item.found, item.severity) for item in findings} == {("Half mapped.", "error"), ("AMBER", "error")}
    assert all(text in findings[0].message for text in (f"2.1a, “a) {MAP}”", f"2.1b, “{YOUTH}”", f"2.1a, “{SHOPS}”"))


@pytest.mark.slow
def test_generate_names_the_tasks_that_will_be_asked_about_until_the_key_is_given(tmp_path: Path) -> None:
    project = start_with_map(tmp_path)
    later_periods.return_workbook(tmp_path, MAP_ANSWERS)
    assert "will be asked about" not in generate_again(tmp_path)
    insert_similar_task(tmp_path)
    for _ in range(2):
        output = generate_again(tmp_path)
        assert f"task 2.1a of an earlier workbook, “a) {MAP}”, is now 2.1b, “{YOUTH}” or 2.1a, “{SHOPS}”" in output
        assert 'its answers will be asked about. Give the right one key = "2.1a" in the plan' in output
    payload = json.loads(generate_again(tmp_path, "--json"))
    assert payload["unplaced"] == [
        {"group": "Parks", "task": "2.1a", "wording": f"a) {MAP}", "candidates": ["2.1b", "2.1a"]}
    ]
    insert_similar_task(tmp_path, key="2.1a")
    assert "will be asked about" not in generate_again(tmp_path)
    result = ingest(project)
    assert positions(result) == {YOUTH: "Half mapped.", "Give talks": "Six talks."}
    assert findings_with(result, "task-uncertain") == []


def test_generate_names_the_tasks_that_are_gone_from_older_workbooks(tmp_path: Path) -> None:
    start_with_map(tmp_path)
    projects.write_plan(tmp_path, plan_with_map({"task": "Give talks", "target": "Six"}))
    output = generate_again(tmp_path)
    assert "In an earlier workbook but no longer in the plan; answers to them will be asked about:" in output
    assert re.search(r"\n +2\.1a: .*\(Parks\)\n", output), output


@pytest.mark.slow
def test_an_answer_to_the_edition_between_stays_with_its_task_when_the_key_is_given(tmp_path: Path) -> None:
    project = start_with_map(tmp_path)
    insert_similar_task(tmp_path)
    generate_again(tmp_path)
    later_periods.return_workbook(tmp_path, {("2.1a", "position"): "Of the shops.", ("2.1b", "position"): "Of youth."})
    assert positions(ingest(project)) == {SHOPS: "Of the shops.", YOUTH: "Of youth."}
    insert_similar_task(tmp_path, key="2.1a")
    generate_again(tmp_path)
    assert positions(ingest(project)) == {SHOPS: "Of the shops.", YOUTH: "Of youth."}


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed", [f"a) {MAP}, and print it", f"a) {SHOPS} too"], ids=["more words", "words like the new task's"]
)
def test_a_row_whose_wording_the_contact_changed_is_not_read_as_the_new_task_of_its_key(
    tmp_path: Path, typed: str
) -> None:
    project = start_with_map(tmp_path)
    later_periods.return_workbook(tmp_path, {**MAP_ANSWERS, ("2.1a", "task"): typed, ("2.1a", "target"): "July"})
    insert_similar_task(tmp_path)
    generate_again(tmp_path)
    result = ingest(project)
    assert positions(result) == {"Give talks": "Six talks."}
    found = " | ".join(item.found for file in result.files for item in file.findings)
    assert all(text in found for text in (typed, "July", "Half mapped.", "AMBER"))


@pytest.mark.slow
def test_an_answer_equal_to_one_that_another_task_was_sent_with_is_not_lost(tmp_path: Path) -> None:
    """Tasks that swap places swap keys: what the workbook carries under a key is another task's today."""
    first, second = task("a", task="Plant a hedge"), task("b", task="Give talks")
    periods.hold_period(
        tmp_path, later_periods.JUNE, {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=plan_of(first, second)
    )
    date = periods.date(later_periods.SEPTEMBER)
    generate(Project(tmp_path), date, carry_forward=True)
    later_periods.return_workbook(tmp_path, {("2.1b", "status"): "GREEN", ("2.1b", "position"): "At 2.1a"})
    projects.write_plan(tmp_path, plan_of({**second, "label": "a"}, {**first, "label": "b"}))
    generate(Project(tmp_path), date, force=True)
    result = ingest(Project(tmp_path))
    row = result.tasks.set_index("task").loc["Give talks"]
    assert (row["status"], row["position"]) == ("GREEN", "At 2.1a")


@pytest.mark.slow
def test_a_query_shows_no_answer_carried_for_another_task(tmp_path: Path) -> None:
    first, second = task("a", task="Plant a hedge"), task("b", task="Give talks")
    periods.hold_period(
        tmp_path, later_periods.JUNE, {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=plan_of(first, second)
    )
    date = periods.date(later_periods.SEPTEMBER)
    generate(Project(tmp_path), date, carry_forward=True)
    later_periods.return_workbook(tmp_path, {("2.1b", "status"): "AMBER"})
    projects.write_plan(tmp_path, plan_of({**second, "label": "a"}, {**first, "label": "b"}))
    generate(Project(tmp_path), date, force=True, carry_forward=False)
    run_ragsheets("-C", tmp_path, "ingest")
    sent = later_periods.sent_query(tmp_path)
    hedge = next(texts for texts in sent.tasks.values() if "hedge" in texts["task"])
    talks = next(texts for texts in sent.tasks.values() if "talks" in texts["task"])
    assert (hedge["position"], talks["position"]) == ("At 2.1a", "At 2.1b")


@pytest.mark.slow
def test_answers_of_an_erased_return_follow_their_tasks_as_others_do(tmp_path: Path) -> None:
    project = start_with_map(tmp_path)
    later_periods.return_workbook(tmp_path, {**MAP_ANSWERS, ("2.1b", "status"): "GREEN"}, "Parks.xlsx")
    ingest(project)
    forget_returns(project, ReturnSelection(["Parks.xlsx"]), reason="asked for")
    insert_similar_task(tmp_path)
    generate_again(tmp_path)
    result = ingest(project, [])
    assert positions(result) == {"Give talks": "Six talks."}
    findings = findings_with(result, "task-uncertain")
    assert {item.found for item in findings} == {"Half mapped.", "AMBER"}
    assert all(text in findings[0].message for text in (f"2.1a, “a) {MAP}”", f"2.1b, “{YOUTH}”", f"2.1a, “{SHOPS}”"))
    # Nothing becomes certain by asking again; the key that the message asks for does.
    generate_again(tmp_path)
    assert positions(ingest(project, [])) == {"Give talks": "Six talks."}
    insert_similar_task(tmp_path, key="2.1a")
    generate_again(tmp_path)
    result = ingest(project, [])
    assert positions(result) == {YOUTH: "Half mapped.", "Give talks": "Six talks."}
    assert findings_with(result, "task-uncertain") == []


@pytest.mark.slow
def test_the_answers_of_an_erased_return_are_back_with_their_task(tmp_path: Path) -> None:
    project = start_with_map(tmp_path)
    later_periods.return_workbook(tmp_path, {**MAP_ANSWERS, ("2.1b", "status"): "GREEN"}, "Parks.xlsx")
    ingest(project)
    forget_returns(project, ReturnSelection(["Parks.xlsx"]), reason="asked for")
    projects.write_plan(tmp_path, plan_with_map({"task": "Plant a hedge"}, {"task": "Give talks", "target": "Six"}))
    generate_again(tmp_path)
    result = ingest(project, [])
    assert {item.found for item in findings_with(result, "task-gone")} == {"Half mapped.", "AMBER"}
    assert positions(result) == {"Give talks": "Six talks."}
    projects.write_plan(
        tmp_path, plan_with_map({"task": MAP, "target": "June"}, {"task": "Give talks", "target": "Six"})
    )
    generate_again(tmp_path)
    assert positions(ingest(project, [])) == {MAP: "Half mapped.", "Give talks": "Six talks."}


@pytest.mark.slow
def test_an_erased_cell_whose_task_is_gone_is_asked_about_without_a_row(tmp_path: Path) -> None:
    project = start_with_map(tmp_path)
    later_periods.return_workbook(tmp_path, {**MAP_ANSWERS, ("2.1a", "position"): "#REF!"}, "Parks.xlsx")
    ingest(project)
    forget_returns(project, ReturnSelection(["Parks.xlsx"]), reason="asked for")
    projects.write_plan(tmp_path, plan_with_map({"task": "Plant a hedge"}, {"task": "Give talks", "target": "Six"}))
    generate_again(tmp_path)
    ingest(project, [])
    questions = later_periods.sent_query(tmp_path).questions
    assert ("", "") in {(question.row_key, question.column_key) for question in questions if "#REF!" in question.ask}


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["marks", "reference"])
def test_an_older_workbook_that_has_lost_its_reference_is_read_as_the_edition_with_its_tasks(
    tmp_path: Path, lost: str
) -> None:
    project = start_with_map(tmp_path)
    path = later_periods.return_workbook(tmp_path, MAP_ANSWERS)
    insert_similar_task(tmp_path)
    generate_again(tmp_path)
    book = openpyxl.load_workbook(path)
    if lost == "marks":
        del book["ragsheets"]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = re.sub("RS-[0-9A-F]{10}", "RS-0123456789" if lost == "reference" else "", cell.value)
    book.save(path)
    result = ingest(project)
    assert positions(result) == {"Give talks": "Six talks."}
    assert {item.found for item in findings_with(result, "task-uncertain")} == {"Half mapped.", "AMBER"}
    assert len(findings_with(result, "other-edition")) == 1


@pytest.mark.slow
def test_a_row_of_an_edition_that_the_ledger_lacks_is_not_read_as_a_task_much_like_it(tmp_path: Path) -> None:
    """The period was removed and generated again from a plan with another task (a)."""
    project = start_with_map(tmp_path)
    path = later_periods.return_workbook(tmp_path, MAP_ANSWERS)
    content = path.read_bytes()
    path.unlink()
    remove_period(project, periods.date(later_periods.SEPTEMBER))
    new_tasks = ({"task": SHOPS, "target": "May"}, {"task": "Give talks", "target": "Six"})
    projects.write_plan(tmp_path, plan_with_map(*new_tasks))
    generate_again(tmp_path)
    path.write_bytes(content)
    result = ingest(project)
    assert positions(result) == {"Give talks": "Six talks."}
    found = " | ".join(item.found for file in result.files for item in file.findings)
    assert all(text in found for text in (MAP, "Half mapped.", "AMBER"))
