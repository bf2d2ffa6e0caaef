"""An older ledger is backed up and migrated: its content stays the same, and no migration is left half done."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from helpers import first_ledger
from helpers.postgresql import address_of, new_schema
from helpers.projects import DATE, run_ragsheets, write_plan
from ragsheets.errors import LedgerError
from ragsheets.ledger import Ledger, migrations, tables
from ragsheets.ledger.connection import open_connection
from ragsheets.returns.assess import assess_period
from ragsheets.returns.totals import sum_counts


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger of version 1."""
    if request.param == "SQLite":
        return f"sqlite:///{first_ledger.write_ledger(tmp_path / 'old.db').as_posix()}"
    request.getfixturevalue("database")
    return first_ledger.copy_into_postgresql(tmp_path / "aside")


def open_and_close(url: str | Path) -> None:
    with Ledger.open(url):
        pass


# ---------------------------------------------------------------------------------------------------- the content


def test_periods_returns_and_totals_are_unchanged(old: str) -> None:
    before = first_ledger.all_rows(old)
    with Ledger.open(old) as ledger:
        record = ledger.period()
        stored_returns = ledger.stored_returns(DATE)
        assessment = assess_period(ledger, record)
    assert (record.period.date, len(record.plan.groups), record.template.name) == (DATE, 3, "standard")
    assert sum_counts(assessment.totals, first_ledger.COUNTS) == first_ledger.COUNTS
    assert {stored.sha256: stored.content for stored in stored_returns} == {
        dict(row)["sha256"]: dict(row)["content"] for row in before["returns"]
    }
    assert not any(dict(row)["forgotten"] for row in first_ledger.all_rows(old)["returns"])


@pytest.mark.sqlite
def test_parsed_rows_keep_their_values_and_order(tmp_path: Path) -> None:
    file = first_ledger.write_ledger(tmp_path / "old.db")
    with contextlib.closing(sqlite3.connect(file)) as raw:
        names = {name: [row[1] for row in raw.execute(f"PRAGMA table_info({name})")] for name in tables.PARSED_TABLES}
        before = {name: raw.execute(f"SELECT * FROM {name} ORDER BY return_id, rowid").fetchall() for name in names}
    with Ledger.open(file) as ledger:
        frames = ledger.frames(DATE)
    for name, columns in names.items():
        assert [tuple(row) for row in frames[name][columns].to_numpy().tolist()] == before[name]
    assert sum(map(len, before.values())) > 100


@pytest.mark.sqlite
def test_the_command_line_reports_the_same_totals(tmp_path: Path) -> None:
    first_ledger.write_ledger(tmp_path / "ragsheets.db")
    write_plan(tmp_path)
    totals = json.loads(run_ragsheets("-C", tmp_path, "ingest", "--json").stdout)["totals"]
    assert {name: sum(row[name] for row in totals) for name in first_ledger.COUNTS} == first_ledger.COUNTS


# ---------------------------------------------------------------------------------------------- the tables themselves


def describe_tables(url: str) -> dict[str, object]:
    """Return the tables of a ledger as its database describes them, independent of column order."""
    with open_connection(url) as connection:
        inspector = sa.inspect(connection)
        return {
            name: (
                sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)),
                sorted((str(i["name"]), i["column_names"], i["unique"]) for i in inspector.get_indexes(name)),
                sorted(u["column_names"] for u in inspector.get_unique_constraints(name)),
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted((k["constrained_columns"], k["referred_table"]) for k in inspector.get_foreign_keys(name)),
            )
            for name in inspector.get_table_names()
        }


def test_migrated_tables_are_the_same_as_new_ones(old: str, tmp_path: Path) -> None:
    new_url = f"sqlite:///{tmp_path / 'new.db'}" if old.startswith("sqlite") else address_of(new_schema())
    assert describe_tables(old) == describe_tables(new_url)
    with open_connection(old) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


@pytest.mark.sqlite
def test_the_comparison_detects_an_extra_column_and_a_missing_index(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    with open_connection(file) as connection:
        connection.exec_driver_sql("ALTER TABLE events ADD COLUMN more TEXT")
        connection.exec_driver_sql("DROP INDEX ix_answers_return_id")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert {change[0] for change in compare_metadata(context, tables.metadata)} == {"remove_column", "add_index"}


@pytest.mark.sqlite
def test_sqlite_definitions_of_the_parsed_tables_are_the_same_as_new_ones(tmp_path: Path) -> None:
    definitions = {}
    for file in (first_ledger.write_ledger(tmp_path / "old.db"), tmp_path / "new.db"):
        with open_connection(file) as connection:
            rows = connection.exec_driver_sql(
                "SELECT tbl_name, name, sql FROM sqlite_master WHERE tbl_name <> 'returns'"
            )
            definitions[file.name] = {tuple(row) for row in rows if row[0] in tables.PARSED_TABLES}
    assert definitions["old.db"] == definitions["new.db"]


# --------------------------------------------------------------------------------------------------------- the backup


@pytest.mark.sqlite
def test_the_backup_beside_an_sqlite_file_is_the_unchanged_ledger(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = first_ledger.write_ledger(tmp_path / "old.db")
    before = first_ledger.all_rows(f"sqlite:///{file}")
    with Ledger.open(file) as ledger:
        (event,) = [event for event in ledger.events() if event.command == "migrate"]
    backup = tmp_path / "old.db.schema-1"
    assert first_ledger.all_rows(f"sqlite:///{backup}") == before
    assert event.what.endswith(f": {backup.name}")  # without its folder, which may be moved
    assert [str(backup) in record.getMessage() for record in caplog.records] == [True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.db", "old.db.schema-1"]


def test_on_postgresql_the_backup_is_a_separate_schema(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = first_ledger.copy_into_postgresql(tmp_path)
    before = first_ledger.all_rows(url)
    with open_connection(url) as connection:
        ledger_schema = sa.inspect(connection).default_schema_name
    backup_schema = f"{ledger_schema}_schema_1"
    assert [record.getMessage().endswith(f": schema {backup_schema}") for record in caplog.records] == [True]
    assert first_ledger.all_rows(url.replace(str(ledger_schema), backup_schema)) == before


def test_a_current_ledger_is_not_backed_up_and_nothing_is_logged(
    ledger_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with Ledger.open(ledger_url) as ledger:
            assert ledger.events() == []
    assert caplog.records == []


@pytest.mark.sqlite
def test_the_location_of_the_backup_is_reported_once(tmp_path: Path) -> None:
    first_ledger.write_ledger(tmp_path / "ragsheets.db")
    write_plan(tmp_path)
    result = run_ragsheets("-C", tmp_path, "ingest", "--json")
    assert result.stderr.count("ragsheets: the ledger was made by an older version") == 1
    assert str(tmp_path / "ragsheets.db.schema-1") in result.stderr
    assert result.stdout.startswith("{")
    assert "older version" not in run_ragsheets("-C", tmp_path, "ingest", "--json").stderr


@pytest.mark.sqlite
def test_another_file_with_the_backup_s_name_stays_and_an_identical_backup_is_reused(tmp_path: Path) -> None:
    other_file = tmp_path / "old.db.schema-1"
    other_file.write_bytes(b"somebody's own")
    for _ in range(2):
        open_and_close(first_ledger.write_ledger(tmp_path / "old.db"))
    assert other_file.read_bytes() == b"somebody's own"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.db", "old.db.schema-1", "old.db.schema-1-2"]


@pytest.mark.parametrize("name", ["ragsheets.db.schema-1", "ragsheets.db-journal", "ragsheets.db"])
def test_ledgers_and_their_backups_are_never_read_as_returns(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path)
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    first_ledger.write_ledger(tmp_path / "2008-09-04" / "returned" / name)
    result = run_ragsheets("-C", tmp_path, "ingest", "--json")
    assert result.exit_code == 0
    assert '"result": "ignored"' in result.stdout


# --------------------------------------------------------------------------------------------- stopped and rejected


def test_a_failed_migration_leaves_the_old_ledger_unchanged(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = first_ledger.all_rows(old)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(migrations, "utc_timestamp", lambda: 1 / 0)  # the last step before the commit
        open_and_close(old)
    assert first_ledger.all_rows(old) == before
    with Ledger.open(old) as ledger:
        assert sum_counts(assess_period(ledger, ledger.period()).totals, first_ledger.COUNTS) == first_ledger.COUNTS


KILLED = """
import os, signal, sys
from ragsheets.ledger import Ledger, migrations
migrations.utc_timestamp = lambda: os.kill(os.getpid(), signal.SIGKILL)
with Ledger.open(sys.argv[1]):
    pass
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills in another way")
def test_a_killed_migration_leaves_the_old_ledger_unchanged(old: str) -> None:
    before = first_ledger.all_rows(old)
    killed = subprocess.run([sys.executable, "-c", KILLED, old], check=False, env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    assert first_ledger.all_rows(old) == before
    with Ledger.open(old) as ledger:
        assert len(ledger.stored_returns(DATE)) == 3


def test_a_newer_ledger_is_rejected_and_unchanged(ledger_url: str) -> None:
    with open_connection(ledger_url) as connection:
        connection.execute(tables.about.update().values(value="99"))
    before = first_ledger.all_rows(ledger_url)
    with pytest.raises(LedgerError, match=r"newer ragsheets \(its tables have version 99") as raised:
        open_and_close(ledger_url)
    assert "Install that version" in str(raised.value)
    assert first_ledger.all_rows(ledger_url) == before


def test_a_newer_ledger_gives_exit_status_2(tmp_path: Path) -> None:
    write_plan(tmp_path)
    url = f"sqlite:///{(tmp_path / 'x.db').as_posix()}"
    with open_connection(url) as connection:
        connection.execute(tables.about.update().values(value="3000"))
    result = run_ragsheets("-C", tmp_path, "ingest", "--ledger", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "newer ragsheets" in result.stderr
