"""Identify returns by file name, or by the first digits of the SHA-256 of their bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ragsheets import files
from ragsheets.errors import Problem, ProjectError

#: The least number of SHA-256 digits that identify a return.
_MIN_DIGITS = 6


def resolve_returns(
    return_names: Mapping[str, str], names: Sequence[str], option: str, folders: Sequence[Path]
) -> list[str]:
    """Return the SHA-256 of the returns identified by their names, or by the first digits of that number.

    Args:
        return_names: the names of all returns by their SHA-256.
        names: what the user entered; a name is the one under which a return was first received, or that of a file with
            the same bytes.
        option: the option that they were entered for.
        folders: the folders that may contain such a file now.

    Raises ProjectError where a name does not identify exactly one return.
    """
    from ragsheets.returns.intake.received_files import walk_files
    from ragsheets.validation import suggest_nearest

    digests, problems = [], []
    for name in names:
        text = Path(name).as_posix()
        matches = [digest for digest, file in return_names.items() if text == digest or _matches_file(text, file)]
        same_content = {
            files.file_sha256(received.path) for received in walk_files(folders) if _matches_file(text, received.name)
        } & return_names.keys()
        matches += sorted(same_content.difference(matches))
        if not matches and len(name) >= _MIN_DIGITS:
            matches = [digest for digest in return_names if digest.startswith(name.casefold())]
        if len(matches) == 1:
            digests += matches
        else:
            message = f"several returns are called “{name}”." if matches else f"there is no return “{name}”."
            digits = ", ".join(map(files.short_digest, matches))
            fix = (
                f"Name one by its number: {digits}." if matches else suggest_nearest(name, list(return_names.values()))
            )
            problems.append(Problem(option, message, fix))
    if problems:
        raise ProjectError("returns that cannot be identified", problems=problems)
    return digests


def matches_return(name: str, file: str, sha256: str) -> bool:
    """Return whether a name entered by the user matches the return with this name and this SHA-256."""
    matches_digest = len(name) >= _MIN_DIGITS and sha256.startswith(name.casefold())
    return matches_digest or _matches_file(Path(name).as_posix(), file)


def _matches_file(name: str, file: str) -> bool:
    """Return whether a name entered by the user matches this file, which is named relative to the folder scanned."""
    return name == file or file.endswith(f"/{name}") or name.endswith(f"/{file}")
