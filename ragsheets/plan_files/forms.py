"""The forms of a plan file: each is the module named after its suffix, which reads and writes it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from ragsheets.errors import PlanError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from ragsheets.plan.model import Plan
    from ragsheets.plan_files.edits import Edit
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.template.model import Template


class PlanForm(Protocol):
    """What the module of a form has. `template_folders` are those that may contain the plan's template."""

    def parse(self, content: bytes, name: str, template_folders: Sequence[Path], /) -> PlanFile:
        """Parse the bytes of a plan file with this name; raises as `read_plan` does."""

    def write(self, plan: Plan, template: Template, today: datetime.date, /) -> bytes:
        """Return a plan, as it was written, as the bytes of a file."""


class ProjectPlanForm(PlanForm, Protocol):
    """What the module of a form has in addition if a project's plan may have it."""

    def edit(self, content: bytes, plan_file: PlanFile, edits: Sequence[Edit], /) -> bytes:
        """Return the bytes of a plan file, which this plan was read from, with these edits made."""

    def read_ledger_name(self, path: Path, /) -> str:
        """Return the ledger that a plan file names, "" for none."""


#: The suffixes of the forms of a plan file.
PLAN_SUFFIXES = (".toml", ".xlsx", ".docx")

_PLAN_FORMS = "A plan is a plan.toml, a plan.xlsx, or a report as a Word document (.docx)."
_TO_WORD = "Open it in Word or LibreOffice, save it as a Word document (.docx) and use that."
_TO_EXCEL = "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx) and use that."
#: Other files that people mistake for a plan, by suffix: what they are and what to do with them.
_OTHER_FORMS = {
    **dict.fromkeys((".doc", ".dot", ".wps"), ("an old Word document", _TO_WORD)),
    **dict.fromkeys((".docm", ".dotx", ".dotm"), ("a Word document with macros, or a Word template", _TO_WORD)),
    **dict.fromkeys((".odt", ".ott", ".fodt", ".rtf"), ("a text document", _TO_WORD)),
    ".pages": ("an Apple Pages document", "In Pages choose File, Export To, Word, and use the .docx file."),
    ".pdf": (
        "a PDF, which holds pictures of tables only",
        "Use the document that it was made from, as .docx or .xlsx.",
    ),
    **dict.fromkeys((".xls", ".xlt"), ("an old Excel workbook", _TO_EXCEL)),
    **dict.fromkeys((".xlsm", ".xlsb", ".xltx", ".xltm"), ("an Excel workbook of another type", _TO_EXCEL)),
    **dict.fromkeys((".ods", ".ots", ".fods", ".gnumeric"), ("a spreadsheet", _TO_EXCEL)),
    ".numbers": ("an Apple Numbers spreadsheet", "In Numbers choose File, Export To, Excel, and use the .xlsx file."),
    ".csv": (
        "a single list; a plan has three sheets",
        "Make an empty plan with: ragsheets init FOLDER --xlsx, and copy the rows into it.",
    ),
    ".gdoc": ("only a link to Google Docs", "There choose File, Download, Microsoft Word (.docx), and use that."),
    ".gsheet": ("only a link to Google Sheets", "There choose File, Download, Microsoft Excel (.xlsx), and use that."),
}


def plan_form(name: str) -> PlanForm:
    """Return the form of a plan file with this name; raises PlanError if no plan has it."""
    suffix = Path(name).suffix.casefold()
    if suffix in PLAN_SUFFIXES:
        return cast(PlanForm, import_module(suffix, __package__))
    what, fix = _OTHER_FORMS.get(suffix, ("no plan", _PLAN_FORMS))
    raise PlanError(f"is {what}.", where=name, fix=fix)


def read_plan(path: str | Path) -> Plan:
    """Read a plan file and assign every part its key.

    Args:
        path: a plan.toml, a plan.xlsx, or a Word document in the report's layout.

    Raises:
        PlanError: the plan cannot be used; it lists all problems, each with its key, cell or task.
        TemplateError: the template that the plan names cannot be used.
    """
    from ragsheets.plan.model import with_keys

    return with_keys(read_plan_file(Path(path)).plan)


def read_plan_file(path: Path, template_folders: Sequence[Path] = ()) -> PlanFile:
    """Read a plan file as it was written, with warnings about it; raises as `read_plan` does.

    Args:
        path: the file; it is not trusted.
        template_folders: further folders that may contain the template that a report was made with.
    """
    from ragsheets.plan_files.parse import read_content

    form = plan_form(path.name)
    return form.parse(read_content(path), path.name, [path.parent, *template_folders])


def parse_plan_file(content: bytes, name: str, template_folder: Path) -> PlanFile:
    """Parse the bytes of a plan file; raises as `read_plan` does.

    Args:
        content: the bytes.
        name: the name of the file, whose suffix gives the form.
        template_folder: the folder that contains the plan's template, unless that is a shipped one.
    """
    return plan_form(name).parse(content, name, [template_folder])


def edit_plan_file(content: bytes, plan_file: PlanFile, edits: Sequence[Edit], name: str) -> bytes:
    """Return the bytes of a project's plan file with these edits made.

    Args:
        content: the bytes of the file.
        plan_file: the plan read from it.
        edits: the edits; several new tasks of an action are added in this order.
        name: the name of the file.

    Raises PlanError if the way the file is written does not allow an edit.
    """
    return cast(ProjectPlanForm, plan_form(name)).edit(content, plan_file, edits)


def read_ledger_name(path: Path) -> str:
    """Return the ledger that a project's plan file names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError if the file cannot be read at all.
    """
    return cast(ProjectPlanForm, plan_form(path.name)).read_ledger_name(path)
