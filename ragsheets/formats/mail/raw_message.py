"""A message with its full text, before quotations are separated: the common result of the .eml and .msg readers."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.utils import format_datetime
from urllib.parse import quote

from ragsheets.errors import ReturnError
from ragsheets.formats.contained_file import ContainedFile, with_unique_names
from ragsheets.formats.file_names import display_base_name
from ragsheets.formats.mail.automatic_message import AutomaticMessage

#: How deeply parts may be nested, and how many attachments a message may have.
MAX_DEPTH, MAX_ATTACHMENTS = 20, 500


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message: `date` with its zone, or None; its text as plain text and as HTML, either of which may be empty.

    `links` are those of its files that are elsewhere; `automatic` is what it is about where no person wrote it.
    """

    date: datetime.datetime | None
    sender: str
    subject: str
    plain: str
    html: str
    attachments: tuple[ContainedFile, ...]
    links: tuple[str, ...] = ()
    automatic: AutomaticMessage | None = None


@contextmanager
def errors_with_head(sender: str, subject: str) -> Iterator[None]:
    """Add to a ReturnError whom the message that it is about is from, and its subject."""
    try:
        yield
    except ReturnError as error:
        raise ReturnError(error.code, **{**error.facts, "sender": sender, "subject": subject}) from None


def name_attachments(attachments: Iterable[ContainedFile]) -> tuple[ContainedFile, ...]:
    """Return the attachments under distinct labels; those without a name are numbered.

    Raises ReturnError("too-large") if there are too many.
    """
    items = list(attachments)
    check_attachment_count(len(items))
    labels = (display_base_name(item.name, f"attachment {number}") for number, item in enumerate(items, 1))
    return tuple(with_unique_names(replace(item, name=label) for item, label in zip(items, labels, strict=True)))


def check_attachment_count(count: int) -> None:
    """Raise ReturnError("too-large") if a message has too many attachments."""
    if count > MAX_ATTACHMENTS:
        raise ReturnError("too-large", found=f"a message with {count} attachments", wanted=f"at most {MAX_ATTACHMENTS}")


def ensure_suffix(name: str, suffix: str, default: str) -> str:
    """Return `name`, or else `default`, ending in `suffix`."""
    label = display_base_name(name, "") or default
    return label if label.casefold().endswith(suffix) else f"{label}{suffix}"


def to_eml(message: RawMessage) -> bytes:
    """Return the message as the bytes of an .eml file; the same message gives the same bytes."""
    boundary = "=_ragsheets"
    headers = [
        f"From: {_encode_header(message.sender)}",
        f"Subject: {_encode_header(message.subject)}",
        "MIME-Version: 1.0",
    ]
    if message.date:
        headers.insert(0, f"Date: {format_datetime(message.date)}")
    parts = [_mime_part("text/plain; charset=utf-8", message.plain.encode("utf-8", "replace"))] if message.plain else []
    if message.html:
        parts.append(_mime_part("text/html; charset=utf-8", message.html.encode("utf-8", "replace")))
    body = [_multipart("alternative", f"{boundary}_text", parts)] if parts else []
    body += [
        _mime_part(
            "message/rfc822" if item.name.casefold().endswith(".eml") else "application/octet-stream",
            item.content,
            f"Content-Disposition: attachment; filename*=utf-8''{quote(item.name, errors='replace')}",
        )
        for item in message.attachments
    ]
    return ("\r\n".join(headers) + "\r\n" + _multipart("mixed", boundary, body)).encode("ascii")


def protected_eml(mime_type: str, content: bytes) -> bytes:
    """Return a message with only the protected content, of that MIME type, as the bytes of an .eml file."""
    return f"MIME-Version: 1.0\r\n{_mime_part(mime_type, content)}".encode("ascii")


def _encode_header(text: str) -> str:
    """Encode text for a header (RFC 2047); in one piece, since none of our readers limits its length."""
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?=" if text else ""


def _mime_part(content_type: str, content: bytes, *headers: str) -> str:
    lines = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *headers]
    return "\r\n".join([*lines, "", base64.encodebytes(content).decode("ascii")])


def _multipart(subtype: str, boundary: str, parts: Iterable[str]) -> str:
    # No line of base64 begins with a hyphen, so any boundary is safe.
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n{body}--{boundary}--\r\n'
