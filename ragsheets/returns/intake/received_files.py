"""Where returned files are met: folders, and files named one by one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import ProjectError, ReturnError
from ragsheets.files.ignored_files import is_clutter
from ragsheets.files.long_paths import reach, whole_reach

if TYPE_CHECKING:
    from ragsheets.formats.zip_members import Member


@dataclass(frozen=True, slots=True)
class MetFile:
    """A file that was met.

    Attributes:
        name: its name relative to the folder scanned, with "/", also inside an archive or a message.
        path: where it lies, or the outermost file that it lies in.
        content: its bytes, where they are at hand.
        sent: when the message that it came in was sent, UTC, ISO; "" where it came in none.
        received: when it came, UTC, ISO, where that is known.
        within: the names by which it is found inside `path`, from the outside in.
        problem: why it cannot be taken.
    """

    name: str
    path: Path
    content: bytes | None = None
    sent: str = ""
    received: str = ""
    within: tuple[str, ...] = ()
    problem: ReturnError | None = None

    @property
    def is_clutter(self) -> bool:
        """Whether it is a lock file or the like, to be passed over without a word."""
        return is_clutter(self.within[-1] if self.within else self.name)

    @property
    def depth(self) -> int:
        """How many archives and messages it lies in, one inside the other."""
        return len(self.within)

    def inside(self, each: Member, sent: str) -> MetFile:
        """A file inside this one, which was sent at that time."""
        return MetFile(
            f"{self.name}/{each.name}",
            self.path,
            each.content,
            sent or self.sent,
            self.received,
            (*self.within, each.name),
            each.problem,
        )


def walk(paths: Iterable[Path]) -> Iterator[MetFile]:
    """Every file in these folders, and these files, in the order of their names; links are not followed.

    A linked folder and one that may not be opened are met as if they were files, so that they are told.

    Raises ProjectError where a path does not exist.
    """
    for path in paths:
        if reach(path).is_dir():
            yield from _inside(path)
        elif os.path.lexists(reach(path)):
            yield MetFile(path.name, path)
        else:
            raise ProjectError(
                "there is no such file or folder.", where=str(path), fix="Check the name and the folder."
            )


def _inside(folder: Path) -> Iterator[MetFile]:
    closed: list[str] = []
    top = whole_reach(folder)
    for here, folders, names in os.walk(top, onerror=lambda error: closed.append(error.filename)):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(here, name))]  # noqa: PTH114, PTH118
        for name in sorted([*names, *links]):
            yield _met(folder, (Path(here) / name).relative_to(top))
    yield from (_met(folder, Path(path).relative_to(top)) for path in closed)


def _met(folder: Path, inside: Path) -> MetFile:
    return MetFile(inside.as_posix(), folder / inside)
