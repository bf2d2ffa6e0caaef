"""Email messages (.eml and .msg): date, sender, the text that the writer typed, attachments and cloud links."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from ragsheets.errors import ReturnError
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.mail import eml, msg, tnef
from ragsheets.formats.mail.automatic_message import AutomaticMessage
from ragsheets.formats.mail.quoted_text import strip_quoted_text, unmarked_quotation
from ragsheets.formats.mail.raw_message import RawMessage
from ragsheets.formats.text.cloud_links import filter_cloud_links, find_cloud_links
from ragsheets.formats.text.html import LINK_END, LINK_START, text_of_html
from ragsheets.formats.text.text_builder import normalise_whitespace
from ragsheets.text import clean_for_office, single_line

_PGP_MARKER = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its sender's own text and its attachments.

    Attributes:
        date: when it was sent, in UTC, as "YYYY-MM-DD HH:MM:SS"; "" if the message has no date.
        sender: name and address.
        subject: the subject line.
        text: what the writer typed, as plain text, without quoted earlier messages.
        full_text: the same with quoted earlier messages.
        quotation: the earlier message below it, where its lines are not marked: words may be typed into it.
        attachments: in order, including attached messages but not the pictures of signatures.
        links: links to copies in a cloud, from the writer's own text.
        automatic: what it is about where no person wrote it, else None.
    """

    date: str
    sender: str
    subject: str
    text: str
    full_text: str
    quotation: str
    attachments: tuple[ContainedFile, ...]
    links: tuple[str, ...]
    automatic: AutomaticMessage | None = None


#: An internet message (RFC 5322 and MIME), one saved by Outlook (MS-OXMSG), one that Outlook wraps for other programs
#: (winmail.dat), and a signed one without its headers.
_PARSERS: dict[str, Callable[[bytes], RawMessage]] = {
    "eml": eml.parse_eml,
    "msg": msg.parse_msg,
    "tnef": tnef.parse_tnef,
    "p7m": eml.parse_signed,
}


def read_message(kind: str, content: bytes) -> Message:
    """Read a message of this kind: "eml", "msg", "tnef" or "p7m".

    Raises ReturnError: "damaged" if it cannot be read, "encrypted-message" if it needs a key, "too-large" if it has
    more attachments than allowed.
    """
    # olefile and the email package document no errors, and altered files have made them raise most kinds.
    with failures_as_damage():
        return _message_of(_PARSERS[kind](content))


def _message_of(raw: RawMessage) -> Message:
    full_text = normalise_whitespace(clean_for_office(raw.plain))
    own_text = strip_quoted_text(full_text)
    html = text_of_html(raw.html, include_links=True) if raw.html.strip() else ""
    if _PGP_MARKER in own_text or _PGP_MARKER in html:
        raise ReturnError("encrypted-message", sender=single_line(raw.sender), subject=single_line(raw.subject))
    linked_text = strip_quoted_text(html).replace(LINK_START, "\n").replace(LINK_END, "\n")
    links = filter_cloud_links([*find_cloud_links(own_text), *find_cloud_links(linked_text)])
    return Message(
        date=_utc_text(raw.date),
        sender=single_line(raw.sender),
        subject=single_line(raw.subject),
        text=own_text,
        full_text=full_text,
        quotation=unmarked_quotation(full_text),
        attachments=raw.attachments,
        links=tuple(dict.fromkeys([*links, *map(_unwrapped_link, filter(str.strip, raw.links))])),
        automatic=raw.automatic,
    )


def _unwrapped_link(link: str) -> str:
    """Return the link to a file that was not attached: one to a cloud unwrapped, anything else unchanged."""
    return next(iter(filter_cloud_links([link])), single_line(link))


def _utc_text(date: datetime.datetime | None) -> str:
    if date is None:
        return ""
    try:
        return f"{date.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}".zfill(19)
    except (OverflowError, ValueError):
        return ""
