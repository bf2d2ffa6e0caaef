"""Compound files (MS-CFB), as Office made them before its archives: written for tests, well formed or not.

What is given is a tree: a stream is its bytes, a storage a mapping of what is in it. `compound` lays it out as
Office does; `outlook` builds the tree of a message (MS-OXMSG) for it.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Tree = Mapping[str, "bytes | Tree"]

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
SECTOR, MINI_SECTOR, MINI_CUTOFF, ENTRY = 512, 64, 4096, 128
FREE, END, FAT, DIFAT, NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
PER_SECTOR = SECTOR // 4
IN_HEADER = 109


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file that holds the streams and storages of `tree`."""
    entries = _entries(tree)
    mini, big = _Chains(MINI_SECTOR), _Chains(SECTOR)
    for entry in entries:
        if entry.kind == STREAM and entry.content:
            entry.start = (mini if len(entry.content) < MINI_CUTOFF else big).add(entry.content)
    entries[0].content = bytes(mini.data)
    entries[0].start = big.add(entries[0].content)
    mini_fat_start = big.add(_numbers(mini.next))
    directory_start = big.add(b"".join(entry.packed() for entry in entries))
    data_sectors = len(big.next)
    fat_sectors, difat_sectors = _tables(data_sectors)
    where = range(data_sectors, data_sectors + fat_sectors)
    difat_where = range(data_sectors + fat_sectors, data_sectors + fat_sectors + difat_sectors)
    fat = _numbers([*big.next, *[FAT] * fat_sectors, *[DIFAT] * difat_sectors])
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(SIGNATURE, 0x3E, 3, 0xFFFE, 9, 6),
        *(0, fat_sectors, directory_start, 0, MINI_CUTOFF),
        *(mini_fat_start, -(-len(mini.next) // PER_SECTOR)),
        *(difat_where[0] if difat_sectors else END, difat_sectors, where[0]),
    )
    first = [*where[1:IN_HEADER]]
    header += _padded(struct.pack(f"<{len(first)}I", *first), SECTOR - len(header), b"\xff")
    return header + bytes(big.data) + fat + _difat(where[IN_HEADER:], difat_where)


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    start: int = END
    left: int = NOTHING
    right: int = NOTHING
    child: int = NOTHING

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        assert len(name) <= 64, self.name
        start = 0 if self.kind == STORAGE else self.start
        return struct.pack(
            "<64sHBBIII16xI16xIQ",
            *(name, len(name), self.kind, 1, self.left, self.right, self.child),
            *(0, start, len(self.content)),
        )


@dataclass
class _Chains:
    """Sectors of one size, and for each the number of the next of its chain."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    next: list[int] = field(default_factory=list)

    def add(self, content: bytes) -> int:
        if not content:
            return END
        first = len(self.next)
        count = -(-len(content) // self.size)
        self.data += _padded(content, count * self.size, b"\0")
        self.next += [*range(first + 1, first + count), END]
        return first


def _entries(tree: Tree) -> list[_Entry]:
    entries = [_Entry("Root Entry", ROOT)]
    _add(tree, entries[0], entries)
    return entries


def _add(tree: Tree, parent: _Entry, entries: list[_Entry]) -> None:
    # The order of names in a storage: shorter first, then by their capitals (MS-CFB 2.6.4).
    names = sorted(tree, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
    first = len(entries)
    for name in names:
        content = tree[name]
        entries.append(_Entry(name, STREAM, content) if isinstance(content, bytes) else _Entry(name, STORAGE))
    parent.child = _balanced(entries, first, first + len(names))
    for name, entry in zip(names, entries[first : first + len(names)], strict=True):
        content = tree[name]
        if not isinstance(content, bytes):
            _add(content, entry, entries)


def _balanced(entries: list[_Entry], start: int, end: int) -> int:
    """Make a tree of the entries from `start` to `end`, and give the number of its top."""
    if start >= end:
        return NOTHING
    middle = (start + end) // 2
    entries[middle].left = _balanced(entries, start, middle)
    entries[middle].right = _balanced(entries, middle + 1, end)
    return middle


def _tables(data_sectors: int) -> tuple[int, int]:
    """How many sectors hold the table of all sectors, itself among them, and how many hold the table of that table."""
    fat = difat = 0
    while True:
        needed = -(-(data_sectors + fat + difat) // PER_SECTOR)
        beyond = max(needed - IN_HEADER, 0)
        needed_difat = -(-beyond // (PER_SECTOR - 1))
        if (needed, needed_difat) == (fat, difat):
            return fat, difat
        fat, difat = needed, needed_difat


def _difat(rest: Sequence[int], where: Sequence[int]) -> bytes:
    sectors = b""
    for number in range(len(where)):
        part = rest[number * (PER_SECTOR - 1) : (number + 1) * (PER_SECTOR - 1)]
        following = where[number + 1] if number + 1 < len(where) else END
        sectors += _padded(struct.pack(f"<{len(part)}I", *part), SECTOR - 4, b"\xff") + struct.pack("<I", following)
    return sectors


def _numbers(values: Sequence[int]) -> bytes:
    content = struct.pack(f"<{len(values)}I", *values)
    return _padded(content, -(-len(content) // SECTOR) * SECTOR, b"\xff")


def _padded(content: bytes, size: int, filler: bytes) -> bytes:
    return content + filler * (size - len(content))


# ---------------------------------------------------------------------------------------------- Outlook's messages

INTEGER, BOOLEAN, TIME, TEXT_8, TEXT_16, BINARY = 0x0003, 0x000B, 0x0040, 0x001E, 0x001F, 0x0102

#: A property's value: text is kept in Unicode, and in the message's code page where it is given as (text, codec).
Value = str | bytes | int | bool | datetime.datetime | tuple[str, str]


def outlook_message(
    properties: Mapping[int, Value],
    attachments: Sequence[Mapping[int, Value] | tuple[Mapping[int, Value], Tree]] = (),
    *,
    inside: bool = False,
) -> dict[str, bytes | Tree]:
    """The tree of a message with these properties, by their numbers (MS-OXPROPS).

    Args:
        properties: of the message.
        attachments: the properties of each, and, where it is a message itself, that message's tree.
        inside: whether it is part of another message.
    """
    head = struct.pack("<8x4I", 0, len(attachments), 0, len(attachments)) + (b"" if inside else bytes(8))
    tree = _with_table(properties, head)
    for number, attachment in enumerate(attachments):
        own, message = attachment if isinstance(attachment, tuple) else (attachment, None)
        storage = _with_table(own, bytes(8), holds_message=message is not None)
        if message is not None:
            storage["__substg1.0_3701000D"] = message
        tree[f"__attach_version1.0_#{number:08X}"] = storage
    if not inside:
        tree["__nameid_version1.0"] = {f"__substg1.0_000{n}0102": b"" for n in (2, 3, 4)}
    return tree


def _with_table(
    properties: Mapping[int, Value], head: bytes, *, holds_message: bool = False
) -> dict[str, bytes | Tree]:
    tree: dict[str, bytes | Tree] = {}
    table = head
    for number, value in properties.items():
        kind, content = _packed(value)
        if kind in (TEXT_8, TEXT_16, BINARY):
            tree[f"__substg1.0_{number:04X}{kind:04X}"] = content
            content = struct.pack("<Ixxxx", len(content) + {TEXT_8: 1, TEXT_16: 2, BINARY: 0}[kind])
        table += struct.pack("<HHI8s", kind, number, 6, content)
    if holds_message:
        table += struct.pack("<HHI8s", 0x000D, 0x3701, 6, b"\xff\xff\xff\xff\x01")
    tree["__properties_version1.0"] = table
    return tree


def _packed(value: Value) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return BOOLEAN, bytes([value])
    if isinstance(value, int):
        return INTEGER, struct.pack("<I", value)
    if isinstance(value, bytes):
        return BINARY, value
    if isinstance(value, tuple):
        text, codec = value
        return TEXT_8, text.encode(codec)
    if isinstance(value, datetime.datetime):
        since = value - datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
        return TIME, struct.pack("<Q", since // datetime.timedelta(microseconds=1) * 10)
    return TEXT_16, value.encode("utf-16-le")
