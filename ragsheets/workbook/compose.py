"""A whole workbook, put together from its sheets; where everything stands on them the layout says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.files.names import distinct_names
from ragsheets.text import clean_for_office
from ragsheets.workbook import front_sheet, headlines_sheet, identity, outcome_sheet
from ragsheets.workbook import questions as asking
from ragsheets.workbook.columns import columns_of
from ragsheets.workbook.layout import ContactQuestion, LayoutContext, PrefilledAnswers, SheetNames, WorkbookLayout

if TYPE_CHECKING:
    from ragsheets.plan.model import Period, Plan, SubGroup
    from ragsheets.template.model import Template
    from ragsheets.workbook.last_period import LastPeriod


def lay_out(
    plan: Plan,
    template: Template,
    group: SubGroup,
    period: Period,
    answers: PrefilledAnswers | None = None,
    questions: Sequence[ContactQuestion] = (),
    last_period: LastPeriod | None = None,
) -> WorkbookLayout:
    """Lay out the workbook of one sub-group.

    Args:
        plan: the plan, every part with its key.
        template: the plan's template.
        group: the sub-group of the plan.
        period: the period that is asked about.
        answers: what is to stand in the answer cells already; nothing by default.
        questions: what the contact is asked to settle, in order: each cell in question is marked and has a note, and
            the front sheet lists them all.
        background: what is shown of earlier periods; nothing by default, as in a first period.
    """
    answers, questions = answers or PrefilledAnswers(), tuple(questions)
    since = last_period.date if last_period else None
    context = LayoutContext(
        plan=plan,
        template=template,
        group=group,
        period=period,
        reference=identity.reference_of(plan, template, group, period, answers, questions, last_period),
        answers=answers,
        questions=questions,
        last_period=last_period,
        columns=columns_of(template, since),
        sheet_names=sheet_names(template, group),
    )
    outcomes = [outcome_sheet.lay_out(context, outcome, number) for number, outcome in enumerate(group.outcomes, 1)]
    asked, pages = asking.place_questions(context, [*outcomes, headlines_sheet.lay_out(context)])
    facts = identity.facts_sheet(context)
    return WorkbookLayout(
        reference=context.reference,
        group=group.key,
        title=f"{plan.title} – {group.name} – {dates.in_words(period.date)}",
        author=plan.partnership,
        sheets=(front_sheet.lay_out(context, outcomes, asked), *pages, facts),
        defined_names=identity.defined_names(facts),
        columns=tuple(column.key for column in context.columns),
        last_period_date=since,
        carried_columns=answers.carried_columns,
        questions=asked,
        note_author=template.wording.query_author.format(partnership=plan.partnership),
    )


def sheet_names(template: Template, group: SubGroup) -> SheetNames:
    """The names of a workbook's sheets.

    Excel allows 31 characters, refuses some, and overlooks case; an apostrophe is legal but breaks formulas in
    several other programs.
    """
    wording = template.wording
    wanted = [wording.front_sheet, wording.headlines_sheet, identity.FACTS_SHEET]
    wanted += [wording.outcome_sheet.format(ref=outcome.ref or n) for n, outcome in enumerate(group.outcomes, 1)]
    front, headlines, facts, *outcomes = distinct_names([legal_sheet_name(name) for name in wanted], 31)
    keys = [outcome.key for outcome in group.outcomes]
    return SheetNames(front, headlines, facts, dict(zip(keys, outcomes, strict=True)))


def legal_sheet_name(name: str) -> str:
    """`name` without what Excel refuses in the name of a sheet, or what breaks formulas elsewhere; of any length."""
    kept = "".join(" " if sign in "[]:*?/\\'\"‘’" or ord(sign) < 32 else sign for sign in clean_for_office(name))
    kept = " ".join(kept.split())
    # Excel keeps the name "History" for itself.
    return f"{kept} sheet" if kept.casefold() == "history" or not kept else kept
