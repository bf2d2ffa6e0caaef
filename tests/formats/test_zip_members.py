"""Zip members: every file is read, names are safe, corrupted archives are reported and sizes limited."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from ragsheets.errors import ReturnError
from ragsheets.formats import zip_members
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.limits import Limits


def make_zip(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def make_raw_zip(*files: tuple[bytes, int], flags: int = 0, method: int = 0) -> bytes:
    """Return a stored archive with exactly these names and flags; `files` are pairs of name and size."""
    data = directory = b""
    for name, size in files:
        content = b"x" * size
        header_fields = struct.pack("<HHHHIII", flags, method, 0, 0x21, zlib.crc32(content), size, size)
        directory += (
            b"PK\x01\x02\x14\x00\x14\x00" + header_fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, len(data))
        )
        directory += name
        data += b"PK\x03\x04\x14\x00" + header_fields + struct.pack("<HH", len(name), 0) + name + content
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(data), 0)
    return data + directory + end


def names_in(content: bytes) -> list[str]:
    return [member.name for member in read_zip(content)]


def read_zip(content: bytes, **limits: int) -> list[ContainedFile]:
    return zip_members.read_zip(content, Limits(**limits))


@pytest.fixture
def limits_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "MIB", 1)
    monkeypatch.setattr(zip_members, "RATIO_CHECKED_FROM", 1_000_000)


def error_code_of(member: ContainedFile) -> str:
    assert member.error is not None
    assert member.content == b""
    return member.error.code


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_file_is_unpacked_unchanged(method: int) -> None:
    noise = random.Random(1).randbytes(200_000)
    files = (("a.xlsx", b"one"), ("sub/b.xlsx", noise), ("empty.txt", b""), ("same.txt", b"s" * 300_000))
    assert read_zip(make_zip(*files, method=method)) == [ContainedFile(name, content) for name, content in files]


def test_folders_and_files_of_file_managers_are_ignored() -> None:
    ignored_names = [
        "folder/",
        "__MACOSX/._a.xlsx",
        "in/__MACOSX/b",
        ".DS_Store",
        "in/.ds_store",
        "in/~$a.xlsx",
        "Thumbs.db",
    ]
    content = make_zip(*((name, b"") for name in [*ignored_names, "in/a.xlsx", "__MACOSX.xlsx"]))
    assert names_in(content) == ["in/a.xlsx", "__MACOSX.xlsx"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\\b.xlsx", "a/b.xlsx"),
        (b"/etc/passwd", "etc/passwd"),
        (b"C:\\Users\\di\\a.xlsx", "Users/di/a.xlsx"),
        (b"../../.ssh/./a.xlsx", ".ssh/a.xlsx"),
        (b"..\\..\\a..xlsx", "a..xlsx"),
        (b"a\tb\nc\x1b.xlsx", "a b c .xlsx"),
        (b"a.xlsx\0.exe", "a.xlsx .exe"),
        ("Straße – é.xlsx".encode(), "Straße – é.xlsx"),
        ("Café.xlsx".encode("cp437"), "Café.xlsx"),
        ("Bürgerschützen ß.xlsx".encode("cp437"), "Bürgerschützen ß.xlsx"),
        ("Café Zoë.xlsx".encode("cp1252"), "Café Zoë.xlsx"),
        ("Conseil général.xlsx".encode("cp1252"), "Conseil général.xlsx"),
        ("a\u202excod.exe".encode(), "a xcod.exe"),
        (b"..", "file 1"),
        (b"", "file 1"),
        (b"x" * 500 + b".xlsx", "x" * 194 + "….xlsx"),
    ],
)
@pytest.mark.parametrize("flags", [0, 0x800], ids=["", "said to be UTF-8"])
def test_names_are_only_labels(name: bytes, shown: str, flags: int) -> None:
    assert names_in(make_raw_zip((name, 3), flags=flags)) == [shown]


def test_a_name_with_a_wrong_utf8_flag_does_not_affect_other_files() -> None:
    members = read_zip(make_raw_zip((b"bad\xff\xfe.xlsx", 3), (b"good.xlsx", 4), flags=0x800))
    assert [(member.content, member.error) for member in members] == [(b"xxx", None), (b"xxxx", None)]
    assert members[1].name == "good.xlsx"


def test_equal_names_are_numbered() -> None:
    content = make_raw_zip(
        *((name, 1) for name in (b"a.xlsx", b"a.xlsx", b"a (2).xlsx", b"a.xlsx", b"../a.xlsx", b"b", b"b"))
    )
    assert names_in(content) == ["a.xlsx", "a (2).xlsx", "a (2) (2).xlsx", "a (3).xlsx", "a (4).xlsx", "b", "b (2)"]


# -------------------------------------------------------------------------------------------- errors of a single file


def test_an_encrypted_file_is_reported_and_others_are_read() -> None:
    encrypted_members, plain_members = (
        read_zip(make_raw_zip((b"a.xlsx", 5), flags=1)),
        read_zip(make_raw_zip((b"a.xlsx", 5))),
    )
    assert error_code_of(encrypted_members[0]) == "encrypted"
    assert plain_members[0].content == b"xxxxx"


@pytest.mark.parametrize("method", [1, 9, 93, 98, 99])
def test_an_unknown_compression_method_is_named(method: int) -> None:
    (member,) = read_zip(make_raw_zip((b"a.xlsx", 5), method=method))
    assert error_code_of(member) == "damaged"
    assert member.error is not None
    assert str(method) in member.error.facts["found"]


def test_a_wrong_checksum_is_reported_for_that_file_only() -> None:
    content = make_zip(("a.xlsx", b"first" * 50), ("b.xlsx", b"second" * 50), method=zipfile.ZIP_STORED)
    first, second = read_zip(content.replace(b"firstfirst", b"fistrfirst", 1))
    assert (error_code_of(first), second.content) == ("damaged", b"second" * 50)


def test_changed_packed_bytes_are_damaged() -> None:
    whole = make_zip(("a.xlsx", random.Random(2).randbytes(5000)))
    damaged_content = bytearray(whole)
    damaged_content[1000:1010] = b"\xff" * 10
    (member,) = read_zip(bytes(damaged_content))
    assert error_code_of(member) == "damaged"


def test_a_link_is_not_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("a.xlsx")
        entry.create_system = 3
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    (member,) = read_zip(buffer.getvalue())
    assert error_code_of(member) == "unreadable"
    assert member.error is not None
    assert member.error.facts["found"] == "it is a link"


# ------------------------------------------------------------------------------------------------------- the limits


@pytest.mark.usefixtures("limits_in_bytes")
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_may_have_the_limit_size_and_no_more(method: int) -> None:
    content = make_zip(("at.bin", b"x" * 5000), ("over.bin", b"x" * 5001), ("after.bin", b"x"), method=method)
    at, over, after = read_zip(content, file=5000, unpacked=20_000)
    assert len(at.content) == 5000
    assert error_code_of(over) == "too-large"
    assert after.content == b"x"


@pytest.mark.usefixtures("limits_in_bytes")
@pytest.mark.parametrize("claimed", [0, 1, 10, 0xFFFFFFFE])
def test_the_size_stated_by_an_archive_is_not_trusted(claimed: int) -> None:
    content = bytearray(make_zip(("bomb.bin", b"\0" * 1_000_000)))
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", claimed)
    (over,) = read_zip(bytes(content), file=10_000, unpacked=20_000)
    (whole,) = read_zip(bytes(content), file=1_000_000, unpacked=1_000_000, ratio=2000)
    assert error_code_of(over) == "too-large"
    assert whole.content == b"\0" * 1_000_000


@pytest.mark.usefixtures("limits_in_bytes")
@pytest.mark.parametrize(
    ("checked_from", "ratio", "code"), [(99_999, 10, "too-large"), (100_000, 10, ""), (1, 2000, "")]
)
def test_the_ratio_limit_applies_only_to_large_files(
    monkeypatch: pytest.MonkeyPatch, checked_from: int, ratio: int, code: str
) -> None:
    monkeypatch.setattr(zip_members, "RATIO_CHECKED_FROM", checked_from)
    (member,) = read_zip(make_zip(("zeros.bin", b"\0" * 100_000)), file=200_000, unpacked=200_000, ratio=ratio)
    assert (member.error.code if member.error else "") == code


@pytest.mark.usefixtures("limits_in_bytes")
def test_all_files_share_one_limit_including_discarded_ones() -> None:
    content = make_zip(*((f"{n}.bin", b"x" * 1000) for n in range(5)))
    members = read_zip(content, file=2500, unpacked=2500)
    assert [member.error is None for member in members] == [True, True, False, False, False]
    content = make_zip(("over", b"x" * 1001), ("too", b"x" * 1001), ("fits", b"x" * 500), ("not", b"x"))
    members = read_zip(content, file=1000, unpacked=2500)
    assert [member.error is None for member in members] == [False, False, True, False]


def test_the_number_of_parts_is_limited() -> None:
    content = make_zip(*((f"{n}", b"") for n in range(10)))
    assert len(read_zip(content, parts=10)) == 10
    with pytest.raises(ReturnError, match="too-large"):
        read_zip(content, parts=9)


def test_a_directory_with_too_many_entries_is_rejected_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = make_raw_zip(*((b"a", 0) for _ in range(Limits().parts + 1)))
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was read"))
    with pytest.raises(ReturnError, match="too-large"):
        read_zip(content)


def test_parts_of_nested_workbooks_do_not_count() -> None:
    inside = make_zip(*((f"{n}", b"") for n in range(9)))
    content = make_zip(*((f"{n}.xlsx", inside) for n in range(5)), method=zipfile.ZIP_STORED)
    assert [member.content for member in read_zip(content, parts=5)] == [inside] * 5


def overlapping_archive() -> bytes:
    """Return an archive with two directory entries for the same bytes."""
    content = make_zip(("a", b"x" * 1000))
    directory, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    entry = content[directory:end]
    end_record = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), directory, 0)
    return content[:directory] + entry * 2 + end_record


def quoting_archive() -> bytes:
    """Return an archive with an entry whose bytes contain the whole next entry, as in the densest zip bombs."""
    inner = make_raw_zip((b"inner", 1000))
    cut = inner[: inner.find(b"PK\x01\x02")]
    outer = bytearray(make_raw_zip((b"outer", len(cut))))
    inner_offset = outer.find(b"x" * len(cut))
    outer[inner_offset : inner_offset + len(cut)] = cut
    directory = outer.rfind(b"PK\x01\x02")
    end = outer.rfind(b"PK\x05\x06")
    second = bytearray(inner[inner.find(b"PK\x01\x02") : inner.rfind(b"PK\x05\x06")])
    second[42:46] = struct.pack("<I", inner_offset)
    body = bytes(outer[:end]) + bytes(second)
    size = len(body) - directory
    return body + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2, 2, size, directory, 0)


@pytest.mark.parametrize("make_archive", [overlapping_archive, quoting_archive])
def test_an_archive_with_overlapping_entries_is_rejected(make_archive: Callable[[], bytes]) -> None:
    assert len(zipfile.ZipFile(io.BytesIO(make_archive())).infolist()) == 2
    with pytest.raises(ReturnError) as raised:
        read_zip(make_archive())
    assert raised.value.code == "damaged"
    assert "overlap" in raised.value.facts["found"]


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06", b"x" * 100, b"PK\x05\x06" + b"\xff" * 18]
)
def test_content_that_is_no_archive_is_damaged(content: bytes) -> None:
    with pytest.raises(ReturnError, match="damaged"):
        read_zip(content)


def test_an_empty_archive_has_no_members() -> None:
    assert read_zip(make_zip()) == []


def test_data_before_an_archive_is_ignored() -> None:
    assert read_zip(b"#!/bin/sh\n" * 9 + make_zip(("a", b"x")))[0].content == b"x"


@pytest.mark.slow
def test_corrupted_archives_raise_only_return_errors() -> None:
    chance = random.Random(3)
    files = (("a.xlsx", b"one" * 99), ("b/c.xlsx", chance.randbytes(300)), ("d", b""))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        whole = make_zip(*files, method=method)
        for _ in range(1500):
            content = bytearray(whole)
            for _ in range(chance.choice((1, 1, 2, 8))):
                content[chance.randrange(len(content))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
            truncated = bytes(content[: chance.choice((len(content), len(content), chance.randrange(len(content))))])
            try:
                members = read_zip(truncated, file=1)
            except ReturnError:
                continue
            assert all(member.content == b"" or member.error is None for member in members)
            assert len({member.name for member in members}) == len(members)
