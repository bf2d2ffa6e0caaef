"""Letters: the plain text that queries are sent back with, one letter to each contact. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.text import shorten, shorten_quotations, single_line, visible

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.returns.queries import Query
    from ragsheets.workbook.layout import PlacedQuestion, WorkbookLayout

#: The most characters of an answer, a message and a question that a letter quotes; the workbook has them in full.
MAX_ANSWER_CHARACTERS, MAX_MESSAGE_CHARACTERS, MAX_QUESTION_CHARACTERS = 80, 140, 600


def compose_letters(
    queries: Sequence[Query], workbooks: Sequence[WorkbookLayout], file_names: Sequence[str], record: PeriodRecord
) -> str:
    """Compose the letters that the workbooks are sent back with: one for each, to be pasted into an email.

    Args:
        queries: the queries.
        workbooks: the laid-out workbook of each query.
        file_names: the file name of each workbook.
        record: the period with its template.

    Returns:
        Markdown with each letter in a code fence: plain text to be copied unchanged into an email, so that no character
        from a plan or a return acts as markup.
    """
    title = f"# {dates.in_words(record.period.date)}: what to send back"
    parts = [
        _letter_section(query, workbook, name, record)
        for query, workbook, name in zip(queries, workbooks, file_names, strict=True)
    ]
    return visible("\n\n".join([title, *parts])) + "\n"


def _letter_section(query: Query, workbook: WorkbookLayout, file_name: str, record: PeriodRecord) -> str:
    group = query.group
    address = f"{group.contact} <{group.email}>" if group.email else group.contact or group.name
    lines = [f"## {escape_markdown(group.name)}", f"To: {_code_span(address)}", f"Attach: {_code_span(file_name)}"]
    return "\n\n".join([*lines, _code_fence(compose_letter(query, workbook, file_name, record))])


def compose_letter(query: Query, workbook: WorkbookLayout, file_name: str, record: PeriodRecord) -> str:
    """Compose the letter to one sub-group's contact, in plain text."""
    wording, period, group = record.template.wording, record.period, query.group
    count = len(workbook.questions)
    questions = [
        _question_text(item, wording.query_in_letter, wording.query_whole_in_letter) for item in workbook.questions
    ]
    if any(_is_carried(item, query) for item in workbook.questions):
        questions.append(wording.query_carried_in_letter)
    questions += [
        wording.query_words_in_letter.format(words=single_line(shorten(text, MAX_MESSAGE_CHARACTERS)))
        for text in query.words
    ]
    words = {
        "contact": single_line(group.contact or group.name),
        "group": single_line(group.name),
        "period": single_line(period.title),
        "partnership": single_line(record.plan.partnership),
        "count": wording.query_one if count == 1 else wording.query_several.format(count=count),
        "questions": "\n\n" + "\n\n".join(questions) + "\n\n",
        "file": single_line(file_name),
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
        sheet=single_line(item.sheet),
        cell=item.cell,
        heading=single_line(item.heading),
        ask=single_line(_shorten_question(item.question.ask)),
    )


def _is_carried(item: PlacedQuestion, query: Query) -> bool:
    """Return whether a question is about a carried-forward answer, which leaving the cell unchanged confirms."""
    question = item.question
    return question.may_stay_unchanged and question.column_key in (query.answers.carried_columns or {}).get(
        question.row_key, ()
    )


def _shorten_question(text: str) -> str:
    """Return a question as a letter asks it: with short quotations, so that its point is never cut off."""
    return shorten(shorten_quotations(text, MAX_ANSWER_CHARACTERS), MAX_QUESTION_CHARACTERS)


def _code_fence(text: str) -> str:
    """Return lines in a code fence, in which no character is markup (CommonMark 0.31, 4.5)."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def escape_markdown(text: str) -> str:
    """Escape a line of text so that no character is markup (CommonMark 0.31, 2.4); other characters stay unchanged.

    Web and email addresses are escaped too, since some programs turn them into links.
    """
    line = re.sub(
        r"([\\`*_\[\]<>&~|#])|(?<=:)(/)(?=/)|(?<=www)(\.)|(@)", r"\\\g<0>", single_line(text), flags=re.IGNORECASE
    )
    return re.sub(r"^([+=-])|^([0-9]+)(?=[.)])", lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\", line)


def _code_span(text: str) -> str:
    """Return a line of text as a code span, in which no character is markup (CommonMark 0.31, 6.1)."""
    line = single_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    edge = " " if "`" in (line[:1], line[-1:]) else ""
    return f"{fence}{edge}{line}{edge}{fence}"
