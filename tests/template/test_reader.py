"""Templates: the shipped ones, how one extends another, and everything that is rejected."""

from __future__ import annotations

import copy
import datetime
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.projects import plan, problems_of, reply, run_ragsheets, toml, write_plan
from ragsheets import files
from ragsheets.errors import TemplateError
from ragsheets.template.colour import MIN_CONTRAST, contrast
from ragsheets.template.model import BUILT_IN_COLUMNS, Template
from ragsheets.template.reader import custom_template_files, from_snapshot, read_template, shipped_templates

STANDARD = read_template("standard")
HEADINGS_OF_2008 = ["Tasks", "Target", "Position", "Status", "Planned improvement/action needed and deadline"]


def write_own(folder: Path, text: str = "", *, file: str = "ours.toml", **tables: Any) -> Path:
    """Write a partnership's own template beside the plan, with only these changes to the standard one."""
    path = folder / file
    path.write_text(text or toml({"extends": "standard", **tables}), encoding="utf-8")
    return path


def read_own(folder: Path, **tables: Any) -> Template:
    write_own(folder, **tables)
    return read_template("ours", folder)


def error_message(folder: Path, text: str = "", **tables: Any) -> str:
    """Return the error message for a template."""
    write_own(folder, text, **tables)
    with pytest.raises(TemplateError) as raised:
        read_template("ours", folder)
    assert all("ours.toml" in problem.where for problem in problems_of(raised))
    return str(raised.value)


# ---------------------------------------------------------------------------------------------- shipped templates


@pytest.mark.parametrize("name", shipped_templates())
def test_the_built_in_columns_are_in_every_shipped_template(name: str) -> None:
    assert set(BUILT_IN_COLUMNS) <= {column.key for column in read_template(name).columns}


def test_standard_and_brag_are_shipped() -> None:
    assert {"standard", "brag"} <= set(shipped_templates())


def test_standard_has_the_columns_of_2008_in_their_order() -> None:
    assert [column.heading for column in STANDARD.columns] == HEADINGS_OF_2008
    assert [column.key for column in STANDARD.columns] == ["task", "target", "position", "status", "planned"]


def test_standard_has_the_statuses_of_2008_best_first() -> None:
    assert [(status.code, status.label) for status in STANDARD.statuses] == [
        ("GREEN", "Green – on track"),
        ("AMBER", "Amber – needs attention"),
        ("RED", "Red – needs action"),
    ]
    assert not any(status.done for status in STANDARD.statuses)


def test_standard_asks_the_contact_for_position_status_and_planned_improvement() -> None:
    assert [column.key for column in STANDARD.contact_columns] == ["position", "status", "planned"]
    assert STANDARD.plan_columns == ()
    assert [column.key for column in STANDARD.columns if column.required] == ["position", "status"]


def test_standard_writes_its_header_lines_as_in_2008() -> None:
    wording = STANDARD.wording
    assert [wording.outcome, wording.date, wording.group, wording.contact] == [
        "Outcome: {outcome}",
        "Date: {date}",
        "Thematic Sub-group: {group}",
        "Contact: {contact}",
    ]
    assert (wording.summary, wording.ref, wording.action) == ("Summary", "Ref: {ref}", "Action: {action}")


def test_brag_adds_owner_and_due_date_which_the_plan_fills() -> None:
    brag = read_template("brag")
    assert [column.key for column in brag.columns] == [
        *("task", "target", "owner", "due", "position", "status", "planned")
    ]
    assert [(column.heading, column.kind) for column in brag.plan_columns] == [
        ("Owner", "text"),
        ("Due date", "date"),
    ]


def test_brag_adds_blue_for_complete_and_grey_for_not_started() -> None:
    brag = read_template("brag")
    assert brag.scale.codes == ("BLUE", "GREEN", "AMBER", "RED", "GREY")
    assert [status.code for status in brag.statuses if status.done] == ["BLUE"]


def test_brag_has_everything_else_from_standard() -> None:
    brag = read_template("brag")
    assert (brag.wording, brag.look) == (STANDARD.wording, STANDARD.look)
    assert [brag.column(column.key) for column in STANDARD.columns] == list(STANDARD.columns)
    assert [brag.scale.by_code[status.code] for status in STANDARD.statuses] == list(STANDARD.statuses)


@pytest.mark.parametrize("name", shipped_templates())
def test_every_colour_of_a_shipped_template_has_enough_contrast(name: str) -> None:
    template = read_template(name)
    assert template.statuses
    for status in template.statuses:
        assert contrast(status.ink, status.fill) >= MIN_CONTRAST, status.code
        assert contrast(template.look.text_ink, status.fill) >= MIN_CONTRAST, status.code


def test_only_a_changed_template_has_another_digest(tmp_path: Path) -> None:
    assert read_template("standard").digest == STANDARD.digest
    assert read_own(tmp_path, wording={"total": "Sum"}).digest != STANDARD.digest


def test_the_words_of_reports_and_questions_do_not_change_the_digest_of_the_workbooks(tmp_path: Path) -> None:
    plain = read_own(tmp_path)
    other_question = {"questions": {"bad-date": {"ask": "Which day?"}}}
    for wording in ({"report_gone": "Gone"}, {"year_closing": "At last"}, {"travel_new": "Begun"}, other_question):
        reworded = read_own(tmp_path, wording=wording)
        assert (reworded.digest == plain.digest, reworded.workbook_digest == plain.workbook_digest) == (False, True)
    assert read_own(tmp_path, wording={"total": "Sum"}).workbook_digest != plain.workbook_digest
    assert read_own(tmp_path, look={"font": "Verdana"}).workbook_digest != plain.workbook_digest


# ------------------------------------------------------------------------------------------------ own templates


def test_an_own_template_changes_only_its_own_keys(tmp_path: Path) -> None:
    ours = read_own(tmp_path, wording={"total": "All"}, look={"font": "Verdana"})
    assert ours.wording.model_dump() == {**STANDARD.wording.model_dump(), "total": "All"}
    assert ours.look.model_dump() == {**STANDARD.look.model_dump(), "font": "Verdana"}
    assert (ours.columns, ours.statuses) == (STANDARD.columns, STANDARD.statuses)


def test_an_own_template_is_named_after_its_file_unless_it_has_a_name(tmp_path: Path) -> None:
    assert read_own(tmp_path).name == "ours"
    assert read_own(tmp_path, name="Our way").name == "Our way"


def test_an_own_template_may_be_named_with_its_suffix(tmp_path: Path) -> None:
    write_own(tmp_path)
    assert read_template("ours.toml", tmp_path) == read_template("ours", tmp_path)


def test_a_column_is_added_last(tmp_path: Path) -> None:
    ours = read_own(tmp_path, columns=[{"key": "cost", "heading": "Cost", "kind": "number"}])
    assert [column.key for column in ours.columns] == [*("task", "target", "position", "status", "planned", "cost")]
    assert ours.contact_columns[-1].key == "cost"


def test_a_column_is_added_before_the_column_named_by_it(tmp_path: Path) -> None:
    ours = read_own(tmp_path, columns=[{"key": "owner", "heading": "Owner", "filled_by": "plan", "before": "position"}])
    assert [column.key for column in ours.columns] == [*("task", "target", "owner", "position", "status", "planned")]
    assert [column.key for column in ours.plan_columns] == ["owner"]


def test_a_heading_is_reworded_and_the_rest_of_its_column_is_unchanged(tmp_path: Path) -> None:
    ours = read_own(tmp_path, columns=[{"key": "planned", "heading": "Next steps and date"}])
    standard_column = STANDARD.column("planned").model_dump()
    assert ours.column("planned").model_dump() == {**standard_column, "heading": "Next steps and date"}
    assert [column.key for column in ours.columns] == [column.key for column in STANDARD.columns]


def test_a_status_is_added_and_another_reworded(tmp_path: Path) -> None:
    ours = read_own(
        tmp_path,
        statuses=[
            {"code": "RED", "label": "Red – off course"},
            {"code": "PURPLE", "label": "Purple – stopped", "fill": "E4DFEC", "ink": "403151"},
        ],
    )
    assert ours.scale.codes == ("GREEN", "AMBER", "RED", "PURPLE")
    assert ours.scale.read("off course").code == "RED"
    assert ours.scale.read("stopped").code == "PURPLE"
    assert ours.scale.by_code["RED"].fill == STANDARD.scale.by_code["RED"].fill


def test_an_own_template_extends_another_own_one(tmp_path: Path) -> None:
    write_own(tmp_path, file="base.toml", wording={"total": "All"})
    write_own(tmp_path, toml({"extends": "base", "wording": {"summary": "At a glance"}}))
    ours = read_template("ours", tmp_path)
    assert (ours.wording.total, ours.wording.summary) == ("All", "At a glance")


def test_a_file_with_a_shipped_name_may_extend_the_shipped_template(tmp_path: Path) -> None:
    write_own(tmp_path, file="standard.toml", wording={"total": "All"})
    assert read_template("standard.toml", tmp_path).wording.total == "All"
    assert read_template("standard", tmp_path).wording.total == STANDARD.wording.total


def test_a_template_saved_by_notepad_is_read(tmp_path: Path) -> None:
    text = toml({"extends": "standard", "wording": {"total": "All"}})
    (tmp_path / "ours.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_template("ours", tmp_path).wording.total == "All"


# ---------------------------------------------------------------------------------------------- rejected templates


def test_a_missing_template_is_reported_with_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"no template “modern”.*brag, standard.*beside the plan"):
        read_template("modern", tmp_path)


def test_a_question_to_contacts_is_worded_anew_and_all_others_stay(tmp_path: Path) -> None:
    ours = read_own(tmp_path, wording={"questions": {"unknown-status": {"ask": "What is “{found}”?"}}})
    assert ours.wording.questions["unknown-status"].ask == "What is “{found}”?"
    assert ours.wording.questions["unknown-status"].remedy == STANDARD.wording.questions["unknown-status"].remedy
    assert ours.wording.questions["bad-date"] == STANDARD.wording.questions["bad-date"]


def test_a_template_of_its_own_without_newer_words_takes_those_of_the_standard_one(tmp_path: Path) -> None:
    raw = STANDARD.model_dump(mode="json", exclude_defaults=True)
    del raw["wording"]["questions"]["bad-date"], raw["wording"]["questions"]["unknown-status"]["remedy"]
    del raw["wording"]["query_suggestion"]
    raw["wording"]["total"] = "All"
    write_own(tmp_path, toml(raw))
    assert read_template("ours", tmp_path).wording.model_dump() == {**STANDARD.wording.model_dump(), "total": "All"}


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ({"unknown-statsu": {"ask": "What?", "remedy": "Please."}}, "Did you mean “unknown-status”?"),
        ({"bad-date": {"ask": "What is {fund}?"}}, "wording.questions.bad-date.ask: “{fund}” cannot be filled in here"),
        ({"bad-date": {"ask": "What is {?"}}, "wording.questions.bad-date.ask: has a brace that cannot be read"),
        ({"bad-date": {"asks": "What?"}}, "wording.questions.bad-date.asks"),
        ({"bad-date": {"ask": ""}}, "wording.questions.bad-date.ask"),
        ({"bad-date": "What?"}, "wording.questions.bad-date"),
        ("What?", "wording.questions"),
    ],
)
def test_a_faulty_question_to_contacts_is_reported(tmp_path: Path, questions: Any, message: str) -> None:
    assert message in error_message(tmp_path, wording={"questions": questions})


def test_each_unknown_question_is_one_problem_in_the_order_of_the_template(tmp_path: Path) -> None:
    words = {"ask": "“{found}” is not right.", "remedy": "Please change it."}
    codes = ["late", "wrong", "odd", "bad", "no-answer"]
    with pytest.raises(TemplateError) as raised:
        read_own(tmp_path, wording={"questions": dict.fromkeys(codes, words)})
    places = [problem.where for problem in problems_of(raised)]
    assert places == [f"ours.toml: wording.questions.{code}" for code in codes]


def column(key: str, heading: str = "Something else", **more: Any) -> dict[str, Any]:
    return {"columns": [{"key": key, "heading": heading, **more}]}


def status(code: str, label: str = "Something else", **more: Any) -> dict[str, Any]:
    return {"statuses": [{"code": code, "label": label, "fill": "FFFFFF", "ink": "000000", **more}]}


def of_red(**more: Any) -> dict[str, Any]:
    return {"statuses": [{"code": "RED", **more}]}


SPELLING = "is a spelling of"
RESERVED = "is a name that ragsheets keeps for itself"
OFFICE_CHARACTERS = "holds characters that Office files cannot hold."


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"extends": "modern"}, "no template “modern”"),
        ({"extends": "ours"}, "extends itself"),
        # colours
        (
            {"statuses": [{"code": "AMBER", "ink": "FFC000"}]},
            "FFC000 on FFEB9C has a contrast of 1.4 to 1; 4.5 is needed",
        ),
        *(
            ({"look": {ink: "888888", "heading_fill": "777777", "band_fill": "777777"}}, f"look.{ink}: 888888 on")
            for ink in ("heading_ink", "band_ink", "text_ink", "link_ink")
        ),
        ({"look": {"rule": "grey"}}, "look.rule"),
        # columns
        (
            {"columns": [{"key": "cost", "heading": h} for h in ("Cost", "Costs")]},
            "columns: two of them have the name “cost”",
        ),
        (column("view", "POSITION"), "columns.view: its heading is that of “position” too"),
        (column("cost", before="postion"), "columns.cost: there is no “postion” to put it before"),
        (column("risk", kind="choice"), "columns.risk: a column of kind “choice”, and no other, lists"),
        (column("cost", choices=["low", "high"]), "columns.cost: a column of kind “choice”, and no other, lists"),
        ({"columns": [{"key": "status", "kind": "text"}]}, "columns.status: only the column “status” is of kind"),
        (column("mood", kind="status"), "columns.mood: only the column “status” is of kind"),
        ({"columns": [{"key": "task", "filled_by": "contact"}]}, "columns.task: the plan fills this column"),
        ({"columns": [{"key": "position", "filled_by": "plan"}]}, "columns.position: the contact fills this column"),
        *(
            (column(key), f"columns.{key}: {RESERVED}")
            for key in ("period", "group", "outcome", "action", "key", "label", "status_found", "file", "sheet", "cell")
        ),
        # statuses
        (status("Red", "Rosy"), "statuses: two of them have the name “red”"),
        (of_red(spellings=["Orange!"]), f"statuses.RED: “orange” {SPELLING} AMBER too"),
        (of_red(spellings=["green"]), f"“green” {SPELLING} GREEN too"),
        (of_red(label="Green – on track"), f"statuses.RED: “green on track” {SPELLING} GREEN too"),
        *((status(code), f"statuses.{code}: {RESERVED}") for code in ("not_reported", "total", "group", "outcome")),
        ({"statuses": [{"label": "Purple"}]}, "statuses “Purple”.code: is missing. Add it."),
        (
            {"statuses": [{"code": ["PURPLE"]}]},
            "statuses[4].code: must be text, not a list. Write one text, in quotation marks.",
        ),
        (
            {"statuses": [{"code": 3}]},
            "statuses “3”.code: must be text, not 3. Put it in quotation marks, so that 2.10 stays 2.10.",
        ),
        (of_red(fill="red"), "statuses.RED.fill: must be a colour, written as six digits"),
        (of_red(needs="help"), "statuses.RED.needs: must be “”, “attention” or “action”, not “help”."),
        ({"statuses": [{"label": "A"}, {"label": "B"}]}, "statuses “B”.code: is missing. Add it."),
        # wording
        ({"wording": {"total": "Total of {grop}"}}, "wording.total: “{grop}” cannot be filled in here"),
        ({"wording": {"outcome": "{outcome} ({owner})"}}, "wording.outcome: “{owner}” cannot be filled in here"),
        *(({"wording": {"total": f"Total {brace}"}}, "wording.total") for brace in ("{", "}", "{}", "{0}")),
        *(
            ({"wording": {"outcome": f"{{outcome{syntax}}}"}}, "wording.outcome")
            for syntax in (":d", "!z", ".title", "[0]")
        ),
        (
            {"wording": {"success_prompt": "x" * 256}},
            "wording.success_prompt: has more than 255 characters. Shorten it.",
        ),
        ({"wording": {"next_step_prompt": "x" * 256}}, "wording.next_step_prompt: has more than 255 characters."),
        ({"wording": {"report_proportions": ["None"]}}, "wording.report_proportions: has fewer entries than 7."),
        # characters
        (column("risk", "Ri\x07sk"), f"columns[6].heading: {OFFICE_CHARACTERS}"),
        (column("risk", prompt="\x1b"), f"columns[6].prompt: {OFFICE_CHARACTERS}"),
        (status("RED\x1b"), f"statuses[4].code: {OFFICE_CHARACTERS}"),
        ({"wording": {"total": "To\x00tal"}}, f"wording.total: {OFFICE_CHARACTERS}"),
    ],
)
def test_a_fault_is_reported_with_its_key(tmp_path: Path, tables: dict[str, Any], message: str) -> None:
    assert message in error_message(tmp_path, **tables)


def test_a_prompt_may_be_as_long_as_excel_allows(tmp_path: Path) -> None:
    assert read_own(tmp_path, wording={"success_prompt": "x" * 255}).wording.success_prompt == "x" * 255


@pytest.mark.parametrize(
    ("tables", "key", "nearest"),
    [
        ({"colums": []}, "colums", "columns"),
        ({"wording": {"totals": "All"}}, "wording.totals", "total"),
        ({"look": {"fnt": "Arial"}}, "look.fnt", "font"),
        ({"columns": [{"key": "planned", "headng": "Next"}]}, "headng", "heading"),
        ({"statuses": [{"code": "RED", "lable": "Red"}]}, "lable", "label"),
    ],
)
def test_an_unknown_key_is_reported_with_the_nearest_known_one(
    tmp_path: Path, tables: dict[str, Any], key: str, nearest: str
) -> None:
    message = error_message(tmp_path, **tables)
    assert f"{key}: is not a known key. Did you mean “{nearest}”?" in message


def test_a_missing_built_in_column_is_reported(tmp_path: Path) -> None:
    tables = STANDARD.model_dump(mode="json")
    tables["columns"] = [column for column in tables["columns"] if column["key"] != "planned"]
    assert "the column “planned” is missing" in error_message(tmp_path, toml(tables))


@pytest.mark.parametrize("before", [[], ["task"]])
def test_a_status_without_two_columns_to_its_left_is_reported(tmp_path: Path, before: list[str]) -> None:
    tables = STANDARD.model_dump(mode="json")
    columns = {column["key"]: column for column in tables["columns"]}
    tables["columns"] = list({**{key: columns[key] for key in (*before, "status")}, **columns}.values())
    assert "columns.status: needs two columns to its left" in error_message(tmp_path, toml(tables))


def test_a_template_without_statuses_is_reported(tmp_path: Path) -> None:
    tables = STANDARD.model_dump(mode="json") | {"statuses": []}
    assert "statuses: is empty. Add at least one." in error_message(tmp_path, toml(tables))


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    message = error_message(
        tmp_path,
        wording={"totals": "All"},
        look={"size": 200},
        columns=[{"key": "cost", "heading": "Cost", "before": "nowhere"}],
    )
    for part in ("wording.totals", "look.size", "columns.cost"):
        assert part in message


def test_two_templates_that_extend_each_other_are_reported(tmp_path: Path) -> None:
    write_own(tmp_path, toml({"extends": "ours"}), file="theirs.toml")
    write_own(tmp_path, toml({"extends": "theirs"}))
    with pytest.raises(TemplateError, match="extends itself"):
        read_template("ours", tmp_path)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ('[columns]\nkey = "cost"\nheading = "Cost"\n', "columns"),
        ('[statuses]\ncode = "X"\n', "statuses"),
        ('[[wording]]\ntotal = "All"\n', "wording"),
        ('look = "Arial"\n', "look"),
        ('columns = ["cost"]\n', "columns"),
        ('statuses = "GREEN"\n', "statuses"),
    ],
)
def test_a_table_with_the_wrong_number_of_brackets_is_reported(tmp_path: Path, text: str, table: str) -> None:
    assert table in error_message(tmp_path, f'extends = "standard"\n{text}')


# A value of each type that TOML has besides text, and what a text may be wrong with.
WRONG_VALUES: dict[str, Any] = {
    "a list": ["x"],
    "a list of lists": [["x"]],
    "a whole number": 7,
    "a fraction": 1.5,
    "a table": {"x": 1},
    "true": True,
    "a date": datetime.date(2008, 9, 4),
    "an empty text": "",
    "a character that no file holds": "\0",
    "nothing": None,
}
OWN_ROWS: dict[str, Any] = {
    "columns": [
        {"key": "risk", "heading": "Risk", "kind": "choice", "choices": ["High", "Low"], "width": 12, "required": True}
    ],
    "statuses": [
        {"code": "BLUE", "label": "Blue", "fill": "DDEBF7", "ink": "1F4E79", "spellings": ["b"], "done": True}
    ],
}


def paths_in(value: object, path: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """Yield the path of every value in tables and lists."""
    for step, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield (*path, step)
        yield from paths_in(inner, (*path, step))


def with_value(tables: dict[str, Any], path: tuple[int | str, ...], value: object) -> dict[str, Any]:
    """Return the tables with another value at a path, or with none there."""
    changed: Any = copy.deepcopy(tables)
    container = changed
    for step in path[:-1]:
        container = container[step]
    if value is None:
        del container[path[-1]]
    else:
        container[path[-1]] = value
    return changed


def assert_usable_or_clearly_reported(folder: Path, tables: dict[str, Any], path: tuple[int | str, ...]) -> bool:
    """Check that a template is read, or that each of its problems names a key and what to do in plain words."""
    write_own(folder, toml(tables))
    try:
        read_template("ours", folder)
    except TemplateError as error:
        for problem in error.problems:
            assert problem.where.startswith("ours.toml: "), problem
            assert not re.search(r"\b(input|string|valid|parse|dict|tuple|instance|NoneType)\b", str(problem)), problem
        key = next(step for step in reversed(path) if isinstance(step, str))
        assert key in str(error), (key, str(error))
        return False
    return True


STANDARD_TABLES = files.read_toml(files.shipped_folder("workbook_templates") / "standard.toml", TemplateError)
WHOLE_TEMPLATE = {**STANDARD_TABLES, "columns": STANDARD_TABLES["columns"] + OWN_ROWS["columns"]}
WHOLE_TEMPLATE["statuses"] = STANDARD_TABLES["statuses"] + OWN_ROWS["statuses"]
KEYS = [
    path
    for path in paths_in(WHOLE_TEMPLATE)
    if path[0] != "wording" or path[1:2] in [(), ("outcome",), ("guide_steps",)]
]


@pytest.mark.slow
@pytest.mark.parametrize("path", KEYS, ids=lambda path: ".".join(map(str, path)))
def test_each_key_with_each_wrong_value_is_reported_by_its_name(tmp_path: Path, path: tuple[int | str, ...]) -> None:
    right: Any = WHOLE_TEMPLATE
    for step in path:
        right = right[step]
    for name, value in WRONG_VALUES.items():
        is_usable = assert_usable_or_clearly_reported(tmp_path, with_value(WHOLE_TEMPLATE, path, value), path)
        is_same_type = isinstance(value, type(right)) and not isinstance(value, bool)
        is_number = isinstance(value, (int, float)) and isinstance(right, (int, float))
        assert not is_usable or value is None or is_same_type or is_number or value == right, (path, name)


@pytest.mark.parametrize("key", [*OWN_ROWS["columns"][0], *OWN_ROWS["statuses"][0], "before", "extends"])
def test_each_key_of_an_own_row_with_each_wrong_value_is_reported_by_its_name(tmp_path: Path, key: str) -> None:
    for value in WRONG_VALUES.values():
        for table, (row,) in OWN_ROWS.items():
            rows = {table: [{**{k: v for k, v in row.items() if k != key}, **({} if value is None else {key: value})}]}
            if key == "extends":
                rows = OWN_ROWS
            if key in row or key in ("before", "extends"):
                base = value if key == "extends" and value is not None else "standard"
                assert_usable_or_clearly_reported(tmp_path, {"extends": base, **rows}, (key,))


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "..", ""])
def test_a_name_that_no_file_can_have_is_the_name_of_no_template(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateError, match="there is no template"):
        read_template(name, tmp_path)


def test_invalid_toml_is_reported_with_its_line_number(tmp_path: Path) -> None:
    message = error_message(tmp_path, 'extends = "standard"\n[wording]\ntotal = All\n')
    assert "line 3" in message


def test_a_template_in_another_encoding_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes('name = "Öko"'.encode("cp1252"))
    with pytest.raises(TemplateError, match=r"ours\.toml: is not saved as UTF-8"):
        read_template("ours", tmp_path)


# ---------------------------------------------------------------------------------------------------- contrast


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    [
        ("000000", "FFFFFF", 21.0),
        ("FFFFFF", "FFFFFF", 1.0),
        ("777777", "FFFFFF", 4.48),  # the well-known grey that just fails
        ("767676", "FFFFFF", 4.54),  # and its neighbour that just passes
        ("FF0000", "FFFFFF", 4.00),
        ("0000FF", "FFFFFF", 8.59),
        ("00FF00", "FFFFFF", 1.37),
    ],
)
def test_contrast_is_calculated_as_in_wcag(ink: str, ground: str, ratio: float) -> None:
    assert contrast(ink, ground) == pytest.approx(ratio, abs=0.005)


COLOURS = st.integers(0, 0xFFFFFF).map("{:06X}".format)


@given(COLOURS, COLOURS)
def test_contrast_is_symmetric_and_between_1_and_21(colour: str, other_colour: str) -> None:
    assert contrast(colour, other_colour) == contrast(other_colour, colour)
    assert 1 <= contrast(colour, other_colour) <= 21 + 1e-9


def test_a_missing_column_raises_key_error() -> None:
    with pytest.raises(KeyError):
        STANDARD.column("owner")


def test_a_misspelt_extends_is_reported_alone_with_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('extend = "standard"\n', encoding="utf-8")
    with pytest.raises(TemplateError) as raised:
        read_template("ours.toml", tmp_path)
    assert [str(problem) for problem in raised.value.problems] == [
        "ours.toml: extend: is not a known key. Did you mean “extends”?"
    ]


# -------------------------------------------------------------------------------------------- stored in a ledger


def test_an_old_stored_template_is_completed_from_the_standard_one() -> None:
    template = read_template("brag")
    raw = template.model_dump(mode="json")
    del raw["wording"]["query_call"], raw["look"]["query_fill"]
    del raw["wording"]["questions"]["bad-date"]
    raw["wording"]["questions"]["unknown-status"]["ask"] = "What is “{found}”?"
    raw["wording"]["total"], raw["wording"]["no_longer_used"] = "All together", "Words of another time"
    stored = from_snapshot(json.dumps(raw))
    assert stored.wording.query_call == template.wording.query_call
    assert stored.look.query_fill == template.look.query_fill
    assert stored.wording.total == "All together"
    assert stored.wording.questions["bad-date"] == template.wording.questions["bad-date"]
    assert stored.wording.questions["unknown-status"].ask == "What is “{found}”?"
    assert stored.columns == template.columns
    assert stored.statuses == template.statuses


@pytest.mark.parametrize("name", shipped_templates())
def test_a_stored_template_is_read_back_unchanged(name: str) -> None:
    template = read_template(name)
    assert from_snapshot(template.model_dump_json()) == template


@pytest.mark.slow
@pytest.mark.sqlite
def test_an_old_ledger_still_opens(tmp_path: Path) -> None:
    write_plan(tmp_path, plan())
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    with sqlite3.connect(tmp_path / "ragsheets.db") as ledger:
        (text,) = ledger.execute("SELECT template FROM periods").fetchone()
        raw = json.loads(text)
        raw["wording"] = {key: words for key, words in raw["wording"].items() if not key.startswith("query")}
        raw["look"] = {key: colour for key, colour in raw["look"].items() if not key.startswith("query")}
        ledger.execute("UPDATE periods SET template = ?", [json.dumps(raw)])
    ledger.close()
    reply(tmp_path, "r.xlsx", {"2.1a": {"position": "So", "status": "Ambr"}})
    result = run_ragsheets("-C", tmp_path, "ingest")
    assert result.exit_code == 1
    assert (tmp_path / "2008-09-04" / "queries" / "Parks questions.xlsx").is_file()


# ------------------------------------------------------------------------------------------ files of a template


def test_a_shipped_template_has_no_custom_files(tmp_path: Path) -> None:
    assert custom_template_files("standard", tmp_path) == []


def test_the_custom_files_are_its_own_and_those_that_it_extends(tmp_path: Path) -> None:
    write_own(tmp_path, toml({"extends": "middle"}))
    write_own(tmp_path, toml({"extends": "standard"}), file="middle.toml")
    write_own(tmp_path, toml({"extends": "brag"}), file="other.toml")
    assert [name for name, _ in custom_template_files("ours", tmp_path)] == ["ours.toml", "middle.toml"]


def test_a_file_with_a_shipped_name_that_extends_it_is_the_only_custom_file(tmp_path: Path) -> None:
    write_own(tmp_path, toml({"extends": "brag"}), file="brag.toml")
    assert [name for name, _ in custom_template_files("brag.toml", tmp_path)] == ["brag.toml"]


def test_files_that_extend_each_other_are_each_listed_once(tmp_path: Path) -> None:
    write_own(tmp_path, toml({"extends": "other"}))
    write_own(tmp_path, toml({"extends": "ours"}), file="other.toml")
    assert [name for name, _ in custom_template_files("ours", tmp_path)] == ["ours.toml", "other.toml"]


def test_a_file_outside_the_folder_is_not_a_custom_file(tmp_path: Path) -> None:
    write_own(tmp_path)
    (tmp_path / "plan").mkdir()
    assert custom_template_files("../ours", tmp_path / "plan") == []


def test_a_stored_template_keeps_its_digests_when_words_are_added() -> None:
    template = read_template("standard")
    text = template.model_dump_json()
    assert from_snapshot(text).digest == template.digest
    assert from_snapshot(text).workbook_digest == template.workbook_digest
    raw = json.loads(text)
    del raw["wording"]["query_words_in_letter"]
    earlier_text = json.dumps(raw, separators=(",", ":"), ensure_ascii=False)
    assert from_snapshot(earlier_text).digest == hashlib.sha256(earlier_text.encode()).hexdigest()[:12]
    assert from_snapshot(earlier_text).workbook_digest not in (template.workbook_digest, template.digest)
    assert from_snapshot(earlier_text).model_dump() == template.model_dump()
