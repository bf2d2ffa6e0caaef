"""What tests share: the example, a project made from it, and its workbooks filled in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libreoffice
import pytest

from ragsheets import demo, files
from ragsheets.plan import Period, Plan
from ragsheets.plans import read_plan_and_template
from ragsheets.project import Project, generate, start
from ragsheets.template import Template

DATE = datetime.date(2008, 9, 4)
DUE = datetime.date(2008, 9, 18)


@pytest.fixture(scope="session")
def example() -> tuple[Plan, Template]:
    """The plan and the template of the shipped example."""
    return read_plan_and_template(files.shipped("examples") / "gloucester" / "plan.toml")


@pytest.fixture(scope="session")
def period() -> Period:
    """The period of the example."""
    return Period(DATE, due=DUE)


@pytest.fixture(scope="session")
def replies() -> dict[str, dict[str, Any]]:
    """What the contacts of the example typed, by sub-group."""
    return {reply["group"]: reply for reply in demo.example_answers()["returns"]}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A new project on the example, with the workbooks of its period generated."""
    folder = tmp_path / "project"
    start(folder)
    made = Project(folder)
    generate(made, DATE, due=DUE)
    return made


@pytest.fixture
def returned(project: Project) -> Path:
    """The folder that the project's replies are dropped into."""
    return project.period_folder(DATE) / files.RETURNED_FOLDER


@pytest.fixture(scope="session")
def calc() -> Iterator[libreoffice.LibreOffice]:
    """A running LibreOffice."""
    with libreoffice.running() as program:
        yield program
