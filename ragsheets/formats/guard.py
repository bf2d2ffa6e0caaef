"""Checks of a file before any parser reads it: its kind by content, and limits that every real workbook keeps.

Nothing is parsed here: archives are listed, their parts unpacked, and their bytes searched.
"""

from __future__ import annotations

import re
import zipfile
from typing import Literal, NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats import compound_file, xml
from ragsheets.formats.a1 import MAX_COLUMNS, MAX_ROWS, column_letter
from ragsheets.formats.limits import MIB, RATIO_CHECKED_FROM, Limits
from ragsheets.formats.mail.mailbox_file import is_mailbox
from ragsheets.formats.mail.message_head import TNEF_SIGNATURE, identify_message
from ragsheets.formats.mail.signed_content import is_cms
from ragsheets.formats.opc import CONTENT_TYPES, OfficePackage, part_key, relationships_part
from ragsheets.formats.spreadsheet.usual_form import usual_ods_content, value_parts
from ragsheets.formats.text.charset import decode
from ragsheets.formats.zip_archive import ZipArchive

FileKind = Literal[
    "xlsx", "xlsb", "xls", "ods",
    "zip", "eml", "msg", "mbox", "tnef", "p7m",
    "word", "old-word", "odt", "rtf", "pdf", "html", "text", "picture", "slides", "other",
]  # fmt: skip

WORKBOOK_KINDS: tuple[FileKind, ...] = ("xlsx", "xlsb", "xls", "ods")
CONTAINER_KINDS: tuple[FileKind, ...] = ("zip", "eml", "msg", "mbox", "tnef", "p7m")
#: What a file of each kind is, in words for messages.
KIND_NAMES: dict[FileKind, str] = {
    **dict.fromkeys(WORKBOOK_KINDS, "a workbook"),
    **dict.fromkeys(CONTAINER_KINDS, "a message"),
    "zip": "an archive",
    "word": "a Word document",
    "old-word": "a Word document in the old format (.doc)",
    "odt": "an OpenDocument text",
    "rtf": "a rich text document",
    "pdf": "a PDF",
    "html": "a web page",
    "text": "a text file",
    "picture": "a picture",
    "slides": "a presentation or drawing",
    "other": "a file of another kind",
}

_ZIP_SIGNATURE = b"PK\x03\x04"
_EMPTY_ZIP_SIGNATURE = b"PK\x05\x06"
#: BIFF2, 3 and 4 files begin with their own record; from BIFF5 on they are inside an OLE file (MS-XLS, 2.4.21, BOF).
_OLD_BIFF_SIGNATURES = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_PICTURE_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
#: Photographs of telephones name their form after their first four bytes; a bitmap has zeros there (BITMAPFILEHEADER).
_PHOTOGRAPH_FORMS = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1", b"ftypavif")
_BITMAP_SIGNATURE = re.compile(rb"BM....\0\0\0\0", re.DOTALL)
#: The prefix of the "mimetype" of an OpenDocument file (OpenDocument 1.2 part 3, 3.3).
_OPENDOCUMENT_MIMETYPE = b"application/vnd.oasis.opendocument."
#: That of OpenOffice.org before OpenDocument, whose files have the same parts.
_OPENOFFICE_1_MIMETYPE = b"application/vnd.sun.xml."
#: The streams that identify an OLE file, in the order to look for them.
_OLE_STREAM_KINDS: tuple[tuple[str, FileKind | Literal["encrypted"]], ...] = (
    ("__properties_version1.0", "msg"),
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("WordDocument", "old-word"),
    ("PowerPoint Document", "slides"),
    ("Book", "xls"),
)
#: What a web page begins with, whole or in part, in XHTML after the declaration of XML.
HTML_START = re.compile(
    r"\ufeff?\s*(?:<!--|(?:<\?xml[^<>]*>\s*)?<(?:!doctype html|(?:html|head|body|base|meta|title|style|table|div|p|span"
    r"|font|center|h[1-6]|br|b|i|strong|em)[\s/>]))",
    re.IGNORECASE,
)

# Patterns to search for in the parts of a workbook. XML lets a writer choose spaces, quotation marks and prefixes.
_CELL_REFERENCE = re.compile(rb"<(?:[^\s<>/!?:]+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([^\"']*)[\"'][^<>]*(?<!/)>")
#: A cell without its address, which follows the one before it in its row.
_UNADDRESSED_CELL = re.compile(rb"<(?:[^\s<>/!?:]+:)?c(?=[\s>])(?![^<>]*\sr\s*=)(?:[^<>]*[^<>/])?>")
_ROW_START, _CELL_START = (re.compile(rb"<(?:[^\s<>/!?:]+:)?%s[\s/>]" % name) for name in (b"row", b"c"))
_ROW_REFERENCE = re.compile(rb"<(?:[^\s<>/!?:]+:)?row\s(?:[^<>]*?\s)?r\s*=\s*[\"']([^\"']*)[\"']")
_A1_REFERENCE = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
#: Cells as most programs write them.
_PLAIN_CELL = re.compile(rb"<c r=\"([A-Z]{1,3})([1-9][0-9]{0,6})\"")
_ANY_CELL = re.compile(rb"<c[\s/>]")
#: A cell that is written in another way, or is outside the first columns and rows.
_FAR_CELL = re.compile(rb"<c(?! r=\"[A-Z][1-9][0-9]{0,3}\")[\s/>]")
_NEAR_CELL_COUNT = 26 * 9999
_SHEET_NAME = re.compile(rb"<(?:[^\s<>/!?:]+:)?sheet\s(?:[^<>]*?\s)?name\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
#: The kinds of parts that a reader parses: those of values, and those of everything else that is reported.
_PARSED_KINDS = frozenset(
    (
        *("officeDocument", "core-properties", "extended-properties", "theme", "styles", "sharedStrings"),
        *("worksheet", "chartsheet", "dialogsheet", "drawing", "vmlDrawing", "comments", "threadedComment", "person"),
        *("chart", "diagramData", "diagramLayout", "metadata", "sheetMetadata"),
        *("rdRichValue", "rdRichValueStructure", "rdRichValueTypes", "richValueRel"),
    )
)
#: The most bytes of the parts that list the others, before the limits are checked.
_MAX_STRUCTURE = 16 * MIB
_ODS_MANIFEST = "META-INF/manifest.xml"
_MAX_ROW_DIGITS = 7


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
    if content.startswith(compound_file.SIGNATURE):
        return _identify_ole(content)
    if content.startswith(_OLD_BIFF_SIGNATURES):
        raise ReturnError("old-format", found="an Excel 2, 3 or 4 workbook", wanted="your office program")
    if content.startswith(b"PK"):
        raise ReturnError("damaged")
    return _identify_text(content)


def _identify_ole(content: bytes) -> FileKind:
    kinds = [kind for name, kind in _OLE_STREAM_KINDS if compound_file.stored_name(name) in content]
    if len(kinds) != 1:
        # A document may have others embedded, and names have no letter case (MS-CFB, 2.6.4): its directory decides.
        names = {path[0].casefold() for path in compound_file.entry_paths(content) if len(path) == 1}
        kinds = [kind for name, kind in _OLE_STREAM_KINDS if name.casefold() in names] or kinds
    if not kinds:
        raise ReturnError("damaged")
    kind = kinds[0]
    if kind == "encrypted":
        raise ReturnError("encrypted")
    return kind


def _identify_archive(archive: ZipArchive) -> FileKind:
    package = OfficePackage(archive)
    names = set(package.names)
    if not names:
        raise ReturnError("not-a-workbook", found="an archive with nothing in it")
    if "encrypted-package" in names:
        raise ReturnError("encrypted")
    if any(name.endswith(".iwa") for name in names):
        return "other"
    # The sizes of the parts are checked later.
    if sum(map(package.size_of, (CONTENT_TYPES, relationships_part(""), "mimetype"))) > _MAX_STRUCTURE:
        raise ReturnError("too-large", found="a list of parts of more than that", wanted="an ordinary workbook")
    if package.kind is not None:
        return package.kind
    if "mimetype" in names and (media_type := package.read("mimetype")).startswith(_OPENDOCUMENT_MIMETYPE):
        return "ods" if b"spreadsheet" in media_type else "odt" if b"text" in media_type else "slides"
    if {"meta-inf/manifest.xml", "content.xml"} <= names:
        return "other" if package.read("mimetype").startswith(_OPENOFFICE_1_MIMETYPE) else "ods"
    if CONTENT_TYPES in package:
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
    if start.startswith(_PHOTOGRAPH_FORMS, 4) or _BITMAP_SIGNATURE.match(start):
        return "picture"
    if kind := _identify_message(content):
        return kind
    if HTML_START.match(decode(start)):
        return "html"
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (b"\x00" in start and not wide) or start.lstrip().startswith(b"<"):
        return "other"
    return "text"


def _identify_message(content: bytes) -> FileKind | None:
    """Return the kind of a message, or of several in one file; None for any other file."""
    if content.startswith(TNEF_SIGNATURE):
        return "tnef"
    if is_cms(content):
        return "p7m"
    message_kind = identify_message(content)
    if message_kind == "saved page":
        raise ReturnError("old-format", found="a web page saved as one file", wanted="your office program")
    if message_kind == "message":
        return "mbox" if is_mailbox(content) else "eml"
    return None


def check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise ReturnError where an archive exceeds the limits, or has encrypted, unusually packed or duplicate parts."""
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise ReturnError("too-large", found=f"{len(parts)} parts", wanted=f"at most {limits.parts}")
    if len({part_key(part.filename) for part in parts}) < len(parts):
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


def check_xlsx(archive: ZipArchive, limits: Limits) -> None:
    """Search the parts of an Open XML workbook; raise ReturnError for content that misleads or overloads a parser.

    Only parts that are read by a program count; a damaged part does where values are read from it.
    """
    package = OfficePackage(archive)
    main_part = package.main_part()
    is_binary = package.kind == "xlsb"
    parts_with_values = {relationships_part(main_part), *value_parts(package)}
    for part in (CONTENT_TYPES, *_parsed_parts(package)):
        if is_binary and (part in value_parts(package) or part.lower().endswith(".bin")):
            continue
        _check_xml(_content_of(package, part, is_required=part in parts_with_values), limits)
    if is_binary:
        return
    _check_sheet_names(package.read_xml(main_part), limits)
    for kind, part in package.relationships(main_part).values():
        if kind == "worksheet" and part:
            _check_sheet(package.read_xml(part), part, limits)


def _parsed_parts(package: OfficePackage) -> list[str]:
    """Return the names of the parts that some reader parses, with the parts of their relationships."""
    main_part = package.main_part()
    parts = dict.fromkeys(("", main_part))
    waiting = list(parts)
    while waiting:
        for kind, part in package.relationships(waiting.pop()).values():
            if kind in _PARSED_KINDS and part not in parts and part in package:
                parts[part] = None
                waiting.append(part)
    lists = [name for part in parts if (name := relationships_part(part)) in package]
    return [*filter(None, parts), *lists]


def check_ods(archive: ZipArchive, limits: Limits) -> None:
    """Search the parts of an OpenDocument workbook; raise ReturnError as `check_xlsx` does."""
    package = OfficePackage(archive)
    for part in (_ODS_MANIFEST, "styles.xml", "meta.xml", "content.xml"):
        content = _content_of(package, part, is_required=part == "content.xml")
        _check_xml(content, limits)
        if part == _ODS_MANIFEST and b"encryption-data" in content:
            raise ReturnError("encrypted")
    for table in _ODS_TABLE.split(usual_ods_content(package))[1:]:
        _check_table_extent(table, limits)


def _content_of(package: OfficePackage, part: str, *, is_required: bool) -> bytes:
    """Return a part in UTF-8; b"" for a damaged one that is not required."""
    try:
        return package.read_xml(part)
    except ReturnError as error:
        if is_required or error.code != "damaged":
            raise
        return b""


def _check_xml(content: bytes, limits: Limits) -> None:
    xml.check_entities(content)
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


def _check_sheet(content: bytes, part: str, limits: Limits) -> None:
    """Reject a part that is not a sheet, which a parser reads as an empty one, and one whose values are too far apart.

    A table of such values would take all memory.
    """
    if b"sheetData" not in content:
        raise ReturnError("damaged", found=f"the sheet at {part[:100]} is not a sheet")
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
    row_references = set(_ROW_REFERENCE.findall(content))
    for row in row_references:
        if not row.isdigit() or len(row) > _MAX_ROW_DIGITS:
            raise ReturnError("damaged", found=f"the row “{row[:20].decode('ascii', 'replace')}”")
    if _UNADDRESSED_CELL.search(content):
        row_starts = _ROW_START.split(content)[1:]
        letters.add(column_letter(max((len(_CELL_START.findall(row)) for row in row_starts), default=1)).encode())
        # A row without its number follows the one before it.
        unnumbered_count = len(row_starts) - len(_ROW_REFERENCE.findall(content))
        rows.add(b"%d" % (max(map(int, row_references), default=0) + unnumbered_count))
    _check_cell_count(_count_cells(letters, rows), limits)


def _check_cell_count(cells: int, limits: Limits) -> None:
    if cells > limits.cells:
        raise ReturnError("too-large", found=f"a sheet of {cells} cells", wanted="an ordinary one")


def _count_cells(letters: set[bytes], rows: set[bytes]) -> int:
    """Return the number of cells in the rectangle from A1 to the last column and the last row."""
    height, width = max(map(int, rows), default=1), max(map(_column_number, letters), default=1)
    if height > MAX_ROWS or width > MAX_COLUMNS:
        raise ReturnError("damaged", found="a cell beyond the end of a sheet")
    return height * width


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_REPEAT_COUNT = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]+)[\"']")
_ODS_TABLE, _ODS_ROW = re.compile(rb"<table:table[\s>]"), re.compile(rb"<table:table-row\b")
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b")
_ODS_VALUE = re.compile(rb"office:value-type|table:formula|<text:p")


def _check_table_extent(table: bytes, limits: Limits) -> None:
    """Check the extent of a sheet of an OpenDocument workbook, whose equal rows and cells are written once."""
    rows = height = width = 0
    for row in _ODS_ROW.split(table)[1:]:
        head = row.find(b">")
        repeat_count = _REPEAT_COUNT.search(row, 0, head)
        rows += int(repeat_count[1]) if repeat_count else 1
        last = max((match.end() for match in _ODS_VALUE.finditer(row)), default=0)
        if last:
            repeats = [int(count) for count in _REPEAT_COUNT.findall(row, head, row.find(b">", last))]
            height = rows
            width = max(width, len(_ODS_CELL.findall(row, head, last)) + sum(repeats) - len(repeats))
    _check_cell_count(height * width, limits)
