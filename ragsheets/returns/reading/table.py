"""One table of a returned sheet, its cells told by row and column heading."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.values import Row, Rows
from ragsheets.text import clean, holds_refused
from ragsheets.workbook.sent_workbook import Sent

#: Characters that show nothing: those that only say how others are set (Unicode's general category Cf, as far as it is
#: for any script), and all blanks (White_Space).
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_INVISIBLE += "".join(map(chr, range(0x2066, 0x2070)))
_UNSEEN = _INVISIBLE + "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
_REMOVED = dict.fromkeys(map(ord, _INVISIBLE))


def text_of(value: object) -> str:
    """A cell's value as text: what was typed, without blanks around it."""
    if isinstance(value, str):
        text = (value if value.isprintable() else clean(value)).strip()
        return text if text.isascii() else text.strip(_UNSEEN)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value)


def without_unseen(text: str) -> str:
    """A text without the characters inside it that show nothing, but for its blanks."""
    return text if text.isascii() else text.translate(_REMOVED)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but blanks and characters that show nothing."""
    return without_unseen(one).split() == without_unseen(other).split()


def is_ours(text: str, row: Row, sent: Sent, *, counts: bool = False) -> bool:
    """Whether a text that stands in this row was sent, wherever the row stands now.

    People write the same words as a workbook does, a name, a number, a status: they are ours only beside something
    that they were sent beside, or first in a row where they were sent as the only text: beside a number, if they were
    sent beside one, or beside a formula that has lost its number (`counts`).
    """
    company = sent.beside.get(text)
    if company is None:
        return False
    texts = [text_of(value) for value in row if isinstance(value, str) and value]
    if not company.isdisjoint(texts):
        return True
    return text == next(filter(None, texts), "") and _was_alone(text, sent, counts=counts or _has_numbers(row))


def _was_alone(text: str, sent: Sent, *, counts: bool) -> bool:
    return any(
        [value.strip() for value in other if isinstance(value, str) and value] == [text]
        and (counts or not _has_numbers(other))
        for sheet in sent.sheets
        for other in sheet.rows
    )


def _has_numbers(row: Row) -> bool:
    return any(isinstance(value, (int, float)) for value in row)


def untouched_rows(rows: Rows, sent_rows: Rows) -> Iterator[int]:
    """The numbers of the rows that are as they were sent, in their place."""
    return (number for number, (row, sent) in enumerate(zip(rows, sent_rows, strict=False)) if row == sent)


def _key_in(value: object) -> str:
    return value.strip() if isinstance(value, str) else text_of(value)


class Page:
    """One table of a returned sheet with the places of its columns. Rows and columns are counted from nought.

    Attributes:
        rows: all rows of the sheet; `span` are those that belong to this table.
        untouched: the rows that are as they were sent, in their place.
        errors: the cells that hold an error value.
        taken: the cells that were read as totals.
        owners: what each row was read as: the key of its task, headline or proposal.
    """

    def __init__(
        self,
        name: str,
        rows: Rows,
        sent_rows: Rows,
        untouched: Collection[int],
        places: dict[str, int],
        errors: Collection[tuple[int, int]] = (),
        span: range | None = None,
    ) -> None:
        self.name = name
        self.rows = rows
        self.sent_rows = sent_rows
        self.places = places
        self.errors = errors
        self.span = range(len(rows)) if span is None else span
        self.untouched = set(untouched)
        key = places.get("key", 1 << 30)
        self._keys = [_key_in(row[key]) if key < len(row) else "" for row in rows]
        self.taken: set[tuple[int, int]] = set()
        self.owners: dict[int, str] = {}
        self._texts: dict[int, list[str]] = {}
        self._columns: dict[tuple[str, ...], frozenset[int]] = {}

    def key(self, number: int) -> str:
        """The key of a row, "" where it has none."""
        return self._keys[number]

    def text(self, number: int, key: str) -> str:
        """The text of a row under a column; "" where there is none."""
        texts = self._texts.get(number)
        if texts is None:
            texts = self._texts[number] = [text_of(value) if value != "" else "" for value in self.rows[number]]
        column = self.places.get(key)
        return texts[column] if column is not None and column < len(texts) else ""

    def value(self, number: int, key: str) -> object:
        """The value of a row under a column as the file has it; "" where there is none."""
        column = self.places.get(key)
        row = self.rows[number]
        return row[column] if column is not None and column < len(row) else ""

    def put(self, number: int, column: int, value: object) -> None:
        """Take another value for a cell than the file has."""
        if not isinstance(self.rows, list):
            self.rows = list(self.rows)
        row = list(self.rows[number])
        row[column] = value
        self.rows[number] = row
        self._texts.pop(number, None)
        self.untouched = set(untouched_rows(self.rows, self.sent_rows))

    def is_error(self, number: int, key: str) -> bool:
        """Whether that cell holds an error value instead of an answer."""
        return (number, self.places[key]) in self.errors

    def has_refused(self, number: int, key: str) -> bool:
        """Whether that cell holds characters that Office files cannot hold; its text is told without them."""
        value = self.value(number, key)
        return isinstance(value, str) and holds_refused(value)

    def address(self, number: int, key: str) -> str:
        """The address of that cell."""
        return address(number + 1, self.places.get(key, 0) + 1)

    def is_as_sent(self, number: int) -> bool:
        """Whether a whole row is as it was sent, in its place."""
        return number in self.untouched

    def unchanged(self, number: int, column: int) -> bool:
        """Whether a cell holds what was sent in its place."""
        sent = self.sent_rows[number] if number < len(self.sent_rows) else ()
        return column < len(sent) and bool(self.rows[number][column] == sent[column])

    def strangers(self, number: int, read: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        """The cells of a row, but those under the columns `read`, that do not hold what was sent in their place."""
        if number in self.untouched:
            return
        columns = self._columns.get(read)
        if columns is None:
            columns = self._columns[read] = frozenset(self.places[key] for key in read if key in self.places)
        for column, value in enumerate(self.rows[number]):
            if (
                column not in columns
                and value != ""
                and (number, column) not in self.taken
                and not self.unchanged(number, column)
                and (text := text_of(value))
            ):
                yield column, text
