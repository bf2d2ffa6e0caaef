"""Answers under columns of a kind: which texts fit, and which of the choices is suggested for one that does not."""

from __future__ import annotations

import pytest

from ragsheets.returns.answer_kinds import check_answer
from ragsheets.template.model import Column

CHOICES = Column(key="risk", heading="Risk", kind="choice", choices=("Agreed", "Rejected", "Low or none"))


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("agred", " Did you mean “Agreed”?"),
        ("low or nonee", " Did you mean “Low or none”?"),
        ("Not agreed", ""),
        ("Never agreed", ""),
        ("Disagreed", ""),
        ("Agreed or rejected", ""),
        ("?", ""),
    ],
)
def test_a_choice_is_suggested_only_where_no_word_speaks_against_it(text: str, suggestion: str) -> None:
    wanted = "Agreed, Rejected, Low or none"
    assert check_answer(text, CHOICES) == ("unknown-choice", {"wanted": wanted, "suggestion": suggestion})


@pytest.mark.parametrize("text", ["agreed", " AGREED.", "low or None"])
def test_a_choice_is_read_whatever_its_case_and_punctuation(text: str) -> None:
    code, details = check_answer(text, CHOICES) or ("", {})
    assert (code, details["wanted"] in CHOICES.choices) == ("choice-read", True)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [("date", "5 March 2009", "soon"), ("number", "-1.5", "1 and a half"), ("text", "x", "")],
)
def test_a_text_fits_its_kind_or_has_a_finding(kind: str, right: str, wrong: str) -> None:
    column = Column.model_validate({"key": "x", "heading": "X", "kind": kind})
    assert check_answer(right, column) is None
    assert (check_answer(wrong, column) is None) == (kind == "text")
