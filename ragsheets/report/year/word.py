"""The end-of-year report as a Word document: prose on portrait pages, followed by its figures."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets.report.house_style.look import TEMPLATE_LOOK, ReportLook
from ragsheets.report.write.content import ReportPart
from ragsheets.report.write.links import split_links
from ragsheets.report.write.package import build_package, insert_body
from ragsheets.report.write.passages import Passage
from ragsheets.report.write.tables import TableWriter
from ragsheets.report.write.writer import DocumentWriter
from ragsheets.report.write.xml import external_link_paragraph, paragraph
from ragsheets.report.year.content import Chapter, YearContent
from ragsheets.template.model import Template

#: The style of each kind of passage. The text of drafts and gaps also names them as such.
_STYLE_BY_KIND = {
    "text": "Normal",
    "bullet": "ListBullet",
    "point": "ListBullet2",
    "draft": "ToEdit",
    "gap": "ToEdit",
    "note": "Normal",
}

#: Paragraph properties that set a paragraph apart from the chapter before it.
_CLOSING_SPACING = '<w:spacing w:before="320"/>'


def year_report_to_docx(
    content: YearContent,
    template: Template,
    *,
    created: datetime.date,
    report_look: ReportLook = TEMPLATE_LOOK.portrait,
) -> bytes:
    """Return the end-of-year report as the bytes of a .docx file.

    Args:
        content: the content of the report.
        template: the template with wording and look.
        created: the date in the document's properties; the same input gives the same bytes.
        report_look: the page, the house style and the logo.
    """
    template = report_look.apply_to(template)
    writer = _YearReportWriter(content, template, report_look)
    body = b"".join([part.encode() for part in writer.body()])
    urls_by_id = {name: address for address, name in writer.link_ids.items()}
    return insert_body(build_package(content, template, created, report_look, urls_by_id=urls_by_id), body)


class _YearReportWriter(DocumentWriter):
    """Writer of one report as WordprocessingML; `link_ids` maps the addresses of its links to relationship ids."""

    def __init__(self, content: YearContent, template: Template, report_look: ReportLook) -> None:
        super().__init__(template, TableWriter(template, template.columns, report_look.page.text_width))
        self.content, self.report_look = content, report_look
        self.link_ids: dict[str, str] = {}

    def body(self) -> Iterator[str]:
        """Yield the document's WordprocessingML from top to bottom."""
        content = self.content
        if self.report_look.logo:
            yield self.report_look.logo.paragraph()
        yield from self.title(content, content.subject, revision_note=content.revision_note)
        for chapter in content.chapters:
            yield from self.chapter(chapter, 1)
        for index, passage in enumerate(content.closing.passages):
            yield self.closing_paragraph(passage, "" if index else _CLOSING_SPACING)
        yield from self.figures(content.figures)
        if content.changes:
            yield from self.part(content.changes, "Heading1")
        yield from self.part(content.sources, "Heading1")

    def chapter(self, chapter: Chapter, level: int) -> Iterator[str]:
        yield self.heading(f"Heading{level}", chapter.heading)
        for passage in chapter.passages:
            yield paragraph(_STYLE_BY_KIND[passage.kind], passage.text)
        for part in chapter.chapters:
            yield from self.chapter(part, level + 1)

    def closing_paragraph(self, passage: Passage, paragraph_properties: str) -> str:
        """Return a closing passage with live links; only the coordinator's own text has these."""
        pieces = [(piece.text, self.link_id(piece.url)) for piece in split_links(passage.text)]
        return external_link_paragraph(_STYLE_BY_KIND[passage.kind], pieces, paragraph_properties=paragraph_properties)

    def link_id(self, url: str) -> str:
        """Return the relationship id of an address, the same for each occurrence; "" for no address."""
        return self.link_ids.setdefault(url, f"link{len(self.link_ids) + 1}") if url else ""

    def figures(self, part: ReportPart) -> Iterator[str]:
        """Yield the year's totals by period and the key to the statuses."""
        yield from self.part(part, "Heading1", new_page=True)
        yield self.status_key()
