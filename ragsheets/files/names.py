"""The names of a project folder's files, and names that are valid on every file system.

The process that reads workbooks starts with this module, so modules that it never needs are imported where used.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

#: The parts of a project folder.
PLAN_FILE, PLAN_WORKBOOK = "plan.toml", "plan.xlsx"
PLAN_FILES = (PLAN_FILE, PLAN_WORKBOOK)
LEDGER_FILE = "ragsheets.db"
SENT_FOLDER, RETURNED_FOLDER, QUERIES_FOLDER = "sent", "returned", "queries"
#: The folders that ragsheets itself writes to.
OUTPUT_FOLDERS = (SENT_FOLDER, QUERIES_FOLDER)
LETTERS_SUFFIX = ".md"
LETTERS_FILE = f"queries{LETTERS_SUFFIX}"
REPORT_FILE = "Performance report{edition}.docx"
YEAR_REPORT_FILE = "End of year report{edition}.docx"
NARRATIVE_FILE = "narrative.toml"
CONTACT_GUIDE_FILE = "How to fill in the workbook.docx"
#: The prefix of files and folders that are not complete yet. All code that reads folders ignores such names.
UNFINISHED_PREFIX = ".ragsheets-"


#: Characters that Windows rejects in file names (Microsoft, "Naming Files, Paths, and Namespaces"), control characters,
#: and surrogates, which no name can contain.
_FORBIDDEN_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]+')
#: Invisible characters, which reverse the direction of the text after them, or make names differ that look the same.
#: The joiners of letters and emoji (U+200C, U+200D) are allowed.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+")
#: Names that Windows reserves for devices, with or without a suffix, also followed by spaces (same source).
_DEVICE_NAMES = re.compile(
    r"^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
#: The longest file name in bytes; file systems allow 255, including what is appended to it.
_MAX_NAME_BYTES = 200


def report_name(public: bool = False, revision: int = 0, *, end_of_year: bool = False) -> str:
    """Return the file name of a period's report, different for each kind, edition and revision."""
    notes = [*(["public"] if public else []), *([f"revision {revision}"] if revision else [])]
    name = YEAR_REPORT_FILE if end_of_year else REPORT_FILE
    return name.format(edition=f" ({', '.join(notes)})" if notes else "")


def is_query_workbook(file: str) -> bool:
    """Return whether a workbook with this file name in the ledger is a query workbook."""
    return file.startswith(f"{QUERIES_FOLDER}/")


def safe_name(name: str, max_characters: int = 100) -> str:
    """Return a file name, without suffix, that Windows, macOS, Linux and cloud drives all accept; never empty.

    Args:
        name: the name as people write it.
        max_characters: the longest name; it also has at most 200 bytes of UTF-8, to leave room for number and suffix.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _FORBIDDEN_IN_NAMES.sub(" ", name)))
    text = " ".join(text.split())[:max_characters].strip(" .")
    while len(text.encode()) > _MAX_NAME_BYTES:
        text = text[:-1].strip(" .")
    # Names that begin with ~ are those of lock files, which programs ignore.
    return (
        f"_{text}"[:max_characters].strip(" .")
        if _DEVICE_NAMES.match(text) or text.startswith("~") or not text
        else text
    )


def distinct_names(names: Iterable[str], max_characters: int) -> list[str]:
    """Number equal names so that they differ, also for programs that ignore case and the encoding of accents.

    No name is longer than `max_characters`.
    """
    used_names: set[str] = set()
    result = []
    for name in names:
        candidate, number = name[:max_characters].strip(), 2
        while (folded := _folded_name(candidate)) in used_names:
            ending = f" {number}"
            candidate, number = name[: max_characters - len(ending)].strip() + ending, number + 1
        used_names.add(folded)
        result.append(candidate)
    return result


def numbered_paths(path: Path) -> Iterator[Path]:
    """Yield the path, then the same with a number after its name, from 2 on."""
    yield path
    yield from (path.with_name(f"{path.stem} {number}{path.suffix}") for number in itertools.count(2))


def _folded_name(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
