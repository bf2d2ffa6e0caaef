"""Errors: every one says what, where and how to put it right, and belongs to one family."""

from __future__ import annotations

import pytest

from ragsheets import errors
from ragsheets.errors import PlanError, Problem, RagsheetsError, ReturnError

FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", FAMILY)
def test_all_belong_to_one_family_so_that_one_place_can_take_them(kind: type[Exception]) -> None:
    assert issubclass(kind, RagsheetsError)


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(Problem("plan.toml", "is empty.", "Fill it in.")) == "plan.toml: is empty. Fill it in."
    assert str(Problem("", "there is no period yet.")) == "there is no period yet."


def test_an_error_holds_every_problem_and_says_them_all() -> None:
    both = [Problem("a", "is missing."), Problem("b", "is empty.")]
    error = PlanError("plan.toml cannot be used", problems=both)
    assert error.problems == tuple(both)
    assert str(error) == "a: is missing.\nb: is empty."


def test_an_error_about_one_thing_is_one_problem() -> None:
    error = PlanError("is empty.", where="plan.toml", fix="Fill it in.")
    assert error.problems == (Problem("plan.toml", "is empty.", "Fill it in."),)


def test_an_error_about_a_return_carries_the_code_of_its_finding() -> None:
    error = ReturnError("wrong-plan", found="Theirs", wanted="Ours")
    assert (error.code, error.facts) == ("wrong-plan", {"found": "Theirs", "wanted": "Ours"})
