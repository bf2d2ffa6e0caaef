"""Forms of spreadsheets, documents and archives that are not read: each is recognised by its content and named."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats import compound_file
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.file_names import WORKBOOK_SUFFIXES
from ragsheets.formats.guard import HTML_START
from ragsheets.formats.text.charset import decode

Family = Literal["spreadsheet", "document", "archive", "program"]

#: How much of a file is searched for what shows its form, in bytes.
_SAMPLE_SIZE = 64 * 1024
_OFFICE_PROGRAM = "your office program"


class Form(NamedTuple):
    """A form that is not read.

    Attributes:
        name: what a file of the form is, with its article.
        family: what a file of the form is for.
        program: the program that opens it.
        text_kind: the kind that `extract_text` reads its words as; "" where it cannot.
        is_compressed: whether its files are compressed as a whole.
    """

    name: str
    family: Family
    program: str = _OFFICE_PROGRAM
    text_kind: str = ""
    is_compressed: bool = False


def _spreadsheet(name: str, program: str = _OFFICE_PROGRAM) -> Form:
    return Form(name, "spreadsheet", program)


_LOTUS, _QUATTRO = _spreadsheet("a Lotus 1-2-3 workbook"), _spreadsheet("a Quattro Pro workbook")
_WORKS = Form("a Microsoft Works document (.wps)", "document")
_NUMBERS = _spreadsheet("an Apple Numbers workbook", "Numbers (on a Mac, or at icloud.com)")
_PAGES, _KEYNOTE = Form("an Apple Pages document", "document"), Form("an Apple Keynote presentation", "document")
_GNUMERIC = Form("a Gnumeric workbook", "spreadsheet", "Gnumeric or LibreOffice", is_compressed=True)
_SPLIT_ARCHIVE = Form("one part of an archive that was split into several", "archive")
_WEB_TABLE = _spreadsheet("a web page with a table (HTML) under the name of a workbook")
_SEPARATED_VALUES = _spreadsheet("a text file of separated values (CSV) under the name of a workbook")

#: Forms by the first bytes; the first that fits counts.
_SIGNATURES: tuple[tuple[bytes, Form], ...] = (
    *(
        (bytes((0, 0, 2, 0, *ending)), _QUATTRO)
        for ending in ((0x20, 0x51), (0x21, 0x51), (1, 0x10), (2, 0x10), (7, 0x10))
    ),
    *((bytes((0, 0, 2, 0, version, 4)), _LOTUS) for version in (4, 5, 6)),
    *((bytes((0, 0, 0x1A, 0, version, 0x10, 4, 0)), _LOTUS) for version in range(6)),
    (b"\xff\x00\x02\x00\x04\x04", _spreadsheet("a Microsoft Works workbook (.wks)")),
    (b"ID;P", _spreadsheet("a workbook in SYLK format (.slk)")),
    (b"TABLE\r\n0,1", _spreadsheet("a workbook in DIF format (.dif)")),
    (b"TABLE\n0,1", _spreadsheet("a workbook in DIF format (.dif)")),
    (b"\xffWPC", Form("a WordPerfect document", "document")),
    (b"\x31\xbe\x00\x00", Form("a Windows Write document", "document")),
    (b"\xdb\xa5\x2d\x00", Form("a Word 2 document", "document")),
    (b"7z\xbc\xaf\x27\x1c", Form("a 7-Zip archive (.7z)", "archive")),
    (b"Rar!\x1a\x07", Form("a RAR archive (.rar)", "archive")),
    (b"\x28\xb5\x2f\xfd", Form("a Zstandard archive (.zst)", "archive")),
    (b"MSCF", Form("a cabinet archive (.cab)", "archive")),
    (b"\x60\xea", Form("an ARJ archive (.arj)", "archive")),
    (b"\x1f\x9d", Form("a compressed file (.Z)", "archive")),
    (b"\x1f\xa0", Form("a compressed file (.Z)", "archive")),
    (b"LZIP", Form("an lzip archive (.lz)", "archive")),
    (b"\x04\x22\x4d\x18", Form("an LZ4 archive (.lz4)", "archive")),
    (b"xar!", Form("an XAR archive (.xar)", "archive")),
    (b"SIT!", Form("a StuffIt archive (.sit)", "archive")),
    (b"StuffIt", Form("a StuffIt archive (.sit)", "archive")),
    (b"PK\x07\x08", _SPLIT_ARCHIVE),
    (b"PK00PK", _SPLIT_ARCHIVE),
)
#: Forms by bytes at a later place.
_LATER_SIGNATURES: tuple[tuple[int, bytes, Form], ...] = (
    (2, b"-lh", Form("an LZH archive (.lzh)", "archive")),
    (2, b"-lz", Form("an LZH archive (.lzh)", "archive")),
    (7, b"**ACE**", Form("an ACE archive (.ace)", "archive")),
    (32769, b"CD001", Form("a disc image (.iso)", "archive")),
)
#: The beginning of a program; a text that begins with these letters continues differently.
_PROGRAM_START, _PROGRAM = re.compile(rb"MZ.{0,62}[\0\x80-\xff]", re.DOTALL), Form("a program", "program")
#: The end of a macOS disk image.
_DISK_IMAGE_TRAILER, _DISK_IMAGE = b"koly", Form("a disk image (.dmg)", "archive")
#: The names of the parts that archives are split into: "Returns.zip.001", "Returns.z01", "Returns.part2.rar".
_SPLIT_NAME = re.compile(r"\.(?:0\d\d|[zr]\d\d|part\d+\.rar)$", re.IGNORECASE)
#: The end of a .zip archive, with the number of its disk at offset 4 (APPNOTE.TXT, 4.3.16).
_ZIP_END = b"PK\x05\x06"
#: Forms by a stream of a compound file, in lower case.
_STREAMS: tuple[tuple[str, Form], ...] = (
    ("starcalcdocument", _spreadsheet("a StarOffice workbook (.sdc)")),
    ("starwriterdocument", Form("a StarOffice document (.sdw)", "document")),
    ("nativecontent_main", _QUATTRO),
    ("perfectoffice_main", Form("a WordPerfect document", "document")),
    ("matost", _WORKS),
    ("visiodocument", Form("a Visio drawing", "document")),
    ("quill", Form("a Publisher document", "document")),
    ("hwpsummaryinformation", Form("a Hancom document (.hwp)", "document")),
)
#: Forms by the mimetype part of an archive.
_MIMETYPES: tuple[tuple[bytes, Form], ...] = (
    (b"application/vnd.sun.xml.calc", _spreadsheet("an OpenOffice.org 1 workbook (.sxc)")),
    (b"application/vnd.sun.xml.writer", Form("an OpenOffice.org 1 document (.sxw)", "document")),
    (b"application/vnd.sun.xml", Form("an OpenOffice.org 1 presentation or drawing", "document")),
)
#: Forms by a text in the first tag of an XML file, or in what comes before it.
_XML_MARKS: tuple[tuple[str, Form], ...] = (
    ("urn:schemas-microsoft-com:office:spreadsheet", _spreadsheet("an Excel 2003 XML spreadsheet")),
    ("opendocument.spreadsheet", _spreadsheet("a flat OpenDocument spreadsheet (.fods)")),
    ("opendocument.text", Form("a flat OpenDocument text (.fodt)", "document", text_kind="odt")),
    ("office/word/2003/wordml", Form("a Word 2003 XML document", "document", text_kind="word-xml")),
    ('progid="Word.Document"', Form("a flat XML Word document", "document", text_kind="word-xml")),
    ("office/2006/xmlPackage", Form("a flat XML Word document", "document", text_kind="word-xml")),
    ("gnumeric", _GNUMERIC),
    ("uof:UOF", Form("a document in UOF format", "document")),
)
_ROOT = re.compile(r"<[A-Za-z_][^<>]*>")
_HTML_CELL = re.compile(r"<t[dh][\s>]", re.IGNORECASE)
_EXCEL_PAGE_MARK = "urn:schemas-microsoft-com:office:excel"
_SEPARATORS = ("\t", ";", ",")


def find_form(content: bytes, name: str = "") -> Form | None:
    """Return the form of a file that is not read; None where it is read, or its form is not known.

    Args:
        content: its bytes.
        name: its file name; it shows whether a text or a web page is meant to be a workbook, and a part of an archive.
    """
    if _SPLIT_NAME.search(name) and not _is_whole_archive(content):
        return _SPLIT_ARCHIVE
    if content.startswith((b"PK\x03\x04", _ZIP_END)):
        return _form_of_zip(content, name)
    if content.startswith(compound_file.SIGNATURE):
        return _form_of_compound_file(content)
    for signature, form in _SIGNATURES:
        if content.startswith(signature):
            return form
    for offset, signature, form in _LATER_SIGNATURES:
        if content.startswith(signature, offset):
            return form
    if _PROGRAM_START.match(content):
        return _PROGRAM
    if content[-512:].startswith(_DISK_IMAGE_TRAILER):
        return _DISK_IMAGE
    if _is_last_of_several(content):
        return _SPLIT_ARCHIVE
    return _form_of_text(decode(content[:_SAMPLE_SIZE]), meant_as_workbook=name.casefold().endswith(WORKBOOK_SUFFIXES))


def _form_of_text(text: str, *, meant_as_workbook: bool) -> Form | None:
    start = text.lstrip("\ufeff\0 \t\r\n")
    if not start.startswith("<"):
        return _SEPARATED_VALUES if meant_as_workbook and _has_columns(start) else None
    if HTML_START.match(start):
        is_table = _HTML_CELL.search(start) is not None and (meant_as_workbook or _EXCEL_PAGE_MARK in start)
        return _WEB_TABLE if is_table else None
    root = _ROOT.search(start)
    head = start[: root.end()] if root else start
    return next((form for mark, form in _XML_MARKS if mark in head), None)


def _has_columns(text: str) -> bool:
    """Return whether the first lines of a text all have the same number of a separator."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    counts = [{line.count(separator) for line in lines[:2]} for separator in _SEPARATORS]
    return len(lines) > 1 and any(len(numbers) == 1 and 0 not in numbers for numbers in counts)


def _form_of_zip(content: bytes, name: str) -> Form | None:
    with suppress(ReturnError), failures_as_damage(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        mimetype = archive.open("mimetype").read(100) if "mimetype" in names else b""
        form = next((form for mark, form in _MIMETYPES if mimetype.startswith(mark)), None)
        return form or _form_of_parts(names, name)
    return None


def _form_of_parts(names: Collection[str], name: str) -> Form | None:
    suffix = PurePosixPath(name).suffix.casefold()
    if any(part.endswith(".iwa") for part in names):
        has_slides = any(part.startswith("Index/Slide") for part in names)
        return _KEYNOTE if has_slides or suffix == ".key" else _PAGES if suffix == ".pages" else _NUMBERS
    if "index.apxl" in names:
        return _KEYNOTE
    if {"index.xml", "buildVersionHistory.plist"} <= set(names):
        return _PAGES if suffix == ".pages" else _NUMBERS
    if any(part.endswith((".fpage", ".fdseq")) for part in names):
        return Form("an XPS document", "document")
    if "visio/document.xml" in names:
        return Form("a Visio drawing", "document")
    return None


def _form_of_compound_file(content: bytes) -> Form | None:
    names = {path[0].strip("\x01\x02\x03\x05\x06").casefold() for path in compound_file.entry_paths(content)}
    return next((form for stream, form in _STREAMS if stream in names), None)


def _is_last_of_several(content: bytes) -> bool:
    """Return whether a file is the last part of a .zip archive that was split."""
    end = content.rfind(_ZIP_END, -0x10016)
    return end >= 0 and content[end + 4 : end + 6] not in (b"", b"\0\0", b"\xff\xff")


def _is_whole_archive(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content)) and not _is_last_of_several(content)
