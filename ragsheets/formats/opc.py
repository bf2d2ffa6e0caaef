"""Read the package of a workbook or a document: its parts and, in Open XML, their relationships (ECMA-376 part 2).

Relationship types differ between Strict files (purl.oclc.org) and Transitional ones, but their last word is the same,
and only that is compared.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import parse_timestamp
from ragsheets.formats.zip_archive import ZipArchive

OfficeKind = Literal["xlsx", "xlsb", "word", "slides"]

CONTENT_TYPES = "[Content_Types].xml"
_CORE_PROPERTIES, _EXTENDED_PROPERTIES = "docProps/core.xml", "docProps/app.xml"


#: The kinds of a workbook's sheets of Excel 4 macros.
MACRO_SHEET_KINDS = ("xlMacrosheet", "xlIntlMacrosheet")
#: The main part of a package by its kind, under the name that most programs give it.
_USUAL_MAIN_PARTS: dict[OfficeKind, str] = {
    "xlsx": "xl/workbook.xml",
    "xlsb": "xl/workbook.bin",
    "word": "word/document.xml",
    "slides": "ppt/presentation.xml",
}
#: Words in the content type of a main part, with the kind of its package; then the names of its root element.
_CONTENT_TYPE_KINDS: tuple[tuple[str, OfficeKind], ...] = (
    ("sheet.binary", "xlsb"),
    ("spreadsheet", "xlsx"),
    ("ms-excel", "xlsx"),
    ("word", "word"),
    ("presentation", "slides"),
    ("ms-powerpoint", "slides"),
)
_ROOT_KINDS: dict[str, OfficeKind] = {"workbook": "xlsx", "document": "word", "presentation": "slides"}
#: The most bytes of a main part whose root element is looked for.
_MAX_SEARCHED = 64 * 1024 * 1024
_ROOT_NAME = re.compile(rb"<(?:[^\s<>/!?:]+:)?([A-Za-z]+)[\s/>]")


@lru_cache(maxsize=4096)
def part_key(name: str) -> str:
    """Return a part's name in the form that names are compared in.

    Programs write it with other letter case, backslashes, a leading slash, "./", "../" and escaped characters.
    """
    key = name.lower()
    if "%" in key:
        from urllib.parse import unquote

        key = unquote(key).lower()
    if "\\" in key or key.startswith("/") or "./" in key or "//" in key:
        key = posixpath.normpath("/" + key.replace("\\", "/")).lstrip("/")
    return key


class Relationship(NamedTuple):
    """A relationship: the last word of its type, and its target part; "" for a target outside the package."""

    kind: str
    part: str


class OfficePackage:
    """The parts of a workbook or a document, read from an open archive; names are compared by their keys."""

    def __init__(self, archive: ZipArchive) -> None:
        self._archive = archive
        facts = archive.facts
        if not facts:
            facts |= {"names": {part_key(name): name for name in archive.namelist()}, "relationships": {}, "utf-8": {}}
        self._names_by_key: dict[str, str] = facts["names"]
        self._relationships: dict[str, dict[str, Relationship]] = facts["relationships"]
        self._utf8_parts: dict[str, bytes] = facts["utf-8"]

    @property
    def names(self) -> list[str]:
        """The names of all parts, as `part_key` gives them."""
        return list(self._names_by_key)

    def __contains__(self, part: str) -> bool:
        return part_key(part) in self._names_by_key

    def stored_name(self, part: str) -> str:
        """Return a part's name as the archive has it; "" if there is no such part."""
        return self._names_by_key.get(part_key(part), "")

    def size_of(self, part: str) -> int:
        """Return the size of a part's content as the archive states it; 0 if there is no such part."""
        name = self.stored_name(part)
        return self._archive.getinfo(name).file_size if name else 0

    def read(self, part: str) -> bytes:
        """Return a part's content, unpacked; b"" if there is no such part. Raises ReturnError where it is damaged."""
        name = self.stored_name(part)
        return self._archive.read(name) if name else b""

    def read_xml(self, part: str) -> bytes:
        """Return an XML part in UTF-8. Raises ReturnError where its encoding is wrong or it is damaged."""
        content = self._utf8_parts.get(part)
        if content is None:
            content = self._utf8_parts[part] = xml.to_utf8(self.read(part), part)
        return content

    def parse_xml(self, part: str) -> xml.Element:
        """Parse an XML part. Raises ReturnError where it is not well-formed."""
        return xml.parse(self.read_xml(part), part)

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Return the relationships of a part by identifier; `part` "" is the package itself."""
        if part not in self._relationships:
            self._relationships[part] = self._read_relationships(part)
        return self._relationships[part]

    def _read_relationships(self, part: str) -> dict[str, Relationship]:
        name = relationships_part(part)
        if name not in self:
            return {}
        folder = posixpath.dirname(part)
        relationships_by_id = {}
        for facts in self._relationship_tags(name):
            target = "" if _is_external(facts) else facts.get("target", "")
            kind = facts.get("type", "").rpartition("/")[2]
            relationships_by_id[facts.get("id", "")] = Relationship(
                kind, self._resolve_target(folder, target) if target else ""
            )
        return relationships_by_id

    def external_targets(self, part: str) -> dict[str, str]:
        """Return the targets outside the package that a part refers to, by identifier."""
        tags = self._relationship_tags(relationships_part(part))
        return {facts.get("id", ""): facts.get("target", "") for facts in tags if _is_external(facts)}

    def _relationship_tags(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the attributes of each relationship in a part, with their names in small letters."""
        for tag in xml.scan_tags(self.read_xml(name), "Relationship"):
            yield {key.lower(): value for key, value in tag.items()}

    def related_part(self, part: str, kind: str) -> str:
        """Return the first part of a kind that a part ("": the package) refers to; "" where there is none."""
        return next((target for found, target in self.relationships(part).values() if found == kind and target), "")

    def _resolve_target(self, folder: str, target: str) -> str:
        target = target.replace("\\", "/")
        path = (target if target.startswith("/") else f"{folder}/{target}").lstrip("/")
        if "./" in path or "//" in path:
            path = posixpath.normpath(f"/{path}").lstrip("/")
        # Some programs give the path in the package without the slash that it begins with.
        return target if path not in self and target in self else path

    @cached_property
    def kind(self) -> OfficeKind | None:
        """The kind of an Open XML package by its main part; None for another package, or one without its main part."""
        part = self.main_part()
        if part not in self:
            return None
        for kind, usual in _USUAL_MAIN_PARTS.items():
            if part_key(part) == usual:
                return kind
        declared = self._content_types.get(part_key(part), "")
        for word, kind in _CONTENT_TYPE_KINDS:
            if word in declared:
                return kind
        if self.size_of(part) > _MAX_SEARCHED:
            return None
        root = _ROOT_NAME.search(self.read_xml(part)) if part.lower().endswith(".xml") else None
        return _ROOT_KINDS.get(root[1].decode()) if root else None

    def main_part(self) -> str:
        """Return the name of the part that lists the sheets, or holds the text."""
        return self._main_part

    @cached_property
    def _main_part(self) -> str:
        if (part := self.related_part("", "officeDocument")) in self:
            return part
        for usual in _USUAL_MAIN_PARTS.values():
            if usual in self:
                return usual
        return next((part for part, kind in self._content_types.items() if "main" in kind and part in self), part)

    @cached_property
    def _content_types(self) -> dict[str, str]:
        """The content types of the parts that have one of their own, in lower case, by key."""
        overrides = xml.scan_tags(self.read_xml(CONTENT_TYPES), "Override")
        facts = ({key.lower(): value for key, value in tag.items()} for tag in overrides)
        return {part_key(fact.get("partname", "")): fact.get("contenttype", "").lower() for fact in facts}

    def saved_at(self) -> datetime.datetime | None:
        """Return the time of the last save from the core properties, in UTC; None if they have none."""
        return parse_timestamp(xml.scan_text(self.core_properties(), "modified"))

    def core_properties(self) -> bytes:
        """Return the part with the title, the author and the like. Raises ReturnError where it is damaged."""
        return self._read_properties(_CORE_PROPERTIES, "core-properties")

    def program(self) -> str:
        """Return the name of the program that saved the package from the extended properties; "" if they have none."""
        return xml.scan_text(self._read_properties(_EXTENDED_PROPERTIES, "extended-properties"), "Application")

    def _read_properties(self, usual_part: str, kind: str) -> bytes:
        return self.read_xml(usual_part if usual_part in self else self.related_part("", kind))


def _is_external(facts: Mapping[str, str]) -> bool:
    return facts.get("targetmode", "").lower() == "external"


@lru_cache(maxsize=4096)
def relationships_part(part: str) -> str:
    """Return the name of the part that holds the relationships of a part ("": of the package)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
