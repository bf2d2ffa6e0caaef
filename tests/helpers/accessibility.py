"""The requirements of Office's accessibility checker and of UK public bodies' checklists for documents and workbooks.

Each rule takes an opened file and returns its violations as sentences; `violations` runs them all on a file's bytes.
The rules know nothing of ragsheets: they read what any program that opens the file would read.
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
#: Link texts that do not describe their target, and bare addresses.
_EMPTY_LINK = re.compile(r"(click )?here|link|more|read more|this( page| link)?|https?://\S*|www\.\S*", re.IGNORECASE)
#: Names that programs give to sheets by default.
_NAMELESS_SHEET = re.compile(r"(sheet|table|tabelle|feuil|hoja|chart)[ _]?\d*", re.IGNORECASE)


class Package:
    """The parts of an Office file, parsed on demand."""

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
        """Return the target and the mode ("External" or "") of each relationship of a part, by id."""
        folder, _, file = name.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self.parts:
            return {}
        return {
            relationship.get("Id"): (
                posixpath.normpath(posixpath.join(folder, relationship.get("Target"))),
                relationship.get("TargetMode", ""),
            )
            for relationship in self.tree(rels)
        }

    @property
    def core(self) -> Any:
        return self.tree("docProps/core.xml") if "docProps/core.xml" in self.parts else etree.Element("none")


def find(element: Any, path: str) -> list[Any]:
    return list(element.xpath(path, namespaces=_NAMES))


def text_at(element: Any, path: str) -> str:
    """Return the text of the first match of a path; "" if there is none."""
    return str(element.xpath(f"string({path})", namespaces=_NAMES))


def text_of(element: Any) -> str:
    return "".join(find(element, ".//w:t/text()")).strip()


# --------------------------------------------------------------------------------------------------- documents


class Document(Package):
    """A Word document."""

    @property
    def body(self) -> Any:
        return find(self.tree("word/document.xml"), "w:body")[0]

    @cached_property
    def styles(self) -> dict[str, Any]:
        return {text_at(style, "@w:styleId"): style for style in find(self.tree("word/styles.xml"), "w:style")}

    @cached_property
    def default_style(self) -> str:
        style_ids = find(self.tree("word/styles.xml"), "w:style[@w:type='paragraph' and @w:default='1']/@w:styleId")
        return style_ids[0] if style_ids else ""

    def text_parts(self) -> Iterator[Any]:
        """Yield the body text and the headers and footers."""
        for _, tree in self.trees(r"word/(document|(house)?(header|footer)\d*)\.xml"):
            yield tree

    def style_chain(self, style: str) -> Iterator[Any]:
        """Yield a style and the styles that it is based on."""
        while style in self.styles:
            yield self.styles[style]
            style = text_at(self.styles[style], "w:basedOn/@w:val")

    def style_of(self, paragraph: Any) -> str:
        return text_at(paragraph, "w:pPr/w:pStyle/@w:val") or self.default_style


def has_title_and_language(document: Package) -> list[str]:
    missing = [name for name in ("title", "language") if not text_at(document.core, f"//dc:{name}").strip()]
    if isinstance(document, Document) and not find(
        document.tree("word/styles.xml"), "w:docDefaults//w:lang/@w:val[string-length() > 1]"
    ):
        missing.append("language of its text")
    return [f"the document has no {name}" for name in missing]


def marks_first_row_as_header(document: Document) -> list[str]:
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
        is_only_paragraph = in_cell and len(find(in_cell[0], "w:p")) == 1
        if not text_of(paragraph) and not find(paragraph, ".//w:drawing") and not is_only_paragraph:
            preceding_text = find(paragraph, "preceding::w:t[1]/text()")
            wrong.append(f"an empty paragraph after “{preceding_text[0] if preceding_text else ''}”")
    return wrong


def merges_no_cells(document: Document) -> list[str]:
    merged = find(document.body, ".//w:tc/w:tcPr[w:gridSpan[@w:val > 1] or w:vMerge or w:hMerge]")
    return [f"a merged cell: “{text_of(cell.getparent())}”" for cell in merged]


def has_alternative_text(document: Document) -> list[str]:
    wrong = []
    for story in document.text_parts():
        for properties in find(story, ".//wp:docPr"):
            decorative = find(properties, ".//*[local-name() = 'decorative' and @val = '1']")
            if not properties.get("descr", "").strip() and not decorative:
                wrong.append(f"the drawing “{properties.get('name')}” has no alternative text")
        wrong += ["a picture of an old kind" for _ in find(story, ".//w:pict | .//w:object")]
    for number, table in enumerate(find(document.body, ".//w:tbl"), 1):
        if not text_at(table, "w:tblPr/w:tblCaption/@w:val").strip():
            wrong.append(f"table {number} does not say what it is")
    return wrong


def has_headings_in_order(document: Document) -> list[str]:
    wrong, previous_level = [], 0
    for paragraph in find(document.body, ".//w:p"):
        levels = [
            level
            for style in document.style_chain(document.style_of(paragraph))
            for level in find(style, "w:pPr/w:outlineLvl/@w:val")
        ]
        levels = find(paragraph, "w:pPr/w:outlineLvl/@w:val") or levels
        if not levels or int(levels[0]) > 8:
            continue
        level = int(levels[0]) + 1
        if level > previous_level + 1:
            wrong.append(f"“{text_of(paragraph)}” is a heading of level {level} after one of level {previous_level}")
        previous_level = level
    return wrong if previous_level else ["there are no headings"]


def colour_pairs(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield every piece of text with its text colour and its background colour."""
    defaults = find(document.tree("word/styles.xml"), "w:docDefaults/w:rPrDefault/w:rPr/w:color/@w:val")
    for story in document.text_parts():
        for run in find(story, ".//w:r[w:t[string-length(normalize-space()) > 0]]"):
            paragraph = find(run, "ancestor::w:p[1]")[0]
            style_chain = list(document.style_chain(document.style_of(paragraph)))
            run_style_chain = list(document.style_chain(text_at(run, "w:rPr/w:rStyle/@w:val")))
            inks = find(run, "w:rPr/w:color/@w:val")
            inks += [ink for style in [*run_style_chain, *style_chain] for ink in find(style, "w:rPr/w:color/@w:val")]
            grounds = find(run, "w:rPr/w:shd/@w:fill") + find(paragraph, "w:pPr/w:shd/@w:fill")
            grounds += [
                fill for style in style_chain for fill in find(style, "w:pPr/w:shd/@w:fill | w:rPr/w:shd/@w:fill")
            ]
            grounds += find(run, "ancestor::w:tc[1]/w:tcPr/w:shd/@w:fill")
            yield text_of(run), _first([*inks, *defaults], _BLACK), _first(grounds, WHITE)
    for _, chart in document.trees(r"word/charts/chart\d+\.xml"):
        yield from _chart_colour_pairs(chart)


def _chart_colour_pairs(chart: Any) -> Iterator[tuple[str, str, str]]:
    for series in find(chart, "//c:ser"):
        name = text_at(series, "c:tx//c:v")
        series_colours = find(series, "c:spPr/a:solidFill/a:srgbClr/@val")
        # A pattern counts with each of its colours, unless the labels have their own background.
        patterns = find(series, "c:spPr/a:pattFill/*/a:srgbClr/@val")
        grounds = find(series, "c:dLbls//c:spPr/a:solidFill/a:srgbClr/@val") or series_colours or patterns
        for ink in find(series, "c:dLbls//c:txPr//a:defRPr//a:srgbClr/@val"):
            yield from ((f"labels of {name}", ink, ground) for ground in grounds)
    for ink in find(
        chart,
        "(//c:title | //c:catAx/c:txPr | //c:valAx/c:txPr | /*/c:txPr)//a:srgbClr/@val",
    ):
        yield "words of a chart", ink, WHITE


def _first(colours: list[str], default: str) -> str:
    colour = next((candidate for candidate in colours), default)
    return colour if re.fullmatch("[0-9A-Fa-f]{6}", colour) else default


def can_be_read(document: Document) -> list[str]:
    return [
        f"“{text[:40]}”: {ink} on {ground} has a contrast of {contrast(ink, ground):.1f}"
        for text, ink, ground in colour_pairs(document)
        if contrast(ink, ground) < MIN_CONTRAST
    ]


def uses_more_than_colour(document: Document) -> list[str]:
    wrong = []
    for cell in find(document.body, ".//w:tc[w:tcPr/w:shd[@w:fill != 'auto']]"):
        if not text_of(cell):
            wrong.append(f"a cell of colour {text_at(cell, 'w:tcPr/w:shd/@w:fill')} without words")
    for name, chart in document.trees(r"word/charts/chart\d+\.xml"):
        for series in find(chart, "//c:ser"):
            if not find(series, "c:dLbls[not(c:delete[@val='1'])]/c:showVal[@val='1']"):
                wrong.append(f"{name}: {text_at(series, 'c:tx//c:v')} has no labels")
    return wrong


def has_links_that_lead_somewhere(document: Document) -> list[str]:
    wrong, bookmarks = [], set(find(document.body, ".//w:bookmarkStart/@w:name"))
    targets = document.relationships("word/document.xml")
    for link in find(document.body, ".//w:hyperlink"):
        text, anchor = text_of(link), text_at(link, "@w:anchor")
        reference = text_at(link, "@r:id")
        if not text or _EMPTY_LINK.fullmatch(text):
            wrong.append(f"a link says only “{text}”")
        if (anchor and not reference and anchor not in bookmarks) or (reference and reference not in targets):
            wrong.append(f"the link “{text}” leads nowhere")
        if not anchor and not reference:
            wrong.append(f"the link “{text}” has no end")
    return wrong


def keeps_drawings_in_line(document: Document) -> list[str]:
    return [
        "a drawing floats beside the text" for _ in find(document.body, ".//wp:anchor | .//w:framePr | .//w:tblpPr")
    ]


DOCUMENT_RULES: Mapping[str, Callable[[Document], list[str]]] = {
    "title and language": has_title_and_language,
    "header rows": marks_first_row_as_header,
    "empty paragraphs": has_no_empty_paragraphs,
    "merged cells": merges_no_cells,
    "alternative text": has_alternative_text,
    "headings": has_headings_in_order,
    "contrast": can_be_read,
    "colour alone": uses_more_than_colour,
    "links": has_links_that_lead_somewhere,
    "in line": keeps_drawings_in_line,
}


# --------------------------------------------------------------------------------------------------- workbooks


class Workbook(Package):
    """An Excel workbook."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.book: Any = openpyxl.load_workbook(io.BytesIO(content))

    @property
    def visible_sheets(self) -> list[Any]:
        """The visible sheets."""
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
    return [
        f"{sheet.title}!{cells} is merged" for sheet in workbook.visible_sheets for cells in sheet.merged_cells.ranges
    ]


def sheets_have_no_gaps(workbook: Workbook) -> list[str]:
    """Return empty rows and columns, without words or cells to fill in, between those that have them."""
    wrong = []
    for sheet in workbook.visible_sheets:
        if sheet["A1"].value in (None, ""):
            wrong.append(f"{sheet.title}!A1 is empty")
        hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        for kind, lines in (("row", sheet.iter_rows()), ("column", sheet.iter_cols())):
            for line in lines:
                visible_cells = [cell for cell in line if get_column_letter(cell.column) not in hidden]
                used_cells = [
                    cell
                    for cell in visible_cells
                    if cell.value not in (None, "") or _filled(cell) or not cell.protection.locked
                ]
                if not used_cells and visible_cells:
                    name = visible_cells[0].row if kind == "row" else get_column_letter(visible_cells[0].column)
                    wrong.append(f"{sheet.title}: {kind} {name} is empty")
    return wrong


def opens_at_the_beginning(workbook: Workbook) -> list[str]:
    wrong = []
    if any(view.activeTab for view in workbook.book.views):
        wrong.append("it opens on another sheet than the first")
    selected_sheets = [sheet.title for sheet in workbook.book.worksheets if sheet.sheet_view.tabSelected]
    if selected_sheets not in ([], [workbook.book.worksheets[0].title]):
        wrong.append(f"{selected_sheets} are chosen")
    first = workbook.book.worksheets[0]
    if first.sheet_state != "visible":
        wrong.append("its first sheet is hidden")
    cells = {selection.activeCell for selection in first.sheet_view.selection} | {first.sheet_view.topLeftCell}
    if cells - {None, "A1"}:
        wrong.append(f"its first sheet opens at {cells}")
    return wrong


def sheets_mark_their_headings(workbook: Workbook) -> list[str]:
    """Return the sheets to fill in whose headings are not frozen, printed on every page, and in one full row."""
    wrong = []
    for sheet in workbook.visible_sheets:
        if not any(not cell.protection.locked for row in sheet.iter_rows() for cell in row):
            continue
        pane = sheet.sheet_view.pane
        if pane is None or pane.state != "frozen" or not sheet.print_title_rows:
            wrong.append(f"{sheet.title} does not keep its headings in view")
            continue
        row = int(pane.ySplit)
        _, _, last_column, _ = range_boundaries(str(sheet.print_area).split("!")[-1].replace("$", ""))
        blank_cells = [cell.coordinate for cell in sheet[row][:last_column] if not cell.value]
        if blank_cells or not sheet.print_title_rows.endswith(f"${row}"):
            wrong.append(f"{sheet.title}: the headings in row {row} lack {blank_cells}")
    return wrong


def sheets_can_be_read(workbook: Workbook) -> list[str]:
    wrong = []
    for sheet in workbook.visible_sheets:
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
            f"{sheet.title}!{location}: {ink} on {ground} has a contrast of {contrast(ink, ground):.1f}"
            for (ink, ground), location in pairs.items()
            if contrast(ink, ground) < MIN_CONTRAST
        ]
    return wrong


def sheets_use_more_than_colour(workbook: Workbook) -> list[str]:
    """Return the cells that rely on colour alone.

    Cells in a status' colour must name it, colours that change must follow the cell's own words, and marked cells must
    have notes.
    """
    wrong = []
    for sheet in workbook.visible_sheets:
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
    names = {sheet.title for sheet in workbook.visible_sheets}
    for sheet in workbook.book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            link, text = cell.hyperlink, str(cell.value or "")
            location = f"{sheet.title}!{cell.coordinate}"
            if not text.strip() or _EMPTY_LINK.fullmatch(text.strip()):
                wrong.append(f"the link at {location} says only “{text}”")
            target, _, cell_address = (link.location or "").rpartition("!")
            if not link.target and (
                target.strip("'").replace("''", "'") not in names
                or not re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+", cell_address)
            ):
                wrong.append(f"the link at {location} leads nowhere")
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
    "colour alone": sheets_use_more_than_colour,
    "links": sheets_have_links_that_lead_somewhere,
    "alternative text": sheets_have_alternative_text,
}


def violations(content: bytes, *rules: str) -> list[str]:
    """Return what is wrong with a Word document or an Excel workbook, by the named rules or by all."""
    names = Package(content).parts
    if "word/document.xml" in names:
        document = Document(content)
        results = [(name, rule(document)) for name, rule in DOCUMENT_RULES.items() if not rules or name in rules]
    else:
        workbook = Workbook(content)
        results = [(name, rule(workbook)) for name, rule in WORKBOOK_RULES.items() if not rules or name in rules]
    assert len(results) == (len(rules) or len(results)), "a rule of another name"
    return [f"{name}: {message}" for name, messages in results for message in messages]
