"""A partnership's own Word document, opened as something that nobody vouches for.

Its parts are looked at by `ragsheets.formats.guard` and parsed without entities; what they name by theme is put into
plain fonts and colours, so that a piece taken out of the document keeps its look.
"""

from __future__ import annotations

import colorsys
import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ragsheets.errors import ReportError, ReturnError
from ragsheets.formats import guard
from ragsheets.formats.limits import Limits
from ragsheets.formats.zip_archive import ZipArchive

_DOCUMENT = "word/document.xml"
_CONTENT_TYPES = "[Content_Types].xml"
_DRAWING_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#: What is wrong with a file that the guard refuses, by the codes it gives.
_REJECTED = {
    "too-large": ("is larger than any document of a house style.", "Save a copy of it without its text."),
    "encrypted": ("is protected with a password.", "Save a copy of it without the password."),
    "hostile": ("holds what no document needs; it was not opened.", "Do not use it; ask who sent it."),
    "not-a-workbook": ("is no Word document.", "Name a document saved as .docx."),
}
_DAMAGED = ("is damaged and cannot be read.", "Open it in Word and save it again as .docx.")
_NOT_WORD = ("is no Word document.", "Name a document saved as .docx.")
_STRICT_FORM = ("is saved in the strict form of the format.", "Save it again as an ordinary Word document (.docx).")

#: The attributes of a font that name one of the theme (ECMA-376 part 1, 17.3.2.26), and where its name stands plainly.
_THEME_FONTS = {"asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": "eastAsia", "cstheme": "cs"}
#: What the colours of a theme are called in a document's text (17.18.97), where it is not what the theme calls them.
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
    """The full name of an element or attribute of WordprocessingML."""
    return f"{{{_WORD_NAMESPACE}}}{name}"


def is_colour(text: str) -> bool:
    """Whether a value names a colour outright, in six hexadecimal digits."""
    return _HEX_COLOUR.fullmatch(text) is not None


def r(name: str) -> str:
    """The full name of an attribute that names a relationship."""
    return f"{{{_RELATIONSHIPS_NAMESPACE}}}{name}"


@dataclass(frozen=True, slots=True)
class PartRelationship:
    """What a part names: the kind of thing, by the last word of its type, and where; `external` is outside the file."""

    kind: str
    target: str
    is_external: bool


class HouseDocument:
    """The parts of a Word document that a house style is taken from. `name` is what messages call it."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self._archive = self._open_archive(content)
        self.relationships = self.relationships_of(_DOCUMENT)
        self.body = self._parse_part(_DOCUMENT)
        if self.body.tag != w("document"):
            raise self._error(_STRICT_FORM)
        self._theme = _Theme(self._related_part("theme"))
        self.theme = self._safe_theme()
        self.styles = self._without_theme_references(self._related_part("styles"))
        self.settings = self._related_part("settings")

    def part_tree(self, path: str) -> Any:
        """The tree of a part, its theme's fonts and colours put plainly; None where there is none."""
        return self._without_theme_references(self._parse_part(path)) if path in self._archive.NameToInfo else None

    def part_bytes(self, path: str) -> bytes | None:
        """The bytes of a part; None where there is none."""
        if path not in self._archive.NameToInfo:
            return None
        with self._return_errors_converted():
            return self._archive.read(path)

    def relationships_of(self, path: str) -> dict[str, PartRelationship]:
        """What a part names, by the ids that it uses."""
        folder, _, file = path.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self._archive.NameToInfo:
            return {}
        return dict(_parse_relationship(each, folder) for each in self._parse_part(rels).iter("{*}Relationship"))

    def sections(self) -> Iterator[Any]:
        """The properties of the document's sections, in order."""
        # Not those that tracked changes keep of an earlier state.
        yield from (each for each in self.body.iter(w("sectPr")) if each.getparent().tag != w("sectPrChange"))

    def _open_archive(self, content: bytes) -> ZipArchive:
        with self._return_errors_converted():
            guard.check_size(len(content), Limits())
            look = guard.identify(content)
            if look.kind != "word" or look.archive is None:
                raise self._error(_NOT_WORD)
            guard.check_parts(look.archive, Limits())
            return look.archive

    def _related_part(self, kind: str) -> Any:
        """The tree of the part of this kind that the document names; None where it names none."""
        for relationship in self.relationships.values():
            if relationship.kind == kind and not relationship.is_external:
                found = relationship.target in self._archive.NameToInfo
                return self._parse_part(relationship.target) if found else None
        return None

    def _parse_part(self, path: str) -> Any:
        with self._return_errors_converted():
            content = self._archive.read(path)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            tree = etree.fromstring(content, parser)
        except etree.XMLSyntaxError:
            raise self._error(_DAMAGED) from None
        if tree.getroottree().docinfo.doctype:
            raise self._error(_REJECTED["hostile"])
        return tree

    def _without_theme_references(self, tree: Any) -> Any:
        if tree is not None:
            self._theme.resolve_references(tree)
        return tree

    def _safe_theme(self) -> bytes | None:
        """The theme, for drawings that use its colours, without anything that it names elsewhere."""
        tree = self._theme.tree
        if tree is None or any(_RELATIONSHIPS_NAMESPACE in str(name) for each in tree.iter() for name in each.attrib):
            return None
        return etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)

    def _error(self, reason: tuple[str, str]) -> ReportError:
        what, fix = reason
        return ReportError(what, where=self.name, fix=fix)

    @contextmanager
    def _return_errors_converted(self) -> Iterator[None]:
        """Tell what the guard refuses in the words of a house style."""
        try:
            yield
        except ReturnError as error:
            raise self._error(_REJECTED.get(error.code, _DAMAGED)) from None


def _parse_relationship(element: Any, folder: str) -> tuple[str, PartRelationship]:
    # The names of attributes as they are, whatever their case.
    said = {name.casefold(): value for name, value in element.attrib.items()}
    target = str(said.get("target", ""))
    external = said.get("targetmode", "").casefold() == "external"
    if not external:
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
    return str(said.get("id", "")), PartRelationship(str(said.get("type", "")).rpartition("/")[2], target, external)


class _Theme:
    """The fonts and colours of a document's theme (ECMA-376 part 1, 20.1.6), if it has one."""

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
        """Replace what the elements of a part name by theme."""
        for element in tree.iter(etree.Element):
            if element.tag == w("rFonts"):
                self._resolve_fonts(element)
            for name, value in (("themeColor", "val" if element.tag == w("color") else "color"), ("themeFill", "fill")):
                if element.get(w(name)) is not None:
                    self._resolve_colour(element, name, w(value))

    def _resolve_fonts(self, element: Any) -> None:
        for theme, plain in _THEME_FONTS.items():
            named = element.attrib.pop(w(theme), None)
            font = self._fonts.get((named or "")[:5], "")
            if font:
                element.set(w(plain), font)

    def _resolve_colour(self, element: Any, name: str, value: str) -> None:
        called = element.attrib.pop(w(name))
        prefix = name.removesuffix("Color")
        tint, shade = (element.attrib.pop(w(f"{prefix}{what}"), None) for what in ("Tint", "Shade"))
        if not is_colour(element.get(value, "")):
            colour = self._colours.get(_THEME_COLOURS.get(called, called), "")
            element.set(value, _tinted(colour, tint, shade) if is_colour(colour) else "auto")


def _tinted(colour: str, tint: str | None, shade: str | None) -> str:
    """A colour of the theme made lighter or darker, as 17.3.2.6 says: its luminance drawn towards white or black."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    if shade:
        light *= _hex_fraction(shade)
    if tint:
        light = light * _hex_fraction(tint) + 1 - _hex_fraction(tint)
    return "".join(f"{round(channel * 255):02X}" for channel in colorsys.hls_to_rgb(hue, light, saturation))


def _hex_fraction(text: str) -> float:
    try:
        return min(max(int(text, 16) / 255, 0.0), 1.0)
    except ValueError:
        return 1.0
