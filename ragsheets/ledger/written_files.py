"""The files that ragsheets wrote and people may edit, recorded by their bytes."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import sqlalchemy as sa

from ragsheets import files
from ragsheets.ledger import tables
from ragsheets.ledger.provenance import utc_timestamp
from ragsheets.ledger.rows import LedgerPart

_table = tables.written_files


class WrittenFiles(LedgerPart):
    """The written files in an open ledger (`Ledger.written_files`)."""

    def add(self, date: datetime.date, path: str, sha256: str) -> None:
        """Record that a file with these bytes was written for a period; `path` is relative to the project folder."""
        key = {"period": date.isoformat(), "path": path, "sha256": sha256}
        self._connection.execute(_table.delete().where(*(_table.c[name] == value for name, value in key.items())))
        self._connection.execute(_table.insert().values(**key, at=utc_timestamp()))

    def report_digests(self) -> set[str]:
        """Return the SHA-256 of all reports and exports, without those of the workbooks that are sent."""
        rows = self._connection.execute(sa.select(_table.c.path, _table.c.sha256))
        return {row.sha256 for row in rows if PurePosixPath(row.path).parent.name not in files.OUTPUT_FOLDERS}

    def contains(self, sha256: str) -> bool:
        """Return whether ragsheets ever wrote a file with these bytes."""
        # Versions that did not record what they wrote recorded their workbooks, and logged their reports.
        event = tables.events.c
        is_older_report = (event.command == "report", event.what.endswith(f" ({files.short_digest(sha256)})"))
        queries = [
            *(sa.select(column).where(column == sha256) for column in (_table.c.sha256, tables.workbooks.c.sha256)),
            sa.select(event.id).where(*is_older_report, event.what.startswith("edition ")),
        ]
        return any(self._connection.scalar(query.limit(1)) is not None for query in queries)
