"""Changes to a plan.toml: only the bytes of what is changed are written; comments, order and blanks stay.

tomlkit tells where each value stands; the text is then cut there, whatever else is around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ragsheets.plan.model import Location
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, part_at, uneditable
from ragsheets.plan_files.toml import text_of_lines

_TASKS = "groups.outcomes.actions.tasks"
_BOM = "\ufeff"
_BLANKS = " \t"
#: What ends an inline table after its last value.
_END_OF_TABLE = re.compile(r"\s*\}")
#: What may stand between two elements of a list, up to the end of the line.
_COMMA = re.compile(r"[ \t]*,")
_REST_OF_LINE = re.compile(r"[ \t]*(#[^\n]*)?\r?\n")


class _Cut(NamedTuple):
    """What stands from `start` to `end` gives way to `text`."""

    start: int
    end: int
    text: str


def edit_toml(content: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes of a plan.toml with these changes; raises PlanError where they cannot be made."""
    text = content.decode()
    mark = _BOM if text.startswith(_BOM) else ""
    return (mark + _Editor(text.removeprefix(_BOM), edits).edited()).encode()


class _Editor:
    """Makes changes in one text."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        import tomlkit

        self.text, self.edits = text, edits
        self.eol = "\r\n" if "\r\n" in text else "\n"
        self.document: Any = tomlkit.parse(text)
        #: The place of each value that is looked for, in the order of the text.
        self.spans: dict[tuple[Location, str], tuple[int, int]] = {}

    def edited(self) -> str:
        """The text with the changes made."""
        wanted = dict.fromkeys(place for each in self.edits for place in self._places(each))
        inline = {at: self._is_inline(at) for at, _ in wanted}
        self._locate(list(wanted))
        cuts: list[_Cut] = []
        new: dict[Location, list[NewTask]] = {}
        for each in self.edits:
            if isinstance(each, NewTask):
                new.setdefault(each.at, []).append(each)
            elif (each.at, each.key) in self.spans:
                cuts.append(_Cut(*self.spans[each.at, each.key], self._literal(each.text, inline=inline[each.at])))
            else:
                cuts.append(self._added(each, inline=inline[each.at]))
        for at, tasks in new.items():
            last = (*at, "tasks", self.counts[at] - 1)
            cuts += self._in_list(last, tasks) if inline[last] else self._in_tables(last, tasks)
        return self._with(cuts)

    def _with(self, cuts: list[_Cut]) -> str:
        pieces, at = [], 0
        for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
            pieces += [self.text[at : cut.start], cut.text]
            at = cut.end
        return "".join([*pieces, self.text[at:]])

    # ------------------------------------------------------------------------------------------------ where it stands

    def _places(self, each: Edit) -> list[tuple[Location, str]]:
        """The values whose places have to be known for a change."""
        if isinstance(each, TextEdit):
            task = part_at(self.document, each.at)
            return [(each.at, each.key)] if each.key in task else [self._last_value(each.at)]
        return [self._last_value((*each.at, "tasks", self.counts[each.at] - 1))]

    @cached_property
    def counts(self) -> dict[Location, int]:
        """How many tasks each action has that gets more."""
        actions = {each.at for each in self.edits if isinstance(each, NewTask)}
        return {at: len(part_at(self.document, at)["tasks"]) for at in actions}

    def _last_value(self, at: Location) -> tuple[Location, str]:
        return at, list(part_at(self.document, at))[-1]

    def _is_inline(self, at: Location) -> bool:
        from tomlkit.items import InlineTable

        return isinstance(part_at(self.document, at), InlineTable)

    def _locate(self, places: list[tuple[Location, str]]) -> None:
        """Find where values stand: written with a sign in the place of each, the document shows them."""
        import tomlkit

        sign = "ragsheets-value"
        while sign in self.text:
            sign += "-"
        literals = []
        for number, (at, key) in enumerate(places):
            table = part_at(self.document, at)
            literals.append(table[key].as_string())
            table[key] = tomlkit.string(f"{sign}{number}")
        pieces = re.split(f'"{re.escape(sign)}(\\d+)"', self.document.as_string())
        rebuilt, position = [pieces[0]], len(pieces[0])
        for number, after in zip(map(int, pieces[1::2]), pieces[2::2], strict=True):
            end = position + len(literals[number])
            self.spans[places[number]] = (position, end)
            rebuilt += [literals[number], after]
            position = end + len(after)
        if "".join(rebuilt) != self.text or len(self.spans) != len(places):
            raise uneditable("is written in a way that does not show where each value stands.", "plan.toml")

    # ------------------------------------------------------------------------------------------------ what is written

    def _literal(self, text: str, *, inline: bool) -> str:
        import tomlkit

        if "\n" in text and not inline:
            return text_of_lines(text).as_string().replace("\n", self.eol)
        return str(tomlkit.item(text).as_string())

    def _added(self, each: TextEdit, *, inline: bool) -> _Cut:
        """A value for a key that the task has not yet, after its last one."""
        _, end = self.spans[self._last_value(each.at)]
        written = f"{each.key} = {self._literal(each.text, inline=inline)}"
        if inline:
            return _Cut(end, end, f", {written}")
        return self._line(self._line_end(end), self._indent(end) + written)

    def _line(self, at: int, line: str) -> _Cut:
        """Further lines at the beginning of a line, or at the end of a text without an end of its last line."""
        begun = self.text[:at].endswith("\n")
        return _Cut(at, at, f"{line}{self.eol}" if begun else f"{self.eol}{line}")

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def _indent(self, end: int) -> str:
        """What stands before the key of the value that ends here."""
        start = next(start for start, until in self.spans.values() if until == end)
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        return line[: len(line) - len(line.lstrip(_BLANKS))]

    def _in_tables(self, last: Location, tasks: Sequence[NewTask]) -> list[_Cut]:
        """New tasks under headings of their own, after the last one and the comments that belong to it."""
        _, end = self.spans[self._last_value(last)]
        indent = self._indent(end)
        lines = []
        for task in tasks:
            lines += ["", f"{indent}[[{_TASKS}]]"]
            lines += [f"{indent}{key} = {self._literal(text, inline=False)}" for key, text in task.written.items()]
        return [self._line(self._after_comments(self._line_end(end)), self.eol.join(lines))]

    def _after_comments(self, at: int) -> int:
        """Where the comments end that stand right below a line, unless they stand right above the next heading."""
        end = at
        while self.text[end:].lstrip(_BLANKS).startswith("#") and end < len(self.text):
            end = self._line_end(end)
        return end if self.text[end : self._line_end(end)].strip() == "" else at

    def _in_list(self, last: Location, tasks: Sequence[NewTask]) -> list[_Cut]:
        """New tasks as further inline tables of a list, each on a line of its own where the last one is."""
        _, value = self.spans[self._last_value(last)]
        closing = _END_OF_TABLE.match(self.text, value)
        if closing is None:
            raise uneditable("is written in a way that does not show where a task ends.", "plan.toml")
        end = closing.end()
        tables = [
            f"{{{', '.join(f'{key} = {self._literal(text, inline=True)}' for key, text in task.written.items())}}}"
            for task in tasks
        ]
        line = self.text[self.text.rfind("\n", 0, value) + 1 : value]
        if not line.lstrip(_BLANKS).startswith("{"):
            return [_Cut(end, end, "".join(f", {table}" for table in tables))]
        indent = line[: len(line) - len(line.lstrip(_BLANKS))]
        comma = _COMMA.match(self.text, end)
        rest = _REST_OF_LINE.match(self.text, comma.end() if comma else end)
        if rest is None:
            return [_Cut(end, end, "".join(f",{self.eol}{indent}{table}" for table in tables))]
        added = f",{self.eol}".join(indent + table for table in tables)
        if comma:
            return [_Cut(rest.end(), rest.end(), f"{added},{self.eol}")]
        return [_Cut(end, end, ","), _Cut(rest.end(), rest.end(), f"{added}{self.eol}")]
