"""Lock files: names by the rules of each program, and the user's name in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.windows import libreoffice_lock_file, office_lock_file
from ragsheets.files.lock_files import find_lock_file

WORD = {"length": 162, "offset": 54}


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
def test_a_lock_file_is_found_beside_its_file(tmp_path: Path, file: str, owner: str) -> None:
    assert find_lock_file(tmp_path / file) is None
    (tmp_path / owner).write_bytes(libreoffice_lock_file("Ann") if owner.endswith("#") else office_lock_file("Ann"))
    lock_file = find_lock_file(tmp_path / file)
    assert lock_file is not None
    assert (lock_file.path.name, lock_file.user_name) == (owner, "Ann")


@pytest.mark.parametrize("name", ["Ann Lee", "Łukasz Żółw", "Zoë", "李安", "x" * 52])
@pytest.mark.parametrize("program", [{}, WORD], ids=["Excel", "Word"])
def test_a_user_name_in_any_script_is_read(tmp_path: Path, name: str, program: dict[str, int]) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(office_lock_file(name, **program))
    lock_file = find_lock_file(tmp_path / "a.xlsx")
    assert lock_file is not None
    assert lock_file.user_name == name


@pytest.mark.parametrize("content", [b"", b"\x07", b"\xff" * 3, b"\0" * 165, b"\xff\xfe" * 4000])
@pytest.mark.parametrize("owner", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_a_lock_file_with_invalid_content_still_counts(tmp_path: Path, owner: str, content: bytes) -> None:
    (tmp_path / owner).write_bytes(content)
    assert find_lock_file(tmp_path / "a.xlsx") is not None


def test_an_unreadable_lock_file_has_no_user_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(office_lock_file("Ann"))

    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    lock_file = find_lock_file(tmp_path / "a.xlsx")
    assert lock_file is not None
    assert lock_file.user_name == ""


def test_an_escaped_comma_is_part_of_the_name(tmp_path: Path) -> None:
    (tmp_path / ".~lock.a.xlsx#").write_bytes(libreoffice_lock_file("Lee\\, Ann"))
    lock_file = find_lock_file(tmp_path / "a.xlsx")
    assert lock_file is not None
    assert lock_file.user_name == "Lee, Ann"
