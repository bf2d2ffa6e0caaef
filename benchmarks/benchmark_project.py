"""The project that the stages are measured on, brought by ragsheets itself to where each of them begins."""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import jobs, plans

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import Plan
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.model import Template


class Workshop:
    """A project of so many sub-groups in a folder of its own."""

    def __init__(self, folder: Path, groups: int) -> None:
        self.folder = folder
        self.groups = groups
        self.project_folder = folder / "project"

    @property
    def tasks(self) -> int:
        """How many tasks the plan has."""
        return self.groups * plans.OUTCOMES * plans.ACTIONS * plans.TASKS

    @property
    def returned(self) -> Path:
        """The folder of the returned workbooks."""
        return self.project_folder / jobs.DATE.isoformat() / "returned"

    @cached_property
    def plan(self) -> tuple[Plan, Template]:
        """The plan, written as plan.toml and read again, with its template."""
        from ragsheets.project.folder import Project

        self.project_folder.mkdir(parents=True)
        text = plans.plan_toml(self.groups)
        (self.project_folder / "plan.toml").write_text(text, encoding="utf-8")
        return Project(self.project_folder).plan()

    def nothing_sent(self) -> Path:
        """The project with nothing but its plan."""
        _ = self.plan
        self._ledger.unlink(missing_ok=True)
        shutil.rmtree(self.project_folder / jobs.DATE.isoformat(), ignore_errors=True)
        return self.project_folder

    def all_returned(self) -> Path:
        """The project with every workbook sent and returned, none of them read yet."""
        if not self.returned.exists() or not any(self.returned.iterdir()):
            self._ledger_when_sent.unlink(missing_ok=True)
            jobs.generate(self.nothing_sent())
            self._return_all()
            shutil.copyfile(self._ledger, self._ledger_when_sent)
        shutil.copyfile(self._ledger_when_sent, self._ledger)
        return self.project_folder

    def all_read(self) -> Path:
        """The project with every return read."""
        jobs.ingest(self.all_returned())
        return self.project_folder

    def with_periods(self, count: int) -> Path:
        """A project of its own with every return of so many periods read, the current one the last of them."""
        from benchmarks.earlier_periods import put_before
        from ragsheets.project.folder import Project

        folder = self.folder / f"project of {count} periods"
        shutil.copytree(self.all_read(), folder)
        with Project(folder).ledger() as ledger:
            put_before(ledger, jobs.DATE, count - 1)
        return folder

    def ready_for(self, stage: str) -> Path:
        """The project where that stage begins."""
        places = {
            "generate": self.nothing_sent,
            "ingest": self.all_returned,
            "report": self.all_read,
            "periods": self.all_read,
        }
        return places[stage]() if stage in places else self.folder

    def assessed(self) -> tuple[PeriodRecord, Assessment]:
        """The period and where it stands, from what the ledger holds."""
        from ragsheets.project.folder import Project
        from ragsheets.returns.assess import assess

        with Project(self.all_read()).ledger() as ledger:
            record = ledger.period(jobs.DATE)
            return record, assess(record, ledger.frames(jobs.DATE))

    def _return_all(self) -> None:
        from ragsheets.plan.model import Period
        from ragsheets.project.demo import filled_in

        plan, template = self.plan
        period = Period(jobs.DATE, due=jobs.DUE)
        for reply in plans.replies(plan):
            (self.returned / reply["file"]).write_bytes(filled_in(plan, template, period, reply))

    @property
    def _ledger(self) -> Path:
        return self.project_folder / "ragsheets.db"

    @property
    def _ledger_when_sent(self) -> Path:
        return self.folder / "ledger when sent.db"
