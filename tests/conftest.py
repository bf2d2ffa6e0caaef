"""What tests share: the example, a project made from it, and its workbooks filled in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from helpers import forked_workers, libreoffice, postgresql
from helpers.example import DATE, DUE
from ragsheets import files
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.project import demo
from ragsheets.project.folder import Project, create_project
from ragsheets.project.generate import generate
from ragsheets.returns.intake import worker
from ragsheets.template.model import Template

#: Fixtures that start real programs and servers, or hold what they saved.
_SLOW_FIXTURES = frozenset(("calc", "database", "saved_by_libreoffice", "xls_details", "javascript_workbooks"))
#: How many random cases each property is tried with among the quick tests; otherwise Hypothesis has 100.
_QUICK_EXAMPLES = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql",
        metavar="URL",
        help="Keep the ledger of every project folder in this PostgreSQL database instead of an SQLite file.",
    )
    parser.addoption("--all", action="store_true", help="Run the slow tests too, and more random cases in the others.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than about a second; runs with --all")
    config.addinivalue_line("markers", "sqlite: is about the SQLite file itself")
    config.addinivalue_line("markers", "own_workers: is about how the processes that open files start and end")
    if not config.getoption("--all"):
        settings.register_profile("quick", settings.default, max_examples=_QUICK_EXAMPLES)
        settings.load_profile("quick")
    os.environ.setdefault(postgresql.PREFIX, f"test_{os.getpid()}")
    if url := config.getoption("--postgresql"):
        os.environ[postgresql.SERVER], os.environ[postgresql.REPLACES_SQLITE] = url, "1"
        here = str(Path(__file__).parent / "helpers" / "postgresql_site")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
        postgresql.replace_sqlite_files()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    yield  # the reasons of skipped and failed tests come first
    if not config.getoption("--all"):
        terminalreporter.write_line("Only the quick tests were run. “pytest -n auto --all” runs all of them.")


def pytest_unconfigure() -> None:
    # With several workers the one that has started the others comes last.
    if postgresql.SERVER in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        postgresql.drop_all()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--all"):
        slow = [item for item in items if _is_slow(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not _is_slow(item)]
    if config.getoption("--postgresql"):
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="is about the SQLite file itself"))


def _is_slow(item: pytest.Item) -> bool:
    """Return whether a test takes more than about a second: it has the mark, or drives a real program or a server."""
    return item.get_closest_marker("slow") is not None or not _SLOW_FIXTURES.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def fork_server() -> Iterator[forked_workers.ForkServer]:
    with forked_workers.running_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _workers_start_at_once(
    request: pytest.FixtureRequest, fork_server: forked_workers.ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers are forked from one that has loaded its modules, but for tests that are about their start."""
    if forked_workers.IS_AVAILABLE and not request.node.get_closest_marker("own_workers"):
        monkeypatch.setattr(worker, "_start_process", fork_server.start_worker)


@pytest.fixture
def database() -> str:
    """The address of an empty ledger in PostgreSQL."""
    if postgresql.SERVER not in os.environ:
        pytest.skip(f"no PostgreSQL: name a database that may be filled in {postgresql.SERVER}")
    return postgresql.address_of(postgresql.new_schema())


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty ledger of each kind."""
    if request.param == "SQLite":
        return f"sqlite:///{(tmp_path / 'ledger.db').as_posix()}"
    return str(request.getfixturevalue("database"))


@pytest.fixture(scope="session")
def example() -> tuple[Plan, Template]:
    """The plan and the template of the shipped example."""
    plan_file = read_plan_file(files.shipped_folder("examples") / "gloucester" / "plan.toml")
    return with_keys(plan_file.plan), plan_file.template


@pytest.fixture(scope="session")
def period() -> Period:
    """The period of the example."""
    return Period(DATE, due=DUE)


@pytest.fixture(scope="session")
def replies() -> dict[str, dict[str, Any]]:
    """What the contacts of the example typed, by sub-group."""
    return {reply["group"]: reply for reply in demo.example_answers()["returns"]}


@pytest.fixture(scope="session")
def generated_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new project on the example with the workbooks of its period, which tests only copy."""
    folder = tmp_path_factory.mktemp("generated") / "project"
    create_project(folder)
    generate(Project(folder), DATE, due=DUE)
    return folder


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    """A new project on the example, with the workbooks of its period generated."""
    folder = tmp_path / "project"
    if postgresql.REPLACES_SQLITE in os.environ:  # the ledger is not in the folder, so that it would not be copied
        create_project(folder)
        generate(Project(folder), DATE, due=DUE)
    else:
        shutil.copytree(request.getfixturevalue("generated_example"), folder)
    return Project(folder)


@pytest.fixture
def returned(project: Project) -> Path:
    """The folder that the project's replies are dropped into."""
    return project.period_folder(DATE) / files.RETURNED_FOLDER


@pytest.fixture(scope="session")
def calc() -> Iterator[libreoffice.LibreOffice]:
    """A running LibreOffice."""
    with libreoffice.running_libreoffice() as program:
        yield program
