"""Tidy rows as .xlsx: one sheet with a frozen header, and every text typed as text."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from ragsheets import dates
from ragsheets.export.rows import NUMBER_PATTERN, ExportColumn, ExportedFile, TidyTable
from ragsheets.formats.a1 import address, column_letter
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.text import clean_for_office
from ragsheets.workbook import archive, sheets
from ragsheets.workbook.layout import MAX_CELL_CHARACTERS
from ragsheets.workbook.sheets import DATE_FORMAT
from ragsheets.workbook.text_metrics import height_of

_SHEET_NAME = "Answers"
_HEADING_STYLE = "answers heading"
#: The number format of each kind of column that is not text.
_NUMBER_FORMATS = {"date": DATE_FORMAT, "time": f"{DATE_FORMAT} hh:mm", "number": "General"}


def write(table: TidyTable) -> ExportedFile:
    """Return the rows as the bytes of an .xlsx file.

    Dates and numbers are typed as such in columns of these kinds; everything else is text, whatever it looks like.
    """
    return _AnswersWriter(table).write()


class _AnswersWriter:
    """A writer of one workbook."""

    def __init__(self, table: TidyTable) -> None:
        self.table, self.look = table, table.template.look
        self.workbook = sheets.empty_book(self.look)
        self.sheet: Any = self.workbook.create_sheet(_SHEET_NAME)
        self.cells_with_dropped_characters: list[str] = []
        #: Style ids of the cells, by kind of column and by status code.
        self.style_ids: dict[str, int] = {}

    def write(self) -> ExportedFile:
        self._add_styles()
        table, sheet = self.table, self.sheet
        headings = [(column.name, column.width) for column in table.columns]
        sheets.write_headings(sheet, headings, _HEADING_STYLE, self.look.size)
        sheets.freeze_rows(sheet, 1, "A1")
        sheets.set_up_page(sheet)
        sheet.auto_filter.ref, sheet.print_title_rows = self.cell_range, "1:1"
        sheets.set_properties(self.workbook, table.title, table.partnership, table.date)
        rows = archive.StreamedRows(self.cell_range, self._rows_xml)
        content = archive.to_bytes(
            self.workbook, {}, streamed_rows={archive.sheet_part_path(self.workbook, _SHEET_NAME): rows}
        )
        return ExportedFile(content, tuple(self.cells_with_dropped_characters))

    @property
    def cell_range(self) -> str:
        """The range of all cells of the sheet."""
        return f"A1:{address(len(self.table.rows) + 1, len(self.table.columns))}"

    def _rows_xml(self, shared_string_index: Callable[[str], int]) -> Iterator[str]:
        """Yield the rows as SpreadsheetML (ECMA-376 part 1, 18.3.1.73)."""
        columns = self.table.columns
        letters = [column_letter(column) for column in range(1, len(columns) + 1)]
        for row_index, row in enumerate(self.table.rows):
            texts = [(text, tidy_column.width) for text, tidy_column in zip(row, columns, strict=True)]
            cells = [
                self._cell_xml(f"{letters[column]}{row_index + 2}", text, row_index, column, shared_string_index)
                for column, text in enumerate(row)
            ]
            yield f'<row r="{row_index + 2}" ht="{height_of(texts, self.look.size)}">{"".join(cells)}</row>'

    def _cell_xml(
        self, cell_address: str, text: str, row_index: int, column_index: int, shared_string_index: Callable[[str], int]
    ) -> str:
        tidy_column = self.table.columns[column_index]
        if (number := _numeric_value(text, tidy_column)) is not None:
            return f'<c r="{cell_address}" s="{self.style_ids[tidy_column.kind]}"><v>{number}</v></c>'
        cell_text = _truncated(text)
        if cell_text != text and cell_text != text.replace("\r\n", "\n").replace("\r", "\n"):
            self.cells_with_dropped_characters.append(self.table.cell_label(row_index, column_index))
        style = self.style_ids[text if tidy_column.kind == "status" and text in self.style_ids else sheets.TEXT_FORMAT]
        # Typed as text explicitly, so that a text that looks like a formula is not one.
        return (
            f'<c r="{cell_address}" s="{style}" t="s"><v>{shared_string_index(cell_text)}</v></c>'
            if cell_text
            else f'<c r="{cell_address}" s="{style}"/>'
        )

    def _add_styles(self) -> None:
        """Add each style once."""
        look = self.look

        def add(key: str, name: str, number_format: str = sheets.TEXT_FORMAT, **more: Any) -> None:
            self.workbook.add_named_style(sheets.table_style(name, look, number_format, **more))
            self.style_ids[key] = sheets.styled_cell(self.workbook, name).style_id

        add(_HEADING_STYLE, _HEADING_STYLE, ink=look.heading_ink, fill=look.heading_fill, bold=True)
        add(sheets.TEXT_FORMAT, "answers text")
        for kind, number_format in _NUMBER_FORMATS.items():
            add(kind, f"answers {kind}", number_format)
        for status in self.table.template.statuses:
            add(status.code, f"answers status {status.code}", ink=status.ink, fill=status.fill, bold=True)


def _numeric_value(text: str, column: ExportColumn) -> str | None:
    """Return the number stored for a text that is exactly a date, a time or a number; None for any other."""
    if column.kind == "date" and (date := dates.read_date(text)) and date.isoformat() == text:
        return str(sheets.serial_number(date)) if date.year >= sheets.FIRST_EXCEL_YEAR else None
    if column.kind == "time" and text:
        return str(sheets.serial_number(datetime.datetime.fromisoformat(text)))
    if column.kind == "number" and NUMBER_PATTERN.fullmatch(text) and text_of(float(text)) == text:
        return text
    return None


def _truncated(text: str) -> str:
    """Return as much of a text as a cell holds: Excel counts its characters in units of two bytes."""
    cell_text = clean_for_office(text)
    if len(cell_text) * 2 <= MAX_CELL_CHARACTERS:
        return cell_text
    return cell_text.encode("utf-16-le")[: 2 * MAX_CELL_CHARACTERS].decode("utf-16-le", "ignore")
