"""What the report says, as a Word document: its text from top to bottom.

The text, which may run to thousands of rows, is written as WordprocessingML beside the package that holds it
(see `ragsheets.report.write.tables` for the reason, `ragsheets.report.write.package` for the package) and put in place
when the archive is packed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets.report.house_style.look import TEMPLATE_LOOK, ReportLook
from ragsheets.report.write import chart
from ragsheets.report.write.chart import SummaryChart
from ragsheets.report.write.content import (
    GroupSection,
    OutcomeBlock,
    ReportCell,
    ReportColumn,
    ReportContent,
    ReportTable,
)
from ragsheets.report.write.package import build_package, insert_body
from ragsheets.report.write.summary import count_with_percent
from ragsheets.report.write.tables import TableWriter
from ragsheets.report.write.writer import NEW_PAGE, DocumentWriter
from ragsheets.report.write.xml import link_paragraph, paragraph
from ragsheets.template.model import Template

_KEEP_WITH_NEXT = "<w:keepNext/>"

#: A list of contents of so many lines stays on one page.
_MAX_CONTENTS_LINES_ON_PAGE = 24

#: Widths of the first page's columns beside one another: a sub-group, a count, their sum, what has moved.
_GROUP_WIDTH, _COUNT_WIDTH, _TOTAL_WIDTH, _CHANGE_WIDTH = 26.0, 15.0, 9.0, 27.0


def report_to_docx(
    content: ReportContent, template: Template, *, created: datetime.date, report_look: ReportLook = TEMPLATE_LOOK
) -> bytes:
    """The report as the bytes of a .docx file.

    `template` gives wording and look; `created` is the date that the document's properties carry, so that the
    same input gives the same bytes; `dress` is the page, the house style and the logo. Raises KeyError where a cell
    names a status that the template lacks.
    """
    template = report_look.apply_to(template)
    picture = chart.summary_chart_of(content, template, report_look.page.text_width, report_look.page.text_height)
    body = b"".join([part.encode() for part in _ReportWriter(content, template, report_look, picture).body()])
    return insert_body(build_package(content, template, created, report_look, summary_chart=picture), body)


def needed_text_width(content: ReportContent, template: Template, report_look: ReportLook) -> float:
    """How wide the text must be for the task tables to be read with ease (twentieths of a point)."""
    return TableWriter(report_look.apply_to(template), content.columns, report_look.page.text_width).needed_width


class _ReportWriter(DocumentWriter):
    """Writes one report in pieces of WordprocessingML."""

    def __init__(
        self, content: ReportContent, template: Template, report_look: ReportLook, summary_chart: SummaryChart | None
    ) -> None:
        super().__init__(template, TableWriter(template, content.columns, report_look.page.text_width))
        self.content, self.report_look, self.summary_chart = content, report_look, summary_chart

    def body(self) -> Iterator[str]:
        """The document from top to bottom."""
        if self.report_look.logo:
            yield self.report_look.logo.paragraph()
        yield from self.first_page()
        yield from self.attention()
        yield from self.contents()
        for section in self.content.sections:
            yield from self.group_section(section)
        if self.content.sources:
            yield from self.part(self.content.sources, "Heading1", new_page=True)
        if self.content.corrections:
            yield from self.part(self.content.corrections, "Heading2")

    # -- first page

    def first_page(self) -> Iterator[str]:
        content, wording = self.content, self.wording
        yield from self.title(content, revision_note=content.revision_note)
        yield paragraph("Heading1", wording.report_summary_title)
        yield paragraph("Lead", content.summary.state_sentence)
        yield from self.attention_summary()
        # Above the table, which may go on over the page.
        yield self.status_key()
        yield self.tables.plain_table(self.summary_table())
        if self.summary_chart:
            yield chart.chart_paragraph(self.summary_chart)

    def attention_summary(self) -> Iterator[str]:
        """What needs the executive, each line leading to its part; that nothing does, where nothing does."""
        yield paragraph("Heading2", self.wording.report_needs)
        if not self.content.attention:
            yield paragraph("Normal", self.wording.report_nothing_needed)
        yield from self.paragraphs_and_list((), self.content.attention_summary)

    def summary_table(self) -> ReportTable:
        """The counts of each sub-group with their part of its total, and what has moved."""
        summary, wording = self.content.summary, self.wording
        columns = [ReportColumn(wording.report_group, _GROUP_WIDTH, "name")]
        columns += [
            ReportColumn(column.label, _COUNT_WIDTH, "number", column.status) for column in summary.columns[:-1]
        ]
        columns.append(ReportColumn(summary.columns[-1].label, _TOTAL_WIDTH, "number"))
        rows = []
        for row in summary.rows:
            total = row.counts[-1]
            cells = [
                ReportCell(row.name),
                *(ReportCell(count_with_percent(number, total)) for number in row.counts[:-1]),
                ReportCell(f"{total}"),
            ]
            rows.append((*cells, *([ReportCell(row.change_text)] if summary.change_heading else [])))
        if summary.change_heading:
            columns.append(ReportColumn(summary.change_heading, _CHANGE_WIDTH, "name"))
        return ReportTable(wording.report_counts, tuple(columns), tuple(rows), has_total_row=True)

    # -- what needs attention, and the contents

    def attention(self) -> Iterator[str]:
        if self.content.attention:
            yield paragraph("Heading1", self.wording.report_attention, paragraph_properties=NEW_PAGE)
        for part in self.content.attention:
            yield from self.part(part, "Heading2")
        begun = bool(self.content.attention)
        for further in filter(None, (self.content.no_longer_reported, self.content.changes)):
            yield from self.part(further, "Heading1", new_page=not begun)
            begun = True

    def contents(self) -> Iterator[str]:
        """A list of links: no field, which Word would ask to update."""
        yield paragraph("Heading1", self.wording.report_contents)
        entries = [
            entry
            for section in self.content.sections
            for entry in (
                ("Contents1", section.heading, section.bookmark),
                *(("Contents2", block.heading, block.bookmark) for block in section.outcomes),
            )
        ]
        if self.content.sources:
            entries.append(("Contents1", self.content.sources.heading, self.content.sources.bookmark))
        entries = [entry for entry in entries if entry[-1]]
        short = len(entries) <= _MAX_CONTENTS_LINES_ON_PAGE
        for place, entry in enumerate(entries, 1):
            yield link_paragraph(*entry, paragraph_properties=_KEEP_WITH_NEXT if short and place < len(entries) else "")

    # -- the detail

    def group_section(self, section: GroupSection) -> Iterator[str]:
        """A sub-group's part, on a new page."""
        yield self.heading("Heading1", section.heading, section.bookmark, NEW_PAGE)
        if section.remark:
            yield paragraph("Remark", section.remark)
        for block in section.outcomes:
            yield from self.outcome_block(block)

    def outcome_block(self, block: OutcomeBlock) -> Iterator[str]:
        yield self.heading("Heading2", block.heading, block.bookmark)
        yield self.tables.outcome_details(block)
        for action in block.actions:
            # Never without words: Word joins two tables that no paragraph parts.
            heading = action.heading if action.heading.strip() else self.content.columns[0].heading
            yield paragraph("Heading3", heading)
            yield self.tables.task_table(action, f"{block.heading} – {heading}")
