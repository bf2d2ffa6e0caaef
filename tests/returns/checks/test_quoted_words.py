"""Words typed into an earlier message that a reply repeats are quoted in one note; what we wrote is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.example import DATE
from helpers.mail_wrappings import plain_message
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding

HEAD = "From: Co\nSent: 10 September 2008 09:00\nTo: Di\nSubject: Return\n\n"
ASKED = "Dear Di,\n\nPlease could you tell us who leads on task 2.1b?\n"
TYPED = "Martin leads on it, and there is a word more."
REST = "\nMany thanks\nCo\n"

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


def test_what_several_people_repeat_is_not_quoted(project: Project, returned: Path, reply: Reply) -> None:
    letter = f"-----Original Message-----\n{HEAD}Dear all,\n\nPlease fill this in by Friday.\n\nCo\n"
    (returned / "1.eml").write_bytes(reply(f"Mine.\n\n{letter}"))
    second = reply(f"Ours.\n\n{letter}\n{TYPED}\n").replace(b"Di <di@", b"Ann <ann@")
    (returned / "2.eml").write_bytes(second)
    (note,) = notes(project)
    assert (note.file, note.found) == ("2.eml", TYPED)


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
