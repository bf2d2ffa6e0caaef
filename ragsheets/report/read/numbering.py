"""Lists of a Word document: whether a paragraph is a bullet, and the number that Word prints before it.

The number of an item stands nowhere in the file: it is counted as Word counts it (ECMA-376 part 1, 17.9).
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
#: Beyond this a list is none that a report has, and its numbers would grow long.
_MAX_NUMBER = 3999
_LEVEL_COUNT = 9


class ListMark(NamedTuple):
    """What stands before an item: a bullet, or a number such as "a)"; neither for what is no item."""

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
    """The lists of one document; asked for its paragraphs in their order, for it counts."""

    numbering_part: Element | None
    _abstract_levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract_ids: dict[str, str] = field(default_factory=dict)
    _start_overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for each in children_of(self.numbering_part, "abstractNum"):
            levels = {number_of(level, "ilvl"): _read_level(level) for level in children_of(each, "lvl")}
            self._abstract_levels[value_of(each, "abstractNumId")] = levels
        for each in children_of(self.numbering_part, "num"):
            key = value_of(each, "numId")
            self._abstract_ids[key] = value_of(child_of(each, "abstractNumId"))
            starts = {
                number_of(override, "ilvl"): number_of(child_of(override, "startOverride"), default=1)
                for override in children_of(each, "lvlOverride")
                if child_of(override, "startOverride") is not None
            }
            self._start_overrides[key] = starts

    def next_mark(self, list_id: str, level: int) -> ListMark:
        """What Word prints before the next item of the list `key` on that level."""
        levels = self._abstract_levels.get(self._abstract_ids.get(list_id, ""), {})
        here = levels.get(level)
        if here is None or here.number_format == "none":
            return NO_LIST_MARK
        if here.number_format == "bullet":
            return ListMark(bullet=True)
        counts = self._counts[self._abstract_ids[list_id]]
        for at, start in self._start_overrides.pop(list_id, {}).items():
            counts[at] = start - 1
        counts[level] = min(counts.get(level, here.start - 1) + 1, _MAX_NUMBER)
        for deeper in range(level + 1, _LEVEL_COUNT):
            counts.pop(deeper, None)
        text = here.level_text
        for at in range(_LEVEL_COUNT):
            sign = f"%{at + 1}"
            if sign in text:
                each = levels.get(at, _Level())
                text = text.replace(sign, _format_number(counts.get(at, each.start), each.number_format))
        return ListMark(number=text.strip())


def _read_level(element: Element) -> _Level:
    form = child_of(element, "numFmt")
    return _Level(
        number_format=value_of(form) if form is not None else "decimal",
        level_text=value_of(child_of(element, "lvlText")),
        start=number_of(child_of(element, "start"), default=1),
    )


def _format_number(number: int, number_format: str) -> str:
    """A number in one of the forms that Word knows; those of other scripts in figures."""
    if number < 1:
        return str(number)
    if number_format in ("lowerLetter", "upperLetter"):
        # After z comes aa, then bb (ECMA-376 part 1, 17.18.59).
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if number_format == "lowerLetter" else letter.upper()
    if number_format in ("lowerRoman", "upperRoman"):
        roman, rest = "", number
        for value, sign in _ROMAN_NUMERALS.items():
            roman, rest = roman + sign * (rest // value), rest % value
        return roman if number_format == "lowerRoman" else roman.upper()
    return str(number)
