"""Tidy rows as .xlsx: one sheet, its header in view, every text typed as text."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from ragsheets import dates
from ragsheets.export.rows import NUMBER, Field, Tidy, Written
from ragsheets.formats.a1 import address, letter
from ragsheets.returns.reading.table import text_of
from ragsheets.text import clean
from ragsheets.workbook import archive
from ragsheets.workbook.layout import MOST_CHARACTERS
from ragsheets.workbook.text_metrics import height_of

_SHEET = "Answers"
#: The first year whose days Excel counts.
_FIRST_YEAR = 1901
#: The number format of each kind of column: "@" keeps a text that somebody edits a text.
_FORMATS = {"date": "d mmmm yyyy", "time": "d mmmm yyyy hh:mm", "number": "General"}
_TEXT = "@"
_HEADING = "answers heading"
_LANGUAGE = "en-GB"
_A4 = 9  # ECMA-376 part 1, 18.3.1.63: paperSize
#: How much less room bold words have.
_BOLD = 0.95


def write(tidy: Tidy) -> Written:
    """The rows as the bytes of an .xlsx file.

    Dates are dates and numbers numbers where their columns are of that kind; all else is text, whatever it looks like.
    """
    return _Writer(tidy).write()


class _Writer:
    """Writes one workbook."""

    def __init__(self, tidy: Tidy) -> None:
        from openpyxl import Workbook

        self.tidy, self.look = tidy, tidy.template.look
        self.book: Any = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.page: Any = self.book.create_sheet(_SHEET)
        self.left_out: list[str] = []
        #: The numbers of the cells' styles: of kinds of columns, and of statuses by their code.
        self.styles: dict[str, int] = {}

    def write(self) -> Written:
        self._prepare()
        tidy, page = self.tidy, self.page
        for column, field in enumerate(tidy.fields, 1):
            cell = page.cell(1, column)
            cell.value, cell.style = field.name, _HEADING
            page.column_dimensions[letter(column)].width = field.width
        headings = [(field.name, field.width * _BOLD) for field in tidy.fields]
        page.row_dimensions[1].height = height_of(headings, self.look.size)
        self._view()
        self._properties()
        rows = archive.Rows(self.reference, self._rows)
        content = archive.to_bytes(self.book, {}, rows={archive.part_of(self.book, _SHEET): rows})
        return Written(content, tuple(self.left_out))

    @property
    def reference(self) -> str:
        """All cells of the sheet."""
        return f"A1:{address(len(self.tidy.rows) + 1, len(self.tidy.fields))}"

    def _rows(self, number_of: Callable[[str], int]) -> Iterator[str]:
        """The rows as SpreadsheetML (ECMA-376 part 1, 18.3.1.73)."""
        fields = self.tidy.fields
        letters = [letter(column) for column in range(1, len(fields) + 1)]
        for number, row in enumerate(self.tidy.rows):
            texts = [(text, field.width) for text, field in zip(row, fields, strict=True)]
            cells = [
                self._cell(f"{letters[column]}{number + 2}", text, number, column, number_of)
                for column, text in enumerate(row)
            ]
            yield f'<row r="{number + 2}" ht="{height_of(texts, self.look.size)}">{"".join(cells)}</row>'

    def _cell(self, place: str, text: str, row: int, column: int, number_of: Callable[[str], int]) -> str:
        field = self.tidy.fields[column]
        if (number := _numeral(text, field)) is not None:
            return f'<c r="{place}" s="{self.styles[field.kind]}"><v>{number}</v></c>'
        held = _held(text)
        if held != text and held != text.replace("\r\n", "\n").replace("\r", "\n"):
            self.left_out.append(self.tidy.place(row, column))
        style = self.styles[text if field.kind == "status" and text in self.styles else _TEXT]
        # Typed as text outright: whatever it looks like, it is no formula.
        return (
            f'<c r="{place}" s="{style}" t="s"><v>{number_of(held)}</v></c>'
            if held
            else f'<c r="{place}" s="{style}"/>'
        )

    def _prepare(self) -> None:
        """The styles, each made once."""
        from openpyxl.cell import Cell
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
        from openpyxl.utils.indexed_list import IndexedList

        from ragsheets.workbook.styles import default_font

        look = self.look
        # The font of the Normal style stands first in the list.
        self.book._fonts = IndexedList([default_font(look)])
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
            self.book.add_named_style(style)
            cell: Any = Cell(self.page, 1, 1)
            cell.style = name
            self.styles[key] = cell.style_id

        add(_HEADING, _HEADING, _TEXT, look.heading_ink, look.heading_fill, bold=True)
        add(_TEXT, "answers text", _TEXT, look.text_ink, "", bold=False)
        for kind, number_format in _FORMATS.items():
            add(kind, f"answers {kind}", number_format, look.text_ink, "", bold=False)
        for status in self.tidy.template.statuses:
            add(status.code, f"answers status {status.code}", _TEXT, status.ink, status.fill, bold=True)

    def _view(self) -> None:
        from openpyxl.worksheet.page import PageMargins
        from openpyxl.worksheet.properties import PageSetupProperties
        from openpyxl.worksheet.views import Pane, Selection

        page = self.page
        page.sheet_view.pane = Pane(ySplit=1, topLeftCell="A2", activePane="bottomLeft", state="frozen")
        page.sheet_view.selection = [Selection(pane="bottomLeft", activeCell="A1", sqref="A1")]
        page.auto_filter.ref = self.reference
        page.print_title_rows = "1:1"
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
        page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"

    def _properties(self) -> None:
        properties = self.book.properties
        properties.title, properties.language = clean(self.tidy.title), _LANGUAGE
        properties.creator = properties.lastModifiedBy = clean(self.tidy.partnership)
        properties.created = properties.modified = datetime.datetime.combine(self.tidy.date, datetime.time())


def _numeral(text: str, field: Field) -> str | None:
    """A date, a time or a number as the file counts it, where the text is one and says nothing else; else None."""
    from openpyxl.utils import datetime as serial

    to_excel: Callable[[datetime.date], float] = serial.to_excel
    if field.kind == "date" and (date := dates.read_date(text)) and date.isoformat() == text:
        return str(to_excel(date)) if date.year >= _FIRST_YEAR else None
    if field.kind == "time" and text:
        return str(to_excel(datetime.datetime.fromisoformat(text)))
    if field.kind == "number" and NUMBER.fullmatch(text) and text_of(float(text)) == text:
        return text
    return None


def _held(text: str) -> str:
    """As much of a text as a cell holds: Excel counts its characters in units of two bytes."""
    held = clean(text)
    if len(held) * 2 <= MOST_CHARACTERS:
        return held
    return held.encode("utf-16-le")[: 2 * MOST_CHARACTERS].decode("utf-16-le", "ignore")
