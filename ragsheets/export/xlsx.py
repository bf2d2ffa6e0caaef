"""Tidy rows as .xlsx: one sheet with a frozen header, and every text typed as text."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from ragsheets import dates
from ragsheets.export.rows import NUMBER_PATTERN, ExportColumn, ExportedFile, TidyTable
from ragsheets.formats.a1 import address, column_letter
from ragsheets.returns.reading.table import text_of
from ragsheets.text import clean_for_office
from ragsheets.workbook import archive
from ragsheets.workbook.layout import MAX_CELL_CHARACTERS
from ragsheets.workbook.text_metrics import height_of

_SHEET_NAME = "Answers"
#: The first year whose days Excel counts correctly: it gives 1900 a 29th of February.
_FIRST_EXCEL_YEAR = 1901
#: The number format of each kind of column: "@" keeps an edited text a text.
_NUMBER_FORMATS = {"date": "d mmmm yyyy", "time": "d mmmm yyyy hh:mm", "number": "General"}
_TEXT_FORMAT = "@"
_HEADING_STYLE = "answers heading"
_LANGUAGE = "en-GB"
_A4_PAPER_SIZE = 9  # ECMA-376 part 1, 18.3.1.63: paperSize
#: Factor on the width that text has in a column where it is bold, which needs more room.
_BOLD_WIDTH_FACTOR = 0.95


def write(table: TidyTable) -> ExportedFile:
    """Return the rows as the bytes of an .xlsx file.

    Dates and numbers are typed as such in columns of these kinds; everything else is text, whatever it looks like.
    """
    return _AnswersWriter(table).write()


class _AnswersWriter:
    """A writer of one workbook."""

    def __init__(self, table: TidyTable) -> None:
        from openpyxl import Workbook

        self.table, self.look = table, table.template.look
        self.workbook: Any = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.sheet: Any = self.workbook.create_sheet(_SHEET_NAME)
        self.cells_with_dropped_characters: list[str] = []
        #: Style ids of the cells, by kind of column and by status code.
        self.style_ids: dict[str, int] = {}

    def write(self) -> ExportedFile:
        self._add_styles()
        table, sheet = self.table, self.sheet
        for column, tidy_column in enumerate(table.columns, 1):
            cell = sheet.cell(1, column)
            cell.value, cell.style = tidy_column.name, _HEADING_STYLE
            sheet.column_dimensions[column_letter(column)].width = tidy_column.width
        headings = [(tidy_column.name, tidy_column.width * _BOLD_WIDTH_FACTOR) for tidy_column in table.columns]
        sheet.row_dimensions[1].height = height_of(headings, self.look.size)
        self._set_view()
        self._set_properties()
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
        style = self.style_ids[text if tidy_column.kind == "status" and text in self.style_ids else _TEXT_FORMAT]
        # Typed as text explicitly, so that a text that looks like a formula is not one.
        return (
            f'<c r="{cell_address}" s="{style}" t="s"><v>{shared_string_index(cell_text)}</v></c>'
            if cell_text
            else f'<c r="{cell_address}" s="{style}"/>'
        )

    def _add_styles(self) -> None:
        """Add each style once."""
        from openpyxl.cell import Cell
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
        from openpyxl.utils.indexed_list import IndexedList

        from ragsheets.workbook.styles import default_font

        look = self.look
        # The font of the Normal style is the first of the list.
        self.workbook._fonts = IndexedList([default_font(look)])
        side = Side(style="thin", color=f"FF{look.rule}")
        border = Border(left=side, right=side, top=side, bottom=side)

        def add(key: str, name: str, number_format: str, ink: str, fill: str, *, bold: bool) -> None:
            style = NamedStyle(
                name,
                font=Font(look.font, look.size, bold, color=f"FF{ink}"),
                border=border,
                alignment=Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1),
                number_format=number_format,
            )
            style.fill = PatternFill("solid", fgColor=f"FF{fill}") if fill else PatternFill()
            self.workbook.add_named_style(style)
            cell: Any = Cell(self.sheet, 1, 1)
            cell.style = name
            self.style_ids[key] = cell.style_id

        add(_HEADING_STYLE, _HEADING_STYLE, _TEXT_FORMAT, look.heading_ink, look.heading_fill, bold=True)
        add(_TEXT_FORMAT, "answers text", _TEXT_FORMAT, look.text_ink, "", bold=False)
        for kind, number_format in _NUMBER_FORMATS.items():
            add(kind, f"answers {kind}", number_format, look.text_ink, "", bold=False)
        for status in self.table.template.statuses:
            add(status.code, f"answers status {status.code}", _TEXT_FORMAT, status.ink, status.fill, bold=True)

    def _set_view(self) -> None:
        from openpyxl.worksheet.page import PageMargins
        from openpyxl.worksheet.properties import PageSetupProperties
        from openpyxl.worksheet.views import Pane, Selection

        sheet = self.sheet
        sheet.sheet_view.pane = Pane(ySplit=1, topLeftCell="A2", activePane="bottomLeft", state="frozen")
        sheet.sheet_view.selection = [Selection(pane="bottomLeft", activeCell="A1", sqref="A1")]
        sheet.auto_filter.ref = self.cell_range
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4_PAPER_SIZE
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"

    def _set_properties(self) -> None:
        properties = self.workbook.properties
        properties.title, properties.language = clean_for_office(self.table.title), _LANGUAGE
        properties.creator = properties.lastModifiedBy = clean_for_office(self.table.partnership)
        properties.created = properties.modified = datetime.datetime.combine(self.table.date, datetime.time())


def _numeric_value(text: str, column: ExportColumn) -> str | None:
    """Return the number stored for a text that is exactly a date, a time or a number; None for any other."""
    from openpyxl.utils import datetime as serial

    to_excel: Callable[[datetime.date], float] = serial.to_excel
    if column.kind == "date" and (date := dates.read_date(text)) and date.isoformat() == text:
        return str(to_excel(date)) if date.year >= _FIRST_EXCEL_YEAR else None
    if column.kind == "time" and text:
        return str(to_excel(datetime.datetime.fromisoformat(text)))
    if column.kind == "number" and NUMBER_PATTERN.fullmatch(text) and text_of(float(text)) == text:
        return text
    return None


def _truncated(text: str) -> str:
    """Return as much of a text as a cell holds: Excel counts its characters in units of two bytes."""
    cell_text = clean_for_office(text)
    if len(cell_text) * 2 <= MAX_CELL_CHARACTERS:
        return cell_text
    return cell_text.encode("utf-16-le")[: 2 * MAX_CELL_CHARACTERS].decode("utf-16-le", "ignore")
