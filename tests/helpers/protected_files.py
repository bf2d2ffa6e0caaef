"""Encrypt files as Office programs do: with a password, with the default one, and with rights management."""

from __future__ import annotations

import io
import struct
from hashlib import md5

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4, _makekey

from helpers.compound_files import compound_file
from helpers.hostile import forms

#: The password of workbooks that are protected without one.
DEFAULT_PASSWORD = "VelvetSweatshop"
_SALT = bytes(range(16))
_BOF, _FILE_PASS, _BOUND_SHEET = 0x0809, 0x002F, 0x0085


def encrypted_package(content: bytes, password: str) -> bytes:
    """Return an .xlsx or .docx file encrypted as by Excel 2010 and later."""
    encrypted = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, encrypted)
    return encrypted.getvalue()


def encrypted_xls(workbook: bytes, password: str) -> bytes:
    """Return an .xlsx workbook as .xls, encrypted by RC4 as by Excel 97 to 2003 ([MS-XLS] 2.2.10)."""
    cipher = Cipher(ARC4(_makekey(password, _SALT, 0)), mode=None).encryptor()
    verifier = bytes(range(100, 116))
    key_data = _SALT + cipher.update(verifier) + cipher.update(md5(verifier).digest())
    records = forms.xls_stream(forms.book_of(workbook), first=((_FILE_PASS, struct.pack("<HHH", 1, 1, 1) + key_data),))
    key_stream = DocumentRC4.decrypt(password, _SALT, io.BytesIO(bytes(len(records))), blocksize=1024).read()
    encrypted, position = bytearray(records), 0
    while position + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, position)
        start, end = position + 4 + (4 if kind == _BOUND_SHEET else 0), position + 4 + length
        if kind not in (_BOF, _FILE_PASS):
            encrypted[start:end] = bytes(
                plain ^ key for plain, key in zip(records[start:end], key_stream[start:end], strict=True)
            )
        position = end
    return compound_file({"Workbook": bytes(encrypted)})


def rights_managed_package() -> bytes:
    """Return a file as Office writes it with rights management ([MS-OFFCRYPTO] 2.2)."""
    return compound_file(
        {
            "\x06DataSpaces": {
                "DataSpaceInfo": {"DRMEncryptedDataSpace": bytes(100)},
                "TransformInfo": {"DRMEncryptedTransform": {"\x06Primary": bytes(100)}},
            },
            "EncryptedPackage": bytes(range(256)) * 24,
        }
    )


def rights_managed_document(stream: str) -> bytes:
    """Return a file of an older format with rights management, as .xls ("Workbook") or .doc ("WordDocument")."""
    return compound_file({stream: bytes(5000), "\tDRMContent": bytes(range(256)) * 24})
