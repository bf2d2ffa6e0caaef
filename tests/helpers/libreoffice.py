"""A LibreOffice that tests drive through its UNO bridge, as a person would who fills a workbook in."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from helpers import office

WORKER = Path(__file__).parent / "uno_worker.py"
XLSX, XLS, ODS = "Calc MS Excel 2007 XML", "MS Excel 97", "calc8"


class LibreOffice:
    """One running LibreOffice."""

    def __init__(self, python: str, pipe: str) -> None:
        self.python = python
        self.pipe = pipe

    def run(
        self,
        path: Path,
        typed_entries: Sequence[tuple[str, str, str]] = (),
        save: tuple[Path, str] | None = None,
        *,
        formulas: bool = False,
        additions: Sequence[tuple[str, str, str, str]] = (),
        stamp: bool = False,
    ) -> dict[str, Any]:
        """Open a workbook, type entries (sheet, address, text) into it, recalculate everything, save it elsewhere.

        `additions` are notes, text boxes, pictures and struck words: kind, sheet, address, text (a picture: its path).
        With `stamp` the time of saving is written into the file, which otherwise keeps the time that it had.
        Gives "refused" (the cells that are locked), "heights" by sheet, and "formulas" by sheet and address.
        """
        job = {
            "pipe": self.pipe,
            "open": str(path),
            "type": [list(entry) for entry in typed_entries],
            "add": [list(addition) for addition in additions],
            "formulas": formulas,
            "stamp": stamp,
            "save": [str(save[0]), save[1]] if save else None,
        }
        done = subprocess.run(
            [self.python, str(WORKER)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=office.TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, f"exit status {done.returncode}: {done.stdout}{done.stderr}"
        return dict(json.loads(done.stdout))


def _python_with_uno() -> str:
    for candidate in ("/usr/bin/python3", shutil.which("python3")):
        if candidate and subprocess.run([candidate, "-c", "import uno"], capture_output=True).returncode == 0:
            return candidate
    pytest.skip("no Python with LibreOffice's bridge (Debian's python3-uno)")


@contextmanager
def running_libreoffice() -> Iterator[LibreOffice]:
    """A LibreOffice of the test's own, ended afterwards; skips where there is none."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("soffice is not installed (Debian's libreoffice-calc-nogui)")
    python = _python_with_uno()
    pipe = f"ragsheets{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory(prefix="ragsheets-uno-", ignore_cleanup_errors=True) as profile:
        command = [
            program,
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp",
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield LibreOffice(python, pipe)
        finally:
            import os
            import signal

            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
