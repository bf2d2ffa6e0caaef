"""The text that the writer of a message typed, and the earlier messages quoted below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULED_INTRODUCTION = re.compile(
    r"^\s*-{2,}\s*(original message|original appointment|forwarded message|forwarded by\b.*?)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED_INTRODUCTION = re.compile(r"^\s*begin forwarded message:\s*$", re.IGNORECASE)
_HORIZONTAL_RULE = re.compile(r"^\s*[_-]{10,}\s*$")
#: The block in which Outlook repeats an earlier message's headers: From, then the date, then the subject.
_FROM_LINE = re.compile(r"^\s*\**from:\**\s*\S", re.IGNORECASE)
_DATE_LINE = re.compile(r"^\s*\**(sent|date):\**", re.IGNORECASE)
_SUBJECT_LINE = re.compile(r"^\s*\**subject:\**", re.IGNORECASE)
_DATE_WITHIN, _SUBJECT_WITHIN = 4, 16
#: "On Thu, 4 Sep 2008 at 10:12, Di Robinson <di@example.org> wrote:", which may be wrapped. Without a time of day or
#: an address it is the writer's own sentence.
_WROTE_LINE = re.compile(r"\bwrote:\s*$", re.IGNORECASE)
_ON_LINE = re.compile(r"^\s*On\b")
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|\S@\S")
_MAX_INTRODUCTION_LINES = 3
_MAX_LINE_LENGTH = 400

_QUOTE_MARK = re.compile(r"^\s{0,3}>")
#: "> 80% of visits" is a comparison ("more than"), not a quotation.
_COMPARISON = re.compile(r"^\s*>\s*=?\s*[£$€]?\d")


#: The lines that repeat an earlier message's headers.
_HEAD_LINE = re.compile(
    r"^\s*\**(?:from|sent|date|to|cc|bcc|subject|importance|attachments?|reply-to|sensitivity):\**(?:\s|$)",
    re.IGNORECASE,
)


def strip_quoted_text(text: str) -> str:
    """Remove quoted earlier messages: lines marked with ">", and everything from an earlier message's headers on.

    "On … wrote:" is removed with the quotation that it introduces; text below a marked quotation is kept. A single line
    that begins with ">" and a number is a comparison, and is kept.
    """
    own_lines, _ = _split(text.split("\n"))
    while own_lines and (not own_lines[-1].strip() or _HORIZONTAL_RULE.match(own_lines[-1])):
        own_lines.pop()
    return _join(own_lines)


def unmarked_quotation(text: str) -> str:
    """Return an earlier message as it is repeated without a mark on its lines, since words may be typed into it.

    Its headers are left out, and what is marked in it as an earlier message still.
    """
    _, lines = _split(text.split("\n"))
    kept = [
        line
        for number, line in enumerate(lines)
        if not (
            _is_quoted_line(lines, number)
            or _HEAD_LINE.match(line)
            or _HORIZONTAL_RULE.match(line)
            or _is_introduction(line)
        )
    ]
    return _join(kept)


def _split(lines: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """Return the writer's own lines, and those from where an earlier message is repeated without marks."""
    own_lines: list[str] = []
    index = 0
    while index < len(lines):
        if _starts_earlier_message(lines, index):
            return own_lines, lines[index:]
        introduction_length = _introduction_length(lines, index)
        if introduction_length:
            index += introduction_length
            next_line = next((line for line in lines[index:] if line.strip()), "")
            if not _QUOTE_MARK.match(next_line):
                return own_lines, lines[index:]
            while index < len(lines) and (not lines[index].strip() or _QUOTE_MARK.match(lines[index])):
                index += 1
            continue
        if not _is_quoted_line(lines, index):
            own_lines.append(lines[index])
        index += 1
    return own_lines, []


def _join(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _starts_earlier_message(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if _is_introduction(line):
        return True
    if len(line) > _MAX_LINE_LENGTH or not _FROM_LINE.match(line):
        return False
    head = lines[index + 1 : index + _SUBJECT_WITHIN]
    return any(map(_DATE_LINE.match, head[:_DATE_WITHIN])) and any(map(_SUBJECT_LINE.match, head))


def _is_introduction(line: str) -> bool:
    """Return whether a line alone introduces an earlier message: "Original message" between dashes and the like."""
    # The patterns would take quadratic time.
    return len(line) <= _MAX_LINE_LENGTH and bool(
        _RULED_INTRODUCTION.match(line) or _FORWARDED_INTRODUCTION.match(line)
    )


def _introduction_length(lines: Sequence[str], index: int) -> int:
    """Return how many lines from `index` introduce a quotation, or 0."""
    for length in range(1, _MAX_INTRODUCTION_LINES + 1):
        candidate = lines[index : index + length]
        last_line = candidate[-1]
        if len(candidate) < length or not last_line.strip() or len(last_line) > _MAX_LINE_LENGTH:
            return 0
        joined = " ".join(line.strip().lstrip("> ") for line in candidate)
        begins = _ON_LINE.match(joined) or length == 1
        if not begins:
            return 0
        if _WROTE_LINE.search(joined):
            return length if _TIME_OR_ADDRESS.search(joined) and (_ON_LINE.match(joined) or "@" in joined) else 0
    return 0


def _is_quoted_line(lines: Sequence[str], index: int) -> bool:
    if not _QUOTE_MARK.match(lines[index]):
        return False
    adjacent_lines = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return not _COMPARISON.match(lines[index]) or any(map(_QUOTE_MARK.match, adjacent_lines))
