"""Words typed into an earlier message that a reply repeats are quoted in one note; what we wrote is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.example import DATE
from helpers.mail_wrappings import plain_message
from helpers.period_builder import PeriodBuilder, codes
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.checks.observations import check
from ragsheets.returns.checks.quoted_words import words_that_may_be_typed
from ragsheets.returns.finding import Finding
from ragsheets.returns.reading.model import Observation

HEAD = "From: Co\nSent: 10 September 2008 09:00\nTo: Di\nSubject: Return\n\n"
ASKED = "Dear Di,\n\nPlease could you tell us who leads on task 2.1b?\n"
TYPED = "Martin leads on it, and there is a word more."
REST = "\nMany thanks\nCo\n"


def words_by_return(*messages: tuple[str, str]) -> list[str]:
    """Return what may be typed of these earlier messages, each with the sender of the reply that repeats it."""
    period = PeriodBuilder()
    for second, (sender, text) in enumerate(messages):
        period.add_return(second, {}, Observation("quoted-words", found=text, wanted=sender))
    return list(words_that_may_be_typed(period.context()).values())


def test_the_paragraphs_of_an_earlier_message_are_quoted_without_its_greetings() -> None:
    text = f"Dear Di,\n\n{TYPED}\n\nAnd more.\nMuch more.\n\nMany thanks"
    assert words_by_return(("di@example.org", text)) == [f"{TYPED}\n\nAnd more.\nMuch more."]


@pytest.mark.parametrize("greeting", ["Hello all", "Hi", "good morning Di,", "Thank you", "Kind  regards\nCo"])
def test_a_greeting_is_left_out(greeting: str) -> None:
    assert words_by_return(("di@example.org", f"{greeting}\n\n{TYPED}")) == [TYPED]


def test_a_long_paragraph_that_begins_with_a_greeting_is_quoted() -> None:
    paragraph = f"Thank you for asking. {TYPED} {TYPED}"
    assert words_by_return(("di@example.org", paragraph)) == [paragraph]


def test_a_paragraph_that_two_people_repeat_is_left_out_however_it_is_broken_into_lines() -> None:
    first, second = "Please fill this in\nby Friday.", "Please fill this in by Friday."
    assert words_by_return(("di@example.org", first), ("ann@example.org", f"{second}\n\n{TYPED}")) == ["", TYPED]


@pytest.mark.parametrize("sender", ["Di <di@example.org>", "DI@EXAMPLE.ORG"])
def test_a_paragraph_that_one_person_repeats_twice_is_quoted_both_times(sender: str) -> None:
    assert words_by_return(("di@example.org", TYPED), (sender, TYPED)) == [TYPED, TYPED]


def test_senders_without_an_address_are_told_apart_by_their_names() -> None:
    assert words_by_return(("Di", TYPED), ("Ann", TYPED)) == ["", ""]
    assert words_by_return(("Di", TYPED), ("Di", TYPED)) == [TYPED, TYPED]


@pytest.mark.parametrize("name", ["query_letter", "query_letter_due", "query_carried_in_letter"])
def test_a_letter_that_questions_are_sent_with_is_left_out(name: str) -> None:
    wording = PeriodBuilder().template.wording
    texts = {"questions": TYPED, "partnership": "Our Partnership"}
    letter = re.sub(r"\{(\w+)\}", lambda match: texts.get(match[1], "some words"), getattr(wording, name))
    assert words_by_return(("di@example.org", letter)) == [TYPED if TYPED in letter else ""]


def test_a_repeated_message_without_words_that_may_be_typed_has_no_note() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, Observation("quoted-words", found="Dear Di,\n\nMany thanks", wanted="di@example.org"))
    assert codes(check(period.context())) == []


# --------------------------------------------------------------------------------- read from messages and ingested


Reply = Callable[[str], bytes]


@pytest.fixture
def reply(project: Project) -> Reply:
    """Return a function that makes a reply with this text and the workbook as it was sent, differing by the text."""
    sent = (project.period_folder(DATE) / "sent" / "Stronger Communities.xlsx").read_bytes()
    return lambda text: plain_message(text, {"a.xlsx": sent})


def notes(project: Project) -> list[Finding]:
    return [item for file in ingest(project).files for item in file.findings if item.code == "quoted-words"]


@pytest.mark.parametrize(
    "start",
    [
        f"-----Original Message-----\n{HEAD}",
        f"________________________________\n{HEAD}",
        HEAD,
        "On 10 Sep 2008, at 09:00, Co <co@example.org> wrote:\n\n",
        f"---------- Forwarded message ---------\n{HEAD}",
    ],
)
@pytest.mark.parametrize("below", [f"{ASKED}{TYPED}\n{REST}", f"{ASKED}{REST}\n{TYPED}\n"])
def test_words_below_an_earlier_message_are_quoted_in_one_note(
    project: Project, returned: Path, reply: Reply, start: str, below: str
) -> None:
    (returned / "reply.eml").write_bytes(reply(f"See my comments below.\n\n{start}{below}"))
    (note,) = notes(project)
    assert (note.severity, note.file) == ("note", "reply.eml")
    assert TYPED in note.message
    assert "Sent:" not in note.message


def test_words_between_marked_lines_are_the_message_and_marked_ones_are_not_repeated(
    project: Project, returned: Path, reply: Reply
) -> None:
    (returned / "reply.eml").write_bytes(reply(f"Hello.\n\n> who leads?\n\n{TYPED}\n\n> Many thanks\n> Co\n"))
    findings = [item for file in ingest(project).files for item in file.findings if item.file == "reply.eml"]
    assert [item.code for item in findings] == ["message-text"]
    assert TYPED in findings[0].message
    assert "who leads" not in findings[0].message


def test_the_letter_that_questions_are_sent_with_is_not_quoted_but_the_answers_to_it_are(
    project: Project, returned: Path, reply: Reply
) -> None:
    letter = (
        "Dear Di,\n\nThank you for the return from Stronger Communities for 4th September 2008. To complete it, we "
        "have one question\nfor you:\n\n1. Outcome 2.1, cell D12, Status: “Ambr” is not one of the statuses.\n"
        f"{TYPED}\n\nMany thanks\n"
    )
    (returned / "1.eml").write_bytes(reply(f"Here.\n\n-----Original Message-----\n{HEAD}{letter}"))
    (note,) = notes(project)
    assert TYPED in note.found
    assert "Thank you for the return" not in note.found


def test_a_message_without_an_earlier_one_has_no_such_note(project: Project, returned: Path, reply: Reply) -> None:
    (returned / "reply.eml").write_bytes(reply("Here it is.\n\nDi"))
    assert notes(project) == []
