"""What an .xlsx workbook holds beyond values, told from the parts of its package.

An ordinary return must cost next to nothing here: bytes are looked at first, and a part is only parsed where they show
that there is something in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property

from ragsheets.formats import xml
from ragsheets.formats.a1 import Place, cell_name
from ragsheets.formats.opc import Package, Relationship
from ragsheets.formats.spreadsheet import xlsx_comments
from ragsheets.formats.spreadsheet.details import Extras, Remark, Struck, struck_of
from ragsheets.formats.spreadsheet.xlsx_cells import Cell, every_cell, marked_cells, styles_of, text_pieces
from ragsheets.formats.spreadsheet.xlsx_styles import Styles, strikes
from ragsheets.formats.zip_archive import Unpacked

Pieces = list[tuple[str, bool | None]]


class XlsxExtras(Extras):
    """What an .xlsx, .xlsm or .xltx workbook holds beyond values; `archive` is open, and has passed the guard."""

    def __init__(self, archive: Unpacked) -> None:
        self._package = Package(archive)
        self._marked: dict[str, list[Cell]] = {}
        self._style_numbers: dict[str, dict[Place, int]] = {}
        self._struck: dict[str, dict[Place, Struck]] = {}
        self._unpacked = ("", b"")

    @cached_property
    def saved(self) -> datetime.datetime | None:
        """When the workbook was last saved, as its core properties say."""
        return self._package.saved()

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        found = next(xml.tags(self._workbook, "workbookPr"), {})
        return found.get("date1904", "0") in ("1", "true", "on")

    def remarks(self) -> list[Remark]:
        """Comments, text boxes, pictures, embedded objects and macros."""
        found = xlsx_comments.remarks_of(self._package, self._main, self._sheets)
        if xlsx_comments.has_pictures_in_cells(self._package):
            found += [
                Remark("picture", sheet, cell_name(cell.place))
                for sheet in self._sheets
                for cell in self._found(sheet)
                if _is_picture(cell)
            ]
            order = {name: number for number, name in enumerate(self._sheets)}
            found.sort(key=lambda remark: order.get(remark.sheet, -1))
        return found

    def formulas(self, sheet: str) -> Mapping[Place, str]:
        """The cells with formulas."""
        return {cell.place: cell.formula for cell in self._found(sheet) if cell.formula is not None}

    def valueless(self, sheet: str) -> frozenset[Place]:
        """The cells with formulas without values, as ExcelJS and SheetJS may leave them."""
        return frozenset(cell.place for cell in self._found(sheet) if cell.valueless)

    def errors(self, sheet: str) -> Mapping[Place, str]:
        """The cells with errors; a picture that was placed in a cell is written as one, and is none."""
        return {
            cell.place: cell.value or ""
            for cell in self._found(sheet)
            if cell.kind == "e" and not (_is_picture(cell) and xlsx_comments.has_pictures_in_cells(self._package))
        }

    def format_of(self, sheet: str, place: Place) -> str:
        """The number format code of a cell."""
        numbers = self._style_numbers.get(sheet)
        if numbers is None:
            numbers = self._style_numbers[sheet] = styles_of(self._content(sheet), self._sheets.get(sheet, ""))
        return self._styles.format_of(numbers.get(place, 0))

    def struck(self, sheet: str) -> Mapping[Place, Struck]:
        """The cells with words struck through: by the cell's font, or by that of some of its words."""
        if sheet not in self._struck:
            content = self._content(sheet)
            shown = self._struck_styles or self._struck_texts or strikes(content)
            self._struck[sheet] = dict(self._strikes_of(sheet, content)) if shown and content else {}
        return self._struck[sheet]

    # ------------------------------------------------------------------------------------------------- the parts

    @cached_property
    def _main(self) -> str:
        return self._package.main()

    @cached_property
    def _workbook(self) -> bytes:
        return self._package.xml_bytes(self._main)

    @cached_property
    def _links(self) -> dict[str, Relationship]:
        return self._package.relationships(self._main)

    @cached_property
    def _sheets(self) -> dict[str, str]:
        """The part of each sheet, by name, in order."""
        found: dict[str, str] = {}
        for tag in xml.tags(self._workbook, "sheet"):
            link = self._links.get(tag.get("id", ""))
            found.setdefault(tag.get("name", ""), link.part if link else "")
        return found

    def _part_of(self, kind: str) -> str:
        return next((link.part for link in self._links.values() if link.kind == kind), "")

    def _content(self, sheet: str) -> bytes:
        """A sheet's bytes; only the last sheet asked for is kept, as they are asked for one after the other."""
        part = self._sheets.get(sheet, "")
        if self._unpacked[0] != part:
            self._unpacked = (part, self._package.xml_bytes(part))
        return self._unpacked[1]

    def _found(self, sheet: str) -> list[Cell]:
        if sheet not in self._marked:
            self._marked[sheet] = marked_cells(self._content(sheet), self._sheets[sheet]) if self._has(sheet) else []
        return self._marked[sheet]

    def _has(self, sheet: str) -> bool:
        return self._sheets.get(sheet, "") in self._package

    # ------------------------------------------------------------------------------------------- struck through

    @cached_property
    def _styles(self) -> Styles:
        part = self._part_of("styles")
        return Styles(self._package.xml_bytes(part), part)

    @cached_property
    def _struck_styles(self) -> frozenset[int]:
        return self._styles.struck()

    @cached_property
    def _struck_texts(self) -> bool:
        return strikes(self._package.xml_bytes(self._part_of("sharedStrings")))

    @cached_property
    def _texts(self) -> list[Pieces]:
        """The shared texts, in runs; parsed only where words are struck somewhere."""
        part = self._part_of("sharedStrings")
        table = self._package.tree(part) if part in self._package else ()
        return [text_pieces(item) for item in table if xml.local(item) == "si"]

    def _strikes_of(self, sheet: str, content: bytes) -> list[tuple[Place, Struck]]:
        found = []
        for cell in every_cell(content, self._sheets[sheet]):
            in_font = cell.style in self._struck_styles
            pieces = [(text, in_font if struck is None else struck) for text, struck in self._pieces_of(cell)]
            if struck := struck_of(pieces):
                found.append((cell.place, struck))
        return found

    def _pieces_of(self, cell: Cell) -> Pieces:
        if cell.kind == "inlineStr":
            return list(cell.pieces)
        value = cell.value or ""
        if cell.kind == "s":
            number = int(value) if value.strip().isdecimal() else -1
            return self._texts[number] if 0 <= number < len(self._texts) else []
        return [(value, None)]


def _is_picture(cell: Cell) -> bool:
    """Whether a cell is what Excel writes for a picture placed in it: a rich #VALUE! that no formula gave."""
    return cell.kind == "e" and cell.rich and cell.formula is None
