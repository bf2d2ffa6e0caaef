"""The addresses in the coordinator's own words that become live links: http, https and mailto, and no others.

Only the closing words of narrative.toml come here; nothing of a plan or a return ever does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from linkify_it import LinkifyIt

#: What may stand in an address as it is (RFC 3986, 2); all else is written in hundredths.
_URL_SAFE_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Closing quotation marks, which British text sets right behind an address.
_CLOSING_QUOTES = "”’»›"


class TextSegment(NamedTuple):
    """A piece of a text, and where it leads: "" for plain words."""

    text: str
    url: str = ""


def split_links(text: str) -> list[TextSegment]:
    """`text` in pieces that together are the text, word for word; each address in it is a piece of its own."""
    pieces, end = [], 0
    for found in _link_finder().match(text) or ():
        words = found.text.rstrip(_CLOSING_QUOTES)
        address = _normalised_url(words)
        if address:
            pieces += [TextSegment(text[end : found.index]), TextSegment(words, address)]
            end = found.index + len(words)
    return [piece for piece in (*pieces, TextSegment(text[end:])) if piece.text]


def _normalised_url(text: str) -> str:
    """An address as a package part may hold it: in ASCII, its host as the name service has it; "" where it is none."""
    try:
        parts = urlsplit(text)
        host = parts.netloc.encode("idna").decode() if parts.netloc else ""
    except ValueError:
        return ""
    whole = urlunsplit(parts._replace(netloc=host))
    return quote(_LONE_PERCENT.sub("%25", whole), safe=_URL_SAFE_CHARACTERS)


@lru_cache(maxsize=1)
def _link_finder() -> LinkifyIt:
    finder = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return finder.add("ftp:", None).add("//", None)
