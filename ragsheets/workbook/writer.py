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

from ragsheets.formats.a1 import address, column_letter
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office
from ragsheets.workbook import archive, styles
from ragsheets.workbook.layout import SheetLayout, WorkbookLayout
from ragsheets.workbook.text_metrics import lines_of

if TYPE_CHECKING:
    from openpyxl import Workbook as ExcelWorkbook
    from openpyxl.worksheet.worksheet import Worksheet

LANGUAGE = "en-GB"
#: The size of notes: the box's width and each line's height in pixels, and how many digits' room a line has.
_NOTE_WIDTH, _NOTE_LINE_HEIGHT, _NOTE_LINE_DIGITS = 340, 18, 42
#: How far a note's box stands from its cell, in points, and how wide a digit is for each point of the usual fonts.
_NOTE_GAP, _DIGIT_WIDTH = 6, 0.556
_A4 = 9  # ECMA-376 part 1, 18.3.1.63: paperSize


def to_xlsx(layout: WorkbookLayout, template: Template, created: datetime.date) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same layout gives the same bytes.

    Args:
        layout: what stands where.
        template: gives the look.
        created: the day that the file's properties name; the period's, so that nothing depends on the clock.
    """
    book = styles.styled_book(template, has_last_period=layout.last_period_date is not None)
    writer = _SheetWriter(book, template)
    for sheet in layout.sheets:
        writer.write(sheet)
        _write_notes(book[sheet.name], sheet, layout.note_author)
    for name, place in layout.defined_names.items():
        book.defined_names[name] = DefinedName(name, attr_text=place)
    _set_properties(book, layout, created)
    values = {archive.sheet_part_path(book, sheet.name): _formula_values(sheet) for sheet in layout.sheets}
    boxes = [_note_positions(sheet, template.look.size) for sheet in layout.sheets if sheet.notes]
    return archive.to_bytes(book, values, boxes)


def _formula_values(sheet: SheetLayout) -> dict[str, object]:
    return {address(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}


def _set_properties(book: ExcelWorkbook, layout: WorkbookLayout, created: datetime.date) -> None:
    moment = datetime.datetime.combine(created, datetime.time())
    properties = book.properties
    properties.title, properties.language = clean_for_office(layout.title), LANGUAGE
    properties.creator = properties.lastModifiedBy = clean_for_office(layout.author)
    properties.created = properties.modified = moment
    # Totals must be right in whatever opens the file next, also after a program that does not recalculate.
    book.calculation = CalcProperties(fullCalcOnLoad=True)


class _SheetWriter:
    """Writes the sheets of one workbook."""

    def __init__(self, book: ExcelWorkbook, template: Template) -> None:
        self.book = book
        self.template = template
        self.style_arrays: dict[str, Any] = {}

    def write(self, sheet: SheetLayout) -> None:
        page: Worksheet = self.book.create_sheet(sheet.name)
        self._write_cells(page, sheet)
        _set_sizes(page, sheet)
        _set_view(page, sheet)
        _set_print_options(page, sheet)
        _protect(page)
        _add_dropdowns(page, sheet)
        self._add_status_colours(page, sheet)
        if sheet.role == "facts":
            page.sheet_state = "hidden"

    def _write_cells(self, worksheet: Worksheet, sheet: SheetLayout) -> None:
        for cell in sheet.cells:
            target: Any = worksheet.cell(cell.row, cell.column)
            self._set_style(target, cell.style)
            if cell.formula:
                target.value = f"={cell.formula}"
            elif isinstance(cell.value, str):
                # Said outright, for openpyxl would make a formula of text that begins with an equals sign.
                target._value = clean_for_office(cell.value)
                target.data_type = "s"
            else:
                _set_value(target, cell.value)
            if cell.link:
                target.hyperlink = Hyperlink(ref=target.coordinate, location=cell.link, display=str(cell.value))

    def _set_style(self, target: Any, style: str) -> None:
        """Give a cell its named style, looked up once and then shared: asking each time takes three times as long."""
        known = self.style_arrays.get(style)
        if known is None:
            target.style = style
            self.style_arrays[style] = target._style
        else:
            target._style = known

    def _add_status_colours(self, worksheet: Worksheet, sheet: SheetLayout) -> None:
        if sheet.status_ranges:
            first = sheet.status_ranges[0].split(":")[0]
            for rule in styles.status_rules(self.template, first):
                worksheet.conditional_formatting.add(" ".join(sheet.status_ranges), rule)
        if sheet.last_status_ranges:
            first = sheet.last_status_ranges[0].split(":")[0]
            for rule in styles.status_rules(self.template, first, multiline=True):
                worksheet.conditional_formatting.add(" ".join(sheet.last_status_ranges), rule)


def _set_value(target: Any, value: object) -> None:
    number_format = target.number_format
    if value is not None:
        target.value = value
        if isinstance(value, datetime.date) and target.number_format != number_format:
            target.number_format = number_format


def _write_notes(worksheet: Worksheet, sheet: SheetLayout, author: str) -> None:
    """Write the notes beside their cells, each box as high as its text."""
    for cell, text in sheet.notes.items():
        words = clean_for_office(text)
        height = _NOTE_LINE_HEIGHT * (len(lines_of(words, _NOTE_LINE_DIGITS)) + 1)
        worksheet[cell].comment = Comment(words, clean_for_office(author), height=height, width=_NOTE_WIDTH)


def _note_positions(sheet: SheetLayout, font_size: float) -> dict[str, tuple[int, int]]:
    """Where the boxes of notes stand: to the right of their cells, as far as widths are known (see `measure`)."""
    return {
        address(cell.row, cell.column): (
            round(sum(sheet.widths[: cell.column]) * font_size * _DIGIT_WIDTH) + _NOTE_GAP,
            round(sum(sheet.heights.get(row, 0) for row in range(1, cell.row))) + _NOTE_GAP,
        )
        for cell in sheet.cells
        if address(cell.row, cell.column) in sheet.notes
    }


def _set_sizes(worksheet: Worksheet, sheet: SheetLayout) -> None:
    for column, width in enumerate(sheet.widths, 1):
        worksheet.column_dimensions[column_letter(column)].width = width
    if sheet.hidden_column:
        worksheet.column_dimensions[column_letter(sheet.hidden_column)].hidden = True
    for row, height in sheet.heights.items():
        worksheet.row_dimensions[row].height = height


def _set_view(worksheet: Worksheet, sheet: SheetLayout) -> None:
    view = worksheet.sheet_view
    view.showGridLines = False
    if sheet.zoom != 100:
        view.zoomScale = sheet.zoom
    # openpyxl marks the first sheet it ever made as the chosen one; that one is gone.
    view.tabSelected = sheet.role == "front"
    if sheet.heading_row:
        corner = f"A{sheet.heading_row + 1}"
        view.pane = Pane(ySplit=sheet.heading_row, topLeftCell=corner, activePane="bottomLeft", state="frozen")
        view.selection = [Selection(pane="bottomLeft", activeCell=sheet.active_cell, sqref=sheet.active_cell)]


def _set_print_options(worksheet: Worksheet, sheet: SheetLayout) -> None:
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, int(sheet.role == "front")
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    footer: Any = worksheet.oddFooter
    footer.left.text, footer.right.text = "&A", "&P / &N"
    if sheet.role == "facts":
        return  # a hidden sheet with a print area is printed by LibreOffice
    # Without it a long title, which runs over the columns beside it, would shrink the whole page to its width.
    worksheet.print_area = f"A1:{address(max(cell.row for cell in sheet.cells), sheet.last_printed_column)}"
    if sheet.heading_row:
        worksheet.print_title_rows = f"1:{sheet.heading_row}"


def _protect(worksheet: Worksheet) -> None:
    """Lock all but the answer cells, without a password; rows and columns may still be sized."""
    worksheet.protection.sheet = True
    worksheet.protection.formatRows = worksheet.protection.formatColumns = False


def _add_dropdowns(worksheet: Worksheet, sheet: SheetLayout) -> None:
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
            sqref=" ".join(dropdown.ranges),
        )
        worksheet.add_data_validation(rule)
