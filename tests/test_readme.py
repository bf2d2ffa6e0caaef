"""The README is true: its commands run, and print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from helpers.office import ROOT
from ragsheets.cli import main

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Every command of the console blocks, in order, with the lines that it is shown to print."""
    commands: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            else:
                commands[-1][1].append(line)
    return commands


def run(command: str, folder: Path) -> tuple[Path, str]:
    """Run a command as the README gives it; gives the folder that one is in afterwards, and what was printed."""
    words = shlex.split(command)
    if words[0] == "cd":
        return folder / words[1], ""
    assert words[0] == "ragsheets"
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", env=_environment()
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return folder, done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def check(text: str, folder: Path) -> int:
    """Run every command of a text; a line "…" matches anything that follows."""
    count = 0
    for command, shown in steps(text):
        folder, printed = run(command, folder)
        lines = printed.splitlines()
        for number, line in enumerate(shown):
            if line.strip() == "…":
                break
            assert lines[number].rstrip() == line.rstrip(), command
        else:
            assert not shown or len(lines) == len(shown), command
        count += 1
    return count


def test_every_command_of_the_readme_runs_and_prints_what_is_shown(tmp_path: Path) -> None:
    assert check(README, tmp_path) >= 7
    assert (tmp_path / "Our partnership" / "2008-09-04" / "Performance report.docx").is_file()


def test_every_command_of_the_example_runs_and_prints_what_is_shown(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "gloucester" / "README.md").read_text(encoding="utf-8")
    assert check(text, tmp_path) >= 3


def test_the_command_table_names_every_command_and_option() -> None:
    table = README[README.index("## Commands") : README.index("**Exit status**")]
    context = click.Context(main)
    assert main.list_commands(context)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert f"`ragsheets {name}" in table
        for option in command.params if command else []:
            if isinstance(option, click.Option) and "--help" not in option.opts:
                assert any(opt in table for opt in option.opts), (name, option.opts)


def test_the_template_shown_is_one_that_can_be_used(tmp_path: Path) -> None:
    from ragsheets.template.reader import read_template

    (shown,) = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    tomllib.loads(shown)
    (tmp_path / "ours.toml").write_text(shown, encoding="utf-8")
    template = read_template("ours.toml", tmp_path)
    assert [column.key for column in template.columns] == ["task", "target", "position", "status", "risk", "planned"]


def test_the_python_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragsheets.project.folder import create_project

    (shown,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    create_project(tmp_path / "Our partnership")
    monkeypatch.chdir(tmp_path)
    exec(compile(shown, "README.md", "exec"), {})
    assert (tmp_path / "Our partnership" / "2008-09-04" / "Performance report.docx").is_file()


def test_every_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    for target in targets:
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_table_of_limits_is_that_of_the_guard() -> None:
    from ragsheets.formats.limits import Limits

    limits = list(Limits.table())
    assert limits
    for name, usual, reason in limits:
        assert f"| `{name}` | {usual:,} | {reason} |" in README, name
