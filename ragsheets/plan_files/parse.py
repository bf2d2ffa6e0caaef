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
from ragsheets.files.long_paths import openable_path
from ragsheets.formats.limits import MIB, Limits
from ragsheets.plan.model import Location, LocationNamer, Plan, Task
from ragsheets.plan_files.conflicts import find_conflicts
from ragsheets.plan_files.locations import task_tables
from ragsheets.plan_files.warnings import find_warnings
from ragsheets.returns.answer_kinds import is_number
from ragsheets.template.model import Column, Template
from ragsheets.template.reader import read_template
from ragsheets.validation import location_text, problems_of, suggest_nearest

if TYPE_CHECKING:
    from ragsheets.plan_files.xlsx_sheet import PlanRow

#: The largest size of a plan file, in MiB.
_MAX_MIB = Limits().file
#: The keys of a task that people write, in addition to the template's own columns.
_TASK_KEYS = [key for key in Task.model_fields if key not in ("key_given", "further")]

_EMPTY_LISTS = {
    "groups": ("there is no sub-group.", "Add at least one."),
    "actions": ("the outcome has no task.", "Add one, or delete the outcome."),
    "tasks": ("the action has no task.", "Add one, or delete the action."),
}


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


def read_content(path: Path) -> bytes:
    """Return the bytes of a plan file; raises PlanError if it is missing, cannot be read, or is too large."""
    openable = openable_path(path)
    try:
        if openable.stat().st_size > _MAX_MIB * MIB:
            fix = "Remove what is not part of the plan, such as pictures, and save it again."
            raise PlanError(f"has more than {_MAX_MIB} MB.", where=str(path), fix=fix)
        return openable.read_bytes()
    except FileNotFoundError:
        raise PlanError("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as os_error:
        fix = "Close it in other programs and try again."
        raise PlanError(f"cannot be read ({os_error.strerror}).", where=str(path), fix=fix) from None


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
    *,
    has_cells: bool = False,
    sheet_warnings: Sequence[Problem] = (),
) -> PlanFile:
    """Validate the tables read from a file and return the plan.

    Args:
        file_name: the file's name, for messages.
        raw: its tables, in the structure of plan.toml; changed: each task's further values are gathered in them.
        template: the template that the plan names; None if it cannot be used.
        problems: the problems found so far.
        name_location: returns the description of a location in the tables for messages.
        has_cells: whether these locations are cells.
        sheet_warnings: the warnings of reading the file.

    Raises PlanError with every problem.
    """
    columns = template.plan_columns if template else ()
    problems = [*problems, *_collect_further(raw, columns, name_location, template_known=template is not None)]
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        reported = {problem.where for problem in problems}
        found = problems_of(error, Plan, name_location=name_location, empty_lists=_EMPTY_LISTS)
        problems = [*(problem for problem in found if problem.where not in reported), *problems]
    problems += find_conflicts(raw, name_location if has_cells else None)
    if problems or template is None:
        raise plan_error(file_name, problems)
    warnings = (*sheet_warnings, *find_warnings(plan, name_location))
    return PlanFile(plan, template, tuple(Problem(f"{file_name}: {w.where}", w.what, w.fix) for w in warnings))


# ---------------------------------------------------------------------------------- columns that the template adds


def _collect_further(
    raw: dict[str, Any], columns: tuple[Column, ...], name_location: LocationNamer, *, template_known: bool
) -> list[Problem]:
    """Gather each task's values for the template's own columns under `further` and check their kind."""
    problems = []
    by_key = {column.key: column for column in columns}
    for location, task in task_tables(raw):
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
    if column.kind == "number" and text and not is_number(text):
        return text, f"“{text}” is not a number."
    return text, ""
