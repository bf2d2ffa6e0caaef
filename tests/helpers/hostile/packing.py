"""Write archives byte by byte, so that any field can be wrong, and compress huge parts without unpacking them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIPTOR = 0x1, 0x8

MIB = 1 << 20
GIB = 1 << 30

_CRC_POLYNOMIAL = 0xEDB88320
#: 1 and x to the eighth, a byte's shift, as CRC-32 writes polynomials: the highest bit is the lowest power.
_ONE, _BYTE = 1 << 31, 1 << 23


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an archive as its headers state it.

    Attributes:
        compressed: the bytes in the file.
    """

    name: str
    compressed: bytes
    crc: int
    size: int
    method: int = DEFLATED
    flags: int = 0
    extra: bytes = b""
    #: The fields of the central directory where they differ from the entry's own header.
    central_name: str = ""
    packed_size: int | None = None


def entry(name: str, content: bytes, *, method: int = DEFLATED) -> Entry:
    """Return an entry with correct headers."""
    compressed = deflate(content) if method == DEFLATED else content
    return Entry(name, compressed, zlib.crc32(content), len(content), method)


def deflate(content: bytes) -> bytes:
    """Return the raw deflated bytes of some content."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    return compressor.compress(content) + compressor.flush()


@lru_cache(maxsize=16)
def repeated_entry(name: str, head: bytes, unit: bytes, times: int, tail: bytes) -> Entry:
    """Return a correct entry that unpacks to head + times × unit + tail.

    The unit is compressed once, whatever its number.
    """
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    compressed_head = compressor.compress(head) + compressor.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers backwards, so a compressed block may be repeated any number of times.
    compressed_unit = compressor.compress(unit) + compressor.flush(zlib.Z_FULL_FLUSH)
    compressed_tail = compressor.compress(tail) + compressor.flush()
    crc = zlib.crc32(head)
    crc = _crc_of_both(crc, _crc_of_repeated(zlib.crc32(unit), len(unit), times), len(unit) * times)
    crc = _crc_of_both(crc, zlib.crc32(tail), len(tail))
    return Entry(
        name,
        compressed_head + compressed_unit * times + compressed_tail,
        crc,
        len(head) + len(unit) * times + len(tail),
    )


def _crc_of_repeated(crc: int, length: int, times: int) -> int:
    total, total_length = 0, 0
    while times:
        if times & 1:
            total = _crc_of_both(total, crc, length)
            total_length += length
        crc, length, times = _crc_of_both(crc, crc, length), length * 2, times >> 1
    return total


def _crc_of_both(first: int, second: int, length: int) -> int:
    """Return the CRC-32 of two pieces from the CRC-32 of each.

    The first is shifted by the second's length in bytes.
    """
    shift, power = _ONE, _BYTE
    while length:
        if length & 1:
            shift = _product(shift, power)
        power, length = _product(power, power), length >> 1
    return _product(shift, first) ^ second


def _product(a: int, b: int) -> int:
    result = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            result ^= b
        b = b >> 1 ^ (_CRC_POLYNOMIAL if b & 1 else 0)
    return result


def archive(
    entries: Iterable[Entry], *, comment: bytes = b"", before: bytes = b"", repeat_directory: Iterable[str] = ()
) -> bytes:
    """Return the archive of these entries (APPNOTE.TXT 6.3.10, sections 4.3.6 to 4.3.16).

    Args:
        entries: its entries; the headers repeat the fields of each.
        comment: the archive's comment.
        before: bytes before the first entry.
        repeat_directory: names under which the directory lists the last entry again, at the same offset.
    """
    content, directory, count = bytearray(before), bytearray(), 0
    for archive_entry in entries:
        offset = len(content)
        content += _local_header(archive_entry) + archive_entry.compressed
        if archive_entry.flags & DESCRIPTOR:
            content += struct.pack(
                "<4sIII", b"PK\x07\x08", archive_entry.crc, len(archive_entry.compressed), archive_entry.size
            )
        for name in [archive_entry.central_name or archive_entry.name]:
            directory += _directory_record(archive_entry, name, offset)
            count += 1
    for name in repeat_directory:
        directory += _directory_record(archive_entry, name, offset)
        count += 1
    start = len(content)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, len(comment))
    return bytes(content + directory + end + comment)


def _local_header(item: Entry) -> bytes:
    name = item.name.encode()
    sizes = (0, 0, 0) if item.flags & DESCRIPTOR else (item.crc, _packed_size(item), item.size)
    return struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, item.flags, item.method, 0, 33, *sizes, len(name), 0) + name


def _directory_record(item: Entry, name: str, offset: int) -> bytes:
    raw = name.encode()
    fields = (20, 20, item.flags, item.method, 0, 33, item.crc, _packed_size(item), item.size)
    record = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", *fields, len(raw), len(item.extra), 0, 0, 0, 0, offset)
    return record + raw + item.extra


def _packed_size(item: Entry) -> int:
    return len(item.compressed) if item.packed_size is None else item.packed_size


# ------------------------------------------------------------------------------------------- the parts of a workbook

WORKBOOK, SHEET, FRONT = "xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet1.xml"
FACTS = "xl/worksheets/sheet4.xml"
RELATIONS, STRINGS, STYLES = "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"
TYPES, CORE, TOP = "[Content_Types].xml", "docProps/core.xml", "_rels/.rels"

Change = Callable[[bytes], bytes]


def parts_of(good: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(good)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def entries_of(good: bytes) -> list[Entry]:
    """Return the parts of an archive as correct entries."""
    return [entry(name, content) for name, content in parts_of(good).items()]


def pack_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return a correct archive of these parts."""
    return archive(entry(name, content) for name, content in parts.items())


def change_parts(good: bytes, changes: Mapping[str, Change], more: Mapping[str, bytes] | None = None) -> bytes:
    """Return the archive with some parts changed and others added; raise KeyError for a missing part."""
    parts = parts_of(good)
    for name, change in changes.items():
        changed_part = change(parts[name])
        if changed_part == parts[name]:
            raise ValueError(f"the change leaves {name} as it was")
        parts[name] = changed_part
    return pack_parts({**parts, **(more or {})})


def remove_parts(good: bytes, *names: str) -> bytes:
    """Return the archive without some parts, which must exist."""
    parts = parts_of(good)
    for name in names:
        del parts[name]
    return pack_parts(parts)


def replace_entries(good: bytes, *new_entries: Entry) -> bytes:
    """Return the archive with some entries replaced by those of the same name, or added."""
    remaining = {item.name: item for item in new_entries}
    entries = [remaining.pop(item.name, item) for item in entries_of(good)]
    return archive([*entries, *remaining.values()])


def restate_entry(good: bytes, name: str, **fields: object) -> bytes:
    """Return the archive with other values in the headers of one entry."""
    return archive(replace(item, **fields) if item.name == name else item for item in entries_of(good))  # type: ignore[arg-type]


def replace_text(old: str | bytes, new: str | bytes, times: int = 1) -> Change:
    """Return a change that replaces one text by another; the text must exist."""
    before, after = (text.encode() if isinstance(text, str) else text for text in (old, new))

    def change(part: bytes) -> bytes:
        if before not in part:
            raise ValueError(f"{before!r} is not in the part")
        return part.replace(before, after, times)

    return change
