"""The time that all files inside one archive or message may take; those in containers inside it are included."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from time import monotonic

from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.open_file import OpenedFile
from ragsheets.returns.intake.received_files import ReceivedFile
from ragsheets.returns.reading.model import Observation

#: How many of the files that were not read a finding names.
_MAX_NAMES = 20

KINDS = {
    "files-unread": FindingKind(
        Severity.ERROR,
        "Reading the files inside took more than {wanted} seconds; these were not read: {found}.",
        "Unpack it and put its files into the folder, or allow more time: ragsheets ingest --limit container=3600.",
        about_file=True,
    ),
}


class ContainerTime:
    """Measures the time that the files inside the outermost container take, and notes those that were not read."""

    def __init__(self, max_seconds: int) -> None:
        self._max_seconds = max_seconds
        self._deadline = math.inf
        self._unread_names: list[str] = []

    @contextmanager
    def measure(self, container: ReceivedFile) -> Iterator[None]:
        """Limit the time of the files that are read in this block, unless the container is inside another one."""
        if container.depth:
            yield
            return
        self._unread_names, self._deadline = [], monotonic() + self._max_seconds
        try:
            yield
        finally:
            self._deadline = math.inf

    def skips(self, file: ReceivedFile, future: Future[OpenedFile] | None = None) -> bool:
        """Return whether to skip a file because the time of its container is up; a skipped file's name is noted.

        Args:
            file: the file.
            future: the opening of the file; it is cancelled if it has not begun, otherwise the file is not skipped.
        """
        is_over = file.depth > 0 and monotonic() > self._deadline
        if not is_over or (future is not None and not future.cancel()):
            return False
        self._unread_names.append("/".join(file.member_path))
        return True

    def observations(self, container: ReceivedFile) -> list[Observation]:
        """Return the observation about the files in a container that were not read, for the outermost one."""
        if container.depth or not self._unread_names:
            return []
        more = len(self._unread_names) - _MAX_NAMES
        names = ", ".join(self._unread_names[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
        return [Observation("files-unread", "", "", "", names, str(self._max_seconds))]
