"""Mailbox files (mbox, RFC 4155): several messages in one file, each after a line that begins with "From "."""

from __future__ import annotations

import re

from ragsheets.errors import ReturnError
from ragsheets.formats.mail.message_head import identify_message

#: A line that may begin a message: at the start of the file or, as all writers have it, after a blank line.
_FROM_LINE = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?\s*|(?<=\n\n)|(?<=\n\r\n)|(?<=\r\r))(From[ \t][^\r\n]*(?:\r\n|\n|\r))")
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
#: How much of a message is looked at for its head.
_MAX_HEAD = 16 * 1024


def split_mailbox(content: bytes, max_messages: int) -> list[bytes]:
    """Return the messages of a mailbox file, in order, without the escapes that the file needs.

    A line in a message's text that begins with "From " begins no message, unless the head of one follows.

    Raises ReturnError("too-large") where there are more than `max_messages`.
    """
    starts: list[tuple[int, int]] = []
    position = 0
    while line := _FROM_LINE.search(content, position):
        position = line.end(1)
        if not identify_message(content[position : position + _MAX_HEAD]):
            continue
        starts.append((line.start(1), position))
        if len(starts) > max_messages:
            raise ReturnError(
                "too-large", found="a mailbox of more messages than that", wanted=f"at most {max_messages}"
            )
        position = max(position, _stated_end(content, position))
    ends = [start for start, _ in starts[1:]] + [len(content)]
    return [
        _ESCAPED_FROM.sub(rb"\1", content[start:end]).rstrip(b"\r\n") + b"\n"
        for (_, start), end in zip(starts, ends, strict=True)
    ]


def is_mailbox(content: bytes) -> bool:
    """Return whether a file that begins with a message holds another one after it."""
    return _FROM_LINE.match(content) is not None and len(split_mailbox(content, len(content))) > 1


def _stated_end(content: bytes, start: int) -> int:
    """Return where a message ends by the length that it states, if a message or nothing follows there; else 0."""
    head_end = _HEAD_END.search(content, start, start + _MAX_HEAD)
    stated = head_end and _CONTENT_LENGTH.search(content, start, head_end.start())
    if not head_end or not stated:
        return 0
    end = head_end.end() + int(stated[1])
    rest = content[end : end + 8].lstrip(b"\r\n")
    return end if end <= len(content) and (not rest or rest.startswith(b"From ")) else 0
