"""The tables of the ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column as Field

from ragsheets.ledger.records import CorrectionRecord, IssuedRecord, ReturnRecord, SettlementRecord, WorkbookRecord
from ragsheets.ledger.text import Json, Text

#: The version of the tables below. An older ledger is migrated to it (`ragsheets.ledger.migrations`), a newer one is
#: rejected. The fields of most records are columns: a change to one changes its table, and needs a new version.
SCHEMA_VERSION = 4

metadata = sa.MetaData()

#: The types of columns by the annotations of the records' fields.
_COLUMN_TYPES = {"str": Text, "int": sa.Integer, "bytes": sa.LargeBinary, "Mapping[str, str]": Json}


def _column(name: str, column_type: Any = Text, default: str | None = None) -> Field[Any]:
    return Field(name, column_type, nullable=False, server_default=default)


def _text_columns(*names: str) -> list[Field[Any]]:
    return [_column(name) for name in names]


def sequence_column() -> Field[Any]:
    """Return the column for a row's place in the ledger's sequence (`ragsheets.ledger.sequence`)."""
    return _column("sequence", sa.Integer, "0")


def _columns_of(record_class: Any, *, without: Collection[str] = ("number",)) -> list[Field[Any]]:
    """Return a column for each field of a record, with its default."""
    return [
        _column(
            field.name,
            _COLUMN_TYPES[str(field.type)],
            None if field.default is dataclasses.MISSING else str(field.default),
        )
        for field in dataclasses.fields(record_class)
        if field.name not in without
    ]


def _id_column() -> Field[Any]:
    """Return the column that numbers rows in the order in which they are stored, which a server would not preserve."""
    return Field("id", sa.Integer, primary_key=True)


def _period_column() -> Field[Any]:
    return Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True)


about = sa.Table("about", metadata, Field("name", Text, primary_key=True), _column("value"))
periods = sa.Table(
    "periods",
    metadata,
    Field("date", Text, primary_key=True),
    _column("name"),
    Field("due", Text),
    *_text_columns("plan", "template"),
    # The completed tasks that it does not ask about, in their sub-groups, as JSON; `plan` lacks them.
    _column("completed", default="[]"),
)
workbooks = sa.Table(
    "workbooks",
    metadata,
    _id_column(),
    _period_column(),
    *_columns_of(WorkbookRecord),
    sa.UniqueConstraint("reference"),
)
returns = sa.Table(
    "returns",
    metadata,
    _id_column(),
    _period_column(),
    *_columns_of(ReturnRecord, without=("parsed_rows",)),
    sa.UniqueConstraint("period", "sha256"),
)


def _parsed_table(name: str, *fields: Field[Any]) -> sa.Table:
    return_column: Field[Any] = Field("return_id", sa.ForeignKey("returns.id"), nullable=False, index=True)
    return sa.Table(name, metadata, _id_column(), return_column, *fields, *_text_columns("sheet", "cell"))


#: The parsed content of returns, a table for each kind, with the fields of the reader's values of the same names.
_answers = _parsed_table("answers", *_text_columns("task", "column", "value"))
_headlines = _parsed_table("headlines", _column("kind"), _column("number", sa.Integer), _column("text"))
_totals = _parsed_table("totals", *_text_columns("outcome", "line", "stated"))
_observations = _parsed_table(
    "observations",
    *_text_columns("code", "task", "found", "wanted"),
    *(_column(name, default="") for name in ("parts", "column")),
)
PARSED_TABLES = {table.name: table for table in (_answers, _headlines, _totals, _observations)}

#: The status of each task when a period was last assessed, so that later periods need not assess it again.
standings = sa.Table(
    "standings", metadata, _period_column(), *_text_columns("group", "outcome", "task", "wording", "status")
)
#: The other counts of a period at that time: the fields of `ragsheets.ledger.records.TallyRecord`.
tallies = sa.Table(
    "tallies",
    metadata,
    Field("period", sa.ForeignKey("periods.date"), primary_key=True),
    *(_column(name, sa.Integer) for name in ("asked", "returned", "to_settle", "to_look_at")),
)
issued = sa.Table(
    "issued",
    metadata,
    _period_column(),
    *_columns_of(IssuedRecord),
    sa.UniqueConstraint("period", "edition", "revision"),
)
corrections = sa.Table("corrections", metadata, _id_column(), _period_column(), *_columns_of(CorrectionRecord))
settlements = sa.Table("settlements", metadata, _id_column(), _period_column(), *_columns_of(SettlementRecord))
#: The SHA-256 of everything that ragsheets wrote to a file that people may edit, with the file's path relative to the
#: project folder: a file with other bytes was edited since, or is somebody's own.
written_files = sa.Table(
    "written_files",
    metadata,
    Field("period", sa.ForeignKey("periods.date"), primary_key=True),
    Field("path", Text, primary_key=True),
    Field("sha256", Text, primary_key=True),
    _column("at"),
)
#: Events: the user, the command, the period that it changed ("" for none), and a description of the result.
events = sa.Table(
    "events",
    metadata,
    _id_column(),
    *_text_columns("at", "user", "version"),
    *(_column(name, default="") for name in ("command", "period")),
    _column("what"),
)
