"""Messages as Outlook saves them (.msg, MS-OXMSG) → letters, read stream by stream so that one bad one costs no other.

A message is a compound file: a storage with a stream for each text and file, and a table of what is shorter.
"""

from __future__ import annotations

import datetime
import email
import email.message
import io
import struct
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats.mail import eml
from ragsheets.formats.mail.raw_message import (
    MOST_DEEP,
    Attachment,
    Letter,
    check_count,
    named,
    refuse_sealed,
    sealed_eml,
    to_eml,
    with_suffix,
)
from ragsheets.formats.text.charset import codec_of_page, decoded
from ragsheets.formats.text.html import html_of, text_of_html
from ragsheets.formats.text.rtf import html_in_rtf, text_of_rtf, unpacked_rtf

if TYPE_CHECKING:
    from olefile.olefile import OleDirectoryEntry, OleFileIO

# Properties, by their numbers (MS-OXPROPS).
_CLASS, _SUBJECT, _HEADERS = 0x001A, 0x0037, 0x007D
_SUBMITTED, _SENT_FOR, _SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0039, 0x0042, 0x0C1A, 0x0C1F, 0x5D01
_BODY, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_TEXT_PAGE, _BODY_PAGE = 0x3FFD, 0x3FDE
_DATA, _SHORT_NAME, _METHOD, _LONG_NAME, _DISPLAY_NAME = 0x3701, 0x3704, 0x3705, 0x3707, 0x3001
_MIME_TYPE, _CONTENT_ID, _HIDDEN, _ADDRESS = 0x370E, 0x3712, 0x7FFE, 0x370D
# Their types (MS-OXCDATA 2.11.1).
_INTEGER, _BOOLEAN, _TIME, _TEXT_8, _TEXT_16, _BINARY = 0x0003, 0x000B, 0x0040, 0x001E, 0x001F, 0x0102
#: Ways of attaching (MS-OXCMSG 2.2.2.9): by reference in several ways, and a message inside of this one.
_BY_REFERENCE, _A_MESSAGE = (2, 3, 4, 7), 5

_TABLE = "__properties_version1.0"
_MESSAGE_INSIDE = "__substg1.0_3701000D"
_ATTACHED = "__attach_version1.0_#"
#: How long the head of the table is (MS-OXMSG 2.4.1): in the message, in one inside of it, in an attachment.
_HEAD, _HEAD_INSIDE, _HEAD_OF_ATTACHMENT = 32, 24, 8

_PICTURES = (".png", ".gif", ".jpg", ".jpeg", ".bmp", ".emz", ".wmz", ".svg")
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_RIGHTS_MANAGED = "application/x-microsoft-rpmsg-message"
_SEALED, _SIGNED = "application/pkcs7-mime", "multipart/signed"
_SEALED_CLASS, _SIGNED_CLASS = "ipm.note.smime", "ipm.note.smime.multipartsigned"
_MOST_ENTRIES = 50_000
#: How much of a text is read, in characters: far more than anybody types.
_MOST_TEXT = 1024 * 1024


def letter_of(content: bytes) -> Letter:
    """The letter in a message's bytes.

    Raises ReturnError as `eml.letter_of`, and anything that olefile raises on what it did not expect.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        entries = [entry for entry in ole.direntries if entry is not None]
        # Streams may be made to share their bytes, and so to come to far more than the file.
        if len(entries) > _MOST_ENTRIES or sum(e.size for e in entries if _is_stream(e)) > len(content):
            raise ReturnError("damaged", found="a message whose parts come to more than itself")
        storage = _Storage(ole, ole.root, [], _HEAD)
        if not storage.has_table:
            raise ReturnError("damaged", found="a file that Office made, but no message")
        return _letter(storage, 0)


def _is_stream(entry: OleDirectoryEntry) -> bool:
    return bool(entry.entry_type == 2)


class _Storage:
    """A storage of the compound file with the properties in it; what is missing or damaged reads as empty."""

    def __init__(self, ole: OleFileIO, entry: OleDirectoryEntry, path: list[str], head: int) -> None:
        self.ole = ole
        self.entry = entry
        self.path = path
        self.head = head
        self.text_page = 1252

    @property
    def has_table(self) -> bool:
        """Whether it has the table that every message has."""
        return _TABLE in self.entry.kids_dict

    def inside(self, name: str, head: int) -> _Storage | None:
        """The storage of this name in it."""
        entry = self.entry.kids_dict.get(name.lower())
        if entry is None or entry.entry_type != 1:
            return None
        inner = _Storage(self.ole, entry, [*self.path, entry.name], head)
        inner.text_page = self.integer(_TEXT_PAGE) or self.text_page
        return inner

    def attached(self) -> list[_Storage]:
        """The storages of its attachments, in order."""
        names = sorted(name for name in self.entry.kids_dict if name.startswith(_ATTACHED))
        return [inner for name in names if (inner := self.inside(name, _HEAD_OF_ATTACHMENT))]

    def text(self, number: int, page: int = 0) -> str:
        """A text; `page` is the code page of one that is not in Unicode, where it is another than the others'."""
        if content := self._stream(number, _TEXT_16):
            return content.decode("utf-16-le", "replace").rstrip("\0")
        charset = codec_of_page(page or self.integer(_TEXT_PAGE) or self.text_page)
        return decoded(self._stream(number, _TEXT_8), charset).rstrip("\0")

    def binary(self, number: int) -> bytes:
        """Bytes."""
        return self._stream(number, _BINARY)

    def integer(self, number: int) -> int:
        """A number or a truth value; 0 where there is none."""
        return int.from_bytes(self._table.get((number, _INTEGER), b""), "little")

    def is_true(self, number: int) -> bool:
        """A truth value."""
        return self._table.get((number, _BOOLEAN), b"")[:1] == b"\x01"

    def time(self, number: int) -> datetime.datetime | None:
        """A time, which is kept in tenths of microseconds."""
        value = self._table.get((number, _TIME))
        if not value or not any(value):
            return None
        try:
            return _EPOCH + datetime.timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None

    def _stream(self, number: int, kind: int) -> bytes:
        return self._read(f"__substg1.0_{number:04x}{kind:04x}")

    def _read(self, name: str) -> bytes:
        entry = self.entry.kids_dict.get(name)
        if entry is None or not _is_stream(entry):
            return b""
        try:
            with self.ole.openstream([*self.path, entry.name]) as stream:
                return bytes(stream.read())
        except OSError:
            return b""

    @cached_property
    def _table(self) -> dict[tuple[int, int], bytes]:
        rows = self._read(_TABLE)[self.head :]
        rows = rows[: len(rows) // 16 * 16]
        return {
            (number, kind): value[:4] if kind == _INTEGER else value
            for kind, number, value in struct.iter_unpack("<HH4x8s", rows)
        }


def _letter(storage: _Storage, depth: int) -> Letter:
    if depth > MOST_DEEP:
        raise ReturnError("damaged", found=f"a message with more than {MOST_DEEP} messages inside of one another")
    attached = storage.attached()
    check_count(len(attached))
    kind, content = _sealed(storage, attached)
    if kind == _RIGHTS_MANAGED:
        raise ReturnError("encrypted")
    if kind == _SEALED:
        refuse_sealed(content)
    signed = eml.letter_of(content) if kind else None
    plain, html = (signed.plain, signed.html) if signed else _texts(storage)
    files = (item for inner in attached if (item := _attachment(inner, depth)))
    references = (inner for inner in attached if inner.integer(_METHOD) in _BY_REFERENCE)
    return Letter(
        date=_date(storage),
        sender=_sender(storage),
        subject=storage.text(_SUBJECT),
        plain=plain,
        html=html,
        attachments=signed.attachments if signed else named(files),
        links=tuple(inner.text(_ADDRESS) for inner in references),
    )


def _sealed(storage: _Storage, attached: list[_Storage]) -> tuple[str, bytes]:
    """Type and content of the single attachment that holds a signed or encrypted message; empty in any other.

    MS-OXOSMIME 2.1 and MS-OXORMMS 2.2.
    """
    if any(inner.text(_MIME_TYPE).casefold() == _RIGHTS_MANAGED for inner in attached):
        return _RIGHTS_MANAGED, b""
    kind = storage.text(_CLASS).casefold()
    if not kind.startswith(_SEALED_CLASS) or not attached:
        return "", b""
    return _SIGNED if kind == _SIGNED_CLASS else _SEALED, attached[0].binary(_DATA)


def _texts(storage: _Storage) -> tuple[str, str]:
    """The message's text, plain and as HTML: Outlook keeps it in one, two or three forms."""
    page = storage.integer(_BODY_PAGE)
    packed = storage.binary(_RTF)
    html = html_of(content, codec_of_page(page) if page else "") if (content := storage.binary(_HTML)) else ""
    html = html or storage.text(_HTML, page)
    plain = storage.text(_BODY, page)[:_MOST_TEXT]
    if packed and not (plain.strip() or html.strip()):
        rtf = unpacked_rtf(packed)
        html = html_in_rtf(rtf)
        plain = "" if html else text_of_rtf(rtf)
    return plain if plain.strip() else text_of_html(html), html


def _attachment(inner: _Storage, depth: int) -> Attachment | None:
    """The file, or None for a mere picture of the text and for a link to a file elsewhere."""
    name = inner.text(_LONG_NAME) or inner.text(_SHORT_NAME) or inner.text(_DISPLAY_NAME)
    is_picture = inner.text(_MIME_TYPE).casefold().startswith("image/") or name.casefold().endswith(_PICTURES)
    if is_picture and (inner.text(_CONTENT_ID) or inner.is_true(_HIDDEN)):
        return None
    if inner.integer(_METHOD) == _A_MESSAGE and (message := inner.inside(_MESSAGE_INSIDE, _HEAD_INSIDE)):
        kind, sealed = _sealed(message, message.attached())
        # What a key is needed for is told of the attached message, not of the one that brings it.
        packed = sealed_eml(kind, sealed) if kind in (_SEALED, _RIGHTS_MANAGED) else to_eml(_letter(message, depth + 1))
        return Attachment(with_suffix(name or message.text(_SUBJECT), ".eml", "message"), packed)
    content = inner.binary(_DATA)
    if not content and inner.integer(_METHOD) in _BY_REFERENCE:
        return None
    return Attachment(name, content)


def _date(storage: _Storage) -> datetime.datetime | None:
    head = _head(storage)
    return storage.time(_SUBMITTED) or (eml.date_of(head["date"]) if "date" in head else None)


def _sender(storage: _Storage) -> str:
    name = storage.text(_SENDER) or storage.text(_SENT_FOR)
    address = storage.text(_SENDER_SMTP) or storage.text(_SENDER_ADDRESS)
    # Inside one organisation the address may be a path in its directory, which tells nobody anything.
    address = address if "@" in address else ""
    if address:
        return f"{name} <{address}>" if name and name != address else address
    return name or eml.in_words(str(_head(storage).get("from", "")))


def _head(storage: _Storage) -> email.message.Message:
    return email.message_from_string(storage.text(_HEADERS))
