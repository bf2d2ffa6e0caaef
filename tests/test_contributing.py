"""CONTRIBUTING.md is true: each of its recipes works as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.recipes import copy_tree, recipes, take

RECIPES = recipes()


def test_there_are_six_recipes() -> None:
    assert [heading.split()[-1] for heading in RECIPES] == ["column", "status", "check", "command", "form", "section"]


@pytest.mark.slow
@pytest.mark.parametrize("heading", RECIPES)
def test_a_recipe_works_as_it_is_written(heading: str, tmp_path: Path) -> None:
    copy_tree(tmp_path)
    steps = RECIPES[heading]
    assert [step.kind for step in steps].count("console") == 1, "the last step runs the tests"
    for step in steps:
        take(step, tmp_path)
