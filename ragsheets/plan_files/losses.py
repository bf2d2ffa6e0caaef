"""What a plan loses on its way into another form, told by reading that form back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ragsheets.errors import Problem
from ragsheets.plan.model import Action, Location, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.parse import in_words
from ragsheets.plan_files.xlsx_layout import in_words as key_in_words
from ragsheets.text import clean

#: How many places are named before it is only said that there are more.
_MOST_NAMED = 8

_Part = Plan | SubGroup | Outcome | Action | Task

_LEFT_OUT = "characters that Office files cannot hold are left out."
_NO_PLACE = "{key}: has no place in this form."
_OTHERWISE = "{key}: stands otherwise in this form."


def differences(before: Plan, after: Plan) -> list[Problem]:
    """What is not the same in a plan that was written and read again, each kind of difference with its places."""
    raw = _listed(before.model_dump())
    found: dict[str, list[str]] = {}
    for at, what in _differences(before, after, ()):
        found.setdefault(what, []).append(in_words(raw, at) if at else "the plan")
    return [Problem(_named(places), what) for what, places in found.items()]


def _differences(before: _Part, after: _Part, at: Location) -> Iterator[tuple[Location, str]]:
    for key in type(before).model_fields:
        one, other = getattr(before, key), getattr(after, key)
        if isinstance(one, tuple):
            if len(one) != len(other):
                yield at, f"{len(one)} {key} become {len(other)}, since some of them cannot be told apart there."
            else:
                for number, parts in enumerate(zip(one, other, strict=True)):
                    yield from _differences(*parts, (*at, key, number))
        elif key == "further":
            yield from ((at, what) for name in one for what in _text(name, one[name], other.get(name, "")))
        else:
            yield from ((at, what) for what in _text(key, one, other))


def _text(key: str, one: object, other: object) -> Iterator[str]:
    if (one or "") == (other or ""):
        return
    if isinstance(one, str) and isinstance(other, str) and clean(one).strip() == other:
        yield _LEFT_OUT
    else:
        yield (_OTHERWISE if other else _NO_PLACE).format(key=key_in_words(key))


def _listed(value: Any) -> Any:
    """Tables as TOML has them, with lists in place of tuples."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value


def _named(places: Sequence[str]) -> str:
    more = len(places) - _MOST_NAMED
    return "; ".join(places[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
