"""Which of the kept messages and archives hold certain bytes, under whatever name and wherever else those were met."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.returns.intake.intake import Desk
from ragsheets.returns.intake.open_file import Contents
from ragsheets.returns.intake.worker import Workers

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, OriginalRecord


def holders_of(ledger: Ledger, sha256: Collection[str], kept: Sequence[OriginalRecord]) -> set[str]:
    """The SHA-256 of those of the kept originals that hold bytes with one of these, however deep.

    Each is opened again, by a worker, since the ledger knows a file only by the place where it was met first. Of one
    that cannot be opened it cannot be told.
    """
    # What a sub-group sent back is a workbook, and holds none.
    workbooks = {each.sha256 for each in ledger.originals.listed() if each.group}
    closed = [each for each in kept if each.size and each.sha256 not in workbooks]
    if not sha256 or not closed:
        return set()
    with Workers(Limits()) as workers:
        workers.begin(Desk(ledger, ledger.period(), "", workers).collection, 1)
        return {
            each.sha256
            for each in closed
            if _holds(workers, each.file, ledger.originals.content(each.number), sha256, workbooks)
        }


def _holds(
    workers: Workers, name: str, content: bytes, sha256: Collection[str], workbooks: Collection[str], depth: int = 0
) -> bool:
    try:
        opened = workers.submit(name, content).result()
    except ReturnError:
        return False
    if not isinstance(opened, Contents):
        return False
    inside = [
        (each.name, each.content, files.sha256(each.content)) for each in opened.files if each.content is not None
    ]
    return any(digest in sha256 for _, _, digest in inside) or any(
        _holds(workers, name, content, sha256, workbooks, depth + 1)
        for name, content, digest in inside
        if depth < workers.limits.depth and digest not in workbooks
    )
