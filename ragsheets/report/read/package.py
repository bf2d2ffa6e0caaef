"""A Word file opened: guarded first, then its parts parsed so that nothing outside of it is touched."""

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
from ragsheets.report.read.xml import Element, name_of

#: What a report may cost: a text of so many MiB and so much markup. One of 4,800 tasks has a quarter of the one and
#: a fifth of the other.
LIMITS = Limits(part=48)
_MAX_TAGS = 4_000_000

_SAVE_AS_DOCX = "Open it in Word, save it as a Word document (.docx) and name that."
_OTHER_FORMATS = {
    "old-word": "is a Word document in the old form (.doc).",
    "odt": "is an OpenDocument text.",
    "rtf": "is a rich text document.",
}
#: What the guard says of a file, in the words for a report.
_GUARD_MESSAGES = {
    "not-a-workbook": ("is not a Word document.", _SAVE_AS_DOCX),
    "damaged": ("is damaged and cannot be opened.", "Take another copy of it."),
    "encrypted": ("is protected with a password.", "Save it without a password and try again."),
    "hostile": ("holds what no report needs, and was not opened.", "Do not open it; ask where it came from."),
    "too-large": ("is larger than any report.", "Ask what it is."),
}


@dataclass(frozen=True, slots=True)
class WordFile:
    """The parts of a Word document that say something; None for those that it lacks."""

    body: Element
    styles: Element | None = None
    numbering: Element | None = None
    chart: Element | None = None
    title: str = ""
    author: str = ""
    company: str = ""


@contextmanager
def raise_report_errors(name: str) -> Iterator[None]:
    """Turn what is raised inside, where the file called `name` cannot be read, into ReportError."""
    try:
        yield
    except ReturnError as error:
        what, fix = _GUARD_MESSAGES.get(error.code, _GUARD_MESSAGES["damaged"])
        what = _OTHER_FORMATS.get(error.facts.get("found", ""), what)
        raise ReportError(what, where=name, fix=fix) from None
    except etree.XMLSyntaxError:
        what, fix = _GUARD_MESSAGES["damaged"]
        raise ReportError(what, where=name, fix=fix) from None


def open_word(content: bytes) -> WordFile:
    """Open a .docx file, of whose bytes nothing is trusted.

    Raises ReturnError and what lxml raises where it is no Word document, or may not be opened.
    """
    guard.check_size(len(content), LIMITS)
    kind, archive = guard.identify(content)
    if kind != "word" or archive is None:
        raise ReturnError("not-a-workbook", found=kind)
    guard.check_parts(archive, LIMITS)
    guard.check_word(archive, LIMITS)
    top = _related_parts(archive, "")
    main = top.get("officeDocument", "word/document.xml")
    beside = _related_parts(archive, main)
    document = _parse_part(archive, main)
    body = next((child for child in document if name_of(child) == "body"), None) if document is not None else None
    if body is None:
        raise ReturnError("damaged", found=main)
    core, application = (_parse_part(archive, top.get(part, "")) for part in ("core-properties", "extended-properties"))
    return WordFile(
        body=body,
        styles=_parse_part(archive, beside.get("styles", "")),
        numbering=_parse_part(archive, beside.get("numbering", "")),
        chart=_parse_part(archive, beside.get("chart", "")),
        title=_property_text(core, "title"),
        author=_property_text(core, "creator"),
        company=_property_text(application, "Company"),
    )


def _related_parts(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The parts that a part names (the whole package: ""), by the last word of what they are to it.

    Those outside of the package are passed over (ECMA-376 part 2, 9.3).
    """
    folder, file = posixpath.split(part)
    relationships = _parse_part(archive, posixpath.join(folder, "_rels", f"{file}.rels"))
    found: dict[str, str] = {}
    for each in relationships if relationships is not None else ():
        said = {str(key).casefold(): str(value) for key, value in each.attrib.items()}
        if name_of(each) == "Relationship" and said.get("targetmode") != "External":
            other = posixpath.normpath(posixpath.join("/", folder, said.get("target", ""))).lstrip("/")
            found.setdefault(said.get("type", "").rpartition("/")[2], other)
    return found


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
    found = next((each for each in part if name_of(each) == name), None) if part is not None else None
    return " ".join((found.text or "").split()) if found is not None else ""
