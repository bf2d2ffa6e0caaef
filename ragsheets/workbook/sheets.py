"""What every .xlsx file that ragsheets writes has in common: properties, page set-up, styles, validations, plain texts.

Each writer defines its own cells and columns, and chooses which of these it uses.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
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
    from ragsheets.workbook.layout import Dropdown

#: The first year whose days Excel counts correctly: it gives 1900 a 29th of February.
FIRST_EXCEL_YEAR = 1901
#: The number formats: "@" keeps what is typed as text, so that "Oct 08" does not become a date and 2.10 stays 2.10.
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


def add_validation(worksheet: Worksheet, dropdown: Dropdown, *, rejects_others: bool = True) -> None:
    """Add the prompt and the list of these cells; `rejects_others` is whether values not in the list are rejected."""
    rule = DataValidation(
        type="list" if dropdown.source else None,
        formula1=dropdown.source or None,
        allow_blank=True,
        showInputMessage=bool(dropdown.prompt or dropdown.prompt_title),
        showErrorMessage=bool(dropdown.source) and rejects_others,
        promptTitle=dropdown.prompt_title or None,
        prompt=dropdown.prompt or None,
        errorTitle=dropdown.error_title or None,
        error=dropdown.error or None,
        sqref=" ".join(dropdown.ranges),
    )
    worksheet.add_data_validation(rule)


# ---------------------------------------------------------------------------------------------------------- styles


@dataclass(frozen=True, slots=True)
class CellLook:
    """What a style of cells has of its own: its number format, and what differs from plain text in a template's look.

    Colours are written as in a template. Text beside a border has a little space, and so has `padded` text.
    """

    number_format: str = "General"
    bold: bool = False
    italic: bool = False
    underline: bool = False
    ink: str | None = None
    fill: str | None = None
    border: Border | None = None
    horizontal: str | None = None
    padded: bool = False
    vertical: str = "top"
    wrap: bool = False
    locked: bool = True


def named_style(name: str, look: TemplateLook, cells: CellLook, size: float | None = None) -> NamedStyle:
    """Return a style in the look's font, of its usual size or of `size` in points."""
    # Centred cells have enough space.
    padded = cells.padded or (cells.border is not None and cells.horizontal in (None, "left"))
    return NamedStyle(
        name=name,
        font=Font(
            name=look.font,
            size=size or look.size,
            bold=cells.bold,
            italic=cells.italic,
            underline="single" if cells.underline else None,
            color=argb(cells.ink or look.text_ink),
        ),
        fill=PatternFill("solid", fgColor=argb(cells.fill)) if cells.fill else PatternFill(),
        border=cells.border or Border(),
        alignment=Alignment(
            horizontal="left" if padded else cells.horizontal,
            vertical=cells.vertical,
            wrap_text=cells.wrap,
            indent=int(padded),
        ),
        protection=Protection(locked=cells.locked),
        number_format=cells.number_format,
    )


def table_style(name: str, look: TemplateLook, number_format: str = "General", **more: Any) -> NamedStyle:
    """Return the style of a ruled table's cells, which show long texts whole; `more` as in `CellLook`."""
    return named_style(name, look, CellLook(number_format, border=box(look.rule), wrap=True, **more))


def box(ink: str, style: Literal["thin", "thick", "mediumDashed"] = "thin") -> Border:
    """Return a border with the same line on all four sides."""
    side = Side(style=style, color=argb(ink))
    return Border(left=side, right=side, top=side, bottom=side)


def styled_cell(book: Workbook, name: str) -> Any:
    """Return a cell outside the sheets in a named style; the style's numbers can be copied from it."""
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
    """Return the number that Excel stores for a date or a time."""
    return float(to_excel(date))  # type: ignore[no-untyped-call]
