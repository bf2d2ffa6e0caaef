"""Pydantic's validation errors as problems that a coordinator can act on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from ragsheets.errors import Problem
from ragsheets.text import first_words, join_first, nearest_texts

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

#: The path of a value in the data: ("groups", 0, "contact").
Location = tuple[int | str, ...]
#: Turns a location in the data into text for the user: ("groups", 0, "contact") → "groups[1].contact".
LocationNamer = Callable[[Location], str]

#: The most known words that a problem lists.
_MAX_LISTED = 20
_NUMBER_FIX = "Write it in figures, without quotation marks."
#: What is wrong and how to mend it, by pydantic's type of error; fields of its context are in braces.
_MESSAGES = {
    "missing": ("is missing", "Add it."),
    "string_too_short": ("is empty", "Fill it in."),
    "too_short": ("has fewer entries than {min_length}", "Add the others."),
    "too_long": ("has more entries than {max_length}", "Remove the others."),
    "string_too_long": ("has more than {max_length} characters", "Shorten it."),
    "no_words": ("holds only characters that Office files cannot hold", "Write it again."),
    "string_type": ("must be text", "Put it in quotation marks, so that 2.10 stays 2.10."),
    "bool_type": ("must be true or false", "Write it without quotation marks."),
    "bool_parsing": ("must be true or false", "Write it without quotation marks."),
    "int_type": ("must be a whole number", _NUMBER_FIX),
    "float_type": ("must be a number", _NUMBER_FIX),
    "float_parsing": ("must be a number", _NUMBER_FIX),
    "greater_than_equal": ("must be {ge:g} or more", _NUMBER_FIX),
    "less_than_equal": ("must be {le:g} or less", _NUMBER_FIX),
    "literal_error": ("must be {expected}", "Write one of these in quotation marks."),
    "tuple_type": ("must be a list", "Write it in square brackets, with commas between its entries."),
    "dict_type": ("must be a table of keys and values", ""),
    "model_type": ("must be a table of keys and values", ""),
}


def problems_of(
    error: ValidationError,
    model: type[BaseModel],
    file: str = "",
    name_location: LocationNamer | None = None,
    empty_lists: Mapping[str, tuple[str, str]] | None = None,
) -> list[Problem]:
    """Return each error in `error` as a Problem with its location in `file`; suggest a key for an unknown one.

    `empty_lists` are what is wrong with an empty list and what to do about it, by the list's key.
    """
    naming = name_location or location_text
    details = error.errors(include_url=False)
    prefix = f"{file}: " if file else ""
    return [
        Problem(f"{prefix}{naming(detail['loc'])}", *_describe_error(detail, model, empty_lists or {}))
        for detail in details
        # Pydantic does not count entries that have an error of their own.
        if detail["type"] != "too_short" or not any(_is_inside(other["loc"], detail["loc"]) for other in details)
    ]


def _describe_error(
    detail: ErrorDetails, model: type[BaseModel], empty_lists: Mapping[str, tuple[str, str]]
) -> tuple[str, str]:
    """Return what is wrong with a value and how to mend it."""
    error_type, location, value = detail["type"], detail["loc"], detail["input"]
    if error_type == "extra_forbidden":
        return "is not a known key.", suggest_nearest(str(location[-1]), known_keys(model, location))
    if error_type == "too_short" and not value:
        return empty_lists.get(str(location[-1]), ("is empty.", "Add at least one."))
    what, fix = f"{detail['msg'][:1].lower()}{detail['msg'][1:]}", ""
    if error_type in _MESSAGES:
        wording, fix = _MESSAGES[error_type]
        what = re.sub("'([^']*)'", r"“\1”", wording.format_map(detail.get("ctx", {})))
    annotation = _annotation_at(model, location) if error_type in ("tuple_type", "model_type") else None
    if table := _model_in(annotation):
        fix = _brackets_fix(location, is_list=table is not annotation or isinstance(location[-1], int))
    elif error_type == "string_type" and isinstance(value, (list, dict)):
        fix = "Write one text, in quotation marks."
    found = f", not {_describe_value(value)}" if what.startswith("must be") else ""
    return f"{what.rstrip('.')}{found}.", fix


def _describe_value(value: object) -> str:
    """Return a value of a TOML file in words."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a table"
    if isinstance(value, bool):
        return str(value).lower()
    return f"“{first_words(value)}”" if isinstance(value, str) else str(value)


def _brackets_fix(location: Location, *, is_list: bool) -> str:
    """Return how the table at a location, or each table of the list there, begins."""
    name = ".".join(step for step in location if isinstance(step, str))
    return f"Begin each with [[{name}]]." if is_list else f"Begin it with [{name}]."


def _is_inside(location: Location, table: Location) -> bool:
    return len(location) > len(table) and location[: len(table)] == table


def suggest_nearest(word: str, known: Sequence[str]) -> str:
    """Return a sentence that suggests the known words nearest to `word`, or lists known ones."""
    if nearest := nearest_texts(word, known):
        return f"Did you mean {' or '.join(f'“{name}”' for name in nearest)}?"
    return f"Known here: {join_first(known, _MAX_LISTED)}."


def shape_problems(raw: Mapping[str, Any], model: type[BaseModel]) -> list[Problem]:
    """Return a problem for each key in `raw` that is not the table, or list of tables, that `model` has for it.

    The usual cause is a wrong number of brackets.
    """
    problems = []
    for name, field in model.model_fields.items():
        table, value = _model_in(field.annotation), raw.get(name)
        if table is None or value is None:
            continue
        if table is field.annotation:
            what, is_shaped = "must be a table.", isinstance(value, dict)
        else:
            what = "must be a list of tables."
            is_shaped = isinstance(value, list) and all(isinstance(row, dict) for row in value)
        if not is_shaped:
            problems.append(Problem(name, what, _brackets_fix((name,), is_list=table is not field.annotation)))
    return problems


def known_keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys that `model` allows in the table that contains `location`."""
    return list(_model_in(_annotation_at(model, location[:-1])).model_fields)


def _annotation_at(model: type[BaseModel], location: Location) -> Any:
    """Return the annotation of the key at a location, also for an entry of its list."""
    annotation: Any = model
    for step in location:
        if step in (table := _model_in(annotation)).model_fields:  # others are positions and mappings' keys
            annotation = table.model_fields[step].annotation
    return annotation


def _model_in(annotation: Any) -> Any:
    """Return the model that an annotation is, or that the list in it consists of; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for argument in get_args(annotation) if (model := _model_in(argument))), None)


def location_text(location: Location) -> str:
    """Return a location in the data as text, with list positions counted from one."""
    text = ""
    for step in location:
        text += f"[{step + 1}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text
