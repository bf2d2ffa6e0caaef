"""Consoles and files whose code page lacks some letters: no output ends a command."""

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
    command_line = [sys.executable, "-m", "ragsheets", *map(str, words)]
    return subprocess.run(command_line, capture_output=True, env=environment, check=False, timeout=120)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_every_command_exits_as_with_utf_8(tmp_path: Path, encoding: str) -> None:
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
        result = run(encoding, "-C", folder, *words)
        assert b"Traceback" not in result.stderr
        assert result.returncode == status, result.stderr
        assert (result.stdout + result.stderr).decode(encoding).strip()


@pytest.mark.parametrize("words", [["--help"], ["ingest", "--help"], ["nonsense"], ["-C", NAME, "ingest"]])
def test_help_and_usage_errors_are_printed(words: list[str]) -> None:
    result = run("cp850", *words)
    assert b"Traceback" not in result.stderr
    assert result.returncode == (0 if "--help" in words else 2)
