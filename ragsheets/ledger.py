"""The ledger: periods, workbooks sent, returns and what they said, in a database.

SQLAlchemy Core throughout, so that one code path serves SQLite and a shared database server. Every change is made in
one transaction by its caller (`Ledger.change`), so that an interrupted command leaves the ledger as it was.
"""

from __future__ import annotations

import datetime
import getpass
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Column as Field

import ragsheets
from ragsheets.errors import LedgerError
from ragsheets.plan import Period, Plan
from ragsheets.template import Template, from_snapshot

if TYPE_CHECKING:
    import pandas as pd

#: The version of the tables below; a ledger of a newer one is refused.
SCHEMA = 1

_metadata = sa.MetaData()
_about = sa.Table("about", _metadata, Field("name", sa.Text, primary_key=True), Field("value", sa.Text, nullable=False))
_periods = sa.Table(
    "periods",
    _metadata,
    Field("date", sa.Text, primary_key=True),
    Field("name", sa.Text, nullable=False),
    Field("due", sa.Text),
    Field("plan", sa.Text, nullable=False),
    Field("template", sa.Text, nullable=False),
)
_workbooks = sa.Table(
    "workbooks",
    _metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("reference", sa.Text, nullable=False, unique=True),
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    Field("group", sa.Text, nullable=False),
    Field("file", sa.Text, nullable=False),
    Field("sha256", sa.Text, nullable=False),
    Field("sent", sa.Text, nullable=False),
)
_returns = sa.Table(
    "returns",
    _metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    Field("sha256", sa.Text, nullable=False),
    Field("file", sa.Text, nullable=False),
    Field("path", sa.Text, nullable=False),
    Field("result", sa.Text, nullable=False),
    Field("group", sa.Text, nullable=False),
    Field("saved", sa.Text, nullable=False),
    Field("received", sa.Text, nullable=False),
    Field("content", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("period", "sha256"),
)


def _said_by_a_return(name: str, *fields: Field[Any]) -> sa.Table:
    link: Field[Any] = Field("return_id", sa.ForeignKey("returns.id"), nullable=False, index=True)
    place = (Field("sheet", sa.Text, nullable=False), Field("cell", sa.Text, nullable=False))
    return sa.Table(name, _metadata, link, *fields, *place)


def _words(name: str) -> Field[Any]:
    return Field(name, sa.Text, nullable=False)


#: What a return says, a table for each kind; their fields are those of the reader's values of the same names.
_answers = _said_by_a_return("answers", _words("task"), _words("column"), _words("value"))
_headlines = _said_by_a_return("headlines", _words("kind"), Field("number", sa.Integer, nullable=False), _words("text"))
_totals = _said_by_a_return("totals", _words("outcome"), _words("line"), _words("stated"))
_observations = _said_by_a_return("observations", _words("code"), _words("task"), _words("found"), _words("wanted"))
_SAID = {table.name: table for table in (_answers, _headlines, _totals, _observations)}

_events = sa.Table(
    "events",
    _metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("at", sa.Text, nullable=False),
    Field("user", sa.Text, nullable=False),
    Field("version", sa.Text, nullable=False),
    Field("what", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A period with the plan and the template as they were when its workbooks were generated."""

    period: Period
    plan: Plan
    template: Template


@dataclass(frozen=True, slots=True)
class WorkbookRecord:
    """A workbook that was sent; `sent` is the record of `ragsheets.workbook.sent` as text."""

    reference: str
    group: str
    file: str
    sha256: str
    sent: str


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """A file that came back. `result` is "accepted" or "rejected"; `path` is where it lay; times are UTC.

    `said` holds what it says as the reader's named tuples: answers, headlines, totals and observations by these names.
    """

    sha256: str
    file: str
    path: str
    result: str
    group: str
    saved: str
    received: str
    content: bytes
    said: Mapping[str, Sequence[Any]]


class Ledger:
    """An open ledger. Use `Ledger.open` as a context manager."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        self._engine = engine
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, url: str | Path) -> Iterator[Ledger]:
        """Open the ledger at a database URL or in an SQLite file, and make its tables where there are none.

        All that is done with it is one transaction, kept when the block ends and undone when it raises.

        Raises LedgerError where it cannot be opened, is locked by another program, or comes from a newer ragsheets.
        """
        try:
            engine = sa.create_engine(sa.URL.create("sqlite", database=str(url)) if isinstance(url, Path) else url)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise LedgerError(f"the address cannot be used ({error}).", where="ledger") from None
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        try:
            with engine.begin() as connection:
                ledger = cls(engine, connection)
                ledger._check_schema()
                yield ledger
        except sa.exc.DBAPIError as error:
            raise LedgerError(
                f"{error.orig}.", where=f"ledger {engine.url.database}", fix="Nothing was changed."
            ) from error
        finally:
            engine.dispose()

    def _check_schema(self) -> None:
        _metadata.create_all(self._connection)
        known = self._connection.scalar(sa.select(_about.c.value).where(_about.c.name == "schema"))
        if known is None:
            self._connection.execute(_about.insert().values(name="schema", value=str(SCHEMA)))
        elif int(known) > SCHEMA:
            raise LedgerError(
                "was made by a newer ragsheets.", where="ledger", fix="Install that version and try again."
            )

    # -------------------------------------------------------------------------------------------------- periods

    def periods(self) -> list[datetime.date]:
        """The dates of all periods, earliest first."""
        dates = self._connection.scalars(sa.select(_periods.c.date).order_by(_periods.c.date))
        return [datetime.date.fromisoformat(date) for date in dates]

    def period(self, date: datetime.date | None = None) -> PeriodRecord:
        """The period of this date, or the current one, which is the latest; raises LedgerError where there is none."""
        query = sa.select(_periods).order_by(_periods.c.date.desc()).limit(1)
        row = self._connection.execute(
            query if date is None else query.where(_periods.c.date == date.isoformat())
        ).first()
        if row is None:
            what = f"there is no period {date}." if date else "there is no period yet."
            raise LedgerError(what, fix=f"Make its workbooks: ragsheets generate --date {date or 'YYYY-MM-DD'}")
        return PeriodRecord(
            period=Period(
                datetime.date.fromisoformat(row.date),
                row.name,
                datetime.date.fromisoformat(row.due) if row.due else None,
            ),
            plan=Plan.model_validate_json(row.plan),
            template=from_snapshot(row.template),
        )

    def period_of(self, reference: str) -> datetime.date | None:
        """The period that a workbook with this reference was sent for, if any was."""
        date = self._connection.scalar(sa.select(_workbooks.c.period).where(_workbooks.c.reference == reference))
        return datetime.date.fromisoformat(date) if date else None

    def record_period(self, record: PeriodRecord, workbooks: Sequence[WorkbookRecord]) -> None:
        """Keep a period, or its newer plan, with the workbooks that were sent."""
        date = record.period.date.isoformat()
        values = {
            "name": record.period.name,
            "due": record.period.due.isoformat() if record.period.due else None,
            "plan": record.plan.model_dump_json(),
            "template": record.template.model_dump_json(),
        }
        known = self._connection.execute(_periods.update().where(_periods.c.date == date).values(values)).rowcount
        if not known:
            self._connection.execute(_periods.insert().values(date=date, **values))
        self.add_workbooks(record.period.date, workbooks)

    def add_workbooks(self, date: datetime.date, workbooks: Sequence[WorkbookRecord]) -> None:
        """Keep workbooks that were made for a period; one kept under the same reference is replaced."""
        if workbooks:
            references = [workbook.reference for workbook in workbooks]
            self._connection.execute(_workbooks.delete().where(_workbooks.c.reference.in_(references)))
            rows = [
                {"period": date.isoformat(), **{name: getattr(w, name) for name in WorkbookRecord.__slots__}}
                for w in workbooks
            ]
            self._connection.execute(_workbooks.insert(), rows)

    def workbooks(self, date: datetime.date) -> list[WorkbookRecord]:
        """The workbooks sent for a period, the latest edition of each sub-group's last."""
        columns = [_workbooks.c[name] for name in WorkbookRecord.__slots__]
        rows = self._connection.execute(
            sa.select(*columns).where(_workbooks.c.period == date.isoformat()).order_by(_workbooks.c.id)
        )
        return [WorkbookRecord(*row) for row in rows]

    # -------------------------------------------------------------------------------------------------- returns

    def known_returns(self, date: datetime.date) -> dict[str, int]:
        """The accepted returns of a period: their numbers by their SHA-256."""
        query = sa.select(_returns.c.sha256, _returns.c.id).where(
            _returns.c.period == date.isoformat(), _returns.c.result == "accepted"
        )
        return {row.sha256: row.id for row in self._connection.execute(query)}

    def kept_returns(self, date: datetime.date) -> list[ReturnRecord]:
        """The accepted returns of a period as they came, oldest first; what they said is left out."""
        names = [name for name in ReturnRecord.__slots__ if name != "said"]
        query = sa.select(*(_returns.c[name] for name in names)).where(
            _returns.c.period == date.isoformat(), _returns.c.result == "accepted"
        )
        rows = self._connection.execute(query.order_by(_returns.c.id))
        return [ReturnRecord(**dict(zip(names, row, strict=True)), said={}) for row in rows]

    def add_returns(self, date: datetime.date, records: Sequence[ReturnRecord]) -> dict[str, int]:
        """Keep returns with what they said; gives their numbers by their SHA-256. One kept before is replaced."""
        if not records:
            return {}
        period = date.isoformat()
        self._forget(period, [record.sha256 for record in records])
        last = self._connection.scalar(sa.select(sa.func.max(_returns.c.id))) or 0
        numbers = {record.sha256: number for number, record in enumerate(records, last + 1)}
        names = ("sha256", "file", "path", "result", "group", "saved", "received", "content")
        rows = [
            {
                "id": numbers[record.sha256],
                "period": period,
                **{name: getattr(record, name) for name in names},
            }
            for record in records
        ]
        self._connection.execute(_returns.insert(), rows)
        for name, table in _SAID.items():
            self._insert_said(table, [(numbers[record.sha256], record.said.get(name, ())) for record in records])
        return numbers

    def _insert_said(self, table: sa.Table, said: Sequence[tuple[int, Sequence[Any]]]) -> None:
        """Insert what each return said, past SQLAlchemy's work on each row, which would take most of the time."""
        first = next((rows[0] for _, rows in said if rows), None)
        if first is None:
            return
        fields = ("return_id", *first._fields)
        statement = table.insert().compile(dialect=self._engine.dialect, column_keys=list(fields))
        values = ((number, *row) for number, rows in said for row in rows)
        if statement.positiontup is not None:
            in_order = itemgetter(*(fields.index(name) for name in statement.positiontup))
            self._connection.exec_driver_sql(str(statement), [in_order(row) for row in values])
        else:
            self._connection.exec_driver_sql(str(statement), [dict(zip(fields, row, strict=True)) for row in values])

    def withdraw_rejected(self, date: datetime.date, met: Mapping[str, str]) -> None:
        """Put aside the rejected files that somebody has dealt with: no longer where they lay, or replaced there.

        `met` holds the SHA-256 of each file met just now, by its path.
        """
        query = sa.select(_returns.c.id, _returns.c.path, _returns.c.sha256).where(
            _returns.c.period == date.isoformat(), _returns.c.result == "rejected"
        )
        gone = [
            row.id
            for row in self._connection.execute(query)
            if (met[row.path] != row.sha256 if row.path in met else not os.path.lexists(row.path))
        ]
        if gone:
            self._connection.execute(_returns.update().where(_returns.c.id.in_(gone)).values(result="withdrawn"))

    def _forget(self, period: str, sha256: Sequence[str]) -> None:
        query = sa.select(_returns.c.id).where(_returns.c.period == period, _returns.c.sha256.in_(sha256))
        numbers = list(self._connection.scalars(query))
        if numbers:
            for table in _SAID.values():
                self._connection.execute(table.delete().where(table.c.return_id.in_(numbers)))
            self._connection.execute(_returns.delete().where(_returns.c.id.in_(numbers)))

    def frames(self, date: datetime.date) -> dict[str, pd.DataFrame]:
        """What is known of a period's returns: the frames "returns" (without their bytes), "answers", "headlines",
        "totals" and "observations", the latter with the number of the return that said them."""
        period = date.isoformat()
        columns = [column for column in _returns.c if column.name != "content"]
        here, standing = _returns.c.period == period, _returns.c.result.in_(("accepted", "rejected"))
        frames = {"returns": self._frame(sa.select(*columns).where(here, standing).order_by(_returns.c.id))}
        for name, table in _SAID.items():
            mine = sa.select(table).join(_returns).where(here, standing)
            frames[name] = self._frame(mine.order_by(table.c.return_id))
        return frames

    def _frame(self, query: sa.Select[Any]) -> pd.DataFrame:
        import pandas as pd

        result = self._connection.execute(query)
        names = list(result.keys())
        # By columns, which pandas takes in at once, where it looks at each row. Object columns: what was typed stays
        # what was typed, and "NULL", "nan" and "N/A" are words like others.
        columns = list(zip(*result.all(), strict=True)) or [()] * len(names)
        return pd.DataFrame(
            {name: pd.Series(column, dtype=object) for name, column in zip(names, columns, strict=True)}
        )

    def log(self, what: str) -> None:
        """Record who did what."""
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):
            user = "unknown"
        at = datetime.datetime.now(datetime.UTC).isoformat(" ", "seconds")
        self._connection.execute(_events.insert().values(at=at, user=user, version=ragsheets.__version__, what=what))


def _prepare_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy begins transactions itself, so that making the tables is undone with the rest.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 10000")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
