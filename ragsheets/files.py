"""Files: shipped data, TOML, reproducible archives, safe names.

The process that reads workbooks starts with this module, so what it never needs is imported where it is used.
"""

from __future__ import annotations

import re
import string
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ragsheets.errors import RagsheetsError
from ragsheets.long_paths import reach

#: The parts of a project folder.
PLAN_FILE, PLAN_WORKBOOK = "plan.toml", "plan.xlsx"
PLAN_FILES = (PLAN_FILE, PLAN_WORKBOOK)
LEDGER_FILE = "ragsheets.db"
SENT_FOLDER, RETURNED_FOLDER, QUERIES_FOLDER = "sent", "returned", "queries"
#: The folders that ragsheets writes into itself.
OWN_FOLDERS = (SENT_FOLDER, QUERIES_FOLDER)
LETTERS_SUFFIX = ".md"
LETTERS_FILE = f"queries{LETTERS_SUFFIX}"
REPORT_FILE = "Performance report{edition}.docx"
YEAR_REPORT_FILE = "End of year report{edition}.docx"
NARRATIVE_FILE = "narrative.toml"
#: How the name begins of what is not whole yet. Everything that reads folders passes such names over.
ASIDE_START = ".ragsheets-"

#: The earliest time that a zip entry can carry; every entry carries it, so that the same input gives the same bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

#: Characters that Windows refuses in file names (Microsoft, "Naming Files, Paths, and Namespaces"), control ones, and
#: halves of characters, of which no name can be made.
_REFUSED_IN_FILES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]+')
#: Characters that nobody sees, which turn the direction of what follows, or make names differ that look the same.
#: What joins letters and pictures (U+200C, U+200D) is none of them.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+")
#: Names that Windows keeps for devices, with or without a suffix, also after blanks (same source).
_DEVICES = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
#: How long a file's name may be in bytes, where file systems take 255 with all that is added to it.
_MOST_BYTES = 200
#: Characters that XML 1.0 cannot hold (section 2.2, production 2), beside lone surrogates.
_REFUSED_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def report_name(public: bool = False, revision: int = 0, *, end_of_year: bool = False) -> str:
    """The name of a period's report: each kind, each edition and each revision has its own."""
    notes = [*(["public"] if public else []), *([f"revision {revision}"] if revision else [])]
    name = YEAR_REPORT_FILE if end_of_year else REPORT_FILE
    return name.format(edition=f" ({', '.join(notes)})" if notes else "")


def shipped(folder: str) -> Path:
    """Where a shipped folder lies: inside the package when installed, beside it in a checkout or editable install."""
    package = Path(__file__).parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


def read_toml(path: Path, error: type[RagsheetsError]) -> dict[str, Any]:
    """The tables of a TOML file; raises `error` where it cannot be read, naming the line."""
    return _read_toml(path, error, lambda text: text)


def read_toml_head(path: Path, error: type[RagsheetsError]) -> dict[str, Any]:
    """The keys of a TOML file that stand before its first table, without reading the tables; raises as `read_toml`."""
    return _read_toml(path, error, lambda text: f"\n{text}".split("\n[", 1)[0])


def _read_toml(path: Path, error: type[RagsheetsError], part: Callable[[str], str]) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(part(reach(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")))
    except FileNotFoundError:
        raise error("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise error(
            "is not saved as UTF-8 text.", where=path.name, fix="Save it again with the encoding UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise error(f"{problem}.", where=path.name, fix="Mend the line; text stands in quotation marks.") from None
    except OSError as problem:
        raise error(f"{problem.strerror}.", where=str(path)) from None


def bytes_of(path: Path) -> bytes | None:
    """The bytes of an ordinary file; None where there is none, or it may not be read."""
    target = reach(path)
    try:
        return target.read_bytes() if target.is_file() and not target.is_symlink() else None
    except OSError:
        return None


def is_query(file: str) -> bool:
    """Whether a workbook that the ledger keeps under this name asks questions."""
    return file.startswith(f"{QUERIES_FOLDER}/")


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    import hashlib

    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes; "" where it is none that can be read now. Links are not followed."""
    import hashlib

    if path.is_symlink() or not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # whoever reads it with the others tells it
        return ""


class SteadyArchive(zipfile.ZipFile):
    """A zip archive whose entries all carry the same time, so that the same parts give the same bytes."""

    def put(self, name: str, content: bytes | str) -> None:
        """Add one entry."""
        entry = zipfile.ZipInfo(name, date_time=ZIP_EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        entry.create_system = 3
        super().writestr(entry, content, zipfile.ZIP_DEFLATED)


def safe_name(name: str, limit: int = 100) -> str:
    """`name` as a file name that Windows, macOS, Linux and cloud drives all take, without its suffix; never empty.

    Args:
        name: what people call it.
        limit: the most characters; of UTF-8 it has at most 200 bytes, so that a number and a suffix have room.
    """
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", _REFUSED_IN_FILES.sub(" ", name)))
    text = " ".join(text.split())[:limit].strip(" .")
    while len(text.encode()) > _MOST_BYTES:
        text = text[:-1].strip(" .")
    # A name that begins with ~ is that of an owner file, which everybody passes over.
    return f"_{text}"[:limit].strip(" .") if _DEVICES.match(text) or text.startswith("~") or not text else text


def distinct(names: Iterable[str], limit: int) -> list[str]:
    """The names made distinct, also to programs that overlook case and how accents are written, by numbering.

    None is longer than `limit`.
    """
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name[:limit].strip(), 2
        while (folded := _folded(candidate)) in taken:
            ending = f" {number}"
            candidate, number = name[: limit - len(ending)].strip() + ending, number + 1
        taken.add(folded)
        result.append(candidate)
    return result


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def clean(text: str) -> str:
    """`text` without the characters that an Office file cannot hold, and with plain line ends."""
    if text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFUSED_IN_XML.sub("", text)


def holds_refused(text: str) -> bool:
    """Whether `text` holds characters that an Office file cannot hold."""
    return not text.isprintable() and _REFUSED_IN_XML.search(text) is not None


def fields_of(text: str) -> set[str]:
    """The words in braces that a sentence expects to be filled in."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
