"""The formats of a plan file; each has its own module that reads and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragsheets.plan.model import Plan
    from ragsheets.plan_files.docx import DocxPlan
    from ragsheets.plan_files.edits import Edit
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.template.model import Template

#: The suffixes of the formats of a plan file.
PLAN_SUFFIXES = (".toml", ".xlsx", ".docx")

#: The suffixes of workbooks and documents in other forms, which an office program can save in these.
_OTHER_WORKBOOK_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".fods", ".csv", ".numbers", ".gnumeric")
_OTHER_DOCUMENT_SUFFIXES = (".doc", ".docm", ".dotx", ".odt", ".fodt", ".rtf", ".wps", ".pages", ".pdf")


def read_plan(path: str | Path) -> Plan:
    """Read a plan file and assign every part its key.

    Args:
        path: a plan.toml, a plan.xlsx, or a Word document in the report's layout.

    Raises:
        PlanError: the plan cannot be used; it lists all problems, each with its key, cell or task.
        TemplateError: the template that the plan names cannot be used.
    """
    return read_plan_and_template(Path(path))[0]


def read_plan_and_template(path: Path) -> tuple[Plan, Template]:
    """Read a plan file and the template that it names; raises as `read_plan` does."""
    from ragsheets.plan.model import with_keys

    plan_file = read_plan_file(path)
    return with_keys(plan_file.plan), plan_file.template


def read_plan_file(path: Path, template_folders: Sequence[Path] = ()) -> PlanFile:
    """Read a plan file as it was written, with warnings about it; raises as `read_plan` does.

    Args:
        path: the file.
        template_folders: further folders that may contain the template that a report was made with.
    """
    suffix = path.suffix.casefold()
    if suffix == ".toml":
        from ragsheets.plan_files import toml

        return toml.read(path)
    if suffix == ".xlsx":
        from ragsheets.plan_files import xlsx

        return xlsx.read(path)
    if suffix == ".docx":
        from ragsheets.plan_files import docx

        return _with_template(docx.read(path, template_folders), path.name)
    fix = "Give a plan.toml, a plan.xlsx or a report as .docx."
    if suffix in _OTHER_WORKBOOK_SUFFIXES:
        fix = "Open it in your office program, save it as .xlsx and give that."
    elif suffix in _OTHER_DOCUMENT_SUFFIXES:
        fix = "Open it in Word, save it as a Word document (.docx) and give that."
    raise PlanError("is no plan that this version can read.", where=path.name, fix=fix)


def parse_plan_file(content: bytes, name: str, template_folder: Path) -> PlanFile:
    """Parse the bytes of a plan file; raises as `read_plan` does.

    Args:
        content: the bytes.
        name: the name of the file, whose suffix, one of `PLAN_SUFFIXES`, gives the format.
        template_folder: the folder that contains the plan's template, unless that is a shipped one.
    """
    suffix = Path(name).suffix.casefold()
    if suffix == ".toml":
        from ragsheets.plan_files import toml

        return toml.parse(content, name, template_folder)
    if suffix == ".xlsx":
        from ragsheets.plan_files import xlsx

        return xlsx.parse(content, name, template_folder)
    from ragsheets.plan_files import docx

    return _with_template(docx.parse(content, name, template_folder), name)


def edit_plan_file(content: bytes, plan_file: PlanFile, edits: Sequence[Edit], suffix: str) -> bytes:
    """Return a plan file's bytes with these edits made.

    Args:
        content: the bytes of the file.
        plan_file: the plan read from it.
        edits: the edits; several new tasks of an action are added in this order.
        suffix: the format, ".toml" or ".xlsx".

    Raises PlanError if the way in which the file is written does not allow an edit.
    """
    if suffix == ".xlsx":
        from ragsheets.plan_files.xlsx_edits import edit_xlsx

        return edit_xlsx(content, plan_file, edits)
    from ragsheets.plan_files.toml_edits import edit_toml

    return edit_toml(content, edits)


def read_ledger_name(path: Path) -> str:
    """Return the ledger that a project's plan file names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError if the file cannot be read at all.
    """
    if path.suffix.casefold() == ".xlsx":
        from ragsheets.plan_files import xlsx

        return xlsx.read_ledger_name(path)
    from ragsheets.plan_files import toml

    return toml.read_ledger_name(path)


def _with_template(docx_plan: DocxPlan, name: str) -> PlanFile:
    from ragsheets.errors import Problem
    from ragsheets.plan_files.parse import PlanFile, plan_error, read_plan_template

    folder = docx_plan.template_folder
    template, problems = read_plan_template({"template": docx_plan.plan.template}, folder)
    if template is None:
        raise plan_error(name, problems)
    warnings = tuple(Problem(name, warning) for warning in docx_plan.warnings)
    return PlanFile(docx_plan.plan, template, warnings, template_folder=folder)
