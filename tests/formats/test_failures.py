"""Failures of parsers: each becomes an error that names the fault of the file."""

from __future__ import annotations

import pytest

from ragsheets.errors import ReturnError
from ragsheets.formats.failures import failures_as_damage


class PanicException(BaseException):
    pass


@pytest.mark.parametrize("failure", [KeyError("part"), RecursionError("too deep"), PanicException("no entry")])
def test_any_failure_of_a_parser_is_damage(failure: BaseException) -> None:
    with pytest.raises(ReturnError) as error, failures_as_damage():
        raise failure
    assert (error.value.code, error.value.facts) == ("damaged", {})


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(3), ReturnError("encrypted")])
def test_what_is_no_failure_of_a_parser_stays(failure: BaseException) -> None:
    with pytest.raises(type(failure)) as error, failures_as_damage():
        raise failure
    assert error.value is failure


def test_a_lack_of_memory_is_a_matter_of_cost() -> None:
    with pytest.raises(ReturnError, match="too-costly"), failures_as_damage():
        raise MemoryError
