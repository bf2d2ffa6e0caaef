"""The names of a project folder's files, and names that every file system takes.

The process that reads workbooks starts with this module, so what it never needs is imported where it is used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: The parts of a project folder.
PLAN_FILE, PLAN_WORKBOOK = "plan.toml", "plan.xlsx"
PLAN_FILES = (PLAN_FILE, PLAN_WORKBOOK)
LEDGER_FILE = "ragsheets.db"
SENT_FOLDER, RETURNED_FOLDER, QUERIES_FOLDER = "sent", "returned", "queries"
#: The folders that ragsheets writes into itself.
OUTPUT_FOLDERS = (SENT_FOLDER, QUERIES_FOLDER)
LETTERS_SUFFIX = ".md"
LETTERS_FILE = f"queries{LETTERS_SUFFIX}"
REPORT_FILE = "Performance report{edition}.docx"
YEAR_REPORT_FILE = "End of year report{edition}.docx"
NARRATIVE_FILE = "narrative.toml"
#: How the name begins of what is not whole yet. Everything that reads folders passes such names over.
UNFINISHED_PREFIX = ".ragsheets-"


#: Characters that Windows refuses in file names (Microsoft, "Naming Files, Paths, and Namespaces"), control ones, and
#: halves of characters, of which no name can be made.
_FORBIDDEN_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]+')
#: Characters that nobody sees, which turn the direction of what follows, or make names differ that look the same.
#: What joins letters and pictures (U+200C, U+200D) is none of them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+")
#: Names that Windows keeps for devices, with or without a suffix, also after blanks (same source).
_DEVICE_NAMES = re.compile(
    r"^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
#: How long a file's name may be in bytes, where file systems take 255 with all that is added to it.
_MAX_NAME_BYTES = 200


def report_name(public: bool = False, revision: int = 0, *, end_of_year: bool = False) -> str:
    """The name of a period's report: each kind, each edition and each revision has its own."""
    notes = [*(["public"] if public else []), *([f"revision {revision}"] if revision else [])]
    name = YEAR_REPORT_FILE if end_of_year else REPORT_FILE
    return name.format(edition=f" ({', '.join(notes)})" if notes else "")


def is_query_workbook(file: str) -> bool:
    """Whether a workbook that the ledger keeps under this name asks questions."""
    return file.startswith(f"{QUERIES_FOLDER}/")


def safe_name(name: str, max_characters: int = 100) -> str:
    """`name` as a file name that Windows, macOS, Linux and cloud drives all take, without its suffix; never empty.

    Args:
        name: what people call it.
        limit: the most characters; of UTF-8 it has at most 200 bytes, so that a number and a suffix have room.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _FORBIDDEN_IN_NAMES.sub(" ", name)))
    text = " ".join(text.split())[:max_characters].strip(" .")
    while len(text.encode()) > _MAX_NAME_BYTES:
        text = text[:-1].strip(" .")
    # A name that begins with ~ is that of an owner file, which everybody passes over.
    return (
        f"_{text}"[:max_characters].strip(" .")
        if _DEVICE_NAMES.match(text) or text.startswith("~") or not text
        else text
    )


def distinct_names(names: Iterable[str], max_characters: int) -> list[str]:
    """The names made distinct, also to programs that overlook case and how accents are written, by numbering.

    None is longer than `limit`.
    """
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name[:max_characters].strip(), 2
        while (folded := _folded_name(candidate)) in taken:
            ending = f" {number}"
            candidate, number = name[: max_characters - len(ending)].strip() + ending, number + 1
        taken.add(folded)
        result.append(candidate)
    return result


def _folded_name(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
