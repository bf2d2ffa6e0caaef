"""Read one sheet of a plan.xlsx as people and programs leave it: find columns by their headings, read cells as text."""

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
from ragsheets.plan_files.xlsx_layout import PlanSheet
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.text import clean_for_office, normalise_text, shorten
from ragsheets.validation import suggest_nearest

#: The most rows above the headings, such as a title or a note to the person who fills in the sheet.
_MAX_ROWS_ABOVE = 30
#: The fewest headings in a row of headings.
_MIN_HEADINGS = 2
#: Numbers read as dates if a program has dropped their date format: from 1954 on, and few enough to exclude a year or
#: a date typed without separators.
_DATE_SERIALS = range(20_000, 80_000)
#: The date with serial number 0 in the two date systems (ECMA-376 part 1, 18.17.4.1).
_EPOCH_1900, _EPOCH_1904 = datetime.date(1899, 12, 30), datetime.date(1904, 1, 1)
#: The most characters of a text that a message quotes.
_MAX_QUOTED = 40


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row below the headings: the text ("" for an empty cell) and the address of each column's cell, by key."""

    texts: Mapping[str, str]
    addresses: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts.get(key, "")

    def address(self, key: str) -> str:
        """Return the sheet and cell of a column, such as "Tasks!E7"; the row's first cell if it lacks the column."""
        return self.addresses.get(key) or next(iter(self.addresses.values()), "")


@dataclass(slots=True)
class SheetReading:
    """The rows of a sheet and the problems found in it.

    Attributes:
        lacks_columns: a required column is missing, so that the rows cannot be checked.
        problems: what prevents the plan from being used.
        uncertain_numbers: numbers that were read as references, by cell.
    """

    rows: list[PlanRow] = field(default_factory=list)
    lacks_columns: bool = False
    problems: list[Problem] = field(default_factory=list)
    uncertain_numbers: dict[str, str] = field(default_factory=dict)


def read_sheet(
    sheet: PlanSheet, name: str, rows: Rows, details: WorkbookDetails, *, all_columns_known: bool = True
) -> SheetReading:
    """Read one sheet.

    The row of headings is the first of those with the most headings; rows above it are notes and are ignored. The plan
    sheet may instead have its headings in a column, each with its value beside it.

    Args:
        sheet: the sheet's layout.
        name: the sheet's name in the file.
        rows: the values of its cells, from A1 on.
        details: the file's details other than values.
        all_columns_known: whether all its columns are known; otherwise unknown headings are not reported.
    """
    return _SheetReader(sheet, name, rows, details, all_columns_known).read()


class _SheetReader:
    def __init__(
        self, sheet: PlanSheet, name: str, rows: Rows, details: WorkbookDetails, all_columns_known: bool
    ) -> None:
        self.sheet, self.name, self.rows, self.details = sheet, name, rows, details
        self.all_columns_known = all_columns_known
        self.keys_by_heading = sheet.keys_by_heading()
        self.kinds = {column.key: column.kind for column in sheet.columns}
        self.errors, self.uncalculated = details.errors(name), details.uncalculated(name)
        self.struck_through = details.struck_text(name)
        self.heading_row, self.column_indexes = self._find_heading_row()
        heading_row = rows[self.heading_row] if rows else ()
        self.headed_columns = {column for column, value in enumerate(heading_row) if text_of(value)}
        self.reading = SheetReading()

    def read(self) -> SheetReading:
        beside = self.sheet.key == "plan" and len(self.column_indexes) < _MIN_HEADINGS
        if beside and (positions := self._find_values_beside_headings()):
            self._check_required_columns(positions)
            self.reading.rows.append(self._build_row(positions))
        elif self.column_indexes:
            self._check_headings()
            self._check_required_columns(self.column_indexes)
            for number in range(self.heading_row + 1, len(self.rows)):
                self._read_row(number)
        else:
            self.reading.lacks_columns = True
            required_headings = ", ".join(column.heading_text for column in self.sheet.columns if column.is_required)
            self._add_problem("has no row of headings.", f"Put these above its columns: {required_headings}.")
        return self.reading

    # ------------------------------------------------------------------------------------------------ headings

    def _find_heading_row(self) -> tuple[int, dict[str, int]]:
        """Return the index of the row of headings and each key's column; no columns if there is no such row."""
        best_match: tuple[int, dict[str, int]] = (0, {})
        for number, row in enumerate(self.rows[:_MAX_ROWS_ABOVE]):
            column_indexes: dict[str, int] = {}
            for column, value in enumerate(row):
                key = self.keys_by_heading.get(normalise_text(text_of(value))) if isinstance(value, str) else None
                if key:
                    column_indexes.setdefault(key, column)
            if len(column_indexes) > len(best_match[1]):
                best_match = (number, column_indexes)
        return best_match

    def _find_values_beside_headings(self) -> dict[str, CellPosition]:
        """Return the positions of the values beside their headings, by key; report unknown headings with a value."""
        positions: dict[str, CellPosition] = {}
        for number, row in enumerate(self.rows):
            filled_columns = [column for column, value in enumerate(row) if text_of(value)]
            key = self.keys_by_heading.get(normalise_text(text_of(row[filled_columns[0]]))) if filled_columns else None
            if key and key not in positions:
                positions[key] = (number, filled_columns[1] if len(filled_columns) > 1 else filled_columns[0] + 1)
            elif len(filled_columns) > 1:
                self._add_unknown_heading((number, filled_columns[0]))
        return positions

    def _check_headings(self) -> None:
        """Report unknown and duplicate headings."""
        for column in sorted(self.headed_columns - set(self.column_indexes.values())):
            position = (self.heading_row, column)
            text = text_of(self._cell_value(position))
            if normalise_text(text) in self.keys_by_heading:
                self._add_problem(f"two columns have the heading “{text}”.", "Keep one of them.", position)
            else:
                self._add_unknown_heading(position)

    def _add_unknown_heading(self, position: CellPosition) -> None:
        if self.all_columns_known:
            text = text_of(self._cell_value(position))
            nearest = suggest_nearest(text, [column.heading_text for column in self.sheet.columns])
            fix = f"{nearest} Delete it, or move it to a sheet of its own, if it is only for you."
            self._add_problem(f"“{text}” is not a heading of this sheet.", fix, position)

    def _check_required_columns(self, present_columns: Mapping[str, object]) -> None:
        for column in self.sheet.columns:
            if column.is_required and column.key not in present_columns:
                self.reading.lacks_columns = True
                self._add_problem(f"there is no column “{column.heading_text}”.", "Add it.")

    # ---------------------------------------------------------------------------------------------------- rows

    def _read_row(self, row_index: int) -> None:
        for column, value in enumerate(self.rows[row_index]):
            if column not in self.headed_columns and (text := text_of(value)):
                what = f"“{shorten(text, _MAX_QUOTED)}” is under no heading."
                self._add_problem(what, "Move it under one, or delete the column.", (row_index, column))
                self.headed_columns.add(column)  # reported once for all its rows
        plan_row = self._build_row({key: (row_index, column) for key, column in self.column_indexes.items()})
        if any(plan_row.texts.values()):
            self.reading.rows.append(plan_row)

    def _build_row(self, positions: Mapping[str, CellPosition]) -> PlanRow:
        texts = {key: self._cell_text(position, self.kinds[key]) for key, position in positions.items()}
        return PlanRow(texts, {key: self._address(position) for key, position in positions.items()})

    # --------------------------------------------------------------------------------------------------- cells

    def _cell_text(self, position: CellPosition, kind: str) -> str:
        """Return a cell's text as displayed, and report a value that cannot be read as text."""
        value = self._cell_value(position)
        if position in self.errors or position in self.uncalculated:
            error = self.errors.get(position) or "of a formula"
            what = f"shows the error {error}." if position in self.errors else "holds a formula without a value."
            self._add_problem(what, "Type the text itself.", position)
            return ""
        if position in self.struck_through:
            what = f"holds words struck through: “{self.struck_through[position].struck}”."
            self._add_problem(what, "Delete them, or remove the line through them.", position)
        if isinstance(value, str):
            return clean_for_office(value).strip()
        if kind == "date" and isinstance(value, float) and int(value) in _DATE_SERIALS:
            epoch = _EPOCH_1904 if self.details.date1904 else _EPOCH_1900
            return (epoch + datetime.timedelta(days=int(value))).isoformat()
        if kind in ("date", "number") and not isinstance(value, bool):
            return text_of(value)
        return self._displayed_text(position, value, kind)

    def _displayed_text(self, position: CellPosition, value: object, kind: str) -> str:
        number_format = self.details.number_format_of(self.name, position)
        shown = display.format_value(value, number_format)  # type: ignore[arg-type]
        is_time = isinstance(value, (datetime.date, datetime.time, datetime.timedelta))
        if is_time and kind == "short":
            what = f"holds a date or a time, {shown}, which a program made from what was typed."
            self._add_problem(what, "Format the cell as text and type it again.", position)
        elif isinstance(value, datetime.date) and not any(map(str.isalpha, shown)):
            # A date in figures only does not show whether the day or the month is first.
            return dates.in_figures(value)
        elif kind == "short" and isinstance(value, float) and not value.is_integer() and number_format == GENERAL:
            self.reading.uncertain_numbers[self._address(position)] = shown
        return shown

    def _cell_value(self, position: CellPosition) -> object:
        row = self.rows[position[0]]
        return row[position[1]] if position[1] < len(row) else ""

    def _address(self, position: CellPosition) -> str:
        return f"{self.name}!{cell_address(position)}"

    def _add_problem(self, what: str, fix: str, position: CellPosition | None = None) -> None:
        where = self.name if position is None else self._address(position)
        self.reading.problems.append(Problem(where, what, fix))
