"""Take the file out of an OLE object, as Office embeds it in a document."""

from __future__ import annotations

import io

from ragsheets.errors import ReturnError

#: The streams that hold a whole file: Office's own for its documents, and that of other programs (MS-OLEDS, 2.3.6).
_FILE_STREAMS = ("Package", "CONTENTS")
_SIGNATURE = b"\xd0\xcf\x11\xe0"


def file_in_object(content: bytes) -> bytes:
    """Return the file inside an OLE object; anything else, and an object that holds no other file, as it is.

    Raises ReturnError where the object is damaged.
    """
    if not content.startswith(_SIGNATURE):
        return content
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            name = next((name for name in _FILE_STREAMS if ole.exists(name)), "")
            return bytes(ole.openstream(name).read()) if name else content
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        raise ReturnError("damaged", found="an embedded object") from None
