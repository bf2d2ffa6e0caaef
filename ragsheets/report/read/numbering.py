"""The lists of a Word document: whether a paragraph is a bullet, and the number that Word prints before it.

The number of an item is not stored in the file: it is counted as Word counts it (ECMA-376 part 1, 17.9).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from ragsheets.report.read.xml import Element, child_of, children_of, number_of, value_of

_ROMAN_NUMERALS = dict(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
#: Maximum number of an item: no report has longer lists, and the numbers would grow long.
_MAX_NUMBER = 3999
_LEVEL_COUNT = 9


class ListMark(NamedTuple):
    """The mark before a list item: a bullet, or a number such as "a)"; neither for any other paragraph."""

    bullet: bool = False
    number: str = ""


NO_LIST_MARK = ListMark()


@dataclass
class _Level:
    number_format: str = "decimal"
    level_text: str = ""
    start: int = 1


@dataclass
class Numbering:
    """The lists of one document; it counts, so `next_mark` must be called for the paragraphs in order."""

    numbering_part: Element | None
    _abstract_levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract_ids: dict[str, str] = field(default_factory=dict)
    _start_overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for definition in children_of(self.numbering_part, "abstractNum"):
            levels = {number_of(level, "ilvl"): _read_level(level) for level in children_of(definition, "lvl")}
            self._abstract_levels[value_of(definition, "abstractNumId")] = levels
        for list_element in children_of(self.numbering_part, "num"):
            list_id = value_of(list_element, "numId")
            self._abstract_ids[list_id] = value_of(child_of(list_element, "abstractNumId"))
            starts = {
                number_of(override, "ilvl"): number_of(child_of(override, "startOverride"), default=1)
                for override in children_of(list_element, "lvlOverride")
                if child_of(override, "startOverride") is not None
            }
            self._start_overrides[list_id] = starts

    def next_mark(self, list_id: str, level: int) -> ListMark:
        """Return the mark that Word prints before the next item of a list on a level (from 0)."""
        levels = self._abstract_levels.get(self._abstract_ids.get(list_id, ""), {})
        definition = levels.get(level)
        if definition is None or definition.number_format == "none":
            return NO_LIST_MARK
        if definition.number_format == "bullet":
            return ListMark(bullet=True)
        counts = self._counts[self._abstract_ids[list_id]]
        for overridden_level, start in self._start_overrides.pop(list_id, {}).items():
            counts[overridden_level] = start - 1
        counts[level] = min(counts.get(level, definition.start - 1) + 1, _MAX_NUMBER)
        for deeper_level in range(level + 1, _LEVEL_COUNT):
            counts.pop(deeper_level, None)
        text = definition.level_text
        for number_level in range(_LEVEL_COUNT):
            placeholder = f"%{number_level + 1}"
            if placeholder in text:
                number_definition = levels.get(number_level, _Level())
                text = text.replace(
                    placeholder,
                    _format_number(counts.get(number_level, number_definition.start), number_definition.number_format),
                )
        return ListMark(number=text.strip())


def _read_level(element: Element) -> _Level:
    format_element = child_of(element, "numFmt")
    return _Level(
        number_format=value_of(format_element) if format_element is not None else "decimal",
        level_text=value_of(child_of(element, "lvlText")),
        start=number_of(child_of(element, "start"), default=1),
    )


def _format_number(number: int, number_format: str) -> str:
    """Format a number in one of Word's formats; those of other scripts give digits."""
    if number < 1:
        return str(number)
    if number_format in ("lowerLetter", "upperLetter"):
        # After z comes aa, then bb (ECMA-376 part 1, 17.18.59).
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if number_format == "lowerLetter" else letter.upper()
    if number_format in ("lowerRoman", "upperRoman"):
        roman, rest = "", number
        for value, numeral in _ROMAN_NUMERALS.items():
            roman, rest = roman + numeral * (rest // value), rest % value
        return roman if number_format == "lowerRoman" else roman.upper()
    return str(number)
