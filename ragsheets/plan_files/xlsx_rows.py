"""Convert the rows of a plan.xlsx to the tables of plan.toml, with the source cell of each value.

How ambiguous rows are read:

- An empty sub-group, outcome or action means the same as in the row above. A reference without a title, or a title
  without a reference, means the outcome or action of the same sub-group that has it. The rows of an outcome or an
  action are joined wherever they are, in order of first appearance, so that a sheet can be sorted.
- A reference with two titles is reported as a problem, since a program may have changed 2.10 to 2.1.
- A row that names only a sub-group, an outcome or an action applies to the rows below it and is not a task.
- Sub-groups are in the order of their own sheet; one without tasks must be on hold.
- Outcomes and actions have no keys in this format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ragsheets.errors import Problem
from ragsheets.plan.model import Location
from ragsheets.plan_files.xlsx_layout import FURTHER_PREFIX, PARENT_COLUMNS
from ragsheets.plan_files.xlsx_sheet import PlanRow
from ragsheets.returns.reading.cell_text import same_visible_text
from ragsheets.text import normalise_text
from ragsheets.validation import location_text, suggest_nearest

_YES_WORDS = frozenset(("yes", "y", "true", "1", "x", "on hold"))
#: The text that takes the place of a value that is missing with its column.
_ASSUMED = "?"
_NO_WORDS = frozenset(("", "no", "n", "false", "0"))


@dataclass(slots=True)
class _Part:
    """The plan or a part of it while rows are read: its table, its location and its own parts."""

    table: dict[str, Any] = field(default_factory=dict)
    location: Location = ()
    parts: list[_Part] = field(default_factory=list)


class PlanTables:
    """The tables of one plan, filled sheet by sheet: `add_plan`, `add_groups`, then `add_tasks`."""

    def __init__(self) -> None:
        self.plan = _Part()
        self.raw = self.plan.table
        self.problems: list[Problem] = []
        self.addresses: dict[Location, str] = {}
        self.task_rows: dict[Location, PlanRow] = {}

    def address_of(self, location: Location) -> str:
        """Return the address of the cell that a location in the tables was read from, or the nearest one known."""
        for length in range(len(location), 0, -1):
            if location[:length] in self.addresses:
                return self.addresses[location[:length]]
        return location_text(location)

    # -------------------------------------------------------------------------------------------- sheet by sheet

    def add_plan(self, sheet: str, rows: Sequence[PlanRow]) -> None:
        """Add the values of the plan sheet."""
        if not rows:
            self._add_problem(sheet, "has no row below its headings.", "Fill one in.")
        for row in rows[:1]:
            for key in row.texts:
                if row[key] or key in ("title", "partnership"):
                    self._set_value(self.plan, key, row, key)
        for row in rows[1:]:
            address = row.address(next(key for key in row.texts if row[key]))
            self._add_problem(address, "is in a second row; a plan has one.", "Delete the row.")

    def add_groups(self, rows: Sequence[PlanRow]) -> None:
        """Add the sub-groups."""
        for row in rows:
            group = self._add_group({"outcomes": []})
            self.addresses[group.location] = row.address("group")
            for key, column in (("name", "group"), ("contact", "contact"), ("email", "email"), ("key", "key")):
                self._set_value(group, key, row, column)
            group.table["on_hold"] = self._is_on_hold(row)

    def _is_on_hold(self, row: PlanRow) -> bool:
        word = normalise_text(row["on_hold"])
        if word not in _YES_WORDS | _NO_WORDS:
            what = f"“{row['on_hold']}” is neither yes nor no."
            self._add_problem(row.address("on_hold"), what, "Write yes, or leave the cell empty.")
        return word in _YES_WORDS

    def add_tasks(self, rows: Sequence[PlanRow]) -> None:
        """Add the tasks with their outcomes and actions."""
        group: _Part | None = None
        outcome: _Part | None = None
        action: _Part | None = None
        group_is_named = False
        for row in rows:
            if row["group"] or not group_is_named:
                previous_group, group = group, self._find_group(row)
                outcome = outcome if group is previous_group else None
                group_is_named = group_is_named or bool(row["group"])
            if group is None:
                continue
            previous_outcome, outcome = outcome, self._find_outcome(group, outcome, row)
            if outcome is not None:
                action = self._find_action(outcome, action if outcome is previous_outcome else None, row)
                if action is not None and _names_task(row):
                    self._add_task(action, row)

    # ------------------------- what takes the place of a sheet with problems, so that the others are checked

    def assume_plan(self) -> None:
        """Add the values that the plan sheet lacks."""
        for key in ("title", "partnership"):
            self.raw.setdefault(key, _ASSUMED)

    def assume_groups(self, task_rows: Sequence[PlanRow]) -> None:
        """Add the sub-groups that the tasks name."""
        names = {row["group"].casefold(): row["group"] for row in task_rows if row["group"]} or {"": _ASSUMED}
        for name in names.values():
            self._add_group({"name": name, "contact": _ASSUMED, "on_hold": True, "outcomes": []})

    def assume_tasks(self) -> None:
        """Accept that no sub-group has a task."""
        for group in self.plan.parts:
            group.table["on_hold"] = True

    # -------------------------------------------------------------------------------------------- parts of a row

    def _find_group(self, row: PlanRow) -> _Part | None:
        """Return the sub-group that a row names; None after adding a problem."""
        if not row["group"]:
            self._add_problem(row.address("group"), "is empty.", "Say which sub-group the row belongs to.")
            return None
        for group in self.plan.parts:
            if same_visible_text(group.table["name"].casefold(), row["group"].casefold()):
                return group
        what = f"there is no sub-group “{row['group']}” on the sheet of sub-groups."
        if not any(problem.what == what for problem in self.problems):  # reported once for all its rows
            names = [group.table["name"] for group in self.plan.parts]
            fix = suggest_nearest(row["group"], names) if names else "Add it there."
            self._add_problem(row.address("group"), what, fix)
        return None

    def _find_outcome(self, group: _Part, previous: _Part | None, row: PlanRow) -> _Part | None:
        """Return the outcome of a row; None if it names none and there is none above it."""
        ref, title = row["outcome_ref"], row["outcome"]
        if not ref and not title:
            if previous is None and any(row[key] for key in row.texts if key != "group"):
                self._add_problem(row.address("outcome"), "is empty.", "Say which outcome the row belongs to.")
            return previous
        outcome = _find_part(group, previous, ref, title)
        if outcome is None:
            return self._add_part(group, "outcome", "actions", row)
        if title and not outcome.table["title"]:
            self._set_value(outcome, "title", row, "outcome")
        elif title and not same_visible_text(title.casefold(), outcome.table["title"].casefold()):
            what = f"outcome {ref} has a different title in {self.addresses[*outcome.location, 'title']}."
            fix = (
                "Give both the same title, or one of them another number; 2.10 stays 2.10 in a cell formatted as text."
            )
            self._add_problem(row.address("outcome"), what, fix)
        return outcome

    def _find_action(self, outcome: _Part, previous: _Part | None, row: PlanRow) -> _Part | None:
        """Return the action of a row: a new one without a title if it names none and there is none above it.

        None if such a row has no task either.
        """
        ref, title = row["action_ref"], row["action"]
        if ref and title:
            named = (part for part in outcome.parts if (part.table["ref"], part.table["title"]) == (ref, title))
            action = next(named, None)
        else:
            action = _find_part(outcome, previous, ref, title) if ref or title else previous
        if action is None and (ref or title or _names_task(row)):
            return self._add_part(outcome, "action", "tasks", row)
        return action

    def _add_task(self, action: _Part, row: PlanRow) -> None:
        tasks = action.table["tasks"]
        task = _Part(location=(*action.location, "tasks", len(tasks)))
        tasks.append(task.table)
        self.addresses[task.location], self.task_rows[task.location] = row.address("task"), row
        for key in ("label", "task", "target", "key"):
            self._set_value(task, key, row, key)
        for key in row.texts:
            if key.startswith(FURTHER_PREFIX) and row[key]:
                self._set_value(task, key.removeprefix(FURTHER_PREFIX), row, key)

    def _add_group(self, table: dict[str, Any]) -> _Part:
        tables = self.raw.setdefault("groups", [])
        group = _Part(table, ("groups", len(tables)))
        tables.append(table)
        self.plan.parts.append(group)
        return group

    def _add_part(self, parent: _Part, column: str, child_key: str, row: PlanRow) -> _Part:
        """Add the outcome or the action of a row, named in this column, to the part that contains it."""
        tables = parent.table[f"{column}s"]
        part = _Part({child_key: []}, (*parent.location, f"{column}s", len(tables)))
        tables.append(part.table)
        parent.parts.append(part)
        self.addresses[part.location] = row.address(column)
        self._set_value(part, "ref", row, f"{column}_ref")
        self._set_value(part, "title", row, column)
        return part

    def _set_value(self, part: _Part, key: str, row: PlanRow, column: str) -> None:
        part.table[key] = row[column]
        self.addresses[*part.location, key] = row.address(column)

    def _add_problem(self, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where, what, fix))


def _find_part(parent: _Part, previous: _Part | None, ref: str, title: str) -> _Part | None:
    """Return the outcome or action with this reference, or this title without one: preferably the previous one."""
    key, text = ("ref", ref) if ref else ("title", title)
    candidates = (*([previous] if previous else []), *parent.parts)
    return next((part for part in candidates if part.table[key].casefold() == text.casefold()), None)


def _names_task(row: PlanRow) -> bool:
    return any(text for key, text in row.texts.items() if key not in PARENT_COLUMNS)
