"""A returned file made into a Return: every answer with the place it came from, and what else was found.

Rows are told by their key, but only where their wording agrees with it, and columns by their heading: nothing is read
from a fixed address, save a column whose heading is gone, and that is said.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from ragsheets.errors import ReturnError
from ragsheets.status import plain
from ragsheets.template import Template
from ragsheets.workbook import guard
from ragsheets.workbook.identity import Rows
from ragsheets.workbook.layout import HEADLINES, KEY_HEADING, NEW_TASK, NOT_REPORTED, address, summary_lines
from ragsheets.workbook.page import Page, text_of
from ragsheets.workbook.sent import Sent

#: How alike (0 to 100) a row's wording must be to the task's for its key to count. Below it the row is another one.
ALIKE = 60.0
#: How alike it must be to be the task's without a key: a label that moved on by one, a word that was mended.
ALMOST_SAME = 95.0
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
        moment = datetime.datetime.fromisoformat(match[1].decode()) if match else None
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return None
    return moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment


def read_sheets(sheets: Sheets, sent: Sent, template: Template, now: Sent | None = None) -> Return:
    """Read every sheet of a returned workbook against what it was sent with.

    `now` is what would be sent today, where the plan or the template was changed since: answers go to its tasks, and
    the totals that the workbook states, which count others, say nothing.
    """
    reader = _Reader(sent, template, now or sent)
    for name, rows in sheets:
        reader.sheet(name, rows)
    reader.missing_rows()
    if now is not None:
        reader.result.totals.clear()
    return reader.result


class _Reader:
    """Reads the sheets of one return."""

    def __init__(self, sent: Sent, template: Template, now: Sent) -> None:
        self.sent = sent
        self.now = now
        self.template = template
        self.result = Return()
        #: The tasks that have a row, and the places of those rows (and headlines) that say something.
        self.met: set[str] = set()
        self.seen: dict[str, str] = {}
        self.columns = {plain(column.heading): column.key for column in template.columns}
        self.labels = {plain(label): line for line, label in summary_lines(template)}
        # Longer texts are none of the headings and labels, and need no plain form to be told from them.
        self.longest = 16 + max(map(len, (*self.columns, *self.labels)))
        self.by_plan = {column.key for column in template.columns if column.filled_by == "plan"}
        #: What a contact may have written word for word as it also stands in the workbook's own parts.
        self.pickable = {*template.scale.codes, *(choice for column in template.columns for choice in column.choices)}

    def say(self, code: str, sheet: str, cell: str, task: str, found: str, wanted: str = "") -> None:
        self.result.observations.append(Observation(code, sheet, cell, task, found, wanted))

    def sheet(self, name: str, rows: Rows) -> None:
        sent = self.sent.sheet(name)
        if sent is not None and sent.role == "facts" and rows == sent.rows:
            return
        places, start = self._headings(name, rows)
        page = Page(name, rows, sent.rows if sent else (), places)
        if "key" in places:
            outcome = self._outcome_of(page, start, sent.outcome if sent else "")
            self._head(page, start, outcome)
            for number in range(start, len(rows)):
                self._row(page, number)
        else:
            self._no_table(page)

    def missing_rows(self) -> None:
        """Say which tasks have no row any more."""
        for key, texts in self.now.tasks.items():
            if key not in self.met:
                self.say("row-missing", "", "", key, texts["task"])

    def _plain(self, value: object) -> str:
        return plain(value) if isinstance(value, str) and 0 < len(value) <= self.longest else ""

    # ------------------------------------------------------------------------------------- where things stand

    def _headings(self, name: str, rows: Rows) -> tuple[dict[str, int], int]:
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
                self._find_keys(places, rows)
                self._find_unheaded(places, name, rows, number)
                return places, number + 1
        return {}, len(rows)

    def _find_keys(self, places: dict[str, int], rows: Rows) -> None:
        """Find the column of the keys by its content where its heading is gone; else it is one beyond the last."""
        if "key" not in places:
            width = max(map(len, rows))
            hits = [sum(1 for row in rows if len(row) > c and row[c] in self.now.tasks) for c in range(width)]
            places["key"] = hits.index(max(hits)) if max(hits) else width

    def _find_unheaded(self, places: dict[str, int], name: str, rows: Rows, number: int) -> None:
        """Find a column whose heading is gone by its place, where the table is as wide as it was sent, and say so."""
        if "headline" in places or places["key"] != len(self.sent.columns):
            return
        for place, column in enumerate(self.sent.columns):
            if column not in places and place not in places.values():
                places[column] = place
                heading = next((c.heading for c in self.template.columns if c.key == column), column)
                found = text_of(rows[number][place]) if place < len(rows[number]) else ""
                self.say("heading-changed", name, address(number + 1, place + 1), "", found, heading)

    def _outcome_of(self, page: Page, start: int, outcome: str) -> str:
        """The outcome that a sheet is about: that of the tasks on it."""
        for number in range(start, len(page.rows)):
            key = page.text(number, "key")
            if key in self.now.outcome_of:
                return self.now.outcome_of[key]
        return outcome

    # ------------------------------------------------------------------------------------------ rows of tasks

    def _row(self, page: Page, number: int) -> None:
        key = page.text(number, "key")
        if self.now is self.sent and page.is_as_sent(number):
            # Nothing was typed in it; only that it is there has to be known.
            self.met.add(key)
            return
        if key in self.now.tasks or key in self.sent.tasks:
            self._task_row(page, number, key)
        elif key in self.sent.headlines:
            self._headline(page, number, key)
        elif known := self._told_by(page, number):
            self._rescue(page, number, known)
        elif key.startswith(NEW_TASK):
            self._proposal(page, number)
        else:
            self._leftovers(page, number, ())

    def _told_by(self, page: Page, number: int) -> str:
        """The key of the task that a row's wording tells, or "": where several have it, their targets decide."""
        keys = self.now.by_wording.get(page.text(number, "task"), [])
        if len(keys) > 1:
            target = page.text(number, "target")
            keys = [key for key in keys if self.now.tasks[key]["target"] == target]
        return keys[0] if len(keys) == 1 else ""

    def _task_row(self, page: Page, number: int, key: str) -> None:
        known = self._told_by(page, number) or self._most_like(page, number, key)
        if known == key:
            self._answers(page, number, key)
        elif known:
            self._rescue(page, number, known)
        else:
            self._leftovers(page, number, ())

    def _most_like(self, page: Page, number: int, key: str) -> str:
        """The key of the task whose row this is although its wording was changed, or is that of several; "" for none.

        The row's own key counts where no other task's wording is more like it, or, where it is like none, where the
        target is untouched. Another task's counts where its wording is almost the same.
        """
        wording, target = plain(page.text(number, "task")), page.text(number, "target")
        likeness = {other: fuzz.ratio(wording, plain(texts["task"])) for other, texts in self.now.tasks.items()}
        best = max(likeness.values())
        if not wording or best < ALIKE:
            return key if key in self.now.tasks and target and target == self.now.tasks[key]["target"] else ""
        nearest = [other for other in likeness if likeness[other] == best]
        if key in nearest:
            return key
        return nearest[0] if len(nearest) == 1 and best >= ALMOST_SAME else ""

    def _rescue(self, page: Page, number: int, key: str) -> None:
        """A row that is told by its wording, since its key is gone or is another task's."""
        if any(page.text(number, column.key) for column in self.template.contact_columns):
            self.say("told-by-wording", page.name, page.address(number, "task"), key, page.text(number, "task"))
        self._answers(page, number, key)

    def _answers(self, page: Page, number: int, key: str) -> None:
        sent = self.now.tasks[key]
        changed = [
            (column, value)
            for column in self.template.columns
            if column.key in page.places and (value := page.text(number, column.key)) != sent[column.key]
        ]
        self.met.add(key)
        if changed and key in self.seen:
            # Nothing is merged, all is said.
            words = " | ".join(value for _, value in changed if value)
            self.say("row-twice", page.name, page.address(number, "task"), key, words, self.seen[key])
            changed = []
        elif changed:
            self.seen[key] = f"{page.name}!{page.address(number, 'task')}"
        for column, value in changed:
            cell = page.address(number, column.key)
            if page.has_refused(number, column.key):
                self.say("characters-left-out", page.name, cell, key, value)
            if column.key in self.by_plan:
                self.say("wording-changed", page.name, cell, key, value, sent[column.key])
            elif value:
                self.result.answers.append(Answer(key, column.key, value, page.name, cell))
            else:
                self.say("cleared", page.name, cell, key, "", sent[column.key])
        self._leftovers(page, number, self.now.columns)

    def _proposal(self, page: Page, number: int) -> None:
        words = [page.text(number, column) for column in self.now.columns]
        if any(words):
            first = next(column for column, word in zip(self.now.columns, words, strict=True) if word)
            self.say("proposed-task", page.name, page.address(number, first), "", " | ".join(filter(None, words)))
        self._leftovers(page, number, self.now.columns)

    def _headline(self, page: Page, number: int, key: str) -> None:
        text, place = page.text(number, "headline"), page.address(number, "headline")
        kind, sign = next((kind, sign) for kind, sign in HEADLINES.items() if key.startswith(sign))
        if text and text != self.sent.headlines[key]:
            if key in self.seen:
                self.say("row-twice", page.name, place, "", text, self.seen[key])
            else:
                self.seen[key] = f"{page.name}!{place}"
                self.result.headlines.append(Headline(kind, int(key.removeprefix(sign)), text, page.name, place))
        elif not text and self.sent.headlines[key]:
            self.say("cleared", page.name, place, "", "", self.sent.headlines[key])
        self._leftovers(page, number, ("headline",))

    # --------------------------------------------------------------------------------------- totals and the rest

    def _head(self, page: Page, start: int, outcome: str) -> None:
        """What stands above the first task: the headings, and the header block with its summary."""
        for number in range(start - 1):
            self._leftovers(page, number, ())
        self._leftovers(page, start - 1, [key for key in page.places if key != "key"])
        for number in range(start, len(page.rows)):
            if page.text(number, "key") or self._told_by(page, number):
                return
            self._summary_line(page, number, outcome)

    def _summary_line(self, page: Page, number: int, outcome: str) -> None:
        if page.is_as_sent(number):
            return
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

    def _no_table(self, page: Page) -> None:
        """A sheet without tasks: the front sheet's table of totals, told by its labels and the names of the sheets."""
        outcomes = {sheet.name: sheet.outcome for sheet in self.sent.sheets if sheet.role == "outcome"}
        outcomes[self.template.wording.total] = ""
        lines: dict[int, str] = {}
        for number, row in enumerate(page.rows):
            found = {c: line for c, value in enumerate(row) if (line := self.labels.get(self._plain(value)))}
            texts = {text_of(value) for value in row if isinstance(value, str) and value}
            if len(found) > 1:
                lines = found
            elif lines and (named := texts & outcomes.keys()):
                for column, line in lines.items():
                    self._total(page, number, column, outcomes[min(named)], line)
            elif self.template.wording.lacking in texts:
                for column, value in enumerate(row):
                    if isinstance(value, (int, float)):
                        self._total(page, number, column, "", NOT_REPORTED)
            self._leftovers(page, number, ())

    def _leftovers(self, page: Page, number: int, read: Sequence[str]) -> None:
        """Say what stands in a row and was neither sent nor read as an answer."""
        for column, text in page.strangers(number, read):
            if not self._is_ours(page, number, column, text):
                self.say("stray-text", page.name, address(number + 1, column + 1), "", text)

    def _is_ours(self, page: Page, number: int, column: int, text: str) -> bool:
        """Whether a text was sent, wherever it stands now.

        A status or a number may as well be a contact's: it is ours only beside a text that it was sent beside.
        """
        if isinstance(page.rows[number][column], str) and text not in self.pickable:
            return text in self.sent.texts
        company = self.sent.beside.get(text, frozenset())
        return any(text_of(value) in company for value in page.rows[number] if isinstance(value, str) and value)
