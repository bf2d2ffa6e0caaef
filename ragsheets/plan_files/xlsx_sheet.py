"""One sheet of a plan.xlsx as people and programs leave it: its columns found by their headings, its cells as text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ragsheets import dates
from ragsheets.errors import Problem
from ragsheets.formats.a1 import Place, cell_name
from ragsheets.formats.number_format import display
from ragsheets.formats.spreadsheet.details import GENERAL, Extras
from ragsheets.formats.spreadsheet.values import Rows
from ragsheets.plan_files.xlsx_layout import Field, PlanSheet
from ragsheets.returns.reading.table import text_of
from ragsheets.text import clean, plain
from ragsheets.validation import nearest

#: How many rows may stand above the headings: a title, a note to whoever fills it in.
_MOST_ABOVE = 30
#: How many headings a row must hold to be the row of headings.
_HEADINGS_NEEDED = 2
#: Numbers that stand for days where a program has dropped the format that shows them as dates: from 1954 on, and not
#: so many that a year, or a day without its points, would be among them.
_DAYS = range(20_000, 80_000)
#: The day that has the number nought, in the two systems (ECMA-376 part 1, 18.17.4.1).
_FIRST_1900, _FIRST_1904 = datetime.date(1899, 12, 30), datetime.date(1904, 1, 1)
#: How much of a text a message quotes, in characters.
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the headings: the text of each column by its key, and where each stands; "" for an empty cell."""

    texts: Mapping[str, str]
    places: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts.get(key, "")

    def place(self, key: str) -> str:
        """The sheet and the cell of a column: "Tasks!E7"; the row's first one where the column is not there."""
        return self.places.get(key) or next(iter(self.places.values()), "")


@dataclass(slots=True)
class Reading:
    """What a sheet says, and what is to be said about it.

    `problems` keep the plan from being used; `doubtful` are the numbers that were taken for a reference, by their cell.
    A sheet that lacks a needed column is `headless`: its rows cannot be judged.
    """

    rows: list[Row] = field(default_factory=list)
    headless: bool = False
    problems: list[Problem] = field(default_factory=list)
    doubtful: dict[str, str] = field(default_factory=dict)


def read_sheet(sheet: PlanSheet, name: str, rows: Rows, extras: Extras, *, known: bool = True) -> Reading:
    """Read one sheet.

    The row of headings is the first that holds most of them; what stands above it is a note to people and is passed
    over. The sheet of the plan itself may also have its headings in a column, with each value beside its own.

    Args:
        sheet: which sheet it is.
        name: what it is called in the file.
        rows: the values of its cells, from A1 on.
        extras: what the file holds beyond values.
        known: whether all its columns are known; else nothing is said of other headings.
    """
    return _SheetReader(sheet, name, rows, extras, known).read()


class _SheetReader:
    def __init__(self, sheet: PlanSheet, name: str, rows: Rows, extras: Extras, known: bool) -> None:
        self.sheet, self.name, self.rows, self.extras, self.all_known = sheet, name, rows, extras, known
        self.fields = {field.key: field for field in sheet.fields}
        self.spellings = sheet.spellings()
        self.known = [field.called for field in sheet.fields]
        self.errors, self.valueless = extras.errors(name), extras.valueless(name)
        self.struck = extras.struck(name)
        self.headings, self.places = self._headings()
        heading_row = rows[self.headings] if rows else ()
        self.headed = {column for column, value in enumerate(heading_row) if text_of(value)}
        self.reading = Reading()

    def read(self) -> Reading:
        if self.sheet.key == "plan" and len(self.places) < _HEADINGS_NEEDED and (beside := self._beside()):
            self._lacking(beside)
            self.reading.rows.append(self._row(beside))
        elif self.places:
            self._strangers()
            self._lacking(self.places)
            for number in range(self.headings + 1, len(self.rows)):
                self._below(number)
        else:
            self.reading.headless = True
            wanted = ", ".join(field.called for field in self.sheet.fields if field.needed)
            self._problem(self.name, "has no row of headings.", f"Put these above its columns: {wanted}.")
        return self.reading

    # ------------------------------------------------------------------------------------------------ headings

    def _headings(self) -> tuple[int, dict[str, int]]:
        """The row of headings and the column of each; no column where there is no such row."""
        best: tuple[int, dict[str, int]] = (0, {})
        for number, row in enumerate(self.rows[:_MOST_ABOVE]):
            places: dict[str, int] = {}
            for column, value in enumerate(row):
                key = self.spellings.get(plain(text_of(value))) if isinstance(value, str) else None
                if key:
                    places.setdefault(key, column)
            if len(places) > len(best[1]):
                best = (number, places)
        return best

    def _beside(self) -> dict[str, Place]:
        """The values that stand beside their headings, by their keys; what is beside an unknown one is told."""
        found: dict[str, Place] = {}
        for number, row in enumerate(self.rows):
            filled = [column for column, value in enumerate(row) if text_of(value)]
            key = self.spellings.get(plain(text_of(row[filled[0]]))) if filled else None
            if key and key not in found:
                found[key] = (number, filled[1] if len(filled) > 1 else filled[0] + 1)
            elif len(filled) > 1:
                self._unknown((number, filled[0]))
        return found

    def _strangers(self) -> None:
        """Tell the headings that are none, and those that are there twice."""
        for column in sorted(self.headed - set(self.places.values())):
            place = (self.headings, column)
            text = text_of(self._value(place))
            if plain(text) in self.spellings:
                self._problem(self._place(place), f"“{text}” is there twice.", "Keep one of the columns.")
            else:
                self._unknown(place)

    def _unknown(self, place: Place) -> None:
        if not self.all_known:
            return
        text = text_of(self._value(place))
        fix = f"{nearest(text, self.known)} Delete the column, or move it to a sheet of its own, if it is only for you."
        self._problem(self._place(place), f"“{text}” is no heading of this sheet.", fix)

    def _lacking(self, places: Mapping[str, object]) -> None:
        for each in self.sheet.fields:
            if each.needed and each.key not in places:
                self.reading.headless = True
                self._problem(self.name, f"there is no column “{each.called}”.", "Add it.")

    # ---------------------------------------------------------------------------------------------------- rows

    def _below(self, number: int) -> None:
        for column, value in enumerate(self.rows[number]):
            if column not in self.headed and (text := text_of(value)):
                shown = text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
                where = self._place((number, column))
                self._problem(where, f"“{shown}” stands under no heading.", "Move it under one, or delete the column.")
                self.headed.add(column)  # told once for all its rows
        found = self._row({key: (number, column) for key, column in self.places.items()})
        if any(found.texts.values()):
            self.reading.rows.append(found)

    def _row(self, places: Mapping[str, Place]) -> Row:
        texts = {key: self._text(place, self.fields[key]) for key, place in places.items()}
        return Row(texts, {key: self._place(place) for key, place in places.items()})

    # --------------------------------------------------------------------------------------------------- cells

    def _text(self, place: Place, column: Field) -> str:
        """A cell as text: as it is shown; what is no text where only text can be meant is told."""
        where, value = self._place(place), self._value(place)
        if place in self.errors:
            self._problem(where, f"shows the error {self.errors[place] or 'of a formula'}.", "Type the text itself.")
            return ""
        if place in self.valueless:
            self._problem(where, "holds a formula without a value.", "Type the text itself.")
            return ""
        if place in self.struck:
            words = self.struck[place].struck
            self._problem(where, f"holds words struck through: “{words}”.", "Delete them, or take the line away.")
        if isinstance(value, str):
            return clean(value).strip()
        if column.kind == "date" and isinstance(value, float) and int(value) in _DAYS:
            first = _FIRST_1904 if self.extras.date1904 else _FIRST_1900
            return (first + datetime.timedelta(days=int(value))).isoformat()
        if column.kind in ("date", "number") and not isinstance(value, bool):
            return text_of(value)
        return self._shown(place, value, column)

    def _shown(self, place: Place, value: object, column: Field) -> str:
        where, code = self._place(place), self.extras.format_of(self.name, place)
        shown = display.shown(value, code)  # type: ignore[arg-type]
        is_time = isinstance(value, (datetime.date, datetime.time, datetime.timedelta))
        if is_time and column.kind == "short":
            fix = "Format the cell as text and type it again."
            self._problem(where, f"holds a date or a time, {shown}, that a program made of what was typed.", fix)
        elif isinstance(value, datetime.date) and not any(map(str.isalpha, shown)):
            # In figures alone nobody knows whether the day or the month comes first.
            return dates.in_figures(value)
        elif column.kind == "short" and isinstance(value, float) and not value.is_integer() and code == GENERAL:
            self.reading.doubtful[where] = shown
        return shown

    def _value(self, place: Place) -> object:
        row = self.rows[place[0]]
        return row[place[1]] if place[1] < len(row) else ""

    def _place(self, place: Place) -> str:
        return f"{self.name}!{cell_name(place)}"

    def _problem(self, where: str, what: str, fix: str) -> None:
        self.reading.problems.append(Problem(where, what, fix))
