"""Paths in the ledger are relative to the project folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragsheets.files.project_paths import is_outside_project, path_in_project, relative_to_project


@pytest.mark.parametrize(
    ("inside", "stored"),
    [
        ("project/2008-09-04/returned/a b.xlsx", "2008-09-04/returned/a b.xlsx"),
        ("project/./x/../a.xlsx", "a.xlsx"),
        ("Downloads/a.xlsx", "../Downloads/a.xlsx"),
        ("a.xlsx", "../a.xlsx"),
    ],
)
def test_a_path_is_found_again(tmp_path: Path, inside: str, stored: str) -> None:
    project = tmp_path / "project"
    (project / "x").mkdir(parents=True)
    assert relative_to_project(tmp_path / inside, project) == stored
    assert path_in_project(stored, project) == (tmp_path / inside).resolve()
    assert is_outside_project(stored) is not inside.startswith("project")


def test_a_linked_project_folder_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "project")
    assert relative_to_project(tmp_path / "link" / "a.xlsx", tmp_path / "project") == "a.xlsx"
    assert relative_to_project(tmp_path / "project" / "a.xlsx", tmp_path / "link") == "a.xlsx"


@pytest.mark.parametrize(
    ("stored", "outside"),
    [
        ("..", True),
        ("../a.xlsx", True),
        ("/home/ann/a.xlsx", True),
        ("C:/Users/Ann/a.xlsx", True),
        ("..a.xlsx", False),
        ("2008-09-04/returned/a.xlsx", False),
        ("", False),
    ],
)
def test_what_leads_out_of_the_project(stored: str, outside: bool) -> None:
    assert is_outside_project(stored) is outside
