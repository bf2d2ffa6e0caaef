"""Read XML of files from outside: the only parser for it, and access by local names, since prefixes differ.

Checks that run for every workbook search the bytes; only parts where they match are parsed.
"""

from __future__ import annotations

import codecs
import html
import io
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
_CHUNK_SIZE = 64 * 1024
_BLANKS = b" \t\r\n"
#: Parts below this size in bytes are cached; those that describe the structure of a workbook are that short.
_CACHED_BELOW = 1 << 14
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([\w.:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
#: Beginnings of a part that show its encoding, whatever it declares (XML 1.0, appendix F); the longer ones first.
_ENCODING_STARTS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
#: The codecs, by the beginnings of their names, for parts that declare an encoding of one byte or more per character;
#: others that Python knows are not encodings of XML, and some of them take quadratic time.
_DECLARABLE_CODECS = ("big5", "cp", "euc", "gb", "iso8859", "koi8", "mac", "shift_jis", "tis")
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)

#: Parser options for every part: nothing is fetched, no entity is resolved, the parser's own limits apply.
SAFE_OPTIONS: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


def to_utf8(content: bytes, part: str) -> bytes:
    """Convert a part's XML to UTF-8, without what precedes it; a part in UTF-8 stays as it is.

    Raises ReturnError where it is not in the encoding that it declares.
    """
    if content[:1] == b"<" and content[1:2] not in b"?\0":
        return content
    if content[:1] in _BLANKS:
        content = content.lstrip(_BLANKS)
    encoding = _encoding_of(content)
    if not encoding:
        return content
    try:
        text = content.decode(encoding).lstrip("\ufeff \t\r\n")
    except (UnicodeError, LookupError):
        raise ReturnError("damaged", found=part) from None
    if text and not text.startswith("<"):
        raise ReturnError("damaged", found=part)
    utf8 = text.encode()
    declared = _DECLARATION.match(utf8[:_MAX_DECLARATION])
    return utf8[declared.end() :] if declared else utf8


def _encoding_of(content: bytes) -> str:
    """Return the name of the codec of a part: "" for UTF-8 from the first byte on, "unknown" for one that XML lacks."""
    if content[:1] != b"<" or content[1:2] == b"\0":
        return next((name for start, name in _ENCODING_STARTS if content.startswith(start)), "utf-8")
    declared = _DECLARATION.match(content[:_MAX_DECLARATION])
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if name in ("utf-8", "utf8"):
        return ""
    # The bytes show that it is not another form of Unicode, and ASCII is contained in UTF-8.
    if name.startswith(("utf-16", "utf-32", "ucs-", "iso-10646", "unicode", "us-ascii", "ascii")):
        return "utf-8"
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return "unknown"
    return codec if codec.startswith(_DECLARABLE_CODECS) else "unknown"


def is_plain(content: bytes) -> bool:
    """Return whether UTF-8 has no comments, CDATA sections and instructions, which may part a text."""
    return _find_markup(content, b"!") < 0 and _find_markup(content, b"?", content.find(b">") + 1) < 0


def _find_markup(content: bytes, character: bytes, start: int = 0) -> int:
    """Return where "<" before a character first is; -1 where it is not.

    Looking for one rare character takes a fraction of the time of looking for two.
    """
    first = content.find(character, start)
    return content.find(b"<" + character, max(first - 1, start)) if first >= 0 else -1


def serialise(root: Element) -> bytes:
    """Return a part with this root, in UTF-8."""
    from lxml import etree

    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True))


def check_entities(content: bytes) -> None:
    """Raise ReturnError "hostile" where a part, in UTF-8, declares a document type, as only entities need one."""
    if (start := _find_markup(content, b"!")) >= 0 and _DOCUMENT_TYPE.search(content, start):
        raise ReturnError("hostile", found="declarations of entities")


def parse(content: bytes, part: str, *, recover: bool = False, keep_all: bool = False) -> Element:
    """Parse the UTF-8 bytes of a part and return its root.

    Args:
        content: the bytes.
        part: the name of the part, for errors.
        recover: repair broken XML as far as possible.
        keep_all: keep comments, processing instructions and CDATA sections, so that it can be written again.

    Raises ReturnError where the XML is not well-formed, with `recover` only where it has no element; and where it
    declares entities.
    """
    from lxml import etree

    check_entities(content)
    parser = etree.XMLParser(
        remove_comments=not keep_all, remove_pis=not keep_all, strip_cdata=not keep_all, recover=recover, **SAFE_OPTIONS
    )
    try:
        # With `recover` a part without any element gives None.
        root: Element | None = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise ReturnError("damaged", found=part)
    return root


def parse_into(target: Any, content: bytes, part: str) -> None:
    """Parse the UTF-8 bytes of a part without building a tree: `target` receives each element (see lxml's parsers).

    Raises ReturnError as `parse` does.
    """
    from lxml import etree

    check_entities(content)
    parser = etree.XMLParser(target=target, **SAFE_OPTIONS)
    try:
        for start in range(0, len(content), _CHUNK_SIZE):
            parser.feed(content[start : start + _CHUNK_SIZE])
        parser.close()
    except (etree.XMLSyntaxError, ValueError):
        raise ReturnError("damaged", found=part) from None


def iterate_elements(content: bytes, part: str, *names: str) -> Iterator[tuple[str, Element]]:
    """Yield (event, element) at the start and the end of each element with one of these local names, as it is parsed.

    An element is emptied after its end. Raises ReturnError as `parse` does.
    """
    from lxml import etree

    check_entities(content)
    try:
        events = etree.iterparse(
            io.BytesIO(content),
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in names],
            remove_comments=True,
            **SAFE_OPTIONS,
        )
        for event, element in events:
            yield event, element
            if event == "end":
                element.clear(keep_tail=False)
    except (etree.XMLSyntaxError, ValueError):
        raise ReturnError("damaged", found=part) from None


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


def scan_texts(content: bytes, *names: str) -> Iterator[tuple[str, str]]:
    """Yield local name and text of every element with one of these local names that has text, as `scan_tags` does."""
    for match in _text_pattern(names).finditer(content):
        if text := unescape(match[2].decode("utf-8", "replace")).strip():
            yield match[1].decode(), text


def scan_text(content: bytes, name: str) -> str:
    """Return the text of the first element with this local name that has text; "" if there is none."""
    return next((text for _, text in scan_texts(content, name)), "")


@lru_cache(maxsize=64)
def _text_pattern(names: tuple[str, ...]) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:[\w.-]+:)?(%s)(?:\s[^<>]*)?>([^<]+)<" % "|".join(names).encode())


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
