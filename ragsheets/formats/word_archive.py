"""Open the package of a Word document, and name the form of any other file."""

from __future__ import annotations

from ragsheets.errors import ReturnError
from ragsheets.formats import guard, protection, unread_forms
from ragsheets.formats.guard import FileKind
from ragsheets.formats.limits import Limits
from ragsheets.formats.opc import OfficePackage

#: Kinds of files that Word opens.
_DOCUMENT_KINDS: tuple[FileKind, ...] = ("old-word", "odt", "rtf", "html", "text")


def open_word_package(content: bytes, limits: Limits) -> OfficePackage:
    """Open a Word document (.docx) within some limits, without the protection of the default password.

    Raises ReturnError: "old-format" for a document in another form, "not-a-workbook" for any other file, with what it
    is in `found` as far as that is known; or as `ragsheets.formats.guard.identify` and
    `protection.without_default_password` do.
    """
    guard.check_size(len(content), limits)
    content = protection.without_default_password(content)
    try:
        kind, archive = guard.identify(content)
    except ReturnError:
        _raise_for_form(content)
        raise
    if kind == "word" and archive is not None:
        guard.check_parts(archive, limits)
        return OfficePackage(archive)
    _raise_for_form(content)
    code = "old-format" if kind in _DOCUMENT_KINDS else "not-a-workbook"
    raise ReturnError(code, found=guard.KIND_NAMES[kind] if kind != "other" else "")


def _raise_for_form(content: bytes) -> None:
    if form := unread_forms.find_form(content):
        code = "old-format" if form.family == "document" else "not-a-workbook"
        raise ReturnError(code, found=form.name) from None
