"""Read a house document, the partnership's own Word document, as an untrusted file.

`ragsheets.formats.guard` checks its parts, and they are parsed without entities. References to fonts and colours of the
theme are replaced by the fonts and colours themselves, so that a piece copied from the document keeps its look.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.limits import Limits
from ragsheets.formats.word_archive import open_word_package
from ragsheets.report.house_style import strict_form

_DRAWING_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#: The codes of errors about an unreadable house document, each with its message and its fix.
ERROR_MESSAGES = {
    "too-large": ("is too large to copy its style.", "Save a copy of it without its text and name that."),
    "encrypted": ("is protected with a password.", "Save a copy of it without the password."),
    "rights-managed": ("is protected by rights management.", "Ask for a copy without that protection."),
    "hostile": ("contains parts that could do harm, so it was not opened.", "Do not use it; ask who sent it."),
    "old-format": ("is not a Word document.", "Open it in Word, save it as a Word document (.docx) and name that."),
    "not-a-workbook": ("is not a Word document.", "Name a document saved as .docx."),
    "damaged": ("is damaged and cannot be read.", "Open it in Word and save it again as .docx."),
}

#: The attributes that name a font of the theme (ECMA-376 part 1, 17.3.2.26), and those that hold a plain font name.
_THEME_FONTS = {"asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": "eastAsia", "cstheme": "cs"}
#: The names of theme colours in a document's text (17.18.97) that differ from those in the theme, and the latter.
_THEME_COLOURS = {
    "dark1": "dk1",
    "text1": "dk1",
    "light1": "lt1",
    "background1": "lt1",
    "dark2": "dk2",
    "text2": "dk2",
    "light2": "lt2",
    "background2": "lt2",
    "hyperlink": "hlink",
    "followedHyperlink": "folHlink",
}
_HEX_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")


def w(name: str) -> str:
    """Return the qualified name of an element or attribute of WordprocessingML."""
    return f"{{{_WORD_NAMESPACE}}}{name}"


def is_colour(text: str) -> bool:
    """Return whether a value is a colour of six hexadecimal digits."""
    return _HEX_COLOUR.fullmatch(text) is not None


def r(name: str) -> str:
    """Return the qualified name of an attribute that refers to a relationship."""
    return f"{{{_RELATIONSHIPS_NAMESPACE}}}{name}"


class HouseDocument:
    """The parts of a Word document that a house style is read from; messages refer to the document as `name`.

    Any method raises ReturnError where a part cannot be read; `raise_report_errors` makes a message of it.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self.package = open_word_package(content, Limits())
        self.document_part = self.package.main_part()
        self.body = self._parse_part(self.document_part)
        if self.body is None or self.body.tag != w("document"):
            raise ReturnError("damaged", found=self.document_part)
        self._theme = _Theme(self._related_part("theme"))
        self.theme = self._safe_theme()
        self.styles = self._without_theme_references(self._related_part("styles"))
        self.settings = self._related_part("settings")

    def part_tree(self, path: str) -> Any:
        """Return the tree of a part with its theme references resolved; None where there is no such part."""
        return self._without_theme_references(self._parse_part(path))

    def sections(self) -> Iterator[Any]:
        """Yield the properties of the document's sections, in order."""
        # Without those that tracked changes store for an earlier version.
        yield from (
            properties for properties in self.body.iter(w("sectPr")) if properties.getparent().tag != w("sectPrChange")
        )

    def _related_part(self, kind: str) -> Any:
        """Return the tree of the document's related part of this kind; None where there is none."""
        return self._parse_part(self.package.related_part(self.document_part, kind))

    def _parse_part(self, path: str) -> Any:
        if path not in self.package:
            return None
        content = self.package.read_xml(path)
        usual_content = strict_form.usual_namespaces(content)
        tree = xml.parse(usual_content, path)
        if usual_content != content:
            strict_form.convert_values(tree, _WORD_NAMESPACE)
        return tree

    def _without_theme_references(self, tree: Any) -> Any:
        if tree is not None:
            self._theme.resolve_references(tree)
        return tree

    def _safe_theme(self) -> bytes | None:
        """Return the theme, for drawings that use its colours; None where there is none or it refers to other parts."""
        tree = self._theme.tree
        if tree is None or any(
            _RELATIONSHIPS_NAMESPACE in str(name) for element in tree.iter() for name in element.attrib
        ):
            return None
        return xml.serialise(tree)


class _Theme:
    """The fonts and colours of a document's theme (ECMA-376 part 1, 20.1.6); empty where it has none."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self._fonts: dict[str, str] = {}
        self._colours: dict[str, str] = {}
        if tree is None:
            return
        for kind in ("major", "minor"):
            for font in tree.iter(f"{{{_DRAWING_NAMESPACE}}}{kind}Font"):
                latin = font.find(f"{{{_DRAWING_NAMESPACE}}}latin")
                self._fonts[kind] = latin.get("typeface", "") if latin is not None else ""
        for scheme in tree.iter(f"{{{_DRAWING_NAMESPACE}}}clrScheme"):
            for colour in scheme:
                if len(colour):
                    value = colour[0].get("lastClr") or colour[0].get("val") or ""
                    self._colours[etree.QName(colour).localname] = value.upper()

    def resolve_references(self, tree: Any) -> None:
        """Replace references to the theme in the elements of a part by plain fonts and colours."""
        for element in tree.iter(etree.Element):
            if element.tag == w("rFonts"):
                self._resolve_fonts(element)
            for name, value in (("themeColor", "val" if element.tag == w("color") else "color"), ("themeFill", "fill")):
                if element.get(w(name)) is not None:
                    self._resolve_colour(element, name, w(value))

    def _resolve_fonts(self, element: Any) -> None:
        for theme_attribute, plain_attribute in _THEME_FONTS.items():
            theme_font = element.attrib.pop(w(theme_attribute), None)
            font = self._fonts.get((theme_font or "")[:5], "")
            if font:
                element.set(w(plain_attribute), font)

    def _resolve_colour(self, element: Any, theme_attribute: str, value_attribute: str) -> None:
        theme_colour = element.attrib.pop(w(theme_attribute))
        prefix = theme_attribute.removesuffix("Color")
        tint, shade = (element.attrib.pop(w(f"{prefix}{modifier}"), None) for modifier in ("Tint", "Shade"))
        if not is_colour(element.get(value_attribute, "")):
            colour = self._colours.get(_THEME_COLOURS.get(theme_colour, theme_colour), "")
            element.set(value_attribute, _tinted(colour, tint, shade) if is_colour(colour) else "auto")


def _tinted(colour: str, tint: str | None, shade: str | None) -> str:
    """Return a theme colour made lighter or darker as defined in 17.3.2.6: luminance moved towards white or black."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if shade:
        lightness *= _hex_fraction(shade)
    if tint:
        lightness = lightness * _hex_fraction(tint) + 1 - _hex_fraction(tint)
    return "".join(f"{round(channel * 255):02X}" for channel in colorsys.hls_to_rgb(hue, lightness, saturation))


def _hex_fraction(text: str) -> float:
    try:
        return min(max(int(text, 16) / 255, 0.0), 1.0)
    except ValueError:
        return 1.0
