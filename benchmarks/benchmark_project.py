"""The project that the stages are measured on, which ragsheets itself prepares for each stage."""

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
    """A project with a number of sub-groups in its own folder."""

    def __init__(self, folder: Path, groups: int) -> None:
        self.folder = folder
        self.group_count = groups
        self.project_folder = folder / "project"

    @property
    def task_count(self) -> int:
        """The number of tasks in the plan."""
        return self.group_count * plans.OUTCOMES * plans.ACTIONS * plans.TASKS

    @property
    def returned_folder(self) -> Path:
        """The folder of the returned workbooks."""
        return self.project_folder / jobs.DATE.isoformat() / "returned"

    @cached_property
    def plan(self) -> tuple[Plan, Template]:
        """The plan, written as plan.toml and read, with its template."""
        from ragsheets.project.folder import Project

        self.project_folder.mkdir(parents=True)
        text = plans.plan_toml(self.group_count)
        (self.project_folder / "plan.toml").write_text(text, encoding="utf-8")
        return Project(self.project_folder).plan()

    def prepare_unsent(self) -> Path:
        """Prepare the project with only its plan, and return its folder."""
        _ = self.plan
        self._ledger.unlink(missing_ok=True)
        shutil.rmtree(self.project_folder / jobs.DATE.isoformat(), ignore_errors=True)
        return self.project_folder

    def prepare_returned(self) -> Path:
        """Prepare the project with every workbook sent and returned, none read yet, and return its folder."""
        if not self.returned_folder.exists() or not any(self.returned_folder.iterdir()):
            self._ledger_when_sent.unlink(missing_ok=True)
            jobs.generate(self.prepare_unsent())
            self._write_returns()
            shutil.copyfile(self._ledger, self._ledger_when_sent)
        shutil.copyfile(self._ledger_when_sent, self._ledger)
        return self.project_folder

    def prepare_ingested(self) -> Path:
        """Prepare the project with every return read, and return its folder."""
        jobs.ingest(self.prepare_returned())
        return self.project_folder

    def prepare_periods(self, count: int) -> Path:
        """Create another project with all returns of `count` periods read, the current one last; return its folder."""
        from benchmarks.earlier_periods import add_earlier_periods
        from ragsheets.project.folder import Project

        folder = self.folder / f"project of {count} periods"
        shutil.copytree(self.prepare_ingested(), folder)
        with Project(folder).ledger() as ledger:
            add_earlier_periods(ledger, jobs.DATE, count - 1)
        return folder

    def prepare_stage(self, stage: str) -> Path:
        """Prepare the project for the start of a stage, and return its folder."""
        preparations = {
            "generate": self.prepare_unsent,
            "ingest": self.prepare_returned,
            "report": self.prepare_ingested,
            "periods": self.prepare_ingested,
        }
        return preparations[stage]() if stage in preparations else self.folder

    def assess_period(self) -> tuple[PeriodRecord, Assessment]:
        """Return the period and its assessment from the ledger."""
        from ragsheets.project.folder import Project
        from ragsheets.returns.assess import assess_period

        with Project(self.prepare_ingested()).ledger() as ledger:
            record = ledger.period(jobs.DATE)
            return record, assess_period(ledger, record)

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
