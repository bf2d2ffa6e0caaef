"""Scan a document made by hand from top to bottom: which line starts an outcome, which row is a task's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ragsheets.report.read.blocks import Block, Paragraph, WordContent, WordRow, WordTable, block_lines
from ragsheets.report.read.columns import ReportTableColumns
from ragsheets.report.read.heading_rows import MAX_HEADING_ROWS, find_heading_rows
from ragsheets.report.read.lines import LineParser
from ragsheets.report.read.model import CountRow, StatedCount
from ragsheets.report.read.phrases import HEADER_KINDS, Phrases
from ragsheets.report.read.scan_model import (
    COUNT,
    OTHER_TEXT,
    OUTCOME,
    SUMMARY,
    CountTable,
    ParsedLine,
    ScannedAction,
    ScannedOutcome,
    ScannedPart,
    ScanResult,
)
from ragsheets.report.read.task_rows import add_task_row
from ragsheets.template.model import Template
from ragsheets.text import normalise_text

#: Minimum number of labels in a heading row of counts.
_MIN_COUNT_COLUMNS = 2


@dataclass
class _CountColumns:
    """The columns of a table of counts, and their labels by count line."""

    count_table: CountTable
    columns: ReportTableColumns
    labels: dict[str, str]


def scan_document(word_content: WordContent, template: Template) -> ScanResult:
    """Scan a document by the headings and the wording of a template."""
    scanner = _Scanner(template)
    for block in word_content.blocks:
        scanner.add_block(block)
    return ScanResult(scanner.parts, scanner.count_tables)


class _Scanner:
    """The state of a scan, and its results so far."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.phrases = Phrases(template)
        self.lines = LineParser(self.phrases)
        self.parts = [ScannedPart()]
        self.count_tables: list[CountTable] = []
        self.task_columns: ReportTableColumns | None = None
        self.current_outcome: ScannedOutcome | None = None
        self.pending_heading: Paragraph | None = None
        self.last_text = ""
        self.page_section = 0

    # -- paragraphs

    def add_block(self, block: Block) -> None:
        """Add the next paragraph or table."""
        if isinstance(block, WordTable):
            self.add_table(block)
            return
        if block.marked_text and not block.is_contents_entry:
            self.add_paragraph(block)
        self.page_section += block.ends_section

    def add_paragraph(self, paragraph: Paragraph) -> None:
        """Add a paragraph outside tables; the lines of the layout after its first are paragraphs of their own."""
        first, *others = self.lines.split_lines(paragraph.text)
        self._add_line(replace(paragraph, text=first))
        for line in others:
            self._add_line(Paragraph(line, style=paragraph.style))

    def _add_line(self, paragraph: Paragraph) -> None:
        parsed_line = self.lines.parse_text(paragraph.marked_text)
        if paragraph.level is not None:
            self.task_columns = None
        if parsed_line.kind not in (OTHER_TEXT, COUNT) and (
            parsed_line.has_name or not (paragraph.list_mark.bullet or paragraph.list_mark.number)
        ):
            self.add_parsed_line(parsed_line)
        elif paragraph.level == 0:
            self._drop_pending_heading()
            self.parts.append(ScannedPart(" ".join(paragraph.text.split())))
            self.current_outcome = None
        elif paragraph.level is not None:
            self._drop_pending_heading()
            self.pending_heading = paragraph
        elif self.current_outcome is None or self.current_outcome.is_empty:
            self.parts[-1].paragraphs.append(paragraph)
        elif parsed_line.kind == COUNT:
            self.add_parsed_line(parsed_line)
        else:
            self.current_outcome.unrecognised_texts.append(paragraph.marked_text)
        self.last_text = " ".join(paragraph.text.split()) if parsed_line.kind == OTHER_TEXT else self.last_text

    def _drop_pending_heading(self) -> None:
        """Drop a heading with nothing under it, and record it as unrecognised."""
        if self.pending_heading is not None:
            self._add_other_text(self.pending_heading.marked_text)
        self.pending_heading = None

    def _add_other_text(self, text: str) -> None:
        """Record a text that is not part of the layout."""
        if self.current_outcome is not None and not self.current_outcome.is_empty:
            self.current_outcome.unrecognised_texts.append(text)
        else:
            self.parts[-1].other_texts.append(text)

    # -- parsed lines

    def add_parsed_line(self, parsed_line: ParsedLine) -> None:
        """Add a line of the layout."""
        if parsed_line.kind == OUTCOME:
            self._start_outcome(parsed_line.value, parsed_line.text)
        elif parsed_line.kind in HEADER_KINDS:
            outcome = self.current_outcome
            if outcome is None or (parsed_line.kind in outcome.header_lines and outcome.actions):
                outcome = self._start_unnamed_outcome()
            first_line = outcome.header_lines.setdefault(parsed_line.kind, parsed_line)
            if normalise_text(first_line.value) != normalise_text(parsed_line.value):
                outcome.unrecognised_texts.append(parsed_line.text)
        elif parsed_line.kind == COUNT and self.current_outcome is not None:
            self.current_outcome.stated_counts.append(
                StatedCount(parsed_line.count_line, parsed_line.text, parsed_line.value)
            )
        elif parsed_line.kind in ("ref", "action") and self.current_outcome is not None:
            self._add_action_line(self.current_outcome.actions, parsed_line)
        elif parsed_line.kind != SUMMARY:
            self._add_other_text(" ".join(filter(None, (parsed_line.text, parsed_line.value))))

    def _start_outcome(self, value: str, heading: str) -> ScannedOutcome:
        self._drop_pending_heading()
        part = self.parts[-1]
        lines_before: dict[str, ParsedLine] = {}
        # An entry of a table of contents looks the same, but nothing follows it.
        if part.outcomes and part.outcomes[-1].is_empty:
            empty_outcome = part.outcomes.pop()
            part.paragraphs.append(Paragraph(empty_outcome.heading))
            lines_before = empty_outcome.header_lines_before
        if part.outcomes and part.outcomes[-1].is_only_header_lines:
            part.other_texts += part.outcomes[-1].unrecognised_texts
            lines_before = part.outcomes.pop().header_lines
        if not part.outcomes:
            part.line_before = self.last_text
        self.current_outcome = ScannedOutcome(
            value, heading, header_lines_before=lines_before, page_section=self.page_section
        )
        part.outcomes.append(self.current_outcome)
        self.task_columns = None
        return self.current_outcome

    def _start_unnamed_outcome(self) -> ScannedOutcome:
        """Start an outcome whose own line is missing, or is spelt so that it is not recognised."""
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
        """Add a table; each row is a heading row, a task's, one of counts, or one of the block above the tasks."""
        if self._is_list_of_tasks(table):
            self._add_other_text("\n".join(block_lines((table,))))
            return
        count_columns: _CountColumns | None = None
        columns_in_table: ReportTableColumns | None = None
        heading_rows_left = 0
        for index, row in enumerate(table.rows):
            if heading_rows_left:
                heading_rows_left -= 1
                continue
            new_columns, heading_row_count = self._find_task_columns(table.rows[index : index + MAX_HEADING_ROWS])
            if new_columns is not None:
                self._start_tasks(new_columns)
                count_columns, columns_in_table = None, new_columns
                heading_rows_left = heading_row_count - 1
                continue
            if (
                self.task_columns is None
                and columns_in_table is not None
                and self._continues_tasks(row, columns_in_table)
            ):
                self._start_tasks(columns_in_table)
            if self.task_columns is not None and self._is_task_row(
                row, headings_in_earlier_table=columns_in_table is None
            ):
                self._add_task_row(row)
            elif (new_count_columns := self._find_count_columns(row)) is not None:
                count_columns = new_count_columns
                self.count_tables.append(new_count_columns.count_table)
            elif count_columns is not None:
                self._add_count_row(row, count_columns)
            else:
                self._add_header_row(row)

    def _is_list_of_tasks(self, table: WordTable) -> bool:
        """Return whether a table lists tasks of all sub-groups: its first headings are those of such lists."""
        texts = [normalise_text(cell.text) for row in table.rows[:1] for cell in row.cells if cell.text]
        return len(texts) > 2 and set(texts[:2]) == self.phrases.list_headings

    def _find_task_columns(self, rows: Sequence[WordRow]) -> tuple[ReportTableColumns | None, int]:
        """Return the columns by the headings that some rows begin with, and the number of heading rows."""
        columns, row_count = find_heading_rows(rows, self.template, self.phrases.list_headings)
        # A task table with all the main columns needs no outcome above it.
        if self.current_outcome is None and not {"task", "target", "status"} <= set(
            columns.known_keys if columns else ()
        ):
            return None, row_count
        return columns, row_count

    def _start_tasks(self, columns: ReportTableColumns) -> None:
        actions = (self.current_outcome or self._start_unnamed_outcome()).actions
        if self.pending_heading is not None:
            heading = self.pending_heading.text.strip()
            actions.append(ScannedAction(title=heading, heading=heading))
            self.pending_heading = None
        elif not actions:
            actions.append(ScannedAction())
        if not actions[-1].rows:
            actions[-1].columns, actions[-1].headings = columns.known_keys, columns.headings
            # Headings that are repeated before the first task replace those above.
            actions[-1].other_texts = {heading: texts for heading, texts in actions[-1].other_texts.items() if texts}
        actions[-1].add_other_headings(columns.other_headings)
        self.task_columns = columns

    def _continues_tasks(self, row: WordRow, columns: ReportTableColumns) -> bool:
        """Return whether a row below another action's line is a task's, although the headings are not repeated."""
        filled_cells = [cell for cell in row.cells if cell.text]
        is_full = len(filled_cells) > 1 and len(row.cells) == len(columns.keys)
        under_action = self.current_outcome is not None and bool(self.current_outcome.actions)
        return (
            is_full
            and under_action
            and all(line.kind == OTHER_TEXT for line in self.lines.parse_cells(tuple(filled_cells[:1])))
        )

    def _is_task_row(self, row: WordRow, *, headings_in_earlier_table: bool) -> bool:
        """Return whether a row is a task's; its headings may be in a table before this one."""
        assert self.task_columns is not None
        if (
            headings_in_earlier_table and (row.is_heading or len(row.cells) != len(self.task_columns.keys))
        ) or self._is_header_row(row):
            self.task_columns = None
            return False
        if headings_in_earlier_table:
            self.task_columns = self.task_columns.placed_at(row)
        return True

    def _is_header_row(self, row: WordRow) -> bool:
        """Return whether a row among tasks holds only lines of the block above them."""
        assert self.task_columns is not None
        lines = list(self.lines.parse_cells(row.cells))
        if any(line.kind == OTHER_TEXT for line in lines):
            return False
        # A block above tasks begins with its outcome or action, or in a row of another shape.
        if row.spans == self.task_columns.spans and {line.kind for line in lines} <= set(HEADER_KINDS):
            return False
        if any(line.kind != COUNT and line.has_name for line in lines):
            return True
        if any(line.kind == OUTCOME for line in lines):
            return any(self.task_columns.count_columns_above(cell) > 1 for cell in row.cells if cell.text)
        return bool(lines) and all(line.value[:1].isdigit() for line in lines)

    def _add_task_row(self, row: WordRow) -> None:
        assert self.task_columns is not None and self.current_outcome is not None
        self.current_outcome.unrecognised_texts += add_task_row(
            self.current_outcome.actions[-1], self.task_columns, row, handmade=True
        )

    # -- counts

    def _find_count_columns(self, row: WordRow) -> _CountColumns | None:
        """Return the columns of counts under a heading row; None for another row."""
        texts = [" ".join(cell.text.split()) for cell in row.cells]
        lines = [self.phrases.find_count_line(text) or "" for text in texts]
        if len(set(lines) - {""}) < _MIN_COUNT_COLUMNS or any(text[:1].isdigit() for text in texts):
            return None
        names = [text for text, line in zip(texts, lines, strict=True) if text and not line]
        labels = {line: text for text, line in zip(texts, lines, strict=True) if line}
        return _CountColumns(
            CountTable(normalise_text(names[0]) if names else ""),
            ReportTableColumns(tuple(lines), row.spans, ()),
            labels,
        )

    def _add_count_row(self, row: WordRow, count_columns: _CountColumns) -> None:
        cells_by_line, _ = count_columns.columns.cells_by_column(row)
        count_cell_ids = {id(cell) for cells in cells_by_line.values() for cell in cells}
        name, *other_texts = [cell.text for cell in row.cells if cell.text and id(cell) not in count_cell_ids] or [""]
        for text in other_texts:
            self._add_other_text(f"{' '.join(name.split())}: {text}")
        counts = tuple(
            StatedCount(line, count_columns.labels[line], " ".join(cell.text for cell in cells))
            for line, cells in cells_by_line.items()
        )
        if not name and self.current_outcome is not None:
            self.current_outcome.stated_counts += counts
        elif name or any(count.number and not count.words for count in counts):
            # On the first page, counts without a name are those of all sub-groups; percentages may be below any counts.
            row_name = " ".join(name.split()) or self.template.wording.report_all
            count_columns.count_table.rows.append(CountRow(row_name, counts))

    # -- the block above the tasks

    def _add_header_row(self, row: WordRow) -> None:
        for line in self.lines.parse_cells(row.cells):
            if line.kind != OTHER_TEXT:
                self.add_parsed_line(line)
            else:
                self._add_other_text(line.text)
        for cell in row.cells:
            for table in cell.tables:
                self.add_table(table)
