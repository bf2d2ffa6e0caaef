"""Letters: the words that queries are sent back with, a letter to each contact, in plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.text import clean_for_office

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.returns.queries import Query
    from ragsheets.workbook.layout import PlacedQuestion, WorkbookLayout

#: How many characters of a question stand in a letter.
MAX_QUESTION_CHARACTERS = 140


def compose_letters(
    queries: Sequence[Query], workbooks: Sequence[WorkbookLayout], file_names: Sequence[str], record: PeriodRecord
) -> str:
    """The letters that the workbooks are sent back with: one for each, to be pasted into an email.

    Args:
        queries: the queries.
        workbooks: the laid-out workbook of each.
        names: the name of each one's file.
        record: the period with its template.

    Returns:
        Markdown, in which each letter stands in a fence: it is plain text, to be copied as it is into an email, and
        whatever signs the words of plans and returns hold, none of them is markup.
    """
    title = f"# {dates.in_words(record.period.date)}: what to send back"
    parts = [
        _letter_section(query, workbook, name, record)
        for query, workbook, name in zip(queries, workbooks, file_names, strict=True)
    ]
    return "\n\n".join([title, *parts]) + "\n"


def _letter_section(query: Query, workbook: WorkbookLayout, file_name: str, record: PeriodRecord) -> str:
    group = query.group
    address = f"{group.contact} <{group.email}>" if group.email else group.contact or group.name
    lines = [f"## {escape_markdown(group.name)}", f"To: {_code_span(address)}", f"Attach: {_code_span(file_name)}"]
    return "\n\n".join([*lines, _code_fence(compose_letter(query, workbook, file_name, record))])


def compose_letter(query: Query, workbook: WorkbookLayout, file_name: str, record: PeriodRecord) -> str:
    """The letter to one sub-group's contact, in plain text."""
    wording, period, group = record.template.wording, record.period, query.group
    count = len(workbook.questions)
    questions = [
        _question_text(item, wording.query_in_letter, wording.query_whole_in_letter) for item in workbook.questions
    ]
    if any(_is_carried(item, query) for item in workbook.questions):
        questions.append(wording.query_carried_in_letter)
    words = {
        "contact": _single_line(group.contact or group.name),
        "group": _single_line(group.name),
        "period": _single_line(period.title),
        "partnership": _single_line(record.plan.partnership),
        "count": wording.query_one if count == 1 else wording.query_several.format(count=count),
        "questions": "\n\n" + "\n\n".join(questions) + "\n\n",
        "file": _single_line(file_name),
    }
    if period.due:
        text = wording.query_letter_due.format(due=dates.in_words(period.due), **words)
    else:
        text = wording.query_letter.format(**words)
    lines = "\n".join(line.strip() for line in text.splitlines())
    return re.sub("\n{3,}", "\n\n", lines).strip()


def _question_text(item: PlacedQuestion, cell_wording: str, general_wording: str) -> str:
    return (cell_wording if item.cell else general_wording).format(
        number=item.number,
        sheet=_single_line(item.sheet),
        cell=item.cell,
        heading=_single_line(item.heading),
        ask=_single_line(_shorten_question(item.question.ask)),
    )


def _is_carried(item: PlacedQuestion, query: Query) -> bool:
    """Whether a question is about an answer that was carried forward, which leaving as it is confirms."""
    question = item.question
    return question.may_stay_unchanged and question.column_key in (query.answers.carried_columns or {}).get(
        question.row_key, ()
    )


def _shorten_question(text: str) -> str:
    """As much of a question as stands in a letter; the workbook has the whole of it."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_QUESTION_CHARACTERS else f"{text[:MAX_QUESTION_CHARACTERS].rstrip()} …"


def _single_line(text: str) -> str:
    """A text in one line, without the characters that no file can hold."""
    return " ".join(clean_for_office(text).split())


def _code_fence(text: str) -> str:
    """Lines to be copied, in which no sign is markup (CommonMark 0.31, 4.5)."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def escape_markdown(text: str) -> str:
    """A line of text in which no sign is markup (CommonMark 0.31, 2.4), and no others are touched.

    Addresses of the web and of people are no links either, which some programs make of them.
    """
    line = re.sub(
        r"([\\`*_\[\]<>&~|#])|(?<=:)(/)(?=/)|(?<=www)(\.)|(@)", r"\\\g<0>", _single_line(text), flags=re.IGNORECASE
    )
    return re.sub(r"^([+=-])|^([0-9]+)(?=[.)])", lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\", line)


def _code_span(text: str) -> str:
    """A line of text to be copied, in which no sign is markup (CommonMark 0.31, 6.1)."""
    line = _single_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    edge = " " if "`" in (line[:1], line[-1:]) else ""
    return f"{fence}{edge}{line}{edge}{fence}"
