"""Read the details of an .ods workbook (its content besides cell values) from the XML in its package."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.spreadsheet import ods_annotations, ods_styles
from ragsheets.formats.spreadsheet.details import (
    GENERAL,
    Annotation,
    MergedArea,
    StruckText,
    WorkbookDetails,
    parse_timestamp,
    split_struck_text,
)
from ragsheets.formats.spreadsheet.ods_annotations import element_text
from ragsheets.formats.spreadsheet.ods_cells import (
    OdsCell,
    RepeatedCells,
    find_merged_areas,
    paragraphs,
    read_cells,
)
from ragsheets.formats.spreadsheet.ods_styles import OdsStyles
from ragsheets.formats.zip_archive import ZipArchive

#: The text that programs show for errors; LibreOffice marks such cells as errors, other programs only write the text.
_ERROR_TEXT = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:[0-9]{3}")
_CHART_TYPE = "application/vnd.oasis.opendocument.chart"
#: One formula can be repeated over a whole sheet; no more than this number of cells is listed.
_MAX_UNCALCULATED = 1_000_000
_NO_CELLS: RepeatedCells[OdsCell] = RepeatedCells([])


class OdsDetails(WorkbookDetails):
    """The details of an .ods workbook; `archive` must have passed the checks of `ragsheets.formats.guard`."""

    def __init__(self, archive: ZipArchive) -> None:
        self._package = OfficePackage(archive)
        self._cells_by_sheet: dict[str, RepeatedCells[OdsCell]] = {}

    @cached_property
    def saved_at(self) -> datetime.datetime | None:
        """The time of the last save; LibreOffice writes local time without a zone."""
        return parse_timestamp(xml.scan_text(self._package.read_xml("meta.xml"), "date"))

    @cached_property
    def program(self) -> str:
        """The program that saved the workbook."""
        return xml.scan_text(self._package.read_xml("meta.xml"), "generator")

    @cached_property
    def date1904(self) -> bool:
        """Whether the workbook counts days from 1904."""
        start = next(xml.scan_tags(self._content_xml, "null-date"), {})
        return start.get("date-value", "").startswith("1904")

    def annotations(self) -> list[Annotation]:
        """Return notes, text boxes, pictures, embedded objects and macros."""
        annotations = [Annotation("macros")] if self._has_macros else []
        try:
            meta = self._package.read_xml("meta.xml")
        except ReturnError:
            annotations.append(Annotation("unreadable-comments", text="meta.xml"))
            meta = b""
        for book in xml.descendants(self._root, "spreadsheet"):
            annotations += ods_annotations.document_annotations(meta, book)
        for name, table in self._tables.items():
            annotations += [annotation._replace(sheet=name) for annotation in self._sheet_annotations(name, table)]
        return annotations

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the formula of each cell that has one, in the language of the file (OpenFormula)."""
        return self._cells(sheet).map(lambda cell: cell.formula)

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        """Return the cells that have a formula but no stored value."""
        return frozenset(islice(self._cells(sheet).map(_is_uncalculated), _MAX_UNCALCULATED))

    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the error of each cell whose value is one."""
        return self._cells(sheet).map(_error_text)

    def merged_areas(self, sheet: str) -> list[MergedArea]:
        """Return the areas of cells that are merged to one."""
        return list(find_merged_areas(self._cells(sheet))) if b"-spanned" in self._content_xml else []

    def fill_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour that a cell's style paints it in."""
        cell = self._cells(sheet).get(position)
        return self._styles.fill_of(cell.style) if cell else ""

    def ink_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour of the letters in a cell's style."""
        cell = self._cells(sheet).get(position)
        return self._styles.ink_of(cell.style) if cell else ""

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        """Return the number format code that comes nearest to the cell's style."""
        cell = self._cells(sheet).get(position)
        return self._styles.number_format_of(cell.style, cell.value_type) if cell else GENERAL

    def displayed_text(self, sheet: str, position: CellPosition) -> str | None:
        """Return the text that a cell shows; "" for an empty cell."""
        cell = self._cells(sheet).get(position)
        return cell.text if cell else ""

    def struck_text(self, sheet: str) -> Mapping[CellPosition, StruckText]:
        """Return the text of each cell that its own style, or that of some of its words, strikes through."""
        if not (
            ods_styles.has_strike_through(self._content_xml)
            or ods_styles.has_strike_through(self._package.read_xml("styles.xml"))
        ):
            return {}
        return self._cells(sheet).map(lambda cell: split_struck_text(cell.runs(self._styles)))

    # ------------------------------------------------------------------------------------------------ the parts

    @cached_property
    def _content_xml(self) -> bytes:
        return self._package.read_xml("content.xml")

    @cached_property
    def _root(self) -> xml.Element:
        return xml.parse(self._content_xml, "content.xml")

    @cached_property
    def _tables(self) -> dict[str, xml.Element]:
        tables_by_name: dict[str, xml.Element] = {}
        for book in xml.descendants(self._root, "spreadsheet"):
            for table in book:
                if xml.local_name(table) == "table":
                    tables_by_name.setdefault(xml.attribute(table, "name"), table)
        return tables_by_name

    @cached_property
    def _styles(self) -> OdsStyles:
        return OdsStyles(*self._style_roots)

    @cached_property
    def _style_roots(self) -> list[xml.Element]:
        """The roots of the parts with styles: the common ones first."""
        common = self._package.read_xml("styles.xml")
        return [*([xml.parse(common, "styles.xml")] if common else []), self._root]

    @cached_property
    def _page_styles(self) -> ods_annotations.PageStyles:
        return ods_annotations.PageStyles(self._style_roots)

    def _cells(self, sheet: str) -> RepeatedCells[OdsCell]:
        if sheet not in self._cells_by_sheet:
            table = self._tables.get(sheet)
            self._cells_by_sheet[sheet] = _NO_CELLS if table is None else read_cells(table)
        return self._cells_by_sheet[sheet]

    @property
    def _has_macros(self) -> bool:
        return any(
            name.startswith("scripts/") or (name.startswith("basic/") and not re.search(r"script-l[bc]\.xml$", name))
            for name in self._package.names
            if not name.endswith("/")
        )

    # --------------------------------------------------------------------------------------------- annotations

    def _sheet_annotations(self, name: str, table: xml.Element) -> Iterator[Annotation]:
        """Yield the annotations of a sheet: its notes, then the shapes at cells, then those on the whole sheet."""
        shape_annotations = []
        for repeated_row in self._cells(name).rows:
            for repeated_cell in repeated_row.cells:
                cell = cell_address((repeated_row.row, repeated_cell.column))
                for element in repeated_cell.value.element:
                    if xml.local_name(element) == "annotation":
                        yield _note_annotation(element, cell)
                    elif xml.local_name(element) == "p":
                        yield from _link_annotations(element, cell)
                    else:
                        shape_annotations += [
                            annotation._replace(cell=cell) for annotation in self._shape_annotations(element)
                        ]
        yield from shape_annotations
        for group in table:
            kind = xml.local_name(group)
            if kind == "shapes":
                yield from (annotation for shape in group for annotation in self._shape_annotations(shape))
            elif kind == "forms":
                yield from ods_annotations.control_words(group)
            elif kind == "scenario" and (comment := xml.attribute(group, "comment").strip()):
                yield Annotation("scenario", text=comment)
        yield from self._page_styles.headers(table)

    def _shape_annotations(self, shape: xml.Element) -> Iterator[Annotation]:
        """Yield the annotations of a shape; none for an element that is not a shape."""
        match xml.local_name(shape):
            case "g" | "a":
                yield from (annotation for part in shape for annotation in self._shape_annotations(part))
            case "frame":
                yield from self._frame_annotations(shape)
            case "p" | "list" | "h" | "annotation" | "control" | "table" | "detective" | "cell-range-source":
                return
            case _:
                if text := element_text(shape):
                    yield Annotation("text-box", text=text)

    def _frame_annotations(self, frame: xml.Element) -> Iterator[Annotation]:
        """Yield the annotation of a frame; a picture beside an object is its image for programs that cannot show it."""
        parts = {xml.local_name(part): part for part in reversed(frame)}
        if "object" in parts or "object-ole" in parts:
            link = xml.attribute(parts.get("object", parts.get("object-ole", frame)), "href").removeprefix("./")
            kind = self._embedded_types.get(link.rstrip("/"), "")
            if not kind.startswith(_CHART_TYPE):
                yield Annotation("embedded-object", text=kind or link)
            elif (chart := f"{link.rstrip('/')}/content.xml") in self._package:
                yield from self._chart_annotations(chart)
        elif "text-box" in parts:
            if text := element_text(parts["text-box"]):
                yield Annotation("text-box", text=text)
        elif "image" in parts:
            alternative_texts = (parts[kind].text or "" for kind in ("desc", "title") if kind in parts)
            yield Annotation(
                "picture", text=next(filter(None, alternative_texts), xml.attribute(frame, "name")).strip()
            )

    def _chart_annotations(self, part: str) -> Iterator[Annotation]:
        try:
            text = ods_annotations.chart_words(self._package.parse_xml(part))
        except ReturnError:
            yield Annotation("unreadable-comments", text=part)
            return
        if text:
            yield Annotation("chart-text", text=text)

    @cached_property
    def _embedded_types(self) -> dict[str, str]:
        """The media type of each embedded document, from the manifest."""
        entries = xml.scan_tags(self._package.read_xml("META-INF/manifest.xml"), "file-entry")
        return {entry.get("full-path", "").rstrip("/"): entry.get("media-type", "") for entry in entries}


def _note_annotation(note: xml.Element, cell: str) -> Annotation:
    author = xml.child(note, "creator")
    return Annotation("comment", "", cell, element_text(note), "" if author is None else (author.text or "").strip())


def _link_annotations(paragraph: xml.Element, cell: str) -> Iterator[Annotation]:
    """Yield where the links in a paragraph of a cell lead to outside the workbook."""
    for link in xml.descendants(paragraph, "a"):
        target = xml.attribute(link, "href")
        if target and not target.startswith("#"):
            yield Annotation("link", "", cell, target)


def _is_uncalculated(cell: OdsCell) -> bool | None:
    # LibreOffice gives an empty text no type, only an empty paragraph.
    is_shown = next(paragraphs(cell.element), None) is not None
    return True if cell.formula is not None and not cell.value_type and not is_shown else None


def _error_text(cell: OdsCell) -> str | None:
    if not cell.is_error and cell.formula is None:
        return None
    text = cell.text
    return text if cell.is_error or _ERROR_TEXT.fullmatch(text) else None
