"""What every .xlsx file that ragsheets writes has in common: properties, page set-up, styles, validations, plain texts.

Each writer says what is its own: its cells, its columns, and which of these it uses.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.datetime import to_excel
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.views import Pane, Selection

from ragsheets.formats.a1 import column_letter
from ragsheets.text import clean_for_office
from ragsheets.workbook.text_metrics import height_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from ragsheets.template.model import TemplateLook

#: The first year whose days Excel counts correctly: it gives 1900 a 29th of February.
FIRST_EXCEL_YEAR = 1901
#: The number formats: "@" keeps what is typed as text, so that "Oct 08" becomes no date and 2.10 stays 2.10.
TEXT_FORMAT, DATE_FORMAT = "@", "d mmmm yyyy"
LANGUAGE = "en-GB"
_A4 = 9  # ECMA-376 part 1, 18.3.1.63: paperSize
#: The share of a column's width that is usable for bold text.
_BOLD_WIDTH_FACTOR = 0.95


def empty_book(look: TemplateLook) -> Workbook:
    """Return a workbook without sheets whose Normal style has the look's font."""
    book: Any = Workbook()
    book.remove(book.worksheets[0])
    # The font of the Normal style is the first of the list; its digits are the unit of column widths.
    book._fonts = IndexedList([Font(name=look.font, size=look.size, color=argb(look.text_ink))])
    return cast(Workbook, book)


def set_properties(book: Workbook, title: str, author: str, created: datetime.date) -> None:
    """Set the properties of the file; none depends on the clock, so that the same input gives the same bytes."""
    properties, moment = book.properties, datetime.datetime.combine(created, datetime.time())
    properties.title, properties.language = clean_for_office(title), LANGUAGE
    properties.creator = properties.lastModifiedBy = clean_for_office(author)
    properties.created = properties.modified = moment


def set_up_page(worksheet: Worksheet, *, on_one_page: bool = False) -> None:
    """Set a sheet to be printed on A4 landscape in its full width, with its name and the page at the foot."""
    worksheet.page_setup.orientation, worksheet.page_setup.paperSize = "landscape", _A4
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, int(on_one_page)
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    footer: Any = worksheet.oddFooter
    footer.left.text, footer.right.text = "&A", "&P / &N"


def freeze_rows(worksheet: Worksheet, last_row: int, active_cell: str) -> None:
    """Keep the rows down to `last_row` in view, with the cursor in `active_cell`."""
    view = worksheet.sheet_view
    view.pane = Pane(ySplit=last_row, topLeftCell=f"A{last_row + 1}", activePane="bottomLeft", state="frozen")
    view.selection = [Selection(pane="bottomLeft", activeCell=active_cell, sqref=active_cell)]


def write_headings(worksheet: Worksheet, headings: Iterable[tuple[str, float]], style: str, font_size: float) -> None:
    """Write headings with the widths of their columns into the first row, which is as high as they need."""
    headings = list(headings)
    for column, (text, width) in enumerate(headings, 1):
        write_text(worksheet.cell(1, column), text, style)
        worksheet.column_dimensions[column_letter(column)].width = width
    usable_widths = [(text, width * _BOLD_WIDTH_FACTOR) for text, width in headings]
    worksheet.row_dimensions[1].height = height_of(usable_widths, font_size)


def write_text(cell: Any, text: str, style: str = "") -> None:
    """Write a text into a cell, whatever it looks like."""
    if style:
        cell.style = style
    if text := clean_for_office(text):
        # Set directly: openpyxl turns text that begins with an equals sign into a formula.
        cell._value, cell.data_type = text, "s"


def add_validation(
    worksheet: Worksheet,
    ranges: str,
    *,
    source: str = "",
    title: str = "",
    prompt: str = "",
    error_title: str = "",
    error: str = "",
    rejects_others: bool = True,
) -> None:
    """Add a prompt shown when one of these cells is selected, and the list to pick from.

    Args:
        worksheet: the sheet.
        ranges: the ranges of the cells, separated by blanks.
        source: the source of the list, "" for none.
        title: the title of the prompt.
        prompt: the prompt, "" for none.
        error_title: the title of the message for values not in the list.
        error: that message.
        rejects_others: whether values not in the list are rejected.
    """
    rule = DataValidation(
        type="list" if source else None,
        formula1=source or None,
        allow_blank=True,
        showInputMessage=bool(prompt or title),
        showErrorMessage=bool(source) and rejects_others,
        promptTitle=title or None,
        prompt=prompt or None,
        errorTitle=error_title or None,
        error=error or None,
        sqref=ranges,
    )
    worksheet.add_data_validation(rule)


# ---------------------------------------------------------------------------------------------------------- styles


def named_style(
    name: str,
    look: TemplateLook,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    ink: str | None = None,
    fill: str | None = None,
    border: Border | None = None,
    horizontal: str | None = None,
    padded: bool = False,
    vertical: str = "top",
    wrap: bool = False,
    locked: bool = True,
    number_format: str = "General",
) -> NamedStyle:
    """Return a style in the look's font, with colours as in a template; text beside a border has a little space."""
    # Centred cells have enough space.
    padded = padded or (border is not None and horizontal in (None, "left"))
    return NamedStyle(
        name=name,
        font=Font(
            name=look.font,
            size=size or look.size,
            bold=bold,
            italic=italic,
            underline="single" if underline else None,
            color=argb(ink or look.text_ink),
        ),
        fill=PatternFill("solid", fgColor=argb(fill)) if fill else PatternFill(),
        border=border or Border(),
        alignment=Alignment(
            horizontal="left" if padded else horizontal, vertical=vertical, wrap_text=wrap, indent=int(padded)
        ),
        protection=Protection(locked=locked),
        number_format=number_format,
    )


def table_style(
    name: str,
    look: TemplateLook,
    number_format: str = "General",
    *,
    bold: bool = False,
    ink: str | None = None,
    fill: str | None = None,
) -> NamedStyle:
    """Return the style of a ruled table's cells, which show long texts whole."""
    return named_style(
        name, look, number_format=number_format, bold=bold, ink=ink, fill=fill, border=box(look.rule), wrap=True
    )


def box(ink: str, style: Literal["thin", "thick", "mediumDashed"] = "thin") -> Border:
    """Return a border with the same line on all four sides."""
    side = Side(style=style, color=argb(ink))
    return Border(left=side, right=side, top=side, bottom=side)


def styled_cell(book: Workbook, name: str) -> Any:
    """Return a cell outside the sheets in a named style, from which the style's numbers can be taken."""
    cell: Any = Cell(book.worksheets[0], 1, 1)
    cell.style = name
    return cell


def formula_rule(
    formula: str,
    *,
    ink: str = "",
    fill: str = "",
    bold: bool | None = None,
    italic: bool | None = None,
    border: Border | None = None,
    stops: bool | None = None,
) -> Rule:
    """Return the rule that gives cells this look while the formula is true.

    A formula, as LibreOffice drops rules of the other kind (on cell values) when it saves as .xls.
    """
    look = DifferentialStyle(
        font=Font(color=argb(ink), bold=bold, italic=italic) if ink else None,
        fill=PatternFill(bgColor=argb(fill), fill_type="solid") if fill else None,
        border=border,
    )
    return Rule(type="expression", dxf=look, formula=[formula], stopIfTrue=stops)


def border_above(ink: str, rule_ink: str) -> Border:
    """Return a border whose upper line has another colour; LibreOffice removes the sides that a rule omits."""
    side, top_side = (Side(style="thin", color=argb(colour)) for colour in (rule_ink, ink))
    return Border(left=side, right=side, bottom=side, top=top_side)


def argb(colour: str) -> str:
    """Return a template's colour as openpyxl expects it."""
    return f"FF{colour}"


def serial_number(date: datetime.date) -> float:
    """Return the number by which Excel stores a date or a time."""
    return float(to_excel(date))  # type: ignore[no-untyped-call]
