"""Open a Word file: it is checked first, then its parts are parsed without access to anything outside it."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from ragsheets.errors import ReportError, ReturnError
from ragsheets.formats import guard
from ragsheets.formats.limits import Limits
from ragsheets.formats.word_archive import open_word_archive
from ragsheets.report.read.xml import Element, name_of

#: Limits of a report: the size of a part in MiB, and the number of tags in it. A report of 4,800 tasks has a quarter
#: of the first and a fifth of the second.
LIMITS = Limits(part=48)
_MAX_TAGS = 4_000_000

_SAVE_AS_DOCX = "Open it in Word, save it as a Word document (.docx) and name that."
#: The guard's error codes with their messages for a report.
_GUARD_MESSAGES = {
    "old-format": ("is not a Word document.", _SAVE_AS_DOCX),
    "not-a-workbook": ("is not a Word document.", "Name a document saved as .docx."),
    "damaged": ("is damaged and cannot be opened.", "Take another copy of it."),
    "encrypted": ("is protected with a password.", "Save it without a password and try again."),
    "rights-managed": ("is protected by rights management.", "Take a copy without that protection."),
    "hostile": ("holds what no report needs, and was not opened.", "Do not open it; ask where it came from."),
    "too-large": ("is larger than any report.", "Ask what it is."),
}


@dataclass(frozen=True, slots=True)
class WordFile:
    """The parts of a Word document that are read; None for those that it lacks."""

    body: Element
    styles: Element | None = None
    numbering: Element | None = None
    chart: Element | None = None
    title: str = ""
    author: str = ""
    company: str = ""


@contextmanager
def raise_report_errors(name: str) -> Iterator[None]:
    """Raise ReportError for errors about an unreadable file called `name`."""
    try:
        yield
    except ReturnError as error:
        message, fix = _GUARD_MESSAGES.get(error.code, _GUARD_MESSAGES["damaged"])
        if error.code in ("old-format", "not-a-workbook") and error.facts.get("found"):
            message = f"is {error.facts['found']}, not a Word document (.docx)."
        raise ReportError(message, where=name, fix=fix) from None
    except etree.XMLSyntaxError:
        message, fix = _GUARD_MESSAGES["damaged"]
        raise ReportError(message, where=name, fix=fix) from None


def open_word(content: bytes) -> WordFile:
    """Open a .docx file from untrusted bytes.

    Raises ReturnError or an lxml error if it is not a Word document, or may not be opened.
    """
    guard.check_size(len(content), LIMITS)
    archive = open_word_archive(content)
    guard.check_parts(archive, LIMITS)
    guard.check_word(archive, LIMITS)
    package_parts = _related_parts(archive, "")
    document_part = package_parts.get("officeDocument", "word/document.xml")
    document_parts = _related_parts(archive, document_part)
    document = _parse_part(archive, document_part)
    body = next((child for child in document if name_of(child) == "body"), None) if document is not None else None
    if body is None:
        raise ReturnError("damaged", found=document_part)
    core, application = (
        _parse_part(archive, package_parts.get(part, "")) for part in ("core-properties", "extended-properties")
    )
    return WordFile(
        body=body,
        styles=_parse_part(archive, document_parts.get("styles", "")),
        numbering=_parse_part(archive, document_parts.get("numbering", "")),
        chart=_parse_part(archive, document_parts.get("chart", "")),
        title=_property_text(core, "title"),
        author=_property_text(core, "creator"),
        company=_property_text(application, "Company"),
    )


def _related_parts(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the parts that a part ("": the package) refers to, by the last word of their relationship type.

    Parts outside the package are ignored (ECMA-376 part 2, 9.3).
    """
    folder, file = posixpath.split(part)
    relationships = _parse_part(archive, posixpath.join(folder, "_rels", f"{file}.rels"))
    related_parts: dict[str, str] = {}
    for relationship in relationships if relationships is not None else ():
        attributes = {str(key).casefold(): str(value) for key, value in relationship.attrib.items()}
        if name_of(relationship) == "Relationship" and attributes.get("targetmode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("target", ""))).lstrip("/")
            related_parts.setdefault(attributes.get("type", "").rpartition("/")[2], target)
    return related_parts


def _parse_part(archive: zipfile.ZipFile, part: str) -> Element | None:
    if part not in archive.NameToInfo:
        return None
    content = archive.read(part)
    if content.count(b"<") > _MAX_TAGS:
        raise ReturnError("too-large", found=part)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(content, parser)


def _property_text(part: Element | None, name: str) -> str:
    property_element = next((child for child in part if name_of(child) == name), None) if part is not None else None
    return " ".join((property_element.text or "").split()) if property_element is not None else ""
