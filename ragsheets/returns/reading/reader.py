"""A returned workbook made into a Return: every answer with the place it came from, and what else was found.

Rows are told by their key, but only where their wording agrees with it, and columns by their heading: nothing is read
from a fixed address, save a column whose heading is gone, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.details import Extras
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.returns.reading import cell_annotations, displayed, proposal, row_matching, stated_totals, unchanged
from ragsheets.returns.reading.columns import Columns, find_tables
from ragsheets.returns.reading.context import Collection
from ragsheets.returns.reading.model import Answer, Headline, Return
from ragsheets.returns.reading.ownership import Home, stranger_of
from ragsheets.returns.reading.table import Page, is_ours, same_words, untouched_rows
from ragsheets.returns.reading.task_mapping import Edition
from ragsheets.workbook.columns import LAST
from ragsheets.workbook.layout import HEADLINES, LISTED, NEW_TASK

#: What a key in the last column says of a row for a headline.
_HEADLINE_SIGNS = tuple(HEADLINES.values())
#: What it says of a row for a task that is only listed.
_LISTED_SIGNS = tuple(LISTED.values())
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
    # Of two copies of a sheet the one with its name comes first, and its rows before the other's.
    for name, rows in sorted(sheets, key=lambda sheet: reader.sent.sheet(sheet[0]) is None):
        reader.sheet(name, rows)
    reader.finish()
    if home.now is not None:
        stated_totals.keep_words_only(reader.result)
    return reader.result


class _Reader:
    """Reads the sheets of one return."""

    def __init__(self, home: Home, collection: Collection, extras: Extras) -> None:
        self.home = home
        self.sent = home.edition
        self.now = home.now or home.edition
        self.collection = collection
        self.form = collection.form
        #: The columns of a task's row: what the plan and the contact say today, and what was last said as it was sent.
        last = [column for column in self.sent.columns if column in LAST]
        self.columns = self.sent.columns
        if self.now is not self.sent:
            self.columns = (*(column for column in self.now.columns if column not in LAST), *last)
        self.edition = Edition(self.sent, self.now, collection.given)
        self.extras = extras
        self.result = Return()
        self.result.observations.extend(home.remarks)
        #: The tasks that have a row, and the places of those rows (and headlines) that say something.
        self.met: set[str] = set()
        self.seen: dict[str, str] = {}
        #: Rows with a wording that is no task's, or several tasks': looked at again once all others have their task.
        self.unplaced: list[tuple[Page, int]] = []
        self.pages: list[Page] = []
        self.counting: dict[str, set[int]] = {}

    def sheet(self, name: str, rows: Rows) -> None:
        """Read one sheet."""
        sent = self.sent.sheet(name)
        if sent is not None and sent.role == "facts" and rows == sent.rows:
            return
        rows = cell_annotations.with_errors(rows, self.extras, name)
        sent_rows = sent.rows if sent else ()
        untouched = set(untouched_rows(rows, sent_rows))
        if (found := stranger_of(rows, untouched, self.home, self.collection)) is not None:
            wanted, words = found
            self.result.say("foreign-sheet", name, "", "", words, wanted)
            return
        tables = find_tables(rows, sent, untouched, self.sent, self.now, self.form)
        bounds = [0, *(table.headings for table in tables[1:]), len(rows)]
        for table, first, end in zip(tables, bounds, bounds[1:], strict=False):
            errors = self.extras.errors(name)
            page = Page(name, rows, sent_rows, untouched, table.places, errors, range(first, end))
            cell_annotations.without_struck(page, table.start, self.form, self.extras)
            self.pages.append(page)
            self._table(page, table, sent.outcome if sent else "")

    def finish(self) -> None:
        """Place what can be placed now, and say what is missing and what stands beyond the values."""
        if self.unplaced:
            self._place_changed()
            self._place_keyless()
        for page, number in self.unplaced:
            wording = page.text(number, "task")
            if wording and not is_ours(wording, page.rows[number], self.sent):
                self._proposal(page, number)
            else:
                self._leftovers(page, number, ())
        for key, texts in self.now.tasks.items():
            if key not in self.met and self.edition.was(key):
                self.result.say("row-missing", "", "", key, texts["task"])
        for page in self.pages:
            cell_annotations.say_beyond(page, self.now.tasks, self.form, self.extras, self.result)
        cell_annotations.say_remarks(self.extras, self.sent, self.result)

    def _table(self, page: Page, table: Columns, outcome: str) -> None:
        """Read one table with the rows above it, or a sheet without one."""
        for cell, found, heading in table.changed:
            self.result.say("heading-changed", page.name, cell, "", found, heading)
        if table.guessed:
            self.result.say("headings-missing", page.name, table.guessed, "", "")
        if "key" not in page.places or not page.span.start:
            above = table.start if table.headings < 0 else table.headings
            stated_totals.read_front(page, above, self.sent, self.form, self.result)
        if "key" not in page.places:
            for number in page.span:
                self._leftovers(page, number, ())
            return
        first = next((n for n in range(table.start, page.span.stop) if self._is_task(page, n)), page.span.stop)
        last = max((n for n in range(first, page.span.stop) if page.key(n)), default=page.span.stop)
        about, until = outcome, -1
        for number in page.span:
            if number == table.headings:
                self._leftovers(page, number, tuple(key for key in page.places if key != "key"))
            elif not self._row(page, number, in_table=first <= number <= last + 1):
                if lines := stated_totals.lines_in(page, number, self.form):
                    if number > until:
                        until, about = self._outcome_at(page, number)
                    stated_totals.read_line(page, number, lines, about or outcome, self.result)
                self._leftovers(page, number, ())

    def _is_task(self, page: Page, number: int) -> bool:
        return bool(page.key(number) or self._by_wording(page, number))

    def _by_wording(self, page: Page, number: int) -> str:
        wording = page.text(number, "task")
        keys = self.now.by_wording.get(wording, ())
        if len(keys) < 2:
            return keys[0] if keys else ""
        return row_matching.by_wording(self.now, wording, page.text(number, "target"))

    def _outcome_at(self, page: Page, number: int) -> tuple[int, str]:
        """The outcome that a line of a summary is about: that of the first task below it, or else above it.

        Gives the row of that task with it: all lines above it are about the same.
        """
        for row in (*range(number, page.span.stop), *range(number, page.span.start - 1, -1)):
            key = page.key(row) or self._by_wording(page, row)
            if key in self.now.outcome_of:
                return row, self.now.outcome_of[key]
        return -1, ""

    # ------------------------------------------------------------------------------------------ whose row it is

    def _row(self, page: Page, number: int, *, in_table: bool) -> bool:
        """Read a row that is a task's, a headline's or a new task's; gives whether it is, or may be one."""
        key = page.key(number)
        if self.now is self.sent and page.is_as_sent(number):
            # Nothing was typed in it; only that it is there has to be known.
            self.met.add(key)
            page.owners[number] = key
            unchanged.note(page, number, key, key, self.sent, self.result)
            return True
        if key.startswith(_HEADLINE_SIGNS) and "headline" in page.places:
            self._headline(page, number, key)
            return True
        wording = page.text(number, "task")
        if self._is_listed(key, wording):
            self._of_a_listed_task(page, number, self.sent.listed[wording])
        elif was := self.edition.whose(key, wording):
            self._as_it_was_sent(page, number, was)
        elif known := self._exactly(page, number, key):
            self._found(page, number, known)
        elif key in self.now.tasks or key in self.sent.tasks:
            self.unplaced.append((page, number))
        elif key.startswith(NEW_TASK):
            self._proposal(page, number)
        elif wording and (in_table or wording in self.now.by_wording):
            self.unplaced.append((page, number))
        else:
            return False
        return True

    def _is_listed(self, key: str, wording: str) -> bool:
        """Whether a row is that of a task that is only listed; its wording may be that of a task of today's too."""
        return wording in self.sent.listed and (key.startswith(_LISTED_SIGNS) or wording not in self.now.by_wording)

    def _of_a_listed_task(self, page: Page, number: int, rows: Sequence[Mapping[str, str]]) -> None:
        """Say what was written into a row that asks for nothing; `rows` are those of this wording as they were sent."""

        def changed(sent: Mapping[str, str]) -> list[str]:
            places = [column for column in self.columns if column in page.places and page.text(number, column)]
            return [column for column in places if not self._says_the_same(page, number, column, sent.get(column, ""))]

        for column in min(map(changed, rows), key=len):
            words = displayed.shown(page, number, page.places[column], self.extras)
            self.result.say("stray-text", page.name, page.address(number, column), "", words)
        self._leftovers(page, number, self.columns)

    def _exactly(self, page: Page, number: int, key: str) -> str:
        """The key of the task with exactly this row's wording; of several the row's own."""
        known = self._by_wording(page, number)
        if known != key and self._is_anothers(key):
            return ""
        return known or (key if key in self.now.by_wording.get(page.text(number, "task"), ()) else "")

    def _is_anothers(self, key: str) -> bool:
        """Whether a key is that of another sub-group's task: its row was copied from that one's workbook."""
        if not key or key.startswith(NEW_TASK) or key in self.now.tasks or key in self.sent.tasks:
            return False
        others = (group for group in self.collection.latest if group != self.home.group)
        return any(key in self.collection.now(group).tasks for group in others)

    def _place_changed(self) -> None:
        """Place the rows that have a key but another wording than its task.

        Such a row is no task's that has a row with its own wording, and of several it is that of the most alike.
        """
        changed = [(self._most_like(page, number), page, number) for page, number in self.unplaced]
        self.unplaced = []
        for match, page, number in sorted(changed, key=lambda each: -each[0].likeness):
            if not match.key or (match.key in self.met and match.likeness < row_matching.ALMOST_SAME):
                self.unplaced.append((page, number))
            else:
                self._found(page, number, match.key)

    def _most_like(self, page: Page, number: int) -> row_matching.Match:
        wording, target, key = page.text(number, "task"), page.text(number, "target"), page.key(number)
        if self._is_anothers(key):
            return row_matching.Match("")
        if wording in self.now.by_wording:
            outcome = self._outcome_above(page, number)
            if twin := row_matching.among_twins(self.now, wording, target, outcome):
                return row_matching.Match(twin, 100.0)
        if key in self.now.tasks or key in self.sent.tasks:
            return row_matching.most_like(self.now, wording, target, key)
        return row_matching.Match("")

    def _outcome_above(self, page: Page, number: int) -> str:
        """The outcome whose name, or whose sheet's title, stands next above a row."""
        for row in range(number, -1, -1):
            for value in page.rows[row]:
                if isinstance(value, str) and (outcome := self.sent.title_of_outcome.get(value.strip())):
                    return outcome
        return ""

    def _place_keyless(self) -> None:
        """Place the rows that can only be about a task that has no row, and are told from all others that might be."""
        rowless = [key for key in self.now.tasks if key not in self.met]
        matches = [
            row_matching.Match("")
            if self._is_anothers(page.key(number))
            else row_matching.unmistakable(self.now, page.text(number, "task"), rowless)
            for page, number in self.unplaced
        ]
        best: dict[str, list[float]] = {}
        for key, likeness in matches:
            best.setdefault(key, []).append(likeness)
        rest = []
        for match, (page, number) in zip(matches, self.unplaced, strict=True):
            ranked = sorted(best[match.key], reverse=True)
            alone = len(ranked) == 1 or ranked[0] - ranked[1] >= row_matching.MARGIN
            if match.key and match.likeness == ranked[0] and alone:
                self._found(page, number, match.key)
            else:
                rest.append((page, number))
        self.unplaced = sorted(rest, key=lambda each: (self.pages.index(each[0]), each[1]))

    # ------------------------------------------------------------------------------------------ what a row says

    def _found(self, page: Page, number: int, key: str) -> None:
        """Read the row of a task; say so where it was told by its wording, since its key is gone or another task's."""
        if page.key(number) != key and any(page.text(number, column) for column in self.form.by_contact):
            self.result.say("told-by-wording", page.name, page.address(number, "task"), key, page.text(number, "task"))
        self._answers(page, number, key)

    def _as_it_was_sent(self, page: Page, number: int, was: str) -> None:
        """Read the row of a task of an older plan: its answers are today's task's, or nobody's."""
        if key := self.edition.becomes.get(was):
            self._found(page, number, key)
            return
        page.owners[number] = was
        for column in self.form.by_contact:
            text = page.text(number, column)
            if text and text != self.sent.tasks[was].get(column, ""):
                words = displayed.shown(page, number, page.places[column], self.extras)
                self.result.say("task-gone", page.name, page.address(number, column), "", words)
        self._leftovers(page, number, self.columns)

    def _answers(self, page: Page, number: int, key: str) -> None:
        sent, key_as_sent = self.edition.before(key, self.columns, self.form.by_plan), self.edition.was(key)
        page.owners[number] = key
        changed = [
            (column, value)
            for column in self.columns
            if column in page.places
            and (value := page.text(number, column)) != sent[column]
            and not (column not in self.form.by_contact and self._says_the_same(page, number, column, sent[column]))
        ]
        self.met.add(key)
        if changed and key in self.seen:
            # Nothing is merged, all is said.
            if words := displayed.words(page, number, [column for column, _ in changed], self.extras):
                said = " | ".join(words.values())
                self.result.say("row-twice", page.name, page.address(number, "task"), key, said, self.seen[key])
            changed = []
        elif changed:
            self.seen[key] = f"{page.name}!{page.address(number, 'task')}"
        for column, value in changed:
            if not value and column in self.sent.carried_of(key_as_sent):
                self.result.say("carried-cleared", page.name, page.address(number, column), key, column, sent[column])
            else:
                self._answer(page, number, key, column, value, sent[column])
        unchanged.note(page, number, key, key_as_sent, self.sent, self.result)
        self._leftovers(page, number, self.columns)

    def _says_the_same(self, page: Page, number: int, column: str, sent: str) -> bool:
        """Whether a cell of the plan's still says what was sent, whatever blanks or number a program made of it."""
        if isinstance(page.value(number, column), str):
            return same_words(page.text(number, column), sent)
        return same_words(displayed.shown(page, number, page.places[column], self.extras), sent)

    def _answer(self, page: Page, number: int, key: str, column: str, value: str, sent: str) -> None:
        """Take one cell that does not hold what it was sent with."""
        cell, say = page.address(number, column), self.result.say
        if page.has_refused(number, column):
            say("characters-left-out", page.name, cell, key, value)
        if column in LAST:
            say("past-changed" if value else "past-deleted", page.name, cell, key, value, sent)
        elif column in self.form.by_plan:
            adopted = self._says_the_same(page, number, column, self.now.tasks[key][column])
            code = "wording-adopted" if adopted else "wording-changed"
            say(code, page.name, cell, key, value, sent, proposal.change_of(column))
        elif page.is_error(number, column) and column != "status":
            say("error-value", page.name, cell, key, value)
        elif value:
            shown, hides = displayed.answer(page, number, column, self.form.kind_of[column], self.extras)
            if hides:
                say("shown-otherwise", page.name, cell, key, shown, value)
            self.result.answers.append(Answer(key, column, shown, page.name, cell))
        else:
            say("cleared", page.name, cell, key, "", sent)

    def _proposal(self, page: Page, number: int) -> None:
        page.owners[number] = page.key(number) or NEW_TASK
        if words := displayed.words(page, number, self.columns, self.extras):
            outcome = proposal.outcome_of(page, number, self.now) or self._outcome_above(page, number)
            place, parts = page.address(number, next(iter(words))), proposal.task_of(words, outcome)
            self.result.say("proposed-task", page.name, place, "", " | ".join(words.values()), parts=parts)
        self._leftovers(page, number, self.columns)

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
        unchanged.note(page, number, key, key, self.sent, self.result)
        self._leftovers(page, number, ("headline",))

    # ------------------------------------------------------------------------------------------------ the rest

    def _leftovers(self, page: Page, number: int, read: tuple[str, ...]) -> None:
        """Say what stands in a row and was neither sent nor read as an answer."""
        for column, text in page.strangers(number, read):
            if not is_ours(text, page.rows[number], self.sent, counts=number in self._counting(page.name)):
                words = displayed.shown(page, number, column, self.extras)
                self.result.say("stray-text", page.name, address(number + 1, column + 1), "", words)

    def _counting(self, name: str) -> set[int]:
        """The rows of a sheet with formulas that have lost their values."""
        if name not in self.counting:
            self.counting[name] = {row for row, _ in self.extras.valueless(name)}
        return self.counting[name]
