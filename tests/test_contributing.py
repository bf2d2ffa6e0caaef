"""CONTRIBUTING.md and docs/architecture.md are true: recipes work as written, and what they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from helpers.office import ROOT
from helpers.recipes import PAGE, copy_tree, recipes, take
from helpers.source_code import MODULES, PACKAGE, imported_modules, package_of
from ragsheets.cli import main

ARCHITECTURE = ROOT / "docs" / "architecture.md"
RECIPES = recipes()
NEW_FILES = {step.file for steps in RECIPES.values() for step in steps if step.kind == "python"}

_FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_ARROW = re.compile(r'^ *(\w+)(?:\[".*?"\])? --> (\w+)', re.MULTILINE)


# --------------------------------------------------------------------------------------------------- the recipes


def test_there_are_six_recipes() -> None:
    assert [heading.split()[-1] for heading in RECIPES] == ["column", "status", "check", "command", "form", "section"]


@pytest.mark.slow
@pytest.mark.parametrize("heading", RECIPES)
def test_a_recipe_works_as_it_is_written(heading: str, tmp_path: Path) -> None:
    copy_tree(tmp_path)
    assert RECIPES[heading][-1].kind == "console", "the last step runs the tests"
    for step in RECIPES[heading]:
        take(step, tmp_path)


# --------------------------------------------------------------------------------------------------- what is named


def code_spans(page: Path) -> Iterator[str]:
    """Yield every text of a page that is marked as code in a line, with the blanks of its line ends as one."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text))


@cache
def words_of_the_code() -> frozenset[str]:
    files = [*MODULES, *ROOT.glob("tests/helpers/*.py"), *ROOT.glob("workbook_templates/*.toml")]
    return frozenset(word for file in files for word in re.findall(r"\w+", file.read_text(encoding="utf-8")))


def is_there(span: str) -> bool:
    """Return whether what a span of code names is there: a command, a file, a folder, or a name of the code."""
    first, *words = span.split()
    if first == "ragsheets" and words and words[0].isalpha():
        command = main.get_command(click.Context(main), words[0])
        return command is not None
    if first == "python" and words[0] == "-m":
        module = ROOT.joinpath(*words[1].split("."))
        return module.with_suffix(".py").is_file() or (module / "__main__.py").is_file()
    if words or first.startswith(("pytest", "ruff", "mypy", "[", "+", "-")):
        return True
    if first in NEW_FILES or any((folder / first).exists() for folder in (ROOT, PACKAGE)):
        return True
    return "/" not in first and set(re.findall(r"\w+", first)) <= words_of_the_code()


@pytest.mark.parametrize("page", [PAGE, ARCHITECTURE], ids=["CONTRIBUTING.md", "architecture.md"])
def test_everything_that_is_named_is_there(page: Path) -> None:
    spans = list(code_spans(page))
    assert len(spans) > 30
    # A user's own files, which a clone has not.
    own_files = {"plan.toml", "plan.xlsx", "ragsheets-demo/"}
    assert [span for span in spans if span not in own_files and not is_there(span)] == []


@pytest.mark.parametrize("span", ["ragsheets ingset", "returns/nothing.py", "NoSuchClass", "python -m ragsheets.no"])
def test_what_is_not_there_is_found(span: str) -> None:
    assert not is_there(span)


@pytest.mark.parametrize("page", [PAGE, ARCHITECTURE], ids=["CONTRIBUTING.md", "architecture.md"])
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (page.parent / target).exists()] == []


# --------------------------------------------------------------------------------------------------- the drawing


def drawn_package(module: Path) -> str:
    """The box of a module: its package, or the one box for the modules that are in none."""
    package = package_of(module)
    return package if (PACKAGE / package).is_dir() else "modules"


def test_the_drawing_has_the_packages_and_their_imports() -> None:
    imports: dict[str, set[str]] = {}
    modules = [module for module in MODULES if module.parent != PACKAGE or not module.stem.startswith("__")]
    for module in modules:
        imported = {name.split(".")[1] for name in imported_modules(module)}
        boxes = {name if (PACKAGE / name).is_dir() else "modules" for name in imported}
        imports.setdefault(drawn_package(module), set()).update(boxes - {drawn_package(module)})
    drawn = set(_ARROW.findall(ARCHITECTURE.read_text(encoding="utf-8")))
    assert len(drawn) > 10
    assert drawn == {(box, other) for box, others in imports.items() for other in others - _indirect(box, imports)}


def _indirect(box: str, imports: dict[str, set[str]]) -> set[str]:
    """Return what a box imports by way of another one."""
    reached = {further for other in imports[box] for further in imports[other]}
    return reached.union(*(_indirect(other, imports) for other in imports[box]))
