"""A plan.xlsx whose package another program wrote is read as the plain one, and its other parts survive an edit."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import projects
from helpers.odd_packages import (
    EVERY_WORKBOOK,
    PLACES,
    SINGLE_GROUPS,
    UNREAD_PARTS,
    WORKBOOK_CONTENT,
    WORKBOOK_PLACES,
    written_oddly,
)
from ragsheets.errors import PlanError
from ragsheets.plan.model import with_keys
from ragsheets.plan_files import xlsx
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, apply_edits
from ragsheets.plan_files.forms import edit_plan_file, parse_plan_file, read_plan_file

ACTION = ("groups", 0, "outcomes", 0, "actions", 0)
EDITS: list[Edit] = [
    TextEdit((*ACTION, "tasks", 0), "target", "Trente – 30 €"),
    NewTask(ACTION, {"task": "Mow", "target": "Weekly"}),
]


DAMAGE = "a damaged thumbnail"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    tasks = [projects.task(label, task=f"Plant é {label}", target="Ten €") for label in "abc"]
    table = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))
    plan_file = read_plan_file(projects.write_plan(tmp_path_factory.mktemp("plan"), table))
    return xlsx.write(with_keys(plan_file.plan), plan_file.template)


def check(plain: bytes, oddities: list[str]) -> None:
    expected = parse_plan_file(plain, "plan.xlsx", Path())
    odd = written_oddly(plain, oddities)
    plan_file = parse_plan_file(odd, "plan.xlsx", Path())
    assert (plan_file.plan, plan_file.warnings) == (expected.plan, expected.warnings)
    if DAMAGE in oddities:
        # Nothing of the file may be lost: it is not edited.
        with pytest.raises(PlanError, match="is damaged there, although the plan can be read"):
            edit_plan_file(odd, plan_file, EDITS, "plan.xlsx")
        return
    edited = edit_plan_file(odd, plan_file, EDITS, "plan.xlsx")
    assert parse_plan_file(edited, "plan.xlsx", Path()).plan == apply_edits(expected.plan, EDITS)
    before, after = (zipfile.ZipFile(io.BytesIO(content)) for content in (odd, edited))
    names = [entry.filename for entry in before.infolist()]
    assert [entry.filename for entry in after.infolist()] == names
    changed = {name for name in names if before.read(name) != after.read(name)}
    assert len(changed) <= 2


@pytest.mark.parametrize("oddity", EVERY_WORKBOOK)
def test_each_oddity_changes_nothing(plain: bytes, oddity: str) -> None:
    check(plain, [oddity])


@settings(deadline=None)
@given(
    singles=st.tuples(*(st.sampled_from(["", *group]) for group in SINGLE_GROUPS)),
    others=st.lists(st.sampled_from([*PLACES, *WORKBOOK_PLACES, *UNREAD_PARTS, *WORKBOOK_CONTENT]), unique=True),
)
def test_no_combination_of_oddities_changes_anything(plain: bytes, singles: tuple[str, ...], others: list[str]) -> None:
    check(plain, [*filter(None, singles), *others])


def test_any_failure_while_a_plan_is_read_is_a_message(plain: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ragsheets.plan_files.xlsx.read_sheet", fail)
    with pytest.raises(PlanError, match=r"plan\.xlsx: .*save it as \.xlsx and try again"):
        parse_plan_file(plain, "plan.xlsx", Path())
