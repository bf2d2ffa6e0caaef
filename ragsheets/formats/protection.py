"""Protection of Office files: the default password, which is not secret; real passwords; rights management."""

from __future__ import annotations

import io
import re

from ragsheets.errors import ReturnError
from ragsheets.formats import compound_file
from ragsheets.formats.compound_file import stored_name

#: The password that Excel uses where a workbook is protected without one (MS-OFFCRYPTO, 2.3.7.7 and MS-XLS, 2.2.10).
#: Excel itself opens such a file without asking.
_DEFAULT_PASSWORD = "VelvetSweatshop"
#: The streams of an encrypted file that its rights management wrote: for .xlsx and the like (MS-OFFCRYPTO, 2.2) the
#: transform or the data space, and for the older formats the content.
_RIGHTS_ENTRIES = ("DRMEncryptedTransform", "DRMEncryptedDataSpace", "\tDRMContent", "\tDRMDataSpace")
_ENCRYPTED_PACKAGE, _ENCRYPTION_INFO = "EncryptedPackage", "EncryptionInfo"
#: The beginning of the records of an encrypted .xls workbook (MS-XLS, 2.1.7.20.3): BOF, WriteProtect, FilePass.
_ENCRYPTED_XLS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
#: Files of Azure Information Protection (.pxlsx, .pdocx, .pfile).
_PROTECTED_FILE_SIGNATURE = b".pfile"


def without_default_password(content: bytes) -> bytes:
    """Return a file without the protection of Excel's default password; other files are returned unchanged.

    Raises ReturnError: "encrypted" where it has another password or its protection cannot be understood,
    "rights-managed" where only some people may open it, "hostile" where its description declares entities.
    """
    if content.startswith(_PROTECTED_FILE_SIGNATURE):
        raise ReturnError("rights-managed")
    if not content.startswith(compound_file.SIGNATURE):
        return content
    is_package = stored_name(_ENCRYPTED_PACKAGE) in content
    is_workbook = _ENCRYPTED_XLS.search(content) is not None
    may_be_managed = any(stored_name(name) in content for name in _RIGHTS_ENTRIES)
    if not (is_package or is_workbook or may_be_managed):
        return content
    # A message may have such a file attached, whose bytes are somewhere in its own.
    entries = _entries(content)
    if not entries.isdisjoint(name.casefold() for name in _RIGHTS_ENTRIES):
        raise ReturnError("rights-managed")
    if (is_package and _ENCRYPTED_PACKAGE.casefold() in entries) or (is_workbook and "workbook" in entries):
        return _decrypt(content)
    return content


def _entries(content: bytes) -> set[str]:
    """Return the names of the storages and streams of a compound file, without those of files in it, in lower case."""
    paths = compound_file.entry_paths(content)
    # The parts of the rights management are in the storage of the data spaces.
    return {path[-1].casefold() for path in paths if len(path) == 1 or path[0] == "\x06DataSpaces"}


def _decrypt(content: bytes) -> bytes:
    import msoffcrypto

    _check_encryption_info(content)
    decrypted = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(decrypted)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library checks little; a file that it fails on is protected or damaged
        raise ReturnError("encrypted") from None
    return decrypted.getvalue()


def _check_encryption_info(content: bytes) -> None:
    """Raise ReturnError for a description of the encryption with entities, which the library would expand."""
    try:
        with compound_file.open_compound_file(content) as ole:
            info = ole.openstream(_ENCRYPTION_INFO).read() if ole.exists(_ENCRYPTION_INFO) else b""
    except ReturnError:
        raise ReturnError("encrypted") from None
    if b"<!" in info.replace(b"\0", b""):
        raise ReturnError("hostile", found="declarations of entities")
