"""A plan from one form into another, with all that is lost on the way said."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from ragsheets import files
from ragsheets.errors import PlanError, Problem, ProjectError, RagsheetsError
from ragsheets.files import saving
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan_files.forms import PLAN_SUFFIXES, read_plan_file
from ragsheets.plan_files.losses import find_losses
from ragsheets.plan_files.parse import PlanFile
from ragsheets.template.model import Template, custom_template_files


@dataclass(frozen=True, slots=True)
class ConvertedPlan:
    """A plan in another form.

    Attributes:
        path: where it was written.
        source: the plan as it was read.
        remarks: what the reading left to look at, what the form has no place for, what has to be done besides.
    """

    path: Path
    source_plan: PlanFile
    warnings: tuple[Problem, ...]


def convert(source: Path, target: Path, *, force: bool = False, today: datetime.date | None = None) -> ConvertedPlan:
    """Write the plan in the file `source` as the file `target`; their suffixes say in which form each is.

    As .docx it is a report in which nothing is reported yet.

    Args:
        source: a .toml, .xlsx or .docx file.
        target: the file to write, in one of the same forms.
        force: replace a file that is there already.
        today: the day that a report names; the clock's by default.

    Raises:
        PlanError: the plan cannot be used, or has something in it that the form cannot hold.
        ProjectError: the target's name has another suffix, it is there already, or it cannot be written.
    """
    form = target.suffix.casefold()
    if form not in PLAN_SUFFIXES:
        fix = f"Give it a name that ends in {', '.join(PLAN_SUFFIXES[:-1])} or {PLAN_SUFFIXES[-1]}."
        raise ProjectError("a plan cannot be written in this form.", where=str(target), fix=fix)
    if target.exists() and source.exists() and target.samefile(source):
        raise ProjectError("is the file to be read.", where=str(target), fix="Name another file to write.")
    if target.exists() and not force:
        raise ProjectError("is there already.", where=str(target), fix="Name another file, or replace it with --force.")
    if not target.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(target.parent), fix="Make it first, or name another.")
    found = read_plan_file(source)
    content = plan_to_bytes(found.plan, found.template, form, today)
    remarks = [
        *found.warnings,
        *_conversion_losses(found, content, form, source.parent),
        *_follow_up_warnings(found, source, target),
    ]
    saving.save(target, content)
    return ConvertedPlan(target, found, tuple(remarks))


def import_plan(source: Path, target: Path) -> tuple[Problem, ...]:
    """Make the plan of a new project from the plan in the file `source`, with the templates that lie beside that.

    A file of the same form is taken as it is, with its comments and its looks. Gives what is to be said of it; raises
    as `convert` does, and nothing is made where the plan cannot be used.
    """
    found = read_plan_file(source)
    form = target.suffix.casefold()
    if source.suffix.casefold() == form:
        content, remarks = source.read_bytes(), list(found.warnings)
    else:
        content = plan_to_bytes(found.plan, found.template, form)
        remarks = [*found.warnings, *_conversion_losses(found, content, form, source.parent)]
    for name, path in custom_template_files(found.plan.template, source.parent):
        if not (target.parent / name).exists():
            saving.save(target.parent / name, path.read_bytes())
    saving.save(target, content)
    return tuple(remarks)


def plan_to_bytes(plan: Plan, template: Template, suffix: str, today: datetime.date | None = None) -> bytes:
    """A plan, as it was written, as the bytes of a file of this form (".toml", ".xlsx" or ".docx")."""
    if suffix == ".toml":
        from ragsheets.plan_files.toml import to_toml

        return to_toml(plan)
    if suffix == ".xlsx":
        from ragsheets.plan_files.xlsx import to_xlsx

        return to_xlsx(plan, template)
    return _blank_report(plan, template, today or datetime.date.today())


def _blank_report(plan: Plan, template: Template, today: datetime.date) -> bytes:
    """The report of a period in which nothing has come back, made as every report is from an empty ledger."""
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.report.write.compose import compose_content
    from ragsheets.report.write.word import report_to_docx
    from ragsheets.returns.assess import assess

    record = PeriodRecord(Period(today), with_keys(plan), template)
    with Ledger.open("sqlite://") as ledger:
        ledger.save_period(record, [])
        # Nobody was asked yet, so nobody is missing.
        nothing = replace(assess(record, ledger.frames(today)), missing_groups=())
    return report_to_docx(compose_content(record, nothing), template, created=today)


def _conversion_losses(plan_file: PlanFile, content: bytes, suffix: str, template_folder: Path) -> list[Problem]:
    """What is not the same when the new file is read again."""
    with tempfile.TemporaryDirectory(prefix="ragsheets-") as folder:
        copy = Path(folder) / f"plan{suffix}"
        saving.save(copy, content)
        try:
            return find_losses(plan_file.plan, read_plan_file(copy, template_folder).plan)
        except RagsheetsError as error:
            raise PlanError(
                "the plan cannot be told in this form",
                problems=[Problem(p.where.replace(copy.name, f"as {suffix}"), p.what, p.fix) for p in error.problems],
            ) from None


def _follow_up_warnings(plan_file: PlanFile, source: Path, target: Path) -> list[Problem]:
    """What has to be done besides, so that the new file can be used."""
    remarks = []
    own = [name for name, _ in custom_template_files(plan_file.plan.template, source.parent)]
    if own and target.parent.resolve() != source.parent.resolve():
        remarks.append(Problem(", ".join(own), "belongs to the plan.", "Put a copy beside the new file."))
    plans = [target.parent / name for name in files.PLAN_FILES]
    if target.name in files.PLAN_FILES and all(path.exists() for path in plans if path.name != target.name):
        what = f"holds {' and '.join(files.PLAN_FILES)} now."
        remarks.append(Problem(str(target.parent), what, "Keep one of them: a project has one plan."))
    return remarks
