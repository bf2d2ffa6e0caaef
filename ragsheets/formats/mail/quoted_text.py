"""What the writer of a message typed, without the earlier messages that programs put below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULED_INTRODUCTION = re.compile(
    r"^\s*-{2,}\s*(original message|original appointment|forwarded message|forwarded by\b.*?)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED_INTRODUCTION = re.compile(r"^\s*begin forwarded message:\s*$", re.IGNORECASE)
_HORIZONTAL_RULE = re.compile(r"^\s*[_-]{10,}\s*$")
#: The block in which Outlook repeats an earlier message's head: From, then when, then what about.
_FROM_LINE = re.compile(r"^\s*\**from:\**\s*\S", re.IGNORECASE)
_DATE_LINE = re.compile(r"^\s*\**(sent|date):\**", re.IGNORECASE)
_SUBJECT_LINE = re.compile(r"^\s*\**subject:\**", re.IGNORECASE)
_DATE_WITHIN, _SUBJECT_WITHIN = 4, 16
#: "On Thu, 4 Sep 2008 at 10:12, Di Robinson <di@example.org> wrote:", which may be broken over lines. Without a time
#: of day or an address it is the writer's own sentence.
_WROTE_LINE = re.compile(r"\bwrote:\s*$", re.IGNORECASE)
_ON_LINE = re.compile(r"^\s*On\b")
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|\S@\S")
_MAX_INTRODUCTION_LINES = 3
_MAX_LINE_LENGTH = 400

_QUOTE_MARK = re.compile(r"^\s{0,3}>")
#: "> 80% of visits": more than, not a quotation.
_COMPARISON = re.compile(r"^\s*>\s*=?\s*[£$€]?\d")


def strip_quoted_text(text: str) -> str:
    """`text` without quoted earlier messages: what ">" marks, and what follows the head of an earlier message.

    "On … wrote:" goes with the quotation it introduces; words below a marked quotation stay. A single line that
    begins with ">" and a number is a comparison, and stays.
    """
    lines = text.split("\n")
    kept: list[str] = []
    place = 0
    while place < len(lines):
        if _starts_earlier_message(lines, place):
            break
        length = _introduction_length(lines, place)
        if length:
            place += length
            following = next((line for line in lines[place:] if line.strip()), "")
            if not _QUOTE_MARK.match(following):
                break
            while place < len(lines) and (not lines[place].strip() or _QUOTE_MARK.match(lines[place])):
                place += 1
            continue
        if not _is_quoted_line(lines, place):
            kept.append(lines[place])
        place += 1
    while kept and (not kept[-1].strip() or _HORIZONTAL_RULE.match(kept[-1])):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _starts_earlier_message(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if len(line) > _MAX_LINE_LENGTH:
        return False
    if _RULED_INTRODUCTION.match(line) or _FORWARDED_INTRODUCTION.match(line):
        return True
    if not _FROM_LINE.match(line):
        return False
    head = lines[index + 1 : index + _SUBJECT_WITHIN]
    return any(map(_DATE_LINE.match, head[:_DATE_WITHIN])) and any(map(_SUBJECT_LINE.match, head))


def _introduction_length(lines: Sequence[str], index: int) -> int:
    """How many lines from `place` introduce a quotation: 0 where none do."""
    for length in range(1, _MAX_INTRODUCTION_LINES + 1):
        part = lines[index : index + length]
        last = part[-1]
        if len(part) < length or not last.strip() or len(last) > _MAX_LINE_LENGTH:
            return 0
        joined = " ".join(line.strip().lstrip("> ") for line in part)
        begins = _ON_LINE.match(joined) or length == 1
        if not begins:
            return 0
        if _WROTE_LINE.search(joined):
            return length if _TIME_OR_ADDRESS.search(joined) and (_ON_LINE.match(joined) or "@" in joined) else 0
    return 0


def _is_quoted_line(lines: Sequence[str], index: int) -> bool:
    if not _QUOTE_MARK.match(lines[index]):
        return False
    beside = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return not _COMPARISON.match(lines[index]) or any(map(_QUOTE_MARK.match, beside))
