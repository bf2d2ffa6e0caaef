"""Find what a plan loses on conversion to another format, by reading the converted plan back."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.errors import Problem
from ragsheets.plan.model import Action, Location, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.locations import describe_location, join_locations
from ragsheets.plan_files.xlsx_layout import heading_of_key as key_in_words
from ragsheets.text import clean_for_office

_PlanPart = Plan | SubGroup | Outcome | Action | Task

_CHARACTERS_LOST = "characters that Office files cannot hold are left out."
_VALUE_LOST = "{key}: cannot be kept in this form, and is left out."
_VALUE_CHANGED = "{key}: is changed by this form; check it."


def find_losses(original: Plan, converted: Plan) -> list[Problem]:
    """Return the differences of a plan that was written and read again, each kind of difference with its locations."""
    tables = original.model_dump(mode="json")
    locations_by_difference: dict[str, list[str]] = {}
    for location, difference in _compare_parts(original, converted, ()):
        locations_by_difference.setdefault(difference, []).append(
            describe_location(tables, location) if location else "the plan"
        )
    return [Problem(join_locations(locations), difference) for difference, locations in locations_by_difference.items()]


def _compare_parts(original: _PlanPart, converted: _PlanPart, location: Location) -> Iterator[tuple[Location, str]]:
    for key in type(original).model_fields:
        before, after = getattr(original, key), getattr(converted, key)
        if isinstance(before, tuple):
            if len(before) != len(after):
                yield (
                    location,
                    f"{len(before)} {key} become {len(after)}, since some of them look the same in this form.",
                )
            else:
                for number, parts in enumerate(zip(before, after, strict=True)):
                    yield from _compare_parts(*parts, (*location, key, number))
        elif key == "further":
            yield from (
                (location, difference)
                for name in before
                for difference in _compare_values(name, before[name], after.get(name, ""))
            )
        else:
            yield from ((location, difference) for difference in _compare_values(key, before, after))


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
