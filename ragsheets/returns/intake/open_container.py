"""Open an archive, a message or a mailbox: list the files inside it, and describe the words of a message itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.compressed import is_compressed
from ragsheets.formats.contained_file import ContainedFile
from ragsheets.formats.file_names import WORKBOOK_SUFFIXES, make_unique
from ragsheets.formats.guard import FileKind
from ragsheets.formats.limits import Limits
from ragsheets.formats.zip_members import read_zip
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.received_files import ReceivedMessage
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Observation
from ragsheets.text import normalise_text, sender_address

if TYPE_CHECKING:
    from ragsheets.formats.mail.automatic_message import AutomaticKind, AutomaticMessage
    from ragsheets.formats.mail.message import Message

#: The form of a reference or a task's key: "2.1", "3.10b".
_TASK_KEY_PATTERN = re.compile(r"\b[0-9]{1,2}\.[0-9]{1,2}[a-z]?\b")
#: The finding on a message that no person wrote, and what it names where no address is known.
_AUTOMATIC_CODES: dict[AutomaticKind, tuple[str, str]] = {
    "undeliverable": ("undeliverable", "an address that the mail service does not name"),
    "delayed": ("delivery-delayed", "an address that the mail service does not name"),
    "automatic reply": ("automatic-reply", "somebody"),
    "receipt": ("mail-receipt", ""),
    "invitation answer": ("mail-receipt", ""),
}

KINDS = {
    "encrypted-message": FindingKind(
        Severity.ERROR,
        "The message is encrypted: only a mail program that has the recipient's key can open it.",
        "Open it in the mail program and save its workbook into the folder, or ask for it to be sent unencrypted.",
        about_file=True,
    ),
    "mailbox-too-large": FindingKind(
        Severity.ERROR,
        "The mailbox holds more than {wanted} messages; it was not opened.",
        "Save the messages that belong to this period on their own, and put those into the folder.",
        about_file=True,
    ),
    "message-reply": FindingKind(
        Severity.WARNING,
        "A message without a workbook, from {wanted}: “{found}”.",
        "Type its answers into the workbook that was sent, or ask for the workbook.",
        about_file=True,
        quotes_reply=True,
    ),
    "message-text": FindingKind(
        Severity.NOTE,
        "Words in the message that brought the workbook: “{found}”.",
        "See whether they add anything.",
        about_file=True,
        quotes_reply=True,
    ),
    "message-answer": FindingKind(
        Severity.WARNING,
        "Words in the message that brought the workbook may change an answer: “{found}”.",
        "Where they do, ask for the workbook with the answer in its cell.",
        about_file=True,
        quotes_reply=True,
    ),
    "undeliverable": FindingKind(
        Severity.WARNING,
        "A message could not be delivered to {wanted}: “{found}”. The files in it are not returns.",
        "Find out why (a wrong address, a full mailbox); put the right address into the plan, and send it again.",
        about_file=True,
    ),
    "delivery-delayed": FindingKind(
        Severity.WARNING,
        "A message has not reached {wanted} yet: “{found}”. The files in it are not returns.",
        "Wait a day; if no answer comes, ask by telephone whether it has arrived.",
        about_file=True,
    ),
    "automatic-reply": FindingKind(
        Severity.WARNING, "An automatic reply from {wanted}: “{found}”.", "See whether somebody else has to be asked."
    ),
    "mail-receipt": FindingKind(
        Severity.NOTE, "A receipt or a reply to an invitation, written by a program: “{found}”.", "Nothing to do."
    ),
    "cloud-link": FindingKind(
        Severity.WARNING,
        "A link ({found}) came instead of the workbook itself.",
        "See where it leads: if it is the workbook, download that as .xlsx and put it into the folder; if not, ask "
        "for the workbook.",
        about_file=True,
    ),
}


@dataclass(frozen=True, slots=True)
class OpenedContainer:
    """A container that was opened.

    Attributes:
        files: the files inside it.
        sent: the Date of the message (UTC, ISO; "" where there is none).
        observations: everything else to report about it.
        message: where it is a message, what shows whom it is from.
        holds_no_return: whether the files inside it are ignored unopened: no person sent them.
    """

    files: tuple[ContainedFile, ...]
    sent: str = ""
    observations: tuple[Observation, ...] = ()
    message: ReceivedMessage | None = None
    holds_no_return: bool = False


def open_container(kind: FileKind, content: bytes, context: ReadingContext, limits: Limits) -> OpenedContainer:
    """Open an archive, a message or a mailbox of this kind. Raises ReturnError where it cannot be read."""
    if kind == "zip":
        return OpenedContainer(tuple(read_zip(content, limits)))
    if kind == "mbox":
        return OpenedContainer(tuple(_mailbox_members(content, limits)))
    from ragsheets.formats.mail.message import read_message

    message = read_message(kind, content)
    if message.automatic is not None:
        addresses = [address.casefold() for address in message.automatic.addresses]
        received = ReceivedMessage(addresses[0] if len(addresses) == 1 else "", message.subject)
        observation = _automatic_observation(message, message.automatic)
        return OpenedContainer(message.attachments, message.date, (observation,), received, holds_no_return=True)
    received = ReceivedMessage(sender_address(message.sender), message.subject, message.text)
    observations = tuple(_message_observations(message, context))
    return OpenedContainer(message.attachments, message.date, observations, received)


def _mailbox_members(content: bytes, limits: Limits) -> Iterator[ContainedFile]:
    """Yield the messages of a mailbox, named by their subjects."""
    from ragsheets.formats.mail.mailbox_file import split_mailbox
    from ragsheets.formats.mail.mime_part import message_subject
    from ragsheets.formats.mail.raw_message import ensure_suffix

    messages = split_mailbox(content, limits.parts)
    subjects = (message_subject(message) for message in messages)
    names = make_unique(ensure_suffix(subject, ".eml", f"message {n}") for n, subject in enumerate(subjects, 1))
    return (ContainedFile(name, message) for name, message in zip(names, messages, strict=True))


def _automatic_observation(message: Message, automatic: AutomaticMessage) -> Observation:
    """Return the observation about a message that no person wrote."""
    code, unknown_address = _AUTOMATIC_CODES[automatic.kind]
    text = "\n".join(filter(None, (message.subject, automatic.reason)))
    return Observation(code, "", "", "", text, ", ".join(automatic.addresses) or unknown_address)


def _message_observations(message: Message, context: ReadingContext) -> Iterator[Observation]:
    """Yield the observations about a message itself.

    Without a workbook its text is the reply; next to a workbook the text is only reported for review.
    """
    has_return_attached = any(map(_may_be_return, message.attachments))
    if message.links and not has_return_attached:
        yield Observation("cloud-link", "", "", "", " ".join(message.links))
    if not (message.subject or message.full_text or message.attachments):
        yield Observation("wordless-reply", "", "", "", "", "a message without words or attachments")
    sender = message.sender or "somebody"
    if not has_return_attached:
        # Without a workbook even the quoted text of an earlier message may contain an answer.
        if text := "\n".join(filter(None, (message.subject, message.full_text or message.text))):
            yield Observation("message-reply", "", "", "", text, sender)
        return
    if message.text:
        text = "\n".join(filter(None, (message.subject, message.text)))
        code = "message-answer" if _may_contain_answers(text, context) else "message-text"
        yield Observation(code, "", "", "", text, sender)
    if message.quotation:
        yield Observation("quoted-words", "", "", "", message.quotation, sender)


def _may_be_return(attachment: ContainedFile) -> bool:
    """Return whether an attachment is a workbook, also one that cannot be read, or may contain one."""
    if attachment.error is not None:
        return False
    try:
        kind = guard.identify(attachment.content).kind
        return kind in (*guard.WORKBOOK_KINDS, *guard.CONTAINER_KINDS) or is_compressed(attachment.content)
    except ReturnError as error:
        return error.code != "not-a-workbook" or attachment.name.casefold().endswith(WORKBOOK_SUFFIXES)


def _may_contain_answers(text: str, context: ReadingContext) -> bool:
    """Return whether a text sent with a workbook may hold answers: it names a status or a reference."""
    normalised = f" {normalise_text(text)} "
    return bool(_TASK_KEY_PATTERN.search(text)) or any(
        f" {normalise_text(code)} " in normalised for code in context.template.status_codes
    )
