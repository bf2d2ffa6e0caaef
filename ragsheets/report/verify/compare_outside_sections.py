"""What stands around a report's sections, compared with the ledger: every line, table and figure of the chart.

What should stand there is taken from the report that the ledger's content makes, read back in the same way.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ragsheets.report.read.blocks import read_word_content
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.read.outside_sections import read_outside_sections
from ragsheets.report.read.package import open_word
from ragsheets.report.read.phrases import placeholder_values
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import normalised_text, row_name
from ragsheets.report.write.content import OutcomeBlock, ReportContent
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office

#: How alike (0 to 100) a line must be to one of the ledger's to be it, reworded; and how many of its cells a row must
#: share with another.
MIN_SIMILARITY, MIN_SHARED_CELLS = 60.0, 50.0
#: Two tables under the same heading are this much more alike.
_SAME_HEADING_BONUS = 10.0
#: The day that a report is given that is only read; nothing in its text tells it.
_FIXED_DATE = datetime.date(2000, 1, 1)

_Row = tuple[str, ...]


def expected_outside_sections(content: ReportContent, template: Template) -> OutsideSections:
    """What stands around the sections of a report as ragsheets writes it."""
    from ragsheets.report.write.word import report_to_docx

    bare = [replace(section, outcomes=_without_tasks(section.outcomes)) for section in content.sections]
    made = report_to_docx(replace(content, sections=tuple(bare)), template, created=_FIXED_DATE)
    file = open_word(made)
    return read_outside_sections(
        read_word_content(file).blocks, {clean_for_office(section.heading).strip() for section in bare}, file.chart
    )


@dataclass(frozen=True)
class OutsideSectionsComparison:
    """Compares what stands around the sections in a document with what should."""

    document: OutsideSections
    expected: OutsideSections
    template: Template

    def differences(self) -> Iterator[Difference]:
        """Everything in which they differ."""
        yield from self._compare_lines()
        tables = Pairs(self.document.tables, self.expected.tables)
        tables.pair_similar(_table_similarity, 1.0)
        tables.pair_similar(
            lambda one, other: float(normalised_text(one.heading) == normalised_text(other.heading)), 1.0
        )
        for found, wanted in tables.pairs:
            yield from _TableComparison(wanted.heading, found, wanted).differences()
        for at in tables.added_indexes:
            yield Difference(
                "table-added",
                section=tables.document_items[at].heading,
                found=", ".join(tables.document_items[at].rows[0]),
            )
        for at in tables.missing_indexes:
            wanted = tables.expected_items[at]
            yield Difference("table-missing", section=wanted.heading, wanted=", ".join(wanted.rows[0]))
        # Not every program keeps a chart as one: a document without it says nothing else than it should.
        if self.document.chart and self.expected.chart:
            title = self.template.wording.report_chart_title
            yield from _TableComparison(title, self.document.chart, self.expected.chart).differences()

    def other_version(self) -> str:
        """The version of ragsheets that the document says it was made with; "" where it is the wanted one."""
        said, wanted = (self._version(side) for side in (self.document, self.expected))
        return said if said != wanted else ""

    def _version(self, outside_sections: OutsideSections) -> str:
        words = self.template.wording.report_made_by
        return next(
            (
                said.get("version", "")
                for line in outside_sections.lines
                if (said := placeholder_values(words, line.text))
            ),
            "",
        )

    def _compare_lines(self) -> Iterator[Difference]:
        """The lines: by their words in their place, by their words, reworded, and what is left in its order."""
        pairs = Pairs(self._lines_without_version(self.document), self._lines_without_version(self.expected))
        pairs.pair_equal(_line_key, _line_key)
        pairs.pair_equal(lambda one: _line_key(one)[1], lambda other: _line_key(other)[1])
        pairs.pair_similar(lambda one, other: fuzz.ratio(one.text, other.text), MIN_SIMILARITY)
        pairs.pair_similar(lambda one, other: float(_line_key(one)[0] == _line_key(other)[0]), 1.0)
        for found, wanted in pairs.pairs:
            if normalised_text(found.text) != normalised_text(wanted.text):
                yield Difference("line", **_location_fields(wanted), found=found.text, wanted=wanted.text)
        for at in pairs.added_indexes:
            yield Difference(
                "line-added", **_location_fields(pairs.document_items[at]), found=pairs.document_items[at].text
            )
        for at in pairs.missing_indexes:
            yield Difference(
                "line-missing", **_location_fields(pairs.expected_items[at]), wanted=pairs.expected_items[at].text
            )

    def _lines_without_version(self, outside_sections: OutsideSections) -> list[HeadedLine]:
        """The lines, one version of ragsheets like another."""
        words, version = self.template.wording.report_made_by, self._version(self.expected)
        return [
            line._replace(text=words.format(**{**said, "version": version}))
            if (said := placeholder_values(words, line.text))
            else line
            for line in outside_sections.lines
        ]


@dataclass(frozen=True)
class _TableComparison:
    """Compares a table with what it should be; its first row heads its columns."""

    section: str
    document_table: HeadedTable
    expected_table: HeadedTable

    def differences(self) -> Iterator[Difference]:
        headings = Pairs(self.document_table.rows[0], self.expected_table.rows[0])
        headings.pair_equal(normalised_text, normalised_text)
        headings.pair_similar(fuzz.ratio, MIN_SIMILARITY)
        if len(headings.document_items) == len(headings.expected_items):
            headings.pair_similar(lambda one, other: 0.0, 0.0)
        for text, wanted in headings.pairs:
            if normalised_text(text) != normalised_text(wanted):
                yield Difference("heading", section=self.section, column=wanted, found=text, wanted=wanted)
        for at in headings.added_indexes:
            yield Difference("column-added", section=self.section, found=headings.document_items[at])
        for at in headings.missing_indexes:
            yield Difference("column-missing", section=self.section, wanted=headings.expected_items[at])
        yield from self._compare_rows(sorted(headings.index_pairs, key=lambda pair: pair[1]))

    def _compare_rows(self, column_pairs: Sequence[tuple[int, int]]) -> Iterator[Difference]:
        ones, others = zip(*column_pairs, strict=True) if column_pairs else ((), ())
        found = [_select_cells(row, ones) for row in self.document_table.rows[1:]]
        wanted = [_select_cells(row, others) for row in self.expected_table.rows[1:]]
        pairs = Pairs([*map(_normalised_row, found)], [*map(_normalised_row, wanted)])
        pairs.pair_equal(tuple, tuple)
        pairs.pair_similar(_row_similarity, MIN_SHARED_CELLS)
        for at, by_ledger in sorted(pairs.index_pairs):
            place = {"section": self.section, "row": row_name(at + 1, ", ".join(pairs.document_items[at][:3]))}
            for column, text, other in zip(others, found[at], wanted[by_ledger], strict=True):
                if normalised_text(text) != normalised_text(other):
                    yield Difference(
                        "cell", **place, column=self.expected_table.rows[0][column], found=text, wanted=other
                    )
        for at in pairs.added_indexes:
            place = {"section": self.section, "row": row_name(at + 1, "")}
            yield Difference("line-added", **place, found=", ".join(found[at]))
        for at in pairs.missing_indexes:
            place = {"section": self.section, "row": row_name(at + 1, "")}
            yield Difference("line-missing", **place, wanted=", ".join(wanted[at]))


def _without_tasks(outcomes: Sequence[OutcomeBlock]) -> tuple[OutcomeBlock, ...]:
    return tuple(replace(outcome, actions=()) for outcome in outcomes)


def _location_fields(line: HeadedLine) -> dict[str, str]:
    return {"section": line.heading} if line.heading else {"row": "first page"}


def _line_key(line: HeadedLine) -> tuple[str, str]:
    return normalised_text(line.heading), normalised_text(line.text)


def _normalised_row(row: _Row) -> _Row:
    return tuple(map(normalised_text, row))


def _select_cells(row: _Row, indexes: Sequence[int]) -> _Row:
    return tuple(row[place] if place < len(row) else "" for place in indexes)


def _table_similarity(document_table: HeadedTable, expected_table: HeadedTable) -> float:
    """How many rows two tables share; of those that share some, these under the same heading."""
    ones, others = set(map(_normalised_row, document_table.rows)), set(map(_normalised_row, expected_table.rows))
    shared = 100.0 * len(ones & others) / max(len(ones), len(others), 1)
    return shared and shared + _SAME_HEADING_BONUS * (
        normalised_text(document_table.heading) == normalised_text(expected_table.heading)
    )


def _row_similarity(document_row: _Row, expected_row: _Row) -> float:
    shared = sum(one == other for one, other in zip(document_row, expected_row, strict=False))
    return 100.0 * shared / max(len(document_row), len(expected_row), 1)
