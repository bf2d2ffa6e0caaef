"""Turn the failures of parsers on files from outside into errors that name the file's fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ragsheets.errors import RagsheetsError, ReturnError


@contextmanager
def failures_as_damage(**facts: str) -> Iterator[None]:
    """Raise ReturnError "damaged", with these facts, for any failure while a file from outside is read.

    No list of errors is complete: parsers and the code that follows them assume what a file of the format always holds.
    The words of a parser mean nothing to the reader of a finding, so they are only the error's cause.
    """
    try:
        yield
    except RagsheetsError:
        raise
    except MemoryError:
        raise ReturnError("too-costly", found="all memory") from None
    except BaseException as error:
        # Libraries in Rust raise PanicException for what they do not expect; it is not an Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise ReturnError("damaged", **facts) from error
