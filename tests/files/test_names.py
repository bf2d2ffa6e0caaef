"""Files: whole or not at all, the same bytes, and names that every system takes."""

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
    """Whether Windows takes a file of this name with a suffix (Microsoft, "Naming Files, Paths, and Namespaces")."""
    return (
        bool(name.strip())
        and not set(name) & set('<>:"/\\|?*')
        and not any(ord(sign) < 32 for sign in name)
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
def test_a_name_becomes_one_that_every_system_takes(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


@pytest.mark.parametrize("device", DEVICES)
def test_no_file_is_called_like_a_device_of_windows(device: str) -> None:
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
def test_a_long_name_is_cut_so_that_a_file_system_takes_it(sign: str) -> None:
    name = files.safe_name(sign * 300)
    assert is_legal(name)
    assert len(name) <= 100
    assert len(f"{name} 99.xlsx".encode()) <= 255


@given(st.text(st.characters(codec=None), max_size=300))
def test_every_name_whatever_becomes_legal(name: str) -> None:
    safe = files.safe_name(name)
    assert is_legal(safe)
    assert len(f"{safe} 99.xlsx".encode()) <= 255
    assert not is_ignored_file(f"{safe}.xlsx")


@given(st.text(max_size=150))
def test_a_safe_name_is_left_as_it_is(name: str) -> None:
    safe = files.safe_name(name)
    assert files.safe_name(safe) == safe


@pytest.mark.parametrize("name", ["Parks", "Łódź 🌳", "CON", "x" * 300])
def test_a_file_of_such_a_name_can_be_made(tmp_path: Path, name: str) -> None:
    saving.save(tmp_path / f"{files.safe_name(name)}.xlsx", b"x")


def test_names_are_made_distinct_by_numbering() -> None:
    assert files.distinct_names(["Parks", "parks", "Health", "PARKS"], 31) == [
        *("Parks", "parks 2", "Health", "PARKS 3")
    ]


def test_names_that_differ_in_how_their_accents_are_written_are_alike() -> None:
    assert files.distinct_names(["\u00e9t\u00e9", "e\u0301te\u0301", "\u00c9T\u00c9"], 31) == [
        *("\u00e9t\u00e9", "e\u0301te\u0301 2", "\u00c9T\u00c9 3")
    ]


def test_a_number_given_is_not_one_that_stands_in_a_name_already() -> None:
    assert files.distinct_names(["A", "A", "A 2"], 31) == ["A", "A 2", "A 2 2"]


def test_names_cut_at_the_limit_are_distinct_all_the_same() -> None:
    names = files.distinct_names(["x" * 40 + "a", "x" * 40 + "b"], 31)
    assert names == ["x" * 31, "x" * 29 + " 2"]


@given(st.lists(st.text(alphabet="aAbßSſ .12🌳", max_size=12), max_size=30), st.integers(5, 31))
def test_distinct_names_are_distinct_to_programs_that_overlook_case_and_within_the_limit(
    names: list[str], limit: int
) -> None:
    made = files.distinct_names(names, limit)
    assert len(made) == len(names)
    assert len({name.casefold() for name in made}) == len(made)
    assert all(len(name) <= limit for name in made)


@given(st.lists(st.text(max_size=120), max_size=8), st.integers(0, 3))
def test_names_of_sub_groups_make_distinct_legal_file_names(names: list[str], again: int) -> None:
    safe = [files.safe_name(name) for name in [*names, *names[:again]]]
    made = files.distinct_names(safe, 100)
    assert len({name.casefold() for name in made}) == len(made)
    assert all(is_legal(name) for name in made)


def test_a_name_that_is_there_once_is_left_as_it_is() -> None:
    assert files.distinct_names(["A", "B"], 31) == ["A", "B"]


# ---------------------------------------------------------------------------------------------- whole or not at all


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_saved_and_its_folder_made(tmp_path: Path) -> None:
    saving.save(tmp_path / "new" / "folder" / "a.txt", b"words")
    assert (tmp_path / "new" / "folder" / "a.txt").read_bytes() == b"words"
    assert names_in(tmp_path / "new" / "folder") == ["a.txt"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old and longer")
    saving.save(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_saved_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    saving.save(tmp_path / "a.txt", b"x")
    (tmp_path / "b.txt").write_bytes(b"x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == stat.S_IMODE((tmp_path / "b.txt").stat().st_mode)


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (PermissionError(13, "Permission denied"), ProjectError),
        (OSError(28, "No space left on device"), ProjectError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["open elsewhere", "disk full", "interrupted"],
)
def test_when_saving_fails_the_old_file_is_whole_and_nothing_is_left_beside_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fault: BaseException,
    told: type[BaseException],
) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    monkeypatch.setattr(os if step == "fsync" else Path, step, raising(fault))
    with pytest.raises(told):
        saving.save(tmp_path / "a.txt", b"new")
    monkeypatch.undo()
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_file_that_is_open_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", raising(PermissionError(13, "Permission denied")))
    with pytest.raises(ProjectError, match=r"a\.docx: cannot be written .*Close it in other programs"):
        saving.save(tmp_path / "a.docx", b"x")


def test_a_folder_in_the_place_of_the_file_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt" / "inside").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"a\.txt"):
        saving.save(tmp_path / "a.txt", b"x")
    assert names_in(tmp_path) == ["a.txt"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(b"x")
    with pytest.raises(ProjectError, match="Check the folder"):
        saving.save(tmp_path / "sent" / "a.txt", b"x")


# -------------------------------------------------------------------------------------------------- the same bytes


def archive() -> bytes:
    buffer = io.BytesIO()
    with files.ReproducibleZip(buffer, "w") as made:
        made.add_entry("a.xml", "<a>ä</a>")
        made.add_entry("folder/b.bin", b"\x00" * 1000)
    return buffer.getvalue()


def test_the_same_parts_give_the_same_archive_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = archive()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert archive() == first


def test_the_archive_holds_its_parts_packed_and_without_a_time() -> None:
    with zipfile.ZipFile(io.BytesIO(archive())) as made:
        assert made.testzip() is None
        assert made.read("a.xml").decode() == "<a>ä</a>"
        for part in made.infolist():
            assert part.date_time == (1980, 1, 1, 0, 0, 0)
            assert part.compress_type == zipfile.ZIP_DEFLATED


# -------------------------------------------------------------------------------------------------------- text


def test_what_xml_cannot_hold_is_left_out_and_nothing_else() -> None:
    assert clean_for_office("a\x00b\x0bc\ufffed\ud800e") == "abcde"
    kept = "tab\tline\nÄ – “x” \x85\x9f\ue000 😀 =SUM(A1) <b>&amp;"
    assert clean_for_office(kept) == kept


def test_line_ends_are_plain() -> None:
    assert clean_for_office("a\r\nb\rc\n") == "a\nb\nc\n"


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_stand_in_xml(text: str) -> None:
    from lxml import etree

    element = etree.Element("t")
    element.text = clean_for_office(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean_for_office(text)


def test_the_words_in_braces_of_a_sentence_are_found() -> None:
    assert placeholders_of("Page {page} of {pages}") == {"page", "pages"}
    assert placeholders_of("No {{braces}} here") == set()


def test_toml_that_is_not_there_is_told_with_the_error_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no such file"):
        files.read_toml(tmp_path / "x.toml", PlanError)
    with pytest.raises(ProjectError):
        files.read_toml(tmp_path / "x.toml", ProjectError)


@pytest.mark.parametrize("folder", ["workbook_templates", "examples"])
def test_what_ships_is_found(folder: str) -> None:
    assert any(files.shipped_folder(folder).rglob("*.toml"))


def test_the_fingerprint_is_that_of_sha_256() -> None:
    assert files.sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
