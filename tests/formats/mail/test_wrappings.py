"""What mail programs wrap messages and files in is opened: the words and the files are there."""

from __future__ import annotations

import base64
import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
import xlrd
from python_calamine import CalamineWorkbook

from helpers.compound_files import Value, compound_file, outlook_message
from helpers.mail_wrappings import (
    APPLE_DOUBLE,
    BINARY,
    MESSAGE_INTERFACE,
    STORAGE_INTERFACE,
    TEXT_8,
    TEXT_16,
    apple_single,
    multipart,
    plain_message,
    properties,
    read_eml,
    read_msg,
    read_signed,
    read_tnef,
    signed,
    tnef,
    uuencoded,
)
from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.mail.message import Message
from ragsheets.formats.mail.signed_content import signed_content
from ragsheets.formats.mail.tnef import parse_tnef

#: It ends with zeros, as every archive does.
WORKBOOK = b"PK\x03\x04" + random.Random(1).randbytes(3000) + bytes(4)
NAME = "Stronger Communities.xlsx"
HEAD = "From: Di <di@example.org>\nSubject: Return\nDate: Fri, 12 Sep 2008 10:00:00 +0100"
TEXT = ("Content-Type: text/plain; charset=utf-8", b"The words.")
FILE = f'Content-Type: application/octet-stream; name="{NAME}"'


def files_of(message: Message) -> dict[str, bytes]:
    return {item.name: item.content for item in message.attachments}


# ------------------------------------------------------------------------------------------------------ winmail.dat


@pytest.mark.parametrize(
    "head",
    [
        'Content-Type: application/ms-tnef; name="winmail.dat"',
        "Content-Type: application/vnd.ms-tnef",
        'Content-Type: application/octet-stream; name="ATT00001.dat"',
    ],
)
def test_files_and_words_in_a_winmail_dat_are_those_of_its_message(head: str) -> None:
    content = multipart(HEAD, TEXT, (head, tnef("Other words.", {NAME: WORKBOOK, "notes – é.txt": b"n"})))
    message = read_eml(content)
    assert files_of(message) == {NAME: WORKBOOK, "notes – é.txt": b"n"}
    assert message.text == "The words.\nOther words."


def test_the_words_of_a_winmail_dat_are_not_repeated() -> None:
    content = multipart(HEAD, TEXT, ("Content-Type: application/ms-tnef", tnef("The  words.\r\n")))
    assert (read_eml(content).text, read_eml(content).attachments) == ("The words.", ())


def test_a_winmail_dat_saved_alone_is_opened() -> None:
    content = tnef("The words.", {NAME: WORKBOOK})
    assert guard.identify(content).kind == "tnef"
    message = read_tnef(content)
    assert (message.subject, message.text, files_of(message)) == ("Wrapped", "The words.", {NAME: WORKBOOK})


def with_properties(*items: tuple[int, int, bytes]) -> bytes:
    data = properties(*items)
    return tnef() + struct.pack("<BII", 1, 0x00069003, len(data)) + data + bytes(2)


def test_a_link_in_a_winmail_dat_is_one_of_its_message() -> None:
    link = "https://council.sharepoint.com/a.xlsx"
    wrapped = with_properties((0x1013, BINARY, f'<p>It is <a href="{link}">here</a>'.encode()))
    message = read_eml(multipart(HEAD, TEXT, ("Content-Type: application/ms-tnef", wrapped)))
    assert (message.text, message.links) == ("The words.\nIt is here", (link,))


def test_the_text_of_a_winmail_dat_is_read_in_any_form() -> None:
    assert parse_tnef(with_properties((0x1000, TEXT_16, "Wörds –\0".encode("utf-16-le")))).plain == "Wörds –"
    assert parse_tnef(with_properties((0x1000, TEXT_8, b"W\xf6rds\0"))).plain == "Wörds"
    assert parse_tnef(with_properties((0x1013, BINARY, b"<p>W&ouml;rds</p>"))).plain == "Wörds"
    assert parse_tnef(with_properties((0x0037, TEXT_16, "Return\0".encode("utf-16-le")))).subject == "Return"


def test_a_message_and_objects_in_a_winmail_dat_are_opened() -> None:
    inner = MESSAGE_INTERFACE + tnef("Inner words.", {NAME: WORKBOOK})
    package = STORAGE_INTERFACE + compound_file({"Package": WORKBOOK})
    message, sheet = read_tnef(tnef(objects={"Inner": inner, "Worksheet": package})).attachments
    assert (message.name, sheet) == ("Inner.eml", ContainedFile("Worksheet", WORKBOOK))
    assert files_of(read_eml(message.content)) == {NAME: WORKBOOK}
    assert read_eml(message.content).text == "Inner words."


def test_winmail_dats_inside_each_other_end_somewhere() -> None:
    content = tnef("Innermost.")
    for _ in range(25):
        content = tnef(objects={"x": MESSAGE_INTERFACE + content})
    with pytest.raises(ReturnError) as raised:
        read_tnef(content)
    assert raised.value.code == "damaged"


def test_a_cut_or_altered_winmail_dat_raises_nothing_but_return_errors() -> None:
    rng = random.Random(3)
    content = tnef("Words.", {NAME: WORKBOOK[:200]}, objects={"x": MESSAGE_INTERFACE + tnef("Inner.")})
    codes = set()
    for cut in range(0, len(content), 7):
        altered = bytearray(content[: cut or None])
        altered[rng.randrange(len(altered))] = rng.randrange(256)
        try:
            read_tnef(bytes(altered))
        except ReturnError as error:
            codes.add(error.code)
    assert codes
    assert codes <= {"damaged", "too-large"}


# ------------------------------------------------------------------------------------------------ embedded objects


def with_object(storage: dict[str, bytes], name: str = "Microsoft Excel Worksheet") -> Message:
    attachment: dict[int, Value] = {0x3705: 6, 0x3001: name}
    return read_msg(compound_file(outlook_message({0x0037: "Return", 0x1000: "The words."}, [(attachment, storage)])))


def test_a_sheet_embedded_in_an_outlook_message_is_a_file() -> None:
    assert files_of(with_object({"\x01CompObj": b"x", "Package": WORKBOOK})) == {"Microsoft Excel Worksheet": WORKBOOK}
    assert files_of(with_object({"CONTENTS": WORKBOOK})) == {"Microsoft Excel Worksheet": WORKBOOK}


def test_a_file_packed_by_windows_is_a_file_under_its_name() -> None:
    path = b"C:\\Temp\\a.xlsx\0"
    stream = b"\x02\0a.xlsx\0C:\\a.xlsx\0\0\0\x03\0" + struct.pack("<I", len(path)) + path
    stream += struct.pack("<I", len(WORKBOOK)) + WORKBOOK + b"more"
    native = struct.pack("<I", len(stream)) + stream
    assert files_of(with_object({"\x01Ole10Native": native})) == {"a.xlsx": WORKBOOK}


@pytest.mark.parametrize("size", [600, 5000, 70_000, 7_100_000, 16_000_000])
def test_an_older_sheet_embedded_as_streams_becomes_a_file_of_its_own(size: int) -> None:
    xls = older_workbook(size)
    import olefile

    with olefile.OleFileIO(xls) as ole:
        stream = ole.openstream("Workbook").read()
    (content,) = files_of(with_object({"Workbook": stream, "\x03ObjInfo": b"x"})).values()
    assert guard.identify(content).kind == "xls"
    assert xlrd.open_workbook(file_contents=content).sheet_by_index(0).cell_value(0, 0) == "Word"
    import io

    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0][0] == "Word"


def older_workbook(size: int) -> bytes:
    """An .xls file with one word, its stream of about this size."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def substream(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    sheet = substream(0x0010) + record(0x0204, struct.pack("<HHHHB", 0, 0, 0, 4, 0) + b"Word") + record(0x000A, b"")
    name = b"\x06\0Sheet1"
    start = substream(0x0005) + b"".join(record(0x00EF, bytes(2000)) for _ in range(size // 2000))
    position = len(start) + 4 + 6 + len(name) + 4
    book = start + record(0x0085, struct.pack("<IH", position, 0) + name) + record(0x000A, b"") + sheet
    return compound_file({"Workbook": book})


# ------------------------------------------------------------------------------------------------------ signatures


@pytest.mark.parametrize("in_chunks", [False, True])
def test_the_content_of_a_signature_needs_no_key(in_chunks: bool) -> None:
    inner = multipart("Content-Language: en", TEXT, (FILE, WORKBOOK))
    content = signed(inner, in_chunks=in_chunks)
    message = read_eml(multipart_free(f'{HEAD}\nContent-Type: application/pkcs7-mime; name="smime.p7m"', content))
    assert (message.sender, message.text, files_of(message)) == (
        "Di <di@example.org>",
        "The words.",
        {NAME: WORKBOOK},
    )
    assert guard.identify(content).kind == guard.identify(base64.encodebytes(content)).kind == "p7m"
    assert files_of(read_signed(content)) == {NAME: WORKBOOK}
    assert files_of(read_signed(base64.encodebytes(content))) == {NAME: WORKBOOK}


def multipart_free(head: str, content: bytes) -> bytes:
    return f"{head}\nContent-Transfer-Encoding: base64\n\n".encode() + base64.encodebytes(content)


def test_a_signed_part_beside_a_mailing_lists_footer_and_twice_signed_content_are_read() -> None:
    inner = multipart_free(
        'Content-Type: application/x-pkcs7-mime; name="smime.p7m"', signed(plain_message("Words.", {}))
    )
    part = ('Content-Type: application/octet-stream; name="smime.p7m"', signed(inner))
    assert read_eml(multipart(HEAD, part, ("Content-Type: text/plain", b"Footer"))).text == "Words.\n\nFooter"


def test_a_signed_outlook_message_is_read() -> None:
    content = signed(multipart("Content-Language: en", TEXT, (FILE, WORKBOOK)))
    attachment: dict[int, Value] = {0x3705: 1, 0x3707: "smime.p7m", 0x3701: content}
    message = read_msg(compound_file(outlook_message({0x001A: "IPM.Note.SMIME", 0x0037: "Return"}, [attachment])))
    assert (message.subject, message.text, files_of(message)) == ("Return", "The words.", {NAME: WORKBOOK})


@pytest.mark.parametrize(
    "signature",
    [
        ('Content-Type: application/octet-stream; name="smime.p7s"', b"\x30\x80rest"),
        ('Content-Type: application/octet-stream; name="signature.asc"', b"-----BEGIN PGP SIGNATURE-----\nabc\n"),
        ("Content-Type: application/pkcs7-signature", b"\x30\x80rest"),
    ],
)
def test_a_signature_beside_what_was_signed_is_passed_over(signature: tuple[str, bytes]) -> None:
    assert files_of(read_eml(multipart(HEAD, TEXT, (FILE, WORKBOOK), signature))) == {NAME: WORKBOOK}


def test_an_encrypted_part_does_not_affect_the_others() -> None:
    encrypted = bytes.fromhex("308006092a864886f70d010703a080") + b"rest"
    part = ('Content-Type: application/pkcs7-mime; name="smime.p7m"', encrypted)
    message = read_eml(multipart(HEAD, TEXT, part, (FILE, WORKBOOK)))
    assert message.text == "The words."
    first, second = message.attachments
    assert first.error is not None
    assert (first.error.code, second.content) == ("encrypted-message", WORKBOOK)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("options", [[], ["-stream"]])
def test_what_openssl_signs_is_read(tmp_path: Path, options: list[str]) -> None:
    key, certificate, text = (tmp_path / name for name in ("key.pem", "certificate.pem", "text"))
    text.write_bytes(plain_message("The words.", {NAME: WORKBOOK}).replace(b"\n", b"\r\n"))
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Di"]
    openssl(*request, "-keyout", key, "-out", certificate)
    signing = ["cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-signer", certificate, "-inkey", key]
    openssl(*signing, *options, "-in", text, "-out", tmp_path / "smime.p7m")
    message = read_signed((tmp_path / "smime.p7m").read_bytes())
    assert (message.text, files_of(message)) == ("The words.", {NAME: WORKBOOK})


def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def test_endless_or_broken_signatures_are_damaged() -> None:
    start = bytes.fromhex("308006092a864886f70d010702a080")
    for rest in (b"\x30\x80" * 50_000, b"", b"\xff" * 100):
        with pytest.raises(ReturnError) as raised:
            signed_content(start + rest)
        assert raised.value.code == "damaged"


# -------------------------------------------------------------------------------------- files in texts, and macOS


def test_files_packed_into_a_text_are_files() -> None:
    text = f"Before.\n\n{uuencoded(NAME, WORKBOOK)}\nBetween.\n{uuencoded('b.xlsx', b'second')}After.\n"
    message = read_eml(f"{HEAD}\n\n{text}".encode())
    assert files_of(message) == {NAME: WORKBOOK, "b.xlsx": b"second"}
    assert message.text.split() == ["Before.", "Between.", "After."]
    assert files_of(read_eml(f"{HEAD}\r\n\r\n".encode() + text.replace("\n", "\r\n").encode())) == files_of(message)


def test_a_large_packed_file_is_whole() -> None:
    large = random.Random(2).randbytes(1_500_000)
    assert files_of(read_eml(f"{HEAD}\n\nText.\n{uuencoded('a', large)}".encode())) == {"a": large}


@pytest.mark.slow
def test_a_file_packed_in_base64_is_a_file_and_words_between_begin_and_end_stay_words() -> None:
    packed = f"begin-base64 644 a.xlsx\n{base64.encodebytes(WORKBOOK).decode()}====\n"
    message = read_eml(f"{HEAD}\n\nText.\n{packed}\nbegin 644 ways\nin which we\nend\n".encode())
    assert files_of(message) == {"a.xlsx": WORKBOOK}
    assert message.text == "Text.\n\nbegin 644 ways\nin which we\nend"
    flood = f"{HEAD}\n\n".encode() + b"begin 644 x\n" * 80_000
    assert read_eml(flood).attachments == ()


def test_a_part_packed_as_a_whole_is_a_file() -> None:
    head = f'{HEAD}\nContent-Type: application/octet-stream; name="{NAME}"\nContent-Transfer-Encoding: x-uuencode'
    assert files_of(read_eml(f"{head}\n\n{uuencoded(NAME, WORKBOOK)}".encode())) == {NAME: WORKBOOK}


def test_a_file_packed_by_a_news_program_is_named() -> None:
    text = "Text.\n=ybegin line=128 size=5 name=a.xlsx\nxyz\n=yend size=5\nMore."
    message = read_eml(f"{HEAD}\n\n{text}".encode())
    (attachment,) = message.attachments
    assert attachment.error is not None
    assert (attachment.name, attachment.error.code) == ("a.xlsx", "not-a-workbook")
    assert message.text == "Text.\n\nMore."


def test_what_macos_adds_to_a_file_is_passed_over() -> None:
    fork = (f'Content-Type: application/applefile; name="{NAME}"', APPLE_DOUBLE)
    nameless_fork = ("Content-Type: application/octet-stream", APPLE_DOUBLE)
    message = read_eml(multipart(HEAD, TEXT, fork, nameless_fork, (FILE, apple_single(WORKBOOK))))
    assert files_of(message) == {NAME: WORKBOOK}


# ------------------------------------------------------------------------------------------ odd heads and encodings


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Transfer-Encoding: 7bit\n\n" + base64.encodebytes(WORKBOOK),
        b"Content-Transfer-Encoding: quoted-printable\n\n" + base64.encodebytes(WORKBOOK),
        b"Content-Transfer-Encoding: base64; x=y\n\n" + base64.encodebytes(WORKBOOK),
        b"\n" + base64.encodebytes(WORKBOOK),
    ],
)
def test_a_workbook_is_decoded_whatever_encoding_its_part_states(part: bytes) -> None:
    body = b"--b\nContent-Type: application/x; name=a.xlsx\n" + part + b"\n--b--\n"
    assert files_of(read_eml(f"{HEAD}\nContent-Type: multipart/mixed; boundary=b\n\n".encode() + body)) == {
        "a.xlsx": WORKBOOK
    }


@pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary="another"'])
def test_a_message_with_a_wrong_boundary_is_read_by_the_one_that_is_there(kind: str) -> None:
    content = multipart(f"{HEAD}\nContent-Type: {kind}", TEXT, (FILE, WORKBOOK), boundary="=_here")
    assert (read_eml(content).text, files_of(read_eml(content))) == ("The words.", {NAME: WORKBOOK})


def test_a_message_with_a_wrong_boundary_keeps_letters_that_are_not_ascii() -> None:
    body = "--b\nContent-Type: text/plain; charset=utf-8\n\nLà – café.\n"
    body += f'--b\nContent-Type: application/x; name="{NAME[:-5]} é.xlsx"\n\n€\n--b--\n'
    message = read_eml(f"{HEAD}\nContent-Type: multipart/mixed\n\n{body}".encode())
    assert (message.text, files_of(message)) == ("Là – café.", {f"{NAME[:-5]} é.xlsx": "€".encode()})


def test_a_workbook_sent_as_text_is_a_file() -> None:
    (attachment,) = read_eml(multipart(HEAD, TEXT, ("Content-Type: text/plain", WORKBOOK))).attachments
    assert attachment.content == WORKBOOK


def test_a_part_of_a_split_message_is_named_and_its_words_are_read() -> None:
    head = f'{HEAD}\nContent-Type: message/partial; id="x@y"; number={{}}; total=2'
    first = read_eml(f"{head.format(1)}\n\n".encode() + plain_message("The words.", {}))
    assert first.text == "The words."
    for message in (first, read_eml(f"{head.format(2)}\n\nUEsDBBQA\n".encode())):
        (attachment,) = message.attachments
        assert attachment.error is not None
        assert "several" in attachment.error.facts["found"]


def test_files_that_lie_elsewhere_are_links() -> None:
    external = ('Content-Type: message/external-body; access-type=URL;\n URL="https://files.example.org/a.xlsx"', b"")
    cloud = (f"X-Mozilla-Cloud-Part: cloudFile; url=https://files.example.org/b.xlsx\n{FILE}", b"")
    assert read_eml(multipart(HEAD, TEXT, external, cloud)).links == (
        "https://files.example.org/a.xlsx",
        "https://files.example.org/b.xlsx",
    )


# --------------------------------------------------------------------------------------------------------- pictures


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(50)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(50)


def bmp(width: int, height: int) -> bytes:
    return b"BM" + bytes(16) + struct.pack("<ii", width, -height) + bytes(50)


def jpeg(width: int, height: int) -> bytes:
    thumbnail = b"\xff\xe1\0\x10" + b"\xff\xc0" + bytes(12)
    return b"\xff\xd8" + thumbnail + b"\xff\xc2\0\x11\x08" + struct.pack(">HH", height, width) + bytes(50)


@pytest.mark.parametrize("picture", [png, gif, bmp, jpeg])
def test_a_picture_as_large_as_a_form_is_a_file_and_a_logo_is_not(picture: object) -> None:
    parts = [
        (f"Content-Type: image/x; name={name}\nContent-ID: <{name}>\nContent-Disposition: inline", picture(*size))  # type: ignore[operator]
        for name, size in {"form.png": (1280, 720), "logo.png": (250, 80), "line.png": (1200, 4)}.items()
    ]
    assert list(files_of(read_eml(multipart(HEAD, TEXT, *parts)))) == ["form.png"]
    shapes: list[dict[int, Value]] = [
        {0x3705: 1, 0x3707: "form.png", 0x3712: "a", 0x3701: picture(1280, 720)},  # type: ignore[operator]
        {0x3705: 1, 0x3707: "logo.png", 0x3712: "b", 0x3701: picture(250, 80)},  # type: ignore[operator]
    ]
    assert list(files_of(read_msg(compound_file(outlook_message({0x1000: "x"}, shapes))))) == ["form.png"]


def test_a_picture_of_unknown_size_is_a_file_unless_it_is_tiny() -> None:
    head = "Content-Type: image/heic; name={0}\nContent-ID: <{0}>"
    parts = [(head.format("a.heic"), bytes(5000)), (head.format("b.heic"), b"x"), (head.format("c.heic"), b"\x89PNG")]
    assert list(files_of(read_eml(multipart(HEAD, TEXT, *parts)))) == ["a.heic"]
