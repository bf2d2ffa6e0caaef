"""Compressed archives: their files are listed as those of .zip archives are, within the same limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Mapping

import pytest

from ragsheets.errors import ReturnError
from ragsheets.formats.compressed import is_compressed, read_compressed
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.limits import MIB, Limits

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def tar(files: Mapping[str, bytes], **entries: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for entry in entries.values():
            archive.addfile(entry)
    return buffer.getvalue()


def contents(members: list[ContainedFile]) -> dict[str, bytes]:
    return {member.name: member.content for member in members}


def codes(members: list[ContainedFile]) -> dict[str, str]:
    return {member.name: member.error.code if member.error else "" for member in members}


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_the_files_of_a_tar_archive_are_listed(suffix: str) -> None:
    content = COMPRESSIONS[suffix](tar({"Parks/a.xlsx": b"one" * 50_000, "Parks/.DS_Store": b"x", "b.xlsx": b"two"}))
    assert is_compressed(content)
    assert contents(read_compressed(content, f"Returns.tar{suffix}", Limits())) == {
        "Parks/a.xlsx": b"one" * 50_000,
        "b.xlsx": b"two",
    }


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_a_file_compressed_by_itself_has_the_name_without_the_suffix(suffix: str) -> None:
    content = COMPRESSIONS[suffix](b"words" * 100_000)
    assert contents(read_compressed(content, f"Folder/Parks.xlsx{suffix}", Limits())) == {
        "Parks.xlsx": b"words" * 100_000
    }


def test_links_and_devices_are_named_and_paths_are_labels_only() -> None:
    link, device = tarfile.TarInfo("link.xlsx"), tarfile.TarInfo("device")
    link.type, link.linkname, device.type = tarfile.SYMTYPE, "/etc/passwd", tarfile.CHRTYPE
    members = read_compressed(tar({"../../up.xlsx": b"words"}, link=link, device=device), "a.tar", Limits())
    assert codes(members) == {"up.xlsx": "", "link.xlsx": "unreadable", "device": "unreadable"}


def test_names_that_are_no_utf_8_and_equal_names_are_kept_apart() -> None:
    names = [f"caf{byte}.xlsx" for byte in (chr(0xDCE9), chr(0xDCE8))]
    members = read_compressed(tar(dict.fromkeys(names, b"words")), "a.tar", Limits())
    assert [member.name for member in members] == ["caf\ufffd.xlsx", "caf\ufffd (2).xlsx"]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_costs_no_more_than_the_limit(compress: Callable[[bytes], bytes]) -> None:
    limits = Limits(file=1, unpacked=2)
    single = read_compressed(compress(bytes(5 * MIB)), "a.gz", limits)
    assert [member.error.code for member in single if member.error] == ["too-large"]
    archive = tar({"a": bytes(MIB), "b": bytes(MIB), "c": bytes(MIB)})
    with pytest.raises(ReturnError, match="too-large"):
        read_compressed(compress(archive), "a.tar.gz", limits)


def test_one_file_over_the_limit_leaves_the_others() -> None:
    members = read_compressed(tar({"large": bytes(MIB + 1), "small": b"words"}), "a.tar", Limits(file=1))
    assert codes(members) == {"large": "too-large", "small": ""}


def test_more_files_than_the_limit_are_rejected() -> None:
    with pytest.raises(ReturnError, match="too-large"):
        read_compressed(tar({str(number): b"" for number in range(6)}), "a.tar", Limits(parts=5))


@pytest.mark.parametrize("more", [b"more words", b"\n", bytes(512)])
@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("packed", [b"words" * 100_000, tar({"a": b"words"})])
def test_what_follows_the_compressed_bytes_is_ignored(
    packed: bytes, compress: Callable[[bytes], bytes], more: bytes
) -> None:
    whole = read_compressed(compress(packed), "a.gz", Limits())
    assert read_compressed(compress(packed) + more, "a.gz", Limits()) == whole


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_cut_archive_is_damaged(compress: Callable[[bytes], bytes]) -> None:
    content = compress(tar({"a": bytes(range(256)) * 400}))
    with pytest.raises(ReturnError, match="damaged"):
        read_compressed(content[: len(content) // 2], "a.tar.gz", Limits())


def test_an_archive_with_a_damaged_header_is_damaged() -> None:
    content = bytearray(tar({"a": b"words", "b": b"more"}))
    content[1024 + 150] ^= 0xFF  # in the checksum of the second header
    with pytest.raises(ReturnError, match="damaged"):
        read_compressed(bytes(content), "a.tar", Limits())
    with pytest.raises(ReturnError, match="damaged"):
        read_compressed(tar({"a": bytes(600), "b": b"more"})[: 1024 + 600], "a.tar", Limits())


def test_a_changed_byte_is_found_by_the_checksum_at_the_end() -> None:
    content = bytearray(gzip.compress(tar({"a": bytes(range(256)) * 4}), compresslevel=0))
    content[content.index(bytes(range(200, 250)))] ^= 1
    with pytest.raises(ReturnError, match="damaged"):
        read_compressed(bytes(content), "a.tar.gz", Limits())


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_a_file_compressed_in_several_streams_is_read_whole(suffix: str) -> None:
    compress = COMPRESSIONS[suffix]
    padding = bytes(8) if suffix == ".xz" else b""
    content = compress(b"one" * 50_000) + padding + compress(b"") + compress(b"two" * 50_000) + padding
    assert contents(read_compressed(content, f"a{suffix}", Limits())) == {"a": b"one" * 50_000 + b"two" * 50_000}


def test_an_xz_file_that_asks_for_all_memory_is_damaged() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * MIB}]
    with pytest.raises(ReturnError, match="damaged"):
        read_compressed(lzma.compress(b"words", filters=filters), "a.xz", Limits())
