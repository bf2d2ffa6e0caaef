"""The forms that a plan comes in: one file for each, which reads and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragsheets.plan.model import Plan
    from ragsheets.plan_files.edits import Edit
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.template.model import Template

#: The suffixes of the forms that a plan comes in.
PLAN_SUFFIXES = (".toml", ".xlsx", ".docx")


def read_plan(path: str | Path) -> Plan:
    """Read a plan file and give every part its key.

    Args:
        path: a plan.toml, a plan.xlsx, or a Word document in the report's layout.

    Raises:
        PlanError: the plan cannot be used; it names every problem at once, with its key, its cell or its task.
        TemplateError: the template that the plan names cannot be used.
    """
    return read_plan_and_template(Path(path))[0]


def read_plan_and_template(path: Path) -> tuple[Plan, Template]:
    """Read a plan file together with the template that it names; raises as `read_plan` does."""
    from ragsheets.plan.model import with_keys

    found = read_plan_file(path)
    return with_keys(found.plan), found.template


def read_plan_file(path: Path, template_folder: Path | None = None) -> PlanFile:
    """Read a plan file as it was written, with what is to be said about it; raises as `read_plan` does.

    `templates` is the folder in which its template lies, where it is no shipped one; the plan's own by default.
    """
    form = path.suffix.casefold()
    if form == ".toml":
        from ragsheets.plan_files import toml

        return toml.read(path, template_folder)
    if form == ".xlsx":
        from ragsheets.plan_files import xlsx

        return xlsx.read(path, template_folder)
    if form == ".docx":
        return _read_docx(path, template_folder or path.parent)
    fix = "Give a plan.toml, a plan.xlsx or a report as .docx."
    raise PlanError("is no plan that this version can read.", where=path.name, fix=fix)


def edit_plan_file(content: bytes, plan_file: PlanFile, edits: Sequence[Edit], suffix: str) -> bytes:
    """A plan file's bytes with these changes made.

    Args:
        content: the file.
        found: what was read from it.
        edits: the changes; several new tasks of an action come in this order.
        form: its form, ".toml" or ".xlsx".

    Raises PlanError where the file is written in a way in which they cannot be made.
    """
    if suffix == ".xlsx":
        from ragsheets.plan_files.xlsx_edits import edit_xlsx

        return edit_xlsx(content, plan_file, edits)
    from ragsheets.plan_files.toml_edits import edit_toml

    return edit_toml(content, edits)


def read_ledger_name(path: Path) -> str:
    """The ledger that the plan file of a project names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError where the file cannot be read at all.
    """
    if path.suffix.casefold() == ".xlsx":
        from ragsheets.plan_files import xlsx

        return xlsx.read_ledger_name(path)
    from ragsheets.plan_files import toml

    return toml.read_ledger_name(path)


def _read_docx(path: Path, template_folder: Path) -> PlanFile:
    from ragsheets.errors import Problem
    from ragsheets.plan_files.docx import read
    from ragsheets.plan_files.parse import PlanFile, plan_error, read_plan_template

    docx_plan = read(path)
    template, problems = read_plan_template({"template": docx_plan.plan.template}, template_folder)
    if template is None:
        raise plan_error(path.name, problems)
    return PlanFile(docx_plan.plan, template, tuple(Problem(path.name, warning) for warning in docx_plan.warnings))
