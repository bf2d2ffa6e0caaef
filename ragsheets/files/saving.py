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
from ragsheets.files.long_paths import reach
from ragsheets.files.names import ASIDE_START

#: How the name of a file ends until it is whole.
_ASIDE_END = ".part"
#: What an interrupted run left is removed once it is so old, in seconds: nothing that runs takes as long to save.
STALE = 3600.0
#: Refusals of Windows that pass by themselves where a cloud drive or a virus scanner looks at a file (Microsoft,
#: "System Error Codes"): access denied, sharing violation, lock violation, a mapped section.
_PASSING = (5, 32, 33, 1224)
#: How long, in seconds, such a refusal is waited out.
_PATIENCE = 2.0
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def save(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all: aside first, then in place.

    Raises ProjectError, naming the file and what to do, where it cannot be written.
    """
    with staged({path: content}) as files:
        files.put_in_place()


class Staged:
    """Files that are written, each beside the place it is to take."""

    def __init__(self, aside: dict[Path, Path]) -> None:
        self._aside = aside

    def put_in_place(self) -> None:
        """Let each file take its place; raises ProjectError with those that cannot, the others being in place then."""
        problems = []
        for path, aside in list(self._aside.items()):
            try:
                _patiently(partial(aside.replace, reach(path)))
                del self._aside[path]
            except OSError as error:
                problems.append(_held(path, error))
        if problems:
            raise _error(problems)


@contextmanager
def staged(contents: Mapping[Path, bytes]) -> Iterator[Staged]:
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
                made += _folder_made(path.parent)
                sweep(path.parent)
                aside[path] = _written_aside(path, content)
            except OSError as error:
                problems.append(_closed(path, error))
                if error.errno in _FULL:
                    break
        problems += [problem for path, new in aside.items() for problem in _refusals(path, new)]
        if problems:
            raise _error(problems)
        yield Staged(aside)
    finally:
        for each in aside.values():
            _remove(each)
        if aside or problems:
            _remove_empty(made)


class Tentative:
    """Files that are in place, and how to take them back."""

    def __init__(self) -> None:
        self._before: dict[Path, tuple[Path, os.stat_result] | None] = {}

    def save(self, path: Path, content: bytes) -> None:
        """Write a file as `save` does, keeping what it replaces aside."""
        with staged({path: content}) as files:
            if path not in self._before:
                self._before[path] = _kept_aside(path)
            files.put_in_place()

    def _take_back(self) -> None:
        for path, before in self._before.items():
            if before is None:
                _remove(path)
                continue
            with contextlib.suppress(OSError):  # the fault that is being told weighs more
                aside, known = before
                # Its age comes last: what looks old in the meantime would be taken for what an interrupted run left.
                aside.replace(reach(path))
                os.utime(reach(path), ns=(known.st_atime_ns, known.st_mtime_ns))

    def _forget(self) -> None:
        for before in self._before.values():
            if before is not None:
                _remove(before[0])


@contextmanager
def tentative() -> Iterator[Tentative]:
    """Save files that are taken back where the block raises: what was there before is there again."""
    saved = Tentative()
    try:
        yield saved
    except BaseException:
        saved._take_back()
        raise
    finally:
        saved._forget()


def sweep(folder: Path) -> None:
    """Remove what interrupted runs left in a folder some time ago; what another run may still be at stays."""
    long_ago = time.time() - STALE
    for path in reach(folder).glob(f"{ASIDE_START}*"):
        with contextlib.suppress(OSError):  # another run removes it, or it is in use after all
            if path.lstat().st_mtime < long_ago:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder where there is none; raises ProjectError where that cannot be."""
    try:
        _folder_made(folder)
    except OSError as error:
        raise _error([_closed(folder, error)]) from None


def _folder_made(folder: Path) -> list[Path]:
    """Make a folder; gives those that were not there, the outermost first."""
    missing = [each for each in (folder, *folder.parents) if not reach(each).exists()][::-1]
    try:
        for each in missing:
            reach(each).mkdir(exist_ok=True)
        if not reach(folder).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError:
        _remove_empty(missing)
        raise
    return missing


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in reversed(folders):
        with contextlib.suppress(OSError):  # it was not made, or something lies in it by now
            reach(folder).rmdir()


def _written_aside(path: Path, content: bytes) -> Path:
    import tempfile

    handle, name = tempfile.mkstemp(dir=reach(path.parent), prefix=ASIDE_START, suffix=_ASIDE_END)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
    except BaseException:
        _remove(aside)
        raise
    return aside


def _kept_aside(path: Path) -> tuple[Path, os.stat_result] | None:
    """A copy of the file that lies at `path`, and what the system knows of that; None where there is none."""
    target = reach(path)
    try:
        return (_written_aside(path, target.read_bytes()), target.stat()) if target.exists() else None
    except OSError as error:
        raise _error([_closed(path, error)]) from None


def _refusals(path: Path, aside: Path) -> Sequence[Problem]:
    """Why the file `aside` cannot take the place at `path`, where another may lie; empty where it can."""
    target = reach(path)
    try:
        mode = target.lstat().st_mode
    except OSError:
        target, mode = aside, 0
    if stat.S_ISDIR(mode):
        return [Problem(str(path), "cannot be written: it is a folder.", "Rename the folder, or move it away.")]
    if stat.S_ISREG(mode) and not mode & stat.S_IWUSR:
        return [Problem(str(path), "is marked as read-only.", "Take the mark away, or move the file; then try again.")]
    if mode and (owner := lock_files.owner_of(path)):
        what = f"cannot be written: it is open{f' by {owner.name}' if owner.name else ' in another program'}."
        fix = f"Close it there and try again; where nobody has it open, delete “{owner.file.name}” beside it."
        return [Problem(str(path), what, fix)]
    try:
        # To rename a file to its own name needs what replacing it needs, and changes nothing.
        _patiently(partial(target.rename, target))
    except OSError as error:
        return [_held(path, error)]
    return []


def _patiently(step: Callable[[], object]) -> None:
    """Take a step, again and again for a while where Windows refuses it for a reason that passes by itself."""
    try:
        step()
        return
    except OSError as error:
        if not _may_pass(error):
            raise
    import tenacity

    tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        stop=tenacity.stop_after_delay(_PATIENCE),
        wait=tenacity.wait_exponential(0.05, max=0.5),
        reraise=True,
    )(step)


def _may_pass(error: BaseException) -> bool:
    return getattr(error, "winerror", None) in _PASSING


def _held(path: Path, error: OSError) -> Problem:
    """A file that cannot be replaced where a new one beside it can be written."""
    return Problem(str(path), f"cannot be written ({error.strerror}).", "Close it in other programs and try again.")


def _closed(path: Path, error: OSError) -> Problem:
    """A file that cannot be written at all."""
    fix = "Check the folder."
    if error.errno in _FULL:
        fix = "There is no room: delete something, or use another disk; then try again. Nothing was changed."
    elif error.errno in _CLOSED:
        fix = f"You may not write into “{path.parent}”: ask for the right to, or use another folder."
    return Problem(str(path), f"cannot be written ({error.strerror}).", fix)


def _error(problems: Sequence[Problem]) -> ProjectError:
    return ProjectError("files that cannot be written", problems=problems)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        reach(path).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
