"""The blank specimen workbooks beside the shipped templates, for people to look at.

`python -m ragsheets.project.specimen` writes them again after a change to a template.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from ragsheets import files
from ragsheets.files import saving
from ragsheets.plan.model import Period, Plan
from ragsheets.plan_files.forms import read_plan
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template, shipped_templates
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.writer import to_xlsx

#: A day so far in the future that nobody mistakes a specimen for a workbook to fill in.
PERIOD = Period(datetime.date(2030, 4, 1), due=datetime.date(2030, 4, 30))


def specimen_bytes(template: Template) -> bytes:
    """Return the specimen of a template as .xlsx bytes."""
    plan = _with_further_columns(read_plan(files.shipped_folder("examples") / "specimen" / files.PLAN_FILE), template)
    return to_xlsx(lay_out(plan, template, plan.groups[0], PERIOD), template, PERIOD.date)


def specimen_path(name: str) -> Path:
    """Return the path of the specimen of a shipped template."""
    return files.shipped_folder("workbook_templates") / f"{name}.xlsx"


def _with_further_columns(plan: Plan, template: Template) -> Plan:
    """Return the plan with an example value in each further column that the template gives to the plan."""
    further = {
        column.key: PERIOD.date.isoformat() if column.kind == "date" else column.heading
        for column in template.plan_columns
    }
    plan_data = plan.model_dump()
    for outcome in plan_data["groups"][0]["outcomes"]:
        for action in outcome["actions"]:
            for task in action["tasks"]:
                task["further"] = further
    return Plan.model_validate(plan_data)


if __name__ == "__main__":
    for name in shipped_templates():
        saving.save(specimen_path(name), specimen_bytes(read_template(name)))
