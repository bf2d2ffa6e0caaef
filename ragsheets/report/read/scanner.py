"""The way through a document from top to bottom: which line begins an outcome, which row is a task's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ragsheets.report.read.blocks import Block, Cell, Line, Row, Story, Table
from ragsheets.report.read.columns import Columns, columns_in
from ragsheets.report.read.model import CountRow, Stated
from ragsheets.report.read.phrases import Phrases
from ragsheets.report.read.scan_model import Action, CountTable, Fact, Outcome, Part, Scan
from ragsheets.report.write.xml import BULLET_SIGN
from ragsheets.template.model import Template
from ragsheets.text import plain

#: The kinds of line that stand in the block above an outcome's tasks.
DETAILS = ("date", "group", "contact")
OUTCOME, SUMMARY, COUNT, WORDS = "outcome", "summary", "count", "words"

#: Signs that people type as bullets, among them those of the Symbol and Wingdings fonts.
_TYPED_BULLET = re.compile(r"^[ \t\xa0]*(?:[•·▪‣◦●○■□►▶➢✓\uf0b7\uf0a7\uf0d8\uf0fc]|o\t)[ \t\xa0]*(?=\S)")
#: The fewest labels beside each other that make columns of counts.
_LEAST_COUNTS = 2
#: The most characters that a count takes, with its share: "12 (100%)".
_LONGEST_COUNT = 12


@dataclass
class _Counting:
    """A table of counts as it is read: its columns, and their labels by what they count."""

    table: CountTable
    columns: Columns
    labels: dict[str, str]


def scan(story: Story, template: Template, *, ours: bool) -> Scan:
    """Walk through a document.

    Args:
        story: the document.
        template: gives the headings and the words to go by.
        ours: whether ragsheets wrote it: then a table of tasks holds nothing else.
    """
    walk = _Walk(template, ours)
    for block in story.blocks:
        walk.block(block)
    return Scan(walk.parts, walk.tables)


class _Walk:
    """Where the walk is, and what it found."""

    def __init__(self, template: Template, ours: bool) -> None:
        self.template, self.ours = template, ours
        self.phrases = Phrases(template)
        self.parts = [Part()]
        self.tables: list[CountTable] = []
        self.columns: Columns | None = None
        self.outcome: Outcome | None = None
        self.heading: Line | None = None
        self.last = ""
        self.labels: list[str] = []

    # -- paragraphs

    def block(self, block: Block) -> None:
        """Take the next paragraph or table."""
        if isinstance(block, Table):
            self.table(block)
        elif block.words and not block.points:
            self.line(block)

    def line(self, line: Line) -> None:
        """Take a paragraph that stands by itself."""
        fact = self._fact_in(line.words)
        if line.level is not None:
            self.columns = None
        if fact.kind not in (WORDS, COUNT) and (fact.named or not (line.mark.bullet or line.mark.number)):
            self.fact(fact)
        elif line.level == 0:
            self._forget_heading()
            self.parts.append(Part(line.text.strip()))
            self.outcome = None
        elif line.level is not None:
            self._forget_heading()
            self.heading = line
        elif self.outcome is None or self.outcome.is_bare:
            self.parts[-1].lines.append(line)
        elif fact.kind == COUNT:
            self.fact(fact)
        else:
            self.outcome.strays.append(line.words)
        self.last = line.text.strip() if fact.kind == WORDS else self.last

    def _forget_heading(self) -> None:
        """Pass over a heading that nothing came under, but not in silence."""
        if self.heading is not None and self.outcome is not None:
            self.outcome.strays.append(self.heading.words)
        self.heading = None

    # -- facts

    def fact(self, fact: Fact) -> None:
        """Take a line of the layout."""
        if fact.kind == OUTCOME:
            self._begin(fact.value, fact.text)
        elif fact.kind in DETAILS:
            outcome = self.outcome
            if outcome is None or (fact.kind in outcome.details and outcome.actions):
                outcome = self._begin_unnamed()
            outcome.details.setdefault(fact.kind, fact.value)
        elif fact.kind == COUNT and self.outcome is not None:
            self.outcome.stated.append(Stated(fact.line, fact.text, fact.value))
        elif fact.kind in ("ref", "action") and self.outcome is not None:
            self._action_line(self.outcome.actions, fact)

    def _begin(self, value: str, heading: str) -> Outcome:
        self._forget_heading()
        part = self.parts[-1]
        # A line of a list of contents looks the same, but nothing follows it.
        if part.outcomes and part.outcomes[-1].is_bare:
            part.lines.append(Line(part.outcomes.pop().heading))
        if not part.outcomes:
            part.before = self.last
        self.outcome = Outcome(value, heading)
        part.outcomes.append(self.outcome)
        self.columns = None
        return self.outcome

    def _begin_unnamed(self) -> Outcome:
        """Begin an outcome whose own line is not there, or is spelt so that it is none."""
        heading = self.heading.text.strip() if self.heading else ""
        self.heading = None
        return self._begin(heading, heading)

    def _action_line(self, actions: list[Action], fact: Fact) -> None:
        self._forget_heading()
        ref, title = self.phrases.ref_and_action(fact.value) if fact.kind == "ref" else ("", fact.value)
        action = actions[-1] if actions else None
        if action is None or action.columns or action.title or (fact.kind == "ref" and action.ref):
            action = Action()
            actions.append(action)
        action.ref = ref or action.ref
        action.title = title if title is not None else action.title
        action.heading = "  ".join(filter(None, (action.heading, fact.text)))
        self.columns = None

    # -- tables

    def table(self, table: Table) -> None:
        """Take a table: each row is a heading row, a task's, one of counts, or one of the block above the tasks."""
        counting: _Counting | None = None
        known: Columns | None = None
        for row in table.rows:
            if (found := self._task_heading(row)) is not None:
                self._begin_tasks(found)
                counting, known = None, found
                continue
            if self.columns is None and known is not None and self._goes_on(row, known):
                self._begin_tasks(known)
            if self.columns is not None and self._is_task(row, fresh=known is None):
                self._task(row)
            elif (begun := self._counting(row)) is not None:
                counting = begun
                self.tables.append(begun.table)
            elif counting is not None:
                self._count_row(row, counting)
            else:
                self._block_row(row)
        # Only now is it sure which outcome they are of: one that is spelt so that it is none begins in its table.
        if self.outcome is not None:
            self.outcome.labels += self.labels
        self.labels = []

    def _task_heading(self, row: Row) -> Columns | None:
        ours = self.ours and row.heading
        found = columns_in(row, self.template, self.phrases.columns_of_lists, all_there=ours)
        return found if found is not None and (self.outcome is not None or self._stands_alone(found)) else None

    def _stands_alone(self, columns: Columns) -> bool:
        """Whether a table of tasks may stand under no outcome at all: one that is written out in full."""
        return not self.ours and {"task", "target", "status"} <= set(columns.known)

    def _begin_tasks(self, columns: Columns) -> None:
        actions = (self.outcome or self._begin_unnamed()).actions
        if self.heading is not None:
            heading = self.heading.text.strip()
            actions.append(Action(title=heading, heading=heading))
            self.heading = None
        elif not actions:
            actions.append(Action())
        actions[-1].columns = actions[-1].columns or columns.known
        actions[-1].headings = actions[-1].headings or columns.headings
        actions[-1].further = actions[-1].further or columns.further
        self.columns = columns

    def _goes_on(self, row: Row, columns: Columns) -> bool:
        """Whether a row below another action's line is a task's, although the headings were not typed again."""
        filled = [cell for cell in row.cells if cell.text]
        is_full = len(filled) > 1 and len(row.cells) == len(columns.keys)
        under_action = self.outcome is not None and bool(self.outcome.actions)
        return is_full and under_action and all(fact.kind == WORDS for fact in self._facts(tuple(filled[:1])))

    def _is_task(self, row: Row, *, fresh: bool) -> bool:
        """Whether a row under the headings is a task's; `fresh` says that they stand in a table before this one."""
        assert self.columns is not None
        if self.ours and not fresh:
            return True
        if (fresh and (row.heading or len(row.cells) != len(self.columns.keys))) or self._is_block_row(row):
            self.columns = None
            return False
        return True

    def _is_block_row(self, row: Row) -> bool:
        """Whether a row among tasks holds nothing but lines of the block above them."""
        assert self.columns is not None
        facts = list(self._facts(row.cells))
        if any(fact.kind == WORDS for fact in facts):
            return False
        if any(fact.kind != COUNT and fact.named for fact in facts):
            return True
        if any(fact.kind == OUTCOME for fact in facts):
            return any(self.columns.covered_by(cell) > 1 for cell in row.cells if cell.text)
        return bool(facts) and all(fact.value[:1].isdigit() for fact in facts)

    def _task(self, row: Row) -> None:
        assert self.columns is not None and self.outcome is not None
        found, others = self.columns.cells_of(row)
        filled = [cell for cell in row.cells if cell.text]
        if not filled:
            return
        if not self.ours and len(filled) == 1 and self.columns.covered_by(filled[0]) > 1:
            self.outcome.strays.append(filled[0].text)
            return
        self.outcome.strays += [cell.text for cell in others if cell.text]
        texts = {key: [self._typed(line) for cell in cells for line in cell.lines] for key, cells in found.items()}
        rows = self.outcome.actions[-1].rows
        task = found.get("task", [])
        # A task that is merged over several rows is one task; so is one whose heading is.
        if not task or not all(cell.continues for cell in task):
            rows.append(texts)
        elif rows:
            for key, lines in texts.items():
                rows[-1][key] += lines

    def _typed(self, line: str) -> str:
        """A line with the bullet that somebody typed as the markup has it; what ragsheets wrote stays as it is."""
        return line if self.ours else _TYPED_BULLET.sub(BULLET_SIGN, line)

    # -- counts

    def _counting(self, row: Row) -> _Counting | None:
        """The columns of counts that a row heads; None for another row."""
        texts = [" ".join(cell.text.split()) for cell in row.cells]
        lines = [self.phrases.count_line(text) or "" for text in texts]
        if len(set(lines) - {""}) < _LEAST_COUNTS or any(text[:1].isdigit() for text in texts):
            return None
        names = [text for text, line in zip(texts, lines, strict=True) if text and not line]
        spans = tuple((cell.start, cell.end) for cell in row.cells)
        labels = {line: text for text, line in zip(texts, lines, strict=True) if line}
        return _Counting(CountTable(plain(names[0]) if names else ""), Columns(tuple(lines), spans, ()), labels)

    def _count_row(self, row: Row, counting: _Counting) -> None:
        found, _ = counting.columns.cells_of(row)
        taken = {id(cell) for cells in found.values() for cell in cells}
        name = next((cell.text for cell in row.cells if cell.text and id(cell) not in taken), "")
        counts = tuple(
            Stated(line, counting.labels[line], " ".join(cell.text for cell in cells)) for line, cells in found.items()
        )
        if name:
            counting.table.rows.append(CountRow(" ".join(name.split()), counts))
        elif self.outcome is not None:
            self.outcome.stated += counts

    # -- the block above the tasks

    def _block_row(self, row: Row) -> None:
        for fact in self._facts(row.cells):
            self.labels.append(fact.label)
            if fact.kind != WORDS:
                self.fact(fact)
            elif self.outcome is not None and not self.outcome.is_bare and not self.ours:
                self.outcome.strays.append(fact.text)
        for cell in row.cells:
            for table in cell.tables:
                self.table(table)

    def _facts(self, cells: tuple[Cell, ...]) -> Iterator[Fact]:
        """What the lines of some cells say; the value of a line that is only a name stands on the next one."""
        texts = [block.words for cell in cells for block in cell.blocks if isinstance(block, Line) and block.words]
        place = 0
        while place < len(texts):
            text, following = texts[place], texts[place + 1] if place + 1 < len(texts) else ""
            fact = self._fact_in(text)
            place += 1
            if fact.value or fact.kind in (WORDS, SUMMARY) or not following:
                yield fact
            elif fact.kind == COUNT:
                is_count = len(following) <= _LONGEST_COUNT and not self.phrases.is_label(following)
                yield replace(fact, value=following) if is_count else fact
                place += is_count
            elif self.phrases.is_label(following):
                yield fact
            else:
                yield replace(fact, value=following, text=f"{text} {following}")
                place += 1

    def _fact_in(self, text: str) -> Fact:
        said = self.phrases.said(text)
        if said is not None:
            return Fact(said.kind, said.value, text, named=said.named)
        if plain(text) == self.phrases.summary:
            return Fact(SUMMARY, "", text)
        if counted := self.phrases.counted(text):
            return Fact(COUNT, counted[2], counted[1], line=counted[0])
        line = self.phrases.count_line(text)
        return Fact(COUNT, "", text, line=line) if line is not None else Fact(WORDS, "", text)
