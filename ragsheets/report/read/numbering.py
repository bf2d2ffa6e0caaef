"""The lists of a Word document: whether a paragraph is a bullet, and the number that Word prints before it.

The number of an item is not stored in the file: it is counted as Word counts it (ECMA-376 part 1, 17.9).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from ragsheets.report.read.number_formats import format_number
from ragsheets.report.read.styles import ListReference, Styles
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, number_of, value_of

#: Maximum number of an item: no report has longer lists, and the numbers would grow long.
_MAX_NUMBER = 3999
_LEVEL_PLACEHOLDER = re.compile(r"%([1-9])")


class ListMark(NamedTuple):
    """The mark before a list item: a bullet, or a number such as "a)"; neither for any other paragraph."""

    bullet: bool = False
    number: str = ""


NO_LIST_MARK = ListMark()


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list.

    Attributes:
        number_format, text: how its numbers are printed.
        start: its first number.
        restart_level: the number (from 1) of the level that restarts it; 0 for none, None for any higher level.
        style_id: the paragraph style whose paragraphs are on this level.
        in_digits: whether the numbers of higher levels are printed in digits.
        has_picture: whether its bullet is a picture.
        is_hidden: whether its mark is hidden.
    """

    number_format: str = "decimal"
    text: str = ""
    start: int = 1
    restart_level: int | None = None
    style_id: str = ""
    in_digits: bool = False
    has_picture: bool = False
    is_hidden: bool = False

    @property
    def is_bullet(self) -> bool:
        # A bullet of several letters is printed like a number.
        is_sign = len(self.text) == 1 or not any(sign.isalnum() for sign in self.text)
        return self.number_format == "bullet" and (self.has_picture or (bool(self.text.strip()) and is_sign))


@dataclass(frozen=True, slots=True)
class _List:
    """A list: the definition whose numbers it continues, its levels, and the levels that it restarts."""

    definition_id: str
    levels: dict[int, _Level]
    restarted_levels: tuple[int, ...]


class Numbering:
    """The lists of one document; it counts, so `next_mark` must be called for the paragraphs in order."""

    def __init__(self, part: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._definitions = {
            value_of(element, "abstractNumId"): element for element in children_of(part, "abstractNum")
        }
        self._list_elements = {value_of(element, "numId"): element for element in children_of(part, "num")}
        self._lists = {list_id: self._read_list(element) for list_id, element in self._list_elements.items()}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._started_lists: set[str] = set()

    def next_mark(self, reference: ListReference) -> ListMark:
        """Return the mark that Word prints before the next item of a list."""
        word_list = self._lists.get(reference.list_id)
        if word_list is None:
            return NO_LIST_MARK
        level = self._level_of(reference, word_list)
        definition = word_list.levels.get(level)
        if definition is None:
            return NO_LIST_MARK
        if definition.is_bullet:
            return NO_LIST_MARK if definition.is_hidden else ListMark(bullet=True)
        counts = self._counts[word_list.definition_id]
        if reference.list_id not in self._started_lists:
            self._started_lists.add(reference.list_id)
            for restarted_level in word_list.restarted_levels:
                counts.pop(restarted_level, None)
        counts[level] = min(counts.get(level, definition.start - 1) + 1, _MAX_NUMBER)
        for deeper_level, deeper_definition in word_list.levels.items():
            restart_level = deeper_definition.restart_level
            if deeper_level > level and (restart_level is None or level < restart_level):
                counts.pop(deeper_level, None)
        if definition.is_hidden:
            return NO_LIST_MARK
        return ListMark(
            number=_LEVEL_PLACEHOLDER.sub(
                lambda match: _number_text(word_list.levels, counts, int(match[1]) - 1, in_digits=definition.in_digits),
                definition.text,
            ).strip()
        )

    @staticmethod
    def _level_of(reference: ListReference, word_list: _List) -> int:
        """Return the level of an item: the one that belongs to the style that names the list, else its own."""
        linked = [
            level
            for level, definition in word_list.levels.items()
            if reference.style_id and definition.style_id == reference.style_id
        ]
        return linked[0] if linked else reference.level or 0

    # -- definitions

    def _read_list(self, element: Element) -> _List:
        definition_id = value_of(child_of(element, "abstractNumId"))
        levels = dict(self._levels_of(definition_id, visited_ids=()))
        restarted_levels = []
        for override in children_of(element, "lvlOverride"):
            level = number_of(override, "ilvl")
            own_level, start = child_of(override, "lvl"), child_of(override, "startOverride")
            if own_level is not None:
                levels[level] = _read_level(own_level)
            if start is not None:
                levels[level] = replace(levels.get(level, _Level()), start=number_of(start, default=1))
                restarted_levels.append(level)
        return _List(definition_id, levels, tuple(restarted_levels))

    def _levels_of(self, definition_id: str, visited_ids: tuple[str, ...]) -> Iterator[tuple[int, _Level]]:
        """Yield the levels of a definition, or of the list style that it refers to (17.9.21)."""
        definition = self._definitions.get(definition_id)
        style_id = value_of(child_of(definition, "numStyleLink"))
        if style_id and definition_id not in visited_ids:
            reference = self._styles.list_reference(style_id, None)
            list_element = self._list_elements.get(reference.list_id) if reference is not None else None
            linked_id = value_of(child_of(list_element, "abstractNumId")) or self._definition_of_style(style_id)
            yield from self._levels_of(linked_id, (*visited_ids, definition_id))
        for level in children_of(definition, "lvl"):
            yield number_of(level, "ilvl"), _read_level(level)

    def _definition_of_style(self, style_id: str) -> str:
        return next(
            (
                definition_id
                for definition_id, definition in self._definitions.items()
                if value_of(child_of(definition, "styleLink")) == style_id
            ),
            "",
        )


def _read_level(element: Element) -> _Level:
    restart = child_of(element, "lvlRestart")
    return _Level(
        number_format=_number_format(element),
        text=value_of(child_of(element, "lvlText")),
        start=number_of(child_of(element, "start"), default=1),
        restart_level=number_of(restart) if restart is not None else None,
        style_id=value_of(child_of(element, "pStyle")),
        in_digits=is_on(element, "isLgl"),
        has_picture=child_of(element, "lvlPicBulletId") is not None,
        is_hidden=is_on(element, "rPr", "vanish"),
    )


def _number_format(level: Element) -> str:
    """Return the name of a level's format, or the example of a format that has none: "001"."""
    element = child_of(level, "numFmt")
    if element is None:
        # A format that older programs do not know is stored beside one that they know.
        element = child_of(level, "AlternateContent", "Choice", "numFmt")
    if value_of(element) == "custom":
        return value_of(element, "format").split(",")[0].strip()
    return value_of(element) or "decimal"


def _number_text(levels: dict[int, _Level], counts: dict[int, int], level: int, *, in_digits: bool) -> str:
    definition = levels.get(level, _Level())
    is_in_digits = in_digits and definition.number_format != "none"
    number_format = "decimal" if is_in_digits else definition.number_format
    return format_number(counts.get(level, definition.start), number_format)
