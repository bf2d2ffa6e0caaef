"""What Office's accessibility checker and the checklists of UK public bodies ask of documents and workbooks.

Each rule takes an opened file and gives its violations in words; `violations` runs them all over a file's bytes. The
rules know nothing of ragsheets: they read what any program that opens the file would read.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries

from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast

_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dc": "http://purl.org/dc/elements/1.1/",
    "x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
}
_BLACK = "000000"
#: Link texts that say nothing of where they lead, and bare addresses.
_EMPTY_LINK = re.compile(r"(click )?here|link|more|read more|this( page| link)?|https?://\S*|www\.\S*", re.IGNORECASE)
#: Names that a program gives to sheets when nobody does.
_NAMELESS_SHEET = re.compile(r"(sheet|table|tabelle|feuil|hoja|chart)[ _]?\d*", re.IGNORECASE)


class Package:
    """An Office file's parts, parsed when they are asked for."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self._trees: dict[str, Any] = {}

    def tree(self, name: str) -> Any:
        if name not in self._trees:
            self._trees[name] = etree.fromstring(self.parts[name])
        return self._trees[name]

    def trees(self, pattern: str) -> Iterator[tuple[str, Any]]:
        for name in self.parts:
            if re.fullmatch(pattern, name):
                yield name, self.tree(name)

    def relationships(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part names: by id, the target and whether it is "External"."""
        folder, _, file = name.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self.parts:
            return {}
        return {
            each.get("Id"): (posixpath.normpath(posixpath.join(folder, each.get("Target"))), each.get("TargetMode", ""))
            for each in self.tree(rels)
        }

    @property
    def core(self) -> Any:
        return self.tree("docProps/core.xml") if "docProps/core.xml" in self.parts else etree.Element("none")


def find(element: Any, path: str) -> list[Any]:
    return list(element.xpath(path, namespaces=_NAMES))


def said(element: Any, path: str) -> str:
    """The first thing found, in words; "" where there is none."""
    return str(element.xpath(f"string({path})", namespaces=_NAMES))


def words_of(element: Any) -> str:
    return "".join(find(element, ".//w:t/text()")).strip()


# --------------------------------------------------------------------------------------------------- documents


class Document(Package):
    """A Word document."""

    @property
    def body(self) -> Any:
        return find(self.tree("word/document.xml"), "w:body")[0]

    @cached_property
    def styles(self) -> dict[str, Any]:
        return {said(style, "@w:styleId"): style for style in find(self.tree("word/styles.xml"), "w:style")}

    @cached_property
    def default_style(self) -> str:
        named = find(self.tree("word/styles.xml"), "w:style[@w:type='paragraph' and @w:default='1']/@w:styleId")
        return named[0] if named else ""

    def stories(self) -> Iterator[Any]:
        """The text and what stands in the margins."""
        for _, tree in self.trees(r"word/(document|(house)?(header|footer)\d*)\.xml"):
            yield tree

    def line(self, style: str) -> Iterator[Any]:
        """A style and those that it is based on."""
        while style in self.styles:
            yield self.styles[style]
            style = said(self.styles[style], "w:basedOn/@w:val")

    def style_of(self, paragraph: Any) -> str:
        return said(paragraph, "w:pPr/w:pStyle/@w:val") or self.default_style


def has_title_and_language(document: Package) -> list[str]:
    missing = [name for name in ("title", "language") if not said(document.core, f"//dc:{name}").strip()]
    if isinstance(document, Document) and not find(
        document.tree("word/styles.xml"), "w:docDefaults//w:lang/@w:val[string-length() > 1]"
    ):
        missing.append("language of its text")
    return [f"the document has no {name}" for name in missing]


def marks_one_header_row(document: Document) -> list[str]:
    wrong = []
    for number, table in enumerate(find(document.body, ".//w:tbl"), 1):
        marked = [
            bool(find(row, "w:trPr/w:tblHeader[not(@w:val) or @w:val='1' or @w:val='true']"))
            for row in find(table, "w:tr")
        ]
        if marked != [True] + [False] * (len(marked) - 1):
            wrong.append(f"table {number} marks {sum(marked)} header rows, the first {'is' if marked[0] else 'is not'}")
    return wrong


def has_no_empty_paragraphs(document: Document) -> list[str]:
    wrong = []
    for paragraph in find(document.body, ".//w:p"):
        in_cell = find(paragraph, "parent::w:tc")
        alone = in_cell and len(find(in_cell[0], "w:p")) == 1
        if not words_of(paragraph) and not find(paragraph, ".//w:drawing") and not alone:
            before = find(paragraph, "preceding::w:t[1]/text()")
            wrong.append(f"an empty paragraph after “{before[0] if before else ''}”")
    return wrong


def merges_no_cells(document: Document) -> list[str]:
    merged = find(document.body, ".//w:tc/w:tcPr[w:gridSpan[@w:val > 1] or w:vMerge or w:hMerge]")
    return [f"a merged cell: “{words_of(cell.getparent())}”" for cell in merged]


def has_alternative_text(document: Document) -> list[str]:
    wrong = []
    for story in document.stories():
        for properties in find(story, ".//wp:docPr"):
            decorative = find(properties, ".//*[local-name() = 'decorative' and @val = '1']")
            if not properties.get("descr", "").strip() and not decorative:
                wrong.append(f"the drawing “{properties.get('name')}” has no alternative text")
        wrong += ["a picture of an old kind" for _ in find(story, ".//w:pict | .//w:object")]
    for number, table in enumerate(find(document.body, ".//w:tbl"), 1):
        if not said(table, "w:tblPr/w:tblCaption/@w:val").strip():
            wrong.append(f"table {number} does not say what it is")
    return wrong


def has_headings_in_order(document: Document) -> list[str]:
    wrong, before = [], 0
    for paragraph in find(document.body, ".//w:p"):
        levels = [
            level
            for style in document.line(document.style_of(paragraph))
            for level in find(style, "w:pPr/w:outlineLvl/@w:val")
        ]
        levels = find(paragraph, "w:pPr/w:outlineLvl/@w:val") or levels
        if not levels or int(levels[0]) > 8:
            continue
        level = int(levels[0]) + 1
        if level > before + 1:
            wrong.append(f"“{words_of(paragraph)}” is a heading of level {level} after one of level {before}")
        before = level
    return wrong if before else ["there are no headings"]


def pairs_of(document: Document) -> Iterator[tuple[str, str, str]]:
    """Every piece of text with its ink and its ground."""
    defaults = find(document.tree("word/styles.xml"), "w:docDefaults/w:rPrDefault/w:rPr/w:color/@w:val")
    for story in document.stories():
        for run in find(story, ".//w:r[w:t[string-length(normalize-space()) > 0]]"):
            paragraph = find(run, "ancestor::w:p[1]")[0]
            line = list(document.line(document.style_of(paragraph)))
            named = list(document.line(said(run, "w:rPr/w:rStyle/@w:val")))
            inks = find(run, "w:rPr/w:color/@w:val")
            inks += [ink for style in [*named, *line] for ink in find(style, "w:rPr/w:color/@w:val")]
            grounds = find(run, "w:rPr/w:shd/@w:fill") + find(paragraph, "w:pPr/w:shd/@w:fill")
            grounds += [fill for style in line for fill in find(style, "w:pPr/w:shd/@w:fill | w:rPr/w:shd/@w:fill")]
            grounds += find(run, "ancestor::w:tc[1]/w:tcPr/w:shd/@w:fill")
            yield words_of(run), _first([*inks, *defaults], _BLACK), _first(grounds, WHITE)
    for _, chart in document.trees(r"word/charts/chart\d+\.xml"):
        yield from _pairs_of_chart(chart)


def _pairs_of_chart(chart: Any) -> Iterator[tuple[str, str, str]]:
    for series in find(chart, "//c:ser"):
        name = said(series, "c:tx//c:v")
        own = find(series, "c:spPr/a:solidFill/a:srgbClr/@val")
        # A pattern counts with each of its colours, unless the labels have a ground of their own.
        patterns = find(series, "c:spPr/a:pattFill/*/a:srgbClr/@val")
        grounds = find(series, "c:dLbls//c:spPr/a:solidFill/a:srgbClr/@val") or own or patterns
        for ink in find(series, "c:dLbls//c:txPr//a:defRPr//a:srgbClr/@val"):
            yield from ((f"labels of {name}", ink, ground) for ground in grounds)
    for ink in find(
        chart,
        "(//c:title | //c:catAx/c:txPr | //c:valAx/c:txPr | /*/c:txPr)//a:srgbClr/@val",
    ):
        yield "words of a chart", ink, WHITE


def _first(colours: list[str], otherwise: str) -> str:
    found = next((colour for colour in colours), otherwise)
    return found if re.fullmatch("[0-9A-Fa-f]{6}", found) else otherwise


def can_be_read(document: Document) -> list[str]:
    return [
        f"“{text[:40]}”: {ink} on {ground} has a contrast of {contrast(ink, ground):.1f}"
        for text, ink, ground in pairs_of(document)
        if contrast(ink, ground) < MIN_CONTRAST
    ]


def tells_nothing_by_colour_alone(document: Document) -> list[str]:
    wrong = []
    for cell in find(document.body, ".//w:tc[w:tcPr/w:shd[@w:fill != 'auto']]"):
        if not words_of(cell):
            wrong.append(f"a cell of colour {said(cell, 'w:tcPr/w:shd/@w:fill')} without words")
    for name, chart in document.trees(r"word/charts/chart\d+\.xml"):
        for series in find(chart, "//c:ser"):
            if not find(series, "c:dLbls[not(c:delete[@val='1'])]/c:showVal[@val='1']"):
                wrong.append(f"{name}: {said(series, 'c:tx//c:v')} has no labels")
    return wrong


def has_links_that_lead_somewhere(document: Document) -> list[str]:
    wrong, marks = [], set(find(document.body, ".//w:bookmarkStart/@w:name"))
    targets = document.relationships("word/document.xml")
    for link in find(document.body, ".//w:hyperlink"):
        text, anchor = words_of(link), said(link, "@w:anchor")
        reference = said(link, "@r:id")
        if not text or _EMPTY_LINK.fullmatch(text):
            wrong.append(f"a link says only “{text}”")
        if (anchor and not reference and anchor not in marks) or (reference and reference not in targets):
            wrong.append(f"the link “{text}” leads nowhere")
        if not anchor and not reference:
            wrong.append(f"the link “{text}” has no end")
    return wrong


def stands_in_the_line_of_text(document: Document) -> list[str]:
    return [
        "a drawing floats beside the text" for _ in find(document.body, ".//wp:anchor | .//w:framePr | .//w:tblpPr")
    ]


DOCUMENT_RULES: Mapping[str, Callable[[Document], list[str]]] = {
    "title and language": has_title_and_language,
    "header rows": marks_one_header_row,
    "empty paragraphs": has_no_empty_paragraphs,
    "merged cells": merges_no_cells,
    "alternative text": has_alternative_text,
    "headings": has_headings_in_order,
    "contrast": can_be_read,
    "colour alone": tells_nothing_by_colour_alone,
    "links": has_links_that_lead_somewhere,
    "in line": stands_in_the_line_of_text,
}


# --------------------------------------------------------------------------------------------------- workbooks


class Workbook(Package):
    """An Excel workbook."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.book: Any = openpyxl.load_workbook(io.BytesIO(content))

    @property
    def pages(self) -> list[Any]:
        """The sheets that are seen."""
        return [sheet for sheet in self.book.worksheets if sheet.sheet_state == "visible"]


def _filled(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type == "solid" else ""


def _ink(font: Any) -> str:
    colour = font.color.rgb if font is not None and font.color is not None else None
    return colour[-6:] if isinstance(colour, str) else _BLACK


def sheets_have_names(workbook: Workbook) -> list[str]:
    names = [sheet.title for sheet in workbook.book.worksheets]
    return [f"the sheet name “{name}” says nothing" for name in names if _NAMELESS_SHEET.fullmatch(name.strip())]


def sheets_merge_no_cells(workbook: Workbook) -> list[str]:
    return [f"{sheet.title}!{cells} is merged" for sheet in workbook.pages for cells in sheet.merged_cells.ranges]


def sheets_have_no_gaps(workbook: Workbook) -> list[str]:
    """No row or column without words or cells to fill in, between those that have them."""
    wrong = []
    for sheet in workbook.pages:
        if sheet["A1"].value in (None, ""):
            wrong.append(f"{sheet.title}!A1 is empty")
        hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        for kind, lines in (("row", sheet.iter_rows()), ("column", sheet.iter_cols())):
            for line in lines:
                seen = [cell for cell in line if get_column_letter(cell.column) not in hidden]
                used = [
                    cell for cell in seen if cell.value not in (None, "") or _filled(cell) or not cell.protection.locked
                ]
                if not used and seen:
                    name = seen[0].row if kind == "row" else get_column_letter(seen[0].column)
                    wrong.append(f"{sheet.title}: {kind} {name} is empty")
    return wrong


def opens_at_the_beginning(workbook: Workbook) -> list[str]:
    wrong = []
    if any(view.activeTab for view in workbook.book.views):
        wrong.append("it opens on another sheet than the first")
    chosen = [sheet.title for sheet in workbook.book.worksheets if sheet.sheet_view.tabSelected]
    if chosen not in ([], [workbook.book.worksheets[0].title]):
        wrong.append(f"{chosen} are chosen")
    first = workbook.book.worksheets[0]
    if first.sheet_state != "visible":
        wrong.append("its first sheet is hidden")
    places = {selection.activeCell for selection in first.sheet_view.selection} | {first.sheet_view.topLeftCell}
    if places - {None, "A1"}:
        wrong.append(f"its first sheet opens at {places}")
    return wrong


def sheets_mark_their_headings(workbook: Workbook) -> list[str]:
    """A sheet to fill in keeps its headings in view and prints them on every page, and they are in one full row."""
    wrong = []
    for sheet in workbook.pages:
        if not any(not cell.protection.locked for row in sheet.iter_rows() for cell in row):
            continue
        pane = sheet.sheet_view.pane
        if pane is None or pane.state != "frozen" or not sheet.print_title_rows:
            wrong.append(f"{sheet.title} does not keep its headings in view")
            continue
        row = int(pane.ySplit)
        _, _, last, _ = range_boundaries(str(sheet.print_area).split("!")[-1].replace("$", ""))
        blank = [cell.coordinate for cell in sheet[row][:last] if not cell.value]
        if blank or not sheet.print_title_rows.endswith(f"${row}"):
            wrong.append(f"{sheet.title}: the headings in row {row} lack {blank}")
    return wrong


def sheets_can_be_read(workbook: Workbook) -> list[str]:
    wrong = []
    for sheet in workbook.pages:
        pairs = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value not in (None, "") or not cell.protection.locked:
                    pairs.setdefault((_ink(cell.font), _filled(cell) or WHITE), cell.coordinate)
        for rules in sheet.conditional_formatting:
            for rule in rules.rules:
                fill = str(rule.dxf.fill.bgColor.rgb)[-6:] if rule.dxf and rule.dxf.fill else WHITE
                pairs.setdefault((_ink(rule.dxf.font if rule.dxf else None), fill), f"the rule of {rules.sqref}")
        wrong += [
            f"{sheet.title}!{where}: {ink} on {ground} has a contrast of {contrast(ink, ground):.1f}"
            for (ink, ground), where in pairs.items()
            if contrast(ink, ground) < MIN_CONTRAST
        ]
    return wrong


def sheets_tell_nothing_by_colour_alone(workbook: Workbook) -> list[str]:
    """Cells in a status' colour name it, colours that change follow the cell's own words, marked cells have notes."""
    wrong = []
    for sheet in workbook.pages:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.style.startswith("status ") and cell.value in (None, ""):
                    wrong.append(f"{sheet.title}!{cell.coordinate} has the colour of a status without words")
                if cell.style.startswith("carried ") and not cell.font.italic:
                    wrong.append(f"{sheet.title}!{cell.coordinate} is carried forward and looks like any other")
                if cell.style.startswith("asked ") and not (cell.comment and cell.comment.text.strip()):
                    wrong.append(f"{sheet.title}!{cell.coordinate} is marked without a note")
        for rules in sheet.conditional_formatting:
            first = str(rules.sqref).split()[0].split(":")[0]
            for rule in rules.rules:
                follows = re.compile(rf"(OR\()?\$?{first}=")
                if rule.type != "expression" or not any(map(follows.match, rule.formula)):
                    wrong.append(f"{sheet.title}: the colours of {rules.sqref} do not follow its words")
    return wrong


def sheets_have_links_that_lead_somewhere(workbook: Workbook) -> list[str]:
    wrong = []
    names = {sheet.title for sheet in workbook.pages}
    for sheet in workbook.book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            link, text = cell.hyperlink, str(cell.value or "")
            where = f"{sheet.title}!{cell.coordinate}"
            if not text.strip() or _EMPTY_LINK.fullmatch(text.strip()):
                wrong.append(f"the link at {where} says only “{text}”")
            target, _, place = (link.location or "").rpartition("!")
            if not link.target and (
                target.strip("'").replace("''", "'") not in names or not re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+", place)
            ):
                wrong.append(f"the link at {where} leads nowhere")
    return wrong


def sheets_have_alternative_text(workbook: Workbook) -> list[str]:
    return [
        f"{name}: the drawing “{properties.get('name')}” has no alternative text"
        for name, tree in workbook.trees(r"xl/drawings/drawing\d+\.xml")
        for properties in find(tree, "//*[local-name() = 'cNvPr']")
        if not properties.get("descr", "").strip()
    ]


WORKBOOK_RULES: Mapping[str, Callable[[Workbook], list[str]]] = {
    "title and language": has_title_and_language,
    "sheet names": sheets_have_names,
    "merged cells": sheets_merge_no_cells,
    "gaps": sheets_have_no_gaps,
    "beginning": opens_at_the_beginning,
    "headings": sheets_mark_their_headings,
    "contrast": sheets_can_be_read,
    "colour alone": sheets_tell_nothing_by_colour_alone,
    "links": sheets_have_links_that_lead_somewhere,
    "alternative text": sheets_have_alternative_text,
}


def violations(content: bytes, *rules: str) -> list[str]:
    """What is wrong with a Word document or an Excel workbook, by the rules named or by all."""
    names = Package(content).parts
    if "word/document.xml" in names:
        document = Document(content)
        chosen = [(name, rule(document)) for name, rule in DOCUMENT_RULES.items() if not rules or name in rules]
    else:
        workbook = Workbook(content)
        chosen = [(name, rule(workbook)) for name, rule in WORKBOOK_RULES.items() if not rules or name in rules]
    assert len(chosen) == (len(rules) or len(chosen)), "a rule of another name"
    return [f"{name}: {wrong}" for name, found in chosen for wrong in found]
