"""One sheet of a plan.xlsx as people and programs leave it: its columns found by their headings, its cells as text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ragsheets import dates
from ragsheets.errors import Problem
from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.number_format import display
from ragsheets.formats.spreadsheet.details import GENERAL, WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows
from ragsheets.plan_files.xlsx_layout import PlanSheet, SheetColumn
from ragsheets.returns.reading.table import text_of
from ragsheets.text import clean_for_office, normalise_text
from ragsheets.validation import suggest_nearest

#: How many rows may stand above the headings: a title, a note to whoever fills it in.
_MAX_ROWS_ABOVE = 30
#: How many headings a row must hold to be the row of headings.
_MIN_HEADINGS = 2
#: Numbers that stand for days where a program has dropped the format that shows them as dates: from 1954 on, and not
#: so many that a year, or a day without its points, would be among them.
_DATE_SERIALS = range(20_000, 80_000)
#: The day that has the number nought, in the two systems (ECMA-376 part 1, 18.17.4.1).
_EPOCH_1900, _EPOCH_1904 = datetime.date(1899, 12, 30), datetime.date(1904, 1, 1)
#: How much of a text a message quotes, in characters.
_MAX_QUOTED = 40


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row below the headings: the text of each column by its key, and where each stands; "" for an empty cell."""

    texts: Mapping[str, str]
    addresses: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts.get(key, "")

    def address(self, key: str) -> str:
        """The sheet and the cell of a column: "Tasks!E7"; the row's first one where the column is not there."""
        return self.addresses.get(key) or next(iter(self.addresses.values()), "")


@dataclass(slots=True)
class SheetReading:
    """What a sheet says, and what is to be said about it.

    `problems` keep the plan from being used; `doubtful` are the numbers that were taken for a reference, by their cell.
    A sheet that lacks a needed column is `headless`: its rows cannot be judged.
    """

    rows: list[PlanRow] = field(default_factory=list)
    lacks_columns: bool = False
    problems: list[Problem] = field(default_factory=list)
    uncertain_numbers: dict[str, str] = field(default_factory=dict)


def read_sheet(
    sheet: PlanSheet, name: str, rows: Rows, details: WorkbookDetails, *, all_columns_known: bool = True
) -> SheetReading:
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
    return _SheetReader(sheet, name, rows, details, all_columns_known).read()


class _SheetReader:
    def __init__(
        self, sheet: PlanSheet, name: str, rows: Rows, details: WorkbookDetails, all_columns_known: bool
    ) -> None:
        self.sheet, self.name, self.rows, self.extras, self.all_columns_known = (
            sheet,
            name,
            rows,
            details,
            all_columns_known,
        )
        self.columns = {field.key: field for field in sheet.columns}
        self.keys_by_heading = sheet.keys_by_heading()
        self.known_headings = [field.heading_text for field in sheet.columns]
        self.errors, self.valueless = details.errors(name), details.uncalculated(name)
        self.struck_through = details.struck_text(name)
        self.heading_row, self.column_indexes = self._find_heading_row()
        heading_row = rows[self.heading_row] if rows else ()
        self.headed_columns = {column for column, value in enumerate(heading_row) if text_of(value)}
        self.reading = SheetReading()

    def read(self) -> SheetReading:
        if (
            self.sheet.key == "plan"
            and len(self.column_indexes) < _MIN_HEADINGS
            and (beside := self._find_values_beside_headings())
        ):
            self._check_required_columns(beside)
            self.reading.rows.append(self._build_row(beside))
        elif self.column_indexes:
            self._check_headings()
            self._check_required_columns(self.column_indexes)
            for number in range(self.heading_row + 1, len(self.rows)):
                self._read_row(number)
        else:
            self.reading.lacks_columns = True
            wanted = ", ".join(field.heading_text for field in self.sheet.columns if field.is_required)
            self._add_problem(self.name, "has no row of headings.", f"Put these above its columns: {wanted}.")
        return self.reading

    # ------------------------------------------------------------------------------------------------ headings

    def _find_heading_row(self) -> tuple[int, dict[str, int]]:
        """The row of headings and the column of each; no column where there is no such row."""
        best: tuple[int, dict[str, int]] = (0, {})
        for number, row in enumerate(self.rows[:_MAX_ROWS_ABOVE]):
            places: dict[str, int] = {}
            for column, value in enumerate(row):
                key = self.keys_by_heading.get(normalise_text(text_of(value))) if isinstance(value, str) else None
                if key:
                    places.setdefault(key, column)
            if len(places) > len(best[1]):
                best = (number, places)
        return best

    def _find_values_beside_headings(self) -> dict[str, CellPosition]:
        """The values that stand beside their headings, by their keys; what is beside an unknown one is told."""
        found: dict[str, CellPosition] = {}
        for number, row in enumerate(self.rows):
            filled = [column for column, value in enumerate(row) if text_of(value)]
            key = self.keys_by_heading.get(normalise_text(text_of(row[filled[0]]))) if filled else None
            if key and key not in found:
                found[key] = (number, filled[1] if len(filled) > 1 else filled[0] + 1)
            elif len(filled) > 1:
                self._add_unknown_heading((number, filled[0]))
        return found

    def _check_headings(self) -> None:
        """Tell the headings that are none, and those that are there twice."""
        for column in sorted(self.headed_columns - set(self.column_indexes.values())):
            place = (self.heading_row, column)
            text = text_of(self._cell_value(place))
            if normalise_text(text) in self.keys_by_heading:
                self._add_problem(self._address(place), f"“{text}” is there twice.", "Keep one of the columns.")
            else:
                self._add_unknown_heading(place)

    def _add_unknown_heading(self, position: CellPosition) -> None:
        if not self.all_columns_known:
            return
        text = text_of(self._cell_value(position))
        nearest = suggest_nearest(text, self.known_headings)
        fix = f"{nearest} Delete the column, or move it to a sheet of its own, if it is only for you."
        self._add_problem(self._address(position), f"“{text}” is no heading of this sheet.", fix)

    def _check_required_columns(self, present_columns: Mapping[str, object]) -> None:
        for each in self.sheet.columns:
            if each.is_required and each.key not in present_columns:
                self.reading.lacks_columns = True
                self._add_problem(self.name, f"there is no column “{each.heading_text}”.", "Add it.")

    # ---------------------------------------------------------------------------------------------------- rows

    def _read_row(self, row_index: int) -> None:
        for column, value in enumerate(self.rows[row_index]):
            if column not in self.headed_columns and (text := text_of(value)):
                shown = text if len(text) <= _MAX_QUOTED else f"{text[: _MAX_QUOTED - 1]}…"
                where = self._address((row_index, column))
                self._add_problem(
                    where, f"“{shown}” stands under no heading.", "Move it under one, or delete the column."
                )
                self.headed_columns.add(column)  # told once for all its rows
        found = self._build_row({key: (row_index, column) for key, column in self.column_indexes.items()})
        if any(found.texts.values()):
            self.reading.rows.append(found)

    def _build_row(self, positions: Mapping[str, CellPosition]) -> PlanRow:
        texts = {key: self._cell_text(place, self.columns[key]) for key, place in positions.items()}
        return PlanRow(texts, {key: self._address(place) for key, place in positions.items()})

    # --------------------------------------------------------------------------------------------------- cells

    def _cell_text(self, position: CellPosition, column: SheetColumn) -> str:
        """A cell as text: as it is shown; what is no text where only text can be meant is told."""
        where, value = self._address(position), self._cell_value(position)
        if position in self.errors:
            self._add_problem(
                where, f"shows the error {self.errors[position] or 'of a formula'}.", "Type the text itself."
            )
            return ""
        if position in self.valueless:
            self._add_problem(where, "holds a formula without a value.", "Type the text itself.")
            return ""
        if position in self.struck_through:
            words = self.struck_through[position].struck
            self._add_problem(where, f"holds words struck through: “{words}”.", "Delete them, or take the line away.")
        if isinstance(value, str):
            return clean_for_office(value).strip()
        if column.kind == "date" and isinstance(value, float) and int(value) in _DATE_SERIALS:
            first = _EPOCH_1904 if self.extras.date1904 else _EPOCH_1900
            return (first + datetime.timedelta(days=int(value))).isoformat()
        if column.kind in ("date", "number") and not isinstance(value, bool):
            return text_of(value)
        return self._displayed_text(position, value, column)

    def _displayed_text(self, position: CellPosition, value: object, column: SheetColumn) -> str:
        where, code = self._address(position), self.extras.number_format_of(self.name, position)
        shown = display.format_value(value, code)  # type: ignore[arg-type]
        is_time = isinstance(value, (datetime.date, datetime.time, datetime.timedelta))
        if is_time and column.kind == "short":
            fix = "Format the cell as text and type it again."
            self._add_problem(where, f"holds a date or a time, {shown}, that a program made of what was typed.", fix)
        elif isinstance(value, datetime.date) and not any(map(str.isalpha, shown)):
            # In figures alone nobody knows whether the day or the month comes first.
            return dates.in_figures(value)
        elif column.kind == "short" and isinstance(value, float) and not value.is_integer() and code == GENERAL:
            self.reading.uncertain_numbers[where] = shown
        return shown

    def _cell_value(self, position: CellPosition) -> object:
        row = self.rows[position[0]]
        return row[position[1]] if position[1] < len(row) else ""

    def _address(self, position: CellPosition) -> str:
        return f"{self.name}!{cell_address(position)}"

    def _add_problem(self, where: str, what: str, fix: str) -> None:
        self.reading.problems.append(Problem(where, what, fix))
