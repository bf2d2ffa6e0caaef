"""The page for contacts as a Word document, which is to fit on one printed page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from ragsheets.report.contact_guide.content import ContactGuide
from ragsheets.report.house_style.look import TEMPLATE_LOOK, ReportLook
from ragsheets.report.write.package import build_package, insert_body
from ragsheets.report.write.tables import TableWriter
from ragsheets.report.write.xml import paragraph
from ragsheets.template.model import Template


class _ParagraphLayout(NamedTuple):
    """The size of a paragraph's text in points, and the space around it in twentieths of a point."""

    size: float
    before: int
    after: int


#: The layout of each style on this page, where a report or a house style has larger text and more space.
_LAYOUTS = {
    "Title": _ParagraphLayout(18, 0, 40),
    "Subtitle": _ParagraphLayout(11, 0, 20),
    "Lead": _ParagraphLayout(11, 100, 0),
    "Heading1": _ParagraphLayout(13, 160, 70),
    "Normal": _ParagraphLayout(10, 0, 100),
    "ListBullet": _ParagraphLayout(10, 0, 40),
}
#: The greatest size of text in the look, in points; text in tables is one point smaller.
_MAX_LOOK_SIZE = 10.5


def contact_guide_to_docx(
    guide: ContactGuide,
    template: Template,
    *,
    created: datetime.date,
    report_look: ReportLook = TEMPLATE_LOOK.single_page,
) -> bytes:
    """Return the page as the bytes of a .docx file.

    Args:
        guide: the content of the page.
        template: the template with wording and look.
        created: the date in the document's properties; the same input gives the same bytes.
        report_look: the page, the house style and the logo.
    """
    template = _with_smaller_text(report_look.apply_to(template))
    body = "".join(_body(guide, template, report_look))
    return insert_body(build_package(guide, template, created, report_look), body.encode())


def _with_smaller_text(template: Template) -> Template:
    size = min(template.look.size, _MAX_LOOK_SIZE)
    return template.model_copy(update={"look": template.look.model_copy(update={"size": size})})


def _body(guide: ContactGuide, template: Template, report_look: ReportLook) -> Iterator[str]:
    """Yield the document's WordprocessingML from top to bottom."""
    tables = TableWriter(template, template.columns, report_look.page.text_width)
    if report_look.logo:
        yield report_look.logo.paragraph()
    yield _paragraph("Title", guide.title)
    yield _paragraph("Subtitle", guide.subject)
    yield _paragraph("Subtitle", f"{guide.partnership} · {guide.period}")
    yield _paragraph("Lead", guide.call)
    for part in guide.parts:
        yield _paragraph("Heading1", part.heading)
        for text in part.paragraphs:
            yield _paragraph("Normal", text)
        for item in part.items:
            yield _paragraph("ListBullet", item.text)
        if part.table:
            yield tables.plain_table(part.table)


def _paragraph(style: str, text: str) -> str:
    layout = _LAYOUTS[style]
    half_points = round(layout.size * 2)
    spacing = f'<w:spacing w:before="{layout.before}" w:after="{layout.after}" w:line="240" w:lineRule="auto"/>'
    size = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    return paragraph(style, text, paragraph_properties=spacing, run_properties=size)
