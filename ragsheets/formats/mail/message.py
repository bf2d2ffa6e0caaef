"""Messages (.eml and .msg) that returns come in: when and from whom, what their writer typed, what they bring."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable
from dataclasses import dataclass

from ragsheets.errors import ReturnError
from ragsheets.formats.mail import eml, msg
from ragsheets.formats.mail.quoted_text import strip_quoted_text
from ragsheets.formats.mail.raw_message import Attachment, RawMessage
from ragsheets.formats.text.cloud_links import filter_cloud_links, find_cloud_links
from ragsheets.formats.text.html import LINK_END, LINK_START, text_of_html
from ragsheets.formats.text.text_builder import normalise_whitespace
from ragsheets.text import clean_for_office

__all__ = ["Attachment", "Message", "read_eml", "read_msg"]

_PGP_MARKER = "-----BEGIN PGP MESSAGE-----"

#: What the readers raise on files that were made to harm or damaged on the way: olefile and the email package promise
#: nothing, and changed files have made them raise each of these families.
_READER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message, with its sender's words and files.

    Attributes:
        date: when it was sent, in UTC: "YYYY-MM-DD HH:MM:SS"; "" where it does not say.
        sender: name and address.
        subject: what it is about.
        text: what its writer typed, as plain text, without earlier messages that it quotes.
        whole: the same with them.
        attachments: in order; attached messages among them, pictures of signatures not.
        links: to copies in a cloud, from the writer's own words.
    """

    date: str
    sender: str
    subject: str
    text: str
    full_text: str
    attachments: tuple[Attachment, ...]
    links: tuple[str, ...]


def read_eml(content: bytes) -> Message:
    """Read a message in the form of the internet (RFC 5322 and MIME).

    Raises ReturnError: "damaged" where it cannot be read, "encrypted" where its words and files are, "too-large"
    where it has more attachments than any message.
    """
    return _read_message(eml.parse_eml, content)


def read_msg(content: bytes) -> Message:
    """Read a message as Outlook saves it (MS-OXMSG); raises as `read_eml`."""
    return _read_message(msg.parse_msg, content)


def _read_message(parse: Callable[[bytes], RawMessage], content: bytes) -> Message:
    try:
        return _message_of(parse(content))
    except MemoryError:
        raise ReturnError("too-large", found="more than fits into memory", wanted="an ordinary message") from None
    except _READER_ERRORS as problem:
        raise ReturnError("damaged", found=f"a message that cannot be read ({type(problem).__name__})") from None


def _message_of(raw: RawMessage) -> Message:
    own = strip_quoted_text(normalise_whitespace(clean_for_office(raw.plain)))
    html = text_of_html(raw.html, include_links=True) if raw.html.strip() else ""
    if _PGP_MARKER in own or _PGP_MARKER in html:
        raise ReturnError("encrypted")
    linked = strip_quoted_text(html).replace(LINK_START, "\n").replace(LINK_END, "\n")
    return Message(
        date=_utc_text(raw.date),
        sender=_single_line(raw.sender),
        subject=_single_line(raw.subject),
        text=own,
        full_text=normalise_whitespace(clean_for_office(raw.plain)),
        attachments=raw.attachments,
        links=filter_cloud_links([*find_cloud_links(own), *find_cloud_links(linked), *raw.links]),
    )


def _utc_text(date: datetime.datetime | None) -> str:
    if date is None:
        return ""
    try:
        return f"{date.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}".zfill(19)
    except (OverflowError, ValueError):
        return ""


def _single_line(text: str) -> str:
    return " ".join(clean_for_office(text).split())
