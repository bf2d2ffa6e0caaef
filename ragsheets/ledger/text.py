"""Text that every database can store, so that a ledger is the same in each of them."""

from __future__ import annotations

import json
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


class Json(sa.types.TypeDecorator[Any]):
    """A column of JSON data, stored as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        """Return the data as text."""
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Return the data of a stored text."""
        return json.loads(value)
