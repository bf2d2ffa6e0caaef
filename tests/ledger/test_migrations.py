"""An older ledger is copied and brought up to date: everything in it is as before, and nothing is left half done."""

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
from helpers.projects import DATE, ragsheets, write_plan
from ragsheets.errors import LedgerError
from ragsheets.ledger import Ledger, migrations, tables
from ragsheets.ledger.connection import open_connection
from ragsheets.returns.assess import assess
from ragsheets.returns.totals import sum_counts


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger of version 1."""
    if request.param == "SQLite":
        return f"sqlite:///{first_ledger.put(tmp_path / 'old.db').as_posix()}"
    request.getfixturevalue("database")
    return first_ledger.put_into_postgresql(tmp_path / "aside")


def open_and_close(url: str | Path) -> None:
    with Ledger.open(url):
        pass


# ------------------------------------------------------------------------------------------------- all is as before


def test_periods_returns_and_totals_are_as_they_were(old: str) -> None:
    before = first_ledger.everything(old)
    with Ledger.open(old) as ledger:
        record = ledger.period()
        frames = ledger.frames(DATE)
        kept = ledger.stored_returns(DATE)
        assessment = assess(record, frames)
    assert (record.period.date, len(record.plan.groups), record.template.name) == (DATE, 3, "standard")
    assert sum_counts(assessment.totals, first_ledger.COUNTS) == first_ledger.COUNTS
    assert {each.sha256: each.content for each in kept} == {
        dict(row)["sha256"]: dict(row)["content"] for row in before["returns"]
    }
    assert not any(dict(row)["forgotten"] for row in first_ledger.everything(old)["returns"])


@pytest.mark.sqlite
def test_what_returns_say_keeps_its_words_and_its_order(tmp_path: Path) -> None:
    file = first_ledger.put(tmp_path / "old.db")
    with contextlib.closing(sqlite3.connect(file)) as raw:
        names = {name: [row[1] for row in raw.execute(f"PRAGMA table_info({name})")] for name in tables.PARSED_TABLES}
        before = {name: raw.execute(f"SELECT * FROM {name} ORDER BY return_id, rowid").fetchall() for name in names}
    with Ledger.open(file) as ledger:
        frames = ledger.frames(DATE)
    for name, columns in names.items():
        assert [tuple(row) for row in frames[name][columns].to_numpy().tolist()] == before[name]
    assert sum(map(len, before.values())) > 100


@pytest.mark.sqlite
def test_the_same_totals_are_said_by_the_command_line(tmp_path: Path) -> None:
    first_ledger.put(tmp_path / "ragsheets.db")
    write_plan(tmp_path)
    totals = json.loads(ragsheets("-C", tmp_path, "ingest", "--json").stdout)["totals"]
    assert {name: sum(row[name] for row in totals) for name in first_ledger.COUNTS} == first_ledger.COUNTS


# ---------------------------------------------------------------------------------------------- the tables themselves


def described(url: str) -> dict[str, object]:
    """The tables of a ledger as its database describes them, in no order of columns."""
    with open_connection(url) as opened:
        inspector = sa.inspect(opened)
        return {
            name: (
                sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)),
                sorted((str(i["name"]), i["column_names"], i["unique"]) for i in inspector.get_indexes(name)),
                sorted(each["column_names"] for each in inspector.get_unique_constraints(name)),
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted((k["constrained_columns"], k["referred_table"]) for k in inspector.get_foreign_keys(name)),
            )
            for name in inspector.get_table_names()
        }


def test_the_tables_are_those_that_would_be_made_afresh(old: str, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path / 'new.db'}" if old.startswith("sqlite") else address_of(new_schema())
    assert described(old) == described(new)
    with open_connection(old) as opened:
        context = MigrationContext.configure(opened, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


@pytest.mark.sqlite
def test_that_comparison_sees_a_column_an_index_and_a_null_too_many(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    with open_connection(file) as opened:
        opened.exec_driver_sql("ALTER TABLE events ADD COLUMN more TEXT")
        opened.exec_driver_sql("DROP INDEX ix_answers_return_id")
        context = MigrationContext.configure(opened, opts={"compare_type": True})
        assert {change[0] for change in compare_metadata(context, tables.metadata)} == {"remove_column", "add_index"}


@pytest.mark.sqlite
def test_sqlite_s_own_words_for_the_tables_said_by_returns_are_those_of_new_ones(tmp_path: Path) -> None:
    made = {}
    for file in (first_ledger.put(tmp_path / "old.db"), tmp_path / "new.db"):
        with open_connection(file) as opened:
            rows = opened.exec_driver_sql("SELECT tbl_name, name, sql FROM sqlite_master WHERE tbl_name <> 'returns'")
            made[file.name] = {tuple(row) for row in rows if row[0] in tables.PARSED_TABLES}
    assert made["old.db"] == made["new.db"]


# ----------------------------------------------------------------------------------------------------------- the copy


@pytest.mark.sqlite
def test_the_copy_beside_an_sqlite_file_is_the_ledger_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = first_ledger.put(tmp_path / "old.db")
    before = first_ledger.everything(f"sqlite:///{file}")
    with Ledger.open(file) as ledger:
        (event,) = [each for each in ledger.events() if each.command == "migrate"]
    copy = tmp_path / "old.db.schema-1"
    assert first_ledger.everything(f"sqlite:///{copy}") == before
    assert str(copy) in event.what
    assert [str(copy) in record.getMessage() for record in caplog.records] == [True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.db", "old.db.schema-1"]


def test_on_postgresql_the_copy_is_a_schema_of_its_own(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = first_ledger.put_into_postgresql(tmp_path)
    before = first_ledger.everything(url)
    with open_connection(url) as opened:
        here = sa.inspect(opened).default_schema_name
    schema = f"{here}_schema_1"
    assert [record.getMessage().endswith(f": schema {schema}") for record in caplog.records] == [True]
    assert first_ledger.everything(url.replace(str(here), schema)) == before


def test_a_ledger_of_today_is_neither_copied_nor_told_of(ledger_url: str, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        with Ledger.open(ledger_url) as ledger:
            assert ledger.events() == []
    assert caplog.records == []


@pytest.mark.sqlite
def test_the_coordinator_is_told_once_and_where_the_copy_lies(tmp_path: Path) -> None:
    first_ledger.put(tmp_path / "ragsheets.db")
    write_plan(tmp_path)
    done = ragsheets("-C", tmp_path, "ingest", "--json")
    assert done.stderr.count("ragsheets: the ledger was made by an older version") == 1
    assert str(tmp_path / "ragsheets.db.schema-1") in done.stderr
    assert done.stdout.startswith("{")
    assert "older version" not in ragsheets("-C", tmp_path, "ingest", "--json").stderr


@pytest.mark.sqlite
def test_another_copy_of_that_name_is_left_as_it_is_and_the_same_one_taken_for_it(tmp_path: Path) -> None:
    copy = tmp_path / "old.db.schema-1"
    copy.write_bytes(b"somebody's own")
    for _ in range(2):
        open_and_close(first_ledger.put(tmp_path / "old.db"))
    assert copy.read_bytes() == b"somebody's own"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.db", "old.db.schema-1", "old.db.schema-1-2"]


@pytest.mark.parametrize("name", ["ragsheets.db.schema-1", "ragsheets.db-journal", "ragsheets.db"])
def test_ledgers_and_their_copies_are_never_read_as_returns(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path)
    assert ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    first_ledger.put(tmp_path / "2008-09-04" / "returned" / name)
    done = ragsheets("-C", tmp_path, "ingest", "--json")
    assert done.exit_code == 0
    assert '"result": "ignored"' in done.stdout


# ------------------------------------------------------------------------------------------------ stopped and refused


def test_one_that_fails_leaves_the_old_ledger_as_it_was(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = first_ledger.everything(old)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(migrations, "utc_timestamp", lambda: 1 / 0)  # the last thing before it is kept
        open_and_close(old)
    assert first_ledger.everything(old) == before
    with Ledger.open(old) as ledger:
        assert (
            sum_counts(assess(ledger.period(), ledger.frames(DATE)).totals, first_ledger.COUNTS) == first_ledger.COUNTS
        )


KILLED = """
import os, signal, sys
from ragsheets.ledger import Ledger, migrations
migrations.utc_timestamp = lambda: os.kill(os.getpid(), signal.SIGKILL)
with Ledger.open(sys.argv[1]):
    pass
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills in another way")
def test_one_that_is_killed_leaves_the_old_ledger_as_it_was(old: str) -> None:
    before = first_ledger.everything(old)
    killed = subprocess.run([sys.executable, "-c", KILLED, old], check=False, env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    assert first_ledger.everything(old) == before
    with Ledger.open(old) as ledger:
        assert len(ledger.stored_returns(DATE)) == 3


def test_a_newer_ledger_is_refused_and_left_as_it_is(ledger_url: str) -> None:
    with open_connection(ledger_url) as opened:
        opened.execute(tables.about.update().values(value="99"))
    before = first_ledger.everything(ledger_url)
    with pytest.raises(LedgerError, match=r"newer ragsheets \(its tables are of version 99") as raised:
        open_and_close(ledger_url)
    assert "Install that version" in str(raised.value)
    assert first_ledger.everything(ledger_url) == before


def test_a_newer_ledger_ends_a_command_with_2(tmp_path: Path) -> None:
    write_plan(tmp_path)
    url = f"sqlite:///{(tmp_path / 'x.db').as_posix()}"
    with open_connection(url) as opened:
        opened.execute(tables.about.update().values(value="3000"))
    done = ragsheets("-C", tmp_path, "ingest", "--ledger", url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "newer ragsheets" in done.stderr
