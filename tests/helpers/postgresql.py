"""Ledgers in PostgreSQL: for each test that requests one, or instead of the SQLite file of every project folder.

`pytest --postgresql URL` runs any tests with each project folder's ledger in a schema of its own. The file that SQLite
would have made is there too, and names the schema that replaces it: a folder that is copied, moved or emptied by a test
takes its ledger along, as with SQLite. Programs that a test starts do the same (postgresql_site/sitecustomize.py).
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

#: The environment variables with the database's address, whether all ledgers are in it, and the prefix of schema names.
SERVER, REPLACES_SQLITE, PREFIX = "RAGSHEETS_TEST_POSTGRESQL", "RAGSHEETS_TEST_INSTEAD", "RAGSHEETS_TEST_PREFIX"


def new_schema() -> str:
    """A schema in the database of the tests; gives its name."""
    name = f"{os.environ[PREFIX]}_{uuid.uuid4().hex[:12]}"
    with connected() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    return name


def address_of(schema: str) -> str:
    """The address of the ledger in a schema."""
    url = sa.make_url(os.environ[SERVER]).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


@contextmanager
def connected(schema: str = "") -> Iterator[sa.Connection]:
    """A connection to the database of the tests, in one transaction."""
    engine = sa.create_engine(address_of(schema) if schema else os.environ[SERVER])
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def direct_connection(folder: Path) -> Iterator[sa.Connection]:
    """The ledger of a project folder, past all that keeps it in order, wherever it lives; in one transaction."""
    from ragsheets.files.names import LEDGER_FILE
    from ragsheets.ledger.connection import open_connection

    with open_connection(folder / LEDGER_FILE) as opened:
        yield opened


def drop_all() -> None:
    """Drop every schema that the tests of this run made."""
    with connected() as connection:
        names = [name for name in sa.inspect(connection).get_schema_names() if name.startswith(os.environ[PREFIX])]
    for name in names:  # one by one: all at once would need more locks than a server has
        with connected() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")


def replace_sqlite_files() -> None:
    """Keep every ledger that would be an SQLite file of a project folder in the database of the tests."""
    from ragsheets.ledger import connection

    usual = connection._address_of

    def address(url: str | Path | sa.URL, folder: Path) -> sa.URL:
        schema = _schema_of(url) if isinstance(url, Path) else ""
        return usual(address_of(schema) if schema else url, folder)

    connection._address_of = address


def _schema_of(file: Path) -> str:
    """Return the schema that replaces an SQLite file; "" where a test has put something else there."""
    here = str(file.resolve())
    is_new = not file.exists()
    schema, before = ("", here) if is_new or not file.stat().st_size else _read_schema_file(file)
    if before is None or (schema and before == here):
        return schema
    copied, schema = schema, new_schema()
    if copied:
        _copy(copied, schema)
    content = json.dumps({"schema": schema, "file": here})
    if not is_new:
        file.write_text(content, encoding="utf-8")
        return schema
    # Two processes may begin a ledger at once: the first one's schema is that of both.
    own_file = file.with_name(f".{schema}")
    own_file.write_text(content, encoding="utf-8")
    try:
        os.link(own_file, file)
    except FileExistsError:
        return _schema_of(file)
    finally:
        own_file.unlink()
    return schema


def _read_schema_file(file: Path) -> tuple[str, str | None]:
    try:
        content = json.loads(file.read_bytes())
        return content["schema"], content["file"]
    except (ValueError, TypeError):
        return "", None


def _copy(source: str, target: str) -> None:
    from ragsheets.ledger.tables import metadata

    with connected(target) as connection:
        metadata.create_all(connection)
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f"INSERT INTO {target}.{table.name} SELECT * FROM {source}.{table.name}")
            continue_numbering(connection, target, table)


def continue_numbering(connection: sa.Connection, schema: str, table: sa.Table) -> None:
    """Have the numbers of a table that was filled with rows from elsewhere go on from the last one."""
    if "id" in table.c:
        serial = f"pg_get_serial_sequence('{schema}.{table.name}', 'id')"
        last = f"(SELECT max(id) FROM {schema}.{table.name})"
        connection.exec_driver_sql(f"SELECT setval({serial}, coalesce({last}, 1), {last} IS NOT NULL)")
