"""The command line on a terminal, where it can ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

needs_terminal = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")


def run_on_terminal(*arguments: str | Path, answer: str) -> tuple[int, str]:
    """Run the command line on a pseudo-terminal, and type an answer; return the exit status and what was shown."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ragsheets", *map(str, arguments)]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    return process.wait(), " ".join(shown.decode().split())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux raises an error where the other end is closed
        return b""
