"""Which of the kept messages and archives hold certain bytes, under whatever name and wherever else those were met."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.returns.intake.intake import Intake
from ragsheets.returns.intake.open_file import OpenedContainer
from ragsheets.returns.intake.worker import WorkerPool

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, OriginalRecord


def find_containers(ledger: Ledger, digests: Collection[str], originals: Sequence[OriginalRecord]) -> set[str]:
    """The SHA-256 of those of the kept originals that hold bytes with one of these, however deep.

    Each is opened again, by a worker, since the ledger knows a file only by the place where it was met first. Of one
    that cannot be opened it cannot be told.
    """
    # What a sub-group sent back is a workbook, and holds none.
    workbooks = {each.sha256 for each in ledger.originals.records() if each.group}
    closed = [each for each in originals if each.size and each.sha256 not in workbooks]
    if not digests or not closed:
        return set()
    with WorkerPool(Limits()) as workers:
        workers.start_workers(Intake(ledger, ledger.period(), "", workers).reading_context, 1)
        return {
            each.sha256
            for each in closed
            if _contains_digest(workers, each.file, ledger.originals.content(each.number), digests, workbooks)
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
    inside = [
        (each.name, each.content, files.sha256(each.content)) for each in opened.files if each.content is not None
    ]
    return any(digest in digests for _, _, digest in inside) or any(
        _contains_digest(workers, name, content, digests, workbook_digests, depth + 1)
        for name, content, digest in inside
        if depth < workers.limits.depth and digest not in workbook_digests
    )
