"""The tables of the report as WordprocessingML, built fast from prototypes.

The parts that are equal in every row (widths, shading, styles) are written once, when a `TableWriter` is created; a
row is then the text of its cells between those prototypes. The tables are text and not a tree of elements: for 4,800
task rows the whole writer adds 28 MiB to the process, where copied lxml rows of text alone add 83 MiB and take about
as long.

Measures are twentieths of a point, as in WordprocessingML ("dxa"). ECMA-376 part 1, 17.3 (paragraphs) and 17.4
(tables) describe each element, and its order among its siblings, under its name.
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

#: The shares of the text width for an outcome's header lines, labels and counts, much as in the 2008 layout.
_DETAILS_WIDTH_SHARES = (0.40, 0.26, 0.08)

#: A word that a column of dates must be wide enough for.
_LONGEST_MONTH = "September"

#: The characters where a line may break; other spaces are non-breaking.
_LINE_BREAKS = re.compile(r"[ \n]+")

#: A column of running text is easy to read where it is wide enough for words like this one.
_LEGIBLE_WORD = "department"

_BOLD = "<w:b/><w:bCs/>"
_KEEP_WITH_NEXT = "<w:keepNext/>"


# --------------------------------------------------------------------------------------------------- widths


def column_widths(preferred_widths: Sequence[float], min_widths: Sequence[float], total_width: int) -> list[int]:
    """Divide a total width among columns in proportion to preferred widths, none less than its minimum.

    Where the minimum widths alone exceed `total_width`, it is divided in proportion to them. The widths are whole
    numbers that add up to `total_width` exactly, so that grid and cells agree.
    """
    if sum(min_widths) >= total_width:
        preferred_widths, min_widths = min_widths, [0.0] * len(min_widths)
    widths: list[float] = []
    fixed_columns: set[int] = set()
    narrow_columns: set[int] = set()
    # A column set to its minimum leaves less for the others, so repeat.
    while not widths or narrow_columns - fixed_columns:
        fixed_columns |= narrow_columns
        remaining_width = total_width - sum(min_widths[index] for index in fixed_columns)
        share = remaining_width / (
            sum(width for index, width in enumerate(preferred_widths) if index not in fixed_columns) or 1
        )
        widths = [
            min_widths[index] if index in fixed_columns else width * share
            for index, width in enumerate(preferred_widths)
        ]
        narrow_columns = {index for index, width in enumerate(widths) if width < min_widths[index]}
    return _widths_between([round(edge) for edge in accumulate(widths)])


def _widths_between(edges: Sequence[int]) -> list[int]:
    """Return the widths of the columns with these right edges."""
    return [right - left for left, right in pairwise([0, *edges])]


def _word_width(text: str, look: TemplateLook, points_smaller: float = 0, *, whole_text: bool = False) -> float:
    """Return the approximate width of the longest word of `text`, or of the whole text, in bold with cell margins.

    The font is that of the look, its size reduced by `points_smaller`. In Arial and similar fonts a bold capital is on
    average 0.72 em wide, a small letter or a digit 0.58 em and a space or bracket 0.33 em; a little is added.
    """
    words = [text] if whole_text else _LINE_BREAKS.split(text)
    longest_ems = max(
        sum(0.36 if character in " ()" else 0.76 if character.isupper() else 0.62 for character in word)
        for word in words
    )
    return longest_ems * (look.size - points_smaller) * font_width_factor(look.font) * 20 + 2 * CELL_MARGIN


# --------------------------------------------------------------------------------------------------- tables


class TableWriter:
    """Writer of the tables of one report.

    Args:
        template: the template with wording, look and statuses.
        columns: the columns of the task tables.
        width: the text width of the page, in twentieths of a point.
    """

    def __init__(self, template: Template, columns: Sequence[Column], width: int) -> None:
        self._wording = template.wording
        self._look = template.look
        self._task_columns = columns
        self._text_width = width
        self._status_colours = {
            status.code: (status.fill, f'<w:color w:val="{status.ink}"/>') for status in template.statuses
        }
        min_widths = self._min_task_widths()
        legible_width = _word_width(_LEGIBLE_WORD, self._look, 1)
        #: The text width of the page at which the task tables are easy to read.
        self.needed_width = sum(
            max(width, legible_width) if column.kind == "text" else width
            for width, column in zip(min_widths, columns, strict=True)
        )
        self._task_widths = column_widths([column.width for column in columns], min_widths, width)
        self._prepare_tasks()
        self._prepare_details()

    def task_table(self, table: ActionTable, title: str) -> str:
        """Return the task table of an action.

        `title` is the table's alternative text. Raises KeyError for an unknown status.
        """
        rows = "".join([self._task_row(row) for row in table.rows])
        opening = _table_opening(title, [column.heading for column in self._task_columns], self._task_widths)
        return f"{opening}{self._task_heading_row}{rows}</w:tbl>"

    def outcome_details(self, block: OutcomeBlock) -> str:
        """Return a table of an outcome's header lines beside the summary of its tasks, whose last line is the total."""
        pairs = list(zip_longest(block.details, block.summary, fillvalue=None))
        total = block.summary[-1] if block.summary else None
        rows = "".join(
            self._details_row(_panel_borders(index, len(pairs)), line, count, is_total=count is total)
            for index, (line, count) in enumerate(pairs)
        )
        title = f"{block.heading} – {self._wording.summary}"
        opening = _table_opening(title, self._details_headings, self._details_widths)
        return f"{opening}{self._details_heading_row}{rows}</w:tbl>"

    def plain_table(self, table: ReportTable) -> str:
        """Return a table of any kind; its last row may be a total."""
        min_widths = [_word_width(column.text, self._look, 1) for column in table.columns]
        for index, column in enumerate(table.columns):
            if column.kind != "text":
                # A count and its share, "4 (40%)", are not broken.
                whole_text = column.kind == "number"
                cell_widths = (_word_width(row[index].text, self._look, 1, whole_text=whole_text) for row in table.rows)
                min_widths[index] = max([min_widths[index], *cell_widths])
        widths = column_widths(
            [column.width for column in table.columns], min_widths, round(self._text_width * table.width_share)
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
        opening = _table_opening(table.title, [column.text for column in table.columns], widths)
        return f"{opening}{_row_xml(heading, is_heading=True)}{''.join(rows)}</w:tbl>"

    # -- task tables

    def _min_task_widths(self) -> list[float]:
        """Return each task column's minimum width: for its heading, a status, a month, a choice or a direction."""
        wording = self._wording
        returned_as_words = wording.returned_as.format(found="").split()[:1]
        direction_words = (
            wording.travel_improved,
            wording.travel_worsened,
            wording.travel_unchanged,
            wording.travel_changed,
            wording.travel_new,
            wording.travel_unknown,
        )
        longest_texts = {
            "status": [*self._status_colours, wording.not_reported, *(f"({word}" for word in returned_as_words)],
            "date": [_LONGEST_MONTH],
            TREND: [*direction_words, *self._status_colours],
        }
        column_texts = [
            " ".join(
                [
                    column.heading,
                    *longest_texts.get(column.kind, []),
                    *longest_texts.get(column.key, []),
                    *(column.choices or ()),
                ]
            )
            for column in self._task_columns
        ]
        return [_word_width(text, self._look, 1) for text in column_texts]

    def _prepare_tasks(self) -> None:
        pairs = list(zip(self._task_widths, self._task_columns, strict=True))
        cells = [self._heading_cell(width, column.heading, _style_of(column.kind)) for width, column in pairs]
        self._task_heading_row = _row_xml(cells, is_heading=True)
        self._task_cell_prototypes = [
            (
                _cell_opening(width),
                _style_of(column.kind),
                {code: _cell_opening(width, fill) for code, (fill, _) in self._status_colours.items()},
            )
            for width, column in pairs
        ]

    def _task_row(self, row: Sequence[ReportCell]) -> str:
        parts = [_ROW_OPENING]
        for cell, (opening, style, status_openings) in zip(row, self._task_cell_prototypes, strict=True):
            if cell.status is None:
                parts += (opening, paragraphs(cell.text, style), "</w:tc>")
            else:
                content = paragraphs(
                    cell.text, STATUS_STYLE, run_properties=_BOLD + self._status_colours[cell.status][1]
                )
                parts += (status_openings[cell.status], content, "</w:tc>")
        parts.append("</w:tr>")
        return "".join(parts)

    # -- header lines and summary of an outcome

    def _prepare_details(self) -> None:
        wording = self._wording
        headings = self._details_headings = (wording.report_outcome_details, wording.summary, wording.report_count)
        min_count_width = _word_width(headings[2], self._look, 1)
        shares = [*_DETAILS_WIDTH_SHARES[:2], max(_DETAILS_WIDTH_SHARES[2], min_count_width / self._text_width)]
        self._details_widths = self._aligned_to_task_edges(shares)
        if self._details_widths[2] < min_count_width:
            self._details_widths = _widths_between([round(edge * self._text_width) for edge in accumulate(shares)])
        styles = (HEADING_STYLE, HEADING_STYLE, NUMBER_STYLE)
        heading_cells = zip(self._details_widths, headings, styles, strict=True)
        self._details_heading_row = _row_xml(
            [self._heading_cell(*heading_cell) for heading_cell in heading_cells], is_heading=True
        )

    def _aligned_to_task_edges(self, shares: Sequence[float]) -> list[int]:
        """Return widths of about these shares, their edges aligned with those of the task table below where near."""
        task_edges = list(accumulate(self._task_widths))
        tolerance = self._text_width * 0.03
        aligned_edges = []
        for share in accumulate(shares):
            edge = round(share * self._text_width)
            nearest = min((abs(task_edge - edge), task_edge) for task_edge in task_edges)[1]
            aligned_edges.append(nearest if abs(nearest - edge) < tolerance else edge)
        return _widths_between(aligned_edges)

    def _details_row(self, borders: str, header_line: str | None, count: StatusCount | None, *, is_total: bool) -> str:
        """Return a row kept with the next one, so that the block is neither split nor separated from its tasks."""
        first, second, third = self._details_widths
        left = _cell_xml(
            first, paragraph(TEXT_STYLE, header_line or "", paragraph_properties=_KEEP_WITH_NEXT), borders=borders
        )
        if count is None:
            blank = paragraph(TEXT_STYLE, "", paragraph_properties=_KEEP_WITH_NEXT)
            return _row_xml([left, _cell_xml(second, blank), _cell_xml(third, blank)])
        run_properties, fill = (_BOLD, self._look.panel_fill) if is_total else ("", "")
        label_fill, label_properties = (
            self._status_colours[count.status] if count.status is not None else (fill, run_properties)
        )
        label = paragraph(
            TEXT_STYLE, count.label, paragraph_properties=_KEEP_WITH_NEXT, run_properties=label_properties
        )
        number = paragraph(
            NUMBER_STYLE, str(count.count), paragraph_properties=_KEEP_WITH_NEXT, run_properties=run_properties
        )
        return _row_xml([left, _cell_xml(second, label, label_fill), _cell_xml(third, number, fill)])

    # -- tables of any kind

    def _plain_heading_cell(self, width: int, column: ReportColumn) -> str:
        if column.status is None:
            return self._heading_cell(width, column.text, _style_of(column.kind))
        return self._status_cell(width, column.text, column.status, paragraph_properties=_KEEP_WITH_NEXT)

    def _plain_cell(self, width: int, kind: str, cell: ReportCell, *, is_total: bool) -> str:
        if cell.status is not None:
            return self._status_cell(width, cell.text, cell.status)
        run_properties, fill = (_BOLD, self._look.panel_fill) if is_total else ("", "")
        style = _style_of(kind)
        if cell.target:
            # Set explicitly, because in tables LibreOffice uses the default text colour instead of the link style's.
            link_colour = f'<w:color w:val="{self._look.link_ink}"/>'
            return _cell_xml(width, link_paragraph(style, cell.text, cell.target, run_properties=link_colour), fill)
        return _cell_xml(width, paragraphs(cell.text, style, run_properties=run_properties), fill)

    # -- cells

    def _heading_cell(self, width: int, text: str, column_style: str = HEADING_STYLE) -> str:
        """Return a cell of a heading row, centred where the cells of its column, in `column_style`, are."""
        alignment = '<w:jc w:val="center"/>' if column_style in (NUMBER_STYLE, STATUS_STYLE) else ""
        return _cell_xml(
            width,
            paragraph(HEADING_STYLE, text, paragraph_properties=alignment),
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


def _style_of(kind: str) -> str:
    """Return the style of the cells of a column of this kind."""
    return {"status": STATUS_STYLE, "number": NUMBER_STYLE}.get(kind, TEXT_STYLE)


# ------------------------------------------------------------------------------------- rows, cells, openings

#: The opening of an ordinary row: `cantSplit` keeps it on one page unless it is taller than a page.
_ROW_OPENING = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"


def _row_xml(cells: Iterable[str], *, is_heading: bool = False) -> str:
    """Return a row; a heading row is repeated on every page."""
    opening = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_heading else _ROW_OPENING
    return f"{opening}{''.join(cells)}</w:tr>"


def _cell_opening(width: int, fill: str = "", borders: str = "", centre_vertically: bool = False) -> str:
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    alignment = '<w:vAlign w:val="center"/>' if centre_vertically else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}{shading}{alignment}</w:tcPr>'


def _cell_xml(width: int, content: str, fill: str = "", borders: str = "", centre_vertically: bool = False) -> str:
    return f"{_cell_opening(width, fill, borders, centre_vertically)}{content}</w:tc>"


def _panel_borders(index: int, count: int) -> str:
    """Return borders that join the `count` cells of a column into one panel, without lines between them."""
    top = '<w:top w:val="nil"/>' if index else ""
    bottom = '<w:bottom w:val="nil"/>' if index < count - 1 else ""
    return f"<w:tcBorders>{top}{bottom}</w:tcBorders>" if top or bottom else ""


def _table_opening(title: str, headings: Sequence[str], widths: Sequence[int]) -> str:
    """Return the start of a table of fixed column widths; screen readers read out its title and its headings."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{TABLE_STYLE}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape_attribute(title)}"/>'
        f'<w:tblDescription w:val="{escape_attribute("; ".join(headings))}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
