"""What stands beside the text and tables of a report: verifying it always quotes it, and never passes over it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import office, word_additions
from helpers.house_documents import png, python_docx_document
from helpers.projects import run_ragsheets
from helpers.word_additions import NOT_READ, READ, save_with
from ragsheets.project import demo
from ragsheets.project.report import verify_report, write_report
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


@pytest.mark.slow
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


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
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


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("comment", "Next: delete the comments, which the executive would see; then send it out."),
        ("tracked_deletion", "Next: accept or reject the tracked changes, which the executive would see; then"),
        ("picture", "Next: look at the pictures, which were not read; then send it out."),
        ("footnote", "Next: send it out."),
    ],
)
def test_what_remains_to_be_done_is_named_before_a_report_is_sent_out(
    demonstration: demo.DemoResult, tmp_path: Path, kind: str, step: str
) -> None:
    path = save_with(tmp_path / "edited.docx", demonstration.report.read_bytes(), READ[kind], WORDS, 3)
    result = run_ragsheets("-C", demonstration.project.folder, "verify", path)
    assert step in " ".join(result.output.split())


def test_hidden_words_are_to_be_deleted_before_a_report_is_sent_out(
    demonstration: demo.DemoResult, tmp_path: Path
) -> None:
    package = word_additions.WordPackage.read(demonstration.report.read_bytes(), 3)
    package.add_run(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{WORDS}</w:t></w:r>")
    (tmp_path / "edited.docx").write_bytes(package.to_bytes())
    result = run_ragsheets("-C", demonstration.project.folder, "verify", tmp_path / "edited.docx")
    assert result.exit_code == 0
    assert WORDS in result.output
    assert "Next: delete the hidden words, which the executive could make visible; then" in " ".join(
        result.output.split()
    )


def test_a_place_is_named_by_its_heading_and_its_words(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    package = word_additions.WordPackage.read(demonstration.report.read_bytes())
    heading = list(re.finditer(rb"<w:t [^>]*>Outcome: 2.2", package.document))[-1]
    place = len(word_additions.LAST_RUN_END.findall(package.document[: heading.start()]))
    path = save_with(tmp_path / "edited.docx", demonstration.report.read_bytes(), word_additions.footnote, WORDS, place)
    (addition,) = verify_report(demonstration.project, path).additions
    assert addition.location.startswith("Outcome: 2.2")
    assert "footnote at “Outcome: 2.2" in addition.location


# --------------------------------------------------------------------------------------- headers, footers, pictures


@pytest.fixture(scope="module")
def house_report(demonstration: demo.DemoResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report in a house style with headers, footers and pictures in them."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "House style.docx").write_bytes(python_docx_document(first_page=True))
    return write_report(demonstration.project, folder / "report.docx", style=folder / "House style.docx").path


def test_the_headers_of_a_house_style_are_no_additions(demonstration: demo.DemoResult, house_report: Path) -> None:
    verification = verify_report(demonstration.project, house_report)
    assert (verification.additions, verification.differences) == ((), ())


@pytest.mark.slow
def test_a_footer_of_a_picture_alone_is_not_a_removed_one(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    def show_crest(document: Any) -> None:
        line = document.sections[0].footer.paragraphs[0]
        line.text = ""
        line.add_run().add_picture(io.BytesIO(png()))

    style = tmp_path / "House style.docx"
    style.write_bytes(python_docx_document(change=show_crest))
    path = write_report(demonstration.project, tmp_path / "report.docx", style=style).path
    verification = verify_report(demonstration.project, path)
    assert (verification.additions, verification.differences, verification.notes) == ((), (), ())


@pytest.mark.slow
def test_nor_are_they_after_another_program_saved_the_report(
    demonstration: demo.DemoResult, house_report: Path, tmp_path: Path
) -> None:
    verification = verify_report(demonstration.project, office.convert(house_report, "docx", tmp_path))
    assert (verification.additions, verification.differences) == ((), ())


def edit_part(content: bytes, ending: str, old: bytes, new: bytes) -> bytes:
    """Return a document with a change to the parts whose names have an ending."""
    package = word_additions.WordPackage.read(content)
    for name, part in package.parts.items():
        if name.endswith(ending):
            assert old in part
            package.parts[name] = part.replace(old, new, 1)
    return package.to_bytes()


def verify_edited(demonstration: demo.DemoResult, tmp_path: Path, content: bytes) -> Verification:
    path = tmp_path / "edited.docx"
    path.write_bytes(content)
    return verify_report(demonstration.project, path)


def test_a_footer_that_names_another_period_is_a_difference(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    content = edit_part(demonstration.report.read_bytes(), "footer1.xml", b"September 2008", b"December 2008")
    (difference,) = verify_edited(demonstration, tmp_path, content).differences
    assert (difference.kind, difference.row) == ("line", "page footer")
    assert "December 2008" in difference.found


def test_words_added_to_the_footer_are_an_addition(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    content = edit_part(demonstration.report.read_bytes(), "footer1.xml", b"September 2008", b"September 2008 DRAFT")
    verification = verify_edited(demonstration, tmp_path, content)
    assert verification.is_correct
    assert ["DRAFT" in addition.found for addition in verification.additions] == [True]


@pytest.mark.parametrize(
    ("ending", "pattern"),
    [("word/document.xml", rb"<w:footerReference [^>]*/>"), ("footer1.xml", rb"(?<=</w:pPr>).*(?=</w:p>)")],
    ids=["removed", "emptied"],
)
def test_a_removed_footer_is_a_note(
    demonstration: demo.DemoResult, tmp_path: Path, ending: str, pattern: bytes
) -> None:
    package = word_additions.WordPackage.read(demonstration.report.read_bytes())
    (name,) = (name for name in package.parts if name.endswith(ending))
    package.parts[name], count = re.subn(pattern, b"", package.parts[name], flags=re.DOTALL)
    assert count == 1
    verification = verify_edited(demonstration, tmp_path, package.to_bytes())
    assert (verification.additions, verification.differences) == ((), ())
    assert verification.notes == ("The page footer was removed.",)


def test_the_footer_of_a_report_without_marks_is_no_addition(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    """Earlier versions did not mark the footer."""
    package = word_additions.WordPackage.read(demonstration.report.read_bytes())
    package.document = re.sub(rb'<w:bookmarkStart [^>]*w:name="_ragsheets_\w+"/>', b"", package.document)
    verification = verify_edited(demonstration, tmp_path, package.to_bytes())
    assert (verification.additions, verification.differences) == ((), ())


# ---------------------------------------------------------------------------------------------------------- the chart


def without_chart(content: bytes) -> bytes:
    package = word_additions.WordPackage.read(content)
    package.document = re.sub(rb"<w:r><w:drawing>(?:(?!</w:r>).)*?<c:chart.*?</w:r>", b"", package.document)
    return package.to_bytes()


def chart_as_picture(content: bytes) -> bytes:
    package = word_additions.WordPackage.read(without_chart(content))
    word_additions.picture(package, "Share of tasks by status")
    return package.to_bytes()


@pytest.mark.parametrize("edit", [without_chart, chart_as_picture])
def test_a_chart_that_is_gone_or_a_picture_is_a_difference(
    demonstration: demo.DemoResult, tmp_path: Path, edit: Callable[[bytes], bytes]
) -> None:
    verification = verify_edited(demonstration, tmp_path, edit(demonstration.report.read_bytes()))
    assert [difference.kind for difference in verification.differences] == ["chart-missing"]


def test_a_figure_that_the_chart_lacks_is_one_difference(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    package = word_additions.WordPackage.read(demonstration.report.read_bytes())
    name = next(name for name in package.parts if name.endswith("chart1.xml"))
    package.parts[name] = re.sub(
        rb'(<c:val>.*?)<c:pt idx="0">.*?</c:pt>', rb"\1", package.parts[name], count=1, flags=re.S
    )
    (difference,) = verify_edited(demonstration, tmp_path, package.to_bytes()).differences
    assert (difference.kind, difference.found) == ("cell", "")


@pytest.mark.slow
def test_a_figure_of_the_sheet_behind_the_chart_is_a_difference(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    package = word_additions.WordPackage.read(demonstration.report.read_bytes())
    name = next(name for name in package.parts if name.endswith(".xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(package.parts[name]))
    book.active["B2"] = 77
    buffer = io.BytesIO()
    book.save(buffer)
    package.parts[name] = buffer.getvalue()
    (difference,) = verify_edited(demonstration, tmp_path, package.to_bytes()).differences
    assert (difference.kind, difference.wanted) == ("chart-sheet", "77")
