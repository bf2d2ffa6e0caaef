"""The other side of `ragsheets.returns.intake.worker`: what the process that reads does, and how the two speak.

It is started for every run, so that it loads next to nothing before its first file.
"""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from ragsheets.errors import ReturnError
from ragsheets.formats.limits import MIB, Limits

if TYPE_CHECKING:
    from ragsheets.returns.reading.context import ReadingContext

#: A message between the processes: its length, then its bytes.
_LENGTH = struct.Struct(">Q")
#: What a worker says when it is there.
READY = b"ready"


class WorkerError:
    """A ReturnError on its way between the processes."""

    def __init__(self, code: str, facts: dict[str, str]) -> None:
        self.code = code
        self.facts = facts


def send(pipe: IO[bytes], message: bytes) -> None:
    """Send a message; raises OSError where nobody is there to take it."""
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; None where the other side has ended."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None


def serve(output_descriptor: int) -> None:
    """Answer for one reading process until its standard input ends; `pipe` is the number of the file to answer into."""
    import ragsheets.returns.intake.open_file  # noqa: F401 - loaded before the first file, so that no file is charged for it

    output = os.fdopen(output_descriptor, "wb")
    send(output, READY)
    brief = receive(sys.stdin.buffer)
    if brief is None:
        return
    collection, limits = pickle.loads(brief)
    _limit_memory(limits.memory * MIB)
    # Reading makes many small values and no cycles; what the libraries leave is let go after large files.
    gc.freeze()
    gc.disable()
    for message in _receive_all():
        name, content = pickle.loads(message)
        send(output, pickle.dumps(_open_or_error(name, content, collection, limits), pickle.HIGHEST_PROTOCOL))
        if len(message) > MIB:
            gc.collect()


def _receive_all() -> Iterator[bytes]:
    while (message := receive(sys.stdin.buffer)) is not None:
        yield message


def _open_or_error(name: str, content: bytes, context: ReadingContext, limits: Limits) -> Any:
    from ragsheets.returns.intake.open_file import open_file

    try:
        return open_file(name, content, context, limits)
    except ReturnError as error:
        return WorkerError(error.code, error.facts)
    except MemoryError:
        return WorkerError("too-costly", {"found": "all memory"})
    except Exception as error:  # noqa: BLE001 - whatever a file made to hurt brings about costs that file alone
        return WorkerError("damaged", {"found": f"{type(error).__name__}: {error}"[:300]})


def _limit_memory(max_bytes: int) -> None:
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes if hard < 0 else min(max_bytes, hard), hard))
