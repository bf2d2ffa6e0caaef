"""Messages that no person wrote are distinguished from replies, with the address that they are about."""

from __future__ import annotations

import pytest

from helpers.compound_files import Value, compound_file, outlook_message
from helpers.mail_wrappings import multipart, plain_message, read_eml, read_msg
from ragsheets.formats.mail.automatic_message import AutomaticMessage

SENT = plain_message("Please fill this in.", {"a.xlsx": b"PK\x03\x04x"}, "Co <co@example.org>")
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nTo: co@example.org"
DATE = "Date: Fri, 12 Sep 2008 10:00:00 +0100"
COPY = ("Content-Type: message/rfc822", SENT)


def report(action: str = "failed", kind: str = "report-type=delivery-status", head: str = DAEMON) -> bytes:
    status = "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; di@example.org\n"
    status += f"Action: {action}\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 unknown user\n"
    body = f"--r\nContent-Type: text/plain\n\nIt did not work.\n--r\nContent-Type: message/delivery-status\n\n{status}"
    body += f"\n--r\nContent-Type: message/rfc822\n\n{SENT.decode()}\n--r--\n"
    head += f"\nSubject: About your mail\n{DATE}\nContent-Type: multipart/report; {kind}; boundary=r"
    return f"{head}\n\n{body}".encode()


def bounce(head: str, text: str) -> bytes:
    return f"{head}\n{DATE}\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{text}\n".encode()


QMAIL = "Hi. This is the qmail-send program at example.org.\n\n<di@example.org>:\nNo mailbox here by that name.\n\n"
EXIM = "This message was created automatically.\nA message that you sent could not be delivered.\n\n  di@example.org\n"
POSTFIX = (
    "This is the mail system.\n\nI'm sorry, but your message could not be delivered.\n\n<di@example.org>: unknown\n"
)
EXCHANGE = "Your message did not reach some or all of the intended recipients.\n\n  'di@example.org' on 12/09/2008"
RAW_COPY = f"--- Below this line is a copy of the message.\n\n{SENT.decode()}"

UNDELIVERABLE = {
    "report": report(),
    "report with few words": report(kind="report-type=x"),
    "report of a person's server": report(head="From: postmaster@example.org\nTo: co@example.org"),
    "report of Exchange": report(
        head="From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.org>"
    ),
    "qmail": bounce(f"{DAEMON}\nSubject: failure notice", QMAIL + RAW_COPY),
    "exim": bounce(f"{DAEMON}\nX-Failed-Recipients: di@example.org\nSubject: Mail delivery failed: returning", EXIM),
    "postfix": bounce(f"{DAEMON}\nSubject: Undelivered Mail Returned to Sender", POSTFIX),
    "exchange": bounce(
        "From: System Administrator <postmaster@x.org>\nTo: co@x.org\nSubject: Undeliverable: x", EXCHANGE
    ),
    "gmail": bounce(
        "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: co@example.org\n"
        "X-Failed-Recipients: di@example.org\nSubject: Delivery Status Notification (Failure)",
        "Address not found",
    ),
}


@pytest.mark.parametrize("name", UNDELIVERABLE)
def test_a_failed_delivery_names_the_address_that_failed(name: str) -> None:
    automatic = read_eml(UNDELIVERABLE[name]).automatic
    assert automatic is not None
    assert (automatic.kind, automatic.addresses) == ("undeliverable", ("di@example.org",))
    assert automatic.reason
    assert "Please fill this in" not in automatic.reason


def test_several_addresses_that_failed_are_named_and_one_that_arrived_is_not() -> None:
    more = b"\nFinal-Recipient: rfc822; ann@example.org\nAction: failed\n\n"
    more += b"Final-Recipient: rfc822; martin@example.org\nAction: delivered\n\n--r\nContent-Type: message/rfc822"
    automatic = read_eml(report().replace(b"\n--r\nContent-Type: message/rfc822", more)).automatic
    assert automatic is not None
    assert automatic.addresses == ("di@example.org", "ann@example.org")


@pytest.mark.parametrize(("action", "kind"), [("delayed", "delayed"), ("delivered", "receipt"), ("relayed", "receipt")])
def test_a_report_says_what_became_of_a_message(action: str, kind: str) -> None:
    automatic = read_eml(report(action)).automatic
    assert automatic is not None
    assert automatic.kind == kind


def test_a_delay_in_words_is_told_from_a_failure() -> None:
    head = f"{DAEMON}\nSubject: Warning: message delayed 24 hours"
    automatic = read_eml(bounce(head, "<di@example.org>: still being retried")).automatic
    assert automatic is not None
    assert (automatic.kind, automatic.addresses) == ("delayed", ("di@example.org",))


def test_a_receipt_is_no_reply() -> None:
    body = b"--r\nContent-Type: text/plain\n\nIt was read.\n--r\nContent-Type: message/disposition-notification\n\n"
    body += (
        b"Final-Recipient: rfc822;di@example.org\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--r--\n"
    )
    head = f"From: Di <di@example.org>\nSubject: Read: Return\n{DATE}\n"
    head += "Content-Type: multipart/report; report-type=disposition-notification; boundary=r\n\n"
    automatic = read_eml(head.encode() + body).automatic
    assert automatic == AutomaticMessage("receipt", (), "It was read.")


AWAY = "I am away until Monday. Please ask Ann."


@pytest.mark.parametrize(
    "head",
    [
        "Subject: RE: Return\nAuto-Submitted: auto-replied",
        "Subject: RE: Return\nauto-submitted: Auto-Replied (vacation)",
        "Subject: RE: Return\nX-Autoreply: yes",
        "Subject: RE: Return\nX-Autorespond: Return",
        "Subject: RE: Return\nPrecedence: auto_reply",
        "Subject: Automatic reply: Return",
        "Subject: Out of Office: Return",
        "Subject: Autoreply: Return",
    ],
)
def test_an_automatic_reply_is_no_reply(head: str) -> None:
    automatic = read_eml(bounce(f"From: Di <di@example.org>\n{head}", AWAY)).automatic
    assert automatic == AutomaticMessage("automatic reply", ("di@example.org",), AWAY)


APPOINTMENT = b"BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n"


@pytest.mark.parametrize("attached", [[], [('Content-Type: application/ics; name="invite.ics"', APPOINTMENT)]])
def test_an_answer_to_an_invitation_is_no_reply(attached: list[tuple[str, bytes]]) -> None:
    parts = [("Content-Type: text/calendar; method=REPLY", APPOINTMENT), *attached]
    automatic = read_eml(multipart(f"From: di@example.org\nSubject: Accepted: Meeting\n{DATE}", *parts)).automatic
    assert automatic is not None
    assert automatic.kind == "invitation answer"


@pytest.mark.parametrize(
    "logo",
    [
        'image/png; name="logo.png"\nContent-Disposition: attachment',
        "image/png\nContent-Disposition: attachment",
        *(f'image/{kind}; name="logo.{kind}"\nContent-ID: <a>' for kind in ("webp", "heic", "tiff", "jfif")),
        *(f"image/{kind}\nContent-ID: <a>" for kind in ("jpeg", "svg+xml", "x-emf")),
        'image/jpeg; name="logo"\nContent-ID: <a>',
    ],
)
def test_an_automatic_reply_with_the_logo_of_a_signature_is_no_reply(logo: str) -> None:
    part = (f"Content-Type: {logo}", bytes(3000))
    head = f"From: Di <di@example.org>\nSubject: Automatic reply: Return\n{DATE}"
    automatic = read_eml(multipart(head, ("Content-Type: text/plain", AWAY.encode()), part)).automatic
    assert automatic == AutomaticMessage("automatic reply", ("di@example.org",), AWAY)


@pytest.mark.parametrize(
    "content",
    [
        bounce("From: Di <di@example.org>\nSubject: RE: Return\nAuto-Submitted: no", "2.1a is done."),
        bounce("From: Di <di@example.org>\nSubject: RE: Return\nX-Autoreply: no", "2.1a is done."),
        bounce("From: Di <di@example.org>\nSubject: RE: Out of office: Return", "2.1a is done."),
        bounce("From: Di <di@example.org>\nSubject: Out-turn of the office", "2.1a is done."),
        bounce("From: Di <di@example.org>\nSubject: FW: Undeliverable: Return", "It came back to me."),
        bounce("From: Postmaster Ltd <postmaster@example.org>\nSubject: Return", "2.1a is done."),
        bounce(
            "From: Share <no-reply@example.org>\nSubject: Di shared\nAuto-Submitted: auto-generated", "See the link."
        ),
        multipart(
            f"From: di@example.org\nSubject: Meeting\n{DATE}", ("Content-Type: text/calendar; method=REQUEST", b"x")
        ),
        multipart(f"From: Di <di@example.org>\nSubject: FW: Failure\n{DATE}", ("Content-Type: text/plain", b"x"), COPY),
    ],
)
def test_a_reply_of_a_person_is_one(content: bytes) -> None:
    assert read_eml(content).automatic is None


def test_a_workbook_sent_with_an_automatic_reply_is_a_return() -> None:
    content = plain_message(AWAY, {"a.xlsx": b"PK\x03\x04x"}).replace(
        b"Subject: Return", b"Auto-Submitted: auto-replied"
    )
    assert read_eml(content).automatic is None


def test_a_person_who_attaches_a_failed_delivery_writes_themselves() -> None:
    head = f"From: Di <di@example.org>\nSubject: It came back\n{DATE}\nContent-Type: multipart/mixed; boundary=o\n\n"
    body = b"--o\nContent-Type: text/plain\n\nLook.\n--o\nContent-Type: message/rfc822\n\n" + report() + b"\n--o--\n"
    assert read_eml(head.encode() + body).automatic is None


@pytest.mark.parametrize(
    ("message_class", "kind"),
    [
        ("REPORT.IPM.Note.NDR", "undeliverable"),
        ("REPORT.IPM.Note.DELAYED", "delayed"),
        ("REPORT.IPM.Note.DR", "receipt"),
        ("REPORT.IPM.Note.IPNRN", "receipt"),
        ("IPM.Note.Rules.OofTemplate.Microsoft", "automatic reply"),
        ("IPM.Schedule.Meeting.Resp.Pos", "invitation answer"),
        ("IPM.Note", None),
    ],
)
def test_outlook_says_what_a_message_is(message_class: str, kind: str | None) -> None:
    properties: dict[int, Value] = {0x001A: message_class, 0x0037: "About it", 0x1000: "Not to di@example.org."}
    automatic = read_msg(compound_file(outlook_message(properties))).automatic
    assert (automatic.kind if automatic else None) == kind
    if kind == "undeliverable":
        assert automatic is not None
        assert automatic.addresses == ("di@example.org",)


def test_outlook_keeps_the_headers_of_an_automatic_reply() -> None:
    headers = "From: Di <di@example.org>\r\nAuto-Submitted: auto-replied\r\n"
    automatic = read_msg(compound_file(outlook_message({0x0037: "RE: x", 0x1000: AWAY, 0x007D: headers}))).automatic
    assert automatic == AutomaticMessage("automatic reply", ("di@example.org",), AWAY)
