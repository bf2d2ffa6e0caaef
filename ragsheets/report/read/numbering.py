"""Lists of a Word document: whether a paragraph is a bullet, and the number that Word prints before it.

The number of an item stands nowhere in the file: it is counted as Word counts it (ECMA-376 part 1, 17.9).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from ragsheets.report.read.xml import Element, child_of, children_of, number_of, value_of

_ROMAN = dict(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
#: Beyond this a list is none that a report has, and its numbers would grow long.
_MOST = 3999
_LEVELS = 9


class Mark(NamedTuple):
    """What stands before an item: a bullet, or a number such as "a)"; neither for what is no item."""

    bullet: bool = False
    number: str = ""


NO_MARK = Mark()


@dataclass
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass
class Numbering:
    """The lists of one document; asked for its paragraphs in their order, for it counts."""

    part: Element | None
    _abstract: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _of: dict[str, str] = field(default_factory=dict)
    _restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for each in children_of(self.part, "abstractNum"):
            levels = {number_of(level, "ilvl"): _level(level) for level in children_of(each, "lvl")}
            self._abstract[value_of(each, "abstractNumId")] = levels
        for each in children_of(self.part, "num"):
            key = value_of(each, "numId")
            self._of[key] = value_of(child_of(each, "abstractNumId"))
            starts = {
                number_of(override, "ilvl"): number_of(child_of(override, "startOverride"), default=1)
                for override in children_of(each, "lvlOverride")
                if child_of(override, "startOverride") is not None
            }
            self._restarts[key] = starts

    def mark(self, key: str, level: int) -> Mark:
        """What Word prints before the next item of the list `key` on that level."""
        levels = self._abstract.get(self._of.get(key, ""), {})
        here = levels.get(level)
        if here is None or here.form == "none":
            return NO_MARK
        if here.form == "bullet":
            return Mark(bullet=True)
        counts = self._counts[self._of[key]]
        for at, start in self._restarts.pop(key, {}).items():
            counts[at] = start - 1
        counts[level] = min(counts.get(level, here.start - 1) + 1, _MOST)
        for deeper in range(level + 1, _LEVELS):
            counts.pop(deeper, None)
        text = here.text
        for at in range(_LEVELS):
            sign = f"%{at + 1}"
            if sign in text:
                each = levels.get(at, _Level())
                text = text.replace(sign, _figure(counts.get(at, each.start), each.form))
        return Mark(number=text.strip())


def _level(element: Element) -> _Level:
    form = child_of(element, "numFmt")
    return _Level(
        form=value_of(form) if form is not None else "decimal",
        text=value_of(child_of(element, "lvlText")),
        start=number_of(child_of(element, "start"), default=1),
    )


def _figure(number: int, form: str) -> str:
    """A number in one of the forms that Word knows; those of other scripts in figures."""
    if number < 1:
        return str(number)
    if form in ("lowerLetter", "upperLetter"):
        # After z comes aa, then bb (ECMA-376 part 1, 17.18.59).
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman, rest = "", number
        for value, sign in _ROMAN.items():
            roman, rest = roman + sign * (rest // value), rest % value
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)
