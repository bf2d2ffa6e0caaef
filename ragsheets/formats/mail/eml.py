"""Internet messages (RFC 5322 and MIME, .eml) → raw messages, tolerant of malformed input."""

from __future__ import annotations

import copy
import email
import re
from dataclasses import dataclass, field
from email.message import Message as Part

from ragsheets.errors import ReturnError
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.mail import tnef
from ragsheets.formats.mail.apple_single import data_fork, is_resource_fork
from ragsheets.formats.mail.automatic_message import DELIVERY_TYPES, READING_TYPES, find_automatic_message
from ragsheets.formats.mail.message_head import TNEF_SIGNATURE, skip_preamble
from ragsheets.formats.mail.mime_part import (
    MAX_HEADER_LENGTH,
    attached_message,
    content_of,
    decode_header_text,
    file_name,
    html_text,
    message_subject,
    parse_date,
    parts_of,
    plain_text,
    read_header,
    read_parameter,
    serialise,
)
from ragsheets.formats.mail.packed_text import extract_packed_files
from ragsheets.formats.mail.pictures import is_large_picture
from ragsheets.formats.mail.raw_message import (
    MAX_DEPTH,
    RawMessage,
    ensure_suffix,
    errors_with_head,
    name_attachments,
)
from ragsheets.formats.mail.signed_content import signed_content
from ragsheets.formats.text.html import text_of_html

#: Every message ever sent has at least one of these headers.
_KNOWN_HEADERS = ("from", "date", "subject", "to", "received", "message-id", "content-type", "sender", "return-path")
#: Content that is signed or needs a key (S/MIME, RFC 8551), and the suffix of such a file.
_SMIME_TYPES, _SMIME_SUFFIX = {"application/pkcs7-mime", "application/x-pkcs7-mime"}, ".p7m"
#: Content that needs a key: PGP/MIME (RFC 3156), Microsoft's rights management.
_ENCRYPTED_TYPES = {"multipart/encrypted", "application/x-microsoft-rpmsg-message"}
#: A digital signature next to the signed text (RFC 8551, RFC 3156): not part of the writer's text.
_SIGNATURE_TYPES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
#: Parts for other programs: next to a message's text, and the facts of a report about a delivery (RFC 3464, RFC 8098).
_IGNORED_TYPES = {"text/x-amp-html", "text/watch-html", "text/rfc822-headers"}
_REPORT_TYPES = {*DELIVERY_TYPES, *READING_TYPES, "message/feedback-report"}
#: The form of a picture in its type: "image/svg+xml", "image/x-emf".
_PICTURE_TYPE = re.compile(r"image/(?:x-)?(\w+).*")
#: What workbooks begin with, which some programs attach as text.
_BINARY_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

_CONTENT_HEADER = re.compile(rb"^content-[a-z-]{1,40}:(?:[^\n]*\n[ \t])*[^\n]*", re.IGNORECASE | re.MULTILINE)
#: How many lines there may be, and how many may begin like a boundary between parts: the email package may create a
#: part for each of them. 64 MiB of attachments have less than half as many.
_MAX_LINES, _MAX_BOUNDARIES = 2_000_000, 20_000
#: The first boundary in a message that does not state it.
_FIRST_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE | re.MULTILINE)


def parse_eml(content: bytes) -> RawMessage:
    """Parse the bytes of an .eml file into a raw message.

    Raises ReturnError: "damaged" if there is no message, "encrypted-message" if it needs a key, "too-large" if it
    has too many attachments, with sender and subject where they can be read; and anything that the email package
    raises on unexpected content.
    """
    content = skip_preamble(content)
    _check_size(content)
    message = email.message_from_bytes(content)
    if not any(name in message for name in _KNOWN_HEADERS):
        raise ReturnError("damaged", found="a file without the head of a message")
    sender = decode_header_text(read_header(message, "from") or read_header(message, "sender"))
    subject = decode_header_text(read_header(message, "subject"))
    contents = _MessageContents()
    with errors_with_head(sender, subject):
        contents.add_part(message, 0)
    plain = "\n".join(contents.plain)
    return RawMessage(
        date=parse_date(read_header(message, "date")),
        sender=sender,
        subject=subject,
        plain=plain,
        html="\n".join(contents.html),
        attachments=name_attachments(contents.attachments),
        links=tuple(contents.links),
        automatic=find_automatic_message(
            message, sender=sender, subject=subject, text=plain, attachments=contents.attachments
        ),
    )


def parse_signed(content: bytes) -> RawMessage:
    """Parse the bytes of a signed message's envelope (.p7m) into a raw message; raises as `parse_eml`."""
    signed = signed_content(content)
    if not signed:
        raise ReturnError("encrypted-message")
    # What was signed begins with the headers of its content alone.
    return parse_eml(b"MIME-Version: 1.0\r\n" + signed)


def _check_size(content: bytes) -> None:
    if content.count(b"\n") + content.count(b"\r") > 2 * _MAX_LINES or content.count(b"\n--") > _MAX_BOUNDARIES:
        raise ReturnError("too-large", found="a message with too many lines or parts", wanted="an ordinary message")
    if any(header.end() - header.start() > MAX_HEADER_LENGTH for header in _CONTENT_HEADER.finditer(content)):
        raise ReturnError("damaged", found="a message whose head is far too long")


@dataclass
class _MessageContents:
    """Collects the contents of a message's parts: all text as plain text, and the HTML form where there is one.

    Attributes:
        plain: its texts.
        html: those that are HTML.
        attachments: the files in it.
        links: links to files that were not attached.
    """

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[ContainedFile] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def add_part(self, part: Part, depth: int, *, is_alternative: bool = False) -> None:
        """Add a part and those nested in it; `is_alternative`: it is one of several forms of the same text."""
        if depth > MAX_DEPTH:
            raise ReturnError("damaged", found=f"a message with more than {MAX_DEPTH} parts inside one another")
        content_type = part.get_content_type()
        name = file_name(part)
        if content_type in _ENCRYPTED_TYPES:
            self._add_unreadable(name, ReturnError("encrypted-message"), depth)
        elif content_type in _SMIME_TYPES or name.casefold().endswith(_SMIME_SUFFIX):
            self._add_signed(part, name, depth)
        elif content_type.startswith("message/"):
            self._add_message(part, content_type, name, depth)
        elif not part.is_multipart():
            self._add_leaf(part, content_type, name, depth, is_alternative=is_alternative)
        elif content_type == "multipart/alternative" and not is_alternative:
            self._add_alternatives(part, depth)
        else:
            for inner_part in parts_of(part):
                self.add_part(inner_part, depth + 1, is_alternative=is_alternative)

    def _add_alternatives(self, part: Part, depth: int) -> None:
        """Add the alternative forms of one text: the plain form is used unless it is empty."""
        plain_count, html_count = len(self.plain), len(self.html)
        for inner_part in parts_of(part):
            self.add_part(inner_part, depth + 1, is_alternative=True)
        if not "".join(self.plain[plain_count:]).strip():
            self.plain.extend(text_of_html(html_text) for html_text in self.html[html_count:])

    def _add_unreadable(self, name: str, problem: ReturnError, depth: int) -> None:
        """Raise the problem where it is the whole message's; one of a part does not affect the others."""
        if depth == 0:
            raise problem
        self.attachments.append(ContainedFile(name or "encrypted part", b"", problem))

    def _add_signed(self, part: Part, name: str, depth: int) -> None:
        try:
            signed = signed_content(content_of(part))
        except ReturnError as problem:
            self._add_unreadable(name, problem, depth)
            return
        if signed:
            _check_size(signed)
            self.add_part(email.message_from_bytes(skip_preamble(signed)), depth + 1)
        else:
            self._add_unreadable(name, ReturnError("encrypted-message"), depth)

    def _add_message(self, part: Part, content_type: str, name: str, depth: int) -> None:
        """Add a part of a type that begins with "message/": few of them are messages."""
        if content_type in ("message/rfc822", "message/global", "message/news"):
            content = attached_message(part)
            label = ensure_suffix(name or message_subject(content), ".eml", f"message {len(self.attachments) + 1}")
            self.attachments.append(ContainedFile(label, content))
        elif content_type == "message/external-body" and _is_web_link(part):
            self.links.append(read_parameter(part, "content-type", "url"))
        elif content_type == "message/partial":
            if read_parameter(part, "content-type", "number") == "1":
                for inner_part in parts_of(part):
                    self.add_part(inner_part, depth + 1)
            problem = ReturnError("not-a-workbook", found="one part of a message that was sent in several")
            self.attachments.append(ContainedFile(name or "rest of the message", b"", problem))
        elif content_type not in _REPORT_TYPES or name:
            self.attachments.append(ContainedFile(name, serialise(part)))

    def _add_leaf(self, part: Part, content_type: str, name: str, depth: int, *, is_alternative: bool) -> None:
        if content_type in _SIGNATURE_TYPES or content_type in _IGNORED_TYPES:
            return
        content = data_fork(content_of(part))
        if content_type == "application/applefile" or is_resource_fork(content) or _is_signature(name, content):
            return
        disposition = read_header(part, "content-disposition").partition(";")[0].strip().casefold()
        if content_type.startswith("image/") and (disposition == "inline" or part.get("content-id")):
            if is_large_picture(content) and all(item.content != content for item in self.attachments):
                self.attachments.append(ContainedFile(_attachment_name(name, content_type), content))
            return
        self._add_cloud_link(part)
        is_text = not name and disposition != "attachment" and not content.startswith(_BINARY_STARTS)
        if content_type in tnef.MIME_TYPES or content.startswith(TNEF_SIGNATURE):
            self._add_wrapped(name, content)
        elif is_text and content_type == "text/html":
            self.html.append(html_text(part, content))
            if not is_alternative:
                self.plain.append(text_of_html(self.html[-1]))
        elif is_text and part.get_content_maintype() == "multipart" and (parts := _parts_without_boundary(part)):
            for inner_part in parts:
                self.add_part(inner_part, depth + 1)
        elif is_text and (content_type == "text/plain" or part.get_content_maintype() == "multipart"):
            text, files = extract_packed_files(content)
            self.plain.append(plain_text(part, text))
            self.attachments += files
        else:
            self.attachments.append(ContainedFile(_attachment_name(name, content_type), content))

    def _add_cloud_link(self, part: Part) -> None:
        """Note the address of an attachment that Thunderbird put into a cloud."""
        for header in ("x-mozilla-cloud-part", "x-mozilla-external-attachment-url"):
            self.links.append(read_parameter(part, header, "url") or read_header(part, header))

    def _add_wrapped(self, name: str, content: bytes) -> None:
        """Add what Outlook wrapped; what cannot be unwrapped is attached unchanged."""
        try:
            wrapped = tnef.parse_tnef(content)
        except (ReturnError, ValueError):
            self.attachments.append(ContainedFile(name or "winmail.dat", content))
            return
        self.attachments += wrapped.attachments
        # The links in it lead to files that were not attached.
        self.html.append(wrapped.html)
        words = wrapped.plain.split()
        if " ".join(words) not in " ".join(" ".join(self.plain).split()):
            self.plain.append(wrapped.plain)


def _attachment_name(name: str, content_type: str) -> str:
    """Return the name of an attachment; a picture without a suffix gets the one of its type."""
    if (form := _PICTURE_TYPE.fullmatch(content_type)) and "." not in name:
        return f"{name or 'picture'}.{form[1]}"
    return name or ("invitation.ics" if content_type == "text/calendar" else "")


def _is_web_link(part: Part) -> bool:
    """Return whether a part that refers to a file elsewhere names it by a link (RFC 2017)."""
    return read_parameter(part, "content-type", "access-type").casefold() == "url"


def _is_signature(name: str, content: bytes) -> bool:
    """Return whether a file is a digital signature next to what was signed, whatever type its part states."""
    return name.casefold().endswith(".p7s") or content.startswith(b"-----BEGIN PGP SIGNATURE-----")


def _parts_without_boundary(part: Part) -> list[Part]:
    """Return the parts of a part that is in several but does not state its boundary, or a wrong one."""
    # Its bytes, since the text that the email package gives has lost what is not ASCII; its parts are encoded, not it.
    unencoded_part = copy.copy(part)
    del unencoded_part["content-transfer-encoding"]
    body = content_of(unencoded_part)
    boundary = _FIRST_BOUNDARY.search(body)
    if boundary is None:
        return []
    return parts_of(
        email.message_from_bytes(b'Content-Type: multipart/mixed; boundary="%b"\n\n%b' % (boundary[1], body))
    )
