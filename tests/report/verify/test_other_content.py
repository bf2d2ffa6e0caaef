"""What stands beside the text and tables of a report: verifying it always quotes it, and never passes over it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import word_additions
from helpers.projects import run_ragsheets
from helpers.word_additions import NOT_READ, READ, save_with
from ragsheets.project import demo
from ragsheets.project.report import verify_report
from ragsheets.report.verify.verify import Verification

WORDS = "Provisionalword for now"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoResult:
    """The shipped example, with its period complete and its report written."""
    return demo.run_demo(tmp_path_factory.mktemp("demo") / "project")


def quoted(verification: Verification) -> str:
    """Return all that is said of a report."""
    differences = (*verification.additions, *verification.differences)
    return "\n".join(f"{difference.location}: {difference.message}" for difference in differences)


@pytest.mark.parametrize("kind", READ)
def test_what_is_added_beside_the_text_is_listed_with_its_words(
    demonstration: demo.DemoResult, tmp_path: Path, kind: str
) -> None:
    path = save_with(tmp_path / "edited.docx", demonstration.report.read_bytes(), READ[kind], WORDS, 3)
    result = run_ragsheets("-C", demonstration.project.folder, "verify", path)
    assert (result.exit_code, result.output.count(WORDS)) == (0, 1)
    assert "Nothing differs." in result.output


@pytest.mark.parametrize("kind", NOT_READ)
def test_what_cannot_be_compared_is_a_difference_with_its_words(
    demonstration: demo.DemoResult, tmp_path: Path, kind: str
) -> None:
    path = save_with(tmp_path / "edited.docx", demonstration.report.read_bytes(), NOT_READ[kind], WORDS, 3)
    result = run_ragsheets("-C", demonstration.project.folder, "verify", path)
    assert result.exit_code == 1
    assert WORDS in result.output
    assert "Nothing differs." not in result.output


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(kind=st.sampled_from(sorted({**READ, **NOT_READ})), place=st.integers(0, 2000), word=st.text("xyzq", min_size=6))
def test_a_word_added_anywhere_is_always_quoted(
    demonstration: demo.DemoResult, tmp_path: Path, kind: str, place: int, word: str
) -> None:
    path = save_with(
        tmp_path / "edited.docx", demonstration.report.read_bytes(), {**READ, **NOT_READ}[kind], word, place
    )
    verification = verify_report(demonstration.project, path)
    assert word in quoted(verification)
    assert verification.is_correct or kind in NOT_READ


@pytest.mark.parametrize("kind", ["comment", "tracked_deletion"])
def test_what_the_executive_should_not_see_is_mentioned_before_it_is_sent(
    demonstration: demo.DemoResult, tmp_path: Path, kind: str
) -> None:
    path = save_with(tmp_path / "edited.docx", demonstration.report.read_bytes(), READ[kind], WORDS, 3)
    result = run_ragsheets("-C", demonstration.project.folder, "verify", path)
    assert "delete the comments, and accept or reject the tracked changes" in " ".join(result.output.split())


def test_a_place_is_named_by_its_heading_and_its_words(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    package = word_additions.WordPackage.read(demonstration.report.read_bytes())
    heading = list(re.finditer(rb"<w:t [^>]*>Outcome: 2.2", package.document))[-1]
    place = len(word_additions.LAST_RUN_END.findall(package.document[: heading.start()]))
    path = save_with(tmp_path / "edited.docx", demonstration.report.read_bytes(), word_additions.footnote, WORDS, place)
    (addition,) = verify_report(demonstration.project, path).additions
    assert addition.location.startswith("Outcome: 2.2")
    assert "footnote at “Outcome: 2.2" in addition.location
