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


class BenchmarkProject:
    """A project of so many sub-groups in a folder of its own."""

    def __init__(self, folder: Path, groups: int) -> None:
        self.folder = folder
        self.group_count = groups
        self.project_folder = folder / "project"

    @property
    def task_count(self) -> int:
        """How many tasks the plan has."""
        return self.group_count * plans.OUTCOMES * plans.ACTIONS * plans.TASKS

    @property
    def returned_folder(self) -> Path:
        """The folder of the returned workbooks."""
        return self.project_folder / jobs.DATE.isoformat() / "returned"

    @cached_property
    def plan(self) -> tuple[Plan, Template]:
        """The plan, written as plan.toml and read again, with its template."""
        from ragsheets.project.folder import Project

        self.project_folder.mkdir(parents=True)
        text = plans.plan_toml(self.group_count)
        (self.project_folder / "plan.toml").write_text(text, encoding="utf-8")
        return Project(self.project_folder).plan()

    def prepare_unsent(self) -> Path:
        """The project with nothing but its plan."""
        _ = self.plan
        self._ledger.unlink(missing_ok=True)
        shutil.rmtree(self.project_folder / jobs.DATE.isoformat(), ignore_errors=True)
        return self.project_folder

    def prepare_returned(self) -> Path:
        """The project with every workbook sent and returned, none of them read yet."""
        if not self.returned_folder.exists() or not any(self.returned_folder.iterdir()):
            self._ledger_when_sent.unlink(missing_ok=True)
            jobs.generate(self.prepare_unsent())
            self._write_returns()
            shutil.copyfile(self._ledger, self._ledger_when_sent)
        shutil.copyfile(self._ledger_when_sent, self._ledger)
        return self.project_folder

    def prepare_ingested(self) -> Path:
        """The project with every return read."""
        jobs.ingest(self.prepare_returned())
        return self.project_folder

    def prepare_periods(self, count: int) -> Path:
        """A project of its own with every return of so many periods read, the current one the last of them."""
        from benchmarks.earlier_periods import add_earlier_periods
        from ragsheets.project.folder import Project

        folder = self.folder / f"project of {count} periods"
        shutil.copytree(self.prepare_ingested(), folder)
        with Project(folder).ledger() as ledger:
            add_earlier_periods(ledger, jobs.DATE, count - 1)
        return folder

    def prepare_stage(self, stage: str) -> Path:
        """The project where that stage begins."""
        places = {
            "generate": self.prepare_unsent,
            "ingest": self.prepare_returned,
            "report": self.prepare_ingested,
            "periods": self.prepare_ingested,
        }
        return places[stage]() if stage in places else self.folder

    def assess_period(self) -> tuple[PeriodRecord, Assessment]:
        """The period and where it stands, from what the ledger holds."""
        from ragsheets.project.folder import Project
        from ragsheets.returns.assess import assess

        with Project(self.prepare_ingested()).ledger() as ledger:
            record = ledger.period(jobs.DATE)
            return record, assess(record, ledger.frames(jobs.DATE))

    def _write_returns(self) -> None:
        from ragsheets.plan.model import Period
        from ragsheets.project.demo import fill_in_workbook

        plan, template = self.plan
        period = Period(jobs.DATE, due=jobs.DUE)
        for reply in plans.replies(plan):
            (self.returned_folder / reply["file"]).write_bytes(fill_in_workbook(plan, template, period, reply))

    @property
    def _ledger(self) -> Path:
        return self.project_folder / "ragsheets.db"

    @property
    def _ledger_when_sent(self) -> Path:
        return self.folder / "ledger when sent.db"
