"""Write compound files, the container of .xls and .msg: a minimal writer, and variants with cyclic chains."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STREAM, _ROOT = 2, 5
#: Streams shorter than this would be stored elsewhere; none is made so short ([MS-CFB] 2.2).
_SHORTEST = 4096


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of version 3 with these streams at its root ([MS-CFB] 2.2 to 2.6).

    The streams are padded.
    """
    contents = [content.ljust(_SHORTEST, b"\0") for content in streams.values()]
    ordered_indices = sorted(range(len(contents)), key=lambda n: (len(list(streams)[n]), list(streams)[n].upper()))
    chains = [-(-len(content) // SECTOR) for content in contents]
    directory_sectors = -(-(len(contents) + 1) // 4)
    fat_sectors = 1
    while (sum(chains) + directory_sectors + fat_sectors) * 4 > fat_sectors * SECTOR:
        fat_sectors += 1
    if fat_sectors > 109:
        raise ValueError("too large for a header without further tables")
    fat, starts, next_free = [_FAT] * fat_sectors, [], fat_sectors
    for length in (directory_sectors, *chains):
        starts.append(next_free)
        fat += [*range(next_free + 1, next_free + length), _END]
        next_free += length
    fat += [_FREE] * (fat_sectors * SECTOR // 4 - len(fat))
    # Each entry is its neighbour's right child, in the order that the standard requires: a tree of one branch.
    right_children = {index: next_index + 1 for index, next_index in itertools.pairwise(ordered_indices)}
    entries = [_directory_entry("Root Entry", _ROOT, child=ordered_indices[0] + 1 if ordered_indices else _FREE)]
    for number, (name, content) in enumerate(zip(streams, contents, strict=True)):
        entries.append(
            _directory_entry(
                name, _STREAM, right=right_children.get(number, _FREE), start=starts[number + 1], size=len(content)
            )
        )
    body = struct.pack(f"<{len(fat)}I", *fat) + b"".join(entries).ljust(directory_sectors * SECTOR, b"\0")
    body += b"".join(content.ljust(chain * SECTOR, b"\0") for content, chain in zip(contents, chains, strict=True))
    return _header(fat_sectors, starts[0]) + body


def _header(fat_sectors: int, directory: int) -> bytes:
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
                       0, fat_sectors, directory, 0, _SHORTEST, _END, 0, _END, 0)  # fmt: skip
    return head + struct.pack("<109I", *range(fat_sectors), *[_FREE] * (109 - fat_sectors))


def _directory_entry(
    name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int = _END, size: int = 0
) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    if kind == _ROOT:
        start = _END
    return struct.pack("<64sHBBIII36xIQ", raw, len(raw), kind, 1, _FREE, right, child, start, size)


def replace_bytes(content: bytes, offset: int, new: bytes) -> bytes:
    """Return the content with other bytes at an offset."""
    return content[:offset] + new + content[offset + len(new) :]


def _number(value: int) -> bytes:
    return struct.pack("<I", value)


#: Offsets in the header ([MS-CFB] 2.2), and those of the first entries of the table of sectors and the directory.
_SHIFT, _FAT_COUNT, _DIRECTORY, _MINI, _MORE, _MORE_COUNT, _FIRST_FAT = 30, 44, 48, 60, 68, 72, 76


def corrupted_variants(content: bytes) -> dict[str, bytes]:
    """Return a sound compound file corrupted in every way that has sent a reader into a loop, by name."""
    table_offset = SECTOR * (1 + struct.unpack_from("<I", content, _FIRST_FAT)[0])
    directory_sector = struct.unpack_from("<I", content, _DIRECTORY)[0]
    directory_offset = SECTOR * (1 + directory_sector)
    stream_sector = struct.unpack_from("<I", content, directory_offset + 128 + 116)[0]
    entry_offset = directory_offset + 128
    return {
        "stream-in-a-ring": replace_bytes(content, table_offset + 4 * stream_sector, _number(stream_sector)),
        "stream-in-a-long-ring": replace_bytes(content, table_offset + 4 * (stream_sector + 3), _number(stream_sector)),
        "stream-that-leads-outside": replace_bytes(content, table_offset + 4 * stream_sector, _number(0x00FFFFFF)),
        "stream-that-starts-outside": replace_bytes(content, entry_offset + 116, _number(0x7FFFFFF0)),
        "stream-that-starts-in-the-table": replace_bytes(content, entry_offset + 116, _number(0)),
        "stream-of-four-gigabytes": replace_bytes(content, entry_offset + 120, _number(0xFFFFFFF0)),
        "stream-of-64-bits": replace_bytes(content, entry_offset + 120, b"\xff" * 7 + b"\x7f"),
        "directory-in-a-ring": replace_bytes(content, table_offset + 4 * directory_sector, _number(directory_sector)),
        "directory-outside": replace_bytes(content, _DIRECTORY, _number(0x7FFFFFF0)),
        "sibling-of-itself": replace_bytes(content, entry_offset + 72, _number(1)),
        "child-of-itself": replace_bytes(content, directory_offset + 76, _number(0)),
        "sibling-outside": replace_bytes(content, entry_offset + 68, _number(0x00FFFFFF)),
        "name-longer-than-its-field": replace_bytes(content, entry_offset + 64, b"\xff\xff"),
        "table-of-tables-in-a-ring": replace_bytes(
            replace_bytes(replace_bytes(content, _MORE, _number(1)), _MORE_COUNT, _number(0xFFFFFFFF)),
            2 * SECTOR + 508,
            _number(1),
        ),
        "tables-without-number": replace_bytes(content, _FAT_COUNT, _number(0xFFFFFFFF)),
        "first-table-outside": replace_bytes(content, _FIRST_FAT, _number(0x7FFFFFF0)),
        "small-table-in-a-ring": replace_bytes(
            replace_bytes(content, _MINI, _number(0)), _MINI + 4, _number(0xFFFFFFFF)
        ),
        "sectors-of-one-byte": replace_bytes(content, _SHIFT, b"\0\0"),
        "sectors-of-two-gigabytes": replace_bytes(content, _SHIFT, b"\x1f\0"),
        "sectors-beyond-reason": replace_bytes(content, _SHIFT, b"\xff\xff"),
        "cut-in-the-header": content[:300],
        "cut-behind-the-header": content[:SECTOR],
        "cut-in-the-stream": content[: len(content) // 2],
        "zeros-behind-the-header": content[:SECTOR] + bytes(len(content) - SECTOR),
    }
