"""Lays out a whole workbook from its sheets; `layout` determines the addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
        plan: the plan, with a key for every part.
        template: the plan's template.
        group: the sub-group of the plan.
        period: the period that is asked about.
        answers: prefilled answers; none by default.
        questions: what the contact is asked to settle, in order: each cell in question is marked and has a note, and
            the front sheet lists them all.
        last_period: what is shown of earlier periods; nothing by default, as in a first period.
    """
    last_period_date = last_period.date if last_period else None
    context = LayoutContext(
        plan=plan,
        template=template,
        group=group,
        period=period,
        answers=answers or PrefilledAnswers(),
        questions=tuple(questions),
        last_period=last_period,
        columns=columns_of(template, last_period_date),
        sheet_names=sheet_names(template, group),
    )
    context = replace(context, reference=identity.reference_of(context))
    outcomes = [outcome_sheet.lay_out(context, outcome, number) for number, outcome in enumerate(group.outcomes, 1)]
    placed_questions, marked_sheets = asking.place_questions(context, [*outcomes, headlines_sheet.lay_out(context)])
    facts = identity.facts_sheet(context)
    return WorkbookLayout(
        reference=context.reference,
        group=group.key,
        title=f"{plan.title} – {group.name} – {dates.in_words(period.date)}",
        author=plan.partnership,
        sheets=(front_sheet.lay_out(context, outcomes, placed_questions), *marked_sheets, facts),
        defined_names=identity.defined_names(facts),
        columns=tuple(column.key for column in context.columns),
        last_period_date=last_period_date,
        carried_columns=context.answers.carried_columns,
        questions=placed_questions,
        note_author=template.wording.query_author.format(partnership=plan.partnership),
    )


def sheet_names(template: Template, group: SubGroup) -> SheetNames:
    """Return the names of a workbook's sheets.

    Excel allows 31 characters, forbids some, and ignores case; an apostrophe is legal but breaks formulas in several
    other programs.
    """
    wording = template.wording
    desired_names = [wording.front_sheet, wording.headlines_sheet, identity.FACTS_SHEET]
    desired_names += [
        wording.outcome_sheet.format(ref=outcome.ref or number) for number, outcome in enumerate(group.outcomes, 1)
    ]
    front, headlines, facts, *outcomes = distinct_names([legal_sheet_name(name) for name in desired_names], 31)
    keys = [outcome.key for outcome in group.outcomes]
    return SheetNames(front, headlines, facts, dict(zip(keys, outcomes, strict=True)))


def legal_sheet_name(name: str) -> str:
    """Remove from `name` what Excel forbids in sheet names or what breaks formulas elsewhere; of any length."""
    legal_name = "".join(
        " " if character in "[]:*?/\\'\"‘’" or ord(character) < 32 else character
        for character in clean_for_office(name)
    )
    legal_name = " ".join(legal_name.split())
    # Excel reserves the name "History".
    return f"{legal_name} sheet" if legal_name.casefold() == "history" or not legal_name else legal_name
