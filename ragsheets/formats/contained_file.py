"""A file inside another one: in an archive, attached to a message, embedded as an object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ragsheets.errors import ReturnError
from ragsheets.formats.file_names import make_unique


@dataclass(frozen=True, slots=True)
class ContainedFile:
    """A file inside another one; its name is a label only, and `error` is the reason why its content is missing."""

    name: str
    content: bytes = b""
    error: ReturnError | None = None


def with_unique_names(files: Iterable[ContainedFile]) -> list[ContainedFile]:
    """Return the files with numbers in equal names, so that they differ."""
    items = list(files)
    names = make_unique(file.name for file in items)
    return [replace(file, name=name) for file, name in zip(items, names, strict=True)]
