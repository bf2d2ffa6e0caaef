"""plan.xlsx: files changed by coordinators and programs are read, and unusable values reported with their cells."""

from __future__ import annotations

import datetime
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
from helpers.office_packages import with_changed_parts
from helpers.other_programs import resave_in_gnumeric, resave_in_javascript, resave_in_libreoffice
from helpers.plan_strategies import FORBIDDEN_CHARACTERS, plans
from helpers.projects import action, group, outcome, plan, problems_of, task, toml
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
    edit_workbook: Callable[[Workbook], object] | None = None,
    names: Sequence[str] = ("Plan", "Groups", "Tasks"),
) -> Path:
    """Save a plan.xlsx with these rows on its sheets, as a person would type them."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in zip(names, (plan, groups, tasks), strict=True):
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append([value if value != "" else None for value in row])
    if edit_workbook:
        edit_workbook(workbook)
    path = folder / "plan.xlsx"
    workbook.save(path)
    return path


def read(folder: Path, **sheets: Any) -> PlanFile:
    return read_plan_file(save(folder, **sheets))


def problem_lines(path: Path) -> list[str]:
    """Return every problem reported for this file, as it is printed after its name."""
    with pytest.raises(PlanError) as raised:
        read_plan_file(path)
    lines = [str(problem) for problem in problems_of(raised)]
    assert all(line.startswith("plan.xlsx: ") for line in lines), lines
    assert len(set(lines)) == len(lines)
    return [line.removeprefix("plan.xlsx: ") for line in lines]


def problem_lines_of_sheets(folder: Path, **sheets: Any) -> list[str]:
    return problem_lines(save(folder, **sheets))


def outline(plan_read: Plan) -> list[Any]:
    """Return the outline of a plan: sub-groups, outcomes, actions and tasks."""
    return [
        (
            group.name,
            [
                (o.ref, o.title, [(a.ref, a.title, [t.task for t in a.tasks]) for a in o.actions])
                for o in group.outcomes
            ],
        )
        for group in plan_read.groups
    ]


def tasks_of(*rows: Sequence[Any]) -> Rows:
    return [HEADINGS, *rows]


def write(folder: Path, plan_to_write: Plan, template: Template = STANDARD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.xlsx"
    path.write_bytes(xlsx.write(plan_to_write, template))
    return path


# -------------------------------------------------------------------------------------------------- round trips


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generated_plan=plans(without="\r", keyed=False))
def test_a_plan_that_is_written_and_read_again_is_the_same(tmp_path: Path, generated_plan: Plan) -> None:
    assert read_plan_file(write(tmp_path, generated_plan)).plan == generated_plan


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generated_plan=plans(*FORBIDDEN_CHARACTERS))
def test_values_that_a_workbook_cannot_hold_are_reported_and_nothing_else_is_lost(
    tmp_path: Path, generated_plan: Plan
) -> None:
    plan_read = read_plan_file(write(tmp_path, generated_plan)).plan
    losses = {loss.what for loss in find_losses(generated_plan, plan_read)}
    has_keys = any(part.key for group in generated_plan.groups for o in group.outcomes for part in (o, *o.actions))
    characters_lost = {"characters that Office files cannot hold are left out."}
    assert losses - characters_lost == ({"Key: cannot be kept in this form, and is left out."} if has_keys else set())
    plan_without_keys = generated_plan.model_copy(
        update={"groups": tuple(_without_keys(sub_group) for sub_group in generated_plan.groups)}
    )
    assert {loss.what for loss in find_losses(plan_without_keys, plan_read)} <= characters_lost


def _without_keys(sub_group: Any) -> Any:
    outcomes = [
        outcome.model_copy(
            update={"key": "", "actions": tuple(a.model_copy(update={"key": ""}) for a in outcome.actions)}
        )
        for outcome in sub_group.outcomes
    ]
    return sub_group.model_copy(update={"outcomes": tuple(outcomes)})


def brag(folder: Path, **further: Any) -> Plan:
    table = plan(group("Parks", outcome("2.1", action(task("a", **further)))), template="brag")
    (folder / "plan.toml").write_text(toml(table), encoding="utf-8")
    return read_plan_file(folder / "plan.toml").plan


def test_template_columns_survive_a_round_trip(tmp_path: Path) -> None:
    original = brag(tmp_path, owner="=Bea", due="2009-03-05")
    path = write(tmp_path / "x", original, read_template("brag"))
    sheet = load_workbook(path)["Tasks"]
    assert [cell.value for cell in sheet[1]][8:] == ["Owner", "Due date", "Key"]
    assert sheet["J2"].value == datetime.datetime(2009, 3, 5)
    assert read_plan_file(path).plan == original


def test_numbers_and_choices_of_a_template_survive_a_round_trip(tmp_path: Path) -> None:
    risk = {"key": "risk", "heading": "Risk", "kind": "choice", "choices": ["low", "high"], "filled_by": "plan"}
    cost = {"key": "cost", "heading": "Cost", "kind": "number", "filled_by": "plan"}
    key = {"key": "outcome_ref", "heading": "Label", "kind": "text", "filled_by": "plan"}
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "columns": [risk, cost, key]}), encoding="utf-8")
    costs = ["10", "10.50", "-3.25", "1e5", "0", "-0", "12345678901234567890", ""]
    rows = [task("", task=f"T{n}", risk="low", cost=text, outcome_ref="own") for n, text in enumerate(costs)]
    (tmp_path / "plan.toml").write_text(
        toml(plan(group("Parks", outcome("2.1", action(*rows))), template="ours")), encoding="utf-8"
    )
    original = read_plan_file(tmp_path / "plan.toml")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(xlsx.write(original.plan, original.template))
    assert find_losses(original.plan, read_plan_file(path).plan) == []
    values = [row[9].value for row in load_workbook(path)["Tasks"].iter_rows(min_row=2)]
    assert values[0] == 10
    assert values[1] == "10.50"


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert xlsx.write(EXAMPLE, STANDARD) == xlsx.write(EXAMPLE, STANDARD)


def test_text_stays_text(tmp_path: Path) -> None:
    texts = ["=1+1", "'quoted", "@x", "+44 1452", "2.10", "1/2", "_x0041_", "* one\n* two", "TRUE", "#N/A"]
    tables = plan(group("Parks", outcome("2.10", action(*(task("", task=text, target=text) for text in texts)))))
    (tmp_path / "plan.toml").write_text(toml(tables), encoding="utf-8")
    original = read_plan_file(tmp_path / "plan.toml").plan
    path = write(tmp_path, original)
    assert all(cell.data_type != "f" for row in load_workbook(path)["Tasks"] for cell in row)
    assert read_plan_file(path).plan == original


def test_every_row_names_its_sub_group_outcome_and_action(tmp_path: Path) -> None:
    rows = list(load_workbook(write(tmp_path, EXAMPLE))["Tasks"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 20
    assert all(row[0] and row[2] and row[4] for row in rows)


def test_a_text_too_long_for_a_cell_is_reported_with_its_cell(tmp_path: Path) -> None:
    overlong_plan = EXAMPLE.model_copy(update={"partnership": "x" * 32_768})
    with pytest.raises(PlanError, match=r"Plan!B2: has 32768 characters; a cell holds 32767\."):
        xlsx.write(overlong_plan, STANDARD)
    assert xlsx.write(EXAMPLE.model_copy(update={"partnership": "x" * 32_767}), STANDARD)


# --------------------------------------------------------------------------------------- files edited by people


def test_a_file_typed_by_hand_is_read(tmp_path: Path) -> None:
    plan_file = read(tmp_path)
    assert (plan_file.plan.title, plan_file.plan.partnership, plan_file.plan.template) == (
        "Progress",
        "Our Partnership",
        "standard",
    )
    assert outline(plan_file.plan) == [("Parks", [("2.1", "Green", [("", "Act", ["Plant"])])])]
    assert plan_file.warnings == ()
    assert ragsheets.read_plan(tmp_path / "plan.xlsx").groups[0].outcomes[0].actions[0].tasks[0].key == "2.1a"


def test_headings_can_be_in_any_order_and_case_below_a_note_with_blank_rows_and_columns(tmp_path: Path) -> None:
    tasks = [
        ["Fill in one row for each task, please."],
        [],
        ["", "TARGET ", "task", "", " Action", "outcome", "Outcome  Ref", "GROUP:"],
        [],
        ["", " Ten  ", "Plant\n* oaks ", "", "Act", "Green", "2.1", "parks "],
        [],
        ["", "Two", "Mow", "", "", "", "", ""],
    ]
    plan_file = read(tmp_path, tasks=tasks, names=("plan ", "GROUPS", " tasks"))
    assert outline(plan_file.plan) == [("Parks", [("2.1", "Green", [("", "Act", ["Plant\n* oaks", "Mow"])])])]


def test_the_plan_sheet_can_have_its_headings_in_a_column(tmp_path: Path) -> None:
    rows = [["Please fill in:"], ["Title", "Progress"], [], ["partnership", "", "Us"], ["Ledger"], ["Template", "brag"]]
    plan_file = read(tmp_path, plan=rows)
    assert (plan_file.plan.title, plan_file.plan.partnership, plan_file.plan.template) == ("Progress", "Us", "brag")
    assert read_ledger_name(tmp_path / "plan.xlsx") == ""
    lines = problem_lines_of_sheets(tmp_path, plan=[["Title", "Progress"], ["Partner", "Us"]])
    assert lines[0].startswith(
        "Plan!A2: “Partner” is not a heading of this sheet. Did you mean “Partnership”? Delete it,"
    )
    assert "Plan: there is no column “Partnership”. Add it." in lines


@pytest.mark.parametrize(("typed", "months"), [(24.0, 24), ("24", 24), ("", None)])
def test_a_retention_period_is_read_in_months(tmp_path: Path, typed: object, months: int | None) -> None:
    rows = [["Title", "Partnership", "Keep returns months"], ["Progress", "Us", typed]]
    assert read(tmp_path, plan=rows).plan.keep_returns_months == months
    assert read_plan_file(write(tmp_path / "x", read(tmp_path, plan=rows).plan)).plan.keep_returns_months == months


def test_empty_cells_below_a_filled_one_mean_the_same_as_above(tmp_path: Path) -> None:
    rows = tasks_of(
        ["Parks", "2.1", "Green", "1", "Act", "a", "One", "x"],
        ["", "", "", "", "", "b", "Two", "x"],
        ["", "", "", "2", "Go", "a", "Three", "x"],
        ["", "", "", "", "", "b", "Four", "x"],
        ["", "2.2", "Blue", "", "Do", "a", "Five", "x"],
        ["", "", "", "", "", "", "Six", "x"],
    )
    assert outline(read(tmp_path, tasks=rows).plan) == [
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

    assert outline(read(tmp_path, tasks=rows, edit_workbook=merge).plan)[0][1] == [
        ("2.1", "Green", [("", "Act", ["One", "Two"])])
    ]


def test_sorted_rows_are_joined_again(tmp_path: Path) -> None:
    rows = tasks_of(
        ["Roads", "3.1", "Safe", "", "Act", "a", "Lamps", "x"],
        ["Parks", "2.1", "Green", "", "Act", "a", "One", "x"],
        ["Parks", "2.2", "Blue", "", "Act", "a", "Two", "x"],
        ["Roads", "3.1", "Safe", "", "Go", "a", "Signs", "x"],
        ["Parks", "2.1", "", "", "Act", "b", "Three", "x"],
        ["Roads", "", "safe", "", "Act", "b", "Kerbs", "x"],
    )
    plan_read = read(tmp_path, groups=[*GROUPS, ["Roads", "Bob"]], tasks=rows).plan
    assert outline(plan_read) == [
        ("Parks", [("2.1", "Green", [("", "Act", ["One", "Three"])]), ("2.2", "Blue", [("", "Act", ["Two"])])]),
        ("Roads", [("3.1", "Safe", [("", "Act", ["Lamps", "Kerbs"]), ("", "Go", ["Signs"])])]),
    ]


def test_a_row_without_a_task_applies_to_the_rows_below_it(tmp_path: Path) -> None:
    rows = tasks_of(["Parks"], ["", "2.1", "Green"], ["", "", "", "", "Act"], ["", "", "", "", "", "a", "One", "x"])
    assert outline(read(tmp_path, tasks=rows).plan) == [("Parks", [("2.1", "Green", [("", "Act", ["One"])])])]


@pytest.mark.parametrize("word", ["yes", "Y", " TRUE ", "x", 1, True])
def test_on_hold_accepts_several_words(tmp_path: Path, word: Any) -> None:
    groups = [*GROUPS, ["Roads", "Bob", "", word]]
    assert [sub_group.on_hold for sub_group in read(tmp_path, groups=groups).plan.groups] == [False, True]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"), [(2.1, "General", "2.1"), (2.1, "0.00", "2.10"), (3, "General", "3")]
)
def test_a_number_as_a_reference_is_read_as_displayed(
    tmp_path: Path, value: float, number_format: str, shown: str
) -> None:
    def set_format(book: Workbook) -> None:
        book["Tasks"]["B2"].number_format = number_format

    rows = tasks_of(["Parks", value, "Green", "", "Act", 1, "Plant", 0.95])
    plan_file = read(tmp_path, tasks=rows, edit_workbook=set_format)
    assert plan_file.plan.groups[0].outcomes[0].ref == shown
    expected_warnings = ["plan.xlsx: Tasks!B2: numbers, read as 2.1. If 2.10 was meant, not 2.1,"]
    assert [str(warning).partition(" format")[0] for warning in plan_file.warnings] == (
        expected_warnings if shown == "2.1" else []
    )


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.95, "0%", "95%"),
        (120, "General", "120"),
        (datetime.date(2009, 3, 31), "d mmmm yyyy", "31 March 2009"),
        (datetime.date(2009, 3, 31), "dd/mm/yyyy", "31/03/2009"),
        (True, "General", "TRUE"),
    ],
)
def test_a_target_that_a_program_converted_is_read_as_displayed(
    tmp_path: Path, value: Any, number_format: str, text: str
) -> None:
    def set_format(book: Workbook) -> None:
        book["Tasks"]["H2"].number_format = number_format

    rows = tasks_of(["Parks", "2.1", "Green", "", "Act", "a", "Plant", value])
    assert (
        read(tmp_path, tasks=rows, edit_workbook=set_format).plan.groups[0].outcomes[0].actions[0].tasks[0].target
        == text
    )


@pytest.mark.parametrize(
    "value", [datetime.date(2009, 3, 5), datetime.datetime(2009, 3, 5), 39877, "5 March 2009", "5/3/09"]
)
def test_a_date_in_a_template_column_is_read_in_every_form(tmp_path: Path, value: Any) -> None:
    rows = [[*HEADINGS, "due date"], ["Parks", "2.1", "Green", "", "Act", "a", "Plant", "x", "", value]]
    plan_file = read(tmp_path, plan=[["Title", "Partnership", "Template"], ["P", "Us", "brag"]], tasks=rows)
    assert dict(plan_file.plan.groups[0].outcomes[0].actions[0].tasks[0].further) == {"due": "2009-03-05"}


def test_missing_optional_values_give_warnings(tmp_path: Path) -> None:
    groups = [["Group", "Contact"], ["Parks", ""]]
    rows = tasks_of(["Parks", "", "Green", "", "Act", "", "Plant", ""], ["", "", "", "", "", "", "Mow", ""])
    assert list(map(str, read(tmp_path, groups=groups, tasks=rows).warnings)) == [
        "plan.xlsx: Groups!B2: there is no contact. Say who fills in the workbook.",
        "plan.xlsx: Tasks!H2, H3: there is no target. Say how to tell that it is done.",
    ]


def test_remaining_examples_of_the_starter_give_a_warning(tmp_path: Path) -> None:
    (warning,) = read_plan_file(write(tmp_path, STARTER)).warnings
    assert str(warning).startswith("plan.xlsx: Plan!A2, B2, Groups!A2, B2, Tasks!C2, E2, G2, H2 and ")
    assert "still an example" in str(warning)


def test_given_keys_are_read(tmp_path: Path) -> None:
    groups = [["Group", "Contact", "Key"], ["Parks", "Ann", "p"]]
    rows = tasks_of(["Parks", "2.1", "Green", "", "Act", "a", "Plant", "x", "k1"])
    plan_read = read(tmp_path, groups=groups, tasks=rows).plan
    assert (plan_read.groups[0].key, plan_read.groups[0].outcomes[0].actions[0].tasks[0].key) == ("p", "k1")


def test_other_sheets_are_ignored(tmp_path: Path) -> None:
    def add_sheet(book: Workbook) -> None:
        book.create_sheet("My notes", 0)["A1"] = "Ring Ann"

    assert read(tmp_path, edit_workbook=add_sheet).warnings == ()


# ------------------------------------------------------------------------------------------ unusable files


def test_all_problems_are_reported_with_their_cells(tmp_path: Path) -> None:
    lines = problem_lines_of_sheets(
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
    for expected_line in (
        "Plan!A2: is empty. Fill it in.",
        "Plan!C2: there is no template “modern”.",
        "Plan!A3: is in a second row; a plan has one. Delete the row.",
        "Groups!C2: “perhaps” is neither yes nor no. Write yes, or leave the cell empty.",
        "Groups!A3: two sub-groups have the name “Parks”: Groups!A2, Groups!A3. Give each its own.",
        "Groups!A4: is empty. Fill it in.",
        "Groups!D5: two sub-groups have the key “k”: Groups!D2, Groups!D5. Give each its own.",
        "Tasks!A2: is empty. Say which sub-group the row belongs to.",
        "Tasks!A3: there is no sub-group “Parcs” on the sheet of sub-groups. Did you mean “Parks”?",
        "Tasks!C5: is empty. Say which outcome the row belongs to.",
        "Tasks!G6: is empty. Fill it in.",
        "Tasks!I6: the key “#new-1” begins with “#”",
        "Tasks!C7: is empty. Fill it in.",
        "Tasks!I8: two tasks have the key “t”: Tasks!I7, Tasks!I8. Give each its own.",
        "Tasks!C9: the outcome has no task. Add one,",
        "Tasks!E10: the action has no task. Add one,",
        "Groups!A3: parks has no outcome to report on.",
    ):
        assert any(line.startswith(expected_line) for line in lines), (expected_line, lines)
    assert len(lines) == 17, lines


def test_problems_of_every_sheet_are_reported_together(tmp_path: Path) -> None:
    """A sheet without a column, or without rows, does not hide what is wrong in the others."""
    sheets: dict[str, Rows] = {
        "plan": [["Title", "Template"], ["P", ""]],
        "groups": [["Group", "Email"], ["Parks", "x"]],
        "tasks": tasks_of(
            ["Parks", "2.1", "", "", "Act", "a", "Plant", "x", "#k"], ["", "", "", "", "", "b", "#REF!", "x"]
        ),
    }
    assert problem_lines_of_sheets(tmp_path, **sheets) == [
        "Tasks!C2: is empty. Fill it in.",
        "Plan: there is no column “Partnership”. Add it.",
        "Groups: there is no column “Contact”. Add it.",
        "Tasks!G3: shows the error #REF!. Type the text itself.",
        "Tasks!I2: the key “#k” begins with “#”, which ragsheets keeps for itself. Choose another key.",
    ]
    stranger = {"tasks": tasks_of(["Parcs", "2.1", "Grow", "", "Act", "a", "Plant", "x"])}
    assert any(
        "there is no sub-group “Parcs”" in line for line in problem_lines_of_sheets(tmp_path, **(sheets | stranger))
    )
    no_rows: dict[str, Rows] = {"plan": [["Title", "Partnership"]], "groups": [["Group", "Contact"]]}
    assert problem_lines_of_sheets(tmp_path, **(sheets | no_rows)) == [
        "Tasks!C2: is empty. Fill it in.",
        "Tasks!G3: shows the error #REF!. Type the text itself.",
        "Groups: names no sub-group. Fill in a row for each.",
        "Plan: has no row below its headings. Fill one in.",
        "Tasks!I2: the key “#k” begins with “#”, which ragsheets keeps for itself. Choose another key.",
    ]
    groups = [["Group", "Contact", "On hold"], ["Parks", "", "maybe"]]
    no_tasks: dict[str, Rows] = {"groups": groups, "tasks": [["Group"]]}
    lines = problem_lines_of_sheets(tmp_path, **(sheets | no_tasks))
    assert "Groups!C2: “maybe” is neither yes nor no. Write yes, or leave the cell empty." in lines
    assert "Tasks: has no row of headings." not in lines
    assert any(line.startswith("Tasks: there is no column “Task”") for line in lines)
    assert not any("no outcome" in line for line in lines)


def task_with(text: str) -> Rows:
    return tasks_of(["Parks", "", "Green", "", "Act", "", text, "x"])


def strike_through(book: Workbook) -> None:
    book["Tasks"]["G2"].font = Font(strike=True)


def plan_of(template: str = "", months: str = "") -> Rows:
    return [["Title", "Partnership", "Template", "Keep returns months"], ["P", "Us", template, months]]


def reference(value: Any, title: str = "Green") -> Sequence[Any]:
    return ["Parks", value, title, "", "Act", "a", "Plant", "x"]


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no sheet": ({"names": ("Plan", "Groups", "Task list")}, ["there is no sheet “Tasks”. Did you mean “Task list”?"]),
    "no headings": ({"tasks": []}, ["Tasks: has no row of headings."]),
    "no sub-group": ({"groups": [["Group", "Contact"]]}, ["Groups: names no sub-group. Fill in a row for each."]),
    "no plan": ({"plan": [["Title", "Partnership"]]}, ["Plan: has no row below its headings. Fill one in."]),
    "no column": ({"groups": [["Group"], ["Parks"]]}, ["Groups: there is no column “Contact”. Add it."]),
    "unknown headings": (
        {"tasks": [[*HEADINGS, "Notes", "Taget"], [*TASKS[1], "", "mine"]]},
        [
            "Tasks!J1: “Notes” is not a heading of this sheet. ",
            "Tasks!K1: “Taget” is not a heading of this sheet. Did you mean “Target”?",
        ],
    ),
    "heading twice": (
        {"tasks": [[*HEADINGS, "task"], [*TASKS[1]]]},
        ["Tasks!J1: two columns have the heading “task”. Keep one of them."],
    ),
    "no heading": (
        {"tasks": [HEADINGS, [*TASKS[1], "", "stray"], [*TASKS[1], "", "more"]]},
        ["Tasks!J2: “stray” is under no heading. Move it"],
    ),
    "formula": ({"tasks": task_with("=A1")}, ["Tasks!G2: holds a formula without a value."]),
    "error": ({"tasks": task_with("#REF!")}, ["Tasks!G2: shows the error #REF!."]),
    "struck through": ({"edit_workbook": strike_through}, ["Tasks!G2: holds words struck through: “Plant”."]),
    "no months": (
        {"plan": plan_of(months="two years")},
        ["Plan!D2: must be a whole number of months, such as 24, not “two years”."],
    ),
    "one number for two": (
        {"tasks": tasks_of(reference(2.1), reference(2.10, "Blue"))},
        ["Tasks!C3: outcome 2.1 has a different title in Tasks!C2. Give both the same title, or one of them another"],
    ),
    **{
        f"{type(value).__name__} as a reference": (
            {"tasks": tasks_of(reference(value))},
            ["Tasks!B2: holds a date or a time"],
        )
        for value in (datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4), datetime.time(2, 1))
    },
    "wrong kind": (
        {"plan": plan_of("brag"), "tasks": [[*HEADINGS, "Due date"], [*TASKS[1], "", "soon"]]},
        ["Tasks!J2: “soon” is not a date such as 2009-03-05."],
    ),
    # Without the template it is not known which headings it has.
    "no template": (
        {"plan": plan_of("modern"), "tasks": [[*HEADINGS, "Due date"], [*TASKS[1], "", "soon"]]},
        ["Plan!C2: there is no template “modern”."],
    ),
}


@pytest.mark.parametrize(("sheets", "lines"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_reported_with_its_location(tmp_path: Path, sheets: Mapping[str, Any], lines: list[str]) -> None:
    reported_lines = problem_lines_of_sheets(tmp_path, **sheets)
    for line in lines:
        assert any(reported_line.startswith(line) for reported_line in reported_lines), reported_lines
    assert not any("is missing" in reported_line for reported_line in reported_lines)
    assert len(reported_lines) == len(lines)


# ------------------------------------------------------------------------------------------- files of all kinds


@pytest.mark.parametrize(
    ("part", "before", "after", "message"),
    [
        ("sharedStrings.xml", "<sst", '<!DOCTYPE x [<!ENTITY e "x">]><sst', "declarations of entities"),
        ("worksheets/sheet1.xml", 'r="A2"', 'r="A4294967295"', ""),
    ],
    ids=["hostile", "a cell beyond the end"],
)
def test_a_hostile_file_is_rejected_before_it_is_parsed(
    tmp_path: Path, part: str, before: str, after: str, message: str
) -> None:
    path = write(tmp_path, EXAMPLE)
    changes = {f"xl/{part}": lambda text: text.replace(before, after, 1)}
    path.write_bytes(with_changed_parts(path.read_bytes(), changes))
    (line,) = problem_lines(path)
    assert message in line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"Title,Partnership\n", "is not an .xlsx workbook, although its name says so."),
        (b"%PDF-1.7", "is not an .xlsx workbook, although its name says so."),
    ],
    ids=["empty", "broken", "csv", "pdf"],
)
def test_a_file_that_is_not_a_workbook_is_reported(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "plan.xlsx").write_bytes(content)
    (line,) = problem_lines(tmp_path / "plan.xlsx")
    assert message in line
    assert "save it as .xlsx" in line


def test_a_missing_plan_or_a_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no such file"):
        read_plan_file(tmp_path / "plan.xlsx")
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(PlanError, match="cannot be read"):
        read_plan_file(tmp_path / "plan.xlsx")


def test_the_ledger_name_of_an_unfinished_plan_is_read(tmp_path: Path) -> None:
    rows = [["Title", "Partnership", "Ledger"], ["", "", "sqlite:///other.db"]]
    assert read_ledger_name(save(tmp_path, plan=rows, tasks=[])) == "sqlite:///other.db"


# ----------------------------------------------------------------------------------------------- formatting


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("starter"), STARTER)


def test_the_file_follows_the_rules_of_office_programs(starter: Path, tmp_path: Path) -> None:
    assert office.rule_violations(starter) == []
    assert office.rule_violations(write(tmp_path, brag(tmp_path, due="2009-03-05"), read_template("brag"))) == []


def test_the_file_has_the_documented_sheets_and_columns(starter: Path) -> None:
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


def test_every_cell_to_fill_in_has_a_prompt(starter: Path) -> None:
    book = load_workbook(starter)
    assert book.sheetnames
    for sheet in book:
        assert sheet.max_column > 1
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


def test_values_typed_below_the_last_row_stay_text(starter: Path) -> None:
    sheet = load_workbook(starter)["Tasks"]
    assert {sheet.column_dimensions[letter].number_format for letter in "ABCDEFGHI"} == {"@"}


def test_text_has_enough_contrast_with_its_background(starter: Path) -> None:
    for sheet in load_workbook(starter):
        for row in sheet.iter_rows():
            for cell in row:
                background = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "FFFFFF"
                assert contrast(cell.font.color.rgb[2:], background) >= MIN_CONTRAST, cell.coordinate
    assert contrast(STANDARD.look.band_ink, STANDARD.look.answer_fill) >= MIN_CONTRAST


def test_outcomes_are_banded_alternately(tmp_path: Path) -> None:
    sheet = load_workbook(write(tmp_path, EXAMPLE))["Tasks"]
    fill_types = {sheet.cell(row, 2).value: sheet.cell(row, 2).fill.fill_type for row in range(2, sheet.max_row + 1)}
    assert list(fill_types.values()) == [None, "solid", None, "solid", None, "solid"]


def test_each_example_is_marked_until_it_is_overwritten(starter: Path) -> None:
    book = load_workbook(starter)
    assert book.sheetnames
    for sheet in book:
        rules = [rule for rules in sheet.conditional_formatting for rule in rules.rules]
        assert 'LEFT(A2,8)="Example:"' in [formula for rule in rules for formula in rule.formula]


# ------------------------------------------------------------------------------------------ through real programs


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "form"),
    [
        (resave_in_libreoffice, "xlsx"),
        (resave_in_gnumeric, "xlsx"),
        (resave_in_javascript, "exceljs"),
        (resave_in_javascript, "xlsx"),
    ],
    ids=["LibreOffice", "Gnumeric", "ExcelJS", "SheetJS"],
)
def test_a_plan_saved_by_another_program_is_the_same(tmp_path: Path, program: Any, form: str) -> None:
    unusual_tasks = [task("", task=text, target=text) for text in ("=1+1", "'x", "2.10", "* one\n* two", "é 😀", "1/2")]
    table = plan(group("Parks", outcome("2.10", action(*unusual_tasks))), group("Roads", outcomes=[], on_hold=True))
    (tmp_path / "plan.toml").write_text(toml(table), encoding="utf-8")
    for original in (EXAMPLE, read_plan_file(tmp_path / "plan.toml").plan):
        path = write(tmp_path / "original", original)
        (tmp_path / "resaved").mkdir(exist_ok=True)
        plan_file = read_plan_file(program(path, tmp_path / "resaved", form))
        assert plan_file.plan == original
        assert plan_file.warnings == ()


@pytest.mark.slow
def test_dates_survive_another_program(tmp_path: Path) -> None:
    original = brag(tmp_path, due="2009-03-05")
    path = write(tmp_path / "original", original, read_template("brag"))
    (tmp_path / "resaved").mkdir()
    for program, form in (
        (resave_in_libreoffice, "xlsx"),
        (resave_in_javascript, "exceljs"),
        (resave_in_javascript, "xlsx"),
    ):
        assert read_plan_file(program(path, tmp_path / "resaved", form)).plan == original


def test_the_starter_can_be_filled_in_with_libreoffice(tmp_path: Path, starter: Path, calc: LibreOffice) -> None:
    first_row = ["Parks", "2.10", "Green", "", "Act", "a", "=Plant", "Ten"]
    last_row = ["Roads", "3.10", "Safe", "", "Go", "b", "1/2", "31/3/09"]
    typed = [
        *(("Plan", "A2", "Progress"), ("Plan", "B2", "Us")),
        *(("Groups", "A2", "Parks"), ("Groups", "B2", "Ann"), ("Groups", "A3", "Roads"), ("Groups", "B3", "Bob")),
        *(("Tasks", f"{column}2", text) for column, text in zip("ABCDEFGH", first_row, strict=True)),
        *(("Tasks", f"{column}{row}", "") for row in range(3, 7) for column in "ABCDEFGH"),
        *(("Tasks", f"{column}7", text) for column, text in zip("ABCDEFGH", last_row, strict=True)),
    ]
    filled_path = tmp_path / "plan.xlsx"
    assert calc.run(starter, typed, (filled_path, XLSX))["refused"] == []
    plan_file = read_plan_file(filled_path)
    assert plan_file.warnings == ()
    assert outline(plan_file.plan) == [
        ("Parks", [("2.10", "Green", [("", "Act", ["=Plant"])])]),
        ("Roads", [("3.10", "Safe", [("", "Go", ["1/2"])])]),
    ]
