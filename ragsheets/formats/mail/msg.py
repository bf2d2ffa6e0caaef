"""Messages as saved by Outlook (.msg, MS-OXMSG) → raw messages, read stream by stream so that a bad one costs no other.

A message is a compound file: a storage with a stream for each text and file, and a table of the shorter properties.
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
from ragsheets.formats.compound_object import embedded_file
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.mail import eml, outlook
from ragsheets.formats.mail.automatic_message import find_automatic_message
from ragsheets.formats.mail.mime_part import decode_header_text, parse_date
from ragsheets.formats.mail.pictures import PICTURE_SUFFIXES, is_large_picture
from ragsheets.formats.mail.raw_message import (
    MAX_DEPTH,
    RawMessage,
    check_attachment_count,
    ensure_suffix,
    errors_with_head,
    name_attachments,
    protected_eml,
    to_eml,
)
from ragsheets.formats.text.charset import codec_of_code_page, decode
from ragsheets.formats.text.html import decode_html

if TYPE_CHECKING:
    from olefile.olefile import OleDirectoryEntry, OleFileIO

# Properties that only this form has (MS-OXPROPS).
_MESSAGE_CLASS, _HEADERS, _REPORT_TEXT, _TEXT_CODE_PAGE = 0x001A, 0x007D, 0x1001, 0x3FFD
_SUBMITTED, _SENT_REPRESENTING, _SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0039, 0x0042, 0x0C1A, 0x0C1F, 0x5D01
_ATTACH_METHOD, _MIME_TYPE, _CONTENT_ID, _HIDDEN, _ADDRESS = 0x3705, 0x370E, 0x3712, 0x7FFE, 0x370D
#: Attachment methods (MS-OXCMSG 2.2.2.9): by reference (several kinds), and a message embedded in this one.
_BY_REFERENCE, _EMBEDDED_MESSAGE = (2, 3, 4, 7), 5

_PROPERTY_STREAM = "__properties_version1.0"
_EMBEDDED_STORAGE = "__substg1.0_3701000D"
_ATTACHMENT_PREFIX = "__attach_version1.0_#"
#: The length of the property stream's header (MS-OXMSG 2.4.1): in a message, an embedded message, an attachment.
_HEADER_SIZE, _EMBEDDED_HEADER_SIZE, _ATTACHMENT_HEADER_SIZE = 32, 24, 8

_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_RIGHTS_MANAGED_TYPE = "application/x-microsoft-rpmsg-message"
_SMIME_TYPE, _SIGNED_TYPE = "application/pkcs7-mime", "multipart/signed"
_SMIME_CLASS, _SIGNED_CLASS = "ipm.note.smime", "ipm.note.smime.multipartsigned"
_MAX_ENTRIES = 50_000
#: How much of a text is read, in characters: far more than anyone types.
_MAX_TEXT = 1024 * 1024


def parse_msg(content: bytes) -> RawMessage:
    """Parse the bytes of a .msg file into a raw message.

    Raises ReturnError as `eml.parse_eml`, and anything that olefile raises on unexpected content.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        entries = [entry for entry in ole.direntries if entry is not None]
        # Streams can be crafted to share bytes, so that together they exceed the size of the file by far.
        sizes = [entry.size for entry in entries if _is_stream(entry) and entry.size <= len(content)]
        if len(entries) > _MAX_ENTRIES or sum(sizes) > len(content):
            raise _too_much_error()
        storage = _Storage(ole, ole.root, [], _HEADER_SIZE, len(content))
        if not storage.has_properties:
            raise ReturnError("damaged", found="an Office file that is not a message")
        return _parse_message(storage, 0)


def _too_much_error() -> ReturnError:
    return ReturnError("damaged", found="a message whose parts come to more than itself")


def _is_stream(entry: OleDirectoryEntry) -> bool:
    return bool(entry.entry_type == 2)


class _Storage:
    """A storage of the compound file with its properties; missing or damaged ones read as empty.

    A stream that states more than `max_size` bytes is an error where it is read.
    """

    def __init__(
        self, ole: OleFileIO, entry: OleDirectoryEntry, path: list[str], header_size: int, max_size: int
    ) -> None:
        self.ole = ole
        self.entry = entry
        self.path = path
        self.header_size = header_size
        self.max_size = max_size
        self.code_page = 1252

    @property
    def has_properties(self) -> bool:
        """Whether it has the property stream that every message has."""
        return _PROPERTY_STREAM in self.entry.kids_dict

    def substorage(self, name: str, header_size: int) -> _Storage | None:
        """Return its substorage of this name, or None."""
        entry = self.entry.kids_dict.get(name.lower())
        if entry is None or entry.entry_type != 1:
            return None
        storage = _Storage(self.ole, entry, [*self.path, entry.name], header_size, self.max_size)
        storage.code_page = self.integer(_TEXT_CODE_PAGE) or self.code_page
        return storage

    def attachments(self) -> list[_Storage]:
        """Return the storages of its attachments, in order."""
        names = sorted(name for name in self.entry.kids_dict if name.startswith(_ATTACHMENT_PREFIX))
        return [storage for name in names if (storage := self.substorage(name, _ATTACHMENT_HEADER_SIZE))]

    def text(self, property_id: int, code_page: int = 0) -> str:
        """Return a text property; `code_page` applies to one not in Unicode, and overrides the storage's own."""
        if content := self._read_property(property_id, outlook.STRING_16):
            return content.decode("utf-16-le", "replace").rstrip("\0")
        charset = codec_of_code_page(code_page or self.integer(_TEXT_CODE_PAGE) or self.code_page)
        return decode(self._read_property(property_id, outlook.STRING_8), charset).rstrip("\0")

    def binary(self, property_id: int) -> bytes:
        """Return a binary property."""
        return self._read_property(property_id, outlook.BINARY)

    def integer(self, property_id: int) -> int:
        """Return an integer property; 0 if there is none."""
        return int.from_bytes(self._properties.get((property_id, outlook.INTEGER), b""), "little")

    def is_true(self, property_id: int) -> bool:
        """Return a boolean property; False if there is none."""
        return self._properties.get((property_id, outlook.BOOLEAN), b"")[:1] == b"\x01"

    def time(self, property_id: int) -> datetime.datetime | None:
        """Return a time property, which is stored in tenths of microseconds; None if there is none."""
        value = self._properties.get((property_id, outlook.TIME))
        if not value or not any(value):
            return None
        try:
            return _EPOCH + datetime.timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None

    def _read_property(self, property_id: int, property_type: int) -> bytes:
        return self.stream(f"__substg1.0_{property_id:04x}{property_type:04x}")

    def stream_names(self) -> list[str]:
        """Return the names of the streams in it."""
        return [entry.name for entry in self.entry.kids if _is_stream(entry)]

    def stream(self, name: str) -> bytes:
        """Return the bytes of a stream in it; b"" if there is none."""
        entry = self.entry.kids_dict.get(name.lower())
        if entry is None or not _is_stream(entry):
            return b""
        if entry.size > self.max_size:
            raise _too_much_error()
        try:
            with self.ole.openstream([*self.path, entry.name]) as stream:
                return bytes(stream.read())
        except OSError:
            return b""

    @cached_property
    def _properties(self) -> dict[tuple[int, int], bytes]:
        rows = self.stream(_PROPERTY_STREAM)[self.header_size :]
        rows = rows[: len(rows) // 16 * 16]
        return {
            (number, kind): value[:4] if kind == outlook.INTEGER else value
            for kind, number, value in struct.iter_unpack("<HH4x8s", rows)
        }


def _parse_message(storage: _Storage, depth: int) -> RawMessage:
    if depth > MAX_DEPTH:
        raise ReturnError("damaged", found=f"a message with more than {MAX_DEPTH} messages inside one another")
    attachments = storage.attachments()
    check_attachment_count(len(attachments))
    sender, subject = _sender(storage), storage.text(outlook.SUBJECT)
    with errors_with_head(sender, subject):
        signed = _signed_message(storage, attachments)
    references = (attachment for attachment in attachments if attachment.integer(_ATTACH_METHOD) in _BY_REFERENCE)
    links = tuple(attachment.text(_ADDRESS) for attachment in references)
    if signed:
        plain, html, items, links = signed.plain, signed.html, signed.attachments, (*signed.links, *links)
    else:
        plain, html = _body_texts(storage)
        items = name_attachments(item for attachment in attachments if (item := _read_attachment(attachment, depth)))
    return RawMessage(
        date=_date(storage),
        sender=sender,
        subject=subject,
        plain=plain,
        html=html,
        attachments=items,
        links=links,
        automatic=find_automatic_message(
            _headers(storage),
            sender=sender,
            subject=subject,
            text=plain or storage.text(_REPORT_TEXT),
            attachments=items,
            message_class=storage.text(_MESSAGE_CLASS),
        ),
    )


def _signed_message(storage: _Storage, attachments: list[_Storage]) -> RawMessage | None:
    """Return the signed message inside a message, None where it is not signed; raise ReturnError where it is locked."""
    protection, content = _protected_content(storage, attachments)
    if protection == _RIGHTS_MANAGED_TYPE:
        raise ReturnError("encrypted-message")
    if protection == _SMIME_TYPE:
        return eml.parse_signed(content)
    return eml.parse_eml(content) if protection else None


def _protected_content(storage: _Storage, attachments: list[_Storage]) -> tuple[str, bytes]:
    """Return the type and content of the attachment that holds a signed or encrypted message; both empty if none does.

    A rights-managed message has a type, but its content is left out. See MS-OXOSMIME 2.1 and MS-OXORMMS 2.2.
    """
    if any(attachment.text(_MIME_TYPE).casefold() == _RIGHTS_MANAGED_TYPE for attachment in attachments):
        return _RIGHTS_MANAGED_TYPE, b""
    message_class = storage.text(_MESSAGE_CLASS).casefold()
    if not message_class.startswith(_SMIME_CLASS) or not attachments:
        return "", b""
    return _SIGNED_TYPE if message_class == _SIGNED_CLASS else _SMIME_TYPE, attachments[0].binary(outlook.ATTACHED_DATA)


def _body_texts(storage: _Storage) -> tuple[str, str]:
    """Return the message's text, plain and as HTML."""
    codepage = storage.integer(outlook.BODY_CODE_PAGE)
    html = (
        decode_html(content, codec_of_code_page(codepage) if codepage else "")
        if (content := storage.binary(outlook.HTML))
        else ""
    )
    plain = storage.text(outlook.BODY, codepage)[:_MAX_TEXT]
    return outlook.body_texts(plain, html or storage.text(outlook.HTML, codepage), storage.binary(outlook.RTF))


def _read_attachment(storage: _Storage, depth: int) -> ContainedFile | None:
    """Read an attached file; None for a small picture that belongs to the text and for a link to a file elsewhere."""
    name = next(filter(None, map(storage.text, outlook.FILE_NAMES)), "")
    is_picture = storage.text(_MIME_TYPE).casefold().startswith("image/") or name.casefold().endswith(PICTURE_SUFFIXES)
    content = storage.binary(outlook.ATTACHED_DATA)
    if is_picture and (storage.text(_CONTENT_ID) or storage.is_true(_HIDDEN)) and not is_large_picture(content):
        return None
    method = storage.integer(_ATTACH_METHOD)
    embedded = storage.substorage(_EMBEDDED_STORAGE, _EMBEDDED_HEADER_SIZE)
    if embedded and method == _EMBEDDED_MESSAGE:
        label = ensure_suffix(name or embedded.text(outlook.SUBJECT), ".eml", "message")
        return ContainedFile(label, _attached_eml(embedded, depth))
    if embedded and (file := embedded_file(embedded.stream_names(), embedded.stream)):
        return ContainedFile(file.name or name, file.content)
    return ContainedFile(name, content) if content or method not in _BY_REFERENCE else None


def _attached_eml(message: _Storage, depth: int) -> bytes:
    """Return an attached message as an .eml file; one that is encrypted is reported there, not for the whole."""
    protection, content = _protected_content(message, message.attachments())
    if protection in (_SMIME_TYPE, _RIGHTS_MANAGED_TYPE):
        return protected_eml(protection, content)
    return to_eml(_parse_message(message, depth + 1))


def _date(storage: _Storage) -> datetime.datetime | None:
    headers = _headers(storage)
    return storage.time(_SUBMITTED) or (parse_date(headers["date"]) if "date" in headers else None)


def _sender(storage: _Storage) -> str:
    name = storage.text(_SENDER) or storage.text(_SENT_REPRESENTING)
    address = storage.text(_SENDER_SMTP) or storage.text(_SENDER_ADDRESS)
    if "@" in address:
        return f"{name} <{address}>" if name and name != address else address
    # Inside an organisation the address may be a path in its directory, which means nothing to a reader.
    from_header = decode_header_text(str(_headers(storage).get("from", "")))
    return from_header if "@" in from_header or not name else name


def _headers(storage: _Storage) -> email.message.Message:
    return email.message_from_string(storage.text(_HEADERS))
