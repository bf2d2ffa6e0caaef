"""The styles of an OpenDocument workbook, as far as they change what a cell says (OpenDocument 1.3 part 3, 16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import GENERAL

_STRUCK = re.compile(rb"""text-line-through-(?:style|type)\s*=\s*["'](?!none["'])""")
#: The parts of dates and times, in short and in long, as the codes of number formats write them.
_PARTS = {
    "day": ("d", "dd"),
    "month": ("m", "mm"),
    "year": ("yy", "yyyy"),
    "day-of-week": ("ddd", "dddd"),
    "hours": ("h", "hh"),
    "minutes": ("m", "mm"),
    "seconds": ("s", "ss"),
    "am-pm": ("AM/PM", "AM/PM"),
}
_MOST_PLACES = 30
#: What a value is shown as where no style says more.
_OF_TYPE = {"date": "yyyy-mm-dd", "time": "[h]:mm:ss", "percentage": "0%"}


class _Style(NamedTuple):
    parent: str
    data: str
    struck: bool | None


def strikes(content: bytes) -> bool:
    """Whether any style of a part strikes words through."""
    return b"text-line-through" in content and _STRUCK.search(content) is not None


class OdsStyles:
    """The styles of one workbook, from its parts' roots: common ones first, then the automatic ones of its content."""

    def __init__(self, *roots: xml.Element) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self._codes: dict[str, str] = {}
        for root in roots:
            for group in root:
                if xml.local(group) in ("styles", "automatic-styles"):
                    self._take(group)

    def _take(self, group: xml.Element) -> None:
        for element in group:
            name = xml.get(element, "name")
            if xml.local(element) == "style":
                self._styles[xml.get(element, "family"), name] = _Style(
                    xml.get(element, "parent-style-name"),
                    xml.get(element, "data-style-name"),
                    _line_through(element),
                )
            elif xml.local(element).endswith("-style"):
                self._codes[name] = _code_of(element)

    def is_struck(self, family: str, name: str) -> bool | None:
        """Whether a style strikes words through; None where neither it nor those it builds on say."""
        return next((style.struck for style in self._line(family, name) if style.struck is not None), None)

    def format_of(self, name: str, value_type: str) -> str:
        """The number format code of a cell with this style and this type of value."""
        data = next((style.data for style in self._line("table-cell", name) if style.data), "")
        code = self._codes.get(data, GENERAL)
        return _OF_TYPE.get(value_type, code) if code == GENERAL else code

    def _line(self, family: str, name: str) -> Iterator[_Style]:
        """A style and those it builds on, nearest first."""
        met = set()
        while name not in met and (style := self._styles.get((family, name))):
            met.add(name)
            yield style
            name = style.parent


def _line_through(element: xml.Element) -> bool | None:
    facts = xml.child(element, "text-properties")
    if facts is None:
        return None
    said = [xml.get(facts, f"text-line-through-{what}") for what in ("style", "type")]
    return "none" not in said if any(said) else None


def _code_of(element: xml.Element) -> str:
    match xml.local(element):
        case "date-style" | "time-style":
            return "".join(map(_part_of, element)) or GENERAL
        case "percentage-style":
            return f"{_decimals(element)}%"
        case "text-style":
            return "@"
        case "number-style" | "currency-style":
            return _decimals(element) if xml.child(element, "number") is not None else GENERAL
    return GENERAL


def _part_of(part: xml.Element) -> str:
    kind = xml.local(part)
    if kind == "text":
        return part.text or ""
    if kind == "month" and xml.get(part, "textual") == "true":
        return "mmmm" if xml.get(part, "style") == "long" else "mmm"
    short, long = _PARTS.get(kind, ("", ""))
    return long if xml.get(part, "style") == "long" else short


def _decimals(element: xml.Element) -> str:
    number = xml.child(element, "number")
    if number is None:
        return "0"
    places = xml.number(xml.get(number, "decimal-places"))
    if places < 0:
        return GENERAL if xml.local(element) == "number-style" else "0"
    whole = "#,##0" if xml.get(number, "grouping") == "true" else "0"
    return whole + ("." + "0" * min(places, _MOST_PLACES) if places else "")
