"""What an .xls workbook holds beyond values, told from its storage and from the records of its stream ([MS-XLS])."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import Place, cell_name
from ragsheets.formats.spreadsheet import xls_records
from ragsheets.formats.spreadsheet.details import GENERAL, Extras, Remark, Struck, struck_of

if TYPE_CHECKING:
    from olefile import OleFileIO
    from xlrd.book import Book
    from xlrd.sheet import Sheet

#: What the two libraries raise on a file that breaks the format's rules, which they trust.
_BREAKAGE = (
    *(struct.error, IndexError, KeyError, ValueError, TypeError, AssertionError, AttributeError, OverflowError),
    *(EOFError, OSError, NotImplementedError, RecursionError, ZeroDivisionError, zipfile.BadZipFile),
)
_STREAMS = ("Workbook", "Book")


class XlsExtras(Extras):
    """What an .xls workbook holds beyond values. Raises ReturnError where the file cannot be opened as one."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._struck: dict[str, dict[Place, Struck]] = {}

    @cached_property
    def saved(self) -> datetime.datetime | None:
        """When the workbook was last saved, as its summary says; one that is no compound file does not say."""
        if self._storage is None:
            return None
        try:
            moment = self._storage.get_metadata().last_saved_time
        except _BREAKAGE:
            # The summary may be broken where the workbook is sound; a time that cannot be read is not said.
            return None
        return moment if isinstance(moment, datetime.datetime) else None

    def refuse(self) -> None:
        """Refuse a workbook locked with a password, which to the reader of values is only damaged."""
        _ = self._book

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        return bool(self._book.datemode)

    def remarks(self) -> list[Remark]:
        """Notes, text boxes, pictures, embedded objects and macros."""
        found = [Remark("macros")] if self._has_macros else []
        for number, sheet in enumerate(self._book.sheet_names()):
            notes = self._book.sheet_by_index(number).cell_note_map
            found += [
                _note(sheet, place, notes[place].text or "", notes[place].author or "") for place in sorted(notes)
            ]
            facts = self._facts[number] if number < len(self._facts) else xls_records.SheetFacts()
            found += [remark._replace(sheet=sheet) for remark in facts.remarks]
        return found

    def formulas(self, sheet: str) -> Mapping[Place, str]:
        """The cells with formulas; their text is not told, since the format keeps it as a program."""
        number = self._number(sheet)
        return dict.fromkeys(self._facts[number].formulas, "") if 0 <= number < len(self._facts) else {}

    def errors(self, sheet: str) -> Mapping[Place, str]:
        """The cells with errors."""
        from xlrd.biffh import XL_CELL_ERROR, error_text_from_code

        cells = self._sheet(sheet)
        if cells is None:
            return {}
        return {
            (row, column): error_text_from_code.get(cells.cell_value(row, column), "#N/A")
            for row in range(cells.nrows)
            for column, kind in enumerate(cells.row_types(row))
            if kind == XL_CELL_ERROR
        }

    def format_of(self, sheet: str, place: Place) -> str:
        """The number format code of a cell."""
        cells, (row, column) = self._sheet(sheet), place
        if cells is None or not (0 <= row < cells.nrows and 0 <= column < cells.row_len(row)):
            return GENERAL
        style = self._book.xf_list[cells.cell_xf_index(row, column)]
        kind = self._book.format_map.get(style.format_key)
        return str(kind.format_str) if kind else GENERAL

    def struck(self, sheet: str) -> Mapping[Place, Struck]:
        """The cells with words struck through: by the cell's font, or by that of some of its words."""
        if sheet not in self._struck:
            cells = self._sheet(sheet)
            shown = cells is not None and any(font.struck_out for font in self._book.font_list)
            self._struck[sheet] = self._strikes_of(cells) if cells is not None and shown else {}
        return self._struck[sheet]

    # ---------------------------------------------------------------------------------------------- the file

    @cached_property
    def _storage(self) -> OleFileIO | None:
        import olefile

        if not self._content.startswith(olefile.MAGIC):
            return None
        try:
            return olefile.OleFileIO(io.BytesIO(self._content))
        except _BREAKAGE:
            raise ReturnError("damaged") from None

    @cached_property
    def _stream(self) -> bytes:
        """The records of the workbook."""
        if self._storage is None:
            return self._content
        try:
            name = next((name for name in _STREAMS if self._storage.exists(name)), _STREAMS[0])
            return bytes(self._storage.openstream(name).read())
        except _BREAKAGE:
            raise ReturnError("damaged", found=_STREAMS[0]) from None

    @cached_property
    def _book(self) -> Book:
        import xlrd

        try:
            return xlrd.open_workbook(
                file_contents=self._content, logfile=io.StringIO(), formatting_info=True, ragged_rows=True
            )
        except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_BREAKAGE) as error:
            code = "encrypted" if "encrypt" in str(error) else "damaged"
            raise ReturnError(code, found=_STREAMS[0]) from None

    @cached_property
    def _facts(self) -> list[xls_records.SheetFacts]:
        # Where the workbook is locked with a password, this says so.
        _ = self._book
        try:
            return xls_records.facts_of(self._stream)
        except (struct.error, IndexError):
            raise ReturnError("damaged", found=_STREAMS[0]) from None

    @property
    def _has_macros(self) -> bool:
        in_storage = self._storage is not None and self._storage.exists("_VBA_PROJECT_CUR")
        return in_storage or xls_records.has_macro_sheets(self._stream)

    def _number(self, sheet: str) -> int:
        names = self._book.sheet_names()
        return names.index(sheet) if sheet in names else -1

    def _sheet(self, sheet: str) -> Sheet | None:
        number = self._number(sheet)
        return self._book.sheet_by_index(number) if number >= 0 else None

    # ----------------------------------------------------------------------------------------- struck through

    def _strikes_of(self, cells: Sheet) -> dict[Place, Struck]:
        found = {}
        for row in range(cells.nrows):
            for column, value in enumerate(cells.row_values(row)):
                if value == "":
                    continue
                runs = cells.rich_text_runlist_map.get((row, column), ())
                first = self._is_struck(self._book.xf_list[cells.cell_xf_index(row, column)].font_index)
                text = value if isinstance(value, str) else f"{value:.15g}"
                if struck := struck_of(self._pieces(text, first, runs)):
                    found[row, column] = struck
        return found

    def _pieces(self, text: str, first: bool, runs: object) -> list[tuple[str, bool]]:
        """A text in runs; each run says where it begins and which font it has."""
        pieces, begin, struck = [], 0, first
        for offset, font in runs if isinstance(runs, (list, tuple)) else ():
            pieces.append((text[begin:offset], struck))
            begin, struck = offset, self._is_struck(font)
        return [*pieces, (text[begin:], struck)]

    def _is_struck(self, font: int) -> bool:
        fonts = self._book.font_list
        return 0 <= font < len(fonts) and bool(fonts[font].struck_out)


def _note(sheet: str, place: Place, text: str, author: str) -> Remark:
    words, author = text.replace("\r\n", "\n").replace("\r", "\n").strip(), author.strip()
    words = words.removeprefix(f"{author}:").lstrip() if author else words
    return Remark("comment", sheet, cell_name(place), words, author)
