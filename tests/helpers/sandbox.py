"""A program run so that nothing of it escapes: its time is bounded, its memory measured, its reaching out is seen."""

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

#: The most address space and the largest file, in bytes, that any one process may have: far more than a sound run
#: needs, and little enough for a run that fails to leave the machine to others.
ADDRESS_SPACE, FILE_SIZE = 6 << 30, 2 << 30

#: What a child has used by its end counts from the memory of whoever started it, so a small program starts it.
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
class Ended:
    """How a program ended.

    Attributes:
        status: its exit status; more than 128 where a signal ended it; None where it was ended for taking too long.
        output: its standard output.
        errors: its standard error.
        peak: the most memory, in bytes, that it or any of the processes that it started and waited for held at a time.
    """

    status: int | None
    output: str
    errors: str
    peak: int


def run(command: Sequence[str | Path], *, patience: float, environment: Mapping[str, str], folder: Path) -> Ended:
    """Run a program in a folder; after `patience` seconds it is ended with all that it started."""
    with tempfile.TemporaryDirectory(prefix="ragsheets-contained-") as aside:
        peak = Path(aside) / "peak"
        words = [sys.executable, "-S", "-c", _LAUNCHER, str(peak), *map(str, command)]
        out, err = Path(aside) / "out", Path(aside) / "err"
        with out.open("wb") as output, err.open("wb") as errors:
            started = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                env=dict(environment), cwd=folder, start_new_session=True,
            )  # fmt: skip
            try:
                status: int | None = started.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait()
                status = None
        unit = 1 if sys.platform == "darwin" else 1024
        return Ended(
            status,
            out.read_text("utf-8", "backslashreplace"),
            err.read_text("utf-8", "backslashreplace"),
            int(peak.read_text()) * unit if peak.exists() else 0,
        )


@dataclass
class Server:
    """An address that nobody should call, and how often somebody did."""

    url: str
    calls: list[bytes] = field(default_factory=list)


@contextmanager
def server() -> Iterator[Server]:
    """Listen on this machine, and remember every call."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        listening = Server(f"http://127.0.0.1:{door.getsockname()[1]}/")
        open_ = True

        def listen() -> None:
            while open_:
                caller, _ = door.accept()
                with caller:
                    caller.settimeout(1)
                    try:
                        listening.calls.append(caller.recv(200))
                    except TimeoutError:
                        listening.calls.append(b"")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield listening
        finally:
            open_ = False
            with socket.create_connection(door.getsockname()[:2]) as last:
                last.sendall(b"closing")
            thread.join()
            listening.calls.pop()


_OPENED, _READ = 0x20, 0x1


class Watch:
    """Sees whether any process of this machine opens a file. Linux tells (inotify); elsewhere nothing is seen."""

    def __init__(self, path: Path) -> None:
        self.handle = -1
        if sys.platform == "linux":
            library = ctypes.CDLL(None, use_errno=True)
            self.handle = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            if self.handle >= 0:
                library.inotify_add_watch(self.handle, os.fsencode(path), _OPENED | _READ)

    def seen(self) -> int:
        """How often the file was opened or read since the last look."""
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
