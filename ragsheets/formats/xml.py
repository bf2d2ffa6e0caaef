"""XML of returned files: told apart by local names, since prefixes and namespaces differ between programs.

What is asked of every workbook is answered by looking at bytes; only what shows something odd is parsed.
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

# Every pattern here takes time in proportion to the length of what it searches, however odd that is.
_DECLARATION = re.compile(rb"""\s*<\?xml[^<>]*?encoding\s*=\s*["']([\w.:-]+)["'][^<>]*\?>""")
_MAX_DECLARATION = 400
#: A part of so many bytes is short; those that say what a workbook consists of are.
_CACHED_BELOW = 1 << 14
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([\w.:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_UTF16_STARTS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")

#: How every part is parsed: nothing is fetched, no entity is filled in, nothing grows beyond the parser's own limits.
SAFE_OPTIONS: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


def to_utf8(content: bytes, part: str) -> bytes:
    """A part's XML in UTF-8, whatever it declares. Raises ReturnError where it is not what it declares."""
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
    """The root of a part. Raises ReturnError where it is no sound XML, unless `forgiving`, which mends what it can."""
    from lxml import etree

    parser = etree.XMLParser(remove_comments=True, remove_pis=True, recover=recover, **SAFE_OPTIONS)
    try:
        # With `recover` a part without any element comes as None.
        root: Element | None = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise ReturnError("damaged", found=part)
    return root


def local_name(element: Element) -> str:
    """An element's name without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """Every descendant of one of these local names, itself too."""
    return element.iter(*(f"{{*}}{name}" for name in names))


def child(element: Element, name: str) -> Element | None:
    """The first child of this local name."""
    return next((each for each in element if local_name(each) == name), None)


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute by its local name."""
    found = element.get(name)
    if found is None:
        ending = f"}}{name}"
        for key, text in element.items():
            if key.endswith(ending):
                return text
    return default if found is None else found


def parse_int(text: str, default: int = -1) -> int:
    """A whole number as parts write them, or what stands for one that is none, or larger than any that counts."""
    return int(text) if text.isdecimal() and len(text) < 10 else default


def scan_tags(content: bytes, name: str) -> Iterator[Mapping[str, str]]:
    """The attributes, by local name, of every element of this local name, in UTF-8 bytes and without parsing them."""
    return iter(_cached_tags(content, name)) if len(content) < _CACHED_BELOW else _find_tags(content, name)


@lru_cache(maxsize=64)
def _cached_tags(content: bytes, name: str) -> list[Mapping[str, str]]:
    # The workbooks of one period have most of their short parts in common.
    return list(_find_tags(content, name))


def _find_tags(content: bytes, name: str) -> Iterator[Mapping[str, str]]:
    if b"<!--" in content:
        content = _COMMENT.sub(b"", content)
    for match in _tag_pattern(name).finditer(content.decode("utf-8", "replace")):
        found = {}
        for key, double, single in _ATTRIBUTE.findall(match[1]):
            value = double or single
            found[key.rpartition(":")[2] if ":" in key else key] = unescape(value) if "&" in value else value
        yield found


@lru_cache(maxsize=64)
def _tag_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"""<(?:[\w.-]+:)?{name}(?=[\s/>])((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")


def unescape(text: str) -> str:
    """Text of a part as it reads, its character references filled in."""
    if "&#" in text:
        return html.unescape(text)
    for written, character in _ENTITIES:
        text = text.replace(written, character)
    return text
