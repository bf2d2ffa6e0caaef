"""Write the combined report as a Word document.

The text, which may have thousands of rows, is written as WordprocessingML apart from its package (see
`ragsheets.report.write.tables` for the reason, `ragsheets.report.write.package` for the package) and inserted when the
archive is written.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets.report.house_style.look import TEMPLATE_LOOK, ReportLook
from ragsheets.report.write import chart
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

if TYPE_CHECKING:
    from ragsheets.report.write.chart_xml import StackedBarChart

_KEEP_WITH_NEXT = "<w:keepNext/>"

#: A list of contents of up to so many lines is kept on one page.
_MAX_CONTENTS_LINES_ON_PAGE = 24

#: Relative widths of the first page's columns: a sub-group, a count, their total, the changes.
_GROUP_WIDTH, _COUNT_WIDTH, _TOTAL_WIDTH, _CHANGE_WIDTH = 26.0, 15.0, 9.0, 27.0


def report_to_docx(
    content: ReportContent, template: Template, *, created: datetime.date, report_look: ReportLook = TEMPLATE_LOOK
) -> bytes:
    """Return the report as the bytes of a .docx file.

    Args:
        content: the content of the report.
        template: the template with wording and look.
        created: the date in the document's properties; the same input gives the same bytes.
        report_look: the page, the house style and the logo.

    Raises KeyError where a cell has a status that the template does not define.
    """
    template = report_look.apply_to(template)
    summary_chart = chart.summary_chart_of(content, template, report_look.page.text_width, report_look.page.text_height)
    body = b"".join([part.encode() for part in _ReportWriter(content, template, report_look, summary_chart).body()])
    return insert_body(build_package(content, template, created, report_look, summary_chart=summary_chart), body)


def needed_text_width(content: ReportContent, template: Template, report_look: ReportLook) -> float:
    """Return the text width at which the task tables are easy to read, in twentieths of a point."""
    return TableWriter(report_look.apply_to(template), content.columns, report_look.page.text_width).needed_width


class _ReportWriter(DocumentWriter):
    """Writer of one report as WordprocessingML."""

    def __init__(
        self, content: ReportContent, template: Template, report_look: ReportLook, summary_chart: StackedBarChart | None
    ) -> None:
        super().__init__(template, TableWriter(template, content.columns, report_look.page.text_width))
        self.content, self.report_look, self.summary_chart = content, report_look, summary_chart

    def body(self) -> Iterator[str]:
        """Yield the document's WordprocessingML from top to bottom."""
        if self.report_look.logo:
            yield self.report_look.logo.paragraph()
        yield from self.first_page()
        yield from self.attention()
        yield from self.contents()
        for section in self.content.sections:
            yield from self.group_section(section)
        if self.content.sources:
            yield from self.part(self.content.sources, "Heading1", new_page=True)
        for part in (self.content.corrections, self.content.settlements):
            if part:
                yield from self.part(part, "Heading2")

    # -- first page

    def first_page(self) -> Iterator[str]:
        content, wording = self.content, self.wording
        yield from self.title(content, revision_note=content.revision_note)
        yield from self.introduction()
        yield paragraph("Heading1", wording.report_summary_title)
        yield paragraph("Lead", content.summary.state_sentence)
        yield from self.attention_summary()
        # Above the table, which may continue on the next page.
        yield self.status_key()
        yield self.tables.plain_table(self.summary_table())
        if self.summary_chart:
            yield chart.chart_paragraph(self.summary_chart)

    def introduction(self) -> Iterator[str]:
        """Yield the coordinator's own words; they have no heading."""
        for passage in self.content.introduction:
            yield paragraph("ListBullet" if passage.kind == "bullet" else "Introduction", passage.text)

    def attention_summary(self) -> Iterator[str]:
        """Yield a line with a link for each part that needs the executive, or one line if nothing needs attention."""
        yield paragraph("Heading2", self.wording.report_needs)
        if not self.content.attention:
            yield paragraph("Normal", self.wording.report_nothing_needed)
        yield from self.paragraphs_and_list((), self.content.attention_summary)

    def summary_table(self) -> ReportTable:
        """Return the table of each sub-group's counts, with their shares of its total, and its changes."""
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
            # The words of an introduction may leave no room for the chart: a page break would leave it on its own.
            page_break = "" if self.content.introduction else NEW_PAGE
            yield paragraph("Heading1", self.wording.report_attention, paragraph_properties=page_break)
        for part in self.content.attention:
            yield from self.part(part, "Heading2")
        has_part = bool(self.content.attention)
        for further_part in filter(None, (self.content.no_longer_reported, self.content.changes)):
            yield from self.part(further_part, "Heading1", new_page=not has_part)
            has_part = True

    def contents(self) -> Iterator[str]:
        """Yield the contents as a list of links, because Word asks whether to update a field."""
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
        fits_on_page = len(entries) <= _MAX_CONTENTS_LINES_ON_PAGE
        for number, entry in enumerate(entries, 1):
            yield link_paragraph(
                *entry, paragraph_properties=_KEEP_WITH_NEXT if fits_on_page and number < len(entries) else ""
            )

    # -- the detail

    def group_section(self, section: GroupSection) -> Iterator[str]:
        """Yield a sub-group's section, on a new page."""
        yield self.heading("Heading1", section.heading, section.bookmark, NEW_PAGE)
        if section.remark:
            yield paragraph("Remark", section.remark)
        for block in section.outcomes:
            yield from self.outcome_block(block)

    def outcome_block(self, block: OutcomeBlock) -> Iterator[str]:
        yield self.heading("Heading2", block.heading, block.bookmark)
        yield self.tables.outcome_details(block)
        for action in block.actions:
            yield paragraph("Heading3", action.heading)
            yield self.tables.task_table(action, f"{block.heading} – {action.heading}")
