"""Project folders that are built once for a file of tests, of which each test gets a copy."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from helpers import postgresql
from ragsheets.project.folder import Project

Built = TypeVar("Built", Path, Project)


def built_once(build: Callable[[Path], Built]) -> Callable[[Path], Built]:
    """Decorate a fixture that builds a project in `tmp_path`: it is built for the first test, and copied for each."""
    built: list[tuple[Path, Built]] = []

    @functools.wraps(build)
    def copy(tmp_path: Path) -> Built:
        if postgresql.REPLACES_SQLITE in os.environ:  # the ledger is not in the folder, so that it would not be copied
            return build(tmp_path)
        if not built:
            folder = tmp_path.with_name(f"{build.__module__}.{build.__name__}")
            folder.mkdir()
            built.append((folder, build(folder)))
        folder, result = built[0]
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        if isinstance(result, Project):
            return Project(tmp_path / result.folder.relative_to(folder))
        return tmp_path / result.relative_to(folder)

    return copy
