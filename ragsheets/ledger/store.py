"""The open ledger: periods, workbooks sent, and returns with their content, in a database.

It uses SQLAlchemy Core throughout, so that one code path serves SQLite and a shared database server. All changes
between opening and closing are one transaction (`Ledger.open`), so that an interrupted command leaves the ledger
unchanged.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from ragsheets.errors import LedgerError
from ragsheets.files.names import is_query_workbook
from ragsheets.ledger import removal, tables
from ragsheets.ledger.backup import sqlite_file
from ragsheets.ledger.bulk import insert_rows
from ragsheets.ledger.check import LedgerInspector
from ragsheets.ledger.connection import open_connection
from ragsheets.ledger.decisions import Decisions
from ragsheets.ledger.issued import IssuedReports
from ragsheets.ledger.originals import Originals
from ragsheets.ledger.provenance import current_user, utc_timestamp
from ragsheets.ledger.records import (
    CorrectionRecord,
    EventRecord,
    PeriodRecord,
    ReturnRecord,
    SettlementRecord,
    StandingRecord,
    WorkbookRecord,
)
from ragsheets.ledger.resolved_files import withdraw_resolved
from ragsheets.ledger.rows import columns_of, of_period, read_records, values_of
from ragsheets.ledger.sequence import next_number
from ragsheets.ledger.tables import returns
from ragsheets.ledger.tallies import Tallies
from ragsheets.ledger.written_files import WrittenFiles
from ragsheets.plan.model import Period, Plan, SubGroup
from ragsheets.template.reader import from_snapshot
from ragsheets.version import __version__

if TYPE_CHECKING:
    import pandas as pd

#: The results of returns whose answers are stored: they count, or are excluded for now.
_STORED_RESULTS = ("accepted", "excluded")
_SUB_GROUPS = TypeAdapter(tuple[SubGroup, ...])


class Ledger:
    """An open ledger. Use `Ledger.open` as a context manager.

    Attributes:
        project_folder: the folder that the stored paths of files refer to.
        originals: the originals of the returns.
        corrections: the answers that the coordinator corrected without a return.
        settlements: the findings that the coordinator settled as they are.
        tallies: the counts of each period.
        issued: the reports that were issued.
        written_files: the files that ragsheets wrote and people may edit.
        inspector: the inspector of all tables.
    """

    def __init__(self, connection: sa.Connection, project_folder: Path) -> None:
        self._connection = connection
        self.project_folder = project_folder
        self.originals = Originals(connection)
        self.corrections = Decisions(connection, tables.corrections, CorrectionRecord)
        self.settlements = Decisions(connection, tables.settlements, SettlementRecord)
        self.tallies = Tallies(connection)
        self.issued = IssuedReports(connection)
        self.written_files = WrittenFiles(connection)
        self.inspector = LedgerInspector(connection)

    @classmethod
    @contextmanager
    def open(
        cls,
        url: str | Path | sa.URL,
        folder: Path = Path(),
        *,
        project_folder: Path | None = None,
        must_exist: bool = False,
    ) -> Iterator[Ledger]:
        """Open the ledger at a database URL or in an SQLite file; see `ragsheets.ledger.connection.open_connection`.

        The block is one transaction, committed when it ends and rolled back when it raises.

        Args:
            url, folder, must_exist: see there.
            project_folder: the folder that the stored paths of files refer to; `folder` by default.
        """
        with open_connection(url, folder, must_exist=must_exist) as connection:
            yield cls(connection, project_folder or folder)

    def owns_file(self, path: Path) -> bool:
        """Return whether a file belongs to the ledger: an SQLite file, its journals and its backups.

        Such a file must not be opened while the ledger is open: closing it makes the system release SQLite's lock.
        """
        file = sqlite_file(self._connection)
        return file is not None and path.name.startswith(file.name) and file.parent.samefile(path.parent)

    # -------------------------------------------------------------------------------------------------- periods

    def periods(self) -> list[datetime.date]:
        """Return the dates of all periods, earliest first."""
        dates = self._connection.scalars(sa.select(tables.periods.c.date).order_by(tables.periods.c.date))
        return [datetime.date.fromisoformat(date) for date in dates]

    def period(self, date: datetime.date | None = None) -> PeriodRecord:
        """Return the period of this date, by default the latest; raises LedgerError if there is none."""
        query = sa.select(tables.periods).order_by(tables.periods.c.date.desc()).limit(1)
        row = self._connection.execute(
            query if date is None else query.where(tables.periods.c.date == date.isoformat())
        ).first()
        if row is None:
            what = f"there is no period {date}." if date else "there is no period yet."
            raise LedgerError(what, fix=f"Make its workbooks: ragsheets generate --date {date or 'YYYY-MM-DD'}")
        plan, completed = Plan.model_validate_json(row.plan), _SUB_GROUPS.validate_json(row.completed)
        return PeriodRecord(_period_of_row(row), plan, from_snapshot(row.template), completed)

    def save_period(self, record: PeriodRecord, workbooks: Sequence[WorkbookRecord]) -> None:
        """Store a period, or its newer plan, and the workbooks that were sent."""
        date = record.period.date.isoformat()
        values = {
            "name": record.period.name,
            "due": record.period.due.isoformat() if record.period.due else None,
            "plan": record.plan.model_dump_json(),
            "template": record.template.model_dump_json(),
            "completed": _SUB_GROUPS.dump_json(record.completed).decode(),
        }
        updated_rows = self._connection.execute(
            tables.periods.update().where(tables.periods.c.date == date).values(values)
        ).rowcount
        if not updated_rows:
            self._connection.execute(tables.periods.insert().values(date=date, **values))
        # The plan may have changed; the standings are stored again when the period is next assessed.
        self.replace_standings(record.period.date, ())
        self.add_workbooks(record.period.date, workbooks)

    def removal_blockers(self, date: datetime.date) -> list[str]:
        """Describe the content of a period that would be lost with it: returns, corrections, issued reports."""
        return removal.removal_blockers(self._connection, date)

    def remove_period(self, date: datetime.date) -> None:
        """Remove a period and everything stored for it."""
        removal.remove_period(self._connection, date)

    def add_workbooks(self, date: datetime.date, workbooks: Sequence[WorkbookRecord]) -> None:
        """Store workbooks generated for a period.

        One stored under the same reference is replaced, and keeps the time when it was first made and its place in
        the ledger's sequence.
        """
        if not workbooks:
            return
        table = tables.workbooks
        same_reference = table.c.reference.in_([workbook.reference for workbook in workbooks])
        query = sa.select(table.c.reference, table.c.made, table.c.sequence).where(same_reference)
        first_made = {row["reference"]: row for row in self._connection.execute(query).mappings()}
        self._connection.execute(table.delete().where(same_reference))
        made_now = {"made": utc_timestamp("microseconds"), "sequence": next_number(self._connection)}
        rows = [
            {"period": date.isoformat(), **values_of(workbook), **first_made.get(workbook.reference, made_now)}
            for workbook in workbooks
        ]
        self._connection.execute(table.insert(), rows)

    def workbooks(self, date: datetime.date) -> list[WorkbookRecord]:
        """Return the workbooks sent for a period, the latest edition of each sub-group's workbook last."""
        return read_records(self._connection, tables.workbooks, WorkbookRecord, of_period(tables.workbooks, date))

    def references_of_other_periods(self, date: datetime.date) -> dict[str, str]:
        """Return the period (ISO) of every workbook that was sent for another period, by the workbook's reference."""
        columns = tables.workbooks.c
        query = sa.select(columns.reference, columns.period).where(columns.period != date.isoformat())
        return {row.reference: row.period for row in self._connection.execute(query)}

    def query_files(self, date: datetime.date) -> dict[str, str]:
        """Return the path, in the period's folder, of each sub-group's latest query workbook, by sub-group key."""
        columns = tables.workbooks.c
        query = sa.select(columns.group, columns.file).where(of_period(tables.workbooks, date)).order_by(columns.id)
        return {row.group: row.file for row in self._connection.execute(query) if is_query_workbook(row.file)}

    def earlier_periods(self, date: datetime.date, limit: int) -> list[Period]:
        """Return at most `limit` periods before a date, the latest first."""
        earlier = sa.select(tables.periods.c.date, tables.periods.c.name, tables.periods.c.due)
        earlier = earlier.where(tables.periods.c.date < date.isoformat()).order_by(tables.periods.c.date.desc())
        return [_period_of_row(row) for row in self._connection.execute(earlier.limit(limit))]

    # ------------------------------------------------------------------------------------- results of periods

    def replace_standings(self, date: datetime.date, standings: Iterable[StandingRecord]) -> None:
        """Replace the standings of a period: the status of each task."""
        self._connection.execute(tables.standings.delete().where(of_period(tables.standings, date)))
        self.tallies.delete(date)
        rows = [(date.isoformat(), *standing) for standing in standings]
        insert_rows(self._connection, tables.standings, ("period", *StandingRecord._fields), rows)

    def standings(self, date: datetime.date) -> list[StandingRecord]:
        """Return the status of each task in a period; empty if it was not assessed since its plan was stored."""
        return read_records(self._connection, tables.standings, StandingRecord, of_period(tables.standings, date))

    # -------------------------------------------------------------------------------------------------- returns

    def return_results(self, date: datetime.date) -> dict[str, str]:
        """Return the results of a period's accepted and excluded returns, by SHA-256."""
        query = sa.select(returns.c.sha256, returns.c.result).where(
            of_period(returns, date), returns.c.result.in_(_STORED_RESULTS)
        )
        return {row.sha256: row.result for row in self._connection.execute(query)}

    def return_file_names(self, date: datetime.date) -> dict[str, str]:
        """Return the file names of a period's returns as received, by SHA-256."""
        query = sa.select(returns.c.sha256, returns.c.file).where(
            of_period(returns, date), returns.c.result != "withdrawn"
        )
        return {row.sha256: row.file for row in self._connection.execute(query.order_by(returns.c.id))}

    def stored_returns(self, date: datetime.date) -> list[ReturnRecord]:
        """Return a period's accepted and excluded returns whose originals are stored, oldest first, without their
        parsed rows."""
        query = sa.select(*columns_of(returns, ReturnRecord, without=("parsed_rows",))).where(
            of_period(returns, date), returns.c.result.in_(_STORED_RESULTS), returns.c.forgotten == ""
        )
        rows = self._connection.execute(query.order_by(returns.c.id)).mappings()
        return [ReturnRecord(**row, parsed_rows={}) for row in rows]

    def add_returns(self, date: datetime.date, records: Sequence[ReturnRecord]) -> dict[str, int]:
        """Store returns with their parsed rows and return their numbers by SHA-256.

        Existing ones are replaced; they keep their place in the ledger's sequence.
        The bytes of an original that was erased before are not stored again, only its parsed rows.
        """
        if not records:
            return {}
        period = date.isoformat()
        digests = [record.sha256 for record in records]
        forgotten = self.originals.forgotten_times(digests)
        first_number = next_number(self._connection)
        sequences = {digest: number for number, digest in enumerate(dict.fromkeys(digests), first_number)}
        known = sa.select(returns.c.sha256, returns.c.sequence).where(
            returns.c.period == period, returns.c.sha256.in_(digests)
        )
        sequences |= {row.sha256: row.sequence for row in self._connection.execute(known)}
        self._delete_returns(period, digests)
        last = self._connection.scalar(sa.select(sa.func.max(returns.c.id))) or 0
        numbers = {record.sha256: number for number, record in enumerate(records, last + 1)}
        rows = [
            {
                **values_of(record, without=("parsed_rows",)),
                "id": numbers[record.sha256],
                "period": period,
                "sequence": sequences[record.sha256],
                "content": b"" if record.sha256 in forgotten else record.content,
                "forgotten": forgotten.get(record.sha256, record.forgotten),
            }
            for record in records
        ]
        self._connection.execute(returns.insert(), rows)
        for name, table in tables.PARSED_TABLES.items():
            self._insert_parsed_rows(
                table, [(numbers[record.sha256], record.parsed_rows.get(name, ())) for record in records]
            )
        return numbers

    def _insert_parsed_rows(self, table: sa.Table, rows_by_return: Sequence[tuple[int, Sequence[Any]]]) -> None:
        """Insert the parsed rows of each return."""
        first = next((rows[0] for _, rows in rows_by_return if rows), None)
        if first is not None:
            rows = [(number, *row) for number, rows in rows_by_return for row in rows]
            insert_rows(self._connection, table, ("return_id", *first._fields), rows)

    def withdraw_resolved(self, date: datetime.date, digests_by_path: Mapping[str, str]) -> None:
        """Withdraw the rejected and ignored files that somebody has dealt with: moved, deleted or replaced.

        Args:
            digests_by_path: the SHA-256 of each file present now, by its path relative to the project folder.
        """
        withdraw_resolved(self._connection, date, digests_by_path, self.project_folder)

    def exclude(self, date: datetime.date, digests: Collection[str]) -> None:
        """Exclude returns from a period; `include` reverses this. Of these only workbooks keep their sub-group.

        Workbooks of other periods are withdrawn instead, and examined again at the next ingest.
        """
        self._set_result(date, digests, ("accepted",), "withdrawn", returns.c.other_period != "")
        self.originals.assign_groups(date, dict.fromkeys(digests, ""))
        self._set_result(date, digests, ("accepted", "rejected", "ignored"), "excluded")

    def include(self, date: datetime.date, digests: Collection[str]) -> None:
        """Include excluded returns again; a file that was not a workbook is examined again at the next ingest."""
        self._set_result(date, digests, ("excluded",), "accepted", returns.c.group != "")
        self._set_result(date, digests, ("excluded",), "withdrawn")

    def _set_result(
        self,
        date: datetime.date,
        digests: Collection[str],
        present: Collection[str],
        result: str,
        *conditions: sa.ColumnElement[bool],
    ) -> None:
        """Set the result of those returns of a period that have one of the present results and meet the conditions."""
        selected = (of_period(returns, date), returns.c.sha256.in_(digests), returns.c.result.in_(present))
        self._connection.execute(returns.update().where(*selected, *conditions).values(result=result))

    def _delete_returns(self, period: str, digests: Sequence[str]) -> None:
        query = sa.select(returns.c.id).where(returns.c.period == period, returns.c.sha256.in_(digests))
        numbers = list(self._connection.scalars(query))
        if numbers:
            for table in tables.PARSED_TABLES.values():
                self._connection.execute(table.delete().where(table.c.return_id.in_(numbers)))
            self._connection.execute(returns.delete().where(returns.c.id.in_(numbers)))

    def frames(self, date: datetime.date, groups: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
        """Return the data of a period's returns as data frames.

        Args:
            groups: the keys of the sub-groups whose returns are included; all returns by default.

        Returns:
            "returns" (without their bytes); "answers", "headlines", "totals" and "observations", with the number of
            their return; "workbooks", those sent, with what precedence needs of them; "corrections" and
            "settlements", those in force, with the fields of `CorrectionRecord` and `SettlementRecord`.
        """
        columns = [column for column in returns.c if column.name != "content"]
        selected, not_withdrawn = of_period(returns, date), returns.c.result != "withdrawn"
        if groups is not None:
            selected = sa.and_(selected, returns.c.group.in_(groups))
        frames = {"returns": self._frame(sa.select(*columns).where(selected, not_withdrawn).order_by(returns.c.id))}
        for name, table in tables.PARSED_TABLES.items():
            parsed_columns = [column for column in table.c if not column.primary_key]
            parsed_query = sa.select(*parsed_columns).join(returns).where(selected, not_withdrawn)
            frames[name] = self._frame(parsed_query.order_by(table.c.return_id, table.c.id))
        for table, record_class in ((tables.corrections, CorrectionRecord), (tables.settlements, SettlementRecord)):
            in_force = sa.select(*columns_of(table, record_class)).where(of_period(table, date), table.c.undone == "")
            frames[table.name] = self._frame(in_force.order_by(table.c.id))
        sent_columns = [tables.workbooks.c[name] for name in ("reference", "group", "file", "made", "sequence")]
        frames["workbooks"] = self._frame(sa.select(*sent_columns).where(of_period(tables.workbooks, date)))
        return frames

    def _frame(self, query: sa.Select[Any]) -> pd.DataFrame:
        import pandas as pd

        result = self._connection.execute(query)
        names = list(result.keys())
        # Built from columns, which pandas takes over at once, whereas it would process rows one by one. Object columns
        # keep typed values unchanged, and "NULL", "nan" and "N/A" stay text.
        columns = list(zip(*result.all(), strict=True)) or [()] * len(names)
        return pd.DataFrame(
            {name: pd.Series(column, dtype=object) for name, column in zip(names, columns, strict=True)}
        )

    # ---------------------------------------------------------------------------------------------- events

    def log(self, command: str, what: str, period: datetime.date | None = None) -> None:
        """Record an event."""
        period_date = period.isoformat() if period else ""
        event = EventRecord(utc_timestamp(), current_user(), __version__, command, period_date, what)
        self._connection.execute(tables.events.insert().values(values_of(event)))

    def last_event_number(self) -> int:
        """Return the number of the last event, 0 for none, to detect whether anything was done since."""
        return self._connection.scalar(sa.select(sa.func.max(tables.events.c.id))) or 0

    def events(self, period: datetime.date | None = None) -> list[EventRecord]:
        """Return the events, of one period or of all, the oldest first."""
        is_of_period = [of_period(tables.events, period)] if period else []
        return read_records(self._connection, tables.events, EventRecord, *is_of_period)


def _period_of_row(row: Any) -> Period:
    due = datetime.date.fromisoformat(row.due) if row.due else None
    return Period(datetime.date.fromisoformat(row.date), row.name, due)
