"""Checks of a file before any parser reads it: its kind by content, and limits that every real workbook keeps.

Nothing is parsed here: archives are listed, their parts unpacked, and their bytes searched.
"""

from __future__ import annotations

import re
import zipfile
from typing import Literal, NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats.limits import MIB, RATIO_CHECKED_FROM, Limits
from ragsheets.formats.zip_archive import ZipArchive

FileKind = Literal[
    "xlsx", "xlsb", "xls", "ods",
    "zip", "eml", "msg",
    "word", "old-word", "odt", "rtf", "pdf", "html", "text", "picture", "slides", "other",
]  # fmt: skip

WORKBOOK_KINDS: tuple[FileKind, ...] = ("xlsx", "xlsb", "xls", "ods")
CONTAINER_KINDS: tuple[FileKind, ...] = ("zip", "eml", "msg")

_ZIP_SIGNATURE = b"PK\x03\x04"
_EMPTY_ZIP_SIGNATURE = b"PK\x05\x06"
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: BIFF2, 3 and 4 files begin with their own record; from BIFF5 on they are inside an OLE file (MS-XLS, 2.4.21, BOF).
_OLD_BIFF_SIGNATURES = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_PICTURE_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x18ftyphei")
#: The prefix of the "mimetype" of an OpenDocument file (OpenDocument 1.2 part 3, 3.3).
_OPENDOCUMENT_MIMETYPE = b"application/vnd.oasis.opendocument."
#: That of OpenOffice.org before OpenDocument, whose files have the same parts.
_OPENOFFICE_1_MIMETYPE = b"application/vnd.sun.xml."
#: The streams that identify an OLE file, in the order to look for them: a message may hold any of the others.
_OLE_STREAM_KINDS: tuple[tuple[str, FileKind | Literal["encrypted"]], ...] = (
    ("__properties_version1.0", "msg"),
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("WordDocument", "old-word"),
    ("PowerPoint Document", "slides"),
    ("Book", "xls"),
)
_MAIL_HEADER = re.compile(
    rb"(?:From|To|Subject|Date|MIME-Version|Received|Return-Path|Message-ID|Content-Type|X-[\w-]+):", re.I
)
_HTML_START = re.compile(rb"\s*<(?:!doctype html|html|head|body|table|meta|!--)", re.I)

# Patterns to search for in the parts of a workbook. XML lets a writer choose spaces, quotation marks and prefixes.
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_CELL_REFERENCE = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"']*)[\"'][^>]*(?<!/)>")
_ROW_REFERENCE = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"']*)[\"']")
_A1_REFERENCE = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_WORKSHEET_TYPE = re.compile(rb"relationships/worksheet[\"']")
_TARGET = re.compile(rb"\sTarget\s*=\s*[\"']([^\"']*)[\"']")
#: Cells as most programs write them.
_PLAIN_CELL = re.compile(rb"<c r=\"([A-Z]{1,3})([1-9][0-9]{0,6})\"")
_ANY_CELL = re.compile(rb"<c[\s/>]")
#: A cell that is written in another way, or lies outside the first columns and rows.
_FAR_CELL = re.compile(rb"<c(?! r=\"[A-Z][1-9][0-9]{0,3}\")[\s/>]")
_NEAR_CELL_COUNT = 26 * 9999
_SHEET_NAME = re.compile(rb"<(?:\w+:)?sheet\s(?:[^>]*?\s)?name\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
#: Parts that are not read, so that errors in them do no harm.
_UNREAD_FOLDERS = ("docprops/", "customxml/")
_MAX_ROW_DIGITS = 7
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384  # Microsoft, "Excel specifications and limits"
_CHUNK_SIZE = 256 * 1024


def check_size(size: int, limits: Limits) -> None:
    """Raise ReturnError where a file of `size` bytes is larger than any workbook; called before it is read."""
    if size > limits.file * MIB:
        raise ReturnError("too-large", found=f"{size // MIB} MiB", wanted=f"at most {limits.file} MiB")


class IdentifiedFile(NamedTuple):
    """The kind of a file, and its open archive if it is one."""

    kind: FileKind
    archive: ZipArchive | None = None


def identify(content: bytes) -> IdentifiedFile:
    """Identify a file by its content. Raises ReturnError where it is empty, damaged or locked with a password."""
    if content.startswith((_ZIP_SIGNATURE, _EMPTY_ZIP_SIGNATURE)):
        archive = ZipArchive(content)
        return IdentifiedFile(_identify_archive(archive), archive)
    return IdentifiedFile(_identify_bytes(content))


def _identify_bytes(content: bytes) -> FileKind:
    if not content.strip(b"\x00 \t\r\n"):
        raise ReturnError("not-a-workbook", found="an empty file")
    if content.startswith(_OLE_SIGNATURE):
        return _identify_ole(content)
    if content.startswith(_OLD_BIFF_SIGNATURES):
        raise ReturnError("old-format", found="a workbook in an older Office format")
    if content.startswith(b"PK"):
        raise ReturnError("damaged")
    return _identify_text(content)


def _identify_ole(content: bytes) -> FileKind:
    for name, kind in _OLE_STREAM_KINDS:
        # A directory entry's name is UTF-16 and ends with a zero (MS-CFB, 2.6.1).
        if f"{name}\0".encode("utf-16-le") in content:
            if kind == "encrypted":
                raise ReturnError("encrypted")
            return kind
    raise ReturnError("damaged")


def _identify_archive(archive: zipfile.ZipFile) -> FileKind:
    names = set(archive.namelist())
    if not names:
        raise ReturnError("not-a-workbook", found="an archive with nothing in it")
    if "encrypted-package" in names:
        raise ReturnError("encrypted")
    if any(name.endswith(".iwa") for name in names):
        return "other"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("xl/") for n in names)):
        return "xlsx"
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("word/") for n in names)):
        return "word"
    if "ppt/presentation.xml" in names:
        return "slides"
    if "mimetype" in names and (kind := archive.read("mimetype")).startswith(_OPENDOCUMENT_MIMETYPE):
        return "ods" if b"spreadsheet" in kind else "odt" if b"text" in kind else "slides"
    if {"META-INF/manifest.xml", "content.xml"} <= names:
        return "other" if "mimetype" in names and archive.read("mimetype").startswith(_OPENOFFICE_1_MIMETYPE) else "ods"
    if "[Content_Types].xml" in names:
        raise ReturnError("damaged", found="an Office file without its main part")
    return "zip"


def _identify_text(content: bytes) -> FileKind:
    start = content[:4096]
    if start.startswith(b"%PDF") or b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(_PICTURE_SIGNATURES) or start[8:12] == b"WEBP":
        return "picture"
    lines = start.lstrip(b"\xef\xbb\xbf\r\n").splitlines()
    if sum(bool(_MAIL_HEADER.match(line)) for line in lines[:40]) > 1 and (
        _MAIL_HEADER.match(lines[0]) or lines[0][:5] == b"From "
    ):
        return "eml"
    if _HTML_START.match(start.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (b"\x00" in start and not wide) or start.lstrip().startswith(b"<"):
        return "other"
    return "text"


def check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise ReturnError where an archive exceeds the limits, or has encrypted, unusually packed or duplicate parts."""
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise ReturnError("too-large", found=f"{len(parts)} parts", wanted=f"at most {limits.parts}")
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise ReturnError("damaged", found="two parts of one name")
    if sum(part.file_size for part in parts) > limits.unpacked * MIB:
        raise ReturnError("too-large", found="too much when unpacked", wanted=f"at most {limits.unpacked} MiB")
    for part in parts:
        is_bomb = part.file_size > RATIO_CHECKED_FROM * MIB and part.file_size > limits.ratio * max(
            part.compress_size, 1
        )
        if is_bomb or part.file_size > limits.part * MIB:
            raise ReturnError(
                "too-large", found=f"a part of {part.file_size // MIB} MiB", wanted="an ordinary workbook"
            )
        if part.flag_bits & 1:
            raise ReturnError("encrypted")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReturnError("damaged", found="an unusual compression")


def check_xlsx(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Search the parts of an Open XML workbook; raise ReturnError for content that misleads or overloads a parser."""
    for part in archive.infolist():
        name = part.filename.casefold()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        try:
            content = archive.read(part)
        except ReturnError as error:
            if name.startswith(_UNREAD_FOLDERS) and error.code == "damaged":
                continue
            raise
        _check_xml(content, limits)
        if name.startswith("xl/worksheets/") and name.count("/") == 2:
            _check_extent(content, limits)
        elif name == "xl/workbook.xml":
            _check_sheet_names(content, limits)
        elif name == "xl/_rels/workbook.xml.rels":
            _check_sheet_targets(content, archive)


def check_ods(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Search the parts of an OpenDocument workbook; raise ReturnError as `check_xlsx` does."""
    for part in archive.infolist():
        if part.filename.casefold().endswith((".xml", ".rdf")):
            content = archive.read(part)
            _check_xml(content, limits)
            if part.filename == "META-INF/manifest.xml" and b"encryption-data" in content:
                raise ReturnError("encrypted")
            if part.filename == "content.xml":
                _check_repeated_cells(content, limits)


def check_word(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Search the parts of a Word document; raise ReturnError as `check_xlsx` does."""
    for part in archive.infolist():
        if part.filename.casefold().endswith((".xml", ".rels")):
            _check_xml(archive.read(part), limits)


def _check_xml(content: bytes, limits: Limits) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")) or content[1:2] == b"\x00":
        raise ReturnError("damaged", found="a part that is not in UTF-8")
    # Few parts contain this character at all, and looking for it takes a fraction of the time of a regex search.
    if b"!" in content and _DOCTYPE.search(content):
        raise ReturnError("hostile", found="declarations of entities")
    max_text = limits.text * MIB
    start = 0
    while len(content) - start > max_text:
        start = content.rfind(b"<", start, start + max_text)
        if start < 0:
            raise ReturnError("too-large", found="one text of more than that", wanted=f"at most {limits.text} MiB")
        start += 1


def _check_sheet_names(content: bytes, limits: Limits) -> None:
    names = [(double or single).lower() for double, single in _SHEET_NAME.findall(content)]
    if len(names) > limits.sheets:
        raise ReturnError("too-large", found=f"{len(names)} sheets", wanted=f"at most {limits.sheets}")
    if len(set(names)) < len(names):
        raise ReturnError("damaged", found="two sheets of one name")


def _check_sheet_targets(content: bytes, archive: zipfile.ZipFile) -> None:
    """Reject a workbook whose sheet parts are not sheets: a parser would read them as empty ones."""
    for relationship in _RELATIONSHIP.findall(content):
        target = _TARGET.search(relationship)
        if target is None or not _WORKSHEET_TYPE.search(relationship):
            continue
        path = target[1].decode("utf-8", "replace")
        name = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
        if name not in archive.NameToInfo or b"sheetData" not in archive.read(name):
            raise ReturnError("damaged", found=f"the sheet at {path[:100]} is none")


def _check_extent(content: bytes, limits: Limits) -> None:
    """Reject a sheet whose values lie so far apart that a table of them would take all memory."""
    unprefixed = b":c" not in content
    # Most sheets pass here, in a third of the time that checking each address takes.
    if unprefixed and limits.cells >= _NEAR_CELL_COUNT and _FAR_CELL.search(content) is None:
        return
    plain_cells = _PLAIN_CELL.findall(content)
    if unprefixed and len(plain_cells) == len(_ANY_CELL.findall(content)):
        letters, rows = {column for column, _ in plain_cells}, {row for _, row in plain_cells}
        if _count_cells(letters, rows) <= limits.cells:
            return
    _check_references(content, limits)


def _check_references(content: bytes, limits: Limits) -> None:
    """Check the extent however the cells are written; cells without a value do not count."""
    letters, rows = {b"A"}, {b"1"}
    for reference in set(_CELL_REFERENCE.findall(content)):
        match = _A1_REFERENCE.fullmatch(reference)
        if match is None:
            raise ReturnError("damaged", found=f"the cell “{reference[:20].decode('ascii', 'replace')}”")
        letters.add(match[1])
        rows.add(match[2])
    for row in set(_ROW_REFERENCE.findall(content)):
        if not row.isdigit() or len(row) > _MAX_ROW_DIGITS:
            raise ReturnError("damaged", found=f"the row “{row[:20].decode('ascii', 'replace')}”")
    cells = _count_cells(letters, rows)
    if cells > limits.cells:
        raise ReturnError("too-large", found=f"a sheet of {cells} cells", wanted="an ordinary one")


def _count_cells(letters: set[bytes], rows: set[bytes]) -> int:
    """Return the number of cells in the rectangle from A1 to the last column and the last row."""
    height, width = max(map(int, rows), default=1), max(map(_column_number, letters), default=1)
    if height > _MAX_ROWS or width > _MAX_COLUMNS:
        raise ReturnError("damaged", found="a cell beyond the end of a sheet")
    return height * width


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_REPEAT_COUNT = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]+)[\"']")
_ODS_ROW = re.compile(rb"<table:table-row\b")
_ODS_VALUE = re.compile(rb"office:value-type|<text:p")


def _check_repeated_cells(content: bytes, limits: Limits) -> None:
    """Reject repeated cells with values that a reader would expand one by one; empty ones cost nothing."""
    if max(map(int, _REPEAT_COUNT.findall(content)), default=0) < 1000:
        return
    cells = 0
    for row in _ODS_ROW.split(content)[1:]:
        valued = [match.start() for match in _ODS_VALUE.finditer(row)]
        if not valued:
            continue
        head, last = row.find(b">"), row.find(b">", valued[-1])
        repeat_count = _REPEAT_COUNT.search(row, 0, head)
        widths = [int(width) for width in _REPEAT_COUNT.findall(row, head, last)]
        cells += (int(repeat_count[1]) if repeat_count else 1) * max(sum(widths), 1)
        if cells > limits.cells:
            raise ReturnError("too-large", found=f"rows of {cells} cells", wanted="an ordinary sheet")
