"""A plan as plan.toml."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ragsheets import dates, files
from ragsheets.errors import PlanError, Problem, TemplateError
from ragsheets.plan import Plan, Task, clashes, with_keys
from ragsheets.template import Column, Template, read_template
from ragsheets.validation import nearest, place, problems_of


def read(path: Path) -> tuple[Plan, Template]:
    """Read a plan.toml and the template that it names.

    Raises PlanError with every problem in it; where the template cannot be used either, its problems are among them.
    """
    raw = files.read_toml(path, PlanError)
    template, problems = _template(raw, path.parent)
    further = template.plan_columns if template else ()
    problems += _take_further(raw, further, known=template is not None)
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        problems = [*problems_of(error, Plan, name=lambda location: _naming(raw, location)), *problems]
    problems += clashes(raw)
    if problems or template is None:
        raise PlanError(
            f"{path.name} cannot be used",
            problems=[Problem(f"{path.name}: {p.where}", p.what, p.fix) for p in problems],
        )
    return with_keys(plan), template


def _template(raw: dict[str, Any], folder: Path) -> tuple[Template | None, list[Problem]]:
    name = raw.get("template", Plan.model_fields["template"].default)
    try:
        return read_template(str(name), folder), []
    except TemplateError as error:
        return None, list(error.problems)


def _take_further(raw: dict[str, Any], columns: tuple[Column, ...], *, known: bool) -> list[Problem]:
    """Gather each task's values for the template's own columns under `further`, checked for their kind."""
    problems = []
    by_key = {column.key: column for column in columns}
    for where, task in _tasks(raw):
        further: dict[str, str] = {}
        for key in [key for key in task if key not in Task.model_fields or key == "further"]:
            value = task.pop(key)
            if key in by_key:
                text, problem = _value(value, by_key[key])
                further[key] = text
                problems += [Problem(f"{where}.{key}", problem)] if problem else []
            elif known:
                fix = nearest(key, [*(name for name in Task.model_fields if name != "further"), *by_key])
                problems.append(Problem(f"{where}.{key}", "is not a known key.", fix))
        task["further"] = further
    return problems


def _value(value: object, column: Column) -> tuple[str, str]:
    """The value as text, and what is wrong with it."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10], ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return "", "must be text."
    text = str(value).strip()
    if column.kind == "date" and text:
        date = dates.read_date(text)
        return (date.isoformat(), "") if date else (text, f"“{text}” is not a date such as 2009-03-05.")
    if column.kind == "choice" and text and text not in column.choices:
        return text, f"“{text}” is not one of {', '.join(column.choices)}."
    if column.kind == "number" and text:
        try:
            float(text)
        except ValueError:
            return text, f"“{text}” is not a number."
    return text, ""


def _tasks(raw: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every task table in the file, with its place in words."""
    found = []
    for g, group in _rows(raw, "groups"):
        for o, outcome in _rows(group, "outcomes"):
            for a, action in _rows(outcome, "actions"):
                for t, task in _rows(action, "tasks"):
                    location = ("groups", g, "outcomes", o, "actions", a, "tasks", t)
                    found.append((_naming(raw, location), task))
    return found


def _rows(table: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    rows = table.get(key)
    return [(n, row) for n, row in enumerate(rows) if isinstance(row, dict)] if isinstance(rows, list) else []


def _naming(raw: Any, location: tuple[int | str, ...]) -> str:
    """A place in the plan with the names of what stands there: "Stronger Communities, outcome 2.1, task a: target"."""
    words: list[str] = []
    here: Any = raw
    table = ""
    rest: list[int | str] = []
    for step in location:
        here = _inside(here, step)
        if isinstance(step, int) and isinstance(here, dict) and not rest:
            words.append(_called(table, here, step))
        elif isinstance(step, str) and isinstance(here, list) and table != step and not rest:
            table = step
        else:
            rest.append(step)
    if table and not rest and isinstance(here, list):
        rest.append(table)
    name = ", ".join(words)
    return f"{name}: {place(tuple(rest))}" if name and rest else name or place(location)


def _inside(here: Any, step: int | str) -> Any:
    """What stands at `step` in a table or a list; None where nothing does."""
    if isinstance(here, dict):
        return here.get(step)
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None


def _called(table: str, row: dict[str, Any], number: int) -> str:
    kind = {"groups": "sub-group", "outcomes": "outcome", "actions": "action", "tasks": "task"}.get(table, table)
    given = (row.get(key) for key in ("name", "label", "ref", "key", "title", "task"))
    names = (files.clean(name).strip() for name in given if isinstance(name, str))
    name = next(filter(None, names), f"number {number + 1}")
    shown = name if len(name) <= 40 else f"{name[:39]}…"
    return shown if kind == "sub-group" else f"{kind} {shown}"
