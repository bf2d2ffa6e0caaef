"""Where returned files are met: folders, and files named one by one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import ProjectError, ReturnError
from ragsheets.files.ignored_files import is_ignored_file
from ragsheets.files.long_paths import openable_folder, openable_path

if TYPE_CHECKING:
    from ragsheets.formats.zip_members import ZipMember


@dataclass(frozen=True, slots=True)
class ReceivedFile:
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
    member_path: tuple[str, ...] = ()
    problem: ReturnError | None = None

    @property
    def is_ignored(self) -> bool:
        """Whether it is a lock file or the like, to be passed over without a word."""
        return is_ignored_file(self.member_path[-1] if self.member_path else self.name)

    @property
    def depth(self) -> int:
        """How many archives and messages it lies in, one inside the other."""
        return len(self.member_path)

    def member_file(self, member: ZipMember, sent: str) -> ReceivedFile:
        """A file inside this one, which was sent at that time."""
        return ReceivedFile(
            f"{self.name}/{member.name}",
            self.path,
            member.content,
            sent or self.sent,
            self.received,
            (*self.member_path, member.name),
            member.error,
        )


def walk_files(paths: Iterable[Path]) -> Iterator[ReceivedFile]:
    """Every file in these folders, and these files, in the order of their names; links are not followed.

    A linked folder and one that may not be opened are met as if they were files, so that they are told.

    Raises ProjectError where a path does not exist.
    """
    for path in paths:
        if openable_path(path).is_dir():
            yield from _walk_folder(path)
        elif os.path.lexists(openable_path(path)):
            yield ReceivedFile(path.name, path)
        else:
            raise ProjectError(
                "there is no such file or folder.", where=str(path), fix="Check the name and the folder."
            )


def _walk_folder(folder: Path) -> Iterator[ReceivedFile]:
    closed: list[str] = []
    top = openable_folder(folder)
    for here, folders, names in os.walk(top, onerror=lambda error: closed.append(error.filename)):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(here, name))]  # noqa: PTH114, PTH118
        for name in sorted([*names, *links]):
            yield _received_file(folder, (Path(here) / name).relative_to(top))
    yield from (_received_file(folder, Path(path).relative_to(top)) for path in closed)


def _received_file(folder: Path, relative_path: Path) -> ReceivedFile:
    return ReceivedFile(relative_path.as_posix(), folder / relative_path)
