"""Quote texts of a document in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from ragsheets.text import shorten

#: The most texts of one kind that a sentence quotes; the rest are counted.
_MAX_LISTED = 5


def quote_texts(texts: Iterable[str]) -> str:
    """Return the first of some texts in quotation marks, and how many more there are."""
    quoted = [f"“{shorten(text)}”" for text in texts]
    remainder = f", and {len(quoted) - _MAX_LISTED} more" if len(quoted) > _MAX_LISTED else ""
    return f"{', '.join(quoted[:_MAX_LISTED])}{remainder}"
