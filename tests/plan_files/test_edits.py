"""Changes to plan files: exactly the named places change, every other byte or part stays, and it reads back so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from helpers.plan_strategies import plans, texts
from helpers.projects import action, group, outcome, task, toml
from helpers.projects import plan as table
from ragsheets.errors import PlanError
from ragsheets.plan.model import Location, Plan
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, apply_edits
from ragsheets.plan_files.forms import edit_plan_file, read_plan_file
from ragsheets.plan_files.toml import to_toml
from ragsheets.plan_files.xlsx import to_xlsx
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office

STANDARD = read_template("standard")
SLOW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TASK: Location = ("groups", 0, "outcomes", 0, "actions", 0, "tasks", 0)
ACTION = TASK[:-2]


def changed(folder: Path, content: bytes, edits: Sequence[Edit], form: str = ".toml") -> bytes:
    """The file with the changes made, which is read back and says exactly those."""
    path = folder / f"plan{form}"
    path.write_bytes(content)
    found = read_plan_file(path)
    path.write_bytes(edit_plan_file(content, found, edits, form))
    assert read_plan_file(path).plan == apply_edits(found.plan, edits)
    return path.read_bytes()


def after(folder: Path, text: str, *edits: Edit) -> str:
    return changed(folder, text.encode(), edits).decode()


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


def test_a_value_changes_in_its_place_and_nothing_around_it(tmp_path: Path) -> None:
    assert after(tmp_path, BY_HAND, TextEdit(TASK, "target", "Twelve")) == BY_HAND.replace('"Ten"', '"Twelve"')
    assert after(tmp_path, BY_HAND, TextEdit(TASK, "label", "b")) == BY_HAND.replace("'a'", '"b"')


def test_text_of_several_lines_stands_between_three_quotes(tmp_path: Path) -> None:
    wanted = BY_HAND.replace("* oaks\n", '* elms\n* "ash"')
    assert after(tmp_path, BY_HAND, TextEdit(TASK, "task", 'Plant:\n* elms\n* "ash"')) == wanted
    assert after(tmp_path, BY_HAND, TextEdit(TASK, "task", "Plant")) == BY_HAND.replace(
        '"""\nPlant:\n* oaks\n"""', '"Plant"'
    )


def test_a_key_stands_after_the_last_value_as_far_in_as_that(tmp_path: Path) -> None:
    wanted = BY_HAND.replace('= "Ten"\n', '= "Ten"\n        key = "2.1a"\n')
    assert after(tmp_path, BY_HAND, TextEdit(TASK, "key", "2.1a")) == wanted


def test_a_new_task_stands_below_the_last_one_and_above_the_next_heading_s_comments(tmp_path: Path) -> None:
    new = NewTask(ACTION, {"label": "b", "task": "Mow", "target": ""})
    after_comment = "        # nobody has counted the elms\n"
    wanted = BY_HAND.replace(
        after_comment,
        f"""{after_comment}
        [[groups.outcomes.actions.tasks]]
        label = "b"
        task = "Mow"
        target = ""
""",
    )
    assert after(tmp_path, BY_HAND, new) == wanted


def test_comments_right_above_the_next_heading_stay_with_it(tmp_path: Path) -> None:
    close = BY_HAND.replace("elms\n\n# =", "elms\n# =").replace("Health\n\n[[", "Health\n[[")
    made = after(tmp_path, close, NewTask(ACTION, {"task": "Mow", "target": "x"}))
    assert '        target = "x"\n        # nobody has counted the elms\n# =====' in made


def test_several_changes_of_one_file_are_made_at_once(tmp_path: Path) -> None:
    made = after(
        tmp_path,
        BY_HAND,
        TextEdit(TASK, "target", "Twelve"),
        TextEdit(TASK, "key", "2.1a"),
        NewTask(ACTION, {"label": "b", "task": "Mow", "target": "x"}),
        NewTask(ACTION, {"label": "c", "task": "Sing", "target": "y"}),
    )
    assert made.index('"Twelve"') < made.index('key = "2.1a"') < made.index('"Mow"') < made.index('"Sing"')


def test_line_ends_and_the_mark_at_the_beginning_stay(tmp_path: Path) -> None:
    content = "\ufeff".encode() + BY_HAND.replace("\n", "\r\n").encode()
    edits = [
        TextEdit(TASK, "task", "Plant\n* ash"),
        TextEdit(TASK, "key", "k"),
        NewTask(ACTION, {"task": "Mow\n* early", "target": "x"}),
    ]
    made = changed(tmp_path, content, edits)
    assert made.startswith("\ufeff".encode())
    assert made.count(b"\n") == made.count(b"\r\n")
    assert made.replace(b"\r\n", b"\n").decode() == "\ufeff" + after(tmp_path, BY_HAND, *edits)


def test_a_last_line_without_an_end_gets_one(tmp_path: Path) -> None:
    text = toml_of(table())
    assert not text.endswith("\n")
    assert after(tmp_path, text, TextEdit(TASK, "key", "k")) == f'{text}\nkey = "k"'
    made = after(tmp_path, text, TextEdit(TASK, "key", "k"), NewTask(ACTION, {"task": "Mow", "target": "x"}))
    assert made == f'{text}\nkey = "k"\n\n[[groups.outcomes.actions.tasks]]\ntask = "Mow"\ntarget = "x"'


def toml_of(raw: dict[str, object]) -> str:
    return to_toml(Plan.model_validate(raw)).decode().rstrip("\n")


INLINE = """\
title = "Progress"
partnership = "Us"
groups = [{name = "Parks", contact = "Ann", outcomes = [{ref = "2.1", title = "T", actions = [{title = "Act", tasks = [
  {label = "a", task = "Plant", target = "Ten" },   # the first
  {label = "b", task = "Mow", target = "Twice"}%s
]}]}]}]
"""


@pytest.mark.parametrize("end", ["", ",", "  # the last", ",  # the last", " ,"])
def test_tasks_in_a_list_stay_in_it_each_on_its_line(tmp_path: Path, end: str) -> None:
    text = INLINE % end
    new = NewTask(ACTION, {"label": "c", "task": "Sing\n* low", "target": "x"})
    made = after(tmp_path, text, TextEdit(TASK, "key", "k"), TextEdit(TASK, "target", "Nine\nor ten"), new)
    lines = made.splitlines()
    assert lines[3] == '  {label = "a", task = "Plant", target = "Nine\\nor ten", key = "k" },   # the first'
    assert lines[4].startswith('  {label = "b", task = "Mow", target = "Twice"}')
    assert ("# the last" in lines[4]) == ("# the last" in end)
    assert lines[5].rstrip(",") == '  {label = "c", task = "Sing\\n* low", target = "x"}'


def test_tasks_in_a_list_on_one_line_stay_on_it(tmp_path: Path) -> None:
    text = toml(table(group("Parks", outcome("2.1", action(task("a")), action(task("b"))))))
    made = after(tmp_path, text, NewTask(ACTION, {"label": "c", "task": "Sing", "target": ""}))
    assert made == text.replace('"Target a"}', '"Target a"}, {label = "c", task = "Sing", target = ""}')


def test_a_column_of_the_template_s_is_a_key_like_others(tmp_path: Path) -> None:
    lead = '[[columns]]\nkey = "lead_officer"\nheading = "Lead"\nfilled_by = "plan"\n'
    (tmp_path / "ours.toml").write_text(f'version = 1\nextends = "standard"\n\n{lead}', encoding="utf-8")
    text = f'template = "ours.toml"\n{BY_HAND}'
    assert '        lead_officer = "Eve"\n' in after(tmp_path, text, TextEdit(TASK, "lead_officer", "Eve"))


# ---------------------------------------------------------------------------------------------------- properties


@st.composite
def plans_with_edits(draw: st.DrawFn, *, single: bool = False) -> tuple[Plan, list[Edit]]:
    """A plan with tasks, and changes to some of them; `single` for plans whose parts a workbook can tell apart."""
    made = draw(plans(keyed=not single).filter(lambda found: bool(_tasks_of(found))))
    at = _tasks_of(made)
    edits: list[Edit] = []
    for place in draw(st.lists(st.sampled_from(at), unique=True, max_size=3)):
        for key in draw(st.lists(st.sampled_from(["label", "task", "target", "key"]), unique=True, min_size=1)):
            words = draw(texts())
            unique = f"edit{len(edits)}{clean_for_office(words).strip()}" if key in ("task", "key") else words.strip()
            edits.append(TextEdit(place, key, unique))
    for place in draw(st.lists(st.sampled_from(at), max_size=2)):
        edits.append(NewTask(place[:-2], {"label": draw(texts()).strip(), "task": f"n{draw(texts())}", "target": "t"}))
    return made, edits


def _tasks_of(plan: Plan) -> list[Location]:
    return [
        ("groups", g, "outcomes", o, "actions", a, "tasks", t)
        for g, group in enumerate(plan.groups)
        for o, outcome in enumerate(group.outcomes)
        for a, action in enumerate(outcome.actions)
        for t in range(len(action.tasks))
    ]


@SLOW
@given(plans_with_edits(), st.booleans(), st.booleans())
def test_a_plan_toml_with_changes_reads_back_as_the_plan_with_exactly_these(
    tmp_path: Path, made: tuple[Plan, list[Edit]], crlf: bool, mark: bool
) -> None:
    plan, edits = made
    content = to_toml(plan)
    content = content.replace(b"\n", b"\r\n") if crlf else content
    content = "\ufeff".encode() * mark + content
    result = changed(tmp_path, content, edits)
    # What stands in no value stays, in its order: comments, headings, blank lines.
    outside = [line for line in content.splitlines() if line.startswith((b"#", b"[[")) or not line]
    kept = iter(result.splitlines())
    assert all(line in kept for line in outside)


@SLOW
@given(plans_with_edits())
def test_a_plan_of_inline_tables_reads_back_so_too(tmp_path: Path, made: tuple[Plan, list[Edit]]) -> None:
    plan, edits = made
    raw = plan.model_dump(exclude_none=True)
    for place in _tasks_of(plan):
        tasks = raw
        for step in place:
            tasks = tasks[step]
        del tasks["key_given"], tasks["further"]
    changed(tmp_path, toml(raw).encode(), edits)


@SLOW
@given(plans_with_edits(single=True))
def test_a_plan_xlsx_with_changes_reads_back_as_the_plan_with_exactly_these(
    tmp_path: Path, made: tuple[Plan, list[Edit]]
) -> None:
    plan, edits = made
    untitled = any(not (a.ref or a.title) for g in plan.groups for o in g.outcomes for a in o.actions)
    content = to_xlsx(plan, STANDARD)
    if untitled:
        edits = [each for each in edits if isinstance(each, TextEdit)]
    result = _in_xlsx(tmp_path, content, edits)
    before, now = _parts(content), _parts(result)
    assert list(before) == list(now)
    assert {name for name in before if before[name] != now[name]} <= {"xl/workbook.xml", "xl/worksheets/sheet3.xml"}


def _in_xlsx(folder: Path, content: bytes, edits: Sequence[Edit]) -> bytes:
    """As `changed`, for texts as a workbook holds them."""
    path = folder / "plan.xlsx"
    path.write_bytes(content)
    found = read_plan_file(path)
    clean = [_clean(each) for each in edits]
    path.write_bytes(edit_plan_file(content, found, clean, ".xlsx"))
    assert read_plan_file(path).plan == apply_edits(found.plan, clean)
    return path.read_bytes()


def _clean(each: Edit) -> Edit:
    if isinstance(each, TextEdit):
        return TextEdit(each.location, each.key, clean_for_office(each.text).strip())
    return NewTask(each.location, {key: clean_for_office(text).strip() for key, text in each.texts.items()})


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# -------------------------------------------------------------------------------------------------------- plan.xlsx


def book(folder: Path) -> Path:
    plan = Plan.model_validate(
        table(
            group("Parks", outcome("2.1", action(task("a", task="Plant"), task("b", task="Mow"), ref="2.1.1"))),
            group("Health", outcome("3.1")),
        )
    )
    path = folder / "plan.xlsx"
    path.write_bytes(to_xlsx(plan, STANDARD))
    return path


def test_what_else_a_coordinator_put_into_the_workbook_stays(tmp_path: Path) -> None:
    path = book(tmp_path)
    made = load_workbook(path)
    made["Tasks"]["G2"].font = Font(bold=True)
    made["Tasks"]["G2"].comment = Comment("Ask Ann", "Eve")
    notes = made.create_sheet("Notes")
    notes["A1"], notes["A2"] = "=1+1", "Ours"
    made.save(path)
    content = path.read_bytes()
    result = changed(
        tmp_path,
        content,
        [TextEdit(TASK, "task", "=Plant+1"), NewTask(ACTION, {"label": "c", "task": "* one\n* two", "target": "@x"})],
        ".xlsx",
    )
    assert {name for name, part in _parts(content).items() if _parts(result)[name] != part} == {
        "xl/workbook.xml",
        "xl/worksheets/sheet3.xml",
    }
    now = load_workbook(io.BytesIO(result))
    tasks = now["Tasks"]
    assert (tasks["G2"].value, tasks["G2"].data_type, tasks["G2"].font.b) == ("=Plant+1", "s", True)
    assert tasks["G2"].comment.text == "Ask Ann"
    assert now["Notes"]["A1"].value == "=1+1"
    assert [cell.value for cell in tasks[5]][:9] == [
        *("Parks", "2.1", "Title 2.1", "2.1.1", "Act", "c", "* one\n* two", "@x", None)
    ]
    assert tasks["G5"].style == tasks["G3"].style
    assert tasks.row_dimensions[5].height > tasks.row_dimensions[3].height > 0
    assert (tasks.auto_filter.ref, tasks.print_area) == ("A1:I5", "'Tasks'!$A$1:$I$5")
    assert [str(rule.sqref) for rule in tasks.data_validations.dataValidation] == [
        str(rule.sqref) for rule in made["Tasks"].data_validations.dataValidation
    ]


def test_a_key_goes_into_its_column(tmp_path: Path) -> None:
    path = book(tmp_path)
    result = changed(tmp_path, path.read_bytes(), [TextEdit(TASK, "key", "2.1a")], ".xlsx")
    assert load_workbook(io.BytesIO(result))["Tasks"]["I2"].value == "2.1a"


def test_a_formula_is_never_written_over(tmp_path: Path) -> None:
    path = book(tmp_path)
    parts = _parts(path.read_bytes())
    sheet = parts["xl/worksheets/sheet3.xml"].decode()
    start = sheet.index('<c r="H2"')
    sheet = f'{sheet[:start]}<c r="H2" t="str"><f>A2</f><v>Parks</v></c>{sheet[sheet.index("</c>", start) + 4 :]}'
    path.write_bytes(_zipped({**parts, "xl/worksheets/sheet3.xml": sheet.encode()}))
    with pytest.raises(PlanError, match=r"Tasks!H2: holds a formula\. Nothing was changed"):
        edit_plan_file(path.read_bytes(), read_plan_file(path), [TextEdit(TASK, "target", "x")], ".xlsx")


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = book(tmp_path)
    made = load_workbook(path)
    made["Tasks"].delete_cols(9)
    made.save(path)
    with pytest.raises(PlanError, match="Tasks: has no column for “key”"):
        edit_plan_file(path.read_bytes(), read_plan_file(path), [TextEdit(TASK, "key", "x")], ".xlsx")


def test_a_cell_below_merged_ones_is_not_written_into(tmp_path: Path) -> None:
    path = book(tmp_path)
    made = load_workbook(path)
    made["Tasks"].merge_cells("H2:H3")
    made.save(path)
    at: Location = (*TASK[:-1], 1)
    with pytest.raises(PlanError, match="Tasks!H3: lies below merged cells"):
        edit_plan_file(path.read_bytes(), read_plan_file(path), [TextEdit(at, "target", "x")], ".xlsx")


def test_rows_and_cells_that_do_not_say_their_numbers_are_counted(tmp_path: Path) -> None:
    import re

    path = book(tmp_path)
    parts = _parts(path.read_bytes())
    sheet = re.sub(rb'(<(?:row|c)) r="[A-Z]*\d+"', rb"\1", parts["xl/worksheets/sheet3.xml"])
    path.write_bytes(_zipped({**parts, "xl/worksheets/sheet3.xml": sheet}))
    changed(tmp_path, path.read_bytes(), [TextEdit(TASK, "target", "x")], ".xlsx")


def _zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()
