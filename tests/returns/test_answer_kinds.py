"""Answers under columns of a kind: which texts fit, and which of the choices is suggested for one that does not."""

from __future__ import annotations

import pytest

from ragsheets.returns.answer_kinds import check_answer
from ragsheets.template.model import Column

CHOICES = Column(key="risk", heading="Risk", kind="choice", choices=("Agreed", "Rejected", "Low or none"))


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("agred", "Agreed"),
        ("low or nonee", "Low or none"),
        ("Not agreed", ""),
        ("Never agreed", ""),
        ("Disagreed", ""),
        ("Agreed or rejected", ""),
        ("?", ""),
    ],
)
def test_a_choice_is_suggested_only_where_no_word_speaks_against_it(text: str, nearest: str) -> None:
    assert check_answer(text, CHOICES) == ("unknown-choice", "Agreed, Rejected, Low or none", nearest)


@pytest.mark.parametrize("text", ["agreed", " AGREED.", "low or None"])
def test_a_choice_is_read_whatever_its_case_and_punctuation(text: str) -> None:
    fault = check_answer(text, CHOICES)
    assert fault is not None
    assert (fault.code, fault.wanted in CHOICES.choices) == ("choice-read", True)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [("date", "5 March 2009", "soon"), ("number", "-1.5", "1 and a half"), ("text", "x", "")],
)
def test_a_text_fits_its_kind_or_has_a_finding(kind: str, right: str, wrong: str) -> None:
    column = Column.model_validate({"key": "x", "heading": "X", "kind": kind})
    assert check_answer(right, column) is None
    assert (check_answer(wrong, column) is None) == (kind == "text")
