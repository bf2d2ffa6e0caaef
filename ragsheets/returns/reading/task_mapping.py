"""Map the tasks that an older edition of a workbook was sent with to those of the current plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from ragsheets.returns.reading.row_matching import MIN_SIMILARITY
from ragsheets.returns.reading.table import same_visible_text
from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The label before a task's wording, as the plan prints it; it changes where tasks are added or removed.
_LABEL = re.compile(r"[^\s)]{1,12}\)\s+")


class TaskMapping:
    """The mapping between a workbook as sent and the workbook that would be sent today.

    A task is the same where the plan states its key, or where key and wording are both unchanged; where its key has
    changed, where its wording is that of exactly one task; else where the wording of the task that has its key now is
    similar to its own and belongs to no other task of this edition.
    """

    def __init__(
        self, sent_workbook: SentWorkbook, current_workbook: SentWorkbook, explicit_keys: Collection[str]
    ) -> None:
        self.sent_workbook, self.current_workbook, self.explicit_keys = sent_workbook, current_workbook, explicit_keys
        self.is_older = current_workbook is not sent_workbook

    @cached_property
    def current_keys(self) -> Mapping[str, str]:
        """The key that a task has today, by the key that it was sent with; removed tasks are left out."""
        sent_tasks, current_tasks = self.sent_workbook.tasks, self.current_workbook.tasks
        shared_keys = [key for key in sent_tasks if key in current_tasks]
        mapping = {
            key: key
            for key in shared_keys
            if key in self.explicit_keys or _wording_of(sent_tasks[key]) == _wording_of(current_tasks[key])
        }
        for key in [key for key in sent_tasks if key not in mapping]:
            same_wording = [
                candidate
                for candidate in current_tasks
                if candidate not in mapping.values()
                and _wording_of(current_tasks[candidate]) == _wording_of(sent_tasks[key])
            ]
            rival_keys = [
                candidate
                for candidate in sent_tasks
                if candidate not in mapping and _wording_of(sent_tasks[candidate]) == _wording_of(sent_tasks[key])
            ]
            if len(same_wording) == len(rival_keys) == 1:
                mapping[key] = same_wording[0]
        free_keys = current_tasks.keys() - set(mapping.values())
        return mapping | {
            key: key
            for key in sent_tasks
            if key not in mapping and key in free_keys and _is_similar(sent_tasks[key], current_tasks[key])
        }

    @cached_property
    def _sent_keys(self) -> Mapping[str, str]:
        return {current_key: sent_key for sent_key, current_key in self.current_keys.items()}

    def sent_key(self, current_key: str) -> str:
        """Return the key that a current task was sent with, or "" where it was not sent."""
        return self._sent_keys.get(current_key, "") if self.is_older else current_key

    def sent_key_of_row(self, key: str, wording: str) -> str:
        """Return the key, as sent, of the task whose row has this key and wording, or this wording alone.

        Both are compared as they were sent; "" where the row has another text, or is as it would be sent today.
        """
        if not self.is_older:
            return ""
        if key in self.sent_workbook.tasks and same_visible_text(wording, self.sent_workbook.tasks[key]["task"]):
            return key
        keys = self.sent_workbook.tasks_by_wording.get(wording, ())
        return keys[0] if len(keys) == 1 else ""

    def sent_texts(self, current_key: str, columns: Iterable[str], plan_columns: Collection[str]) -> Mapping[str, str]:
        """Return the texts in the row of a current task when it was sent, by column.

        For a task that was not sent the columns `plan_columns` have today's texts.
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
    """Return a task's wording without its label, normalised."""
    return normalise_text(_LABEL.sub("", texts["task"], count=1))


def _is_similar(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    from rapidfuzz import fuzz

    return fuzz.ratio(_wording_of(first), _wording_of(second)) >= MIN_SIMILARITY
