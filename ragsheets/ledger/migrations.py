"""Bringing the tables of an older ledger up to this version's, one version after the other."""

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
    """Bring the tables up from the version `known`, in the connection's transaction.

    That it was done, and where the `copy` of the ledger as it was lies, becomes an event of the ledger.
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
    """Events by command and period, originals that may be forgotten, what returns say in an order that is kept;
    corrections, and what the first ledgers lacked."""
    for name in ("command", "period"):
        operations.add_column("events", _text_column(name))
    operations.add_column("returns", _text_column("forgotten"))
    operations.add_column("observations", _text_column("parts"))
    connection = operations.get_bind()
    with _rebuild_tables(operations, tables.PARSED_TABLES.values()):
        tables.metadata.create_all(connection)
    for date, plan in connection.execute(sa.select(tables.periods.c.date, tables.periods.c.plan)).all():
        changed = tables.periods.update().where(tables.periods.c.date == date).values(plan=_mark_keys_as_derived(plan))
        connection.execute(changed)


@contextmanager
def _rebuild_tables(operations: Operations, rebuilt_tables: Collection[sa.Table]) -> Iterator[None]:
    """Put tables aside while the block makes those that take their place, and bring their rows over as they lay."""
    connection = operations.get_bind()
    place: sa.ColumnClause[Any] = sa.literal_column("ctid" if connection.dialect.name == "postgresql" else "rowid")
    aside = {table.name: f"{table.name}_before" for table in rebuilt_tables}
    for table in rebuilt_tables:
        for index in table.indexes:
            operations.drop_index(str(index.name), table.name)
        operations.rename_table(table.name, aside[table.name])
    yield
    for table in rebuilt_tables:
        names = [column.name for column in table.c if not column.primary_key]
        before = sa.table(aside[table.name], *map(sa.column, names))
        rows = sa.select(*(before.c[name] for name in names)).order_by(place)
        connection.execute(table.insert().from_select(names, rows))
        operations.drop_table(aside[table.name])


def _mark_keys_as_derived(plan: str) -> str:
    """A kept plan that says of no task that its key was given: until then nobody knew."""
    raw = json.loads(plan)
    for group in raw["groups"]:
        for outcome in group["outcomes"]:
            for action in outcome["actions"]:
                for task in action["tasks"]:
                    task["key_given"] = False
    return json.dumps(raw, ensure_ascii=False)


def _text_column(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


#: What each version's tables need to become the next one's.
_UPGRADES: dict[int, Callable[[Operations], None]] = {1: _upgrade_from_1}
