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
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Closing quotation marks, which British text sets right behind an address.
_CLOSING = "”’»›"


class Piece(NamedTuple):
    """A piece of a text, and where it leads: "" for plain words."""

    text: str
    address: str = ""


def pieces_of(text: str) -> list[Piece]:
    """`text` in pieces that together are the text, word for word; each address in it is a piece of its own."""
    pieces, end = [], 0
    for found in _finder().match(text) or ():
        words = found.text.rstrip(_CLOSING)
        address = _address(words)
        if address:
            pieces += [Piece(text[end : found.index]), Piece(words, address)]
            end = found.index + len(words)
    return [piece for piece in (*pieces, Piece(text[end:])) if piece.text]


def _address(words: str) -> str:
    """An address as a package part may hold it: in ASCII, its host as the name service has it; "" where it is none."""
    try:
        parts = urlsplit(words)
        host = parts.netloc.encode("idna").decode() if parts.netloc else ""
    except ValueError:
        return ""
    whole = urlunsplit(parts._replace(netloc=host))
    return quote(_LONE_PERCENT.sub("%25", whole), safe=_SAFE)


@lru_cache(maxsize=1)
def _finder() -> LinkifyIt:
    finder = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return finder.add("ftp:", None).add("//", None)
