"""Messages in the form of the internet (RFC 5322 and MIME) → letters, whatever state they are in."""

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
from ragsheets.formats.mail.raw_message import MOST_DEEP, Attachment, Letter, named, refuse_sealed, with_suffix
from ragsheets.formats.text.charset import decoded
from ragsheets.formats.text.html import html_of, text_of_html

#: One of these at least is in every message that was ever sent.
_HEADS = ("from", "date", "subject", "to", "received", "message-id", "content-type", "sender", "return-path")
#: Contents that only a key opens: S/MIME (RFC 8551), PGP/MIME (RFC 3156), Microsoft's rights management.
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_ENCRYPTED = {"multipart/encrypted", "application/x-microsoft-rpmsg-message"}
#: A signature beside the signed words (RFC 8551, RFC 3156): nobody wrote it.
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
#: What programs add beside a message's text for other programs.
_OTHER_TEXTS = {"text/x-amp-html", "text/watch-html"}

#: What programs put before the message: the length (Apple's .emlx), the line that begins a message in a mailbox.
_BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf)?[\s\0]*(?:\d{1,12}[ \t]*\r?\n)?(?:From [^\r\n]*\r?\n)?")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?")
_FOLD = re.compile(r"\r?\n[ \t]*|[\r\n]+")
#: How long a header may be, in characters: the email package takes time that grows with the square.
_LONGEST_HEADER = 20_000
_CONTENT_HEADER = re.compile(rb"^content-[a-z-]{1,40}:(?:[^\n]*\n[ \t])*[^\n]*", re.IGNORECASE | re.MULTILINE)
#: How many lines there may be, and how many may begin as one between parts does: for each of them the email package
#: may make a part. 64 MiB of attached files come to less than half as many.
_MOST_LINES, _MOST_BOUNDARIES = 2_000_000, 20_000
#: How much of a text is read, in bytes: far more than anybody types.
_MOST_TEXT = 1024 * 1024


def letter_of(content: bytes) -> Letter:
    """The letter in a message's bytes.

    Raises ReturnError: "damaged" where there is no message, "encrypted" and "unreadable" where it is sealed,
    "too-large" where it has too many attachments; and anything that the email package raises on what it did not
    expect.
    """
    return _letter_of(content, 0)


def _letter_of(content: bytes, depth: int) -> Letter:
    _check_size(content)
    message = email.message_from_bytes(_BEFORE.sub(b"", content, count=1))
    if not any(name in message for name in _HEADS):
        raise ReturnError("damaged", found="a file without the head of a message")
    found = _Found()
    found.take(message, depth)
    return Letter(
        date=date_of(_header(message, "date")),
        sender=in_words(_header(message, "from")),
        subject=in_words(_header(message, "subject")),
        plain="\n".join(found.plain),
        html="\n".join(found.html),
        attachments=named(found.attachments),
    )


def _check_size(content: bytes) -> None:
    if content.count(b"\n") > _MOST_LINES or content.count(b"\n--") > _MOST_BOUNDARIES:
        raise ReturnError("too-large", found="a message with too many lines or parts", wanted="an ordinary message")
    if any(found.end() - found.start() > _LONGEST_HEADER for found in _CONTENT_HEADER.finditer(content)):
        raise ReturnError("damaged", found="a message whose head is far too long")


@dataclass
class _Found:
    """What has been found in a message's parts: all its text as plain text, and what of it there is as HTML."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def take(self, part: Part, depth: int, *, of_several: bool = False) -> None:
        """Take in a part and those inside of it; `of_several`: it is one of several forms of the same text."""
        if depth > MOST_DEEP:
            raise ReturnError("damaged", found=f"a message with more than {MOST_DEEP} parts inside of one another")
        kind = part.get_content_type()
        if kind in _ENCRYPTED:
            raise ReturnError("encrypted")
        if kind in _SEALED:
            refuse_sealed(_bytes_of(part))
        if kind.startswith("message/"):
            self._take_message(part, kind)
        elif not part.is_multipart():
            self._take_leaf(part, kind, of_several)
        elif kind == "multipart/alternative" and not of_several:
            self._take_forms(part, depth)
        else:
            for inner in _parts_of(part):
                self.take(inner, depth + 1, of_several=of_several)

    def _take_forms(self, part: Part, depth: int) -> None:
        """Take in the forms of one text: the plain one counts where there are words in it."""
        plain, html = len(self.plain), len(self.html)
        for inner in _parts_of(part):
            self.take(inner, depth + 1, of_several=True)
        if not "".join(self.plain[plain:]).strip():
            self.plain.extend(text_of_html(form) for form in self.html[html:])

    def _take_message(self, part: Part, kind: str) -> None:
        name = _file_name(part)
        if kind in ("message/rfc822", "message/global"):
            content = _attached_message(part)
            subject = in_words(_header(email.message_from_bytes(content), "subject"))
            self.attachments.append(
                Attachment(with_suffix(name or subject, ".eml", f"message {len(self.attachments) + 1}"), content)
            )
        elif kind != "message/delivery-status" or name:
            self.attachments.append(Attachment(name, _written(part)))

    def _take_leaf(self, part: Part, kind: str, of_several: bool) -> None:
        name = _file_name(part)
        disposition = _header(part, "content-disposition").partition(";")[0].strip().casefold()
        if kind.startswith("image/") and (disposition == "inline" or part.get("content-id")):
            return
        if kind in _SIGNATURES or kind in _OTHER_TEXTS:
            return
        is_text = not name and disposition != "attachment"
        if is_text and kind == "text/html":
            self.html.append(_html_of(part))
            if not of_several:
                self.plain.append(text_of_html(self.html[-1]))
        elif is_text and (kind == "text/plain" or part.get_content_maintype() == "multipart"):
            self.plain.append(_plain_of(part))
        else:
            self.attachments.append(Attachment(name, _bytes_of(part)))


def _parts_of(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Part)] if isinstance(payload, list) else []


# -------------------------------------------------------------------------------------------------------- contents


def _bytes_of(part: Part) -> bytes:
    """A part's content, decoded as far as it can be."""
    if _header(part, "content-transfer-encoding").strip().casefold() == "base64":
        payload = part.get_payload()
        return _base64(payload.encode("ascii", "replace")) if isinstance(payload, str) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _base64(content: bytes) -> bytes:
    """What base64 stands for, without the rubbish that mailing lists and scanners put among it."""
    # Padding ends a run; some programs encode a file in several runs.
    runs = re.split(rb"=+", _NO_BASE64.sub(b"", content.translate(None, b"\r\n")))
    return b"".join(_run(run) for run in runs)


def _run(run: bytes) -> bytes:
    whole = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _html_of(part: Part) -> str:
    return html_of(_bytes_of(part), _parameter(part, "content-type", "charset"))


def _plain_of(part: Part) -> str:
    text = decoded(_bytes_of(part)[:_MOST_TEXT], _parameter(part, "content-type", "charset")).replace("\r\n", "\n")
    if _parameter(part, "content-type", "format").casefold() == "flowed":
        return _unflowed(text, glue="" if _parameter(part, "content-type", "delsp").casefold() == "yes" else " ")
    return text


def _unflowed(text: str, glue: str) -> str:
    """Text whose paragraphs were broken into lines that end in a blank (RFC 3676, section 4)."""
    lines: list[str] = []
    flows_on, depth = False, 0
    for raw in text.split("\n"):
        marks = len(raw) - len(raw.lstrip(">"))
        line = raw[marks:].removeprefix(" ")
        if flows_on and marks == depth and line != "-- ":
            lines[-1] += line
        else:
            lines.append(f"{'>' * marks} {line}" if marks else line)
        flows_on, depth = line.endswith(" ") and line != "-- ", marks
        if flows_on:
            lines[-1] = lines[-1][:-1] + glue
    return "\n".join(lines)


def _attached_message(part: Part) -> bytes:
    inner = part.get_payload()
    if not isinstance(inner, list):
        return _bytes_of(part)
    encoding = _header(part, "content-transfer-encoding").strip().casefold()
    if encoding in ("base64", "quoted-printable") and inner and isinstance(inner[0], Part):
        # Not allowed (RFC 2046, 5.2.1), but done: the message's text is then no message yet.
        holder = Part()
        holder["content-transfer-encoding"] = encoding
        holder.set_payload(_written(inner[0]).decode("ascii", "surrogateescape"))
        return _bytes_of(holder)
    return b"".join(_written(message) for message in inner if isinstance(message, Part))


def _written(part: Part) -> bytes:
    """A part as it came, as far as the email package keeps it."""
    out = io.BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(part)
    except MessageError:
        return b""
    return out.getvalue()


# --------------------------------------------------------------------------------------------------------- headers


def _header(part: Part, name: str) -> str:
    """The first header of that name, in one line; bytes that no standard allows are read all the same."""
    for found, value in part.raw_items():
        if found.casefold() == name:
            text = _FOLD.sub(" ", str(value)[:_LONGEST_HEADER])
            try:
                return decoded(text.encode("ascii", "surrogateescape"))
            except ValueError:
                return text
    return ""


def in_words(text: str) -> str:
    """A header's text with its encoded words (RFC 2047) decoded."""
    if not _ENCODED_WORD.search(text):
        return text
    try:
        pieces = email.header.decode_header(text)
    except MessageError:
        return text
    return "".join(piece if isinstance(piece, str) else _undone(piece, charset) for piece, charset in pieces)


def _undone(piece: bytes, charset: str | None) -> str:
    # Text between encoded words comes back in the form in which Python writes what is not Latin-1.
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decoded(piece, charset.split("*")[0])


def _parameter(part: Part, header: str, name: str) -> str:
    """A header's parameter, put together from its parts and decoded (RFC 2231)."""
    holder = Part()
    holder["x"] = _header(part, header)
    value = holder.get_param(name, "", header="x")
    if isinstance(value, tuple):
        charset, _, text = value
        return decoded(text.encode("latin-1", "replace"), charset or "")
    return str(value or "")


def _file_name(part: Part) -> str:
    name = _parameter(part, "content-disposition", "filename") or _parameter(part, "content-type", "name")
    return in_words(name).strip()


def date_of(text: str) -> datetime.datetime | None:
    """The time that a Date header tells, with its zone (UTC where it has none); None where it tells none."""
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
