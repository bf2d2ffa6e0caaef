"""Email messages: the text that their writers typed, and every attachment."""

from __future__ import annotations

import base64
import datetime
import random
import re
import struct
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import oxmsg
import pytest

from helpers.compound_files import Tree, Value, compound_file, outlook_message
from helpers.mail_wrappings import read_eml, read_msg
from ragsheets.errors import ReturnError
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.mail import eml
from ragsheets.formats.mail.quoted_text import strip_quoted_text, unmarked_quotation
from ragsheets.formats.mail.raw_message import MAX_ATTACHMENTS, MAX_DEPTH
from ragsheets.formats.text.cloud_links import find_cloud_links
from ragsheets.formats.text.rtf import decompress_rtf, html_from_rtf, text_of_rtf

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
WORKBOOK = b"PK\x03\x04" + random.Random(0).randbytes(5000)


def message(text: str | None = "Here it is.", html: str | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Di Robinson <di@example.org>"
    mail["Subject"] = "Return"
    mail["Date"] = "Thu, 04 Sep 2008 10:12:00 +0100"
    if text is not None:
        mail.set_content(text)
    if html is not None and text is not None:
        mail.add_alternative(html, subtype="html")
    elif html is not None:
        mail.set_content(html, subtype="html")
    return mail


def bare(head: str, body: bytes = b"text") -> bytes:
    return f"From: di@example.org\n{head}\n\n".encode() + body


def error_code(read: Any, content: bytes) -> str:
    with pytest.raises(ReturnError) as raised:
        read(content)
    return raised.value.code


# ------------------------------------------------------------------------------------------------------------ .eml


def test_a_message_with_a_workbook_is_read() -> None:
    mail = message()
    mail.add_attachment(WORKBOOK, *XLSX, filename="Stronger Communities.xlsx")
    received = read_eml(bytes(mail))
    assert (received.date, received.sender, received.subject) == (
        "2008-09-04 09:12:00",
        "Di Robinson <di@example.org>",
        "Return",
    )
    assert received.text == "Here it is."
    assert received.attachments == (ContainedFile("Stronger Communities.xlsx", WORKBOOK),)
    assert received.links == ()


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Thu, 4 Sep 2008 10:12:00 -0500", "2008-09-04 15:12:00"),
        ("4 Sep 2008 10:12 GMT", "2008-09-04 10:12:00"),
        ("Thu, 4 Sep 2008 10:12:00 -0000", "2008-09-04 10:12:00"),
        ("yesterday", ""),
        ("", ""),
        ("Thu, 99 Sep 2008 10:12:00 +0100", ""),
        ("Fri, 31 Dec 9999 23:59:59 -2359", ""),
        ("Thu, 4 Sep 2008 10:12:00 +9999999999", ""),
    ],
)
def test_the_date_is_in_utc_or_empty(date: str, read: str) -> None:
    assert read_eml(bare(f"Date: {date}")).date == read


def test_a_message_without_a_date_has_an_empty_date() -> None:
    assert read_eml(bare("Subject: x")).date == ""


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (b"=?utf-8?B?w4l0w6k=?= one", "Été one"),
        (b"=?iso-8859-1?Q?caf=E9?=\n =?iso-8859-1?Q?_au_lait?=", "café au lait"),
        (b"=?windows-1252?Q?=93quoted=94?=", "“quoted”"),
        (b"=?utf-8?B?4oKs?= and =?no-such-charset?Q?=E9?=", "€ and é"),
        (b"=?utf-8?B?bad", "=?utf-8?B?bad"),
        (b"=?utf-8?B?A?=", "=?utf-8?B?A?="),
        ("Ünïcode".encode(), "Ünïcode"),
        ("Ünïcode".encode("cp1252"), "Ünïcode"),
        ("Ü =?utf-8?B?4oKs?= ü".encode(), "Ü € ü"),
        ("Ж =?utf-8?B?4oKs?= ж".encode(), "Ж € ж"),
        (b"a\n\tb\n c", "a b c"),
        (b"=?utf-8?Q?a=00b=0Ac?=", "ab c"),
    ],
)
def test_subjects_are_decoded_from_any_encoding(header: bytes, read: str) -> None:
    assert read_eml(b"From: x\nSubject: " + header + b"\n\ntext").subject == read


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("Content-Type: text/plain; charset=utf-8", "é€".encode(), "é€"),
        ("Content-Type: text/plain; charset=iso-8859-1", b"\x93\xe9\x94 \x80", "“é” €"),
        ("Content-Type: text/plain; charset=no-such-thing", "é€".encode(), "é€"),
        ("Content-Type: text/plain; charset=us-ascii", b"\xe9", "é"),
        ("Content-Type: text/plain; charset=utf-8", b"\xe9\x80", "é€"),
        ("Content-Type: text/plain; charset=rot13", b"abc", "abc"),
        ("Content-Type: text/plain; charset=punycode", b"abc-", "abc-"),
        ('Content-Type: text/plain; charset="utf-16"\nContent-Transfer-Encoding: base64', b"YQBiAA==", "ab"),
        ("Content-Type: text/plain", b"\xef\xbb\xbfa", "a"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", b"a=\nb=C3=A9=ZZ", "abé=ZZ"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: x-unknown", b"abc", "abc"),
        ("Content-Type: nonsense", b"abc", "abc"),
        ("Content-Type: multipart/mixed", b"abc", "abc"),
        ("Content-Type: text/plain; format=flowed", b"one \ntwo\n  three\n-- \nDi", "one two\nthree\n--\nDi"),
        ("Content-Type: text/plain; format=flowed", b"one\n> two \n> three\nfour", "one\nfour"),
        ("Content-Type: text/plain; format=flowed; delsp=yes", b"one \ntwo", "onetwo"),
        ("X: y", b"a\r\nb\0\x1bc", "a\nbc"),
    ],
)
def test_text_is_decoded_from_any_encoding(head: str, body: bytes, text: str) -> None:
    assert read_eml(bare(head, body)).text == text


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\r\n\r\n", b"From di@example.org Thu Sep  4\n", b"1234\n", b"\0"])
def test_a_preamble_before_the_message_is_ignored(start: bytes) -> None:
    received = read_eml(start + bytes(message()))
    assert (received.sender, received.text) == ("Di Robinson <di@example.org>", "Here it is.")


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"just text", b"PK\x03\x04", WORKBOOK, b"key: value\n\ntext"])
def test_content_that_is_not_a_message_is_damaged(content: bytes) -> None:
    assert error_code(read_eml, content) == "damaged"


# ------------------------------------------------------------------------------------------------- parts and forms


def test_plain_text_is_preferred_and_html_is_used_if_it_is_empty() -> None:
    assert read_eml(bytes(message("plain", "<p>page</p>"))).text == "plain"
    assert read_eml(bytes(message("  \n", "<p>page</p>"))).text == "page"
    assert read_eml(bytes(message(None, "<p>one<br>two</p><table><tr><td>a<td>b</table>"))).text == "one\ntwo\na | b"


def test_text_between_attachments_is_kept_in_order() -> None:
    related = (
        "Content-Type: multipart/related; boundary=deep\n\n--deep\nContent-Type: text/html\n\n<p>2nd\n"
        "--deep\nContent-Type: image/png\nContent-ID: <a>\n\nx\n--deep--"
    )
    plain = "Content-Type: text/plain\n\nsecond"
    parts = [
        "Content-Type: text/plain\n\nfirst",
        f"Content-Type: multipart/alternative; boundary=in\n\n--in\n{plain}\n--in\n{related}\n--in--",
        "Content-Type: application/x; name=a.xlsx\n\nfile",
        "Content-Type: text/html\n\n<p>third",
    ]
    body = "".join(f"--out\n{part}\n" for part in parts) + "--out--\n"
    received = read_eml(bare("Content-Type: multipart/mixed; boundary=out", body.encode()))
    assert received.text == "first\nsecond\nthird"
    assert received.attachments == (ContainedFile("a.xlsx", b"file"),)


def test_a_text_part_with_a_name_or_disposition_is_an_attachment() -> None:
    mail = message()
    mail.add_attachment("a,b\n", subtype="csv", filename="a.csv")
    mail.add_attachment("words", subtype="plain", filename="notes.txt", disposition="inline")
    mail.add_attachment("<p>words", subtype="html")
    received = read_eml(bytes(mail))
    assert received.text == "Here it is."
    assert [item.name for item in received.attachments] == ["a.csv", "notes.txt", "attachment 3"]


def test_inline_pictures_are_left_out_and_attached_pictures_are_kept() -> None:
    mail = message()
    mail.add_attachment(b"logo", "image", "png", filename="logo.png", cid="<logo>")
    mail.add_attachment(b"logo", "image", "png", filename="image001.png", disposition="inline")
    mail.add_attachment(b"photograph", "image", "jpeg", filename="form.jpg")
    mail.add_attachment(WORKBOOK, *XLSX, filename="inline.xlsx", disposition="inline", cid="<sheet>")
    assert [item.name for item in read_eml(bytes(mail)).attachments] == ["form.jpg", "inline.xlsx"]


DISPOSITION = "Content-Disposition: attachment"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (f'{DISPOSITION}; filename="a b.xlsx"', "a b.xlsx"),
        (f"{DISPOSITION}; filename*=utf-8''caf%C3%A9%20%E2%82%AC.xlsx", "café €.xlsx"),
        (f"{DISPOSITION}; filename*0*=utf-8''caf%C3%A9;\n filename*1=\" long\"; filename*2=.xlsx", "café long.xlsx"),
        (f"{DISPOSITION}; filename*=no-such''caf%E9.xlsx", "café.xlsx"),
        (f'{DISPOSITION}; filename="=?utf-8?B?Y2Fmw6kueGxzeA==?="', "café.xlsx"),
        (f'{DISPOSITION}; filename="=?utf-8?Q?caf=C3=A9?=\n =?utf-8?Q?_two.xlsx?="', "café two.xlsx"),
        (f'{DISPOSITION}; filename="café.xlsx"', "café.xlsx"),
        (f'Content-Type: application/x; name="a.xlsx"\n{DISPOSITION}', "a.xlsx"),
        (DISPOSITION, "attachment 1"),
        (f'{DISPOSITION}; filename=""', "attachment 1"),
        (rf'{DISPOSITION}; filename="C:\\Users\\di\\a.xlsx"', "a.xlsx"),
        (f'{DISPOSITION}; filename="../../etc/a.xlsx"', "a.xlsx"),
        (f'{DISPOSITION}; filename=".."', "attachment 1"),
        (f'{DISPOSITION}; filename="a\tb\x01.xlsx"', "a b .xlsx"),
    ],
)
def test_file_names_are_decoded_and_cleaned(head: str, name: str) -> None:
    assert read_eml(bare(head)).attachments == (ContainedFile(name, b"text"),)


def test_attachments_of_the_same_name_are_numbered() -> None:
    mail = message()
    for content in (b"1", b"2", b"3"):
        mail.add_attachment(content, *XLSX, filename="a.xlsx")
    assert [item.name for item in read_eml(bytes(mail)).attachments] == ["a.xlsx", "a (2).xlsx", "a (3).xlsx"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b" \n\t"),
        lambda text: text.replace(b"\n", b"\n!!\xff--\n"),
        lambda text: text.rstrip(b"=\n"),
        lambda text: text + b"\n\n",
    ],
)
def test_base64_with_foreign_characters_is_decoded(spoil: Any) -> None:
    body = spoil(base64.encodebytes(WORKBOOK))
    head = 'Content-Type: application/x; name="a.xlsx"\nContent-Transfer-Encoding: BASE64'
    assert read_eml(bare(head, body)).attachments[0].content == WORKBOOK


def test_base64_in_several_runs_or_cut_off_is_decoded() -> None:
    head = f"{DISPOSITION}\nContent-Transfer-Encoding: base64"
    runs = base64.encodebytes(b"ab") + base64.encodebytes(b"cd")
    assert read_eml(bare(head, runs)).attachments[0].content == b"abcd"
    for cut in range(1, 13):
        content = read_eml(bare(head, base64.b64encode(b"abcdefghi")[:cut])).attachments[0].content
        assert content == b"abcdefghi"[: cut * 3 // 4]


def test_an_attached_message_can_be_read() -> None:
    inner = message("inner text")
    inner.add_attachment(WORKBOOK, *XLSX, filename="in.xlsx")
    outer = message("outer text")
    outer.add_attachment(inner)
    received = read_eml(bytes(outer))
    assert received.text == "outer text"
    (attached,) = received.attachments
    assert attached.name == "Return.eml"
    received = read_eml(attached.content)
    assert (received.text, received.attachments) == ("inner text", (ContainedFile("in.xlsx", WORKBOOK),))


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_an_encoded_attached_message_can_be_read_although_not_allowed(encoding: str) -> None:
    inner = bytes(message("inner text"))
    body = base64.encodebytes(inner) if encoding == "base64" else inner.replace(b"=", b"=3D")
    head = f'Content-Type: message/rfc822; name="in"\nContent-Transfer-Encoding: {encoding}'
    (attached,) = read_eml(bare(head, body)).attachments
    assert attached.name == "in.eml"
    assert read_eml(attached.content).text == "inner text"


def test_a_broken_winmail_dat_and_calendars_are_attachments() -> None:
    mail = message()
    mail.add_attachment(b"\x78\x9f\x3e\x22", "application", "ms-tnef", filename="winmail.dat")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="invite.ics")
    assert [item.name for item in read_eml(bytes(mail)).attachments] == ["winmail.dat", "invite.ics"]


def test_a_digital_signature_is_not_an_attachment() -> None:
    signature = b"--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--b--"
    body = b"--b\nContent-Type: text/plain\n\nsigned\n" + signature
    received = read_eml(bare("Content-Type: multipart/signed; boundary=b", body))
    assert (received.text, received.attachments) == ("signed", ())


def cms(kind: int) -> bytes:
    return b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + bytes([kind]) + b"\xa0\x80rest"


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        ("Content-Type: multipart/encrypted; boundary=b", b"--b\n\n--b--", "encrypted-message"),
        ("Content-Type: application/pkcs7-mime", base64.b64encode(cms(3)), "encrypted-message"),
        ("Content-Type: application/x-pkcs7-mime", b"", "encrypted-message"),
        ("Content-Type: application/pkcs7-mime", base64.b64encode(cms(2)), "damaged"),
        ("Content-Type: application/x-microsoft-rpmsg-message", b"", "encrypted-message"),
        ("X: y", base64.b64encode(b"-----BEGIN PGP MESSAGE-----\n\nabc"), "encrypted-message"),
    ],
)
def test_encrypted_and_wrapped_messages_are_rejected(head: str, body: bytes, code: str) -> None:
    assert error_code(read_eml, bare(f"{head}\nContent-Transfer-Encoding: base64", body)) == code


def nested(depth: int) -> bytes:
    starts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d-\n\n--b%d-\n" % (n, n) for n in range(depth))
    return b"From: x\n" + starts + b"Content-Type: text/plain\n\ndeep"


def test_parts_may_be_nested_up_to_the_maximum_depth() -> None:
    assert read_eml(nested(MAX_DEPTH)).text == "deep"
    assert error_code(read_eml, nested(MAX_DEPTH + 1)) == "damaged"
    assert error_code(read_eml, nested(3000)) == "damaged"


def test_attachments_are_accepted_up_to_the_maximum() -> None:
    def with_attachments(count: int) -> bytes:
        parts = f"--b\n{DISPOSITION}\n\nx\n".encode() * count
        return bare("Content-Type: multipart/mixed; boundary=b", parts + b"--b--")

    assert len(read_eml(with_attachments(MAX_ATTACHMENTS)).attachments) == MAX_ATTACHMENTS
    assert error_code(read_eml, with_attachments(MAX_ATTACHMENTS + 1)) == "too-large"


# ------------------------------------------------------------------------------------------------- quoted messages

BLOCK = "From: Ana <ana@example.org>\nSent: 01 September 2008 09:00\nTo: Di\nSubject: Please report\n"
OLD = "earlier words"


@pytest.mark.parametrize(
    "end",
    [
        f"-----Original Message-----\n{OLD}",
        f"----- Forwarded Message -----\n{OLD}",
        f"---------- Forwarded message ---------\nFrom: a\n{OLD}",
        f"Begin forwarded message:\n\n> {OLD}",
        f"________________________________\n{BLOCK}\n{OLD}",
        f"{BLOCK}\n{OLD}",
        f"*From:* Ana\n*Sent:* 1 September\n*To:* Di\n*Subject:* Please\n\n{OLD}",
        f"From: Ana\nDate: Monday\nTo: a;\n b;\n c\nSubject: x\n{OLD}",
        f"On Mon, 1 Sep 2008 at 09:00, Ana <ana@example.org> wrote:\n\n> {OLD}\n> {OLD}",
        f"On Mon, 1 Sep 2008 at 09:00, Ana\n<ana@example.org>\nwrote:\n> {OLD}",
        f"On 1 Sep 2008, at 09:00, Ana wrote:\n\n{OLD}",
        f"Ana <ana@example.org> wrote:\n> {OLD}",
        f"> {OLD}\n>> {OLD}\n>\n> {OLD}",
    ],
)
def test_earlier_messages_are_left_out(end: str) -> None:
    assert strip_quoted_text(f"My own words.\nTwo lines.\n\n{end}") == "My own words.\nTwo lines."


def test_text_below_and_between_marked_quotations_is_kept() -> None:
    text = "Top\n\nOn Mon, 1 Sep 2008 at 09:00, A wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n"
    assert strip_quoted_text(text) == "Top\n\nYes.\n\nNo."


@pytest.mark.parametrize(
    "text",
    [
        "On the second task the panel wrote:\nWe need more time.",
        "On 4 September the panel wrote:\nWe need more time.",
        "From: the north\nwe had replies",
        "From: 10 to 20 people\nDate: Monday\nTo: be confirmed",
        "Attendance\n> 80% of visits\nwas good",
        ">= 5 schools",
        "a -> b\n--- \nc",
        "-- \nDi Robinson",
        "-----\nA rule",
    ],
)
def test_the_writers_own_text_is_kept_even_if_it_resembles_a_quotation(text: str) -> None:
    assert strip_quoted_text(text) == text


GMAIL = f"""<div>Mine<blockquote style="margin:40px">indented</blockquote></div><div class="gmail_quote">
  <div class="gmail_attr">Le lun. 1 sept., Ana a écrit :<br></div>
  <blockquote class="gmail_quote">{OLD}<br>{OLD}</blockquote></div>"""
OUTLOOK = f"""<p>Mine</p><p>indented</p><hr><div><b>From:</b> Ana<br><b>Sent:</b> Mon<br><b>To:</b> Di<br>
  <b>Subject:</b> x</div><p>{OLD}"""


@pytest.mark.parametrize("html_text", [GMAIL, OUTLOOK])
def test_quotations_in_html_are_distinguished_from_indentation(html_text: str) -> None:
    assert read_eml(bytes(message(None, html_text))).text == "Mine\nindented"


# ------------------------------------------------------------------------------------------------------------ links

SHAREPOINT = "https://gloucester.sharepoint.com/:x:/s/lsp/Ea%20b?e=1"


@pytest.mark.parametrize(
    "link",
    [
        SHAREPOINT,
        "https://gloucester-my.sharepoint.com/personal/di/a.xlsx",
        "https://1drv.ms/x/s!Abc",
        "https://onedrive.live.com/edit?id=1",
        "https://docs.google.com/spreadsheets/d/1/edit#gid=0",
        "https://drive.google.com/file/d/1",
        "https://www.dropbox.com/s/1/a.xlsx?dl=0",
        "https://app.box.com/s/1",
        "https://www.icloud.com/numbers/0",
        "https://we.tl/t-1",
        "https://wetransfer.com/downloads/1",
        "HTTPS://WWW.DROPBOX.COM/s/1",
    ],
)
def test_links_to_cloud_copies_are_found(link: str) -> None:
    assert find_cloud_links(f"See <{link}>, and ({link}). Also “{link}”!") == (link,)


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/sharepoint.com/x",
        "https://notdropbox.com/s/1",
        "https://sharepoint.com.example.org/x",
        "https://sharepoint.com@example.org/x",
        "https://www.dropbox.com/",
        "https://[::1/x",
        "https://example.org/?url=https%3A%2F%2F1drv.ms%2Fx",
        "javascript:https",
    ],
)
def test_other_links_are_ignored(link: str) -> None:
    assert find_cloud_links(link) == ()


def test_links_are_unwrapped_from_mail_filters() -> None:
    safe = f"https://eur01.safelinks.protection.outlook.com/?url={quote(SHAREPOINT, safe='')}&data=05&reserved=0"
    twice = f"https://nam02.safelinks.protection.outlook.com/?url={quote(safe, safe='')}"
    assert find_cloud_links(safe) == find_cloud_links(twice) == (SHAREPOINT,)
    assert find_cloud_links(f"https://www.google.com/url?q={quote(SHAREPOINT, safe='')}") == (SHAREPOINT,)


def test_links_in_html_are_found_except_those_of_earlier_messages() -> None:
    page = (
        f'<p>It is <a href="{SHAREPOINT}">here</a>.</p>'
        '<p>-----Original Message-----<br><a href="https://1drv.ms/x">old</a>'
    )
    received = read_eml(bytes(message("It is here.", page)))
    assert (received.text, received.links) == ("It is here.", (SHAREPOINT,))
    received = read_eml(bytes(message(None, page)))
    assert (received.text, received.links) == ("It is here.", (SHAREPOINT,))


def test_a_line_that_is_too_long_for_an_introduction_is_kept() -> None:
    line = f"{'-' * 300} Original Message {'-' * 300}"
    assert unmarked_quotation(f"New words\n{BLOCK}\n{line}\nOld words") == f"{line}\nOld words"


# ------------------------------------------------------------------------------------------------------------ .msg

SENT = datetime.datetime(2008, 9, 4, 9, 12, tzinfo=datetime.UTC)
NOTE: dict[int, Value] = {
    0x001A: "IPM.Note",
    0x0037: "Return – é",
    0x0039: SENT,
    0x0C1A: "Di Robinson",
    0x5D01: "di@example.org",
    0x1000: f"Here it is.\r\n\r\n{BLOCK}\r\n{OLD}",
}
FILE: dict[int, Value] = {0x3705: 1, 0x3707: "Stronger Communities.xlsx", 0x3704: "STRONG~1.XLS", 0x3701: WORKBOOK}


def note(properties: dict[int, Value], *attachments: Any) -> bytes:
    return compound_file(outlook_message({**NOTE, **properties}, attachments))


def test_another_reader_reads_our_test_messages_alike() -> None:
    received = oxmsg.Message.load(note({}, FILE))
    assert (received.subject, received.sent_date, received.sender) == (
        "Return – é",
        SENT,
        '"Di Robinson" <di@example.org>',
    )
    assert [(item.file_name, item.file_bytes) for item in received.attachments] == [
        ("Stronger Communities.xlsx", WORKBOOK)
    ]


def test_an_outlook_message_with_a_workbook_is_read() -> None:
    received = read_msg(note({}, FILE))
    assert (received.date, received.sender) == ("2008-09-04 09:12:00", "Di Robinson <di@example.org>")
    assert (received.subject, received.text) == ("Return – é", "Here it is.")
    assert received.attachments == (ContainedFile("Stronger Communities.xlsx", WORKBOOK),)


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({0x1000: ("café – €", "cp1252"), 0x3FFD: 1252}, "café – €"),
        ({0x1000: ("Привет", "cp1251"), 0x3FDE: 1251}, "Привет"),
        ({0x1000: ("Привет", "utf-8"), 0x3FDE: 65001}, "Привет"),
        ({0x1000: ("abc", "cp1252"), 0x3FDE: 4242, 0x3FFD: 4243}, "abc"),
        ({0x1000: "", 0x1013: "<p>café</p>".encode("cp1252"), 0x3FDE: 1252}, "café"),
        ({0x1000: " \r\n", 0x1013: "<p>Привет</p>".encode()}, "Привет"),
        ({0x1000: "", 0x1013: "<p>page</p>"}, "page"),
        ({0x1000: "", 0x1009: b""}, ""),
    ],
)
def test_the_text_of_an_outlook_message_is_read_in_any_form(properties: dict[int, Value], text: str) -> None:
    assert read_msg(note(properties)).text == text


def test_a_broken_character_affects_only_itself() -> None:
    tree = outlook_message(NOTE)
    tree["__substg1.0_1000001F"] = "a\ud800b".encode("utf-16-le", "surrogatepass") + b"c"
    assert read_msg(compound_file(tree)).text == "a\ufffdb\ufffd"


def lzfu(rtf: bytes) -> bytes:
    """Rich text in its compressed form, without any compression."""
    body = b"".join(b"\0" + rtf[start : start + 8] for start in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


#: The examples of the format's specification (MS-OXRTFCP 3.1.1), and of a reference that overlaps itself (3.1.2).
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
RUNNING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_compressed_rich_text_is_decompressed() -> None:
    assert decompress_rtf(PACKED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress_rtf(RUNNING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    # The end is marked, whatever size is stated.
    assert decompress_rtf(RUNNING[:4] + b"\xff\xff" + RUNNING[6:]) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert decompress_rtf(struct.pack("<II4sI", 15, 3, b"MELA", 0) + b"abc") == b"abc"
    assert decompress_rtf(lzfu(b"{\\rtf1 as it is}")) == b"{\\rtf1 as it is}"
    with pytest.raises(ReturnError):
        decompress_rtf(b"nonsense")
    assert read_msg(note({0x1000: "", 0x1009: PACKED})).text == "hello world"


def test_html_inside_rich_text_is_extracted() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\htmltag64 <html>}"
        rb"{\*\htmltag84 <p style='a\'3ab'>}\htmlrtf {\htmlrtf0 caf\'e9 {\*\htmltag84 &amp;}\htmlrtf &\htmlrtf0  more"
        rb"{\*\htmltag92 </p>}\htmlrtf\par}\htmlrtf0{\*\htmltag84 <a href=" + SHAREPOINT.encode() + rb">}link"
        rb"{\*\htmltag92 </a>}}"
    )
    assert "<p style='a:b'>café &amp; more</p>" in html_from_rtf(rtf)
    assert text_of_rtf(rtf) == "café & more\nlink"
    received = read_msg(note({0x1000: "", 0x1009: lzfu(rtf)}))
    assert (received.text, received.links) == ("café & more\nlink", (SHAREPOINT,))


def test_pictures_and_links_of_an_outlook_message_are_not_attachments() -> None:
    logo: dict[int, Value] = {0x3705: 1, 0x3707: "image001.png", 0x3701: b"x", 0x3712: "image001@01"}
    hidden: dict[int, Value] = {0x3705: 1, 0x370E: "image/jpeg", 0x3701: b"x", 0x7FFE: True}
    photograph: dict[int, Value] = {0x3705: 1, 0x3707: "form.jpg", 0x3701: b"photograph"}
    cloud: dict[int, Value] = {0x3705: 7, 0x3707: "a.xlsx", 0x370D: SHAREPOINT}
    nameless: dict[int, Value] = {0x3705: 1, 0x3701: b"y"}
    received = read_msg(note({}, logo, hidden, photograph, cloud, nameless, {**FILE, 0x3712: "sheet@01"}))
    assert [item.name for item in received.attachments] == ["form.jpg", "attachment 2", "Stronger Communities.xlsx"]
    assert received.links == (SHAREPOINT,)


def embedded(properties: dict[int, Value], *attachments: Any) -> tuple[dict[int, Value], Tree]:
    return {0x3705: 5, 0x3001: "Inner"}, outlook_message({**NOTE, **properties}, attachments, inside=True)


def test_a_message_attached_to_an_outlook_message_can_be_read() -> None:
    content = note({}, embedded({0x1000: "inner text", 0x1013: b"<p>inner"}, FILE, embedded({0x1000: "innermost – é"})))
    (attached,) = read_msg(content).attachments
    assert attached.name == "Inner.eml"
    received = read_eml(attached.content)
    assert (received.date, received.sender) == ("2008-09-04 09:12:00", "Di Robinson <di@example.org>")
    assert (received.subject, received.text) == ("Return – é", "inner text")
    assert received.attachments[0] == ContainedFile("Stronger Communities.xlsx", WORKBOOK)
    assert read_eml(received.attachments[1].content).text == "innermost – é"
    assert read_msg(content).attachments == (attached,)


def test_an_attached_outlook_message_keeps_the_time_of_its_headers() -> None:
    headers = "Date: Thu, 4 Sep 2008 10:12:00 +0100\r\n"
    (attached,) = read_msg(note({}, embedded({0x0039: 0, 0x007D: headers}))).attachments
    assert read_eml(attached.content).date == "2008-09-04 09:12:00"


def test_outlook_messages_may_be_nested_up_to_the_maximum_depth() -> None:
    def nested_messages(depth: int) -> bytes:
        attachment = embedded({})
        for _ in range(depth - 1):
            attachment = embedded({}, attachment)
        return note({}, attachment)

    assert len(read_msg(nested_messages(MAX_DEPTH)).attachments) == 1
    assert error_code(read_msg, nested_messages(MAX_DEPTH + 1)) == "damaged"


def test_encrypted_and_wrapped_outlook_messages_are_rejected() -> None:
    encrypted: dict[int, Value] = {0x3705: 1, 0x3707: "smime.p7m", 0x3701: cms(3)}
    assert error_code(read_msg, note({0x001A: "IPM.Note.SMIME"}, encrypted)) == "encrypted-message"
    assert error_code(read_msg, note({0x001A: "IPM.Note.SMIME"}, {**encrypted, 0x3701: cms(2)})) == "damaged"
    managed: dict[int, Value] = {0x3705: 1, 0x370E: "application/x-microsoft-rpmsg-message", 0x3701: b"x"}
    assert error_code(read_msg, note({}, managed)) == "encrypted-message"


def test_a_signed_outlook_message_is_read_from_its_signed_content() -> None:
    mail = message("signed text")
    mail.add_attachment(WORKBOOK, *XLSX, filename="a.xlsx")
    signed: dict[int, Value] = {0x3705: 1, 0x3707: "smime.p7m", 0x3701: bytes(mail)}
    received = read_msg(note({0x001A: "IPM.Note.SMIME.MultipartSigned"}, signed))
    assert (received.subject, received.text) == ("Return – é", "signed text")
    assert received.attachments == (ContainedFile("a.xlsx", WORKBOOK),)


def test_an_encrypted_attached_message_does_not_affect_the_outer_one() -> None:
    encrypted: dict[int, Value] = {0x3705: 1, 0x3701: cms(3)}
    inner = embedded({0x001A: "IPM.Note.SMIME"}, encrypted)
    first, second = read_msg(note({}, inner, FILE)).attachments
    assert error_code(read_eml, first.content) == "encrypted-message"
    assert second.content == WORKBOOK


def test_missing_properties_of_an_outlook_message_are_read_from_its_headers() -> None:
    head = "From: =?utf-8?B?w4l0w6k=?= <e@example.org>\r\nDate: Thu, 4 Sep 2008 10:12:00 +0100\r\n"
    received = read_msg(compound_file(outlook_message({0x007D: head})))
    assert (received.date, received.sender, received.text) == ("2008-09-04 09:12:00", "Été <e@example.org>", "")
    received = read_msg(compound_file(outlook_message({0x0C1A: "Di", 0x0C1F: "/O=GCC/CN=DI"})))
    assert (received.date, received.sender, received.subject) == ("", "Di", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        WORKBOOK,
        compound_file({}),
        compound_file({"Book": b"x" * 5000}),
        note({})[:512],
    ],
)
def test_content_that_is_not_an_outlook_message_is_damaged(content: bytes) -> None:
    assert error_code(read_msg, content) == "damaged"


def test_streams_that_share_their_bytes_are_rejected() -> None:
    content = bytearray(note({}, *({**FILE, 0x3701: bytes([n]) * 9000} for n in range(40))))
    assert len(read_msg(bytes(content)).attachments) == 40
    for entry in re.finditer(re.escape("__substg1.0_37010102".encode("utf-16-le")), bytes(content)):
        # The first sector for each, and the size of the whole file.
        content[entry.start() + 116 : entry.start() + 124] = struct.pack("<II", 0, 300_000)
    assert error_code(read_msg, bytes(content)) == "damaged"


@pytest.mark.parametrize(("property_id", "is_read"), [(0x0040, False), (0x1000, True)])
def test_a_stream_larger_than_the_file_matters_only_where_it_is_read(property_id: int, is_read: bool) -> None:
    content = bytearray(note({0x0040: "Received by"}))
    entry = content.find(f"__substg1.0_{property_id:04X}001F".encode("utf-16-le"))
    content[entry + 120 : entry + 124] = struct.pack("<I", 1_935_763_044)
    if is_read:
        assert error_code(read_msg, bytes(content)) == "damaged"
    else:
        assert read_msg(bytes(content)).text == "Here it is."


def test_endlessly_nested_storages_are_damaged() -> None:
    entries = outlook_message(NOTE)
    content = bytearray(compound_file({"storage": entries, **entries}))
    name_position = content.find("storage".encode("utf-16-le"))
    entry_number = (name_position - content.find("Root Entry".encode("utf-16-le"))) // 128
    # The storage is its own child.
    content[name_position + 76 : name_position + 80] = struct.pack("<I", entry_number)
    try:
        assert read_msg(bytes(content)).subject == "Return – é"
    except ReturnError as error:
        assert error.code == "damaged"


# -------------------------------------------------------------------------------------------------- altered messages


def altered(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice((1, 2, 5, 30))):
        position = rng.randrange(len(data))
        change = rng.randrange(4)
        if change == 0:
            data[position] = rng.choice((0, 0xFF, 0x0A, rng.randrange(256)))
        elif change == 1:
            data[position : position + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\r\n\r\n", b"=?x?B"))
        elif change == 2 and rng.random() < 0.2:
            del data[position : position + rng.randrange(1, 40)]
        elif change == 3 and rng.random() < 0.2:
            data[position:position] = bytes(data[position : position + rng.randrange(1, 40)])
    return bytes(data if rng.random() < 0.8 else data[: rng.randrange(len(data))])


@pytest.mark.slow
def test_altered_messages_raise_nothing_but_return_errors() -> None:
    mail = message("Here it is. é", f'<p>Here <a href="{SHAREPOINT}">it</a> is')
    mail.add_attachment(WORKBOOK[:300], *XLSX, filename="café.xlsx")
    mail.add_attachment(message("inner"))
    rng = random.Random(5)
    readable_count = 0
    for _ in range(1000):
        try:
            received = read_eml(altered(bytes(mail), rng))
        except ReturnError:
            continue
        readable_count += 1
        assert all(item.name and "/" not in item.name for item in received.attachments)
    assert readable_count > 500


@pytest.mark.slow
def test_altered_outlook_messages_raise_nothing_but_return_errors() -> None:
    rtf = lzfu(rb"{\rtf1\ansi{\fonttbl{\f0 A;}}\u233?\'e9{\*\x y}\par}")
    original = note({0x1000: "", 0x1009: rtf, 0x007D: "From: a\r\n"}, FILE, embedded({}, {**FILE, 0x3712: "x"}))
    rng = random.Random(6)
    readable_count = 0
    for _ in range(1000):
        try:
            read_msg(altered(original, rng))
        except ReturnError:
            continue
        readable_count += 1
    assert readable_count > 200


@pytest.mark.parametrize("kind", [RecursionError, KeyError, AssertionError, UnicodeError, NotImplementedError])
def test_any_error_of_a_reader_is_reported_as_damage(kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object) -> None:
        raise kind

    monkeypatch.setattr(eml.email, "message_from_bytes", raising)
    assert error_code(read_eml, bytes(message())) == "damaged"


# ----------------------------------------------------------------------------------------------------- the sender


def test_the_sender_of_a_protected_message_is_known() -> None:
    with pytest.raises(ReturnError) as raised:
        read_eml(bare("Subject: Return\nContent-Type: application/pkcs7-mime"))
    assert (raised.value.facts["sender"], raised.value.facts["subject"]) == ("di@example.org", "Return")


def test_an_outlook_sender_with_a_directory_path_has_the_address_of_the_headers() -> None:
    headers = 'From: "Robinson, Di" <di@example.org>\r\nSubject: Return\r\n\r\n'
    properties: dict[int, Value] = {0x0C1A: "Robinson, Di", 0x0C1F: "/O=COUNCIL/CN=DI", 0x007D: headers, 0x1000: "x"}
    assert read_msg(compound_file(outlook_message(properties))).sender == '"Robinson, Di" <di@example.org>'
    del properties[0x007D]
    assert read_msg(compound_file(outlook_message(properties))).sender == "Robinson, Di"
