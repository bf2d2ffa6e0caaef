"""A returned file made into a Return: every answer with the place it came from, and what else was found.

Rows are told by their key, but only where their wording agrees with it, and columns by their heading: nothing is read
from a fixed address.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from ragsheets.errors import ReturnError
from ragsheets.status import plain
from ragsheets.template import Template
from ragsheets.workbook import guard
from ragsheets.workbook.identity import Rows
from ragsheets.workbook.layout import HEADLINES, KEY_HEADING, NEW_TASK, address, summary_lines
from ragsheets.workbook.page import Page, text_of
from ragsheets.workbook.sent import Sent

#: How alike (0 to 100) a row's wording must be to the task's for its key to count. Below it the row is another one.
ALIKE = 60.0
#: How many of the template's headings a row must hold to be the row of headings.
_HEADINGS_NEEDED = 2

_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([^<]+)<")

Sheets = list[tuple[str, Rows]]


class Answer(NamedTuple):
    """What a contact wrote in one cell. Dates are ISO text."""

    task: str
    column: str
    value: str
    sheet: str
    cell: str


class Headline(NamedTuple):
    """A headline success or a next step; `number` is its place in the list."""

    kind: str
    number: int
    text: str
    sheet: str
    cell: str


class StatedTotal(NamedTuple):
    """A total as the workbook states it: of which outcome ("" for the sub-group), which line, what it says."""

    outcome: str
    line: str
    stated: str
    sheet: str
    cell: str


class Observation(NamedTuple):
    """Something that the reader met and that must be said; `code` is a finding's, `wanted` what stood there before."""

    code: str
    sheet: str
    cell: str
    task: str
    found: str
    wanted: str = ""


@dataclass(slots=True)
class Return:
    """All that one returned workbook says."""

    answers: list[Answer] = field(default_factory=list)
    headlines: list[Headline] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)


def open_workbook(content: bytes) -> tuple[Sheets, datetime.datetime | None]:
    """The sheets of a returned workbook with their values, and when it was last saved (UTC, as it says itself).

    Raises ReturnError where the file is none that can be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with guard.check(content) as archive:
        saved = _saved(archive)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets: Sheets = [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
        ]
    except (CalamineError, ValueError, OverflowError) as error:
        raise ReturnError("damaged", found=str(error)) from None
    except BaseException as error:
        # What goes wrong inside the parser beyond its own errors comes as a "panic", which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise ReturnError("damaged", found=str(error)) from None
    return sheets, saved


def _saved(archive: zipfile.ZipFile) -> datetime.datetime | None:
    try:
        match = _MODIFIED.search(archive.read("docProps/core.xml"))
        return datetime.datetime.fromisoformat(match[1].decode()).replace(tzinfo=None) if match else None
    except (KeyError, ValueError, zipfile.BadZipFile, OSError):
        return None


def read_sheets(sheets: Sheets, sent: Sent, template: Template) -> Return:
    """Read every sheet of a returned workbook against what it was sent with."""
    reader = _Reader(sent, template)
    for name, rows in sheets:
        reader.sheet(name, rows)
    reader.missing_rows()
    return reader.result


class _Reader:
    """Reads the sheets of one return."""

    def __init__(self, sent: Sent, template: Template) -> None:
        self.sent = sent
        self.template = template
        self.result = Return()
        self.seen: dict[str, str] = {}
        self.columns = {plain(column.heading): column.key for column in template.columns}
        self.labels = {plain(label): line for line, label in summary_lines(template)}
        # Longer texts are none of the headings and labels, and need no plain form to be told from them.
        self.longest = 16 + max(map(len, (*self.columns, *self.labels)))
        self.by_plan = {column.key for column in template.columns if column.filled_by == "plan"}

    def say(self, code: str, sheet: str, cell: str, task: str, found: str, wanted: str = "") -> None:
        self.result.observations.append(Observation(code, sheet, cell, task, found, wanted))

    def sheet(self, name: str, rows: Rows) -> None:
        sent = self.sent.sheet(name)
        if sent is not None and sent.role == "facts" and rows == sent.rows:
            return
        places, start = self._headings(rows)
        page = Page(name, rows, sent.rows if sent else (), places)
        if "key" in places:
            outcome = self._outcome_of(page, start, sent.outcome if sent else "")
            self._head(page, start, outcome)
            for number in range(start, len(rows)):
                self._row(page, number)
        elif sent is not None and sent.role == "front":
            self._front(page)
        else:
            for number in range(len(rows)):
                self._leftovers(page, number, ())

    def missing_rows(self) -> None:
        """Say which tasks have no row any more."""
        for key in self.sent.tasks:
            if key in self.seen or key.startswith(NEW_TASK):
                continue
            self.say("row-missing", "", "", key, self.sent.tasks[key]["task"])

    def _plain(self, value: object) -> str:
        return plain(value) if isinstance(value, str) and 0 < len(value) <= self.longest else ""

    # ------------------------------------------------------------------------------------- where things stand

    def _headings(self, rows: Rows) -> tuple[dict[str, int], int]:
        """The place of each column, by its key, and the number of the first row under the headings."""
        for number, row in enumerate(rows):
            places: dict[str, int] = {}
            for column, value in enumerate(row):
                if not isinstance(value, str) or not value:
                    continue
                if value == KEY_HEADING:
                    places["key"] = column
                elif value == self.template.wording.headlines_text:
                    places["headline"] = column
                elif (known := self.columns.get(self._plain(value))) and known not in places:
                    places[known] = column
            if len(places) >= _HEADINGS_NEEDED and ("key" in places or "task" in places):
                return self._with_key(places, rows), number + 1
        return {}, len(rows)

    def _with_key(self, places: dict[str, int], rows: Rows) -> dict[str, int]:
        """`places` with the column of the keys, found by its content where its heading is gone."""
        if "key" not in places:
            width = max(map(len, rows))
            hits = [sum(1 for row in rows if len(row) > c and row[c] in self.sent.tasks) for c in range(width)]
            places["key"] = hits.index(max(hits)) if max(hits) else width
        return places

    def _outcome_of(self, page: Page, start: int, outcome: str) -> str:
        """The outcome that a sheet is about: that of the tasks on it."""
        for number in range(start, len(page.rows)):
            key = page.text(number, "key")
            if key in self.sent.outcome_of and not key.startswith(NEW_TASK):
                return self.sent.outcome_of[key]
        return outcome

    # ------------------------------------------------------------------------------------------ rows of tasks

    def _row(self, page: Page, number: int) -> None:
        key = page.text(number, "key")
        if page.is_as_sent(number) and key not in self.seen:
            # Nothing was typed in it; only that it is there has to be known.
            if key in self.sent.tasks:
                self.seen[key] = f"{page.name}!{page.address(number, 'task')}"
            return
        if key in self.sent.tasks and not key.startswith(NEW_TASK):
            self._task_row(page, number, key)
        elif key.startswith(NEW_TASK):
            self._proposal(page, number)
        elif key.startswith("#") and self._headline(page, number, key):
            self._leftovers(page, number, ("key", "headline"))
        elif (known := self.sent.by_wording.get(page.text(number, "task"))) is not None:
            self._rescue(page, number, known)
        else:
            self._leftovers(page, number, ())

    def _task_row(self, page: Page, number: int, key: str) -> None:
        wording = page.text(number, "task")
        if wording != self.sent.tasks[key]["task"]:
            known = self.sent.by_wording.get(wording)
            if known is not None and known != key:
                self._rescue(page, number, known)
                return
            if not self._agrees(page, number, key):
                self._leftovers(page, number, ("key",))
                return
        self._answers(page, number, key)

    def _agrees(self, page: Page, number: int, key: str) -> bool:
        """Whether a row whose wording was changed is still the task's: by likeness, or by its untouched target."""
        before = self.sent.tasks[key]
        wording, target = page.text(number, "task"), page.text(number, "target")
        if wording and fuzz.ratio(plain(wording), plain(before["task"])) >= ALIKE:
            return True
        return bool(target) and target == before["target"]

    def _rescue(self, page: Page, number: int, key: str) -> None:
        """A row that is told by its wording, since its key is gone or is another task's."""
        if any(page.text(number, column.key) for column in self.template.contact_columns):
            self.say("told-by-wording", page.name, page.address(number, "task"), key, page.text(number, "task"))
        self._answers(page, number, key)

    def _answers(self, page: Page, number: int, key: str) -> None:
        sent = self.sent.tasks[key]
        if key in self.seen:
            self._second_row(page, number, key)
            return
        self.seen[key] = f"{page.name}!{page.address(number, 'task')}"
        for column in self.template.columns:
            value = page.text(number, column.key)
            if value == sent[column.key]:
                continue
            cell = page.address(number, column.key)
            if page.has_refused(number, column.key):
                self.say("characters-left-out", page.name, cell, key, value)
            if column.key in self.by_plan:
                self.say("wording-changed", page.name, cell, key, value, sent[column.key])
            elif value:
                self.result.answers.append(Answer(key, column.key, value, page.name, cell))
            else:
                self.say("cleared", page.name, cell, key, "", sent[column.key])
        self._leftovers(page, number, ("key", *self.sent.columns))

    def _second_row(self, page: Page, number: int, key: str) -> None:
        """A second row of a task already read: nothing is merged, all is said."""
        words = [page.text(number, column.key) for column in self.template.contact_columns]
        self.say(
            "row-twice",
            page.name,
            page.address(number, "task"),
            key,
            " | ".join(filter(None, words)),
            self.seen[key],
        )
        self._leftovers(page, number, ("key", *self.sent.columns))

    def _proposal(self, page: Page, number: int) -> None:
        words = [page.text(number, column) for column in self.sent.columns]
        if any(words):
            first = next(column for column, word in zip(self.sent.columns, words, strict=True) if word)
            self.say("proposed-task", page.name, page.address(number, first), "", " | ".join(filter(None, words)))
        self._leftovers(page, number, ("key", *self.sent.columns))

    def _headline(self, page: Page, number: int, key: str) -> bool:
        for kind, sign in HEADLINES.items():
            if key.startswith(sign) and key[len(sign) :].isdigit():
                text = page.text(number, "headline")
                if text and text != self.sent.headlines.get(key, ""):
                    place = page.address(number, "headline")
                    self.result.headlines.append(Headline(kind, int(key[len(sign) :]), text, page.name, place))
                return True
        return False

    # --------------------------------------------------------------------------------------- totals and the rest

    def _head(self, page: Page, start: int, outcome: str) -> None:
        """What stands above the first task: the headings, and the header block with its summary."""
        for number in range(start):
            self._leftovers(page, number, ())
        for number in range(start, len(page.rows)):
            if page.text(number, "key"):
                return
            self._summary_line(page, number, outcome)

    def _summary_line(self, page: Page, number: int, outcome: str) -> None:
        row = page.rows[number]
        for column in range(len(row) - 1):
            value = row[column]
            line = self.labels.get(self._plain(value))
            if line is not None:
                self._total(page, number, column + 1, outcome, line)

    def _total(self, page: Page, number: int, column: int, outcome: str, line: str) -> None:
        stated = text_of(page.rows[number][column])
        page.taken.add((number, column))
        # A program that does not recalculate hands back the total that was sent: nobody has stated it.
        if stated and not page.unchanged(number, column):
            cell = address(number + 1, column + 1)
            self.result.totals.append(StatedTotal(outcome, line, stated, page.name, cell))

    def _front(self, page: Page) -> None:
        """The front sheet: the table of totals is found by its labels, its rows by the names of the sheets."""
        outcomes = {sheet.name: sheet.outcome for sheet in self.sent.sheets if sheet.role == "outcome"}
        outcomes[self.template.wording.total] = ""
        lines: dict[int, str] = {}
        for number, row in enumerate(page.rows):
            found = {c: line for c, value in enumerate(row) if (line := self.labels.get(self._plain(value)))}
            if len(found) > 1:
                lines = found
            elif lines and row and text_of(row[0]) in outcomes:
                for column, line in lines.items():
                    self._total(page, number, column, outcomes[text_of(row[0])], line)
            elif row and text_of(row[0]) == self.template.wording.lacking:
                page.taken.update(
                    (number, column) for column, value in enumerate(row) if isinstance(value, (int, float))
                )
            self._leftovers(page, number, ())

    def _leftovers(self, page: Page, number: int, read: Sequence[str]) -> None:
        """Say what stands in a row and was neither sent nor read as an answer."""
        for column, text in page.strangers(number, read):
            if text not in self.sent.texts:
                self.say("stray-text", page.name, address(number + 1, column + 1), "", text)
