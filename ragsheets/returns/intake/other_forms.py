"""Open returned files of other forms: compressed archives, shortcuts, documents in rare forms; name those not read."""

from __future__ import annotations

import io
import zipfile

from ragsheets.errors import ReturnError
from ragsheets.formats import compressed, shortcuts, unread_forms
from ragsheets.formats.limits import Limits
from ragsheets.formats.opc import CONTENT_TYPES
from ragsheets.formats.unread_forms import Form
from ragsheets.formats.zip_members import read_zip
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.open_container import OpenedContainer
from ragsheets.returns.reading.model import Observation
from ragsheets.text import clean_for_office, single_line

KINDS = {
    "old-format": FindingKind(
        Severity.ERROR,
        "This is {found}, a kind of file that ragsheets does not read.",
        "Open it in {wanted}, save it as .xlsx and put that in its place; or ask the sender to do so.",
        about_file=True,
    ),
    "other-archive": FindingKind(
        Severity.ERROR,
        "This is {found}, a kind of archive that ragsheets does not open.",
        "Unpack it and put the files in it into the folder; or ask for them as a .zip file.",
        about_file=True,
    ),
    "other-reply": FindingKind(
        Severity.WARNING,
        "This is {wanted}, not the workbook. Its words: “{found}”.",
        "Type its answers into the sub-group's workbook from the folder sent, and put that into returned.",
        about_file=True,
        quotes_reply=True,
    ),
    "wordless-reply": FindingKind(
        Severity.WARNING,
        "This is {wanted}, which cannot be read.",
        "Look at it; type its answers into the sub-group's workbook from the folder sent, and put that into returned.",
        about_file=True,
    ),
}


def open_other_form(name: str, content: bytes, limits: Limits) -> OpenedContainer | Observation | None:
    """Open a file of another form than workbooks, messages and ordinary documents have.

    Args:
        name: its file name.
        content: its bytes.
        limits: what opening it may cost.

    Returns:
        An archive, the observation about a shortcut or a document, or None for a file of another form.

    Raises ReturnError that names the form where it is a spreadsheet, an archive or a program that is not opened.
    """
    if compressed.is_compressed(content):
        members = compressed.read_compressed(content, name, limits)
        form = unread_forms.find_form(members[0].content) if len(members) == 1 else None
        if form is None or not form.is_compressed:
            return OpenedContainer(tuple(members))
    elif (target := shortcuts.shortcut_target(name, content)) is not None:
        return _shortcut_observation(target)
    else:
        form = unread_forms.find_form(content, name)
    if form is None:
        return None
    if form.family == "document":
        return _document_observation(form, content)
    if form.family == "program" and zipfile.is_zipfile(io.BytesIO(content)):
        members = read_zip(content, limits)
        # An Office file is not packed in this way: no program would unpack it.
        if all(member.name != CONTENT_TYPES for member in members):
            return OpenedContainer(tuple(members))
    raise _form_error(form)


def _form_error(form: Form) -> ReturnError:
    if form.family == "program":
        return ReturnError("hostile", found=form.name)
    if form.family == "archive":
        return ReturnError("other-archive", found=form.name)
    return ReturnError("old-format", found=form.name, wanted=form.program)


def _shortcut_observation(target: str) -> Observation:
    """Return the observation about a shortcut; raise ReturnError where it leads to a file on another computer."""
    if target.casefold().startswith(("http:", "https:")):
        return Observation("cloud-link", "", "", "", clean_for_office(target))
    raise ReturnError("not-a-workbook", found=f"a shortcut to “{single_line(target) or 'another file'}”")


def _document_observation(form: Form, content: bytes) -> Observation:
    from ragsheets.formats.text.extract import extract_text

    text = extract_text(form.text_kind, content) if form.text_kind else ""
    return Observation("other-reply" if text else "wordless-reply", "", "", "", text, form.name)
