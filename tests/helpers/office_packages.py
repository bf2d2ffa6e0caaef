"""Workbooks made part by part, for what no library writes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MICROSOFT_KINDS = "http://schemas.microsoft.com/office/2017/10/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

#: One red dot.
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    )
)


def zip_of(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_changed_parts(
    content: bytes, parts: Mapping[str, Callable[[str], str]], added: Mapping[str, bytes] | None = None
) -> bytes:
    """A package with the text of some parts changed, and others added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = source.read(name)
            archive.writestr(name, parts[name](part.decode()) if name in parts else part)
        for name, part in (added or {}).items():
            archive.writestr(name, part)
    return buffer.getvalue()


def relationships_part(*targets: tuple[str, str], kinds: str = KINDS) -> str:
    """The relationships of a part: of which kind, at what; the first is "r1"."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{kind if "/" in kind else f"{kinds}/{kind}"}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'


def sheet(rows: str, after: str = "", *, prefix: str = "", main: str = MAIN) -> str:
    """The part of a sheet with these rows, and what follows them."""
    name, space = (f"{prefix}:", f"xmlns:{prefix}") if prefix else ("", "xmlns")
    return f'<{name}worksheet {space}="{main}"><{name}sheetData>{rows}</{name}sheetData>{after}</{name}worksheet>'


def xlsx(
    sheets: Mapping[str, str | bytes],
    more: Mapping[str, str | bytes] | None = None,
    *,
    beside: Sequence[tuple[str, str]] = (),
    properties: str = "",
    kinds: str = KINDS,
    main: str = MAIN,
) -> bytes:
    """A workbook of these sheets (names as XML writes them) and `more` parts; `beside` is what it points at too."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1)
    )
    book = f"{properties}<sheets>{names}</sheets>"
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": relationships_part(
            *(("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)),
            *beside,
            kinds=kinds,
        ),
    }
    for number, content in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = content
    return zip_of(parts | dict(more or {}))


def ods(table: str, *, styles: str = "", common: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """An OpenDocument workbook of one sheet, "One": what its table holds, automatic and common styles."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            *(("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("draw", "drawing")),
            *(("number", "datastyle"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"), ("meta", "meta")),
        )
    )
    spaces += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    own = 'xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": (
            f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
            f'<office:body><office:spreadsheet><table:table table:name="One">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        ),
        "styles.xml": f"<o:document-styles {spaces} {own}><o:styles>{common}</o:styles></o:document-styles>",
    }
    return zip_of(parts | dict(more or {}))
