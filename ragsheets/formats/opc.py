"""Read the package of a workbook or a document: its parts and, in Open XML, their relationships (ECMA-376 part 2).

Relationship types differ between Strict files (purl.oclc.org) and Transitional ones, but their last word is the same,
and only that is compared.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from html import unescape
from typing import NamedTuple

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import parse_timestamp
from ragsheets.formats.zip_archive import ZipArchive

_MODIFIED = re.compile(rb"<(?:[\w.-]+:)?modified[^<>]*>([^<]+)<")
_APPLICATION = re.compile(rb"<(?:[\w.-]+:)?Application\s*>([^<]+)<")
_CORE_PROPERTIES, _EXTENDED_PROPERTIES = "docProps/core.xml", "docProps/app.xml"


class Relationship(NamedTuple):
    """A relationship: the last word of its type, and its target part; "" for a target outside the package."""

    kind: str
    part: str


class OfficePackage:
    """The parts of a workbook or a document, read from an open archive; names are compared without regard to case."""

    def __init__(self, archive: ZipArchive) -> None:
        self._archive = archive
        self._names_by_lower_case = {name.lower().lstrip("/"): name for name in archive.namelist()}

    @property
    def names(self) -> list[str]:
        """The names of all parts, in lower case."""
        return list(self._names_by_lower_case)

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names_by_lower_case

    def read(self, part: str) -> bytes:
        """Return a part's content, unpacked; b"" if there is no such part. Raises ReturnError where it is damaged."""
        name = self._names_by_lower_case.get(part.lower())
        return b"" if name is None else self._archive.read(name)

    def read_xml(self, part: str) -> bytes:
        """Return an XML part in UTF-8. Raises ReturnError where its encoding is wrong or it is damaged."""
        return xml.to_utf8(self.read(part), part)

    def parse_xml(self, part: str) -> xml.Element:
        """Parse an XML part. Raises ReturnError where it is not well-formed."""
        return xml.parse(self.read_xml(part), part)

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Return the relationships of a part by identifier; `part` "" is the package itself."""
        folder, name = posixpath.split(part)
        relationships_by_id = {}
        for tag in xml.scan_tags(self.read_xml(posixpath.join(folder, "_rels", f"{name}.rels")), "Relationship"):
            facts = {key.lower(): value for key, value in tag.items()}
            target = "" if facts.get("targetmode") == "External" else facts.get("target", "")
            kind = facts.get("type", "").rpartition("/")[2]
            relationships_by_id[facts.get("id", "")] = Relationship(
                kind, self._resolve_target(folder, target) if target else ""
            )
        return relationships_by_id

    def _resolve_target(self, folder: str, target: str) -> str:
        path = target[1:] if target.startswith("/") else f"{folder}/{target}"
        if "\\" in path or "./" in path or "//" in path or not folder:
            path = posixpath.normpath(f"/{path}".replace("\\", "/")).lstrip("/")
        if path in self or "%" not in path:
            return path
        from urllib.parse import unquote

        return unquote(path) if unquote(path) in self else path

    def related_part(self, part: str, kind: str) -> str:
        """Return the first part of a kind that a part ("": the package) refers to; "" where there is none."""
        return next((target for found, target in self.relationships(part).values() if found == kind and target), "")

    def main_part(self) -> str:
        """Return the name of the part that lists the sheets."""
        for usual in ("xl/workbook.xml", "xl/workbook.bin"):
            if usual in self:
                return usual
        return self.related_part("", "officeDocument") or "xl/workbook.xml"

    def saved_at(self) -> datetime.datetime | None:
        """Return the time of the last save from the core properties, in UTC; None if they have none."""
        match = _MODIFIED.search(self._read_properties(_CORE_PROPERTIES, "core-properties"))
        return parse_timestamp(match[1].decode("ascii", "replace")) if match else None

    def program(self) -> str:
        """Return the name of the program that saved the package from the extended properties; "" if they have none."""
        match = _APPLICATION.search(self._read_properties(_EXTENDED_PROPERTIES, "extended-properties"))
        return unescape(match[1].decode("utf-8", "replace")).strip() if match else ""

    def _read_properties(self, usual_part: str, kind: str) -> bytes:
        return self.read_xml(usual_part if usual_part in self else self.related_part("", kind))
