"""Run a program in isolation: its time is limited, its memory measured, and its network and file access observed."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: Maximum address space and maximum file size of each process, in bytes: far more than a correct run needs, and little
#: enough that a failing run does not exhaust the machine.
ADDRESS_SPACE, FILE_SIZE = 6 << 30, 2 << 30

#: A child's peak memory starts at that of the process that started it, so a small program starts it.
_LAUNCHER = f"""
import os, resource, sys
child = os.fork()
if not child:
    for kind, most in (("AS", {ADDRESS_SPACE}), ("FSIZE", {FILE_SIZE}), ("CORE", 0)):
        kind = getattr(resource, "RLIMIT_" + kind)
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
"""


@dataclass(frozen=True, slots=True)
class CompletedProgram:
    """The result of a program.

    Attributes:
        status: its exit status; more than 128 if a signal ended it; None if it was ended for taking too long.
        output: its standard output.
        errors: its standard error.
        peak: the peak memory, in bytes, of it or of any of the processes that it started and waited for.
    """

    status: int | None
    output: str
    errors: str
    peak: int


def run(
    command: Sequence[str | Path], *, timeout_seconds: float, environment: Mapping[str, str], folder: Path
) -> CompletedProgram:
    """Run a program in a folder; after `patience` seconds end it with all that it started."""
    with tempfile.TemporaryDirectory(prefix="ragsheets-contained-") as scratch:
        peak = Path(scratch) / "peak"
        launch_command = [sys.executable, "-S", "-c", _LAUNCHER, str(peak), *map(str, command)]
        output_path, errors_path = Path(scratch) / "out", Path(scratch) / "err"
        with output_path.open("wb") as output, errors_path.open("wb") as errors:
            process = subprocess.Popen(
                launch_command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                env=dict(environment), cwd=folder, start_new_session=True,
            )  # fmt: skip
            try:
                status: int | None = process.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                status = None
        unit = 1 if sys.platform == "darwin" else 1024
        return CompletedProgram(
            status,
            output_path.read_text("utf-8", "backslashreplace"),
            errors_path.read_text("utf-8", "backslashreplace"),
            int(peak.read_text()) * unit if peak.exists() else 0,
        )


@dataclass
class RecordingServer:
    """An address that nothing should connect to, and the connections to it."""

    url: str
    calls: list[bytes] = field(default_factory=list)


@contextmanager
def recording_server() -> Iterator[RecordingServer]:
    """Listen on this machine, and record every connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server_record = RecordingServer(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        open_ = True

        def listen() -> None:
            while open_:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(1)
                    try:
                        server_record.calls.append(connection.recv(200))
                    except TimeoutError:
                        server_record.calls.append(b"")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield server_record
        finally:
            open_ = False
            with socket.create_connection(listener.getsockname()[:2]) as closing_connection:
                closing_connection.sendall(b"closing")
            thread.join()
            server_record.calls.pop()


_OPENED, _READ = 0x20, 0x1


class FileWatch:
    """A watch on whether any process of this machine opens a file: on Linux by inotify; elsewhere nothing is seen."""

    def __init__(self, path: Path) -> None:
        self.handle = -1
        if sys.platform == "linux":
            library = ctypes.CDLL(None, use_errno=True)
            self.handle = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            if self.handle >= 0:
                library.inotify_add_watch(self.handle, os.fsencode(path), _OPENED | _READ)

    def access_count(self) -> int:
        """Return how often the file was opened or read since the last call."""
        if self.handle < 0:
            return 0
        try:
            events = os.read(self.handle, 65536)
        except BlockingIOError:
            return 0
        return len(events) // struct.calcsize("iIII")

    def close(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)
