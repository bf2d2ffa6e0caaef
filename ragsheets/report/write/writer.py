"""The writer of the elements that all reports share: headings, lists, tables and the key to the statuses."""

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

#: The properties of a paragraph that starts a page.
NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'
_LIST_END_SPACING = '<w:spacing w:after="160"/>'


class DocumentWriter:
    """Writer of the elements that all reports share; a subclass for each kind of report adds its own."""

    def __init__(self, template: Template, tables: TableWriter) -> None:
        self.template, self.wording, self.tables = template, template.wording, tables
        self.bookmark_ids = count(1)

    def title(self, content: DocumentInfo, *subtitles: str, revision_note: ReportPart | None) -> Iterator[str]:
        """Yield the title, the subtitle with partnership and period, and the note on the revision.

        The date is printed only once where it is the period's name.
        """
        yield paragraph("Title", content.title)
        period_and_date = [content.date] if content.period == content.date else [content.period, content.date]
        for text in (*subtitles, " · ".join((content.partnership, *period_and_date))):
            yield paragraph("Subtitle", text)
        if revision_note:
            yield from self.paragraphs_and_list(revision_note.paragraphs, revision_note.items, "Remark")

    def status_key(self) -> str:
        """Return the key to the statuses: each code on its colour, with its meaning."""
        # Non-breaking spaces keep a code and its meaning on one line.
        runs = [
            status_run
            for status in self.template.statuses
            for status_run in (
                shaded_run(status.code, status.fill, status.ink),
                run("\u00a0" + status.label.replace(" ", "\u00a0") + "   "),
            )
        ]
        return paragraph_of_runs("Key", run(f"{self.wording.report_key}   "), *runs, run(self.wording.report_rounded))

    def part(self, part: ReportPart, style: str, *, new_page: bool = False) -> Iterator[str]:
        """Yield a part of the report under a heading of that style."""
        yield self.heading(style, part.heading, part.bookmark, NEW_PAGE if new_page else "")
        yield from self.paragraphs_and_list(part.paragraphs, part.items)
        if part.table:
            yield self.tables.plain_table(part.table)

    def paragraphs_and_list(
        self, texts: Sequence[str], items: Sequence[ListItem], style: str = "Normal"
    ) -> Iterator[str]:
        """Yield paragraphs, and list items that may link to a bookmark."""
        for text in texts:
            yield paragraph(style, text)
        for number, item in enumerate(items, 1):
            spacing = _LIST_END_SPACING if number == len(items) else ""
            if item.target:
                yield link_paragraph("ListBullet", item.text, item.target, paragraph_properties=spacing)
            else:
                yield paragraph("ListBullet", item.text, paragraph_properties=spacing)

    def heading(self, style: str, text: str, bookmark: str = "", paragraph_properties: str = "") -> str:
        """Return a heading; links can lead to it where it has a bookmark."""
        if not bookmark:
            return paragraph(style, text, paragraph_properties=paragraph_properties)
        return bookmarked_paragraph(
            style, text, bookmark, next(self.bookmark_ids), paragraph_properties=paragraph_properties
        )
