"""Internet messages (RFC 5322 and MIME, .eml) → raw messages, tolerant of malformed input."""

from __future__ import annotations

import base64
import datetime
import email
import email.header
import email.utils
import io
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message as Part

from ragsheets.errors import ReturnError
from ragsheets.formats.mail.raw_message import (
    MAX_DEPTH,
    Attachment,
    RawMessage,
    ensure_suffix,
    name_attachments,
    reject_protected,
)
from ragsheets.formats.text.charset import decode
from ragsheets.formats.text.html import decode_html, text_of_html

#: Every message ever sent has at least one of these headers.
_KNOWN_HEADERS = ("from", "date", "subject", "to", "received", "message-id", "content-type", "sender", "return-path")
#: Content that needs a key: S/MIME (RFC 8551), PGP/MIME (RFC 3156), Microsoft's rights management.
_SMIME_TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_ENCRYPTED_TYPES = {"multipart/encrypted", "application/x-microsoft-rpmsg-message"}
#: A digital signature next to the signed text (RFC 8551, RFC 3156): not part of the writer's text.
_SIGNATURE_TYPES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
#: Parts that mail programs add next to a message's text for other programs.
_IGNORED_TEXT_TYPES = {"text/x-amp-html", "text/watch-html"}

#: What programs write before the message: its length (Apple's .emlx), the "From " line of a mailbox file.
_PREAMBLE = re.compile(rb"\A(?:\xef\xbb\xbf)?[\s\0]*(?:\d{1,12}[ \t]*\r?\n)?(?:From [^\r\n]*\r?\n)?")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?")
_FOLDED_LINE = re.compile(r"\r?\n[ \t]*|[\r\n]+")
#: How long a header may be, in characters: the email package takes quadratic time.
_MAX_HEADER_LENGTH = 20_000
_CONTENT_HEADER = re.compile(rb"^content-[a-z-]{1,40}:(?:[^\n]*\n[ \t])*[^\n]*", re.IGNORECASE | re.MULTILINE)
#: How many lines there may be, and how many may begin like a boundary between parts: the email package may create a
#: part for each of them. 64 MiB of attachments have less than half as many.
_MAX_LINES, _MAX_BOUNDARIES = 2_000_000, 20_000
#: How much of a text is read, in bytes: far more than anyone types.
_MAX_TEXT = 1024 * 1024


def parse_eml(content: bytes) -> RawMessage:
    """Parse the bytes of an .eml file into a raw message.

    Raises ReturnError: "damaged" if there is no message, "encrypted" or "unreadable" if it is protected, "too-large" if
    it has too many attachments, with sender and subject where they can be read; and anything that the email package
    raises on unexpected content.
    """
    return _parse_message(content, 0)


def _parse_message(content: bytes, depth: int) -> RawMessage:
    _check_size(content)
    message = email.message_from_bytes(_PREAMBLE.sub(b"", content, count=1))
    if not any(name in message for name in _KNOWN_HEADERS):
        raise ReturnError("damaged", found="a file without the head of a message")
    sender = decode_header_text(_read_header(message, "from"))
    subject = decode_header_text(_read_header(message, "subject"))
    contents = _MessageContents()
    try:
        contents.add_part(message, depth)
    except ReturnError as error:
        raise ReturnError(error.code, **{**error.facts, "sender": sender, "subject": subject}) from None
    return RawMessage(
        date=parse_date(_read_header(message, "date")),
        sender=sender,
        subject=subject,
        plain="\n".join(contents.plain),
        html="\n".join(contents.html),
        attachments=name_attachments(contents.attachments),
    )


def _check_size(content: bytes) -> None:
    if content.count(b"\n") > _MAX_LINES or content.count(b"\n--") > _MAX_BOUNDARIES:
        raise ReturnError("too-large", found="a message with too many lines or parts", wanted="an ordinary message")
    if any(header.end() - header.start() > _MAX_HEADER_LENGTH for header in _CONTENT_HEADER.finditer(content)):
        raise ReturnError("damaged", found="a message whose head is far too long")


@dataclass
class _MessageContents:
    """Collects the contents of a message's parts: all text as plain text, and the HTML form where there is one."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def add_part(self, part: Part, depth: int, *, is_alternative: bool = False) -> None:
        """Add a part and those nested in it; `is_alternative`: it is one of several forms of the same text."""
        if depth > MAX_DEPTH:
            raise ReturnError("damaged", found=f"a message with more than {MAX_DEPTH} parts inside of one another")
        content_type = part.get_content_type()
        if content_type in _ENCRYPTED_TYPES:
            raise ReturnError("encrypted")
        if content_type in _SMIME_TYPES:
            reject_protected(_content_of(part))
        if content_type.startswith("message/"):
            self._add_message(part, content_type)
        elif not part.is_multipart():
            self._add_leaf(part, content_type, is_alternative)
        elif content_type == "multipart/alternative" and not is_alternative:
            self._add_alternatives(part, depth)
        else:
            for inner_part in _parts_of(part):
                self.add_part(inner_part, depth + 1, is_alternative=is_alternative)

    def _add_alternatives(self, part: Part, depth: int) -> None:
        """Add the alternative forms of one text: the plain form is used unless it is empty."""
        plain_count, html_count = len(self.plain), len(self.html)
        for inner_part in _parts_of(part):
            self.add_part(inner_part, depth + 1, is_alternative=True)
        if not "".join(self.plain[plain_count:]).strip():
            self.plain.extend(text_of_html(html_text) for html_text in self.html[html_count:])

    def _add_message(self, part: Part, content_type: str) -> None:
        name = _file_name(part)
        if content_type in ("message/rfc822", "message/global"):
            content = _attached_message(part)
            subject = decode_header_text(_read_header(email.message_from_bytes(content), "subject"))
            self.attachments.append(
                Attachment(ensure_suffix(name or subject, ".eml", f"message {len(self.attachments) + 1}"), content)
            )
        elif content_type != "message/delivery-status" or name:
            self.attachments.append(Attachment(name, _serialise(part)))

    def _add_leaf(self, part: Part, content_type: str, is_alternative: bool) -> None:
        name = _file_name(part)
        disposition = _read_header(part, "content-disposition").partition(";")[0].strip().casefold()
        if content_type.startswith("image/") and (disposition == "inline" or part.get("content-id")):
            return
        if content_type in _SIGNATURE_TYPES or content_type in _IGNORED_TEXT_TYPES:
            return
        is_text = not name and disposition != "attachment"
        if is_text and content_type == "text/html":
            self.html.append(_html_text(part))
            if not is_alternative:
                self.plain.append(text_of_html(self.html[-1]))
        elif is_text and (content_type == "text/plain" or part.get_content_maintype() == "multipart"):
            self.plain.append(_plain_text(part))
        else:
            self.attachments.append(Attachment(name, _content_of(part)))


def _parts_of(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Part)] if isinstance(payload, list) else []


# -------------------------------------------------------------------------------------------------------- contents


def _content_of(part: Part) -> bytes:
    """Return a part's content, decoded as far as possible."""
    if _read_header(part, "content-transfer-encoding").strip().casefold() == "base64":
        payload = part.get_payload()
        return _decode_base64(payload.encode("ascii", "replace")) if isinstance(payload, str) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decode_base64(content: bytes) -> bytes:
    """Decode base64, ignoring what mailing lists and scanners insert into it."""
    # Padding ends a run; some programs encode a file in several runs.
    runs = re.split(rb"=+", _NOT_BASE64.sub(b"", content.translate(None, b"\r\n")))
    return b"".join(_decode_run(run) for run in runs)


def _decode_run(run: bytes) -> bytes:
    complete = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(complete + b"=" * (-len(complete) % 4))


def _html_text(part: Part) -> str:
    return decode_html(_content_of(part), _read_parameter(part, "content-type", "charset"))


def _plain_text(part: Part) -> str:
    text = decode(_content_of(part)[:_MAX_TEXT], _read_parameter(part, "content-type", "charset")).replace("\r\n", "\n")
    if _read_parameter(part, "content-type", "format").casefold() == "flowed":
        return _join_flowed_lines(
            text, joiner="" if _read_parameter(part, "content-type", "delsp").casefold() == "yes" else " "
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


def _attached_message(part: Part) -> bytes:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _content_of(part)
    encoding = _read_header(part, "content-transfer-encoding").strip().casefold()
    if encoding in ("base64", "quoted-printable") and payload and isinstance(payload[0], Part):
        # Not allowed (RFC 2046, 5.2.1), but in use: the attached text must be decoded before it is a message.
        holder = Part()
        holder["content-transfer-encoding"] = encoding
        holder.set_payload(_serialise(payload[0]).decode("ascii", "surrogateescape"))
        return _content_of(holder)
    return b"".join(_serialise(message) for message in payload if isinstance(message, Part))


def _serialise(part: Part) -> bytes:
    """Return a part as received, as far as the email package keeps it."""
    out = io.BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(part)
    except MessageError:
        return b""
    return out.getvalue()


# --------------------------------------------------------------------------------------------------------- headers


def _read_header(part: Part, name: str) -> str:
    """Return the first header of that name, unfolded; bytes that no standard allows are read as well."""
    for header, value in part.raw_items():
        if header.casefold() == name:
            text = _FOLDED_LINE.sub(" ", str(value)[:_MAX_HEADER_LENGTH])
            try:
                return decode(text.encode("ascii", "surrogateescape"))
            except ValueError:
                return text
    return ""


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


def _read_parameter(part: Part, header: str, name: str) -> str:
    """Return a header's parameter, joined from its parts and decoded (RFC 2231)."""
    holder = Part()
    holder["x"] = _read_header(part, header)
    value = holder.get_param(name, "", header="x")
    if isinstance(value, tuple):
        charset, _, text = value
        return decode(text.encode("latin-1", "replace"), charset or "")
    return str(value or "")


def _file_name(part: Part) -> str:
    name = _read_parameter(part, "content-disposition", "filename") or _read_parameter(part, "content-type", "name")
    return decode_header_text(name).strip()


def parse_date(text: str) -> datetime.datetime | None:
    """Parse the time in a Date header, with its zone (UTC if it has none); None if it cannot be parsed."""
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
