"""The content of the page for contacts as plain values, from the template, the plan's title and the period.

`ragsheets.report.contact_guide.word` and `ragsheets.report.contact_guide.markdown` write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.report.write.content import (
    DocumentInfo,
    ListItem,
    ReportCell,
    ReportColumn,
    ReportPart,
    ReportTable,
    table_of,
)
from ragsheets.report.write.context import join_words
from ragsheets.template.model import Column, Template
from ragsheets.template.status import Status
from ragsheets.workbook.columns import LAST_COLUMNS, last_column_headings

if TYPE_CHECKING:
    from ragsheets.plan.model import Period, Plan

#: Relative widths of the columns of the tables.
_NAME_WIDTH, _TEXT_WIDTH, _NEEDED_WIDTH = 29.0, 45.0, 26.0

#: The most statuses whose meanings are printed side by side, which takes less of the page.
_MAX_STATUSES_IN_ROW = 5


@dataclass(frozen=True)
class ContactGuide(DocumentInfo):
    """The content of the page: `subject` is the title of the plan, `call` asks to return the workbook."""

    subject: str
    call: str
    parts: tuple[ReportPart, ...]


def compose_contact_guide(
    plan: Plan,
    template: Template,
    period: Period,
    *,
    previous_period: Period | None = None,
    carries_forward: bool = False,
) -> ContactGuide:
    """Return the page for the contacts of a period.

    Args:
        plan: the plan of the period, for its title and partnership.
        template: the template of its workbooks.
        period: the period.
        previous_period: the period whose answers the workbooks show; None where they show none.
        carries_forward: whether cells to fill in hold the last answers.
    """
    wording = template.wording
    due = dates.in_words(period.due) if period.due else ""
    return ContactGuide(
        title=wording.contact_guide_title,
        partnership=plan.partnership,
        period=period.title,
        date=dates.in_words(period.date),
        subject=plan.title,
        call=(wording.contact_guide_call_due if due else wording.contact_guide_call).format(due=due),
        parts=(
            _answers_part(template, previous_period, carries_forward=carries_forward),
            _statuses_part(template),
            ReportPart(wording.contact_guide_more, items=_list_items(*_additions(template))),
            ReportPart(wording.contact_guide_avoid, items=_list_items(*wording.contact_guide_avoid_notes)),
            ReportPart(
                wording.contact_guide_return,
                items=_list_items(*wording.contact_guide_programs, *wording.contact_guide_return_notes),
            ),
        ),
    )


def _list_items(*texts: str) -> tuple[ListItem, ...]:
    return tuple(map(ListItem, texts))


# ------------------------------------------------------------------------------------------------- what to fill in


def _answers_part(template: Template, previous_period: Period | None, *, carries_forward: bool) -> ReportPart:
    """Return the columns: those that are filled in already, and a table of those to fill in."""
    wording = template.wording
    given = [_quoted(column.heading) for column in template.columns if column.filled_by == "plan"]
    texts = [wording.contact_guide_cells.format(columns=join_words(given, wording.report_and))]
    if previous_period:
        headings = last_column_headings(template, previous_period.date)
        status, position, planned = (headings[key] for key in LAST_COLUMNS)
        texts.append(wording.guide_last.format(status=status, position=position, planned=planned))
    if carries_forward:
        texts.append(wording.carried_call)
    table = table_of(
        wording.contact_guide_answers,
        [
            (ReportColumn(wording.contact_guide_column, _NAME_WIDTH), lambda column: column.heading),
            (ReportColumn(wording.contact_guide_prompt, _TEXT_WIDTH), lambda column: _prompt(column, template)),
            (ReportColumn(wording.contact_guide_needed, _NEEDED_WIDTH), lambda column: _need(column, template)),
        ],
        template.contact_columns,
    )
    return ReportPart(wording.contact_guide_answers, paragraphs=tuple(texts), table=table)


def _prompt(column: Column, template: Template) -> str:
    """Return what a column asks for, and the form of its answers."""
    questions = template.wording.questions
    forms = {
        "date": questions["bad-date"].remedy,
        "number": questions["bad-number"].remedy,
        "choice": questions["unknown-choice"].remedy.format(wanted=", ".join(column.choices), found=""),
    }
    return " ".join(filter(None, (column.prompt, forms.get(column.kind, ""))))


def _need(column: Column, template: Template) -> str:
    """Return when a column is to be filled in."""
    wording = template.wording
    statuses = template.scale.codes_needing("attention", "action")
    if column.required:
        return wording.contact_guide_always
    if column.key == "planned" and statuses:
        return wording.contact_guide_for_statuses.format(statuses=join_words(statuses, wording.report_or))
    return wording.contact_guide_optional


def _statuses_part(template: Template) -> ReportPart:
    """Return the meanings of the statuses: below each status where there are few, beside it otherwise."""
    wording, statuses = template.wording, template.statuses
    if len(statuses) <= _MAX_STATUSES_IN_ROW:
        columns = tuple(ReportColumn(status.code, 1, "status", status.code) for status in statuses)
        table = ReportTable(
            wording.key, columns, (tuple(ReportCell(_meaning(status, template)) for status in statuses),)
        )
    else:
        table = table_of(
            wording.key,
            [
                (
                    ReportColumn(wording.key_status, _NAME_WIDTH, "status"),
                    lambda status: ReportCell(status.code, status.code),
                ),
                (ReportColumn(wording.key_meaning, 100 - _NAME_WIDTH), lambda status: _meaning(status, template)),
            ],
            statuses,
        )
    return ReportPart(wording.key, table=table)


def _meaning(status: Status, template: Template) -> str:
    return template.wording.contact_guide_done.format(status=status.label) if status.done else status.label


def _additions(template: Template) -> Iterator[str]:
    """Yield what contacts may add: headlines, new tasks, and other words for the plan."""
    wording = template.wording
    yield wording.contact_guide_headlines.format(
        sheet=wording.headlines_sheet,
        successes=_quoted(wording.successes),
        next_steps=_quoted(wording.next_steps),
        call=wording.headlines_call,
    )
    yield wording.contact_guide_new_task
    yield wording.contact_guide_rewording


def _quoted(text: str) -> str:
    return f"“{text}”"
