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
from ragsheets.plan_files.xlsx_layout import FURTHER_PREFIX
from ragsheets.plan_files.xlsx_sheet import PlanRow
from ragsheets.returns.reading.table import same_visible_text
from ragsheets.text import normalise_text
from ragsheets.validation import location_text, suggest_nearest

_YES_WORDS = frozenset(("yes", "y", "true", "1", "x", "on hold"))
#: The text that takes the place of a value that is missing with its column.
_ASSUMED = "?"
_NO_WORDS = frozenset(("", "no", "n", "false", "0"))
#: The columns of a task row that identify the task's sub-group, outcome and action.
_PARENT_COLUMNS = ("group", "outcome_ref", "outcome", "action_ref", "action")


@dataclass(slots=True)
class _TablePart:
    """An outcome or an action while its rows are read; `actions` are those of an outcome."""

    table: dict[str, Any]
    location: Location
    actions: list[_TablePart] = field(default_factory=list)


class PlanTables:
    """The tables of one plan, filled sheet by sheet: `add_plan`, `add_groups`, then `add_tasks`."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.addresses: dict[Location, str] = {}
        self.task_rows: dict[Location, PlanRow] = {}
        self._outcomes: list[list[_TablePart]] = []

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
            return
        row = rows[0]
        for key in row.texts:
            if row[key] or key in ("title", "partnership"):
                self._set_value(self.raw, (), key, row, key)
        for further_row in rows[1:]:
            address = further_row.address(next(key for key in further_row.texts if further_row[key]))
            self._add_problem(address, "stands in a second row; a plan has one.", "Delete the row.")

    def add_groups(self, rows: Sequence[PlanRow]) -> None:
        """Add the sub-groups."""
        groups = self.raw["groups"] = []
        for number, row in enumerate(rows):
            location: Location = ("groups", number)
            group: dict[str, Any] = {"outcomes": []}
            self.addresses[location] = row.address("group")
            self._set_value(group, location, "name", row, "group")
            for key in ("contact", "email", "key"):
                self._set_value(group, location, key, row, key)
            group["on_hold"] = self._is_on_hold(row)
            groups.append(group)
            self._outcomes.append([])

    def _is_on_hold(self, row: PlanRow) -> bool:
        word = normalise_text(row["on_hold"])
        if word not in _YES_WORDS | _NO_WORDS:
            self._add_problem(
                row.address("on_hold"), f"“{row['on_hold']}” is neither yes nor no.", "Write yes, or nothing."
            )
        return word in _YES_WORDS

    def add_tasks(self, rows: Sequence[PlanRow]) -> None:
        """Add the tasks with their outcomes and actions."""
        group_index: int | None = None
        group_name: str | None = None
        outcome: _TablePart | None = None
        action: _TablePart | None = None
        for row in rows:
            if row["group"] or group_name is None:
                row_group_index = self._find_group(row)
                outcome = None if row_group_index != group_index else outcome
                group_index, group_name = row_group_index, row["group"] or group_name
            if group_index is None:
                continue
            previous_outcome, outcome = outcome, self._find_outcome(group_index, outcome, row)
            if outcome is not None:
                action = self._find_action(outcome, action if outcome is previous_outcome else None, row)
                if action is not None and any(text for key, text in row.texts.items() if key not in _PARENT_COLUMNS):
                    self._add_task(action, row)

    # ------------------------- what takes the place of a sheet with problems, so that the others are checked

    def assume_plan(self) -> None:
        """Add the values that the plan sheet lacks."""
        self.raw = {"title": _ASSUMED, "partnership": _ASSUMED} | self.raw

    def assume_groups(self, task_rows: Sequence[PlanRow]) -> None:
        """Add the sub-groups that the tasks name."""
        names = {row["group"].casefold(): row["group"] for row in task_rows if row["group"]} or {"": _ASSUMED}
        self.raw["groups"] = [
            {"name": name, "contact": _ASSUMED, "on_hold": True, "outcomes": []} for name in names.values()
        ]
        self._outcomes = [[] for _ in names]

    def assume_tasks(self) -> None:
        """Accept that no sub-group has a task."""
        for group in self.raw["groups"]:
            group["on_hold"] = True

    # -------------------------------------------------------------------------------------------- parts of a row

    def _find_group(self, row: PlanRow) -> int | None:
        """Return the index of the sub-group that a row names; None after adding a problem."""
        group_names = [str(group["name"]) for group in self.raw["groups"]]
        if not row["group"]:
            self._add_problem(row.address("group"), "is empty.", "Say which sub-group the row belongs to.")
            return None
        for number, name in enumerate(group_names):
            if same_visible_text(name.casefold(), row["group"].casefold()):
                return number
        # Reported once for all its rows.
        problem_text = f"there is no sub-group “{row['group']}” on the sheet of sub-groups."
        if not any(problem.what == problem_text for problem in self.problems):
            self._add_problem(
                row.address("group"),
                problem_text,
                suggest_nearest(row["group"], group_names) if group_names else "Add it there.",
            )
        return None

    def _find_outcome(self, group_index: int, previous_outcome: _TablePart | None, row: PlanRow) -> _TablePart | None:
        """Return the outcome of a row; None if it names none and there is none above it."""
        ref, title = row["outcome_ref"], row["outcome"]
        if not ref and not title:
            if previous_outcome is None and any(row[key] for key in row.texts if key != "group"):
                self._add_problem(row.address("outcome"), "is empty.", "Say which outcome the row belongs to.")
            return previous_outcome
        outcomes = self._outcomes[group_index]
        matched_outcome = (
            _find_part(outcomes, previous_outcome, "ref", ref)
            if ref
            else _find_part(outcomes, previous_outcome, "title", title)
        )
        group_location: Location = ("groups", group_index)
        if matched_outcome is None:
            matched_outcome = _add_part(
                outcomes, (*group_location, "outcomes"), self.raw["groups"][group_index]["outcomes"], "actions"
            )
            self.addresses[matched_outcome.location] = row.address("outcome")
            self._set_value(matched_outcome.table, matched_outcome.location, "ref", row, "outcome_ref")
            self._set_value(matched_outcome.table, matched_outcome.location, "title", row, "outcome")
        elif title and not matched_outcome.table["title"]:
            self._set_value(matched_outcome.table, matched_outcome.location, "title", row, "outcome")
        elif title and not same_visible_text(title.casefold(), matched_outcome.table["title"].casefold()):
            title_address = self.addresses[*matched_outcome.location, "title"]
            fix = (
                "Give both the same title, or one another number; 2.10 stays 2.10 where the cell is formatted as text."
            )
            self._add_problem(
                row.address("outcome"), f"outcome {ref} has another title here than in {title_address}.", fix
            )
        return matched_outcome

    def _find_action(self, outcome: _TablePart, previous_action: _TablePart | None, row: PlanRow) -> _TablePart | None:
        """Return the action of a row: a new one without a title if it names none and there is none above it.

        None if such a row has no task either.
        """
        ref, title = row["action_ref"], row["action"]
        actions = outcome.actions
        if not ref and not title:
            matched_action = previous_action
            if matched_action is None and not any(
                text for key, text in row.texts.items() if key not in _PARENT_COLUMNS
            ):
                return None
        elif ref and title:
            matched_action = next(
                (part for part in actions if (part.table["ref"], part.table["title"]) == (ref, title)), None
            )
        else:
            matched_action = (
                _find_part(actions, previous_action, "ref", ref)
                if ref
                else _find_part(actions, previous_action, "title", title)
            )
        if matched_action is None:
            matched_action = _add_part(actions, (*outcome.location, "actions"), outcome.table["actions"], "tasks")
            self.addresses[matched_action.location] = row.address("action")
            self._set_value(matched_action.table, matched_action.location, "ref", row, "action_ref")
            self._set_value(matched_action.table, matched_action.location, "title", row, "action")
        return matched_action

    def _add_task(self, action: _TablePart, row: PlanRow) -> None:
        location = (*action.location, "tasks", len(action.table["tasks"]))
        self.addresses[location], self.task_rows[location] = row.address("task"), row
        table: dict[str, Any] = {}
        for key in ("label", "task", "target", "key"):
            self._set_value(table, location, key, row, key)
        for key in row.texts:
            if key.startswith(FURTHER_PREFIX) and row[key]:
                self._set_value(table, location, key.removeprefix(FURTHER_PREFIX), row, key)
        action.table["tasks"].append(table)

    def _set_value(
        self, table: dict[str, Any], location: Location, table_key: str, row: PlanRow, column_key: str
    ) -> None:
        table[table_key] = row[column_key]
        self.addresses[*location, table_key] = row.address(column_key)

    def _add_problem(self, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where, what, fix))


def _add_part(parts: list[_TablePart], location: Location, tables: list[dict[str, Any]], child_key: str) -> _TablePart:
    part = _TablePart({child_key: []}, (*location, len(tables)))
    tables.append(part.table)
    parts.append(part)
    return part


def _find_part(parts: Sequence[_TablePart], previous_part: _TablePart | None, key: str, text: str) -> _TablePart | None:
    """Return the part with this reference or title: preferably the previous one, else the first."""
    folded_text = text.casefold()
    return next(
        (
            part
            for part in (*([previous_part] if previous_part else []), *parts)
            if part.table[key].casefold() == folded_text
        ),
        None,
    )
