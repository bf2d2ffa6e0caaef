"""Names that came with a file from outside, made fit to be shown; they are labels only, never paths to write to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

#: Characters that would break a line, hide, or turn the reading direction (so that "xlsx.exe" reads as "exe.xlsx").
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DRIVE_LETTER = re.compile(r"^[A-Za-z]:(?=/|$)")

#: How long a label may be, in characters.
MAX_CHARACTERS = 200


def display_name(name: str, default: str) -> str:
    """`name` as a label: "/" between its parts, none of them "..", nothing unseen in it.

    Args:
        name: as it came.
        otherwise: the label where nothing of the name remains.
    """
    text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub(" ", name)).replace("\\", "/")
    parts = [" ".join(part.split()) for part in _DRIVE_LETTER.sub("", text.strip()).split("/")]
    return _shorten("/".join(part for part in parts if part not in ("", ".", ".."))) or default


def display_base_name(name: str, default: str) -> str:
    """As `label`, of the last part of the name alone."""
    return display_name(name, default).rpartition("/")[2]


def make_unique(names: Iterable[str]) -> list[str]:
    """The names made distinct by a number before their suffix: "a.xlsx", "a (2).xlsx"."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    result = []
    for name in names:
        candidate = name
        while candidate in taken:
            numbers[name] = numbers.get(name, 1) + 1
            suffix = PurePosixPath(name).suffix
            candidate = f"{name.removesuffix(suffix)} ({numbers[name]}){suffix}"
        taken.add(candidate)
        result.append(candidate)
    return result


def _shorten(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    suffix = PurePosixPath(text).suffix
    end = f"…{suffix}" if len(suffix) <= 20 else "…"
    return text[: MAX_CHARACTERS - len(end)].rstrip(" ./") + end
