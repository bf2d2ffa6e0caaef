"""Reading a plan from a Word report: round trips, reports made by hand, and warnings about omissions."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers import office, projects
from helpers.word_reports import (
    BLOCKS,
    HEADINGS,
    SHAPES,
    Block,
    document_from_xml,
    handmade_report,
    paragraph,
    run,
    save_report,
    table,
    task_report,
)
from ragsheets.errors import ReportError
from ragsheets.ledger import Ledger, PeriodRecord
from ragsheets.plan.model import Period, Plan
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.plan_files.parse import PlanFile
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
    """The ledger's frames for a period without returns."""
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ragsheets.db") as ledger:
        return ledger.frames(DATE)


def report_of(plan: Plan, frames: dict[str, Any]) -> bytes:
    """Return the report of a period with this plan and without returns."""
    from ragsheets.plan.model import with_keys

    template = read_template(plan.template)
    record = PeriodRecord(Period(DATE), with_keys(plan), template)
    return report_to_docx(compose_content(record, assess(record, frames)), template, created=DATE)


def read(folder: Path, content: bytes) -> PlanFile:
    return read_plan_file(save_report(folder, content))


def read_markup(folder: Path, body: str) -> PlanFile:
    return read(folder, document_from_xml(body))


def tasks_of(plan: Plan) -> list[tuple[str, str, str]]:
    return [
        (task.label, task.task, task.target)
        for group in plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    ]


# --------------------------------------------------------------------------------------------------- round trips

WORD = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=8)
SIGNS = st.sampled_from(["&", "<b>", "“so”", "–", "=1+1", "50%", "(all)", "£3", "*", "\u00a0", "3.", "Target", "Total"])
WORDS = st.lists(st.one_of(WORD, SIGNS), min_size=1, max_size=6).map(" ".join)
#: A line that begins with a word, so that it is not read as a label or a reference.
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
    """Generate plans with every printable form of references and labels."""

    def draw_list(strategy: st.SearchStrategy[Any], max_size: int) -> Any:
        return draw(st.lists(strategy, min_size=1, max_size=max_size))

    task = st.fixed_dictionaries({"label": LABEL, "task": TEXT, "target": st.one_of(st.just(""), TEXT)})
    action = st.fixed_dictionaries(
        {"ref": REFERENCE, "title": st.one_of(st.just(""), LINE), "tasks": st.lists(task, min_size=1, max_size=3)}
    )
    outcome = st.fixed_dictionaries({"title": LINE, "actions": st.lists(action, min_size=1, max_size=3)})
    groups = []
    for number, name in enumerate(draw(st.lists(LINE, min_size=1, max_size=3, unique_by=str.casefold)), 1):
        outcomes = draw_list(outcome, 3)
        for position, outcome_table in enumerate(outcomes, 1):
            references = (
                "",
                f"{number}.{position}",
                f"{number}:{position}",
                f"{number}.{position}c",
                f"SC{number}.{position}",
                f"Aim {position}",
            )
            outcome_table["ref"] = draw(st.sampled_from(references))
            outcome_table["title"] = f"{outcome_table['title']} {number}{position}"
        on_hold = draw(st.booleans())
        groups.append({"name": f"{name} {number}", "contact": draw(LINE), "on_hold": on_hold, "outcomes": outcomes})
    return Plan.model_validate(
        {
            "title": draw(LINE),
            "partnership": f"{draw(LINE)} partnership",
            "template": draw(st.sampled_from(["standard", "brag"])),
            "groups": groups,
        }
    )


def _values(part: Any) -> list[str]:
    """Return every text in a plan, in order."""
    if isinstance(part, dict):
        return [text for key, value in part.items() for text in (key, *_values(value))]
    if isinstance(part, (list, tuple)):
        return [text for item in part for text in _values(item)]
    return [str(part)]


@pytest.mark.slow
@settings(deadline=None, phases=(Phase.explicit, Phase.generate))
@given(plan=plans())
def test_a_plan_is_read_unchanged_from_its_own_report(
    plan: Plan, frames: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    read_plan = read(tmp_path_factory.getbasetemp(), report_of(plan, frames)).plan
    different = [
        pair
        for pair in zip(_values(read_plan.model_dump()), _values(plan.model_dump()), strict=False)
        if pair[0] != pair[1]
    ]
    assert different == []
    assert read_plan == plan


@pytest.mark.slow
def test_the_example_is_read_unchanged_from_its_report(tmp_path: Path, example: tuple[Plan, Any]) -> None:
    demo_result = demo.run_demo(tmp_path / "project")
    docx_plan = read_plan_file(demo_result.report)
    assert (docx_plan.plan.title, docx_plan.plan.partnership, docx_plan.plan.template) == (
        example[0].title,
        example[0].partnership,
        "standard",
    )
    assert tasks_of(docx_plan.plan) == tasks_of(example[0])
    assert [(g.name, g.contact) for g in docx_plan.plan.groups] == [(g.name, g.contact) for g in example[0].groups]
    assert [
        (o.ref, o.title, [(a.ref, a.title) for a in o.actions]) for g in docx_plan.plan.groups for o in g.outcomes
    ] == [(o.ref, o.title, [(a.ref, a.title) for a in o.actions]) for g in example[0].groups for o in g.outcomes]
    assert not any(
        key for g in docx_plan.plan.groups for o in g.outcomes for t in o.tasks for key in (t.key, o.key, g.key)
    )


def test_a_partnership_that_contains_the_subtitle_separator_is_read_unchanged(
    tmp_path: Path, frames: dict[str, Any], example: tuple[Plan, Any]
) -> None:
    plan = example[0].model_copy(update={"partnership": "North · South"})
    assert read(tmp_path, report_of(plan, frames)).plan.partnership == "North · South"


def test_values_of_further_columns_are_read_unchanged(tmp_path: Path, frames: dict[str, Any]) -> None:
    task = {"task": "T", "target": "", "further": {"owner": "Jo", "due": "2009-03-05"}}
    table = projects.plan(projects.group("G", projects.outcome("", projects.action(task))), template="brag")
    plan = Plan.model_validate(table)
    assert read(tmp_path, report_of(plan, frames)).plan == plan


# ---------------------------------------------------------------------------------------------- written by hand


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_written_by_hand_is_read_as_a_plan(shape: str, tmp_path: Path) -> None:
    plan = read(tmp_path, handmade_report(shape)).plan
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


@pytest.mark.slow
def test_a_doc_file_converted_to_docx_gives_the_same_plan(tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    path = save_report(tmp_path, handmade_report("one table"))
    converted_path = office.convert(office.convert(path, "doc", tmp_path), "docx", tmp_path / "back")
    converted_plan, typed_plan = read_plan_file(converted_path), read_plan_file(path)
    assert (converted_plan.plan, sentences_of(converted_plan)) == (typed_plan.plan, sentences_of(typed_plan))


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
def test_labels_are_separated_from_the_wording(typed: str, label: str, task: str, tmp_path: Path) -> None:
    plan = read_markup(tmp_path, task_report((typed, *ROW[1:]))).plan
    assert tasks_of(plan) == [(label, task, "Ten")]


def test_capitals_with_a_full_stop_are_labels_if_in_sequence(tmp_path: Path) -> None:
    rows = [(f"{letter}. Task", *ROW[1:]) for letter in "ABJC"]
    labels = [label for label, _, _ in tasks_of(read_markup(tmp_path, task_report(*rows)).plan)]
    assert labels == ["A", "B", "", "C"]


# ------------------------------------------------------------------------------------------------------ warnings


def sentences_of(plan_file: PlanFile) -> list[str]:
    return [warning.what for warning in plan_file.warnings]


def warnings_of(folder: Path, body: str) -> str:
    return "\n".join(sentences_of(read_markup(folder, body)))


def test_every_report_has_warnings_about_what_no_report_contains(tmp_path: Path) -> None:
    warnings = sentences_of(read(tmp_path, handmade_report("one table")))
    assert [warning for warning in warnings if "keys" in warning and "email" in warning]
    assert [warning for warning in warnings if warning.startswith("Positions, statuses")]


def test_guessed_names_are_reported(tmp_path: Path) -> None:
    docx_plan = read(tmp_path, handmade_report("one table"))
    assert docx_plan.plan.partnership == "Our partnership"
    warning_text = "\n".join(sentences_of(docx_plan))
    assert "“How our sub-groups are doing” is taken from its first line" in warning_text
    assert "“Our partnership”" in warning_text


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (task_report(("", *ROW[1:]), ROW), "outcome 1.1, row 1: names no task and was left out: “Ten | Nine | GREEN"),
        (task_report(ROW) + paragraph("See annex."), "outside the layout and were left out: “See annex.”"),
        (task_report(ROW) + paragraph("Action: Water them"), "the action “Water them” has no tasks"),
        (task_report(ROW) + paragraph("Outcome: 1.2: Shade") + paragraph("Date: 4/9/2008"), "1.2: has no tasks"),
        (task_report((*ROW[:3], "PURPLE", "")), "Statuses that the template “standard” does not have: “PURPLE”"),
        (
            task_report((*ROW, "Jo"), head=(*HEADINGS, "Lead officer")),
            "The column “Lead officer” is not in the template",
        ),
        (task_report(ROW) * 2, "is in the document more than once; its tasks were put together"),
        (
            task_report(ROW) + paragraph("Outcome: 1.1: Other") + table(HEADINGS, ROW),
            "two outcomes have this reference",
        ),
        (
            task_report((paragraph(run("a) Plant"), run(" weeds", "<w:strike/>")), *ROW[1:])),
            "Words that are struck through were left out: “weeds”.",
        ),
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
def test_omitted_or_unrecognised_text_is_quoted_in_a_warning(body: str, warning: str, tmp_path: Path) -> None:
    assert warning in warnings_of(tmp_path, body)


@pytest.mark.slow
def test_text_added_under_the_heading_of_a_sub_group_is_quoted_in_a_warning(tmp_path: Path) -> None:
    report = demo.run_demo(tmp_path / "project").report
    document = docx.Document(str(report))
    heading = next(p for p in document.paragraphs if (p.text, p.style.name) == ("Stronger Communities", "Heading 1"))
    heading._p.addnext(document.add_paragraph("Thank you all.")._p)
    document.save(str(report))
    warnings = sentences_of(read_plan_file(report))
    assert "Stronger Communities: these words are outside the layout and were left out: “Thank you all.”." in warnings


def test_every_warning_is_a_sentence_and_given_once(tmp_path: Path) -> None:
    body = task_report(("", *ROW[1:]), ROW, (*ROW[:3], "PURPLE", "")) + paragraph("See annex.") * 2
    warnings = sentences_of(read_markup(tmp_path, body))
    assert len(set(warnings)) == len(warnings)
    assert all(warning.endswith(".") and warning[0].isupper() for warning in warnings)


def test_a_sub_group_on_hold_stays_on_hold(tmp_path: Path) -> None:
    body = paragraph("Parks", layout=HEADING_1) + paragraph("This sub-group is on hold.") + task_report(ROW)
    (group,) = read_markup(tmp_path, body).plan.groups
    assert group.on_hold
    assert len(group.outcomes) == 1


def test_an_email_address_beside_the_contact_is_read(tmp_path: Path) -> None:
    details = ("Thematic Sub-group: Parks", "Contact: Jo Archer (jo.archer@example.org)")
    block = Block(BLOCKS[1].line, BLOCKS[1].counts, BLOCKS[1].actions, details)
    (group,) = read(tmp_path, handmade_report("one table", [block])).plan.groups
    assert (group.contact, group.email) == ("Jo Archer", "jo.archer@example.org")


def test_another_contact_in_a_later_outcome_is_reported(tmp_path: Path) -> None:
    other_details = ("Thematic Sub-group: Cleaner Streets", "Contact: Sam Reed")
    blocks = [BLOCKS[0], Block(BLOCKS[1].line, BLOCKS[1].counts, BLOCKS[1].actions, other_details)]
    docx_plan = read(tmp_path, handmade_report("one table", blocks))
    assert docx_plan.plan.groups[0].contact == "Jo Archer"
    assert any("“Sam Reed”" in warning for warning in sentences_of(docx_plan))


def test_an_outcome_continued_on_the_next_page_is_one_outcome(tmp_path: Path) -> None:
    continued = paragraph("Outcome: 1.1: Title (continued)") + table(HEADINGS, ("b) Water them", *ROW[1:]))
    plan = read_markup(tmp_path, task_report(ROW) + continued).plan
    assert [label for label, _, _ in tasks_of(plan)] == ["a", "b"]
    assert len(plan.groups[0].outcomes) == 1


def test_a_document_whose_tasks_are_struck_through_is_not_a_plan_and_the_reason_is_given(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="struck through were left out: “a\\) Plant”"):
        read_markup(tmp_path, task_report((paragraph(run("a) Plant", "<w:strike/>")), *ROW[1:])))


def test_a_document_without_tasks_is_not_a_plan(tmp_path: Path) -> None:
    body = paragraph("Parks", layout=HEADING_1) + paragraph("This sub-group is on hold.")
    with pytest.raises(ReportError, match="no tasks"):
        read_markup(tmp_path, body)
