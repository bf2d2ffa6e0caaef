"""Reading narrative.toml, the coordinator's texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.projects import problems_of
from ragsheets import files
from ragsheets.errors import ReportError
from ragsheets.report.narrative import EMPTY_NARRATIVE, Narrative, read_narrative, starter_narrative


def write_narrative(folder: Path, text: str) -> Path:
    path = folder / "narrative.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_texts_are_read_unchanged(tmp_path: Path) -> None:
    path = write_narrative(tmp_path, 'introduction = """\nOne.\n\nTwo."""\nnext_steps = ["a", "b"]\nclosing = "End."\n')
    assert read_narrative(path) == Narrative(introduction="One.\n\nTwo.", next_steps=("a", "b"), closing="End.")


def test_a_missing_file_is_an_empty_narrative(tmp_path: Path) -> None:
    assert read_narrative(tmp_path / "narrative.toml") is EMPTY_NARRATIVE


def test_a_missing_key_is_left_out_on_purpose(tmp_path: Path) -> None:
    assert read_narrative(write_narrative(tmp_path, 'closing = "End."')).introduction is None


def test_the_starter_is_an_empty_narrative(tmp_path: Path) -> None:
    path = tmp_path / "narrative.toml"
    path.write_bytes(starter_narrative())
    assert read_narrative(path) == EMPTY_NARRATIVE


def test_the_example_has_every_text(tmp_path: Path) -> None:
    example = read_narrative(files.shipped_folder("examples") / "gloucester" / "narrative.toml")
    assert example.introduction and example.closing
    assert len(example.next_steps or ()) == 3


def test_all_problems_are_reported_at_once_with_the_nearest_key(tmp_path: Path) -> None:
    path = write_narrative(tmp_path, 'introductoin = "x"\nnext_steps = ["a", 3]\nclosing = 4\n')
    with pytest.raises(ReportError) as raised:
        read_narrative(path)
    messages = {problem.where: f"{problem.what} {problem.fix}" for problem in problems_of(raised)}
    assert set(messages) == {
        "narrative.toml: introductoin",
        "narrative.toml: next_steps[2]",
        "narrative.toml: closing",
    }
    assert messages["narrative.toml: introductoin"] == "is not a known key. Did you mean “introduction”?"
    assert "must be text" in messages["narrative.toml: closing"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('next_steps = "one"', "narrative.toml: next_steps: must be a list, not “one”."),
        ("introduction = Well", "narrative.toml: "),
        ("[introduction]\ntext = 1", "narrative.toml: introduction: must be text, not a table."),
    ],
)
def test_a_value_of_the_wrong_type_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ReportError) as raised:
        read_narrative(write_narrative(tmp_path, text))
    assert str(raised.value).startswith(message)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "narrative.toml").write_bytes(b"closing = '\xff'")
    with pytest.raises(ReportError, match=r"narrative\.toml.*UTF-8"):
        read_narrative(tmp_path / "narrative.toml")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ReportError):
        read_narrative(tmp_path / "folder")
