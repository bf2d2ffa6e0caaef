"""Observations of an older ledger get the column that one of their texts, or the letters of their cell, had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.period_builder import PLAN, STANDARD
from helpers.projects import DATE
from ragsheets.ledger import Ledger, PeriodRecord, ReturnRecord, SettlementRecord, WorkbookRecord, tables
from ragsheets.ledger.connection import open_connection
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.returns.reading.model import Answer, Observation

#: The workbook shows the previous period's status in column C, so that the position is in D.
SENT = json.dumps({"columns": ["task", "target", "last_status", "position", "status", "planned"]})
OLD_OBSERVATIONS = {
    ("carried-untouched", "D11"): Observation("carried-untouched", "S", "D11", "2.1a", "So", "position"),
    ("carried-kept", "F11"): Observation("carried-kept", "S", "F11", "2.1a", "May", "planned"),
    ("carried-cleared", "E11"): Observation("carried-cleared", "S", "E11", "2.1a", "status", "RED"),
    ("wording-changed", "B11"): Observation("wording-changed", "S", "B11", "2.1a", "x", "y", '{"column": "target"}'),
    ("error-value", "D11"): Observation("error-value", "S", "D11", "2.1a", "#REF!"),
    ("merged-cells", "H12"): Observation("merged-cells", "S", "H12", "2.1b", "So", "H11"),
    ("told-by-wording", "A12"): Observation("told-by-wording", "S", "A12", "2.1b", "Task b"),
    ("task-gone", "E13"): Observation("task-gone", "S", "E13", "", "AMBER", "2.1c, “Task c”"),
    ("stray-text", "D20"): Observation("stray-text", "S", "D20", "", "Words"),
    ("row-missing", ""): Observation("row-missing", "", "", "2.1b", "Task b"),
}
EXPECTED = {
    ("carried-untouched", "D11"): ("So", "", "", "position"),
    ("carried-kept", "F11"): ("May", "", "", "planned"),
    ("carried-cleared", "E11"): ("", "RED", "", "status"),
    ("wording-changed", "B11"): ("x", "y", "", "target"),
    ("error-value", "D11"): ("#REF!", "", "", "position"),
    # Its own answers show that another column was put in before it.
    ("merged-cells", "H12"): ("So", "H11", "", "planned"),
    ("told-by-wording", "A12"): ("Task b", "", "", "task"),
    ("task-gone", "E13"): ("AMBER", "2.1c, “Task c”", "", "status"),
    ("stray-text", "D20"): ("Words", "", "", ""),
    ("row-missing", ""): ("Task b", "", "", ""),
}


def settlement(code: str, cell: str, task: str, column: str = "") -> SettlementRecord:
    texts = dict.fromkeys(("wanted", "message", "wording", "reason", "user"), "")
    place = {"group": "Parks", "file": "a.xlsx", "sheet": "S", "cell": cell, "task": task, "column": column}
    return SettlementRecord(0, finding=cell, code=code, found="", at="2008-09-05", **place, **texts)


@pytest.fixture
def old_ledger(tmp_path: Path) -> str:
    """The address of a ledger as version 3 had it."""
    url = f"sqlite:///{(tmp_path / 'old.db').as_posix()}"
    facts: dict[str, Any] = {
        "sha256": "1" * 64,
        "path": "",
        "content": b"",
        "saved": "",
        "received": "2008-09-05 10:00",
    }
    answers = [Answer("2.1a", "planned", "May", "S", "H11")]
    observations = list(OLD_OBSERVATIONS.values())
    with Ledger.open(url) as ledger:
        plan = with_keys(Plan.model_validate(PLAN))
        ledger.save_period(PeriodRecord(Period(DATE), plan, STANDARD), [])
        ledger.add_workbooks(DATE, [WorkbookRecord("RS-1", "Parks", "sent/Parks.xlsx", "1", SENT)])
        parsed_rows = {"answers": answers, "observations": observations}
        record = ReturnRecord(
            file="a.xlsx", result="accepted", group="Parks", reference="RS-1", parsed_rows=parsed_rows, **facts
        )
        ledger.add_returns(DATE, [record])
        items = [("error-value", "D11", "2.1a"), ("unknown-status", "E11", "2.1a", "status"), ("stray-text", "D20", "")]
        ledger.settlements.add(DATE, [settlement(*item) for item in items])
    with open_connection(url) as connection:
        connection.exec_driver_sql('ALTER TABLE observations DROP COLUMN "column"')
        connection.execute(tables.about.update().where(tables.about.c.name == "schema").values(value="3"))
    return url


@pytest.mark.sqlite
def test_observations_get_their_column(old_ledger: str) -> None:
    with Ledger.open(old_ledger) as ledger:
        frame = ledger.frames(DATE)["observations"]
    columns = ["found", "wanted", "parts", "column"]
    rows = zip(frame["code"], frame["cell"], frame[columns].itertuples(index=False), strict=True)
    assert {(code, cell): tuple(row) for code, cell, row in rows} == EXPECTED


@pytest.mark.sqlite
def test_settled_findings_get_the_column_of_their_observation(old_ledger: str) -> None:
    with Ledger.open(old_ledger) as ledger:
        settled = {item.code: item.column for item in ledger.settlements.of_period(DATE)}
    assert settled == {"error-value": "position", "unknown-status": "status", "stray-text": ""}
