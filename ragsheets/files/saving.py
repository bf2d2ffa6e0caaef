"""Saving: files whole or not at all, one or several together, also where other programs hold some of them."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ragsheets.errors import Problem, ProjectError
from ragsheets.files import lock_files
from ragsheets.files.long_paths import openable_path
from ragsheets.files.names import UNFINISHED_PREFIX

#: How the name of a file ends until it is whole.
_UNFINISHED_SUFFIX = ".part"
#: What an interrupted run left is removed once it is so old, in seconds: nothing that runs takes as long to save.
STALE_SECONDS = 3600.0
#: Refusals of Windows that pass by themselves where a cloud drive or a virus scanner looks at a file (Microsoft,
#: "System Error Codes"): access denied, sharing violation, lock violation, a mapped section.
_TRANSIENT_ERRORS = (5, 32, 33, 1224)
#: How long, in seconds, such a refusal is waited out.
_RETRY_SECONDS = 2.0
_NO_SPACE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PERMISSION_ERRORS = (errno.EACCES, errno.EPERM, errno.EROFS)


def save(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all: aside first, then in place.

    Raises ProjectError, naming the file and what to do, where it cannot be written.
    """
    with staged({path: content}) as files:
        files.put_in_place()


class StagedFiles:
    """Files that are written, each beside the place it is to take."""

    def __init__(self, temporary_files: dict[Path, Path]) -> None:
        self._temporary_files = temporary_files

    def put_in_place(self) -> None:
        """Let each file take its place; raises ProjectError with those that cannot, the others being in place then."""
        problems = []
        for path, aside in list(self._temporary_files.items()):
            try:
                _retry(partial(aside.replace, openable_path(path)))
                del self._temporary_files[path]
            except OSError as error:
                problems.append(_cannot_replace(path, error))
        if problems:
            raise _save_error(problems)


@contextmanager
def staged(contents: Mapping[Path, bytes]) -> Iterator[StagedFiles]:
    """Write files aside, each beside the place it is to take, and see whether it can take it.

    What is not put in place when the block ends is gone, and so are the folders that were made for it.

    Raises ProjectError with all that cannot be written or replaced, before any file has changed.
    """
    made: list[Path] = []
    aside: dict[Path, Path] = {}
    problems: list[Problem] = []
    try:
        for path, content in contents.items():
            try:
                made += _create_folders(path.parent)
                remove_stale_files(path.parent)
                aside[path] = _write_temporary(path, content)
            except OSError as error:
                problems.append(_cannot_write(path, error))
                if error.errno in _NO_SPACE_ERRORS:
                    break
        problems += [problem for path, new in aside.items() for problem in _replacement_problems(path, new)]
        if problems:
            raise _save_error(problems)
        yield StagedFiles(aside)
    finally:
        for each in aside.values():
            _remove_file(each)
        if aside or problems:
            _remove_empty_folders(made)


class RevertibleFiles:
    """Files that are in place, and how to take them back."""

    def __init__(self) -> None:
        self._backups: dict[Path, tuple[Path, os.stat_result] | None] = {}

    def save(self, path: Path, content: bytes) -> None:
        """Write a file as `save` does, keeping what it replaces aside."""
        with staged({path: content}) as files:
            if path not in self._backups:
                self._backups[path] = _back_up(path)
            files.put_in_place()

    def _revert(self) -> None:
        for path, before in self._backups.items():
            if before is None:
                _remove_file(path)
                continue
            with contextlib.suppress(OSError):  # the fault that is being told weighs more
                aside, known = before
                # Its age comes last: what looks old in the meantime would be taken for what an interrupted run left.
                aside.replace(openable_path(path))
                os.utime(openable_path(path), ns=(known.st_atime_ns, known.st_mtime_ns))

    def _remove_backups(self) -> None:
        for before in self._backups.values():
            if before is not None:
                _remove_file(before[0])


@contextmanager
def revert_on_error() -> Iterator[RevertibleFiles]:
    """Save files that are taken back where the block raises: what was there before is there again."""
    saved = RevertibleFiles()
    try:
        yield saved
    except BaseException:
        saved._revert()
        raise
    finally:
        saved._remove_backups()


def remove_stale_files(folder: Path) -> None:
    """Remove what interrupted runs left in a folder some time ago; what another run may still be at stays."""
    long_ago = time.time() - STALE_SECONDS
    for path in openable_path(folder).glob(f"{UNFINISHED_PREFIX}*"):
        with contextlib.suppress(OSError):  # another run removes it, or it is in use after all
            if path.lstat().st_mtime < long_ago:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder where there is none; raises ProjectError where that cannot be."""
    try:
        _create_folders(folder)
    except OSError as error:
        raise _save_error([_cannot_write(folder, error)]) from None


def _create_folders(folder: Path) -> list[Path]:
    """Make a folder; gives those that were not there, the outermost first."""
    missing = [each for each in (folder, *folder.parents) if not openable_path(each).exists()][::-1]
    try:
        for each in missing:
            openable_path(each).mkdir(exist_ok=True)
        if not openable_path(folder).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError:
        _remove_empty_folders(missing)
        raise
    return missing


def _remove_empty_folders(folders: Sequence[Path]) -> None:
    for folder in reversed(folders):
        with contextlib.suppress(OSError):  # it was not made, or something lies in it by now
            openable_path(folder).rmdir()


def _write_temporary(path: Path, content: bytes) -> Path:
    import tempfile

    handle, name = tempfile.mkstemp(dir=openable_path(path.parent), prefix=UNFINISHED_PREFIX, suffix=_UNFINISHED_SUFFIX)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
    except BaseException:
        _remove_file(aside)
        raise
    return aside


def _back_up(path: Path) -> tuple[Path, os.stat_result] | None:
    """A copy of the file that lies at `path`, and what the system knows of that; None where there is none."""
    target = openable_path(path)
    try:
        return (_write_temporary(path, target.read_bytes()), target.stat()) if target.exists() else None
    except OSError as error:
        raise _save_error([_cannot_write(path, error)]) from None


def _replacement_problems(path: Path, temporary: Path) -> Sequence[Problem]:
    """Why the file `aside` cannot take the place at `path`, where another may lie; empty where it can."""
    target = openable_path(path)
    try:
        mode = target.lstat().st_mode
    except OSError:
        target, mode = temporary, 0
    if stat.S_ISDIR(mode):
        return [Problem(str(path), "cannot be written: it is a folder.", "Rename the folder, or move it away.")]
    if stat.S_ISREG(mode) and not mode & stat.S_IWUSR:
        return [Problem(str(path), "is marked as read-only.", "Take the mark away, or move the file; then try again.")]
    if mode and (owner := lock_files.find_lock_file(path)):
        what = f"cannot be written: it is open{f' by {owner.user_name}' if owner.user_name else ' in another program'}."
        fix = f"Close it there and try again; where nobody has it open, delete “{owner.path.name}” beside it."
        return [Problem(str(path), what, fix)]
    try:
        # To rename a file to its own name needs what replacing it needs, and changes nothing.
        _retry(partial(target.rename, target))
    except OSError as error:
        return [_cannot_replace(path, error)]
    return []


def _retry(operation: Callable[[], object]) -> None:
    """Take a step, again and again for a while where Windows refuses it for a reason that passes by itself."""
    try:
        operation()
        return
    except OSError as error:
        if not _is_transient(error):
            raise
    import tenacity

    tenacity.Retrying(
        retry=tenacity.retry_if_exception(_is_transient),
        stop=tenacity.stop_after_delay(_RETRY_SECONDS),
        wait=tenacity.wait_exponential(0.05, max=0.5),
        reraise=True,
    )(operation)


def _is_transient(error: BaseException) -> bool:
    return getattr(error, "winerror", None) in _TRANSIENT_ERRORS


def _cannot_replace(path: Path, error: OSError) -> Problem:
    """A file that cannot be replaced where a new one beside it can be written."""
    return Problem(str(path), f"cannot be written ({error.strerror}).", "Close it in other programs and try again.")


def _cannot_write(path: Path, error: OSError) -> Problem:
    """A file that cannot be written at all."""
    fix = "Check the folder."
    if error.errno in _NO_SPACE_ERRORS:
        fix = "There is no room: delete something, or use another disk; then try again. Nothing was changed."
    elif error.errno in _PERMISSION_ERRORS:
        fix = f"You may not write into “{path.parent}”: ask for the right to, or use another folder."
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
