"""Search the stored messages and archives for files with given bytes, whatever their names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.returns.intake.open_container import OpenedContainer
from ragsheets.returns.intake.period_context import reading_context_of
from ragsheets.returns.intake.worker import WorkerPool

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, OriginalRecord


def find_containers(ledger: Ledger, digests: Collection[str], originals: Sequence[OriginalRecord]) -> set[str]:
    """Return the SHA-256 of the stored originals that contain a file with one of these digests, at any depth.

    Each original is opened again by a worker, since the ledger knows a file only by the path where it was first
    received. Originals that cannot be opened are left out.
    """
    # Returns that count, or were excluded, for a sub-group are workbooks, which contain no files.
    workbook_digests = {
        original.sha256
        for original in ledger.originals.records()
        if original.group and original.result in ("accepted", "excluded")
    }
    candidates = [original for original in originals if original.size and original.sha256 not in workbook_digests]
    if not digests or not candidates:
        return set()
    with WorkerPool(Limits()) as workers:
        workers.start_workers(reading_context_of(ledger, ledger.period()), 1)
        return {
            original.sha256
            for original in candidates
            if _contains_digest(
                workers, original.file, ledger.originals.content(original.number), digests, workbook_digests
            )
        }


def _contains_digest(
    workers: WorkerPool,
    name: str,
    content: bytes,
    digests: Collection[str],
    workbook_digests: Collection[str],
    depth: int = 0,
) -> bool:
    try:
        opened = workers.submit(name, content).result()
    except ReturnError:
        return False
    if not isinstance(opened, OpenedContainer):
        return False
    members = [(member.name, member.content, files.sha256(member.content)) for member in opened.files]
    return any(digest in digests for _, _, digest in members) or any(
        _contains_digest(workers, name, content, digests, workbook_digests, depth + 1)
        for name, content, digest in members
        if depth < workers.limits.depth and digest not in workbook_digests
    )
