"""An older edition of a workbook: what the tasks that it was sent with have become in today's plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from ragsheets.returns.reading.row_matching import ALIKE
from ragsheets.returns.reading.table import same_words
from ragsheets.text import plain
from ragsheets.workbook.sent_workbook import Sent

#: The label before a task's words, as the plan prints it; it changes where tasks are put in or taken out.
_LABEL = re.compile(r"[^\s)]{1,12}\)\s+")


class Edition:
    """The workbook that came back beside the one that would be sent today.

    A task is the same where its key stands in the plan, or where key and wording both agree; where its key has moved
    on, where its wording is that of one task alone; else where the words of the task that has its key now are like its
    own, and are no other task's of this edition.
    """

    def __init__(self, sent: Sent, now: Sent, given: Collection[str]) -> None:
        self.sent, self.now, self.given = sent, now, given
        self.is_older = now is not sent

    @cached_property
    def becomes(self) -> Mapping[str, str]:
        """The key that a task has today, by the key that it was sent with; those that are gone are left out."""
        sent, now = self.sent.tasks, self.now.tasks
        there = [key for key in sent if key in now]
        found = {key: key for key in there if key in self.given or _words(sent[key]) == _words(now[key])}
        for key in [key for key in sent if key not in found]:
            same = [other for other in now if other not in found.values() and _words(now[other]) == _words(sent[key])]
            rivals = [other for other in sent if other not in found and _words(sent[other]) == _words(sent[key])]
            if len(same) == len(rivals) == 1:
                found[key] = same[0]
        free = now.keys() - set(found.values())
        return found | {key: key for key in sent if key not in found and key in free and _alike(sent[key], now[key])}

    @cached_property
    def _was(self) -> Mapping[str, str]:
        return {today: key for key, today in self.becomes.items()}

    def was(self, key: str) -> str:
        """The key that a task of today's was sent with; "" where it was not sent."""
        return self._was.get(key, "") if self.is_older else key

    def whose(self, key: str, wording: str) -> str:
        """The key as sent of the task whose row has this key and this wording, both as they were sent, or this wording
        alone; "" where the row says something else, or would be sent today."""
        if not self.is_older:
            return ""
        if key in self.sent.tasks and same_words(wording, self.sent.tasks[key]["task"]):
            return key
        same = self.sent.by_wording.get(wording, ())
        return same[0] if len(same) == 1 else ""

    def before(self, key: str, columns: Iterable[str], by_plan: Collection[str]) -> Mapping[str, str]:
        """What stood in the row of a task of today's when it was sent, by column.

        Of a task that was not sent the columns `by_plan` have today's words.
        """
        texts = self.sent.tasks.get(self.was(key))
        if texts is None:
            texts = {column: text for column, text in self.now.tasks[key].items() if column in by_plan}
        return {column: texts.get(column, "") for column in columns}


def _words(texts: Mapping[str, str]) -> str:
    """A task's wording without its label, made plain."""
    return plain(_LABEL.sub("", texts["task"], count=1))


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    from rapidfuzz import fuzz

    return fuzz.ratio(_words(one), _words(other)) >= ALIKE
