"""Read the files in .tar archives and in files compressed with gzip, bzip2 or xz, at a bounded cost."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Self, cast

from ragsheets.errors import ReturnError
from ragsheets.files.ignored_files import is_ignored_file
from ragsheets.formats.contained_file import ContainedFile, with_unique_names
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.file_names import display_base_name, display_name
from ragsheets.formats.limits import MIB, Limits

#: The first bytes of compressed files, and the suffixes that name them.
_GZIP, _BZIP2, _XZ = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00"
_TAR_SUFFIXES = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}
#: The header of a file in a .tar archive, and its mark (POSIX.1-2017, pax, "ustar Interchange Format").
_TAR_BLOCK, _TAR_MARK, _TAR_MARK_OFFSET = 512, b"ustar", 257
#: The largest dictionary that xz uses by itself is 64 MiB; liblzma needs a little more.
_MAX_LZMA_MEMORY = 80 * MIB
_CHUNK_SIZE = 64 * 1024


def is_compressed(content: bytes) -> bool:
    """Return whether a file is one that `read_compressed` opens."""
    return (
        content.startswith((_GZIP, _XZ)) or (content.startswith(_BZIP2) and content[3:4].isdigit()) or _is_tar(content)
    )


def read_compressed(content: bytes, name: str, limits: Limits) -> list[ContainedFile]:
    """Read the files in a .tar archive, compressed or not, or the one file that was compressed by itself.

    Args:
        content: the archive.
        name: its file name, which gives a file compressed by itself its own name.
        limits: the limits on sizes and numbers.

    Raises ReturnError where it cannot be read ("damaged") or has too many files ("too-large"). A problem with one file
    is in the `error` of its member.
    """
    stream = _BoundedStream(_unpacked(content), limits.unpacked * MIB)
    with failures_as_damage(found="an archive that cannot be read"):
        start = stream.read(_TAR_BLOCK)
        stream.return_start(start)
        if _is_tar(start):
            return _read_tar(stream, limits)
        unpacked = stream.read(limits.file * MIB + 1)
    own_name = display_base_name(_name_of_single_file(name), "file 1")
    if len(unpacked) > limits.file * MIB:
        return [ContainedFile(own_name, error=_too_large(limits))]
    return [ContainedFile(own_name, unpacked)]


class _BoundedStream(io.RawIOBase):
    """A stream of unpacked bytes that ends with an error beyond a limit."""

    def __init__(self, stream: IO[bytes], max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._remaining_bytes = max_bytes
        self._start = b""

    def return_start(self, start: bytes) -> None:
        """Have these bytes read again."""
        self._start = start

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, fewer at the end."""
        start, self._start = self._start[:size], self._start[size:]
        chunks, missing = [start], size - len(start)
        while missing and (chunk := self._stream.read(missing)):
            chunks.append(chunk)
            missing -= len(chunk)
        data = b"".join(chunks)
        self._remaining_bytes -= len(data) - len(start)
        if self._remaining_bytes < 0:
            limit = f"at most {self._max_bytes // MIB} MiB"
            raise ReturnError("too-large", found="too much when unpacked", wanted=limit)
        return data


class _GzipStream(gzip.GzipFile):
    """The unpacked bytes of a .gz file, without what follows its last stream, as gzip itself ignores it."""

    def read(self, size: int | None = -1) -> bytes:
        """Return at most `size` bytes, none at the end."""
        try:
            # One piece at a time: an error would cost those read before it.
            return self.read1(size or 0)
        except gzip.BadGzipFile as error:
            if self.tell() and str(error).startswith("Not a gzipped file"):
                return b""
            raise


def _unpacked(content: bytes) -> IO[bytes]:
    packed = io.BytesIO(content)
    if content.startswith(_GZIP):
        return cast(IO[bytes], _GzipStream(fileobj=packed))
    if content.startswith(_BZIP2):
        return bz2.BZ2File(packed)
    return cast(IO[bytes], _XzStream(packed)) if content.startswith(_XZ) else packed


class _XzStream(io.RawIOBase):
    """The unpacked bytes of an .xz file; `lzma.LZMAFile` has no limit of memory."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._is_finished = False
        self._decompressor = lzma.LZMADecompressor(memlimit=_MAX_LZMA_MEMORY)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes; return their number."""
        data = b""
        while not data and not self._is_finished:
            chunk = self._packed.read(_CHUNK_SIZE) if self._decompressor.needs_input else b""
            if not chunk and self._decompressor.needs_input:
                raise EOFError
            data = self._decompressor.decompress(chunk, len(buffer))
            if self._decompressor.eof:
                self._begin_next_stream()
        buffer[: len(data)] = data
        return len(data)

    def _begin_next_stream(self) -> None:
        """Begin the next stream of a file of several, after padding by zeros; finish where there is none."""
        self._packed.seek(-len(self._decompressor.unused_data), io.SEEK_CUR)
        while (start := self._packed.read(4)) == bytes(4):
            pass
        self._packed.seek(-len(start), io.SEEK_CUR)
        self._decompressor = lzma.LZMADecompressor(memlimit=_MAX_LZMA_MEMORY)
        self._is_finished = start != _XZ[:4]


class _CheckedEntry(tarfile.TarInfo):
    """An entry of a .tar archive; a damaged one is an error, and not the end of the archive as for the library."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        """Return the next entry; raise ReturnError where there is a damaged one."""
        try:
            return super().fromtarfile(archive)
        except (tarfile.EmptyHeaderError, tarfile.EOFHeaderError):  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError:
            raise ReturnError("damaged", found="an archive that has lost a part") from None


def _read_tar(stream: _BoundedStream, limits: Limits) -> list[ContainedFile]:
    members: list[ContainedFile] = []
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_CheckedEntry) as archive:
        for number, entry in enumerate(_entries(archive, limits)):
            label = display_name(entry.name, f"file {number + 1}")
            if not is_ignored_file(label):
                members.append(_read_entry(archive, entry, label, limits))
    while stream.read(_CHUNK_SIZE):
        pass  # the checksum of a .gz file is at its end
    return with_unique_names(members)


def _entries(archive: tarfile.TarFile, limits: Limits) -> Iterator[tarfile.TarInfo]:
    for number, entry in enumerate(archive, 1):
        if number > limits.parts:
            raise ReturnError("too-large", found=f"an archive of over {limits.parts} parts", wanted="fewer")
        archive.members = []  # type: ignore[attr-defined]  # otherwise every entry stays in memory
        if not entry.isdir():
            yield entry


def _read_entry(archive: tarfile.TarFile, entry: tarfile.TarInfo, label: str, limits: Limits) -> ContainedFile:
    if not entry.isfile():
        return ContainedFile(
            label, error=ReturnError("unreadable", found="it is a link, a pipe or a device, not a file")
        )
    file = archive.extractfile(entry)
    content = file.read(limits.file * MIB + 1) if file is not None else b""
    if len(content) > limits.file * MIB:
        return ContainedFile(label, error=_too_large(limits))
    return ContainedFile(label, content)


def _too_large(limits: Limits) -> ReturnError:
    return ReturnError("too-large", found=f"more than {limits.file} MiB unpacked", wanted=f"at most {limits.file} MiB")


def _is_tar(content: bytes) -> bool:
    return content.startswith(_TAR_MARK, _TAR_MARK_OFFSET)


def _name_of_single_file(name: str) -> str:
    """Return the name of the file that a compressed file of this name holds: "Parks.xlsx" for "Parks.xlsx.gz"."""
    path = PurePosixPath(name)
    suffix = _TAR_SUFFIXES.get(path.suffix.casefold(), "")
    return f"{path.stem}{suffix}" if path.suffix.casefold() in (*_TAR_SUFFIXES, ".gz", ".bz2", ".xz") else path.name
