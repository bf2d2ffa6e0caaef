"""A workbook's layout made into an .xlsx file with openpyxl."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.views import Pane, Selection

from ragsheets.formats.a1 import address, letter
from ragsheets.template.model import Template
from ragsheets.text import clean
from ragsheets.workbook import archive, styles
from ragsheets.workbook.layout import Sheet, Workbook
from ragsheets.workbook.text_metrics import lines_of

if TYPE_CHECKING:
    from openpyxl import Workbook as ExcelWorkbook
    from openpyxl.worksheet.worksheet import Worksheet

LANGUAGE = "en-GB"
#: The size of notes: the box's width and each line's height in pixels, and how many digits' room a line has.
_NOTE_WIDTH, _NOTE_LINE, _NOTE_ROOM = 340, 18, 42
#: How far a note's box stands from its cell, in points, and how wide a digit is for each point of the usual fonts.
_NOTE_GAP, _DIGIT = 6, 0.556
_A4 = 9  # ECMA-376 part 1, 18.3.1.63: paperSize


def to_xlsx(layout: Workbook, template: Template, created: datetime.date) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same layout gives the same bytes.

    Args:
        layout: what stands where.
        template: gives the look.
        created: the day that the file's properties name; the period's, so that nothing depends on the clock.
    """
    book = styles.styled_book(template, has_past=layout.since is not None)
    writer = _SheetWriter(book, template)
    for sheet in layout.sheets:
        writer.write(sheet)
        _notes(book[sheet.name], sheet, layout.note_author)
    for name, place in layout.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=place)
    _set_properties(book, layout, created)
    values = {archive.part_of(book, sheet.name): _values(sheet) for sheet in layout.sheets}
    boxes = [_boxes(sheet, template.look.size) for sheet in layout.sheets if sheet.notes]
    return archive.to_bytes(book, values, boxes)


def _values(sheet: Sheet) -> dict[str, object]:
    return {address(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}


def _set_properties(book: ExcelWorkbook, layout: Workbook, created: datetime.date) -> None:
    moment = datetime.datetime.combine(created, datetime.time())
    properties = book.properties
    properties.title, properties.language = clean(layout.title), LANGUAGE
    properties.creator = properties.lastModifiedBy = clean(layout.author)
    properties.created = properties.modified = moment
    # Totals must be right in whatever opens the file next, also after a program that does not recalculate.
    book.calculation = CalcProperties(fullCalcOnLoad=True)


class _SheetWriter:
    """Writes the sheets of one workbook."""

    def __init__(self, book: ExcelWorkbook, template: Template) -> None:
        self.book = book
        self.template = template
        self.style_arrays: dict[str, Any] = {}

    def write(self, sheet: Sheet) -> None:
        page: Worksheet = self.book.create_sheet(sheet.name)
        self._cells(page, sheet)
        _sizes(page, sheet)
        _view(page, sheet)
        _printing(page, sheet)
        _protection(page)
        _dropdowns(page, sheet)
        self._colours(page, sheet)
        if sheet.role == "facts":
            page.sheet_state = "hidden"

    def _cells(self, page: Worksheet, sheet: Sheet) -> None:
        for cell in sheet.cells:
            target: Any = page.cell(cell.row, cell.column)
            self._dress(target, cell.style)
            if cell.formula:
                target.value = f"={cell.formula}"
            elif isinstance(cell.value, str):
                # Said outright, for openpyxl would make a formula of text that begins with an equals sign.
                target._value = clean(cell.value)
                target.data_type = "s"
            else:
                _set(target, cell.value)
            if cell.link:
                target.hyperlink = Hyperlink(ref=target.coordinate, location=cell.link, display=str(cell.value))

    def _dress(self, target: Any, style: str) -> None:
        """Give a cell its named style, looked up once and then shared: asking each time takes three times as long."""
        known = self.style_arrays.get(style)
        if known is None:
            target.style = style
            self.style_arrays[style] = target._style
        else:
            target._style = known

    def _colours(self, page: Worksheet, sheet: Sheet) -> None:
        if sheet.coloured:
            first = sheet.coloured[0].split(":")[0]
            for rule in styles.status_rules(self.template, first):
                page.conditional_formatting.add(" ".join(sheet.coloured), rule)
        if sheet.coloured_last:
            first = sheet.coloured_last[0].split(":")[0]
            for rule in styles.status_rules(self.template, first, more=True):
                page.conditional_formatting.add(" ".join(sheet.coloured_last), rule)


def _set(target: Any, value: object) -> None:
    number_format = target.number_format
    if value is not None:
        target.value = value
        if isinstance(value, datetime.date) and target.number_format != number_format:
            target.number_format = number_format


def _notes(page: Worksheet, sheet: Sheet, author: str) -> None:
    """Write the notes beside their cells, each box as high as its text."""
    for cell, text in sheet.notes.items():
        words = clean(text)
        height = _NOTE_LINE * (len(lines_of(words, _NOTE_ROOM)) + 1)
        page[cell].comment = Comment(words, clean(author), height=height, width=_NOTE_WIDTH)


def _boxes(sheet: Sheet, size: float) -> dict[str, tuple[int, int]]:
    """Where the boxes of notes stand: to the right of their cells, as far as widths are known (see `measure`)."""
    return {
        address(cell.row, cell.column): (
            round(sum(sheet.widths[: cell.column]) * size * _DIGIT) + _NOTE_GAP,
            round(sum(sheet.heights.get(row, 0) for row in range(1, cell.row))) + _NOTE_GAP,
        )
        for cell in sheet.cells
        if address(cell.row, cell.column) in sheet.notes
    }


def _sizes(page: Worksheet, sheet: Sheet) -> None:
    for column, width in enumerate(sheet.widths, 1):
        page.column_dimensions[letter(column)].width = width
    if sheet.hidden_column:
        page.column_dimensions[letter(sheet.hidden_column)].hidden = True
    for row, height in sheet.heights.items():
        page.row_dimensions[row].height = height


def _view(page: Worksheet, sheet: Sheet) -> None:
    view = page.sheet_view
    view.showGridLines = False
    if sheet.zoom != 100:
        view.zoomScale = sheet.zoom
    # openpyxl marks the first sheet it ever made as the chosen one; that one is gone.
    view.tabSelected = sheet.role == "front"
    if sheet.heading_row:
        corner = f"A{sheet.heading_row + 1}"
        view.pane = Pane(ySplit=sheet.heading_row, topLeftCell=corner, activePane="bottomLeft", state="frozen")
        view.selection = [Selection(pane="bottomLeft", activeCell=sheet.start, sqref=sheet.start)]


def _printing(page: Worksheet, sheet: Sheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, int(sheet.role == "front")
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    footer: Any = page.oddFooter
    footer.left.text, footer.right.text = "&A", "&P / &N"
    if sheet.role == "facts":
        return  # a hidden sheet with a print area is printed by LibreOffice
    # Without it a long title, which runs over the columns beside it, would shrink the whole page to its width.
    page.print_area = f"A1:{address(max(cell.row for cell in sheet.cells), sheet.last_column)}"
    if sheet.heading_row:
        page.print_title_rows = f"1:{sheet.heading_row}"


def _protection(page: Worksheet) -> None:
    """Lock all but the answer cells, without a password; rows and columns may still be sized."""
    page.protection.sheet = True
    page.protection.formatRows = page.protection.formatColumns = False


def _dropdowns(page: Worksheet, sheet: Sheet) -> None:
    for dropdown in sheet.dropdowns:
        rule = DataValidation(
            type="list" if dropdown.source else None,
            formula1=dropdown.source or None,
            allow_blank=True,
            showInputMessage=bool(dropdown.prompt),
            showErrorMessage=bool(dropdown.source),
            promptTitle=dropdown.prompt_title or None,
            prompt=dropdown.prompt or None,
            errorTitle=dropdown.error_title or None,
            error=dropdown.error or None,
            sqref=" ".join(dropdown.cells),
        )
        page.add_data_validation(rule)
