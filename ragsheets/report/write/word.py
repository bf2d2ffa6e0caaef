"""What the report says, as a Word document: its text from top to bottom.

The text, which may run to thousands of rows, is written as WordprocessingML beside the package that holds it
(see `ragsheets.report.write.tables` for the reason, `ragsheets.report.write.package` for the package) and put in place
when the archive is packed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets.report.house_style.look import PLAIN, Dress
from ragsheets.report.write import chart
from ragsheets.report.write.chart import Chart
from ragsheets.report.write.content import Cell, Heading, OutcomeBlock, ReportContent, Section, Table
from ragsheets.report.write.package import packed, shell
from ragsheets.report.write.summary import share
from ragsheets.report.write.tables import Tables
from ragsheets.report.write.writer import NEW_PAGE, Writer
from ragsheets.report.write.xml import linked, paragraph
from ragsheets.template.model import Template

_KEEP = "<w:keepNext/>"

#: A list of contents of so many lines stays on one page.
_ON_A_PAGE = 24

#: Widths of the first page's columns beside one another: a sub-group, a count, their sum, what has moved.
_GROUP, _COUNT, _TOTAL, _CHANGE = 26.0, 15.0, 9.0, 27.0


def to_docx(content: ReportContent, template: Template, *, created: datetime.date, dress: Dress = PLAIN) -> bytes:
    """The report as the bytes of a .docx file.

    `template` gives wording and look; `created` is the date that the document's properties carry, so that the
    same input gives the same bytes; `dress` is the page, the house style and the logo. Raises KeyError where a cell
    names a status that the template lacks.
    """
    template = dress.over(template)
    picture = chart.chart_of(content, template, dress.page.text_width, dress.page.text_height)
    body = b"".join([part.encode() for part in _Writer(content, template, dress, picture).body()])
    return packed(shell(content, template, created, dress, picture=picture), body)


def width_needed(content: ReportContent, template: Template, dress: Dress) -> float:
    """How wide the text must be for the task tables to be read with ease (twentieths of a point)."""
    return Tables(dress.over(template), content.columns, dress.page.text_width).needed


class _Writer(Writer):
    """Writes one report in pieces of WordprocessingML."""

    def __init__(self, content: ReportContent, template: Template, dress: Dress, picture: Chart | None) -> None:
        super().__init__(template, Tables(template, content.columns, dress.page.text_width))
        self.content, self.dress, self.picture = content, dress, picture

    def body(self) -> Iterator[str]:
        """The document from top to bottom."""
        if self.dress.logo:
            yield self.dress.logo.paragraph()
        yield from self.first_page()
        yield from self.attention()
        yield from self.contents()
        for section in self.content.sections:
            yield from self.section(section)
        if self.content.origin:
            yield from self.part(self.content.origin, "Heading1", new_page=True)
        if self.content.corrections:
            yield from self.part(self.content.corrections, "Heading2")

    # -- first page

    def first_page(self) -> Iterator[str]:
        content, wording = self.content, self.wording
        yield from self.title(content, revision=content.revision)
        yield paragraph("Heading1", wording.report_summary_title)
        yield paragraph("Lead", content.summary.state)
        yield from self.needs()
        # Above the table, which may go on over the page.
        yield self.key()
        yield self.tables.plain(self.summary())
        if self.picture:
            yield chart.drawing(self.picture)

    def needs(self) -> Iterator[str]:
        """What needs the executive, each line leading to its part; that nothing does, where nothing does."""
        yield paragraph("Heading2", self.wording.report_needs)
        if not self.content.attention:
            yield paragraph("Normal", self.wording.report_nothing_needed)
        yield from self.lines((), self.content.needs)

    def summary(self) -> Table:
        """The counts of each sub-group with their part of its total, and what has moved."""
        summary, wording = self.content.summary, self.wording
        columns = [Heading(wording.report_group, _GROUP, "name")]
        columns += [Heading(column.label, _COUNT, "number", column.status) for column in summary.columns[:-1]]
        columns.append(Heading(summary.columns[-1].label, _TOTAL, "number"))
        rows = []
        for row in summary.rows:
            total = row.counts[-1]
            cells = [Cell(row.name), *(Cell(share(number, total)) for number in row.counts[:-1]), Cell(f"{total}")]
            rows.append((*cells, *([Cell(row.change)] if summary.change else [])))
        if summary.change:
            columns.append(Heading(summary.change, _CHANGE, "name"))
        return Table(wording.report_counts, tuple(columns), tuple(rows), total=True)

    # -- what needs attention, and the contents

    def attention(self) -> Iterator[str]:
        if self.content.attention:
            yield paragraph("Heading1", self.wording.report_attention, layout=NEW_PAGE)
        for part in self.content.attention:
            yield from self.part(part, "Heading2")
        begun = bool(self.content.attention)
        for further in filter(None, (self.content.gone, self.content.changes)):
            yield from self.part(further, "Heading1", new_page=not begun)
            begun = True

    def contents(self) -> Iterator[str]:
        """A list of links: no field, which Word would ask to update."""
        yield paragraph("Heading1", self.wording.report_contents)
        entries = [
            entry
            for section in self.content.sections
            for entry in (
                ("Contents1", section.heading, section.mark),
                *(("Contents2", block.heading, block.mark) for block in section.outcomes),
            )
        ]
        if self.content.origin:
            entries.append(("Contents1", self.content.origin.heading, self.content.origin.mark))
        entries = [entry for entry in entries if entry[-1]]
        short = len(entries) <= _ON_A_PAGE
        for place, entry in enumerate(entries, 1):
            yield linked(*entry, layout=_KEEP if short and place < len(entries) else "")

    # -- the detail

    def section(self, section: Section) -> Iterator[str]:
        """A sub-group's part, on a new page."""
        yield self.heading("Heading1", section.heading, section.mark, NEW_PAGE)
        if section.remark:
            yield paragraph("Remark", section.remark)
        for block in section.outcomes:
            yield from self.outcome(block)

    def outcome(self, block: OutcomeBlock) -> Iterator[str]:
        yield self.heading("Heading2", block.heading, block.mark)
        yield self.tables.details(block)
        for action in block.actions:
            # Never without words: Word joins two tables that no paragraph parts.
            heading = action.heading if action.heading.strip() else self.content.columns[0].heading
            yield paragraph("Heading3", heading)
            yield self.tables.tasks(action, f"{block.heading} – {heading}")
