"""plan.toml: the values read from it, the problems reported for an unusable plan, and the file written."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import ragsheets
from helpers.plan_strategies import FORBIDDEN_CHARACTERS, plans
from helpers.projects import action, group, outcome, plan, problems_of, task, toml, write_plan
from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan.model import Plan
from ragsheets.plan_files import toml as plan_toml
from ragsheets.plan_files.forms import read_plan_file


def read(folder: Path, *groups: dict[str, Any], **options: Any) -> Plan:
    return ragsheets.read_plan(write_plan(folder, plan(*groups, **options)))


def problem_lines(folder: Path, content: dict[str, Any] | str | bytes) -> list[str]:
    """Return every problem reported for this plan, as it is printed."""
    path = folder / "plan.toml"
    if isinstance(content, dict):
        content = toml(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(PlanError) as raised:
        ragsheets.read_plan(path)
    lines = [str(problem) for problem in problems_of(raised)]
    assert all(line.startswith("plan.toml: ") for line in lines)
    assert len(set(lines)) == len(lines)
    return [line.removeprefix("plan.toml: ") for line in lines]


# ------------------------------------------------------------------------------------------------------- reading


def test_a_plan_is_read_completely(tmp_path: Path) -> None:
    plan_read = read(
        tmp_path,
        group(
            "Parks",
            outcome("2.1", action(task("a", task="Plant\n* oaks", target="Ten"), ref="2.1.1", title="Act")),
            contact="Ann",
            email="ann@example.org",
        ),
        title="Progress",
        partnership="Us",
    )
    parks = plan_read.groups[0]
    assert (plan_read.title, plan_read.partnership) == ("Progress", "Us")
    assert (plan_read.template, plan_read.ledger) == ("standard", None)
    assert (parks.name, parks.contact, parks.email) == ("Parks", "Ann", "ann@example.org")
    assert not parks.on_hold
    assert (parks.outcomes[0].ref, parks.outcomes[0].actions[0].ref) == ("2.1", "2.1.1")
    assert [(t.label, t.task, t.target, t.key) for t in parks.outcomes[0].tasks] == [
        ("a", "Plant\n* oaks", "Ten", "2.1a")
    ]


def test_optional_values_can_be_omitted(tmp_path: Path) -> None:
    planting = {"title": "Plant", "tasks": [{"task": "Oaks", "target": "Ten"}]}
    parks = {"name": "Parks", "contact": "Ann", "outcomes": [{"title": "Green", "actions": [planting]}]}
    assert read(tmp_path, parks).groups[0].outcomes[0].actions[0].tasks[0].key == "1-1"


def test_a_quoted_reference_is_read_unchanged(tmp_path: Path) -> None:
    plan_read = read(tmp_path, group("Parks", outcome("2.10"), outcome("2.1")))
    assert [o.ref for o in plan_read.groups[0].outcomes] == ["2.10", "2.1"]
    assert [t.key for o in plan_read.groups[0].outcomes for t in o.tasks] == ["2.10a", "2.1a"]


def test_the_shipped_example_is_valid() -> None:
    example = ragsheets.read_plan(files.shipped_folder("examples") / "gloucester" / "plan.toml")
    stronger = example.groups[0]
    assert stronger.name == "Stronger Communities"
    assert [(o.ref, len(list(o.tasks))) for o in stronger.outcomes] == [("2.1", 4), ("2.2", 6), ("3.1", 1)]


def test_a_plan_can_be_named_by_a_string(tmp_path: Path) -> None:
    assert ragsheets.read_plan(str(write_plan(tmp_path))).title == "Progress"


@pytest.mark.parametrize("difference", ["byte order mark", "carriage returns", "both"])
def test_a_plan_saved_by_notepad_is_the_same_plan(tmp_path: Path, difference: str) -> None:
    table = plan(group("Parks", outcome("2.1", action(task("a", task="One\ntwo")))))
    content = toml(table).encode()
    if difference != "byte order mark":
        content = content.replace(b"\n", b"\r\n")
    if difference != "carriage returns":
        content = b"\xef\xbb\xbf" + content
    (tmp_path / "plan.toml").write_bytes(content)
    plain_path = write_plan(tmp_path / "plain", table)
    assert ragsheets.read_plan(tmp_path / "plan.toml") == ragsheets.read_plan(plain_path)


def test_lines_of_a_text_are_separated_by_plain_line_ends(tmp_path: Path) -> None:
    text = toml(plan()).replace('"Task a"', '"""\r\none\r\ntwo"""')
    (tmp_path / "plan.toml").write_bytes(text.encode())
    plan_read = ragsheets.read_plan(tmp_path / "plan.toml")
    assert plan_read.groups[0].outcomes[0].actions[0].tasks[0].task == "one\ntwo"


# ------------------------------------------------------------------------------- columns that the template adds


def brag(*tasks: dict[str, Any]) -> dict[str, Any]:
    return plan(group("Parks", outcome("2.1", action(*tasks))), template="brag")


def further(folder: Path, **values: Any) -> dict[str, str]:
    plan_read = ragsheets.read_plan(write_plan(folder, brag(task("a", **values))))
    return dict(plan_read.groups[0].outcomes[0].actions[0].tasks[0].further)


def test_a_column_that_the_template_adds_to_the_plan_is_read_from_each_task(tmp_path: Path) -> None:
    assert further(tmp_path, owner=" Bea ", due="2009-03-05") == {"owner": "Bea", "due": "2009-03-05"}


@pytest.mark.parametrize(
    "value", [datetime.date(2009, 3, 5), "2009-03-05", "5/3/2009", "5 March 2009", "5th March 2009"]
)
def test_a_date_in_such_a_column_is_read_in_all_usual_formats(tmp_path: Path, value: Any) -> None:
    assert further(tmp_path, due=value) == {"due": "2009-03-05"}


def test_such_a_column_can_be_omitted_or_empty(tmp_path: Path) -> None:
    assert further(tmp_path) == {}
    assert further(tmp_path, owner="", due="") == {"owner": "", "due": ""}


@pytest.mark.parametrize("value", ["soon", "31 February 2009", "March 2009", "2009-13-01"])
def test_an_invalid_date_is_reported_with_its_task(tmp_path: Path, value: str) -> None:
    assert problem_lines(tmp_path, brag(task("a", due=value))) == [
        f"Parks, outcome 2.1, action Act, task a: due: “{value}” is not a date such as 2009-03-05."
    ]


@pytest.mark.parametrize("value", [["Bea", "Cy"], {"name": "Bea"}, True])
def test_a_value_that_is_not_text_is_reported(tmp_path: Path, value: Any) -> None:
    (line,) = problem_lines(tmp_path, brag(task("a", owner=value)))
    assert "task a: owner" in line


def test_choices_and_numbers_are_checked_too(tmp_path: Path) -> None:
    risk = {"key": "risk", "heading": "Risk", "kind": "choice", "choices": ["low", "high"]}
    cost = {"key": "cost", "heading": "Cost", "kind": "number"}
    columns = [{**risk, "filled_by": "plan"}, {**cost, "filled_by": "plan"}]
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "columns": columns}), encoding="utf-8")
    tasks = (task("a", risk="lwo", cost="ten"), task("b", risk="low", cost=10), task("c", cost="nan"))
    lines = problem_lines(tmp_path, plan(group("Parks", outcome("2.1", action(*tasks))), template="ours"))
    assert [line.rpartition(": ")[2] for line in lines] == [
        "“lwo” is not one of low, high.",
        "“ten” is not a number.",
        "“nan” is not a number.",
    ]


def test_a_column_that_the_contact_fills_is_not_a_key_of_the_plan(tmp_path: Path) -> None:
    (line,) = problem_lines(tmp_path, brag(task("a", position="Done")))
    assert "task a: position: is not a known key." in line


def test_a_task_cannot_set_the_gathered_values_by_name(tmp_path: Path) -> None:
    (line,) = problem_lines(tmp_path, plan(group("P", outcome("2.1", action(task("a", further={"owner": "x"}))))))
    assert "task a: further: is not a known key." in line


# ------------------------------------------------------------------------------------------------ unusable plans


def test_all_problems_are_reported_with_their_locations(tmp_path: Path) -> None:
    table = plan(
        group("Parks", outcome("2.1", action(task("a", key="k")))),
        group("parks", outcome("2.2", action(task("a", key="K"), task("b", targt="x")))),
        group("Health", outcomes=[]),
        group(name=None),
        group("Roads", outcome("3.1", actions=[])),
        group("Play", outcome(ref=2.10, title="")),
        titel="x",
        title=None,
    )
    lines = "\n".join(problem_lines(tmp_path, table))
    for part in (
        "title: is missing",
        "titel: is not a known key. Did you mean “title”?",
        "two sub-groups have the name “Parks”: number 1, number 2.",
        "two tasks have the key “k”: Parks, “Task a”, parks, “Task a”.",
        "parks, outcome 2.2, action Act, task b: targt: is not a known key. Did you mean “target”?",
        "Health: has no outcome to report on. Add one, or say that the sub-group is on hold.",
        "number 4: name: is missing",
        "Roads, outcome 3.1: actions: the outcome has no task. Add one, or delete the outcome.",
        "ref: must be text, not 2.1. Put it in quotation marks, so that 2.10 stays 2.10.",
        "title: is empty. Fill it in.",
    ):
        assert part in lines, part


def test_the_missing_keys_of_an_empty_plan_are_reported(tmp_path: Path) -> None:
    lines = problem_lines(tmp_path, "")
    assert [line.partition(":")[0] for line in lines] == ["title", "partnership", "groups"]


def test_a_plan_without_sub_groups_is_reported(tmp_path: Path) -> None:
    table = plan() | {"groups": []}
    assert problem_lines(tmp_path, table) == ["groups: there is no sub-group. Add at least one."]


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (plan(group("Parks", contact=None)), "Parks: contact: is missing. Add it."),
        (
            plan(group("Parks", on_hold="perhaps")),
            "Parks: on_hold: must be true or false, not “perhaps”. Write it without quotation marks.",
        ),
        (
            plan(group("Parks", outcome("2.1", action(task("a", task=""))))),
            "Parks, outcome 2.1, action Act, task a: task: is empty. Fill it in.",
        ),
        (
            plan(group("Parks", outcome("2.1", action(task("a", task="Plant oaks", target=None))))),
            "Parks, outcome 2.1, action Act, task a: target: is missing. Add it.",
        ),
        (
            plan(group("Parks", outcome("2.1", action(tasks=[])))),
            "Parks, outcome 2.1, action Act: tasks: the action has no task. Add one, or delete the action.",
        ),
        (
            plan(group("Parks", outcome("2.1", action(task(1, task="Plant oaks", target="x"))))),
            (
                "Parks, outcome 2.1, action Act, task Plant oaks: label: must be text, not 1. "
                "Put it in quotation marks, so that 2.10 stays 2.10."
            ),
        ),
        (
            plan(group("Parks", outcome("2.1"), outcome("2.1"))),
            "Parks: two outcomes have the number “2.1”: “Title 2.1”, “Title 2.1”. Give each its own.",
        ),
        (
            plan(group("Parks", key="p"), group("Health", key="P")),
            "two sub-groups have the key “p”: Parks, Health. Give each its own.",
        ),
        (
            plan(group("Parks", outcome("2.1", action(task("a", key="#new-1"))))),
            "Parks, “Task a”: the key “#new-1” begins with “#”, which ragsheets keeps for itself. Choose another key.",
        ),
    ],
    ids=[
        *("no contact", "on_hold no truth", "empty task", "no target", "action without tasks"),
        *("label no text", "outcome twice", "sub-group key twice", "reserved key"),
    ],
)
def test_a_problem_names_its_location_and_its_fix(tmp_path: Path, table: dict[str, Any], line: str) -> None:
    assert problem_lines(tmp_path, table) == [line]


def test_a_key_that_is_the_name_of_another_sub_group_is_reported(tmp_path: Path) -> None:
    assert "Health" in "\n".join(problem_lines(tmp_path, plan(group("Parks", key="Health"), group("Health"))))


@pytest.mark.parametrize(
    ("single", "location"),
    [
        ('title = "T"\npartnership = "P"\n[groups]\nname = "Parks"\n', "groups"),
        ('title = "T"\npartnership = "P"\n[[groups]]\nname = "N"\ncontact = "C"\noutcomes = "2.1"\n', "N: out"),
        ('title = "T"\npartnership = "P"\ngroups = ["Parks", 2]\n', "groups"),
        ('title = "T"\npartnership = "P"\ngroups = "Parks"\n', "groups"),
    ],
)
def test_a_table_with_the_wrong_number_of_brackets_is_reported(tmp_path: Path, single: str, location: str) -> None:
    assert any(line.startswith(location) for line in problem_lines(tmp_path, single))


def test_problems_of_the_template_are_reported_with_those_of_the_plan(tmp_path: Path) -> None:
    lines = problem_lines(tmp_path, plan(group("Parks", contact=None), template="modern"))
    assert any("no template “modern”" in line for line in lines)
    assert "Parks: contact: is missing. Add it." in lines


def test_unknown_keys_are_not_reported_without_the_template(tmp_path: Path) -> None:
    table = plan(group("Parks", outcome("2.1", action(task("a", owner="Bea")))), template="modern")
    assert not any("owner" in line for line in problem_lines(tmp_path, table))


def test_a_toml_syntax_error_is_reported_with_its_line(tmp_path: Path) -> None:
    (line,) = problem_lines(tmp_path, 'title = "Progress"\npartnership = Us\n')
    assert "line 2" in line
    assert "quotation marks" in line


def test_a_date_that_does_not_exist_is_reported_with_its_line(tmp_path: Path) -> None:
    (line,) = problem_lines(tmp_path, 'title = "Progress"\ndue = 2009-02-30\n')
    assert line.startswith("line 2 (due = 2009-02-30): there is no such day")


def test_a_plan_in_another_encoding_gets_advice_on_saving_it(tmp_path: Path) -> None:
    (line,) = problem_lines(tmp_path, 'title = "Überblick"'.encode("cp1252"))
    assert line == "is not saved as UTF-8 text. Save it again with the encoding UTF-8."


def test_a_raw_control_character_is_reported_with_its_line(tmp_path: Path) -> None:
    (line,) = problem_lines(tmp_path, 'title = "Progress"\npartnership = "U\x07s"\n')
    assert "line 2" in line


def test_a_missing_plan_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"plan\.toml: there is no such file"):
        ragsheets.read_plan(tmp_path / "plan.toml")


def test_a_folder_is_not_a_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").mkdir()
    with pytest.raises(PlanError):
        ragsheets.read_plan(tmp_path / "plan.toml")


# ------------------------------------------------------------------------------------------------------- writing


def write(folder: Path, plan_to_write: Plan) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "plan.toml").write_bytes(plan_toml.write(plan_to_write))
    return folder / "plan.toml"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generated_plan=plans(*FORBIDDEN_CHARACTERS, "\x7f", "\x0b"))
def test_a_plan_that_is_written_and_read_again_is_the_same(tmp_path: Path, generated_plan: Plan) -> None:
    assert read_plan_file(write(tmp_path, generated_plan)).plan == generated_plan


def test_the_example_is_written_as_people_write_it(tmp_path: Path) -> None:
    example = read_plan_file(files.shipped_folder("examples") / "gloucester" / "plan.toml").plan
    path = write(tmp_path, example)
    assert read_plan_file(path).plan == example
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# The plan of a partnership")
    assert '\ntitle = "Thematic Sub-Group Performance Reporting"\n' in text
    assert '\ntarget = """\n* Six walks a week by September 2008\n' in text
    assert 'ref = "2.1"  # in quotes, so that "2.10" stays "2.10"\n' in text
    assert text.count("# in quotes") == 1
    for group_name in (sub_group.name for sub_group in example.groups):
        assert f"= {group_name}\n\n[[groups]]\nname" in text
    for omitted in ("key =", "on_hold =", 'ref = ""', 'label = ""', 'email = ""', "ledger ="):
        assert omitted not in text.partition("\ntitle")[2]
    assert max(map(len, text.partition("\ntitle")[0].splitlines())) <= 120


def test_given_keys_and_optional_values_are_written(tmp_path: Path) -> None:
    table = plan(
        group("Parks", outcome("2.1", action(task("a", key="t"), task("b"), key="a"), key="o"), key="g"),
        group("Roads", outcomes=[], on_hold=True),
        ledger="sqlite:///x.db",
    )
    original = read_plan_file(write_plan(tmp_path, table)).plan
    path = write(tmp_path / "x", original)
    assert read_plan_file(path).plan == original
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("key = ")] == [
        'key = "g"  # answers are stored under it; leave it as it is',
        'key = "o"',
        'key = "a"',
        'key = "t"',
    ]


def test_a_name_of_several_lines_does_not_end_its_comment(tmp_path: Path) -> None:
    before = read(tmp_path, group("Parks\nname = 1\r\x07[[x]]"))
    assert read_plan_file(write(tmp_path / "x", before)).plan.groups[0].name == before.groups[0].name


def test_further_columns_are_written(tmp_path: Path) -> None:
    before = read_plan_file(write_plan(tmp_path, brag(task("a", owner="Bea", due="5/3/2009")))).plan
    path = write(tmp_path / "x", before)
    assert read_plan_file(path).plan == before
    assert 'due = "2009-03-05"' in path.read_text(encoding="utf-8")


def test_a_task_records_whether_its_key_was_given(tmp_path: Path) -> None:
    plan_read = read(tmp_path, group("Parks", outcome("2.1", action(task("a", key="oaks"), task("b")))))
    key_given_by_key = {task.key: task.key_given for task in plan_read.groups[0].outcomes[0].tasks}
    assert key_given_by_key == {"oaks": True, "2.1b": False}


def test_key_given_is_not_a_key_of_a_task(tmp_path: Path) -> None:
    lines = problem_lines(tmp_path, plan(group("Parks", outcome("2.1", action({**task("a"), "key_given": True})))))
    assert lines == [
        "Parks, outcome 2.1, action Act, task a: key_given: is not a known key. Known here: label, task, target, key."
    ]


def test_a_given_retention_period_is_written(tmp_path: Path) -> None:
    before = read_plan_file(write_plan(tmp_path, plan(keep_returns_months=24))).plan
    path = write(tmp_path / "x", before)
    assert before.keep_returns_months == 24
    assert read_plan_file(path).plan == before
    assert "\nkeep_returns_months = 24  # after so many" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("months", [0, -1, True, 1.5, "two years", []])
def test_a_retention_period_is_a_whole_number_of_months(tmp_path: Path, months: object) -> None:
    lines = problem_lines(tmp_path, plan(keep_returns_months=months))
    (line,) = lines
    assert line.startswith("keep_returns_months: must be a whole number of months, such as 24, not ")


def test_a_misspelt_retention_period_is_reported(tmp_path: Path) -> None:
    lines = problem_lines(tmp_path, plan(keep_return_months=24))
    assert lines == ["keep_return_months: is not a known key. Did you mean “keep_returns_months”?"]
