"""Messages that never end, are nested without end or contain false statements about themselves."""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable

from helpers.hostile import forms
from helpers.hostile.compound_files import compound_file, corrupted_variants
from helpers.hostile.fault import BROKEN, COSTLY, Stage, either, fault, no_workbook, register, rejected
from helpers.hostile.packing import MIB, archive, repeated_entry

_HEAD = "From: Ann <ann@example.org>\r\nTo: reports@example.org\r\nSubject: Our return\r\nMIME-Version: 1.0\r\n"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REFUSED = (*BROKEN, *COSTLY)


def attachment(content: bytes, name: str = "reply.xlsx", encoding: str = "base64") -> str:
    """Return one part of a message."""
    body = base64.encodebytes(content).decode().replace("\n", "\r\n")
    return (
        f"Content-Type: {_XLSX}\r\nContent-Transfer-Encoding: {encoding}\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{body}\r\n'
    )


def message(*parts: str, end: str = "--edge--\r\n") -> bytes:
    """Return a message with these parts and no text."""
    head = f'{_HEAD}Content-Type: multipart/mixed; boundary="edge"\r\n\r\n'
    return (head + "".join(f"--edge\r\n{part}" for part in parts) + end).encode()


@fault(".eml", no_workbook(*_REFUSED))
def message_of_ten_thousand_nested_parts(stage: Stage) -> bytes:
    starts = "".join(f'Content-Type: multipart/mixed; boundary="e{n}"\r\n\r\n--e{n}\r\n' for n in range(10_000))
    return (_HEAD + starts + "Content-Type: text/plain\r\n\r\n").encode()


@fault(".eml", no_workbook(*_REFUSED))
def message_of_ten_thousand_attachments(stage: Stage) -> bytes:
    return message(*(attachment(b"%d" % n, f"{n}.xlsx") for n in range(10_000)))


@fault(".eml", no_workbook(*_REFUSED))
def message_of_a_hundred_messages_in_each_other(stage: Stage) -> bytes:
    return (f"{_HEAD}Content-Type: message/rfc822\r\n\r\n" * 100 + f"{_HEAD}Content-Type: text/plain\r\n\r\n").encode()


@fault(".eml", no_workbook(*_REFUSED))
def message_of_ten_thousand_messages_in_each_other(stage: Stage) -> bytes:
    return (f"{_HEAD}Content-Type: message/rfc822\r\n\r\n" * 10_000).encode()


@fault(".eml", either(*_REFUSED))
def message_whose_boundary_never_ends(stage: Stage) -> bytes:
    """As left by a mail program that ran out of space; the attachment itself is complete."""
    return message(attachment(stage.good), end="")


@fault(".eml", rejected(*_REFUSED))
def message_cut_in_its_attachment(stage: Stage) -> bytes:
    whole = message(attachment(stage.good))
    return whole[: len(whole) // 2]


@fault(".eml", rejected(*_REFUSED))
def message_whose_attachment_is_no_base64(stage: Stage) -> bytes:
    return message(attachment(stage.good).replace("UEsD", "!!*?", 1))


@fault(".eml", rejected(*_REFUSED))
def message_with_a_bomb(stage: Stage) -> bytes:
    bomb = archive([repeated_entry("xl/workbook.xml", b"", b" " * MIB, 2048, b"")])
    return message(attachment(bomb))


@fault(".eml", no_workbook(*_REFUSED))
def message_of_one_endless_header(stage: Stage) -> bytes:
    return b"Subject: " + b"a" * (20 * MIB) + b"\r\nContent-Type: text/plain\r\n\r\n"


@fault(".eml", no_workbook(*_REFUSED))
def message_of_a_million_headers(stage: Stage) -> bytes:
    return b"".join(b"X-%d: a\r\n" % n for n in range(1_000_000)) + b"\r\n"


@fault(".eml", no_workbook(*_REFUSED))
def message_of_a_million_addresses(stage: Stage) -> bytes:
    return b"From: " + b"a@b, " * 200_000 + b"((((((((" * 5000 + b"\r\nContent-Type: text/plain\r\n\r\n"


@fault(".eml", no_workbook(*_REFUSED))
def message_of_no_known_encoding(stage: Stage) -> bytes:
    text = (
        "Content-Type: text/plain; charset=klingon\r\nContent-Transfer-Encoding: 9bit\r\n\r\nOur answers are below.\r\n"
    )
    return (_HEAD + text).encode()


@fault(".eml", no_workbook(*_REFUSED))
def message_with_an_empty_boundary(stage: Stage) -> bytes:
    return f'{_HEAD}Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nhello\r\n----\r\n'.encode()


@fault(".eml", no_workbook(*_REFUSED))
def message_whose_body_is_elsewhere(stage: Stage) -> bytes:
    """message/external-body (RFC 2046, 5.2.3): following it fetches a file."""
    parameters = f'access-type=local-file; name="{stage.canary}"; URL="{stage.url}body"'
    return f"{_HEAD}Content-Type: message/external-body; {parameters}\r\n\r\nContent-Type: text/plain\r\n\r\n".encode()


#: Names of attachments: outside, absolute, broken, endless.
NAMES = {
    "parent": "../../../../written.xlsx",
    "drive": "C:\\\\written.xlsx",
    "endless": "a" * 100_000 + ".xlsx",
    "encoded": "=?utf-8?B?Li4vLi4vd3JpdHRlbi54bHN4?=",
    "broken-encoding": "=?klingon?Q?=FF=FE?=.xlsx",
    "none": "",
}
for _name, _file_name in NAMES.items():
    register(
        f"message-whose-attachment-is-named-{_name}",
        ".eml",
        rejected(*_REFUSED, "unreadable"),
        lambda stage, file_name=_file_name: message(attachment(b"hello, I am no workbook", file_name)),  # type: ignore[misc]
    )


@fault(".eml", rejected(*_REFUSED, "unreadable"))
def message_whose_attachment_has_an_absolute_name(stage: Stage) -> bytes:
    return message(attachment(b"hello, I am no workbook", stage.canary.with_name("written.xlsx").as_posix()))


def _outlook(stage: Stage) -> bytes:
    """Return an Outlook message, up to its first streams ([MS-OXMSG] 2.2 to 2.4)."""
    return compound_file(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"),
            "__substg1.0_0037001F": "Our return".encode("utf-16-le"),
        }
    )


def outlook(change: Callable[[bytes], bytes], stage: Stage) -> bytes:
    return change(_outlook(stage))


for _name in corrupted_variants(compound_file({"a": bytes(9000)})):
    if _name in ("cut-in-the-header", "cut-behind-the-header"):
        continue  # identical to the same variant of a workbook
    register(
        f"outlook-{_name}",
        ".msg",
        no_workbook(*_REFUSED, "old-format"),
        functools.partial(outlook, lambda content, name=_name: corrupted_variants(content)[name]),  # type: ignore[misc]
    )
register(
    "outlook-of-random-bytes",
    ".msg",
    no_workbook(*_REFUSED, "old-format"),
    lambda stage: b"\xd0\xcf\x11\xe0" + bytes(n * n % 251 for n in range(9000)),
)
register("outlook-that-is-text", ".msg", no_workbook(*_REFUSED), lambda stage: b"Dear all, our answers are below.")
register("outlook-that-is-a-workbook", ".msg", either(*_REFUSED, "old-format"), lambda stage: forms.as_xls(stage.good))
