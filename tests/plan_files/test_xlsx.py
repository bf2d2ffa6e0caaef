"""plan.xlsx: what coordinators and programs make of it is read, what cannot be used is told with its cell."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

import ragsheets
from helpers import office
from helpers.libreoffice import XLSX, LibreOffice
from helpers.other_programs import gnumeric, javascript, libreoffice
from helpers.plan_strategies import REFUSED, plans
from helpers.projects import action, group, outcome, plan, problems, task, toml
from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan.model import Plan
from ragsheets.plan_files import xlsx
from ragsheets.plan_files.forms import read_ledger_name, read_plan_file
from ragsheets.plan_files.losses import find_losses
from ragsheets.plan_files.parse import PlanFile
from ragsheets.template.colour import MIN_CONTRAST, contrast
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

STANDARD = read_template("standard")
EXAMPLE = read_plan_file(files.shipped_folder("examples") / "gloucester" / "plan.toml").plan
STARTER = read_plan_file(files.shipped_folder("examples") / "starter" / "plan.toml").plan

Rows = Sequence[Sequence[Any]]

PLAN: Rows = [["Title", "Partnership", "Template", "Ledger"], ["Progress", "Our Partnership"]]
GROUPS: Rows = [["Group", "Contact", "Email", "On hold", "Key"], ["Parks", "Ann"]]
HEADINGS = ["Group", "Outcome ref", "Outcome", "Action ref", "Action", "Label", "Task", "Target", "Key"]
TASKS: Rows = [HEADINGS, ["Parks", "2.1", "Green", "", "Act", "a", "Plant", "Ten"]]


def save(
    folder: Path,
    *,
    plan: Rows = PLAN,
    groups: Rows = GROUPS,
    tasks: Rows = TASKS,
    touch: Callable[[Workbook], object] | None = None,
    names: Sequence[str] = ("Plan", "Groups", "Tasks"),
) -> Path:
    """A plan.xlsx with these rows on its sheets, as a person would have typed them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in zip(names, (plan, groups, tasks), strict=True):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([value if value != "" else None for value in row])
    if touch:
        touch(book)
    path = folder / "plan.xlsx"
    book.save(path)
    return path


def read(folder: Path, **sheets: Any) -> PlanFile:
    return read_plan_file(save(folder, **sheets))


def refusal(path: Path) -> list[str]:
    """Every problem that is told about this file, as it is printed after its name."""
    with pytest.raises(PlanError) as raised:
        read_plan_file(path)
    said = [str(problem) for problem in problems(raised)]
    assert all(line.startswith("plan.xlsx: ") for line in said), said
    assert len(set(said)) == len(said)
    return [line.removeprefix("plan.xlsx: ") for line in said]


def refused(folder: Path, **sheets: Any) -> list[str]:
    return refusal(save(folder, **sheets))


def tree(found: Plan) -> list[Any]:
    """The plan as a person would sketch it."""
    return [
        (
            group.name,
            [
                (o.ref, o.title, [(a.ref, a.title, [t.task for t in a.tasks]) for a in o.actions])
                for o in group.outcomes
            ],
        )
        for group in found.groups
    ]


def tasks_of(*rows: Sequence[Any]) -> Rows:
    return [HEADINGS, *rows]


def written(folder: Path, made: Plan, template: Template = STANDARD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.xlsx"
    path.write_bytes(xlsx.to_xlsx(made, template))
    return path


# --------------------------------------------------------------------------------------------------- both ways


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=plans(without="\r", keyed=False))
def test_a_plan_that_is_written_and_read_again_is_the_same(tmp_path: Path, made: Plan) -> None:
    assert read_plan_file(written(tmp_path, made)).plan == made


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=plans(*REFUSED))
def test_what_cannot_be_carried_is_told_and_nothing_else_is_lost(tmp_path: Path, made: Plan) -> None:
    found = read_plan_file(written(tmp_path, made)).plan
    lost = {remark.what for remark in find_losses(made, found)}
    keys = any(part.key for group in made.groups for o in group.outcomes for part in (o, *o.actions))
    signs = {"characters that Office files cannot hold are left out."}
    assert lost - signs == ({"Key: has no place in this form."} if keys else set())
    bare = made.model_copy(update={"groups": tuple(_without_keys(each) for each in made.groups)})
    assert {remark.what for remark in find_losses(bare, found)} <= signs


def _without_keys(each: Any) -> Any:
    outcomes = [
        outcome.model_copy(
            update={"key": "", "actions": tuple(a.model_copy(update={"key": ""}) for a in outcome.actions)}
        )
        for outcome in each.outcomes
    ]
    return each.model_copy(update={"outcomes": tuple(outcomes)})


def brag(folder: Path, **further: Any) -> Plan:
    table = plan(group("Parks", outcome("2.1", action(task("a", **further)))), template="brag")
    (folder / "plan.toml").write_text(toml(table), encoding="utf-8")
    return read_plan_file(folder / "plan.toml").plan


def test_the_columns_that_the_template_gives_to_the_plan_go_both_ways(tmp_path: Path) -> None:
    made = brag(tmp_path, owner="=Bea", due="2009-03-05")
    path = written(tmp_path / "x", made, read_template("brag"))
    sheet = load_workbook(path)["Tasks"]
    assert [cell.value for cell in sheet[1]][8:] == ["Owner", "Due date", "Key"]
    assert sheet["J2"].value == datetime.datetime(2009, 3, 5)
    assert read_plan_file(path).plan == made


def test_numbers_and_choices_of_a_template_go_both_ways(tmp_path: Path) -> None:
    risk = {"key": "risk", "heading": "Risk", "kind": "choice", "choices": ["low", "high"], "filled_by": "plan"}
    cost = {"key": "cost", "heading": "Cost", "kind": "number", "filled_by": "plan"}
    key = {"key": "outcome_ref", "heading": "Label", "kind": "text", "filled_by": "plan"}
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "columns": [risk, cost, key]}), encoding="utf-8")
    costs = ["10", "10.50", "-3.25", "1e5", "nan", "0", "-0", "12345678901234567890", ""]
    rows = [task("", task=f"T{n}", risk="low", cost=text, outcome_ref="own") for n, text in enumerate(costs)]
    (tmp_path / "plan.toml").write_text(
        toml(plan(group("Parks", outcome("2.1", action(*rows))), template="ours")), encoding="utf-8"
    )
    made = read_plan_file(tmp_path / "plan.toml")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(xlsx.to_xlsx(made.plan, made.template))
    assert find_losses(made.plan, read_plan_file(path).plan) == []
    values = [row[9].value for row in load_workbook(path)["Tasks"].iter_rows(min_row=2)]
    assert values[0] == 10
    assert values[1] == "10.50"


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert xlsx.to_xlsx(EXAMPLE, STANDARD) == xlsx.to_xlsx(EXAMPLE, STANDARD)


def test_text_stays_text(tmp_path: Path) -> None:
    texts = ["=1+1", "'quoted", "@x", "+44 1452", "2.10", "1/2", "_x0041_", "* one\n* two", "TRUE", "#N/A"]
    made = plan(group("Parks", outcome("2.10", action(*(task("", task=text, target=text) for text in texts)))))
    (tmp_path / "plan.toml").write_text(toml(made), encoding="utf-8")
    before = read_plan_file(tmp_path / "plan.toml").plan
    path = written(tmp_path, before)
    assert all(cell.data_type != "f" for row in load_workbook(path)["Tasks"] for cell in row)
    assert read_plan_file(path).plan == before


def test_every_row_says_all_that_its_task_is_part_of(tmp_path: Path) -> None:
    rows = list(load_workbook(written(tmp_path, EXAMPLE))["Tasks"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 20
    assert all(row[0] and row[2] and row[4] for row in rows)


def test_a_text_longer_than_a_cell_takes_is_told_with_its_cell(tmp_path: Path) -> None:
    made = EXAMPLE.model_copy(update={"partnership": "x" * 32_768})
    with pytest.raises(PlanError, match=r"Plan!B2: has 32768 characters; a cell takes 32767\."):
        xlsx.to_xlsx(made, STANDARD)
    assert xlsx.to_xlsx(EXAMPLE.model_copy(update={"partnership": "x" * 32_767}), STANDARD)


# ------------------------------------------------------------------------------------- what people make of it


def test_what_is_typed_by_hand_is_read(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert (found.plan.title, found.plan.partnership, found.plan.template) == (
        "Progress",
        "Our Partnership",
        "standard",
    )
    assert tree(found.plan) == [("Parks", [("2.1", "Green", [("", "Act", ["Plant"])])])]
    assert found.warnings == ()
    assert ragsheets.read_plan(tmp_path / "plan.xlsx").groups[0].outcomes[0].actions[0].tasks[0].key == "2.1a"


def test_headings_may_be_in_any_order_and_case_below_a_note_with_blank_rows_and_columns(tmp_path: Path) -> None:
    tasks = [
        ["Fill in one row for each task, please."],
        [],
        ["", "TARGET ", "task", "", " Action", "outcome", "Outcome  Ref", "GROUP:"],
        [],
        ["", " Ten  ", "Plant\n* oaks ", "", "Act", "Green", "2.1", "parks "],
        [],
        ["", "Two", "Mow", "", "", "", "", ""],
    ]
    found = read(tmp_path, tasks=tasks, names=("plan ", "GROUPS", " tasks"))
    assert tree(found.plan) == [("Parks", [("2.1", "Green", [("", "Act", ["Plant\n* oaks", "Mow"])])])]


def test_the_plan_s_own_sheet_may_have_its_headings_in_a_column(tmp_path: Path) -> None:
    rows = [["Please fill in:"], ["Title", "Progress"], [], ["partnership", "", "Us"], ["Ledger"], ["Template", "brag"]]
    found = read(tmp_path, plan=rows)
    assert (found.plan.title, found.plan.partnership, found.plan.template) == ("Progress", "Us", "brag")
    assert read_ledger_name(tmp_path / "plan.xlsx") == ""
    problem = refused(tmp_path, plan=[["Title", "Progress"], ["Partner", "Us"]])
    assert problem[0].startswith("Plan!A2: “Partner” is no heading of this sheet. Did you mean “Partnership”?")
    assert "Plan: there is no column “Partnership”. Add it." in problem


@pytest.mark.parametrize(("typed", "months"), [(24.0, 24), ("24", 24), ("", None)])
def test_how_long_returns_are_kept_is_a_number_of_months(tmp_path: Path, typed: object, months: int | None) -> None:
    rows = [["Title", "Partnership", "Keep returns months"], ["Progress", "Us", typed]]
    assert read(tmp_path, plan=rows).plan.keep_returns_months == months
    assert read_plan_file(written(tmp_path / "x", read(tmp_path, plan=rows).plan)).plan.keep_returns_months == months


def test_how_long_returns_are_kept_is_refused_where_it_is_none(tmp_path: Path) -> None:
    rows = [["Title", "Partnership", "Keep returns months"], ["Progress", "Us", "two years"]]
    assert refused(tmp_path, plan=rows) == ["Plan!C2: must be a whole number of months, such as 24."]


def test_empty_cells_below_a_filled_one_mean_the_same_as_above(tmp_path: Path) -> None:
    rows = tasks_of(
        ["Parks", "2.1", "Green", "1", "Act", "a", "One", "x"],
        ["", "", "", "", "", "b", "Two", "x"],
        ["", "", "", "2", "Go", "a", "Three", "x"],
        ["", "", "", "", "", "b", "Four", "x"],
        ["", "2.2", "Blue", "", "Do", "a", "Five", "x"],
        ["", "", "", "", "", "", "Six", "x"],
    )
    assert tree(read(tmp_path, tasks=rows).plan) == [
        (
            "Parks",
            [
                ("2.1", "Green", [("1", "Act", ["One", "Two"]), ("2", "Go", ["Three", "Four"])]),
                ("2.2", "Blue", [("", "Do", ["Five", "Six"])]),
            ],
        )
    ]


def test_merged_cells_are_read_as_the_rows_they_cover(tmp_path: Path) -> None:
    rows = tasks_of(["Parks", "2.1", "Green", "", "Act", "a", "One", "x"], ["", "", "", "", "", "b", "Two", "x"])

    def merge(book: Workbook) -> None:
        for column in "ABCDE":
            book["Tasks"].merge_cells(f"{column}2:{column}3")

    assert tree(read(tmp_path, tasks=rows, touch=merge).plan)[0][1] == [("2.1", "Green", [("", "Act", ["One", "Two"])])]


def test_rows_that_were_sorted_come_together_again(tmp_path: Path) -> None:
    rows = tasks_of(
        ["Roads", "3.1", "Safe", "", "Act", "a", "Lamps", "x"],
        ["Parks", "2.1", "Green", "", "Act", "a", "One", "x"],
        ["Parks", "2.2", "Blue", "", "Act", "a", "Two", "x"],
        ["Roads", "3.1", "Safe", "", "Go", "a", "Signs", "x"],
        ["Parks", "2.1", "", "", "Act", "b", "Three", "x"],
        ["Roads", "", "safe", "", "Act", "b", "Kerbs", "x"],
    )
    found = read(tmp_path, groups=[*GROUPS, ["Roads", "Bob"]], tasks=rows).plan
    assert tree(found) == [
        ("Parks", [("2.1", "Green", [("", "Act", ["One", "Three"])]), ("2.2", "Blue", [("", "Act", ["Two"])])]),
        ("Roads", [("3.1", "Safe", [("", "Act", ["Lamps", "Kerbs"]), ("", "Go", ["Signs"])])]),
    ]


def test_a_row_that_only_names_what_its_tasks_are_part_of_is_no_task(tmp_path: Path) -> None:
    rows = tasks_of(["Parks"], ["", "2.1", "Green"], ["", "", "", "", "Act"], ["", "", "", "", "", "a", "One", "x"])
    assert tree(read(tmp_path, tasks=rows).plan) == [("Parks", [("2.1", "Green", [("", "Act", ["One"])])])]


@pytest.mark.parametrize("word", ["yes", "Y", " TRUE ", "x", 1, True])
def test_a_sub_group_may_be_put_on_hold_in_many_words(tmp_path: Path, word: Any) -> None:
    groups = [*GROUPS, ["Roads", "Bob", "", word]]
    assert [each.on_hold for each in read(tmp_path, groups=groups).plan.groups] == [False, True]


@pytest.mark.parametrize(
    ("value", "code", "shown"), [(2.1, "General", "2.1"), (2.1, "0.00", "2.10"), (3, "General", "3")]
)
def test_a_number_for_a_reference_is_taken_as_it_is_shown(tmp_path: Path, value: float, code: str, shown: str) -> None:
    def formatted(book: Workbook) -> None:
        book["Tasks"]["B2"].number_format = code

    rows = tasks_of(["Parks", value, "Green", "", "Act", 1, "Plant", 0.95])
    found = read(tmp_path, tasks=rows, touch=formatted)
    assert found.plan.groups[0].outcomes[0].ref == shown
    said = ["plan.xlsx: Tasks!B2: numbers, taken as 2.1. Where 2.10 was meant and not 2.1,"]
    assert [str(remark).partition(" format")[0] for remark in found.warnings] == (said if shown == "2.1" else [])


def test_two_references_that_became_one_number_are_told(tmp_path: Path) -> None:
    rows = tasks_of(
        ["Parks", 2.1, "Green", "", "Act", "a", "Plant", "x"], ["Parks", 2.10, "Blue", "", "Act", "a", "Dig", "x"]
    )
    (line,) = refused(tmp_path, tasks=rows)
    assert line.startswith("Tasks!C3: outcome 2.1 has another title here than in Tasks!C2.")
    assert "2.10" in line


@pytest.mark.parametrize("value", [datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4), datetime.time(2, 1)])
def test_a_date_or_a_time_that_a_program_made_of_a_reference_is_told(tmp_path: Path, value: Any) -> None:
    rows = tasks_of(["Parks", value, "Green", "", "Act", "a", "Plant", "x"])
    (line,) = refused(tmp_path, tasks=rows)
    assert line.startswith("Tasks!B2: holds a date or a time")
    assert "Format the cell as text" in line


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.95, "0%", "95%"),
        (120, "General", "120"),
        (datetime.date(2009, 3, 31), "d mmmm yyyy", "31 March 2009"),
        (datetime.date(2009, 3, 31), "dd/mm/yyyy", "31/03/2009"),
        (True, "General", "TRUE"),
    ],
)
def test_what_a_program_made_of_a_target_is_read_as_it_is_shown(
    tmp_path: Path, value: Any, code: str, text: str
) -> None:
    def formatted(book: Workbook) -> None:
        book["Tasks"]["H2"].number_format = code

    rows = tasks_of(["Parks", "2.1", "Green", "", "Act", "a", "Plant", value])
    assert read(tmp_path, tasks=rows, touch=formatted).plan.groups[0].outcomes[0].actions[0].tasks[0].target == text


@pytest.mark.parametrize(
    "value", [datetime.date(2009, 3, 5), datetime.datetime(2009, 3, 5), 39877, "5 March 2009", "5/3/09"]
)
def test_a_date_of_the_template_s_is_read_however_it_is_kept(tmp_path: Path, value: Any) -> None:
    rows = [[*HEADINGS, "due date"], ["Parks", "2.1", "Green", "", "Act", "a", "Plant", "x", "", value]]
    found = read(tmp_path, plan=[["Title", "Partnership", "Template"], ["P", "Us", "brag"]], tasks=rows)
    assert dict(found.plan.groups[0].outcomes[0].actions[0].tasks[0].further) == {"due": "2009-03-05"}


def test_what_is_missing_and_may_be_is_remarked(tmp_path: Path) -> None:
    groups = [["Group", "Contact"], ["Parks", ""]]
    rows = tasks_of(["Parks", "", "Green", "", "Act", "", "Plant", ""], ["", "", "", "", "", "", "Mow", ""])
    assert list(map(str, read(tmp_path, groups=groups, tasks=rows).warnings)) == [
        "plan.xlsx: Groups!B2: is empty: there is no contact.",
        "plan.xlsx: Tasks!H2, H3: are empty: there is no target.",
    ]


def test_a_text_that_is_still_the_starter_s_example_is_remarked(tmp_path: Path) -> None:
    (remark,) = read_plan_file(written(tmp_path, STARTER)).warnings
    assert str(remark).startswith("plan.xlsx: Plan!A2, B2, Groups!A2, B2, A3, B3, Tasks!C2, E2 and ")
    assert "still hold examples" in str(remark)


def test_the_keys_that_are_given_are_read(tmp_path: Path) -> None:
    groups = [["Group", "Contact", "Key"], ["Parks", "Ann", "p"]]
    rows = tasks_of(["Parks", "2.1", "Green", "", "Act", "a", "Plant", "x", "k1"])
    found = read(tmp_path, groups=groups, tasks=rows).plan
    assert (found.groups[0].key, found.groups[0].outcomes[0].actions[0].tasks[0].key) == ("p", "k1")


def test_other_sheets_are_nobody_s_business(tmp_path: Path) -> None:
    def more(book: Workbook) -> None:
        book.create_sheet("My notes", 0)["A1"] = "Ring Ann"

    assert read(tmp_path, touch=more).warnings == ()


# --------------------------------------------------------------------------------------- what cannot be used


def test_every_problem_is_told_at_once_each_with_its_cell(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        plan=[["Title", "Partnership", "Template"], ["", "Us", "modern"], ["More"]],
        groups=[
            ["Group", "Contact", "On hold", "Key"],
            ["Parks", "Ann", "perhaps", "k"],
            ["parks", "Ann"],
            ["", "Bob", "yes"],
            ["Roads", "Cy", "", "K"],
        ],
        tasks=tasks_of(
            ["", "2.1", "Green", "", "Act", "a", "Plant", "x"],
            ["Parcs", "2.1", "Green", "", "Act", "a", "Plant", "x"],
            ["Parcs", "2.1", "Green", "", "Act", "b", "Plant", "x"],
            ["Parks", "", "", "", "", "a", "Plant", "x"],
            ["Parks", "2.1", "Green", "", "Act", "a", "", "x", "#new-1"],
            ["Parks", "2.2", "", "", "Act", "a", "Dig", "x", "t"],
            ["Parks", "2.2", "", "", "Act", "a", "Dig", "x", "T"],
            ["Parks", "2.3", "Alone", "", "", "", "", ""],
            ["Roads", "3.1", "Safe", "", "Act", "", "", ""],
        ),
    )
    for line in (
        "Plan!A2: is empty. Fill it in.",
        "Plan!C2: there is no template “modern”.",
        "Plan!A3: stands in a second row; a plan has one. Delete the row.",
        "Groups!C2: “perhaps” is neither yes nor no. Write yes, or nothing.",
        "Groups!A3: sub-group “Parks” is there 2 times: Groups!A2, Groups!A3. Give each its own.",
        "Groups!A4: is empty. Fill it in.",
        "Groups!D5: sub-group key “k” is there 2 times: Groups!D2, Groups!D5. Give each its own.",
        "Tasks!A2: is empty. Say which sub-group the row belongs to.",
        "Tasks!A3: there is no sub-group “Parcs” on the sheet of sub-groups. Did you mean “Parks”?",
        "Tasks!C5: is empty. Say which outcome the row belongs to.",
        "Tasks!G6: is empty. Fill it in.",
        "Tasks!I6: task key “#new-1” begins with “#”",
        "Tasks!C7: is empty. Fill it in.",
        "Tasks!I8: task key “t” is there 2 times: Tasks!I7, Tasks!I8. Give each its own.",
        "Tasks!C9: is empty. Add at least one.",
        "Tasks!E10: is empty. Add at least one.",
        "Groups!A3: parks has no outcome to report on.",
    ):
        assert any(each.startswith(line) for each in said), (line, said)
    assert len(said) == 17, said


def task_with(text: str) -> Rows:
    return tasks_of(["Parks", "", "Green", "", "Act", "", text, "x"])


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no sheet": ({"names": ("Plan", "Groups", "Task list")}, ["there is no sheet “Tasks”. Did you mean “Task list”?"]),
    "no headings": ({"tasks": []}, ["Tasks: has no row of headings."]),
    "no sub-group": ({"groups": [["Group", "Contact"]]}, ["Groups: names no sub-group. Fill in a row for each."]),
    "no plan": ({"plan": [["Title", "Partnership"]]}, ["Plan: has no row below its headings. Fill one in."]),
    "no column": ({"groups": [["Group"], ["Parks"]]}, ["Groups: there is no column “Contact”. Add it."]),
    "unknown headings": (
        {"tasks": [[*HEADINGS, "Notes", "Taget"], [*TASKS[1], "", "mine"]]},
        [
            "Tasks!J1: “Notes” is no heading of this sheet. ",
            "Tasks!K1: “Taget” is no heading of this sheet. Did you mean “Target”?",
        ],
    ),
    "heading twice": (
        {"tasks": [[*HEADINGS, "task"], [*TASKS[1]]]},
        ["Tasks!J1: “task” is there twice. Keep one of the columns."],
    ),
    "no heading": (
        {"tasks": [HEADINGS, [*TASKS[1], "", "stray"], [*TASKS[1], "", "more"]]},
        ["Tasks!J2: “stray” stands under no heading. Move it"],
    ),
    "formula": ({"tasks": task_with("=A1")}, ["Tasks!G2: holds a formula without a value."]),
    "error": ({"tasks": task_with("#REF!")}, ["Tasks!G2: shows the error #REF!."]),
}


@pytest.mark.parametrize(("sheets", "lines"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_told_where_it_is(tmp_path: Path, sheets: Mapping[str, Any], lines: list[str]) -> None:
    said = refused(tmp_path, **sheets)
    for line in lines:
        assert any(each.startswith(line) for each in said), said
    assert not any("is missing" in each for each in said)


def test_words_struck_through_are_told(tmp_path: Path) -> None:
    def strike(book: Workbook) -> None:
        book["Tasks"]["G2"].font = Font(strike=True)

    assert refused(tmp_path, touch=strike)[0].startswith("Tasks!G2: holds words struck through: “Plant”.")


def test_a_value_of_the_wrong_kind_is_told_with_its_cell(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "Due date"], ["Parks", "2.1", "Green", "", "Act", "a", "Plant", "x", "", "soon"]]
    brag_plan = [["Title", "Partnership", "Template"], ["P", "Us", "brag"]]
    assert refused(tmp_path, plan=brag_plan, tasks=rows) == ["Tasks!J2: “soon” is not a date such as 2009-03-05."]


def test_without_its_template_nothing_is_said_of_headings_that_it_might_have_known(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "Due date"], [*TASKS[1], "", "soon"]]
    (line,) = refused(tmp_path, plan=[["Title", "Partnership", "Template"], ["P", "Us", "modern"]], tasks=rows)
    assert line.startswith("Plan!C2: there is no template “modern”.")


# ------------------------------------------------------------------------------------------- files of all kinds


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of an archive in place."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    path.write_bytes(buffer.getvalue())


def test_a_hostile_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE)
    changed(path, "xl/sharedStrings.xml", lambda part: part.replace(b"<sst", b'<!DOCTYPE x [<!ENTITY e "x">]><sst', 1))
    (line,) = refusal(path)
    assert "declarations of entities" in line


def test_a_cell_beyond_the_end_of_a_sheet_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE)
    changed(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b'r="A2"', b'r="A4294967295"'))
    assert len(refusal(path)) == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"Title,Partnership\n", "is no .xlsx workbook, whatever its name says."),
        (b"%PDF-1.7", "is no .xlsx workbook, whatever its name says."),
    ],
    ids=["empty", "broken", "csv", "pdf"],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "plan.xlsx").write_bytes(content)
    (line,) = refusal(tmp_path / "plan.xlsx")
    assert what in line
    assert "save it as .xlsx" in line


def test_a_plan_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no such file"):
        read_plan_file(tmp_path / "plan.xlsx")
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(PlanError, match="cannot be read"):
        read_plan_file(tmp_path / "plan.xlsx")


def test_the_ledger_is_told_of_a_plan_that_is_unfinished(tmp_path: Path) -> None:
    rows = [["Title", "Partnership", "Ledger"], ["", "", "sqlite:///other.db"]]
    assert read_ledger_name(save(tmp_path, plan=rows, tasks=[])) == "sqlite:///other.db"


# ----------------------------------------------------------------------------------------------- how it looks


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("starter"), STARTER)


def test_it_keeps_office_s_rules(starter: Path, tmp_path: Path) -> None:
    assert office.faults(starter) == []
    assert office.faults(written(tmp_path, brag(tmp_path, due="2009-03-05"), read_template("brag"))) == []


def test_it_has_the_sheets_and_columns_of_the_contract(starter: Path) -> None:
    book = load_workbook(starter)
    assert {sheet.title: [cell.value for cell in sheet[1]] for sheet in book} == {
        "Plan": ["Title", "Partnership", "Template", "Ledger", "Keep returns months"],
        "Groups": ["Group", "Contact", "Email", "On hold", "Key"],
        "Tasks": HEADINGS,
    }


def test_headings_stay_in_view_and_nothing_is_merged(starter: Path) -> None:
    book = load_workbook(starter)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert not sheet.merged_cells.ranges
        assert sheet.print_title_rows == "$1:$1"
    assert (book.properties.title, book.properties.language) == (STARTER.title, "en-GB")


def test_every_cell_to_fill_in_says_what_it_asks_for(starter: Path) -> None:
    for sheet in load_workbook(starter):
        for column in range(1, sheet.max_column + 1):
            for row in (2, 100):
                cell = sheet.cell(row, column).coordinate
                rules = [rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref]
                assert len(rules) == 1, cell
                assert rules[0].showInputMessage
                assert rules[0].promptTitle == sheet.cell(1, column).value
                assert 0 < len(rules[0].prompt) <= 255


def test_lists_offer_sub_groups_templates_and_yes_or_no(starter: Path) -> None:
    book = load_workbook(starter)
    lists = {
        (sheet.title, str(rule.sqref).split(":")[0]): rule.formula1
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists == {
        ("Plan", "C2"): '"brag,standard"',
        ("Groups", "D2"): '"yes,no"',
        ("Tasks", "A2"): "'Groups'!$A$2:$A$23",
    }


def test_what_is_typed_below_the_last_row_stays_text(starter: Path) -> None:
    sheet = load_workbook(starter)["Tasks"]
    assert {sheet.column_dimensions[letter].number_format for letter in "ABCDEFGHI"} == {"@"}


def test_words_can_be_read_on_their_ground(starter: Path) -> None:
    for sheet in load_workbook(starter):
        for row in sheet.iter_rows():
            for cell in row:
                ground = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "FFFFFF"
                assert contrast(cell.font.color.rgb[2:], ground) >= MIN_CONTRAST, cell.coordinate
    assert contrast(STANDARD.look.band_ink, STANDARD.look.answer_fill) >= MIN_CONTRAST


def test_outcomes_take_turns_in_their_ground(tmp_path: Path) -> None:
    sheet = load_workbook(written(tmp_path, EXAMPLE))["Tasks"]
    grounds = {sheet.cell(row, 2).value: sheet.cell(row, 2).fill.fill_type for row in range(2, sheet.max_row + 1)}
    assert list(grounds.values()) == [None, "solid", None, "solid", None, "solid"]


def test_each_example_is_marked_until_it_is_overwritten(starter: Path) -> None:
    for sheet in load_workbook(starter):
        rules = [rule for rules in sheet.conditional_formatting for rule in rules.rules]
        assert 'LEFT(A2,8)="Example:"' in [formula for rule in rules for formula in rule.formula]


# ------------------------------------------------------------------------------------------ through real programs


@pytest.mark.parametrize(
    ("program", "form"),
    [(libreoffice, "xlsx"), (gnumeric, "xlsx"), (javascript, "exceljs"), (javascript, "xlsx")],
    ids=["LibreOffice", "Gnumeric", "ExcelJS", "SheetJS"],
)
def test_a_plan_saved_by_another_program_is_the_same(tmp_path: Path, program: Any, form: str) -> None:
    nasty = [task("", task=text, target=text) for text in ("=1+1", "'x", "2.10", "* one\n* two", "é 😀", "1/2")]
    table = plan(group("Parks", outcome("2.10", action(*nasty))), group("Roads", outcomes=[], on_hold=True))
    (tmp_path / "plan.toml").write_text(toml(table), encoding="utf-8")
    for made in (EXAMPLE, read_plan_file(tmp_path / "plan.toml").plan):
        path = written(tmp_path / "original", made)
        (tmp_path / "resaved").mkdir(exist_ok=True)
        found = read_plan_file(program(path, tmp_path / "resaved", form))
        assert found.plan == made
        assert found.warnings == ()


def test_dates_survive_another_program(tmp_path: Path) -> None:
    made = brag(tmp_path, due="2009-03-05")
    path = written(tmp_path / "original", made, read_template("brag"))
    (tmp_path / "resaved").mkdir()
    for program, form in ((libreoffice, "xlsx"), (javascript, "exceljs"), (javascript, "xlsx")):
        assert read_plan_file(program(path, tmp_path / "resaved", form)).plan == made


def test_the_starter_can_be_filled_in_with_libreoffice(tmp_path: Path, starter: Path, calc: LibreOffice) -> None:
    first = ["Parks", "2.10", "Green", "", "Act", "a", "=Plant", "Ten"]
    last = ["Roads", "3.10", "Safe", "", "Go", "b", "1/2", "31/3/09"]
    typed = [
        *(("Plan", "A2", "Progress"), ("Plan", "B2", "Us")),
        *(("Groups", "A2", "Parks"), ("Groups", "B2", "Ann"), ("Groups", "A3", "Roads"), ("Groups", "B3", "Bob")),
        *(("Tasks", f"{column}2", text) for column, text in zip("ABCDEFGH", first, strict=True)),
        *(("Tasks", f"{column}{row}", "") for row in range(3, 7) for column in "ABCDEFGH"),
        *(("Tasks", f"{column}7", text) for column, text in zip("ABCDEFGH", last, strict=True)),
    ]
    made = tmp_path / "plan.xlsx"
    assert calc.run(starter, typed, (made, XLSX))["refused"] == []
    found = read_plan_file(made)
    assert found.warnings == ()
    assert tree(found.plan) == [
        ("Parks", [("2.10", "Green", [("", "Act", ["=Plant"])])]),
        ("Roads", [("3.10", "Safe", [("", "Go", ["1/2"])])]),
    ]
