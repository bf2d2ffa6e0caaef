"""Read the sections of a report that ragsheets wrote: what each line and cell is follows from its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ragsheets.report.read.blocks import Block, Paragraph, WordTable
from ragsheets.report.read.columns import ReportTableColumns, find_printed_columns
from ragsheets.report.read.model import CountRow, ReadOutcome, ReadSection, StatedCount
from ragsheets.report.read.phrases import HEADER_KINDS, Phrases, value_between, words_around
from ragsheets.report.read.printed_layout import (
    ACTION_LEVEL,
    DETAILS_COLUMNS,
    NUMBER_STYLE,
    STATUS_STYLE,
    PrintedOutcome,
    PrintedSection,
    is_body_row,
    is_heading_row,
)
from ragsheets.report.read.scan_model import ScannedAction
from ragsheets.report.read.task_rows import add_task_row
from ragsheets.template.model import Template
from ragsheets.text import normalise_text, single_line
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: The name of the style of the sentence in place of what a sub-group did not report, in lower case.
_REMARK_STYLE = "remark"


class PrintedReader:
    """A reader of the sections of one report, by the template that it was written with."""

    def __init__(self, template: Template) -> None:
        self.template, self.phrases = template, Phrases(template)
        wording = template.wording
        self._header_wordings = {kind: getattr(wording, kind) for kind in HEADER_KINDS}
        self._action_pattern = _action_pattern(wording.ref, wording.action)
        self._status_by_code = {single_line(status.code): status.code for status in template.statuses}

    def read_section(self, section: PrintedSection) -> ReadSection:
        """Read a sub-group's section."""
        outcomes = tuple(map(self._read_outcome, section.outcomes))
        group = next((name for outcome in outcomes if (name := outcome.detail("group"))), "")
        remarks = [block for block in section.blocks if isinstance(block, Paragraph) and block.style == _REMARK_STYLE]
        added_texts = (text for block in section.blocks if block not in remarks for text in _texts_of(block))
        return ReadSection(
            name=section.heading.text.strip(),
            group=group,
            remarks=tuple(filter(None, (remark.marked_text for remark in remarks))),
            outcomes=outcomes,
            unrecognised_texts=tuple(added_texts),
        )

    def read_count_rows(self, blocks: Sequence[Block]) -> tuple[CountRow, ...]:
        """Read the rows of the table of counts on the first page, the one with statuses as its headings."""
        for table in (block for block in blocks if isinstance(block, WordTable)):
            if is_heading_row(table.rows) and STATUS_STYLE in table.rows[0].styles:
                heading_cells, rows = table.rows[0].cells, table.rows[1:]
                indexes = [
                    index
                    for index in range(1, len(heading_cells))
                    if any(NUMBER_STYLE in row.cells[index].styles for row in rows if index < len(row.cells))
                ] or list(range(1, len(heading_cells)))
                labels = [single_line(heading_cells[index].text) for index in indexes]
                lines = self._count_lines(labels)
                return tuple(
                    CountRow(
                        row.cells[0].text if row.cells else "",
                        tuple(
                            StatedCount(line, label, row.cells[index].text)
                            for index, label, line in zip(indexes, labels, lines, strict=True)
                            if line and index < len(row.cells)
                        ),
                    )
                    for row in rows
                )
        return ()

    # -- outcomes

    def _read_outcome(self, outcome: PrintedOutcome) -> ReadOutcome:
        heading = outcome.heading.text.strip()
        value = value_between(self.template.wording.outcome, heading)
        ref, title = self.phrases.parse_outcome(heading if value is None else value, by_ragsheets=True)
        tables = _OutcomeTables(self, outcome.blocks)
        return ReadOutcome(
            ref=ref,
            title=title,
            heading=heading,
            details={kind: self._detail(kind, line) for kind, line in tables.header_lines.items()},
            stated_counts=tuple(tables.stated_counts),
            actions=tuple(action.to_action(self._status) for action in tables.actions),
            unrecognised_texts=tuple(tables.added_texts),
            headings=tables.headings,
            header_lines=tables.header_lines,
        )

    def header_lines(self, lines: Sequence[str]) -> dict[str, str]:
        """Return the header lines of an outcome by kind; they are printed in a fixed order.

        A line whose words were changed is of the first kind that has no line.
        """
        by_kind: dict[str, str] = {}
        other_lines = list(lines)
        first = 0
        for kind in HEADER_KINDS:
            wording = self._header_wordings[kind]
            position = next((n for n in range(first, len(lines)) if value_between(wording, lines[n]) is not None), None)
            if position is not None:
                by_kind[kind], first = lines[position], position + 1
                other_lines.remove(lines[position])
        for kind, line in zip([kind for kind in HEADER_KINDS if kind not in by_kind], other_lines, strict=False):
            by_kind[kind] = line
        return by_kind

    def count_header_lines(self, lines: Sequence[str]) -> int:
        """Return how many kinds of header lines are among some lines, each in its own words."""
        return sum(
            any(value_between(wording, line) is not None for line in lines)
            for wording in self._header_wordings.values()
        )

    def _detail(self, kind: str, line: str) -> str:
        value = value_between(self._header_wordings[kind], line)
        return line.strip() if value is None else value

    def _count_lines(self, labels: Sequence[str]) -> list[str]:
        """Return the line of the summary for each of some labels in the printed order; "" for none.

        Lines without tasks that were not reported have no label for them.
        """
        wording = self.template.wording
        statuses = [(status.code, single_line(status.label)) for status in self.template.statuses]
        not_reported, total = (NOT_REPORTED, single_line(wording.not_reported)), (TOTAL, single_line(wording.total))
        for lines in ([*statuses, total], [*statuses, not_reported, total]):
            if list(labels) == [label for _, label in lines]:
                return [line for line, _ in lines]
        matched = [""] * len(labels)
        all_lines = [*statuses, not_reported, total]
        matcher = SequenceMatcher(None, list(labels), [label for _, label in all_lines], autojunk=False)
        for tag, start, end, line_start, line_end in matcher.get_opcodes():
            if tag in ("equal", "replace"):
                for index, (line, _) in zip(range(start, end), all_lines[line_start:line_end], strict=False):
                    matched[index] = line
        return matched

    def counts_of(self, pairs: Sequence[tuple[str, str]]) -> Iterator[StatedCount]:
        """Yield the counts of a summary from its labels and texts; a count without a line has none."""
        lines = self._count_lines([single_line(label) for label, _ in pairs])
        for line, (label, text) in zip(lines, pairs, strict=True):
            yield StatedCount(line, label, text)

    # -- actions

    def pick_action_heading(self, paragraphs: Sequence[Paragraph]) -> Paragraph | None:
        """Return which of the paragraphs above a task table names its action; None for none of them.

        Of several headings it is the last one in the template's words, else the last one.
        """
        headings = [paragraph for paragraph in paragraphs if paragraph.level == ACTION_LEVEL]
        candidates = headings or paragraphs
        worded = [line for line in candidates if self._action_pattern.fullmatch(line.text.strip())]
        return next(reversed(worded or headings), None)

    def split_action(self, heading: str) -> tuple[str, str]:
        """Return the reference ("" for none) and the title of an action's heading."""
        match = self._action_pattern.fullmatch(heading)
        return ((match["ref"] or "").strip(), match["title"].strip()) if match else ("", heading)

    def _status(self, text: str) -> str | None:
        """Return the code of a status; the text printed for a task without one is not a status, whatever the labels."""
        if code := self._status_by_code.get(single_line(text)):
            return code
        if normalise_text(text).startswith(normalise_text(self.template.wording.not_reported)):
            return None
        return self.template.scale.read(text).code


class _OutcomeTables:
    """What follows an outcome's heading: its header lines and counts, its task tables, and what was added."""

    def __init__(self, reader: PrintedReader, blocks: Sequence[Block]) -> None:
        self.reader = reader
        self.header_lines: dict[str, str] = {}
        self.stated_counts: list[StatedCount] = []
        self.headings: tuple[str, ...] = ()
        self.actions: list[ScannedAction] = []
        self.added_texts: list[str] = []
        self._columns: ReportTableColumns | None = None
        self._paragraphs: list[Paragraph] = []
        for block in blocks:
            if isinstance(block, WordTable):
                self._add_table(block)
            elif block.marked_text:
                self._paragraphs.append(block)
        self._add_paragraph_texts()

    def _add_table(self, table: WordTable) -> None:
        columns = find_printed_columns(table.rows[0], self.reader.template) if is_heading_row(table.rows) else None
        if columns is not None:
            self._start_action(columns)
            self._add_rows(table, 1)
        elif is_heading_row(table.rows) and not self.actions and not self.headings:
            self._add_paragraph_texts()
            self._add_details(table)
        elif (
            self._columns is not None
            and is_body_row(table.rows)
            and len(table.rows[0].cells) == len(self._columns.keys)
        ):
            # A table without headings continues the one before, or is that of the next action.
            if self.reader.pick_action_heading(self._paragraphs):
                self._start_action(self._columns)
            self._columns = self._columns.placed_at(table.rows[0])
            self._add_rows(table, 0)
        else:
            self._add_paragraph_texts()
            self.added_texts += _texts_of(table)

    def _add_paragraph_texts(self, heading: Paragraph | None = None) -> None:
        self.added_texts += [line.marked_text for line in self._paragraphs if line is not heading]
        self._paragraphs = []

    def _start_action(self, columns: ReportTableColumns) -> None:
        heading = self.reader.pick_action_heading(self._paragraphs)
        self._add_paragraph_texts(heading)
        self._columns = columns
        if heading is None and self.actions:
            return
        text = heading.text.strip() if heading is not None else ""
        ref, title = self.reader.split_action(text)
        self.actions.append(ScannedAction(ref, title, text, columns.known_keys, columns.headings))
        self.actions[-1].add_other_headings(columns.other_headings)

    def _add_rows(self, table: WordTable, first: int) -> None:
        assert self._columns is not None
        self._add_paragraph_texts()
        for row in table.rows[first:]:
            self.added_texts += add_task_row(self.actions[-1], self._columns, row)

    def _add_details(self, table: WordTable) -> None:
        self.headings = tuple(cell.text for cell in table.rows[0].cells)
        rows = [[cell.text.strip() for cell in row.cells] + [""] * DETAILS_COLUMNS for row in table.rows[1:]]
        for row in (table.rows[0].cells, *(row.cells for row in table.rows[1:])):
            self.added_texts += filter(None, (cell.text.strip() for cell in row[DETAILS_COLUMNS:]))
        lines = [line for line, *_ in rows if line]
        # Somebody may have put them into one cell.
        split_lines = [part.strip() for line in lines for part in line.split("\n") if part.strip()]
        if self.reader.count_header_lines(split_lines) > self.reader.count_header_lines(lines):
            lines = split_lines
        self.header_lines = self.reader.header_lines(lines)
        for line in self.header_lines.values():
            lines.remove(line)
        self.added_texts += lines
        for count in self.reader.counts_of([(label, text) for _, label, text, *_ in rows if label or text]):
            if count.count_line:
                self.stated_counts.append(count)
            else:
                self.added_texts.append(f"{count.label} {count.text}".strip())


def _texts_of(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.marked_text] if block.marked_text else []
    return [text for row in block.rows if (text := " | ".join(filter(None, (cell.text for cell in row.cells))))]


def _action_pattern(ref_wording: str, action_wording: str) -> re.Pattern[str]:
    """Return the pattern of the heading of an action, which may begin with its reference and two blanks."""
    (ref_before, ref_after), (before, after) = map(words_around, (ref_wording, action_wording))
    ref = rf"(?:{re.escape(ref_before)}(?P<ref>.*?){re.escape(ref_after)}(?:  |\Z))?"
    return re.compile(rf"{ref}{re.escape(before)}(?P<title>.*){re.escape(after)}", re.DOTALL)
