"""Find the sub-group that a message, a written reply or a rejected file is from, where that is certain."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.plan.mentions import find_mentioned_tasks, find_named_groups
from ragsheets.returns.intake.received_files import ReceivedFile, ReceivedMessage
from ragsheets.text import sender_address

if TYPE_CHECKING:
    from ragsheets.errors import ReturnError
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan

#: Where a file is: the outermost file, and the names that lead to it inside.
_Location = tuple[Path, tuple[str, ...]]


@dataclass
class ReplyClues:
    """What is noted while files are opened to find the sub-groups of files that are not returns.

    Attributes:
        messages: the messages, by their locations.
        texts: the text of each written reply, by SHA-256.
        rejected_workbooks: reference and sub-group that each rejected workbook states, by SHA-256.
    """

    messages: dict[_Location, ReceivedMessage] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    rejected_workbooks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add_message(self, file: ReceivedFile, message: ReceivedMessage) -> None:
        """Note a message that was opened."""
        self.messages[_location_of(file)] = message

    def add_rejection(self, file: ReceivedFile, digest: str, error: ReturnError) -> None:
        """Note what is known of a file that was rejected: whom a message is from, whose workbook it is."""
        facts = error.facts
        if "sender" in facts:
            self.add_message(file, ReceivedMessage(sender_address(facts["sender"]), facts["subject"]))
        if "reference" in facts:
            self.rejected_workbooks[digest] = facts["reference"], facts["group"]


@dataclass(frozen=True)
class ReplyGroupFinder:
    """Finds the sub-groups of the files of one run that are not returns.

    Attributes:
        plan: the plan of the period.
        files: every file of the run, with its SHA-256 and its result.
        clues: what was noted while they were opened.
        workbook_groups: the sub-groups of the workbooks, also of the rejected ones, by SHA-256; "" for one that the
            plan does not have.
    """

    plan: Plan
    files: Sequence[tuple[ReceivedFile, str, str]]
    clues: ReplyClues
    workbook_groups: Mapping[str, str]

    def groups(self) -> dict[str, str]:
        """Return the key of the sub-group of each rejected or ignored file, by SHA-256, where it is certain.

        A file that was received twice has a sub-group if both copies agree, or if only one shows any.
        """
        groups_by_digest: dict[str, set[str]] = {}
        for file, digest, result in self.files:
            if result in ("rejected", "ignored") and (group := self._group_of(file, digest, result)):
                groups_by_digest.setdefault(digest, set()).add(group)
        return {digest: groups.pop() for digest, groups in groups_by_digest.items() if len(groups) == 1}

    def _group_of(self, file: ReceivedFile, digest: str, result: str) -> str:
        """Return the only sub-group that everything known of a file agrees on; "" where there is none."""
        if digest in self.workbook_groups:
            return self.workbook_groups[digest]
        own_clues = [self._senders(file), self._named_groups(file), self._groups_by_task(file, digest)]
        workbooks_beside = self._groups_of_workbooks_beside(file)
        # One person may send the workbooks of several sub-groups: those beside it do not show whose a broken one is.
        if result == "rejected" and not any(own_clues):
            return ""
        candidates = [groups for groups in (*own_clues, workbooks_beside) if groups]
        agreed = set.intersection(*candidates) if candidates else set()
        return agreed.pop() if len(agreed) == 1 else ""

    def _senders(self, file: ReceivedFile) -> set[str]:
        """Return the sub-groups with the address of the innermost message around a file that any of them has."""
        messages = map(self.clues.messages.__getitem__, self._messages_around(file))
        return _first_of(self._groups_by_address.get(message.address, set()) for message in messages)

    def _named_groups(self, file: ReceivedFile) -> set[str]:
        """Return the sub-groups named by the file's name, or else by the nearest name or subject around it."""
        return _first_of(
            {group.key for group in find_named_groups(self.plan.groups, name)} for name in self._names_around(file)
        )

    def _names_around(self, file: ReceivedFile) -> Iterator[str]:
        """Yield the names that lead to a file, the innermost first, that of a message with its subject."""
        for location in _locations_around(file):
            _, member_path = location
            name = member_path[-1] if member_path else file.path.name
            message = self.clues.messages.get(location)
            yield f"{name}\n{message.subject}" if message else name
        folders = Path(file.name).parts[: -1 - file.depth]
        yield from reversed(folders)

    def _groups_by_task(self, file: ReceivedFile, digest: str) -> set[str]:
        """Return the sub-groups whose tasks the words of a message or a written reply name."""
        message = self.clues.messages.get(_location_of(file))
        text = f"{message.subject}\n{message.text}" if message else self.clues.texts.get(digest, "")
        return {path.group.key for path in find_mentioned_tasks(self.plan.groups, text)}

    def _groups_of_workbooks_beside(self, file: ReceivedFile) -> set[str]:
        """Return the sub-groups of the workbooks in the innermost message around a file."""
        return next((self._groups_in_message.get(message, set()) for message in self._messages_around(file)), set())

    def _messages_around(self, file: ReceivedFile) -> Iterator[_Location]:
        """Yield the locations of the messages around a file, and of itself if it is one, the innermost first."""
        return filter(self.clues.messages.__contains__, _locations_around(file))

    @cached_property
    def _groups_by_address(self) -> dict[str, set[str]]:
        groups: dict[str, set[str]] = {}
        for group in self.plan.groups:
            for address in group.addresses:
                groups.setdefault(address, set()).add(group.key)
        return groups

    @cached_property
    def _groups_in_message(self) -> dict[_Location, set[str]]:
        """The sub-groups of the workbooks in each message, at any depth."""
        groups: dict[_Location, set[str]] = {}
        for file, digest, _ in self.files:
            if group := self.workbook_groups.get(digest):
                for message in self._messages_around(file):
                    groups.setdefault(message, set()).add(group)
        return groups


def assign_reply_groups(
    ledger: Ledger, record: PeriodRecord, files: Sequence[tuple[ReceivedFile, str, str]], clues: ReplyClues
) -> None:
    """Store in the ledger which sub-groups the messages, written replies and rejected files of a run are from.

    A rejected workbook is from the sub-group that it was sent to; one that this ledger did not send, from the sub-group
    that it states.
    """
    date, keys = record.period.date, {group.key for group in record.plan.groups}
    workbook_groups = ledger.originals.workbook_groups(date)
    sent_groups = _groups_of_sent_workbooks(ledger, date) if clues.rejected_workbooks else {}
    for digest, (reference, stated_group) in clues.rejected_workbooks.items():
        group = sent_groups.get(reference, stated_group)
        workbook_groups[digest] = group if group in keys else ""
    finder = ReplyGroupFinder(record.plan, files, clues, workbook_groups)
    ledger.originals.assign_groups(date, finder.groups())


def _groups_of_sent_workbooks(ledger: Ledger, date: datetime.date) -> dict[str, str]:
    """Return the sub-group of every workbook that was sent for another period, by its reference."""
    other_periods = set(ledger.references_of_other_periods(date).values())
    return {
        workbook.reference: workbook.group
        for period in other_periods
        for workbook in ledger.workbooks(datetime.date.fromisoformat(period))
    }


def _location_of(file: ReceivedFile) -> _Location:
    return file.path, file.member_path


def _locations_around(file: ReceivedFile) -> Iterator[_Location]:
    """Yield the location of a file and those of the files around it, the innermost first."""
    for depth in range(file.depth, -1, -1):
        yield file.path, file.member_path[:depth]


def _first_of(groups: Iterable[set[str]]) -> set[str]:
    """Return the first set that is not empty."""
    return next(filter(None, groups), set())
