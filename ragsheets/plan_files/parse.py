"""A plan as it was written, in tables of raw values: what every form of it is checked by."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ragsheets import dates
from ragsheets.errors import PlanError, Problem, TemplateError
from ragsheets.plan.model import Location, LocationNamer, Plan, Task, find_conflicts
from ragsheets.template.model import Column, Template, read_template
from ragsheets.text import clean_for_office
from ragsheets.validation import location_text, problems_of, suggest_nearest

if TYPE_CHECKING:
    from ragsheets.plan_files.xlsx_sheet import PlanRow

#: The keys of a task that people write, beside the template's own columns.
_TASK_KEYS = [field for field in Task.model_fields if field not in ("key_given", "further")]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan that was read.

    Attributes:
        plan: the plan as it was written: a part without a key of its own has none.
        template: the template that it names.
        remarks: what was taken and should be looked at, or could not be read.
        rows: the row that each task stands in, by its place, where the form has rows.
    """

    plan: Plan
    template: Template
    warnings: tuple[Problem, ...] = ()
    task_rows: Mapping[Location, PlanRow] = field(default_factory=dict)


def read_plan_template(
    raw: dict[str, Any], folder: Path, name_location: LocationNamer = location_text
) -> tuple[Template | None, list[Problem]]:
    """The template that a plan in `folder` names, or what is wrong with it; `name` names its place in the plan."""
    called = raw.get("template", Plan.model_fields["template"].default)
    try:
        return read_template(str(called), folder), []
    except TemplateError as error:
        return None, [
            Problem(
                name_location(("template",)) if problem.where == "template" else problem.where,
                problem.what,
                problem.fix,
            )
            for problem in error.problems
        ]


def plan_error(file_name: str, problems: Sequence[Problem]) -> PlanError:
    """The error that tells all of these problems of a plan file."""
    return PlanError(
        f"{file_name} cannot be used",
        problems=[Problem(f"{file_name}: {p.where}" if p.where else file_name, p.what, p.fix) for p in problems],
    )


def validate_plan(
    file_name: str,
    raw: dict[str, Any],
    template: Template | None,
    problems: Sequence[Problem],
    name_location: LocationNamer,
    name_clash_location: LocationNamer | None = None,
) -> PlanFile:
    """The plan that the tables of a file say, checked as every plan is.

    Args:
        file: what the file is called.
        raw: its tables, as plan.toml has them; the further values of each task are gathered in them.
        template: the template that the plan names; None where it cannot be used.
        problems: what is known to be wrong already.
        name: names a place in the tables for a person.
        name_clash: the same for what clashes, where that is told by its place too and not by its name alone.

    Raises PlanError with every problem.
    """
    columns = template.plan_columns if template else ()
    problems = [*problems, *_collect_further(raw, columns, name_location, template_known=template is not None)]
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        problems = [*problems_of(error, Plan, name_location=name_location), *problems]
    problems += find_conflicts(raw, name_clash_location)
    if problems or template is None:
        raise plan_error(file_name, problems)
    return PlanFile(plan, template)


def describe_location(raw: Any, location: Location) -> str:
    """A place in the plan with the names of what stands there: "Stronger Communities, outcome 2.1, task a: target"."""
    words: list[str] = []
    here: Any = raw
    table = ""
    rest: list[int | str] = []
    for step in location:
        here = _child(here, step)
        if isinstance(step, int) and isinstance(here, dict) and not rest:
            words.append(_part_name(table, here, step))
        elif isinstance(step, str) and isinstance(here, list) and table != step and not rest:
            table = step
        else:
            rest.append(step)
    if table and not rest and isinstance(here, list):
        rest.append(table)
    name = ", ".join(words)
    return f"{name}: {location_text(tuple(rest))}" if name and rest else name or location_text(location)


def _child(container: Any, step: int | str) -> Any:
    """What stands at `step` in a table or a list; None where nothing does."""
    if isinstance(container, dict):
        return container.get(step)
    return container[step] if isinstance(container, list) and isinstance(step, int) and step < len(container) else None


def _part_name(table: str, row: dict[str, Any], number: int) -> str:
    kind = {"groups": "sub-group", "outcomes": "outcome", "actions": "action", "tasks": "task"}.get(table, table)
    given = (row.get(key) for key in ("name", "label", "ref", "key", "title", "task"))
    names = (clean_for_office(name).strip() for name in given if isinstance(name, str))
    name = next(filter(None, names), f"number {number + 1}")
    shown = name if len(name) <= 40 else f"{name[:39]}…"
    return shown if kind == "sub-group" else f"{kind} {shown}"


# ---------------------------------------------------------------------------------- columns that the template adds


def _collect_further(
    raw: dict[str, Any], columns: tuple[Column, ...], name_location: LocationNamer, *, template_known: bool
) -> list[Problem]:
    """Gather each task's values for the template's own columns under `further`, checked for their kind."""
    problems = []
    by_key = {column.key: column for column in columns}
    for at, task in _task_tables(raw):
        further: dict[str, str] = {}
        for key in [key for key in task if key not in _TASK_KEYS]:
            value = task.pop(key)
            if key in by_key:
                text, problem = parse_value(value, by_key[key])
                further[key] = text
                problems += [Problem(name_location((*at, key)), problem)] if problem else []
            elif template_known:
                fix = suggest_nearest(key, [*_TASK_KEYS, *by_key])
                problems.append(Problem(name_location((*at, key)), "is not a known key.", fix))
        task["further"] = further
    return problems


def parse_value(value: object, column: Column) -> tuple[str, str]:
    """A task's value for a column of the template's as text, and what is wrong with it, "" for nothing."""
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


def _task_tables(raw: dict[str, Any]) -> list[tuple[Location, dict[str, Any]]]:
    """Every task table of the plan, with its place."""
    return [
        (("groups", g, "outcomes", o, "actions", a, "tasks", t), task)
        for g, group in _child_tables(raw, "groups")
        for o, outcome in _child_tables(group, "outcomes")
        for a, action in _child_tables(outcome, "actions")
        for t, task in _child_tables(action, "tasks")
    ]


def _child_tables(table: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    rows = table.get(key)
    return [(n, row) for n, row in enumerate(rows) if isinstance(row, dict)] if isinstance(rows, list) else []
