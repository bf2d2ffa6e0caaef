"""What macOS adds to files (RFC 1740): in one file with them (AppleSingle), or in a file of its own (AppleDouble)."""

from __future__ import annotations

import struct

#: What a file of additions begins with: icons and the like of a file beside it.
_DOUBLE_SIGNATURE = b"\x00\x05\x16\x07"
_SINGLE_SIGNATURE = b"\x00\x05\x16\x00"
_COUNT_OFFSET, _ENTRIES_OFFSET, _ENTRY_SIZE = 24, 26, 12
_FILE_ITSELF = 1
#: The most entries: there are sixteen kinds of them.
_MAX_ENTRIES = 64


def is_resource_fork(content: bytes) -> bool:
    """Return whether a file holds nothing but what macOS adds to another one."""
    return content.startswith(_DOUBLE_SIGNATURE)


def data_fork(content: bytes) -> bytes:
    """Return the file itself from one that also holds what macOS adds; any other file unchanged."""
    if not content.startswith(_SINGLE_SIGNATURE) or len(content) < _ENTRIES_OFFSET:
        return content
    (count,) = struct.unpack_from(">H", content, _COUNT_OFFSET)
    for number in range(min(count, _MAX_ENTRIES)):
        position = _ENTRIES_OFFSET + number * _ENTRY_SIZE
        if position + _ENTRY_SIZE > len(content):
            break
        kind, start, size = struct.unpack_from(">III", content, position)
        if kind == _FILE_ITSELF:
            return content[start : start + size]
    return content
