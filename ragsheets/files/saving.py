"""Atomic saving of one or several files, with problems named where other programs have some of them open."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from ragsheets.errors import Problem, ProjectError
from ragsheets.files import lock_files
from ragsheets.files.content import sha256
from ragsheets.files.long_paths import openable_path
from ragsheets.files.names import UNFINISHED_PREFIX
from ragsheets.files.processes import is_running

#: The suffix of a file's name until it is complete.
_UNFINISHED_SUFFIX = ".part"
#: The computer and the process in the name of an unfinished file.
_WRITER = re.compile(rf"{re.escape(UNFINISHED_PREFIX)}([0-9a-f]{{8}})-([0-9]+)-")
#: Leftovers whose process cannot be checked are removed from this age on, in seconds: no process takes as long to save.
STALE_SECONDS = 3600.0
#: Windows errors that are temporary when a cloud drive or a virus scanner has a file open (Microsoft, "System Error
#: Codes"): access denied, sharing violation, lock violation, a mapped section.
_TRANSIENT_ERRORS = (5, 32, 33, 1224)
#: How long, and how often, in seconds, to retry after such an error.
_RETRY_SECONDS, _RETRY_INTERVAL = 2.0, 0.1
_NO_SPACE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PERMISSION_ERRORS = (errno.EACCES, errno.EPERM, errno.EROFS)


def save(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically: to a temporary file first, which then replaces `path`.

    Raises ProjectError, naming the file and what to do, where it cannot be written.
    """
    with staged({path: content}) as files:
        files.put_in_place()


class StagedFiles:
    """Files that are written to temporary files beside their targets."""

    def __init__(self, temporary_files: dict[Path, Path]) -> None:
        self._temporary_files = temporary_files

    def put_in_place(self) -> None:
        """Replace the targets. Raises ProjectError with those that cannot be replaced; the others are replaced then."""
        problems = []
        for path, temporary_path in list(self._temporary_files.items()):
            try:
                _retry(partial(temporary_path.replace, openable_path(path)))
                del self._temporary_files[path]
            except OSError as error:
                problems.append(_cannot_replace(path, error))
        if problems:
            raise _save_error(problems)


@contextmanager
def staged(contents: Mapping[Path, bytes], folders: Sequence[Path] = ()) -> Iterator[StagedFiles]:
    """Write temporary files beside their targets, and check that the targets can be replaced; create empty folders too.

    Files that are not put in place when the block ends are deleted, and so are the folders created with them.

    Raises ProjectError with all files that cannot be written or replaced, before any file has changed.
    """
    created_folders: list[Path] = []
    temporary_files: dict[Path, Path] = {}
    problems: list[Problem] = []
    try:
        for folder in folders:
            try:
                created_folders += _create_folders(folder)
            except OSError as error:
                problems.append(_cannot_write(folder, error))
        for path, content in contents.items():
            try:
                created_folders += _create_folders(path.parent)
                remove_stale_files(path.parent)
                temporary_files[path] = _write_temporary(path, content)
            except OSError as error:
                problems.append(_cannot_write(path, error))
                if error.errno in _NO_SPACE_ERRORS:
                    break
        problems += [problem for path, new in temporary_files.items() for problem in _replacement_problems(path, new)]
        if problems:
            raise _save_error(problems)
        yield StagedFiles(temporary_files)
    finally:
        for temporary_path in temporary_files.values():
            _remove_file(temporary_path)
        if temporary_files or problems:
            _remove_empty_folders(created_folders)


class RevertibleFiles:
    """Saved files with backups, so that the changes can be reverted."""

    def __init__(self) -> None:
        self._backups: dict[Path, tuple[Path, os.stat_result] | None] = {}

    def save(self, path: Path, content: bytes) -> None:
        """Write a file as the function `save` does, and keep a backup of the file that it replaces."""
        with staged({path: content}) as files:
            if path not in self._backups:
                self._backups[path] = _back_up(path)
            files.put_in_place()

    def _revert(self) -> None:
        for path, backup in self._backups.items():
            if backup is None:
                _remove_file(path)
                continue
            with contextlib.suppress(OSError):  # the error being reported matters more
                backup_path, status = backup
                # The times are restored last: a temporary file with an old time would be removed as a stale one.
                backup_path.replace(openable_path(path))
                os.utime(openable_path(path), ns=(status.st_atime_ns, status.st_mtime_ns))

    def _remove_backups(self) -> None:
        for backup in self._backups.values():
            if backup is not None:
                _remove_file(backup[0])


@contextmanager
def revert_on_error() -> Iterator[RevertibleFiles]:
    """Save files, and restore their previous content if the block raises."""
    files = RevertibleFiles()
    try:
        yield files
    except BaseException:
        files._revert()
        raise
    finally:
        files._remove_backups()


def unfinished_prefix() -> str:
    """Return the prefix of the names of this process's unfinished files: it names the computer and the process."""
    return f"{UNFINISHED_PREFIX}{_computer()}-{os.getpid()}-"


def remove_stale_files(folder: Path) -> None:
    """Remove leftovers of interrupted runs from a folder; keep those that another run may still use."""
    for path in openable_path(folder).glob(f"{UNFINISHED_PREFIX}*"):
        with contextlib.suppress(OSError):  # another run removes it, or it is still in use
            if _is_abandoned(path):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_abandoned(path: Path) -> bool:
    """Return whether an unfinished file's process has ended, or the file is too old for any process to need it."""
    writer = _WRITER.match(path.name)
    if writer and writer[1] == _computer() and not is_running(int(writer[2])):
        return True
    return path.lstat().st_mtime < time.time() - STALE_SECONDS


@cache
def _computer() -> str:
    """Return a short name of this computer, since several may write into one folder."""
    return sha256(platform.node().encode())[:8]


def make_folder(folder: Path) -> None:
    """Create a folder if there is none. Raises ProjectError where it cannot be created."""
    try:
        _create_folders(folder)
    except OSError as error:
        raise _save_error([_cannot_write(folder, error)]) from None


def require_folder_for(path: Path) -> None:
    """Raise ProjectError where the folder that a file is to be written to does not exist."""
    if not openable_path(path.parent).is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")


def _create_folders(folder: Path) -> list[Path]:
    """Create a folder; return the folders that did not exist before, outermost first."""
    missing = [directory for directory in (folder, *folder.parents) if not openable_path(directory).exists()][::-1]
    try:
        for directory in missing:
            openable_path(directory).mkdir(exist_ok=True)
        if not openable_path(folder).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError:
        _remove_empty_folders(missing)
        raise
    return missing


def _remove_empty_folders(folders: Sequence[Path]) -> None:
    for folder in reversed(folders):
        with contextlib.suppress(OSError):  # it was not created, or is no longer empty
            openable_path(folder).rmdir()


def _write_temporary(path: Path, content: bytes) -> Path:
    import tempfile

    handle, name = tempfile.mkstemp(
        dir=openable_path(path.parent), prefix=unfinished_prefix(), suffix=_UNFINISHED_SUFFIX
    )
    temporary_path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary_path.chmod(0o666 & ~_umask())
    except BaseException:
        _remove_file(temporary_path)
        raise
    return temporary_path


def _back_up(path: Path) -> tuple[Path, os.stat_result] | None:
    """Copy the file at `path`; return the copy's path and the file's status, or None if there is no file."""
    target = openable_path(path)
    try:
        return (_write_temporary(path, target.read_bytes()), target.stat()) if target.exists() else None
    except OSError as error:
        raise _save_error([_cannot_write(path, error)]) from None


def _replacement_problems(path: Path, temporary: Path) -> Sequence[Problem]:
    """Return the reasons why the file `temporary` cannot replace the one at `path`; empty if it can."""
    target = openable_path(path)
    try:
        mode = target.lstat().st_mode
    except OSError:
        target, mode = temporary, 0
    if stat.S_ISDIR(mode):
        return [Problem(str(path), "cannot be written: it is a folder.", "Rename the folder, or move it away.")]
    if stat.S_ISREG(mode) and not mode & stat.S_IWUSR:
        return [
            Problem(
                str(path),
                "is marked as read-only.",
                "Turn that off in the file's properties, or move the file; then try again.",
            )
        ]
    if mode and (owner := lock_files.find_lock_file(path)):
        what = f"cannot be written: it is open{f' by {owner.user_name}' if owner.user_name else ' in another program'}."
        fix = f"Close it there and try again; where nobody has it open, delete “{owner.path.name}” beside it."
        return [Problem(str(path), what, fix)]
    try:
        # Renaming a file to its own name needs the same rights as replacing it, and changes nothing.
        _retry(partial(target.rename, target))
    except OSError as error:
        return [_cannot_replace(path, error)]
    return []


def _retry(operation: Callable[[], object]) -> None:
    """Run `operation`, and retry it for a while where Windows raises a temporary error."""
    retry_until = time.monotonic() + _RETRY_SECONDS
    while True:
        try:
            operation()
            return
        except OSError as error:
            if not _is_transient(error) or time.monotonic() > retry_until:
                raise
        time.sleep(_RETRY_INTERVAL)


def _is_transient(error: OSError) -> bool:
    return getattr(error, "winerror", None) in _TRANSIENT_ERRORS


def _cannot_replace(path: Path, error: OSError) -> Problem:
    """Return the problem of a file that cannot be replaced, although a new one beside it can be written."""
    return Problem(str(path), f"cannot be written ({error.strerror}).", "Close it in other programs and try again.")


def _cannot_write(path: Path, error: OSError) -> Problem:
    """Return the problem of a file that cannot be written at all."""
    fix = "Check the folder."
    if error.errno in _NO_SPACE_ERRORS:
        fix = "There is no space left: delete something, or use another disk; then try again."
    elif error.errno in _PERMISSION_ERRORS:
        fix = f"You cannot write into “{path.parent}”: ask for permission, or use another folder."
    return Problem(str(path), f"cannot be written ({error.strerror}).", fix)


def _save_error(problems: Sequence[Problem]) -> ProjectError:
    return ProjectError("files that cannot be written", problems=problems)


def _remove_file(path: Path) -> None:
    with contextlib.suppress(OSError):
        openable_path(path).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
