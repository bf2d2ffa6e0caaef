"""The text styles of a house document, joined with the report's own.

Word's built-in styles are known by their names, whatever ids a program or a language gave them; here they get the ids
that the report uses. What an element means is said under its name in ECMA-376 part 1, 17.7.
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

#: The styles that a house gives, by the names that Word has for them, and their ids in the report.
STYLE_IDS_BY_NAME = {
    "normal": "Normal",
    "title": "Title",
    "subtitle": "Subtitle",
    "list bullet": "ListBullet",
    **{f"heading {level}": f"Heading{level}" for level in (1, 2, 3)},
    "header": "Header",
    "footer": "Footer",
}
#: What they are called in the file (Microsoft's list of built-in styles), by these ids.
STYLE_NAMES_BY_ID = {
    key: name if key.startswith(("Heading", "Header", "Footer")) else name.title()
    for name, key in STYLE_IDS_BY_NAME.items()
}
#: The styles that every document has, which stay the report's own.
_DEFAULT_STYLES = {"normal table": "TableNormal", "default paragraph font": "DefaultParagraphFont", "no list": "NoList"}
#: Those of them that keep with what follows.
_KEEP_WITH_NEXT_STYLES = ("Title", "Subtitle", "Heading1", "Heading2", "Heading3")

#: Parts of a style that name what stays behind, or that would change the layout, wherever they stand in it.
_DROPPED_ELEMENTS = (
    *("aliases", "autoRedefine", "locked", "rsid", "lang", "numPr", "framePr", "pageBreakBefore", "vanish"),
    *("pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "outlineLvl", "keepNext", "sectPrChange"),
    *("specVanish", "webHidden", "del", "ins", "moveFrom", "moveTo", "semiHidden", "hidden", "divId", "cnfStyle"),
)

#: What stands before these in the properties of a paragraph (17.3.1.26).
_BEFORE_KEEP = ("pStyle",)
_BEFORE_NUMBER = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
_AFTER_OUTLINE = ("divId", "cnfStyle", "rPr", "sectPr", "pPrChange")
#: What stands before the colour and the language in the properties of a run (17.3.2.28).
_BEFORE_COLOUR = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow"),
    *("emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden"),
)
#: What stands before the spacing in the properties of a paragraph.
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
#: The size of text where nothing says any other, in half-points (17.3.2.38).
_DEFAULT_SIZE = "20"


class HouseTextStyles:
    """The styles of a house document's text; `root` is its part of styles, None where it has none.

    `used` are the ids of the styles that its headers and footers need beside the built-in ones. `style_ids` says for
    each id of the house which one it has in the report; `warnings` what had to be changed.
    """

    def __init__(self, root: Any, look: TemplateLook, used_ids: Iterable[str] = ()) -> None:
        self._root = root if root is not None else etree.Element(w("styles"))
        self._look = look
        self._styles_by_id = {
            each.get(w("styleId"), ""): each for each in self._root.iter(w("style")) if each.get(w("styleId"))
        }
        self.style_ids = self._report_ids(used_ids)
        self._house_ids = {new: old for old, new in self.style_ids.items()}
        self.warnings: list[str] = []
        given = {old: new for old, new in self.style_ids.items() if new not in _DEFAULT_STYLES.values()}
        self._kept_styles = [self._clean_style(old, new) for old, new in given.items()]

    # -- what the house's styles say

    @cached_property
    def font(self) -> str:
        """The font of ordinary text; "" where nothing names one."""
        for properties in self._run_properties("Normal"):
            for fonts in properties.findall(w("rFonts")):
                for name in ("ascii", "hAnsi"):
                    if fonts.get(w(name)):
                        return str(fonts.get(w(name)))
        return ""

    @cached_property
    def size(self) -> float:
        """The size of ordinary text in points."""
        sizes = [each.get(w("val"), "") for each in self._run_properties_named("Normal", "sz")]
        return int(next((size for size in sizes if size.isdigit()), _DEFAULT_SIZE)) / 2

    def ink(self, style: str) -> str:
        """The colour of text in a style of the report that the house gives; "" where it is left to the program."""
        colours = [each.get(w("val"), "") for each in self._run_properties_named(style, "color")]
        return colours[0].upper() if colours and is_colour(colours[0]) else ""

    def tab_stops(self, style: str) -> list[str]:
        """Where the tab stops of a style of the report are that the house gives."""
        line = self._style_chain(self._house_ids[style]) if style in self._house_ids else ()
        return [tab.get(w("pos"), "0") for each in line for tab in each.iter(w("tab")) if tab.get(w("pos"))]

    def _run_properties_named(self, style: str, name: str) -> Iterator[Any]:
        for properties in self._run_properties(style):
            yield from properties.findall(w(name))

    def _run_properties(self, style: str) -> Iterator[Any]:
        """The run properties that a style has, the nearest first."""
        if style in self._house_ids:
            yield from (p for each in self._style_chain(self._house_ids[style]) for p in each.findall(w("rPr")))
        yield from self._root.findall(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")

    def _style_chain(self, house_id: str) -> Iterator[Any]:
        """A style of the house and those that it is based on."""
        seen: set[str] = set()
        while house_id in self._styles_by_id and house_id not in seen:
            seen.add(house_id)
            yield self._styles_by_id[house_id]
            based = self._styles_by_id[house_id].find(w("basedOn"))
            house_id = based.get(w("val"), "") if based is not None else ""

    # -- what the report takes of them

    def merged_with(self, report_styles: str) -> str:
        """The styles of a report: the house's, and of the report's own (as WordprocessingML) those it does not give."""
        own = parse_xml(f"<w:hold {nsdecls('w')}>{report_styles}</w:hold>")
        given = set(self.style_ids.values()) - set(_DEFAULT_STYLES.values())
        kept = [each for each in own.iter(w("style")) if each.get(w("styleId")) not in given]
        parts = [self._document_defaults(own.find(w("docDefaults"))), *self._kept_styles, *kept]
        return "".join(etree.tostring(each, encoding="unicode") for each in parts)

    def _report_ids(self, used_ids: Iterable[str]) -> dict[str, str]:
        """The styles that come along with their ids in the report: those that it uses, and what they are based on."""
        ids: dict[str, str] = {}
        for old, style in self._styles_by_id.items():
            new = STYLE_IDS_BY_NAME.get(_name_of(style).casefold(), "")
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true", "on"):
                new = "Normal"  # some programs have another name for it
            if style.get(w("type")) == "paragraph" and new and new not in ids.values():
                ids[old] = new
        for number, base in enumerate(each for old in (*ids, *used_ids) for each in self._style_chain(old)):
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
        """Give a style back what the layout rests on, and an ink that can be read."""
        if report_id in _KEEP_WITH_NEXT_STYLES:
            _insert_in_order(_properties(style, "pPr"), "keepNext", {}, predecessors=_BEFORE_KEEP)
        if report_id.startswith("Heading"):
            layout, level = _properties(style, "pPr"), str(int(report_id[-1]) - 1)
            place = next((n for n, each in enumerate(layout) if _local_name(each) in _AFTER_OUTLINE), len(layout))
            layout.insert(place, _element("outlineLvl", {"val": level}))
        if report_id == "ListBullet":
            number = parse_xml(f"<w:hold {nsdecls('w')}>{xml.list_item_properties(1)}</w:hold>")[0]
            _insert_in_order(_properties(style, "pPr"), number, {}, predecessors=_BEFORE_NUMBER)
        self._ensure_spacing(style, report_id)
        if report_id in STYLE_NAMES_BY_ID:
            self._fix_contrast(style, report_id)

    def _ensure_spacing(self, style: Any, report_id: str) -> None:
        """Room around text that the house sets close, as those do who part paragraphs by empty ones."""
        for side, least in _MIN_SPACING.get(report_id, {}).items():
            if self._spacing_of(report_id, side) >= least:
                continue
            layout = _properties(style, "pPr")
            if layout.find(w("spacing")) is None:
                _insert_in_order(layout, "spacing", {}, predecessors=_BEFORE_SPACING)
            spacing = layout.find(w("spacing"))
            for other in (f"{side}Autospacing", f"{side}Lines"):
                spacing.attrib.pop(w(other), None)
            spacing.set(w(side), str(least))

    def _spacing_of(self, report_id: str, side: str) -> int:
        """The space before or after a paragraph of the house's, in twentieths of a point."""
        found = [p for each in self._style_chain(self._house_ids[report_id]) for p in each.findall(w("pPr"))]
        found += self._root.findall(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}")
        values = [each.get(w(side)) for properties in found for each in properties.findall(w("spacing"))]
        text = next((value for value in values if value is not None), "0")
        return int(text) if text.isdigit() else 0

    def _fix_contrast(self, style: Any, report_id: str) -> None:
        ink, ground = self.ink(report_id), self._background_of(report_id)
        if contrast(ink or "000000", ground) >= MIN_CONTRAST:
            return
        inks = [each for each in (self.ink("Normal"), self._look.text_ink, WHITE) if each]
        better = next((each for each in inks if contrast(each, ground) >= MIN_CONTRAST), None)
        if better is None:
            return
        properties = _properties(style, "rPr")
        for colour in properties.findall(w("color")):
            properties.remove(colour)
        _insert_in_order(properties, "color", {"val": better}, predecessors=_BEFORE_COLOUR)
        told = f"The colour {ink or '000000'} of “{_name_of(style).capitalize()}” cannot be read on {ground}"
        self.warnings.append(f"{told}; {better} is used instead.")

    def _background_of(self, report_id: str) -> str:
        """The colour behind a style's text."""
        for style in self._style_chain(self._house_ids[report_id]):
            for shading in style.iter(w("shd")):
                fill = shading.get(w("fill"), "auto")
                if is_colour(fill):
                    return str(fill).upper()
        return WHITE

    def _document_defaults(self, report_defaults: Any) -> Any:
        """What holds where no style says otherwise, in the language of the report."""
        house = self._root.find(w("docDefaults"))
        defaults = copy.deepcopy(house) if house is not None else _element("docDefaults", {})
        for element in list(defaults.iter(etree.Element)):
            _drop_if_unwanted(element)
        runs = defaults.find(w("rPrDefault"))
        if runs is None:
            runs = _element("rPrDefault", {})
            defaults.insert(0, runs)
        properties = _properties(runs, "rPr")
        if not self.font:
            properties.insert(0, copy.deepcopy(next(report_defaults.iter(w("rFonts")))))
        languages = {"val": LANGUAGE, "eastAsia": LANGUAGE, "bidi": "ar-SA"}
        after = ("eastAsianLayout", "specVanish", "oMath")
        place = next((n for n, each in enumerate(properties) if _local_name(each) in after), len(properties))
        properties.insert(place, _element("lang", languages))
        return defaults


def _drop_if_unwanted(element: Any) -> None:
    holder = element.getparent()
    if holder is not None and (_local_name(element) in _DROPPED_ELEMENTS or not element.tag.startswith(w(""))):
        holder.remove(element)


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
    """The properties of that kind, made where there are none: before those of runs and tables come the paragraph's."""
    found = style.find(w(name))
    if found is None:
        found = _element(name, {})
        later = (
            ("rPr", "tblPr", "trPr", "tcPr", "tblStylePr") if name == "pPr" else ("tblPr", "trPr", "tcPr", "tblStylePr")
        )
        place = next((n for n, each in enumerate(style) if _local_name(each) in later), len(style))
        style.insert(place, found)
    return found


def _insert_in_order(properties: Any, new: Any, attributes: dict[str, str], *, predecessors: tuple[str, ...]) -> None:
    """Put an element (or a new one of that name) behind those that must stand before it."""
    element = _element(new, attributes) if isinstance(new, str) else new
    place = next((n for n, each in enumerate(properties) if _local_name(each) not in predecessors), len(properties))
    properties.insert(place, element)
