"""Text helpers: normalising for comparison, shortening for display, cleaning for Office files."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

#: Everything but letters and digits, of any script.
_NON_WORD = re.compile(r"[\W_]+")
#: An email address, as far as the text around it shows; and an address in angle brackets.
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
#: The most characters of a text that a sentence quotes, where nothing else is given.
MAX_QUOTED = 160
#: A quotation in a sentence, which may hold quotations itself.
_QUOTATION = re.compile("“((?:[^“”]|“[^“”]*”)*)”")
#: Texts longer than this are shown from where they differ, with as much context as `_CONTEXT_LENGTH`, in characters.
_MAX_WHOLE_TEXT, _CONTEXT_LENGTH = 90, 28
_KEPT = "\n\t\u200c\u200d"

#: Words that turn the sense of a text and may look like a mistyped word of it: "no track" is not "on track" mistyped.
_OPPOSING_WORDS = frozenset(
    ("no", "not", "non", "nor", "never", "none", "nothing", "cannot", "cant", "dont", "isnt", "off", "of", "now")
)
#: The fewest characters of a text that may be misspelt, and of a text that may be the beginning of another.
_MIN_MISSPELT, _MIN_BEGINNING = 2, 3


@lru_cache(maxsize=1 << 15)  # the texts of thousands of tasks, each looked up in several periods
def normalise_text(text: str) -> str:
    """Return `text` for comparison, without differences of case, Unicode form, spacing and punctuation."""
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _NON_WORD.sub(" ", folded).strip()


def shorten(text: str, max_characters: int = MAX_QUOTED) -> str:
    """Return a text on one line, cut at a word end to `max_characters`; "…" marks text that was cut off."""
    line = " ".join(text.split())
    if len(line) <= max_characters:
        return line
    head, _, _ = line[: max_characters + 1].rpartition(" ")
    return f"{(head or line[:max_characters]).rstrip(' ,;')} …"


def shorten_quotations(text: str, max_characters: int) -> str:
    """Return a text with each of its quotations (“…”) shortened; the words around them stay whole."""
    return _QUOTATION.sub(lambda match: f"“{shorten(match[1], max_characters)}”", text)


def differing_parts(found: str, wanted: str, max_characters: int | None = None) -> tuple[str, str]:
    """Return two texts; where one is long, only the parts that differ, with some context between marks of omission.

    These parts are cut to `max_characters`.
    """
    if max(len(found), len(wanted)) <= _MAX_WHOLE_TEXT:
        return found, wanted
    shorter = min(len(found), len(wanted))
    head = next((index for index in range(shorter) if found[index] != wanted[index]), shorter)
    tail = next((n for n in range(shorter - head) if found[-1 - n] != wanted[-1 - n]), shorter - head)
    return _excerpt(found, head, tail, max_characters), _excerpt(wanted, head, tail, max_characters)


def _excerpt(text: str, common_start: int, common_end: int, max_characters: int | None) -> str:
    """Return a text without its common start and end except for some context of whole words."""
    start, end = max(common_start - _CONTEXT_LENGTH, 0), min(len(text) - common_end + _CONTEXT_LENGTH, len(text))
    if start:
        start = text.find(" ", start, common_start) + 1 or start
    if end < len(text):
        last_space = text.rfind(" ", len(text) - common_end, end)
        end = last_space if last_space > start else end
    end = end if max_characters is None else min(end, start + max_characters)
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


def nearest_texts(text: str, known_texts: Iterable[str]) -> list[str]:
    """Return the known texts that a text most likely means, if mistyped or cut short; none if its words contradict it.

    Each of its words has at most one mistake, and none is left over, denies the known text or has other digits. More
    than one known text is returned where they are equally likely.
    """
    typed = normalise_text(text)
    known_by_words: dict[str, str] = {}
    for known in known_texts:
        known_by_words.setdefault(normalise_text(known), known)
    likeness = {words: value for words in known_by_words if (value := _likeness(typed, words))}
    return [known_by_words[words] for words, value in likeness.items() if value == max(likeness.values())]


def _likeness(typed: str, known: str) -> tuple[float, bool] | None:
    """Return how alike (0 to 100) a typed text and a known one are, and whether all of the known one was typed.

    Both are normalised. None where the typed text is not the known one with mistakes.
    """
    typed_words, known_words = typed.split(), known.split()
    opposing_words = _OPPOSING_WORDS.intersection(typed_words)
    excused_words = {*known_words, "of"} if "off" in known_words else set(known_words)
    if len(known) <= _MIN_MISSPELT or opposing_words - excused_words or _digits(typed) != _digits(known):
        return None
    from rapidfuzz import fuzz

    if len(typed) >= _MIN_MISSPELT and _is_misspelling(typed_words, known_words):
        return fuzz.ratio(typed, known), True
    beginning = known[: len(typed)] if known.startswith(typed) else " ".join(known_words[: len(typed_words)])
    if len(typed) >= _MIN_BEGINNING and not opposing_words and _is_misspelling(typed_words, beginning.split()):
        return fuzz.ratio(typed, beginning), False
    return None


def _is_misspelling(typed_words: list[str], known_words: list[str]) -> bool:
    """Return whether words are others with at most one mistake in each; a word of one letter has none."""
    from rapidfuzz.distance import OSA

    if len(typed_words) != len(known_words):
        return OSA.distance(" ".join(typed_words), " ".join(known_words), score_cutoff=1) <= 1
    return all(
        typed == known or (len(known) > 1 and OSA.distance(typed, known, score_cutoff=1) <= 1)
        for typed, known in zip(typed_words, known_words, strict=True)
    )


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def first_words(text: str, max_characters: int = 60) -> str:
    """Return the first line of a text, cut at a word end to `max_characters`; "…" marks text that was cut off."""
    first, _, rest = text.strip().partition("\n")
    line = shorten(first, max_characters)
    return f"{line} …" if rest.strip() and not line.endswith(" …") else line


def quoted_words(text: str, max_characters: int = 2000) -> str:
    """Return a text of several lines on one, for a message; "…" marks what is cut off after `max_characters`."""
    return shorten(" / ".join(filter(None, map(str.strip, text.split("\n")))), max_characters)


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


def join_first(texts: Sequence[str], max_texts: int, separator: str = ", ") -> str:
    """Return the first `max_texts` texts in one line, and the number of the rest: "a, b and 3 more"."""
    more = len(texts) - max_texts
    return f"{separator.join(texts[:max_texts])}{f' and {more} more' if more > 0 else ''}"


def visible(text: str) -> str:
    """Return a text for a terminal or a letter, whose characters are all visible and have no other effect.

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
