"""What the writer of a message typed, without the earlier messages that programs put below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULED = re.compile(
    r"^\s*-{2,}\s*(original message|original appointment|forwarded message|forwarded by\b.*?)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*begin forwarded message:\s*$", re.IGNORECASE)
_RULE = re.compile(r"^\s*[_-]{10,}\s*$")
#: The block in which Outlook repeats an earlier message's head: From, then when, then what about.
_FROM = re.compile(r"^\s*\**from:\**\s*\S", re.IGNORECASE)
_WHEN = re.compile(r"^\s*\**(sent|date):\**", re.IGNORECASE)
_SUBJECT = re.compile(r"^\s*\**subject:\**", re.IGNORECASE)
_WHEN_WITHIN, _SUBJECT_WITHIN = 4, 16
#: "On Thu, 4 Sep 2008 at 10:12, Di Robinson <di@example.org> wrote:", which may be broken over lines. Without a time
#: of day or an address it is the writer's own sentence.
_WROTE = re.compile(r"\bwrote:\s*$", re.IGNORECASE)
_ON = re.compile(r"^\s*On\b")
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|\S@\S")
_LONGEST_INTRODUCTION = 3
_LONGEST_LINE = 400

_MARKED = re.compile(r"^\s{0,3}>")
#: "> 80% of visits": more than, not a quotation.
_MORE_THAN = re.compile(r"^\s*>\s*=?\s*[£$€]?\d")


def own_words(text: str) -> str:
    """`text` without quoted earlier messages: what ">" marks, and what follows the head of an earlier message.

    "On … wrote:" goes with the quotation it introduces; words below a marked quotation stay. A single line that
    begins with ">" and a number is a comparison, and stays.
    """
    lines = text.split("\n")
    kept: list[str] = []
    place = 0
    while place < len(lines):
        if _begins_earlier_message(lines, place):
            break
        length = _introduction(lines, place)
        if length:
            place += length
            following = next((line for line in lines[place:] if line.strip()), "")
            if not _MARKED.match(following):
                break
            while place < len(lines) and (not lines[place].strip() or _MARKED.match(lines[place])):
                place += 1
            continue
        if not _is_marked(lines, place):
            kept.append(lines[place])
        place += 1
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _begins_earlier_message(lines: Sequence[str], place: int) -> bool:
    line = lines[place]
    if len(line) > _LONGEST_LINE:
        return False
    if _RULED.match(line) or _FORWARDED.match(line):
        return True
    if not _FROM.match(line):
        return False
    head = lines[place + 1 : place + _SUBJECT_WITHIN]
    return any(map(_WHEN.match, head[:_WHEN_WITHIN])) and any(map(_SUBJECT.match, head))


def _introduction(lines: Sequence[str], place: int) -> int:
    """How many lines from `place` introduce a quotation: 0 where none do."""
    for length in range(1, _LONGEST_INTRODUCTION + 1):
        part = lines[place : place + length]
        last = part[-1]
        if len(part) < length or not last.strip() or len(last) > _LONGEST_LINE:
            return 0
        joined = " ".join(line.strip().lstrip("> ") for line in part)
        begins = _ON.match(joined) or length == 1
        if not begins:
            return 0
        if _WROTE.search(joined):
            return length if _TIME_OR_ADDRESS.search(joined) and (_ON.match(joined) or "@" in joined) else 0
    return 0


def _is_marked(lines: Sequence[str], place: int) -> bool:
    if not _MARKED.match(lines[place]):
        return False
    beside = [*lines[max(place - 1, 0) : place], *lines[place + 1 : place + 2]]
    return not _MORE_THAN.match(lines[place]) or any(map(_MARKED.match, beside))
