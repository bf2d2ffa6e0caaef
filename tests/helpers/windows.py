"""What Windows, its office programs and its cloud drives do to files, made up for tests on any system."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from ragsheets.files import saving

SHARING, DENIED = 32, 5


def sharing_violation(winerror: int = SHARING) -> PermissionError:
    """What Windows raises where another program has a file open (32), or may have (5)."""
    error = PermissionError(13, "The process cannot access the file because it is being used by another process")
    error.winerror = winerror  # type: ignore[attr-defined]
    return error


def refuse_access(monkeypatch: pytest.MonkeyPatch, names: Collection[str], *, times: float = float("inf")) -> list[str]:
    """Have files of these names held by another program, so that none can be renamed or replaced, so many times.

    Return the names of the files that were to be replaced, a list that grows with each attempt.
    """
    targets: list[str] = []

    def holding(real: Callable[[Path, Any], Path]) -> Callable[[Path, Any], Path]:
        def step(self: Path, target: Path) -> Path:
            targets.append(Path(target).name)
            if {self.name, Path(target).name}.intersection(names) and len(targets) <= times:
                raise sharing_violation()
            return real(self, target)

        return step

    for name in ("rename", "replace"):
        monkeypatch.setattr(Path, name, holding(getattr(Path, name)))
    monkeypatch.setattr(saving, "_RETRY_SECONDS", 0.2)
    return targets


def office_lock_file(name: str, length: int = 165, offset: int = 55) -> bytes:
    """An owner file as Excel writes it (Word's is 162 bytes long, with the second name at 54)."""
    old = name.encode("cp1252", "replace")
    head = bytes([len(old)]) + old.ljust(offset - 1)
    return (head + len(name).to_bytes(2, "little") + name.encode("utf-16-le")).ljust(length, b"\0")


def libreoffice_lock_file(name: str, user: str = "alee") -> bytes:
    """An owner file as LibreOffice writes it."""
    return f"{name},{user},PC-7,02.01.2026 10:11,file:///home/{user}/.config/libreoffice/4;".encode()
