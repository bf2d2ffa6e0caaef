"""The text of a message as Outlook stores it: in one, two or three forms."""

from __future__ import annotations

from ragsheets.formats.text.html import text_of_html
from ragsheets.formats.text.rtf import decompress_rtf, html_from_rtf, text_of_rtf


def body_texts(plain: str, html: str, compressed_rtf: bytes) -> tuple[str, str]:
    """Return a message's text, plain and as HTML, from the forms that are there."""
    if compressed_rtf and not (plain.strip() or html.strip()):
        rtf = decompress_rtf(compressed_rtf)
        html = html_from_rtf(rtf)
        plain = "" if html else text_of_rtf(rtf)
    return plain if plain.strip() else text_of_html(html), html
