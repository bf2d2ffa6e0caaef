"""Write the content of a return by hand in every other file format, with only what a reader needs."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from html import escape

import openpyxl

from helpers.hostile.compound_files import compound_file
from helpers.hostile.packing import Entry, archive, deflate, entry, pack_parts

Value = str | float
#: Sheets by name; rows of cells by row and column from 0.
Book = dict[str, dict[tuple[int, int], Value]]


def book_of(good: bytes) -> Book:
    """Return the cells of an .xlsx workbook, formulas as their results."""
    book = openpyxl.load_workbook(io.BytesIO(good), data_only=True)
    return {
        sheet.title: {
            (cell.row - 1, cell.column - 1): cell.value if isinstance(cell.value, str) else float(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in book.worksheets
    }


def rows_of(cells: dict[tuple[int, int], Value]) -> Iterator[list[Value | None]]:
    """Yield the rows of a sheet, each from its first column to its last."""
    for row in range(max((row for row, _ in cells), default=-1) + 1):
        last = max((column for r, column in cells if r == row), default=-1)
        yield [cells.get((row, column)) for column in range(last + 1)]


# ---------------------------------------------------------------------------------------------------- OpenDocument

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("meta", "meta"))
)


def _ods_cell(value: Value | None) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value:g}"/>'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def ods_body(good: bytes) -> str:
    """Return the sheets of a return as OpenDocument writes them."""
    tables = []
    for name, cells in book_of(good).items():
        rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows_of(cells))
        tables.append(f'<table:table table:name="{escape(name)}">{rows}</table:table>')
    return f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"


def _document(kind: str, body: str) -> str:
    return f'<office:document-{kind} {_SPACES} office:version="1.3">{body}</office:document-{kind}>'


def as_ods(good: bytes) -> bytes:
    """Return the return as an .ods file (ODF 1.3 part 2)."""
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (
            ("/", ODS),
            ("content.xml", "text/xml"),
            ("styles.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    parts = {
        "content.xml": _document("content", ods_body(good)),
        "styles.xml": _document("styles", "<office:styles></office:styles>"),
        "meta.xml": _document("meta", "<office:meta></office:meta>"),
        "META-INF/manifest.xml": (
            f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{manifest}</manifest:manifest>'
        ),
    }
    return archive(
        [entry("mimetype", ODS.encode(), method=0), *(entry(name, text.encode()) for name, text in parts.items())]
    )


def as_fods(good: bytes) -> bytes:
    """Return the return as one flat OpenDocument file."""
    return (
        f'<?xml version="1.0"?><office:document {_SPACES} office:version="1.3" office:mimetype="{ODS}">'
        f"{ods_body(good)}</office:document>"
    ).encode()


# ----------------------------------------------------------------------------------------- the old binary workbook

Record = tuple[int, bytes]
#: The first record of a stream or sheet, by version ([MS-XLS] 2.4.21; OpenOffice's notes for the earlier ones).
_STARTS = {2: 0x0009, 3: 0x0209, 4: 0x0409, 5: 0x0809, 8: 0x0809}


def _start(version: int, kind: int) -> Record:
    version_code = {5: 0x0500, 8: 0x0600}.get(version, 0)
    return _STARTS[version], struct.pack("<HHHHII", version_code, kind, 0x0DBB, 0x07CC, 0, 6)[
        : 4 if version < 5 else 16
    ]


def _text(text: str, version: int, length: str = "<H") -> bytes:
    if version == 8:
        return struct.pack(length, len(text)) + b"\1" + text.encode("utf-16-le")
    raw = text.encode("cp1252", "replace")
    return struct.pack(length, len(raw)) + raw


def sheet_records(cells: dict[tuple[int, int], Value], version: int) -> list[Record]:
    """Return the records of a sheet."""
    records = [_start(version, 0x10)]
    for (row, column), value in sorted(cells.items()):
        if version == 2:
            position = struct.pack("<HH3x", row, column)
            text = _text(value[:255], 2, "<B") if isinstance(value, str) else b""
            records.append((0x0004, position + text) if text else (0x0003, position + struct.pack("<d", value)))
        else:
            position = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                records.append((0x0204, position + _text(value, version)))
            else:
                records.append((0x0203, position + struct.pack("<d", value)))
    return [*records, (0x000A, b"")]


def stream(records: list[Record]) -> bytes:
    """Return the records joined in order."""
    return b"".join(struct.pack("<HH", number, len(data)) + data for number, data in records)


def xls_stream(book: Book, version: int = 8, first: tuple[Record, ...] = ()) -> bytes:
    """Return the stream of a workbook; `first` are records after its start."""
    head = [_start(version, 0x05), *first, (0x0042, struct.pack("<H", 1200 if version == 8 else 1252))]
    sheets = [stream(sheet_records(cells, version)) for cells in book.values()]
    names = [_text(name, version, "<B") for name in book]
    length = len(stream(head)) + sum(4 + 6 + len(name) for name in names) + 4
    listed: list[Record] = []
    for number, name in enumerate(names):
        offset = length + sum(map(len, sheets[:number]))
        listed.append((0x0085, struct.pack("<IBB", offset, 0, 0) + name))
    return stream([*head, *listed, (0x000A, b"")]) + b"".join(sheets)


def as_xls(good: bytes, version: int = 8, first: tuple[Record, ...] = ()) -> bytes:
    """Return the return as an .xls file of Excel 97 (version 8) or Excel 5 (version 5)."""
    content = xls_stream(book_of(good), version, first)
    return compound_file({"Workbook" if version == 8 else "Book": content})


def as_old_xls(good: bytes, version: int) -> bytes:
    """Return a sheet of the return as Excel 2, 3 or 4 wrote it, without any container."""
    return stream(sheet_records(list(book_of(good).values())[1], version))


# ---------------------------------------------------------------------------------------------- the binary workbook

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def bin_record(number: int, data: bytes = b"", *, length: int | None = None) -> bytes:
    """Return a record of an .xlsb part ([MS-XLSB] 2.1.4); `length` is the length it states."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size = len(data) if length is None else length
    while size > 127:
        head, size = head + bytes([size & 0x7F | 0x80]), size >> 7
    return head + bytes([size]) + data


def bin_text(text: str, *, length: int | None = None) -> bytes:
    """Return a text of an .xlsb part; `length` is the number of characters it states."""
    return struct.pack("<I", len(text) if length is None else length) + text.encode("utf-16-le")


def bin_row(row: int) -> bytes:
    """Return the head of a row."""
    return bin_record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))


def bin_cell(column: int, value: Value) -> bytes:
    """Return a cell of the row that was begun."""
    position = struct.pack("<II", column, 0)
    if isinstance(value, str):
        return bin_record(6, position + bin_text(value))
    return bin_record(5, position + struct.pack("<d", value))


def bin_sheet(cells: dict[tuple[int, int], Value], more: bytes = b"", size: tuple[int, ...] = ()) -> bytes:
    """Return a sheet's part; `more` follows its last row, `size` is the range it states."""
    rows = max((row for row, _ in cells), default=0)
    columns = max((column for _, column in cells), default=0)
    span = struct.pack("<4I", *(size or (0, rows, 0, columns)))
    body = b""
    for row in sorted({row for row, _ in cells}):
        body += bin_row(row) + b"".join(bin_cell(c, value) for (r, c), value in sorted(cells.items()) if r == row)
    return bin_record(129) + bin_record(148, span) + bin_record(145) + body + more + bin_record(146) + bin_record(130)


def _relations(lines: str) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'.encode()


def as_xlsb(good: bytes, change: Callable[[int, bytes], bytes] = lambda number, part: part) -> bytes:
    """Return the return as an .xlsb file; `change` may change each sheet's part, given its number from 0."""
    book = book_of(good)
    listed = b"".join(
        bin_record(156, struct.pack("<II", 0, n + 1) + bin_text(f"rId{n + 1}") + bin_text(name))
        for n, name in enumerate(book)
    )
    workbook = bin_record(131) + bin_record(143) + listed + bin_record(144) + bin_record(132)
    kinds = "application/vnd.ms-excel"
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.bin" ContentType="{kinds}.sheet.binary.macroEnabled.main"/>'
    )
    to = ""
    sheets = {}
    for number, cells in enumerate(book.values()):
        name = f"worksheets/sheet{number + 1}.bin"
        types += f'<Override PartName="/xl/{name}" ContentType="{kinds}.worksheet"/>'
        to += f'<Relationship Id="rId{number + 1}" Type="{_OFFICE}/worksheet" Target="{name}"/>'
        sheets[f"xl/{name}"] = change(number, bin_sheet(cells))
    package = "http://schemas.openxmlformats.org/package/2006"
    top = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
    return pack_parts(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>'.encode(),
            "_rels/.rels": _relations(top),
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": _relations(to),
            **sheets,
        }
    )


# -------------------------------------------------------------------------------------------------- replies in words


def as_docx(words: str) -> bytes:
    """Return a Word document of one paragraph."""
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
    )
    top = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    body = f"<w:body><w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:body>"
    return pack_parts(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>'.encode(),
            "_rels/.rels": _relations(top),
            "word/document.xml": f'<w:document xmlns:w="{word}">{body}</w:document>'.encode(),
            "word/_rels/document.xml.rels": _relations(""),
        }
    )


def as_pdf(words: str, objects: dict[int, bytes] | None = None) -> bytes:
    """Return a PDF of one page; `objects` replace its own: 1 catalogue, 2 pages, 3 page, 4 text, 5 font."""
    text = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        4: b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        **(objects or {}),
    }
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number in sorted(bodies):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(offsets) + 1, table)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start)
    return bytes(out)


def flate(item: Entry) -> bytes:
    """Return the compressed bytes of an entry as a PDF's stream holds them, without the closing checksum."""
    return b"\x78\x9c" + item.compressed


def flate_of(content: bytes) -> bytes:
    """Return some content as a PDF's stream holds it."""
    return b"\x78\x9c" + deflate(content)
