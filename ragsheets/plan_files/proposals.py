"""What contacts propose for the plan: other words for a task, or a new one; whether it may be taken over. Pure.

A proposal is known by a short number made of what it says, so that it is the same in every list.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from ragsheets.plan.changes import PlanChanges, changes_of
from ragsheets.plan.model import Location, Outcome, SubGroup, Task, with_keys
from ragsheets.plan_files.edits import task_places
from ragsheets.plan_files.parse import PlanFile, value_of
from ragsheets.returns.assess import newest_first, said_by
from ragsheets.returns.frames import rows
from ragsheets.returns.reading.proposal import column_in, task_in
from ragsheets.returns.reading.table import same_words
from ragsheets.template.model import Template
from ragsheets.text import plain
from ragsheets.workbook.outcome_sheet import plan_texts

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger import PeriodRecord

#: How many digits of its number tell a proposal, where no other begins with the same.
DIGITS = 6
#: What stands for the key of a column where an older ragsheets did not keep it.
UNKNOWN = "?"
#: How a cell of the column `task` begins where the task has a label: "a) ".
_LABEL = re.compile(r"\s*([^\s()]{1,6})\)\s+(?=\S)")
#: The same as a contact writes it before a new task, who has to choose one.
_OWN_LABEL = re.compile(r"\s*[A-Za-z0-9]{1,2}[.)]\s+(?=\S)")


class State(Enum):
    """Whether a proposal may be taken over."""

    OPEN = "open"
    #: It was taken over, or stands in the plan already.
    TAKEN = "taken over"
    #: Another one says something else of the same.
    CONFLICTING = "conflicting"
    #: It was made for words that the plan no longer has.
    OUTDATED = "outdated"
    #: It cannot be taken over but by hand.
    UNCLEAR = "by hand"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal.

    Attributes:
        digest: what tells it from all others, in hexadecimal.
        number: the beginning of that by which it is named.
        group: the name of its sub-group.
        outcome: the key of its outcome, "" where nobody can tell.
        task: the key of the task that it is about, as the plan has it now; "" for a new task.
        column: the key of the column that it is about; "" for a new task.
        before: what the plan said when the workbook was sent; "" for a new task.
        words: what is proposed, by the keys of the columns.
        file, sheet, cell: where it stands.
        state: whether it may be taken over, and `why` not.
        at: where the plan has the task, or the action that a new one comes to; empty where it has none.
    """

    digest: str
    group: str
    outcome: str
    task: str
    column: str
    before: str
    words: Mapping[str, str]
    file: str
    sheet: str
    cell: str
    state: State = State.OPEN
    why: str = ""
    at: Location = ()
    number: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it is a new task."""
        return not self.column

    @property
    def after(self) -> str:
        """What is proposed in place of `before`; the words of a new task."""
        return self.words.get(self.column or "task", "")

    @property
    def where(self) -> str:
        """What it is about, in words: "Parks, outcome 2.1, task 2.1a: target"."""
        parts = [self.group, *([f"outcome {self.outcome}"] if self.outcome else [])]
        return ", ".join([*parts, "a new task" if self.is_new else f"task {self.task}: {self.column}"])


def proposals_of(
    record: PeriodRecord, frames: Mapping[str, pd.DataFrame], found: PlanFile, accepted: Collection[str] = ()
) -> tuple[Proposal, ...]:
    """All that the accepted returns of a period propose, in the order of the plan; the same is told once.

    New tasks of an outcome come in the order of their rows, the newest return's first.

    Args:
        record: the period with its plan and template as they were sent.
        frames: what the ledger holds of its returns (`Ledger.frames`).
        found: the plan as it is now.
        accepted: the numbers of those that were taken over before.
    """
    return _Reader(record, found, accepted).read(said_by(newest_first(frames["returns"]), frames["observations"]))


class _Place(NamedTuple):
    """A task of the plan as it is now: where it stands, as it was written, and with its key."""

    at: Location
    written: Task
    keyed: Task


class _Reader:
    def __init__(self, record: PeriodRecord, found: PlanFile, accepted: Collection[str]) -> None:
        self.record, self.found, self.accepted = record, found, accepted
        self.now = with_keys(found.plan)
        self.changes: PlanChanges = changes_of(record.plan, self.now)
        self.groups = {group.key: group for group in record.plan.groups}
        self.sent = {
            task.key: (outcome, task)
            for group in record.plan.groups
            for outcome in group.outcomes
            for task in outcome.tasks
        }
        written = task_places(found.plan)
        self.places = {task.key: _Place(at, written[at], task) for at, task in task_places(self.now).items()}

    def read(self, observations: pd.DataFrame) -> tuple[Proposal, ...]:
        """Every proposal with its state."""
        found: dict[str, Proposal] = {}
        for row in rows(observations):
            for proposal in self._in(row):
                found.setdefault(proposal.digest, proposal)
        settled = [self._settled(proposal) for proposal in found.values()]
        return tuple(_numbered(sorted(_with_rivals(settled), key=self._order)))

    def _order(self, proposal: Proposal) -> tuple[Any, ...]:
        names = [group.name for group in self.record.plan.groups]
        return (names.index(proposal.group), proposal.is_new, proposal.at, proposal.column)

    def _in(self, row: Any) -> Iterator[Proposal]:
        group = self.groups.get(row.group)
        if group is None:
            return
        if row.code == "wording-changed" and row.found:
            yield from self._changes(row, group)
        elif row.code == "proposed-task":
            words, outcome = task_in(row.parts)
            if not outcome and len(group.outcomes) == 1:
                outcome = group.outcomes[0].key
            # Where a new task stands already is no matter of the plan's.
            by_plan = {column.key for column in self.record.template.columns if column.filled_by == "plan"}
            planned = {key: text for key, text in words.items() if key in by_plan}
            yield self._made(row, group, outcome, "", "", "", planned or words or {UNKNOWN: row.found})

    def _changes(self, row: Any, group: SubGroup) -> Iterator[Proposal]:
        outcome, task = self.sent.get(row.task, (None, None))
        key = outcome.key if outcome else ""
        column = column_in(row.parts) or UNKNOWN
        if column != "task" or task is None:
            yield self._made(row, group, key, row.task, column, row.wanted, {column: row.found})
            return
        label, words = _parted(row.found, task.label)
        if label != task.label:
            yield self._made(row, group, key, row.task, "label", task.label, {"label": label})
        if not same_words(words, task.task):
            yield self._made(row, group, key, row.task, column, task.task, {column: words})

    def _made(
        self, row: Any, group: SubGroup, outcome: str, task: str, column: str, before: str, words: Mapping[str, str]
    ) -> Proposal:
        about = [self.record.period.date.isoformat(), group.key, outcome, task, column, before, list(words.items())]
        digest = hashlib.sha256(json.dumps(about).encode()).hexdigest()
        return Proposal(digest, group.name, outcome, task, column, before, words, row.file, row.sheet, row.cell)

    # -------------------------------------------------------------------------------------- whether it may be taken

    def _settled(self, proposal: Proposal) -> Proposal:
        settled = self._settled_new(proposal) if proposal.is_new else self._settled_change(proposal)
        if any(proposal.digest.startswith(number) for number in self.accepted):
            return replace(settled, state=State.TAKEN, why="")
        return settled

    def _settled_change(self, proposal: Proposal) -> Proposal:
        place = self.places.get(self.changes.same.get(proposal.task, ""))
        if place is None:
            return replace(proposal, state=State.OUTDATED, why="the plan no longer has this task.")
        proposal = replace(proposal, task=place.keyed.key, at=place.at)
        words, problem = _taken(proposal.words, self.found.template)
        if problem:
            return replace(proposal, state=State.UNCLEAR, why=problem)
        proposal = replace(proposal, words=words)
        written, shown = _texts(place.written, self.found.template, proposal.column)
        if same_words(written, proposal.after):
            return replace(proposal, state=State.TAKEN)
        if not same_words(shown, proposal.before):
            return replace(proposal, state=State.OUTDATED, why=f"the plan says “{shown}” by now.")
        if proposal.column in ("task", "label") and place.keyed.key not in self.changes.joined:
            return replace(proposal, state=State.UNCLEAR, why="give the task its key first: ragsheets plan check")
        return proposal

    def _settled_new(self, proposal: Proposal) -> Proposal:
        if not proposal.words.get("task") or not proposal.outcome:
            what = "its outcome" if proposal.words.get("task") else "what is to be done"
            return replace(proposal, state=State.UNCLEAR, why=f"{what} cannot be told; write it into the plan.")
        place = self._outcome(proposal)
        if place is None:
            return replace(proposal, state=State.OUTDATED, why="the plan no longer has this outcome.")
        at, group, outcome = place
        words, problem = _taken(proposal.words, self.found.template)
        action = len(outcome.actions) - 1
        if any(task.label for task in outcome.actions[action].tasks) and (own := _OWN_LABEL.match(words["task"])):
            words = {**words, "task": words["task"][own.end() :]}
        proposal = replace(proposal, words=words, at=(*at, "actions", action))
        if problem:
            return replace(proposal, state=State.UNCLEAR, why=problem)
        there = {plain(task.task) for other in group.outcomes for task in other.tasks}
        return replace(proposal, state=State.TAKEN) if plain(proposal.after) in there else proposal

    def _outcome(self, proposal: Proposal) -> tuple[Location, SubGroup, Outcome] | None:
        key = next(key for key, group in self.groups.items() if group.name == proposal.group)
        for g, group in enumerate(self.now.groups):
            for o, outcome in enumerate(group.outcomes):
                if (group.key, outcome.key) == (key, proposal.outcome):
                    return ("groups", g, "outcomes", o), group, outcome
        return None


def _parted(text: str, label: str) -> tuple[str, str]:
    """The label and the words of a task that a cell says; the label that it had where the cell says none."""
    match = _LABEL.match(text) if label else None
    if match is None:
        return label, text
    said = match[1] + (")" if label.endswith(")") else "")
    return said, text[match.end() :]


def _texts(task: Task, template: Template, column: str) -> tuple[str, str]:
    """What the plan says of a task in a column: as it is written, and as a workbook shows it."""
    if column in ("label", "task", "target"):
        text = str(getattr(task, column))
        return text, text
    return task.further.get(column, ""), plan_texts(task, template).get(column, "")


def _taken(words: Mapping[str, str], template: Template) -> tuple[Mapping[str, str], str]:
    """The words as a plan holds them, and why it cannot, "" where it can."""
    own = {column.key: column for column in template.plan_columns}
    taken = {}
    for key, text in words.items():
        if key in own:
            taken[key], problem = value_of(text, own[key])
            if problem:
                return words, f"{own[key].heading}: {problem}"
        elif key in ("label", "task", "target"):
            taken[key] = text
        else:
            return words, "which column it is about cannot be told; write it into the plan."
    return taken, ""


def _with_rivals(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals, those marked of which several that are open say something else of the same."""
    about: Mapping[tuple[str, ...], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.state is State.OPEN:
            about[subject(proposal)].append(proposal)
    for proposal in proposals:
        if len(about.get(subject(proposal), ())) > 1 and proposal.state is State.OPEN:
            yield replace(proposal, state=State.CONFLICTING, why="another one says something else of the same.")
        else:
            yield proposal


def subject(proposal: Proposal) -> tuple[str, ...]:
    """What two proposals are both about where only one of them can be taken over."""
    if proposal.is_new:
        return (proposal.group, proposal.outcome, "", plain(proposal.after))
    return (proposal.group, proposal.task, proposal.column)


def _numbered(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals with as many digits of their digest as tell each from the others, `DIGITS` as a rule."""
    digits = DIGITS
    while len({proposal.digest[:digits] for proposal in proposals}) < len(proposals):
        digits += 1
    return (replace(proposal, number=proposal.digest[:digits]) for proposal in proposals)
