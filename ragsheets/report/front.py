"""What stands around a report's sections, compared with the ledger: the state in words, and what needs attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ragsheets.report.content import Part, ReportContent, Table
from ragsheets.report.differences import Difference
from ragsheets.report.pairing import Pairs
from ragsheets.report.reading.values import ReadReport
from ragsheets.report.recount import row_name, same_words
from ragsheets.template import Template

#: How alike (0 to 100) a line must be to one of the ledger's to be it, reworded; and how many of its cells a row must
#: share with another.
ALIKE, SHARED = 60.0, 50.0

_Row = tuple[str, ...]


@dataclass(frozen=True)
class Front:
    """Compares what a report of ragsheets' own says outside of its sections; what others have there is their own."""

    report: ReadReport
    content: ReportContent
    template: Template

    def differences(self) -> Iterator[Difference]:
        """Everything in which it differs."""
        if not self.report.ours:
            return
        wording, content = self.template.wording, self.content
        yield from self._lines(wording.report_summary_title, [content.summary.state])
        yield from self._lines(wording.report_needs, [line.text for line in content.needs])
        left = [[tuple(map(same_words, row)) for row in table] for table in self.report.tables]
        for part in content.attention:
            yield from self._part(part, left)

    def _part(self, part: Part, left: list[list[_Row]]) -> Iterator[Difference]:
        yield from self._lines(part.heading, [*part.text, *(line.text for line in part.lines)])
        if part.table is None:
            return
        wanted = [tuple(same_words(cell.text) for cell in row) for row in part.table.rows]
        headings = tuple(same_words(column.text) for column in part.table.columns)
        # Several parts may have the same headings: theirs is the table that shares most rows.
        alike = [table for table in left if table and table[0] == headings]
        if not alike:
            yield Difference("table-missing", section=part.heading, wanted=part.table.title)
            return
        found = max(alike, key=lambda table: len(set(table) & set(wanted)))
        left.remove(found)
        yield from self._rows(part.heading, part.table, found[1:], wanted)

    def _rows(self, section: str, table: Table, found: Sequence[_Row], wanted: Sequence[_Row]) -> Iterator[Difference]:
        pairs = Pairs(found, wanted)
        pairs.take_equal(tuple, tuple)
        pairs.take(_shared_cells, SHARED)
        for at, by_ledger in sorted(pairs.places):
            cells = zip(table.columns, found[at], table.rows[by_ledger], wanted[by_ledger], strict=False)
            for column, text, cell, words in cells:
                if text != words:
                    where = {"section": section, "row": row_name(at + 1, ", ".join(found[at][:3]))}
                    yield Difference("cell", **where, column=column.text, found=text, wanted=cell.text)
        for at in pairs.added:
            yield Difference("line-added", section=section, row=row_name(at + 1, ""), found=", ".join(found[at]))
        for at in pairs.missing:
            yield Difference("line-missing", section=section, row=row_name(at + 1, ""), wanted=", ".join(wanted[at]))

    def _lines(self, section: str, wanted: Sequence[str]) -> Iterator[Difference]:
        known = {same_words(line): line for line in self.report.lines}
        for text in wanted:
            if same_words(text) not in known:
                near = process.extractOne(text, self.report.lines, scorer=fuzz.ratio, score_cutoff=ALIKE)
                yield Difference("line", section=section, found=near[0] if near else "", wanted=text)


def _shared_cells(found: _Row, wanted: _Row) -> float:
    shared = sum(one == other for one, other in zip(found, wanted, strict=False))
    return 100.0 * shared / max(len(found), len(wanted), 1)
