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

from ragsheets.report.write.content import TRAVEL, ActionTable, Cell, Count, Heading, OutcomeBlock, Table
from ragsheets.report.write.xml import HEADING, NUMBER, STATUS, TEXT, attribute, linked, paragraph, paragraphs
from ragsheets.template.model import Column, Look, Template
from ragsheets.workbook.text_metrics import breadth_of

#: The id of the style of tables.
TABLE = "ReportTable"

#: Space between a cell's edge and its text, left and right.
CELL_MARGIN = 110

#: Parts of the text width that an outcome's header lines, labels and counts take, much as in the 2008 layout.
_DETAILS_SHARES = (0.40, 0.26, 0.08)

#: A word that a column of dates must have room for.
_LONGEST_MONTH = "September"

#: Where a line may end; the other blanks hold together what stands beside them.
_BREAKING = re.compile(r"[ \n]+")

#: A column of running text is read with ease where it has room for words like this one.
_LEGIBLE = "department"

_BOLD = "<w:b/><w:bCs/>"
_KEEP = "<w:keepNext/>"


# --------------------------------------------------------------------------------------------------- widths


def column_widths(wanted: Sequence[float], least: Sequence[float], total: int) -> list[int]:
    """Share `total` among columns in proportion to `wanted`, none getting less than its `least`.

    Where the least widths alone are too much, `total` is shared out in proportion to them. The widths are
    whole numbers that add up to `total` exactly, so that grid and cells agree.
    """
    if sum(least) >= total:
        wanted, least = least, [0.0] * len(least)
    widths: list[float] = []
    narrow: set[int] = set()
    found = set(narrow)
    while not widths or found - narrow:  # a column set to its least takes room from the others: look again
        narrow |= found
        room = total - sum(least[place] for place in narrow)
        share = room / (sum(width for place, width in enumerate(wanted) if place not in narrow) or 1)
        widths = [least[place] if place in narrow else width * share for place, width in enumerate(wanted)]
        found = {place for place, width in enumerate(widths) if width < least[place]}
    return _between([round(edge) for edge in accumulate(widths)])


def _between(edges: Sequence[int]) -> list[int]:
    """The widths of columns whose right edges these are."""
    return [right - left for left, right in pairwise([0, *edges])]


def _word_width(text: str, look: Look, smaller: float = 0, *, whole: bool = False) -> float:
    """About how wide the longest word of `text` is in bold type, or the `whole` of it; cell margins included.

    The type is of the look's font and size, less `smaller` points. In Arial and its like a bold capital is 0.72 em
    wide on average, a small letter or a digit 0.58 em and a blank or bracket 0.33 em; a little is added.
    """
    words = [text] if whole else _BREAKING.split(text)
    longest = max(sum(0.36 if sign in " ()" else 0.76 if sign.isupper() else 0.62 for sign in word) for word in words)
    return longest * (look.size - smaller) * breadth_of(look.font) * 20 + 2 * CELL_MARGIN


# --------------------------------------------------------------------------------------------------- tables


class Tables:
    """Writes the tables of one report in the look of one template.

    `columns` are those of the task tables; `width` is the text width of the page (twentieths of a point).
    """

    def __init__(self, template: Template, columns: Sequence[Column], width: int) -> None:
        self._wording = template.wording
        self._look = template.look
        self._statuses = template.statuses
        self._columns = columns
        self._width = width
        self._colours = {status.code: (status.fill, f'<w:color w:val="{status.ink}"/>') for status in template.statuses}
        least = self._least_task_widths()
        legible = _word_width(_LEGIBLE, self._look, 1)
        #: How wide a page's text must be for the task tables to be read with ease.
        self.needed = sum(
            max(width, legible) if column.kind == "text" else width
            for width, column in zip(least, columns, strict=True)
        )
        self._task_widths = column_widths([column.width for column in columns], least, width)
        self._prepare_tasks()
        self._prepare_details()

    def tasks(self, table: ActionTable, title: str) -> str:
        """The task table of an action, a column for each of the template's.

        `title` tells those who cannot see the table what it is. Raises KeyError for an unknown status.
        """
        rows = "".join([self._task_row(row) for row in table.rows])
        return f"{_opening(title, self._tasks_about, self._task_widths)}{self._task_heading}{rows}</w:tbl>"

    def details(self, block: OutcomeBlock) -> str:
        """An outcome's header lines, and beside them the summary of its tasks; its last line is the total."""
        pairs = list(zip_longest(block.details, block.summary, fillvalue=None))
        total = block.summary[-1] if block.summary else None
        rows = "".join(
            self._details_row(_panel(place, len(pairs)), line, count, total=count is total)
            for place, (line, count) in enumerate(pairs)
        )
        title = f"{block.heading} – {self._wording.summary}"
        opening = _opening(title, self._details_about, self._details_widths)
        return f"{opening}{self._details_heading}{rows}</w:tbl>"

    def plain(self, table: Table) -> str:
        """A table of any kind; its last row may be a total."""
        least = [_word_width(column.text, self._look, 1) for column in table.columns]
        for place, column in enumerate(table.columns):
            if column.kind != "text":
                # A count and its part of all, "4 (40%)", read as one.
                whole = column.kind == "number"
                widths_of = (_word_width(row[place].text, self._look, 1, whole=whole) for row in table.rows)
                least[place] = max([least[place], *widths_of])
        widths = column_widths([column.width for column in table.columns], least, round(self._width * table.share))
        pairs = list(zip(widths, table.columns, strict=True))
        heading = [self._plain_heading(width, column) for width, column in pairs]
        rows = [
            _row(
                [
                    self._plain_cell(width, column.kind, cell, total=table.total and row is table.rows[-1])
                    for (width, column), cell in zip(pairs, row, strict=True)
                ]
            )
            for row in table.rows
        ]
        opening = _opening(table.title, _listed(column.text for column in table.columns), widths)
        return f"{opening}{_row(heading, heading=True)}{''.join(rows)}</w:tbl>"

    # -- task tables

    def _least_task_widths(self) -> list[float]:
        """What each column of the task tables needs for its heading, a status, a month, a choice, a direction."""
        wording = self._wording
        stands_in = wording.returned_as.format(found="").split()[:1]
        ways = (wording.travel_improved, wording.travel_worsened, wording.travel_unchanged, wording.travel_unknown)
        always = {
            "status": [*self._colours, wording.not_reported, *(f"({word}" for word in stands_in)],
            "date": [_LONGEST_MONTH],
            TRAVEL: [*ways, *self._colours],
        }
        wanted = [
            " ".join(
                [column.heading, *always.get(column.kind, []), *always.get(column.key, []), *(column.choices or ())]
            )
            for column in self._columns
        ]
        return [_word_width(words, self._look, 1) for words in wanted]

    def _prepare_tasks(self) -> None:
        pairs = list(zip(self._task_widths, self._columns, strict=True))
        cells = [self._heading_cell(width, column.heading, _style_of(column)) for width, column in pairs]
        self._task_heading = _row(cells, heading=True)
        self._tasks_about = _listed(column.heading for column in self._columns)
        fills = {code: fill for code, (fill, _) in self._colours.items()}
        self._task_cells = [
            (
                _cell_opening(width),
                _style_of(column),
                {code: _cell_opening(width, fill) for code, fill in fills.items()},
            )
            for width, column in pairs
        ]

    def _task_row(self, row: Sequence[Cell]) -> str:
        parts = [_ROW]
        for cell, (opening, style, coloured) in zip(row, self._task_cells, strict=True):
            if cell.status is None:
                parts += (opening, paragraphs(cell.text, style), "</w:tc>")
            else:
                content = paragraphs(cell.text, STATUS, look=_BOLD + self._colours[cell.status][1])
                parts += (coloured[cell.status], content, "</w:tc>")
        parts.append("</w:tr>")
        return "".join(parts)

    # -- header lines and summary of an outcome

    def _prepare_details(self) -> None:
        words = (self._wording.report_outcome_details, self._wording.summary, self._wording.report_count)
        least = _word_width(words[2], self._look, 1)
        shares = [*_DETAILS_SHARES[:2], max(_DETAILS_SHARES[2], least / self._width)]
        self._details_widths = self._on_task_edges(shares)
        if self._details_widths[2] < least:
            self._details_widths = _between([round(place * self._width) for place in accumulate(shares)])
        styles = (HEADING, HEADING, NUMBER)
        triples = zip(self._details_widths, words, styles, strict=True)
        self._details_heading = _row([self._heading_cell(*triple) for triple in triples], heading=True)
        self._details_about = _listed(words)

    def _on_task_edges(self, shares: Sequence[float]) -> list[int]:
        """Widths of about these shares, edges falling on the task table's below where they come near them."""
        edges = list(accumulate(self._task_widths))
        near = self._width * 0.03
        taken = []
        for share in accumulate(shares):
            place = round(share * self._width)
            nearest = min((abs(edge - place), edge) for edge in edges)[1]
            taken.append(nearest if abs(nearest - place) < near else place)
        return _between(taken)

    def _details_row(self, borders: str, line: str | None, count: Count | None, *, total: bool) -> str:
        """A row that stays with the next one: the block is neither torn apart nor left without its tasks."""
        first, second, third = self._details_widths
        left = _cell(first, paragraph(TEXT, line or "", layout=_KEEP), borders=borders)
        if count is None:
            blank = paragraph(TEXT, "", layout=_KEEP)
            return _row([left, _cell(second, blank), _cell(third, blank)])
        look, fill = (_BOLD, self._look.panel_fill) if total else ("", "")
        label_fill, label_look = self._colours[count.status] if count.status is not None else (fill, look)
        label = paragraph(TEXT, count.label, layout=_KEEP, look=label_look)
        number = paragraph(NUMBER, str(count.count), layout=_KEEP, look=look)
        return _row([left, _cell(second, label, label_fill), _cell(third, number, fill)])

    # -- tables of any kind

    def _plain_heading(self, width: int, column: Heading) -> str:
        if column.status is None:
            return self._heading_cell(width, column.text, _STYLES.get(column.kind, TEXT))
        return self._status_cell(width, column.text, column.status, layout=_KEEP)

    def _plain_cell(self, width: int, kind: str, cell: Cell, *, total: bool) -> str:
        if cell.status is not None:
            return self._status_cell(width, cell.text, cell.status)
        look, fill = (_BOLD, self._look.panel_fill) if total else ("", "")
        style = _STYLES.get(kind, TEXT)
        if cell.target:
            # The colour outright: in tables LibreOffice takes the document's own for that of the style of links.
            ink = f'<w:color w:val="{self._look.link_ink}"/>'
            return _cell(width, linked(style, cell.text, cell.target, look=ink), fill)
        return _cell(width, paragraphs(cell.text, style, look=look), fill)

    # -- cells

    def _heading_cell(self, width: int, text: str, style: str = HEADING) -> str:
        """A cell of a heading row, centred where what stands below it in that style is."""
        layout = '<w:jc w:val="center"/>' if style in (NUMBER, STATUS) else ""
        return _cell(width, paragraph(HEADING, text, layout=layout), self._look.heading_fill, middle=True)

    def _status_cell(self, width: int, text: str, code: str, layout: str = "") -> str:
        fill, ink = self._colours[code]
        return _cell(width, paragraph(STATUS, text, layout=layout, look=_BOLD + ink), fill, middle=True)


#: The style of what stands in a column, by its kind.
_STYLES = {"status": STATUS, "number": NUMBER}


def _style_of(column: Column) -> str:
    return _STYLES.get(column.kind, TEXT)


def _listed(words: Iterable[str]) -> str:
    return "; ".join(words)


# ------------------------------------------------------------------------------------- rows, cells, openings

#: The opening of an ordinary row: `cantSplit` keeps it on one page unless it is taller than a page.
_ROW = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"


def _row(cells: Iterable[str], *, heading: bool = False) -> str:
    """A row; a heading row is repeated on every page."""
    opening = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if heading else _ROW
    return f"{opening}{''.join(cells)}</w:tr>"


def _cell_opening(width: int, fill: str = "", borders: str = "", middle: bool = False) -> str:
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    upright = '<w:vAlign w:val="center"/>' if middle else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}{shading}{upright}</w:tcPr>'


def _cell(width: int, content: str, fill: str = "", borders: str = "", middle: bool = False) -> str:
    return f"{_cell_opening(width, fill, borders, middle)}{content}</w:tc>"


def _panel(place: int, count: int) -> str:
    """Borders that make one panel of the `count` cells of a column, by leaving out the lines between them."""
    top = '<w:top w:val="nil"/>' if place else ""
    bottom = '<w:bottom w:val="nil"/>' if place < count - 1 else ""
    return f"<w:tcBorders>{top}{bottom}</w:tcBorders>" if top or bottom else ""


def _opening(title: str, about: str, widths: Sequence[int]) -> str:
    """The start of a table of fixed column widths; a screen reader says `title` and `about` of it."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{TABLE}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{attribute(title)}"/><w:tblDescription w:val="{attribute(about)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
