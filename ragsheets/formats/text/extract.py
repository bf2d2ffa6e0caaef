"""Text to quote from replies that are not workbooks: documents, web pages, PDFs and plain text."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.limits import MIB
from ragsheets.formats.text.charset import decode
from ragsheets.formats.text.doc import is_encrypted_doc, text_of_doc
from ragsheets.formats.text.docx_odt import text_of_docx, text_of_odt, text_of_word_xml
from ragsheets.formats.text.html import text_of_html
from ragsheets.formats.text.rtf import text_of_rtf
from ragsheets.formats.text.text_builder import normalise_whitespace
from ragsheets.formats.zip_archive import ZipArchive
from ragsheets.text import clean_for_office

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import Field

#: How much of a reply is quoted, in characters, and the mark for what is cut off.
MAX_EXTRACTED_CHARACTERS, CUT_MARK = 20_000, " …"
#: How many pages of a PDF are read, and how much of a plain text, in bytes.
MAX_PAGES, MAX_TEXT_BYTES = 50, 4 * MIB


def extract_text(kind: str, content: bytes) -> str:
    """Return the text of a reply, cut to MAX_EXTRACTED_CHARACTERS; "" if none of it can be read.

    No content of a file raises an error: the quotation is a convenience, and the file itself is kept.

    Args:
        kind: "word", "word-xml", "old-word", "odt", "rtf", "pdf", "html" or "text"; any other raises KeyError.
        content: the file.
    """
    read = _READERS[kind]
    try:
        with failures_as_damage():
            text = clean_for_office(read(content)).strip()
    except ReturnError:
        return ""
    return (
        text
        if len(text) <= MAX_EXTRACTED_CHARACTERS
        else text[: MAX_EXTRACTED_CHARACTERS - len(CUT_MARK)].rstrip() + CUT_MARK
    )


def has_password(kind: str, content: bytes) -> bool:
    """Return whether a document of this kind (see `extract_text`) is encrypted, so that none of it can be read."""
    check = _PASSWORD_CHECKS.get(kind)
    try:
        with failures_as_damage():
            return check is not None and check(content)
    except ReturnError:
        return False


def text_of_plain_text(content: bytes) -> str:
    """Return a plain text in any encoding, without empty lines at its ends; reads at most MAX_TEXT_BYTES."""
    text = clean_for_office(decode(content, max_bytes=MAX_TEXT_BYTES))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


# ------------------------------------------------------------------------------------------------------------ PDF


def text_of_pdf(content: bytes) -> str:
    """Return the text of a PDF: its first MAX_PAGES pages, notes placed on them, and the values of its form fields.

    "" for a scan without text, for an encrypted file and for one that cannot be read; if a page cannot be read, the
    text before it is returned.
    """
    from pypdf import PdfReader

    # pypdf logs a warning to standard error for each fault that it repairs; users do not need them.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pieces: list[str] = []
    # On altered files pypdf has raised nearly every kind of error, and it recurses without end on pages that contain
    # each other: any error means only that there is no more to quote.
    with contextlib.suppress(ReturnError), failures_as_damage():
        for piece in _pdf_texts(PdfReader(io.BytesIO(content), strict=False)):
            pieces.append(piece)
    return normalise_whitespace(clean_for_office("\n".join(pieces)))


def _pdf_texts(reader: PdfReader) -> Iterator[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        return
    for number, page in enumerate(reader.pages):
        if number == MAX_PAGES:
            break
        yield page.extract_text()
        yield from _pdf_annotations(page)
    for name, field in (reader.get_fields() or {}).items():
        if value := _field_value(field):
            yield f"{field.get('/T', name)}: {value}"


def _field_value(field: Field) -> str:
    """Return what was typed or chosen in a form field (ISO 32000-1, 12.7.4), as its page shows it; "" for none."""
    values = field.value if isinstance(field.value, list) else [field.value]
    # A choice may be stored under another value than the one shown, a ticked box under the name of its tick.
    options = (option for option in field.get("/_States_", ()) if isinstance(option, list) and len(option) == 2)
    shown = {str(value): text for value, text in options}
    # The value of a signature is a dictionary, which holds no words of the page.
    typed = (value for value in values if value not in (None, "/Off") and not isinstance(value, dict))
    texts = (str(shown.get(str(value), value)) for value in typed)
    return ", ".join(text.removeprefix("/") if field.field_type == "/Btn" else text for text in texts)


def _pdf_annotations(page: PageObject) -> Iterator[str]:
    """Yield text typed over a page (ISO 32000-1, 12.5.6.6) or noted on it (12.5.6.4): some contacts reply this way."""
    for reference in page.get("/Annots") or ():
        annotation = reference.get_object()
        if annotation.get("/Subtype") in ("/FreeText", "/Text") and annotation.get("/Contents"):
            yield str(annotation["/Contents"])


def _is_encrypted_pdf(content: bytes) -> bool:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    return reader.is_encrypted and not reader.decrypt("")


# ------------------------------------------------------------------------------------------------- by kind of document


def _is_encrypted_odt(content: bytes) -> bool:
    archive, manifest = ZipArchive(content), "META-INF/manifest.xml"
    return manifest in archive.NameToInfo and b"encryption-data" in archive.read(manifest)


_PASSWORD_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "old-word": is_encrypted_doc,
    "odt": _is_encrypted_odt,
    "pdf": _is_encrypted_pdf,
}

_READERS: dict[str, Callable[[bytes], str]] = {
    "word": text_of_docx,
    "word-xml": text_of_word_xml,
    "old-word": text_of_doc,
    "odt": text_of_odt,
    "rtf": text_of_rtf,
    "pdf": text_of_pdf,
    "html": text_of_html,
    "text": text_of_plain_text,
}
