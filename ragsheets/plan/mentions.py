"""Find the tasks and the sub-groups of a plan that a text written by hand names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ragsheets.plan.model import SubGroup, TaskPath

#: A word that may be a task's name, and a label after it: "2.1a", "2.1 (a)", "2.1 a: Red", "2.1 b". A lone "a" or "I"
#: may be a word of the sentence instead. Amounts of money and parts of addresses are left out.
_NAME = re.compile(
    r"(?<![\w.£$€@/-])(\w[\w.-]*)(?=(?:\s*\(?(\w{1,3})(?:\)|\s*[:=–]|\s+-\s)|[ ]([b-hj-z])(?!\w))?)", re.IGNORECASE
)
#: A separator before a letter: "2.1.a" and "2.1-a" are 2.1a.
_SEPARATOR_BEFORE_LETTER = re.compile(r"[.-]+(?=[^\W\d_])")
#: Everything between words.
_SEPARATORS = re.compile(r"[\W_]+")
#: What may as well be a number, or a range of numbers, as the name of a task.
_NUMBER = re.compile(r"[\d.]*|\d+-\d+")


def find_mentioned_tasks(groups: Iterable[SubGroup], text: str) -> list[TaskPath]:
    """Return the tasks of these sub-groups that a text names by key, or by reference and label, in the plan's order.

    A name that several tasks have gives all of them. Names without a digit are left out, since they may be ordinary
    words, and so are plain numbers.
    """
    names_by_word = [
        (_normalise("".join([word, *labels])), _normalise(word))
        for word, *labels in _NAME.findall(text)
        if any(map(str.isdecimal, word))
    ]
    if not names_by_word:
        return []
    paths = [path for group in groups for path in group.task_paths]
    paths_by_name: dict[str, list[TaskPath]] = {}
    for path in paths:
        for name in _names_of(path):
            paths_by_name.setdefault(name, []).append(path)
    mentioned_keys = {
        path.task.key
        for names in names_by_word
        for path in next((paths_by_name[name] for name in names if name in paths_by_name), ())
    }
    return [path for path in paths if path.task.key in mentioned_keys]


def _names_of(path: TaskPath) -> set[str]:
    label = path.task.label
    names = {path.task.key, *(f"{ref}{label}" for ref in (path.outcome.ref, path.action.ref) if ref and label)}
    # "Outcome 2.1" is written as 2.1.
    short_names = {name.split()[-1] for name in names if " " in name}
    return {
        name
        for name in map(_normalise, names | short_names)
        if any(map(str.isdecimal, name)) and not _NUMBER.fullmatch(name)
    }


def _normalise(name: str) -> str:
    """Return a name without insignificant differences: "2.1 A)" and "2.1.a" become 2.1a."""
    compact = re.sub(r"[\s()]+", "", name).strip(".-").casefold()
    return _SEPARATOR_BEFORE_LETTER.sub("", compact)


def find_named_groups(groups: Iterable[SubGroup], text: str) -> list[SubGroup]:
    """Return the sub-groups whose names are in a text, such as a subject or a file name, as whole words.

    A name that is one word must be written as in the plan, since it may be an ordinary word. A name that is there
    only inside a longer one is left out.
    """
    words = f" {_words_of(text)} "
    named = []
    for group in sorted(groups, key=lambda group: -len(group.name)):
        name = _words_of(group.name)
        remaining = re.sub(rf"(?<= ){re.escape(name)}(?= )", "|", words, flags=re.IGNORECASE if " " in name else 0)
        if name and remaining != words:
            named.append(group)
            words = remaining
    return named


def _words_of(text: str) -> str:
    """Return the words of a text, separated by single spaces."""
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", text)).strip()
