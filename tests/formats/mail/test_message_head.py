"""A file is a message if its first lines are the head of one, whichever header comes first."""

from __future__ import annotations

import pytest

from helpers.mail_wrappings import emlx, mbox, plain_message, read_eml
from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.mail.mailbox_file import split_mailbox

PLAIN = b"From: Di <di@example.org>\nTo: us@example.org\nSubject: Return\nDate: Fri, 12 Sep 2008 10:00:00 +0100\n"
BODY = b"MIME-Version: 1.0\nContent-Type: text/plain\n\nAll the words.\n"

FIRST_HEADERS = [
    b"Delivered-To: us@example.org",
    b"ARC-Seal: i=1; a=rsa-sha256;\n\tcv=none; b=abc==",
    b"DKIM-Signature: v=1; a=rsa-sha256;\n  d=example.org; b=abc",
    b"Authentication-Results: mx.example.org;\n dkim=pass",
    b"Thread-Topic: Return",
    b"Thread-Index: AdABC==",
    b"Reply-To: di@example.org",
    b"Sender: di@example.org",
    b"Cc: Ann <ann@example.org>,\n Martin <martin@example.org>",
    b"References: <1@example.org>",
    b"In-Reply-To: <1@example.org>",
    b"Status: RO",
    b"X-Status: A\nX-Keywords:",
    b"Envelope-to: us@example.org",
    b"Received-SPF: pass",
    b"Accept-Language: en-GB",
    b"List-Unsubscribe: <mailto:x@example.org>",
    b"User-Agent: Mail",
    b"importance: high",
    b"X-MS-Exchange-Organization-SCL: -1\nx-ms-has-attach: yes",
    b"Content-Language: en-GB",
    b"Precedence : bulk",
    b"Received: from a\n\tby b;\n\tFri, 12 Sep 2008 10:00:00 +0100",
    b"\n".join(b"X-Seal-%d: " % number + b"s" * 900 for number in range(100)),
]


@pytest.mark.parametrize("first", FIRST_HEADERS)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_a_message_is_known_whichever_header_comes_first(first: bytes, newline: bytes) -> None:
    content = (first + b"\n" + PLAIN + BODY).replace(b"\n", newline)
    assert guard.identify(content).kind == "eml"
    message = read_eml(content)
    assert (message.sender, message.subject, message.text) == ("Di <di@example.org>", "Return", "All the words.")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"\r\n\n" + content,
        lambda content: b"From di@example.org Fri Sep 12 10:00:00 2008\n" + content,
        lambda content: b">From di@example.org Fri Sep 12 10:00:00 2008\n" + content,
        lambda content: b"From - Fri Sep 12 10:00:00 2008\n" + content,
        lambda content: content.decode().encode("utf-16"),
        lambda content: b"\xfe\xff" + content.decode().encode("utf-16-be"),
        lambda content: content.replace(b"From:", b"FROM:").replace(b"Subject:", b"subject:"),
        emlx,
        lambda content: emlx(content.replace(b"\n", b"\r\n")),
    ],
)
def test_what_programs_write_before_and_after_a_message_is_left_out(change: object) -> None:
    content = change(b"Delivered-To: us@example.org\n" + PLAIN + BODY)  # type: ignore[operator]
    assert guard.identify(content).kind == "eml"
    message = read_eml(content)
    assert (message.subject, message.text) == ("Return", "All the words.")


@pytest.mark.parametrize(
    "text",
    [
        "Note: the panel met\nDear Di: see below\n\nAll done.",
        "Dear Di:\nStatus: GREEN\n\nAll done.",
        "From: the north we had replies\nTo: be confirmed\n\nAll done.",
        "From: Di Robinson\nSent: 12 September 2008 10:00\nTo: Co\nSubject: Return\n\nAll done.",
        "From: Di Robinson <di@example.org>\nSent: 12 September 2008\nTo: Co\nSubject: Return\n\nAll done.",
        "Subject: Return\nDate: 4 September 2008\n\nAll done.",
        "2.1: done\n2.2: done\nX-ray: none",
        "https://example.org/a: b\nFrom here on: nothing",
        "From Monday on we meet weekly.\n\nTo: be done",
    ],
)
def test_a_text_with_colons_stays_a_text(text: str) -> None:
    assert guard.identify(text.encode()).kind == "text"


PAGE_HEAD = "Subject: x\nDate: Fri, 12 Sep 2008 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/related"


@pytest.mark.parametrize(
    "head",
    [
        "MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary=b",
        f'From: <Saved by Blink>\nSnapshot-Content-Location: http://x/\n{PAGE_HEAD};\n\ttype="text/html"; boundary="b"',
        f'From: "Saved by Internet Explorer 11"\n{PAGE_HEAD}; boundary="b"',
        "MIME-Version: 1.0\nContent-Location: file:///C:/a.htm\nContent-Type: text/html",
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b",
    ],
)
def test_a_web_page_saved_as_one_file_is_no_message(head: str) -> None:
    content = f"{head}\n\n--b\nContent-Location: file:///C:/a.htm\nContent-Type: text/html\n\n<p>x\n--b--\n"
    with pytest.raises(ReturnError) as raised:
        guard.identify(content.encode())
    assert raised.value.code == "old-format"
    assert "web page" in raised.value.facts["found"]


def test_a_message_with_pictures_beside_its_page_is_a_message() -> None:
    head = "From: Di <di@example.org>\nSubject: Return\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b"
    content = f"{head}\n\n--b\nContent-Type: text/html\n\n<p>words\n--b\nContent-Location: a.png\n\nx\n--b--\n"
    assert guard.identify(content.encode()).kind == "eml"


# -------------------------------------------------------------------------------------------------------- mailboxes

FIRST = plain_message("First words.\n\nFrom there on it went well.\nNote: yes\n\n", {"a.xlsx": b"PK\x03\x04first"})
SECOND = plain_message("Second words.", {"b.xlsx": b"PK\x03\x04second"}, "Martin <martin@example.org>")


@pytest.mark.parametrize("dash", [False, True])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_each_message_of_a_mailbox_is_one_of_its_own(dash: bool, newline: bytes) -> None:
    content = mbox([m.replace(b"\n", newline) for m in (FIRST, SECOND, FIRST)], dash=dash, newline=newline)
    assert guard.identify(content).kind == "mbox"
    messages = [read_eml(message) for message in split_mailbox(content, 10)]
    assert [message.sender for message in messages] == [
        "Di <di@example.org>",
        "Martin <martin@example.org>",
        "Di <di@example.org>",
    ]
    assert "\n\nFrom there on it went well.\n" in messages[0].text
    assert [message.attachments[0].content for message in messages] == [
        b"PK\x03\x04first",
        b"PK\x03\x04second",
        b"PK\x03\x04first",
    ]


def test_a_stated_length_keeps_a_message_whole_that_contains_another() -> None:
    inner = SECOND.rstrip(b"\n") + b"\n"
    body = b"See below.\n\nFrom martin@example.org Fri Sep 12 11:00:00 2008\n" + inner
    outer = PLAIN + b"Content-Type: text/plain\nContent-Length: %d\n\n" % len(body) + body
    content = b"From di@example.org Fri Sep 12 10:00:00 2008\n" + outer + b"\nFrom x@example.org Fri\n" + FIRST
    first, last = split_mailbox(content, 10)
    assert b"Second words." in first
    assert read_eml(last).text.startswith("First words.")


def test_a_mailbox_of_one_message_is_a_message_and_one_of_too_many_is_too_large() -> None:
    assert guard.identify(mbox([FIRST])).kind == "eml"
    with pytest.raises(ReturnError) as raised:
        split_mailbox(mbox([SECOND] * 11), 10)
    assert raised.value.code == "mailbox-too-large"
