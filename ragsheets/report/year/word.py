"""The end-of-year report as a Word document: prose on upright pages, its figures behind it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets.report.house_style.look import PLAIN, Dress
from ragsheets.report.write.content import Part
from ragsheets.report.write.links import pieces_of
from ragsheets.report.write.package import packed, shell
from ragsheets.report.write.passages import Passage
from ragsheets.report.write.tables import Tables
from ragsheets.report.write.writer import Writer
from ragsheets.report.write.xml import leading_out, paragraph
from ragsheets.report.year.content import Chapter, YearContent
from ragsheets.template.model import Template

#: The style of each kind of passage. Drafts and gaps say what they are in words too.
_STYLES = {
    "text": "Normal",
    "bullet": "ListBullet",
    "point": "ListBullet2",
    "draft": "ToEdit",
    "gap": "ToEdit",
    "note": "Normal",
}

#: What a paragraph's properties hold when it no longer belongs to what stands before it.
_APART = '<w:spacing w:before="320"/>'


def to_docx(content: YearContent, template: Template, *, created: datetime.date, dress: Dress = PLAIN.upright) -> bytes:
    """The end-of-year report as the bytes of a .docx file.

    `template` gives wording and look; `created` is the date that the document's properties carry, so that the same
    input gives the same bytes; `dress` is the page, the house style and the logo.
    """
    template = dress.over(template)
    writer = _Writer(content, template, dress)
    body = b"".join([part.encode() for part in writer.body()])
    links = {name: address for address, name in writer.links.items()}
    return packed(shell(content, template, created, dress, links=links), body)


class _Writer(Writer):
    """Writes one report in pieces of WordprocessingML; `links` are the addresses that it leads to, with their ids."""

    def __init__(self, content: YearContent, template: Template, dress: Dress) -> None:
        super().__init__(template, Tables(template, template.columns, dress.page.text_width))
        self.content, self.dress = content, dress
        self.links: dict[str, str] = {}

    def body(self) -> Iterator[str]:
        """The document from top to bottom."""
        content = self.content
        if self.dress.logo:
            yield self.dress.logo.paragraph()
        yield from self.title(content, content.subject, revision=content.revision)
        for chapter in content.chapters:
            yield from self.chapter(chapter, 1)
        for place, passage in enumerate(content.closing.passages):
            yield self.last_words(passage, "" if place else _APART)
        yield from self.figures(content.figures)
        if content.changes:
            yield from self.part(content.changes, "Heading1")
        yield from self.part(content.origin, "Heading1")

    def chapter(self, chapter: Chapter, level: int) -> Iterator[str]:
        yield self.heading(f"Heading{level}", chapter.heading)
        for passage in chapter.passages:
            yield paragraph(_STYLES[passage.kind], passage.text)
        for part in chapter.chapters:
            yield from self.chapter(part, level + 1)

    def last_words(self, passage: Passage, layout: str) -> str:
        """A passage whose addresses are live: the coordinator's own words, and no one else's."""
        pieces = [(piece.text, self.link(piece.address)) for piece in pieces_of(passage.text)]
        return leading_out(_STYLES[passage.kind], pieces, layout=layout)

    def link(self, address: str) -> str:
        """The id of an address, the same wherever it stands; "" for none."""
        return self.links.setdefault(address, f"link{len(self.links) + 1}") if address else ""

    def figures(self, part: Part) -> Iterator[str]:
        """The year's totals by period, and what each status means."""
        yield from self.part(part, "Heading1", new_page=True)
        yield self.key()
