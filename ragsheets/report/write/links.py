"""Find the addresses in the coordinator's text that become live links: http, https and mailto, and no others.

Only the closing text of narrative.toml is searched for links; text of a plan or a return never is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from linkify_it import LinkifyIt

#: The characters that an address may contain unescaped (RFC 3986, 2); all others are percent-encoded.
_URL_SAFE_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Closing quotation marks, which British text puts directly after an address.
_CLOSING_QUOTES = "”’»›"


class TextSegment(NamedTuple):
    """A segment of a text, and the address that it links to: "" for plain text."""

    text: str
    url: str = ""


def split_links(text: str) -> list[TextSegment]:
    """Split `text` into segments that joined give the text unchanged; each address is a segment of its own."""
    segments, end = [], 0
    for match in _link_finder().match(text) or ():
        matched_text = match.text.rstrip(_CLOSING_QUOTES)
        address = _normalised_url(matched_text)
        if address:
            segments += [TextSegment(text[end : match.index]), TextSegment(matched_text, address)]
            end = match.index + len(matched_text)
    return [segment for segment in (*segments, TextSegment(text[end:])) if segment.text]


def _normalised_url(text: str) -> str:
    """Return an address as a package part may hold it: in ASCII, its host as in DNS; "" where it is not valid."""
    try:
        parts = urlsplit(text)
        host = parts.netloc.encode("idna").decode() if parts.netloc else ""
    except ValueError:
        return ""
    url = urlunsplit(parts._replace(netloc=host))
    return quote(_LONE_PERCENT.sub("%25", url), safe=_URL_SAFE_CHARACTERS)


@lru_cache(maxsize=1)
def _link_finder() -> LinkifyIt:
    finder = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return finder.add("ftp:", None).add("//", None)
