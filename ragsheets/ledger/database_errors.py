"""Translate database errors into messages that a coordinator can act on.

A message of a server or a library is never repeated verbatim if it could contain the password of an address.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from ragsheets.errors import LedgerError

NOTHING_CHANGED = "Nothing was changed."


class _ErrorText(NamedTuple):
    what: str
    fix: str


_IN_USE = _ErrorText("is in use by another program.", "Wait until that is done, or close it there, and try again.")
_FULL = _ErrorText("the disk is full.", "Free some space and try again.")
_DAMAGED = _ErrorText(
    "is damaged, or is not a ledger.",
    "Move it away, without deleting it, and put a backup in its place.",
)
_READ_ONLY = _ErrorText(
    "you do not have permission to write to it.",
    "Ask for permission to write there, or copy the whole project folder to where you have it.",
)

#: By SQLite's primary result code (https://www.sqlite.org/rescode.html).
_SQLITE_ERRORS = {
    3: _READ_ONLY,  # PERM
    5: _IN_USE,  # BUSY
    6: _IN_USE,  # LOCKED
    8: _READ_ONLY,  # READONLY
    10: _ErrorText(  # IOERR
        "the disk refused to read or write it.", "Check that the disk is connected and has free space, and try again."
    ),
    11: _DAMAGED,  # CORRUPT
    13: _FULL,  # FULL
    14: _ErrorText(  # CANTOPEN
        "cannot be opened, or nothing can be written beside it.",
        "Check that its folder exists and that you may write to it.",
    ),
    26: _DAMAGED,  # NOTADB
}

_LOGIN_FAILED = _ErrorText(
    "the server refused the user's name or the password.",
    "Put them right in the address; a sign such as @, / or : in a password is written as %40, %2F or %3A.",
)
_NO_PERMISSION = _ErrorText(
    "the server does not allow the user to do this.",
    "Ask whoever looks after it to let the user make and change tables in this database.",
)
_UNREACHABLE = _ErrorText(
    "the server cannot be reached.",
    "Check that it is running, that the host and the port in the address are right, and that you are on its network.",
)
#: By the beginning of PostgreSQL's SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL_ERRORS = {
    "08": _UNREACHABLE,
    "25006": _READ_ONLY,
    "28": _LOGIN_FAILED,
    "3D": _ErrorText(
        "the server has no such database.", "Ask for it to be created, or correct its name in the address."
    ),
    "3F": _ErrorText(
        "the database has no schema to put tables into.", "Ask for one to be created, or name one in the address."
    ),
    "40P01": _IN_USE,
    "42501": _NO_PERMISSION,
    "53100": _FULL,
    "53": _ErrorText("the server is too busy.", "Try again later."),
    "55P03": _IN_USE,
    "57": _UNREACHABLE,
    "XX": _DAMAGED,
}
#: Parts of the messages of a server that rejects a login, which come before there are codes.
_POSTGRESQL_MESSAGES = (
    ("password authentication failed", _LOGIN_FAILED),
    ("no password supplied", _LOGIN_FAILED),
    ("no pg_hba.conf entry", _LOGIN_FAILED),
    ('role "', _LOGIN_FAILED),
    ("too many connections", _POSTGRESQL_ERRORS["53"]),
    ("does not exist", _POSTGRESQL_ERRORS["3D"]),
)


def ledger_error(url: sa.URL, error: BaseException) -> LedgerError:
    """Convert an error of the database library into the error of the ledger at this address."""
    database_error = getattr(error, "orig", None) or error
    error_text = (
        _sqlite_error_text(database_error)
        if url.get_backend_name() == "sqlite"
        else _postgresql_error_text(database_error)
    )
    if error_text is None:
        error_text = _ErrorText(f"{_without_password(url, str(database_error))}.", "")
    return LedgerError(error_text.what, where=ledger_name(url), fix=f"{error_text.fix} {NOTHING_CHANGED}".strip())


def ledger_name(url: sa.URL) -> str:
    """Return the name of a ledger in messages: its file, or its database and the server; never with a password."""
    if url.get_backend_name() == "sqlite":
        return f"ledger {url.database or ':memory:'}"
    port = f":{url.port}" if url.port else ""
    return f"ledger {url.database or ''} on {url.host or 'this computer'}{port}"


def is_in_use(error: sa.exc.DBAPIError) -> bool:
    """Return whether another program has locked the database."""
    return _sqlite_error_text(error.orig) is _IN_USE


def _sqlite_error_text(error: object) -> _ErrorText | None:
    return _SQLITE_ERRORS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


def _postgresql_error_text(error: object) -> _ErrorText | None:
    state = getattr(error, "sqlstate", None)
    if state:
        return next((words for length in (5, 2) if (words := _POSTGRESQL_ERRORS.get(state[:length]))), None)
    if not any(kind.__name__ == "OperationalError" for kind in type(error).__mro__):
        return None
    message = str(error)
    return next((words for part, words in _POSTGRESQL_MESSAGES if part in message), _UNREACHABLE)


def _without_password(url: sa.URL, text: str) -> str:
    """Return the first line of a message, with the password of the address masked."""
    line = (text.splitlines() or ["it failed"])[0].rstrip(". ")
    return line.replace(str(url.password), "***") if url.password else line
