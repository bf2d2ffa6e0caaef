"""Tables that fit the width of a terminal: one column gives way in length, others give way altogether."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from ragsheets.cli.tables import plain_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: The least room, in characters, that the column of names is given before another column gives way to it.
_MIN_NAME_WIDTH = 16
#: The room between two columns, where there is enough of it, and where there is little.
_WIDE_GAP, _NARROW_GAP = 2, 1


@dataclass(frozen=True)
class TableColumn:
    """A column with the markup of its cells. One of names is cut where there is little room.

    `gives_way` is when it is left out for lack of room: the lowest number first, never where it is nought.
    """

    heading: str
    cells: Sequence[str]
    is_number: bool = False
    is_name: bool = False
    drop_order: int = 0

    @property
    def min_width(self) -> int:
        """The least width that shows all of it, the words of its heading one below the other."""
        longest = max((_markup_width(cell) for cell in self.cells), default=0)
        return max(longest, *map(_markup_width, self.heading.split()))

    @property
    def full_width(self) -> int:
        """The width that it takes where there is room."""
        return max(_markup_width(self.heading), *map(_markup_width, self.cells), 0)


def fit_table(out: Console, columns: Sequence[TableColumn], *, has_total_row: bool = False) -> Table:
    """A table of these columns that fits; `has_sum` says that its last row is the sum of the others."""
    kept = list(columns)
    while _is_cramped(out, kept) and any(column.drop_order for column in kept):
        kept.remove(min((column for column in kept if column.drop_order), key=lambda column: column.drop_order))
    fits = sum(column.full_width + _WIDE_GAP for column in kept) <= out.width + _WIDE_GAP
    table = plain_table()
    if not fits:
        table.padding = (0, 0, 0, 0)
    for column in kept:
        room = max(min(_name_width(out, kept), column.full_width), 1)
        width = None if fits else room if column.is_name else column.min_width
        table.add_column(
            column.heading,
            justify="right" if column.is_number else "left",
            no_wrap=column.is_name,
            overflow="ellipsis" if column.is_name else "fold",
            width=width,
        )
    rows = list(zip(*(column.cells for column in kept), strict=True))
    for number, row in enumerate(rows, 1):
        is_sum = has_total_row and number == len(rows)
        if is_sum:
            table.add_section()
        table.add_row(*row, style="bold" if is_sum else None)
    return table


def _is_cramped(out: Console, columns: Sequence[TableColumn]) -> bool:
    """Whether there is too little room for the names, or for the columns where there are none."""
    longest = max((column.full_width for column in columns if column.is_name), default=0)
    return _name_width(out, columns) < min(longest, _MIN_NAME_WIDTH)


def _name_width(out: Console, columns: Sequence[TableColumn]) -> int:
    """The width that the others leave to the column of names; less than nought where there is not room for them."""
    others = [column.min_width + _NARROW_GAP for column in columns if not column.is_name]
    return out.width - sum(others)


def _markup_width(markup: str) -> int:
    return Text.from_markup(markup).cell_len
