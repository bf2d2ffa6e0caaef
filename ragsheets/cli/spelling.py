"""Signs spelled out on terminals and in files whose encoding lacks them, such as ASCII or that of Western Windows."""

from __future__ import annotations

import codecs
import unicodedata

#: The name of the error handler of Python's streams that spells signs out.
SPELL_OUT = "ragsheets-spell-out"

#: What is printed for each sign that the commands print, where it cannot be. Other letters lose their accents.
SPELLINGS = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "…": "...",
    "→": "->",
    "▲": "better ",
    "▼": "worse ",
    "·": "-",
    "•": "*",
    "×": "x",
    "≤": "at most ",
    "≥": "at least ",
    "☐": "[ ]",
    "☒": "[x]",
    "☑": "[x]",
    "✓": "[x]",
    "£": "GBP ",
    "€": "EUR ",
    "\xa0": " ",
    "─": "-",
    "⁄": "/",
    "∕": "/",
    "�": "?",
}


def spell_out(text: str, encoding: str) -> str:
    """Return a text with the signs that an encoding lacks spelled out, and "?" for what has no spelling."""
    return text.encode(encoding, SPELL_OUT).decode(encoding)


def _spell_unencodable(error: UnicodeError) -> tuple[str, int]:
    """Return the spelling of the characters that cannot be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_spelling_of, error.object[error.start : error.end])), error.end


def _spelling_of(character: str) -> str:
    if character in SPELLINGS:
        return SPELLINGS[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or ("" if unicodedata.combining(character) else "?")


codecs.register_error(SPELL_OUT, _spell_unencodable)
