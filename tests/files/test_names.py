"""Files: names that are valid on every system, atomic saving, reproducible archives, text for Office files."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets import files
from ragsheets.errors import PlanError, ProjectError
from ragsheets.files import saving
from ragsheets.files.ignored_files import is_ignored_file
from ragsheets.text import clean_for_office, placeholders_of

DEVICES = [
    *("con", "prn", "aux", "nul", "conin$", "conout$", "clock$"),
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
]


def is_legal(name: str) -> bool:
    """Return whether Windows accepts this name with a suffix (Microsoft, "Naming Files, Paths, and Namespaces")."""
    return (
        bool(name.strip())
        and not set(name) & set('<>:"/\\|?*')
        and not any(ord(character) < 32 for character in name)
        and not name.endswith((" ", "."))
        and not name.startswith(" ")
        and name.split(".")[0].rstrip().casefold() not in DEVICES
    )


# ------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Stronger Communities", "Stronger Communities"),
        ("Children & Young People's Group", "Children & Young People's Group"),
        ("Health/Care", "Health Care"),
        ("C:\\Parks", "C Parks"),
        ('What "next"? <now>|*', "What next now"),
        ("  Parks \t and\nplay ", "Parks and play"),
        ("Parks etc...", "Parks etc"),
        ("Parks. ", "Parks"),
        (".hidden", "hidden"),
        ("CON", "_CON"),
        ("nul", "_nul"),
        ("Com1", "_Com1"),
        ("LPT9.backup", "_LPT9.backup"),
        ("Console", "Console"),
        ("Parks 🌳", "Parks 🌳"),
        ("Łódź", "Łódź"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("CONIN$", "_CONIN$"),
        ("ConOut$.txt", "_ConOut$.txt"),
        ("COM¹", "_COM¹"),
        ("COM0", "_COM0"),
        ("NUL .tar", "_NUL .tar"),
        ("COM10", "COM10"),
        ("~$Parks", "_~$Parks"),
        ("~WRL0001", "_~WRL0001"),
        (".~lock.Parks", "_~lock.Parks"),
        ("invoice\u202excod", "invoicexcod"),
        ("\ufeffPa\u200brks\u00ad", "Parks"),
        ("Parks\u2028Play", "Parks Play"),
        ("Parks\x85Play\x9b", "Parks Play"),
        ("Pa\ud800rks", "Pa rks"),
        ("👩\u200d🌾 Growers", "👩\u200d🌾 Growers"),
        ("", "_"),
        (" . . ", "_"),
        ("\u3000\u00a0", "_"),
        ("\ud800", "_"),
        ("...", "_"),
        ("///", "_"),
        ("\x00\x07", "_"),
    ],
)
def test_a_name_becomes_valid_on_every_system(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


@pytest.mark.parametrize("device", DEVICES)
def test_no_file_has_the_name_of_a_windows_device(device: str) -> None:
    for name in (
        device,
        device.upper(),
        f"{device}.",
        f" {device} ",
        f"{device}.tar",
        f"{device} .tar",
        f"{device}\u200b",
    ):
        assert is_legal(files.safe_name(name)), name


@pytest.mark.parametrize("sign", ["x", "ö", "字", "🌳", "x.", "x "])
def test_a_long_name_is_cut_to_the_limits_of_file_systems(sign: str) -> None:
    name = files.safe_name(sign * 300)
    assert is_legal(name)
    assert len(name) <= 100
    assert len(f"{name} 99.xlsx".encode()) <= 255


@given(st.text(st.characters(codec=None), max_size=300))
def test_any_name_becomes_legal(name: str) -> None:
    safe = files.safe_name(name)
    assert is_legal(safe)
    assert len(f"{safe} 99.xlsx".encode()) <= 255
    assert not is_ignored_file(f"{safe}.xlsx")


@given(st.text(max_size=150))
def test_a_safe_name_is_unchanged(name: str) -> None:
    safe = files.safe_name(name)
    assert files.safe_name(safe) == safe


@pytest.mark.parametrize("name", ["Parks", "Łódź 🌳", "CON", "x" * 300])
def test_a_file_with_a_safe_name_can_be_created(tmp_path: Path, name: str) -> None:
    saving.save(tmp_path / f"{files.safe_name(name)}.xlsx", b"x")


def test_equal_names_are_numbered() -> None:
    assert files.distinct_names(["Parks", "parks", "Health", "PARKS"], 31) == [
        *("Parks", "parks 2", "Health", "PARKS 3")
    ]


def test_names_that_differ_only_in_the_encoding_of_accents_are_equal() -> None:
    assert files.distinct_names(["\u00e9t\u00e9", "e\u0301te\u0301", "\u00c9T\u00c9"], 31) == [
        *("\u00e9t\u00e9", "e\u0301te\u0301 2", "\u00c9T\u00c9 3")
    ]


def test_a_numbered_name_does_not_equal_another_name() -> None:
    assert files.distinct_names(["A", "A", "A 2"], 31) == ["A", "A 2", "A 2 2"]


def test_names_cut_at_the_limit_are_distinct() -> None:
    names = files.distinct_names(["x" * 40 + "a", "x" * 40 + "b"], 31)
    assert names == ["x" * 31, "x" * 29 + " 2"]


@given(st.lists(st.text(alphabet="aAbßSſ .12🌳", max_size=12), max_size=30), st.integers(5, 31))
def test_distinct_names_differ_without_regard_to_case_and_keep_the_limit(names: list[str], limit: int) -> None:
    distinct_names = files.distinct_names(names, limit)
    assert len(distinct_names) == len(names)
    assert len({name.casefold() for name in distinct_names}) == len(distinct_names)
    assert all(len(name) <= limit for name in distinct_names)


@given(st.lists(st.text(max_size=120), max_size=8), st.integers(0, 3))
def test_names_of_sub_groups_make_distinct_legal_file_names(names: list[str], repeat_count: int) -> None:
    safe = [files.safe_name(name) for name in [*names, *names[:repeat_count]]]
    distinct_names = files.distinct_names(safe, 100)
    assert len({name.casefold() for name in distinct_names}) == len(distinct_names)
    assert all(is_legal(name) for name in distinct_names)


def test_a_unique_name_is_unchanged() -> None:
    assert files.distinct_names(["A", "B"], 31) == ["A", "B"]


# ---------------------------------------------------------------------------------------------------- atomic saving


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_saved_and_its_folder_created(tmp_path: Path) -> None:
    saving.save(tmp_path / "new" / "folder" / "a.txt", b"words")
    assert (tmp_path / "new" / "folder" / "a.txt").read_bytes() == b"words"
    assert names_in(tmp_path / "new" / "folder") == ["a.txt"]


def test_a_file_is_replaced_completely(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old and longer")
    saving.save(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_saved_file_has_the_permissions_of_a_new_file(tmp_path: Path) -> None:
    saving.save(tmp_path / "a.txt", b"x")
    (tmp_path / "b.txt").write_bytes(b"x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == stat.S_IMODE((tmp_path / "b.txt").stat().st_mode)


def raise_on_call(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize(
    ("fault", "error_type"),
    [
        (PermissionError(13, "Permission denied"), ProjectError),
        (OSError(28, "No space left on device"), ProjectError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["open elsewhere", "disk full", "interrupted"],
)
def test_a_failed_save_keeps_the_old_file_and_leaves_no_temporary_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fault: BaseException,
    error_type: type[BaseException],
) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    monkeypatch.setattr(os if step == "fsync" else Path, step, raise_on_call(fault))
    with pytest.raises(error_type):
        saving.save(tmp_path / "a.txt", b"new")
    monkeypatch.undo()
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_file_that_is_open_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", raise_on_call(PermissionError(13, "Permission denied")))
    with pytest.raises(ProjectError, match=r"a\.docx: cannot be written .*Close it in other programs"):
        saving.save(tmp_path / "a.docx", b"x")


def test_a_folder_at_the_path_of_the_file_is_reported_and_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt" / "inside").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"a\.txt"):
        saving.save(tmp_path / "a.txt", b"x")
    assert names_in(tmp_path) == ["a.txt"]


def test_a_file_at_the_path_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(b"x")
    with pytest.raises(ProjectError, match="Check the folder"):
        saving.save(tmp_path / "sent" / "a.txt", b"x")


# -------------------------------------------------------------------------------------------- reproducible archives


def archive() -> bytes:
    buffer = io.BytesIO()
    with files.ReproducibleZip(buffer, "w") as zip_file:
        zip_file.add_entry("a.xml", "<a>ä</a>")
        zip_file.add_entry("folder/b.bin", b"\x00" * 1000)
    return buffer.getvalue()


def test_the_same_parts_give_the_same_archive_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = archive()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert archive() == first


def test_the_archive_holds_its_parts_compressed_and_without_time() -> None:
    with zipfile.ZipFile(io.BytesIO(archive())) as zip_file:
        assert zip_file.testzip() is None
        assert zip_file.read("a.xml").decode() == "<a>ä</a>"
        for part in zip_file.infolist():
            assert part.date_time == (1980, 1, 1, 0, 0, 0)
            assert part.compress_type == zipfile.ZIP_DEFLATED


# -------------------------------------------------------------------------------------------------------- text


def test_only_characters_that_xml_cannot_hold_are_removed() -> None:
    assert clean_for_office("a\x00b\x0bc\ufffed\ud800e") == "abcde"
    allowed_text = "tab\tline\nÄ – “x” \x85\x9f\ue000 😀 =SUM(A1) <b>&amp;"
    assert clean_for_office(allowed_text) == allowed_text


def test_line_ends_are_normalised() -> None:
    assert clean_for_office("a\r\nb\rc\n") == "a\nb\nc\n"


@given(st.text(alphabet=st.characters()))
def test_clean_text_is_valid_in_xml(text: str) -> None:
    from lxml import etree

    element = etree.Element("t")
    element.text = clean_for_office(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean_for_office(text)


def test_placeholders_in_braces_are_found() -> None:
    assert placeholders_of("Page {page} of {pages}") == {"page", "pages"}
    assert placeholders_of("No {{braces}} here") == set()


def test_a_missing_toml_file_raises_the_requested_error(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no such file"):
        files.read_toml(tmp_path / "x.toml", PlanError)
    with pytest.raises(ProjectError):
        files.read_toml(tmp_path / "x.toml", ProjectError)


@pytest.mark.parametrize("folder", ["workbook_templates", "examples"])
def test_shipped_folders_are_found(folder: str) -> None:
    assert any(files.shipped_folder(folder).rglob("*.toml"))


def test_sha256_of_known_content() -> None:
    assert files.sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
