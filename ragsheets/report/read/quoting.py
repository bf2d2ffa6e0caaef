"""Quote texts of a document in sentences."""

from __future__ import annotations

from collections.abc import Iterable

#: The most characters of a text that a sentence quotes.
MAX_QUOTED = 160
#: The most texts of one kind that a sentence quotes; the rest are counted.
_MAX_LISTED = 5


def shorten(text: str) -> str:
    """Return a text in one line, cut if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTED else f"{line[:MAX_QUOTED].rstrip()} …"


def quote_texts(texts: Iterable[str]) -> str:
    """Return the first of some texts in quotation marks, and how many more there are."""
    quoted = [f"“{shorten(text)}”" for text in texts]
    remainder = f", and {len(quoted) - _MAX_LISTED} more" if len(quoted) > _MAX_LISTED else ""
    return f"{', '.join(quoted[:_MAX_LISTED])}{remainder}"
