"""A workbook whose package another program wrote gives the same answers and findings as the one that was filled in."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font

from helpers.odd_packages import (
    EVERY_WORKBOOK,
    MACRO_SHEET,
    ODDITIES,
    PLACES,
    SINGLE_GROUPS,
    UNREAD_PARTS,
    WORKBOOK_CONTENT,
    WORKBOOK_PLACES,
    add_sheet,
    packed,
    unpacked,
    written_oddly,
)
from helpers.workbook_edits import THIS, SentWorkbooks, send_workbooks, several_outcomes
from ragsheets.formats.limits import Limits
from ragsheets.project import demo
from ragsheets.returns.intake.open_file import OpenedWorkbook, open_file


@dataclass
class FilledIn:
    """A workbook filled in, and what is read from it."""

    sent: SentWorkbooks
    content: bytes
    opened: OpenedWorkbook

    def read(self, content: bytes) -> OpenedWorkbook:
        opened = open_file("reply.xlsx", content, self.sent.reading_context, Limits())
        assert isinstance(opened, OpenedWorkbook)
        return opened


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> FilledIn:
    sent = send_workbooks(tmp_path_factory.mktemp("project"), several_outcomes())
    answers = {
        task.key: {"position": f"Ça va à {task.key} – 5 €", "status": "GREEN", "planned": "Go on\nby June"}
        for outcome in sent.group.outcomes
        for task in outcome.tasks
    }
    filled_in: dict[str, Any] = {"group": sent.group.name, "answers": answers, "successes": ["A fête was held"]}
    book = openpyxl.load_workbook(io.BytesIO(demo.fill_in_workbook(sent.plan, sent.template, THIS, filled_in)))
    sheet = book["Outcome 2.1"]
    sheet["H9"], sheet["H10"], sheet["H11"] = "=1+1", "#DIV/0!", "gone"
    sheet["H11"].font = Font(strike=True)
    sheet["H9"].comment = Comment("Is this right?", "Di")
    buffer = io.BytesIO()
    book.save(buffer)
    content = buffer.getvalue()
    opened = open_file("reply.xlsx", content, sent.reading_context, Limits())
    assert isinstance(opened, OpenedWorkbook)
    assert len(opened.result.answers) == 3 * len(answers)
    assert {"comment", "stray-text"} <= {item.code for item in opened.result.observations}
    return FilledIn(sent, content, opened)


def check(filled: FilledIn, oddities: list[str]) -> None:
    opened = filled.read(written_oddly(filled.content, oddities))
    observations = [item for item in opened.result.observations if item.code != "macros"]
    assert (len(observations) < len(opened.result.observations)) == (MACRO_SHEET in oddities)
    assert replace(opened, result=replace(opened.result, observations=observations)) == filled.opened


@pytest.mark.parametrize("oddity", EVERY_WORKBOOK)
def test_each_oddity_changes_nothing(filled: FilledIn, oddity: str) -> None:
    check(filled, [oddity])


@settings(deadline=None)
@given(
    singles=st.tuples(*(st.sampled_from(["", *group]) for group in SINGLE_GROUPS)),
    others=st.lists(st.sampled_from([*PLACES, *WORKBOOK_PLACES, *UNREAD_PARTS, *WORKBOOK_CONTENT]), unique=True),
)
def test_no_combination_of_oddities_changes_anything(
    filled: FilledIn, singles: tuple[str, ...], others: list[str]
) -> None:
    check(filled, [*filter(None, singles), *others])


@pytest.mark.parametrize("folder", ["xl/macrosheets/", "xl/worksheets/odd", "elsewhere/"])
def test_a_macro_sheet_in_any_folder_is_mentioned(filled: FilledIn, folder: str) -> None:
    package = unpacked(filled.content)
    ODDITIES[MACRO_SHEET](package)
    (name,) = package.of_kind("xlMacrosheet")
    package.moved[name] = f"{folder}sheet1.xml"
    observations = filled.read(packed(package)).result.observations
    assert [item.code for item in observations if item not in filled.opened.result.observations] == ["macros"]


@pytest.mark.parametrize("kind", ["dialogsheet", "chartsheet"])
@pytest.mark.parametrize("folder", ["xl/", "xl/worksheets/odd", "elsewhere/"])
def test_a_sheet_of_another_kind_in_any_folder_changes_no_answer(filled: FilledIn, kind: str, folder: str) -> None:
    package = unpacked(filled.content)
    add_sheet(kind, "odd", f"<{kind}/>".encode())(package)
    (name,) = package.of_kind(kind)
    package.moved[name] = f"{folder}{kind}s/sheet1.xml"
    assert filled.read(packed(package)).result.answers == filled.opened.result.answers
