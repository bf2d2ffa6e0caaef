"""Migrate the tables of an older ledger to this version, one version after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ragsheets.ledger import tables
from ragsheets.ledger.observed_columns import fill_observed_columns
from ragsheets.ledger.provenance import current_user, utc_timestamp
from ragsheets.version import __version__


def migrate(connection: sa.Connection, from_version: int, backup_location: str) -> None:
    """Migrate the tables from this version to the current one, in the connection's transaction.

    The migration is logged as an event of the ledger, with the location of the backup.
    """
    operations = Operations(MigrationContext.configure(connection))
    for version in range(from_version, tables.SCHEMA_VERSION):
        _UPGRADES[version](operations)
    connection.execute(
        tables.about.update().where(tables.about.c.name == "schema").values(value=str(tables.SCHEMA_VERSION))
    )
    what = f"tables of version {from_version} became those of version {tables.SCHEMA_VERSION}" + (
        f"; as it was: {Path(backup_location).name}" if backup_location else ""
    )
    event = {"at": utc_timestamp(), "user": current_user(), "version": __version__, "command": "migrate", "what": what}
    connection.execute(tables.events.insert().values(event))


def _upgrade_from_1(operations: Operations) -> None:
    """Add the command and period of events, forgotten originals, a stable order for the content of returns,
    corrections, and the tables that the first ledgers lacked."""
    for name in ("command", "period"):
        operations.add_column("events", _text_column(name))
    operations.add_column("returns", _text_column("forgotten"))
    for name in ("parts", "column"):
        operations.add_column("observations", _text_column(name))
    connection = operations.get_bind()
    with _rebuild_tables(operations, tables.PARSED_TABLES.values()):
        tables.metadata.create_all(connection)
    for date, plan in connection.execute(sa.select(tables.periods.c.date, tables.periods.c.plan)).all():
        update = tables.periods.update().where(tables.periods.c.date == date).values(plan=_mark_keys_as_derived(plan))
        connection.execute(update)


def _upgrade_from_2(operations: Operations) -> None:
    """Add settled findings, the files written, the ledger's sequence, and more about periods, returns and workbooks."""
    connection = operations.get_bind()
    inspector = sa.inspect(connection)
    for name, columns in _NEW_COLUMNS_OF_3.items():
        existing = {column["name"] for column in inspector.get_columns(name)}
        for column_name in columns:
            if column_name not in existing:
                column = tables.sequence_column() if column_name == "sequence" else _text_column(column_name)
                operations.add_column(name, column)
    operations.add_column("periods", _text_column("completed", "[]"))
    tables.metadata.create_all(connection)
    _number_in_order_of_time(connection)
    _make_paths_relative(connection)


def _upgrade_from_3(operations: Operations) -> None:
    """Add the column of observations: until then it was in one of their texts, or followed from the cell's address."""
    connection = operations.get_bind()
    if "column" not in {column["name"] for column in sa.inspect(connection).get_columns("observations")}:
        operations.add_column("observations", _text_column("column"))
    fill_observed_columns(connection)


#: The columns that version 3 added, by table; a table that the migration itself created has them already.
_NEW_COLUMNS_OF_3 = {
    "workbooks": ("made", "sequence"),
    "returns": ("message_sent", "program", "reference", "other_period", "sequence"),
    "corrections": ("sequence",),
    "issued": ("path", "unedited_sha256"),
}


def _number_in_order_of_time(connection: sa.Connection) -> None:
    """Number returns and corrections in the order of their times, the only order that older ledgers have.

    Workbooks keep 0, since it is not stored when they were made: they count as older than every answer.
    """
    rows = [
        (time, number, table)
        for table, time_column in ((tables.returns, "received"), (tables.corrections, "at"))
        for time, number in connection.execute(sa.select(table.c[time_column], table.c.id))
    ]
    for sequence, (_, number, table) in enumerate(sorted(rows, key=lambda row: row[:2]), 1):
        connection.execute(table.update().where(table.c.id == number).values(sequence=sequence))


def _make_paths_relative(connection: sa.Connection) -> None:
    """Make the absolute paths of older ledgers relative to the project folder, wherever that folder was then.

    The part from the folder of the return's period on is kept: returns outside such a folder keep their path.
    """
    table = tables.returns
    for number, period, path in connection.execute(sa.select(table.c.id, table.c.period, table.c.path)).all():
        parts = path.replace("\\", "/").split("/")
        if period in parts:
            last = len(parts) - 1 - parts[::-1].index(period)
            connection.execute(table.update().where(table.c.id == number).values(path="/".join(parts[last:])))


@contextmanager
def _rebuild_tables(operations: Operations, rebuilt_tables: Collection[sa.Table]) -> Iterator[None]:
    """Rename tables while the block creates their replacements, then copy the rows over in their stored order."""
    connection = operations.get_bind()
    row_order: sa.ColumnClause[Any] = sa.literal_column("ctid" if connection.dialect.name == "postgresql" else "rowid")
    renamed = {table.name: f"{table.name}_before" for table in rebuilt_tables}
    for table in rebuilt_tables:
        for index in table.indexes:
            operations.drop_index(str(index.name), table.name)
        operations.rename_table(table.name, renamed[table.name])
    yield
    for table in rebuilt_tables:
        names = [column.name for column in table.c if not column.primary_key]
        old_table = sa.table(renamed[table.name], *map(sa.column, names))
        rows = sa.select(*(old_table.c[name] for name in names)).order_by(row_order)
        connection.execute(table.insert().from_select(names, rows))
        operations.drop_table(renamed[table.name])


def _mark_keys_as_derived(plan: str) -> str:
    """Return a stored plan with all keys marked as derived: until version 2 it was not recorded which were given."""
    plan_tables = json.loads(plan)
    for group in plan_tables["groups"]:
        for outcome in group["outcomes"]:
            for action in outcome["actions"]:
                for task in action["tasks"]:
                    task["key_given"] = False
    return json.dumps(plan_tables, ensure_ascii=False)


def _text_column(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


#: The migration of each version's tables to the next version.
_UPGRADES: dict[int, Callable[[Operations], None]] = {
    1: _upgrade_from_1,
    2: _upgrade_from_2,
    3: _upgrade_from_3,
}
