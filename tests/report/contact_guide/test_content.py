"""The content of the page for contacts: everything that depends on the template and the period."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import projects
from helpers.example import DATE, DUE
from ragsheets.plan.model import Period, Plan
from ragsheets.report.contact_guide.content import ContactGuide, compose_contact_guide
from ragsheets.report.contact_guide.markdown import contact_guide_to_markdown
from ragsheets.report.write.content import ReportTable
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template, shipped_templates

PLAN = Plan.model_validate(projects.plan(title="Progress 2008", partnership="Our Partnership"))
EARLIER = Period(DATE.replace(month=6))

#: A template with a column of every kind, one that the plan fills, other statuses and other headings.
OWN_TEMPLATE = """
version = 1
extends = "standard"

[[columns]]
key = "position"
heading = "Progress"
prompt = "How far are you?"

[[columns]]
key = "owner"
heading = "Owner"
filled_by = "plan"

[[columns]]
key = "review"
heading = "Next review"
kind = "date"
required = true
prompt = "When will you look at it again?"

[[columns]]
key = "spent"
heading = "Spent"
kind = "number"

[[columns]]
key = "risk"
heading = "Risk"
kind = "choice"
choices = ["High", "Low"]

[[statuses]]
code = "DONE"
label = "Done – finished"
fill = "DDEBF7"
ink = "1F4E79"
done = true
before = "GREEN"

[wording]
headlines_sheet = "Good news"
contact_guide_return_notes = ["Bring it on a stick."]
"""


@pytest.fixture
def own_template(tmp_path: Path) -> Template:
    (tmp_path / "own.toml").write_text(OWN_TEMPLATE, encoding="utf-8")
    return read_template("own", tmp_path)


def guide_of(
    template: Template, due: bool = True, previous_period: Period | None = None, carries_forward: bool = False
) -> ContactGuide:
    period = Period(DATE, due=DUE if due else None)
    return compose_contact_guide(
        PLAN, template, period, previous_period=previous_period, carries_forward=carries_forward
    )


def table_of(guide: ContactGuide, heading: str) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows of the table under a heading."""
    (table,) = (part.table for part in guide.parts if part.heading == heading)
    assert isinstance(table, ReportTable)
    return [column.text for column in table.columns], [[cell.text for cell in row] for row in table.rows]


def text_of(guide: ContactGuide) -> str:
    return contact_guide_to_markdown(guide)


def test_the_page_names_the_plan_the_partnership_the_period_and_the_due_day() -> None:
    guide = guide_of(read_template("standard"))
    assert (guide.title, guide.subject, guide.partnership, guide.period) == (
        *("How to fill in the workbook", "Progress 2008", "Our Partnership", "4th September 2008"),
    )
    assert guide.call == "Please fill in the workbook and return it by 18th September 2008."


def test_without_a_due_day_none_is_named() -> None:
    assert guide_of(read_template("standard"), due=False).call == "Please fill in the workbook and return it."


@pytest.mark.parametrize("name", shipped_templates())
def test_the_columns_to_fill_in_have_their_heading_and_their_prompt(name: str) -> None:
    template = read_template(name)
    headings, rows = table_of(guide_of(template), "What to fill in")
    assert headings == ["Column", "What to write", "Needed"]
    assert rows == [
        ["Position", template.column("position").prompt, "For every task"],
        ["Status", "Pick one from the list.", "For every task"],
        [
            "Planned improvement/action needed and deadline",
            "What happens next, who does it, and by when?",
            "If the status is AMBER or RED",
        ],
    ]


@pytest.mark.parametrize(
    ("name", "columns"),
    [("standard", "“Tasks” and “Target”"), ("brag", "“Tasks”, “Target”, “Owner” and “Due date”")],
)
def test_the_columns_of_the_plan_are_named_as_filled_in(name: str, columns: str) -> None:
    assert f"{columns} are filled in for you." in text_of(guide_of(read_template(name)))


def test_the_statuses_have_their_code_and_their_meaning() -> None:
    assert table_of(guide_of(read_template("standard")), "What each status means") == (
        ["GREEN", "AMBER", "RED"],
        [["Green – on track", "Amber – needs attention", "Red – needs action"]],
    )


def test_a_status_of_complete_tasks_has_its_consequence() -> None:
    _, ((blue, *_),) = table_of(guide_of(read_template("brag")), "What each status means")
    assert blue == "Blue – complete. The task will not be asked about again."


def test_many_statuses_are_below_one_another() -> None:
    template = read_template("brag")
    more = [template.statuses[0].model_copy(update={"code": code, "label": code, "done": False}) for code in "XY"]
    template = template.model_copy(update={"statuses": (*template.statuses, *more)})
    headings, rows = table_of(guide_of(template), "What each status means")
    assert headings == ["Status", "Meaning"]
    assert rows[1:3] == [["GREEN", "Green – on track"], ["AMBER", "Amber – needs attention"]]
    assert len(rows) == 7


def test_columns_of_every_kind_say_how_they_are_filled_in(own_template: Template) -> None:
    _, rows = table_of(guide_of(own_template), "What to fill in")
    assert [rows[0], *rows[3:]] == [
        ["Progress", "How far are you?", "For every task"],
        [
            "Next review",
            "When will you look at it again? Please write it as day, month and year, for example 5 March 2009.",
            "For every task",
        ],
        ["Spent", "Please write it in figures.", "If there is something to add"],
        ["Risk", "Please pick one from the list: High, Low.", "If there is something to add"],
    ]


def test_words_of_a_template_s_own_are_used(own_template: Template) -> None:
    text = text_of(guide_of(own_template))
    assert "the sheet “Good news” has rows for “Headline successes” and “Next steps”" in text
    assert "- Bring it on a stick." in text
    assert "Save it under any name" not in text


def test_the_last_answers_are_explained_where_the_workbooks_show_them() -> None:
    template = read_template("standard")
    first, later = guide_of(template), guide_of(template, previous_period=EARLIER)
    headings = "“Status on 4th June 2008”, “Position on 4th June 2008” and “What was planned on 4th June 2008”"
    assert headings in text_of(later)
    assert "4th June" not in text_of(first)


def test_answers_carried_forward_are_explained_where_there_are_some() -> None:
    template = read_template("standard")
    carried = text_of(guide_of(template, previous_period=EARLIER, carries_forward=True))
    assert template.wording.carried_call in carried
    assert template.wording.carried_call not in text_of(guide_of(template, previous_period=EARLIER))


def test_signs_of_markdown_in_a_template_are_text(own_template: Template) -> None:
    wording = own_template.wording.model_copy(update={"key": "A|B *c* _d_"})
    text = text_of(guide_of(own_template.model_copy(update={"wording": wording})))
    assert r"## A\|B \*c\* \_d\_" in text
