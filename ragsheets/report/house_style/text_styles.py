"""The text styles of a house document, merged with the report's own.

Word's built-in styles are identified by their names, because their ids depend on the program and its language; here
they get the ids that the report uses. ECMA-376 part 1, 17.7 describes each element under its name; python-docx inserts
each in the order that it asks for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from ragsheets.report.house_style.document import is_colour, w
from ragsheets.report.house_style.legibility import background_of, readable_ink, replacement_warning
from ragsheets.report.write.xml import TEXT_LIST_ID
from ragsheets.template.colour import WHITE
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
#: The default styles that every document has; the report keeps its own.
_DEFAULT_STYLES = {"normal table": "TableNormal", "default paragraph font": "DefaultParagraphFont", "no list": "NoList"}
#: The styles whose paragraphs stay on one page with the next paragraph.
_KEEP_WITH_NEXT_STYLES = ("Title", "Subtitle", "Heading1", "Heading2", "Heading3")

#: Elements anywhere in a style that refer to something not copied, or that would change the layout.
_DROPPED_ELEMENTS = {
    w(name)
    for name in (
        *("aliases", "autoRedefine", "locked", "rsid", "lang", "numPr", "framePr", "pageBreakBefore", "vanish"),
        *("pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "outlineLvl", "keepNext"),
        *("sectPrChange", "specVanish", "webHidden", "del", "ins", "moveFrom", "moveTo", "semiHidden", "hidden"),
        *("divId", "cnfStyle"),
    )
}

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
        self._root = parse_xml(etree.tostring(root)) if root is not None else OxmlElement("w:styles")
        self._look = look
        self._styles_by_id = {
            style.get(w("styleId"), ""): style for style in self._root.iter(w("style")) if style.get(w("styleId"))
        }
        self.style_ids = self._report_ids(used_ids)
        self._house_ids = {report_id: house_id for house_id, report_id in self.style_ids.items()}
        self._replaced_inks: dict[tuple[str, str, str], list[str]] = {}
        copied_ids = {
            house_id: report_id
            for house_id, report_id in self.style_ids.items()
            if report_id not in _DEFAULT_STYLES.values()
        }
        self._cleaned_styles = [self._clean_style(house_id, report_id) for house_id, report_id in copied_ids.items()]
        self.warnings = [
            replacement_warning(f"The text of {', '.join(styles)}", *colours)
            for colours, styles in self._replaced_inks.items()
        ]

    # -- properties of the house's styles

    @cached_property
    def font(self) -> str:
        """The font of ordinary text; "" where none is defined."""
        fonts = self._properties_of("Normal", "rPr", "rFonts")
        names = (element.get(w(script), "") for element in fonts for script in ("ascii", "hAnsi"))
        return next(filter(None, names), "")

    @cached_property
    def size(self) -> float:
        """The size of ordinary text in points."""
        sizes = (element.get(w("val"), "") for element in self._properties_of("Normal", "rPr", "sz"))
        return int(next(filter(str.isdigit, sizes), _DEFAULT_SIZE)) / 2

    def ink(self, style: str) -> str:
        """Return the house's text colour for a style of the report; "" where it is automatic or not defined."""
        colour = next((element.get(w("val"), "") for element in self._properties_of(style, "rPr", "color")), "")
        return colour.upper() if is_colour(colour) else ""

    def tab_stops(self, style: str) -> list[str]:
        """Return the positions of the house's tab stops for a style of the report, as written in the file."""
        positions = (tab.get(w("pos")) for tabs in self._properties_of(style, "pPr", "tabs") for tab in tabs)
        return [position for position in positions if position]

    def _spacing(self, style: str, side: str) -> int:
        """Return the house's space before or after a paragraph, in twentieths of a point."""
        spaces = (element.get(w(side)) for element in self._properties_of(style, "pPr", "spacing"))
        space = next((space for space in spaces if space is not None), "0")
        return int(space) if space.isdigit() else 0

    def _properties_of(self, style: str, kind: str, name: str) -> Iterator[Any]:
        """Yield a property of paragraphs or runs for a style of the report: its own, inherited and default values."""
        for house_style in self._style_chain(self._house_ids.get(style, "")):
            yield from house_style.findall(f"{w(kind)}/{w(name)}")
        yield from self._root.findall(f"{w('docDefaults')}/{w(f'{kind}Default')}/{w(kind)}/{w(name)}")

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
        style: Any = copy.deepcopy(self._styles_by_id[house_id])
        _remove_unwanted(style)
        is_built_in = report_id in STYLE_NAMES_BY_ID
        style.name_val = STYLE_NAMES_BY_ID[report_id] if is_built_in else f"House {_name_of(style)}".strip()
        style.styleId, style.default = report_id, report_id == "Normal" or None
        style.customStyle = None if is_built_in else True
        for link in ("basedOn", "next", "link"):
            for element in style.findall(w(link)):
                target = self.style_ids.get(element.get(w("val"), ""))
                if target and link != "link":
                    element.set(w("val"), target)
                else:
                    style.remove(element)
        if is_built_in:
            self._restore_layout(style, report_id)
            self._fix_contrast(style, report_id)
        return style

    def _restore_layout(self, style: Any, report_id: str) -> None:
        """Set the properties of a style that the report's layout relies on."""
        layout = style.get_or_add_pPr()
        if report_id in _KEEP_WITH_NEXT_STYLES:
            layout.get_or_add_keepNext()
        if report_id.startswith("Heading"):
            layout.get_or_add_outlineLvl().val = int(report_id[-1]) - 1
        if report_id == "ListBullet":
            numbering = layout.get_or_add_numPr()
            numbering.get_or_add_ilvl().val, numbering.get_or_add_numId().val = 0, TEXT_LIST_ID
        # Documents that separate paragraphs by empty ones have no space around text.
        for side, min_space in _MIN_SPACING.get(report_id, {}).items():
            if self._spacing(report_id, side) < min_space:
                spacing = layout.get_or_add_spacing()
                for overriding_attribute in (f"{side}Autospacing", f"{side}Lines"):
                    spacing.attrib.pop(w(overriding_attribute), None)
                spacing.set(w(side), str(min_space))

    def _fix_contrast(self, style: Any, report_id: str) -> None:
        ink = self.ink(report_id) or "000000"
        background = background_of(self._style_chain(self._house_ids[report_id]))
        used_ink = readable_ink(ink, background, (self.ink("Normal"), self._look.text_ink, WHITE))
        if used_ink != ink:
            style.get_or_add_rPr().get_or_add_color().set(w("val"), used_ink)
            styles = self._replaced_inks.setdefault((ink, background, used_ink), [])
            styles.append(f"“{STYLE_NAMES_BY_ID[report_id].capitalize()}”")

    def _document_defaults(self, report_defaults: Any) -> Any:
        """Return the document defaults of the house, in the language of the report."""
        house = self._root.find(w("docDefaults"))
        defaults: Any = copy.deepcopy(house) if house is not None else OxmlElement("w:docDefaults")
        _remove_unwanted(defaults)
        if defaults.find(w("rPrDefault")) is None:
            defaults.insert(0, OxmlElement("w:rPrDefault"))
        run_defaults = defaults.find(w("rPrDefault"))
        if run_defaults.find(w("rPr")) is None:
            run_defaults.append(OxmlElement("w:rPr"))
        properties: Any = run_defaults.find(w("rPr"))
        if not self.font:
            properties.insert(0, copy.deepcopy(next(report_defaults.iter(w("rFonts")))))
        language = copy.deepcopy(next(report_defaults.iter(w("lang"))))
        properties.insert_element_before(language, "w:eastAsianLayout", "w:specVanish", "w:oMath")
        return defaults


def _remove_unwanted(root: Any) -> None:
    """Remove the elements within a style that are not copied, and those of other namespaces."""
    for element in list(root.iterdescendants(etree.Element)):
        if element.tag in _DROPPED_ELEMENTS or not element.tag.startswith(w("")):
            element.getparent().remove(element)


def _name_of(style: Any) -> str:
    name = style.find(w("name"))
    return str(name.get(w("val"), "")) if name is not None else ""
