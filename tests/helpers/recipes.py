"""The recipes of CONTRIBUTING.md: their steps as files, edits and commands, and a copy of the tree to try them in."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from helpers.office import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
#: What a copy of the tree is without.
_NOT_COPIED = (".*", "__pycache__", "node_modules", "*.egg-info", "build", "dist", "ragsheets-demo")
_BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w./-]+\.\w+)`")


@dataclass(frozen=True, slots=True)
class Step:
    """One block of a recipe: a whole new file, the edits of a file, or commands to run."""

    kind: str
    text: str
    file: str = ""


def recipes() -> dict[str, list[Step]]:
    """Return the steps of each recipe by its heading.

    The file of a block is the last one that is named before it.
    """
    page = PAGE.read_text(encoding="utf-8")
    found = {}
    for section in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        steps = []
        for block in _BLOCK.finditer(body):
            named = _FILE.findall(_BLOCK.sub("", body[: block.start()]))
            text = textwrap.dedent(block["text"].replace("\n\n", f"\n{block['indent']}\n"))
            steps.append(Step(block["kind"], text, named[-1] if named and block["kind"] != "console" else ""))
        found[heading] = steps
    return found


def copy_tree(folder: Path) -> None:
    """Copy the tree into an empty folder."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED), dirs_exist_ok=True)


def take(step: Step, folder: Path) -> None:
    """Do a step in a copy of the tree; raises AssertionError where it cannot be done."""
    if step.kind == "console":
        for line in step.text.splitlines():
            _run(line.removeprefix("$ "), folder)
    elif step.kind == "diff":
        text = (folder / step.file).read_text(encoding="utf-8")
        for hunk in re.split(r"^@@\n", step.text, flags=re.MULTILINE):
            text = _edited(text, hunk, step.file)
        (folder / step.file).write_text(text, encoding="utf-8")
    else:
        assert not (folder / step.file).exists(), f"{step.file} is there already"
        (folder / step.file).write_text(step.text, encoding="utf-8")


def _edited(text: str, hunk: str, file: str) -> str:
    """Return a text with the lines of one hunk of a diff replaced, which are in it once."""
    lines = hunk.splitlines(keepends=True)
    before = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
    after = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
    assert text.count(before) == 1, f"{file} has these lines {text.count(before)} times:\n{before}"
    return text.replace(before, after)


def _run(command: str, folder: Path) -> None:
    program, *words = shlex.split(command)
    call = {"python": [], "pytest": ["-m", "pytest", "-p", "no:cacheprovider"]}[program]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(folder / "tests")))}
    done = subprocess.run(
        [sys.executable, *call, *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", env=environment
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
