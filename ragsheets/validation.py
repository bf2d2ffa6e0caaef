"""Pydantic's validation errors as problems that a coordinator can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ragsheets.errors import Problem
from ragsheets.text import nearest_texts

#: Turns a location in the data into text for the user: ("groups", 0, "contact") → "groups[1].contact".
LocationNamer = Callable[[tuple[int | str, ...]], str]

_MESSAGES = {
    "missing": ("is missing.", "Add it."),
    "string_too_short": ("is empty.", "Fill it in."),
    "too_short": ("is empty.", "Add at least one."),
    "no_words": ("holds only characters that Office files cannot hold.", "Write it again."),
    "string_type": ("must be text.", "Put it in quotation marks, so that 2.10 stays 2.10."),
    "bool_type": ("must be true or false.", ""),
    "bool_parsing": ("must be true or false.", ""),
    "tuple_type": ("must be a list.", ""),
    "model_type": ("must be a table of keys and values.", ""),
}


def problems_of(
    error: ValidationError, model: type[BaseModel], file: str = "", name_location: LocationNamer | None = None
) -> list[Problem]:
    """Return each error in `error` as a Problem with its location in `file`; suggest a key for an unknown one."""
    naming = name_location or location_text
    problems = []
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # it has rows; pydantic does not count those that have an error of their own
        where = naming(detail["loc"])
        where = f"{file}: {where}" if file else where
        if detail["type"] == "extra_forbidden":
            problems.append(
                Problem(
                    where,
                    "is not a known key.",
                    suggest_nearest(str(detail["loc"][-1]), known_keys(model, detail["loc"])),
                )
            )
        else:
            what, fix = _MESSAGES.get(detail["type"], (_sentence(detail["msg"]), ""))
            problems.append(Problem(where, what, fix))
    return problems


def suggest_nearest(word: str, known: Sequence[str], max_words: int | None = None) -> str:
    """Return a sentence that suggests the known words nearest to `word`, or lists up to `max_words` known ones."""
    if nearest := nearest_texts(word, known):
        return f"Did you mean {' or '.join(f'“{name}”' for name in nearest)}?"
    return f"Known here: {join_words(known, max_words)}."


def join_words(words: Sequence[str], max_words: int | None = None) -> str:
    """Join words with commas: all of them, or the first `max_words` and the number of the rest."""
    shown = words if max_words is None else words[:max_words]
    more = len(words) - len(shown)
    return f"{', '.join(shown)}{f' and {more} more' if more else ''}"


def shape_problems(raw: Mapping[str, Any], *, tables: Sequence[str], lists: Sequence[str]) -> list[Problem]:
    """Return a problem for each key in `raw` that is not the table or list of tables it has to be.

    The usual cause is a wrong number of brackets.
    """
    return [
        Problem(name, "must be a table.", f"Begin it with [{name}].")
        for name in tables
        if not isinstance(raw.get(name, {}), dict)
    ] + [
        Problem(name, "must be a list of tables.", f"Begin each with [[{name}]].")
        for name in lists
        if not isinstance(rows := raw.get(name, []), list) or not all(isinstance(row, dict) for row in rows)
    ]


def known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that `model` allows in the table that contains `location`."""
    inside: Any = model
    for step in location[:-1]:
        if isinstance(step, str):
            inside = _model_in(inside.model_fields[step].annotation)
    return list(inside.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(model for argument in get_args(annotation) if (model := _model_in(argument)))


def location_text(location: tuple[int | str, ...]) -> str:
    """Return a location in the data as text, with list positions counted from one."""
    text = ""
    for step in location:
        text += f"[{step + 1}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".") + "."
