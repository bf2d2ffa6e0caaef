"""Compound files (MS-CFB), in which Office kept its documents before its archives: how to recognise and list them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats.failures import failures_as_damage

if TYPE_CHECKING:
    from olefile import OleFileIO

#: What a compound file begins with (MS-CFB 2.2).
SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def stored_name(name: str) -> bytes:
    """Return the name of a stream or a storage as its entry has it: UTF-16 that ends with a zero (MS-CFB 2.6.1)."""
    return f"{name}\0".encode("utf-16-le")


@contextmanager
def open_compound_file(content: bytes) -> Iterator[OleFileIO]:
    """Open a compound file. Raises ReturnError "damaged" for any failure while it is open."""
    import olefile

    with failures_as_damage(), olefile.OleFileIO(io.BytesIO(content)) as ole:
        yield ole


def entry_paths(content: bytes) -> list[list[str]]:
    """Return the paths of the storages and streams of a compound file; none for a damaged one."""
    with suppress(ReturnError), open_compound_file(content) as ole:
        return [list(path) for path in ole.listdir(streams=True, storages=True)]
    return []
