"""Office packages as other writers make them: the same parts under other names, in other encodings, with odd extras.

`written_oddly` unpacks a package, applies oddities to it, and packs it again; Office opens every result.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from lxml import etree

CONTENT_TYPES = "[Content_Types].xml"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>\s*")


@dataclass
class Link:
    """A relationship: the last word of its type is its kind; `target` is a part, or an address outside the package."""

    ident: str
    type: str
    target: str
    is_external: bool = False

    @property
    def kind(self) -> str:
        return self.type.rpartition("/")[2]


@dataclass
class Package:
    """A package whose oddities are applied when it is written."""

    parts: dict[str, bytes]
    links: dict[str, list[Link]]
    types: dict[str, str]
    moved: dict[str, str] = field(default_factory=dict)
    stored_name: Callable[[str], str] = lambda name: name
    target: Callable[[str, str], str] = lambda source, name: f"/{name}"
    encode: Callable[[bytes], bytes] = lambda content: content
    damaged: list[str] = field(default_factory=list)
    has_overrides: bool = True
    types_name: str = CONTENT_TYPES

    @property
    def main(self) -> str:
        return next(link.target for link in self.links[""] if link.kind == "officeDocument")

    def of_kind(self, *kinds: str) -> list[str]:
        return [link.target for link in self.links.get(self.main, ()) if link.kind in kinds]

    def change(self, names: Iterable[str], change: Callable[[bytes], bytes]) -> None:
        for name in names:
            self.parts[name] = change(_DECLARATION.sub(b"", self.parts[name]))


def unpacked(content: bytes) -> Package:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = etree.fromstring(parts.pop(CONTENT_TYPES))
    defaults = {tag.get("Extension", "").lower(): tag.get("ContentType", "") for tag in types.iter("{*}Default")}
    overrides = {tag.get("PartName", "").lstrip("/"): tag.get("ContentType", "") for tag in types.iter("{*}Override")}
    links = {}
    for name in [name for name in parts if name.endswith(".rels")]:
        source = posixpath.join(posixpath.dirname(posixpath.dirname(name)), posixpath.basename(name)[: -len(".rels")])
        links[source] = [_link(tag, source) for tag in etree.fromstring(parts.pop(name)).iter("{*}Relationship")]
    by_suffix = {name: defaults.get(name.rpartition(".")[2].lower(), "") for name in parts}
    return Package(parts, links, by_suffix | overrides)


def _link(tag: etree._Element, source: str) -> Link:
    target, is_external = tag.get("Target", ""), tag.get("TargetMode") == "External"
    if not is_external:
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
    return Link(tag.get("Id", ""), tag.get("Type", ""), target, is_external)


def packed(package: Package) -> bytes:
    place = {name: package.moved.get(name, name) for name in package.parts}
    contents = {package.types_name: _types_part(package, place)}
    contents |= {package.stored_name(place[name]): content for name, content in package.parts.items()}
    for source, links in package.links.items():
        folder, file = posixpath.split(place.get(source, source))
        contents[package.stored_name(posixpath.join(folder, "_rels", f"{file}.rels"))] = _links_part(
            package, links, folder, place
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            is_xml = content.lstrip().startswith(b"<")
            entry = zipfile.ZipInfo(name)
            # The constructor replaces backslashes on Windows only, and cuts nothing else.
            entry.filename = name
            archive.writestr(entry, package.encode(content) if is_xml and name != package.types_name else content)
    result = buffer.getvalue()
    for name in package.damaged:
        result = result.replace(package.parts[name], bytes(len(package.parts[name])), 1)
    return result


def _types_part(package: Package, place: dict[str, str]) -> bytes:
    main_type = package.types.get(package.main, "")
    overrides = "".join(
        f"<Override PartName={quoteattr('/' + place[name])} ContentType={quoteattr(kind)}/>"
        for name, kind in package.types.items()
        if kind and name in place and (package.has_overrides or kind == main_type)
    )
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>'.encode()


def _links_part(package: Package, links: Sequence[Link], folder: str, place: dict[str, str]) -> bytes:
    tags = []
    for link in links:
        target = link.target if link.is_external else package.target(folder, place.get(link.target, link.target))
        mode = ' TargetMode="External"' if link.is_external else ""
        tags.append(
            f"<Relationship Id={quoteattr(link.ident)} Type={quoteattr(link.type)} Target={quoteattr(target)}{mode}/>"
        )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(tags)}</Relationships>'.encode()


def written_oddly(content: bytes, oddities: Iterable[str]) -> bytes:
    """Return a package with these oddities."""
    package = unpacked(content)
    for name in oddities:
        ODDITIES[name](package)
    return packed(package)


# ------------------------------------------------------------------------------------------------- names and targets


def _set(**options: object) -> Callable[[Package], None]:
    def apply(package: Package) -> None:
        for name, value in options.items():
            setattr(package, name, value)

    return apply


def _upper_case_folders(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder.upper()}/{file}" if folder else file


def _relative(folder: str, name: str) -> str:
    return posixpath.relpath(name, folder or ".")


NAMES = {
    "names with backslashes": _set(stored_name=lambda name: name.replace("/", "\\")),
    "names in capitals": _set(stored_name=str.upper),
    "folders in capitals": _set(stored_name=_upper_case_folders),
    "names with a leading slash": _set(stored_name=lambda name: f"/{name}"),
    "escaped names": _set(stored_name=lambda name: name.replace("s", "%73")),
}
TARGETS = {
    "relative targets": _set(target=_relative),
    "targets with ./": _set(target=lambda folder, name: f"./{_relative(folder, name)}"),
    "targets up and down": _set(
        target=lambda folder, name: f"../{posixpath.basename(folder)}/{_relative(folder, name)}" if folder else name
    ),
    "targets with backslashes": _set(target=lambda folder, name: _relative(folder, name).replace("/", "\\")),
    "targets with a leading backslash": _set(target=lambda folder, name: "\\" + name.replace("/", "\\")),
    "targets in capitals": _set(target=lambda folder, name: f"/{name.upper()}"),
    "escaped targets": _set(target=lambda folder, name: quote(f"/{name}").replace("e", "%65")),
    "targets from the root without a slash": _set(target=lambda folder, name: name),
}
TYPES = {
    "content types in capitals": _set(types_name=CONTENT_TYPES.upper()),
    "no content types of parts": _set(has_overrides=False),
}

# ------------------------------------------------------------------------------------------------------------ places


def _move_main(name: str) -> Callable[[Package], None]:
    def apply(package: Package) -> None:
        folder = posixpath.dirname(package.main)
        package.moved[package.main] = f"{folder}/{name}" if "/" not in name else name

    return apply


def _move(kind: str, folder: str) -> Callable[[Package], None]:
    def apply(package: Package) -> None:
        package.moved |= {name: f"{folder}{posixpath.basename(name)}" for name in package.of_kind(kind)}

    return apply


PLACES = {
    "main part with a number": _move_main("main22.xml"),
    "main part in another folder": _move_main("other/main.xml"),
    "styles at the root": _move("styles", ""),
}
WORKBOOK_PLACES = {
    "strings at the root": _move("sharedStrings", ""),
    "sheets in another folder": _move("worksheet", "sheets/"),
    "sheets in another folder of xl": _move("worksheet", "xl/tables/"),
}

# --------------------------------------------------------------------------------------------------------- encodings


def _in(encoding: str, *, declared: bool = True) -> Callable[[Package], None]:
    def encode(content: bytes) -> bytes:
        text = _DECLARATION.sub(b"", content).decode()
        head = (
            f'<?xml version="1.0" encoding="{encoding.removesuffix("-le").removesuffix("-be")}"?>' if declared else ""
        )
        return (head + text).encode(encoding, "xmlcharrefreplace")

    return _set(encode=encode)


ENCODINGS = {
    "in UTF-16": _in("utf-16"),
    "in UTF-16 without a declaration": _in("utf-16", declared=False),
    "in UTF-16 without a mark": _in("utf-16-be"),
    "in UTF-32": _in("utf-32"),
    "in Latin-1": _in("iso-8859-1"),
    "in Windows-1252": _in("windows-1252"),
    "in ASCII": _in("us-ascii"),
    "with a mark of UTF-8": _set(encode=lambda content: b"\xef\xbb\xbf" + content),
    "with another form of Unicode declared": _set(
        encode=lambda content: b'<?xml version="1.0" encoding="utf-16"?>' + _DECLARATION.sub(b"", content)
    ),
    "with blanks before the declaration": _set(
        encode=lambda content: b'\n <?xml version="1.0"?>' + _DECLARATION.sub(b"", content)
    ),
}

# ------------------------------------------------------------------------------------------------- unread parts, more


def _add(package: Package, source: str, kind: str, name: str, content: bytes) -> None:
    package.parts[name] = content
    package.links.setdefault(source, []).append(Link(f"rIdOdd{len(package.parts)}", f"{KINDS}/{kind}", name))


def _data_mashup(package: Package) -> None:
    content = '<?xml version="1.0" encoding="utf-16"?><DataMashup>AAAA</DataMashup>'.encode("utf-16")
    _add(package, package.main, "customXml", "customXml/item7.xml", content)


def _document_type(package: Package) -> None:
    _add(package, package.main, "customXml", "customXml/item8.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def _no_xml(package: Package) -> None:
    _add(package, package.main, "customXml", "customXml/item9.xml", b"\xff\x00\xfe no XML at all")


def _damaged_thumbnail(package: Package) -> None:
    _add(package, "", "thumbnail", "docProps/thumbnail9.jpeg", b"\xff\xd8\xff" + zlib.compress(b"thumbnail" * 9))
    package.damaged.append("docProps/thumbnail9.jpeg")


def _left_over(package: Package) -> None:
    """A part that no relationship names."""
    package.parts["left/over.xml"] = b"<!DOCTYPE a><a>"


UNREAD_PARTS = {
    "a query": _data_mashup,
    "a document type in a part of others": _document_type,
    "a part that is no XML": _no_xml,
    "a damaged thumbnail": _damaged_thumbnail,
    "a part left over": _left_over,
}

# --------------------------------------------------------------------------------------------------- workbooks' parts

#: A text in ASCII: CDATA has no references to the characters that an encoding lacks.
_TEXT = re.compile(rb"(<(?:t|v)(?: [^>]*)?>)([^<&\x80-\xff]+)(</(?:t|v)>)")


def _cells(package: Package) -> list[str]:
    return package.of_kind("worksheet", "sharedStrings")


def _prefixed(content: bytes) -> bytes:
    content = re.sub(rb"<(/?)(?=[A-Za-z])(?![\w.-]+:)", rb"<\1x-1.b:", content)
    return content.replace(b"xmlns=", b"xmlns:x-1.b=", 1)


def add_sheet(kind: str, folder: str, root: bytes, kinds: str = KINDS) -> Callable[[Package], None]:
    """Return an oddity: one more sheet, of this kind and with this content."""

    def apply(package: Package) -> None:
        name = f"xl/{folder}/sheet1.xml"
        package.parts[name] = root
        package.links[package.main].append(Link(f"rId{kind}", f"{kinds}/{kind}", name))
        tag = f'<sheet xmlns:o="{KINDS}" name="Odd{kind[:9]}" sheetId="90" o:id="rId{kind}"/></sheets>'.encode()
        package.change([package.main], lambda content: content.replace(b"</sheets>", tag))

    return apply


def _alternate_content(package: Package) -> None:
    piece = (
        b'<m:AlternateContent xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        b'<m:Choice xmlns:y="urn:y" Requires="y"><y:path url="C:\\"/></m:Choice></m:AlternateContent><sheets>'
    )
    package.change([package.main], lambda content: content.replace(b"<sheets>", piece))


_MACRO_ROOT = (
    b'<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
    b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></xm:macrosheet>'
)
MACRO_SHEET = "a macro sheet"
WORKBOOK_CONTENT = {
    "CDATA": lambda package: package.change(_cells(package), lambda part: _TEXT.sub(rb"\1<![CDATA[\2]]>\3", part)),
    "comments in texts": lambda package: package.change(
        _cells(package), lambda part: _TEXT.sub(rb"\1<!-- b -->\2<?c?>\3", part)
    ),
    "prefixes": lambda package: package.change(_cells(package), _prefixed),
    "alternate content": _alternate_content,
    MACRO_SHEET: add_sheet(
        "xlMacrosheet", "macrosheets", _MACRO_ROOT, "http://schemas.microsoft.com/office/2006/relationships"
    ),
}

ODDITIES: dict[str, Callable[[Package], None]] = (
    NAMES | TARGETS | TYPES | PLACES | WORKBOOK_PLACES | ENCODINGS | UNREAD_PARTS | WORKBOOK_CONTENT
)
#: Oddities of any package, and those that only a workbook has; of those of one group, only one at a time has an effect.
SINGLE_GROUPS = (NAMES, TARGETS, TYPES, ENCODINGS)
EVERY_PACKAGE = [*NAMES, *TARGETS, *TYPES, *PLACES, *ENCODINGS, *UNREAD_PARTS]
EVERY_WORKBOOK = [*EVERY_PACKAGE, *WORKBOOK_PLACES, *WORKBOOK_CONTENT]
