"""Consoles and files whose code page has not every letter: nothing that is said ends a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.projects import action, group, outcome, plan, reply, task, write_plan

NAME = "Łódź – Zoë’s 🌳 (李)"


def run(encoding: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    line = [sys.executable, "-m", "ragsheets", *map(str, words)]
    return subprocess.run(line, capture_output=True, env=environment, check=False, timeout=120)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_every_command_ends_as_it_does_elsewhere(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / NAME
    write_plan(folder, plan(group(NAME, outcome("2.1", action(task("a", task="Plant 🌳"))))))
    commands: list[tuple[int, list[str]]] = [
        (0, ["generate", "--date", "2008-09-04"]),
        (1, ["ingest"]),
        (0, ["report"]),
        (2, ["generate", "--date", "2008-09-04", "--group", "Łódź"]),
    ]
    for status, words in commands:
        if words == ["ingest"]:
            reply(folder, f"{NAME}.xlsx", {"2.1a": {"status": "Żółty 🌳", "position": "So.", "planned": "-"}}, of=NAME)
        done = run(encoding, "-C", folder, *words)
        assert b"Traceback" not in done.stderr
        assert done.returncode == status, done.stderr
        assert (done.stdout + done.stderr).decode(encoding).strip()


@pytest.mark.parametrize("words", [["--help"], ["ingest", "--help"], ["nonsense"], ["-C", NAME, "ingest"]])
def test_nor_does_help_or_a_usage_error(words: list[str]) -> None:
    done = run("cp850", *words)
    assert b"Traceback" not in done.stderr
    assert done.returncode == (0 if "--help" in words else 2)
