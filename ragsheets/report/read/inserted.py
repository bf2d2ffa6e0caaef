"""Open what is inserted or embedded in a Word document: documents, sheets and other files."""

from __future__ import annotations

from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.compound_object import file_in_object
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.limits import Limits
from ragsheets.report.read.package import WordFile, open_word

#: Limits of an embedded sheet, which is only quoted.
_SHEET_LIMITS = Limits(file=16, part=16, unpacked=32, cells=200_000)
_TEXT_KINDS = ("word", "old-word", "odt", "rtf", "pdf", "html", "text")


def open_inserted_document(file: WordFile, relationship_id: str) -> WordFile | None:
    """Open a document that is inserted in another one (w:altChunk); None if it is not a readable Word document."""
    try:
        return open_word(_related_content(file, relationship_id))
    except ReturnError:
        return None


def inserted_words(file: WordFile, relationship_id: str) -> str:
    """Return the words of an inserted document of any kind; "" if none can be read."""
    return words_of_file(_related_content(file, relationship_id))


def _related_content(file: WordFile, relationship_id: str) -> bytes:
    return file.read(file.related_part(relationship_id))


def words_of_file(content: bytes) -> str:
    """Return the words of a file that is inserted or embedded: a document, a sheet, a web page; "" if it has none."""
    from ragsheets.formats.text.extract import extract_text

    try:
        with failures_as_damage():
            content = file_in_object(content).content
            kind, archive = guard.identify(content)
            if kind in _TEXT_KINDS:
                if archive is not None:
                    guard.check_parts(archive, _SHEET_LIMITS)
                return extract_text(kind, content)
            if kind in guard.WORKBOOK_KINDS:
                return "\n".join(", ".join(filter(None, row)) for rows in sheet_texts(content).values() for row in rows)
    except ReturnError:
        return ""
    return ""


def sheet_texts(content: bytes) -> dict[str, list[list[str]]]:
    """Return the texts of a workbook's cells by sheet and row. Raises ReturnError where it may not be opened."""
    from ragsheets.formats.spreadsheet.usual_form import usual_form
    from ragsheets.returns.intake.open_file import read_guarded_details, read_sheet_values

    guard.check_size(len(content), _SHEET_LIMITS)
    kind, archive = guard.identify(content)
    if kind not in guard.WORKBOOK_KINDS:
        raise ReturnError("not-a-workbook", found=kind)
    if archive is not None:
        guard.check_parts(archive, _SHEET_LIMITS)
    read_guarded_details(kind, content, archive, _SHEET_LIMITS)
    sheets = read_sheet_values(usual_form(kind, content, archive))
    return {name: [[_cell_text(value) for value in row] for row in rows] for name, rows in sheets}


def _cell_text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()
