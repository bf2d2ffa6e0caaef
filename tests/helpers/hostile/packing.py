"""Archives written byte by byte, so that any field can lie, and huge parts packed without ever being unpacked."""

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
    """One entry of an archive as its headers state it; `packed` are the bytes that lie in the file."""

    name: str
    packed: bytes
    crc: int
    size: int
    method: int = DEFLATED
    flags: int = 0
    extra: bytes = b""
    #: What the central directory says where that differs from the entry's own header.
    central_name: str = ""
    packed_size: int | None = None


def entry(name: str, content: bytes, *, method: int = DEFLATED) -> Entry:
    """An honest entry."""
    packed = deflate(content) if method == DEFLATED else content
    return Entry(name, packed, zlib.crc32(content), len(content), method)


def deflate(content: bytes) -> bytes:
    """The raw deflated bytes of some content."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


@lru_cache(maxsize=16)
def repeated(name: str, head: bytes, unit: bytes, times: int, tail: bytes) -> Entry:
    """An honest entry that unpacks to head + times × unit + tail; the unit is packed once, whatever its number."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers backwards, so a packed block may stand any number of times.
    block = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    crc = _crc_of_both(crc, _crc_of_repeated(zlib.crc32(unit), len(unit), times), len(unit) * times)
    crc = _crc_of_both(crc, zlib.crc32(tail), len(tail))
    return Entry(name, start + block * times + end, crc, len(head) + len(unit) * times + len(tail))


def _crc_of_repeated(crc: int, length: int, times: int) -> int:
    whole, whole_length = 0, 0
    while times:
        if times & 1:
            whole = _crc_of_both(whole, crc, length)
            whole_length += length
        crc, length, times = _crc_of_both(crc, crc, length), length * 2, times >> 1
    return whole


def _crc_of_both(first: int, second: int, length: int) -> int:
    """The CRC-32 of two pieces from those of each: the first is shifted by the second's length in bytes."""
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
    """The archive of these entries (APPNOTE.TXT 6.3.10, sections 4.3.6 to 4.3.16).

    Args:
        entries: what lies in it; the headers say what the entries say.
        comment: the archive's comment.
        before: bytes that stand before the first entry.
        repeat_directory: names under which the directory lists the last entry again, at the same place.
    """
    out, directory, count = bytearray(before), bytearray(), 0
    for item in entries:
        offset = len(out)
        out += _local_header(item) + item.packed
        if item.flags & DESCRIPTOR:
            out += struct.pack("<4sIII", b"PK\x07\x08", item.crc, len(item.packed), item.size)
        for name in [item.central_name or item.name]:
            directory += _directory_record(item, name, offset)
            count += 1
    for name in repeat_directory:
        directory += _directory_record(item, name, offset)
        count += 1
    start = len(out)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, len(comment))
    return bytes(out + directory + end + comment)


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
    return len(item.packed) if item.packed_size is None else item.packed_size


# ------------------------------------------------------------------------------------------- the parts of a workbook

WORKBOOK, SHEET, FRONT = "xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet1.xml"
FACTS = "xl/worksheets/sheet4.xml"
RELATIONS, STRINGS, STYLES = "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"
TYPES, CORE, TOP = "[Content_Types].xml", "docProps/core.xml", "_rels/.rels"

Change = Callable[[bytes], bytes]


def parts_of(good: bytes) -> dict[str, bytes]:
    """The parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(good)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def entries_of(good: bytes) -> list[Entry]:
    """The parts of an archive as honest entries."""
    return [entry(name, content) for name, content in parts_of(good).items()]


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An honest archive of these parts."""
    return archive(entry(name, content) for name, content in parts.items())


def changed(good: bytes, changes: Mapping[str, Change], more: Mapping[str, bytes] | None = None) -> bytes:
    """The archive with some parts changed and others added; a part to change that is not there is an error."""
    parts = parts_of(good)
    for name, change in changes.items():
        new = change(parts[name])
        if new == parts[name]:
            raise ValueError(f"the change leaves {name} as it was")
        parts[name] = new
    return packed({**parts, **(more or {})})


def without(good: bytes, *names: str) -> bytes:
    """The archive without some parts, which must be there."""
    parts = parts_of(good)
    for name in names:
        del parts[name]
    return packed(parts)


def replacing(good: bytes, *new: Entry) -> bytes:
    """The archive with some entries in the place of those of the same name, or added."""
    names = {item.name: item for item in new}
    old = [names.pop(item.name, item) for item in entries_of(good)]
    return archive([*old, *names.values()])


def restated(good: bytes, name: str, **fields: object) -> bytes:
    """The archive with one entry's headers saying something else."""
    return archive(replace(item, **fields) if item.name == name else item for item in entries_of(good))  # type: ignore[arg-type]


def swapped(old: str | bytes, new: str | bytes, times: int = 1) -> Change:
    """A change that puts one text in another's place; the text must be there."""
    before, after = (text.encode() if isinstance(text, str) else text for text in (old, new))

    def change(part: bytes) -> bytes:
        if before not in part:
            raise ValueError(f"{before!r} is not in the part")
        return part.replace(before, after, times)

    return change
