"""The content of a digitally signed message (CMS, RFC 5652): it is wrapped in the signature, and needs no key."""

from __future__ import annotations

import re

from ragsheets.errors import ReturnError
from ragsheets.formats.mail.base64_text import decode_base64

#: What the content of an S/MIME message begins with, by its kind (RFC 5652, sections 5.1, 6.1 and 8; RFC 5083).
_CMS_SIGNATURE = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SIGNED_DATA, _KIND_WITHIN = 2, 40
#: How much of a file is looked at for that, in base64 with a line before it.
_START = 160
#: The first letters of such content in base64.
_BASE64_STARTS = (b"MI", b"-----BEGIN")
_ARMOUR = re.compile(rb"-----(?:BEGIN|END)[^-\r\n]*-----")


def is_cms(content: bytes) -> bool:
    """Return whether a file is S/MIME content, whether signed or encrypted."""
    start = _binary(content[:_START]) if content.startswith(_BASE64_STARTS) else content[:_START]
    return start.startswith(b"\x30") and _CMS_SIGNATURE in start[:_KIND_WITHIN]


def signed_content(content: bytes) -> bytes:
    """Return what was signed: a message without the headers of its envelope; b"" where a key is needed to read it.

    Raises ReturnError("damaged") where the signature's form cannot be read.
    """
    if content.startswith(_BASE64_STARTS):
        content = _binary(content)
    start = content[:_KIND_WITHIN]
    kind_index = start.find(_CMS_SIGNATURE) + len(_CMS_SIGNATURE)
    if not is_cms(content) or start[kind_index] != _SIGNED_DATA:
        return b""
    from asn1crypto import cms

    try:
        signed = cms.ContentInfo.load(content)["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, LookupError):
        raise ReturnError("damaged", found="a digital signature that cannot be read") from None
    return signed if isinstance(signed, bytes) else b""


def _binary(content: bytes) -> bytes:
    return decode_base64(_ARMOUR.sub(b"", content))
