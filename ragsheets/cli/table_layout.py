"""The tables of the commands, which fit the width of a terminal: one column is shortened, others are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from ragsheets.cli.spelling import spell_out
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from rich.console import Console

#: The least width, in characters, of the column of names before another column is dropped for it.
_MIN_NAME_WIDTH = 16
#: The width between two columns, where the table fits, and where it does not.
_WIDE_GAP, _NARROW_GAP = 2, 1


def plain_table() -> Table:
    """Return an empty table in the style of every command: one line below its headings and no other."""
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def count_heading(name: str) -> str:
    """Return the heading of a column of counts."""
    return {NOT_REPORTED: "No status", TOTAL: "Total"}.get(name, name.capitalize())


@dataclass(frozen=True)
class TableColumn:
    """A column with the markup of its cells. A column of names is cut where the table does not fit.

    `drop_order` is the order in which columns are dropped for lack of width: the lowest number first; 0 is never.
    """

    heading: str
    cells: Sequence[str]
    is_number: bool = False
    is_name: bool = False
    drop_order: int = 0

    @property
    def min_width(self) -> int:
        """The least width that shows every cell whole, the words of the heading one below the other."""
        longest = max((_markup_width(cell) for cell in self.cells), default=0)
        return max(longest, *map(_markup_width, self.heading.split()))

    @property
    def full_width(self) -> int:
        """The width of the column without any limit."""
        return max(_markup_width(self.heading), *map(_markup_width, self.cells), 0)


def fit_table(out: Console, columns: Sequence[TableColumn], *, has_total_row: bool = False) -> Table:
    """Return a table of the columns that fit; `has_total_row` is whether its last row is the sum of the others."""
    shown_columns = [_spelled_out(column, out.encoding) for column in columns]
    while _is_cramped(out, shown_columns) and any(column.drop_order for column in shown_columns):
        shown_columns.remove(
            min((column for column in shown_columns if column.drop_order), key=lambda column: column.drop_order)
        )
    fits = sum(column.full_width + _WIDE_GAP for column in shown_columns) <= out.width + _WIDE_GAP
    table = plain_table()
    if not fits:
        table.padding = (0, 0, 0, 0)
    for column in shown_columns:
        name_width = max(min(_name_width(out, shown_columns), column.full_width), 1)
        width = None if fits else name_width if column.is_name else column.min_width
        table.add_column(
            column.heading,
            justify="right" if column.is_number else "left",
            no_wrap=column.is_name,
            overflow="ellipsis" if column.is_name else "fold",
            width=width,
        )
    rows = list(zip(*(column.cells for column in shown_columns), strict=True))
    for number, row in enumerate(rows, 1):
        is_total = has_total_row and number == len(rows)
        if is_total:
            table.add_section()
        table.add_row(*row, style="bold" if is_total else None)
    return table


def _spelled_out(column: TableColumn, encoding: str) -> TableColumn:
    """Return a column with the widths that it has on a console of this encoding."""
    cells = [spell_out(cell, encoding) for cell in column.cells]
    return replace(column, heading=spell_out(column.heading, encoding), cells=cells)


def _is_cramped(out: Console, columns: Sequence[TableColumn]) -> bool:
    """Return whether the names, or without names the columns, do not fit."""
    longest = max((column.full_width for column in columns if column.is_name), default=0)
    return _name_width(out, columns) < min(longest, _MIN_NAME_WIDTH)


def _name_width(out: Console, columns: Sequence[TableColumn]) -> int:
    """Return the width left for the column of names; negative where the others do not fit."""
    other_widths = [column.min_width + _NARROW_GAP for column in columns if not column.is_name]
    return out.width - sum(other_widths)


def _markup_width(markup: str) -> int:
    return Text.from_markup(markup).cell_len
