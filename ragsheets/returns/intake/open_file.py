"""Open one returned file: read a workbook, list the files of a container, or describe a written reply."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats import guard, protection
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.file_names import WORKBOOK_SUFFIXES
from ragsheets.formats.guard import FileKind
from ragsheets.formats.limits import Limits
from ragsheets.formats.mail.apple_single import data_fork, is_resource_fork
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.formats.spreadsheet.usual_form import usual_form
from ragsheets.formats.spreadsheet.values import Sheets
from ragsheets.formats.zip_archive import ZipArchive
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.open_container import OpenedContainer, open_container
from ragsheets.returns.reading import reader
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Observation, ReturnedWorkbook
from ragsheets.returns.reading.ownership import find_ownership

#: The part of a Word document that names the program that made it, and its value for ragsheets.
_APP_PROPERTIES, _OWN_APPLICATION = "docProps/app.xml", b">ragsheets<"
#: A longer name of a program is cut.
_MAX_PROGRAM_CHARACTERS = 100
#: The kinds that `guard` may give a file whose form is not read.
_UNREAD_KINDS = ("zip", "html", "text", "other")
#: Text documents: a reply, whatever their names.
_DOCUMENT_KINDS: tuple[FileKind, ...] = ("word", "old-word", "odt", "rtf", "pdf")

KINDS = {
    "not-a-workbook": FindingKind(
        Severity.ERROR,
        "This is {found}, not an Excel workbook.",
        "Ask for the workbook itself, saved as .xlsx.",
        about_file=True,
    ),
    "damaged": FindingKind(
        Severity.ERROR,
        "The file is damaged and cannot be opened.",
        "Try to open it yourself: a workbook in Excel or LibreOffice, a message in your mail program. If it opens, "
        "save the workbook as .xlsx in the same folder and delete this file; if not, ask for it to be sent again.",
        about_file=True,
    ),
    "encrypted": FindingKind(
        Severity.ERROR,
        "The file is protected with a password.",
        "Ask for it to be sent again without a password.",
        about_file=True,
    ),
    "rights-managed": FindingKind(
        Severity.ERROR,
        "The file is protected by rights management: only people whom its sender's organisation allows can open it.",
        "Ask for a copy without that protection (in Excel: File, Info, Protect Workbook, Restrict Access, "
        "Unrestricted Access; or another sensitivity label).",
        about_file=True,
    ),
    "hostile": FindingKind(
        Severity.ERROR,
        "The file holds {found}, which no workbook needs; it was not opened.",
        "Do not open it; ask the sender by telephone what it is.",
        about_file=True,
    ),
    "unusual-form": FindingKind(
        Severity.ERROR,
        "The workbook is saved in a rare form of Excel's binary format, and some of its cells would be missed.",
        "Open it, save it as .xlsx and put that in its place.",
        about_file=True,
    ),
    "too-large": FindingKind(
        Severity.ERROR,
        "The file is larger than any ordinary workbook: {found}, {wanted}.",
        "Ask the sender what it is.",
        about_file=True,
    ),
    "edited-report": FindingKind(
        Severity.WARNING,
        "This is a report that ragsheets wrote and somebody has changed since, or one of another project folder: "
        "“{found}”.",
        "To see what was changed, run ragsheets verify with the path of the file; then type the changes into the "
        "workbook that was sent.",
        about_file=True,
    ),
}


class SavingFacts(NamedTuple):
    """What a workbook states about itself; "" for what it does not state.

    `saved` is when it was last saved (ISO), `program` the name of the program that saved it, and `reference` that of
    the sent workbook that it was made from.
    """

    saved: str = ""
    program: str = ""
    reference: str = ""


#: The facts of a file that is not a workbook.
NO_FACTS = SavingFacts()


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A workbook that was read.

    Attributes:
        group: the key of its sub-group.
        facts: what it states about itself.
        result: what was read from it.
        prefilled_reference: its reference where it was sent with answers already in it, else "".
    """

    group: str
    facts: SavingFacts
    result: ReturnedWorkbook
    prefilled_reference: str = ""


#: A file once it is open; a reply that is not a workbook is the observation that quotes it.
OpenedFile = OpenedWorkbook | OpenedContainer | Observation


def open_file(name: str, content: bytes, context: ReadingContext, limits: Limits) -> OpenedFile:
    """Open one file.

    Args:
        name: its file name; used only to distinguish a written reply from a file named as a workbook that is not one.
        content: its bytes.
        context: the period that is collected.
        limits: what opening it may cost.

    Raises ReturnError where it is neither workbook, container nor reply, or may not be opened.
    """
    guard.check_size(len(content), limits)
    if is_resource_fork(content):
        return OpenedContainer(())
    content = protection.without_default_password(data_fork(content))
    try:
        kind, archive = guard.identify(content)
    except ReturnError as error:
        if error.code != "old-format" and (opened := _open_other_form(name, content, limits)):
            return opened
        raise
    if kind in guard.WORKBOOK_KINDS:
        details = read_guarded_details(kind, content, archive, limits)
        return _read_workbook(details, usual_form(kind, content, archive), context)
    if kind in _UNREAD_KINDS and (opened := _open_other_form(name, content, limits)):
        return opened
    if kind in guard.CONTAINER_KINDS:
        return open_container(kind, content, context, limits)
    meant_as_workbook = name.casefold().endswith(WORKBOOK_SUFFIXES)
    if kind not in _DOCUMENT_KINDS and (meant_as_workbook or kind == "other"):
        raise ReturnError("not-a-workbook", found=guard.KIND_NAMES[kind])
    observation = _reply_observation(kind, content)
    if archive is not None and kind == "word" and _is_own_report(archive):
        observation = observation._replace(code="edited-report")
    return observation


# ---------------------------------------------------------------------------------------------------- workbooks


def _read_workbook(details: WorkbookDetails, content: bytes, context: ReadingContext) -> OpenedWorkbook:
    sheets = read_sheet_values(content)
    ownership = find_ownership(sheets, context)
    result = reader.read_sheets(sheets, ownership, context, details)
    prefilled_reference = (
        ownership.sent_workbook.reference
        if ownership.sent_workbook.holds_answers(context.template.contact_columns)
        else ""
    )
    reference = ownership.reference if ownership.reference in context.sent_records else ""
    facts = SavingFacts(_saved_time(details, context), _program(details), reference)
    return OpenedWorkbook(ownership.group, facts, result, prefilled_reference)


def _saved_time(details: WorkbookDetails, context: ReadingContext) -> str:
    """Return when a workbook was saved, as it states; "" where it states nothing.

    It states nothing where the time is the one that it was sent with: the program that saved it records no time.
    """
    try:
        saved = details.saved_at
    except ReturnError:
        return ""
    sent = datetime.datetime.combine(datetime.date.fromisoformat(context.period), datetime.time())
    return saved.isoformat(" ") if saved and saved != sent else ""


def _program(details: WorkbookDetails) -> str:
    """Return the name of the program that saved a workbook, or "" where it states none that can be read."""
    try:
        return details.program[:_MAX_PROGRAM_CHARACTERS]
    except ReturnError:
        return ""


def read_guarded_details(kind: FileKind, content: bytes, archive: ZipArchive | None, limits: Limits) -> WorkbookDetails:
    """Return what the workbook holds beyond values; raise ReturnError where it does not pass the guard."""
    if archive is not None:
        guard.check_parts(archive, limits)
        if kind == "ods":
            guard.check_ods(archive, limits)
        else:
            guard.check_xlsx(archive, limits)
    details = details_of(kind, content, archive)
    details.check_readable()
    return details


def read_sheet_values(content: bytes) -> Sheets:
    """Return the sheets with their values, starting at A1."""
    from python_calamine import CalamineWorkbook, PasswordError

    with failures_as_damage():
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheets = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
        except PasswordError:
            raise ReturnError("encrypted") from None
    if not sheets:
        raise ReturnError("damaged", found="a workbook without sheets")
    return sheets


# ------------------------------------------------------------------------------------------------ written replies


def _open_other_form(name: str, content: bytes, limits: Limits) -> OpenedContainer | Observation | None:
    # Its archive modules are not needed for an ordinary return.
    from ragsheets.returns.intake.other_forms import open_other_form

    return open_other_form(name, content, limits)


def _is_own_report(archive: ZipArchive) -> bool:
    return _APP_PROPERTIES in archive.NameToInfo and _OWN_APPLICATION in archive.read(_APP_PROPERTIES)


def _reply_observation(kind: FileKind, content: bytes) -> Observation:
    from ragsheets.formats.text.extract import extract_text, has_password

    text = extract_text(kind, content) if kind not in ("picture", "slides") else ""
    if not text and has_password(kind, content):
        raise ReturnError("encrypted")
    return Observation("other-reply" if text else "wordless-reply", "", "", "", text, guard.KIND_NAMES[kind])
