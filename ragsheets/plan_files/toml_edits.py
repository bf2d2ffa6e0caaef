"""Edit a plan.toml in place: only the bytes of changed values are written; comments, order and blanks stay.

tomlkit gives the position of each value; the text is then replaced there, whatever surrounds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ragsheets.plan.model import Location
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, part_at, uneditable_error
from ragsheets.text import first_words

if TYPE_CHECKING:
    from tomlkit.items import String

    from ragsheets.plan_files.parse import PlanFile

_TASK_TABLE = "groups.outcomes.actions.tasks"
_BOM = "\ufeff"
_BLANKS = " \t"
#: The end of an inline table after its last value.
_END_OF_TABLE = re.compile(r"\s*\}")
#: The text that may separate two elements of a list, up to the end of the line.
_COMMA = re.compile(r"[ \t]*,")
_REST_OF_LINE = re.compile(r"[ \t]*(#[^\n]*)?\r?\n")
#: The heading of a list's table on a line of its own, and a part of it that needs no quotation marks.
_HEADING = re.compile(r"^([ \t]*\[\[)([^\n]*?)(\]\])(?=[ \t]*(?:#[^\n]*)?\r?$)", re.MULTILINE)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class _Replacement(NamedTuple):
    """The text that replaces the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def edit(content: bytes, _: PlanFile, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of a plan.toml with these edits made; raises PlanError if they cannot be made."""
    text = content.decode()
    mark = _BOM if text.startswith(_BOM) else ""
    return (mark + _TomlEditor(text.removeprefix(_BOM), edits).edited_text()).encode()


class _TomlEditor:
    """Makes the edits in one text."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        import tomlkit

        self.text, self.edits = text, edits
        self.newline = "\r\n" if "\r\n" in text else "\n"
        #: The text with plain headings, character for character as long: tomlkit writes no others.
        self.plain_text = _HEADING.sub(_plain_heading, text)
        self.document: Any = tomlkit.parse(self.plain_text)
        #: The span (start, end) of each value needed, in the order of the text.
        self.spans: dict[tuple[Location, str], tuple[int, int]] = {}

    def edited_text(self) -> str:
        """Return the text with the edits made."""
        needed_values = dict.fromkeys(value for edit in self.edits for value in self._needed_values(edit))
        inline = {location: self._is_inline(location) for location, _ in needed_values}
        self._find_spans(list(needed_values))
        replacements: list[_Replacement] = []
        new_tasks: dict[Location, list[NewTask]] = {}
        for edit in self.edits:
            if isinstance(edit, NewTask):
                new_tasks.setdefault(edit.location, []).append(edit)
            elif (edit.location, edit.key) in self.spans:
                replacements.append(
                    _Replacement(
                        *self.spans[edit.location, edit.key], self._literal(edit.text, inline=inline[edit.location])
                    )
                )
            else:
                replacements.append(self._insert_value(edit, inline=inline[edit.location]))
        for location, tasks in new_tasks.items():
            last_task = (*location, "tasks", self.task_counts[location] - 1)
            replacements += (
                self._insert_inline_tasks(last_task, tasks)
                if inline[last_task]
                else self._insert_task_tables(last_task, tasks)
            )
        return self._replace(replacements)

    def _replace(self, replacements: list[_Replacement]) -> str:
        pieces, position = [], 0
        for replacement in sorted(replacements, key=lambda replacement: (replacement.start, replacement.end)):
            pieces += [self.text[position : replacement.start], replacement.text]
            position = replacement.end
        return "".join([*pieces, self.text[position:]])

    # ---------------------------------------------------------------------------------------------- positions of values

    def _needed_values(self, edit: Edit) -> list[tuple[Location, str]]:
        """Return the values whose positions an edit needs."""
        if isinstance(edit, TextEdit):
            task = part_at(self.document, edit.location)
            return [(edit.location, edit.key)] if edit.key in task else [self._last_value(edit.location)]
        return [self._last_value((*edit.location, "tasks", self.task_counts[edit.location] - 1))]

    @cached_property
    def task_counts(self) -> dict[Location, int]:
        """The number of tasks of each action that gets new ones."""
        actions = {edit.location for edit in self.edits if isinstance(edit, NewTask)}
        return {location: len(part_at(self.document, location)["tasks"]) for location in actions}

    def _last_value(self, location: Location) -> tuple[Location, str]:
        return location, list(part_at(self.document, location))[-1]

    def _is_inline(self, location: Location) -> bool:
        from tomlkit.items import InlineTable

        return isinstance(part_at(self.document, location), InlineTable)

    def _find_spans(self, values: list[tuple[Location, str]]) -> None:
        """Find the positions of values by writing the document with a marker in place of each."""
        import tomlkit

        marker = "ragsheets-value"
        while marker in self.text:
            marker += "-"
        literals = []
        for number, (location, key) in enumerate(values):
            table = part_at(self.document, location)
            literals.append(table[key].as_string())
            table[key] = tomlkit.string(f"{marker}{number}")
        pieces = re.split(f'"{re.escape(marker)}(\\d+)"', self.document.as_string())
        rebuilt, position = [pieces[0]], len(pieces[0])
        for number, following_text in zip(map(int, pieces[1::2]), pieces[2::2], strict=True):
            end = position + len(literals[number])
            self.spans[values[number]] = (position, end)
            rebuilt += [literals[number], following_text]
            position = end + len(following_text)
        if "".join(rebuilt) != self.plain_text or len(self.spans) != len(values):
            raise uneditable_error(_first_unfamiliar_line(self.plain_text, "".join(rebuilt)), "plan.toml")

    # --------------------------------------------------------------------------------------------------- inserted text

    def _literal(self, text: str, *, inline: bool) -> str:
        import tomlkit

        if "\n" in text and not inline:
            return multiline_string(text).as_string().replace("\n", self.newline)
        return str(tomlkit.item(text).as_string())

    def _insert_value(self, edit: TextEdit, *, inline: bool) -> _Replacement:
        """Return the insertion of a key that the task lacks, after its last value."""
        _, end = self.spans[self._last_value(edit.location)]
        assignment = f"{edit.key} = {self._literal(edit.text, inline=inline)}"
        if inline:
            return _Replacement(end, end, f", {assignment}")
        return self._insert_lines(self._line_end(end), self._indent(end) + assignment)

    def _insert_lines(self, position: int, lines: str) -> _Replacement:
        """Return the insertion of lines at the start of a line, or at the end of a text without a final line end."""
        at_line_start = self.text[:position].endswith("\n")
        return _Replacement(position, position, f"{lines}{self.newline}" if at_line_start else f"{self.newline}{lines}")

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def _indent(self, value_end: int) -> str:
        """Return the blanks before the key of the value that ends at this position."""
        start = next(start for start, end in self.spans.values() if end == value_end)
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        return line[: len(line) - len(line.lstrip(_BLANKS))]

    def _insert_task_tables(self, last_task: Location, new_tasks: Sequence[NewTask]) -> list[_Replacement]:
        """Return new tasks as tables with headings, inserted after the last task and the comments that belong to it."""
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
        """Return the end of the comments directly below a line, unless they are directly above the next heading."""
        end = position
        while self.text[end:].lstrip(_BLANKS).startswith("#") and end < len(self.text):
            end = self._line_end(end)
        return end if self.text[end : self._line_end(end)].strip() == "" else position

    def _insert_inline_tasks(self, last_task: Location, new_tasks: Sequence[NewTask]) -> list[_Replacement]:
        """Return new tasks as inline tables of the list, each on its own line if the last task is."""
        _, value_end = self.spans[self._last_value(last_task)]
        closing_match = _END_OF_TABLE.match(self.text, value_end)
        if closing_match is None:
            raise uneditable_error("is written in a way that does not show where a task ends.", "plan.toml")
        end = closing_match.end()
        tables = [
            f"{{{', '.join(f'{k} = {self._literal(text, inline=True)}' for k, text in task.written_texts.items())}}}"
            for task in new_tasks
        ]
        line = self.text[self.text.rfind("\n", 0, value_end) + 1 : value_end]
        if not line.lstrip(_BLANKS).startswith("{"):
            return [_Replacement(end, end, "".join(f", {table}" for table in tables))]
        indent = line[: len(line) - len(line.lstrip(_BLANKS))]
        comma_match = _COMMA.match(self.text, end)
        rest_match = _REST_OF_LINE.match(self.text, comma_match.end() if comma_match else end)
        if rest_match is None:
            return [_Replacement(end, end, "".join(f",{self.newline}{indent}{table}" for table in tables))]
        inserted = f",{self.newline}".join(indent + table for table in tables)
        if comma_match:
            return [_Replacement(rest_match.end(), rest_match.end(), f"{inserted},{self.newline}")]
        return [
            _Replacement(end, end, ","),
            _Replacement(rest_match.end(), rest_match.end(), f"{inserted}{self.newline}"),
        ]


def multiline_string(value: str) -> String:
    """Return the text as a multi-line string that starts on the line below its opening quotes."""
    import tomlkit
    from tomlkit.items import String, StringType, Trivia

    quotes = StringType.MLB.value
    escaped = tomlkit.string(value, multiline=True).as_string().removeprefix(quotes).removesuffix(quotes)
    # Unescaped, it would be read as part of a line end.
    escaped = escaped.replace("\r", "\\r")
    # The line break after the opening quotes is not part of the text (TOML 1.0, "String").
    return String(StringType.MLB, value, escaped if value.startswith("\n") else f"\n{escaped}", Trivia())


def _plain_heading(match: re.Match[str]) -> str:
    """Return a heading without blanks and quotation marks, filled up with blanks at its end to the same length."""
    import tomllib

    opening, path, closing = match.groups()
    try:
        part: Any = tomllib.loads(f"[[{path}]]")
    except tomllib.TOMLDecodeError:  # a line of a longer text that looks like a heading
        return match[0]
    names = []
    while isinstance(part, dict):
        ((name, part),) = part.items()
        names.append(name)
    if not all(map(_BARE_KEY.fullmatch, names)):
        return match[0]
    return f"{opening}{'.'.join(names)}{closing}".ljust(len(match[0]))


def _first_unfamiliar_line(text: str, rebuilt_text: str) -> str:
    """Return a sentence on the first line of a text that is not as it would be written again."""
    rebuilt_lines = rebuilt_text.split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        if rebuilt_lines[number - 1 : number] != [line]:
            return f"line {number} (“{first_words(line)}”) is written in a way that cannot be changed safely."
    return "is written in a way that hides where its values are."
