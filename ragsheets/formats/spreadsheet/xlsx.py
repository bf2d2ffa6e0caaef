"""Read the details of an .xlsx workbook (its content besides cell values) from the parts of its package.

This must cost next to nothing for an ordinary return: the bytes of a part are searched first, and it is only parsed
where they show that there is something in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.opc import OfficePackage, Relationship
from ragsheets.formats.spreadsheet import xlsx_comments
from ragsheets.formats.spreadsheet.details import (
    Annotation,
    MergedArea,
    StruckText,
    WorkbookDetails,
    split_struck_text,
)
from ragsheets.formats.spreadsheet.xlsx_annotations import sheet_annotations, workbook_annotations
from ragsheets.formats.spreadsheet.xlsx_cells import (
    PLAIN_CELL_START,
    XlsxCell,
    find_merged_areas,
    find_special_cells,
    find_style_of,
    find_styles,
    parse_cells,
    parse_iso_value,
    text_runs,
    unescape_characters,
)
from ragsheets.formats.spreadsheet.xlsx_rich_values import RichValue, read_rich_values
from ragsheets.formats.spreadsheet.xlsx_styles import XlsxStyles, has_strike_through
from ragsheets.formats.zip_archive import ZipArchive

#: A larger sheet is not searched again for each cell.
_MAX_SEARCHED_BYTES = 200_000
TextRuns = list[tuple[str, bool | None]]


class XlsxDetails(WorkbookDetails):
    """The details of an .xlsx, .xlsm or .xltx workbook; `archive` must have passed `ragsheets.formats.guard`."""

    def __init__(self, archive: ZipArchive) -> None:
        self._package = OfficePackage(archive)
        self._special_cells: dict[str, list[XlsxCell]] = {}
        self._style_indexes: dict[str, dict[CellPosition, int]] = {}
        self._struck_by_sheet: dict[str, dict[CellPosition, StruckText]] = {}
        self._last_content = ("", b"")
        #: What follows the cells, by the part of each sheet that was read.
        self._sheet_ends: dict[str, bytes] = {}

    @cached_property
    def saved_at(self) -> datetime.datetime | None:
        """The time of the last save from the core properties."""
        return self._package.saved_at()

    @cached_property
    def program(self) -> str:
        """The program that saved the workbook, from the extended properties."""
        return self._package.program()

    @cached_property
    def date1904(self) -> bool:
        """Whether the workbook counts days from 1904."""
        properties = next(xml.scan_tags(self._workbook_xml, "workbookPr"), {})
        return properties.get("date1904", "0") in ("1", "true", "on")

    def annotations(self) -> list[Annotation]:
        """Return comments, text boxes, pictures, embedded objects and macros."""
        annotations = xlsx_comments.read_annotations(self._package, self._main_part, self._sheet_parts)
        annotations += self._rich_annotations()
        annotations += workbook_annotations(self._workbook_xml, self._package)
        known_prompts: set[bytes] = set()
        for sheet in self._sheet_parts:
            words = self._sheet_annotations(sheet, known_prompts)
            annotations += [annotation._replace(sheet=sheet) for annotation in words]
        order = {name: number for number, name in enumerate(self._sheet_parts)}
        return sorted(annotations, key=lambda annotation: order.get(annotation.sheet, -1))

    def _sheet_annotations(self, sheet: str, known_prompts: set[bytes]) -> Iterable[Annotation]:
        return sheet_annotations(self._sheet_end(sheet), self._sheet_parts[sheet], self._package, known_prompts)

    def _rich_annotations(self) -> Iterator[Annotation]:
        """Yield the pictures in cells, and the cells that show linked data."""
        for sheet in self._sheet_parts if self._has_rich_values else ():
            for cell in self._special_cells_of(sheet):
                if (value := self._rich_value_of(cell)) and value.kind != "error" and cell.kind == "e":
                    code = "cell-picture" if value.kind == "picture" else "linked-data"
                    yield Annotation(code, sheet, cell_address(cell.position), value.text)

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the formula of each cell that has one."""
        return {
            cell.position: cell.formula
            for cell in self._special_cells_of(sheet)
            if cell.formula is not None and not self._is_picture(cell)
        }

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        """Return the cells with a formula but no stored value, as ExcelJS and SheetJS may write them."""
        return frozenset(cell.position for cell in self._special_cells_of(sheet) if cell.is_uncalculated)

    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the error of each cell whose value is one; pictures and linked data are only stored as errors."""
        return {
            cell.position: value.text if value and value.text else cell.value or ""
            for cell in self._special_cells_of(sheet)
            if cell.kind == "e"
            if not (value := self._rich_value_of(cell)) or value.kind == "error"
        }

    def shown_values(self, sheet: str) -> Mapping[CellPosition, object]:
        """Return errors, the words of linked data, dates that are stored as ISO text, and "" for pictures in cells."""
        values: dict[CellPosition, object] = dict(self.errors(sheet))
        for cell in self._special_cells_of(sheet):
            if cell.kind == "d" and (moment := parse_iso_value(cell.value or "")) is not None:
                values[cell.position] = moment
            elif cell.kind == "e" and (value := self._rich_value_of(cell)) and value.kind != "error":
                values[cell.position] = "" if value.kind == "picture" else value.text
        return values

    def picture_description(self, name: str) -> str:
        """Return the description of a picture that WPS shows in a cell, by the name in the cell's formula."""
        return self._cell_pictures.get(name, "")

    def merged_areas(self, sheet: str) -> list[MergedArea]:
        """Return the areas of cells that are merged to one."""
        return find_merged_areas(self._sheet_end(sheet))

    def fill_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour that a cell is painted in."""
        style = self._style_of(sheet, position)
        return self._styles.fill_of(style) if style else ""

    def ink_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour of a cell's letters."""
        style = self._style_of(sheet, position)
        return self._styles.ink_of(style) if style else ""

    def _style_of(self, sheet: str, position: CellPosition) -> int:
        content = self._sheet_content(sheet)
        if sheet not in self._style_indexes and len(content) <= _MAX_SEARCHED_BYTES and PLAIN_CELL_START in content:
            return find_style_of(content, position)
        return self._styles_by_cell(sheet).get(position, 0)

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        """Return the number format code of a cell."""
        return self._styles.number_format_of(self._styles_by_cell(sheet).get(position, 0))

    def _styles_by_cell(self, sheet: str) -> dict[CellPosition, int]:
        if sheet not in self._style_indexes:
            self._style_indexes[sheet] = find_styles(self._sheet_content(sheet), self._sheet_parts.get(sheet, ""))
        return self._style_indexes[sheet]

    def struck_text(self, sheet: str) -> Mapping[CellPosition, StruckText]:
        """Return the text of each cell that its own font, or that of some of its words, strikes through."""
        if sheet not in self._struck_by_sheet:
            content = self._sheet_content(sheet)
            has_strike = self._struck_styles or self._has_struck_shared_strings or has_strike_through(content)
            self._struck_by_sheet[sheet] = (
                dict(self._find_struck_text(sheet, content)) if has_strike and content else {}
            )
        return self._struck_by_sheet[sheet]

    # ------------------------------------------------------------------------------------------------- the parts

    @cached_property
    def _main_part(self) -> str:
        return self._package.main_part()

    @cached_property
    def _workbook_xml(self) -> bytes:
        return self._package.read_xml(self._main_part)

    @cached_property
    def _relationships(self) -> dict[str, Relationship]:
        return self._package.relationships(self._main_part)

    @cached_property
    def _sheet_parts(self) -> dict[str, str]:
        """The part of each sheet by sheet name, in order."""
        parts_by_sheet: dict[str, str] = {}
        for tag in xml.scan_tags(self._workbook_xml, "sheet"):
            link = self._relationships.get(tag.get("id", ""))
            parts_by_sheet.setdefault(tag.get("name", ""), link.part if link else "")
        return parts_by_sheet

    def _part_of(self, kind: str) -> str:
        return next((link.part for link in self._relationships.values() if link.kind == kind), "")

    def _sheet_content(self, sheet: str) -> bytes:
        """Return a sheet's XML; only the last sheet is cached, because they are read one after the other."""
        part = self._sheet_parts.get(sheet, "")
        if self._last_content[0] != part:
            self._last_content = (part, self._package.read_xml(part))
            content = self._last_content[1]
            self._sheet_ends[part] = content[max(content.rfind(b"sheetData"), 0) :]
        return self._last_content[1]

    def _sheet_end(self, sheet: str) -> bytes:
        """Return what follows the cells of a sheet, in UTF-8."""
        part = self._sheet_parts.get(sheet, "")
        if part not in self._sheet_ends:
            self._sheet_content(sheet)
        return self._sheet_ends.get(part, b"")

    def _special_cells_of(self, sheet: str) -> list[XlsxCell]:
        if sheet not in self._special_cells:
            self._special_cells[sheet] = (
                find_special_cells(self._sheet_content(sheet), self._sheet_parts[sheet])
                if self._has_sheet(sheet)
                else []
            )
        return self._special_cells[sheet]

    def _has_sheet(self, sheet: str) -> bool:
        return self._sheet_parts.get(sheet, "") in self._package

    # ---------------------------------------------------------------------------------------------- rich values

    @cached_property
    def _has_rich_values(self) -> bool:
        return any("richdata/" in name or "richvalue" in name for name in self._package.names)

    @cached_property
    def _rich_values(self) -> list[RichValue | None]:
        try:
            return read_rich_values(self._package, self._relationships.values())
        except ReturnError:
            # Their cells stay the errors that the sheet stores, which are reported as such.
            return []

    def _rich_value_of(self, cell: XlsxCell) -> RichValue | None:
        if not (cell.rich_value and self._has_rich_values):
            return None
        value = self._rich_values[cell.rich_value - 1] if cell.rich_value <= len(self._rich_values) else None
        if value and (value.text or value.kind != "data"):
            return value
        # Excel's form of a picture in a cell, whose parts are incomplete.
        is_picture = cell.formula is None and xlsx_comments.has_pictures_in_cells(self._package)
        return RichValue("picture", "") if is_picture else None

    def _is_picture(self, cell: XlsxCell) -> bool:
        value = self._rich_value_of(cell)
        return value is not None and value.kind == "picture"

    @cached_property
    def _cell_pictures(self) -> dict[str, str]:
        """The descriptions of the pictures that WPS keeps for cells, by name."""
        part = self._part_of("cellImage")
        if part not in self._package:
            return {}
        return {
            xml.attribute(facts, "name"): (xml.attribute(facts, "descr") or xml.attribute(facts, "title")).strip()
            for facts in xml.descendants(self._package.parse_xml(part), "cNvPr")
        }

    # ------------------------------------------------------------------------------------------- struck through

    @cached_property
    def _styles(self) -> XlsxStyles:
        part = self._part_of("styles")
        return XlsxStyles(self._package.read_xml(part), part, self._read_theme)

    def _read_theme(self) -> xml.Element | None:
        part = self._part_of("theme")
        return xml.parse(self._package.read_xml(part), part, recover=True) if part in self._package else None

    @cached_property
    def _struck_styles(self) -> frozenset[int]:
        return self._styles.struck_styles()

    @cached_property
    def _has_struck_shared_strings(self) -> bool:
        return has_strike_through(self._package.read_xml(self._part_of("sharedStrings")))

    @cached_property
    def _shared_strings(self) -> list[TextRuns]:
        """The shared strings as runs; parsed only if words are struck somewhere."""
        part = self._part_of("sharedStrings")
        table = self._package.parse_xml(part) if part in self._package else ()
        return [text_runs(item) for item in table if xml.local_name(item) == "si"]

    def _find_struck_text(self, sheet: str, content: bytes) -> list[tuple[CellPosition, StruckText]]:
        struck_cells = []
        for cell in parse_cells(content, self._sheet_parts[sheet]):
            is_font_struck = cell.style in self._struck_styles
            pieces = [
                (text, is_font_struck if is_struck is None else is_struck) for text, is_struck in self._runs_of(cell)
            ]
            if struck_text := split_struck_text(pieces):
                struck_cells.append((cell.position, struck_text))
        return struck_cells

    def _runs_of(self, cell: XlsxCell) -> TextRuns:
        if cell.kind == "inlineStr":
            return list(cell.runs)
        value = cell.value or ""
        if cell.kind == "s":
            number = int(value) if value.strip().isdecimal() else -1
            return self._shared_strings[number] if 0 <= number < len(self._shared_strings) else []
        return [(unescape_characters(value), None)]
