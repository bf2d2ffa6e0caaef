"""Words without the differences that do not matter, and as many of them as tell a text from others."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Everything but letters and digits, of any script.
_NO_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=1 << 15)  # the words of thousands of tasks, each asked for in several periods
def plain(text: str) -> str:
    """`text` without the differences that do not matter in a status: case, accents of form, blanks, punctuation."""
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip()


def first_words(text: str, most: int = 60) -> str:
    """The first line of a text, cut after a word where it has more than `most` characters; "…" stands for the rest."""
    first, _, rest = text.strip().partition("\n")
    line = " ".join(first.split())
    if len(line) > most:
        head, _, _ = line[: most + 1].rpartition(" ")
        return f"{(head or line[:most]).rstrip(' ,;')} …"
    return f"{line} …" if rest.strip() else line
