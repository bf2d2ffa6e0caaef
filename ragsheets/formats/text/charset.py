"""Decodes bytes to text, whether or not their encoding is declared, or declared correctly."""

from __future__ import annotations

import codecs
import contextlib

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Charsets that mail programs name in a wider sense than the standard's (WHATWG Encoding Standard, "Names and labels"),
#: by Python's name of the codec, which knows their other names.
_WIDER_CODECS = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "utf-16": "utf-16-le",
}
#: Python codecs that are not charsets of documents; some of them take quadratic time.
_NOT_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
#: Windows code pages that Python knows by a name instead of the number (Microsoft, "Code Page Identifiers").
_CODE_PAGES = {
    936: "gb18030",
    1200: "utf-16-le",
    1201: "utf-16-be",
    10000: "mac-roman",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    50220: "iso2022_jp",
    50221: "iso2022_jp",
    50222: "iso2022_jp",
    51932: "euc_jp",
    51949: "cp949",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
}
_ISO_8859 = range(28591, 28606)
#: The most bytes of a character in any charset.
_MAX_CHARACTER_SIZE = 4
#: The name of what decodes bytes that are not UTF-8: a footer or a forwarded text in the sender's old encoding.
_AS_WINDOWS_1252 = "ragsheets-windows-1252"
codecs.register_error(
    _AS_WINDOWS_1252,
    lambda error: (error.object[error.start : error.end].decode("cp1252", "replace"), error.end),  # type: ignore[attr-defined]
)
#: How many bytes are examined to detect UTF-16 without a byte-order mark.
_SAMPLE_SIZE = 1000


def decode(content: bytes, charset: str = "", max_bytes: int | None = None) -> str:
    """Decode `content` by its byte-order mark, else as `charset`, else as UTF-8, and what is not that as Windows-1252.

    Bytes that cannot be decoded become U+FFFD; nothing is raised. At most `max_bytes` are read, and no character that
    they end in.
    """
    is_cut, content = len(content) > (max_bytes or len(content)), content[:max_bytes]
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return codecs.getincrementaldecoder(name)("replace").decode(content[len(mark) :], not is_cut)
    for name in filter(None, (_codec_of(charset), _detect_utf_16(content), "utf-8")):
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            if is_cut and error.start >= len(content) - _MAX_CHARACTER_SIZE:
                return content[: error.start].decode(name)
        except (LookupError, ValueError):
            continue
    return codecs.getincrementaldecoder("utf-8")(_AS_WINDOWS_1252).decode(content, not is_cut)


def codec_of_code_page(number: int) -> str:
    """Return the charset of a Windows code page, by its number; Python may not have it."""
    if number in _ISO_8859:
        return f"iso-8859-{number - _ISO_8859.start + 1}"
    return _CODE_PAGES.get(number, f"cp{number}")


def _codec_of(charset: str) -> str:
    name = charset.strip().strip("\"'").casefold()
    if not name.isascii() or "\0" in name:
        return ""
    for label in (name, name.removeprefix("x-")):
        with contextlib.suppress(LookupError):
            codec = codecs.lookup(label).name
            # Text declared as ASCII often is not: treat it as if nothing were declared.
            return "" if codec in _NOT_CHARSETS or codec == "ascii" else _WIDER_CODECS.get(codec, codec)
    return ""


def _detect_utf_16(content: bytes) -> str:
    start = content[:_SAMPLE_SIZE]
    for zero_offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = start[zero_offset::2]
        if (
            len(zeros) > 1
            and zeros.count(0) > 0.7 * len(zeros)
            and start[1 - zero_offset :: 2].count(0) < 0.1 * len(zeros)
        ):
            return name
    return ""
