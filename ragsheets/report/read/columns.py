"""The columns of a task table: told by their headings, wherever they stand, and the cells of a row below them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from ragsheets.report.read.blocks import WordCell, WordRow
from ragsheets.report.read.phrases import MIN_SIMILARITY
from ragsheets.report.write.content import TREND
from ragsheets.template.model import Template
from ragsheets.text import normalise_text

#: The fewest of the template's columns that make a table of tasks.
_MIN_COLUMNS = 3
#: The most words of a heading that says more than the template's one word: "Current position to date".
_MAX_WORDS = 4
#: The length beyond which a cell is no heading, whatever blanks are in it.
_MAX_LENGTH = 200
#: A heading of the template is this sure (0 to 100) where it is the same, where it says more, where it is cut short.
_SAME_SCORE, _LONGER_SCORE, _SHORTER_SCORE = 100.0, 80.0, 79.0


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of one table.

    Attributes:
        keys: for each cell of the heading row the key of the template's column, "" where it is none.
        spans: for each cell of the heading row where it begins and ends on the table's grid.
        further: the headings of columns that are not the template's.
        headings: those that are, in order.
    """

    keys: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    other_headings: tuple[str, ...]
    headings: tuple[str, ...] = ()

    @property
    def known_keys(self) -> tuple[str, ...]:
        """The template's columns that are there, in order."""
        return tuple(key for key in self.keys if key)

    def column_index(self, row: WordRow, cell_index: int) -> int:
        """The heading cell above a cell of a row: by its number where as many are there, else by its place."""
        if len(row.cells) == len(self.keys):
            return cell_index
        start, end = row.cells[cell_index].start_column, row.cells[cell_index].end_column
        overlaps = [min(end, right) - max(start, left) for left, right in self.spans]
        best = max(range(len(overlaps)), key=overlaps.__getitem__)
        return best if overlaps[best] > 0 else -1

    def cells_by_column(self, row: WordRow) -> tuple[dict[str, list[WordCell]], list[WordCell]]:
        """The cells of a row under each column, and those that stand under none of the template's."""
        found: dict[str, list[WordCell]] = {key: [] for key in self.known_keys}
        others = []
        for number, cell in enumerate(row.cells):
            place = self.column_index(row, number)
            key = self.keys[place] if place >= 0 else ""
            if key:
                found[key].append(cell)
            elif place < 0:
                others.append(cell)
        return found, others

    def count_columns_above(self, cell: WordCell) -> int:
        """How many of the template's columns a cell lies under."""
        return sum(
            1
            for key, (left, right) in zip(self.keys, self.spans, strict=True)
            if key and min(cell.end_column, right) > max(cell.start_column, left)
        )


def find_columns(
    row: WordRow, template: Template, excluded_headings: set[str], *, is_complete: bool = False
) -> TableColumns | None:
    """The columns that a row heads; None where it is no heading row of a task table.

    Args:
        row: the row.
        template: gives the headings.
        unlike: headings, made plain, that only lists of other kinds have.
        all_there: the row has all of the template's columns as it was written: the one left is what is left of one.
    """
    if any(len(cell.text) > _MAX_LENGTH for cell in row.cells):
        return None
    texts = [normalise_text(" ".join(cell.text.split())) for cell in row.cells]
    if any(text in excluded_headings for text in texts):
        return None
    headings = {column.key: normalise_text(column.heading) for column in template.columns}
    headings[TREND] = normalise_text(template.wording.report_travel)
    taken = _match_headings(texts, headings)
    left = [place for place in range(len(texts)) if place not in taken]
    lost = [column.key for column in template.columns if column.key not in taken.values()]
    if is_complete and len(taken) >= _MIN_COLUMNS and len(left) == len(lost) == 1:
        taken[left[0]] = lost[0]
    keys = tuple(taken.get(place, "") for place in range(len(texts)))
    known = set(keys) - {""}
    if len(known) < _MIN_COLUMNS or "task" not in known or not known & {"target", "status", "position"}:
        return None
    printed = [(key, " ".join(cell.text.split())) for key, cell in zip(keys, row.cells, strict=True)]
    spans = tuple((cell.start_column, cell.end_column) for cell in row.cells)
    further = tuple(text for key, text in printed if text and not key)
    return TableColumns(keys, spans, further, tuple(text for key, text in printed if key))


def _match_headings(texts: list[str], headings: Mapping[str, str]) -> dict[int, str]:
    """Each cell's column: the surest pairs first, each column and each cell once; what two could be is neither's."""
    pairs = [
        (sure, place, key)
        for place, text in enumerate(texts)
        for key, heading in headings.items()
        if text and (sure := _heading_score(text, heading))
    ]
    taken: dict[int, str] = {}
    for sure, place, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        rivals = [other for score, at, other in pairs if at == place and score == sure and other != key]
        if place not in taken and key not in taken.values() and not rivals:
            taken[place] = key
    return taken


@lru_cache(maxsize=4096)
def _heading_score(text: str, template_heading: str) -> float:
    """How sure it is that a heading is the template's (0: it is not)."""
    if text == template_heading:
        return _SAME_SCORE
    ratio = fuzz.ratio(text, template_heading)
    if ratio >= MIN_SIMILARITY:
        return ratio
    words, own = _word_stems(text), _word_stems(template_heading)
    if own <= words and len(words) <= max(len(own) + 2, _MAX_WORDS):
        return _LONGER_SCORE
    # Some words of a long heading stand for it: "Planned improvement".
    return _SHORTER_SCORE if len(words) > 1 and words < own else 0.0


def _word_stems(text: str) -> set[str]:
    """The words without the sign of the plural."""
    return {word.removesuffix("s") for word in text.split()}
