"""The locations of values in a plan, in the words of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ragsheets.plan.model import Location
from ragsheets.text import clean_for_office, shorten
from ragsheets.validation import location_text

#: The most locations that a message lists; the rest are counted.
MAX_LISTED = 8
#: The most characters of a part's name.
_MAX_NAME = 40
_KINDS = {"groups": "sub-group", "outcomes": "outcome", "actions": "action", "tasks": "task"}


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


def tables_in(table: Mapping[str, Any], key: str, location: Location = ()) -> list[tuple[Location, dict[str, Any]]]:
    """Return the tables listed under a key of a table as it was written, each with its location."""
    value = table.get(key)
    rows = value if isinstance(value, list) else []
    return [((*location, key, number), row) for number, row in enumerate(rows) if isinstance(row, dict)]


def task_tables(table: Mapping[str, Any], location: Location = ()) -> list[tuple[Location, dict[str, Any]]]:
    """Return the tables of the tasks below a table, of the plan or of a sub-group, each with its location."""
    tables: list[tuple[Location, Any]] = [(location, table)]
    for key in ("outcomes", "actions", "tasks") if location else _KINDS:
        tables = [found for parent_location, parent in tables for found in tables_in(parent, key, parent_location)]
    return tables


def join_locations(locations: Sequence[str]) -> str:
    """Join locations for a message: "Tasks!E7, E9", or "Parks, outcome 2.1; Health"."""
    are_cells = all("!" in location for location in locations)
    shortened: list[str] = []
    sheet = ""
    for location in locations[:MAX_LISTED]:
        location_sheet, _, cell = location.rpartition("!")
        shortened.append(cell if are_cells and location_sheet == sheet else location)
        sheet = location_sheet
    remainder = len(locations) - MAX_LISTED
    more = f"{' and' if are_cells else '; and'} {remainder} more" if remainder > 0 else ""
    return (", " if are_cells else "; ").join(shortened) + more


def _child(container: Any, step: int | str) -> Any:
    """Return the item at `step` in a table or a list; None if there is none."""
    if isinstance(container, dict):
        return container.get(step)
    return container[step] if isinstance(container, list) and isinstance(step, int) and step < len(container) else None


def _part_name(table: str, row: dict[str, Any], number: int) -> str:
    kind = _KINDS.get(table, table)
    candidates = (row.get(key) for key in ("name", "label", "ref", "key", "title", "task"))
    texts = (clean_for_office(name).strip() for name in candidates if isinstance(name, str))
    name = shorten(next(filter(None, texts), f"number {number + 1}"), _MAX_NAME)
    return name if kind == "sub-group" else f"{kind} {name}"
