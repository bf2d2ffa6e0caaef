"""Read number formats and struck fonts from the styles of an Open XML workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import GENERAL
from ragsheets.formats.spreadsheet.xlsx_cells import is_struck

_CELL_STYLES_START = re.compile(rb"<(?:[\w.-]+:)?cellXfs[\s>]")
_STRIKE_ELEMENT = re.compile(rb"""<(?:[\w.-]+:)?strike\s*(?:/?>|val\s*=\s*["'](?!0["']|false["']|off["']))""")


def has_strike_through(content: bytes) -> bool:
    """Return whether any font in a part strikes its words through."""
    return b"strike" in content and _STRIKE_ELEMENT.search(content) is not None


class XlsxStyles:
    """The styles of one workbook."""

    def __init__(self, content: bytes, part: str) -> None:
        self._content = content
        self._part = part
        self._number_formats: list[str] | None = None

    def number_format_of(self, style: int) -> str:
        """Return the number format code of the style with this number."""
        if self._number_formats is None:
            from ragsheets.formats.number_format.display import BUILT_IN_FORMATS

            codes = {**BUILT_IN_FORMATS, **dict(self._format_codes())}
            numbers = (xml.parse_int(tag.get("numFmtId", "0")) for tag in self._read_cell_styles())
            self._number_formats = [codes.get(number, GENERAL) for number in numbers]
        return self._number_formats[style] if 0 <= style < len(self._number_formats) else GENERAL

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
        start_match = _CELL_STYLES_START.search(self._content)
        end = self._content.find(b"cellXfs>", start_match.end()) if start_match else 0
        return xml.scan_tags(self._content[start_match.end() : end] if start_match else b"", "xf")
