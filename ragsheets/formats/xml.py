"""Read XML of returned files by local names, since prefixes and namespaces differ between programs.

Checks that run for every workbook search the bytes; only parts in which they match are parsed.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ragsheets.errors import ReturnError

if TYPE_CHECKING:
    from lxml import etree

    Element = etree._Element

# Every pattern here takes time in proportion to the length of the searched text, whatever its content.
_DECLARATION = re.compile(rb"""\s*<\?xml[^<>]*?encoding\s*=\s*["']([\w.:-]+)["'][^<>]*\?>""")
_MAX_DECLARATION = 400
#: Parts below this size in bytes are cached; those that describe the structure of a workbook are that short.
_CACHED_BELOW = 1 << 14
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([\w.:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_UTF16_STARTS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")

#: Parser options for every part: nothing is fetched, no entity is resolved, the parser's own limits apply.
SAFE_OPTIONS: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


def to_utf8(content: bytes, part: str) -> bytes:
    """Convert a part's XML to UTF-8. Raises ReturnError where it is not in the encoding that it declares."""
    if content.startswith(codecs.BOM_UTF8):
        return content[len(codecs.BOM_UTF8) :]
    encoding = "utf-8"
    if content.startswith(_UTF16_STARTS):
        encoding = (
            "utf-16" if content[:2] in _UTF16_STARTS[:2] else ("utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
        )
    elif declared := _DECLARATION.match(content[:_MAX_DECLARATION]):
        encoding = declared[1].decode("ascii", "replace").lower()
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        return content
    try:
        text = content.decode(encoding).encode()
    except (UnicodeError, LookupError):
        raise ReturnError("damaged", found=part) from None
    declared = _DECLARATION.match(text[:_MAX_DECLARATION])
    return text[declared.end() :] if declared else text


def parse(content: bytes, part: str, *, recover: bool = False) -> Element:
    """Parse a part and return its root; `recover` repairs broken XML as far as possible.

    Raises ReturnError where the XML is not well-formed, with `recover` only where it has no element; and where it
    declares a document type, as only entities need one.
    """
    from lxml import etree

    parser = etree.XMLParser(remove_comments=True, remove_pis=True, recover=recover, **SAFE_OPTIONS)
    try:
        # With `recover` a part without any element gives None.
        root: Element | None = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise ReturnError("damaged", found=part)
    if root.getroottree().docinfo.doctype:
        raise ReturnError("hostile", found="declarations of entities")
    return root


def local_name(element: Element) -> str:
    """Return an element's name without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """Iterate over the element and its descendants with one of these local names."""
    return element.iter(*(f"{{*}}{name}" for name in names))


def child(element: Element, name: str) -> Element | None:
    """Return the first child with this local name; None if there is none."""
    return next((element_child for element_child in element if local_name(element_child) == name), None)


def attribute(element: Element, name: str, default: str = "") -> str:
    """Return the value of an attribute by its local name."""
    value = element.get(name)
    if value is None:
        ending = f"}}{name}"
        for key, text in element.items():
            if key.endswith(ending):
                return text
    return default if value is None else value


def parse_int(text: str, default: int = -1) -> int:
    """Parse a non-negative whole number of at most nine digits; return `default` for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else default


def scan_tags(content: bytes, name: str) -> Iterator[Mapping[str, str]]:
    """Return the attributes, by local name, of every element with this local name, without parsing the UTF-8 bytes."""
    return iter(_cached_tags(content, name)) if len(content) < _CACHED_BELOW else _find_tags(content, name)


@lru_cache(maxsize=64)
def _cached_tags(content: bytes, name: str) -> list[Mapping[str, str]]:
    # The workbooks of one period share most of their short parts.
    return list(_find_tags(content, name))


def _find_tags(content: bytes, name: str) -> Iterator[Mapping[str, str]]:
    if b"<!--" in content:
        content = _COMMENT.sub(b"", content)
    for match in _tag_pattern(name).finditer(content.decode("utf-8", "replace")):
        attributes = {}
        for key, double, single in _ATTRIBUTE.findall(match[1]):
            value = double or single
            attributes[key.rpartition(":")[2] if ":" in key else key] = unescape(value) if "&" in value else value
        yield attributes


@lru_cache(maxsize=64)
def _tag_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"""<(?:[\w.-]+:)?{name}(?=[\s/>])((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")


def unescape(text: str) -> str:
    """Return a part's text with its character references resolved."""
    if "&#" in text:
        return html.unescape(text)
    for written, character in _ENTITIES:
        text = text.replace(written, character)
    return text
