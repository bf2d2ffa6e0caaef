"""Edits of plan files: only the named values change, every other byte or part stays, and the result reads back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from helpers.office_packages import with_changed_parts
from helpers.plan_strategies import plans, texts
from helpers.projects import action, group, outcome, task, toml
from helpers.projects import plan as table
from helpers.toml_styles import styled_plans
from ragsheets.errors import PlanError
from ragsheets.plan.model import Location, Plan
from ragsheets.plan_files import toml as plan_toml
from ragsheets.plan_files import xlsx as plan_xlsx
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, apply_edits, tasks_by_location
from ragsheets.plan_files.forms import edit_plan_file, read_plan_file
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office

STANDARD = read_template("standard")
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TASK: Location = ("groups", 0, "outcomes", 0, "actions", 0, "tasks", 0)
ACTION = TASK[:-2]


def edited(folder: Path, content: bytes, edits: Sequence[Edit], suffix: str = ".toml") -> bytes:
    """Return the file with the edits made, after checking that it reads back with exactly those."""
    path = folder / f"plan{suffix}"
    path.write_bytes(content)
    plan_file = read_plan_file(path)
    path.write_bytes(edit_plan_file(content, plan_file, edits, path.name))
    assert read_plan_file(path).plan == apply_edits(plan_file.plan, edits)
    return path.read_bytes()


def edited_toml(folder: Path, plan_text: str, *edits: Edit) -> str:
    return edited(folder, plan_text.encode(), edits).decode()


# ------------------------------------------------------------------------------------------------------- plan.toml

BY_HAND = """\
# Ours
title='Progress'
partnership = "Us"   # since 2004

[[groups]]
name = "Parks"
  contact = "Ann"

[[groups.outcomes]]
ref = "2.1"
title = "Green"

    # indented, as some people like it
    [[groups.outcomes.actions]]
    title = "Act"

        [[groups.outcomes.actions.tasks]]
        label = 'a'   # the first
        task    = \"\"\"
Plant:
* oaks
\"\"\"   # as agreed
        target = "Ten"
        # nobody has counted the elms

# ============================================= Health

[[groups]]
contact = "Ben"
name = "Health"
on_hold = true"""


def test_only_the_value_changes_and_nothing_around_it(tmp_path: Path) -> None:
    assert edited_toml(tmp_path, BY_HAND, TextEdit(TASK, "target", "Twelve")) == BY_HAND.replace('"Ten"', '"Twelve"')
    assert edited_toml(tmp_path, BY_HAND, TextEdit(TASK, "label", "b")) == BY_HAND.replace("'a'", '"b"')


def test_text_of_several_lines_is_written_between_three_quotes(tmp_path: Path) -> None:
    expected = BY_HAND.replace("* oaks\n", '* elms\n* "ash"')
    assert edited_toml(tmp_path, BY_HAND, TextEdit(TASK, "task", 'Plant:\n* elms\n* "ash"')) == expected
    assert edited_toml(tmp_path, BY_HAND, TextEdit(TASK, "task", "Plant")) == BY_HAND.replace(
        '"""\nPlant:\n* oaks\n"""', '"Plant"'
    )


def test_a_key_is_added_after_the_last_value_with_its_indent(tmp_path: Path) -> None:
    expected = BY_HAND.replace('= "Ten"\n', '= "Ten"\n        key = "2.1a"\n')
    assert edited_toml(tmp_path, BY_HAND, TextEdit(TASK, "key", "2.1a")) == expected


def test_a_new_task_is_added_below_the_last_one_and_above_the_next_heading_s_comments(tmp_path: Path) -> None:
    new_task = NewTask(ACTION, {"label": "b", "task": "Mow", "target": ""})
    after_comment = "        # nobody has counted the elms\n"
    expected = BY_HAND.replace(
        after_comment,
        f"""{after_comment}
        [[groups.outcomes.actions.tasks]]
        label = "b"
        task = "Mow"
        target = ""
""",
    )
    assert edited_toml(tmp_path, BY_HAND, new_task) == expected


def test_comments_directly_above_the_next_heading_stay_with_it(tmp_path: Path) -> None:
    text = BY_HAND.replace("elms\n\n# =", "elms\n# =").replace("Health\n\n[[", "Health\n[[")
    edited_text = edited_toml(tmp_path, text, NewTask(ACTION, {"task": "Mow", "target": "x"}))
    assert '        target = "x"\n        # nobody has counted the elms\n# =====' in edited_text


def test_several_edits_of_one_file_are_made_at_once(tmp_path: Path) -> None:
    edited_text = edited_toml(
        tmp_path,
        BY_HAND,
        TextEdit(TASK, "target", "Twelve"),
        TextEdit(TASK, "key", "2.1a"),
        NewTask(ACTION, {"label": "b", "task": "Mow", "target": "x"}),
        NewTask(ACTION, {"label": "c", "task": "Sing", "target": "y"}),
    )
    assert (
        edited_text.index('"Twelve"')
        < edited_text.index('key = "2.1a"')
        < edited_text.index('"Mow"')
        < edited_text.index('"Sing"')
    )


def test_line_ends_and_the_byte_order_mark_stay(tmp_path: Path) -> None:
    content = "\ufeff".encode() + BY_HAND.replace("\n", "\r\n").encode()
    edits = [
        TextEdit(TASK, "task", "Plant\n* ash"),
        TextEdit(TASK, "key", "k"),
        NewTask(ACTION, {"task": "Mow\n* early", "target": "x"}),
    ]
    edited_content = edited(tmp_path, content, edits)
    assert edited_content.startswith("\ufeff".encode())
    assert edited_content.count(b"\n") == edited_content.count(b"\r\n")
    assert edited_content.replace(b"\r\n", b"\n").decode() == "\ufeff" + edited_toml(tmp_path, BY_HAND, *edits)


def test_a_last_line_without_a_line_end_gets_one(tmp_path: Path) -> None:
    text = toml_of(table())
    assert not text.endswith("\n")
    assert edited_toml(tmp_path, text, TextEdit(TASK, "key", "k")) == f'{text}\nkey = "k"'
    edited_text = edited_toml(
        tmp_path, text, TextEdit(TASK, "key", "k"), NewTask(ACTION, {"task": "Mow", "target": "x"})
    )
    assert edited_text == f'{text}\nkey = "k"\n\n[[groups.outcomes.actions.tasks]]\ntask = "Mow"\ntarget = "x"'


def toml_of(raw: dict[str, object]) -> str:
    return plan_toml.write(Plan.model_validate(raw)).decode().rstrip("\n")


INLINE = """\
title = "Progress"
partnership = "Us"
groups = [{name = "Parks", contact = "Ann", outcomes = [{ref = "2.1", title = "T", actions = [{title = "Act", tasks = [
  {label = "a", task = "Plant", target = "Ten" },   # the first
  {label = "b", task = "Mow", target = "Twice"}%s
]}]}]}]
"""


@pytest.mark.parametrize("end", ["", ",", "  # the last", ",  # the last", " ,"])
def test_inline_tasks_stay_in_their_list_on_their_own_lines(tmp_path: Path, end: str) -> None:
    text = INLINE % end
    new_task = NewTask(ACTION, {"label": "c", "task": "Sing\n* low", "target": "x"})
    edited_text = edited_toml(
        tmp_path, text, TextEdit(TASK, "key", "k"), TextEdit(TASK, "target", "Nine\nor ten"), new_task
    )
    lines = edited_text.splitlines()
    assert lines[3] == '  {label = "a", task = "Plant", target = "Nine\\nor ten", key = "k" },   # the first'
    assert lines[4].startswith('  {label = "b", task = "Mow", target = "Twice"}')
    assert ("# the last" in lines[4]) == ("# the last" in end)
    assert lines[5].rstrip(",") == '  {label = "c", task = "Sing\\n* low", target = "x"}'


def test_inline_tasks_on_one_line_stay_on_it(tmp_path: Path) -> None:
    text = toml(table(group("Parks", outcome("2.1", action(task("a")), action(task("b"))))))
    edited_text = edited_toml(tmp_path, text, NewTask(ACTION, {"label": "c", "task": "Sing", "target": ""}))
    assert edited_text == text.replace('"Target a"}', '"Target a"}, {label = "c", task = "Sing", target = ""}')


@pytest.mark.parametrize(
    "heading",
    [
        "[[ groups . outcomes . actions . tasks ]]  # the first",
        """[["groups".'outcomes'."actions" . tasks]]""",
        '\t[["gro\\u0075ps".outcomes.actions.tasks]]',
    ],
)
def test_headings_with_blanks_and_quotation_marks_stay(tmp_path: Path, heading: str) -> None:
    text = BY_HAND.replace("        [[groups.outcomes.actions.tasks]]", heading)
    expected = text.replace('"Ten"', '"Twelve"')
    assert edited_toml(tmp_path, text, TextEdit(TASK, "target", "Twelve")) == expected
    assert heading in edited_toml(tmp_path, text, NewTask(ACTION, {"task": "Mow", "target": "x"}))


def test_a_text_that_looks_like_a_heading_stays(tmp_path: Path) -> None:
    text = BY_HAND.replace("* oaks", "[[ groups . outcomes ]]")
    assert edited_toml(tmp_path, text, TextEdit(TASK, "label", "b")) == text.replace("'a'", '"b"')


@settings(SLOW, max_examples=20)
@given(styled_plans(), st.data())
def test_a_plan_in_any_legal_form_can_be_edited(tmp_path: Path, text: str, data: st.DataObject) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(text.encode())
    location = data.draw(st.sampled_from(list(tasks_by_location(read_plan_file(path).plan))))
    edits: list[Edit] = [
        TextEdit(location, "target", data.draw(st.sampled_from(["Nine", "Nine\n* or ten", 'A "few"']))),
        TextEdit(location, "key", "k1"),
        NewTask(location[:-2], {"label": "y", "task": "Sing", "target": ""}),
        NewTask(location[:-2], {"label": "z", "task": "Mow\n* low", "target": "x"}),
    ]
    chosen = data.draw(st.sets(st.sampled_from(range(len(edits))), min_size=1))
    edited(tmp_path, text.encode(), [edits[number] for number in sorted(chosen)])


def test_a_template_column_is_edited_like_other_keys(tmp_path: Path) -> None:
    lead = '[[columns]]\nkey = "lead_officer"\nheading = "Lead"\nfilled_by = "plan"\n'
    (tmp_path / "ours.toml").write_text(f'version = 1\nextends = "standard"\n\n{lead}', encoding="utf-8")
    text = f'template = "ours.toml"\n{BY_HAND}'
    assert '        lead_officer = "Eve"\n' in edited_toml(tmp_path, text, TextEdit(TASK, "lead_officer", "Eve"))


# ---------------------------------------------------------------------------------------------------- properties


@st.composite
def plans_with_edits(draw: st.DrawFn, *, single: bool = False) -> tuple[Plan, list[Edit]]:
    """Generate a plan and edits of its tasks; `single` for plans whose parts a workbook can distinguish."""
    plan = draw(plans(keyed=not single).filter(lambda candidate: bool(tasks_by_location(candidate))))
    locations = list(tasks_by_location(plan))
    edits: list[Edit] = []
    for location in draw(st.lists(st.sampled_from(locations), unique=True, max_size=3)):
        for key in draw(st.lists(st.sampled_from(["label", "task", "target", "key"]), unique=True, min_size=1)):
            words = draw(texts())
            unique = f"edit{len(edits)}{clean_for_office(words).strip()}" if key in ("task", "key") else words.strip()
            edits.append(TextEdit(location, key, unique))
    for location in draw(st.lists(st.sampled_from(locations), max_size=2)):
        edits.append(
            NewTask(location[:-2], {"label": draw(texts()).strip(), "task": f"n{draw(texts())}", "target": "t"})
        )
    return plan, edits


#: A string of several lines (group 1), a string of one line, or a comment of a TOML file.
_TOML_TOKEN = re.compile(
    rb'''("""(?:\\.|(?!""").)*"{3,5}|\'{3}.*?\'{3,5})|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*''', re.DOTALL
)


@SLOW
@given(plans_with_edits(), st.booleans(), st.booleans())
def test_an_edited_plan_toml_reads_back_with_exactly_its_edits(
    tmp_path: Path, plan_and_edits: tuple[Plan, list[Edit]], crlf: bool, byte_order_mark: bool
) -> None:
    plan, edits = plan_and_edits
    content = plan_toml.write(plan)
    content = content.replace(b"\n", b"\r\n") if crlf else content
    content = "\ufeff".encode() * byte_order_mark + content
    result = edited(tmp_path, content, edits)
    # All text outside values stays, in order: comments, headings, blank lines.
    without_values = _TOML_TOKEN.sub(lambda token: b"" if token[1] else token[0], content)
    outside = [line for line in without_values.splitlines() if line.startswith((b"#", b"[[")) or not line]
    remaining_lines = iter(result.splitlines())
    assert all(line in remaining_lines for line in outside)


@SLOW
@given(plans_with_edits())
def test_an_edited_plan_of_inline_tables_reads_back_with_exactly_its_edits(
    tmp_path: Path, plan_and_edits: tuple[Plan, list[Edit]]
) -> None:
    plan, edits = plan_and_edits
    raw = plan.model_dump(exclude_none=True)
    for location in tasks_by_location(plan):
        part = raw
        for step in location:
            part = part[step]
        del part["key_given"], part["further"]
    edited(tmp_path, toml(raw).encode(), edits)


@SLOW
@given(plans_with_edits(single=True))
def test_an_edited_plan_xlsx_reads_back_with_exactly_its_edits(
    tmp_path: Path, plan_and_edits: tuple[Plan, list[Edit]]
) -> None:
    plan, edits = plan_and_edits
    untitled = any(not (a.ref or a.title) for g in plan.groups for o in g.outcomes for a in o.actions)
    content = plan_xlsx.write(plan, STANDARD)
    if untitled:
        edits = [edit for edit in edits if isinstance(edit, TextEdit)]
    result = edited(tmp_path, content, list(map(_clean, edits)), ".xlsx")
    parts_before, parts_after = _parts(content), _parts(result)
    assert list(parts_before) == list(parts_after)
    assert {name for name in parts_before if parts_before[name] != parts_after[name]} <= {
        "xl/workbook.xml",
        "xl/worksheets/sheet3.xml",
    }


def _clean(edit: Edit) -> Edit:
    """Return an edit with its texts as a workbook stores them."""
    if isinstance(edit, TextEdit):
        return TextEdit(edit.location, edit.key, clean_for_office(edit.text).strip())
    return NewTask(edit.location, {key: clean_for_office(text).strip() for key, text in edit.texts.items()})


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# -------------------------------------------------------------------------------------------------------- plan.xlsx


def saved_workbook(folder: Path) -> Path:
    plan = Plan.model_validate(
        table(
            group("Parks", outcome("2.1", action(task("a", task="Plant"), task("b", task="Mow"), ref="2.1.1"))),
            group("Health", outcome("3.1")),
        )
    )
    path = folder / "plan.xlsx"
    path.write_bytes(plan_xlsx.write(plan, STANDARD))
    return path


def test_other_content_of_the_workbook_stays(tmp_path: Path) -> None:
    path = saved_workbook(tmp_path)
    workbook = load_workbook(path)
    workbook["Tasks"]["G2"].font = Font(bold=True)
    workbook["Tasks"]["G2"].comment = Comment("Ask Ann", "Eve")
    notes = workbook.create_sheet("Notes")
    notes["A1"], notes["A2"] = "=1+1", "Ours"
    workbook.save(path)
    content = path.read_bytes()
    result = edited(
        tmp_path,
        content,
        [TextEdit(TASK, "task", "=Plant+1"), NewTask(ACTION, {"label": "c", "task": "* one\n* two", "target": "@x"})],
        ".xlsx",
    )
    assert {name for name, part in _parts(content).items() if _parts(result)[name] != part} == {
        "xl/workbook.xml",
        "xl/worksheets/sheet3.xml",
    }
    edited_workbook = load_workbook(io.BytesIO(result))
    tasks = edited_workbook["Tasks"]
    assert (tasks["G2"].value, tasks["G2"].data_type, tasks["G2"].font.b) == ("=Plant+1", "s", True)
    assert tasks["G2"].comment.text == "Ask Ann"
    assert edited_workbook["Notes"]["A1"].value == "=1+1"
    assert [cell.value for cell in tasks[5]][:9] == [
        *("Parks", "2.1", "Title 2.1", "2.1.1", "Act", "c", "* one\n* two", "@x", None)
    ]
    assert tasks["G5"].style == tasks["G3"].style
    assert tasks.row_dimensions[5].height > tasks.row_dimensions[3].height > 0
    assert (tasks.auto_filter.ref, tasks.print_area) == ("A1:I5", "'Tasks'!$A$1:$I$5")
    assert [str(rule.sqref) for rule in tasks.data_validations.dataValidation] == [
        str(rule.sqref) for rule in workbook["Tasks"].data_validations.dataValidation
    ]


def test_a_key_is_written_into_its_column(tmp_path: Path) -> None:
    path = saved_workbook(tmp_path)
    result = edited(tmp_path, path.read_bytes(), [TextEdit(TASK, "key", "2.1a")], ".xlsx")
    assert load_workbook(io.BytesIO(result))["Tasks"]["I2"].value == "2.1a"


@pytest.mark.parametrize(
    ("change", "location", "key", "message"),
    [
        (lambda tasks: tasks.delete_cols(9), TASK, "key", "Tasks: has no column for “key”"),
        (lambda tasks: tasks.merge_cells("H2:H3"), (*TASK[:-1], 1), "target", "Tasks!H3: is part of a merged cell"),
    ],
)
def test_a_cell_that_cannot_hold_the_text_is_reported(
    tmp_path: Path, change: Callable[[Any], None], location: Location, key: str, message: str
) -> None:
    path = saved_workbook(tmp_path)
    workbook = load_workbook(path)
    change(workbook["Tasks"])
    workbook.save(path)
    with pytest.raises(PlanError, match=message):
        edit_plan_file(path.read_bytes(), read_plan_file(path), [TextEdit(location, key, "x")], "plan.xlsx")


def change_tasks_sheet(path: Path, change: Callable[[str], str]) -> None:
    path.write_bytes(with_changed_parts(path.read_bytes(), {"xl/worksheets/sheet3.xml": change}))


def test_a_formula_is_never_overwritten(tmp_path: Path) -> None:
    path = saved_workbook(tmp_path)
    cell = re.compile(r'<c r="H2".*?</c>')
    change_tasks_sheet(path, partial(cell.sub, '<c r="H2" t="str"><f>A2</f><v>Parks</v></c>'))
    with pytest.raises(PlanError, match=r"Tasks!H2: holds a formula\. Nothing was changed"):
        edit_plan_file(path.read_bytes(), read_plan_file(path), [TextEdit(TASK, "target", "x")], "plan.xlsx")


def test_rows_and_cells_without_references_are_counted(tmp_path: Path) -> None:
    path = saved_workbook(tmp_path)
    change_tasks_sheet(path, partial(re.sub, r'(<(?:row|c)) r="[A-Z]*\d+"', r"\1"))
    edited(tmp_path, path.read_bytes(), [TextEdit(TASK, "target", "x")], ".xlsx")
