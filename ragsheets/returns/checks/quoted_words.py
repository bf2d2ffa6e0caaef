"""Check of the earlier messages that replies quote: words may have been typed into a quotation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.frames import iter_rows
from ragsheets.template.wording import Wording
from ragsheets.text import sender_address

QUOTED_WORDS = "quoted-words"
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_GREETING = re.compile(
    r"(?:dear|hi|hello|good (?:morning|afternoon)|many thanks|thank you|kind regards)\b.{0,60}", re.I
)
_PLACEHOLDER = re.compile(r"\\\{\w+\\\}")
_MAX_PLACEHOLDER = 200

KINDS = {
    QUOTED_WORDS: FindingKind(
        Severity.NOTE,
        "The message that brought the workbook quotes an earlier one, and words may have been typed into the "
        "quotation: "
        "“{found}”.",
        "See whether they add anything.",
    ),
}


def words_that_may_be_typed(context: CheckContext) -> Mapping[int, str]:
    """Return the paragraphs of each quoted message that only its sender may have written, by the return's id."""
    rows = list(iter_rows(context.observations[context.observations["code"] == QUOTED_WORDS]))
    senders_by_paragraph: dict[str, set[str]] = {}
    for row in rows:
        for paragraph in _PARAGRAPH_END.split(row.found):
            senders_by_paragraph.setdefault(_words_of(paragraph), set()).add(_sender(row))
    own_paragraphs, partnership = _own_paragraphs(context.template.wording), _words_of(context.plan.partnership)

    def may_be_typed(paragraph: str) -> bool:
        words = _words_of(paragraph)
        return (
            words not in ("", partnership)
            and len(senders_by_paragraph[words]) == 1
            and not _GREETING.fullmatch(words)
            and not own_paragraphs.fullmatch(words)
        )

    return {
        row.return_id: "\n\n".join(filter(may_be_typed, _PARAGRAPH_END.split(row.found))).strip("\n") for row in rows
    }


@cache
def _own_paragraphs(wording: Wording) -> re.Pattern[str]:
    """Return a pattern for the paragraphs of the letters that go with queries, except the questions in them."""
    paragraphs = {
        _words_of(paragraph)
        for letter in (wording.query_letter, wording.query_letter_due, wording.query_carried_in_letter)
        for paragraph in _PARAGRAPH_END.split(letter)
    }
    patterns = (
        _PLACEHOLDER.sub(f".{{0,{_MAX_PLACEHOLDER}}}", re.escape(text))
        for text in sorted(paragraphs)
        if not re.fullmatch(r"\{\w+\}", text)
    )
    return re.compile("|".join(patterns))


def _words_of(paragraph: str) -> str:
    return " ".join(paragraph.split())


def _sender(row: Any) -> str:
    return sender_address(row.wanted) or str(row.wanted)
