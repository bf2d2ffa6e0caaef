"""Find the words in the headers and footers of printed pages (ECMA-376 part 1, 18.3.1.46; [MS-XLS] 2.4.136)."""

from __future__ import annotations

import re
from functools import lru_cache

#: A page number with the word that programs put before it, and the number of pages with the word between the two.
_PAGE_NUMBER = re.compile(r"(?:\b\w++\s++)?&P(?:\s++\w++\s++&N)?")
#: A code for a font, a colour, a size, a part of the page, or a field such as the date; or the sign "#", too small to
#: be seen, which marks a header that a sensitivity label put there.
_CODE = re.compile(r'&(?:1#|"[^"]*"|K[0-9A-Fa-f]{6}|K[0-9]{2}[+-][0-9]{3}|[0-9]{1,3}|[^&])')
_PART_START = re.compile(r"&[LCR]")


@lru_cache(maxsize=64)
def header_words(code: str) -> str:
    """Return the words that somebody typed into a header or footer, a line for each part; "" if only fields are in it.

    Args:
        code: the header as files store it: "&LDraft&RPage &P".
    """
    parts = _PART_START.split(code.replace("&&", "\0"))
    texts = (_CODE.sub("", _PAGE_NUMBER.sub("", part)).replace("\0", "&").strip() for part in parts)
    return "\n".join(text for text in texts if any(map(str.isalnum, text)))
