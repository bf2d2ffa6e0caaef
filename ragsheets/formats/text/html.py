"""HTML → plain text, as a person would read it on the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ragsheets.formats.text.charset import decode
from ragsheets.formats.text.text_builder import TextBuilder
from ragsheets.text import clean_for_office

if TYPE_CHECKING:
    from lxml import etree

#: How much of a page is read, in bytes: far more than anyone types; larger pages contain pictures.
MAX_BYTES = 8 * 1024 * 1024

#: Enclose the address of a link where addresses are included; no text of a document contains them.
LINK_START, LINK_END = "\x02", "\x03"

#: How far into a page its charset declaration is searched for, in bytes.
_CHARSET_WITHIN = 4096
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_SKIPPED_ELEMENTS = {"script", "style", "head", "title", "template", "noscript", "object", "svg", "select", "textarea"}
_BLOCK_ELEMENTS = {
    *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote", "table"),
    *("address", "article", "aside", "body", "center", "fieldset", "footer", "form", "header", "hr", "main", "section"),
    *("caption", "figure", "figcaption", "legend"),
}
_WHITESPACE = re.compile(r"[ \t\r\n\f]+")
#: The classes that mail programs give to the quoted message and the line that introduces it.
_QUOTE_CLASSES = {"gmail_quote", "gmail_attr", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"}


def text_of_html(content: bytes | str, charset: str = "", *, include_links: bool = False) -> str:
    """Return the text of a page: lines as displayed, each table row as a line, quoted messages marked with ">".

    Args:
        content: the page.
        charset: the encoding of its bytes, if known from elsewhere.
        include_links: whether the address of each link follows its text, between LINK_START and LINK_END.
    """
    from lxml import etree

    root = _parse_html(clean_for_office(decode_html(content, charset) if isinstance(content, bytes) else content))
    if root is None:
        return ""
    reader = _HtmlReader(include_links)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        reader.handle(event, element)
    return reader.builder.result()


def decode_html(content: bytes, charset: str = "") -> str:
    """Decode a page's bytes as `charset`, or as the page declares."""
    if not charset and (declared := _CHARSET.search(content, 0, _CHARSET_WITHIN)):
        charset = declared[1].decode("ascii", "replace")
    return decode(content, charset, MAX_BYTES)


def _parse_html(text: str) -> etree._Element | None:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, recover=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace")[:MAX_BYTES], parser)
    except etree.XMLSyntaxError:
        # The page has no text and no elements.
        return None


class _HtmlReader:
    """Collects the text of a page, and keeps track of the enclosing elements."""

    def __init__(self, include_links: bool) -> None:
        self.builder = TextBuilder(keep_single_cells=True)
        self.include_links = include_links
        self.skip_depth = 0
        self.preformatted_depth = 0

    def handle(self, event: str, element: etree._Element) -> None:
        """Process the start or the end of an element."""
        name = str(element.tag)
        if event == "start":
            self._start_element(name, element)
            self._add_text(element.text)
        else:
            self._end_element(name, element)
            self._add_text(element.tail)

    def _add_text(self, text: str | None) -> None:
        if not text or self.skip_depth:
            return
        collapsed_text = text if self.preformatted_depth else _WHITESPACE.sub(" ", text)
        # Blanks between blocks are only the page's source layout.
        if collapsed_text != " " or not self.builder.is_at_line_start:
            self.builder.add_text(collapsed_text)

    def _start_element(self, name: str, element: etree._Element) -> None:
        self.skip_depth += name in _SKIPPED_ELEMENTS
        self.preformatted_depth += name == "pre"
        if name in _BLOCK_ELEMENTS:
            self.builder.end_line(allow_empty=False)
        if name == "li":
            self.builder.add_text("* ")
        elif name == "tr":
            self.builder.begin_row()
        elif name in ("td", "th") or _is_quoted_message(name, element):
            self.builder.begin_part()

    def _end_element(self, name: str, element: etree._Element) -> None:
        if name in ("td", "th"):
            self.builder.end_cell()
        elif name == "tr":
            self.builder.end_row()
        elif name == "br":
            self.builder.end_line()
        elif name == "a" and self.include_links and not self.skip_depth:
            self.builder.add_text(f"{LINK_START}{_WHITESPACE.sub('', element.get('href', ''))}{LINK_END}")
        elif _is_quoted_message(name, element):
            lines = self.builder.end_part().strip("\n").split("\n")
            self.builder.add_text("".join(f"> {line}\n" for line in lines))
        if name in _BLOCK_ELEMENTS:
            self.builder.end_line(allow_empty=False)
        self.skip_depth -= name in _SKIPPED_ELEMENTS
        self.preformatted_depth -= name == "pre"


def _is_quoted_message(name: str, element: etree._Element) -> bool:
    """Return whether an element is a quoted message; a mere blockquote may be the writer's own indentation."""
    classes = set(element.get("class", "").split())
    if name == "blockquote":
        return element.get("type", "").casefold() == "cite" or bool(classes & _QUOTE_CLASSES)
    return name == "div" and bool(classes & (_QUOTE_CLASSES - {"gmail_quote"}))
