"""The columns of a task table, identified by their headings in any order, and the cells of a row below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from ragsheets.report.read.blocks import WordCell, WordRow
from ragsheets.report.read.phrases import MIN_SIMILARITY
from ragsheets.report.write.content import TREND
from ragsheets.template.model import Template
from ragsheets.text import normalise_text

#: Minimum number of the template's columns in a task table.
_MIN_COLUMNS = 3
#: Maximum number of words in a heading that extends the template's one word: "Current position to date".
_MAX_WORDS = 4
#: Maximum length of a heading in characters, whitespace included.
_MAX_LENGTH = 200
#: The headings, normalised, of a column of labels before the tasks; and a label that is alone in its cell.
_LABEL_HEADINGS = {"", "no", "number", "ref", "reference", "task no", "task number", "item", "label"}
_LABEL = re.compile(r"[(\[]?(?:\d{1,2}(?:\.\d{1,2}){0,3}[a-z]?|[A-Za-z]|[ivx]{1,5})[)\]]?[.:]?")
#: Scores (0 to 100) of a heading that is the same as the template's, longer, or shorter.
_SAME_SCORE, _LONGER_SCORE, _SHORTER_SCORE = 100.0, 80.0, 79.0


@dataclass(frozen=True, slots=True)
class ReportTableColumns:
    """The columns of one table.

    Attributes:
        keys: for each cell of the heading row, the key of the template's column, "" if there is none.
        spans: for each cell of the heading row, its start and end (exclusive) on the table's grid.
        other_headings: for each cell of the heading row, its text if it heads none of the template's columns.
        headings: the headings of the template's columns, in order.
        unnamed_indexes: the indexes of the cells of the heading row that are blank.
        label_index: the index of the column of the tasks' labels; -1 if they have none of their own.
    """

    keys: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    other_headings: tuple[str, ...]
    headings: tuple[str, ...] = ()
    unnamed_indexes: frozenset[int] = frozenset()
    label_index: int = -1

    @property
    def known_keys(self) -> tuple[str, ...]:
        """The keys of the template's columns in the table, in order."""
        return tuple(key for key in self.keys if key)

    def placed_at(self, row: WordRow) -> ReportTableColumns:
        """Return the same columns at the positions of a row of another table, which has as many cells."""
        return replace(self, spans=row.spans)

    def column_index(self, row: WordRow, cell_index: int) -> int:
        """Return the index of the heading cell above a cell of a row, -1 if there is none.

        It is the cell's own index if each cell of the row is below the heading of its index, at least in part, else the
        one with the largest overlap.
        """
        if len(row.cells) == len(self.keys) and all(
            min(cell.end_column, right) > max(cell.start_column, left)
            for cell, (left, right) in zip(row.cells, self.spans, strict=True)
        ):
            return cell_index
        start, end = row.cells[cell_index].start_column, row.cells[cell_index].end_column
        overlaps = [min(end, right) - max(start, left) for left, right in self.spans]
        best = max(range(len(overlaps)), key=overlaps.__getitem__)
        return best if overlaps[best] > 0 else -1

    def cells_by_column(self, row: WordRow) -> tuple[dict[str, list[WordCell]], list[WordCell]]:
        """Return the cells of a row under each of the template's columns, and the cells under no heading.

        The label of the task is in neither.
        """
        cells_by_key: dict[str, list[WordCell]] = {key: [] for key in self.known_keys}
        unplaced_cells = []
        for cell_index, cell in enumerate(row.cells):
            index = self.column_index(row, cell_index)
            key = self.keys[index] if index >= 0 else ""
            if key:
                cells_by_key[key].append(cell)
            elif index < 0 or (index in self.unnamed_indexes and cell is not self.label_cell(row)):
                unplaced_cells.append(cell)
        return cells_by_key, unplaced_cells

    def other_cells(self, row: WordRow) -> Iterator[tuple[str, WordCell]]:
        """Yield the cells of a row under a heading that is not the template's, each with its heading."""
        for cell_index, cell in enumerate(row.cells):
            index = self.column_index(row, cell_index)
            if index >= 0 and self.other_headings[index]:
                yield self.other_headings[index], cell

    def label_cell(self, row: WordRow) -> WordCell | None:
        """Return the cell of a row that holds only the label of its task; None if there is none."""
        cells = (cell for index, cell in enumerate(row.cells) if self.column_index(row, index) == self.label_index)
        cell = next(cells, None) if self.label_index >= 0 else None
        return cell if cell is not None and _LABEL.fullmatch(cell.printed_label) else None

    def count_columns_above(self, cell: WordCell) -> int:
        """Return how many of the template's columns a cell is under."""
        return sum(
            1
            for key, (left, right) in zip(self.keys, self.spans, strict=True)
            if key and min(cell.end_column, right) > max(cell.start_column, left)
        )


def find_columns(row: WordRow, template: Template, excluded_headings: set[str]) -> ReportTableColumns | None:
    """Return the columns of a heading row typed by hand; None if it is not the heading row of a task table.

    Args:
        row: the row.
        template: gives the headings.
        excluded_headings: normalised headings that only tables of other kinds have.
    """
    if any(len(cell.text) > _MAX_LENGTH for cell in row.cells):
        return None
    texts = _heading_texts(row)
    if any(text in excluded_headings for text in texts):
        return None
    return _columns_of(row, _match_headings(texts, _template_headings(template)), may_have_labels=True)


def is_heading(text: str, template: Template) -> bool:
    """Return whether a text is the heading of one of the template's columns."""
    heading = normalise_text(" ".join(text.split()))
    return len(text) <= _MAX_LENGTH and bool(_match_headings([heading], _template_headings(template)))


def find_printed_columns(row: WordRow, template: Template) -> ReportTableColumns | None:
    """Return the columns of a heading row that ragsheets wrote; None if it is not the heading row of a task table.

    They are known by their position. Where the row was edited, they are matched by their headings, and a single column
    left over is the single one without a heading.
    """
    texts, headings = _heading_texts(row), _template_headings(template)
    keys = [column.key for column in template.columns]
    if len(texts) == len(keys) + 1:
        keys.insert(keys.index("status") + 1, TREND)
    if texts == [headings[key] for key in keys]:
        return _columns_of(row, dict(enumerate(keys)))
    key_by_index = _match_headings(texts, headings)
    unmatched_indexes = [index for index in range(len(texts)) if index not in key_by_index]
    unmatched_keys = [column.key for column in template.columns if column.key not in key_by_index.values()]
    if len(key_by_index) >= _MIN_COLUMNS and len(unmatched_indexes) == len(unmatched_keys) == 1:
        key_by_index[unmatched_indexes[0]] = unmatched_keys[0]
    return _columns_of(row, key_by_index)


def _heading_texts(row: WordRow) -> list[str]:
    return [normalise_text(" ".join(cell.text.split())) for cell in row.cells]


def _template_headings(template: Template) -> dict[str, str]:
    """Return the normalised headings of the columns by key, that of the direction of travel included."""
    headings = {column.key: normalise_text(column.heading) for column in template.columns}
    return {**headings, TREND: normalise_text(template.wording.report_travel)}


def _columns_of(
    row: WordRow, key_by_index: Mapping[int, str], *, may_have_labels: bool = False
) -> ReportTableColumns | None:
    """Return the columns of a heading row by the keys of its cells; None if they are too few for a task table.

    Only in a table made by hand may the labels of the tasks have a column of their own.
    """
    keys = tuple(key_by_index.get(index, "") for index in range(len(row.cells)))
    known_keys = set(keys) - {""}
    if len(known_keys) < _MIN_COLUMNS or "task" not in known_keys or not known_keys & {"target", "status", "position"}:
        return None
    pairs = list(zip(keys, (cell.text for cell in row.cells), strict=True))
    label_index = keys.index("task") - 1 if may_have_labels else -1
    if label_index >= 0 and (keys[label_index] or normalise_text(pairs[label_index][1]) not in _LABEL_HEADINGS):
        label_index = -1
    return ReportTableColumns(
        keys,
        row.spans,
        tuple("" if key or index == label_index else " ".join(text.split()) for index, (key, text) in enumerate(pairs)),
        tuple(text for key, text in pairs if key),
        # Text in the column of labels that is not a label has no heading of its own.
        frozenset(index for index, (key, text) in enumerate(pairs) if not key and (not text or index == label_index)),
        label_index,
    )


def _match_headings(texts: list[str], headings: Mapping[str, str]) -> dict[int, str]:
    """Match cells to columns by index: the highest scores first, each column and each cell once.

    A cell that two columns match equally well is matched to neither.
    """
    pairs = [
        (score, index, key)
        for index, text in enumerate(texts)
        for key, heading in headings.items()
        if text and (score := _heading_score(text, heading))
    ]
    key_by_index: dict[int, str] = {}
    for score, index, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        rivals = [
            rival_key
            for rival_score, rival_index, rival_key in pairs
            if rival_index == index and rival_score == score and rival_key != key
        ]
        if index not in key_by_index and key not in key_by_index.values() and not rivals:
            key_by_index[index] = key
    return key_by_index


@lru_cache(maxsize=4096)
def _heading_score(text: str, template_heading: str) -> float:
    """Return how likely a heading is the template's (100: the same, 0: it is not)."""
    if text == template_heading:
        return _SAME_SCORE
    ratio = fuzz.ratio(text, template_heading)
    if ratio >= MIN_SIMILARITY:
        return ratio
    words, template_words = _word_stems(text), _word_stems(template_heading)
    if template_words <= words and len(words) <= max(len(template_words) + 2, _MAX_WORDS):
        return _LONGER_SCORE
    # Some words of a long heading identify it: "Planned improvement".
    return _SHORTER_SCORE if len(words) > 1 and words < template_words else 0.0


def _word_stems(text: str) -> set[str]:
    """Return the words without a plural s."""
    return {word.removesuffix("s") for word in text.split()}
