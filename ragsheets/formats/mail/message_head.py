"""The head of an internet message (RFC 5322): where it starts in a file, and whether a file begins with one at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Literal

#: What a winmail.dat begins with (MS-OXTNEF 2.1.2): a message wrapped in Outlook's own way, without such a head.
TNEF_SIGNATURE = b"\x78\x9f\x3e\x22"
#: What programs write before a message: a byte order mark, blank lines, its length (Apple's .emlx), the "From " line of
#: a mailbox file.
_MARKS_AND_LINES = rb"(?:\xef\xbb\xbf|[\s\0]|>?From[ \t][^\r\n]*(?:\r\n|\n|\r))*+"
_PREAMBLE = re.compile(rb"%b(?P<length>\d{1,12}[ \t]*(?:\r\n|\n|\r))?%b" % (_MARKS_AND_LINES, _MARKS_AND_LINES))
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_FIELD_NAME = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
#: The longest head that is looked at: those of large mail services with their seals have a tenth of it.
_MAX_HEAD = 256 * 1024
#: How much of a file is looked at: a preamble and a head, in two bytes a character.
_MAX_START = 4 * _MAX_HEAD
#: Blanks before the colon of a header field, which no parser of today accepts (RFC 5322, 4.5).
_BLANK_BEFORE_COLON = re.compile(rb"^([!-9;-~]{1,76})[ \t]+:", re.MULTILINE)
#: The end of a head.
HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

#: Fields that people also type into texts of their own.
_TYPED_FIELDS = frozenset(
    b"from to cc bcc subject date sender reply-to status priority importance comments keywords references".split()
)
#: Fields that only mail programs write, by name or by the beginning of it (RFC 4021 and the IANA's list of fields).
_PROGRAM_FIELDS = frozenset(
    b"""mime-version message-id in-reply-to received return-path delivered-to envelope-to envelope-from delivery-date
    thread-topic thread-index return-receipt-to disposition-notification-to errors-to precedence auto-submitted
    authentication-results domainkey-signature user-agent mailing-list sensitivity received-spf accept-language
    lines apparently-to deferred-delivery autocrypt feedback-id""".split()
)
_PROGRAM_PREFIXES = (
    b"x-",
    b"arc-",
    b"dkim-",
    b"list-",
    b"resent-",
    b"content-",
    b"authentication-",
    b"ms-",
    b"received-",
)
#: The time as a message states it: "4 Sep 2008 10:12".
_MESSAGE_DATE = re.compile(
    rb"\b\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[ -]\d{2,4}[ \t]+\d{1,2}:\d{2}", re.IGNORECASE
)
_ADDRESS = re.compile(rb"[^\s<>@]+@[^\s<>@]+\.?[^\s<>@]*")

# A web page saved as one file (RFC 2557) is written as a message, from a program.
_SAVED_PAGE_SENDER = re.compile(rb"[\s\"<]*saved by\b", re.IGNORECASE)
_PAGE_FIELDS = (b"x-document-type", b"snapshot-content-location", b"content-location")
_PAGE_PART = re.compile(rb"^content-location[ \t]*:", re.IGNORECASE | re.MULTILINE)
_PAGE_PART_WITHIN = 4096


def identify_message(content: bytes) -> Literal["message", "saved page", ""]:
    """Return whether a file begins with the head of a message, or of a web page saved in a message's form."""
    start = skip_preamble(content[:_MAX_START])
    fields = dict(_fields(start))
    if not _is_message_head(fields):
        return ""
    sender = fields.get(b"from", b"").strip()
    is_from_nobody = not sender or _SAVED_PAGE_SENDER.match(sender)
    kind = fields.get(b"content-type", b"").strip().lower()
    if is_from_nobody and kind.startswith((b"multipart/related", b"text/html", b"multipart/alternative")):
        is_page = any(name in fields for name in _PAGE_FIELDS) or _PAGE_PART.search(start, 0, _PAGE_PART_WITHIN)
        if sender or is_page:
            return "saved page"
    return "message"


def skip_preamble(content: bytes) -> bytes:
    """Return a message from its first header field on, as UTF-8 where a text editor saved it as UTF-16."""
    if content.startswith(_WIDE_MARKS):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    preamble = _PREAMBLE.match(content)
    assert preamble is not None
    message = content[preamble.end() :]
    if length := preamble["length"]:
        # Apple's property list follows the message; the length counts from the line after it.
        message = message[: max(int(length) - (preamble.end() - preamble.end("length")), 0)] or message
    head_end = HEAD_END.search(message, 0, _MAX_HEAD)
    head = message[: head_end.start() if head_end else _MAX_HEAD]
    return _BLANK_BEFORE_COLON.sub(rb"\1:", head) + message[len(head) :]


def _is_message_head(fields: dict[bytes, bytes]) -> bool:
    """Return whether header fields are those of a message, and not the first lines of a text with a colon in each."""
    typed = _TYPED_FIELDS & fields.keys()
    written_by_program = {name for name in fields if name in _PROGRAM_FIELDS or name.startswith(_PROGRAM_PREFIXES)}
    if fields.get(b"content-type", b"").strip().lower().startswith(b"multipart/"):
        return True
    if written_by_program:
        return len(typed) + len(written_by_program) > 1 and not all(name.startswith(b"x-") for name in fields)
    has_sender = bool(_ADDRESS.search(fields.get(b"from", b""))) and b"sent" not in fields
    return len(typed) > 1 and (has_sender or bool(_MESSAGE_DATE.search(fields.get(b"date", b""))))


def _fields(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name, in small letters, and the value of each header field up to the blank line after them."""
    name, values = b"", list[bytes]()
    for line in _LINE.finditer(content, 0, _MAX_HEAD):
        text = line[1]
        if name and text[:1] in (b" ", b"\t") and text.strip():
            values.append(text)
            continue
        if name:
            yield name, b" ".join(values)
        field = _FIELD_NAME.match(text)
        if field is None:
            return
        name, values = field[1].lower(), [text[field.end() :]]
