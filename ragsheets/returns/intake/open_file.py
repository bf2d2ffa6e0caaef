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
from ragsheets.formats.guard import Kind
from ragsheets.formats.limits import MIB, RATIO_FROM, Limits
from ragsheets.formats.spreadsheet.details import Extras
from ragsheets.formats.spreadsheet.reader import extras_of
from ragsheets.formats.spreadsheet.values import Sheets
from ragsheets.formats.zip_archive import Unpacked
from ragsheets.returns.reading import reader
from ragsheets.returns.reading.context import Collection
from ragsheets.returns.reading.model import Observation, Return
from ragsheets.returns.reading.ownership import home_of
from ragsheets.text import plain

if TYPE_CHECKING:
    from ragsheets.formats.mail.message import Message
    from ragsheets.formats.zip_members import Member

#: Names that claim to be a workbook: what lies under them and is none was meant to be one.
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods")
#: Where a Word document says which program made it, and what it says where that is ragsheets.
_OUR_REPORT, _MADE_BY_US = "docProps/app.xml", b">ragsheets<"
#: What a reference or a task's key looks like: "2.1", "3.10b".
_LIKE_A_KEY = re.compile(r"\b[0-9]{1,2}\.[0-9]{1,2}[a-z]?\b")
#: Blanks between the cells of an OpenDocument table, and within a cell before its first paragraph and between two.
_BREAKS = re.compile(rb">\s+(?=</?table:)")
_LINE_BREAK = re.compile(rb"<text:line-break\s*/>|<text:line-break>\s*</text:line-break>")
_BREAKS_IN_CELLS = re.compile(rb"(<table:(?:covered-)?table-cell\b[^>]*>|</text:p>)\s+(?=<)")
_CALLED: dict[Kind, str] = {
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
_DOCUMENTS: tuple[Kind, ...] = ("word", "old-word", "odt", "rtf", "pdf")


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook that was read: whose it is, when it was saved last (UTC, ISO, "" for unknown), what it says.

    `prefilled` is the reference of what it was sent with, where there were answers in it already, else "".
    """

    group: str
    saved: str
    result: Return
    prefilled: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A container that was opened: its files, when it was sent (as `Reading.saved`), and what else it says."""

    files: tuple[Member, ...]
    sent: str = ""
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that is no workbook; what it says is an observation."""

    observation: Observation


Opened = Reading | Contents | Reply


def open_file(name: str, content: bytes, collection: Collection, limits: Limits) -> Opened:
    """Open one file.

    Args:
        name: what it is called; only to tell a reply in words from a workbook that is none.
        content: its bytes.
        collection: the period that is collected.
        limits: what it may cost.

    Raises ReturnError where it is neither workbook, container nor reply, or may not be opened.
    """
    guard.check_size(len(content), limits)
    kind, archive = guard.look_at(content)
    if kind in guard.WORKBOOKS:
        extras = guarded(kind, content, archive, limits)
        if kind == "ods" and archive is not None:
            content = _as_the_parser_takes_it(archive)
        return _read(extras, content, collection)
    if kind in guard.CONTAINERS:
        return _open_container(kind, content, collection, limits)
    if archive is not None and kind == "word" and _is_our_report(archive):
        return Contents(())
    meant_as_workbook = name.casefold().endswith(_WORKBOOK_NAMES)
    if kind not in _DOCUMENTS and (meant_as_workbook or kind == "other"):
        raise ReturnError("not-a-workbook", found=_CALLED[kind])
    return Reply(_reply(kind, content))


# ---------------------------------------------------------------------------------------------------- workbooks


def _read(extras: Extras, content: bytes, collection: Collection) -> Reading:
    sheets = sheets_of(content)
    home = home_of(sheets, collection)
    result = reader.read_sheets(sheets, home, collection, extras)
    prefilled = home.edition.reference if home.edition.holds_answers(collection.form.by_contact) else ""
    return Reading(home.group, _saved(extras, collection), result, prefilled)


def _as_the_parser_takes_it(archive: Unpacked) -> bytes:
    """The same OpenDocument file with its kind in the first place (OpenDocument 1.2 part 3, 3.3), which not all obey,
    without the line breaks between cells that Gnumeric and SheetJS write for people to read, and with those in texts,
    which the parser overlooks, as characters."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as ordered:
        ordered.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name in archive.namelist():
            if name == "content.xml":
                cells = _BREAKS_IN_CELLS.sub(rb"\1", _BREAKS.sub(b">", archive.read(name)))
                ordered.writestr(name, _LINE_BREAK.sub(b"&#10;", cells))
            elif name.endswith(".xml"):
                ordered.writestr(name, archive.read(name))
    return buffer.getvalue()


def _saved(extras: Extras, collection: Collection) -> str:
    """When a workbook was saved; "" where it names the time it was sent with, for then a program that keeps no time
    has saved it."""
    try:
        saved = extras.saved
    except ReturnError:
        return ""
    sent = datetime.datetime.combine(datetime.date.fromisoformat(collection.period), datetime.time())
    return saved.isoformat(" ") if saved and saved != sent else ""


def guarded(kind: Kind, content: bytes, archive: Unpacked | None, limits: Limits) -> Extras:
    """What the workbook holds beyond values, once it has passed the guard; raises ReturnError where it does not."""
    if archive is not None:
        guard.check_parts(archive, limits)
        if kind == "ods":
            guard.check_ods(archive, limits)
        else:
            guard.check_xlsx(archive, limits)
    extras = extras_of(kind, content, archive)
    extras.refuse()
    return extras


def sheets_of(content: bytes) -> Sheets:
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


def _open_container(kind: Kind, content: bytes, collection: Collection, limits: Limits) -> Contents:
    from ragsheets.formats.zip_members import Member, zip_members

    if kind == "zip":
        members = zip_members(
            content,
            most_bytes=limits.file * MIB,
            most_unpacked=limits.unpacked * MIB,
            most_parts=limits.parts,
            most_ratio=limits.ratio,
            ratio_from=RATIO_FROM * MIB,
        )
        return Contents(tuple(members))
    from ragsheets.formats.mail.message import read_eml, read_msg

    message = read_eml(content) if kind == "eml" else read_msg(content)
    files = tuple(Member(each.name, each.content) for each in message.attachments)
    return Contents(files, message.date, tuple(_said_in(message, collection)))


def _said_in(message: Message, collection: Collection) -> list[Observation]:
    """What a message says itself: without a workbook it is the reply, beside one a word to look at."""
    said = []
    attached = any(
        each.name.casefold().endswith((*_WORKBOOK_NAMES, ".zip", ".msg", ".eml")) for each in message.attachments
    )
    if message.links and not attached:
        said.append(Observation("cloud-link", "", "", "", " ".join(message.links)))
    # Without a workbook even what stands among the words of an earlier message may be an answer.
    words = "\n".join(filter(None, (message.subject, message.text if attached else message.whole or message.text)))
    if not words and not message.attachments:
        said.append(Observation("wordless-reply", "", "", "", "", "a message without words and attachments"))
    if words and (message.text or not attached):
        code = "message-reply" if not attached else "message-answer" if _answers(words, collection) else "message-text"
        said.append(Observation(code, "", "", "", words, message.sender or "somebody"))
    return said


def _is_our_report(archive: Unpacked) -> bool:
    return _OUR_REPORT in archive.NameToInfo and _MADE_BY_US in archive.read(_OUR_REPORT)


def _answers(words: str, collection: Collection) -> bool:
    """Whether the words that came with a workbook may be meant as answers: they name a status or a reference."""
    plainly = f" {plain(words)} "
    return bool(_LIKE_A_KEY.search(words)) or any(f" {plain(code)} " in plainly for code in collection.form.codes)


def _reply(kind: Kind, content: bytes) -> Observation:
    from ragsheets.formats.text.extract import quote

    words = quote(kind, content) if kind not in ("picture", "slides") else ""
    return Observation("other-reply" if words else "wordless-reply", "", "", "", words, _CALLED[kind])
