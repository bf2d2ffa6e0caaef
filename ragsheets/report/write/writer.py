"""What every report is written with: headings, lines, tables and the key to the statuses, as WordprocessingML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from ragsheets.report.write.content import Line, Part, Printed
from ragsheets.report.write.tables import Tables
from ragsheets.report.write.xml import linked, marked, of_runs, paragraph, run, shaded
from ragsheets.template.model import Template

#: What a paragraph's properties hold when it starts a page.
NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'
_END_OF_LIST = '<w:spacing w:after="160"/>'


class Writer:
    """Writes the pieces that all reports share; each kind of report puts them, and its own, together."""

    def __init__(self, template: Template, tables: Tables) -> None:
        self.template, self.wording, self.tables = template, template.wording, tables
        self.numbers = count(1)

    def title(self, content: Printed, *under: str, revision: Part | None) -> Iterator[str]:
        """What it is, of whom and of when, and what has changed where it was sent out before.

        The date is said once where it is the period's name.
        """
        yield paragraph("Title", content.title)
        when = [content.date] if content.period == content.date else [content.period, content.date]
        for words in (*under, " · ".join((content.partnership, *when))):
            yield paragraph("Subtitle", words)
        if revision:
            yield from self.lines(revision.text, revision.lines, "Remark")

    def key(self) -> str:
        """What each status means, on its colour."""
        # Blanks that do not break keep a code and its meaning on one line.
        meanings = [
            part
            for status in self.template.statuses
            for part in (
                shaded(status.code, status.fill, status.ink),
                run("\u00a0" + status.label.replace(" ", "\u00a0") + "   "),
            )
        ]
        return of_runs("Key", run(f"{self.wording.report_key}   "), *meanings, run(self.wording.report_rounded))

    def part(self, part: Part, style: str, *, new_page: bool = False) -> Iterator[str]:
        """A piece of the report under a heading of that style."""
        yield self.heading(style, part.heading, part.mark, NEW_PAGE if new_page else "")
        yield from self.lines(part.text, part.lines)
        if part.table:
            yield self.tables.plain(part.table)

    def lines(self, text: Sequence[str], lines: Sequence[Line], style: str = "Normal") -> Iterator[str]:
        """Paragraphs, and list items that may lead to a mark."""
        for words in text:
            yield paragraph(style, words)
        for place, line in enumerate(lines, 1):
            layout = _END_OF_LIST if place == len(lines) else ""
            if line.target:
                yield linked("ListBullet", line.text, line.target, layout=layout)
            else:
                yield paragraph("ListBullet", line.text, layout=layout)

    def heading(self, style: str, text: str, mark: str = "", layout: str = "") -> str:
        """A heading, which links can lead to where it has a mark."""
        if not mark:
            return paragraph(style, text, layout=layout)
        return marked(style, text, mark, next(self.numbers), layout=layout)
