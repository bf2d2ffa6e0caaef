"""File names from outside, made safe to display; they are labels only, never paths to write to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

#: Characters that break a line, are invisible, or reverse the reading direction ("xlsx.exe" reads as "exe.xlsx").
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DRIVE_LETTER = re.compile(r"^[A-Za-z]:(?=/|$)")

#: The suffixes of workbooks: any other file with such a name was meant to be a workbook.
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods")
#: The longest label, in characters.
MAX_CHARACTERS = 200


def display_name(name: str, default: str) -> str:
    """Return `name` as a label: "/" between its parts, none of them "..", no invisible characters.

    Args:
        name: the name as received.
        default: the label where nothing of the name remains.
    """
    text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub(" ", name)).replace("\\", "/")
    parts = [" ".join(part.split()) for part in _DRIVE_LETTER.sub("", text.strip()).split("/")]
    return _shorten("/".join(part for part in parts if part not in ("", ".", ".."))) or default


def display_base_name(name: str, default: str) -> str:
    """Return the last part of `display_name`, without the folders."""
    return display_name(name, default).rpartition("/")[2]


def make_unique(names: Iterable[str]) -> list[str]:
    """Number equal names before their suffix so that they differ: "a.xlsx", "a (2).xlsx"."""
    used_names: set[str] = set()
    numbers: dict[str, int] = {}
    result = []
    for name in names:
        candidate = name
        while candidate in used_names:
            numbers[name] = numbers.get(name, 1) + 1
            suffix = PurePosixPath(name).suffix
            candidate = f"{name.removesuffix(suffix)} ({numbers[name]}){suffix}"
        used_names.add(candidate)
        result.append(candidate)
    return result


def _shorten(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    suffix = PurePosixPath(text).suffix
    end = f"…{suffix}" if len(suffix) <= 20 else "…"
    return text[: MAX_CHARACTERS - len(end)].rstrip(" ./") + end
