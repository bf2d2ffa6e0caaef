"""Outlook's own wrapping of messages (MS-OXTNEF): the winmail.dat that other programs show as an attachment."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ragsheets.errors import ReturnError
from ragsheets.formats.compound_object import file_in_object
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.mail import outlook
from ragsheets.formats.mail.message_head import TNEF_SIGNATURE
from ragsheets.formats.mail.raw_message import (
    MAX_DEPTH,
    RawMessage,
    check_attachment_count,
    ensure_suffix,
    name_attachments,
    to_eml,
)
from ragsheets.formats.text.charset import codec_of_code_page, decode
from ragsheets.formats.text.html import decode_html

MIME_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_HEAD_SIZE, _ATTRIBUTE_HEAD, _CHECKSUM_SIZE = 6, 9, 2
# Attributes, by the lower half of their numbers (MS-OXTNEF 2.1.3.2).
_SUBJECT, _BODY, _FILE, _TITLE = 0x8004, 0x800C, 0x800F, 0x8010
_NEXT_ATTACHMENT, _MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES, _CODE_PAGE = 0x9002, 0x9003, 0x9005, 0x9007
#: The sizes of properties by their types, for those that have one (MS-OXCDATA 2.11.1).
_SIZES = (
    {0x0002: 2, outlook.BOOLEAN: 2, outlook.INTEGER: 4, 0x0004: 4, 0x000A: 4, 0x0001: 4}
    | dict.fromkeys((0x0005, 0x0006, 0x0007, 0x0014, outlook.TIME), 8)
    | {0x0048: 16}
)
#: What marks a property of several values; the first number of those with a name, and the size of its set's number.
_MULTIPLE, _FIRST_NAMED, _SET_SIZE = 0x1000, 0x8000, 16
#: What an object begins with: the interface that it has (a message, or a compound file of another program).
_INTERFACE_SIZE, _MESSAGE_INTERFACE = 16, bytes.fromhex("0703020000000000c000000000000046")
#: The most attributes and properties that are read; real messages have some dozens.
_MAX_ITEMS = 20_000


def parse_tnef(content: bytes, depth: int = 0) -> RawMessage:
    """Parse the bytes of a winmail.dat into a raw message; it states neither sender nor date.

    Raises ReturnError: "damaged", or "too-large" if it has too many attachments.
    """
    if depth > MAX_DEPTH:
        raise ReturnError("damaged", found=f"a message with more than {MAX_DEPTH} messages inside one another")
    message = _WrappedMessage()
    attachments: list[_WrappedFile] = []
    for attribute, data in _attributes(content):
        if attribute == _NEXT_ATTACHMENT:
            attachments.append(_WrappedFile())
            check_attachment_count(len(attachments))
        elif attribute in (_FILE, _TITLE, _ATTACHMENT_PROPERTIES) and not attachments:
            continue
        elif attribute == _FILE:
            attachments[-1].content = data
        elif attribute == _TITLE:
            attachments[-1].title = decode(data, message.codec).rstrip("\0")
        elif attribute == _ATTACHMENT_PROPERTIES:
            attachments[-1].properties = _properties(data)
        elif attribute == _MESSAGE_PROPERTIES:
            message.properties = _properties(data)
        elif attribute == _CODE_PAGE and len(data) >= 4:
            message.codec = codec_of_code_page(int.from_bytes(data[:4], "little"))
        elif attribute == _BODY:
            message.body = data
        elif attribute == _SUBJECT:
            message.subject = data
    plain, html = message.texts()
    files = [file.attachment(message.codec, depth) for file in attachments]
    return RawMessage(
        date=None,
        sender="",
        subject=_text(message.properties, outlook.SUBJECT, message.codec)
        or decode(message.subject, message.codec).rstrip("\0"),
        plain=plain,
        html=html,
        attachments=name_attachments(file for file in files if file),
    )


#: Properties by number, each with its type and value.
_Properties = dict[int, tuple[int, bytes]]


@dataclass
class _WrappedMessage:
    """What is known of the message so far."""

    codec: str = "cp1252"
    body: bytes = b""
    subject: bytes = b""
    properties: _Properties = field(default_factory=dict)

    def texts(self) -> tuple[str, str]:
        """Return its text, plain and as HTML."""
        plain = _text(self.properties, outlook.BODY, self.codec) or decode(self.body, self.codec).rstrip("\0")
        html_type, html = self.properties.get(outlook.HTML, (0, b""))
        code_page = int.from_bytes(self.properties.get(outlook.BODY_CODE_PAGE, (0, b""))[1], "little")
        codec = "utf-16-le" if html_type == outlook.STRING_16 else codec_of_code_page(code_page) if code_page else ""
        _, rtf = self.properties.get(outlook.RTF, (0, b""))
        return outlook.body_texts(plain, decode_html(html.rstrip(b"\0"), codec), rtf)


@dataclass
class _WrappedFile:
    """What is known of an attached file so far."""

    title: str = ""
    content: bytes = b""
    properties: _Properties = field(default_factory=dict)

    def attachment(self, codec: str, depth: int) -> ContainedFile | None:
        """Return the file, the workbook in an object, or an attached message; None where there is nothing."""
        names = (_text(self.properties, name, codec) for name in outlook.FILE_NAMES)
        name = next(filter(None, names), self.title)
        kind, data = self.properties.get(outlook.ATTACHED_DATA, (0, b""))
        if kind != outlook.OBJECT:
            content = self.content or data
            return ContainedFile(name, content) if content else None
        inner = data[_INTERFACE_SIZE:]
        if data.startswith(_MESSAGE_INTERFACE):
            message = parse_tnef(inner, depth + 1)
            return ContainedFile(ensure_suffix(name or message.subject, ".eml", "message"), to_eml(message))
        embedded = file_in_object(inner)
        return ContainedFile(embedded.name or name, embedded.content)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the value of each attribute; what is cut off is left out."""
    if not content.startswith(TNEF_SIGNATURE) or len(content) < _HEAD_SIZE + _ATTRIBUTE_HEAD:
        raise ReturnError("damaged", found="not a message in Outlook's format")
    position = _HEAD_SIZE
    for _ in range(_MAX_ITEMS):
        if position + _ATTRIBUTE_HEAD > len(content):
            return
        _, number, size = struct.unpack_from("<BII", content, position)
        start = position + _ATTRIBUTE_HEAD
        yield number & 0xFFFF, content[start : start + size]
        position = start + size + _CHECKSUM_SIZE


def _properties(data: bytes) -> _Properties:
    """Return the properties of a message or a file, up to the first that cannot be read (MS-OXTNEF 2.1.3.4)."""
    properties: _Properties = {}
    reader = _Reader(data)
    with contextlib.suppress(EOFError):  # what was read before is kept
        for _ in range(min(reader.number(), _MAX_ITEMS)):
            kind, number = struct.unpack("<HH", reader.take(4))
            if number >= _FIRST_NAMED:
                reader.take(_SET_SIZE)
                has_name = reader.number()
                reader.take_padded(reader.number() if has_name else 4)
            if values := _values(reader, kind):
                properties.setdefault(number, (kind & ~_MULTIPLE, values[0]))
    return properties


def _values(reader: _Reader, kind: int) -> list[bytes]:
    base = kind & ~_MULTIPLE
    if size := _SIZES.get(base):
        count = reader.number() if kind & _MULTIPLE else 1
        return [reader.take_padded(size) for _ in range(min(count, _MAX_ITEMS))]
    if base not in (outlook.OBJECT, outlook.STRING_8, outlook.STRING_16, outlook.BINARY):
        raise EOFError
    return [reader.take_padded(reader.number()) for _ in range(min(reader.number(), _MAX_ITEMS))]


class _Reader:
    """Reads bytes one piece after the other; raises EOFError at the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if self._position + size > len(self._data):
            raise EOFError
        self._position += size
        return self._data[self._position - size : self._position]

    def take_padded(self, size: int) -> bytes:
        """Return the next bytes; the next piece begins at a multiple of four after them."""
        piece = self.take(size)
        self._position += -size % 4
        return piece

    def number(self) -> int:
        """Return the next number of four bytes."""
        return int.from_bytes(self.take(4), "little")


def _text(properties: _Properties, number: int, codec: str) -> str:
    kind, value = properties.get(number, (0, b""))
    if kind == outlook.STRING_16:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return decode(value, codec).rstrip("\0") if kind == outlook.STRING_8 else ""
