"""Read the files in a .zip archive, without trusting the names and sizes that the archive states."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import stat
import struct
import unicodedata
import zipfile
import zlib

from ragsheets.errors import ReturnError
from ragsheets.files.ignored_files import is_ignored_file
from ragsheets.formats.contained_file import ContainedFile, with_unique_names
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.file_names import display_name
from ragsheets.formats.limits import MIB, RATIO_CHECKED_FROM, Limits

# The parts of an archive (PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
_ENTRY_SIGNATURE, _END_SIGNATURE, _ZIP64_SIGNATURE = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07"
_FLAGS_OFFSET = 8
_LOCAL_HEADER_SIZE = 30
#: The size of the end of the directory with the longest comment after it.
_MAX_END_SIZE = 22 + 0xFFFF

# Bits of an entry's flags (section 4.4.4).
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x0001, 0x0800

#: The largest dictionary that a .zip writer offers is 64 MiB; liblzma needs a little more.
_MAX_LZMA_MEMORY = 80 * MIB


def read_zip(content: bytes, limits: Limits) -> list[ContainedFile]:
    """Read the files in an archive in its order, without folders and ignored files.

    Those that are discarded again count among the unpacked bytes too.

    Raises ReturnError where the archive cannot be read ("damaged"), has entries that overlap ("damaged") or too many
    of them ("too-large"). A problem with one file is in the `error` of its member.
    """
    archive = _open_archive(content, limits.parts)
    entries = archive.infolist()
    packed_contents = _packed_contents(content, entries, archive.start_dir)
    max_bytes, max_unpacked = limits.file * MIB, limits.unpacked * MIB
    remaining_bytes = max_unpacked
    members: list[ContainedFile] = []
    for entry, data in zip(entries, packed_contents, strict=True):
        name = _entry_name(entry)
        if name.endswith(("/", "\\")) and not entry.file_size:
            continue
        label = display_name(name, f"file {len(members) + 1}")
        if is_ignored_file(label):
            continue
        ratio_limit = max(RATIO_CHECKED_FROM * MIB, limits.ratio * len(data))
        try:
            unpacked = _unpack(entry, data, min(max_bytes, ratio_limit, remaining_bytes))
        except _TooLargeError as problem:
            remaining_bytes -= problem.limit
            limit_text = f"at most {_size_text(min(max_bytes, ratio_limit))}, and {_size_text(max_unpacked)} in all"
            error = ReturnError("too-large", found=f"more than {_size_text(problem.limit)} unpacked", wanted=limit_text)
            members.append(ContainedFile(label, error=error))
        except ReturnError as problem:
            members.append(ContainedFile(label, error=problem))
        else:
            remaining_bytes -= len(unpacked)
            members.append(ContainedFile(label, unpacked))
    return with_unique_names(members)


class _TooLargeError(Exception):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(limit)


def _size_text(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


def _open_archive(content: bytes, max_parts: int) -> zipfile.ZipFile:
    """Open the archive and read its directory; the parts are counted first, because each takes memory."""
    end = content.rfind(_END_SIGNATURE, max(len(content) - _MAX_END_SIZE, 0))
    if end < 0 or len(content) < end + 22:
        raise ReturnError("damaged", found="an archive without its directory")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    start = 0 if content[max(end - 20, 0) : end].startswith(_ZIP64_SIGNATURE) else max(end - size, 0)
    count = content.count(_ENTRY_SIGNATURE, start, end)
    if count > max_parts:
        raise ReturnError("too-large", found=f"an archive of {count} parts", wanted=f"at most {max_parts}")
    with failures_as_damage(found="an archive that cannot be read"):
        return zipfile.ZipFile(io.BytesIO(_clear_utf8_flags(content, start, end)))


def _clear_utf8_flags(content: bytes, start: int, end: int) -> bytes:
    """Clear the UTF-8 flag of every name: zipfile rejects the whole archive where one name has it wrongly."""
    entries = re.compile(re.escape(_ENTRY_SIGNATURE)).finditer(content, start, end)
    offsets = [entry.start() + _FLAGS_OFFSET + 1 for entry in entries]
    if not any(content[offset] & (_UTF8_FLAG >> 8) for offset in offsets):
        return content
    changed = bytearray(content)
    for offset in offsets:
        changed[offset] &= ~(_UTF8_FLAG >> 8)
    return bytes(changed)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name: UTF-8 if valid (many writers do not set the flag), else code page 437 (section D.1).

    Some Windows programs write Windows-1252 instead; that encoding is used where only it gives Latin letters.
    """
    encoded = entry.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            name = encoded.decode(encoding)
        except ValueError:
            continue
        if encoding == "utf-8" or (_has_latin_letters(name) and not _has_latin_letters(entry.orig_filename)):
            return name
    return entry.orig_filename


def _has_latin_letters(name: str) -> bool:
    """Return whether all characters beyond ASCII are Latin letters."""
    return all(character.isascii() or "LATIN" in unicodedata.name(character, "") for character in name)


def _packed_contents(content: bytes, entries: list[zipfile.ZipInfo], directory: int) -> list[memoryview]:
    """Return each entry's packed bytes. Raises ReturnError where entries overlap, as they do in zip bombs."""
    view = memoryview(content)
    data_ranges = [(entry.header_offset, *_find_data(content, entry)) for entry in entries]
    previous_end = 0
    for begin, _, end in sorted(data_ranges):
        if begin < previous_end or end > directory:
            raise ReturnError("damaged", found="an archive whose entries overlap")
        previous_end = end
    return [view[start:end] for _, start, end in data_ranges]


def _find_data(content: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    header = (
        content[entry.header_offset : entry.header_offset + _LOCAL_HEADER_SIZE] if entry.header_offset >= 0 else b""
    )
    if len(header) < _LOCAL_HEADER_SIZE or not header.startswith(b"PK\x03\x04"):
        raise ReturnError("damaged", found="an archive that has lost a part")
    name_length, extra_length = struct.unpack_from("<2H", header, 26)
    start = entry.header_offset + _LOCAL_HEADER_SIZE + name_length + extra_length
    return start, start + entry.compress_size


def _unpack(entry: zipfile.ZipInfo, data: memoryview, limit: int) -> bytes:
    """Unpack an entry. Raises _TooLargeError where it is larger than `limit` bytes, ReturnError for other problems."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ReturnError("unreadable", found="it is a link")
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise ReturnError("encrypted")
    with failures_as_damage(found="its packed bytes are damaged"):
        unpacked = _decompress(entry, data, max(limit, 0) + 1)
    if len(unpacked) > limit:
        raise _TooLargeError(max(limit, 0))
    if zlib.crc32(unpacked) != entry.CRC:
        raise ReturnError("damaged", found="its checksum is wrong")
    return unpacked


def _decompress(entry: zipfile.ZipInfo, data: memoryview, max_bytes: int) -> bytes:
    """Return at most the first `max_bytes` bytes of an entry's content."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return bytes(data[:max_bytes])
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, max_bytes)
    if entry.compress_type == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor().decompress(data, max_bytes)
    if entry.compress_type == zipfile.ZIP_LZMA:
        # Two bytes of version, two of the length of the properties, the properties (APPNOTE.TXT 5.8.8); the
        # standalone form has the size after them.
        (length,) = struct.unpack_from("<H", data, 2)
        standalone_stream = bytes(data[4 : 4 + length]) + struct.pack("<Q", entry.file_size) + data[4 + length :]
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MAX_LZMA_MEMORY).decompress(
            standalone_stream, max_bytes
        )
    raise ReturnError("damaged", found=f"it is packed in a way that is not known (method {entry.compress_type})")
