"""The worker side of `ragsheets.returns.intake.worker`: the process that opens files.

It is started for every run, so it loads next to nothing before its first file.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from typing import IO, TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.limits import MIB, Limits

if TYPE_CHECKING:
    from ragsheets.returns.intake.open_file import OpenedFile
    from ragsheets.returns.reading.context import ReadingContext

#: The only argument of a frozen ragsheets, which is its own Python, that is to be a worker.
FROZEN_WORKER_ARGUMENT = "--open-returned-files"
#: The first message of a worker, sent once it has started.
READY = "ready"


def send(pipe: IO[bytes], message: object) -> None:
    """Send a message; raise OSError where the receiver has ended."""
    pickle.dump(message, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def serve(output_descriptor: int) -> None:
    """Open the files that arrive on standard input until it ends.

    The first message is the reading context with the limits, each further one a file's name with its bytes. The answer
    is the opened file, or the ReturnError that it caused.

    Args:
        output_descriptor: where the answers go; what libraries print to standard output does not.
    """
    os.dup2(2, 1)
    import ragsheets.returns.intake.open_file  # noqa: F401 - before the first file, so that its time does not count for it

    with os.fdopen(output_descriptor, "wb") as output, open(0, "rb", closefd=False) as requests:
        send(output, READY)
        try:
            context, limits = pickle.load(requests)
            _limit_memory(limits.memory * MIB)
            # Reading creates many small values and no cycles; what the libraries leave is collected after large files.
            gc.freeze()
            gc.disable()
            while True:
                name, content, other_context = pickle.load(requests)
                send(output, _open_or_error(name, content, other_context or context, limits))
                if len(content) > MIB:
                    gc.collect()
        except EOFError:
            return


def _open_or_error(name: str, content: bytes, context: ReadingContext, limits: Limits) -> OpenedFile | ReturnError:
    from ragsheets.returns.intake.open_file import open_file

    try:
        with failures_as_damage():
            return open_file(name, content, context, limits)
    except ReturnError as error:
        return error


def _limit_memory(max_bytes: int) -> None:
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes if hard < 0 else min(max_bytes, hard), hard))
