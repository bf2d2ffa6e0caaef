"""The parts of an internet message (MIME, RFC 2045 to 2047): headers, names and contents, however they are encoded."""

from __future__ import annotations

import datetime
import email
import email.header
import email.utils
import io
import re
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message as Part

from ragsheets.formats.mail.base64_text import decode_base64
from ragsheets.formats.text.charset import decode
from ragsheets.formats.text.html import decode_html

_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?")
_FOLDED_LINE = re.compile(r"\r?\n[ \t]*|[\r\n]+")
#: How long a header may be, in characters: the email package takes quadratic time.
MAX_HEADER_LENGTH = 20_000
#: What workbooks begin with in base64.
_BASE64_STARTS = ("UEsDB", "0M8R4")
#: How much of a text is read, in bytes: far more than anyone types.
_MAX_TEXT = 1024 * 1024


def parts_of(part: Part) -> list[Part]:
    """Return the parts that a part consists of."""
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Part)] if isinstance(payload, list) else []


def content_of(part: Part) -> bytes:
    """Return a part's content, decoded as far as possible; a workbook in base64 also where another form is stated."""
    payload = part.get_payload()
    encoding = read_header(part, "content-transfer-encoding").strip().casefold()
    if encoding.startswith("base64") or (isinstance(payload, str) and payload.lstrip().startswith(_BASE64_STARTS)):
        return decode_base64(payload.encode("ascii", "replace")) if isinstance(payload, str) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def html_text(part: Part, content: bytes) -> str:
    """Return the text of an HTML part with this content."""
    return decode_html(content, read_parameter(part, "content-type", "charset"))


def plain_text(part: Part, content: bytes) -> str:
    """Return the text of a plain part with this content, its paragraphs joined where a program has broken them."""
    text = decode(content, read_parameter(part, "content-type", "charset"), _MAX_TEXT).replace("\r\n", "\n")
    if read_parameter(part, "content-type", "format").casefold() == "flowed":
        return _join_flowed_lines(
            text, joiner="" if read_parameter(part, "content-type", "delsp").casefold() == "yes" else " "
        )
    return text


def _join_flowed_lines(text: str, joiner: str) -> str:
    """Join the lines of paragraphs that were broken after a blank (format=flowed, RFC 3676, section 4)."""
    lines: list[str] = []
    flows_on, previous_depth = False, 0
    for raw_line in text.split("\n"):
        quote_depth = len(raw_line) - len(raw_line.lstrip(">"))
        line = raw_line[quote_depth:].removeprefix(" ")
        if flows_on and quote_depth == previous_depth and line != "-- ":
            lines[-1] += line
        else:
            lines.append(f"{'>' * quote_depth} {line}" if quote_depth else line)
        flows_on, previous_depth = line.endswith(" ") and line != "-- ", quote_depth
        if flows_on:
            lines[-1] = lines[-1][:-1] + joiner
    return "\n".join(lines)


def attached_message(part: Part) -> bytes:
    """Return the bytes of a message attached as a part."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return content_of(part)
    encoding = read_header(part, "content-transfer-encoding").strip().casefold()
    if encoding in ("base64", "quoted-printable") and payload and isinstance(payload[0], Part):
        # Not allowed (RFC 2046, 5.2.1), but in use: the attached text must be decoded before it is a message.
        holder = Part()
        holder["content-transfer-encoding"] = encoding
        holder.set_payload(serialise(payload[0]).decode("ascii", "surrogateescape"))
        return content_of(holder)
    return b"".join(serialise(message) for message in payload if isinstance(message, Part))


def serialise(part: Part) -> bytes:
    """Return a part as received, as far as the email package keeps it."""
    out = io.BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(part)
    except MessageError:
        return b""
    return out.getvalue()


# --------------------------------------------------------------------------------------------------------- headers


def read_header(part: Part, name: str) -> str:
    """Return the first header of that name, in small letters, unfolded; also with bytes that no standard allows."""
    for header, value in part.raw_items():
        if header.casefold() == name:
            text = _FOLDED_LINE.sub(" ", str(value)[:MAX_HEADER_LENGTH])
            try:
                return decode(text.encode("ascii", "surrogateescape"))
            except ValueError:
                return text
    return ""


def message_subject(content: bytes) -> str:
    """Return the subject of a message, decoded; "" where it has none."""
    return decode_header_text(read_header(email.message_from_bytes(content), "subject"))


def decode_header_text(text: str) -> str:
    """Return a header's text with its encoded words (RFC 2047) decoded."""
    if not _ENCODED_WORD.search(text):
        return text
    try:
        pieces = email.header.decode_header(text)
    except MessageError:
        return text
    return "".join(piece if isinstance(piece, str) else _decode_piece(piece, charset) for piece, charset in pieces)


def _decode_piece(piece: bytes, charset: str | None) -> str:
    # Python returns the text between encoded words as bytes in its raw-unicode-escape encoding.
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decode(piece, charset.split("*")[0])


def read_parameter(part: Part, header: str, name: str) -> str:
    """Return a header's parameter, joined from its parts and decoded (RFC 2231)."""
    holder = Part()
    holder["x"] = read_header(part, header)
    value = holder.get_param(name, "", header="x")
    if isinstance(value, tuple):
        charset, _, text = value
        return decode(text.encode("latin-1", "replace"), charset or "")
    return str(value or "")


def file_name(part: Part) -> str:
    """Return the file name that a part states, decoded; "" where it states none."""
    name = read_parameter(part, "content-disposition", "filename") or read_parameter(part, "content-type", "name")
    return decode_header_text(name).strip()


def parse_date(text: str) -> datetime.datetime | None:
    """Parse the time in a Date header, with its zone (UTC if it has none); None if it cannot be parsed."""
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
