"""Files that older programs put into a message's text itself (uuencode, POSIX.1)."""

from __future__ import annotations

import base64
import binascii
import re

from ragsheets.errors import ReturnError
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.text.charset import decode

#: A packed file: its name, and lines that each begin with the number of bytes in them.
_PACKED_FILE = re.compile(
    rb"^begin [0-7]{3,4} (?P<name>[^\r\n]{1,255})\r?\n(?P<lines>(?:[ -`]*+\r?\n)*+)end[ \t]*\r?$", re.MULTILINE
)
_BASE64_FILE = re.compile(
    rb"^begin-base64 [0-7]{3,4} (?P<name>[^\r\n]{1,255})\r?\n(?P<lines>(?:[A-Za-z0-9+/=]*+\r?\n)*?)====[ \t]*\r?$",
    re.MULTILINE,
)
#: Another packing, of news groups, which is not unpacked.
_YENC_FILE = re.compile(
    rb"^=ybegin [^\r\n]*\bname=(?P<name>[^\r\n]{1,255})\r?\n(?:(?!=yend).*\n)*+(?:=yend.*)?", re.MULTILINE
)


def extract_packed_files(text: bytes) -> tuple[bytes, list[ContainedFile]]:
    """Return a text without the files that were packed into it, and the files."""
    files: list[ContainedFile] = []

    def unpack(match: re.Match[bytes]) -> bytes:
        try:
            files.append(ContainedFile(decode(match["name"]).strip(), _unpack(match)))
        except ValueError:
            return match[0]
        return b""

    def name_unread(match: re.Match[bytes]) -> bytes:
        problem = ReturnError("not-a-workbook", found="a file that a news program packed (yEnc)")
        files.append(ContainedFile(decode(match["name"]).strip(), b"", problem))
        return b""

    for pattern, replace in ((_PACKED_FILE, unpack), (_BASE64_FILE, unpack), (_YENC_FILE, name_unread)):
        text = pattern.sub(replace, text)
    return text, files


def _unpack(match: re.Match[bytes]) -> bytes:
    if match.re is _BASE64_FILE:
        return base64.b64decode(match["lines"])
    return b"".join(_unpack_line(line) for line in match["lines"].splitlines() if line)


def _unpack_line(line: bytes) -> bytes:
    size = (line[0] - 32) & 63
    length = 1 + -(-size // 3) * 4
    # Some writers leave out blanks at the end of a line, others add a character; the size shows what counts.
    return binascii.a2b_uu(line[:length].ljust(length))
