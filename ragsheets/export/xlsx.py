"""Tidy rows as .xlsx: one sheet, its header in view, every text typed as text."""

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
#: The first year whose days Excel counts.
_FIRST_EXCEL_YEAR = 1901
#: The number format of each kind of column: "@" keeps a text that somebody edits a text.
_NUMBER_FORMATS = {"date": "d mmmm yyyy", "time": "d mmmm yyyy hh:mm", "number": "General"}
_TEXT_FORMAT = "@"
_HEADING_STYLE = "answers heading"
_LANGUAGE = "en-GB"
_A4_PAPER_SIZE = 9  # ECMA-376 part 1, 18.3.1.63: paperSize
#: How much less room bold words have.
_BOLD_WIDTH_FACTOR = 0.95


def write(table: TidyTable) -> ExportedFile:
    """The rows as the bytes of an .xlsx file.

    Dates are dates and numbers numbers where their columns are of that kind; all else is text, whatever it looks like.
    """
    return _AnswersWriter(table).write()


class _AnswersWriter:
    """Writes one workbook."""

    def __init__(self, table: TidyTable) -> None:
        from openpyxl import Workbook

        self.table, self.look = table, table.template.look
        self.workbook: Any = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.sheet: Any = self.workbook.create_sheet(_SHEET_NAME)
        self.cells_with_dropped_characters: list[str] = []
        #: The numbers of the cells' styles: of kinds of columns, and of statuses by their code.
        self.style_ids: dict[str, int] = {}

    def write(self) -> ExportedFile:
        self._add_styles()
        tidy, page = self.table, self.sheet
        for column, field in enumerate(tidy.columns, 1):
            cell = page.cell(1, column)
            cell.value, cell.style = field.name, _HEADING_STYLE
            page.column_dimensions[column_letter(column)].width = field.width
        headings = [(field.name, field.width * _BOLD_WIDTH_FACTOR) for field in tidy.columns]
        page.row_dimensions[1].height = height_of(headings, self.look.size)
        self._set_view()
        self._set_properties()
        rows = archive.StreamedRows(self.cell_range, self._rows_xml)
        content = archive.to_bytes(
            self.workbook, {}, streamed_rows={archive.sheet_part_path(self.workbook, _SHEET_NAME): rows}
        )
        return ExportedFile(content, tuple(self.cells_with_dropped_characters))

    @property
    def cell_range(self) -> str:
        """All cells of the sheet."""
        return f"A1:{address(len(self.table.rows) + 1, len(self.table.columns))}"

    def _rows_xml(self, shared_string_index: Callable[[str], int]) -> Iterator[str]:
        """The rows as SpreadsheetML (ECMA-376 part 1, 18.3.1.73)."""
        fields = self.table.columns
        letters = [column_letter(column) for column in range(1, len(fields) + 1)]
        for number, row in enumerate(self.table.rows):
            texts = [(text, field.width) for text, field in zip(row, fields, strict=True)]
            cells = [
                self._cell_xml(f"{letters[column]}{number + 2}", text, number, column, shared_string_index)
                for column, text in enumerate(row)
            ]
            yield f'<row r="{number + 2}" ht="{height_of(texts, self.look.size)}">{"".join(cells)}</row>'

    def _cell_xml(
        self, cell_address: str, text: str, row_index: int, column_index: int, shared_string_index: Callable[[str], int]
    ) -> str:
        field = self.table.columns[column_index]
        if (number := _numeric_value(text, field)) is not None:
            return f'<c r="{cell_address}" s="{self.style_ids[field.kind]}"><v>{number}</v></c>'
        held = _truncated(text)
        if held != text and held != text.replace("\r\n", "\n").replace("\r", "\n"):
            self.cells_with_dropped_characters.append(self.table.cell_label(row_index, column_index))
        style = self.style_ids[text if field.kind == "status" and text in self.style_ids else _TEXT_FORMAT]
        # Typed as text outright: whatever it looks like, it is no formula.
        return (
            f'<c r="{cell_address}" s="{style}" t="s"><v>{shared_string_index(held)}</v></c>'
            if held
            else f'<c r="{cell_address}" s="{style}"/>'
        )

    def _add_styles(self) -> None:
        """The styles, each made once."""
        from openpyxl.cell import Cell
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
        from openpyxl.utils.indexed_list import IndexedList

        from ragsheets.workbook.styles import default_font

        look = self.look
        # The font of the Normal style stands first in the list.
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

        page = self.sheet
        page.sheet_view.pane = Pane(ySplit=1, topLeftCell="A2", activePane="bottomLeft", state="frozen")
        page.sheet_view.selection = [Selection(pane="bottomLeft", activeCell="A1", sqref="A1")]
        page.auto_filter.ref = self.cell_range
        page.print_title_rows = "1:1"
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4_PAPER_SIZE
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
        page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"

    def _set_properties(self) -> None:
        properties = self.workbook.properties
        properties.title, properties.language = clean_for_office(self.table.title), _LANGUAGE
        properties.creator = properties.lastModifiedBy = clean_for_office(self.table.partnership)
        properties.created = properties.modified = datetime.datetime.combine(self.table.date, datetime.time())


def _numeric_value(text: str, column: ExportColumn) -> str | None:
    """A date, a time or a number as the file counts it, where the text is one and says nothing else; else None."""
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
    """As much of a text as a cell holds: Excel counts its characters in units of two bytes."""
    held = clean_for_office(text)
    if len(held) * 2 <= MAX_CELL_CHARACTERS:
        return held
    return held.encode("utf-16-le")[: 2 * MAX_CELL_CHARACTERS].decode("utf-16-le", "ignore")
