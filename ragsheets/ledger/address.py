"""The address of a ledger: parsed, or rejected with a message that names the option or the key that gave it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ragsheets.errors import LedgerError

#: A parsed address.
Address = sa.URL
#: The address of an empty ledger in memory, for programs: nothing in it is kept.
IN_MEMORY = "sqlite://"
_SQLITE_DRIVERS = ("sqlite", "sqlite+pysqlite")
_POSTGRESQL_DRIVERS = ("postgresql", "postgres", "postgresql+psycopg")
_FORMS = "Write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."


def parse_address(text: str, folder: Path, given_by: str) -> Address:
    """Parse the address of a ledger that is kept.

    Args:
        text: a database URL.
        folder: the folder that a relative SQLite path refers to.
        given_by: the option or the key that gave it, for messages.

    Raises LedgerError unless it is that of an SQLite file or a PostgreSQL database.
    """

    def invalid(what: str, fix: str = _FORMS) -> LedgerError:
        return LedgerError(f"the address {what}", where=given_by, fix=fix)

    try:
        address = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise invalid("is not that of a database.") from None
    if address.drivername in _POSTGRESQL_DRIVERS:
        if any("@" in str(part) for part in (address.host or "", address.database or "", *address.query.values())):
            raise invalid("has one @ too many: in a password it is written as %40.")
        return address.set(drivername="postgresql+psycopg")
    if address.drivername not in _SQLITE_DRIVERS:
        raise invalid(f"begins with {address.drivername}, which is not a kind of database that ragsheets can use.")
    if address.username or address.password or address.port:
        raise invalid("has a user, a password or a port, which a file does not have.")
    if address.host:
        file = "/".join(filter(None, (address.host, address.database)))
        raise invalid(
            "has two slashes before the name of the file, and needs three.", f"Write {address.drivername}:///{file}"
        )
    if not address.database or address.database == ":memory:":
        raise invalid("names no file, so nothing would be kept.", "Write the name of the file: sqlite:///ragsheets.db")
    if address.database.startswith("file:"):
        return address
    for name, value in address.query.items():
        if name != "timeout" or not str(value).isdecimal():
            raise invalid(
                f"has a setting that cannot be used: {name}={value}.", "Leave out the question mark and what follows."
            )
    return address.set(database=str(folder / address.database))


def sqlite_path(address: sa.URL) -> Path | None:
    """Return the path of an SQLite ledger; None for one in memory or on a server."""
    file = address.database or ":"
    is_file = address.get_backend_name() == "sqlite" and not file.startswith((":", "file:"))
    return Path(file) if is_file else None
