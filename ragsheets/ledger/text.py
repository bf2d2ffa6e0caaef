"""Text that every database can store, so that a ledger is the same in each of them."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

#: The characters that PostgreSQL rejects (NUL) or that cannot be encoded in UTF-8 (half of a surrogate pair).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """Return `text` with U+FFFD in place of each character that a database cannot store."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub(_REPLACEMENT, text)


class Text(sa.types.TypeDecorator[str]):
    """A column of text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Return the text as it is stored in the database."""
        return None if value is None else storable(value)
