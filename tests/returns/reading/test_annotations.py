"""Words outside the cells: each is quoted in a finding, and what the workbook was sent with is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import workbook_edits
from helpers.annotations import ANNOTATIONS, SHEET, in_part, part_of, with_drawing
from helpers.other_programs import resave_in_gnumeric, resave_in_libreoffice
from helpers.workbook_edits import THIS, SentWorkbooks
from ragsheets.project import demo
from ragsheets.workbook import compose, sent_workbook, writer

repeatable = settings(derandomize=True, deadline=None)
#: Words as people type them; no markup, which would need other escapes in every part.
WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäéł"), min_size=7, max_size=16)


@pytest.fixture(scope="module")
def sending(tmp_path_factory: pytest.TempPathFactory) -> SentWorkbooks:
    return workbook_edits.send_workbooks(tmp_path_factory.mktemp("plan"), workbook_edits.several_outcomes())


@pytest.fixture(scope="module")
def content(sending: SentWorkbooks) -> bytes:
    answers = {"2.1a": {"position": "It goes on", "status": "GREEN", "planned": "More of it"}}
    return demo.fill_in_workbook(sending.plan, sending.template, THIS, {"group": "Parks", "answers": answers})


def codes(sending: SentWorkbooks, content: bytes) -> list[str]:
    result, _ = sending.read_file(content)
    return [item.code for item in result.observations]


def test_a_workbook_as_it_was_sent_has_nothing_to_report(sending: SentWorkbooks, content: bytes) -> None:
    assert codes(sending, content) == []


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_a_word_outside_the_cells_is_quoted(sending: SentWorkbooks, content: bytes, name: str) -> None:
    annotation = ANNOTATIONS[name]
    result, texts = sending.read_file(annotation.put(content, "Zebras"))
    found = [(item.code, "Zebras" in item.found) for item in result.observations if item.code == annotation.code]
    assert found
    assert any(has_word for _, has_word in found)
    assert "Zebras" in texts
    assert len(result.answers) == 3


@repeatable
@given(word=WORDS, name=st.sampled_from(sorted(ANNOTATIONS)))
def test_any_word_in_any_annotation_is_found(sending: SentWorkbooks, content: bytes, word: str, name: str) -> None:
    _, texts = sending.read_file(ANNOTATIONS[name].put(content, word))
    assert word in texts


@repeatable
@given(
    name=st.sampled_from(
        [
            *("Outcome 2.1 (2)", "Copy of Outcome 2.1", "Outcome 2.1_2", "outcome  2.1", "Outcome 2.1 - Table 1"),
            *("Sheet4", "Feuille 1", "Gráfico2", "Лист1", "工作表1"),
        ]
    )
)
def test_names_that_programs_give_to_sheets_are_no_words(sending: SentWorkbooks, content: bytes, name: str) -> None:
    renamed = in_part(
        "xl/workbook.xml", lambda text, word: text.replace('name="Outcome 2.1"', f'name="{word}"'), ""
    ).put(content, name)
    assert "sheet-name" not in codes(sending, renamed)


@pytest.mark.parametrize(
    "footer",
    ["&amp;L&amp;A&amp;R&amp;P / &amp;N", "&amp;CSeite &amp;P", "&amp;CPage &amp;P of &amp;N", "&amp;D &amp;T&amp;F"],
)
def test_fields_in_a_footer_are_no_words(sending: SentWorkbooks, content: bytes, footer: str) -> None:
    own = "<oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter>"
    assert own in part_of(content, SHEET)
    changed = in_part(SHEET, lambda text, word: text.replace(own, f"<oddFooter>{word}</oddFooter>"), "")
    assert codes(sending, changed.put(content, footer)) == []


def test_what_programs_keep_in_hidden_names_is_no_finding(sending: SentWorkbooks, content: bytes) -> None:
    def with_name(attributes: str) -> bytes:
        markup = f'<definedName {attributes}>"{{0}}"</definedName></definedNames>'
        name = in_part("xl/workbook.xml", lambda text, word: text.replace("</definedNames>", markup.format(word)), "")
        return name.put(content, "8f1c2d")

    assert codes(sending, with_name('hidden="1" name="_AMO_Id"')) == []
    assert codes(sending, with_name('name="_AMO_Id" hidden="1"')) == []
    assert codes(sending, with_name('name="Mine" hidden="0"')) == ["defined-name"]


def test_a_link_to_what_the_cell_shows_is_no_finding(sending: SentWorkbooks) -> None:
    answers = {"2.1a": {"position": "see example.org/Zebras", "status": "GREEN", "planned": "More of it"}}
    content = demo.fill_in_workbook(sending.plan, sending.template, THIS, {"group": "Parks", "answers": answers})
    result, _ = sending.read_file(content)
    cell = next(answer.cell for answer in result.answers if answer.column == "position")
    linked = ANNOTATIONS["the target of a link"].put(content, "Zebras")
    at_cell = in_part(SHEET, lambda text, word: text.replace('ref="C4"', f'ref="{word}"'), "")
    assert codes(sending, at_cell.put(linked, cell)) == []
    assert codes(sending, linked) == ["link"]
    escaped = ANNOTATIONS["the target of a link"].put(content, "%5AebraS")
    assert codes(sending, at_cell.put(escaped, cell)) == []


def test_the_same_words_on_every_sheet_are_one_finding(sending: SentWorkbooks, content: bytes) -> None:
    labelled = content
    for number in range(1, 5):
        part = f"xl/worksheets/sheet{number}.xml"
        labelled = in_part(part, lambda text, word: text.replace("<oddFooter>", f"<oddFooter>{word} "), "").put(
            labelled, "OFFICIAL"
        )
    assert codes(sending, labelled) == ["page-header"]


def test_the_record_of_an_older_ragsheets_asks_about_no_prompts(sending: SentWorkbooks, content: bytes) -> None:
    layout = compose.lay_out(sending.plan, sending.template, sending.plan.groups[0], THIS)
    record = sent_workbook.from_layout(layout)
    assert record.annotation_texts
    assert layout.title in record.annotation_texts
    text = sent_workbook.to_json(record)
    assert sent_workbook.from_json(text).annotation_texts == record.annotation_texts
    older = sent_workbook.from_json(text.replace('"annotations"', '"other"'))
    assert older.annotation_texts is None


def test_an_untouched_workbook_with_a_label_of_the_office_is_not_filled_in(tmp_path: Path) -> None:
    from helpers import projects
    from ragsheets.project.folder import Project
    from ragsheets.project.generate import generate
    from ragsheets.project.ingest import ingest

    projects.write_plan(tmp_path)
    project = Project(tmp_path)
    generate(project, projects.DATE)
    (sent,) = (project.period_folder(projects.DATE) / "sent").glob("*.xlsx")
    labelled = in_part(SHEET, lambda text, word: text.replace("<oddFooter>", f"<oddFooter>{word} "), "")
    returned = project.period_folder(projects.DATE) / "returned"
    returned.mkdir(exist_ok=True)
    (returned / "reply.xlsx").write_bytes(labelled.put(sent.read_bytes(), "OFFICIAL"))
    (file,) = ingest(project).files
    assert {item.code for item in file.findings} == {"nothing-filled-in", "page-header"}


@pytest.mark.slow
@pytest.mark.parametrize("save", [resave_in_libreoffice, resave_in_gnumeric])
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_that_another_program_saved_again_has_nothing_to_report(
    tmp_path: Path, save: Callable[[Path, Path, str], Path], kind: str
) -> None:
    plan = workbook_edits.several_outcomes(template="brag")
    sending = workbook_edits.send_workbooks(tmp_path / "plan", plan, with_last_period=True)
    group = sending.plan.groups[0]
    layout = compose.lay_out(
        sending.plan, sending.template, group, THIS, last_period=sending.last_periods.get(group.key)
    )
    sent, saved = tmp_path / "sent.xlsx", tmp_path / "saved"
    sent.write_bytes(writer.to_xlsx(layout, sending.template, THIS.date))
    saved.mkdir()
    assert codes(sending, sent.read_bytes()) == []
    assert codes(sending, save(sent, saved, kind).read_bytes()) == []


@pytest.mark.parametrize(("facts", "found"), [('descr="{word}"', "Zebras"), ("", "without a description")])
def test_a_picture_over_the_sheet_is_reported_with_its_description(
    sending: SentWorkbooks, content: bytes, facts: str, found: str
) -> None:
    picture = f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr id='1' {facts}/></xdr:nvPicPr></xdr:pic>"
    result, texts = sending.read_file(with_drawing(picture)(content, "Zebras"))
    assert [(item.code, item.found) for item in result.observations] == [("picture", found)]
    assert f"A picture is on the sheet ({found})" in texts
