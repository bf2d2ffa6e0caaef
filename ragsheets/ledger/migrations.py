"""Bringing the tables of an older ledger up to this version's, one version after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ragsheets.ledger import tables


def migrate(connection: sa.Connection, known: int) -> None:
    """Bring the tables up from the version `known`, in the connection's transaction."""
    operations = Operations(MigrationContext.configure(connection))
    for version in range(known, tables.SCHEMA):
        _STEPS[version](operations)
    connection.execute(tables.about.update().where(tables.about.c.name == "schema").values(value=str(tables.SCHEMA)))


def _from_1(operations: Operations) -> None:
    """Events by command and period, originals that may be forgotten; corrections, and what the first ledgers lacked."""
    for name in ("command", "period"):
        operations.add_column("events", _text(name))
    operations.add_column("returns", _text("forgotten"))
    operations.add_column("observations", _text("parts"))
    connection = operations.get_bind()
    tables.metadata.create_all(connection)
    for date, plan in connection.execute(sa.select(tables.periods.c.date, tables.periods.c.plan)).all():
        changed = tables.periods.update().where(tables.periods.c.date == date).values(plan=_with_keys_derived(plan))
        connection.execute(changed)


def _with_keys_derived(plan: str) -> str:
    """A kept plan that says of no task that its key was given: until then nobody knew."""
    raw = json.loads(plan)
    for group in raw["groups"]:
        for outcome in group["outcomes"]:
            for action in outcome["actions"]:
                for task in action["tasks"]:
                    task["key_given"] = False
    return json.dumps(raw, ensure_ascii=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


#: What each version's tables need to become the next one's.
_STEPS: dict[int, Callable[[Operations], None]] = {1: _from_1}
