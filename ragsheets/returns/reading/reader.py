"""A returned workbook made into a Return: every answer with the place it came from, and what else was found.

Rows are told by their key, but only where their wording agrees with it, and columns by their heading: nothing is read
from a fixed address, save a column whose heading is gone, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.returns.reading import cell_annotations, displayed, proposal, row_matching, stated_totals, unchanged
from ragsheets.returns.reading.columns import TableColumns, find_tables
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Answer, Headline, ReturnedWorkbook
from ragsheets.returns.reading.ownership import Ownership, find_foreign_workbook
from ragsheets.returns.reading.table import ReturnedTable, find_unchanged_rows, is_sent_text, same_visible_text
from ragsheets.returns.reading.task_mapping import TaskMapping
from ragsheets.workbook.columns import LAST_COLUMNS
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES, HEADLINE_PREFIXES, NEW_TASK_PREFIX

#: What a key in the last column says of a row for a headline.
_HEADLINE_PREFIXES = tuple(HEADLINE_PREFIXES.values())
#: What it says of a row for a task that is only listed.
_LISTED_PREFIXES = tuple(CLOSED_TASK_PREFIXES.values())
#: How many digits the number of a headline has at most; a longer one was never ours.
_MAX_DIGITS = 4


def read_sheets(
    sheets: Sheets, ownership: Ownership, context: ReadingContext, details: WorkbookDetails | None = None
) -> ReturnedWorkbook:
    """Read every sheet of a returned workbook against what it was sent with.

    Where the plan or the template was changed since, answers go to today's tasks, and the totals that the workbook
    states, which count others, say nothing.

    Args:
        sheets: the values.
        home: where the workbook belongs.
        collection: the period.
        extras: what it holds beyond values; nothing by default.
    """
    reader = _WorkbookReader(ownership, context, details or WorkbookDetails())
    # Of two copies of a sheet the one with its name comes first, and its rows before the other's.
    for name, rows in sorted(sheets, key=lambda sheet: reader.sent_workbook.sheet(sheet[0]) is None):
        reader.read_sheet(name, rows)
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
        #: The columns of a task's row: what the plan and the contact say today, and what was last said as it was sent.
        last = [column for column in self.sent_workbook.columns if column in LAST_COLUMNS]
        self.columns = self.sent_workbook.columns
        if self.current_workbook is not self.sent_workbook:
            self.columns = (*(column for column in self.current_workbook.columns if column not in LAST_COLUMNS), *last)
        self.task_mapping = TaskMapping(self.sent_workbook, self.current_workbook, context.explicit_keys)
        self.extras = details
        self.result = ReturnedWorkbook()
        self.result.observations.extend(ownership.observations)
        #: The tasks that have a row, and the places of those rows (and headlines) that say something.
        self.matched_tasks: set[str] = set()
        self.answer_addresses: dict[str, str] = {}
        #: Rows with a wording that is no task's, or several tasks': looked at again once all others have their task.
        self.unmatched_rows: list[tuple[ReturnedTable, int]] = []
        self.tables: list[ReturnedTable] = []
        self.valueless_rows: dict[str, set[int]] = {}

    def read_sheet(self, sheet_name: str, rows: Rows) -> None:
        """Read one sheet."""
        sent = self.sent_workbook.sheet(sheet_name)
        if sent is not None and sent.role == "facts" and rows == sent.rows:
            return
        rows = cell_annotations.with_error_values(rows, self.extras, sheet_name)
        sent_rows = sent.rows if sent else ()
        untouched = set(find_unchanged_rows(rows, sent_rows))
        if (found := find_foreign_workbook(rows, untouched, self.ownership, self.context)) is not None:
            wanted, words = found
            self.result.add_observation("foreign-sheet", sheet_name, "", "", words, wanted)
            return
        tables = find_tables(rows, sent, untouched, self.sent_workbook, self.current_workbook, self.template)
        bounds = [0, *(table.heading_row_index for table in tables[1:]), len(rows)]
        for table, first, end in zip(tables, bounds, bounds[1:], strict=False):
            errors = self.extras.errors(sheet_name)
            page = ReturnedTable(
                sheet_name, rows, sent_rows, untouched, table.column_indices, errors, range(first, end)
            )
            cell_annotations.remove_struck_text(page, table.first_row_index, self.template, self.extras)
            self.tables.append(page)
            self._read_table(page, table, sent.outcome if sent else "")

    def finish(self) -> None:
        """Place what can be placed now, and say what is missing and what stands beyond the values."""
        if self.unmatched_rows:
            self._match_reworded_rows()
            self._match_rows_without_key()
        for page, number in self.unmatched_rows:
            wording = page.text(number, "task")
            if wording and not is_sent_text(wording, page.rows[number], self.sent_workbook):
                self._read_proposal(page, number)
            else:
                self._add_stray_texts(page, number, ())
        for key, texts in self.current_workbook.tasks.items():
            if key not in self.matched_tasks and self.task_mapping.sent_key(key):
                self.result.add_observation("row-missing", "", "", key, texts["task"])
        for page in self.tables:
            cell_annotations.add_cell_annotations(
                page, self.current_workbook.tasks, self.template, self.extras, self.result
            )
        cell_annotations.add_comments(self.extras, self.sent_workbook, self.result)

    def _read_table(self, table: ReturnedTable, columns: TableColumns, outcome: str) -> None:
        """Read one table with the rows above it, or a sheet without one."""
        for cell, found, heading in columns.changed_headings:
            self.result.add_observation("heading-changed", table.sheet_name, cell, "", found, heading)
        if columns.first_task_cell:
            self.result.add_observation("headings-missing", table.sheet_name, columns.first_task_cell, "", "")
        if "key" not in table.column_indices or not table.row_range.start:
            above = columns.first_row_index if columns.heading_row_index < 0 else columns.heading_row_index
            stated_totals.read_front_totals(table, above, self.sent_workbook, self.template, self.result)
        if "key" not in table.column_indices:
            for number in table.row_range:
                self._add_stray_texts(table, number, ())
            return
        first = next(
            (n for n in range(columns.first_row_index, table.row_range.stop) if self._is_task_row(table, n)),
            table.row_range.stop,
        )
        last = max((n for n in range(first, table.row_range.stop) if table.row_key(n)), default=table.row_range.stop)
        about, until = outcome, -1
        for number in table.row_range:
            if number == columns.heading_row_index:
                self._add_stray_texts(table, number, tuple(key for key in table.column_indices if key != "key"))
            elif not self._read_row(table, number, in_table=first <= number <= last + 1):
                if lines := stated_totals.find_summary_lines(table, number, self.template):
                    if number > until:
                        until, about = self._find_nearest_outcome(table, number)
                    stated_totals.read_outcome_totals(table, number, lines, about or outcome, self.result)
                self._add_stray_texts(table, number, ())

    def _is_task_row(self, table: ReturnedTable, row_index: int) -> bool:
        return bool(table.row_key(row_index) or self._match_wording(table, row_index))

    def _match_wording(self, table: ReturnedTable, row_index: int) -> str:
        wording = table.text(row_index, "task")
        keys = self.current_workbook.tasks_by_wording.get(wording, ())
        if len(keys) < 2:
            return keys[0] if keys else ""
        return row_matching.match_wording(self.current_workbook, wording, table.text(row_index, "target"))

    def _find_nearest_outcome(self, table: ReturnedTable, row_index: int) -> tuple[int, str]:
        """The outcome that a line of a summary is about: that of the first task below it, or else above it.

        Gives the row of that task with it: all lines above it are about the same.
        """
        for row in (*range(row_index, table.row_range.stop), *range(row_index, table.row_range.start - 1, -1)):
            key = table.row_key(row) or self._match_wording(table, row)
            if key in self.current_workbook.outcome_by_task:
                return row, self.current_workbook.outcome_by_task[key]
        return -1, ""

    # ------------------------------------------------------------------------------------------ whose row it is

    def _read_row(self, table: ReturnedTable, row_index: int, *, in_table: bool) -> bool:
        """Read a row that is a task's, a headline's or a new task's; gives whether it is, or may be one."""
        key = table.row_key(row_index)
        if self.current_workbook is self.sent_workbook and table.is_unchanged_row(row_index):
            # Nothing was typed in it; only that it is there has to be known.
            self.matched_tasks.add(key)
            table.matched_keys[row_index] = key
            unchanged.add_unchanged_answers(table, row_index, key, key, self.sent_workbook, self.result)
            return True
        if key.startswith(_HEADLINE_PREFIXES) and "headline" in table.column_indices:
            self._read_headline(table, row_index, key)
            return True
        wording = table.text(row_index, "task")
        if self._is_listed_row(key, wording):
            self._read_listed_row(table, row_index, self.sent_workbook.closed_tasks_by_wording[wording])
        elif was := self.task_mapping.sent_key_of_row(key, wording):
            self._read_older_row(table, row_index, was)
        elif known := self._match_exactly(table, row_index, key):
            self._read_matched_row(table, row_index, known)
        elif key in self.current_workbook.tasks or key in self.sent_workbook.tasks:
            self.unmatched_rows.append((table, row_index))
        elif key.startswith(NEW_TASK_PREFIX):
            self._read_proposal(table, row_index)
        elif wording and (in_table or wording in self.current_workbook.tasks_by_wording):
            self.unmatched_rows.append((table, row_index))
        else:
            return False
        return True

    def _is_listed_row(self, key: str, wording: str) -> bool:
        """Whether a row is that of a task that is only listed; its wording may be that of a task of today's too."""
        return wording in self.sent_workbook.closed_tasks_by_wording and (
            key.startswith(_LISTED_PREFIXES) or wording not in self.current_workbook.tasks_by_wording
        )

    def _read_listed_row(self, table: ReturnedTable, row_index: int, sent_rows: Sequence[Mapping[str, str]]) -> None:
        """Say what was written into a row that asks for nothing; `rows` are those of this wording as they were sent."""

        def changed(sent: Mapping[str, str]) -> list[str]:
            places = [
                column for column in self.columns if column in table.column_indices and table.text(row_index, column)
            ]
            return [
                column for column in places if not self._is_same_text(table, row_index, column, sent.get(column, ""))
            ]

        for column in min(map(changed, sent_rows), key=len):
            words = displayed.displayed_text(table, row_index, table.column_indices[column], self.extras)
            self.result.add_observation("stray-text", table.sheet_name, table.address(row_index, column), "", words)
        self._add_stray_texts(table, row_index, self.columns)

    def _match_exactly(self, table: ReturnedTable, row_index: int, key: str) -> str:
        """The key of the task with exactly this row's wording; of several the row's own."""
        known = self._match_wording(table, row_index)
        if known != key and self._belongs_to_other_group(key):
            return ""
        return known or (
            key if key in self.current_workbook.tasks_by_wording.get(table.text(row_index, "task"), ()) else ""
        )

    def _belongs_to_other_group(self, key: str) -> bool:
        """Whether a key is that of another sub-group's task: its row was copied from that one's workbook."""
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
        """Place the rows that have a key but another wording than its task.

        Such a row is no task's that has a row with its own wording, and of several it is that of the most alike.
        """
        changed = [(self._find_closest_match(page, number), page, number) for page, number in self.unmatched_rows]
        self.unmatched_rows = []
        for match, page, number in sorted(changed, key=lambda each: -each[0].similarity):
            if not match.key or (
                match.key in self.matched_tasks and match.similarity < row_matching.NEAR_EXACT_SIMILARITY
            ):
                self.unmatched_rows.append((page, number))
            else:
                self._read_matched_row(page, number, match.key)

    def _find_closest_match(self, table: ReturnedTable, row_index: int) -> row_matching.TaskMatch:
        wording, target, key = table.text(row_index, "task"), table.text(row_index, "target"), table.row_key(row_index)
        if self._belongs_to_other_group(key):
            return row_matching.TaskMatch("")
        if wording in self.current_workbook.tasks_by_wording:
            outcome = self._find_outcome_above(table, row_index)
            if twin := row_matching.match_wording_in_outcome(self.current_workbook, wording, target, outcome):
                return row_matching.TaskMatch(twin, 100.0)
        if key in self.current_workbook.tasks or key in self.sent_workbook.tasks:
            return row_matching.match_closest(self.current_workbook, wording, target, key)
        return row_matching.TaskMatch("")

    def _find_outcome_above(self, table: ReturnedTable, row_index: int) -> str:
        """The outcome whose name, or whose sheet's title, stands next above a row."""
        for row in range(row_index, -1, -1):
            for value in table.rows[row]:
                if isinstance(value, str) and (outcome := self.sent_workbook.outcome_by_title.get(value.strip())):
                    return outcome
        return ""

    def _match_rows_without_key(self) -> None:
        """Place the rows that can only be about a task that has no row, and are told from all others that might be."""
        rowless = [key for key in self.current_workbook.tasks if key not in self.matched_tasks]
        matches = [
            row_matching.TaskMatch("")
            if self._belongs_to_other_group(page.row_key(number))
            else row_matching.match_without_key(self.current_workbook, page.text(number, "task"), rowless)
            for page, number in self.unmatched_rows
        ]
        best: dict[str, list[float]] = {}
        for key, likeness in matches:
            best.setdefault(key, []).append(likeness)
        rest = []
        for match, (page, number) in zip(matches, self.unmatched_rows, strict=True):
            ranked = sorted(best[match.key], reverse=True)
            alone = len(ranked) == 1 or ranked[0] - ranked[1] >= row_matching.MIN_SIMILARITY_LEAD
            if match.key and match.similarity == ranked[0] and alone:
                self._read_matched_row(page, number, match.key)
            else:
                rest.append((page, number))
        self.unmatched_rows = sorted(rest, key=lambda each: (self.tables.index(each[0]), each[1]))

    # ------------------------------------------------------------------------------------------ what a row says

    def _read_matched_row(self, table: ReturnedTable, row_index: int, key: str) -> None:
        """Read the row of a task; say so where it was told by its wording, since its key is gone or another task's."""
        if table.row_key(row_index) != key and any(
            table.text(row_index, column) for column in self.template.contact_columns
        ):
            self.result.add_observation(
                "told-by-wording",
                table.sheet_name,
                table.address(row_index, "task"),
                key,
                table.text(row_index, "task"),
            )
        self._read_answers(table, row_index, key)

    def _read_older_row(self, table: ReturnedTable, row_index: int, sent_key: str) -> None:
        """Read the row of a task of an older plan: its answers are today's task's, or nobody's."""
        if key := self.task_mapping.current_keys.get(sent_key):
            self._read_matched_row(table, row_index, key)
            return
        table.matched_keys[row_index] = sent_key
        for column in self.template.contact_columns:
            text = table.text(row_index, column)
            if text and text != self.sent_workbook.tasks[sent_key].get(column, ""):
                words = displayed.displayed_text(table, row_index, table.column_indices[column], self.extras)
                self.result.add_observation("task-gone", table.sheet_name, table.address(row_index, column), "", words)
        self._add_stray_texts(table, row_index, self.columns)

    def _read_answers(self, table: ReturnedTable, row_index: int, key: str) -> None:
        sent, key_as_sent = (
            self.task_mapping.sent_texts(key, self.columns, self.template.plan_columns),
            self.task_mapping.sent_key(key),
        )
        table.matched_keys[row_index] = key
        changed = [
            (column, value)
            for column in self.columns
            if column in table.column_indices
            and (value := table.text(row_index, column)) != sent[column]
            and not (
                column not in self.template.contact_columns
                and self._is_same_text(table, row_index, column, sent[column])
            )
        ]
        self.matched_tasks.add(key)
        if changed and key in self.answer_addresses:
            # Nothing is merged, all is said.
            if words := displayed.displayed_texts(table, row_index, [column for column, _ in changed], self.extras):
                said = " | ".join(words.values())
                self.result.add_observation(
                    "row-twice",
                    table.sheet_name,
                    table.address(row_index, "task"),
                    key,
                    said,
                    self.answer_addresses[key],
                )
            changed = []
        elif changed:
            self.answer_addresses[key] = f"{table.sheet_name}!{table.address(row_index, 'task')}"
        for column, value in changed:
            if not value and column in self.sent_workbook.carried_columns_of(key_as_sent):
                self.result.add_observation(
                    "carried-cleared", table.sheet_name, table.address(row_index, column), key, column, sent[column]
                )
            else:
                self._read_answer(table, row_index, key, column, value, sent[column])
        unchanged.add_unchanged_answers(table, row_index, key, key_as_sent, self.sent_workbook, self.result)
        self._add_stray_texts(table, row_index, self.columns)

    def _is_same_text(self, table: ReturnedTable, row_index: int, column: str, sent_text: str) -> bool:
        """Whether a cell of the plan's still says what was sent, whatever blanks or number a program made of it."""
        if isinstance(table.value(row_index, column), str):
            return same_visible_text(table.text(row_index, column), sent_text)
        return same_visible_text(
            displayed.displayed_text(table, row_index, table.column_indices[column], self.extras), sent_text
        )

    def _read_answer(
        self, table: ReturnedTable, row_index: int, key: str, column: str, value: str, sent_text: str
    ) -> None:
        """Take one cell that does not hold what it was sent with."""
        cell, say = table.address(row_index, column), self.result.add_observation
        if table.has_invalid_characters(row_index, column):
            say("characters-left-out", table.sheet_name, cell, key, value)
        if column in LAST_COLUMNS:
            say("past-changed" if value else "past-deleted", table.sheet_name, cell, key, value, sent_text)
        elif column in self.template.plan_columns:
            adopted = self._is_same_text(table, row_index, column, self.current_workbook.tasks[key][column])
            code = "wording-adopted" if adopted else "wording-changed"
            say(code, table.sheet_name, cell, key, value, sent_text, proposal.change_to_json(column))
        elif table.is_error(row_index, column) and column != "status":
            say("error-value", table.sheet_name, cell, key, value)
        elif value:
            shown, hides = displayed.displayed_answer(
                table, row_index, column, self.template.kind_by_column[column], self.extras
            )
            if hides:
                say("shown-otherwise", table.sheet_name, cell, key, shown, value)
            self.result.answers.append(Answer(key, column, shown, table.sheet_name, cell))
        else:
            say("cleared", table.sheet_name, cell, key, "", sent_text)

    def _read_proposal(self, table: ReturnedTable, row_index: int) -> None:
        table.matched_keys[row_index] = table.row_key(row_index) or NEW_TASK_PREFIX
        if words := displayed.displayed_texts(table, row_index, self.columns, self.extras):
            outcome = proposal.find_outcome(table, row_index, self.current_workbook) or self._find_outcome_above(
                table, row_index
            )
            place, parts = table.address(row_index, next(iter(words))), proposal.task_to_json(words, outcome)
            self.result.add_observation(
                "proposed-task", table.sheet_name, place, "", " | ".join(words.values()), parts=parts
            )
        self._add_stray_texts(table, row_index, self.columns)

    def _read_headline(self, table: ReturnedTable, row_index: int, key: str) -> None:
        table.matched_keys[row_index] = key
        text, place = table.text(row_index, "headline"), table.address(row_index, "headline")
        kind, sign = next((kind, sign) for kind, sign in HEADLINE_PREFIXES.items() if key.startswith(sign))
        if text and text != self.sent_workbook.headlines.get(key, ""):
            place_in_list = key.removeprefix(sign)
            if key in self.answer_addresses or not place_in_list.isdecimal() or len(place_in_list) > _MAX_DIGITS:
                self.result.add_observation(
                    "row-twice", table.sheet_name, place, "", text, self.answer_addresses.get(key, table.sheet_name)
                )
            else:
                self.answer_addresses[key] = f"{table.sheet_name}!{place}"
                self.result.headlines.append(Headline(kind, int(place_in_list), text, table.sheet_name, place))
        elif not text and self.sent_workbook.headlines.get(key):
            self.result.add_observation("cleared", table.sheet_name, place, "", "", self.sent_workbook.headlines[key])
        unchanged.add_unchanged_answers(table, row_index, key, key, self.sent_workbook, self.result)
        self._add_stray_texts(table, row_index, ("headline",))

    # ------------------------------------------------------------------------------------------------ the rest

    def _add_stray_texts(self, table: ReturnedTable, row_index: int, read_columns: tuple[str, ...]) -> None:
        """Say what stands in a row and was neither sent nor read as an answer."""
        for column, text in table.find_changed_cells(row_index, read_columns):
            if not is_sent_text(
                text,
                table.rows[row_index],
                self.sent_workbook,
                has_valueless_formula=row_index in self._find_valueless_rows(table.sheet_name),
            ):
                words = displayed.displayed_text(table, row_index, column, self.extras)
                self.result.add_observation(
                    "stray-text", table.sheet_name, address(row_index + 1, column + 1), "", words
                )

    def _find_valueless_rows(self, sheet_name: str) -> set[int]:
        """The rows of a sheet with formulas that have lost their values."""
        if sheet_name not in self.valueless_rows:
            self.valueless_rows[sheet_name] = {row for row, _ in self.extras.uncalculated(sheet_name)}
        return self.valueless_rows[sheet_name]
