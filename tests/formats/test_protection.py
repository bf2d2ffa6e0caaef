"""Protected files: the default password is removed; a real one and rights management are recognised."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from helpers import messages, protected_files
from helpers.compound_files import compound_file
from helpers.hostile import forms
from helpers.hostile.packing import pack_parts
from helpers.protected_files import DEFAULT_PASSWORD
from ragsheets.errors import ReturnError
from ragsheets.formats import guard, protection
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.returns.intake.open_file import read_sheet_values


def workbook_bytes(words: str = "Our words") -> bytes:
    import openpyxl

    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active["B2"] = words
    book.create_sheet("Second")["A1"] = "More"
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_with_the_default_password_is_the_same_workbook() -> None:
    workbook = workbook_bytes()
    protected = protected_files.encrypted_package(workbook, DEFAULT_PASSWORD)
    assert protection.without_default_password(protected) == workbook


def test_an_xls_workbook_with_the_default_password_is_read() -> None:
    protected = protected_files.encrypted_xls(workbook_bytes(), DEFAULT_PASSWORD)
    content = protection.without_default_password(protected)
    kind, archive = guard.identify(content)
    details_of(kind, content, archive).check_readable()
    assert [rows[-1][-1] for _, rows in read_sheet_values(content)] == ["Our words", "More"]


@pytest.mark.parametrize("encrypt", [protected_files.encrypted_package, protected_files.encrypted_xls])
def test_another_password_is_named(encrypt: Callable[[bytes, str], bytes]) -> None:
    with pytest.raises(ReturnError, match="encrypted"):
        protection.without_default_password(encrypt(workbook_bytes(), "secret"))


@pytest.mark.parametrize(
    "content",
    [
        protected_files.rights_managed_package(),
        protected_files.rights_managed_document("Workbook"),
        protected_files.rights_managed_document("WordDocument"),
        protected_files.rights_managed_document("PowerPoint Document"),
        b".pfile\x02\x00\x01" + bytes(100),
    ],
)
def test_rights_management_is_named(content: bytes) -> None:
    with pytest.raises(ReturnError, match="rights-managed"):
        protection.without_default_password(content)


@pytest.mark.parametrize(
    "content",
    [
        workbook_bytes(),
        forms.as_xls(workbook_bytes()),
        b"Some words",
        b"",
        messages.msg("Di", "Return", "Words", {"a.xlsx": protected_files.rights_managed_package()}),
        messages.msg("Di", "Return", "Words", {"a.xls": protected_files.encrypted_xls(workbook_bytes(), "x")}),
        # A label alone protects nothing.
        pack_parts({"[Content_Types].xml": b"<Types/>", "docMetadata/LabelInfo.xml": b"<clbl:labelList/>"}),
    ],
)
def test_other_files_stay_as_they_are(content: bytes) -> None:
    assert protection.without_default_password(content) is content


@pytest.mark.parametrize(
    ("info", "code"),
    [
        (b"\x04\0\x04\0\x40\0\0\0<!DOCTYPE a [<!ENTITY b 'c'>]><encryption/>", "hostile"),
        (b"\x04\0\x04\0\x40\0\0\0" + "<!DOCTYPE a><encryption/>".encode("utf-16"), "hostile"),
        (b"\x04\0\x04\0\x40\0\0\0<encryption/>", "encrypted"),
        (b"\x03\0\x03\0", "encrypted"),
        (b"", "encrypted"),
    ],
)
def test_a_description_of_the_encryption_that_cannot_be_followed_is_named(info: bytes, code: str) -> None:
    with pytest.raises(ReturnError, match=code):
        protection.without_default_password(
            compound_file({"EncryptionInfo": info.ljust(5000), "EncryptedPackage": bytes(5000)})
        )
