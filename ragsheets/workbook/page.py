"""One returned sheet, its cells told by row and column heading."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence

from ragsheets import files
from ragsheets.workbook.layout import address
from ragsheets.workbook.returned import Rows


def text_of(value: object) -> str:
    """A cell's value as text: what was typed, without blanks around it."""
    if isinstance(value, str):
        return files.clean(value).strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value)


class Page:
    """One returned sheet with the places of its columns. Rows and columns are counted from nought.

    Attributes:
        errors: the cells that hold an error value.
        taken: the cells that were read as totals.
        owners: what each row was read as: the key of its task, headline or proposal.
    """

    def __init__(
        self,
        name: str,
        rows: Rows,
        sent_rows: Rows,
        places: dict[str, int],
        errors: Collection[tuple[int, int]] = (),
    ) -> None:
        self.name = name
        self.rows = rows
        self.sent_rows = sent_rows
        self.places = places
        self.errors = errors
        self._key = places.get("key", 1 << 30)
        self.taken: set[tuple[int, int]] = set()
        self.owners: dict[int, str] = {}
        self._texts: dict[int, list[str]] = {}

    def key(self, number: int) -> str:
        """The key of a row, "" where it has none."""
        row = self.rows[number]
        value = row[self._key] if self._key < len(row) else ""
        return value.strip() if isinstance(value, str) else text_of(value)

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

    def is_error(self, number: int, key: str) -> bool:
        """Whether that cell holds an error value instead of an answer."""
        return (number, self.places[key]) in self.errors

    def has_refused(self, number: int, key: str) -> bool:
        """Whether that cell holds characters that Office files cannot hold; its text is told without them."""
        value = self.value(number, key)
        return isinstance(value, str) and files.holds_refused(value)

    def address(self, number: int, key: str) -> str:
        """The address of that cell."""
        return address(number + 1, self.places.get(key, 0) + 1)

    def is_as_sent(self, number: int) -> bool:
        """Whether a whole row is as it was sent, in its place."""
        return number < len(self.sent_rows) and bool(self.rows[number] == self.sent_rows[number])

    def unchanged(self, number: int, column: int) -> bool:
        """Whether a cell holds what was sent in its place."""
        sent = self.sent_rows[number] if number < len(self.sent_rows) else ()
        return column < len(sent) and bool(self.rows[number][column] == sent[column])

    def strangers(self, number: int, read: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The cells of a row, but those under the columns `read`, that do not hold what was sent in their place."""
        if self.is_as_sent(number):
            return
        columns = {self.places[key] for key in read if key in self.places}
        for column, value in enumerate(self.rows[number]):
            if (
                column not in columns
                and value != ""
                and (number, column) not in self.taken
                and not self.unchanged(number, column)
            ):
                yield column, text_of(value)
