"""Long paths: as Windows has to be told of them, and as Excel takes them."""

from __future__ import annotations

import ntpath
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.files.long_paths import extended_length_path, is_too_long_for_excel, openable_folder, openable_path

PARTS = st.lists(
    st.text(st.characters(exclude_characters='\\/:*?"<>|.\0 ', exclude_categories=["Cc", "Cs"]), min_size=1)
)


@pytest.mark.parametrize(
    ("path", "told"),
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
def test_a_path_becomes_one_of_any_length(path: str, told: str) -> None:
    assert extended_length_path(path) == told
    assert extended_length_path(told) == told


@given(PARTS)
def test_no_part_of_a_path_is_lost_by_it(parts: list[str]) -> None:
    for start, told in (("C:\\", "\\\\?\\C:\\"), ("\\\\server\\share\\", "\\\\?\\UNC\\server\\share\\")):
        path = start + "\\".join(parts)
        assert extended_length_path(path) == told.rstrip("\\") + ntpath.normpath(path)[len(start.rstrip("\\")) :]


def test_only_a_long_one_is_told_so_and_only_to_windows() -> None:
    short, long = "C:\\project\\a.xlsx", "C:\\project\\" + "x" * 200 + "\\a.xlsx"
    assert str(openable_path(Path(short), windows=True)) == short
    assert str(openable_path(Path(long), windows=True)) == "\\\\?\\" + long
    assert openable_path(Path(long), windows=False) == Path(long)


def test_it_is_told_early_enough_for_the_name_that_a_file_has_until_it_is_whole() -> None:
    limit = 260
    longest = max(
        n for n in range(limit) if not str(openable_path(Path("C:\\" + "x" * n), windows=True)).startswith("\\\\?")
    )
    assert len("C:\\") + longest + len("\\.ragsheets-12345678.part") < limit


def test_a_folder_is_looked_through_however_deep_it_is() -> None:
    assert str(openable_folder(Path("C:\\project"), windows=True)) == "\\\\?\\C:\\project"
    assert openable_folder(Path("project"), windows=False) == Path("project")


@pytest.mark.parametrize(("length", "too_long"), [(218, False), (219, True)])
def test_excel_takes_a_path_of_218_characters_with_its_name(length: int, too_long: bool) -> None:
    path = Path("/" + "x" * (length - 1))
    assert is_too_long_for_excel(path) is too_long


def test_a_picture_in_a_name_counts_as_two() -> None:
    assert is_too_long_for_excel(Path("/" + "🌳" * 109))
    assert not is_too_long_for_excel(Path("/" + "🌳" * 108))
