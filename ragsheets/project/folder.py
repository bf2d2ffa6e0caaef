"""The project folder: the paths of its files, and how a project is created."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import LedgerError, PlanError, Problem, ProjectError
from ragsheets.project.named_ledger import ledger_key, named_ledger

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.ledger.address import Address
    from ragsheets.plan.model import Plan
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.template.model import Template


@dataclass(frozen=True, slots=True)
class NewProject:
    """A new project: the path of its plan, and the warnings about the plan that it was made from."""

    plan_file: Path
    warnings: tuple[Problem, ...] = ()


#: What to do about a conflicting copy, by the name of the file that is used.
_CONFLICT_FIXES = {
    **dict.fromkeys(
        files.PLAN_FILES, "Only {name} is read: put into it what is missing, and move the copy out of the folder."
    ),
    files.LEDGER_FILE: "Only {name} is used. See what is in the copy with: ragsheets status "
    '--ledger "sqlite:///{copy}". Ingest here what is missing, then move the copy out of the folder; '
    "and let one person work in the folder at a time, or share a PostgreSQL ledger.",
}


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder; `ledger_url` names another ledger than the one in the folder."""

    folder: Path
    ledger_url: str | None = None

    @property
    def plan_file(self) -> Path:
        """The path of the plan: plan.toml, or plan.xlsx where there is one. Raises ProjectError where both exist."""
        existing = [path for name in files.PLAN_FILES if (path := self.folder / name).exists()]
        if len(existing) > 1:
            raise ProjectError(
                f"holds {' and '.join(files.PLAN_FILES)}, so it is not clear which one counts.",
                where=self._folder_name,
                fix="Move one of them out of the folder.",
            )
        return existing[0] if existing else self.folder / files.PLAN_FILE

    def period_folder(self, date: datetime.date) -> Path:
        """Return the folder of a period."""
        return self.folder / date.isoformat()

    def plan(self) -> tuple[Plan, Template]:
        """Return the plan and its template; raises PlanError or TemplateError with all problems in them."""
        from ragsheets.plan.model import with_keys

        plan_file = self.plan_as_written()
        return with_keys(plan_file.plan), plan_file.template

    def plan_as_written(self) -> PlanFile:
        """Return the plan without derived keys, with the warnings about it; raises as `plan` does."""
        from ragsheets.plan_files.forms import read_plan_file

        path = self.plan_file
        if not path.exists():
            raise self._no_plan_error()
        return read_plan_file(path)

    @contextmanager
    def ledger(self, *, create: bool = False) -> Iterator[Ledger]:
        """Open the ledger: `ledger_url` if set, else the plan's, else the SQLite file in the folder.

        Args:
            create: make the ledger where there is none. Otherwise an empty one in memory stands in for a missing file
                in the folder.

        Raises MissingLedgerError where there is none at the address that is named, and it is not to be made.
        """
        from ragsheets.ledger import Ledger
        from ragsheets.ledger.address import IN_MEMORY

        file = self.folder / files.LEDGER_FILE
        if not self.plan_file.exists() and not file.exists() and not self.ledger_url:
            raise self._no_plan_error()
        if address := self._ledger_address():
            opened = Ledger.open(address, project_folder=self.folder, must_exist=not create)
        else:
            opened = Ledger.open(file if create or file.exists() else IN_MEMORY, self.folder)
        with opened as ledger:
            yield ledger

    @contextmanager
    def reopened_ledger(self, fix: str) -> Iterator[Ledger]:
        """Open the ledger again, after a transaction that recorded what the files are to be.

        A LedgerError then has this `fix`: it must not claim that nothing was changed.
        """
        try:
            with self.ledger() as ledger:
                yield ledger
        except LedgerError as error:
            problems = [Problem(problem.where, problem.what, fix) for problem in error.problems]
            raise LedgerError(error.what, problems=problems) from None

    @property
    def has_ledger(self) -> bool:
        """Whether there is a ledger to open: one that is named, or the file in the folder."""
        return bool(self.ledger_url or (self.folder / files.LEDGER_FILE).exists() or named_ledger(self.plan_file)[0])

    def _ledger_address(self) -> Address | None:
        """Return the address of the ledger that --ledger or the plan names, None for the file in the folder.

        Raises LedgerError where it is not that of a ledger.
        """
        from ragsheets.ledger.address import parse_address

        if self.ledger_url:
            return parse_address(self.ledger_url, Path(), "--ledger")
        address, _ = named_ledger(self.plan_file)
        return parse_address(address, self.folder, ledger_key(self.plan_file)) if address else None

    @property
    def ledger_warning(self) -> str:
        """The warning where the plan cannot be read but the ledger in the folder is used anyway; else ""."""
        try:
            return "" if self.ledger_url else named_ledger(self.plan_file)[1]
        except PlanError:  # opening the ledger raises this error
            return ""

    @property
    def conflicting_copies(self) -> tuple[Problem, ...]:
        """A problem for each copy of the plan or of the ledger that a cloud drive has put into the folder."""
        from ragsheets.files import cloud

        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:  # an operation that needs the folder raises its own error
            return ()
        return tuple(
            Problem(
                copy,
                f"looks like a copy of {name} that a cloud drive made when two computers had changed it.",
                _CONFLICT_FIXES[name].format(name=name, copy=copy),
            )
            for name in _CONFLICT_FIXES
            if name in names
            for copy in cloud.conflicting_copies(names, name)
        )

    @property
    def _folder_name(self) -> str:
        return str(self.folder.resolve().name)

    def _no_plan_error(self) -> ProjectError:
        return ProjectError(
            f"there is no {' or '.join(files.PLAN_FILES)} in this folder.",
            where=self._folder_name,
            fix="Make a project with: ragsheets init FOLDER; or name another folder with -C.",
        )


def create_project(folder: Path, source: Path | None = None, *, as_xlsx: bool = False) -> NewProject:
    """Create a project folder with a plan.

    A plan.xlsx is copied unchanged, and a plan.toml keeps its comments; a report becomes a plan.toml.

    Args:
        folder: the project folder; created where there is none.
        source: the plan to start from, in any form; a starter plan by default.
        as_xlsx: write a plan.xlsx in any case.

    Raises:
        PlanError: the plan to start from cannot be used.
        ProjectError: there is a plan already, or the folder cannot be written to.
    """
    for name in files.PLAN_FILES:
        if (folder / name).exists():
            raise ProjectError("there is a plan already.", where=str(folder / name), fix="Choose another folder.")
    from ragsheets.plan_files.convert import import_plan
    from ragsheets.project.starter import starter_plan_file

    starter = starter_plan_file(as_xlsx=as_xlsx)
    is_xlsx = as_xlsx or (source or starter).suffix.casefold() == ".xlsx"
    path = folder / (files.PLAN_WORKBOOK if is_xlsx else files.PLAN_FILE)
    warnings = import_plan(source or starter, path)
    return NewProject(path, warnings if source else ())
