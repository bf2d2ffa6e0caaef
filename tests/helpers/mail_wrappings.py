"""What mail programs wrap a message or its files in, made by hand for tests."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from functools import partial

from ragsheets.formats.mail.message import read_message

read_eml, read_msg, read_tnef, read_signed = (partial(read_message, kind) for kind in ("eml", "msg", "tnef", "p7m"))

MIXED = 'Content-Type: multipart/mixed; boundary="outer"'

# ------------------------------------------------------------------------------------------- winmail.dat (MS-OXTNEF)

_SUBJECT, _BODY, _FILE, _TITLE, _START, _PROPERTIES, _FILE_PROPERTIES, _CODE_PAGE = (
    *(0x00018004, 0x0002800C, 0x0006800F, 0x00018010),
    *(0x00069002, 0x00069003, 0x00069005, 0x00069007),
)
TEXT_8, TEXT_16, BINARY, OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")
STORAGE_INTERFACE = bytes.fromhex("0b00000000000000c000000000000046")

#: A property: its number, its type and its value.
Property = tuple[int, int, bytes]


def _attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*items: Property) -> bytes:
    """The properties of a message or a file, as a winmail.dat holds them; two of kinds that are passed over first."""
    named = struct.pack("<HH", 0x0003, 0x8001) + bytes(16) + struct.pack("<II", 0, 5) + bytes(4)
    several = struct.pack("<HHI", 0x1003, 0x0E07, 2) + bytes(8)
    packed = [named, several]
    for number, kind, value in items:
        packed.append(struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4))
    return struct.pack("<I", len(packed)) + b"".join(packed)


def tnef(
    body: str = "", files: Mapping[str, bytes] | None = None, *, objects: Mapping[str, bytes] | None = None
) -> bytes:
    """A winmail.dat with a text and files; `objects` are values of the property that holds an embedded object."""
    content = bytes.fromhex("789f3e22") + b"\x01\x00"
    content += _attribute(1, _CODE_PAGE, struct.pack("<II", 1252, 0))
    content += _attribute(1, _SUBJECT, b"Wrapped\0") + _attribute(1, _BODY, body.encode("cp1252") + b"\0")
    for name, data in (files or {}).items():
        content += _attribute(2, _START, bytes(14)) + _attribute(2, _TITLE, b"SHORT~1.XLS\0")
        content += _attribute(2, _FILE, data)
        content += _attribute(2, _FILE_PROPERTIES, properties((0x3707, TEXT_16, f"{name}\0".encode("utf-16-le"))))
    for name, data in (objects or {}).items():
        content += _attribute(2, _START, bytes(14))
        label = (0x3001, TEXT_8, name.encode("cp1252") + b"\0")
        content += _attribute(2, _FILE_PROPERTIES, properties(label, (0x3701, OBJECT, data)))
    return content


# ------------------------------------------------------------------------------------------- signatures (RFC 5652)

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")


def _definite(tag: int, content: bytes) -> bytes:
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content


def _indefinite(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


def signed(content: bytes, *, in_chunks: bool = False) -> bytes:
    """A message's content, wrapped in a signature of nobody; `in_chunks`: as programs that do not know its size do."""
    wrap = _indefinite if in_chunks else _definite
    octets = _definite(0x04, content)
    if in_chunks:
        chunks = [content[start : start + 1000] for start in range(0, len(content), 1000)]
        octets = _indefinite(0x24, b"".join(_definite(0x04, chunk) for chunk in chunks))
    inner = wrap(0x30, _DATA + wrap(0xA0, octets))
    data = wrap(0x30, b"\x02\x01\x01" + _definite(0x31, b"") + inner + _definite(0x31, b""))
    return wrap(0x30, _SIGNED_DATA + wrap(0xA0, data))


# ---------------------------------------------------------------------------------------------------- other wrappings


def uuencoded(name: str, content: bytes) -> str:
    """A file packed into a text, as older programs do."""
    lines = [binascii.b2a_uu(content[start : start + 45]).decode("ascii") for start in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


def apple_single(content: bytes) -> bytes:
    """A file in one with what macOS adds to it."""
    head = struct.pack(">II16xH", 0x00051600, 0x00020000, 2)
    entries = struct.pack(">III", 9, 50, 4) + struct.pack(">III", 1, 54, len(content))
    return head + entries + b"XLSX" + content


APPLE_DOUBLE = struct.pack(">II16xH", 0x00051607, 0x00020000, 1) + struct.pack(">III", 9, 38, 32) + bytes(32)


def mbox(messages: Sequence[bytes], *, dash: bool = False, newline: bytes = b"\n") -> bytes:
    """A mailbox file; `dash`: with the lines before each message that Thunderbird writes."""
    line = b"From - Fri Sep 12 10:00:00 2008" if dash else b"From di@example.org Fri Sep 12 10:00:00 2008"
    escaped = (message.replace(b"\nFrom ", b"\n>From ") for message in messages)
    return b"".join(line + newline + message.rstrip(b"\r\n") + newline * 2 for message in escaped)


def emlx(message: bytes) -> bytes:
    """A message as Apple's Mail keeps it."""
    plist = b'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict/></plist>\n'
    return b"%d      \n" % len(message) + message + plist


def multipart(head: str, *parts: tuple[str, bytes], boundary: str = "outer") -> bytes:
    """A message of parts, each with its headers and its bytes, which are encoded in base64."""
    body = b"".join(
        f"--{boundary}\n{part_head}\nContent-Transfer-Encoding: base64\n\n".encode()
        + base64.encodebytes(content)
        + b"\n"
        for part_head, content in parts
    )
    kind = "" if "content-type:" in head.lower() else f'Content-Type: multipart/mixed; boundary="{boundary}"\n'
    return f"{head}\nMIME-Version: 1.0\n{kind}\n".encode() + body + f"--{boundary}--\n".encode()


def plain_message(text: str, files: Mapping[str, bytes], sender: str = "Di <di@example.org>") -> bytes:
    """An ordinary message."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "us@example.org", "Return"
    mail["Date"] = "Fri, 12 Sep 2008 10:00:00 +0100"
    mail.set_content(text)
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
