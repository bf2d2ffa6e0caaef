"""What stands around a report's sections, compared with the ledger: every line, table and figure of the chart.

What should stand there is taken from the report that the ledger's content makes, read back in the same way.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ragsheets.report.read.blocks import story_of
from ragsheets.report.read.model import Around, Grid, Standing
from ragsheets.report.read.outside_sections import around
from ragsheets.report.read.package import open_word
from ragsheets.report.read.phrases import filled_in
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import row_name, same_words
from ragsheets.report.write.content import OutcomeBlock, ReportContent
from ragsheets.template.model import Template
from ragsheets.text import clean

#: How alike (0 to 100) a line must be to one of the ledger's to be it, reworded; and how many of its cells a row must
#: share with another.
ALIKE, SHARED = 60.0, 50.0
#: Two tables under the same heading are this much more alike.
_SAME_HEADING = 10.0
#: The day that a report is given that is only read; nothing in its text tells it.
_ANY_DAY = datetime.date(2000, 1, 1)

_Row = tuple[str, ...]


def printed(content: ReportContent, template: Template) -> Around:
    """What stands around the sections of a report as ragsheets writes it."""
    from ragsheets.report.write.word import to_docx

    bare = [replace(section, outcomes=_without_tasks(section.outcomes)) for section in content.sections]
    made = to_docx(replace(content, sections=tuple(bare)), template, created=_ANY_DAY)
    file = open_word(made)
    return around(story_of(file).blocks, {clean(section.heading).strip() for section in bare}, file.chart)


@dataclass(frozen=True)
class Front:
    """Compares what stands around the sections in a document with what should."""

    found: Around
    wanted: Around
    template: Template

    def differences(self) -> Iterator[Difference]:
        """Everything in which they differ."""
        yield from self._lines()
        tables = Pairs(self.found.tables, self.wanted.tables)
        tables.take(_likeness_of_tables, 1.0)
        tables.take(lambda one, other: float(same_words(one.under) == same_words(other.under)), 1.0)
        for found, wanted in tables.pairs:
            yield from _Tables(wanted.under, found, wanted).differences()
        for at in tables.added:
            yield Difference("table-added", section=tables.found[at].under, found=", ".join(tables.found[at].rows[0]))
        for at in tables.missing:
            wanted = tables.wanted[at]
            yield Difference("table-missing", section=wanted.under, wanted=", ".join(wanted.rows[0]))
        # Not every program keeps a chart as one: a document without it says nothing else than it should.
        if self.found.chart and self.wanted.chart:
            title = self.template.wording.report_chart_title
            yield from _Tables(title, self.found.chart, self.wanted.chart).differences()

    def other_version(self) -> str:
        """The version of ragsheets that the document says it was made with; "" where it is the wanted one."""
        said, wanted = (self._made_by(side) for side in (self.found, self.wanted))
        return said if said != wanted else ""

    def _made_by(self, side: Around) -> str:
        words = self.template.wording.report_made_by
        return next((said.get("version", "") for line in side.lines if (said := filled_in(words, line.text))), "")

    def _lines(self) -> Iterator[Difference]:
        """The lines: by their words in their place, by their words, reworded, and what is left in its order."""
        pairs = Pairs(self._without_version(self.found), self._without_version(self.wanted))
        pairs.take_equal(_words, _words)
        pairs.take_equal(lambda one: _words(one)[1], lambda other: _words(other)[1])
        pairs.take(lambda one, other: fuzz.ratio(one.text, other.text), ALIKE)
        pairs.take(lambda one, other: float(_words(one)[0] == _words(other)[0]), 1.0)
        for found, wanted in pairs.pairs:
            if same_words(found.text) != same_words(wanted.text):
                yield Difference("line", **_place(wanted), found=found.text, wanted=wanted.text)
        for at in pairs.added:
            yield Difference("line-added", **_place(pairs.found[at]), found=pairs.found[at].text)
        for at in pairs.missing:
            yield Difference("line-missing", **_place(pairs.wanted[at]), wanted=pairs.wanted[at].text)

    def _without_version(self, side: Around) -> list[Standing]:
        """The lines, one version of ragsheets like another."""
        words, version = self.template.wording.report_made_by, self._made_by(self.wanted)
        return [
            line._replace(text=words.format(**{**said, "version": version}))
            if (said := filled_in(words, line.text))
            else line
            for line in side.lines
        ]


@dataclass(frozen=True)
class _Tables:
    """Compares a table with what it should be; its first row heads its columns."""

    section: str
    found: Grid
    wanted: Grid

    def differences(self) -> Iterator[Difference]:
        headings = Pairs(self.found.rows[0], self.wanted.rows[0])
        headings.take_equal(same_words, same_words)
        headings.take(fuzz.ratio, ALIKE)
        if len(headings.found) == len(headings.wanted):
            headings.take(lambda one, other: 0.0, 0.0)
        for text, wanted in headings.pairs:
            if same_words(text) != same_words(wanted):
                yield Difference("heading", section=self.section, column=wanted, found=text, wanted=wanted)
        for at in headings.added:
            yield Difference("column-added", section=self.section, found=headings.found[at])
        for at in headings.missing:
            yield Difference("column-missing", section=self.section, wanted=headings.wanted[at])
        yield from self._rows(sorted(headings.places, key=lambda pair: pair[1]))

    def _rows(self, columns: Sequence[tuple[int, int]]) -> Iterator[Difference]:
        ones, others = zip(*columns, strict=True) if columns else ((), ())
        found = [_taken(row, ones) for row in self.found.rows[1:]]
        wanted = [_taken(row, others) for row in self.wanted.rows[1:]]
        pairs = Pairs([*map(_same, found)], [*map(_same, wanted)])
        pairs.take_equal(tuple, tuple)
        pairs.take(_shared_cells, SHARED)
        for at, by_ledger in sorted(pairs.places):
            place = {"section": self.section, "row": row_name(at + 1, ", ".join(pairs.found[at][:3]))}
            for column, text, other in zip(others, found[at], wanted[by_ledger], strict=True):
                if same_words(text) != same_words(other):
                    yield Difference("cell", **place, column=self.wanted.rows[0][column], found=text, wanted=other)
        for at in pairs.added:
            place = {"section": self.section, "row": row_name(at + 1, "")}
            yield Difference("line-added", **place, found=", ".join(found[at]))
        for at in pairs.missing:
            place = {"section": self.section, "row": row_name(at + 1, "")}
            yield Difference("line-missing", **place, wanted=", ".join(wanted[at]))


def _without_tasks(outcomes: Sequence[OutcomeBlock]) -> tuple[OutcomeBlock, ...]:
    return tuple(replace(outcome, actions=()) for outcome in outcomes)


def _place(line: Standing) -> dict[str, str]:
    return {"section": line.under} if line.under else {"row": "first page"}


def _words(line: Standing) -> tuple[str, str]:
    return same_words(line.under), same_words(line.text)


def _same(row: _Row) -> _Row:
    return tuple(map(same_words, row))


def _taken(row: _Row, places: Sequence[int]) -> _Row:
    return tuple(row[place] if place < len(row) else "" for place in places)


def _likeness_of_tables(found: Grid, wanted: Grid) -> float:
    """How many rows two tables share; of those that share some, these under the same heading."""
    ones, others = set(map(_same, found.rows)), set(map(_same, wanted.rows))
    shared = 100.0 * len(ones & others) / max(len(ones), len(others), 1)
    return shared and shared + _SAME_HEADING * (same_words(found.under) == same_words(wanted.under))


def _shared_cells(found: _Row, wanted: _Row) -> float:
    shared = sum(one == other for one, other in zip(found, wanted, strict=False))
    return 100.0 * shared / max(len(found), len(wanted), 1)
