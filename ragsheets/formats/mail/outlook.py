"""What messages have in both of Outlook's own forms, .msg and winmail.dat: their properties and their texts."""

from __future__ import annotations

from ragsheets.formats.text.html import text_of_html
from ragsheets.formats.text.rtf import decompress_rtf, html_from_rtf, text_of_rtf

# Properties (MS-OXPROPS).
SUBJECT, BODY, RTF, HTML, BODY_CODE_PAGE = 0x0037, 0x1000, 0x1009, 0x1013, 0x3FDE
ATTACHED_DATA = 0x3701
#: The names of an attached file: the long one, the short one, the one that is displayed.
FILE_NAMES = (0x3707, 0x3704, 0x3001)
# Their types (MS-OXCDATA 2.11.1).
INTEGER, BOOLEAN, TIME = 0x0003, 0x000B, 0x0040
OBJECT, STRING_8, STRING_16, BINARY = 0x000D, 0x001E, 0x001F, 0x0102


def body_texts(plain: str, html: str, compressed_rtf: bytes) -> tuple[str, str]:
    """Return a message's text, plain and as HTML, from the forms that are there."""
    if compressed_rtf and not (plain.strip() or html.strip()):
        rtf = decompress_rtf(compressed_rtf)
        html = html_from_rtf(rtf)
        plain = "" if html else text_of_rtf(rtf)
    return plain if plain.strip() else text_of_html(html), html
