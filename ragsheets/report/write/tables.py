"""The tables of the report as WordprocessingML, built fast from prototypes.

What is the same in every row (widths, shading, styles) is put into words once, when `Tables` is made; a row
is then its cells' text between those prototypes. Text, and not a tree of elements: for 4,800 task rows the
whole writer adds 28 MiB to the process, where copied lxml rows of bare text alone add 83 MiB and take about
as long.

Measures are twentieths of a point, as in WordprocessingML ("dxa"). What an element means and where it stands
among its siblings is said under its name in ECMA-376 part 1, 17.3 (paragraphs) and 17.4 (tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise, zip_longest

from ragsheets.report.write.content import (
    TREND,
    ActionTable,
    OutcomeBlock,
    ReportCell,
    ReportColumn,
    ReportTable,
    StatusCount,
)
from ragsheets.report.write.xml import (
    HEADING_STYLE,
    NUMBER_STYLE,
    STATUS_STYLE,
    TEXT_STYLE,
    escape_attribute,
    link_paragraph,
    paragraph,
    paragraphs,
)
from ragsheets.template.model import Column, Template, TemplateLook
from ragsheets.workbook.text_metrics import font_width_factor

#: The id of the style of tables.
TABLE_STYLE = "ReportTable"

#: Space between a cell's edge and its text, left and right.
CELL_MARGIN = 110

#: Parts of the text width that an outcome's header lines, labels and counts take, much as in the 2008 layout.
_DETAILS_WIDTH_SHARES = (0.40, 0.26, 0.08)

#: A word that a column of dates must have room for.
_LONGEST_MONTH = "September"

#: Where a line may end; the other blanks hold together what stands beside them.
_LINE_BREAKS = re.compile(r"[ \n]+")

#: A column of running text is read with ease where it has room for words like this one.
_LEGIBLE_WORD = "department"

_BOLD = "<w:b/><w:bCs/>"
_KEEP_WITH_NEXT = "<w:keepNext/>"


# --------------------------------------------------------------------------------------------------- widths


def column_widths(preferred_widths: Sequence[float], min_widths: Sequence[float], total_width: int) -> list[int]:
    """Share `total` among columns in proportion to `wanted`, none getting less than its `least`.

    Where the least widths alone are too much, `total` is shared out in proportion to them. The widths are
    whole numbers that add up to `total` exactly, so that grid and cells agree.
    """
    if sum(min_widths) >= total_width:
        preferred_widths, min_widths = min_widths, [0.0] * len(min_widths)
    widths: list[float] = []
    narrow: set[int] = set()
    found = set(narrow)
    while not widths or found - narrow:  # a column set to its least takes room from the others: look again
        narrow |= found
        room = total_width - sum(min_widths[place] for place in narrow)
        share = room / (sum(width for place, width in enumerate(preferred_widths) if place not in narrow) or 1)
        widths = [
            min_widths[place] if place in narrow else width * share for place, width in enumerate(preferred_widths)
        ]
        found = {place for place, width in enumerate(widths) if width < min_widths[place]}
    return _widths_between([round(edge) for edge in accumulate(widths)])


def _widths_between(edges: Sequence[int]) -> list[int]:
    """The widths of columns whose right edges these are."""
    return [right - left for left, right in pairwise([0, *edges])]


def _word_width(text: str, look: TemplateLook, points_smaller: float = 0, *, whole_text: bool = False) -> float:
    """About how wide the longest word of `text` is in bold type, or the `whole` of it; cell margins included.

    The type is of the look's font and size, less `smaller` points. In Arial and its like a bold capital is 0.72 em
    wide on average, a small letter or a digit 0.58 em and a blank or bracket 0.33 em; a little is added.
    """
    words = [text] if whole_text else _LINE_BREAKS.split(text)
    longest = max(sum(0.36 if sign in " ()" else 0.76 if sign.isupper() else 0.62 for sign in word) for word in words)
    return longest * (look.size - points_smaller) * font_width_factor(look.font) * 20 + 2 * CELL_MARGIN


# --------------------------------------------------------------------------------------------------- tables


class TableWriter:
    """Writes the tables of one report in the look of one template.

    `columns` are those of the task tables; `width` is the text width of the page (twentieths of a point).
    """

    def __init__(self, template: Template, columns: Sequence[Column], width: int) -> None:
        self._wording = template.wording
        self._look = template.look
        self._statuses = template.statuses
        self._task_columns = columns
        self._text_width = width
        self._status_colours = {
            status.code: (status.fill, f'<w:color w:val="{status.ink}"/>') for status in template.statuses
        }
        least = self._min_task_widths()
        legible = _word_width(_LEGIBLE_WORD, self._look, 1)
        #: How wide a page's text must be for the task tables to be read with ease.
        self.needed_width = sum(
            max(width, legible) if column.kind == "text" else width
            for width, column in zip(least, columns, strict=True)
        )
        self._task_widths = column_widths([column.width for column in columns], least, width)
        self._prepare_tasks()
        self._prepare_details()

    def task_table(self, table: ActionTable, title: str) -> str:
        """The task table of an action, a column for each of the template's.

        `title` tells those who cannot see the table what it is. Raises KeyError for an unknown status.
        """
        rows = "".join([self._task_row(row) for row in table.rows])
        return (
            f"{_table_opening(title, self._task_description, self._task_widths)}{self._task_heading_row}{rows}</w:tbl>"
        )

    def outcome_details(self, block: OutcomeBlock) -> str:
        """An outcome's header lines, and beside them the summary of its tasks; its last line is the total."""
        pairs = list(zip_longest(block.details, block.summary, fillvalue=None))
        total = block.summary[-1] if block.summary else None
        rows = "".join(
            self._details_row(_panel_borders(place, len(pairs)), line, count, is_total=count is total)
            for place, (line, count) in enumerate(pairs)
        )
        title = f"{block.heading} – {self._wording.summary}"
        opening = _table_opening(title, self._details_description, self._details_widths)
        return f"{opening}{self._details_heading_row}{rows}</w:tbl>"

    def plain_table(self, table: ReportTable) -> str:
        """A table of any kind; its last row may be a total."""
        least = [_word_width(column.text, self._look, 1) for column in table.columns]
        for place, column in enumerate(table.columns):
            if column.kind != "text":
                # A count and its part of all, "4 (40%)", read as one.
                whole = column.kind == "number"
                widths_of = (_word_width(row[place].text, self._look, 1, whole_text=whole) for row in table.rows)
                least[place] = max([least[place], *widths_of])
        widths = column_widths(
            [column.width for column in table.columns], least, round(self._text_width * table.width_share)
        )
        pairs = list(zip(widths, table.columns, strict=True))
        heading = [self._plain_heading_cell(width, column) for width, column in pairs]
        rows = [
            _row_xml(
                [
                    self._plain_cell(width, column.kind, cell, is_total=table.has_total_row and row is table.rows[-1])
                    for (width, column), cell in zip(pairs, row, strict=True)
                ]
            )
            for row in table.rows
        ]
        opening = _table_opening(table.title, _joined_headings(column.text for column in table.columns), widths)
        return f"{opening}{_row_xml(heading, is_heading=True)}{''.join(rows)}</w:tbl>"

    # -- task tables

    def _min_task_widths(self) -> list[float]:
        """What each column of the task tables needs for its heading, a status, a month, a choice, a direction."""
        wording = self._wording
        stands_in = wording.returned_as.format(found="").split()[:1]
        ways = (wording.travel_improved, wording.travel_worsened, wording.travel_unchanged, wording.travel_unknown)
        always = {
            "status": [*self._status_colours, wording.not_reported, *(f"({word}" for word in stands_in)],
            "date": [_LONGEST_MONTH],
            TREND: [*ways, *self._status_colours],
        }
        wanted = [
            " ".join(
                [column.heading, *always.get(column.kind, []), *always.get(column.key, []), *(column.choices or ())]
            )
            for column in self._task_columns
        ]
        return [_word_width(words, self._look, 1) for words in wanted]

    def _prepare_tasks(self) -> None:
        pairs = list(zip(self._task_widths, self._task_columns, strict=True))
        cells = [self._heading_cell(width, column.heading, _column_style(column)) for width, column in pairs]
        self._task_heading_row = _row_xml(cells, is_heading=True)
        self._task_description = _joined_headings(column.heading for column in self._task_columns)
        fills = {code: fill for code, (fill, _) in self._status_colours.items()}
        self._task_cell_prototypes = [
            (
                _cell_opening(width),
                _column_style(column),
                {code: _cell_opening(width, fill) for code, fill in fills.items()},
            )
            for width, column in pairs
        ]

    def _task_row(self, row: Sequence[ReportCell]) -> str:
        parts = [_ROW_OPENING]
        for cell, (opening, style, coloured) in zip(row, self._task_cell_prototypes, strict=True):
            if cell.status is None:
                parts += (opening, paragraphs(cell.text, style), "</w:tc>")
            else:
                content = paragraphs(
                    cell.text, STATUS_STYLE, run_properties=_BOLD + self._status_colours[cell.status][1]
                )
                parts += (coloured[cell.status], content, "</w:tc>")
        parts.append("</w:tr>")
        return "".join(parts)

    # -- header lines and summary of an outcome

    def _prepare_details(self) -> None:
        words = (self._wording.report_outcome_details, self._wording.summary, self._wording.report_count)
        least = _word_width(words[2], self._look, 1)
        shares = [*_DETAILS_WIDTH_SHARES[:2], max(_DETAILS_WIDTH_SHARES[2], least / self._text_width)]
        self._details_widths = self._aligned_to_task_edges(shares)
        if self._details_widths[2] < least:
            self._details_widths = _widths_between([round(place * self._text_width) for place in accumulate(shares)])
        styles = (HEADING_STYLE, HEADING_STYLE, NUMBER_STYLE)
        triples = zip(self._details_widths, words, styles, strict=True)
        self._details_heading_row = _row_xml([self._heading_cell(*triple) for triple in triples], is_heading=True)
        self._details_description = _joined_headings(words)

    def _aligned_to_task_edges(self, shares: Sequence[float]) -> list[int]:
        """Widths of about these shares, edges falling on the task table's below where they come near them."""
        edges = list(accumulate(self._task_widths))
        near = self._text_width * 0.03
        taken = []
        for share in accumulate(shares):
            place = round(share * self._text_width)
            nearest = min((abs(edge - place), edge) for edge in edges)[1]
            taken.append(nearest if abs(nearest - place) < near else place)
        return _widths_between(taken)

    def _details_row(self, borders: str, header_line: str | None, count: StatusCount | None, *, is_total: bool) -> str:
        """A row that stays with the next one: the block is neither torn apart nor left without its tasks."""
        first, second, third = self._details_widths
        left = _cell_xml(
            first, paragraph(TEXT_STYLE, header_line or "", paragraph_properties=_KEEP_WITH_NEXT), borders=borders
        )
        if count is None:
            blank = paragraph(TEXT_STYLE, "", paragraph_properties=_KEEP_WITH_NEXT)
            return _row_xml([left, _cell_xml(second, blank), _cell_xml(third, blank)])
        look, fill = (_BOLD, self._look.panel_fill) if is_total else ("", "")
        label_fill, label_look = self._status_colours[count.status] if count.status is not None else (fill, look)
        label = paragraph(TEXT_STYLE, count.label, paragraph_properties=_KEEP_WITH_NEXT, run_properties=label_look)
        number = paragraph(NUMBER_STYLE, str(count.count), paragraph_properties=_KEEP_WITH_NEXT, run_properties=look)
        return _row_xml([left, _cell_xml(second, label, label_fill), _cell_xml(third, number, fill)])

    # -- tables of any kind

    def _plain_heading_cell(self, width: int, column: ReportColumn) -> str:
        if column.status is None:
            return self._heading_cell(width, column.text, _STYLE_BY_KIND.get(column.kind, TEXT_STYLE))
        return self._status_cell(width, column.text, column.status, paragraph_properties=_KEEP_WITH_NEXT)

    def _plain_cell(self, width: int, kind: str, cell: ReportCell, *, is_total: bool) -> str:
        if cell.status is not None:
            return self._status_cell(width, cell.text, cell.status)
        look, fill = (_BOLD, self._look.panel_fill) if is_total else ("", "")
        style = _STYLE_BY_KIND.get(kind, TEXT_STYLE)
        if cell.target:
            # The colour outright: in tables LibreOffice takes the document's own for that of the style of links.
            ink = f'<w:color w:val="{self._look.link_ink}"/>'
            return _cell_xml(width, link_paragraph(style, cell.text, cell.target, run_properties=ink), fill)
        return _cell_xml(width, paragraphs(cell.text, style, run_properties=look), fill)

    # -- cells

    def _heading_cell(self, width: int, text: str, column_style: str = HEADING_STYLE) -> str:
        """A cell of a heading row, centred where what stands below it in that style is."""
        layout = '<w:jc w:val="center"/>' if column_style in (NUMBER_STYLE, STATUS_STYLE) else ""
        return _cell_xml(
            width,
            paragraph(HEADING_STYLE, text, paragraph_properties=layout),
            self._look.heading_fill,
            centre_vertically=True,
        )

    def _status_cell(self, width: int, text: str, status: str, paragraph_properties: str = "") -> str:
        fill, ink = self._status_colours[status]
        return _cell_xml(
            width,
            paragraph(STATUS_STYLE, text, paragraph_properties=paragraph_properties, run_properties=_BOLD + ink),
            fill,
            centre_vertically=True,
        )


#: The style of what stands in a column, by its kind.
_STYLE_BY_KIND = {"status": STATUS_STYLE, "number": NUMBER_STYLE}


def _column_style(column: Column) -> str:
    return _STYLE_BY_KIND.get(column.kind, TEXT_STYLE)


def _joined_headings(words: Iterable[str]) -> str:
    return "; ".join(words)


# ------------------------------------------------------------------------------------- rows, cells, openings

#: The opening of an ordinary row: `cantSplit` keeps it on one page unless it is taller than a page.
_ROW_OPENING = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"


def _row_xml(cells: Iterable[str], *, is_heading: bool = False) -> str:
    """A row; a heading row is repeated on every page."""
    opening = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_heading else _ROW_OPENING
    return f"{opening}{''.join(cells)}</w:tr>"


def _cell_opening(width: int, fill: str = "", borders: str = "", centre_vertically: bool = False) -> str:
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    upright = '<w:vAlign w:val="center"/>' if centre_vertically else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}{shading}{upright}</w:tcPr>'


def _cell_xml(width: int, content: str, fill: str = "", borders: str = "", centre_vertically: bool = False) -> str:
    return f"{_cell_opening(width, fill, borders, centre_vertically)}{content}</w:tc>"


def _panel_borders(index: int, count: int) -> str:
    """Borders that make one panel of the `count` cells of a column, by leaving out the lines between them."""
    top = '<w:top w:val="nil"/>' if index else ""
    bottom = '<w:bottom w:val="nil"/>' if index < count - 1 else ""
    return f"<w:tcBorders>{top}{bottom}</w:tcBorders>" if top or bottom else ""


def _table_opening(title: str, description: str, widths: Sequence[int]) -> str:
    """The start of a table of fixed column widths; a screen reader says `title` and `about` of it."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{TABLE_STYLE}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape_attribute(title)}"/>'
        f'<w:tblDescription w:val="{escape_attribute(description)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
