"""Open a Word file: it is checked first, then its parts are parsed without access to anything outside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ragsheets.errors import ReportError, ReturnError
from ragsheets.formats import xml
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.limits import Limits
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.word_archive import open_word_package
from ragsheets.report.read.xml import Element, child_of

#: Limits of a report: the size of a part in MiB, and the number of tags in it. A report of 4,800 tasks has a quarter
#: of the first and a fifth of the second.
LIMITS = Limits(part=48)
_MAX_TAGS = 4_000_000

_SAVE_AS_DOCX = "Open it in Word, save it as a Word document (.docx) and name that."
#: The codes of errors about an unreadable report, each with its message and its fix.
_ERROR_MESSAGES = {
    "old-format": ("is not a Word document.", _SAVE_AS_DOCX),
    "not-a-workbook": ("is not a Word document.", "Name a document saved as .docx."),
    "damaged": ("is damaged and cannot be opened.", "Take another copy of it."),
    "encrypted": ("is protected with a password.", "Save it without a password and try again."),
    "rights-managed": ("is protected by rights management.", "Take a copy without that protection."),
    "hostile": ("contains parts that could do harm, so it was not opened.", "Do not open it; ask who sent it."),
    "too-large": ("is too large for a report.", "Ask whoever sent it what it is."),
}


@dataclass(frozen=True, slots=True)
class WordFile:
    """The parts of a Word document that are read; None for those that it lacks.

    `package` gives access to the other parts, `document_part` is the name of the main one, for its relationships.
    """

    package: OfficePackage
    document_part: str
    body: Element
    styles: Element | None = None
    numbering: Element | None = None
    glossary: Element | None = None
    title: str = ""
    author: str = ""
    company: str = ""

    def parse(self, part: str) -> Element | None:
        """Return the root of a part; None where there is no such part, or it is damaged."""
        try:
            return self.package.parse_xml(part) if part and part in self.package else None
        except ReturnError:
            return None

    def read(self, part: str) -> bytes:
        """Return the content of a part; b"" where there is no such part, or it is damaged."""
        try:
            return self.package.read(part)
        except ReturnError:
            return b""

    def related_part(self, identifier: str, part: str = "") -> str:
        """Return the part that a part (by default the main one) refers to by an identifier; "" where there is none."""
        relationship = self.package.relationships(part or self.document_part).get(identifier)
        return relationship.part if relationship else ""


@contextmanager
def raise_report_errors(name: str, messages: Mapping[str, tuple[str, str]] = _ERROR_MESSAGES) -> Iterator[None]:
    """Raise ReportError for errors about an unreadable file called `name`, whatever fails.

    `messages` are the message and the fix for each code of such an error; those of "damaged" are for all other codes.
    """
    try:
        with failures_as_damage():
            yield
    except ReturnError as error:
        message, fix = messages.get(error.code, messages["damaged"])
        if error.code in ("old-format", "not-a-workbook") and error.facts.get("found"):
            message = f"is {error.facts['found']}, not a Word document (.docx)."
        raise ReportError(message, where=name, fix=fix) from None


def open_word(content: bytes) -> WordFile:
    """Open a .docx file from untrusted bytes.

    Raises ReturnError if it is not a Word document, or may not be opened.
    """
    package = open_word_package(content, LIMITS)
    document_part = package.main_part()
    document = _parse_part(package, document_part)
    body = child_of(document, "body")
    if body is None:
        raise ReturnError("damaged", found=document_part)
    styles, numbering, glossary = (
        _parse_part(package, package.related_part(document_part, kind))
        for kind in ("styles", "numbering", "glossaryDocument")
    )
    core, application = (
        _parse_part(package, package.related_part("", kind)) for kind in ("core-properties", "extended-properties")
    )
    return WordFile(
        package=package,
        document_part=document_part,
        body=body,
        styles=styles,
        numbering=numbering,
        glossary=glossary,
        title=_property_text(core, "title"),
        author=_property_text(core, "creator"),
        company=_property_text(application, "Company"),
    )


def _parse_part(package: OfficePackage, part: str) -> Element | None:
    if part not in package:
        return None
    content = package.read_xml(part)
    if content.count(b"<") > _MAX_TAGS:
        raise ReturnError("too-large", found=part)
    return xml.parse(content, part)


def _property_text(part: Element | None, name: str) -> str:
    element = child_of(part, name)
    return " ".join((element.text or "").split()) if element is not None else ""
