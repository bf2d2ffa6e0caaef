"""The counts of each period, stored with its standings, so that a list of all periods needs no assessment."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.issued import IssuedReports
from ragsheets.ledger.records import PeriodCounts, TallyRecord
from ragsheets.ledger.rows import LedgerPart, columns_of, of_period
from ragsheets.plan.model import Period


class Tallies(LedgerPart):
    """The counts in an open ledger (`Ledger.tallies`)."""

    def replace(self, date: datetime.date, tally: TallyRecord) -> None:
        """Replace the stored counts of a period by those of its latest assessment."""
        self.delete(date)
        self._connection.execute(tables.tallies.insert().values(period=date.isoformat(), **tally._asdict()))

    def delete(self, date: datetime.date) -> None:
        """Delete the stored counts of a period that has changed since."""
        self._connection.execute(tables.tallies.delete().where(of_period(tables.tallies, date)))

    def dates_without_tally(self) -> list[datetime.date]:
        """Return the periods without stored counts since their last change, earliest first."""
        dates = sa.select(tables.periods.c.date).where(tables.periods.c.date.not_in(sa.select(tables.tallies.c.period)))
        rows = self._connection.scalars(dates.order_by(tables.periods.c.date))
        return [datetime.date.fromisoformat(date) for date in rows]

    def period_counts(self) -> list[PeriodCounts]:
        """Return the counts of every period that has stored ones, earliest first."""
        issued = IssuedReports(self._connection).revisions()
        statuses = self._status_counts()
        return [
            PeriodCounts(period, codes, statuses.get(period.date, Counter()), tally, tuple(issued.get(period.date, ())))
            for period, codes, tally in self._periods()
        ]

    def _periods(self) -> Iterator[tuple[Period, tuple[str, ...], TallyRecord]]:
        periods, tallies = tables.periods, tables.tallies
        period_columns = (periods.c.date, periods.c.name, periods.c.due, periods.c.template)
        query = sa.select(*period_columns, *columns_of(tallies, TallyRecord)).join(tallies).order_by(periods.c.date)
        for date, name, due, template, *counts in self._connection.execute(query):
            parse_date = datetime.date.fromisoformat
            # Nothing else of the template is needed.
            codes = tuple(str(status["code"]) for status in json.loads(template)["statuses"])
            yield Period(parse_date(date), name, parse_date(due) if due else None), codes, TallyRecord(*counts)

    def _status_counts(self) -> dict[datetime.date, Counter[str]]:
        """Return the number of tasks at each status in each period, "" for those not reported."""
        table = tables.standings
        query = sa.select(table.c.period, table.c.status, sa.func.count()).group_by(table.c.period, table.c.status)
        counts_by_date: dict[datetime.date, Counter[str]] = {}
        for period, status, count in self._connection.execute(query):
            counts_by_date.setdefault(datetime.date.fromisoformat(period), Counter())[status] += count
        return counts_by_date
