"""An older edition of a workbook: what the tasks that it was sent with have become in today's plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from ragsheets.returns.reading.row_matching import MIN_SIMILARITY
from ragsheets.returns.reading.table import same_visible_text
from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The label before a task's words, as the plan prints it; it changes where tasks are put in or taken out.
_LABEL = re.compile(r"[^\s)]{1,12}\)\s+")


class TaskMapping:
    """The workbook that came back beside the one that would be sent today.

    A task is the same where its key stands in the plan, or where key and wording both agree; where its key has moved
    on, where its wording is that of one task alone; else where the words of the task that has its key now are like its
    own, and are no other task's of this edition.
    """

    def __init__(
        self, sent_workbook: SentWorkbook, current_workbook: SentWorkbook, explicit_keys: Collection[str]
    ) -> None:
        self.sent_workbook, self.current_workbook, self.explicit_keys = sent_workbook, current_workbook, explicit_keys
        self.is_older = current_workbook is not sent_workbook

    @cached_property
    def current_keys(self) -> Mapping[str, str]:
        """The key that a task has today, by the key that it was sent with; those that are gone are left out."""
        sent, now = self.sent_workbook.tasks, self.current_workbook.tasks
        there = [key for key in sent if key in now]
        found = {
            key: key for key in there if key in self.explicit_keys or _wording_of(sent[key]) == _wording_of(now[key])
        }
        for key in [key for key in sent if key not in found]:
            same = [
                other
                for other in now
                if other not in found.values() and _wording_of(now[other]) == _wording_of(sent[key])
            ]
            rivals = [
                other for other in sent if other not in found and _wording_of(sent[other]) == _wording_of(sent[key])
            ]
            if len(same) == len(rivals) == 1:
                found[key] = same[0]
        free = now.keys() - set(found.values())
        return found | {
            key: key for key in sent if key not in found and key in free and _is_similar(sent[key], now[key])
        }

    @cached_property
    def _sent_keys(self) -> Mapping[str, str]:
        return {today: key for key, today in self.current_keys.items()}

    def sent_key(self, current_key: str) -> str:
        """The key that a task of today's was sent with; "" where it was not sent."""
        return self._sent_keys.get(current_key, "") if self.is_older else current_key

    def sent_key_of_row(self, key: str, wording: str) -> str:
        """The key as sent of the task whose row has this key and this wording, both as they were sent, or this wording
        alone; "" where the row says something else, or would be sent today."""
        if not self.is_older:
            return ""
        if key in self.sent_workbook.tasks and same_visible_text(wording, self.sent_workbook.tasks[key]["task"]):
            return key
        same = self.sent_workbook.tasks_by_wording.get(wording, ())
        return same[0] if len(same) == 1 else ""

    def sent_texts(self, current_key: str, columns: Iterable[str], plan_columns: Collection[str]) -> Mapping[str, str]:
        """What stood in the row of a task of today's when it was sent, by column.

        Of a task that was not sent the columns `by_plan` have today's words.
        """
        texts = self.sent_workbook.tasks.get(self.sent_key(current_key))
        if texts is None:
            texts = {
                column: text
                for column, text in self.current_workbook.tasks[current_key].items()
                if column in plan_columns
            }
        return {column: texts.get(column, "") for column in columns}


def _wording_of(texts: Mapping[str, str]) -> str:
    """A task's wording without its label, made plain."""
    return normalise_text(_LABEL.sub("", texts["task"], count=1))


def _is_similar(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    from rapidfuzz import fuzz

    return fuzz.ratio(_wording_of(one), _wording_of(other)) >= MIN_SIMILARITY
