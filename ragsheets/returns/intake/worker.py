"""Read files in separate worker processes that may be stopped or crash without harm to the run.

A malicious file can make a parser run for ever, take all memory or end the process it runs in. So files are opened by a
worker: a small process without pandas, which answers over its pipes and is replaced when it does not. Its time is
limited everywhere; its memory where the system supports it: on Linux a worker that reaches its limit is ended
(RLIMIT_AS); macOS and Windows have no such limit for a single process without further rights, so only the guard's
limits apply there.
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
from typing import IO, TYPE_CHECKING

from ragsheets.errors import ProjectError, ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.worker_process import READY, WorkerError, receive, send

if TYPE_CHECKING:
    from ragsheets.returns.intake.open_file import OpenedFile
    from ragsheets.returns.reading.context import ReadingContext

#: Seconds between checks for late workers.
_POLL_INTERVAL = 0.5
#: Seconds that a worker may take to start on a slow machine.
_START_TIMEOUT = 60.0
#: From this many files on, one more worker is worth its start.
_FILES_PER_WORKER = 12
#: More workers than this only wait for the ledger.
_MAX_WORKERS = 4

#: What the process runs. Its standard output is reserved before anything is imported, so that the output of a module
#: that prints on import (the user's own module under a library's name, for example) is not read as an answer.
_PROCESS_CODE = (
    "import os, sys; output = os.dup(1); os.dup2(os.open(os.devnull, os.O_WRONLY), 1); sys.path[:] = {path!r};"
    " from ragsheets.returns.intake.worker_process import serve; serve(output)"
)

KINDS = {
    "too-costly": FindingKind(
        Severity.ERROR,
        "Reading the file took more than {found}, so that it was given up.",
        "Ask for the workbook again, saved by an office program.",
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
        self._ready = False
        self._deadline = float("inf")
        self._timed_out = False

    def start(self) -> None:
        """Start the process without waiting for it."""
        if self._process is None:
            self._process, self._ready = _start_process(), False

    def open(self, name: str, content: bytes) -> OpenedFile:
        """Open a file as `ragsheets.returns.intake.open_file.open_file` does, and raise the same ReturnError.

        Raises ReturnError "too-costly" where the file takes too much time or memory, or ends the process.
        """
        self._await_start()
        response = self._request(pickle.dumps((name, content), pickle.HIGHEST_PROTOCOL))
        if response is None:
            exceeded_limit = (
                f"{self._limits.seconds} seconds" if self._timed_out else f"{self._limits.memory} MiB of memory"
            )
            self.stop()
            raise ReturnError("too-costly", found=exceeded_limit)
        result = pickle.loads(response)
        if isinstance(result, WorkerError):
            raise ReturnError(result.code, **result.facts)
        opened: OpenedFile = result
        return opened

    def _await_start(self) -> None:
        self.start()
        if self._ready:
            return
        self._deadline = time.monotonic() + _START_TIMEOUT
        if receive(_require_pipe(self._live_process.stdout)) != READY:
            self.stop()
            raise ProjectError(
                "the process that reads workbooks does not start.", fix="Install ragsheets again, and try once more."
            )
        self._ready, self._deadline = True, float("inf")
        with contextlib.suppress(OSError):
            send(_require_pipe(self._live_process.stdin), self.pickled_setup)

    def _request(self, request: bytes) -> bytes | None:
        self._deadline = time.monotonic() + self._limits.seconds
        try:
            send(_require_pipe(self._live_process.stdin), request)
            return receive(_require_pipe(self._live_process.stdout))
        except OSError:
            return None
        finally:
            self._deadline = float("inf")

    @property
    def _live_process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def kill_if_late(self) -> None:
        """End the process where its time is up; a pending request then gets no answer."""
        if time.monotonic() > self._deadline:
            self._timed_out = True
            self._live_process.kill()

    def kill(self) -> None:
        """End the process at once, even while a request is pending."""
        if self._process is not None:
            self._process.kill()

    def stop(self) -> None:
        """End the process and close its pipes."""
        self._timed_out = False
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
        self._closing = threading.Event()
        self._watchdog = threading.Thread(target=self._kill_late_workers, name="ragsheets-watch", daemon=True)

    def __enter__(self) -> WorkerPool:
        self._workers[0].start()
        self._watchdog.start()
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
        self._closing.set()
        self._watchdog.join()
        for worker in self._workers:
            worker.kill()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.stop()

    def _kill_late_workers(self) -> None:
        while not self._closing.wait(_POLL_INTERVAL):
            for worker in self._workers:
                worker.kill_if_late()

    def submit(self, name: str, content: bytes) -> Future[OpenedFile]:
        """Submit a file to the next free worker."""
        assert self._threads is not None, "nothing was begun"
        return self._threads.submit(self._open, name, content)

    def _open(self, name: str, content: bytes) -> OpenedFile:
        worker = self._idle.pop()
        try:
            return worker.open(name, content)
        finally:
            self._idle.append(worker)


def _start_process() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _PROCESS_CODE.format(path=sys.path)],
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
