"""Workers that are forked from one process with everything loaded: a hundred times as fast to start as new ones.

What a worker does, its limits and its end are those of a process of its own; only its start is another. The tests that
are about the start have the mark `own_workers`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

#: Whether this system can fork, and wait for processes that another one started.
IS_AVAILABLE = hasattr(os, "fork") and hasattr(os, "pidfd_open")

_SERVER_CODE = (
    "import sys; sys.path[:] = {path!r}; from helpers.forked_workers import serve_forks; serve_forks({descriptor})"
)
_PID_BYTES = 8


class ForkedProcess:
    """A process that is not our child, with the part of `subprocess.Popen` that a worker uses."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        try:
            self._descriptor: int | None = os.pidfd_open(pid)
        except ProcessLookupError:  # it has ended already
            self._descriptor = None

    def kill(self) -> None:
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):  # it may have ended, as for Popen.kill
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def wait(self) -> None:
        if self._descriptor is not None:
            select.select([self._descriptor], [], [])
            os.close(self._descriptor)
            self._descriptor = None


class ForkServer:
    """The process that workers are forked from, started with the first of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def start_worker(self) -> Any:
        """Start a worker, as `ragsheets.returns.intake.worker._start_process` does."""
        if self._socket is None:
            self._socket = self._start()
        request_end, stdin = os.pipe()
        stdout, answer_end = os.pipe()
        socket.send_fds(self._socket, [b"w"], [request_end, answer_end])
        os.close(request_end)
        os.close(answer_end)
        pid = int.from_bytes(self._socket.recv(_PID_BYTES), "big")
        return ForkedProcess(pid, os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"))

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            code = _SERVER_CODE.format(path=sys.path, descriptor=theirs.fileno())
            self._process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()])
        return ours

    def stop(self) -> None:
        if self._socket is not None and self._process is not None:
            self._socket.close()
            self._process.wait()


@contextmanager
def running_server() -> Iterator[ForkServer]:
    server = ForkServer()
    try:
        yield server
    finally:
        server.stop()


def serve_forks(descriptor: int) -> None:
    """Fork a worker for each request, until the other end of this socket is closed."""
    import ragsheets.returns.intake.open_file  # noqa: F401 - what each worker would load
    from ragsheets.returns.intake.worker_process import serve

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no worker that has ended stays as a zombie
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = socket.socket(fileno=descriptor)
    while True:
        word, descriptors, _, _ = socket.recv_fds(requests, 1, 2)
        if not word:
            return
        pid = os.fork()
        if pid == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            request_end, answer_end = descriptors
            os.dup2(request_end, 0)
            os.close(request_end)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 2)
            try:
                serve(answer_end)
            finally:
                os._exit(0)
        for received in descriptors:
            os.close(received)
        requests.sendall(pid.to_bytes(_PID_BYTES, "big"))
