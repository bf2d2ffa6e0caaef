"""Text helpers: normalising for comparison, shortening for display, cleaning for Office files."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

#: Everything but letters and digits, of any script.
_NON_WORD = re.compile(r"[\W_]+")
#: An email address, as far as the text around it shows; and one in angle brackets.
_EMAIL_ADDRESS = re.compile(
    r"(?<![^\s<>()\[\]\"',;:|])[^\s<>()\[\]\"',;:|@]+@[^\s<>()\[\]\"',;:|@]+(?![^\s<>()\[\]\"',;:|])"
)
_ADDRESS_IN_BRACKETS = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
#: Characters that XML 1.0 cannot hold (section 2.2, production 2), including lone surrogates.
_FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

#: Invisible characters that words legitimately hold: soft hyphens, marks of a reading direction that hold for no other
#: character (Unicode Standard Annex 9, 2.6), and joiners, except in scripts and pictures that need them.
_IGNORABLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]"
    "|(?<![\u0590-\U0001ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0001ffff])"
)
_KEPT = "\n\t\u200c\u200d"


@lru_cache(maxsize=1 << 15)  # the texts of thousands of tasks, each looked up in several periods
def normalise_text(text: str) -> str:
    """Return `text` for comparison, without differences of case, Unicode form, spacing and punctuation."""
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _NON_WORD.sub(" ", folded).strip()


def first_words(text: str, max_characters: int = 60) -> str:
    """Return the first line of a text, cut at a word end to `max_characters`; "…" marks text that was cut off."""
    first, _, rest = text.strip().partition("\n")
    line = " ".join(first.split())
    if len(line) > max_characters:
        head, _, _ = line[: max_characters + 1].rpartition(" ")
        return f"{(head or line[:max_characters]).rstrip(' ,;')} …"
    return f"{line} …" if rest.strip() else line


def quoted_words(text: str, max_characters: int = 2000) -> str:
    """Return a text of several lines on one, for a message; "…" marks what is cut off after `max_characters`."""
    line = " / ".join(filter(None, (" ".join(part.split()) for part in text.split("\n"))))
    return line if len(line) <= max_characters else f"{line[:max_characters].rstrip()} …"


def clean_for_office(text: str) -> str:
    """Return `text` without the characters that an Office file cannot hold, and with plain line ends."""
    if text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN_IN_XML.sub("", text)


def single_line(text: str) -> str:
    """Return a text in one line, without the characters that Office files cannot hold."""
    return " ".join(clean_for_office(text).split())


def pluralise(count: int, noun: str) -> str:
    """Return a count with its noun: "1 task", "2 tasks"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def visible(text: str) -> str:
    """Return a text for a terminal or a letter, in which every character is seen and does nothing else.

    A character that a program would obey, or that changes the order in which text is read, is shown by its number, such
    as "<001B>"; marks that only join or part letters are left out. Line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in _KEPT else _visible_character(character)
        for character in _IGNORABLE.sub("", text.replace("\r\n", "\n"))
    )


def _visible_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return character
    return " " if category in ("Zl", "Zp") else f"<{ord(character):04X}>"


def has_forbidden_characters(text: str) -> bool:
    """Return whether `text` holds characters that an Office file cannot hold."""
    return not text.isprintable() and _FORBIDDEN_IN_XML.search(text) is not None


def placeholders_of(text: str) -> set[str]:
    """Return the names of the placeholders in braces in a format string."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def email_addresses(text: str) -> set[str]:
    """Return the email addresses in a text, in lower case."""
    return {address.casefold().rstrip(".") for address in _EMAIL_ADDRESS.findall(text)}


def sender_address(sender: str) -> str:
    """Return the address in a sender's name and address, in lower case; "" where there is none, or more than one."""
    addresses = email_addresses(" ".join(_ADDRESS_IN_BRACKETS.findall(sender)) or sender)
    return addresses.pop() if len(addresses) == 1 else ""
