"""Changes to a plan.toml: only the bytes of what is changed are written; comments, order and blanks stay.

tomlkit tells where each value stands; the text is then cut there, whatever else is around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ragsheets.plan.model import Location
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, part_at, uneditable_error
from ragsheets.plan_files.toml import multiline_string

_TASK_TABLE = "groups.outcomes.actions.tasks"
_BOM = "\ufeff"
_BLANKS = " \t"
#: What ends an inline table after its last value.
_END_OF_TABLE = re.compile(r"\s*\}")
#: What may stand between two elements of a list, up to the end of the line.
_COMMA = re.compile(r"[ \t]*,")
_REST_OF_LINE = re.compile(r"[ \t]*(#[^\n]*)?\r?\n")


class _Replacement(NamedTuple):
    """What stands from `start` to `end` gives way to `text`."""

    start: int
    end: int
    text: str


def edit_toml(content: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes of a plan.toml with these changes; raises PlanError where they cannot be made."""
    text = content.decode()
    mark = _BOM if text.startswith(_BOM) else ""
    return (mark + _TomlEditor(text.removeprefix(_BOM), edits).edited_text()).encode()


class _TomlEditor:
    """Makes changes in one text."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        import tomlkit

        self.text, self.edits = text, edits
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.document: Any = tomlkit.parse(text)
        #: The place of each value that is looked for, in the order of the text.
        self.spans: dict[tuple[Location, str], tuple[int, int]] = {}

    def edited_text(self) -> str:
        """The text with the changes made."""
        wanted = dict.fromkeys(place for each in self.edits for place in self._needed_values(each))
        inline = {at: self._is_inline(at) for at, _ in wanted}
        self._find_spans(list(wanted))
        cuts: list[_Replacement] = []
        new: dict[Location, list[NewTask]] = {}
        for each in self.edits:
            if isinstance(each, NewTask):
                new.setdefault(each.location, []).append(each)
            elif (each.location, each.key) in self.spans:
                cuts.append(
                    _Replacement(
                        *self.spans[each.location, each.key], self._literal(each.text, inline=inline[each.location])
                    )
                )
            else:
                cuts.append(self._insert_value(each, inline=inline[each.location]))
        for at, tasks in new.items():
            last = (*at, "tasks", self.task_counts[at] - 1)
            cuts += self._insert_inline_tasks(last, tasks) if inline[last] else self._insert_task_tables(last, tasks)
        return self._replace(cuts)

    def _replace(self, replacements: list[_Replacement]) -> str:
        pieces, at = [], 0
        for cut in sorted(replacements, key=lambda cut: (cut.start, cut.end)):
            pieces += [self.text[at : cut.start], cut.text]
            at = cut.end
        return "".join([*pieces, self.text[at:]])

    # ------------------------------------------------------------------------------------------------ where it stands

    def _needed_values(self, edit: Edit) -> list[tuple[Location, str]]:
        """The values whose places have to be known for a change."""
        if isinstance(edit, TextEdit):
            task = part_at(self.document, edit.location)
            return [(edit.location, edit.key)] if edit.key in task else [self._last_value(edit.location)]
        return [self._last_value((*edit.location, "tasks", self.task_counts[edit.location] - 1))]

    @cached_property
    def task_counts(self) -> dict[Location, int]:
        """How many tasks each action has that gets more."""
        actions = {each.location for each in self.edits if isinstance(each, NewTask)}
        return {at: len(part_at(self.document, at)["tasks"]) for at in actions}

    def _last_value(self, location: Location) -> tuple[Location, str]:
        return location, list(part_at(self.document, location))[-1]

    def _is_inline(self, location: Location) -> bool:
        from tomlkit.items import InlineTable

        return isinstance(part_at(self.document, location), InlineTable)

    def _find_spans(self, values: list[tuple[Location, str]]) -> None:
        """Find where values stand: written with a sign in the place of each, the document shows them."""
        import tomlkit

        sign = "ragsheets-value"
        while sign in self.text:
            sign += "-"
        literals = []
        for number, (at, key) in enumerate(values):
            table = part_at(self.document, at)
            literals.append(table[key].as_string())
            table[key] = tomlkit.string(f"{sign}{number}")
        pieces = re.split(f'"{re.escape(sign)}(\\d+)"', self.document.as_string())
        rebuilt, position = [pieces[0]], len(pieces[0])
        for number, after in zip(map(int, pieces[1::2]), pieces[2::2], strict=True):
            end = position + len(literals[number])
            self.spans[values[number]] = (position, end)
            rebuilt += [literals[number], after]
            position = end + len(after)
        if "".join(rebuilt) != self.text or len(self.spans) != len(values):
            raise uneditable_error("is written in a way that does not show where each value stands.", "plan.toml")

    # ------------------------------------------------------------------------------------------------ what is written

    def _literal(self, text: str, *, inline: bool) -> str:
        import tomlkit

        if "\n" in text and not inline:
            return multiline_string(text).as_string().replace("\n", self.newline)
        return str(tomlkit.item(text).as_string())

    def _insert_value(self, edit: TextEdit, *, inline: bool) -> _Replacement:
        """A value for a key that the task has not yet, after its last one."""
        _, end = self.spans[self._last_value(edit.location)]
        written = f"{edit.key} = {self._literal(edit.text, inline=inline)}"
        if inline:
            return _Replacement(end, end, f", {written}")
        return self._insert_lines(self._line_end(end), self._indent(end) + written)

    def _insert_lines(self, position: int, lines: str) -> _Replacement:
        """Further lines at the beginning of a line, or at the end of a text without an end of its last line."""
        begun = self.text[:position].endswith("\n")
        return _Replacement(position, position, f"{lines}{self.newline}" if begun else f"{self.newline}{lines}")

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def _indent(self, value_end: int) -> str:
        """What stands before the key of the value that ends here."""
        start = next(start for start, until in self.spans.values() if until == value_end)
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        return line[: len(line) - len(line.lstrip(_BLANKS))]

    def _insert_task_tables(self, last_task: Location, new_tasks: Sequence[NewTask]) -> list[_Replacement]:
        """New tasks under headings of their own, after the last one and the comments that belong to it."""
        _, end = self.spans[self._last_value(last_task)]
        indent = self._indent(end)
        lines = []
        for task in new_tasks:
            lines += ["", f"{indent}[[{_TASK_TABLE}]]"]
            lines += [
                f"{indent}{key} = {self._literal(text, inline=False)}" for key, text in task.written_texts.items()
            ]
        return [self._insert_lines(self._after_comments(self._line_end(end)), self.newline.join(lines))]

    def _after_comments(self, position: int) -> int:
        """Where the comments end that stand right below a line, unless they stand right above the next heading."""
        end = position
        while self.text[end:].lstrip(_BLANKS).startswith("#") and end < len(self.text):
            end = self._line_end(end)
        return end if self.text[end : self._line_end(end)].strip() == "" else position

    def _insert_inline_tasks(self, last_task: Location, new_tasks: Sequence[NewTask]) -> list[_Replacement]:
        """New tasks as further inline tables of a list, each on a line of its own where the last one is."""
        _, value = self.spans[self._last_value(last_task)]
        closing = _END_OF_TABLE.match(self.text, value)
        if closing is None:
            raise uneditable_error("is written in a way that does not show where a task ends.", "plan.toml")
        end = closing.end()
        tables = [
            f"{{{', '.join(f'{k} = {self._literal(text, inline=True)}' for k, text in task.written_texts.items())}}}"
            for task in new_tasks
        ]
        line = self.text[self.text.rfind("\n", 0, value) + 1 : value]
        if not line.lstrip(_BLANKS).startswith("{"):
            return [_Replacement(end, end, "".join(f", {table}" for table in tables))]
        indent = line[: len(line) - len(line.lstrip(_BLANKS))]
        comma = _COMMA.match(self.text, end)
        rest = _REST_OF_LINE.match(self.text, comma.end() if comma else end)
        if rest is None:
            return [_Replacement(end, end, "".join(f",{self.newline}{indent}{table}" for table in tables))]
        added = f",{self.newline}".join(indent + table for table in tables)
        if comma:
            return [_Replacement(rest.end(), rest.end(), f"{added},{self.newline}")]
        return [_Replacement(end, end, ","), _Replacement(rest.end(), rest.end(), f"{added}{self.newline}")]
