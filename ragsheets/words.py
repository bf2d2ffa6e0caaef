"""Words without the differences that do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Everything but letters and digits, of any script.
_NO_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` without the differences that do not matter in a status: case, accents of form, blanks, punctuation."""
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip()
