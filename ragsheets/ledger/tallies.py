"""What each period comes to, in counts: kept beside its standings, so that a look at all periods assesses none."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.records import IssuedRevision, PeriodCounts, TallyRecord
from ragsheets.plan.model import Period


class Tallies:
    """The counts in an open ledger (`Ledger.tallies`)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def replace(self, date: datetime.date, tally: TallyRecord) -> None:
        """Put down what a period came to when it was assessed; what was put down before is replaced."""
        self.delete(date)
        self._connection.execute(tables.tallies.insert().values(period=date.isoformat(), **tally._asdict()))

    def delete(self, date: datetime.date) -> None:
        """Take away what was put down of a period that is another by now."""
        table = tables.tallies
        self._connection.execute(table.delete().where(table.c.period == date.isoformat()))

    def dates_without_tally(self) -> list[datetime.date]:
        """The periods of which nothing is put down since they were last changed, earliest first."""
        dates = sa.select(tables.periods.c.date).where(tables.periods.c.date.not_in(sa.select(tables.tallies.c.period)))
        rows = self._connection.scalars(dates.order_by(tables.periods.c.date))
        return [datetime.date.fromisoformat(date) for date in rows]

    def issued_revisions(self, date: datetime.date | None = None) -> dict[datetime.date, list[IssuedRevision]]:
        """The reports that were sent out of one period or of all, without their cells, the first one first."""
        table = tables.issued
        query = sa.select(table.c.period, table.c.edition, table.c.revision, table.c.at).order_by(
            table.c.at, table.c.edition, table.c.revision
        )
        if date is not None:
            query = query.where(table.c.period == date.isoformat())
        found: dict[datetime.date, list[IssuedRevision]] = {}
        for row in self._connection.execute(query):
            mark = IssuedRevision(row.edition, row.revision, row.at)
            found.setdefault(datetime.date.fromisoformat(row.period), []).append(mark)
        return found

    def period_counts(self) -> list[PeriodCounts]:
        """Every period with what was put down of it, earliest first."""
        issued = self.issued_revisions()
        statuses = self._status_counts()
        return [
            PeriodCounts(period, codes, statuses.get(period.date, Counter()), tally, tuple(issued.get(period.date, ())))
            for period, codes, tally in self._periods()
        ]

    def _periods(self) -> Iterator[tuple[Period, tuple[str, ...], TallyRecord]]:
        periods, tallies = tables.periods, tables.tallies
        columns = [tallies.c[name] for name in TallyRecord._fields]
        head = (periods.c.date, periods.c.name, periods.c.due, periods.c.template)
        query = sa.select(*head, *columns).join(tallies).order_by(periods.c.date)
        for date, name, due, template, *counts in self._connection.execute(query):
            day = datetime.date.fromisoformat
            # The template's other words are not wanted here.
            codes = tuple(str(status["code"]) for status in json.loads(template)["statuses"])
            yield Period(day(date), name, day(due) if due else None), codes, TallyRecord(*counts)

    def _status_counts(self) -> dict[datetime.date, Counter[str]]:
        """How many tasks stand at each status in each period, "" for those that were not reported."""
        table = tables.standings
        query = sa.select(table.c.period, table.c.status, sa.func.count()).group_by(table.c.period, table.c.status)
        counted: dict[datetime.date, Counter[str]] = {}
        for period, status, count in self._connection.execute(query):
            counted.setdefault(datetime.date.fromisoformat(period), Counter())[status] += count
        return counted
