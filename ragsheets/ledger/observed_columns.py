"""Give the observations of an older ledger the key of their column, for its migration."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ragsheets.formats.a1 import column_letter
from ragsheets.ledger.tables import PARSED_TABLES, periods, returns, settlements, workbooks

_answers, _observations = PARSED_TABLES["answers"], PARSED_TABLES["observations"]
_LETTERS = re.compile("[A-Z]*")
#: The codes of observations in the row of a task that the plan no longer has for certain.
_CODES_OF_EARLIER_TASKS = ("task-gone", "task-uncertain")


def fill_observed_columns(connection: sa.Connection) -> None:
    """Fill in the column of every observation in the row of a task, and of every settled finding on one.

    Older ledgers have it as another text of the observation, depending on its code. For most codes it follows from the
    letters of the cell: by the answers of the same return, else by the columns of its workbook.
    """
    columns = _columns_by_letters(connection)
    is_in_row = sa.or_(_observations.c.task != "", _observations.c.code.in_(_CODES_OF_EARLIER_TASKS))
    for row in connection.execute(_observations.select().where(is_in_row)).all():
        values = _moved_column(row) or {"column": columns.get((row.return_id, _letters_of(row.cell)), "")}
        connection.execute(_observations.update().where(_observations.c.id == row.id).values(values))
    observed_column = (
        sa.select(sa.func.max(_observations.c.column))
        .join(returns, returns.c.id == _observations.c.return_id)
        .where(
            *(returns.c[name] == settlements.c[name] for name in ("period", "group")),
            *(_observations.c[name] == settlements.c[name] for name in ("sheet", "cell", "task")),
        )
        .scalar_subquery()
    )
    is_observed = (settlements.c.column == "", settlements.c.task != "", settlements.c.cell != "")
    connection.execute(settlements.update().where(*is_observed).values(column=sa.func.coalesce(observed_column, "")))


def _columns_by_letters(connection: sa.Connection) -> Mapping[tuple[int, str], str]:
    """Return the key of each column of the returns, by the number of the return and the letters of the column."""
    sent_columns = {
        row.reference: json.loads(row.sent).get("columns")
        for row in connection.execute(sa.select(workbooks.c.reference, workbooks.c.sent))
    }
    template_columns = {
        row.date: [column["key"] for column in json.loads(row.template)["columns"]]
        for row in connection.execute(sa.select(periods.c.date, periods.c.template))
    }
    columns = {
        (row.id, column_letter(number)): key
        for row in connection.execute(sa.select(returns.c.id, returns.c.period, returns.c.reference))
        for number, key in enumerate(sent_columns.get(row.reference) or template_columns[row.period], 1)
    }
    for row in connection.execute(sa.select(_answers.c.return_id, _answers.c.cell, _answers.c.column)):
        columns[row.return_id, _letters_of(row.cell)] = row.column
    return columns


def _moved_column(row: Any) -> dict[str, str]:
    """Return the values of an observation that had its column in another text; empty for others."""
    if row.code in ("carried-untouched", "carried-kept"):
        return {"column": row.wanted, "wanted": ""}
    if row.code == "carried-cleared":
        return {"column": row.found, "found": ""}
    if row.code in ("wording-changed", "wording-adopted") and row.parts:
        return {"column": str(json.loads(row.parts)["column"]), "parts": ""}
    return {}


def _letters_of(cell: str) -> str:
    match = _LETTERS.match(cell)
    return match[0] if match else ""
