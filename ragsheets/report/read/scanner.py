"""The way through a document from top to bottom: which line begins an outcome, which row is a task's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ragsheets.report.read.blocks import Block, Paragraph, WordCell, WordContent, WordRow, WordTable
from ragsheets.report.read.columns import TableColumns, find_columns
from ragsheets.report.read.model import CountRow, StatedCount
from ragsheets.report.read.phrases import Phrases
from ragsheets.report.read.scan_model import (
    CountTable,
    ParsedLine,
    ScannedAction,
    ScannedOutcome,
    ScannedPart,
    ScanResult,
)
from ragsheets.report.write.xml import BULLET_PREFIX
from ragsheets.template.model import Template
from ragsheets.text import normalise_text

#: The kinds of line that stand in the block above an outcome's tasks.
HEADER_KINDS = ("date", "group", "contact")
OUTCOME, SUMMARY, COUNT, OTHER_TEXT = "outcome", "summary", "count", "words"

#: Signs that people type as bullets, among them those of the Symbol and Wingdings fonts.
_TYPED_BULLET = re.compile(r"^[ \t\xa0]*(?:[•·▪‣◦●○■□►▶➢✓\uf0b7\uf0a7\uf0d8\uf0fc]|o\t)[ \t\xa0]*(?=\S)")
#: The fewest labels beside each other that make columns of counts.
_MIN_COUNT_COLUMNS = 2
#: The most characters that a count takes, with its share: "12 (100%)".
_MAX_COUNT_LENGTH = 12


@dataclass
class _CountColumns:
    """A table of counts as it is read: its columns, and their labels by what they count."""

    count_table: CountTable
    columns: TableColumns
    labels: dict[str, str]


def scan_document(word_content: WordContent, template: Template, *, by_ragsheets: bool) -> ScanResult:
    """Walk through a document.

    Args:
        story: the document.
        template: gives the headings and the words to go by.
        ours: whether ragsheets wrote it: then a table of tasks holds nothing else.
    """
    walk = _Scanner(template, by_ragsheets)
    for block in word_content.blocks:
        walk.add_block(block)
    return ScanResult(walk.parts, walk.count_tables)


class _Scanner:
    """Where the walk is, and what it found."""

    def __init__(self, template: Template, by_ragsheets: bool) -> None:
        self.template, self.by_ragsheets = template, by_ragsheets
        self.phrases = Phrases(template)
        self.parts = [ScannedPart()]
        self.count_tables: list[CountTable] = []
        self.task_columns: TableColumns | None = None
        self.current_outcome: ScannedOutcome | None = None
        self.pending_heading: Paragraph | None = None
        self.last_text = ""
        self.pending_labels: list[str] = []

    # -- paragraphs

    def add_block(self, block: Block) -> None:
        """Take the next paragraph or table."""
        if isinstance(block, WordTable):
            self.add_table(block)
        elif block.marked_text and not block.is_contents_entry:
            self.add_paragraph(block)

    def add_paragraph(self, paragraph: Paragraph) -> None:
        """Take a paragraph that stands by itself."""
        fact = self._parse_text(paragraph.marked_text)
        if paragraph.level is not None:
            self.task_columns = None
        if fact.kind not in (OTHER_TEXT, COUNT) and (
            fact.has_name or not (paragraph.list_mark.bullet or paragraph.list_mark.number)
        ):
            self.add_parsed_line(fact)
        elif paragraph.level == 0:
            self._drop_pending_heading()
            self.parts.append(ScannedPart(paragraph.text.strip()))
            self.current_outcome = None
        elif paragraph.level is not None:
            self._drop_pending_heading()
            self.pending_heading = paragraph
        elif self.current_outcome is None or self.current_outcome.is_empty:
            self.parts[-1].paragraphs.append(paragraph)
        elif fact.kind == COUNT:
            self.add_parsed_line(fact)
        else:
            self.current_outcome.unrecognised_texts.append(paragraph.marked_text)
        self.last_text = paragraph.text.strip() if fact.kind == OTHER_TEXT else self.last_text

    def _drop_pending_heading(self) -> None:
        """Pass over a heading that nothing came under, but not in silence."""
        if self.pending_heading is not None and self.current_outcome is not None:
            self.current_outcome.unrecognised_texts.append(self.pending_heading.marked_text)
        self.pending_heading = None

    # -- facts

    def add_parsed_line(self, parsed_line: ParsedLine) -> None:
        """Take a line of the layout."""
        if parsed_line.kind == OUTCOME:
            self._start_outcome(parsed_line.value, parsed_line.text)
        elif parsed_line.kind in HEADER_KINDS:
            outcome = self.current_outcome
            if outcome is None or (parsed_line.kind in outcome.details and outcome.actions):
                outcome = self._start_unnamed_outcome()
            outcome.details.setdefault(parsed_line.kind, parsed_line.value)
        elif parsed_line.kind == COUNT and self.current_outcome is not None:
            self.current_outcome.stated_counts.append(
                StatedCount(parsed_line.count_line, parsed_line.text, parsed_line.value)
            )
        elif parsed_line.kind in ("ref", "action") and self.current_outcome is not None:
            self._add_action_line(self.current_outcome.actions, parsed_line)

    def _start_outcome(self, value: str, heading: str) -> ScannedOutcome:
        self._drop_pending_heading()
        part = self.parts[-1]
        # A line of a list of contents looks the same, but nothing follows it.
        if part.outcomes and part.outcomes[-1].is_empty:
            part.paragraphs.append(Paragraph(part.outcomes.pop().heading))
        if not part.outcomes:
            part.line_before = self.last_text
        self.current_outcome = ScannedOutcome(value, heading)
        part.outcomes.append(self.current_outcome)
        self.task_columns = None
        return self.current_outcome

    def _start_unnamed_outcome(self) -> ScannedOutcome:
        """Begin an outcome whose own line is not there, or is spelt so that it is none."""
        heading = self.pending_heading.text.strip() if self.pending_heading else ""
        self.pending_heading = None
        return self._start_outcome(heading, heading)

    def _add_action_line(self, actions: list[ScannedAction], parsed_line: ParsedLine) -> None:
        self._drop_pending_heading()
        ref, title = (
            self.phrases.split_ref_and_action(parsed_line.value)
            if parsed_line.kind == "ref"
            else ("", parsed_line.value)
        )
        action = actions[-1] if actions else None
        if action is None or action.columns or action.title or (parsed_line.kind == "ref" and action.ref):
            action = ScannedAction()
            actions.append(action)
        action.ref = ref or action.ref
        action.title = title if title is not None else action.title
        action.heading = "  ".join(filter(None, (action.heading, parsed_line.text)))
        self.task_columns = None

    # -- tables

    def add_table(self, table: WordTable) -> None:
        """Take a table: each row is a heading row, a task's, one of counts, or one of the block above the tasks."""
        counting: _CountColumns | None = None
        known: TableColumns | None = None
        for row in table.rows:
            if (found := self._find_task_columns(row)) is not None:
                self._start_tasks(found)
                counting, known = None, found
                continue
            if self.task_columns is None and known is not None and self._continues_tasks(row, known):
                self._start_tasks(known)
            if self.task_columns is not None and self._is_task_row(row, headings_in_earlier_table=known is None):
                self._add_task_row(row)
            elif (begun := self._find_count_columns(row)) is not None:
                counting = begun
                self.count_tables.append(begun.count_table)
            elif counting is not None:
                self._add_count_row(row, counting)
            else:
                self._add_header_row(row)
        # Only now is it sure which outcome they are of: one that is spelt so that it is none begins in its table.
        if self.current_outcome is not None:
            self.current_outcome.labels += self.pending_labels
        self.pending_labels = []

    def _find_task_columns(self, row: WordRow) -> TableColumns | None:
        ours = self.by_ragsheets and row.is_heading
        found = find_columns(row, self.template, self.phrases.list_headings, is_complete=ours)
        return (
            found if found is not None and (self.current_outcome is not None or self._needs_no_outcome(found)) else None
        )

    def _needs_no_outcome(self, columns: TableColumns) -> bool:
        """Whether a table of tasks may stand under no outcome at all: one that is written out in full."""
        return not self.by_ragsheets and {"task", "target", "status"} <= set(columns.known_keys)

    def _start_tasks(self, columns: TableColumns) -> None:
        actions = (self.current_outcome or self._start_unnamed_outcome()).actions
        if self.pending_heading is not None:
            heading = self.pending_heading.text.strip()
            actions.append(ScannedAction(title=heading, heading=heading))
            self.pending_heading = None
        elif not actions:
            actions.append(ScannedAction())
        actions[-1].columns = actions[-1].columns or columns.known_keys
        actions[-1].headings = actions[-1].headings or columns.headings
        actions[-1].other_headings = actions[-1].other_headings or columns.other_headings
        self.task_columns = columns

    def _continues_tasks(self, row: WordRow, columns: TableColumns) -> bool:
        """Whether a row below another action's line is a task's, although the headings were not typed again."""
        filled = [cell for cell in row.cells if cell.text]
        is_full = len(filled) > 1 and len(row.cells) == len(columns.keys)
        under_action = self.current_outcome is not None and bool(self.current_outcome.actions)
        return (
            is_full and under_action and all(fact.kind == OTHER_TEXT for fact in self._parse_cells(tuple(filled[:1])))
        )

    def _is_task_row(self, row: WordRow, *, headings_in_earlier_table: bool) -> bool:
        """Whether a row under the headings is a task's; `fresh` says that they stand in a table before this one."""
        assert self.task_columns is not None
        if self.by_ragsheets and not headings_in_earlier_table:
            return True
        if (
            headings_in_earlier_table and (row.is_heading or len(row.cells) != len(self.task_columns.keys))
        ) or self._is_header_row(row):
            self.task_columns = None
            return False
        return True

    def _is_header_row(self, row: WordRow) -> bool:
        """Whether a row among tasks holds nothing but lines of the block above them."""
        assert self.task_columns is not None
        facts = list(self._parse_cells(row.cells))
        if any(fact.kind == OTHER_TEXT for fact in facts):
            return False
        if any(fact.kind != COUNT and fact.has_name for fact in facts):
            return True
        if any(fact.kind == OUTCOME for fact in facts):
            return any(self.task_columns.count_columns_above(cell) > 1 for cell in row.cells if cell.text)
        return bool(facts) and all(fact.value[:1].isdigit() for fact in facts)

    def _add_task_row(self, row: WordRow) -> None:
        assert self.task_columns is not None and self.current_outcome is not None
        found, others = self.task_columns.cells_by_column(row)
        filled = [cell for cell in row.cells if cell.text]
        if not filled:
            return
        if not self.by_ragsheets and len(filled) == 1 and self.task_columns.count_columns_above(filled[0]) > 1:
            self.current_outcome.unrecognised_texts.append(filled[0].text)
            return
        self.current_outcome.unrecognised_texts += [cell.text for cell in others if cell.text]
        texts = {
            key: [self._normalise_bullet(line) for cell in cells for line in cell.lines] for key, cells in found.items()
        }
        rows = self.current_outcome.actions[-1].rows
        task = found.get("task", [])
        # A task that is merged over several rows is one task; so is one whose heading is.
        if not task or not all(cell.is_merged_above for cell in task):
            rows.append(texts)
        elif rows:
            for key, lines in texts.items():
                rows[-1][key] += lines

    def _normalise_bullet(self, line: str) -> str:
        """A line with the bullet that somebody typed as the markup has it; what ragsheets wrote stays as it is."""
        return line if self.by_ragsheets else _TYPED_BULLET.sub(BULLET_PREFIX, line)

    # -- counts

    def _find_count_columns(self, row: WordRow) -> _CountColumns | None:
        """The columns of counts that a row heads; None for another row."""
        texts = [" ".join(cell.text.split()) for cell in row.cells]
        lines = [self.phrases.find_count_line(text) or "" for text in texts]
        if len(set(lines) - {""}) < _MIN_COUNT_COLUMNS or any(text[:1].isdigit() for text in texts):
            return None
        names = [text for text, line in zip(texts, lines, strict=True) if text and not line]
        spans = tuple((cell.start_column, cell.end_column) for cell in row.cells)
        labels = {line: text for text, line in zip(texts, lines, strict=True) if line}
        return _CountColumns(
            CountTable(normalise_text(names[0]) if names else ""), TableColumns(tuple(lines), spans, ()), labels
        )

    def _add_count_row(self, row: WordRow, count_columns: _CountColumns) -> None:
        found, _ = count_columns.columns.cells_by_column(row)
        taken = {id(cell) for cells in found.values() for cell in cells}
        name = next((cell.text for cell in row.cells if cell.text and id(cell) not in taken), "")
        counts = tuple(
            StatedCount(line, count_columns.labels[line], " ".join(cell.text for cell in cells))
            for line, cells in found.items()
        )
        if name:
            count_columns.count_table.rows.append(CountRow(" ".join(name.split()), counts))
        elif self.current_outcome is not None:
            self.current_outcome.stated_counts += counts

    # -- the block above the tasks

    def _add_header_row(self, row: WordRow) -> None:
        for fact in self._parse_cells(row.cells):
            self.pending_labels.append(fact.label)
            if fact.kind != OTHER_TEXT:
                self.add_parsed_line(fact)
            elif self.current_outcome is not None and not self.current_outcome.is_empty and not self.by_ragsheets:
                self.current_outcome.unrecognised_texts.append(fact.text)
        for cell in row.cells:
            for table in cell.tables:
                self.add_table(table)

    def _parse_cells(self, cells: tuple[WordCell, ...]) -> Iterator[ParsedLine]:
        """What the lines of some cells say; the value of a line that is only a name stands on the next one."""
        texts = [
            block.marked_text
            for cell in cells
            for block in cell.blocks
            if isinstance(block, Paragraph) and block.marked_text
        ]
        place = 0
        while place < len(texts):
            text, following = texts[place], texts[place + 1] if place + 1 < len(texts) else ""
            fact = self._parse_text(text)
            place += 1
            if fact.value or fact.kind in (OTHER_TEXT, SUMMARY) or not following:
                yield fact
            elif fact.kind == COUNT:
                is_count = len(following) <= _MAX_COUNT_LENGTH and not self.phrases.is_label(following)
                yield replace(fact, value=following) if is_count else fact
                place += is_count
            elif self.phrases.is_label(following):
                yield fact
            else:
                yield replace(fact, value=following, text=f"{text} {following}")
                place += 1

    def _parse_text(self, text: str) -> ParsedLine:
        said = self.phrases.parse_line(text)
        if said is not None:
            return ParsedLine(said.kind, said.value, text, has_name=said.has_name)
        if normalise_text(text) == self.phrases.summary:
            return ParsedLine(SUMMARY, "", text)
        if counted := self.phrases.parse_count(text):
            return ParsedLine(COUNT, counted[2], counted[1], count_line=counted[0])
        line = self.phrases.find_count_line(text)
        return ParsedLine(COUNT, "", text, count_line=line) if line is not None else ParsedLine(OTHER_TEXT, "", text)
