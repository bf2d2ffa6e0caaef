"""Write a workbook in the form that the reader of its values accepts, where its own form differs.

That reader finds the parts of a package by fixed names, accepts only UTF-8, overlooks text behind a comment, and
rejects a whole workbook for a sheet of a kind that it does not know. Office programs accept all of these, so people
never notice them. Only what is read from there is written, in memory, without compression; a workbook in the usual form
stays as it is.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ragsheets.formats import compound_file, xml
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.opc import CONTENT_TYPES, MACRO_SHEET_KINDS, OfficePackage, Relationship, relationships_part
from ragsheets.formats.zip_archive import ZipArchive

#: The folder, in a workbook, of each kind of sheet that the reader of values knows.
_SHEET_FOLDERS = {"worksheet": "worksheets", "chartsheet": "chartsheets", "dialogsheet": "dialogsheets"}
#: The parts with the values' texts and formats, by their kinds.
_TABLES = {"sharedStrings": "sharedStrings", "styles": "styles"}
_TARGET = re.compile(rb"\sTarget\s*=\s*[\"']([^\"']*)[\"']")
_TYPE_PREFIX = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"


class _ValuePart(NamedTuple):
    """A part that the reader of values reads: its relationship to the main part, and the name that it is read by."""

    ident: str
    relationship: Relationship
    usual_name: str


def usual_form(kind: str, content: bytes, archive: ZipArchive | None) -> bytes:
    """Return the bytes of a workbook in the form that the reader of its values accepts.

    Args:
        kind: "xlsx", "xlsb", "xls" or "ods".
        content: the file.
        archive: the same content as an open archive, if it is one; it must have passed `ragsheets.formats.guard`.

    Raises ReturnError where a part that is rewritten is not well-formed.
    """
    if archive is None:
        return usual_stream_names(content) if kind == "xls" else content
    package = OfficePackage(archive)
    return usual_ods(package) if kind == "ods" else usual_workbook(content, package)


def value_parts(package: OfficePackage) -> list[str]:
    """Return the names of the parts of an Open XML workbook that values are read from, the main part first."""
    return [package.main_part(), *(value_part.relationship.part for value_part in _value_parts(package))]


def usual_workbook(content: bytes, package: OfficePackage) -> bytes:
    """Return an Open XML workbook in the usual form: its own bytes if it is in it.

    Raises ReturnError where a part that is rewritten is not well-formed.
    """
    parts = _value_parts(package)
    return content if _is_usual(package, parts) else _rewritten(package, parts)


def _value_parts(package: OfficePackage) -> list[_ValuePart]:
    suffix = _suffix(package)
    parts = []
    for number, (ident, link) in enumerate(package.relationships(package.main_part()).items(), 1):
        if folder := _SHEET_FOLDERS.get(link.kind):
            parts.append(_ValuePart(ident, link, f"xl/{folder}/sheet{number}{suffix}"))
        elif table := _TABLES.get(link.kind):
            parts.append(_ValuePart(ident, link, f"xl/{table}{suffix}"))
    return parts


def _suffix(package: OfficePackage) -> str:
    return ".bin" if package.kind == "xlsb" else ".xml"


def _is_usual(package: OfficePackage, parts: list[_ValuePart]) -> bool:
    main_part = f"xl/workbook{_suffix(package)}"
    relationships = relationships_part(main_part)
    required = (main_part, relationships, relationships_part(""))
    if package.main_part() != main_part or any(package.stored_name(name) != name for name in required):
        return False
    links = package.read(relationships)
    texts = [relationships]
    if package.kind != "xlsb":
        texts += [main_part, *(part.relationship.part for part in parts)]
    targets = [target.decode("utf-8", "replace") for target in _TARGET.findall(links)]
    return (
        # The reader of values takes escaped characters in a target as they are.
        b"&" not in links
        and not any(link.kind in MACRO_SHEET_KINDS for link in package.relationships(main_part).values())
        and not (package.kind == "xlsx" and _has_sheet_without_part(package))
        and all(_is_usual_name(package, part) for part in parts)
        and {_folder_path(target, package) for target in targets}.issuperset(part.relationship.part for part in parts)
        and all(_is_plain(package, name) for name in texts)
    )


def _has_sheet_without_part(package: OfficePackage) -> bool:
    """Return whether an .xlsx workbook lists a sheet that has no part, as Excel does for an old module of macros."""
    return any(not tag.get("id") for tag in xml.scan_tags(package.read_xml(package.main_part()), "sheet"))


def _is_plain(package: OfficePackage, name: str) -> bool:
    """Return whether a part is in UTF-8 without what may part a text."""
    content = package.read_xml(name)
    return content is package.read(name) and xml.is_plain(content)


def _folder_path(target: str, package: OfficePackage) -> str:
    """Return the name of a target as the reader of values resolves it."""
    return f"xl/{target if package.kind == 'xlsb' else target.removeprefix('/xl/')}"


def _is_usual_name(package: OfficePackage, part: _ValuePart) -> bool:
    name = part.relationship.part
    if part.relationship.kind in _TABLES:
        return name == part.usual_name == package.stored_name(name)
    return name.rpartition("/")[0] == part.usual_name.rpartition("/")[0] and name == package.stored_name(name)


def _rewritten(package: OfficePackage, parts: list[_ValuePart]) -> bytes:
    main_part = f"xl/workbook{_suffix(package)}"
    is_binary = package.kind == "xlsb"
    contents = {
        CONTENT_TYPES: b"<Types/>",
        relationships_part(""): _relationships({"main": ("officeDocument", main_part)}),
        main_part: _usual_main_part(package),
        relationships_part(main_part): _relationships(
            {part.ident: (part.relationship.kind, part.usual_name.removeprefix("xl/")) for part in parts}
        ),
    }
    for part in parts:
        name = part.relationship.part
        if name in package:
            contents[part.usual_name] = package.read(name) if is_binary else _usual_part(package, name)
    return _packed(contents)


def _usual_part(package: OfficePackage, name: str) -> bytes:
    content = package.read_xml(name)
    return content if xml.is_plain(content) else xml.serialise(xml.parse(content, name))


def _usual_main_part(package: OfficePackage) -> bytes:
    """Return the part that lists the sheets, without those that the reader of values does not know.

    They hold macros, or nothing: an .xlsx workbook lists them without a part.
    """
    name = package.main_part()
    macro_sheets = {ident for ident, link in package.relationships(name).items() if link.kind in MACRO_SHEET_KINDS}
    if package.kind == "xlsb":
        return _without_sheet_records(package.read(name), macro_sheets) if macro_sheets else package.read(name)
    root = package.parse_xml(name)
    for sheet in list(xml.descendants(root, "sheet")):
        parent = sheet.getparent()
        if xml.attribute(sheet, "id") in ("", *macro_sheets) and parent is not None:
            parent.remove(sheet)
    return xml.serialise(root)


def _without_sheet_records(content: bytes, identifiers: Collection[str]) -> bytes:
    """Return the part of an .xlsb workbook that lists the sheets without the records that name these relationships."""
    from ragsheets.formats.spreadsheet.xlsb import SHEET_RECORD, read_records

    texts = [len(ident).to_bytes(4, "little") + ident.encode("utf-16-le") for ident in identifiers]
    with failures_as_damage():
        return b"".join(
            _record_number(kind) + _record_number(len(body)) + body
            for kind, body in read_records(content)
            if kind != SHEET_RECORD or not any(text in body for text in texts)
        )


def _record_number(number: int) -> bytes:
    """Return a number in groups of seven bits ([MS-XLSB] 2.1.4)."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def _relationships(links: Mapping[str, tuple[str, str]]) -> bytes:
    tags = "".join(
        f'<Relationship Id="{html.escape(ident)}" Type="{_TYPE_PREFIX}{kind}" Target="{target}"/>'
        for ident, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS_NAMESPACE}">{tags}</Relationships>'.encode()


def _packed(contents: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as output:
        for name, content in contents.items():
            output.writestr(name, content)
    return buffer.getvalue()


# ------------------------------------------------------------------------------------------------------------- .ods

_ODS_CONTENT = "content.xml"
_ODS_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
#: The prefixes that the reader of values knows the elements by; it ignores what they refer to.
_ODS_PREFIXES = ("office", "table", "text")
#: The root element's declarations come first.
_MAX_DECLARATIONS = 16 * 1024
#: Blanks between the cells of an OpenDocument table.
_BREAKS_BETWEEN_CELLS = re.compile(rb">\s+(?=</?table:)")
#: Elements for characters in the text of a cell, which the reader of values overlooks.
_CHARACTER_ELEMENT = re.compile(rb"<text:(line-break|tab)(?:\s[^<>]*)?(?:/>|>\s*</text:\1>)")
_CHARACTERS = {b"line-break": b"&#10;", b"tab": b"&#9;"}
#: Blanks within a cell, before its first paragraph and between two.
_BREAKS_IN_CELLS = re.compile(rb"(<table:(?:covered-)?table-cell\b[^<>]*>|</text:p>)\s+(?=<)")
#: A cell with a text but without the type of its value.
_UNTYPED_CELL = re.compile(
    rb"(<table:table-cell\b(?![^<>]*\soffice:value-type\s*=))((?:[^<>]*[^<>/])?>)"
    rb"(?=<(?:text:p|office:annotation)\b)"
)
#: How the elements of drawings begin, what is in a cell with a value of its own, and drawings in a parsed part.
_SHAPE_START = re.compile(rb"<(?:draw|dr3d):")
_OWN_VALUE = re.compile(rb"office:value-type|<text:p")
_SHAPES = tuple(f"{{{_ODS_NAMESPACE.format(name)}}}" for name in ("drawing", "dr3d"))


def usual_ods(package: OfficePackage) -> bytes:
    """Return an OpenDocument workbook, rewritten for the reader of values.

    The mimetype comes first (OpenDocument 1.2 part 3, 3.3), which not all programs obey; the line breaks between cells
    that Gnumeric and SheetJS write for human readers are removed; those inside texts, and tabs, which the reader
    overlooks, become characters; a cell with only a text gets the type of one.

    Raises ReturnError as `usual_workbook` does.
    """
    content = _BREAKS_IN_CELLS.sub(rb"\1", _BREAKS_BETWEEN_CELLS.sub(b">", usual_ods_content(package)))
    content = _UNTYPED_CELL.sub(rb'\1 office:value-type="string"\2', content)
    contents = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": b"<manifest/>",
        _ODS_CONTENT: _CHARACTER_ELEMENT.sub(lambda match: _CHARACTERS[match[1]], content),
    }
    return _packed(contents)


def usual_ods_content(package: OfficePackage) -> bytes:
    """Return the part with the cells of an OpenDocument workbook in UTF-8, with the usual prefixes.

    Where a cell has a value and shapes over it, the part is without shapes: the reader would mistake their words for
    the value.
    """
    content = package.read_xml(_ODS_CONTENT)
    start = content[:_MAX_DECLARATIONS].replace(b"'", b'"')
    namespaces = ((prefix, _ODS_NAMESPACE.format(prefix).encode()) for prefix in _ODS_PREFIXES)
    has_usual_prefixes = all(
        b'xmlns:%s="%s"' % (prefix.encode(), namespace) in start and content.count(namespace) == 1
        for prefix, namespace in namespaces
    )
    if has_usual_prefixes and xml.is_plain(content) and not _has_shapes_over_values(content):
        return content
    writer = _OdsWriter()
    xml.parse_into(writer, content, _ODS_CONTENT)
    return "".join(writer.pieces).encode()


def _has_shapes_over_values(content: bytes) -> bool:
    """Return whether a cell with a value or a text of its own has shapes over it, as most have none."""
    if _SHAPE_START.search(content) is None:
        return False
    for cell in content.split(b"<table:table-cell")[1:]:
        inside = cell.partition(b"</table:table-cell>")[0]
        shape = _SHAPE_START.search(inside)
        if shape and _OWN_VALUE.search(inside[: shape.start()] + inside[inside.rfind(b"</draw:") :]):
            return True
    return False


class _OdsWriter:
    """Parser target that rewrites a part with the usual prefixes and without shapes."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._shape_depth = 0
        self._prefixes = {_ODS_NAMESPACE.format(prefix): prefix for prefix in _ODS_PREFIXES}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Write the start of an element."""
        if self._shape_depth or tag.startswith(_SHAPES):
            self._shape_depth += 1
            return
        values = "".join(f' {self._name(name)}="{_attribute_text(value)}"' for name, value in attributes.items())
        self.pieces.append(f"<{self._name(tag)}{values}>")

    def end(self, tag: str) -> None:
        """Write the end of an element."""
        if self._shape_depth:
            self._shape_depth -= 1
            return
        self.pieces.append(f"</{self._name(tag)}>")

    def data(self, text: str) -> None:
        """Write characters."""
        if not self._shape_depth:
            self.pieces.append(html.escape(text, quote=False))

    def close(self) -> None:
        """End the part."""

    def _name(self, tag: str) -> str:
        namespace, _, name = tag.rpartition("}")
        return f"{self._prefixes.setdefault(namespace[1:], f'x{len(self._prefixes)}')}:{name}" if namespace else name


def _attribute_text(value: str) -> str:
    return html.escape(value).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


# ------------------------------------------------------------------------------------------------------------- .xls

#: Where a directory entry has its name, the name's size and the kind of the entry (MS-CFB 2.6.1).
_DIRECTORY_ENTRY_SIZE, _SIZE_OFFSET, _KIND_OFFSET, _STREAM = 128, 64, 66, 2


def usual_stream_names(content: bytes) -> bytes:
    """Return an .xls workbook with the name of its stream in the usual letter case; names have none (MS-CFB 2.6.4)."""
    names = [compound_file.stored_name(name) for name in ("Workbook", "Book")]
    if any(name in content for name in names):
        return content
    for name in names:
        for match in re.finditer(re.escape(name), content, re.IGNORECASE):
            entry = content[match.start() : match.start() + _DIRECTORY_ENTRY_SIZE]
            is_aligned = match.start() % _DIRECTORY_ENTRY_SIZE == 0 and len(entry) == _DIRECTORY_ENTRY_SIZE
            if is_aligned and entry[_SIZE_OFFSET] == len(name) and entry[_KIND_OFFSET] == _STREAM:
                return content[: match.start()] + name + content[match.end() :]
    return content
