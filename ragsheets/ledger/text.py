"""Text as every database takes it, so that a ledger says the same wherever it is kept."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

#: What PostgreSQL refuses (NUL), and what no database can write in UTF-8 (half of a surrogate pair).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """`text` with the sign for a character that cannot be shown in place of each that a database cannot hold."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub(_REPLACEMENT, text)


class Text(sa.types.TypeDecorator[str]):
    """A column of text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """The text on its way into the database."""
        return None if value is None else storable(value)
