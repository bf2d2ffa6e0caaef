"""A plan out of a Word report: round trips, reports made by hand, and what is said to be left out."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers import office
from helpers.word_reports import (
    BLOCKS,
    HEADINGS,
    SHAPES,
    Block,
    by_hand,
    of_markup,
    paragraph,
    put,
    run,
    table,
    task_report,
)
from ragsheets.errors import ReportError
from ragsheets.ledger import Ledger, PeriodRecord
from ragsheets.plan.model import Period, Plan
from ragsheets.plan_files import docx as plans_docx
from ragsheets.plan_files.docx import DocxPlan
from ragsheets.project import demo
from ragsheets.report.write.compose import compose_content
from ragsheets.report.write.word import report_to_docx
from ragsheets.returns.assess import assess
from ragsheets.template.reader import read_template

DATE = datetime.date(2008, 9, 4)
ROW = ("a) Plant trees", "Ten", "Nine", "GREEN", "One more")
HEADING_1 = '<w:pStyle w:val="Heading1"/>'


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a ledger holds of a period without returns."""
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ragsheets.db") as ledger:
        return ledger.frames(DATE)


def reported(plan: Plan, frames: dict[str, Any]) -> bytes:
    """The report of a period of this plan to which nobody has replied yet."""
    from ragsheets.plan.model import with_keys

    template = read_template(plan.template)
    record = PeriodRecord(Period(DATE), with_keys(plan), template)
    return report_to_docx(compose_content(record, assess(record, frames)), template, created=DATE)


def read(folder: Path, content: bytes) -> DocxPlan:
    return plans_docx.read(put(folder, content))


def read_markup(folder: Path, body: str) -> DocxPlan:
    return read(folder, of_markup(body))


def tasks_of(plan: Plan) -> list[tuple[str, str, str]]:
    return [
        (task.label, task.task, task.target) for group in plan.groups for each in group.outcomes for task in each.tasks
    ]


# --------------------------------------------------------------------------------------------------- round trips

WORD = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=8)
SIGNS = st.sampled_from(["&", "<b>", "“so”", "–", "=1+1", "50%", "(all)", "£3", "*", "\u00a0", "3.", "Target", "Total"])
WORDS = st.lists(st.one_of(WORD, SIGNS), min_size=1, max_size=6).map(" ".join)
#: One line that begins with a word, so that it cannot be taken for a label or a reference.
LINE = st.tuples(WORD, WORDS).map(" ".join).map(str.strip)
ITEM = LINE.map(lambda words: f"* {words}")
TEXT = st.lists(st.one_of(LINE, ITEM), min_size=1, max_size=4).map("\n".join)
REFERENCE = st.one_of(
    st.just(""),
    st.from_regex(r"[1-9][0-9]?(\.[1-9][0-9]?){0,2}[a-c]?", fullmatch=True),
    st.from_regex(r"(SC|H|Priority |2:)[1-9]", fullmatch=True),
)
LABEL = st.one_of(st.just(""), st.sampled_from(["a", "b", "zz", "iv", "12", "2.1a", "A1", "Task 3", "α"]))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of every shape that their references and labels can be printed in."""

    def some(what: st.SearchStrategy[Any], most: int) -> Any:
        return draw(st.lists(what, min_size=1, max_size=most))

    task = st.fixed_dictionaries({"label": LABEL, "task": TEXT, "target": st.one_of(st.just(""), TEXT)})
    action = st.fixed_dictionaries(
        {"ref": REFERENCE, "title": st.one_of(st.just(""), LINE), "tasks": st.lists(task, min_size=1, max_size=3)}
    )
    outcome = st.fixed_dictionaries({"title": LINE, "actions": st.lists(action, min_size=1, max_size=3)})
    groups = []
    for number, name in enumerate(draw(st.lists(LINE, min_size=1, max_size=3, unique_by=str.casefold)), 1):
        outcomes = some(outcome, 3)
        for place, each in enumerate(outcomes, 1):
            forms = (
                "",
                f"{number}.{place}",
                f"{number}:{place}",
                f"{number}.{place}c",
                f"SC{number}.{place}",
                f"Aim {place}",
            )
            each["ref"] = draw(st.sampled_from(forms))
            each["title"] = f"{each['title']} {number}{place}"
        held = draw(st.booleans())
        groups.append({"name": f"{name} {number}", "contact": draw(LINE), "on_hold": held, "outcomes": outcomes})
    return Plan.model_validate(
        {
            "title": draw(LINE),
            "partnership": f"{draw(LINE)} partnership",
            "template": draw(st.sampled_from(["standard", "brag"])),
            "groups": groups,
        }
    )


def _values(part: Any) -> list[str]:
    """Every text in a plan, in order."""
    if isinstance(part, dict):
        return [text for key, value in part.items() for text in (key, *_values(value))]
    if isinstance(part, (list, tuple)):
        return [text for each in part for text in _values(each)]
    return [str(part)]


@settings(deadline=None, max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(plan=plans())
def test_a_plan_comes_back_from_its_own_report(
    plan: Plan, frames: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    back = read(tmp_path_factory.getbasetemp(), reported(plan, frames)).plan
    different = [
        pair for pair in zip(_values(back.model_dump()), _values(plan.model_dump()), strict=False) if pair[0] != pair[1]
    ]
    assert different == []
    assert back == plan
    assert back == plan


def test_the_example_comes_back_from_its_report(tmp_path: Path, example: tuple[Plan, Any]) -> None:
    made = demo.run_demo(tmp_path / "project")
    back = plans_docx.read(made.report)
    assert (back.plan.title, back.plan.partnership, back.plan.template) == (
        example[0].title,
        example[0].partnership,
        "standard",
    )
    assert tasks_of(back.plan) == tasks_of(example[0])
    assert [(g.name, g.contact) for g in back.plan.groups] == [(g.name, g.contact) for g in example[0].groups]
    assert [(o.ref, o.title, [(a.ref, a.title) for a in o.actions]) for g in back.plan.groups for o in g.outcomes] == [
        (o.ref, o.title, [(a.ref, a.title) for a in o.actions]) for g in example[0].groups for o in g.outcomes
    ]
    assert not any(key for g in back.plan.groups for o in g.outcomes for t in o.tasks for key in (t.key, o.key, g.key))


def test_a_partnership_with_the_sign_that_parts_it_from_the_date_comes_back(
    tmp_path: Path, frames: dict[str, Any], example: tuple[Plan, Any]
) -> None:
    plan = example[0].model_copy(update={"partnership": "North · South"})
    assert read(tmp_path, reported(plan, frames)).plan.partnership == "North · South"


def test_what_the_plan_says_in_further_columns_comes_back(tmp_path: Path, frames: dict[str, Any]) -> None:
    plan = Plan.model_validate(
        {
            "title": "T",
            "partnership": "P",
            "template": "brag",
            "groups": [
                {
                    "name": "G",
                    "contact": "C",
                    "outcomes": [
                        {
                            "title": "O",
                            "actions": [
                                {
                                    "title": "A",
                                    "tasks": [
                                        {"task": "T", "target": "", "further": {"owner": "Jo", "due": "2009-03-05"}}
                                    ],
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    )
    assert read(tmp_path, reported(plan, frames)).plan == plan


# -------------------------------------------------------------------------------------------------- made by hand


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_made_by_hand_is_a_plan(shape: str, tmp_path: Path) -> None:
    plan = read(tmp_path, by_hand(shape)).plan
    assert plan.title == "How our sub-groups are doing"
    (group,) = plan.groups
    assert (group.name, group.contact) == ("Cleaner Streets", "Jo Archer")
    assert [(outcome.ref, outcome.title) for outcome in group.outcomes] == [
        ("2.1", "Streets that people are glad to walk in"),
        ("2.2", "Parks that are safe after dark"),
    ]
    assert [[(action.ref, action.title) for action in outcome.actions] for outcome in group.outcomes] == [
        [("", "Clear litter before it gathers")],
        [("2.2.1", "Light the paths"), ("2.2.2", "Walk the paths")],
    ]
    assert tasks_of(plan) == [
        ("a", "Agree who sweeps where", "Map by June 08; rota by July 08"),
        ("b", "Empty bins more often:\n* at weekends\n* after matches", "* Twice a day\n* Four times"),
        ("", "Ask residents what they see", "One survey"),
        ("a", "Count the lamps", "All parks"),
        ("a", "Set up patrols", "Ten"),
    ]


def test_it_is_the_same_plan_from_an_old_word_file(tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    path = put(tmp_path, by_hand("one table"))
    back = office.converted(office.converted(path, "doc", tmp_path), "docx", tmp_path / "back")
    assert plans_docx.read(back) == plans_docx.read(path)


@pytest.mark.parametrize(
    ("typed", "label", "task"),
    [
        ("a) Plant", "a", "Plant"),
        ("a)Plant", "a", "Plant"),
        ("(a) Plant", "a", "Plant"),
        ("a. Plant", "a", "Plant"),
        ("A. Plant", "A", "Plant"),
        ("iv) Plant", "iv", "Plant"),
        ("12. Plant", "12", "Plant"),
        ("b – Plant", "b", "Plant"),
        ("Plant (all) of them", "", "Plant (all) of them"),
        ("J. Smith plants", "", "J. Smith plants"),
        ("(new) Plant", "", "(new) Plant"),
        ("a tree is planted", "", "a tree is planted"),
        ("3.5 trees a day", "", "3.5 trees a day"),
    ],
)
def test_labels_are_told_from_words(typed: str, label: str, task: str, tmp_path: Path) -> None:
    plan = read_markup(tmp_path, task_report((typed, *ROW[1:]))).plan
    assert tasks_of(plan) == [(label, task, "Ten")]


def test_capitals_with_a_point_are_labels_where_they_count_up(tmp_path: Path) -> None:
    rows = [(f"{letter}. Task", *ROW[1:]) for letter in "ABJC"]
    labels = [label for label, _, _ in tasks_of(read_markup(tmp_path, task_report(*rows)).plan)]
    assert labels == ["A", "B", "", "C"]


# ------------------------------------------------------------------------------------------------------- remarks


def remarks(folder: Path, body: str) -> str:
    return "\n".join(read_markup(folder, body).warnings)


def test_what_no_report_carries_is_said_of_every_one(tmp_path: Path) -> None:
    said = read(tmp_path, by_hand("one table")).warnings
    assert [remark for remark in said if "keys" in remark and "email" in remark]
    assert [remark for remark in said if remark.startswith("Positions, statuses")]


def test_guessed_names_are_said(tmp_path: Path) -> None:
    found = read(tmp_path, by_hand("one table"))
    assert found.plan.partnership == "Our partnership"
    said = "\n".join(found.warnings)
    assert "“How our sub-groups are doing” is taken from its first line" in said
    assert "“Our partnership”" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (task_report(("", *ROW[1:]), ROW), "outcome 1.1, row 1: names no task and was left out: “Ten | Nine | GREEN"),
        (task_report(ROW) + paragraph("See annex."), "outside the layout and were left out: “See annex.”"),
        (task_report(ROW) + paragraph("Action: Water them"), "the action “Water them” has no tasks"),
        (task_report(ROW) + paragraph("Outcome: 1.2: Shade") + paragraph("Date: 4/9/2008"), "1.2: has no tasks"),
        (task_report((*ROW[:3], "PURPLE", "")), "Statuses that the template “standard” does not have: “PURPLE”"),
        (task_report((*ROW, "Jo"), head=(*HEADINGS, "Lead officer")), "The column “Lead officer” is none"),
        (task_report(ROW) * 2, "stands there more than once; its tasks were put together"),
        (
            task_report(ROW) + paragraph("Outcome: 1.1: Other") + table(HEADINGS, ROW),
            "two outcomes have this reference",
        ),
        (task_report((paragraph(run("a) Plant", "<w:strike/>")), *ROW[1:])), "struck through"),
        (task_report(ROW[:1] + ROW[2:], head=HEADINGS[:1] + HEADINGS[2:]), "no column for targets"),
        (
            paragraph("Parks", layout=HEADING_1)
            + task_report(ROW)
            + paragraph("Health", layout=HEADING_1)
            + paragraph("No update received from this sub-group."),
            "Health has no tasks in the document and is put on hold",
        ),
    ],
)
def test_what_was_left_out_or_not_understood_is_said_with_its_words(body: str, said: str, tmp_path: Path) -> None:
    assert said in remarks(tmp_path, body)


def test_every_remark_is_a_sentence_and_said_once(tmp_path: Path) -> None:
    body = task_report(("", *ROW[1:]), ROW, (*ROW[:3], "PURPLE", "")) + paragraph("See annex.") * 2
    said = read_markup(tmp_path, body).warnings
    assert len(set(said)) == len(said)
    assert all(remark.endswith(".") and remark[0].isupper() for remark in said)


def test_a_sub_group_on_hold_stays_on_hold(tmp_path: Path) -> None:
    body = paragraph("Parks", layout=HEADING_1) + paragraph("This sub-group is on hold.") + task_report(ROW)
    (group,) = read_markup(tmp_path, body).plan.groups
    assert group.on_hold
    assert len(group.outcomes) == 1


def test_an_email_address_beside_the_contact_is_taken(tmp_path: Path) -> None:
    details = ("Thematic Sub-group: Parks", "Contact: Jo Archer (jo.archer@example.org)")
    block = Block(BLOCKS[1].line, BLOCKS[1].counts, BLOCKS[1].actions, details)
    (group,) = read(tmp_path, by_hand("one table", [block])).plan.groups
    assert (group.contact, group.email) == ("Jo Archer", "jo.archer@example.org")


def test_another_contact_in_a_later_outcome_is_said(tmp_path: Path) -> None:
    other = ("Thematic Sub-group: Cleaner Streets", "Contact: Sam Reed")
    blocks = [BLOCKS[0], Block(BLOCKS[1].line, BLOCKS[1].counts, BLOCKS[1].actions, other)]
    found = read(tmp_path, by_hand("one table", blocks))
    assert found.plan.groups[0].contact == "Jo Archer"
    assert any("“Sam Reed”" in remark for remark in found.warnings)


def test_an_outcome_that_goes_on_over_the_page_is_one(tmp_path: Path) -> None:
    going_on = paragraph("Outcome: 1.1: Title (continued)") + table(HEADINGS, ("b) Water them", *ROW[1:]))
    plan = read_markup(tmp_path, task_report(ROW) + going_on).plan
    assert [label for label, _, _ in tasks_of(plan)] == ["a", "b"]
    assert len(plan.groups[0].outcomes) == 1


def test_a_document_without_tasks_is_no_plan(tmp_path: Path) -> None:
    body = paragraph("Parks", layout=HEADING_1) + paragraph("This sub-group is on hold.")
    with pytest.raises(ReportError, match="no tasks"):
        read_markup(tmp_path, body)
