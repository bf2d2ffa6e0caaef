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
from ragsheets.plan_files.xlsx_layout import EXAMPLE, FURTHER
from ragsheets.plan_files.xlsx_sheet import Row
from ragsheets.returns.reading.table import same_words
from ragsheets.text import plain
from ragsheets.validation import nearest, place

_YES = frozenset(("yes", "y", "true", "1", "x", "on hold"))
_NO = frozenset(("", "no", "n", "false", "0"))
#: The columns of a row of tasks that tell what the task is part of.
_PARTS = ("group", "outcome_ref", "outcome", "action_ref", "action")
#: How many cells a remark names before it says that there are more.
MOST_NAMED = 8


@dataclass(slots=True)
class _Part:
    """An outcome or an action while its rows are met; `parts` are the actions of an outcome."""

    table: dict[str, Any]
    at: Location
    parts: list[_Part] = field(default_factory=list)


class Tables:
    """The tables of one plan; they are filled sheet by sheet: `plan`, `groups`, then `tasks`."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.places: dict[Location, str] = {}
        self.rows: dict[Location, Row] = {}
        self._empty: dict[str, list[str]] = {}
        self._examples: list[str] = []
        self._outcomes: list[list[_Part]] = []

    def name(self, location: Location) -> str:
        """The cell that a place in the tables came from, or the nearest one."""
        for length in range(len(location), 0, -1):
            if location[:length] in self.places:
                return self.places[location[:length]]
        return place(location)

    def remarks(self) -> list[Problem]:
        """What is sound and should be looked at."""
        said = [
            Problem(cells(places), f"{'is' if len(places) == 1 else 'are'} empty: there is no {what}.")
            for what, places in self._empty.items()
        ]
        if self._examples:
            word = "holds an example" if len(self._examples) == 1 else "hold examples"
            fix = "Overwrite what is to stay, and delete the other rows."
            said.append(Problem(cells(self._examples), f"still {word}.", fix))
        return said

    # -------------------------------------------------------------------------------------------- sheet by sheet

    def plan(self, sheet: str, rows: Sequence[Row]) -> None:
        """Take what the sheet of the plan itself says."""
        if not rows:
            self._problem(sheet, "has no row below its headings.", "Fill one in.")
            return
        row = rows[0]
        for key in row.texts:
            if row[key] or key in ("title", "partnership"):
                self._take(self.raw, (), key, row, key)
        for other in rows[1:]:
            where = other.place(next(key for key in other.texts if other[key]))
            self._problem(where, "stands in a second row; a plan has one.", "Delete the row.")

    def groups(self, rows: Sequence[Row]) -> None:
        """Take the sub-groups."""
        groups = self.raw["groups"] = []
        for number, row in enumerate(rows):
            at: Location = ("groups", number)
            group: dict[str, Any] = {"outcomes": []}
            self.places[at] = row.place("group")
            self._take(group, at, "name", row, "group")
            for key in ("contact", "email", "key"):
                self._take(group, at, key, row, key)
            if not row["contact"]:
                self._empty.setdefault("contact", []).append(row.place("contact"))
            group["on_hold"] = self._on_hold(row)
            groups.append(group)
            self._outcomes.append([])

    def _on_hold(self, row: Row) -> bool:
        word = plain(row["on_hold"])
        if word not in _YES | _NO:
            self._problem(row.place("on_hold"), f"“{row['on_hold']}” is neither yes nor no.", "Write yes, or nothing.")
        return word in _YES

    def tasks(self, rows: Sequence[Row]) -> None:
        """Take the tasks with their outcomes and actions."""
        number: int | None = None
        group: str | None = None
        outcome: _Part | None = None
        action: _Part | None = None
        for row in rows:
            if row["group"] or group is None:
                now = self._group(row)
                outcome = None if now != number else outcome
                number, group = now, row["group"] or group
            if number is None:
                continue
            before, outcome = outcome, self._outcome(number, outcome, row)
            if outcome is not None:
                action = self._action(outcome, action if outcome is before else None, row)
                if action is not None and any(text for key, text in row.texts.items() if key not in _PARTS):
                    self._task(action, row)

    # -------------------------------------------------------------------------------------------- what a row says

    def _group(self, row: Row) -> int | None:
        """The number of the sub-group that a row names."""
        names = [str(group["name"]) for group in self.raw["groups"]]
        if not row["group"]:
            self._problem(row.place("group"), "is empty.", "Say which sub-group the row belongs to.")
            return None
        for number, name in enumerate(names):
            if same_words(name.casefold(), row["group"].casefold()):
                return number
        # Told once for all its rows.
        what = f"there is no sub-group “{row['group']}” on the sheet of sub-groups."
        if not any(problem.what == what for problem in self.problems):
            self._problem(row.place("group"), what, nearest(row["group"], names) if names else "Add it there.")
        return None

    def _outcome(self, number: int, above: _Part | None, row: Row) -> _Part | None:
        """The outcome of a row; None where it names none and there is none above it."""
        ref, title = row["outcome_ref"], row["outcome"]
        if not ref and not title:
            if above is None and any(row[key] for key in row.texts if key != "group"):
                self._problem(row.place("outcome"), "is empty.", "Say which outcome the row belongs to.")
            return above
        known = self._outcomes[number]
        found = _with(known, above, "ref", ref) if ref else _with(known, above, "title", title)
        at: Location = ("groups", number)
        if found is None:
            found = _part(known, (*at, "outcomes"), self.raw["groups"][number]["outcomes"], "actions")
            self.places[found.at] = row.place("outcome")
            self._take(found.table, found.at, "ref", row, "outcome_ref")
            self._take(found.table, found.at, "title", row, "outcome")
        elif title and not found.table["title"]:
            self._take(found.table, found.at, "title", row, "outcome")
        elif title and not same_words(title.casefold(), found.table["title"].casefold()):
            there = self.places[*found.at, "title"]
            fix = (
                "Give both the same title, or one another number; 2.10 stays 2.10 where the cell is formatted as text."
            )
            self._problem(row.place("outcome"), f"outcome {ref} has another title here than in {there}.", fix)
        return found

    def _action(self, outcome: _Part, above: _Part | None, row: Row) -> _Part | None:
        """The action of a row, a new one without a title where it names none and there is none above it."""
        ref, title = row["action_ref"], row["action"]
        known = outcome.parts
        if not ref and not title:
            found = above
            if found is None and not any(text for key, text in row.texts.items() if key not in _PARTS):
                return None
        elif ref and title:
            found = next((part for part in known if (part.table["ref"], part.table["title"]) == (ref, title)), None)
        else:
            found = _with(known, above, "ref", ref) if ref else _with(known, above, "title", title)
        if found is None:
            found = _part(known, (*outcome.at, "actions"), outcome.table["actions"], "tasks")
            self.places[found.at] = row.place("action")
            self._take(found.table, found.at, "ref", row, "action_ref")
            self._take(found.table, found.at, "title", row, "action")
        return found

    def _task(self, action: _Part, row: Row) -> None:
        at = (*action.at, "tasks", len(action.table["tasks"]))
        self.places[at], self.rows[at] = row.place("task"), row
        table: dict[str, Any] = {}
        for key in ("label", "task", "target", "key"):
            self._take(table, at, key, row, key)
        for key in row.texts:
            if key.startswith(FURTHER) and row[key]:
                self._take(table, at, key.removeprefix(FURTHER), row, key)
        if not row["target"]:
            self._empty.setdefault("target", []).append(row.place("target"))
        action.table["tasks"].append(table)

    def _take(self, table: dict[str, Any], at: Location, name: str, row: Row, key: str) -> None:
        table[name] = row[key]
        self.places[*at, name] = row.place(key)
        if row[key].startswith(EXAMPLE):
            self._examples.append(row.place(key))

    def _problem(self, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where, what, fix))


def _part(known: list[_Part], at: Location, tables: list[dict[str, Any]], inside: str) -> _Part:
    made = _Part({inside: []}, (*at, len(tables)))
    tables.append(made.table)
    known.append(made)
    return made


def _with(known: Sequence[_Part], above: _Part | None, name: str, text: str) -> _Part | None:
    """The part that has this reference or title: the one above, if it has, else the first."""
    wanted = text.casefold()
    return next(
        (part for part in (*([above] if above else []), *known) if part.table[name].casefold() == wanted),
        None,
    )


def cells(places: Sequence[str]) -> str:
    """Cells in a line: "Tasks!E7, E9"."""
    said: list[str] = []
    sheet = ""
    for each in places[:MOST_NAMED]:
        name, _, cell = each.rpartition("!")
        said.append(cell if name == sheet else each)
        sheet = name
    more = len(places) - MOST_NAMED
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")
