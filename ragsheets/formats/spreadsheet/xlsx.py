"""What an .xlsx workbook holds beyond values, told from the parts of its package.

An ordinary return must cost next to nothing here: bytes are looked at first, and a part is only parsed where they show
that there is something in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property

from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.opc import OfficePackage, Relationship
from ragsheets.formats.spreadsheet import xlsx_comments
from ragsheets.formats.spreadsheet.details import Annotation, StruckText, WorkbookDetails, split_struck_text
from ragsheets.formats.spreadsheet.xlsx_cells import XlsxCell, find_special_cells, find_styles, parse_cells, text_runs
from ragsheets.formats.spreadsheet.xlsx_styles import XlsxStyles, has_strike_through
from ragsheets.formats.zip_archive import ZipArchive

TextRuns = list[tuple[str, bool | None]]


class XlsxDetails(WorkbookDetails):
    """What an .xlsx, .xlsm or .xltx workbook holds beyond values; `archive` is open, and has passed the guard."""

    def __init__(self, archive: ZipArchive) -> None:
        self._package = OfficePackage(archive)
        self._special_cells: dict[str, list[XlsxCell]] = {}
        self._style_indexes: dict[str, dict[CellPosition, int]] = {}
        self._struck_by_sheet: dict[str, dict[CellPosition, StruckText]] = {}
        self._last_content = ("", b"")

    @cached_property
    def saved_at(self) -> datetime.datetime | None:
        """When the workbook was last saved, as its core properties say."""
        return self._package.saved_at()

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        found = next(xml.scan_tags(self._workbook_xml, "workbookPr"), {})
        return found.get("date1904", "0") in ("1", "true", "on")

    def annotations(self) -> list[Annotation]:
        """Comments, text boxes, pictures, embedded objects and macros."""
        found = xlsx_comments.read_annotations(self._package, self._main_part, self._sheet_parts)
        if xlsx_comments.has_pictures_in_cells(self._package):
            found += [
                Annotation("picture", sheet, cell_address(cell.position))
                for sheet in self._sheet_parts
                for cell in self._special_cells_of(sheet)
                if _is_picture(cell)
            ]
            order = {name: number for number, name in enumerate(self._sheet_parts)}
            found.sort(key=lambda remark: order.get(remark.sheet, -1))
        return found

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """The cells with formulas."""
        return {cell.position: cell.formula for cell in self._special_cells_of(sheet) if cell.formula is not None}

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        """The cells with formulas without values, as ExcelJS and SheetJS may leave them."""
        return frozenset(cell.position for cell in self._special_cells_of(sheet) if cell.is_uncalculated)

    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """The cells with errors; a picture that was placed in a cell is written as one, and is none."""
        return {
            cell.position: cell.value or ""
            for cell in self._special_cells_of(sheet)
            if cell.kind == "e" and not (_is_picture(cell) and xlsx_comments.has_pictures_in_cells(self._package))
        }

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        """The number format code of a cell."""
        numbers = self._style_indexes.get(sheet)
        if numbers is None:
            numbers = self._style_indexes[sheet] = find_styles(
                self._sheet_content(sheet), self._sheet_parts.get(sheet, "")
            )
        return self._styles.number_format_of(numbers.get(position, 0))

    def struck_text(self, sheet: str) -> Mapping[CellPosition, StruckText]:
        """The cells with words struck through: by the cell's font, or by that of some of its words."""
        if sheet not in self._struck_by_sheet:
            content = self._sheet_content(sheet)
            shown = self._struck_styles or self._has_struck_shared_strings or has_strike_through(content)
            self._struck_by_sheet[sheet] = dict(self._find_struck_text(sheet, content)) if shown and content else {}
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
        """The part of each sheet, by name, in order."""
        found: dict[str, str] = {}
        for tag in xml.scan_tags(self._workbook_xml, "sheet"):
            link = self._relationships.get(tag.get("id", ""))
            found.setdefault(tag.get("name", ""), link.part if link else "")
        return found

    def _part_of(self, kind: str) -> str:
        return next((link.part for link in self._relationships.values() if link.kind == kind), "")

    def _sheet_content(self, sheet: str) -> bytes:
        """A sheet's bytes; only the last sheet asked for is kept, as they are asked for one after the other."""
        part = self._sheet_parts.get(sheet, "")
        if self._last_content[0] != part:
            self._last_content = (part, self._package.read_xml(part))
        return self._last_content[1]

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

    # ------------------------------------------------------------------------------------------- struck through

    @cached_property
    def _styles(self) -> XlsxStyles:
        part = self._part_of("styles")
        return XlsxStyles(self._package.read_xml(part), part)

    @cached_property
    def _struck_styles(self) -> frozenset[int]:
        return self._styles.struck_styles()

    @cached_property
    def _has_struck_shared_strings(self) -> bool:
        return has_strike_through(self._package.read_xml(self._part_of("sharedStrings")))

    @cached_property
    def _shared_strings(self) -> list[TextRuns]:
        """The shared texts, in runs; parsed only where words are struck somewhere."""
        part = self._part_of("sharedStrings")
        table = self._package.parse_xml(part) if part in self._package else ()
        return [text_runs(item) for item in table if xml.local_name(item) == "si"]

    def _find_struck_text(self, sheet: str, content: bytes) -> list[tuple[CellPosition, StruckText]]:
        found = []
        for cell in parse_cells(content, self._sheet_parts[sheet]):
            in_font = cell.style in self._struck_styles
            pieces = [(text, in_font if struck is None else struck) for text, struck in self._runs_of(cell)]
            if struck := split_struck_text(pieces):
                found.append((cell.position, struck))
        return found

    def _runs_of(self, cell: XlsxCell) -> TextRuns:
        if cell.kind == "inlineStr":
            return list(cell.runs)
        value = cell.value or ""
        if cell.kind == "s":
            number = int(value) if value.strip().isdecimal() else -1
            return self._shared_strings[number] if 0 <= number < len(self._shared_strings) else []
        return [(value, None)]


def _is_picture(cell: XlsxCell) -> bool:
    """Whether a cell is what Excel writes for a picture placed in it: a rich #VALUE! that no formula gave."""
    return cell.kind == "e" and cell.is_rich and cell.formula is None
