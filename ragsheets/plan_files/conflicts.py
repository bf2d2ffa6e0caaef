"""Find conflicts between the parts of a plan: names and keys used twice, sub-groups with nothing to report.

The plan is searched as it was written, so that conflicts are reported together with the problems of each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ragsheets.errors import Problem
from ragsheets.plan.model import RESERVED_PREFIX, Location, LocationNamer
from ragsheets.plan_files.locations import tables_in, task_tables
from ragsheets.text import clean_for_office, first_words, has_forbidden_characters

_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
#: The keys that identify an outcome in its sub-group (the first that it has counts), and their words.
_OUTCOME_KINDS = {"key": "key", "ref": "number", "title": "title"}


class _Use(NamedTuple):
    """One use of a name: its location, and the words for its part where a message gives no cell."""

    text: str
    location: Location
    words: str


def find_conflicts(raw: Mapping[str, Any], cell_of: LocationNamer | None = None) -> list[Problem]:
    """Return the conflicts in a plan.

    Args:
        raw: the plan as it was written.
        cell_of: returns the cell of a location, if the plan's format has cells; without it a problem is located by the
            parts that it is about.
    """
    return list(_Conflicts(raw, cell_of).problems)


class _Conflicts:
    def __init__(self, raw: Mapping[str, Any], cell_of: LocationNamer | None) -> None:
        self.cell_of = cell_of
        self.problems: list[Problem] = []
        groups = tables_in(raw, "groups")
        self._add_group_conflicts(groups)
        task_keys: list[_Use] = []
        for location, group in groups:
            self._add_outcome_conflicts(location, group)
            for task_location, task in task_tables(group, location):
                words = f"{_name_of(group)}, “{first_words(_text(task, 'task'))}”"
                task_keys.append(_use(task_location, task, "key", words))
        self._add_repeats("tasks", "key", task_keys)
        for key in task_keys:
            self._add_invalid_key(key)

    def _add_group_conflicts(self, groups: Sequence[tuple[Location, Mapping[str, Any]]]) -> None:
        names = [_use(*part, "name", f"number {number}") for number, part in enumerate(groups, 1)]
        keys = [_use(*part, "key", _name_of(part[1])) for part in groups]
        self._add_repeats("sub-groups", "name", names)
        self._add_repeats("sub-groups", "key", keys)
        keyless_names = [name for name, key in zip(names, keys, strict=True) if not key.text]
        self._add_mixed_uses("sub-group", {"key": keys, "name": keyless_names})

    def _add_outcome_conflicts(self, location: Location, group: Mapping[str, Any]) -> None:
        outcomes = tables_in(group, "outcomes", location)
        if not outcomes and not group.get("on_hold"):
            fix = "Add one, or say that the sub-group is on hold."
            what = f"{_name_of(group)} has no outcome to report on." if self.cell_of else "has no outcome to report on."
            self._add((*location, "name"), _name_of(group), what, fix)
        uses: dict[str, list[_Use]] = {kind: [] for kind in _OUTCOME_KINDS.values()}
        for outcome_location, outcome in outcomes:
            if key := next((key for key in _OUTCOME_KINDS if _text(outcome, key)), ""):
                words = f"“{first_words(_text(outcome, 'title'))}”"
                uses[_OUTCOME_KINDS[key]].append(_use(outcome_location, outcome, key, words))
        for kind, uses_of_kind in uses.items():
            self._add_repeats("outcomes", kind, uses_of_kind, _name_of(group))
        self._add_mixed_uses("outcome", uses, _name_of(group))

    def _add_repeats(self, parts: str, kind: str, uses: Iterable[_Use], where: str = "") -> None:
        uses_by_text: dict[str, list[_Use]] = {}
        for use in uses:
            if use.text:
                uses_by_text.setdefault(use.text.casefold(), []).append(use)
        for repeated in uses_by_text.values():
            if len(repeated) > 1:
                count = _COUNTS.get(len(repeated), str(len(repeated)))
                listed = ", ".join(self.cell_of(use.location) if self.cell_of else use.words for use in repeated)
                what = f"{count} {parts} have the {kind} “{clean_for_office(repeated[0].text)}”: {listed}."
                self._add(repeated[1].location, where, what, "Give each its own.")

    def _add_mixed_uses(self, part: str, uses: Mapping[str, Sequence[_Use]], where: str = "") -> None:
        """Add the names of one kind that are those of another part, of a later kind."""
        earlier: dict[str, tuple[str, _Use]] = {}
        for kind, uses_of_kind in reversed(list(uses.items())):
            for use in uses_of_kind:
                if use.text and use.text.casefold() in earlier:
                    other_kind, other = earlier[use.text.casefold()]
                    cell = f" ({self.cell_of(other.location)})" if self.cell_of else ""
                    what = f"the {kind} “{clean_for_office(use.text)}” is the {other_kind} of another {part}{cell}."
                    self._add(use.location, where or use.words, what, f"Choose another {kind}.")
            earlier |= {use.text.casefold(): (kind, use) for use in uses_of_kind}

    def _add_invalid_key(self, key: _Use) -> None:
        subject = f"the key “{clean_for_office(key.text)}”"
        if has_forbidden_characters(key.text):
            what = f"{subject} holds characters that Office files cannot hold."
            self._add(key.location, key.words, what, "Leave them out.")
        if key.text.startswith(RESERVED_PREFIX):
            what = f"{subject} begins with “{RESERVED_PREFIX}”, which ragsheets keeps for itself."
            self._add(key.location, key.words, what, "Choose another key.")

    def _add(self, location: Location, words: str, what: str, fix: str) -> None:
        self.problems.append(Problem(self.cell_of(location) if self.cell_of else words, what, fix))


def _use(location: Location, table: Mapping[str, Any], key: str, words: str) -> _Use:
    return _Use(_text(table, key), (*location, key), words)


def _name_of(group: Mapping[str, Any]) -> str:
    return _text(group, "name") or "a sub-group without a name"


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    return value.strip() if isinstance(value, str) else ""
