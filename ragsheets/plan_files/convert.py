"""Convert a plan file to another format, reporting everything that is lost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from ragsheets import files
from ragsheets.errors import PlanError, Problem, ProjectError, RagsheetsError
from ragsheets.files import saving
from ragsheets.plan_files.forms import PLAN_SUFFIXES, parse_plan_file, plan_form, read_plan_file
from ragsheets.plan_files.losses import find_losses
from ragsheets.plan_files.parse import PlanFile
from ragsheets.template.reader import custom_template_files


@dataclass(frozen=True, slots=True)
class ConvertedPlan:
    """A plan converted to another format.

    Attributes:
        path: the file that was written.
        source_plan: the plan as it was read.
        warnings: points to check after reading, values that the format cannot hold, and further steps to take.
    """

    path: Path
    source_plan: PlanFile
    warnings: tuple[Problem, ...]


def convert(
    source: Path,
    target: Path,
    *,
    force: bool = False,
    today: datetime.date | None = None,
    project_folder: Path | None = None,
) -> ConvertedPlan:
    """Convert the plan file `source` to the file `target`; the suffixes give the formats.

    A .docx file is written as a report in which nothing is reported yet.

    Args:
        source: a .toml, .xlsx or .docx file.
        target: the file to write, in one of the same formats.
        force: replace an existing file.
        today: the date printed in a report; the system date by default.
        project_folder: a further folder that may contain the template that a report was made with.

    Raises:
        PlanError: the plan cannot be used, or contains something that the format cannot hold.
        ProjectError: the target has another suffix, exists already, or cannot be written.
    """
    suffix = target.suffix.casefold()
    if suffix not in PLAN_SUFFIXES:
        fix = f"Give it a name that ends in {', '.join(PLAN_SUFFIXES[:-1])} or {PLAN_SUFFIXES[-1]}."
        raise ProjectError("a plan cannot be written in this form.", where=str(target), fix=fix)
    if target.exists() and source.exists() and target.samefile(source):
        raise ProjectError("is the plan that is read.", where=str(target), fix="Name another file to write.")
    if target.exists() and not force:
        raise ProjectError("already exists.", where=str(target), fix="Name another file, or replace it with --force.")
    saving.require_folder_for(target)
    source_plan = read_plan_file(source, [folder for folder in (project_folder, target.parent) if folder is not None])
    template_folder = source_plan.template_folder or source.parent
    content = plan_form(target.name).write(source_plan.plan, source_plan.template, today or datetime.date.today())
    warnings = [
        *source_plan.warnings,
        *_conversion_losses(source_plan, content, suffix, template_folder),
        *_follow_up_warnings(source_plan, template_folder, target),
    ]
    saving.save(target, content)
    return ConvertedPlan(target, source_plan, tuple(warnings))


def import_plan(source: Path, target: Path) -> tuple[Problem, ...]:
    """Create the plan of a new project from the plan file `source` and the custom templates in its folder.

    A file of the same format is copied unchanged, with its comments and formatting. Returns the warnings; raises as
    `convert` does, and writes nothing if the plan cannot be used.
    """
    source_plan = read_plan_file(source, [target.parent])
    template_folder = source_plan.template_folder or source.parent
    suffix = target.suffix.casefold()
    if source.suffix.casefold() == suffix:
        content, warnings = source.read_bytes(), list(source_plan.warnings)
    else:
        content = plan_form(target.name).write(source_plan.plan, source_plan.template, datetime.date.today())
        warnings = [*source_plan.warnings, *_conversion_losses(source_plan, content, suffix, template_folder)]
    for name, path in custom_template_files(source_plan.plan.template, template_folder):
        if not (target.parent / name).exists():
            saving.save(target.parent / name, path.read_bytes())
    saving.save(target, content)
    return tuple(warnings)


def _conversion_losses(plan_file: PlanFile, content: bytes, suffix: str, template_folder: Path) -> list[Problem]:
    """Return the differences found when the new file is read again."""
    name = f"plan{suffix}"
    try:
        return find_losses(plan_file.plan, parse_plan_file(content, name, template_folder).plan)
    except RagsheetsError as error:
        raise PlanError(
            "the plan cannot be written in this form",
            problems=[Problem(p.where.replace(name, f"as {suffix}"), p.what, p.fix) for p in error.problems],
        ) from None


def _follow_up_warnings(plan_file: PlanFile, template_folder: Path, target: Path) -> list[Problem]:
    """Return the further steps needed before the new file can be used."""
    warnings = []
    template_names = [name for name, _ in custom_template_files(plan_file.plan.template, template_folder)]
    if template_names and target.parent.resolve() != template_folder.resolve():
        warnings.append(Problem(", ".join(template_names), "belongs to the plan.", "Put a copy beside the new file."))
    plan_paths = [target.parent / name for name in files.PLAN_FILES]
    if target.name in files.PLAN_FILES and all(path.exists() for path in plan_paths if path.name != target.name):
        problem = f"now holds {' and '.join(files.PLAN_FILES)}."
        warnings.append(Problem(str(target.parent), problem, "Keep one of them: a project has one plan."))
    return warnings
