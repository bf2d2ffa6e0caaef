"""From the rows of a plan.xlsx to the tables that plan.toml has, with the cell that each value came from.

What the three sheets leave open is settled here:

- An empty sub-group, outcome or action means the same as in the row above. A reference without its title, or a title
  without its reference, is the one of the same sub-group that has it; the rows of an outcome or an action are joined
  wherever they stand, in the order in which each first comes up, so that a sheet may be sorted.
- One reference cannot have two titles: that is told, since a program may have made 2.1 of 2.10.
- A row that names only a sub-group, an outcome or an action stands for those below it and is no task.
- Sub-groups come in the order of their own sheet; one without a row of tasks must be on hold.
- Outcomes and actions have no keys here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ragsheets.errors import Problem
from ragsheets.plan.model import Location
from ragsheets.plan_files.xlsx_layout import EXAMPLE_PREFIX, FURTHER_PREFIX
from ragsheets.plan_files.xlsx_sheet import PlanRow
from ragsheets.returns.reading.table import same_visible_text
from ragsheets.text import normalise_text
from ragsheets.validation import location_text, suggest_nearest

_YES_WORDS = frozenset(("yes", "y", "true", "1", "x", "on hold"))
_NO_WORDS = frozenset(("", "no", "n", "false", "0"))
#: The columns of a row of tasks that tell what the task is part of.
_PARENT_COLUMNS = ("group", "outcome_ref", "outcome", "action_ref", "action")
#: How many cells a remark names before it says that there are more.
MAX_LISTED = 8


@dataclass(slots=True)
class _TablePart:
    """An outcome or an action while its rows are met; `parts` are the actions of an outcome."""

    table: dict[str, Any]
    location: Location
    actions: list[_TablePart] = field(default_factory=list)


class PlanTables:
    """The tables of one plan; they are filled sheet by sheet: `plan`, `groups`, then `tasks`."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.addresses: dict[Location, str] = {}
        self.task_rows: dict[Location, PlanRow] = {}
        self._empty_cells: dict[str, list[str]] = {}
        self._example_cells: list[str] = []
        self._outcomes: list[list[_TablePart]] = []

    def address_of(self, location: Location) -> str:
        """The cell that a place in the tables came from, or the nearest one."""
        for length in range(len(location), 0, -1):
            if location[:length] in self.addresses:
                return self.addresses[location[:length]]
        return location_text(location)

    def warnings(self) -> list[Problem]:
        """What is sound and should be looked at."""
        said = [
            Problem(join_addresses(places), f"{'is' if len(places) == 1 else 'are'} empty: there is no {what}.")
            for what, places in self._empty_cells.items()
        ]
        if self._example_cells:
            word = "holds an example" if len(self._example_cells) == 1 else "hold examples"
            fix = "Overwrite what is to stay, and delete the other rows."
            said.append(Problem(join_addresses(self._example_cells), f"still {word}.", fix))
        return said

    # -------------------------------------------------------------------------------------------- sheet by sheet

    def add_plan(self, sheet: str, rows: Sequence[PlanRow]) -> None:
        """Take what the sheet of the plan itself says."""
        if not rows:
            self._add_problem(sheet, "has no row below its headings.", "Fill one in.")
            return
        row = rows[0]
        for key in row.texts:
            if row[key] or key in ("title", "partnership"):
                self._set_value(self.raw, (), key, row, key)
        for other in rows[1:]:
            where = other.address(next(key for key in other.texts if other[key]))
            self._add_problem(where, "stands in a second row; a plan has one.", "Delete the row.")

    def add_groups(self, rows: Sequence[PlanRow]) -> None:
        """Take the sub-groups."""
        groups = self.raw["groups"] = []
        for number, row in enumerate(rows):
            at: Location = ("groups", number)
            group: dict[str, Any] = {"outcomes": []}
            self.addresses[at] = row.address("group")
            self._set_value(group, at, "name", row, "group")
            for key in ("contact", "email", "key"):
                self._set_value(group, at, key, row, key)
            if not row["contact"]:
                self._empty_cells.setdefault("contact", []).append(row.address("contact"))
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
        """Take the tasks with their outcomes and actions."""
        number: int | None = None
        group: str | None = None
        outcome: _TablePart | None = None
        action: _TablePart | None = None
        for row in rows:
            if row["group"] or group is None:
                now = self._find_group(row)
                outcome = None if now != number else outcome
                number, group = now, row["group"] or group
            if number is None:
                continue
            before, outcome = outcome, self._find_outcome(number, outcome, row)
            if outcome is not None:
                action = self._find_action(outcome, action if outcome is before else None, row)
                if action is not None and any(text for key, text in row.texts.items() if key not in _PARENT_COLUMNS):
                    self._add_task(action, row)

    # -------------------------------------------------------------------------------------------- what a row says

    def _find_group(self, row: PlanRow) -> int | None:
        """The number of the sub-group that a row names."""
        names = [str(group["name"]) for group in self.raw["groups"]]
        if not row["group"]:
            self._add_problem(row.address("group"), "is empty.", "Say which sub-group the row belongs to.")
            return None
        for number, name in enumerate(names):
            if same_visible_text(name.casefold(), row["group"].casefold()):
                return number
        # Told once for all its rows.
        what = f"there is no sub-group “{row['group']}” on the sheet of sub-groups."
        if not any(problem.what == what for problem in self.problems):
            self._add_problem(
                row.address("group"), what, suggest_nearest(row["group"], names) if names else "Add it there."
            )
        return None

    def _find_outcome(self, group_index: int, previous_outcome: _TablePart | None, row: PlanRow) -> _TablePart | None:
        """The outcome of a row; None where it names none and there is none above it."""
        ref, title = row["outcome_ref"], row["outcome"]
        if not ref and not title:
            if previous_outcome is None and any(row[key] for key in row.texts if key != "group"):
                self._add_problem(row.address("outcome"), "is empty.", "Say which outcome the row belongs to.")
            return previous_outcome
        known = self._outcomes[group_index]
        found = (
            _find_part(known, previous_outcome, "ref", ref)
            if ref
            else _find_part(known, previous_outcome, "title", title)
        )
        at: Location = ("groups", group_index)
        if found is None:
            found = _add_part(known, (*at, "outcomes"), self.raw["groups"][group_index]["outcomes"], "actions")
            self.addresses[found.location] = row.address("outcome")
            self._set_value(found.table, found.location, "ref", row, "outcome_ref")
            self._set_value(found.table, found.location, "title", row, "outcome")
        elif title and not found.table["title"]:
            self._set_value(found.table, found.location, "title", row, "outcome")
        elif title and not same_visible_text(title.casefold(), found.table["title"].casefold()):
            there = self.addresses[*found.location, "title"]
            fix = (
                "Give both the same title, or one another number; 2.10 stays 2.10 where the cell is formatted as text."
            )
            self._add_problem(row.address("outcome"), f"outcome {ref} has another title here than in {there}.", fix)
        return found

    def _find_action(self, outcome: _TablePart, previous_action: _TablePart | None, row: PlanRow) -> _TablePart | None:
        """The action of a row, a new one without a title where it names none and there is none above it."""
        ref, title = row["action_ref"], row["action"]
        known = outcome.actions
        if not ref and not title:
            found = previous_action
            if found is None and not any(text for key, text in row.texts.items() if key not in _PARENT_COLUMNS):
                return None
        elif ref and title:
            found = next((part for part in known if (part.table["ref"], part.table["title"]) == (ref, title)), None)
        else:
            found = (
                _find_part(known, previous_action, "ref", ref)
                if ref
                else _find_part(known, previous_action, "title", title)
            )
        if found is None:
            found = _add_part(known, (*outcome.location, "actions"), outcome.table["actions"], "tasks")
            self.addresses[found.location] = row.address("action")
            self._set_value(found.table, found.location, "ref", row, "action_ref")
            self._set_value(found.table, found.location, "title", row, "action")
        return found

    def _add_task(self, action: _TablePart, row: PlanRow) -> None:
        at = (*action.location, "tasks", len(action.table["tasks"]))
        self.addresses[at], self.task_rows[at] = row.address("task"), row
        table: dict[str, Any] = {}
        for key in ("label", "task", "target", "key"):
            self._set_value(table, at, key, row, key)
        for key in row.texts:
            if key.startswith(FURTHER_PREFIX) and row[key]:
                self._set_value(table, at, key.removeprefix(FURTHER_PREFIX), row, key)
        if not row["target"]:
            self._empty_cells.setdefault("target", []).append(row.address("target"))
        action.table["tasks"].append(table)

    def _set_value(
        self, table: dict[str, Any], location: Location, table_key: str, row: PlanRow, column_key: str
    ) -> None:
        table[table_key] = row[column_key]
        self.addresses[*location, table_key] = row.address(column_key)
        if row[column_key].startswith(EXAMPLE_PREFIX):
            self._example_cells.append(row.address(column_key))

    def _add_problem(self, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where, what, fix))


def _add_part(parts: list[_TablePart], location: Location, tables: list[dict[str, Any]], child_key: str) -> _TablePart:
    made = _TablePart({child_key: []}, (*location, len(tables)))
    tables.append(made.table)
    parts.append(made)
    return made


def _find_part(parts: Sequence[_TablePart], previous_part: _TablePart | None, key: str, text: str) -> _TablePart | None:
    """The part that has this reference or title: the one above, if it has, else the first."""
    wanted = text.casefold()
    return next(
        (
            part
            for part in (*([previous_part] if previous_part else []), *parts)
            if part.table[key].casefold() == wanted
        ),
        None,
    )


def join_addresses(addresses: Sequence[str]) -> str:
    """Cells in a line: "Tasks!E7, E9"."""
    said: list[str] = []
    sheet = ""
    for each in addresses[:MAX_LISTED]:
        name, _, cell = each.rpartition("!")
        said.append(cell if name == sheet else each)
        sheet = name
    more = len(addresses) - MAX_LISTED
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")
