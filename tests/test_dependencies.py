"""Every dependency has a lowest and a highest version, and those of ragsheets are what its modules import."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from helpers.source_code import MODULES, imports

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
DECLARED = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
PROJECT = DECLARED["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
RUNTIME: list[str] = [*PROJECT["dependencies"], *EXTRAS["parquet"], *EXTRAS["postgresql"]]
BOUNDED = [
    requirement
    for requirement in [*DECLARED["build-system"]["requires"], *RUNTIME, *EXTRAS["dev"]]
    if not requirement.startswith("ragsheets[")
]

#: SQLAlchemy imports psycopg for an address that begins with "postgresql+psycopg".
LOADED_BY_ANOTHER_LIBRARY = {"psycopg"}
#: Each release of pydantic requires one release of pydantic-core.
PART_OF_ANOTHER_LIBRARY = {"pydantic-core": "pydantic"}


def distribution_of(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return normal(name[0])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_distributions() -> set[str]:
    providers = packages_distributions()
    libraries = {name.split(".")[0] for module in MODULES for name in imports(module)}
    outside = libraries - sys.stdlib_module_names - {"ragsheets"}
    distributions = {normal(name) for library in outside for name in providers.get(library, [library])}
    return {PART_OF_ANOTHER_LIBRARY.get(name, name) for name in distributions}


@pytest.mark.parametrize("requirement", BOUNDED)
def test_every_dependency_has_a_lower_and_an_upper_bound(requirement: str) -> None:
    assert re.fullmatch(r"[\w.-]+(\[\w+\])?>=\d[\d.]*,<\d[\d.]*", requirement)


@pytest.mark.slow
def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    declared = {distribution_of(requirement) for requirement in RUNTIME} - LOADED_BY_ANOTHER_LIBRARY
    assert imported_distributions() == declared
