"""Files embedded as OLE objects: the workbook that somebody dragged into a message, as Office stores it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from ragsheets.errors import ReturnError
from ragsheets.formats import compound_file
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.file_names import display_base_name

#: The streams that hold an embedded file whole: Office's own documents, and files that other programs embed.
_WHOLE_FILES = ("Package", "CONTENTS", "EmbeddedOdf")
#: The stream of a file embedded by Windows' packager, with its name before its bytes.
_PACKAGER_STREAM = "\x01Ole10Native"
#: The streams of documents that are compound files themselves, so that their storage is the file.
_DOCUMENT_STREAMS = ("Workbook", "Book", "WordDocument")

# A compound file (MS-CFB 2.2, 2.3 and 2.6).
_SECTOR, _FULL_STREAM, _NAME_SIZE, _ENTRIES_PER_SECTOR, _NUMBERS_PER_SECTOR = 512, 4096, 64, 4, 128
_FREE, _END, _FAT_SECTOR, _TABLE_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_FAT_SECTORS_IN_HEADER = 109


def embedded_file(names: Iterable[str], read_stream: Callable[[str], bytes]) -> ContainedFile | None:
    """Return the file that an object's storage holds, its name "" where the object states none; or None.

    Args:
        names: the names of the storage's streams.
        read_stream: returns the bytes of a stream.
    """
    by_name = {name.casefold(): name for name in names}
    if file := _file_in_stream(by_name, read_stream):
        return file
    for stream in _DOCUMENT_STREAMS:
        if found := by_name.get(stream.casefold()):
            return ContainedFile("", _compound_file(stream, read_stream(found)))
    return None


def file_in_object(content: bytes) -> ContainedFile:
    """Return the file in an object that is a compound file of its own; anything else, and a document, as it is."""
    if content.startswith(compound_file.SIGNATURE):
        with suppress(ReturnError), compound_file.open_compound_file(content) as ole:
            by_name = {path[0].casefold(): path[0] for path in ole.listdir() if len(path) == 1}
            if file := _file_in_stream(by_name, lambda name: bytes(ole.openstream(name).read())):
                return file
    return ContainedFile("", content)


def _file_in_stream(by_name: Mapping[str, str], read_stream: Callable[[str], bytes]) -> ContainedFile | None:
    """Return the file that one of an object's streams holds whole, or None; `by_name` has them by their small names."""
    for stream in _WHOLE_FILES:
        if stream.casefold() in by_name and (content := read_stream(by_name[stream.casefold()])):
            return ContainedFile("", content)
    packager = by_name.get(_PACKAGER_STREAM.casefold())
    return _packaged_file(read_stream(packager)) if packager else None


def _packaged_file(content: bytes) -> ContainedFile | None:
    """Return the file in a packager's stream: its size, two bytes, its name, its path, and at the end its bytes."""
    rest = content[6:]
    name, _, rest = rest.partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    if len(rest) < 8:
        return None
    (path_length,) = struct.unpack_from("<I", rest, 4)
    rest = rest[8 + path_length :]
    if len(rest) < 4:
        return None
    (size,) = struct.unpack_from("<I", rest)
    return ContainedFile(display_base_name(name.decode("cp1252", "replace"), ""), rest[4 : 4 + size])


def _compound_file(stream: str, content: bytes) -> bytes:
    """Return a compound file with one stream, since an object is a part of another."""
    # Short streams would need a table of their own; the documents state where they end.
    padded = content.ljust(max(_FULL_STREAM, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
    data_sectors = len(padded) // _SECTOR
    # After the data: the directory, the table of sectors (FAT), and a table of those of its sectors that do not go into
    # the header.
    fat_sectors = table_sectors = 0
    while fat_sectors * _NUMBERS_PER_SECTOR < data_sectors + 1 + fat_sectors + table_sectors:
        fat_sectors += 1
        table_sectors = -(-max(fat_sectors - _FAT_SECTORS_IN_HEADER, 0) // (_NUMBERS_PER_SECTOR - 1))
    table_start = data_sectors + 1 + fat_sectors
    chain = [*range(1, data_sectors), _END, _END, *[_FAT_SECTOR] * fat_sectors, *[_TABLE_SECTOR] * table_sectors]
    chain += [_FREE] * (fat_sectors * _NUMBERS_PER_SECTOR - len(chain))
    entries = [_directory_entry("Root Entry", 5, 1, _END, 0), _directory_entry(stream, 2, _FREE, 0, len(padded))]
    entries += [bytes(68) + struct.pack("<3I", _FREE, _FREE, _FREE) + bytes(48)] * (_ENTRIES_PER_SECTOR - len(entries))
    fat_numbers = [*range(data_sectors + 1, table_start)]
    fat_numbers += [_FREE] * (_FAT_SECTORS_IN_HEADER + table_sectors * (_NUMBERS_PER_SECTOR - 1) - fat_sectors)
    header_numbers, table_numbers = fat_numbers[:_FAT_SECTORS_IN_HEADER], fat_numbers[_FAT_SECTORS_IN_HEADER:]
    header = struct.pack(
        f"<8s16xHHHHH6xIIIIIIIII{_FAT_SECTORS_IN_HEADER}I",
        *(compound_file.SIGNATURE, 0x3E, 3, 0xFFFE, 9, 6),
        *(0, fat_sectors, data_sectors, 0, _FULL_STREAM),
        *(_END, 0, table_start if table_sectors else _END, table_sectors),
        *header_numbers,
    )
    table: list[int] = []
    for number in range(1, table_sectors + 1):
        # The last number of each sector is that of the next one.
        table += table_numbers[(number - 1) * (_NUMBERS_PER_SECTOR - 1) : number * (_NUMBERS_PER_SECTOR - 1)]
        table.append(table_start + number if number < table_sectors else _END)
    return header + padded + b"".join(entries) + struct.pack(f"<{len(chain) + len(table)}I", *chain, *table)


def _directory_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = compound_file.stored_name(name)
    return struct.pack(f"<{_NAME_SIZE}sHBBIII16xI16xIQ", text, len(text), kind, 1, _FREE, _FREE, child, 0, start, size)
