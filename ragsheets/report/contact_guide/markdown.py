"""The page for contacts as Markdown, for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ragsheets.report.contact_guide.content import ContactGuide
from ragsheets.report.write.content import ReportTable


def contact_guide_to_markdown(guide: ContactGuide) -> str:
    """Return the page as Markdown, without the partnership and the period."""
    return "\n\n".join(_blocks(guide)) + "\n"


def _blocks(guide: ContactGuide) -> Iterator[str]:
    yield f"# {guide.title}"
    yield _escape(guide.call)
    for part in guide.parts:
        yield f"## {_escape(part.heading)}"
        yield from map(_escape, part.paragraphs)
        if part.items:
            yield "\n".join(f"- {_escape(item.text)}" for item in part.items)
        if part.table:
            yield _table(part.table)


def _table(table: ReportTable) -> str:
    rows = [[cell.text for cell in row] for row in table.rows]
    return "\n".join(
        [_row(column.text for column in table.columns), _row(["---"] * len(table.columns)), *map(_row, rows)]
    )


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(map(_escape, texts))} |"


def _escape(text: str) -> str:
    """Return the text on one line, with the signs that are markup in our sentences and tables escaped."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")
