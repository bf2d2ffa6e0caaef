"""Letters to contacts about the workbooks with questions: plain text inside a Markdown file."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from helpers import messages
from helpers.built_once import built_once
from helpers.projects import DATE, action, group, outcome, plan, reply, task, toml
from helpers.queries import (
    FULL,
    GREEN,
    PARKS,
    current_answers,
    find_row,
    finding_codes,
    front_sheet_texts,
    notes_by_cell,
    queries_folder,
    query_path,
    return_query,
    start_project,
)
from ragsheets.plan.model import Period
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.settle import settle
from ragsheets.returns.letters import MAX_QUESTION_CHARACTERS, escape_markdown
from ragsheets.text import clean_for_office

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    """A project whose workbooks are sent, of the sub-groups Parks (2.1a, b, c) and Health (3.1a)."""
    return start_project(tmp_path / "project", PARKS)


def letter_of(project: Project) -> str:
    return (queries_folder(project) / "queries.md").read_text(encoding="utf-8")


def paragraphs(project: Project) -> list[str]:
    """Return the paragraphs of the only letter as copied into an email: the content of the code fence."""
    (letter,) = [content for tag, content in rendered(letter_of(project)) if tag == "code"]
    assert f"\n{letter}```" in letter_of(project)
    return letter.strip("\n").split("\n\n")


def rendered(markdown: str) -> list[tuple[str, str]]:
    """Return the rendered Markdown: each piece of text with the tags that contain it, outermost first."""
    pieces: list[tuple[str, str]] = []
    tags: list[str] = []
    for token in MARKDOWN.parse(markdown):
        if token.nesting == 1:
            tags.append(token.tag)
        elif token.nesting == -1:
            tags.pop()
        elif token.type == "inline":
            pieces.append((" ".join(tags), "".join(_text(child) for child in token.children or ())))
        elif token.type != "html_block" or "ragsheets" not in token.content:
            pieces.append((" ".join([*tags, token.tag]), token.content))
    return pieces


def _text(token: Token) -> str:
    assert token.type in ("text", "text_special", "code_inline", "softbreak"), token
    return token.content


# ------------------------------------------------------------------------------------------------- content


@pytest.mark.slow
def test_the_letter_has_a_numbered_list_that_names_each_task(tmp_path: Path) -> None:
    tasks = action(task("a", task="Plant\n* oaks\n* limes"), task("b", task="Mow the meadow " + "again and " * 9))
    plan_table = plan(group("Parks", outcome("2.1", tasks), contact="Ann Lee", email="a@example.org"))
    project = start_project(tmp_path / "p", plan_table, "--due", "2008-09-18")
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": {"status": "GREEN"}})
    ingest(project, today=datetime.date(2008, 9, 18))
    status, position = sorted(notes_by_cell(query_path(project)), key=lambda cell_key: cell_key[1][0], reverse=True)
    pieces = rendered(letter_of(project))
    assert pieces[:-1] == [
        ("h1", "4th September 2008: what to send back"),
        ("h2", "Parks"),
        ("p", "To: Ann Lee <a@example.org>"),
        ("p", "Attach: Parks questions.xlsx"),
    ]
    opening, thanks, first_question, second_question, closing, *rest = paragraphs(project)
    assert opening == "Dear Ann Lee,"
    assert thanks.endswith("the return from Parks for 4th September 2008. To complete it, we have 2 questions for you:")
    assert first_question.startswith(
        f"1. Outcome 2.1, cell {status[1]}, Status of “a) Plant …”: “Ambr” is not one of the statuses."
    )
    meadow = "“b) Mow the meadow again and again and again and again and …”"
    assert second_question.startswith(
        f"2. Outcome 2.1, cell {position[1]}, Position of {meadow}: The task has a status, but"
    )
    assert closing.startswith("The attached workbook, “Parks questions.xlsx”, holds all your answers")
    assert closing.endswith("send the workbook back by 18th September 2008.")
    assert rest == ["Many thanks", "Our Partnership"]
    assert any(text.startswith("Status of “a) Plant …”: “Ambr”") for text in front_sheet_texts(query_path(project)))


@pytest.mark.slow
def test_the_letter_quotes_what_the_contact_wrote_in_a_message(tmp_path: Path) -> None:
    table = plan(group("Parks", outcome("2.1"), email="ann@example.org"), group("Health", outcome("3.1")))
    project = start_project(tmp_path / "p", table)
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    quoted = "\n\nOn 4 Sep 2008 at 10:12, Us <us@example.org> wrote:\n> How is 2.1a?\n"
    returned = project.period_folder(DATE) / "returned"
    for name, sender, text in (
        ("hers.eml", "Ann@example.org", f"2.1a is really Red.{quoted}"),
        ("long.eml", "ann@example.org", "2.1a is Red. " * 40),
        ("another's.eml", "bill@example.org", "2.1a is not Red at all."),
    ):
        (returned / name).write_bytes(messages.eml(sender, "Return", text, {}))
    ingest(project)
    _, _, _, hers, long_text, closing, *_ = paragraphs(project)
    assert hers == (
        "You also wrote to us: “Return 2.1a is really Red.” Only what is in the workbook is counted: where this "
        "changes an answer, please write it into its cell."
    )
    assert len(long_text) < len(hers) + MAX_QUESTION_CHARACTERS
    assert closing.startswith("The attached workbook")
    (finding,) = [item for file in ingest(project).files if file.file == "hers.eml" for item in file.findings]
    settle(project, finding.id, reason="Ann rang")
    assert not [text for text in paragraphs(project) if "really Red" in text]


@pytest.mark.slow
def test_a_partnership_puts_the_questions_in_its_own_words(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    words = {"ask": "We do not know the status “{found}”.{suggestion}", "remedy": "Please have another look."}
    wording = {"query_suggestion": "Is it {answer}?", "questions": {"unknown-status": words}}
    folder.mkdir()
    (folder / "ours.toml").write_text(toml({"extends": "standard", "wording": wording}), encoding="utf-8")
    project = start_project(folder, plan(group("Parks", outcome("2.1")), template="ours.toml"))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    ingest(project)
    _, _, question, *_ = paragraphs(project)
    assert question.endswith("We do not know the status “Ambr”. Is it AMBER?")
    (note,) = notes_by_cell(query_path(project)).values()
    assert note.endswith("We do not know the status “Ambr”. Is it AMBER?\nPlease have another look.")


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (
            "On its way to the park, ",
            "“On its way to the park, On its way to the park, On its way to the park, On its …”",
        ),
        ("On its way, “more or less”, ", ""),
    ],
)
def test_the_letter_shortens_a_long_quotation_and_never_the_question(tmp_path: Path, status: str, shown: str) -> None:
    project = start_project(tmp_path / "p", plan(group("Parks", outcome("2.1"), email="ann@example.org")))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": status * 30}})
    ingest(project)
    _, _, question, *_ = paragraphs(project)
    assert question.endswith(f"{shown} is not one of the statuses.")


def test_a_contact_without_a_name_is_addressed_by_the_sub_group(tmp_path: Path) -> None:
    project = start_project(tmp_path / "p", plan(group("Parks", outcome("2.1"), contact="")))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    ingest(project)
    assert "Dear Parks," in letter_of(project)
    assert "To: `Parks`" in letter_of(project)


def test_a_custom_wording_in_one_paragraph_still_makes_a_list(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    wording = {"query_letter": "Hello {contact}! {questions} Bye.", "query_in_letter": "({number}) {heading}: {ask}"}
    (tmp_path / "p" / "ours.toml").write_text(toml({"extends": "standard", "wording": wording}), encoding="utf-8")
    tasks = action(task("a"), task("b"))
    project = start_project(tmp_path / "p", plan(group("Parks", outcome("2.1", tasks)), template="ours"))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": {"status": "GREEN"}})
    ingest(project)
    lines = paragraphs(project)
    assert lines[0] == "Hello Ann!"
    assert lines[1].startswith("(1) Status of “a) Task a”")
    assert lines[2].startswith("(2) Position of “b) Task b”")
    assert lines[3] == "Bye."


def test_a_letter_without_a_due_date_names_no_date(parks: Project) -> None:
    reply(parks.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}})
    ingest(parks)
    assert "one question" in letter_of(parks)
    assert "send the workbook back." in letter_of(parks)
    assert not any(" by " in text for text in front_sheet_texts(query_path(parks)) if "Thank you" in text)


@pytest.mark.slow
def test_a_due_date_that_is_past_is_not_named(tmp_path: Path) -> None:
    project = start_project(tmp_path / "p", PARKS, "--due", "2008-09-18")
    sent = Period(DATE, due=datetime.date(2008, 9, 18))
    reply(project.folder, "r.xlsx", {**FULL, "2.1b": {**GREEN, "status": "Ambr"}}, period=sent)
    for today, named in ((datetime.date(2008, 9, 18), True), (datetime.date(2008, 9, 19), False)):
        for _ in range(2):
            result = ingest(project, today=today)
            assert [item.file for item in result.queries.workbooks] == ["2008-09-04/queries/Parks questions.xlsx"]
            assert result.queries.edited_files == ()
            assert ("18th September" in letter_of(project)) is named
            assert ("18th September" in " ".join(front_sheet_texts(query_path(project)))) is named
    return_query(project, {("2.1b", "status"): "RED"})
    assert finding_codes(ingest(project), notes=False) == []


# ---------------------------------------------------------------------------------- no text is markup


def test_text_of_a_return_is_not_markup_in_the_letter(tmp_path: Path) -> None:
    markup = "```\n# Title <script> [x](http://x) {group} \\* & | _a_ " + "`" * 5
    name = "A <b> *c* [d](e) #"
    project = start_project(tmp_path / "p", plan(group(name, outcome("2.1", action(task("a"), task("b"))))))
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": markup}, "2.1b": GREEN}, of=name)
    ingest(project)
    pieces = rendered(letter_of(project))
    assert pieces[1] == ("h2", name)
    assert [tag for tag, _ in pieces] == ["h1", "h2", "p", "p", "code"]
    question = paragraphs(project)[2]
    assert f"“{' '.join(markup.split())}” is not one of the statuses." in question


def test_the_letter_shows_names_and_files_as_they_are_written(tmp_path: Path) -> None:
    """The letter is pasted into an email, which would show an escaping backslash."""
    project = start_project(
        tmp_path / "p", plan(group("Health & Well_being", outcome("2.1", action(task("a", task="* oaks")))))
    )
    reply(project.folder, "r.xlsx", {"2.1a": {**GREEN, "status": "Ambr | 1"}}, of="Health & Well_being")
    ingest(project)
    letter = "\n".join(paragraphs(project))
    assert "“Health & Well_being questions.xlsx”" in letter
    assert "Status of “a) * oaks”: “Ambr | 1” is not" in letter
    assert "\\" not in letter


MARKS = st.text(st.sampled_from("`*_[]()<>#+-=~|\\&!.:/@1 abw\"';"))


@given(st.one_of(MARKS, st.text(), st.sampled_from(["---", "===", "1.", "&amp;", "~~~", "<!-- x -->", "| a |"])))
def test_escaped_text_is_rendered_unchanged(text: str) -> None:
    line = " ".join(clean_for_office(text).split())
    for before, tags in (("1. ", "ol li p"), ("## ", "h2"), ("", "p"), ("“", "p")):
        pieces = rendered(f"{before}{escape_markdown(text)}\n")
        if line:
            assert pieces == [(tags, f"{before if before == '“' else ''}{line}")]


def test_ordinary_prose_is_not_escaped() -> None:
    prose = "“Ambr” is no status – (see 2.1 b); it's 50% done! £1,200: why? A/B, C.D."
    assert escape_markdown(prose) == prose


@pytest.mark.parametrize("text", ["http://example.org/a", "www.example.org", "ann@example.org"])
def test_an_address_does_not_become_a_link(text: str) -> None:
    assert text not in escape_markdown(text)
    assert rendered(escape_markdown(text)) == [("p", text)]


def test_long_answers_are_shortened_where_they_are_quoted(parks: Project) -> None:
    long = "many words " * 200
    reply(parks.folder, "1.xlsx", {**FULL, "2.1b": {**GREEN, "position": long}})
    ingest(parks)
    reply(parks.folder, "2.xlsx", {**FULL, "2.1b": {**GREEN, "position": f"other {long}"}})
    ingest(parks)
    (note,) = notes_by_cell(query_path(parks)).values()
    assert len(note) < 1500
    assert current_answers(parks)["2.1b"]["position"] == f"other {long}".strip()
    sheet = openpyxl.load_workbook(query_path(parks))["Outcome 2.1"]
    assert sheet[f"C{find_row(sheet, '2.1b')}"].value == f"other {long}".strip()
    question = paragraphs(parks)[2]
    assert len(question) < 100 + MAX_QUESTION_CHARACTERS
