"""Messages as people's programs make them: their words and their workbook arrive, whatever they are wrapped in."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.compound_files import Value, compound_file, outlook_message
from helpers.example import DATE
from helpers.mail_wrappings import (
    APPLE_DOUBLE,
    apple_single,
    emlx,
    mbox,
    multipart,
    plain_message,
    signed,
    tnef,
    uuencoded,
)
from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.limits import Limits
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import FileResult
from ragsheets.returns.intake.open_container import OpenedContainer, open_container
from ragsheets.returns.intake.open_file import open_file
from ragsheets.returns.reading.context import ReadingContext

STRONGER, HEALTHY = "Stronger Communities", "Healthy City Partnership"
HEAD = "From: Di <di@example.org>\nTo: us@example.org\nSubject: Return\nDate: Fri, 12 Sep 2008 10:00:00 +0100"
WORDS = "Our words are here."
TEXT = ("Content-Type: text/plain; charset=utf-8", WORDS.encode())
NAMED = 'Content-Type: application/octet-stream; name="Stronger Communities.xlsx"'


@pytest.fixture
def workbook(project: Project) -> bytes:
    return sent(project, STRONGER)


def sent(project: Project, group: str) -> bytes:
    return (project.period_folder(DATE) / "sent" / f"{group}.xlsx").read_bytes()


def results(project: Project) -> dict[str, FileResult]:
    return {file.file: file for file in ingest(project).files}


def codes(file: FileResult) -> list[str]:
    return [item.code for item in file.findings]


def outlook(attachment: dict[int, Value], inner: Any = None) -> bytes:
    item = (attachment, inner) if inner else attachment
    return compound_file(outlook_message({0x0037: "Return", 0x0C1A: "Di", 0x1000: WORDS}, [item]))


def native(content: bytes) -> bytes:
    stream = b"\x02\0a.xlsx\0C:\\a.xlsx\0\0\0\x03\0" + struct.pack("<I", 1) + b"\0" + struct.pack("<I", len(content))
    return struct.pack("<I", len(stream) + len(content)) + stream + content


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "downloaded from a mail service": lambda w: b"Delivered-To: us@example.org\n" + multipart(HEAD, TEXT, (NAMED, w)),
    "renamed by a gateway": lambda w: multipart(HEAD, TEXT, (NAMED.replace(".xlsx", ".xlsx_"), w)),
    "renamed to text": lambda w: multipart(HEAD, TEXT, (NAMED.replace(".xlsx", ".xlsx.txt"), w)),
    "with a shortened suffix": lambda w: multipart(HEAD, TEXT, (NAMED.replace(".xlsx", ".xl_ ."), w)),
    "without a name": lambda w: multipart(HEAD, TEXT, ("Content-Type: application/octet-stream", w)),
    "inline": lambda w: multipart(HEAD, TEXT, (f"{NAMED}\nContent-ID: <a>\nContent-Disposition: inline", w)),
    "winmail.dat": lambda w: multipart(HEAD, TEXT, ("Content-Type: application/ms-tnef", tnef("", {"a.xlsx": w}))),
    "winmail.dat alone": lambda w: tnef(WORDS, {"a.xlsx": w}),
    "signed": lambda w: (
        f"{HEAD}\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n".encode()
        + base64.encodebytes(signed(multipart("Content-Language: en", TEXT, (NAMED, w))))
    ),
    "signature alone": lambda w: signed(multipart("Content-Language: en", TEXT, (NAMED, w)), in_chunks=True),
    "packed into the text": lambda w: f"{HEAD}\n\n{WORDS}\n\n{uuencoded('a.xlsx', w)}".encode(),
    "with the additions of macOS": lambda w: multipart(
        HEAD, TEXT, ('Content-Type: application/applefile; name="Stronger Communities.xlsx"', APPLE_DOUBLE), (NAMED, w)
    ),
    "in one file with them": lambda w: multipart(HEAD, TEXT, (NAMED, apple_single(w))),
    "in Apple's Mail": lambda w: emlx(multipart(HEAD, TEXT, (NAMED, w))),
    "in a mailbox file of one": lambda w: mbox([multipart(HEAD, TEXT, (NAMED, w))]),
    "saved by a text editor": lambda w: multipart(HEAD, TEXT, (NAMED, w)).decode().encode("utf-16"),
    "embedded in Outlook": lambda w: outlook({0x3705: 6, 0x3001: "Worksheet"}, {"Package": w}),
    "packed by Windows": lambda w: outlook({0x3705: 6, 0x3001: "Worksheet"}, {"\x01Ole10Native": native(w)}),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_workbook_is_accepted_and_the_words_beside_it_are_quoted(
    project: Project, returned: Path, workbook: bytes, name: str
) -> None:
    (returned / "reply").write_bytes(WRAPPINGS[name](workbook + b"x"))
    files = results(project)
    (message, file) = files.values()
    assert (file.result, file.group) == ("accepted", STRONGER)
    assert (message.result, codes(message)) == ("ignored", ["message-text"])
    assert WORDS in message.findings[0].message


def test_each_message_of_a_mailbox_brings_its_own_workbook(project: Project, returned: Path) -> None:
    messages = [plain_message(f"Words of {group}.", {"a.xlsx": sent(project, group)}) for group in (STRONGER, HEALTHY)]
    (returned / "Inbox").write_bytes(mbox(messages))
    files = results(project)
    assert {name: (file.result, file.group) for name, file in files.items()} == {
        "Inbox": ("ignored", ""),
        "Inbox/Return.eml": ("ignored", STRONGER),
        "Inbox/Return.eml/a.xlsx": ("accepted", STRONGER),
        "Inbox/Return (2).eml": ("ignored", HEALTHY),
        "Inbox/Return (2).eml/a.xlsx": ("accepted", HEALTHY),
    }
    assert "Words of Healthy" in files["Inbox/Return (2).eml"].findings[0].message


def test_a_failed_delivery_is_no_return_and_asks_the_contact_nothing(
    project: Project, returned: Path, workbook: bytes
) -> None:
    address = "stronger.communities@example.org"
    status = f"Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;{address}\nAction: failed\n"
    own = plain_message("Please fill this in.", {"Stronger Communities.xlsx": workbook}).decode()
    body = (
        f"--r\nContent-Type: message/delivery-status\n\n{status}\n--r\nContent-Type: message/rfc822\n\n{own}\n--r--\n"
    )
    head = "From: postmaster@example.org\nSubject: Undeliverable\nContent-Type: multipart/report; boundary=r\n\n"
    (returned / "bounce.eml").write_bytes((head + body).encode())
    result = ingest(project)
    files = {file.file: file for file in result.files}
    assert {name: file.result for name, file in files.items()} == {
        "bounce.eml": "ignored",
        "bounce.eml/Return.eml": "ignored",
    }
    (finding,) = files["bounce.eml"].findings
    assert (finding.code, finding.severity, finding.group) == ("undeliverable", "warning", STRONGER)
    assert address in finding.message
    assert STRONGER in result.assessment.missing_groups
    assert result.queries.workbooks == ()


def test_an_automatic_reply_is_listed_and_one_with_a_workbook_is_a_return(
    project: Project, returned: Path, workbook: bytes
) -> None:
    away = plain_message("I am away. Ask Ann.", {}).replace(b"Subject:", b"Auto-Submitted: auto-replied\nSubject:")
    (returned / "away.eml").write_bytes(away)
    filled = plain_message("I am away.", {"a.xlsx": workbook + b"x"})
    (returned / "filled.eml").write_bytes(filled.replace(b"Subject:", b"Auto-Submitted: auto-replied\nSubject:"))
    files = results(project)
    assert codes(files["away.eml"]) == ["automatic-reply"]
    assert "Ask Ann" in files["away.eml"].findings[0].message
    assert files["filled.eml/a.xlsx"].result == "accepted"


def test_a_pasted_screenshot_is_mentioned_and_a_logo_is_not(project: Project, returned: Path) -> None:
    def picture(name: str, width: int, height: int) -> tuple[str, bytes]:
        content = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(2000)
        return f"Content-Type: image/png; name={name}\nContent-ID: <{name}>", content

    parts = [TEXT, picture("logo.png", 200, 60), picture("image001.png", 1200, 700)]
    (returned / "reply.eml").write_bytes(multipart(HEAD, *parts))
    files = results(project)
    assert set(files) == {"reply.eml", "reply.eml/image001.png"}
    assert codes(files["reply.eml"]) == ["message-reply"]
    assert codes(files["reply.eml/image001.png"]) == ["wordless-reply"]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (f"{HEAD}\nContent-Type: multipart/encrypted; boundary=b\n\nx".encode(), "encrypted-message", "unencrypted"),
        (
            b"MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary=b\n\n--b--\n",
            "old-format",
            "save it as .xlsx",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_a_fix_that_works(
    project: Project, returned: Path, content: bytes, code: str, words: str
) -> None:
    (returned / "reply").write_bytes(content)
    (file,) = results(project).values()
    assert (file.result, codes(file)) == ("rejected", [code])
    assert words in file.findings[0].fix


def test_a_part_of_a_message_that_cannot_be_read_does_not_affect_the_others(
    project: Project, returned: Path, workbook: bytes
) -> None:
    encrypted = ("Content-Type: application/pkcs7-mime; name=smime.p7m", b"\x30\x80rest")
    (returned / "reply.eml").write_bytes(multipart(HEAD, TEXT, encrypted, (NAMED, workbook + b"x")))
    files = results(project)
    assert files["reply.eml/Stronger Communities.xlsx"].result == "accepted"
    assert codes(files["reply.eml/smime.p7m"]) == ["encrypted-message"]


def test_a_file_of_nothing_but_what_macos_adds_is_ignored(project: Project, returned: Path) -> None:
    (returned / "Stronger Communities.xlsx").write_bytes(APPLE_DOUBLE)
    (file,) = results(project).values()
    assert (file.result, file.findings) == ("ignored", ())


# ------------------------------------------------------------------------------------ any combination of wrappings

CONTEXT = cast(ReadingContext, SimpleNamespace(template=SimpleNamespace(status_codes=())))
WORKBOOK = b"PK\x03\x04workbook"

#: Headers that come first, and what is written before a message or changed in all of it.
FIRST = [
    b"",
    b"Delivered-To: us@example.org\nARC-Seal: i=1;\n\tcv=none\n",
    b"thread-topic: Return\n",
    b"Cc: a@example.org\n",
]
BEFORE: list[Callable[[bytes], bytes]] = [
    lambda m: m,
    lambda m: b"From di@example.org Fri Sep 12 10:00:00 2008\n" + m,
    lambda m: b"\xef\xbb\xbf\r\n" + m,
    lambda m: m.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    emlx,
]
#: Ways to put a message into another one, or into a mailbox.
AROUND: list[Callable[[bytes], bytes]] = [
    lambda m: multipart(HEAD.replace("Return", "FW: Return"), ("Content-Type: message/rfc822; name=inner.eml", m)),
    lambda m: multipart(HEAD.replace("Return", "FW: Return"), ('Content-Type: application/x; name="inner.eml"', m)),
    lambda m: multipart(HEAD, ("Content-Type: application/ms-tnef", tnef("", {"inner.eml": m}))),
    lambda m: (
        f"{HEAD}\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n".encode()
        + base64.encodebytes(signed(m))
    ),
]
LEVELS = st.lists(st.tuples(st.sampled_from(FIRST), st.sampled_from(BEFORE), st.sampled_from(AROUND)), max_size=3)
#: Ways to put the words and the workbook into a message.
INSIDE: list[Callable[[bytes], bytes]] = [
    lambda w: plain_message(WORDS, {"a.xlsx": w}),
    lambda w: multipart(HEAD, TEXT, ("Content-Type: application/ms-tnef", tnef("", {"a.xlsx": w}))),
    lambda w: multipart(HEAD, ("Content-Type: application/ms-tnef", tnef(WORDS, {"a.xlsx": w}))),
    lambda w: f"{HEAD}\n\n{WORDS}\n\n{uuencoded('a.xlsx', w)}".encode(),
    lambda w: multipart(HEAD, ("Content-Type: text/html", f"<p>{WORDS}</p>".encode()), (NAMED, apple_single(w))),
]


@given(st.sampled_from(INSIDE), LEVELS, st.booleans())
def test_words_and_workbook_arrive_in_any_combination(
    inside: Callable[[bytes], bytes],
    levels: list[tuple[bytes, Callable[[bytes], bytes], Callable[[bytes], bytes]]],
    in_mailbox: bool,
) -> None:
    content = inside(WORKBOOK)
    for first, before, around in levels:
        content = before(first + around(content))
    content = mbox([content, plain_message("Another.", {})]) if in_mailbox else content
    texts, files = zip(*walk(content), strict=True)
    assert any(WORDS in text for text in texts)
    assert WORKBOOK in files


def walk(content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield the findings on each container, and each file in one that is none."""
    assert depth < 12
    try:
        kind = guard.identify(content).kind
    except ReturnError:
        kind = "other"
    if kind not in guard.CONTAINER_KINDS or kind == "zip":
        yield "", content
        return
    opened = open_container(kind, content, CONTEXT, Limits())
    yield "\n".join(item.found for item in opened.observations), b""
    for file in opened.files:
        yield from walk(file.content, depth + 1)


def test_a_mailbox_of_more_messages_than_allowed_is_too_large() -> None:
    limits = Limits(parts=3)
    content = mbox([plain_message("x", {})] * 4)
    with pytest.raises(ReturnError) as raised:
        open_file("Inbox", content, CONTEXT, limits)
    assert raised.value.code == "mailbox-too-large"
    opened = open_file("Inbox", mbox([plain_message("x", {})] * 3), CONTEXT, limits)
    assert isinstance(opened, OpenedContainer)
    assert len(opened.files) == 3
