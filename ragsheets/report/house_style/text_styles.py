"""The text styles of a house document, merged with the report's own.

Word's built-in styles are identified by their names, because their ids depend on the program and its language; here
they get the ids that the report uses. ECMA-376 part 1, 17.7 describes each element under its name.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from ragsheets.report.house_style.document import is_colour, w
from ragsheets.report.write import xml
from ragsheets.report.write.styles import LANGUAGE
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.template.model import TemplateLook

#: The ids in the report of the styles that a house document may define, by their names in Word.
STYLE_IDS_BY_NAME = {
    "normal": "Normal",
    "title": "Title",
    "subtitle": "Subtitle",
    "list bullet": "ListBullet",
    **{f"heading {level}": f"Heading{level}" for level in (1, 2, 3)},
    "header": "Header",
    "footer": "Footer",
}
#: Their names in the file (Microsoft's list of built-in styles), by these ids.
STYLE_NAMES_BY_ID = {
    key: name if key.startswith(("Heading", "Header", "Footer")) else name.title()
    for name, key in STYLE_IDS_BY_NAME.items()
}
#: The default styles of every document, for which the report's own are used.
_DEFAULT_STYLES = {"normal table": "TableNormal", "default paragraph font": "DefaultParagraphFont", "no list": "NoList"}
#: The styles whose paragraphs stay on one page with the next paragraph.
_KEEP_WITH_NEXT_STYLES = ("Title", "Subtitle", "Heading1", "Heading2", "Heading3")

#: Elements anywhere in a style that refer to something not copied, or that would change the layout.
_DROPPED_ELEMENTS = (
    *("aliases", "autoRedefine", "locked", "rsid", "lang", "numPr", "framePr", "pageBreakBefore", "vanish"),
    *("pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "outlineLvl", "keepNext", "sectPrChange"),
    *("specVanish", "webHidden", "del", "ins", "moveFrom", "moveTo", "semiHidden", "hidden", "divId", "cnfStyle"),
)

#: The elements before keepNext and numPr, and after outlineLvl, in the properties of a paragraph (17.3.1.26).
_BEFORE_KEEP = ("pStyle",)
_BEFORE_NUMBER = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
_AFTER_OUTLINE = ("divId", "cnfStyle", "rPr", "sectPr", "pPrChange")
#: The elements before the colour in the properties of a run (17.3.2.28).
_BEFORE_COLOUR = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow"),
    *("emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden"),
)
#: The elements before the spacing in the properties of a paragraph.
_BEFORE_SPACING = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers"),
    *("pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct"),
    *("autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid"),
)
#: The least space around text, in twentieths of a point.
_MIN_SPACING = {
    "Normal": {"after": 80},
    "Title": {"after": 60},
    "Subtitle": {"after": 40},
    "Heading1": {"before": 240, "after": 80},
    "Heading2": {"before": 240, "after": 80},
    "Heading3": {"before": 200, "after": 60},
}
#: The default size of text, in half-points (17.3.2.38).
_DEFAULT_SIZE = "20"


class HouseTextStyles:
    """The text styles of a house document.

    Args:
        root: its styles part; None where it has none.
        look: the look of the template.
        used_ids: the ids of the styles that its headers and footers need besides the built-in ones.

    `style_ids` maps each copied style's id in the house document to its id in the report; `warnings` describes what
    had to be changed.
    """

    def __init__(self, root: Any, look: TemplateLook, used_ids: Iterable[str] = ()) -> None:
        self._root = root if root is not None else etree.Element(w("styles"))
        self._look = look
        self._styles_by_id = {
            style.get(w("styleId"), ""): style for style in self._root.iter(w("style")) if style.get(w("styleId"))
        }
        self.style_ids = self._report_ids(used_ids)
        self._house_ids = {report_id: house_id for house_id, report_id in self.style_ids.items()}
        self.warnings: list[str] = []
        copied_ids = {
            house_id: report_id
            for house_id, report_id in self.style_ids.items()
            if report_id not in _DEFAULT_STYLES.values()
        }
        self._cleaned_styles = [self._clean_style(house_id, report_id) for house_id, report_id in copied_ids.items()]

    # -- properties of the house's styles

    @cached_property
    def font(self) -> str:
        """The font of ordinary text; "" where none is defined."""
        for properties in self._run_properties("Normal"):
            for fonts in properties.findall(w("rFonts")):
                for name in ("ascii", "hAnsi"):
                    if fonts.get(w(name)):
                        return str(fonts.get(w(name)))
        return ""

    @cached_property
    def size(self) -> float:
        """The size of ordinary text in points."""
        sizes = [element.get(w("val"), "") for element in self._run_properties_named("Normal", "sz")]
        return int(next((size for size in sizes if size.isdigit()), _DEFAULT_SIZE)) / 2

    def ink(self, style: str) -> str:
        """Return the house's text colour for a style of the report; "" where it is automatic or not defined."""
        colours = [element.get(w("val"), "") for element in self._run_properties_named(style, "color")]
        return colours[0].upper() if colours and is_colour(colours[0]) else ""

    def tab_stops(self, style: str) -> list[str]:
        """Return the positions of the house's tab stops for a style of the report, as written in the file."""
        styles = self._style_chain(self._house_ids[style]) if style in self._house_ids else ()
        return [
            tab.get(w("pos"), "0") for house_style in styles for tab in house_style.iter(w("tab")) if tab.get(w("pos"))
        ]

    def _run_properties_named(self, style: str, name: str) -> Iterator[Any]:
        for properties in self._run_properties(style):
            yield from properties.findall(w(name))

    def _run_properties(self, style: str) -> Iterator[Any]:
        """Yield the run properties that apply to a style, its own before those of the styles that it is based on."""
        if style in self._house_ids:
            yield from (
                p for based_style in self._style_chain(self._house_ids[style]) for p in based_style.findall(w("rPr"))
            )
        yield from self._root.findall(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")

    def _style_chain(self, house_id: str) -> Iterator[Any]:
        """Yield a style of the house and those that it is based on."""
        seen: set[str] = set()
        while house_id in self._styles_by_id and house_id not in seen:
            seen.add(house_id)
            yield self._styles_by_id[house_id]
            based_on = self._styles_by_id[house_id].find(w("basedOn"))
            house_id = based_on.get(w("val"), "") if based_on is not None else ""

    # -- styles copied to the report

    def merged_with(self, report_styles: str) -> str:
        """Return the house's styles with those of the report's own that the house does not define.

        `report_styles` and the result are WordprocessingML.
        """
        report_root = parse_xml(f"<w:hold {nsdecls('w')}>{report_styles}</w:hold>")
        defined_ids = set(self.style_ids.values()) - set(_DEFAULT_STYLES.values())
        other_styles = [
            element for element in report_root.iter(w("style")) if element.get(w("styleId")) not in defined_ids
        ]
        parts = [self._document_defaults(report_root.find(w("docDefaults"))), *self._cleaned_styles, *other_styles]
        return "".join(etree.tostring(element, encoding="unicode") for element in parts)

    def _report_ids(self, used_ids: Iterable[str]) -> dict[str, str]:
        """Return the report's ids of the copied styles (those used and those they are based on) by the house's ids."""
        ids: dict[str, str] = {}
        for house_id, style in self._styles_by_id.items():
            report_id = STYLE_IDS_BY_NAME.get(_name_of(style).casefold(), "")
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true", "on"):
                report_id = "Normal"  # some programs use another name for it
            if style.get(w("type")) == "paragraph" and report_id and report_id not in ids.values():
                ids[house_id] = report_id
        for number, base in enumerate(
            ancestor for house_id in (*ids, *used_ids) for ancestor in self._style_chain(house_id)
        ):
            ids.setdefault(base.get(w("styleId")), _DEFAULT_STYLES.get(_name_of(base).casefold(), f"House{number}"))
        return ids

    def _clean_style(self, house_id: str, report_id: str) -> Any:
        style = copy.deepcopy(self._styles_by_id[house_id])
        style.set(w("styleId"), report_id)
        style.attrib.pop(w("default"), None)
        for element in list(style.iter(etree.Element)):
            _drop_if_unwanted(element)
        self._set_name(style, report_id)
        for link in ("basedOn", "next", "link"):
            for element in style.findall(w(link)):
                target = self.style_ids.get(element.get(w("val"), ""))
                if target and link != "link":
                    element.set(w("val"), target)
                else:
                    style.remove(element)
        self._restore_layout(style, report_id)
        return style

    def _set_name(self, style: Any, report_id: str) -> None:
        own_name = f"House {_name_of(style)}".strip()
        for name in style.findall(w("name")):
            style.remove(name)
        style.insert(0, _element("name", {"val": STYLE_NAMES_BY_ID.get(report_id, own_name)}))
        style.attrib.pop(w("customStyle"), None)
        if report_id not in STYLE_NAMES_BY_ID:
            style.set(w("customStyle"), "1")
        if report_id == "Normal":
            style.set(w("default"), "1")

    def _restore_layout(self, style: Any, report_id: str) -> None:
        """Set the properties of a style that the report's layout relies on, and a text colour that can be read."""
        if report_id in _KEEP_WITH_NEXT_STYLES:
            _insert_in_order(_properties(style, "pPr"), "keepNext", {}, predecessors=_BEFORE_KEEP)
        if report_id.startswith("Heading"):
            layout, level = _properties(style, "pPr"), str(int(report_id[-1]) - 1)
            position = next(
                (n for n, element in enumerate(layout) if _local_name(element) in _AFTER_OUTLINE), len(layout)
            )
            layout.insert(position, _element("outlineLvl", {"val": level}))
        if report_id == "ListBullet":
            numbering = parse_xml(f"<w:hold {nsdecls('w')}>{xml.list_item_properties(1)}</w:hold>")[0]
            _insert_in_order(_properties(style, "pPr"), numbering, {}, predecessors=_BEFORE_NUMBER)
        self._ensure_spacing(style, report_id)
        if report_id in STYLE_NAMES_BY_ID:
            self._fix_contrast(style, report_id)

    def _ensure_spacing(self, style: Any, report_id: str) -> None:
        """Raise the space around text to the least; documents that separate paragraphs by empty ones have none."""
        for side, min_space in _MIN_SPACING.get(report_id, {}).items():
            if self._spacing_of(report_id, side) >= min_space:
                continue
            layout = _properties(style, "pPr")
            if layout.find(w("spacing")) is None:
                _insert_in_order(layout, "spacing", {}, predecessors=_BEFORE_SPACING)
            spacing = layout.find(w("spacing"))
            for overriding_attribute in (f"{side}Autospacing", f"{side}Lines"):
                spacing.attrib.pop(w(overriding_attribute), None)
            spacing.set(w(side), str(min_space))

    def _spacing_of(self, report_id: str, side: str) -> int:
        """Return the house's space before or after a paragraph, in twentieths of a point."""
        paragraph_properties = [
            p for element in self._style_chain(self._house_ids[report_id]) for p in element.findall(w("pPr"))
        ]
        paragraph_properties += self._root.findall(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}")
        values = [
            element.get(w(side)) for properties in paragraph_properties for element in properties.findall(w("spacing"))
        ]
        text = next((value for value in values if value is not None), "0")
        return int(text) if text.isdigit() else 0

    def _fix_contrast(self, style: Any, report_id: str) -> None:
        ink, background = self.ink(report_id), self._background_of(report_id)
        if contrast(ink or "000000", background) >= MIN_CONTRAST:
            return
        inks = [candidate for candidate in (self.ink("Normal"), self._look.text_ink, WHITE) if candidate]
        readable_ink = next((candidate for candidate in inks if contrast(candidate, background) >= MIN_CONTRAST), None)
        if readable_ink is None:
            return
        properties = _properties(style, "rPr")
        for colour in properties.findall(w("color")):
            properties.remove(colour)
        _insert_in_order(properties, "color", {"val": readable_ink}, predecessors=_BEFORE_COLOUR)
        problem = f"The colour {ink or '000000'} of “{_name_of(style).capitalize()}” cannot be read on {background}"
        self.warnings.append(f"{problem}; {readable_ink} is used instead.")

    def _background_of(self, report_id: str) -> str:
        """Return the background colour of a style's text."""
        for style in self._style_chain(self._house_ids[report_id]):
            for shading in style.iter(w("shd")):
                fill = shading.get(w("fill"), "auto")
                if is_colour(fill):
                    return str(fill).upper()
        return WHITE

    def _document_defaults(self, report_defaults: Any) -> Any:
        """Return the document defaults of the house, in the language of the report."""
        house = self._root.find(w("docDefaults"))
        defaults = copy.deepcopy(house) if house is not None else _element("docDefaults", {})
        for element in list(defaults.iter(etree.Element)):
            _drop_if_unwanted(element)
        run_defaults = defaults.find(w("rPrDefault"))
        if run_defaults is None:
            run_defaults = _element("rPrDefault", {})
            defaults.insert(0, run_defaults)
        properties = _properties(run_defaults, "rPr")
        if not self.font:
            properties.insert(0, copy.deepcopy(next(report_defaults.iter(w("rFonts")))))
        languages = {"val": LANGUAGE, "eastAsia": LANGUAGE, "bidi": "ar-SA"}
        following = ("eastAsianLayout", "specVanish", "oMath")
        position = next((n for n, child in enumerate(properties) if _local_name(child) in following), len(properties))
        properties.insert(position, _element("lang", languages))
        return defaults


def _drop_if_unwanted(element: Any) -> None:
    parent = element.getparent()
    if parent is not None and (_local_name(element) in _DROPPED_ELEMENTS or not element.tag.startswith(w(""))):
        parent.remove(element)


def _name_of(style: Any) -> str:
    name = style.find(w("name"))
    return str(name.get(w("val"), "")) if name is not None else ""


def _local_name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _element(name: str, attributes: dict[str, str]) -> Any:
    element = etree.Element(w(name))
    for key, value in attributes.items():
        element.set(w(key), value)
    return element


def _properties(style: Any, name: str) -> Any:
    """Return the properties element of that name, added where there is none.

    Paragraph properties come before those of runs and tables.
    """
    properties = style.find(w(name))
    if properties is None:
        properties = _element(name, {})
        followers = (
            ("rPr", "tblPr", "trPr", "tcPr", "tblStylePr") if name == "pPr" else ("tblPr", "trPr", "tcPr", "tblStylePr")
        )
        position = next((n for n, element in enumerate(style) if _local_name(element) in followers), len(style))
        style.insert(position, properties)
    return properties


def _insert_in_order(properties: Any, new: Any, attributes: dict[str, str], *, predecessors: tuple[str, ...]) -> None:
    """Insert an element, or a new one of that name, after the elements that must precede it."""
    element = _element(new, attributes) if isinstance(new, str) else new
    position = next(
        (n for n, child in enumerate(properties) if _local_name(child) not in predecessors), len(properties)
    )
    properties.insert(position, element)
