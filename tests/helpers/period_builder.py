"""Returns, queries and corrections of a period, each with its time and without any file: the input of a check."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from helpers import projects
from ragsheets.ledger import (
    CorrectionRecord,
    Ledger,
    PeriodRecord,
    ReturnRecord,
    SettlementRecord,
    WorkbookRecord,
    tables,
)
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.returns.assess import Assessment, assess_period
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.finding import Finding
from ragsheets.returns.reading.model import Answer, Headline, Observation, StatedTotal
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

STANDARD = read_template("standard")
PLAN = projects.plan(
    projects.group("Parks", projects.outcome("2.1", projects.action(projects.task("a"), projects.task("b"))))
)
COLUMNS = {"position": "C", "status": "D", "planned": "E", "done_by": "F"}
ROWS = {"2.1a": 11, "2.1b": 12}
#: The reference of the workbook that was sent to Parks, made at second -60.
SENT = "RS-0000000001"

#: The findings of a check, each with the number of its return.
Findings = Iterable[tuple[int, Finding]]
Record = ReturnRecord | CorrectionRecord | WorkbookRecord


def timestamp(seconds: float) -> str:
    """Return a time (UTC) so many seconds after the beginning of 5th September 2008."""
    return (datetime.datetime(2008, 9, 5) + datetime.timedelta(seconds=seconds)).isoformat(" ")


@dataclass
class PeriodBuilder:
    """Returns and corrections of a period, each with its time (seconds after the start).

    They enter the ledger in the order in which they arrive, whatever the order in which they are added here.
    """

    plan: Mapping[str, Any] = field(default_factory=lambda: PLAN)
    template: Template = STANDARD
    records: list[tuple[str, Record]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add_workbook(-60, SENT)

    def add_workbook(self, second: float, reference: str, file: str = "sent/Parks.xlsx", group: str = "Parks") -> None:
        """Make a workbook for a sub-group, by default the one that is sent first."""
        record = WorkbookRecord(reference, group, file, reference, "{}", made=timestamp(second))
        self.records.append((timestamp(second), record))

    def add_query(self, second: float, reference: str) -> None:
        """Make a query for Parks."""
        self.add_workbook(second, reference, "queries/Parks questions.xlsx")

    def add_return(
        self,
        second: float,
        answers: Mapping[str, Mapping[str, str]],
        *observations: Observation,
        headlines: Mapping[int, str] | None = None,
        totals: Sequence[StatedTotal] = (),
        seconds_slow: float = 0,
        **overrides: str,
    ) -> None:
        """Add a return, by default of Parks; `overrides` replace fields of its record.

        The clock of the computer that reads it is slow by `seconds_slow`.
        """
        answer_rows = [
            Answer(task, column, text, "Outcome 2.1", f"{COLUMNS.get(column, 'G')}{ROWS.get(task, 13)}")
            for task, texts in answers.items()
            for column, text in texts.items()
        ]
        headline_rows = [
            Headline("success", number, text, "Headlines", f"B{4 + number}")
            for number, text in (headlines or {}).items()
        ]
        values: dict[str, Any] = {
            "sha256": f"{len(self.records):064}",
            "saved": timestamp(second),
            "program": "Microsoft Excel",
            "reference": SENT,
            "received": timestamp(second),
            "file": f"{second}.xlsx",
            "result": "accepted",
            "group": "Parks",
            **overrides,
        }
        arrival = values["received"]
        slow_arrival = datetime.datetime.fromisoformat(arrival) - datetime.timedelta(seconds=seconds_slow)
        values["received"] = slow_arrival.isoformat(" ")
        constants: dict[str, Any] = {"path": "", "content": b""}
        parsed_rows = {
            "answers": answer_rows,
            "observations": observations,
            "headlines": headline_rows,
            "totals": totals,
        }
        self.records.append((arrival, ReturnRecord(**constants, **values, parsed_rows=parsed_rows)))

    def add_correction(
        self, second: float, text: str, task: str = "2.1a", column: str = "status", **overrides: str
    ) -> None:
        """Add a correction of a task with the plan's wording, at `second` unless `at` has another time."""
        fields = {"wording": f"Task {task[-1]}", "reason": "Ann rang", "user": "jo", "at": timestamp(second)}
        record = CorrectionRecord(0, task, column=column, value=text, **{**fields, **overrides})
        self.records.append((timestamp(second), record))

    @property
    def record(self) -> PeriodRecord:
        """The period with its plan and template."""
        return PeriodRecord(Period(projects.DATE), with_keys(Plan.model_validate(self.plan)), self.template)

    def context(self, zone: datetime.tzinfo = datetime.UTC) -> CheckContext:
        """Return the context of the checks, with this zone as the coordinator's. It needs no ledger."""
        return CheckContext(self.record, self.frames(), zone)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the frames that a ledger with these records would have (`Ledger.frames`)."""
        items = [replace(item, sequence=number) for number, item in enumerate(self._in_order(), 1)]
        returns = [item for item in items if isinstance(item, ReturnRecord)]
        corrections = [item for item in items if isinstance(item, CorrectionRecord)]
        workbooks = [item for item in items if isinstance(item, WorkbookRecord)]
        parsed_frames = {
            name: _frame(
                [
                    {"return_id": number, **row._asdict()}
                    for number, item in enumerate(returns, 1)
                    for row in item.parsed_rows[name]
                ],
                [column.name for column in table.c if not column.primary_key],
            )
            for name, table in tables.PARSED_TABLES.items()
        }
        return parsed_frames | {
            "returns": _frame(
                [
                    {"id": number, "period": projects.DATE.isoformat(), **_fields_of(item)}
                    for number, item in enumerate(returns, 1)
                ],
                [column.name for column in tables.returns.c if column.name != "content"],
            ),
            "corrections": _frame(
                [{**_fields_of(item), "number": number} for number, item in enumerate(corrections, 1)],
                [item.name for item in fields(CorrectionRecord)],
            ),
            "settlements": _frame([], [item.name for item in fields(SettlementRecord)]),
            "workbooks": _frame(map(_fields_of, workbooks), ["reference", "group", "file", "made", "sequence"]),
        }

    def assess(self, zone: datetime.tzinfo = datetime.UTC) -> Assessment:
        """Assess the period from a ledger of its own, with this zone as the coordinator's."""
        with self.ledger() as ledger:
            return assess_period(ledger, self.record, zone=zone)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open a ledger in memory that holds the period."""
        with Ledger.open("sqlite://") as ledger:
            ledger.save_period(self.record, [])
            for item in self._in_order():
                self._store(ledger, item)
            yield ledger

    def _in_order(self) -> list[Record]:
        return [item for _, item in sorted(self.records, key=lambda entry: entry[0])]

    def _store(self, ledger: Ledger, item: Record) -> None:
        if isinstance(item, ReturnRecord):
            ledger.add_returns(projects.DATE, [item])
        elif isinstance(item, CorrectionRecord):
            ledger.corrections.add(projects.DATE, [item])
        else:
            ledger.add_workbooks(projects.DATE, [item])
            made = sa.update(tables.workbooks).where(tables.workbooks.c.reference == item.reference)
            ledger._connection.execute(made.values(made=item.made))


def _fields_of(record: Record) -> dict[str, Any]:
    return {item.name: getattr(record, item.name) for item in fields(record)}


def _frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns, dtype=object)


def task_row(assessment: Assessment, key: str = "2.1a") -> dict[str, Any]:
    """Return the row of a task."""
    return assessment.tasks.set_index("key").loc[key].to_dict()


def codes(source: Assessment | Findings) -> list[str]:
    """Return the codes of all findings of an assessment or of a check."""
    return [item.code for _, item in _findings_of(source)]


def only_finding(source: Assessment | Findings, code: str) -> Any:
    """Return the number of the return and the finding with this code, of which there must be one."""
    (finding,) = [(number, item) for number, item in _findings_of(source) if item.code == code]
    return finding


def _findings_of(source: Assessment | Findings) -> Findings:
    return source.findings if isinstance(source, Assessment) else source
