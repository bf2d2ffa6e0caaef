"""Find the received files: in folders, or named one by one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import ProjectError, ReturnError
from ragsheets.files import cloud
from ragsheets.files.ignored_files import is_ignored_file
from ragsheets.files.long_paths import openable_folder, openable_path
from ragsheets.files.project_paths import relative_to_project
from ragsheets.formats import guard
from ragsheets.formats.limits import Limits
from ragsheets.returns.finding import FindingKind, Severity

if TYPE_CHECKING:
    from ragsheets.formats.contained_file import ContainedFile

KINDS = {
    "unreadable": FindingKind(
        Severity.ERROR, "The file cannot be opened: {found}.", "Close it in other programs, or copy it again."
    ),
    "online-only": FindingKind(
        Severity.ERROR,
        "The file is kept only in the cloud and is not on this computer: {found}.",
        "Have the cloud drive keep it on this computer (“Always keep on this device”), and run ragsheets ingest again.",
    ),
}


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A received file.

    Attributes:
        name: its name relative to the folder scanned, with "/", also inside an archive or a message.
        path: its path, or that of the outermost file that contains it.
        content: its bytes, where already in memory.
        sent: when the message that contained it was sent (UTC, ISO); "" where there was no message.
        received: when it was received (UTC, ISO), where known.
        member_path: the names that lead to it inside `path`, outermost first.
        problem: why it cannot be read.
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
        """Whether it is a lock file or the like, to be ignored silently."""
        return is_ignored_file(self.member_path[-1] if self.member_path else self.name)

    @property
    def storable_name(self) -> str:
        """Its name as text that a database accepts, even where its bytes are not UTF-8."""
        return _storable(self.name)

    def source_path(self, project_folder: Path) -> str:
        """Return its path for the ledger, relative to the project folder; see `relative_to_project`."""
        return _storable("/".join([relative_to_project(self.path, project_folder), *self.member_path]))

    @property
    def depth(self) -> int:
        """How many nested archives and messages contain it."""
        return len(self.member_path)

    def member_file(self, member: ContainedFile, sent: str) -> ReceivedFile:
        """Return a file inside this one, with the time it was sent."""
        return ReceivedFile(
            f"{self.name}/{member.name}",
            self.path,
            member.content,
            sent or self.sent,
            self.received,
            (*self.member_path, member.name),
            member.error,
        )


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """What shows whom a message is from: its sender's address ("" for unknown), its subject, and its own words."""

    address: str
    subject: str
    text: str = ""


def _storable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def walk_files(paths: Iterable[Path]) -> Iterator[ReceivedFile]:
    """Yield these files and every file in these folders, in the order of their names; links are not followed.

    A linked folder and one that cannot be opened are yielded as if they were files, so that they are reported.

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
    unreadable_folders: list[str] = []
    top = openable_folder(folder)
    for current_folder, folders, names in os.walk(top, onerror=lambda error: unreadable_folders.append(error.filename)):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(current_folder, name))]  # noqa: PTH114, PTH118
        for name in sorted([*names, *links]):
            yield _received_file(folder, (Path(current_folder) / name).relative_to(top))
    yield from (_received_file(folder, Path(path).relative_to(top)) for path in unreadable_folders)


def _received_file(folder: Path, relative_path: Path) -> ReceivedFile:
    return ReceivedFile(relative_path.as_posix(), folder / relative_path)


def read_bytes(file: ReceivedFile, limits: Limits) -> bytes:
    """Return the bytes of a file. Raises ReturnError where it is too large or a link, or cannot be opened."""
    if file.problem is not None:
        raise file.problem
    if file.content is not None:
        guard.check_size(len(file.content), limits)
        return file.content
    if placeholder := cloud.placeholder_target(file.path.name):
        raise ReturnError("online-only", found=placeholder)
    path, status = openable_path(file.path), None
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise ReturnError("unreadable", found="it is a link, a closed folder, a pipe or a device, not a file")
        guard.check_size(status.st_size, limits)
        return path.read_bytes()
    except OSError as error:
        file_flags = (getattr(status, name, 0) for name in ("st_file_attributes", "st_flags"))
        code = "online-only" if cloud.is_cloud_only(error, *file_flags) else "unreadable"
        raise ReturnError(code, found=error.strerror or "the system refused") from None
    except ValueError as error:
        raise ReturnError("unreadable", found=str(error)) from None
