"""Consoles and files whose code page lacks some letters: no output ends a command."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import ragsheets
from helpers.projects import action, group, outcome, plan, reply, run_ragsheets, task, write_plan
from ragsheets.cli import main
from ragsheets.cli.spelling import SPELLINGS, spell_out

NAME = "Łódź – Zoë’s 🌳 (李)"


def run(encoding: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command_line = [sys.executable, "-m", "ragsheets", *map(str, words)]
    return subprocess.run(command_line, capture_output=True, env=environment, check=False, timeout=120)


@pytest.mark.slow
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


# ------------------------------------------------------------------------------------------------ signs spelled out


def signs_in_strings(file: Path) -> set[str]:
    """Return the signs outside ASCII, without letters, in the texts of a Python file."""
    texts = [node.value for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Constant)]
    return {
        character
        for text in texts
        if isinstance(text, str)
        for character in text
        if ord(character) > 127 and character.isprintable() and not character.isalnum()
    }


#: The packages whose messages the commands print; the others only read such signs in other people's files.
PRINTING = ("cli", "project", "history", "ledger", "files", "plan", "template", "returns/checks", "returns/queries")


def test_every_sign_that_the_commands_print_has_a_spelling() -> None:
    package = Path(ragsheets.__file__).parent
    signs = {sign for name in PRINTING for file in (package / name).rglob("*.py") for sign in signs_in_strings(file)}
    assert {"“", "▲", "→", "…"} <= signs
    assert {sign for sign in signs if sign not in SPELLINGS and spell_out(sign, "ascii") in ("", "?")} == set()
    assert all(spelling.isascii() for spelling in SPELLINGS.values())


@pytest.mark.parametrize(
    ("text", "encoding", "printed"),
    [
        ("“Ambr” → AMBER – 3 × …", "ascii", '"Ambr" -> AMBER - 3 x ...'),
        ("“Ambr” → AMBER – …", "cp1252", "“Ambr” -> AMBER – …"),
        ("▲3 ▼1", "cp1252", "better 3 worse 1"),
        ("▲3 ▼1", "utf-8", "▲3 ▼1"),
        ("Zoë, e\u0301, Łódź 李 \udcff", "ascii", "Zoe, e, ?odz ? ?"),
    ],
)
def test_signs_are_spelled_out_where_the_encoding_lacks_them(text: str, encoding: str, printed: str) -> None:
    assert spell_out(text.replace("\udcff", "") if encoding == "utf-8" else text, encoding) == printed


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_table_shows_spelled_out_signs_whole(tmp_path: Path, encoding: str) -> None:
    write_plan(tmp_path, plan(group("Parks – trees")))
    for date, status in (("2008-06-05", "RED"), ("2008-09-04", "GREEN")):
        run_ragsheets("-C", tmp_path, "generate", "--date", date)
        run_ragsheets("-C", tmp_path, "correct", "2.1a", "--status", status, "--reason", "Ann rang")
    result = run(encoding, "-C", tmp_path, "status")
    assert result.returncode == 0, result.stderr
    printed = result.stdout.decode(encoding)
    (row,) = [line for line in printed.splitlines() if line.startswith("Parks")]
    assert "better 1" in row
    assert len({len(line.rstrip()) for line in printed.splitlines() if line.startswith(("Parks", "All"))}) == 1
    assert "?" not in printed


def test_help_needs_no_spelling() -> None:
    commands: list[tuple[click.Command, tuple[str, ...]]] = [(main, ())]
    for command, words in commands:
        assert run_ragsheets(*words, "--help").stdout.isascii(), words
        parts = command.commands if isinstance(command, click.Group) else {}
        commands += [(part, (*words, name)) for name, part in parts.items()]
    assert len(commands) > 20
