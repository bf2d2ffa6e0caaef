"""Writes the layout of a workbook to an .xlsx file with openpyxl."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.hyperlink import Hyperlink

from ragsheets.formats.a1 import address, column_letter
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office
from ragsheets.workbook import archive, sheets, styles
from ragsheets.workbook.layout import SheetLayout, WorkbookLayout
from ragsheets.workbook.text_metrics import lines_of

if TYPE_CHECKING:
    from openpyxl import Workbook as ExcelWorkbook
    from openpyxl.worksheet.worksheet import Worksheet

#: The size of notes: the box's width and each line's height in pixels, and the length of a line in digits.
_NOTE_WIDTH, _NOTE_LINE_HEIGHT, _NOTE_LINE_DIGITS = 340, 18, 42
#: The distance of a note's box from its cell, in points, and the width of a digit per point of font size.
_NOTE_GAP, _DIGIT_WIDTH = 6, 0.556


def to_xlsx(layout: WorkbookLayout, template: Template, created: datetime.date) -> bytes:
    """Write the workbook as the bytes of an .xlsx file; the same layout gives the same bytes.

    Args:
        layout: the cells and their addresses.
        template: provides the look.
        created: the date in the file's properties; that of the period, so that nothing depends on the clock.
    """
    book = styles.styled_book(template, has_last_period=layout.last_period_date is not None)
    writer = _SheetWriter(book, template)
    for sheet in layout.sheets:
        writer.write(sheet)
        _write_notes(book[sheet.name], sheet, layout.note_author)
    for name, reference in layout.defined_names.items():
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    sheets.set_properties(book, layout.title, layout.author, created)
    # Totals must be right in the program that opens the file, even if the one before did not recalculate them.
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    formula_values = {archive.sheet_part_path(book, sheet.name): _formula_values(sheet) for sheet in layout.sheets}
    note_positions = [_note_positions(sheet, template.look.size) for sheet in layout.sheets if sheet.notes]
    return archive.to_bytes(book, formula_values, note_positions)


def _formula_values(sheet: SheetLayout) -> dict[str, object]:
    return {address(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}


class _SheetWriter:
    """Writes the sheets of one workbook."""

    def __init__(self, book: ExcelWorkbook, template: Template) -> None:
        self.book = book
        self.template = template
        self.style_arrays: dict[str, Any] = {}

    def write(self, sheet: SheetLayout) -> None:
        worksheet: Worksheet = self.book.create_sheet(sheet.name)
        self._write_cells(worksheet, sheet)
        _set_sizes(worksheet, sheet)
        _set_view(worksheet, sheet)
        _set_print_options(worksheet, sheet)
        _protect(worksheet)
        _add_dropdowns(worksheet, sheet)
        self._add_status_colours(worksheet, sheet)
        if sheet.role == "facts":
            worksheet.sheet_state = "hidden"

    def _write_cells(self, worksheet: Worksheet, sheet: SheetLayout) -> None:
        for cell in sheet.cells:
            target: Any = worksheet.cell(cell.row, cell.column)
            self._set_style(target, cell.style)
            if cell.formula:
                target.value = f"={cell.formula}"
            elif isinstance(cell.value, str):
                sheets.write_text(target, cell.value)
            else:
                _set_value(target, cell.value)
            if cell.link:
                target.hyperlink = Hyperlink(ref=target.coordinate, location=cell.link, display=str(cell.value))

    def _set_style(self, target: Any, style: str) -> None:
        """Set the named style of a cell, looked up once, then shared: a lookup per cell takes three times as long."""
        style_array = self.style_arrays.get(style)
        if style_array is None:
            target.style = style
            self.style_arrays[style] = target._style
        else:
            target._style = style_array

    def _add_status_colours(self, worksheet: Worksheet, sheet: SheetLayout) -> None:
        for ranges, multiline in ((sheet.status_ranges, False), (sheet.last_status_ranges, True)):
            for first_cell in (range_.split(":")[0] for range_ in ranges[:1]):
                for rule in styles.status_rules(self.template, first_cell, multiline=multiline):
                    worksheet.conditional_formatting.add(" ".join(ranges), rule)


def _set_value(target: Any, value: object) -> None:
    number_format = target.number_format
    if value is not None:
        target.value = value
        if isinstance(value, datetime.date) and target.number_format != number_format:
            target.number_format = number_format


def _write_notes(worksheet: Worksheet, sheet: SheetLayout, author: str) -> None:
    """Write the notes on their cells, each box as high as its text."""
    for cell, text in sheet.notes.items():
        note_text = clean_for_office(text)
        height = _NOTE_LINE_HEIGHT * (len(lines_of(note_text, _NOTE_LINE_DIGITS)) + 1)
        worksheet[cell].comment = Comment(note_text, clean_for_office(author), height=height, width=_NOTE_WIDTH)


def _note_positions(sheet: SheetLayout, font_size: float) -> dict[str, tuple[int, int]]:
    """Return the positions of the boxes of notes: right of their cells, as far as widths are known (`text_metrics`)."""
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
    # openpyxl selects the first sheet that it created, which has been removed.
    view.tabSelected = sheet.role == "front"
    if sheet.heading_row:
        sheets.freeze_rows(worksheet, sheet.heading_row, sheet.active_cell)


def _set_print_options(worksheet: Worksheet, sheet: SheetLayout) -> None:
    sheets.set_up_page(worksheet, on_one_page=sheet.role == "front")
    if sheet.role == "facts":
        return  # a hidden sheet with a print area is printed by LibreOffice
    # Without it a long title, which runs over the columns to its right, would shrink the whole page to its width.
    worksheet.print_area = f"A1:{address(max(cell.row for cell in sheet.cells), sheet.last_printed_column)}"
    if sheet.heading_row:
        worksheet.print_title_rows = f"1:{sheet.heading_row}"


def _protect(worksheet: Worksheet) -> None:
    """Lock all but the answer cells, without a password; rows and columns can still be resized."""
    worksheet.protection.sheet = True
    worksheet.protection.formatRows = worksheet.protection.formatColumns = False


def _add_dropdowns(worksheet: Worksheet, sheet: SheetLayout) -> None:
    for dropdown in sheet.dropdowns:
        title = dropdown.prompt_title if dropdown.prompt else ""
        sheets.add_validation(worksheet, replace(dropdown, prompt_title=title))
