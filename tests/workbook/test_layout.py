"""Layouts: sheet names valid in every program, columns as in the template, correct counts."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.formats.a1 import address, column_letter
from ragsheets.plan.model import Action, Outcome, Period, Plan, SubGroup, Task, with_keys
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template
from ragsheets.workbook.compose import lay_out, sheet_names
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL, PrefilledAnswers
from ragsheets.workbook.text_metrics import height_of, lines_of, width_of

FORBIDDEN = set("[]:*?/\\'")


def plan_of(*refs: str) -> Plan:
    tasks = (Task(label="a", task="Do it", target="Done"),)
    outcomes = tuple(
        Outcome(ref=ref, title=f"Outcome {n}", actions=(Action(title="Act", tasks=tasks),))
        for n, ref in enumerate(refs)
    )
    return with_keys(Plan(title="T", partnership="P", groups=(SubGroup(name="G", contact="C", outcomes=outcomes),)))


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=12, unique_by=str.strip))
def test_sheet_names_are_legal_and_distinct_whatever_the_references(refs: list[str]) -> None:
    template = read_template("standard")
    group = plan_of(*refs).groups[0]
    sheets = sheet_names(template, group)
    names = [sheets.front, sheets.headlines, sheets.facts, *sheets.outcomes.values()]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31
        assert not FORBIDDEN & set(name)
        assert name.casefold() != "history"
        assert name == name.strip()


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_column_letters_are_those_of_spreadsheets(column: int, letters: str) -> None:
    assert column_letter(column) == letters
    assert address(12, column) == f"{letters}12"


def test_a_column_added_to_the_template_is_in_the_workbook(tmp_path: Path, period: Period) -> None:
    (tmp_path / "own.toml").write_text(
        'extends = "standard"\n[[columns]]\nkey = "risk"\nheading = "Risk"\n'
        'kind = "choice"\nchoices = ["High", "Low"]\n',
        encoding="utf-8",
    )
    template = read_template("own.toml", tmp_path)
    plan = plan_of("1.1")
    book = lay_out(plan, template, plan.groups[0], period, PrefilledAnswers({"1.1a": {"risk": "High"}}))
    sheet = book.sheet("outcome", "1.1")
    cells = {(cell.row, cell.column): cell for cell in sheet.cells}
    assert cells[sheet.heading_row, 6].value == "Risk"
    row = next(cell.row for cell in sheet.cells if cell.value == "1.1a")
    assert cells[row, 6].value == "High"
    assert [d.source for d in sheet.dropdowns if d.prompt_title == "Risk"] == ["'ragsheets'!$D$2:$D$3"]


def test_counts_ignore_case_and_nothing_else(period: Period) -> None:
    template = read_template("standard")
    plan = plan_of("1.1")
    for text, line in (("GREEN", "GREEN"), ("green", "GREEN"), ("Ambr", NOT_REPORTED), ("", NOT_REPORTED)):
        book = lay_out(plan, template, plan.groups[0], period, PrefilledAnswers({"1.1a": {"status": text}}))
        sheet = book.sheet("outcome", "1.1")
        values = {(cell.row, cell.column): cell.value for cell in sheet.cells}
        counted = {total.line: values[total.row, total.column] for total in sheet.total_cells}
        assert counted == {"GREEN": 0, "AMBER": 0, "RED": 0, NOT_REPORTED: 0, TOTAL: 1} | {line: 1}


def test_rows_for_new_tasks_never_count(example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    sheet = lay_out(plan, template, plan.groups[0], period).sheet("outcome", "2.1")
    last_task = max(cell.row for cell in sheet.cells if cell.value == "2.1d")
    formulas = [cell.formula for cell in sheet.cells if cell.formula and "$D$" in cell.formula]
    assert formulas
    assert [formula for formula in formulas if f"$D${last_task}" not in formula] == []


@given(st.text(alphabet=string.ascii_letters + "  \n", max_size=400), st.integers(8, 80))
def test_wrapped_lines_keep_every_word_and_fit(text: str, width: int) -> None:
    lines = lines_of(text, width)
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    assert all(width_of(line) <= width + 0.6 or " " not in line.strip() for line in lines)


@given(st.text(max_size=300), st.text(max_size=300))
def test_more_text_never_gives_a_lower_row(first_text: str, second_text: str) -> None:
    assert height_of([(f"{first_text} {second_text}", 30)], 11) >= height_of([(first_text.rstrip("\n"), 30)], 11) - 20
    assert height_of([(f"{first_text}\n{second_text}", 30)], 11) >= height_of([("", 30)], 11)


def test_no_row_exceeds_the_maximum_height_and_overlong_tasks_are_named(period: Period) -> None:
    template = read_template("standard")
    tasks = (Task(label="a", task="Do it", target="many words " * 300), Task(label="b", task="Do it", target="few"))
    outcome = Outcome(ref="1", title="O", actions=(Action(title="Act", tasks=tasks),))
    plan = with_keys(Plan(title="T", partnership="P", groups=(SubGroup(name="G", contact="C", outcomes=(outcome,)),)))
    book = lay_out(plan, template, plan.groups[0], period)
    assert max(book.sheet("outcome", "1").heights.values()) <= 409
    assert book.overlong_tasks == ["1a"]
