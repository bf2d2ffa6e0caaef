"""Whatever an answer, a plan and a template say: an untouched report verifies, and its plan comes back."""

from __future__ import annotations

import datetime
import string
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from ragsheets.history.trend import History, PastPeriod
from ragsheets.ledger import Ledger, PeriodRecord
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.report.read.phrases import words_around
from ragsheets.report.read.reader import open_report
from ragsheets.report.verify.verify import verify
from ragsheets.report.write.compose import compose_content
from ragsheets.report.write.content import ReportContent
from ragsheets.report.write.word import report_to_docx
from ragsheets.returns.assess import Assessment, assess
from ragsheets.returns.totals import recount
from ragsheets.template.checks import find_template_faults
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office, normalise_text

DATE = datetime.date(2008, 9, 4)
SHIPPED = {name: read_template(name) for name in ("standard", "brag")}
BLANK_VALUES = {"outcome": "2.1: X", "ref": "4.1.2", "action": "Plant", "version": "9.9", "number": "3", "count": "3"}


def fill_in(words: str) -> str:
    """Return a sentence of the template with something in place of the words in braces."""
    return words.format_map(
        {name: BLANK_VALUES.get(name, "Parks") for _, name, _, _ in string.Formatter().parse(words)}
    )


def phrases_of(template: Template) -> list[str]:
    """Every sentence, heading and label of a template, and how the report prints them."""
    wording = [
        text
        for value in template.wording.model_dump().values()
        for text in ([value] if isinstance(value, str) else value)
    ]
    labels = [text for status in template.statuses for text in (status.code, status.label)]
    labels += [template.wording.total, template.wording.not_reported]
    headings = [column.heading for column in template.columns]
    counted = [text for label in labels for text in (label, f"{label}: 3", f"{label} 1", f"{label}: 4 (40%)")]
    return [*wording, *map(fill_in, wording), *counted, *headings, *MORE_PHRASES]


MORE_PHRASES = (
    *("Contact: me", "Contact:", "Date: 5th May 2001", "Outcome: 2.1: X", "2.2: X", "Outcome 3", "Level 1", "Group 7"),
    *("Ref: 1  Action: Plant", "Action:", "Sub-group: Parks", "a) Plant", "(b) Plant", "12. Plant", "A. Plant"),
    *("4", "0", "4 (40%)", "–", "*", "* ", "* Total: 4", "4th September 2008", "Parks · 4th September 2008"),
    *("Title (continued)", "Table Text", "{outcome}", "=1+1", "<w:p/>", "&amp;", "\u00a0", "\u2028", "\u200b", "\t"),
)
PHRASES = sorted({text for template in SHIPPED.values() for text in phrases_of(template)})
PHRASE = st.sampled_from(PHRASES)
ANY_LINE = PHRASE | st.text(max_size=12) | st.tuples(PHRASE, PHRASE).map(" ".join)
ITEM = ANY_LINE.map(lambda line: f"* {line}")
TEXT = st.just("") | ANY_LINE | st.lists(ANY_LINE | ITEM, max_size=4).map("\n".join)
#: The names of the sentences and headings that a combined report may print.
PRINTED_WORDING = [
    name
    for name in SHIPPED["standard"].wording.model_dump()
    if name.startswith(("report_", "travel_"))
    or name in ("outcome", "date", "group", "contact", "ref", "action", "summary", "total", "not_reported")
    or name in ("returned_as", "no_update", "on_hold")
]
#: Texts that a plan takes where it needs some.
WORDS = TEXT.filter(lambda text: bool(clean_for_office(text).strip()))


@st.composite
def plans(draw: st.DrawFn, template: str = "standard") -> Plan:
    """Plans of any words, in which sub-groups and outcomes have a number at the end by which they differ."""
    number = iter(range(1, 1000))

    def some(part: Any, least: int, most: int) -> list[Any]:
        return [part() for _ in range(draw(st.integers(least, most)))]

    def task() -> dict[str, Any]:
        further = {"owner": draw(TEXT), "due": draw(st.sampled_from(["", "2009-03-05"]))} if template == "brag" else {}
        return {"label": draw(TEXT), "task": draw(WORDS), "target": draw(TEXT), "further": further}

    def action() -> dict[str, Any]:
        return {"ref": draw(TEXT), "title": draw(TEXT), "tasks": some(task, 1, 2)}

    def outcome() -> dict[str, Any]:
        return {"ref": draw(TEXT), "title": f"{draw(TEXT)} {next(number)}", "actions": some(action, 1, 2)}

    def group() -> dict[str, Any]:
        outcomes = some(outcome, 0, 2)
        name = f"{draw(TEXT)} {next(number)}" if draw(st.booleans()) else f"{next(number)} {draw(TEXT)}"
        on_hold = not outcomes or draw(st.booleans())
        return {"name": name, "contact": draw(TEXT), "on_hold": on_hold, "outcomes": outcomes}

    groups = some(group, 1, 3)
    assume(any(group["outcomes"] for group in groups))
    head = {"title": draw(WORDS), "partnership": draw(WORDS), "template": template}
    return Plan.model_validate({**head, "groups": groups})


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Templates of any headings, labels, codes and sentences."""
    raw = SHIPPED[draw(st.sampled_from(sorted(SHIPPED)))].model_dump()
    words = ANY_LINE.map(lambda text: clean_for_office(text).replace("{", "").replace("}", ""))
    for name in draw(st.lists(st.sampled_from(PRINTED_WORDING), max_size=12, unique=True)):
        if isinstance(raw["wording"][name], str):
            fields = [field for _, field, _, _ in string.Formatter().parse(raw["wording"][name]) if field]
            pieces = [draw(words), *(piece for field in fields for piece in (f"{{{field}}}", draw(words)))]
            raw["wording"][name] = draw(st.sampled_from(["", " "])).join(pieces)[:200]
    for status in raw["statuses"]:
        if draw(st.booleans()):
            status["label"], status["spellings"] = draw(words), ()
        if draw(st.booleans()):
            status["code"] = draw(words)
    for column in raw["columns"]:
        if draw(st.booleans()):
            column["heading"] = draw(words)
    for part in (*raw["statuses"], *raw["columns"]):
        assume(all(normalise_text(part[key]) for key in ("code", "label", "heading") if key in part))
    assume(all(text.strip() for text in raw["wording"].values() if isinstance(text, str)))
    template = Template.model_validate(raw)
    # Reading a template file refuses a code that is there twice.
    assume(len({code.casefold() for code in template.scale.codes}) == len(template.statuses))
    assume(not find_template_faults(template))
    return template


@pytest.fixture(scope="module")
def frames() -> dict[str, Any]:
    """The ledger's frames for a period without returns."""
    with Ledger.open("sqlite://") as ledger:
        return ledger.frames(DATE)


@st.composite
def assessments(draw: st.DrawFn, plan: Plan, template: Template, frames: dict[str, Any]) -> Assessment:
    """The state of a period with any words in every answer."""
    record = PeriodRecord(Period(DATE, draw(TEXT)), with_keys(plan), template)
    assessment = assess(record, frames)
    tasks = assessment.tasks.copy()
    for column in [*(column.key for column in template.contact_columns if column.key != "status"), "status_found"]:
        tasks[column] = [draw(TEXT) for _ in range(len(tasks))]
    tasks["status"] = [draw(st.sampled_from(["", *template.scale.codes])) for _ in range(len(tasks))]
    missing = [name for name in assessment.missing_groups if draw(st.booleans())]
    totals = recount(tasks, record.plan, template)
    return replace(assessment, tasks=tasks, totals=totals, missing_groups=tuple(missing))


@st.composite
def histories(draw: st.DrawFn, plan: Plan, template: Template) -> History:
    """No earlier period, or one with any statuses."""
    plan = with_keys(plan)
    if draw(st.booleans()):
        return History(plan)
    codes = st.sampled_from(["", *template.scale.codes])
    statuses = {key: draw(codes) for key in tasks_by_key(plan)}
    return History(plan, (PastPeriod(Period(datetime.date(2008, 6, 5), draw(TEXT)), plan, statuses),))


def composed(
    draw: Any, plan: Plan, template: Template, frames: dict[str, Any], *, public: bool = False
) -> ReportContent:
    assessment = draw(assessments(plan, template, frames))
    record = PeriodRecord(assessment.period, assessment.plan, template)
    return compose_content(record, assessment, draw(histories(assessment.plan, template)), public=public)


def assert_verified(content: ReportContent, template: Template) -> None:
    """Check that a report as written has no differences from the ledger, nor from itself."""
    report = open_report(report_to_docx(content, template, created=DATE), "report.docx").read(template)
    assert report.date == DATE
    verification = verify("report.docx", report, template, (DATE, [content]))
    assert (verification.differences, verification.additions, verification.notes) == ((), (), ())
    assert verify("report.docx", report, template).differences == ()


SETTINGS = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.slow
@SETTINGS
@given(data=st.data(), plan=st.sampled_from(sorted(SHIPPED)).flatmap(plans), public=st.booleans())
def test_an_untouched_report_verifies_whatever_its_answers_and_its_plan_say(
    data: st.DataObject, plan: Plan, public: bool, frames: dict[str, Any]
) -> None:
    template = SHIPPED[plan.template]
    assert_verified(composed(data.draw, plan, template, frames, public=public), template)


@pytest.mark.slow
@SETTINGS
@given(data=st.data(), template=templates(), public=st.booleans())
def test_an_untouched_report_verifies_whatever_its_template_says(
    data: st.DataObject, template: Template, public: bool, frames: dict[str, Any]
) -> None:
    plan = data.draw(plans(template="brag" if template.plan_columns else "standard"))
    # Without its colour, such a status cannot be distinguished from a task without one.
    assume(not any(printed(code).startswith(printed(template.wording.not_reported)) for code in template.scale.codes))
    assert_verified(composed(data.draw, plan, template, frames, public=public), template)


def printed(text: str) -> str:
    """A text without blanks, and without the characters that Office files cannot hold."""
    return "".join(clean_for_office(text).split())


def printed_plan(plan: Plan, template: Template) -> list[str]:
    """What a report prints of a plan, in order: references and labels with the words that follow them."""
    texts = [("title", plan.title), ("partnership", plan.partnership)]
    for group in plan.groups:
        # A contact is named beside each outcome only.
        contact = group.contact if group.outcomes else ""
        texts += [("sub-group", group.name), ("contact", contact), ("on hold", str(group.on_hold))]
        for outcome in group.outcomes:
            texts.append(("outcome", outcome.heading))
            for action in outcome.actions:
                texts.append(("action", f"{action.ref} {action.title}"))
                for task in action.tasks:
                    texts += [("task", task.labelled), ("target", task.target)]
                    texts += [(column.key, task.further.get(column.key, "")) for column in template.plan_columns]
    return [f"{name}: {printed(text)}" for name, text in texts]


@pytest.mark.slow
@SETTINGS
@given(data=st.data(), plan=st.sampled_from(sorted(SHIPPED)).flatmap(plans))
def test_the_plan_of_an_untouched_report_comes_back_whatever_it_and_the_answers_say(
    data: st.DataObject, plan: Plan, frames: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    template = SHIPPED[plan.template]
    # An email address beside a contact is read as one.
    assume("@" not in "".join(group.contact for group in plan.groups))
    # A heading is one line of text: a reference that holds what is printed before the title ends there.
    before_title = f"  {words_around(template.wording.action)[0]}"
    outcomes = [outcome for group in plan.groups for outcome in group.outcomes]
    assume(not any(before_title in clean_for_office(action.ref) for outcome in outcomes for action in outcome.actions))
    path: Path = tmp_path_factory.getbasetemp() / "any.docx"
    path.write_bytes(report_to_docx(composed(data.draw, plan, template, frames), template, created=DATE))
    pairs = zip_longest(
        printed_plan(read_plan_file(path).plan, template), printed_plan(plan, template), fillvalue="nothing"
    )
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
