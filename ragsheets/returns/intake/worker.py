"""Read files in separate worker processes that may be stopped or crash without harm to the run.

A malicious file can make a parser run for ever, take all memory or end the process it runs in. So files are opened by a
worker: a small process without pandas, which answers over its pipes and is replaced when it does not. Its time is
limited everywhere; its memory where the system supports it: on Linux a worker that reaches its limit is ended
(RLIMIT_AS); macOS and Windows have no such limit for a single process without further rights, so only the guard's
limits apply there.

Workers are not processes of `multiprocessing`, nor of the pools built on it: those run the caller's script again, which
a script without `if __name__ == "__main__"` does not survive, and search the current folder for modules.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Any

from ragsheets.errors import ProjectError, ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.worker_process import FROZEN_WORKER_ARGUMENT, READY, send

if TYPE_CHECKING:
    from ragsheets.returns.intake.open_file import OpenedFile
    from ragsheets.returns.reading.context import ReadingContext

#: Seconds that a worker may take to start on a slow machine.
_START_TIMEOUT = 60.0
#: From this many files on, one more worker is worth its start.
_FILES_PER_WORKER = 12
#: More workers than this only wait for the ledger.
_MAX_WORKERS = 4

#: What the process runs. Its standard output is reserved before anything is imported, so that the output of a module
#: that prints on import (the user's own module under a library's name, for example) is not read as an answer.
_PROCESS_CODE = (
    "import os, sys; output = os.dup(1); os.dup2(2, 1); sys.path[:] = {path!r};"
    " from ragsheets.returns.intake.worker_process import serve; serve(output)"
)

KINDS = {
    "too-costly": FindingKind(
        Severity.ERROR,
        "Reading the file took more than {found}, so it was not finished.",
        "Ask for the workbook again, saved in Excel or LibreOffice.",
        about_file=True,
    ),
}


class Worker:
    """One reading process, started when it is first needed and replaced when it dies.

    Attributes:
        pickled_setup: what the process needs before the first file: the context and the limits, pickled.
    """

    def __init__(self, limits: Limits) -> None:
        self.pickled_setup = b""
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False

    def start(self) -> None:
        """Start the process without waiting for it."""
        if self._process is None:
            self._process, self._is_ready = _start_process(), False

    def open(self, name: str, content: bytes, context: ReadingContext | None = None) -> OpenedFile:
        """Open a file as `ragsheets.returns.intake.open_file.open_file` does, and raise the same ReturnError.

        A `context` is that of another period than the worker was set up with.

        Raises ReturnError "too-costly" where the file takes too much time or memory, or ends the process.
        """
        self._await_start()
        deadline = time.monotonic() + self._limits.seconds
        answer = self._exchange((name, content, context), self._limits.seconds)
        is_late = time.monotonic() >= deadline
        if answer is None or is_late:
            self.stop()
            exceeded_limit = f"{self._limits.seconds} seconds" if is_late else f"{self._limits.memory} MiB of memory"
            raise ReturnError("too-costly", found=exceeded_limit)
        if isinstance(answer, ReturnError):
            raise answer
        opened: OpenedFile = answer
        return opened

    def _await_start(self) -> None:
        self.start()
        if self._is_ready:
            return
        if self._exchange(None, _START_TIMEOUT) != READY:
            self.stop()
            raise ProjectError(
                "the process that reads workbooks does not start.", fix="Install ragsheets again, and try once more."
            )
        self._is_ready = True
        with contextlib.suppress(OSError):
            _require_pipe(self._live_process.stdin).write(self.pickled_setup)

    def _exchange(self, request: object, seconds: float) -> Any:
        """Send a request, unless it is None, and return the answer; None where the process dies or its time is up."""
        process = self._live_process
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            if request is not None:
                send(_require_pipe(process.stdin), request)
            return pickle.load(_require_pipe(process.stdout))
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        finally:
            timer.cancel()

    @property
    def _live_process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def kill(self) -> None:
        """End the process at once, even while a request is pending."""
        if self._process is not None:
            self._process.kill()

    def stop(self) -> None:
        """End the process and close its pipes."""
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    _require_pipe(pipe).close()
            self._process.wait()
            self._process = None


class WorkerPool:
    """A pool with as many workers as the number of files justifies. Use as a context manager.

    The first worker begins to start at once, since starting takes time; `start_workers` sets it up later.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._workers = [Worker(limits)]
        self._idle: list[Worker] = []
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> WorkerPool:
        self._workers[0].start()
        return self

    def start_workers(self, context: ReadingContext, file_count: int) -> None:
        """Set up the workers with the period, and start as many as that number of files justifies."""
        count = max(1, min(os.cpu_count() or 1, _MAX_WORKERS, file_count // _FILES_PER_WORKER))
        self._workers += [Worker(self.limits) for _ in range(count - len(self._workers))]
        pickled_setup = pickle.dumps((context, self.limits), pickle.HIGHEST_PROTOCOL)
        for worker in self._workers:
            worker.pickled_setup = pickled_setup
            worker.start()
        self._idle = list(self._workers)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="ragsheets-reader")

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.stop()

    def submit(self, name: str, content: bytes, context: ReadingContext | None = None) -> Future[OpenedFile]:
        """Submit a file to the next free worker; a `context` is that of another period than `start_workers` had."""
        assert self._threads is not None, "nothing was begun"
        return self._threads.submit(self._open, name, content, context)

    def _open(self, name: str, content: bytes, context: ReadingContext | None) -> OpenedFile:
        worker = self._idle.pop()
        try:
            return worker.open(name, content, context)
        finally:
            self._idle.append(worker)


def _start_process() -> subprocess.Popen[bytes]:
    is_frozen = getattr(sys, "frozen", False)
    arguments = [FROZEN_WORKER_ARGUMENT] if is_frozen else ["-c", _PROCESS_CODE.format(path=sys.path)]
    try:
        return subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise ProjectError(
            f"the process that reads workbooks cannot be started ({error.strerror}).",
            fix="Close other programs and try again.",
        ) from None


def _require_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
