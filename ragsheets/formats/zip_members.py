"""A .zip archive → the files inside it, none of which is trusted to be what the archive says it is."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace

from ragsheets.errors import ReturnError
from ragsheets.files.ignored_files import is_clutter
from ragsheets.formats.file_names import distinct, label
from ragsheets.formats.limits import MIB, RATIO_FROM, Limits

# The parts of an archive (PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
_ENTRY, _END, _ZIP64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07"
_FLAGS_AT = 8
_LOCAL_HEADER = 30
#: The end of the directory with the longest comment after it.
_LONGEST_END = 22 + 0xFFFF

# Bits of an entry's flags (section 4.4.4).
_IS_ENCRYPTED, _IS_UTF8 = 0x0001, 0x0800

_USUAL = Limits()
#: The largest dictionary that a writer of .zip offers is 64 MiB; liblzma needs a little more.
_LZMA_MEMORY = 80 * MIB

_DAMAGED = (
    zipfile.BadZipFile,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    NotImplementedError,
    OverflowError,
    TypeError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive; `problem` says why its content is not there."""

    name: str
    content: bytes = b""
    problem: ReturnError | None = None


def zip_members(
    content: bytes,
    *,
    most_bytes: int = _USUAL.file * MIB,
    most_unpacked: int = _USUAL.unpacked * MIB,
    most_parts: int = _USUAL.parts,
    most_ratio: int = _USUAL.ratio,
    ratio_from: int = RATIO_FROM * MIB,
) -> list[Member]:
    """The files in an archive in its order, without folders and what file managers leave behind.

    Args:
        content: the archive.
        most_bytes: how large a file may be.
        most_unpacked: how many bytes all of them may come to, those that are thrown away again among them.
        most_parts: how many entries there may be.
        most_ratio: how many times its packed size a file may be, once it is larger than `ratio_from` bytes.
        ratio_from: see `most_ratio`.

    Raises ReturnError where the archive cannot be read ("damaged"), has entries that overlap ("damaged") or too many
    of them ("too-large"). What is wrong with one file is its own problem.
    """
    archive = _opened(content, most_parts)
    entries = archive.infolist()
    packed = _packed(content, entries, archive.start_dir)
    left = most_unpacked
    members: list[Member] = []
    for entry, data in zip(entries, packed, strict=True):
        name = _name_of(entry)
        if name.endswith(("/", "\\")) and not entry.file_size:
            continue
        shown = label(name, f"file {len(members) + 1}")
        if is_clutter(shown):
            continue
        swollen = max(ratio_from, most_ratio * len(data))
        try:
            unpacked = _unpacked(entry, data, min(most_bytes, swollen, left))
        except _TooLarge as problem:
            left -= problem.limit
            wanted = f"at most {_size(min(most_bytes, swollen))}, and {_size(most_unpacked)} in all"
            error = ReturnError("too-large", found=f"more than {_size(problem.limit)} unpacked", wanted=wanted)
            members.append(Member(shown, problem=error))
        except ReturnError as problem:
            members.append(Member(shown, problem=problem))
        else:
            left -= len(unpacked)
            members.append(Member(shown, unpacked))
    names = distinct(member.name for member in members)
    return [replace(member, name=name) for member, name in zip(members, names, strict=True)]


class _TooLarge(Exception):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(limit)


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


def _opened(content: bytes, most_parts: int) -> zipfile.ZipFile:
    """The archive, its directory read; the parts are counted first, as each takes memory."""
    end = content.rfind(_END, max(len(content) - _LONGEST_END, 0))
    if end < 0 or len(content) < end + 22:
        raise ReturnError("damaged", found="an archive without its directory")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    start = 0 if content[max(end - 20, 0) : end].startswith(_ZIP64) else max(end - size, 0)
    count = content.count(_ENTRY, start, end)
    if count > most_parts:
        raise ReturnError("too-large", found=f"an archive of {count} parts", wanted=f"at most {most_parts}")
    try:
        return zipfile.ZipFile(io.BytesIO(_with_names_as_bytes(content, start, end)))
    except _DAMAGED:
        raise ReturnError("damaged", found="an archive that cannot be read") from None


def _with_names_as_bytes(content: bytes, start: int, end: int) -> bytes:
    """The archive with no name said to be UTF-8: zipfile refuses all of it where one name says so wrongly."""
    if not any(content[at.start() + _FLAGS_AT + 1] & (_IS_UTF8 >> 8) for at in _entries(content, start, end)):
        return content
    changed = bytearray(content)
    for at in _entries(content, start, end):
        changed[at.start() + _FLAGS_AT + 1] &= ~(_IS_UTF8 >> 8) & 0xFF
    return bytes(changed)


def _entries(content: bytes, start: int, end: int) -> list[re.Match[bytes]]:
    return list(re.compile(re.escape(_ENTRY)).finditer(content, start, end))


def _name_of(entry: zipfile.ZipInfo) -> str:
    """An entry's name: UTF-8 where its bytes are, which many writers do not say, else code page 437 (section D.1)."""
    try:
        return entry.orig_filename.encode("cp437").decode("utf-8")
    except ValueError:
        return entry.orig_filename


def _packed(content: bytes, entries: list[zipfile.ZipInfo], directory: int) -> list[memoryview]:
    """Each entry's packed bytes; raises ReturnError where two entries share any, as archives made to swell do."""
    view = memoryview(content)
    found = [(entry.header_offset, *_data_of(content, entry)) for entry in entries]
    reached = 0
    for begin, _, end in sorted(found):
        if begin < reached or end > directory:
            raise ReturnError("damaged", found="an archive whose entries overlap")
        reached = end
    return [view[start:end] for _, start, end in found]


def _data_of(content: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER] if entry.header_offset >= 0 else b""
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise ReturnError("damaged", found="an archive that has lost a part")
    name_length, extra_length = struct.unpack_from("<2H", header, 26)
    start = entry.header_offset + _LOCAL_HEADER + name_length + extra_length
    return start, start + entry.compress_size


def _unpacked(entry: zipfile.ZipInfo, data: memoryview, limit: int) -> bytes:
    """An entry's content; raises _TooLarge where it is larger than `limit` bytes, else ReturnError."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ReturnError("unreadable", found="it is a link")
    if entry.flag_bits & _IS_ENCRYPTED:
        raise ReturnError("encrypted")
    try:
        unpacked = _decompressed(entry, data, max(limit, 0) + 1)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error):
        raise ReturnError("damaged", found="its packed bytes are damaged") from None
    if len(unpacked) > limit:
        raise _TooLarge(max(limit, 0))
    if zlib.crc32(unpacked) != entry.CRC:
        raise ReturnError("damaged", found="its checksum is wrong")
    return unpacked


def _decompressed(entry: zipfile.ZipInfo, data: memoryview, most: int) -> bytes:
    """At most the first `most` bytes of an entry's content."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return bytes(data[:most])
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, most)
    if entry.compress_type == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor().decompress(data, most)
    if entry.compress_type == zipfile.ZIP_LZMA:
        # Two bytes of version, two of the length of the properties, the properties (APPNOTE.TXT 5.8.8); the
        # stand-alone form wants them followed by the size.
        (length,) = struct.unpack_from("<H", data, 2)
        alone = bytes(data[4 : 4 + length]) + struct.pack("<Q", entry.file_size) + data[4 + length :]
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY).decompress(alone, most)
    raise ReturnError("damaged", found=f"it is packed in a way that is not known (method {entry.compress_type})")
