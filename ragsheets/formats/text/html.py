"""HTML made plain text, as a person would read it from the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ragsheets.formats.text.charset import decoded
from ragsheets.formats.text.text_builder import Flow
from ragsheets.text import clean

if TYPE_CHECKING:
    from lxml import etree

#: How much of a page is read, in bytes: far more than anybody types; larger ones carry pictures.
MOST_BYTES = 8 * 1024 * 1024

#: What stands around the address of a link where addresses are asked for; no text of a document holds them.
LINK_START, LINK_END = "\x02", "\x03"

#: Where in a page its charset is looked for, in bytes.
_HEAD = 4096
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_WITHOUT_WORDS = {"script", "style", "head", "title", "template", "noscript", "object", "svg", "select", "textarea"}
_LINES = {
    *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote", "table"),
    *("address", "article", "aside", "body", "center", "fieldset", "footer", "form", "header", "hr", "main", "section"),
    *("caption", "figure", "figcaption", "legend"),
}
_SPACE = re.compile(r"[ \t\r\n\f]+")
#: The classes by which programs mark the message that is answered, and the line that introduces it.
_QUOTED = {"gmail_quote", "gmail_attr", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"}


def text_of_html(content: bytes | str, charset: str = "", *, addresses: bool = False) -> str:
    """The text of a page: lines as they show, a table's row a line, quoted messages marked with ">".

    Args:
        content: the page.
        charset: how its bytes are encoded, where that is known from elsewhere.
        addresses: whether the address of each link follows its words, between LINK_START and LINK_END.
    """
    from lxml import etree

    root = _tree(clean(html_of(content, charset) if isinstance(content, bytes) else content))
    if root is None:
        return ""
    page = _Page(addresses)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        page.met(event, element)
    return page.flow.result()


def html_of(content: bytes, charset: str = "") -> str:
    """A page's bytes as text, decoded as `charset`, or as the page says itself."""
    content = content[:MOST_BYTES]
    named = _CHARSET.search(content, 0, _HEAD)
    return decoded(content, charset or (named[1].decode("ascii", "replace") if named else ""))


def _tree(text: str) -> etree._Element | None:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, recover=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace")[:MOST_BYTES], parser)
    except etree.XMLSyntaxError:
        # A page without a single word or element.
        return None


class _Page:
    """What has been gathered of a page, and inside of what we are."""

    def __init__(self, addresses: bool) -> None:
        self.flow = Flow(keep_boxes=True)
        self.addresses = addresses
        self.silent = 0
        self.kept_as_it_is = 0

    def met(self, event: str, element: etree._Element) -> None:
        """Take in the start or the end of an element."""
        name = str(element.tag)
        if event == "start":
            self._start(name, element)
            self._words(element.text)
        else:
            self._end(name, element)
            self._words(element.tail)

    def _words(self, text: str | None) -> None:
        if not text or self.silent:
            return
        words = text if self.kept_as_it_is else _SPACE.sub(" ", text)
        # Blanks between blocks are the page's own layout.
        if words != " " or not self.flow.is_at_start:
            self.flow.text(words)

    def _start(self, name: str, element: etree._Element) -> None:
        self.silent += name in _WITHOUT_WORDS
        self.kept_as_it_is += name == "pre"
        if name in _LINES:
            self.flow.end_line(even_empty=False)
        if name == "li":
            self.flow.text("* ")
        elif name == "tr":
            self.flow.open_row()
        elif name in ("td", "th") or _is_quoted(name, element):
            self.flow.open()

    def _end(self, name: str, element: etree._Element) -> None:
        if name in ("td", "th"):
            self.flow.close_cell()
        elif name == "tr":
            self.flow.close_row()
        elif name == "br":
            self.flow.end_line()
        elif name == "a" and self.addresses and not self.silent:
            self.flow.text(f"{LINK_START}{_SPACE.sub('', element.get('href', ''))}{LINK_END}")
        elif _is_quoted(name, element):
            lines = self.flow.close().strip("\n").split("\n")
            self.flow.text("".join(f"> {line}\n" for line in lines))
        if name in _LINES:
            self.flow.end_line(even_empty=False)
        self.silent -= name in _WITHOUT_WORDS
        self.kept_as_it_is -= name == "pre"


def _is_quoted(name: str, element: etree._Element) -> bool:
    """Whether an element holds the message that is answered; a mere blockquote may be the writer's own indenting."""
    classes = set(element.get("class", "").split())
    if name == "blockquote":
        return element.get("type", "").casefold() == "cite" or bool(classes & _QUOTED)
    return name == "div" and bool(classes & (_QUOTED - {"gmail_quote"}))
