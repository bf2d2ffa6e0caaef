"""Returns, queries and corrections of a period in a ledger of its own, each with its time and without any file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from helpers import projects
from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord, ReturnRecord, WorkbookRecord, tables
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.returns.assess import Assessment, assess_period
from ragsheets.returns.reading.model import Answer, Headline, Observation
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
        seconds_slow: float = 0,
        **overrides: str,
    ) -> None:
        """Add a return, by default of Parks; `overrides` replace fields of its record.

        The clock of the computer that reads it is slow by `seconds_slow`.
        """
        answer_rows = [
            Answer(task, column, text, "Outcome 2.1", f"{COLUMNS[column]}{ROWS.get(task, 13)}")
            for task, texts in answers.items()
            for column, text in texts.items()
        ]
        headline_rows = [
            Headline("success", number, text, "Headlines", f"B{4 + number}")
            for number, text in (headlines or {}).items()
        ]
        values: dict[str, Any] = {
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
        constants: dict[str, Any] = {"sha256": f"{len(self.records):064}", "path": "", "content": b""}
        parsed_rows = {"answers": answer_rows, "observations": observations, "headlines": headline_rows}
        self.records.append((arrival, ReturnRecord(**constants, **values, parsed_rows=parsed_rows)))

    def add_correction(
        self, second: float, text: str, task: str = "2.1a", column: str = "status", **overrides: str
    ) -> None:
        """Add a correction of a task with the plan's wording, at `second` unless `at` has another time."""
        fields = {"wording": f"Task {task[-1]}", "reason": "Ann rang", "user": "jo", "at": timestamp(second)}
        record = CorrectionRecord(0, task, column=column, value=text, **{**fields, **overrides})
        self.records.append((timestamp(second), record))

    def assess(self, zone: datetime.tzinfo = datetime.UTC) -> Assessment:
        """Assess the period, with this zone as the coordinator's."""
        plan = with_keys(Plan.model_validate(self.plan))
        record = PeriodRecord(Period(projects.DATE), plan, self.template)
        with Ledger.open("sqlite://") as ledger:
            ledger.save_period(record, [])
            for _, item in sorted(self.records, key=lambda entry: entry[0]):
                self._store(ledger, item)
            return assess_period(ledger, record, zone=zone)

    def _store(self, ledger: Ledger, item: Record) -> None:
        if isinstance(item, ReturnRecord):
            ledger.add_returns(projects.DATE, [item])
        elif isinstance(item, CorrectionRecord):
            ledger.corrections.add(projects.DATE, [item])
        else:
            ledger.add_workbooks(projects.DATE, [item])
            made = sa.update(tables.workbooks).where(tables.workbooks.c.reference == item.reference)
            ledger._connection.execute(made.values(made=item.made))


def task_row(assessment: Assessment, key: str = "2.1a") -> dict[str, Any]:
    """Return the row of a task."""
    return assessment.tasks.set_index("key").loc[key].to_dict()


def codes(assessment: Assessment) -> list[str]:
    """Return the codes of all findings."""
    return [item.code for _, item in assessment.findings]


def only_finding(assessment: Assessment, code: str) -> Any:
    """Return the number of the return and the finding with this code, of which there must be one."""
    (finding,) = [(number, item) for number, item in assessment.findings if item.code == code]
    return finding
