"""What the report says, as a Word document: its text from top to bottom.

The text, which may run to thousands of rows, is written as WordprocessingML beside the package that holds it
(`ragsheets.report.tables` says why; `ragsheets.report.shell` is what is around it) and put in place when the archive is
packed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets.report import chart
from ragsheets.report.chart import Chart
from ragsheets.report.content import OutcomeBlock, ReportContent, Section
from ragsheets.report.dress import PLAIN, Dress
from ragsheets.report.shell import packed, shell
from ragsheets.report.tables import Tables, paragraph
from ragsheets.template import Template

_NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'


def to_docx(content: ReportContent, template: Template, *, created: datetime.date, dress: Dress = PLAIN) -> bytes:
    """The report as the bytes of a .docx file.

    `template` gives wording and look; `created` is the date that the document's properties carry, so that the
    same input gives the same bytes; `dress` is the page, the house style and the logo. Raises KeyError where a cell
    names a status that the template lacks.
    """
    template = dress.over(template)
    picture = chart.chart_of(content, template, dress.page.text_width, dress.page.text_height)
    body = b"".join([part.encode() for part in _body(content, template, dress, picture)])
    return packed(shell(content, template, created, dress, picture=picture), body)


def _body(content: ReportContent, template: Template, dress: Dress, picture: Chart | None) -> Iterator[str]:
    """The document from top to bottom, in pieces of WordprocessingML."""
    writer = Tables(template, content.columns, dress.page.text_width)
    yield dress.logo.paragraph() if dress.logo else ""
    yield from _first_page(content, template, writer, picture)
    for section in content.sections:
        yield from _section(section, content, writer)


def _first_page(content: ReportContent, template: Template, writer: Tables, picture: Chart | None) -> Iterator[str]:
    wording = template.wording
    yield paragraph("Title", content.title)
    yield paragraph("Subtitle", content.partnership)
    when = content.date if content.period == content.date else f"{content.period} · {content.date}"
    yield paragraph("Subtitle", when)
    yield paragraph("Heading1", wording.report_summary_title)
    yield paragraph("Normal", wording.report_summary_intro, layout="<w:keepNext/>")
    yield writer.summary(content.summary_columns, content.summary)
    yield chart.drawing(picture) if picture else ""
    yield paragraph("Heading2", wording.report_key)
    yield writer.key()


def _section(section: Section, content: ReportContent, writer: Tables) -> Iterator[str]:
    """A sub-group's part, on a new page."""
    yield paragraph("Heading1", section.heading, layout=_NEW_PAGE)
    if section.remark:
        yield paragraph("Remark", section.remark)
    for block in section.outcomes:
        yield from _outcome(block, content, writer)


def _outcome(block: OutcomeBlock, content: ReportContent, writer: Tables) -> Iterator[str]:
    yield paragraph("Heading2", block.heading)
    yield writer.details(block)
    for action in block.actions:
        # Never without words: Word joins two tables that no paragraph parts.
        heading = action.heading if action.heading.strip() else content.columns[0].heading
        yield paragraph("Heading3", heading)
        yield writer.tasks(action, f"{block.heading} – {heading}")
