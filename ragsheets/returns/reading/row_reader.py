"""Read the cells of one row of a returned workbook, once its task is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading import displayed, proposal, stated_totals
from ragsheets.returns.reading.cell_text import is_sent_text, same_visible_text
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Answer, Headline, ReturnedWorkbook, headline_of_key
from ragsheets.returns.reading.sheet import ReturnedSheet
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.returns.reading.task_mapping import TaskMapping, unplaced_task_facts
from ragsheets.workbook.columns import LAST_COLUMNS
from ragsheets.workbook.layout import NEW_TASK_PREFIX
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The key given to a row whose task in today's plan is not certain; no row of a workbook has it.
_UNPLACED_TASK_KEY = "#unplaced"

KINDS = {
    "task-gone": FindingKind(
        Severity.ERROR,
        "This answers a task or a column that the plan no longer has for this sub-group{line}: “{found}”.",
        "Put the task back into the plan under its key, or see where the words belong.",
    ),
    "task-uncertain": FindingKind(
        Severity.ERROR,
        "“{found}” answers task {wanted} as it was before the plan changed; it is not certain whether this is now "
        "{tasks}.",
        "If it is, give it its earlier key in the plan and run ragsheets generate --force; if not, see where the "
        "answer belongs.",
    ),
    "wording-changed": FindingKind(
        Severity.WARNING,
        "The plan's “{wanted_part}” was changed to “{found_part}”.",
        "Change the plan if you agree; the report keeps the plan's words.",
        may_wait=True,
    ),
    "wording-deleted": FindingKind(
        Severity.WARNING,
        "The plan's wording was deleted: “{wanted}”.",
        "Nothing to do: the report keeps the plan's words.",
        may_wait=True,
    ),
    "wording-adopted": FindingKind(
        Severity.NOTE,
        "The plan's “{wanted_part}” was changed to “{found_part}” here; the plan now has the same wording.",
        "Nothing to do.",
    ),
    "past-changed": FindingKind(
        Severity.WARNING,
        "“{found}” was written over what was last reported, “{wanted}”; it was not taken.",
        "See whether it belongs in an answer.",
    ),
    "past-deleted": FindingKind(
        Severity.NOTE, "What was last reported was deleted from the workbook: “{wanted}”.", "Nothing to do."
    ),
    "proposed-task": FindingKind(
        Severity.WARNING, "A new task is proposed: “{found}”.", "Add it to the plan if you agree; it is not counted."
    ),
    "stray-text": FindingKind(
        Severity.WARNING,
        "“{found}” was written outside the cells to fill in.",
        "It is not in the report. If it is an answer, ask for it in its cell; if not, there is nothing to do.",
    ),
    "characters-left-out": FindingKind(
        Severity.NOTE,
        "Characters that cannot be printed were left out of “{found}”.",
        "Nothing to do if it reads well.",
    ),
    "told-by-wording": FindingKind(
        Severity.NOTE, "This row was moved; it was recognised by the task's wording.", "Nothing to do."
    ),
    "row-twice": FindingKind(
        Severity.ERROR,
        "This row is in the workbook twice; the second one was not taken: “{found}”.",
        "Ask which one is right (the first is at {wanted}).",
        may_stay_unchanged=True,
        settled_by="row",
        settled_code="row-twice-settled",
    ),
    "error-value": FindingKind(
        Severity.ERROR,
        "“{found}” is a spreadsheet error, not an answer.",
        "Ask for the answer in words.",
        settled_by="cell",
        settled_code="value-settled",
    ),
    "shown-otherwise": FindingKind(
        Severity.NOTE, "The cell shows “{found}”, which was taken; the whole value is {wanted}.", "Nothing to do."
    ),
}


class RowReader:
    """Reads rows of a returned workbook into `result`.

    Args:
        sent_workbook: what the workbook was sent with.
        current_workbook: what would be sent today; the same where plan and template are unchanged.
        context: the period.
    """

    def __init__(self, sent_workbook: SentWorkbook, current_workbook: SentWorkbook, context: ReadingContext) -> None:
        self.sent_workbook, self.current_workbook = sent_workbook, current_workbook
        self.template = context.template
        #: The columns of a task's row: those of the plan and the contact today, and the previous period's as sent.
        self.columns = sent_workbook.columns
        if current_workbook is not sent_workbook:
            last_columns = [column for column in sent_workbook.columns if column in LAST_COLUMNS]
            self.columns = (
                *(column for column in current_workbook.columns if column not in LAST_COLUMNS),
                *last_columns,
            )
        self.task_mapping = TaskMapping(sent_workbook, current_workbook, context.explicit_keys)
        self.result = ReturnedWorkbook()
        #: The tasks that have a row, by their keys as sent.
        self.matched_tasks: set[str] = set()
        #: The addresses of the rows of tasks and headlines that hold an answer, by the key of the row.
        self.answer_addresses: dict[str, str] = {}
        #: The rows with formulas that have lost their values, by sheet.
        self.valueless_rows: dict[str, set[int]] = {}

    def find_outcome_above(self, table: ReturnedTable, row_index: int) -> str:
        """Return the outcome whose name or sheet title is the nearest above a row."""
        for row in range(row_index, -1, -1):
            for value in table.sheet.rows[row]:
                if isinstance(value, str) and (outcome := self.sent_workbook.outcome_by_title.get(value.strip())):
                    return outcome
        return ""

    def read_closed_task(self, table: ReturnedTable, row_index: int, sent_rows: Sequence[Mapping[str, str]]) -> None:
        """Report the text entered in a row that asks for nothing.

        Args:
            sent_rows: the rows with this wording as they were sent.
        """
        filled_columns = [column for column in self.columns if table.text(row_index, column)]

        def changed_columns(sent_row: Mapping[str, str]) -> list[str]:
            return [
                column
                for column in filled_columns
                if not self._is_same_text(table, row_index, column, sent_row.get(column, ""))
            ]

        columns = min(map(changed_columns, sent_rows), key=len)
        for column, text in displayed.displayed_texts(table, row_index, columns).items():
            self._observe(table, "stray-text", row_index, column, found=text)
        self.add_stray_texts(table, row_index, self.columns)

    def read_task(self, table: ReturnedTable, row_index: int, key: str) -> None:
        """Read the row of a task; report where it was identified by wording, its key being gone or another task's."""
        if table.row_key(row_index) != key and any(
            table.text(row_index, column) for column in self.template.contact_columns
        ):
            self._observe(table, "told-by-wording", row_index, "task", key, found=table.text(row_index, "task"))
        self._read_answers(table, row_index, key)

    def read_sent_task(self, table: ReturnedTable, row_index: int, sent_key: str) -> None:
        """Read the row of a task as sent: its answers go to today's task, or to none if that is not certain."""
        if not self.task_mapping.is_older:
            self.read_task(table, row_index, sent_key)
        elif key := self.task_mapping.current_keys.get(sent_key):
            self.read_task(table, row_index, key)
        else:
            self._read_unplaced_task(table, row_index, sent_key)

    def _read_unplaced_task(self, table: ReturnedTable, row_index: int, sent_key: str) -> None:
        """Report the texts entered in the row of a task as sent whose task in today's plan is not certain."""
        table.matched_keys[row_index] = _UNPLACED_TASK_KEY
        self.matched_tasks.add(sent_key)
        sent_texts = self.sent_workbook.tasks[sent_key]
        code, wanted, parts = unplaced_task_facts(sent_key, sent_texts["task"], self.task_mapping.candidates[sent_key])
        changed_columns = self._changed_columns(table, row_index, sent_texts)
        for column, text in displayed.displayed_texts(table, row_index, changed_columns).items():
            self._observe(
                table, code, row_index, column, found=text, wanted=wanted, parts=parts, observed_column=column
            )
        self.add_stray_texts(table, row_index, self.columns)

    def _read_answers(self, table: ReturnedTable, row_index: int, key: str) -> None:
        sent_texts = self.task_mapping.sent_texts(key, self.columns, self.template.plan_columns)
        sent_key = self.task_mapping.sent_key(key)
        table.matched_keys[row_index] = key
        if sent_key:
            self.matched_tasks.add(sent_key)
        changed_columns = self._changed_columns(table, row_index, sent_texts)
        if changed_columns and key in self.answer_addresses:
            # Nothing is merged; everything is reported.
            if shown_texts := displayed.displayed_texts(table, row_index, changed_columns):
                words, first_address = " | ".join(shown_texts.values()), self.answer_addresses[key]
                self._observe(table, "row-twice", row_index, "task", key, found=words, wanted=first_address)
        elif changed_columns:
            self.answer_addresses[key] = f"{table.sheet.name}!{table.address(row_index, 'task')}"
            for column in changed_columns:
                self._read_answer(table, row_index, key, column, sent_texts[column])
        self.add_unchanged_answers(table, row_index, key, sent_key)
        stated_totals.add_uncounted_status(table, row_index, key, self.result)
        self.add_stray_texts(table, row_index, self.columns)

    def _changed_columns(self, table: ReturnedTable, row_index: int, sent_texts: Mapping[str, str]) -> list[str]:
        """Return the columns in which a task's row has another text than it was sent with."""
        return [
            column
            for column in self.columns
            if column in table.column_indices
            and table.text(row_index, column) != (sent_text := sent_texts.get(column, ""))
            and (column in self.template.contact_columns or not self._is_same_text(table, row_index, column, sent_text))
        ]

    def _is_same_text(self, table: ReturnedTable, row_index: int, column: str, sent_text: str) -> bool:
        """Return whether a cell filled by the plan still has the text as sent.

        Blanks and numbers that a program made of the text make no difference.
        """
        if isinstance(table.value(row_index, column), str):
            return same_visible_text(table.text(row_index, column), sent_text)
        shown_text = displayed.displayed_text(table.sheet, row_index, table.column_indices[column])
        return same_visible_text(shown_text, sent_text)

    def _read_answer(self, table: ReturnedTable, row_index: int, key: str, column: str, sent_text: str) -> None:
        """Read one cell that does not hold what it was sent with."""
        value = table.text(row_index, column)
        observe = partial(self._observe, table, row_index=row_index, column=column, task=key)
        if value and table.has_invalid_characters(row_index, column):
            observe("characters-left-out", found=value)
        if column in LAST_COLUMNS:
            observe("past-changed" if value else "past-deleted", found=value, wanted=sent_text)
        elif column in self.template.plan_columns:
            is_adopted = self._is_same_text(table, row_index, column, self.current_workbook.tasks[key][column])
            observe("wording-adopted" if is_adopted else "wording-changed", found=value, wanted=sent_text)
        elif table.is_error(row_index, column) and column != "status":
            observe("error-value", found=value)
        elif value:
            shown_text, is_lossy = displayed.displayed_answer(
                table, row_index, column, self.template.kind_by_column[column]
            )
            if is_lossy:
                observe("shown-otherwise", found=shown_text, wanted=value)
            cell = table.address(row_index, column)
            self.result.answers.append(Answer(key, column, shown_text, table.sheet.name, cell))
        elif column in self.sent_workbook.carried_columns_of(self.task_mapping.sent_key(key)):
            observe("carried-cleared", wanted=sent_text)
        else:
            observe("cleared", wanted=sent_text)

    def add_unchanged_answers(self, table: ReturnedTable, row_index: int, key: str, sent_key: str) -> None:
        """Record the cells of a row that still hold an answer carried forward or asked about.

        Args:
            key: the key of the row's task today, or of its headline.
            sent_key: its key when the workbook was sent.
        """
        sent = self.sent_workbook
        for column in sent.carried_columns_of(sent_key):
            text = sent.tasks[sent_key][column]
            if text and table.text(row_index, column) == text:
                self._observe(table, "carried-untouched", row_index, column, key, found=text)
        for column, text in sent.answers_that_may_stay.get(sent_key, {}).items():
            column_key = column or "headline"
            if table.text(row_index, column_key) == text and not table.is_error(row_index, column_key):
                cell = table.address(row_index, column_key)
                self.result.unchanged_answers.append(Answer(key, column, text, table.sheet.name, cell))

    def read_proposal(self, table: ReturnedTable, row_index: int) -> None:
        """Read a row that proposes a new task; report its texts with the outcome that they belong to."""
        table.matched_keys[row_index] = table.row_key(row_index) or NEW_TASK_PREFIX
        if texts := displayed.displayed_texts(table, row_index, self.columns):
            outcome = proposal.find_outcome(table, row_index, self.current_workbook) or self.find_outcome_above(
                table, row_index
            )
            words, parts = " | ".join(texts.values()), proposal.task_to_json(texts, outcome)
            self._observe(table, "proposed-task", row_index, next(iter(texts)), found=words, parts=parts)
        self.add_stray_texts(table, row_index, self.columns)

    def read_headline(self, table: ReturnedTable, row_index: int, key: str) -> None:
        """Read the row of a headline: a success or a next step."""
        table.matched_keys[row_index] = key
        observe = partial(self._observe, table, row_index=row_index, column="headline", observed_column=key)
        text, sent_text = table.text(row_index, "headline"), self.sent_workbook.headlines.get(key, "")
        kind, number = headline_of_key(key)
        if text == sent_text:
            pass
        elif not text:
            observe("cleared", wanted=sent_text)
        elif number is None:
            observe("stray-text", found=text)
        elif key in self.answer_addresses:
            observe("row-twice", found=text, wanted=self.answer_addresses[key])
        elif table.is_error(row_index, "headline"):
            observe("error-value", found=text)
        else:
            shown_text, is_lossy = displayed.displayed_answer(table, row_index, "headline", "text")
            if is_lossy:
                observe("shown-otherwise", found=shown_text, wanted=text)
            cell = table.address(row_index, "headline")
            self.answer_addresses[key] = f"{table.sheet.name}!{cell}"
            self.result.headlines.append(Headline(kind, number, shown_text, table.sheet.name, cell))
        self.add_unchanged_answers(table, row_index, key, key)
        self.add_stray_texts(table, row_index, ("headline",))

    def add_stray_texts(self, table: ReturnedTable, row_index: int, read_columns: tuple[str, ...]) -> None:
        """Report text in a row that was neither sent nor read as an answer."""
        for column, text in table.find_changed_cells(row_index, read_columns):
            has_valueless_formula = row_index in self._find_valueless_rows(table.sheet)
            row = table.sheet.rows[row_index]
            if not is_sent_text(text, row, self.sent_workbook, has_valueless_formula=has_valueless_formula):
                shown_text = displayed.displayed_text(table.sheet, row_index, column)
                self._observe(table, "stray-text", row_index, column, found=shown_text)

    def _observe(
        self, table: ReturnedTable, code: str, row_index: int, column: str | int, task: str = "", **texts: str
    ) -> None:
        table.observe(self.result, code, row_index, column, task, **texts)

    def _find_valueless_rows(self, sheet: ReturnedSheet) -> set[int]:
        """Return the rows of a sheet with formulas that have lost their values."""
        if sheet.name not in self.valueless_rows:
            self.valueless_rows[sheet.name] = {row for row, _ in sheet.details.uncalculated(sheet.name)}
        return self.valueless_rows[sheet.name]
