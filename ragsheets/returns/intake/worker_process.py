"""The worker side of `ragsheets.returns.intake.worker`: the reading process and the messages between both processes.

It is started for every run, so it loads next to nothing before its first file.
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
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.limits import MIB, Limits

if TYPE_CHECKING:
    from ragsheets.returns.reading.context import ReadingContext

#: A message between the processes: its length, then its bytes.
_LENGTH = struct.Struct(">Q")
#: The first message of a worker, sent once it has started.
READY = b"ready"


class WorkerError:
    """A ReturnError in the form that is sent between the processes."""

    def __init__(self, code: str, facts: dict[str, str]) -> None:
        self.code = code
        self.facts = facts


def send(pipe: IO[bytes], message: bytes) -> None:
    """Send a message; raise OSError where the receiver has ended."""
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """Return the next message, or None where the sender has ended."""
    header = pipe.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    message = pipe.read(length)
    return message if len(message) == length else None


def serve(output_descriptor: int) -> None:
    """Serve requests in the reading process until standard input ends; answers go to the file descriptor given."""
    import ragsheets.returns.intake.open_file  # noqa: F401 - loaded before the first file, so that its time does not count for a file

    output = os.fdopen(output_descriptor, "wb")
    send(output, READY)
    setup = receive(sys.stdin.buffer)
    if setup is None:
        return
    context, limits = pickle.loads(setup)
    _limit_memory(limits.memory * MIB)
    # Reading creates many small values and no cycles; garbage from the libraries is collected after large files.
    gc.freeze()
    gc.disable()
    for message in _receive_all():
        name, content, other_context = pickle.loads(message)
        result = _open_or_error(name, content, other_context or context, limits)
        send(output, pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
        if len(message) > MIB:
            gc.collect()


def _receive_all() -> Iterator[bytes]:
    while (message := receive(sys.stdin.buffer)) is not None:
        yield message


def _open_or_error(name: str, content: bytes, context: ReadingContext, limits: Limits) -> Any:
    from ragsheets.returns.intake.open_file import open_file

    try:
        with failures_as_damage():
            return open_file(name, content, context, limits)
    except ReturnError as error:
        return WorkerError(error.code, error.facts)


def _limit_memory(max_bytes: int) -> None:
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes if hard < 0 else min(max_bytes, hard), hard))
