"""The tables of the ledger."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column as Field

from ragsheets.ledger.text import Text

#: The version of the tables below. An older ledger is migrated to it (`ragsheets.ledger.migrations`), a newer one is
#: rejected.
SCHEMA_VERSION = 4

metadata = sa.MetaData()


def sequence_column() -> Field[Any]:
    """Return the column for a row's place in the ledger's sequence (`ragsheets.ledger.sequence`)."""
    return Field("sequence", sa.Integer, nullable=False, server_default="0")


about = sa.Table("about", metadata, Field("name", Text, primary_key=True), Field("value", Text, nullable=False))
periods = sa.Table(
    "periods",
    metadata,
    Field("date", Text, primary_key=True),
    Field("name", Text, nullable=False),
    Field("due", Text),
    Field("plan", Text, nullable=False),
    Field("template", Text, nullable=False),
    # The completed tasks that it does not ask about, in their sub-groups, as JSON; `plan` lacks them.
    Field("completed", Text, nullable=False, server_default="[]"),
)
workbooks = sa.Table(
    "workbooks",
    metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("reference", Text, nullable=False, unique=True),
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    Field("group", Text, nullable=False),
    Field("file", Text, nullable=False),
    Field("sha256", Text, nullable=False),
    Field("sent", Text, nullable=False),
    # When it was first made (UTC, ISO), "" if unknown, and its place in the ledger's sequence.
    Field("made", Text, nullable=False, server_default=""),
    sequence_column(),
)
returns = sa.Table(
    "returns",
    metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    Field("sha256", Text, nullable=False),
    Field("file", Text, nullable=False),
    Field("path", Text, nullable=False),
    Field("result", Text, nullable=False),
    Field("group", Text, nullable=False),
    Field("saved", Text, nullable=False),
    Field("received", Text, nullable=False),
    Field("content", sa.LargeBinary, nullable=False),
    # When the original was erased (UTC, ISO), "" if it is stored; its answers and its SHA-256 stay.
    Field("forgotten", Text, nullable=False, server_default=""),
    # The Date of the message that contained it (UTC, ISO), the program that saved it, and the reference of the workbook
    # that it was made from; "" where there is none.
    Field("message_sent", Text, nullable=False, server_default=""),
    Field("program", Text, nullable=False, server_default=""),
    Field("reference", Text, nullable=False, server_default=""),
    # The period (ISO) whose workbook it is, where the coordinator took it for this one; "" otherwise.
    Field("other_period", Text, nullable=False, server_default=""),
    sequence_column(),
    sa.UniqueConstraint("period", "sha256"),
)


def _parsed_table(name: str, *fields: Field[Any]) -> sa.Table:
    # Numbers the rows in the order in which they were read, which a database server would not preserve by itself.
    id_column: Field[Any] = Field("id", sa.Integer, primary_key=True)
    return_column: Field[Any] = Field("return_id", sa.ForeignKey("returns.id"), nullable=False, index=True)
    address_columns = (Field("sheet", Text, nullable=False), Field("cell", Text, nullable=False))
    return sa.Table(name, metadata, id_column, return_column, *fields, *address_columns)


def _text_column(name: str) -> Field[Any]:
    return Field(name, Text, nullable=False)


#: The parsed content of returns, a table for each kind, with the fields of the reader's values of the same names.
_answers = _parsed_table("answers", _text_column("task"), _text_column("column"), _text_column("value"))
_headlines = _parsed_table(
    "headlines", _text_column("kind"), Field("number", sa.Integer, nullable=False), _text_column("text")
)
_totals = _parsed_table("totals", _text_column("outcome"), _text_column("line"), _text_column("stated"))
_further_columns: list[Field[Any]] = [
    Field(name, Text, nullable=False, server_default="") for name in ("parts", "column")
]
_observations = _parsed_table(
    "observations", *map(_text_column, ("code", "task", "found", "wanted")), *_further_columns
)
PARSED_TABLES = {table.name: table for table in (_answers, _headlines, _totals, _observations)}

#: The status of each task when a period was last assessed, so that later periods need not assess it again.
standings = sa.Table(
    "standings",
    metadata,
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    _text_column("group"),
    _text_column("outcome"),
    _text_column("task"),
    _text_column("wording"),
    _text_column("status"),
)
#: The other counts of a period at that time: the fields of `ragsheets.ledger.records.TallyRecord`.
tallies = sa.Table(
    "tallies",
    metadata,
    Field("period", sa.ForeignKey("periods.date"), primary_key=True),
    Field("asked", sa.Integer, nullable=False),
    Field("returned", sa.Integer, nullable=False),
    Field("to_settle", sa.Integer, nullable=False),
    Field("to_look_at", sa.Integer, nullable=False),
)
#: Issued reports, with the fields of `ragsheets.ledger.records.IssuedRecord`; `cells` as JSON.
issued = sa.Table(
    "issued",
    metadata,
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    Field("edition", Text, nullable=False),
    Field("revision", sa.Integer, nullable=False),
    Field("at", Text, nullable=False),
    Field("sha256", Text, nullable=False),
    Field("cells", Text, nullable=False),
    Field("path", Text, nullable=False, server_default=""),
    Field("unedited_sha256", Text, nullable=False, server_default=""),
    sa.UniqueConstraint("period", "edition", "revision"),
)
#: Answers that the coordinator corrected without a return, for example by telephone; `wording` is the task's, since a
#: key alone does not prove its identity. An undone correction stays, with the time in `undone` ("" while in force).
corrections = sa.Table(
    "corrections",
    metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    _text_column("task"),
    _text_column("wording"),
    _text_column("column"),
    _text_column("value"),
    _text_column("reason"),
    _text_column("at"),
    _text_column("user"),
    Field("undone", Text, nullable=False, server_default=""),
    sequence_column(),
)
#: Findings that the coordinator settled as they are: `finding` is the finding's id, the columns after it describe the
#: finding at that time. One whose settling was undone stays, with the time in `undone` ("" while in force).
settlements = sa.Table(
    "settlements",
    metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("period", sa.ForeignKey("periods.date"), nullable=False, index=True),
    _text_column("finding"),
    *map(_text_column, ("code", "group", "file", "sheet", "cell", "task", "wording", "column")),
    *map(_text_column, ("found", "wanted", "message")),
    _text_column("reason"),
    _text_column("at"),
    _text_column("user"),
    Field("undone", Text, nullable=False, server_default=""),
)
#: The SHA-256 of everything that ragsheets wrote to a file that people may edit, with the file's path relative to the
#: project folder: a file with other bytes was edited since, or is somebody's own.
written_files = sa.Table(
    "written_files",
    metadata,
    Field("period", sa.ForeignKey("periods.date"), primary_key=True),
    Field("path", Text, primary_key=True),
    Field("sha256", Text, primary_key=True),
    Field("at", Text, nullable=False),
)
#: Events: the user, the command, the period that it changed ("" for none), and a description of the result.
events = sa.Table(
    "events",
    metadata,
    Field("id", sa.Integer, primary_key=True),
    Field("at", Text, nullable=False),
    Field("user", Text, nullable=False),
    Field("version", Text, nullable=False),
    Field("command", Text, nullable=False, server_default=""),
    Field("period", Text, nullable=False, server_default=""),
    Field("what", Text, nullable=False),
)
