"""The paths that the ledger stores: relative to the project folder, so that the folder may be moved or shared."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

_ABSOLUTE = re.compile(r"/|\\|[A-Za-z]:")


def relative_to_project(path: Path, project: Path) -> str:
    """Return the path of a file relative to the project folder, with "/" on every system.

    Links in its folder are resolved, the file itself is not followed. A path outside the folder begins with "..", and
    one on another disk of a Windows computer stays absolute.
    """
    resolved = _resolve(path.absolute().parent) / path.name
    try:
        return Path(os.path.relpath(resolved, _resolve(project.absolute()))).as_posix()
    except ValueError:
        return resolved.as_posix()


def path_in_project(stored: str, project: Path) -> Path:
    """Return the path of a file on this computer from its path in the ledger."""
    return Path(os.path.normpath(_resolve(project.absolute()) / stored))


def is_outside_project(stored: str) -> bool:
    """Return whether a path from the ledger leads out of the project folder."""
    return stored == ".." or stored.startswith("../") or bool(_ABSOLUTE.match(stored))


@lru_cache(maxsize=1024)
def _resolve(folder: Path) -> Path:
    return folder.resolve()
