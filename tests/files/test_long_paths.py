"""Long paths: the extended-length form for Windows, and Excel's limit."""

from __future__ import annotations

import ntpath
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.files import content, saving
from ragsheets.files.long_paths import extended_length_path, is_too_long_for_excel, openable_folder, openable_path

PARTS = st.lists(
    st.text(st.characters(exclude_characters='\\/:*?"<>|.\0 ', exclude_categories=["Cc", "Cs"]), min_size=1)
)


@pytest.mark.parametrize(
    ("path", "extended_path"),
    [
        ("C:\\a\\b.xlsx", "\\\\?\\C:\\a\\b.xlsx"),
        ("C:/a/b.xlsx", "\\\\?\\C:\\a\\b.xlsx"),
        ("C:\\a\\..\\b\\.\\c.xlsx", "\\\\?\\C:\\b\\c.xlsx"),
        ("\\\\server\\share\\a.xlsx", "\\\\?\\UNC\\server\\share\\a.xlsx"),
        ("//server/share/a.xlsx", "\\\\?\\UNC\\server\\share\\a.xlsx"),
        ("\\\\?\\C:\\a", "\\\\?\\C:\\a"),
        ("\\\\?\\UNC\\server\\share\\a", "\\\\?\\UNC\\server\\share\\a"),
        ("\\\\.\\C:\\a", "\\\\.\\C:\\a"),
    ],
)
def test_a_path_is_converted_to_extended_length(path: str, extended_path: str) -> None:
    assert extended_length_path(path) == extended_path
    assert extended_length_path(extended_path) == extended_path


@given(PARTS)
def test_no_part_of_a_path_is_lost_in_extended_length(parts: list[str]) -> None:
    for start, extended_start in (("C:\\", "\\\\?\\C:\\"), ("\\\\server\\share\\", "\\\\?\\UNC\\server\\share\\")):
        path = start + "\\".join(parts)
        assert (
            extended_length_path(path) == extended_start.rstrip("\\") + ntpath.normpath(path)[len(start.rstrip("\\")) :]
        )


def test_only_long_paths_on_windows_are_extended() -> None:
    short, long = "C:\\project\\a.xlsx", "C:\\project\\" + "x" * 200 + "\\a.xlsx"
    assert str(openable_path(Path(short), windows=True)) == short
    assert str(openable_path(Path(long), windows=True)) == "\\\\?\\" + long
    assert openable_path(Path(long), windows=False) == Path(long)


def test_paths_are_extended_early_enough_for_temporary_names() -> None:
    limit = 260
    longest = max(
        n for n in range(limit) if not str(openable_path(Path("C:\\" + "x" * n), windows=True)).startswith("\\\\?")
    )
    assert len("C:\\") + longest + len("\\.ragsheets-12345678.part") < limit


def test_a_folder_is_always_extended_on_windows() -> None:
    assert str(openable_folder(Path("C:\\project"), windows=True)) == "\\\\?\\C:\\project"
    assert openable_folder(Path("project"), windows=False) == Path("project")


def test_a_file_with_a_long_path_is_identified_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"bytes")
    monkeypatch.setattr(content, "openable_path", lambda path: tmp_path / path.name)
    assert content.file_sha256(Path("C:/a folder too deep to open/a.xlsx")) == content.sha256(b"bytes")


def test_a_folder_with_a_long_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "openable_path", lambda path: tmp_path)
    saving.require_folder_for(Path("C:/a folder too deep to open/a.xlsx"))


@pytest.mark.parametrize(("length", "too_long"), [(218, False), (219, True)])
def test_excel_opens_paths_of_up_to_218_characters(length: int, too_long: bool) -> None:
    path = Path("/" + "x" * (length - 1))
    assert is_too_long_for_excel(path) is too_long


def test_an_emoji_counts_as_two_characters() -> None:
    assert is_too_long_for_excel(Path("/" + "🌳" * 109))
    assert not is_too_long_for_excel(Path("/" + "🌳" * 108))
