"""The page that explains to contacts how to fill in the workbook: beside the workbooks, and in the documentation.

`python -m ragsheets.project.contact_guide` writes docs/contacts.md anew after a change of the standard template.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.files import saving
from ragsheets.project.written_files import path_beside_kept, record_written

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project

#: The same page for the standard template.
DOCUMENTATION_PAGE = Path(__file__).parent.parent.parent / "docs" / "contacts.md"


@dataclass(frozen=True, slots=True)
class ContactGuideFile:
    """The page for contacts as a file.

    Attributes:
        path: its path.
        content: its bytes.
        changed: false where an identical file existed already.
        kept_file: the file at the usual path that is kept, since somebody has changed it.
        warnings: the parts of a house style that could not be used unchanged.
    """

    path: Path
    content: bytes
    changed: bool = True
    kept_file: Path | None = None
    warnings: tuple[str, ...] = ()


def compose_contact_guide_file(
    project: Project, record: PeriodRecord, previous_period: Period | None, *, carries_forward: bool
) -> ContactGuideFile:
    """Return the page for the contacts of a period, in the look of its report; no file is written.

    Args:
        project: the project folder.
        record: the period with its plan and template.
        previous_period: the period whose answers the workbooks show; None where there is none.
        carries_forward: whether cells to fill in hold the last answers.

    Raises ReportError where the house style or the logo cannot be used.
    """
    from ragsheets.report.contact_guide.content import compose_contact_guide
    from ragsheets.report.contact_guide.word import contact_guide_to_docx
    from ragsheets.report.house_style.look import read_report_look

    look = read_report_look(record.template, project.folder).single_page
    guide = compose_contact_guide(
        record.plan,
        record.template,
        record.period,
        previous_period=previous_period,
        carries_forward=carries_forward,
    )
    content = contact_guide_to_docx(guide, record.template, created=record.period.date, report_look=look)
    path = project.period_folder(record.period.date) / files.CONTACT_GUIDE_FILE
    return ContactGuideFile(path, content, warnings=look.warnings)


def write_contact_guide(project: Project, date: datetime.date, guide: ContactGuideFile) -> ContactGuideFile:
    """Write the page for the contacts of a recorded period; where somebody has changed the file, beside it.

    Raises ProjectError where the file cannot be written.
    """
    try:
        with saving.revert_on_error() as saved, project.ledger() as ledger:
            path = path_beside_kept(ledger, guide.path, guide.content)
            changed = files.bytes_of(path) != guide.content
            if changed:
                saved.save(path, guide.content)
            record_written(project, ledger, date, path, guide.content)
    except ProjectError as error:
        fix = f"Run again: ragsheets generate --date {date} --guide"
        recorded = Problem(f"period {date}", "is recorded and its workbooks are written, but not this page.", fix)
        raise ProjectError(error.what, problems=[*error.problems, recorded]) from None
    kept_file = guide.path if path != guide.path else None
    return ContactGuideFile(path, guide.content, changed, kept_file, guide.warnings)


def documentation_page() -> str:
    """Return the page for the standard template as Markdown."""
    from ragsheets.plan_files.forms import read_plan
    from ragsheets.project.specimen import PERIOD
    from ragsheets.report.contact_guide.content import compose_contact_guide
    from ragsheets.report.contact_guide.markdown import contact_guide_to_markdown
    from ragsheets.template.reader import read_template

    plan = read_plan(files.shipped_folder("examples") / "specimen" / files.PLAN_FILE)
    return contact_guide_to_markdown(compose_contact_guide(plan, read_template("standard"), replace(PERIOD, due=None)))


if __name__ == "__main__":
    saving.save(DOCUMENTATION_PAGE, documentation_page().encode())
