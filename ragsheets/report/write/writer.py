"""What every report is written with: headings, lines, tables and the key to the statuses, as WordprocessingML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from ragsheets.report.write.content import DocumentInfo, ListItem, ReportPart
from ragsheets.report.write.tables import TableWriter
from ragsheets.report.write.xml import (
    bookmarked_paragraph,
    link_paragraph,
    paragraph,
    paragraph_of_runs,
    run,
    shaded_run,
)
from ragsheets.template.model import Template

#: What a paragraph's properties hold when it starts a page.
NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'
_LIST_END_SPACING = '<w:spacing w:after="160"/>'


class DocumentWriter:
    """Writes the pieces that all reports share; each kind of report puts them, and its own, together."""

    def __init__(self, template: Template, tables: TableWriter) -> None:
        self.template, self.wording, self.tables = template, template.wording, tables
        self.bookmark_ids = count(1)

    def title(self, content: DocumentInfo, *subtitles: str, revision_note: ReportPart | None) -> Iterator[str]:
        """What it is, of whom and of when, and what has changed where it was sent out before.

        The date is said once where it is the period's name.
        """
        yield paragraph("Title", content.title)
        when = [content.date] if content.period == content.date else [content.period, content.date]
        for words in (*subtitles, " · ".join((content.partnership, *when))):
            yield paragraph("Subtitle", words)
        if revision_note:
            yield from self.paragraphs_and_list(revision_note.paragraphs, revision_note.items, "Remark")

    def status_key(self) -> str:
        """What each status means, on its colour."""
        # Blanks that do not break keep a code and its meaning on one line.
        meanings = [
            part
            for status in self.template.statuses
            for part in (
                shaded_run(status.code, status.fill, status.ink),
                run("\u00a0" + status.label.replace(" ", "\u00a0") + "   "),
            )
        ]
        return paragraph_of_runs(
            "Key", run(f"{self.wording.report_key}   "), *meanings, run(self.wording.report_rounded)
        )

    def part(self, part: ReportPart, style: str, *, new_page: bool = False) -> Iterator[str]:
        """A piece of the report under a heading of that style."""
        yield self.heading(style, part.heading, part.bookmark, NEW_PAGE if new_page else "")
        yield from self.paragraphs_and_list(part.paragraphs, part.items)
        if part.table:
            yield self.tables.plain_table(part.table)

    def paragraphs_and_list(
        self, texts: Sequence[str], items: Sequence[ListItem], style: str = "Normal"
    ) -> Iterator[str]:
        """Paragraphs, and list items that may lead to a mark."""
        for words in texts:
            yield paragraph(style, words)
        for place, line in enumerate(items, 1):
            layout = _LIST_END_SPACING if place == len(items) else ""
            if line.target:
                yield link_paragraph("ListBullet", line.text, line.target, paragraph_properties=layout)
            else:
                yield paragraph("ListBullet", line.text, paragraph_properties=layout)

    def heading(self, style: str, text: str, bookmark: str = "", paragraph_properties: str = "") -> str:
        """A heading, which links can lead to where it has a mark."""
        if not bookmark:
            return paragraph(style, text, paragraph_properties=paragraph_properties)
        return bookmarked_paragraph(
            style, text, bookmark, next(self.bookmark_ids), paragraph_properties=paragraph_properties
        )
