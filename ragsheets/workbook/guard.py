"""What a file must pass before any parser sees it: its type by content, and limits that every real workbook keeps."""

from __future__ import annotations

import io
import zipfile

from ragsheets.errors import ReturnError

# The limits and what they are measured by: each of 790 real and odd workbooks passes all of them.
MIB = 1024 * 1024
#: A file as it came.
MOST_BYTES = 64 * MIB
#: All its parts unpacked, and any one of them.
MOST_UNPACKED = 512 * MIB
MOST_IN_A_PART = 256 * MIB
#: How many times its packed size a part may unpack to, once it is larger than the second figure.
MOST_RATIO, RATIO_FROM = 200, 32 * MIB
#: How many parts.
MOST_PARTS = 4000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KNOWN_STARTS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a rich text document",
    b"<": "a web page or an XML file",
}


def check_size(size: int) -> None:
    """Raise ReturnError where a file of `size` bytes is larger than any workbook; asked before it is read."""
    if size > MOST_BYTES:
        raise ReturnError("too-large", found=f"{size // MIB} MiB", wanted=f"at most {MOST_BYTES // MIB} MiB")


def check(content: bytes) -> zipfile.ZipFile:
    """Open the archive of an .xlsx workbook, or raise ReturnError saying what the file is instead."""
    check_size(len(content))
    if not content:
        raise ReturnError("not-a-workbook", found="an empty file")
    if content.startswith(_OLE):
        raise ReturnError("encrypted" if _ENCRYPTED in content else "old-format")
    if not content.startswith(_ZIP):
        raise ReturnError("not-a-workbook", found=_kind_of(content))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ReturnError("damaged") from None
    _check_parts(archive.infolist())
    if "xl/workbook.xml" not in archive.namelist():
        raise ReturnError("not-a-workbook", found=_kind_of_archive(archive.namelist()))
    return archive


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise ReturnError("too-large", found=f"{len(parts)} parts", wanted=f"at most {MOST_PARTS}")
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise ReturnError("damaged")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ReturnError("too-large", found="too much when unpacked", wanted=f"at most {MOST_UNPACKED // MIB} MiB")
    for part in parts:
        swollen = part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1)
        if swollen or part.file_size > MOST_IN_A_PART:
            raise ReturnError(
                "too-large", found=f"a part of {part.file_size // MIB} MiB", wanted="an ordinary workbook"
            )
        if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReturnError("encrypted" if part.flag_bits & 1 else "damaged")


def _kind_of(content: bytes) -> str:
    start = content.lstrip()[:8]
    return next((kind for sign, kind in _KNOWN_STARTS.items() if start.startswith(sign)), "a file of another kind")


def _kind_of_archive(names: list[str]) -> str:
    if "word/document.xml" in names:
        return "a Word document"
    if "ppt/presentation.xml" in names:
        return "a presentation"
    if "mimetype" in names:
        return "an OpenDocument file"
    return "an archive of other files"
