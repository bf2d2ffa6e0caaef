"""Compare the content outside a report's sections with the ledger: every line, table and figure of the chart.

The expected content is read from the report that ragsheets writes from the ledger.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ragsheets.report.read.content import read_word_content
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.read.other_content import OtherContent
from ragsheets.report.read.other_content_finder import find_other_content
from ragsheets.report.read.package import open_word
from ragsheets.report.read.phrases import placeholder_values
from ragsheets.report.read.printed_layout import find_printed_layout
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import normalised_text, row_name
from ragsheets.report.write.content import OutcomeBlock, ReportContent
from ragsheets.template.model import Template

#: Minimum similarity (0 to 100) of two lines that are the same one, reworded; and minimum percentage of cells that two
#: paired rows share.
MIN_SIMILARITY, MIN_SHARED_CELLS = 60.0, 50.0
#: Added to the similarity (0 to 100) of two tables under the same heading.
_SAME_HEADING_BONUS = 10.0
#: The creation date of a report that is only read; it does not appear in the text.
_FIXED_DATE = datetime.date(2000, 1, 1)

_Row = tuple[str, ...]


def expected_outside_sections(
    content: ReportContent, template: Template
) -> tuple[OutsideSections, tuple[OtherContent, ...]]:
    """Return the content outside the sections of a report as ragsheets writes it, and outside its text and tables."""
    from ragsheets.report.write.word import report_to_docx

    sections = [replace(section, outcomes=_without_tasks(section.outcomes)) for section in content.sections]
    report_bytes = report_to_docx(replace(content, sections=tuple(sections)), template, created=_FIXED_DATE)
    file = open_word(report_bytes)
    word_content = read_word_content(file)
    outside_sections = find_printed_layout(word_content.blocks).outside_sections()
    return outside_sections, find_other_content(file, word_content)[0]


@dataclass(frozen=True)
class OutsideSectionsComparison:
    """A comparison of the content outside a document's sections with the expected content.

    `own_texts` are expected texts that the coordinator wrote, and may change or leave out: the introduction.
    """

    document: OutsideSections
    expected: OutsideSections
    template: Template
    own_texts: Collection[str] = ()

    def differences(self) -> Iterator[Difference]:
        """Yield every difference."""
        yield from self._compare_lines()
        tables = Pairs(self.document.tables, self.expected.tables)
        tables.pair_similar(_table_similarity, 1.0)
        tables.pair_similar(
            lambda document_table, expected_table: float(
                normalised_text(document_table.heading) == normalised_text(expected_table.heading)
            ),
            1.0,
        )
        for document_table, expected_table in tables.pairs:
            yield from compare_tables(expected_table.heading, document_table, expected_table)
        for table in tables.added_items:
            kind = "table-stranger" if table.is_printed else "table-added"
            words = "\n".join(", ".join(filter(None, row)) for row in table.rows)
            yield Difference(kind, section=table.heading, found=words)
        for expected_table in tables.missing_items:
            yield Difference("table-missing", section=expected_table.heading, wanted=", ".join(expected_table.rows[0]))

    def other_version(self) -> str:
        """Return the version of ragsheets that the document names; "" if it is the expected one."""
        document_version, expected_version = (
            self._version(outside_sections) for outside_sections in (self.document, self.expected)
        )
        return document_version if document_version != expected_version else ""

    def _version(self, outside_sections: OutsideSections) -> str:
        return next(
            (
                values.get("version", "")
                for line in outside_sections.lines
                if (values := self._made_by_values(line)) is not None
            ),
            "",
        )

    def _made_by_values(self, line: HeadedLine) -> Mapping[str, str] | None:
        """Return the values in the line that names ragsheets and this template; None for another line."""
        values = placeholder_values(self.template.wording.report_made_by, line.text)
        template_values = {"template": self.template.name, "digest": self.template.digest}
        is_made_by = values is not None and all(
            values.get(name, value) == value for name, value in template_values.items()
        )
        return values if is_made_by else None

    def _compare_lines(self) -> Iterator[Difference]:
        """Compare the lines, paired by heading and text, by text, by similar text, then by heading in order."""
        pairs = Pairs(self._lines_without_version(self.document), self._lines_without_version(self.expected))
        pairs.pair_equal(_line_key, _line_key)
        pairs.pair_equal(
            lambda document_line: _line_key(document_line)[1], lambda expected_line: _line_key(expected_line)[1]
        )
        pairs.pair_similar(
            lambda document_line, expected_line: fuzz.ratio(document_line.text, expected_line.text), MIN_SIMILARITY
        )
        pairs.pair_similar(
            lambda document_line, expected_line: float(_line_key(document_line)[0] == _line_key(expected_line)[0]), 1.0
        )
        for document_line, expected_line in pairs.pairs:
            if normalised_text(document_line.text) == normalised_text(expected_line.text):
                continue
            if not expected_line.heading and expected_line.text in self.own_texts:
                yield Difference("text-added", **_location_fields(document_line), found=document_line.text)
            else:
                yield Difference(
                    "line", **_location_fields(expected_line), found=document_line.text, wanted=expected_line.text
                )
        for line in pairs.added_items:
            yield Difference("text-added", **_location_fields(line), found=line.text)
        for line in pairs.missing_items:
            if line.heading or line.text not in self.own_texts:
                yield Difference("line-missing", **_location_fields(line), wanted=line.text)

    def _lines_without_version(self, outside_sections: OutsideSections) -> list[HeadedLine]:
        """Return the lines with any version of ragsheets replaced by the expected one."""
        wording, version = self.template.wording.report_made_by, self._version(self.expected)
        return [
            line._replace(text=wording.format(**{**values, "version": version}))
            if (values := self._made_by_values(line)) is not None
            else line
            for line in outside_sections.lines
        ]


def compare_tables(section: str, document_table: HeadedTable, expected_table: HeadedTable) -> Iterator[Difference]:
    """Yield every difference of headings, rows and cells of two tables, whose first rows are their headings."""
    headings = Pairs(document_table.rows[0], expected_table.rows[0])
    headings.pair_equal(normalised_text, normalised_text)
    headings.pair_similar(fuzz.ratio, MIN_SIMILARITY)
    if len(headings.document_items) == len(headings.expected_items):
        headings.pair_similar(lambda document_heading, expected_heading: 0.0, 0.0)
    for found, wanted in headings.pairs:
        if normalised_text(found) != normalised_text(wanted):
            yield Difference("heading", section=section, column=wanted, found=found, wanted=wanted)
    for heading in headings.added_items:
        yield Difference("column-added", section=section, found=heading)
    for heading in headings.missing_items:
        yield Difference("column-missing", section=section, wanted=heading)
    columns = sorted(headings.index_pairs, key=lambda pair: pair[1])
    document_rows = [_select_cells(row, [index for index, _ in columns]) for row in document_table.rows[1:]]
    expected_rows = [_select_cells(row, [index for _, index in columns]) for row in expected_table.rows[1:]]
    column_headings = [expected_table.rows[0][index] for _, index in columns]
    yield from _compare_rows(section, column_headings, document_rows, expected_rows)
    for number, row in enumerate(document_table.rows[1:], 1):
        for text in filter(None, row[len(document_table.rows[0]) :]):
            yield Difference("text-added", section=section, row=row_name(number, ""), found=text)


def _compare_rows(
    section: str, headings: Sequence[str], document_rows: Sequence[_Row], expected_rows: Sequence[_Row]
) -> Iterator[Difference]:
    pairs = Pairs([*map(_normalised_row, document_rows)], [*map(_normalised_row, expected_rows)])
    pairs.pair_equal(tuple, tuple)
    pairs.pair_similar(_row_similarity, MIN_SHARED_CELLS)
    for index, expected_index in sorted(pairs.index_pairs):
        row = row_name(index + 1, ", ".join(pairs.document_items[index][:3]))
        for heading, text, expected_text in zip(
            headings, document_rows[index], expected_rows[expected_index], strict=True
        ):
            if normalised_text(text) != normalised_text(expected_text):
                yield Difference("cell", section, row=row, column=heading, found=text, wanted=expected_text)
    for index in pairs.added_indexes:
        yield Difference("line-added", section, row=row_name(index + 1, ""), found=", ".join(document_rows[index]))
    for index in pairs.missing_indexes:
        yield Difference("line-missing", section, row=row_name(index + 1, ""), wanted=", ".join(expected_rows[index]))


def _without_tasks(outcomes: Sequence[OutcomeBlock]) -> tuple[OutcomeBlock, ...]:
    return tuple(replace(outcome, actions=()) for outcome in outcomes)


def _location_fields(line: HeadedLine) -> dict[str, str]:
    return {"section": line.heading} if line.heading else {"row": "first page"}


def _line_key(line: HeadedLine) -> tuple[str, str]:
    return normalised_text(line.heading), normalised_text(line.text)


def _normalised_row(row: _Row) -> _Row:
    return tuple(map(normalised_text, row))


def _select_cells(row: _Row, indexes: Sequence[int]) -> _Row:
    return tuple(row[index] if index < len(row) else "" for index in indexes)


def _table_similarity(document_table: HeadedTable, expected_table: HeadedTable) -> float:
    """Return the percentage of shared rows of two tables, with a bonus for the same heading if there are any."""
    document_rows, expected_rows = (
        set(map(_normalised_row, document_table.rows)),
        set(map(_normalised_row, expected_table.rows)),
    )
    shared = 100.0 * len(document_rows & expected_rows) / max(len(document_rows), len(expected_rows), 1)
    return shared and shared + _SAME_HEADING_BONUS * (
        normalised_text(document_table.heading) == normalised_text(expected_table.heading)
    )


def _row_similarity(document_row: _Row, expected_row: _Row) -> float:
    shared = sum(cell == expected_cell for cell, expected_cell in zip(document_row, expected_row, strict=False))
    return 100.0 * shared / max(len(document_row), len(expected_row), 1)
