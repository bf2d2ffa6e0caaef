"""Read number formats, fills and struck fonts from the styles of an Open XML workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import GENERAL
from ragsheets.formats.spreadsheet.xlsx_cells import is_struck
from ragsheets.formats.spreadsheet.xlsx_colours import resolve_colour, theme_colours

_START_OF_STYLE = re.compile(rb"<(?:[\w.-]+:)?xf[\s/>]")
_FILL_NUMBER, _FONT_NUMBER = (
    re.compile(rb"""[^<>]*?\s%s\s*=\s*["']([0-9]{1,6})""" % name) for name in (b"fillId", b"fontId")
)
#: Far more characters than the prefix of an element's name has.
_MAX_PREFIX_LENGTH = 200
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
        self._fill_colours: dict[int, str] = {}

    def number_format_of(self, style: int) -> str:
        """Return the number format code of the style with this number."""
        if self._number_formats is None:
            from ragsheets.formats.number_format.display import BUILT_IN_FORMATS

            codes = {**BUILT_IN_FORMATS, **dict(self._format_codes())}
            numbers = (xml.parse_int(tag.get("numFmtId", "0")) for tag in self._read_cell_styles())
            self._number_formats = [codes.get(number, GENERAL) for number in numbers]
        return self._number_formats[style] if 0 <= style < len(self._number_formats) else GENERAL

    def fill_of(self, style: int) -> str:
        """Return the colour that the style with this number paints a cell in; "" where it paints none."""
        if style not in self._fill_colours:
            fill = self._element_of(style, _FILL_NUMBER, self._fills)
            self._fill_colours[style] = self._colour_of(_fill_facts(fill))
        return self._fill_colours[style]

    def ink_of(self, style: int) -> str:
        """Return the colour of the letters in the style with this number; "" where it has none of its own."""
        font = self._element_of(style, _FONT_NUMBER, self._elements(b"font"))
        return self._colour_of(next(xml.scan_tags(font, "color"), {}))

    def _colour_of(self, facts: Mapping[str, str]) -> str:
        """Return a colour by the attributes of its element; most need neither the theme nor a palette."""
        return resolve_colour(
            facts, self._theme_colours if "theme" in facts else (), self._palette if "indexed" in facts else ()
        )

    def _element_of(self, style: int, number_pattern: re.Pattern[bytes], elements: Sequence[bytes]) -> bytes:
        """Return the element whose number is in a style, as the part writes it; b"" where there is none."""
        starts = self._style_starts
        match = number_pattern.match(self._cell_styles, starts[style]) if 0 <= style < len(starts) else None
        number = int(match[1]) if match else 0
        return elements[number] if number < len(elements) else b""

    @cached_property
    def _style_starts(self) -> list[int]:
        """Where the name of each style's element ends in the styles of cells, by the style's number."""
        return [match.end() - 1 for match in _START_OF_STYLE.finditer(self._cell_styles)]

    @cached_property
    def _fills(self) -> list[bytes]:
        # The first two are reserved for none and for a pattern of dots.
        return [b"", b"", *self._elements(b"fill")[2:]]

    def _elements(self, name: bytes) -> list[bytes]:
        """Return the elements of a list in the part, such as the fills, as the part writes them."""
        return re.split(rb"<(?:[\w.-]+:)?%s(?=[\s/>])" % name, self._section(name + b"s"))[1:]

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
        return self._section(b"cellXfs")

    def _section(self, name: bytes) -> bytes:
        """Return the content of the first element with this name as the part writes it; b"" where there is none."""
        # The pattern alone would be tried at each element before it.
        start = max(self._content.find(name) - _MAX_PREFIX_LENGTH, 0)
        match = re.compile(rb"<(?:[\w.-]+:)?%s[\s>]" % name).search(self._content, start)
        return self._content[match.end() : self._content.find(name + b">", match.end())] if match else b""


def _fill_facts(fill: bytes) -> Mapping[str, str]:
    """Return the attributes of the colour of a fill, of a gradient those of the first; none where it paints none."""
    pattern = next(xml.scan_tags(fill, "patternFill"), None)
    if pattern is not None and pattern.get("patternType", "none") == "none":
        return {}
    colours = (xml.scan_tags(fill, name) for name in ("fgColor", "color", "bgColor"))
    return next((colour for tags in colours for colour in tags), {})
