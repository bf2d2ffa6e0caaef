"""One file that came back, opened: a workbook read, a container's files, or a reply in words."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.guard import FileKind
from ragsheets.formats.limits import MIB, RATIO_CHECKED_FROM, Limits
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.formats.spreadsheet.values import Sheets
from ragsheets.formats.zip_archive import ZipArchive
from ragsheets.returns.reading import reader
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Observation, ReturnedWorkbook
from ragsheets.returns.reading.ownership import find_ownership
from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.formats.mail.message import Message
    from ragsheets.formats.zip_members import ZipMember

#: Names that claim to be a workbook: what lies under them and is none was meant to be one.
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods")
#: Where a Word document says which program made it, and what it says where that is ragsheets.
_APP_PROPERTIES, _OWN_APPLICATION = "docProps/app.xml", b">ragsheets<"
#: What a reference or a task's key looks like: "2.1", "3.10b".
_TASK_KEY_PATTERN = re.compile(r"\b[0-9]{1,2}\.[0-9]{1,2}[a-z]?\b")
#: Blanks between the cells of an OpenDocument table, and within a cell before its first paragraph and between two.
_BREAKS_BETWEEN_CELLS = re.compile(rb">\s+(?=</?table:)")
_LINE_BREAK = re.compile(rb"<text:line-break\s*/>|<text:line-break>\s*</text:line-break>")
_BREAKS_IN_CELLS = re.compile(rb"(<table:(?:covered-)?table-cell\b[^>]*>|</text:p>)\s+(?=<)")
_KIND_NAMES: dict[FileKind, str] = {
    "word": "a Word document",
    "old-word": "a Word document",
    "odt": "a text document",
    "rtf": "a rich text document",
    "pdf": "a PDF",
    "html": "a web page",
    "text": "a text file",
    "picture": "a picture",
    "slides": "a presentation or drawing",
    "other": "a file of another kind",
}
#: Documents in words: a reply, whatever they are called.
_DOCUMENT_KINDS: tuple[FileKind, ...] = ("word", "old-word", "odt", "rtf", "pdf")


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A workbook that was read: whose it is, when it was saved last (UTC, ISO, "" for unknown), what it says.

    `prefilled` is the reference of what it was sent with, where there were answers in it already, else "".
    """

    group: str
    saved: str
    result: ReturnedWorkbook
    prefilled_reference: str = ""


@dataclass(frozen=True, slots=True)
class OpenedContainer:
    """A container that was opened: its files, when it was sent (as `Reading.saved`), and what else it says."""

    files: tuple[ZipMember, ...]
    sent: str = ""
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedReply:
    """A reply that is no workbook; what it says is an observation."""

    observation: Observation


OpenedFile = OpenedWorkbook | OpenedContainer | OpenedReply


def open_file(name: str, content: bytes, context: ReadingContext, limits: Limits) -> OpenedFile:
    """Open one file.

    Args:
        name: what it is called; only to tell a reply in words from a workbook that is none.
        content: its bytes.
        collection: the period that is collected.
        limits: what it may cost.

    Raises ReturnError where it is neither workbook, container nor reply, or may not be opened.
    """
    guard.check_size(len(content), limits)
    kind, archive = guard.identify(content)
    if kind in guard.WORKBOOK_KINDS:
        extras = read_guarded_details(kind, content, archive, limits)
        if kind == "ods" and archive is not None:
            content = _normalised_ods(archive)
        return _read_workbook(extras, content, context)
    if kind in guard.CONTAINER_KINDS:
        return _open_container(kind, content, context, limits)
    if archive is not None and kind == "word" and _is_own_report(archive):
        return OpenedContainer(())
    meant_as_workbook = name.casefold().endswith(_WORKBOOK_SUFFIXES)
    if kind not in _DOCUMENT_KINDS and (meant_as_workbook or kind == "other"):
        raise ReturnError("not-a-workbook", found=_KIND_NAMES[kind])
    return OpenedReply(_reply_observation(kind, content))


# ---------------------------------------------------------------------------------------------------- workbooks


def _read_workbook(details: WorkbookDetails, content: bytes, context: ReadingContext) -> OpenedWorkbook:
    sheets = read_sheet_values(content)
    home = find_ownership(sheets, context)
    result = reader.read_sheets(sheets, home, context, details)
    prefilled = (
        home.sent_workbook.reference if home.sent_workbook.holds_answers(context.template.contact_columns) else ""
    )
    return OpenedWorkbook(home.group, _saved_time(details, context), result, prefilled)


def _normalised_ods(archive: ZipArchive) -> bytes:
    """The same OpenDocument file with its kind in the first place (OpenDocument 1.2 part 3, 3.3), which not all obey,
    without the line breaks between cells that Gnumeric and SheetJS write for people to read, and with those in texts,
    which the parser overlooks, as characters."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as ordered:
        ordered.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name in archive.namelist():
            if name == "content.xml":
                cells = _BREAKS_IN_CELLS.sub(rb"\1", _BREAKS_BETWEEN_CELLS.sub(b">", archive.read(name)))
                ordered.writestr(name, _LINE_BREAK.sub(b"&#10;", cells))
            elif name.endswith(".xml"):
                ordered.writestr(name, archive.read(name))
    return buffer.getvalue()


def _saved_time(details: WorkbookDetails, context: ReadingContext) -> str:
    """When a workbook was saved; "" where it names the time it was sent with, for then a program that keeps no time
    has saved it."""
    try:
        saved = details.saved_at
    except ReturnError:
        return ""
    sent = datetime.datetime.combine(datetime.date.fromisoformat(context.period), datetime.time())
    return saved.isoformat(" ") if saved and saved != sent else ""


def read_guarded_details(kind: FileKind, content: bytes, archive: ZipArchive | None, limits: Limits) -> WorkbookDetails:
    """What the workbook holds beyond values, once it has passed the guard; raises ReturnError where it does not."""
    if archive is not None:
        guard.check_parts(archive, limits)
        if kind == "ods":
            guard.check_ods(archive, limits)
        else:
            guard.check_xlsx(archive, limits)
    extras = details_of(kind, content, archive)
    extras.check_readable()
    return extras


def read_sheet_values(content: bytes) -> Sheets:
    """The sheets with their values, from A1 on."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
        if not sheets:
            raise ReturnError("damaged", found="a workbook without sheets")
        return sheets
    except PasswordError:
        raise ReturnError("encrypted") from None
    except (CalamineError, ValueError, OverflowError) as error:
        raise ReturnError("damaged", found=str(error)) from None
    except BaseException as error:
        # What goes wrong inside the parser beyond its own errors comes as a "panic", which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise ReturnError("damaged", found=str(error)) from None


# --------------------------------------------------------------------------------------- containers and replies


def _open_container(kind: FileKind, content: bytes, context: ReadingContext, limits: Limits) -> OpenedContainer:
    from ragsheets.formats.zip_members import ZipMember, read_zip

    if kind == "zip":
        members = read_zip(
            content,
            max_bytes=limits.file * MIB,
            max_unpacked=limits.unpacked * MIB,
            max_parts=limits.parts,
            max_ratio=limits.ratio,
            ratio_checked_from=RATIO_CHECKED_FROM * MIB,
        )
        return OpenedContainer(tuple(members))
    from ragsheets.formats.mail.message import read_eml, read_msg

    message = read_eml(content) if kind == "eml" else read_msg(content)
    files = tuple(ZipMember(each.name, each.content) for each in message.attachments)
    return OpenedContainer(files, message.date, tuple(_message_observations(message, context)))


def _message_observations(message: Message, context: ReadingContext) -> list[Observation]:
    """What a message says itself: without a workbook it is the reply, beside one a word to look at."""
    said = []
    attached = any(
        each.name.casefold().endswith((*_WORKBOOK_SUFFIXES, ".zip", ".msg", ".eml")) for each in message.attachments
    )
    if message.links and not attached:
        said.append(Observation("cloud-link", "", "", "", " ".join(message.links)))
    # Without a workbook even what stands among the words of an earlier message may be an answer.
    words = "\n".join(filter(None, (message.subject, message.text if attached else message.full_text or message.text)))
    if not words and not message.attachments:
        said.append(Observation("wordless-reply", "", "", "", "", "a message without words and attachments"))
    if words and (message.text or not attached):
        code = (
            "message-reply"
            if not attached
            else "message-answer"
            if _may_contain_answers(words, context)
            else "message-text"
        )
        said.append(Observation(code, "", "", "", words, message.sender or "somebody"))
    return said


def _is_own_report(archive: ZipArchive) -> bool:
    return _APP_PROPERTIES in archive.NameToInfo and _OWN_APPLICATION in archive.read(_APP_PROPERTIES)


def _may_contain_answers(text: str, context: ReadingContext) -> bool:
    """Whether the words that came with a workbook may be meant as answers: they name a status or a reference."""
    plainly = f" {normalise_text(text)} "
    return bool(_TASK_KEY_PATTERN.search(text)) or any(
        f" {normalise_text(code)} " in plainly for code in context.template.status_codes
    )


def _reply_observation(kind: FileKind, content: bytes) -> Observation:
    from ragsheets.formats.text.extract import extract_text

    words = extract_text(kind, content) if kind not in ("picture", "slides") else ""
    return Observation("other-reply" if words else "wordless-reply", "", "", "", words, _KIND_NAMES[kind])
