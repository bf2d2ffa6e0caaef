"""Mailbox files (mbox, RFC 4155): several messages in one file, each after a line that begins with "From "."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from ragsheets.errors import ReturnError
from ragsheets.formats.mail.message_head import HEAD_END, identify_message

#: What follows "From" in a line that may begin a message, and after it: a header field, or what some writers put first.
_REST_OF_LINE = rb"[ \t][^\r\n]*(?:\r\n|\n|\r))(?=[!-9;-~]{1,76}[ \t]*:|\d{1,12}[ \t]*[\r\n]|>?From[ \t]|\xef\xbb\xbf)"
#: Such a line at the start of a file, and further on, where all writers have a blank line before it.
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(From" + _REST_OF_LINE)
_LATER_LINE = re.compile(rb"(From(?:(?<=\n\nFrom)|(?<=\n\r\nFrom)|(?<=\r\rFrom))" + _REST_OF_LINE)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MANY_MESSAGES = 4000
#: How many lines may look like the first of a message, for each that is one: more are made to cost time.
_MAX_CANDIDATES = 20
#: How much of a message is looked at for its head.
_MAX_HEAD = 16 * 1024


def split_mailbox(content: bytes, max_messages: int) -> list[bytes]:
    """Return the messages of a mailbox file, in order, without the escapes that the file needs.

    A line in a message's text that begins with "From " begins no message, unless the head of one follows.

    Raises ReturnError("mailbox-too-large") where there are more than `max_messages`.
    """
    starts: list[tuple[int, int]] = []
    for start in _message_starts(content, _MAX_CANDIDATES * max_messages):
        starts.append(start)
        if len(starts) > max_messages:
            raise ReturnError("mailbox-too-large", wanted=str(max_messages))
    ends = [start for start, _ in starts[1:]] + [len(content)]
    return [
        _ESCAPED_FROM.sub(rb"\1", content[start:end]).rstrip(b"\r\n") + b"\n"
        for (_, start), end in zip(starts, ends, strict=True)
    ]


def is_mailbox(content: bytes) -> bool:
    """Return whether a file that begins with a message holds another one after it."""
    if not _FIRST_LINE.match(content):
        return False
    return len(list(itertools.islice(_message_starts(content, _MAX_CANDIDATES * _MANY_MESSAGES), 2))) > 1


def _message_starts(content: bytes, max_candidates: int) -> Iterator[tuple[int, int]]:
    """Yield where the line before each message begins, and where the message does."""
    position = 0
    for _ in range(max_candidates):
        line = _LATER_LINE.search(content, position) if position else _FIRST_LINE.match(content)
        if line is None:
            return
        position = line.end(1)
        if identify_message(content[position : position + _MAX_HEAD]):
            yield line.start(1), position
            position = max(position, _stated_end(content, position))
    raise ReturnError("mailbox-too-large", wanted=str(max_candidates // _MAX_CANDIDATES))


def _stated_end(content: bytes, start: int) -> int:
    """Return where a message ends by the length that it states, if a message or nothing follows there; else 0."""
    head_end = HEAD_END.search(content, start, start + _MAX_HEAD)
    stated = head_end and _CONTENT_LENGTH.search(content, start, head_end.start())
    if not head_end or not stated:
        return 0
    end = head_end.end() + int(stated[1])
    rest = content[end : end + 8].lstrip(b"\r\n")
    return end if end <= len(content) and (not rest or rest.startswith(b"From ")) else 0
