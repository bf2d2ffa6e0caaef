"""Read number formats, fills and struck fonts from the styles of an Open XML workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import GENERAL
from ragsheets.formats.spreadsheet.xlsx_cells import is_struck
from ragsheets.formats.spreadsheet.xlsx_colours import resolve_colour, theme_colours

_CELL_STYLES_START = re.compile(rb"<(?:[\w.-]+:)?cellXfs[\s>]")
_FILL_NUMBER = re.compile(rb"""<(?:[\w.-]+:)?xf(?=[\s/>])(?:[^<>]*?\sfillId\s*=\s*["']([0-9]{1,6}))?""")
_STRIKE_ELEMENT = re.compile(rb"""<(?:[\w.-]+:)?strike\s*(?:/?>|val\s*=\s*["'](?!0["']|false["']|off["']))""")


def has_strike_through(content: bytes) -> bool:
    """Return whether any font in a part strikes its words through."""
    return b"strike" in content and _STRIKE_ELEMENT.search(content) is not None


class XlsxStyles:
    """The styles of one workbook."""

    def __init__(self, content: bytes, part: str, theme: Callable[[], xml.Element | None] = lambda: None) -> None:
        self._content = content
        self._part = part
        self._theme = theme
        self._number_formats: list[str] | None = None

    def number_format_of(self, style: int) -> str:
        """Return the number format code of the style with this number."""
        if self._number_formats is None:
            from ragsheets.formats.number_format.display import BUILT_IN_FORMATS

            codes = {**BUILT_IN_FORMATS, **dict(self._format_codes())}
            numbers = (xml.parse_int(tag.get("numFmtId", "0")) for tag in self._read_cell_styles())
            self._number_formats = [codes.get(number, GENERAL) for number in numbers]
        return self._number_formats[style] if 0 <= style < len(self._number_formats) else GENERAL

    def fill_of(self, style: int) -> str:
        """Return the colour that the style with this number paints a cell in; "" where it paints none.

        Raises ReturnError where the part is not well-formed.
        """
        number = self._fill_numbers[style] if 0 <= style < len(self._fill_numbers) else 0
        # The first two fills are reserved for none and for a pattern of dots.
        fill = self._fills[number] if 1 < number < len(self._fills) else None
        return "" if fill is None else self._colour_of(_fill_facts(fill))

    def ink_of(self, style: int) -> str:
        """Return the colour of the letters in the style with this number; "" where it has none of its own.

        Raises ReturnError where the part is not well-formed.
        """
        fonts_used = [xml.parse_int(tag.get("fontId", "0")) for tag in self._read_cell_styles()]
        fonts = xml.child(xml.parse(self._content, self._part), "fonts") if self._content else None
        number = fonts_used[style] if 0 <= style < len(fonts_used) else -1
        colour = None if fonts is None or not 0 <= number < len(fonts) else xml.child(fonts[number], "color")
        return "" if colour is None else self._colour_of(_attributes(colour))

    def _colour_of(self, facts: Mapping[str, str]) -> str:
        """Return a colour by the attributes of its element; most need neither the theme nor a palette."""
        return resolve_colour(
            facts, self._theme_colours if "theme" in facts else (), self._palette if "indexed" in facts else ()
        )

    @cached_property
    def _fill_numbers(self) -> list[int]:
        """The number of the fill of each style, by the style's number."""
        return [int(number or 0) for number in _FILL_NUMBER.findall(self._cell_styles)]

    @cached_property
    def _fills(self) -> Sequence[xml.Element]:
        """The fills, by number; only their part of the styles is parsed where it can stand by itself."""
        start, end = self._content.find(b"<fills"), self._content.find(b"</fills>")
        if 0 <= start < end:
            # Prefixes are declared elsewhere.
            return list(xml.parse(self._content[start : end + len(b"</fills>")], self._part, recover=True))
        fills = xml.child(xml.parse(self._content, self._part), "fills") if self._content else None
        return [] if fills is None else list(fills)

    @cached_property
    def _theme_colours(self) -> Sequence[str]:
        return theme_colours(self._theme())

    @cached_property
    def _palette(self) -> Sequence[str]:
        """The workbook's own colours by number; most have none."""
        return [tag.get("rgb", "")[-6:] for tag in xml.scan_tags(self._content, "rgbColor")]

    def struck_styles(self) -> frozenset[int]:
        """Return the numbers of the styles with a struck font. Raises ReturnError where the part is not well-formed."""
        if not has_strike_through(self._content):
            return frozenset()
        fonts = xml.child(xml.parse(self._content, self._part), "fonts")
        struck = {number for number, font in enumerate(fonts if fonts is not None else ()) if is_struck(font)}
        fonts_used = (xml.parse_int(tag.get("fontId", "0")) for tag in self._read_cell_styles())
        return frozenset(number for number, font in enumerate(fonts_used) if font in struck)

    def _format_codes(self) -> Iterator[tuple[int, str]]:
        for tag in xml.scan_tags(self._content, "numFmt"):
            yield xml.parse_int(tag.get("numFmtId", "")), tag.get("formatCode", GENERAL)

    def _read_cell_styles(self) -> Iterator[Mapping[str, str]]:
        return xml.scan_tags(self._cell_styles, "xf")

    @cached_property
    def _cell_styles(self) -> bytes:
        """The styles of cells as the part writes them."""
        start_match = _CELL_STYLES_START.search(self._content)
        end = self._content.find(b"cellXfs>", start_match.end()) if start_match else 0
        return self._content[start_match.end() : end] if start_match else b""


def _fill_facts(fill: xml.Element) -> dict[str, str]:
    """Return the attributes of the colour of a fill, of a gradient those of the first; none where it paints none."""
    pattern = xml.child(fill, "patternFill")
    if pattern is not None and xml.attribute(pattern, "patternType", "none") == "none":
        return {}
    colours = (xml.descendants(fill, name) for name in ("fgColor", "color", "bgColor"))
    colour = next((element for elements in colours for element in elements), None)
    return {} if colour is None else _attributes(colour)


def _attributes(element: xml.Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}
