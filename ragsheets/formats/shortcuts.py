"""Shortcuts: small files that lead to another file instead of holding it, as cloud drives and browsers make them."""

from __future__ import annotations

import json
import plistlib
import re

from ragsheets.formats.text.charset import decode

#: Larger files are not shortcuts.
MAX_BYTES = 64 * 1024
#: The shortcut of Windows (MS-SHLLINK, 2.1): the size of its header and its class.
_WINDOWS_SIGNATURE = b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
#: The alias of macOS.
_MAC_ALIAS_SIGNATURE = b"book\x00\x00\x00\x00mark"
_PLIST_SIGNATURES = (b"bplist0", b"<?xml", b"<!DOCTYPE plist", b"<plist")
#: The first line of the shortcuts that are lines of text: of browsers under Windows, and of Linux desktops.
_TEXT_SHORTCUT = re.compile(r"\s*\[(?:InternetShortcut(?:\.[AW])?|Desktop Entry|DEFAULT)\]", re.IGNORECASE)
_URL_LINE = re.compile(r"^[ \t]*(?:BASE)?URL(?:\[\$e\])?[ \t]*=[ \t]*(\S.*)", re.IGNORECASE | re.MULTILINE)
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>\x00-\x1f]{4,2000}", re.IGNORECASE)
#: A local path or one on a network, in either width.
_WINDOWS_PATH = re.compile(r"(?:[A-Za-z]:\\|\\\\)[^\x00-\x1f<>\"|?*]{2,400}")
#: The addresses of Google's documents by the suffix of the files that its drive keeps for them.
_GOOGLE_PATHS = {".gsheet": "spreadsheets", ".gdoc": "document", ".gslides": "presentation", ".gform": "forms"}


def shortcut_target(name: str, content: bytes) -> str | None:
    """Return the address or the path that a shortcut leads to; None if it is not a shortcut, or is a text without one.

    A shortcut of Windows or of macOS without a readable address gives "".

    Args:
        name: its file name.
        content: its bytes.
    """
    if len(content) > MAX_BYTES:
        return None
    if content.startswith((_WINDOWS_SIGNATURE, _MAC_ALIAS_SIGNATURE)):
        return _first_address(content)
    if content.startswith(_PLIST_SIGNATURES) and b"URL" in content:
        return _plist_target(content)
    text = decode(content)
    if _TEXT_SHORTCUT.match(text):
        match = _URL_LINE.search(text)
        return match[1].strip() if match else None
    return _google_target(name, text) if text.lstrip().startswith("{") else None


def _first_address(content: bytes) -> str:
    """Return the first web address or path in a binary shortcut."""
    encoded = ((content, "utf-16-le"), (content[1:], "utf-16-le"), (content, "cp1252"))
    texts = [data.decode(encoding, "replace") for data, encoding in encoded]
    for pattern in (_WEB_ADDRESS, _WINDOWS_PATH):
        for text in texts:
            if match := pattern.search(text):
                return match[0].strip()
    return ""


def _plist_target(content: bytes) -> str | None:
    try:
        properties = plistlib.loads(content)
    except Exception:  # noqa: BLE001 - the library raises nearly every kind of error for a damaged file
        return None
    address = properties.get("URL") if isinstance(properties, dict) else None
    return address if isinstance(address, str) else None


def _google_target(name: str, text: str) -> str | None:
    try:
        properties = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(properties, dict):
        return None
    address, document = properties.get("url"), properties.get("doc_id") or properties.get("resource_id")
    path = next((path for suffix, path in _GOOGLE_PATHS.items() if name.casefold().endswith(suffix)), "")
    if isinstance(address, str) and address.startswith("http") and (path or document):
        return address
    if not isinstance(document, str):
        return None
    document = document.rpartition(":")[2]
    return f"https://docs.google.com/{path}/d/{document}" if path else f"https://drive.google.com/open?id={document}"
