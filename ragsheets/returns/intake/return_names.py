"""By what a return is meant: its name, or the beginning of the SHA-256 of its bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ragsheets import files
from ragsheets.errors import Problem, ProjectError

#: How many digits of a return's SHA-256 tell it at least.
_MIN_DIGITS = 6
#: How many of them are shown to tell it by.
SHOWN_DIGITS = 12


def resolve_returns(
    return_names: Mapping[str, str], names: Sequence[str], option: str, folders: Sequence[Path]
) -> list[str]:
    """The SHA-256 of the returns that are meant by their name, or by the beginning of that number.

    Args:
        known: the names of all returns by their SHA-256.
        names: what was given; a name is the one that a return first came under, or that of a file with the same bytes.
        option: what they were given to.
        where: the folders in which such a file may lie now.

    Raises ProjectError where one cannot be told.
    """
    from ragsheets.returns.intake.received_files import walk_files
    from ragsheets.validation import suggest_nearest

    meant, problems = [], []
    for name in names:
        text = Path(name).as_posix()
        hits = [digest for digest, file in return_names.items() if text == digest or _matches_file(text, file)]
        same = {
            files.file_sha256(met.path) for met in walk_files(folders) if _matches_file(text, met.name)
        } & return_names.keys()
        hits += sorted(same.difference(hits))
        if not hits and len(name) >= _MIN_DIGITS:
            hits = [digest for digest in return_names if digest.startswith(name.casefold())]
        if len(hits) == 1:
            meant += hits
        else:
            what = f"several returns are called “{name}”." if hits else f"there is no return “{name}”."
            digits = ", ".join(digest[:SHOWN_DIGITS] for digest in hits)
            fix = f"Name one by its number: {digits}." if hits else suggest_nearest(name, list(return_names.values()))
            problems.append(Problem(option, what, fix))
    if problems:
        raise ProjectError("returns that cannot be told", problems=problems)
    return meant


def matches_return(name: str, file: str, sha256: str) -> bool:
    """Whether a name that was given means the return of this name and this number."""
    by_number = len(name) >= _MIN_DIGITS and sha256.startswith(name.casefold())
    return by_number or _matches_file(Path(name).as_posix(), file)


def _matches_file(name: str, file: str) -> bool:
    """Whether a name that was given means this file, which is named relative to the folder scanned."""
    return name == file or file.endswith(f"/{name}") or name.endswith(f"/{file}")
