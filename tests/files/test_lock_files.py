"""Owner files: whose they are, under each program's rules for their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.windows import libreoffice_owner, office_owner
from ragsheets.files.lock_files import find_lock_file

WORD = {"length": 162, "place": 54}


@pytest.mark.parametrize(
    ("file", "owner"),
    [
        ("Parks.xlsx", "~$Parks.xlsx"),
        ("Performance report.xlsx", "~$Performance report.xlsx"),
        ("Performance report.docx", "~$rformance report.docx"),
        ("reports.docx", "~$eports.docx"),
        ("report.docx", "~$report.docx"),
        ("Parks.xlsx", ".~lock.Parks.xlsx#"),
    ],
)
def test_it_is_found_beside_its_file(tmp_path: Path, file: str, owner: str) -> None:
    assert find_lock_file(tmp_path / file) is None
    (tmp_path / owner).write_bytes(libreoffice_owner("Ann") if owner.endswith("#") else office_owner("Ann"))
    found = find_lock_file(tmp_path / file)
    assert found is not None
    assert (found.path.name, found.user_name) == (owner, "Ann")


@pytest.mark.parametrize("name", ["Ann Lee", "Łukasz Żółw", "Zoë", "李安", "x" * 52])
@pytest.mark.parametrize("program", [{}, WORD], ids=["Excel", "Word"])
def test_a_name_in_any_letters_is_read(tmp_path: Path, name: str, program: dict[str, int]) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(office_owner(name, **program))
    found = find_lock_file(tmp_path / "a.xlsx")
    assert found is not None
    assert found.user_name == name


@pytest.mark.parametrize("content", [b"", b"\x07", b"\xff" * 3, b"\0" * 165, b"\xff\xfe" * 4000])
@pytest.mark.parametrize("owner", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_one_that_makes_no_sense_is_an_owner_all_the_same(tmp_path: Path, owner: str, content: bytes) -> None:
    (tmp_path / owner).write_bytes(content)
    assert find_lock_file(tmp_path / "a.xlsx") is not None


def test_one_that_its_program_keeps_to_itself_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(office_owner("Ann"))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    found = find_lock_file(tmp_path / "a.xlsx")
    assert found is not None
    assert found.user_name == ""


def test_a_comma_in_a_name_is_none_between_two(tmp_path: Path) -> None:
    (tmp_path / ".~lock.a.xlsx#").write_bytes(libreoffice_owner("Lee\\, Ann"))
    found = find_lock_file(tmp_path / "a.xlsx")
    assert found is not None
    assert found.user_name == "Lee, Ann"
