"""Read strike-through, fills and number formats from the styles of an OpenDocument workbook (1.3 part 3, 16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import GENERAL

_STRUCK_STYLE = re.compile(rb"""text-line-through-(?:style|type)\s*=\s*["'](?!none["'])""")
#: The number format codes of the parts of dates and times, short and long.
_DATE_CODES = {
    "day": ("d", "dd"),
    "month": ("m", "mm"),
    "year": ("yy", "yyyy"),
    "day-of-week": ("ddd", "dddd"),
    "hours": ("h", "hh"),
    "minutes": ("m", "mm"),
    "seconds": ("s", "ss"),
    "am-pm": ("AM/PM", "AM/PM"),
}
_MAX_DECIMALS = 30
#: The number format code of a type of value where no style has one.
_CODE_OF_TYPE = {"date": "yyyy-mm-dd", "time": "[h]:mm:ss", "percentage": "0%"}


class _OdsStyle(NamedTuple):
    parent: str
    data_style: str
    is_struck: bool | None
    fill: str
    ink: str


def has_strike_through(content: bytes) -> bool:
    """Return whether any style in a part strikes words through."""
    return b"text-line-through" in content and _STRUCK_STYLE.search(content) is not None


class OdsStyles:
    """The styles of one workbook, from the roots of its parts: common styles first, then automatic ones."""

    def __init__(self, *roots: xml.Element) -> None:
        self._styles: dict[tuple[str, str], _OdsStyle] = {}
        self._format_codes: dict[str, str] = {}
        for root in roots:
            for group in root:
                if xml.local_name(group) in ("styles", "automatic-styles"):
                    self._add_styles(group)

    def _add_styles(self, group: xml.Element) -> None:
        for element in group:
            name = xml.attribute(element, "name")
            if xml.local_name(element) == "style":
                self._styles[xml.attribute(element, "family"), name] = _OdsStyle(
                    xml.attribute(element, "parent-style-name"),
                    xml.attribute(element, "data-style-name"),
                    _strikes_through(element),
                    _property(element, "table-cell-properties", "background-color"),
                    _property(element, "text-properties", "color"),
                )
            elif xml.local_name(element).endswith("-style"):
                self._format_codes[name] = _format_code(element)

    def is_struck(self, family: str, name: str) -> bool | None:
        """Return whether a style strikes words through; None if neither it nor its parents define it."""
        return next((style.is_struck for style in self._inheritance(family, name) if style.is_struck is not None), None)

    def fill_of(self, name: str) -> str:
        """Return the colour that a cell style paints its cells in, as six hexadecimal digits; "" for none."""
        return _digits(next((style.fill for style in self._inheritance("table-cell", name) if style.fill), ""))

    def ink_of(self, name: str) -> str:
        """Return the colour of the letters in a cell style, as `fill_of` does."""
        return _digits(next((style.ink for style in self._inheritance("table-cell", name) if style.ink), ""))

    def number_format_of(self, name: str, value_type: str) -> str:
        """Return the number format code of a cell with this style and this type of value."""
        data = next((style.data_style for style in self._inheritance("table-cell", name) if style.data_style), "")
        code = self._format_codes.get(data, GENERAL)
        return _CODE_OF_TYPE.get(value_type, code) if code == GENERAL else code

    def _inheritance(self, family: str, name: str) -> Iterator[_OdsStyle]:
        """Yield a style and its parents, nearest first."""
        visited = set()
        while name not in visited and (style := self._styles.get((family, name))):
            visited.add(name)
            yield style
            name = style.parent


def _strikes_through(element: xml.Element) -> bool | None:
    facts = xml.child(element, "text-properties")
    if facts is None:
        return None
    line_through = [xml.attribute(facts, f"text-line-through-{name}") for name in ("style", "type")]
    return "none" not in line_through if any(line_through) else None


def _property(element: xml.Element, group: str, name: str) -> str:
    facts = xml.child(element, group)
    return "" if facts is None else xml.attribute(facts, name)


def _digits(colour: str) -> str:
    """Return a colour without its sign; "" for a colour in words, such as "transparent"."""
    return colour[1:].upper() if len(colour) == 7 and colour.startswith("#") else ""


def _format_code(element: xml.Element) -> str:
    match xml.local_name(element):
        case "date-style" | "time-style":
            return "".join(map(_date_code, element)) or GENERAL
        case "percentage-style":
            return f"{_decimal_code(element)}%"
        case "text-style":
            return "@"
        case "number-style" | "currency-style":
            return _decimal_code(element) if xml.child(element, "number") is not None else GENERAL
    return GENERAL


def _date_code(part: xml.Element) -> str:
    kind = xml.local_name(part)
    if kind == "text":
        return part.text or ""
    if kind == "month" and xml.attribute(part, "textual") == "true":
        return "mmmm" if xml.attribute(part, "style") == "long" else "mmm"
    short, long = _DATE_CODES.get(kind, ("", ""))
    return long if xml.attribute(part, "style") == "long" else short


def _decimal_code(element: xml.Element) -> str:
    number = xml.child(element, "number")
    if number is None:
        return "0"
    decimal_places = xml.parse_int(xml.attribute(number, "decimal-places"))
    if decimal_places < 0:
        return GENERAL if xml.local_name(element) == "number-style" else "0"
    whole = "#,##0" if xml.attribute(number, "grouping") == "true" else "0"
    return whole + ("." + "0" * min(decimal_places, _MAX_DECIMALS) if decimal_places else "")
