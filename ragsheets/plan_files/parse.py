"""Validate a plan given as tables of raw values, whatever file format they were read from."""

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
from ragsheets.template.model import Column, Template
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office
from ragsheets.validation import location_text, problems_of, suggest_nearest

if TYPE_CHECKING:
    from ragsheets.plan_files.xlsx_sheet import PlanRow

#: The keys of a task that people write, in addition to the template's own columns.
_TASK_KEYS = [key for key in Task.model_fields if key not in ("key_given", "further")]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan read from a file.

    Attributes:
        plan: the plan as it was written: keys that are not in the file are not filled in.
        template: the template that it names.
        warnings: values that were accepted but should be checked, and content that could not be read.
        task_rows: the row of each task, by the task's location, if the format has rows.
        template_folder: the folder that its template is in, if that is another than the file's.
    """

    plan: Plan
    template: Template
    warnings: tuple[Problem, ...] = ()
    task_rows: Mapping[Location, PlanRow] = field(default_factory=dict)
    template_folder: Path | None = None


def read_plan_template(
    raw: dict[str, Any], folder: Path, name_location: LocationNamer = location_text
) -> tuple[Template | None, list[Problem]]:
    """Return the template that a plan in `folder` names, or its problems.

    Args:
        name_location: names the location of the template's name in the plan.
    """
    template_name = raw.get("template", Plan.model_fields["template"].default)
    if not isinstance(template_name, str):
        return None, []  # reported with the plan's other values
    try:
        return read_template(template_name, folder), []
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
    """Return the error that lists all of these problems of a plan file."""
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
    """Validate the tables read from a file and return the plan.

    Args:
        file_name: the file's name, for messages.
        raw: its tables, in the structure of plan.toml; changed: each task's further values are gathered in them.
        template: the template that the plan names; None if it cannot be used.
        problems: the problems found so far.
        name_location: returns the description of a location in the tables for messages.
        name_clash_location: the same for conflicting parts, if messages give their location as well as their name.

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
    """Describe a location in the plan by its parts' names: "Stronger Communities, outcome 2.1, task a: target"."""
    part_names: list[str] = []
    part: Any = raw
    table = ""
    remaining_steps: list[int | str] = []
    for step in location:
        part = _child(part, step)
        if isinstance(step, int) and isinstance(part, dict) and not remaining_steps:
            part_names.append(_part_name(table, part, step))
        elif isinstance(step, str) and isinstance(part, list) and table != step and not remaining_steps:
            table = step
        else:
            remaining_steps.append(step)
    if table and not remaining_steps and isinstance(part, list):
        remaining_steps.append(table)
    name = ", ".join(part_names)
    return (
        f"{name}: {location_text(tuple(remaining_steps))}"
        if name and remaining_steps
        else name or location_text(location)
    )


def _child(container: Any, step: int | str) -> Any:
    """Return the item at `step` in a table or a list; None if there is none."""
    if isinstance(container, dict):
        return container.get(step)
    return container[step] if isinstance(container, list) and isinstance(step, int) and step < len(container) else None


def _part_name(table: str, row: dict[str, Any], number: int) -> str:
    kind = {"groups": "sub-group", "outcomes": "outcome", "actions": "action", "tasks": "task"}.get(table, table)
    candidates = (row.get(key) for key in ("name", "label", "ref", "key", "title", "task"))
    texts = (clean_for_office(name).strip() for name in candidates if isinstance(name, str))
    name = next(filter(None, texts), f"number {number + 1}")
    shortened = name if len(name) <= 40 else f"{name[:39]}…"
    return shortened if kind == "sub-group" else f"{kind} {shortened}"


# ---------------------------------------------------------------------------------- columns that the template adds


def _collect_further(
    raw: dict[str, Any], columns: tuple[Column, ...], name_location: LocationNamer, *, template_known: bool
) -> list[Problem]:
    """Gather each task's values for the template's own columns under `further` and check their kind."""
    problems = []
    by_key = {column.key: column for column in columns}
    for location, task in _task_tables(raw):
        further: dict[str, str] = {}
        for key in [key for key in task if key not in _TASK_KEYS]:
            value = task.pop(key)
            if key in by_key:
                text, problem = parse_value(value, by_key[key])
                further[key] = text
                problems += [Problem(name_location((*location, key)), problem)] if problem else []
            elif template_known:
                fix = suggest_nearest(key, [*_TASK_KEYS, *by_key])
                problems.append(Problem(name_location((*location, key)), "is not a known key.", fix))
        task["further"] = further
    return problems


def parse_value(value: object, column: Column) -> tuple[str, str]:
    """Return a task's value for a template column as text, and the problem with it, "" for none."""
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
    """Return every task table of the plan with its location."""
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
