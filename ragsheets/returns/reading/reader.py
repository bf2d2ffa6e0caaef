"""Read a returned workbook: every answer with its cell address, and observations about everything else.

Rows are identified by their key, but only where their wording agrees with it, and columns by their heading: nothing is
read from a fixed address, except a column whose heading is gone, which is reported.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.plan.matching import MIN_LEAD
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading import (
    cell_annotations,
    merged_cells,
    painted_cells,
    row_matching,
    stated_totals,
)
from ragsheets.returns.reading.annotations import add_annotations, add_sheet_names
from ragsheets.returns.reading.cell_text import is_sent_text
from ragsheets.returns.reading.columns import find_tables
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.formula_texts import without_formula_texts
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.ownership import Ownership, find_foreign_workbook
from ragsheets.returns.reading.row_reader import RowReader
from ragsheets.returns.reading.sheet import ReturnedSheet, with_values
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES, HEADLINE_PREFIXES, NEW_TASK_PREFIX
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The prefixes of keys in the last column for rows of headlines.
_HEADLINE_PREFIXES = tuple(HEADLINE_PREFIXES.values())
#: The prefixes of keys for rows of tasks that are only listed.
_LISTED_PREFIXES = tuple(CLOSED_TASK_PREFIXES.values())

_CHECK_COLUMNS = "Check that the answers are in the right columns."
KINDS = {
    "foreign-sheet": FindingKind(
        Severity.ERROR,
        "This sheet is from another workbook, {wanted}; nothing on it was taken: “{found}”.",
        "Ask for that workbook itself.",
    ),
    "heading-changed": FindingKind(
        Severity.WARNING,
        "The heading “{wanted}” is now “{found}”; its column was recognised by its position.",
        _CHECK_COLUMNS,
    ),
    "headings-missing": FindingKind(
        Severity.WARNING,
        "The row of headings is gone; the columns were recognised by their positions beside the tasks.",
        _CHECK_COLUMNS,
    ),
    "row-missing": FindingKind(
        Severity.WARNING,
        "The row of this task is gone from the workbook: “{found}”.",
        "Ask for its answers with the workbook in queries, which has the row again.",
        may_stay_unchanged=True,
        may_wait=True,
        settled_by="row",
    ),
}


def read_sheets(
    sheets: Sheets, ownership: Ownership, context: ReadingContext, details: WorkbookDetails | None = None
) -> ReturnedWorkbook:
    """Read every sheet of a returned workbook and compare it with what it was sent with.

    Where the plan or the template was changed since, answers are assigned to today's tasks, and the totals that the
    workbook states are dropped, since they count other tasks.

    Args:
        sheets: the values.
        ownership: the sub-group of the workbook and what it was sent with.
        context: the period.
        details: what it holds beyond values; nothing by default.
    """
    reader = _WorkbookReader(ownership, context, details or WorkbookDetails())
    # Of two copies of a sheet the one with the original name is read first, so its rows take precedence.
    for name, rows in sorted(sheets, key=lambda sheet: reader.sent_workbook.sheet(sheet[0]) is None):
        reader.read_sheet(name, rows, [other_rows for _, other_rows in sheets if other_rows is not rows])
    reader.finish()
    if ownership.current_workbook is not None:
        stated_totals.drop_numeric_totals(reader.result)
    return reader.result


class _WorkbookReader:
    """Reads the sheets of one return."""

    def __init__(self, ownership: Ownership, context: ReadingContext, details: WorkbookDetails) -> None:
        self.ownership = ownership
        self.sent_workbook = ownership.sent_workbook
        self.current_workbook = ownership.current_workbook or ownership.sent_workbook
        self.context = context
        self.template = context.template
        self.details = details
        self.rows = RowReader(self.sent_workbook, self.current_workbook, context)
        self.result = self.rows.result
        self.result.observations.extend(ownership.observations)
        #: Rows whose wording belongs to no task or to several: matched again once all other rows have their task.
        self.unmatched_rows: list[tuple[ReturnedTable, int]] = []
        self.tables: list[ReturnedTable] = []

    def read_sheet(self, name: str, rows: Rows, other_sheets: Sequence[Rows]) -> None:
        """Read one sheet; `other_sheets` are the others of the workbook."""
        sent_sheet = self.sent_workbook.sheet(name)
        if sent_sheet is not None and sent_sheet.role == "facts" and rows == sent_sheet.rows:
            return
        rows = with_values(rows, self.details.shown_values(name))
        sheet = without_formula_texts(ReturnedSheet(name, rows, sent_sheet.rows if sent_sheet else (), self.details))
        foreign = find_foreign_workbook(sheet, other_sheets, self.ownership, self.context)
        if foreign is not None:
            workbook_name, text = foreign
            self.result.add_observation("foreign-sheet", sheet=name, found=text, wanted=workbook_name)
            return
        tables = find_tables(sheet, sent_sheet, self.sent_workbook, self.current_workbook, self.template)
        sheet = cell_annotations.without_struck_text(sheet, tables, self.template)
        for columns in tables:
            table = ReturnedTable(sheet, columns)
            self.tables.append(table)
            self._read_table(table, sent_sheet.outcome if sent_sheet else "")

    def finish(self) -> None:
        """Match the remaining rows where possible, and report missing rows and cell annotations."""
        if self.unmatched_rows:
            self._match_reworded_rows()
            self._match_rows_without_key()
        for table, row_index in self.unmatched_rows:
            wording = table.text(row_index, "task")
            if wording and not is_sent_text(wording, table.sheet.rows[row_index], self.sent_workbook):
                self.rows.read_proposal(table, row_index)
            else:
                self.rows.add_stray_texts(table, row_index, ())
        tasks = self.current_workbook.tasks
        for key, texts in tasks.items():
            sent_key = self.rows.task_mapping.sent_key(key)
            if sent_key and sent_key not in self.rows.matched_tasks:
                self.result.add_observation("row-missing", task=key, found=texts["task"])
        for table in self.tables:
            cell_annotations.add_cell_annotations(table, tasks, self.template, self.result)
            merged_cells.add_merged_cells(table, tasks, self.template, self.result)
            painted_cells.add_painted_statuses(table, tasks, self.template, self.result)
        rows_by_sheet = {table.sheet.name: table.sheet.rows for table in self.tables}
        add_annotations(self.details, self.sent_workbook, rows_by_sheet, self.result)
        add_sheet_names(self.tables, (self.sent_workbook, self.current_workbook), self.result)

    def _read_table(self, table: ReturnedTable, outcome: str) -> None:
        """Read one table with the rows above it, or a sheet without a table."""
        columns, sheet_name, rows = table.columns, table.sheet.name, table.columns.row_range
        for cell, current_text, heading in columns.changed_headings:
            self.result.add_observation(
                "heading-changed", sheet=sheet_name, cell=cell, found=current_text, wanted=heading
            )
        if columns.first_task_cell:
            self.result.add_observation("headings-missing", sheet=sheet_name, cell=columns.first_task_cell)
        if "key" not in table.column_indices or not rows.start:
            above = columns.first_row_index if columns.heading_row_index < 0 else columns.heading_row_index
            stated_totals.read_front_totals(table, above, self.sent_workbook, self.template, self.result)
        if "key" not in table.column_indices:
            for row_index in rows:
                self.rows.add_stray_texts(table, row_index, ())
            return
        below_headings = range(columns.first_row_index, rows.stop)
        first_task_row = next((row for row in below_headings if self._is_task_row(table, row)), rows.stop)
        last_keyed_row = max((row for row in range(first_task_row, rows.stop) if table.row_key(row)), default=rows.stop)
        nearest_outcome, nearest_row = outcome, -1
        for row_index in rows:
            if row_index == columns.heading_row_index:
                self.rows.add_stray_texts(table, row_index, tuple(key for key in table.column_indices if key != "key"))
            elif not self._read_row(table, row_index, in_table=first_task_row <= row_index <= last_keyed_row + 1):
                if lines := stated_totals.find_summary_lines(table, row_index, self.template):
                    if row_index > nearest_row:
                        nearest_row, nearest_outcome = self._find_nearest_outcome(table, row_index)
                    stated_totals.read_outcome_totals(table, row_index, lines, nearest_outcome or outcome, self.result)
                self.rows.add_stray_texts(table, row_index, ())

    def _is_task_row(self, table: ReturnedTable, row_index: int) -> bool:
        return bool(table.row_key(row_index) or self._match_wording(table, row_index))

    def _match_wording(self, table: ReturnedTable, row_index: int) -> str:
        return row_matching.match_wording(
            self.current_workbook, table.text(row_index, "task"), table.text(row_index, "target")
        )

    def _find_nearest_outcome(self, table: ReturnedTable, row_index: int) -> tuple[int, str]:
        """Return the outcome that a summary line is about: that of the first task below it, or else above it.

        The row of that task is returned first: all lines above it are about the same outcome.
        """
        for row in (
            *range(row_index, table.columns.row_range.stop),
            *range(row_index, table.columns.row_range.start - 1, -1),
        ):
            key = table.row_key(row) or self._match_wording(table, row)
            if key in self.current_workbook.outcome_by_task:
                return row, self.current_workbook.outcome_by_task[key]
        return -1, ""

    # ------------------------------------------------------------------------------------------ row matching

    def _read_row(self, table: ReturnedTable, row_index: int, *, in_table: bool) -> bool:
        """Read a row for a task, a headline or a new task; return whether it is, or may be, such a row."""
        key = table.row_key(row_index)
        if self.current_workbook is self.sent_workbook and row_index in table.sheet.unchanged_rows:
            # Nothing was entered in it; only its presence has to be recorded.
            self.rows.matched_tasks.add(key)
            table.matched_keys[row_index] = key
            self.rows.add_unchanged_answers(table, row_index, key, key)
            return True
        if key.startswith(_HEADLINE_PREFIXES) and "headline" in table.column_indices:
            self.rows.read_headline(table, row_index, key)
            return True
        wording = table.text(row_index, "task")
        if self._is_listed_row(key, wording):
            self.rows.read_closed_task(table, row_index, self.sent_workbook.closed_tasks_by_wording[wording])
        elif sent_key := self._match_exactly(self.sent_workbook, table, row_index):
            self.rows.read_sent_task(table, row_index, sent_key)
        elif matched_key := self._match_exactly(self.current_workbook, table, row_index):
            self.rows.read_task(table, row_index, matched_key)
        elif key in self.current_workbook.tasks or key in self.sent_workbook.tasks:
            self.unmatched_rows.append((table, row_index))
        elif key.startswith(NEW_TASK_PREFIX):
            self.rows.read_proposal(table, row_index)
        elif wording and (in_table or wording in self.current_workbook.tasks_by_wording):
            self.unmatched_rows.append((table, row_index))
        else:
            return False
        return True

    def _is_listed_row(self, key: str, wording: str) -> bool:
        """Return whether a row is that of a task that is only listed.

        Its wording may also be that of a task to answer.
        """
        return wording in self.sent_workbook.closed_tasks_by_wording and (
            key.startswith(_LISTED_PREFIXES) or wording not in self.sent_workbook.tasks_by_wording
        )

    def _match_exactly(self, workbook: SentWorkbook, table: ReturnedTable, row_index: int) -> str:
        """Return the key of the task with exactly this row's wording; of several, the one with the row's key."""
        wording, target, key = table.text(row_index, "task"), table.text(row_index, "target"), table.row_key(row_index)
        matched_key = row_matching.match_wording(workbook, wording, target)
        if matched_key != key and self._belongs_to_foreign_group(key):
            return ""
        return matched_key or (key if key in workbook.tasks_by_wording.get(wording, ()) else "")

    def _belongs_to_foreign_group(self, key: str) -> bool:
        """Return whether a key is that of another sub-group's task, so that its row was copied from that workbook."""
        if (
            not key
            or key.startswith(NEW_TASK_PREFIX)
            or key in self.current_workbook.tasks
            or key in self.sent_workbook.tasks
        ):
            return False
        others = (group for group in self.context.current_references if group != self.ownership.group)
        return any(key in self.context.current_workbook(group).tasks for group in others)

    def _match_reworded_rows(self) -> None:
        """Match the rows that have a key but another wording than its task.

        Such a row is not matched to a task that already has a row with its own wording; of several rows the most
        similar one is matched.
        """
        candidates = [
            (self._find_closest_match(table, row_index), table, row_index) for table, row_index in self.unmatched_rows
        ]
        self.unmatched_rows = []
        for match, table, row_index in sorted(candidates, key=lambda candidate: -candidate[0].similarity):
            if not match.key or (
                match.key in self.rows.matched_tasks and match.similarity < row_matching.NEAR_EXACT_SIMILARITY
            ):
                self.unmatched_rows.append((table, row_index))
            else:
                self.rows.read_sent_task(table, row_index, match.key)

    def _find_closest_match(self, table: ReturnedTable, row_index: int) -> row_matching.TaskMatch:
        wording, target, key = table.text(row_index, "task"), table.text(row_index, "target"), table.row_key(row_index)
        if self._belongs_to_foreign_group(key):
            return row_matching.TaskMatch("")
        if wording in self.sent_workbook.tasks_by_wording:
            outcome = self.rows.find_outcome_above(table, row_index)
            if exact_key := row_matching.match_wording_in_outcome(self.sent_workbook, wording, target, outcome):
                return row_matching.TaskMatch(exact_key, 100.0)
        if key in self.sent_workbook.tasks:
            return self._if_certain(
                row_matching.match_closest(self.sent_workbook, wording, target, key), wording, target
            )
        return row_matching.TaskMatch("")

    def _if_certain(self, match: row_matching.TaskMatch, wording: str, target: str) -> row_matching.TaskMatch:
        """Return the match of a row with a task as sent; none if the row may be about a task that was not sent.

        If the ledger lacks the edition, a different wording may be that of a task that the ledger lacks too.
        """
        if self.ownership.current_workbook is None or not match.key:
            return match
        if self.current_workbook is self.sent_workbook:
            is_certain = row_matching.is_clear(match, self.sent_workbook, wording, target)
        else:
            newest = row_matching.most_similar(self.current_workbook, wording)
            is_certain = (
                newest.similarity <= match.similarity or self.rows.task_mapping.sent_key(newest.key) == match.key
            )
        return match if is_certain else row_matching.TaskMatch("")

    def _match_rows_without_key(self) -> None:
        """Match the rows that can only belong to a task without a row and are clearly more similar than all others."""
        rowless = [key for key in self.sent_workbook.tasks if key not in self.rows.matched_tasks]
        matches = [self._match_without_key(table, row_index, rowless) for table, row_index in self.unmatched_rows]
        similarities_by_key: dict[str, list[float]] = {}
        for key, similarity in matches:
            similarities_by_key.setdefault(key, []).append(similarity)
        unmatched = []
        for match, (table, row_index) in zip(matches, self.unmatched_rows, strict=True):
            ranked = sorted(similarities_by_key[match.key], reverse=True)
            is_clear = len(ranked) == 1 or ranked[0] - ranked[1] >= MIN_LEAD
            if match.key and match.similarity == ranked[0] and is_clear:
                self.rows.read_sent_task(table, row_index, match.key)
            else:
                unmatched.append((table, row_index))
        self.unmatched_rows = sorted(unmatched, key=lambda entry: (self.tables.index(entry[0]), entry[1]))

    def _match_without_key(
        self, table: ReturnedTable, row_index: int, rowless: Collection[str]
    ) -> row_matching.TaskMatch:
        if self._belongs_to_foreign_group(table.row_key(row_index)):
            return row_matching.TaskMatch("")
        wording, target = table.text(row_index, "task"), table.text(row_index, "target")
        return self._if_certain(row_matching.match_without_key(self.sent_workbook, wording, rowless), wording, target)
