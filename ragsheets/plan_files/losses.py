"""What a plan loses on its way into another form, told by reading that form back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ragsheets.errors import Problem
from ragsheets.plan.model import Action, Location, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.parse import describe_location
from ragsheets.plan_files.xlsx_layout import heading_of_key as key_in_words
from ragsheets.text import clean_for_office

#: How many places are named before it is only said that there are more.
_MAX_LISTED = 8

_PlanPart = Plan | SubGroup | Outcome | Action | Task

_CHARACTERS_LOST = "characters that Office files cannot hold are left out."
_VALUE_LOST = "{key}: has no place in this form."
_VALUE_CHANGED = "{key}: stands otherwise in this form."


def find_losses(original: Plan, converted: Plan) -> list[Problem]:
    """What is not the same in a plan that was written and read again, each kind of difference with its places."""
    raw = _with_lists(original.model_dump())
    found: dict[str, list[str]] = {}
    for at, what in _compare_parts(original, converted, ()):
        found.setdefault(what, []).append(describe_location(raw, at) if at else "the plan")
    return [Problem(_join_locations(places), what) for what, places in found.items()]


def _compare_parts(original: _PlanPart, converted: _PlanPart, location: Location) -> Iterator[tuple[Location, str]]:
    for key in type(original).model_fields:
        one, other = getattr(original, key), getattr(converted, key)
        if isinstance(one, tuple):
            if len(one) != len(other):
                yield location, f"{len(one)} {key} become {len(other)}, since some of them cannot be told apart there."
            else:
                for number, parts in enumerate(zip(one, other, strict=True)):
                    yield from _compare_parts(*parts, (*location, key, number))
        elif key == "further":
            yield from (
                (location, what) for name in one for what in _compare_values(name, one[name], other.get(name, ""))
            )
        else:
            yield from ((location, what) for what in _compare_values(key, one, other))


def _compare_values(key: str, original_value: object, converted_value: object) -> Iterator[str]:
    if (original_value or "") == (converted_value or ""):
        return
    if (
        isinstance(original_value, str)
        and isinstance(converted_value, str)
        and clean_for_office(original_value).strip() == converted_value
    ):
        yield _CHARACTERS_LOST
    else:
        yield (_VALUE_CHANGED if converted_value else _VALUE_LOST).format(key=key_in_words(key))


def _with_lists(value: Any) -> Any:
    """Tables as TOML has them, with lists in place of tuples."""
    if isinstance(value, dict):
        return {key: _with_lists(item) for key, item in value.items()}
    return [_with_lists(item) for item in value] if isinstance(value, (list, tuple)) else value


def _join_locations(locations: Sequence[str]) -> str:
    more = len(locations) - _MAX_LISTED
    return "; ".join(locations[:_MAX_LISTED]) + (f"; and {more} more" if more > 0 else "")
