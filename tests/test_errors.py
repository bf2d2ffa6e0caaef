"""Errors: problem, location and fix in each, and one base class for all."""

from __future__ import annotations

import pytest

from ragsheets import errors
from ragsheets.errors import PlanError, Problem, RagsheetsError, ReturnError

ERROR_TYPES = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", ERROR_TYPES)
def test_all_errors_share_one_base_class(kind: type[Exception]) -> None:
    assert issubclass(kind, RagsheetsError)


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(Problem("plan.toml", "is empty.", "Fill it in.")) == "plan.toml: is empty. Fill it in."
    assert str(Problem("", "there is no period yet.")) == "there is no period yet."


def test_an_error_holds_and_prints_every_problem() -> None:
    problems = [Problem("a", "is missing."), Problem("b", "is empty.")]
    error = PlanError("plan.toml cannot be used", problems=problems)
    assert error.problems == tuple(problems)
    assert str(error) == "a: is missing.\nb: is empty."


def test_an_error_without_a_list_has_one_problem() -> None:
    error = PlanError("is empty.", where="plan.toml", fix="Fill it in.")
    assert error.problems == (Problem("plan.toml", "is empty.", "Fill it in."),)


def test_a_return_error_has_the_code_of_its_finding() -> None:
    error = ReturnError("wrong-plan", found="Theirs", wanted="Ours")
    assert (error.code, error.facts) == ("wrong-plan", {"found": "Theirs", "wanted": "Ours"})
