"""A message as its file holds it, before anything is left out: what the readers of .eml and .msg both give."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from ragsheets.errors import ReturnError
from ragsheets.formats.file_names import base_label, distinct

#: How deep parts may lie inside of one another, and how many attachments there may be.
MOST_DEEP, MOST_ATTACHMENTS = 20, 500

#: What packed contents of S/MIME begin with by their kind (RFC 5652, sections 5.1, 6.1 and 8; RFC 5083).
_CMS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SIGNED, _CMS_KIND_WITHIN = 2, 40


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; its name is a label only."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: `date` in UTC or None, its text as plain text and as HTML, either of which may be empty."""

    date: datetime.datetime | None
    sender: str
    subject: str
    plain: str
    html: str
    attachments: tuple[Attachment, ...]
    links: tuple[str, ...] = ()


def named(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The attachments under labels that are distinct; those without a name are numbered.

    Raises ReturnError("too-large") where there are too many.
    """
    given = list(attachments)
    check_count(len(given))
    names = distinct(base_label(item.name, f"attachment {number}") for number, item in enumerate(given, 1))
    return tuple(replace(item, name=name) for item, name in zip(given, names, strict=True))


def check_count(number: int) -> None:
    """Raise ReturnError("too-large") where a message has more attachments than any."""
    if number > MOST_ATTACHMENTS:
        raise ReturnError(
            "too-large", found=f"a message with {number} attachments", wanted=f"at most {MOST_ATTACHMENTS}"
        )


def with_suffix(name: str, suffix: str, otherwise: str) -> str:
    """`name`, or else `otherwise`, ending in `suffix`."""
    chosen = base_label(name, "") or otherwise
    return chosen if chosen.casefold().endswith(suffix) else f"{chosen}{suffix}"


def refuse_sealed(content: bytes) -> None:
    """Raise ReturnError for a message of which only S/MIME's packed content is there, signed or encrypted."""
    start = content[:_CMS_KIND_WITHIN]
    at = start.find(_CMS)
    if at >= 0 and start[at + len(_CMS) : at + len(_CMS) + 1] == bytes([_SIGNED]):
        raise ReturnError("unreadable", found="the message is wrapped in a digital signature")
    raise ReturnError("encrypted")


def to_eml(letter: Letter) -> bytes:
    """The letter as the bytes of an .eml file; the same letter gives the same bytes."""
    boundary = "=_ragsheets"
    head = [f"From: {_word(letter.sender)}", f"Subject: {_word(letter.subject)}", "MIME-Version: 1.0"]
    if letter.date:
        head.insert(0, f"Date: {letter.date:%d} {_MONTHS[letter.date.month - 1]} {letter.date:%Y %H:%M:%S} +0000")
    parts = [_part("text/plain; charset=utf-8", letter.plain.encode("utf-8", "replace"))] if letter.plain else []
    if letter.html:
        parts.append(_part("text/html; charset=utf-8", letter.html.encode("utf-8", "replace")))
    body = [_multipart("alternative", f"{boundary}_text", parts)] if parts else []
    body += [
        _part(
            "message/rfc822" if item.name.casefold().endswith(".eml") else "application/octet-stream",
            item.content,
            f"Content-Disposition: attachment; filename*=utf-8''{quote(item.name, errors='replace')}",
        )
        for item in letter.attachments
    ]
    return ("\r\n".join(head) + "\r\n" + _multipart("mixed", boundary, body)).encode("ascii")


def sealed_eml(kind: str, content: bytes) -> bytes:
    """A message of which only the sealed content is there, of that MIME type, as the bytes of an .eml file."""
    return f"MIME-Version: 1.0\r\n{_part(kind, content)}".encode("ascii")


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _word(text: str) -> str:
    """Text in a header (RFC 2047); in one piece, as no reader of ours minds its length."""
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?=" if text else ""


def _part(kind: str, content: bytes, *headers: str) -> str:
    head = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers]
    return "\r\n".join([*head, "", base64.encodebytes(content).decode("ascii")])


def _multipart(kind: str, boundary: str, parts: Iterable[str]) -> str:
    # No line of base64 begins with a hyphen, so that the boundary needs no choosing.
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'
