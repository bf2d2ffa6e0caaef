"""Migrate the tables of an older ledger to this version, one version after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ragsheets.ledger import tables
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
        f"; as it was: {backup_location}" if backup_location else ""
    )
    event = {"at": utc_timestamp(), "user": current_user(), "version": __version__, "command": "migrate", "what": what}
    connection.execute(tables.events.insert().values(event))


def _upgrade_from_1(operations: Operations) -> None:
    """Add the command and period of events, forgotten originals, a stable order for the content of returns,
    corrections, and the tables that the first ledgers lacked."""
    for name in ("command", "period"):
        operations.add_column("events", _text_column(name))
    operations.add_column("returns", _text_column("forgotten"))
    operations.add_column("observations", _text_column("parts"))
    connection = operations.get_bind()
    with _rebuild_tables(operations, tables.PARSED_TABLES.values()):
        tables.metadata.create_all(connection)
    for date, plan in connection.execute(sa.select(tables.periods.c.date, tables.periods.c.plan)).all():
        update = tables.periods.update().where(tables.periods.c.date == date).values(plan=_mark_keys_as_derived(plan))
        connection.execute(update)


def _upgrade_from_2(operations: Operations) -> None:
    """Add the completed tasks that a period does not ask about."""
    operations.add_column("periods", _text_column("completed", "[]"))


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
_UPGRADES: dict[int, Callable[[Operations], None]] = {1: _upgrade_from_1, 2: _upgrade_from_2}
