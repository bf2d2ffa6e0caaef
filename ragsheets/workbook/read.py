"""A returned workbook made into a Return: every answer with the place it came from, and what else was found.

Rows are told by their key, but only where their wording agrees with it, and columns by their heading: nothing is read
from a fixed address, save a column whose heading is gone, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragsheets.errors import ReturnError
from ragsheets.words import plain
from ragsheets.workbook import display, matching, stated
from ragsheets.workbook.collection import Collection
from ragsheets.workbook.extras import Extras, Remark
from ragsheets.workbook.headings import find_columns
from ragsheets.workbook.home import Home, stranger_of
from ragsheets.workbook.layout import HEADLINES, NEW_TASK, address
from ragsheets.workbook.page import Page, text_of
from ragsheets.workbook.returned import Answer, Headline, Return, Rows, Sheets

#: What a key in the last column says of a row for a headline.
_HEADLINE_SIGNS = tuple(HEADLINES.values())
#: How many digits the number of a headline has at most; a longer one was never ours.
_MOST_DIGITS = 4


def read_sheets(sheets: Sheets, home: Home, collection: Collection, extras: Extras | None = None) -> Return:
    """Read every sheet of a returned workbook against what it was sent with.

    Where the plan or the template was changed since, answers go to today's tasks, and the totals that the workbook
    states, which count others, say nothing.

    Args:
        sheets: the values.
        home: where the workbook belongs.
        collection: the period.
        extras: what it holds beyond values; nothing by default.
    """
    reader = _Reader(home, collection, extras or Extras())
    for name, rows in sheets:
        reader.sheet(name, rows)
    reader.finish()
    if home.now is not None:
        reader.result.totals.clear()
    return reader.result


class _Reader:
    """Reads the sheets of one return."""

    def __init__(self, home: Home, collection: Collection, extras: Extras) -> None:
        self.home = home
        self.sent = home.edition
        self.now = home.now or home.edition
        self.collection = collection
        self.form = collection.form
        self.extras = extras
        self.result = Return()
        self.result.observations.extend(home.remarks)
        #: The tasks that have a row, and the places of those rows (and headlines) that say something.
        self.met: set[str] = set()
        self.seen: dict[str, str] = {}
        #: Rows that no key and no wording placed; looked at again when it is known which tasks have no row.
        self.unplaced: list[tuple[Page, int]] = []
        self.pages: list[Page] = []

    def sheet(self, name: str, rows: Rows) -> None:
        """Read one sheet."""
        sent = self.sent.sheet(name)
        if sent is not None and sent.role == "facts" and rows == sent.rows:
            return
        rows = _with_errors(rows, self.extras, name)
        if (found := stranger_of(rows, sent.rows if sent else (), self.home, self.collection)) is not None:
            wanted, words = found
            self.result.say("foreign-sheet", name, "", "", words, wanted)
            return
        columns = find_columns(rows, self.sent, self.now, self.form)
        for cell, found_there, heading in columns.changed:
            self.result.say("heading-changed", name, cell, "", found_there, heading)
        if columns.guessed:
            self.result.say("headings-missing", name, columns.guessed, "", "")
        page = Page(name, rows, sent.rows if sent else (), columns.places, self.extras.errors(name))
        self._without_struck(page, columns.start)
        self.pages.append(page)
        if "key" in columns.places:
            outcome = self._outcome_of(page, columns.start, sent.outcome if sent else "")
            first = self._head(page, columns.start, outcome)
            last = max((n for n in range(first, len(page.rows)) if page.key(n)), default=len(page.rows))
            for number in range(columns.start, len(page.rows)):
                self._row(page, number, in_table=first <= number <= last + 1)
        else:
            stated.read_front(page, self.sent, self.form, self.result)
            for number in range(len(rows)):
                self._leftovers(page, number, ())

    def finish(self) -> None:
        """Place what can be placed now, and say what is missing and what stands beyond the values."""
        for page, number in self.unplaced:
            rowless = [key for key in self.now.tasks if key not in self.met]
            key = matching.unmistakable(self.now, page.text(number, "task"), rowless) if rowless else ""
            if key:
                self._rescue(page, number, key)
            elif self._is_new(page, number, "task"):
                self._proposal(page, number)
            else:
                self._leftovers(page, number, ())
        for key, texts in self.now.tasks.items():
            if key not in self.met:
                self.result.say("row-missing", "", "", key, texts["task"])
        for page in self.pages:
            self._say_beyond(page)
        self._say_remarks()

    def _outcome_of(self, page: Page, start: int, outcome: str) -> str:
        """The outcome that a sheet is about: that of the tasks on it."""
        for number in range(start, len(page.rows)):
            key = page.key(number)
            if key in self.now.outcome_of:
                return self.now.outcome_of[key]
        return outcome

    # ------------------------------------------------------------------------------------------ rows of tasks

    def _row(self, page: Page, number: int, *, in_table: bool) -> None:
        key = page.key(number)
        if self.now is self.sent and page.is_as_sent(number):
            # Nothing was typed in it; only that it is there has to be known.
            self.met.add(key)
            page.owners[number] = key
            return
        if key in self.now.tasks or key in self.sent.tasks:
            self._task_row(page, number, key)
        elif key.startswith(_HEADLINE_SIGNS) and "headline" in page.places:
            self._headline(page, number, key)
        elif known := matching.by_wording(self.now, page.text(number, "task"), page.text(number, "target")):
            self._rescue(page, number, known)
        elif key.startswith(NEW_TASK):
            self._proposal(page, number)
        elif in_table and page.text(number, "task"):
            self.unplaced.append((page, number))
        else:
            self._leftovers(page, number, ())

    def _task_row(self, page: Page, number: int, key: str) -> None:
        wording, target = page.text(number, "task"), page.text(number, "target")
        known = matching.by_wording(self.now, wording, target) or matching.most_like(self.now, wording, target, key)
        if known == key:
            self._answers(page, number, key)
        elif known:
            self._rescue(page, number, known)
        elif wording:
            self.unplaced.append((page, number))
        else:
            self._leftovers(page, number, ())

    def _rescue(self, page: Page, number: int, key: str) -> None:
        """A row that is told by its wording, since its key is gone or is another task's."""
        if any(page.text(number, column) for column in self.form.by_contact):
            self.result.say("told-by-wording", page.name, page.address(number, "task"), key, page.text(number, "task"))
        self._answers(page, number, key)

    def _answers(self, page: Page, number: int, key: str) -> None:
        sent = self.now.tasks[key]
        page.owners[number] = key
        changed = [
            (column, value)
            for column in self.now.columns
            if column in page.places and (value := page.text(number, column)) != sent[column]
        ]
        self.met.add(key)
        if changed and key in self.seen:
            # Nothing is merged, all is said.
            words = " | ".join(value for _, value in changed if value)
            if words:
                self.result.say("row-twice", page.name, page.address(number, "task"), key, words, self.seen[key])
            changed = []
        elif changed:
            self.seen[key] = f"{page.name}!{page.address(number, 'task')}"
        for column, value in changed:
            self._answer(page, number, key, column, value, sent[column])
        self._leftovers(page, number, self.now.columns)

    def _answer(self, page: Page, number: int, key: str, column: str, value: str, sent: str) -> None:
        """Take one cell that does not hold what it was sent with."""
        cell, say = page.address(number, column), self.result.say
        if page.has_refused(number, column):
            say("characters-left-out", page.name, cell, key, value)
        if column in self.form.by_plan:
            say("wording-changed", page.name, cell, key, value, sent)
        elif page.is_error(number, column) and column != "status":
            say("error-value", page.name, cell, key, value)
        elif value:
            value = self._as_displayed(page, number, key, column, value)
            self.result.answers.append(Answer(key, column, value, page.name, cell))
        else:
            say("cleared", page.name, cell, key, "", sent)

    def _as_displayed(self, page: Page, number: int, key: str, column: str, value: str) -> str:
        """An answer in words that a program made a number or a date of, as the contact saw it."""
        found = page.value(number, column)
        if isinstance(found, str) or self.form.kind_of[column] in ("date", "number"):
            return value
        place = (number, page.places[column])
        code = self.extras.format_of(page.name, place)
        shown = self.extras.displayed(page.name, place) or display.shown(found, code)  # type: ignore[arg-type]
        if display.hides(found, code):  # type: ignore[arg-type]
            self.result.say("shown-otherwise", page.name, page.address(number, column), key, shown, value)
        return shown or value

    def _proposal(self, page: Page, number: int) -> None:
        page.owners[number] = page.key(number) or NEW_TASK
        words = [page.text(number, column) for column in self.now.columns]
        if any(words):
            first = next(column for column, word in zip(self.now.columns, words, strict=True) if word)
            cell = page.address(number, first)
            self.result.say("proposed-task", page.name, cell, "", " | ".join(filter(None, words)))
        self._leftovers(page, number, self.now.columns)

    def _headline(self, page: Page, number: int, key: str) -> None:
        page.owners[number] = key
        text, place = page.text(number, "headline"), page.address(number, "headline")
        kind, sign = next((kind, sign) for kind, sign in HEADLINES.items() if key.startswith(sign))
        if text and text != self.sent.headlines.get(key, ""):
            place_in_list = key.removeprefix(sign)
            if key in self.seen or not place_in_list.isdecimal() or len(place_in_list) > _MOST_DIGITS:
                self.result.say("row-twice", page.name, place, "", text, self.seen.get(key, page.name))
            else:
                self.seen[key] = f"{page.name}!{place}"
                self.result.headlines.append(Headline(kind, int(place_in_list), text, page.name, place))
        elif not text and self.sent.headlines.get(key):
            self.result.say("cleared", page.name, place, "", "", self.sent.headlines[key])
        self._leftovers(page, number, ("headline",))

    # ------------------------------------------------------------------------------------------------ the rest

    def _head(self, page: Page, start: int, outcome: str) -> int:
        """Read what stands above the first task: the headings, and the header block with its summary.

        Gives the number of the row of the first task.
        """
        for number in range(start - 1):
            self._leftovers(page, number, ())
        if start:
            self._leftovers(page, start - 1, [key for key in page.places if key != "key"])
        for number in range(start, len(page.rows)):
            if page.key(number) or matching.by_wording(
                self.now, page.text(number, "task"), page.text(number, "target")
            ):
                return number
            stated.read_line(page, number, outcome, self.form, self.result)
        return len(page.rows)

    def _leftovers(self, page: Page, number: int, read: Sequence[str]) -> None:
        """Say what stands in a row and was neither sent nor read as an answer."""
        for column, text in page.strangers(number, read):
            if not self._is_ours(page, number, column, text):
                self.result.say("stray-text", page.name, address(number + 1, column + 1), "", text)

    def _is_new(self, page: Page, number: int, column: str) -> bool:
        return not self._is_ours(page, number, page.places[column], page.text(number, column))

    def _is_ours(self, page: Page, number: int, column: int, text: str) -> bool:
        """Whether a text was sent, wherever it stands now.

        A status or a number may as well be a contact's: it is ours only beside a text that it was sent beside.
        """
        if isinstance(page.rows[number][column], str) and text not in self.form.pickable:
            return text in self.sent.texts
        company = self.sent.beside.get(text, frozenset())
        return any(text_of(value) in company for value in page.rows[number] if isinstance(value, str) and value)

    # ------------------------------------------------------------------------------------------ beyond the values

    def _without_struck(self, page: Page, start: int) -> None:
        """Take the words that were struck through out of the answers; they are told by themselves."""
        answered = {page.places[key] for key in (*self.form.by_contact, "headline") if key in page.places}
        for (row, column), words in self.extras.struck(page.name).items():
            if row >= start and column in answered and row < len(page.rows) and column < len(page.rows[row]):
                page.put(row, column, words.kept)

    def _say_beyond(self, page: Page) -> None:
        """Say the formulas in the answers and the words that were struck through."""
        answered = {page.places[key]: key for key in (*self.form.by_contact, "headline") if key in page.places}
        valueless = self.extras.valueless(page.name)
        for (row, column), formula in self.extras.formulas(page.name).items():
            if column in answered and page.owners.get(row):
                code = "formula-without-value" if (row, column) in valueless else "formula"
                value = text_of(page.rows[row][column]) if code == "formula" else ""
                self.result.say(
                    code, page.name, address(row + 1, column + 1), self._task(page, row), value, f"={formula}"
                )
        for (row, column), words in self.extras.struck(page.name).items():
            if words.struck:
                cell = address(row + 1, column + 1)
                self.result.say("struck-through", page.name, cell, self._task(page, row), words.struck)

    def _say_remarks(self) -> None:
        """Say what stands beside the cells, but for the notes that the workbook was sent with."""
        try:
            remarks = self.extras.remarks()
        except ReturnError:
            remarks = [Remark("unreadable-comments")]
        notes = {plain(note) for sheet in self.sent.sheets for note in sheet.notes.values()}
        for remark in remarks:
            if notes and plain(remark.text) in notes:
                continue
            self.result.say(remark.code, remark.sheet, remark.cell, "", remark.text, remark.author or "somebody")

    def _task(self, page: Page, row: int) -> str:
        key = page.owners.get(row, "")
        return key if key in self.now.tasks else ""


def _with_errors(rows: Rows, extras: Extras, name: str) -> Rows:
    """The rows with the error values, which the reader of values leaves out."""
    errors = extras.errors(name)
    if not errors:
        return rows
    mended = [list(row) for row in rows]
    for (row, column), error in errors.items():
        mended += [[] for _ in range(row + 1 - len(mended))]
        mended[row] += [""] * (column + 1 - len(mended[row]))
        mended[row][column] = error
    return mended
