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

from ragsheets.plan.changes import PlanChanges, compare_plans
from ragsheets.plan.model import Location, Outcome, SubGroup, Task, with_keys
from ragsheets.plan_files.edits import tasks_by_location
from ragsheets.plan_files.parse import PlanFile, parse_value
from ragsheets.returns.assess import accepted_newest_first, join_returns
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.reading.proposal import column_from_json, task_from_json
from ragsheets.returns.reading.table import same_visible_text
from ragsheets.template.model import Template
from ragsheets.text import normalise_text
from ragsheets.workbook.outcome_sheet import plan_texts

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger import PeriodRecord

#: How many digits of its number tell a proposal, where no other begins with the same.
NUMBER_LENGTH = 6
#: What stands for the key of a column where an older ragsheets did not keep it.
UNKNOWN_COLUMN = "?"
#: How a cell of the column `task` begins where the task has a label: "a) ".
_LABEL_PREFIX = re.compile(r"\s*([^\s()]{1,6})\)\s+(?=\S)")
#: The same as a contact writes it before a new task, who has to choose one.
_NEW_TASK_LABEL_PREFIX = re.compile(r"\s*[A-Za-z0-9]{1,2}[.)]\s+(?=\S)")


class ProposalState(Enum):
    """Whether a proposal may be taken over."""

    OPEN = "open"
    #: It was taken over, or stands in the plan already.
    ACCEPTED = "taken over"
    #: Another one says something else of the same.
    CONFLICTING = "conflicting"
    #: It was made for words that the plan no longer has.
    OUTDATED = "outdated"
    #: It cannot be taken over but by hand.
    MANUAL = "by hand"


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
    state: ProposalState = ProposalState.OPEN
    why: str = ""
    location: Location = ()
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
    def description(self) -> str:
        """What it is about, in words: "Parks, outcome 2.1, task 2.1a: target"."""
        parts = [self.group, *([f"outcome {self.outcome}"] if self.outcome else [])]
        return ", ".join([*parts, "a new task" if self.is_new else f"task {self.task}: {self.column}"])


def find_proposals(
    record: PeriodRecord,
    frames: Mapping[str, pd.DataFrame],
    plan_file: PlanFile,
    accepted_numbers: Collection[str] = (),
) -> tuple[Proposal, ...]:
    """All that the accepted returns of a period propose, in the order of the plan; the same is told once.

    New tasks of an outcome come in the order of their rows, the newest return's first.

    Args:
        record: the period with its plan and template as they were sent.
        frames: what the ledger holds of its returns (`Ledger.frames`).
        found: the plan as it is now.
        accepted: the numbers of those that were taken over before.
    """
    return _ProposalReader(record, plan_file, accepted_numbers).read(
        join_returns(accepted_newest_first(frames["returns"]), frames["observations"])
    )


class _CurrentTask(NamedTuple):
    """A task of the plan as it is now: where it stands, as it was written, and with its key."""

    location: Location
    task_as_written: Task
    task_with_key: Task


class _ProposalReader:
    def __init__(self, record: PeriodRecord, plan_file: PlanFile, accepted_numbers: Collection[str]) -> None:
        self.record, self.plan_file, self.accepted_numbers = record, plan_file, accepted_numbers
        self.current_plan = with_keys(plan_file.plan)
        self.plan_changes: PlanChanges = compare_plans(record.plan, self.current_plan)
        self.groups = {group.key: group for group in record.plan.groups}
        self.sent_tasks = {
            task.key: (outcome, task)
            for group in record.plan.groups
            for outcome in group.outcomes
            for task in outcome.tasks
        }
        written = tasks_by_location(plan_file.plan)
        self.current_tasks = {
            task.key: _CurrentTask(at, written[at], task) for at, task in tasks_by_location(self.current_plan).items()
        }

    def read(self, observations: pd.DataFrame) -> tuple[Proposal, ...]:
        """Every proposal with its state."""
        found: dict[str, Proposal] = {}
        for row in iter_rows(observations):
            for proposal in self._row_proposals(row):
                found.setdefault(proposal.digest, proposal)
        settled = [self._with_state(proposal) for proposal in found.values()]
        return tuple(_with_numbers(sorted(_mark_conflicts(settled), key=self._sort_key)))

    def _sort_key(self, proposal: Proposal) -> tuple[Any, ...]:
        names = [group.name for group in self.record.plan.groups]
        return (names.index(proposal.group), proposal.is_new, proposal.location, proposal.column)

    def _row_proposals(self, observation: Any) -> Iterator[Proposal]:
        group = self.groups.get(observation.group)
        if group is None:
            return
        if observation.code == "wording-changed" and observation.found:
            yield from self._wording_proposals(observation, group)
        elif observation.code == "proposed-task":
            words, outcome = task_from_json(observation.parts)
            if not outcome and len(group.outcomes) == 1:
                outcome = group.outcomes[0].key
            # Where a new task stands already is no matter of the plan's.
            by_plan = {column.key for column in self.record.template.columns if column.filled_by == "plan"}
            planned = {key: text for key, text in words.items() if key in by_plan}
            yield self._make_proposal(
                observation, group, outcome, "", "", "", planned or words or {UNKNOWN_COLUMN: observation.found}
            )

    def _wording_proposals(self, observation: Any, group: SubGroup) -> Iterator[Proposal]:
        outcome, task = self.sent_tasks.get(observation.task, (None, None))
        key = outcome.key if outcome else ""
        column = column_from_json(observation.parts) or UNKNOWN_COLUMN
        if column != "task" or task is None:
            yield self._make_proposal(
                observation, group, key, observation.task, column, observation.wanted, {column: observation.found}
            )
            return
        label, words = _split_label(observation.found, task.label)
        if label != task.label:
            yield self._make_proposal(observation, group, key, observation.task, "label", task.label, {"label": label})
        if not same_visible_text(words, task.task):
            yield self._make_proposal(observation, group, key, observation.task, column, task.task, {column: words})

    def _make_proposal(
        self,
        observation: Any,
        group: SubGroup,
        outcome: str,
        task: str,
        column: str,
        before: str,
        words: Mapping[str, str],
    ) -> Proposal:
        about = [self.record.period.date.isoformat(), group.key, outcome, task, column, before, list(words.items())]
        digest = hashlib.sha256(json.dumps(about).encode()).hexdigest()
        return Proposal(
            digest,
            group.name,
            outcome,
            task,
            column,
            before,
            words,
            observation.file,
            observation.sheet,
            observation.cell,
        )

    # -------------------------------------------------------------------------------------- whether it may be taken

    def _with_state(self, proposal: Proposal) -> Proposal:
        settled = self._new_task_with_state(proposal) if proposal.is_new else self._change_with_state(proposal)
        if any(proposal.digest.startswith(number) for number in self.accepted_numbers):
            return replace(settled, state=ProposalState.ACCEPTED, why="")
        return settled

    def _change_with_state(self, proposal: Proposal) -> Proposal:
        place = self.current_tasks.get(self.plan_changes.current_keys.get(proposal.task, ""))
        if place is None:
            return replace(proposal, state=ProposalState.OUTDATED, why="the plan no longer has this task.")
        proposal = replace(proposal, task=place.task_with_key.key, location=place.location)
        words, problem = _parse_words(proposal.words, self.plan_file.template)
        if problem:
            return replace(proposal, state=ProposalState.MANUAL, why=problem)
        proposal = replace(proposal, words=words)
        written, shown = _written_and_shown(place.task_as_written, self.plan_file.template, proposal.column)
        if same_visible_text(written, proposal.after):
            return replace(proposal, state=ProposalState.ACCEPTED)
        if not same_visible_text(shown, proposal.before):
            return replace(proposal, state=ProposalState.OUTDATED, why=f"the plan says “{shown}” by now.")
        if proposal.column in ("task", "label") and place.task_with_key.key not in self.plan_changes.joined_keys:
            return replace(
                proposal, state=ProposalState.MANUAL, why="give the task its key first: ragsheets plan check"
            )
        return proposal

    def _new_task_with_state(self, proposal: Proposal) -> Proposal:
        if not proposal.words.get("task") or not proposal.outcome:
            what = "its outcome" if proposal.words.get("task") else "what is to be done"
            return replace(proposal, state=ProposalState.MANUAL, why=f"{what} cannot be told; write it into the plan.")
        place = self._find_outcome(proposal)
        if place is None:
            return replace(proposal, state=ProposalState.OUTDATED, why="the plan no longer has this outcome.")
        at, group, outcome = place
        words, problem = _parse_words(proposal.words, self.plan_file.template)
        action = len(outcome.actions) - 1
        if any(task.label for task in outcome.actions[action].tasks) and (
            own := _NEW_TASK_LABEL_PREFIX.match(words["task"])
        ):
            words = {**words, "task": words["task"][own.end() :]}
        proposal = replace(proposal, words=words, location=(*at, "actions", action))
        if problem:
            return replace(proposal, state=ProposalState.MANUAL, why=problem)
        there = {normalise_text(task.task) for other in group.outcomes for task in other.tasks}
        return replace(proposal, state=ProposalState.ACCEPTED) if normalise_text(proposal.after) in there else proposal

    def _find_outcome(self, proposal: Proposal) -> tuple[Location, SubGroup, Outcome] | None:
        key = next(key for key, group in self.groups.items() if group.name == proposal.group)
        for g, group in enumerate(self.current_plan.groups):
            for o, outcome in enumerate(group.outcomes):
                if (group.key, outcome.key) == (key, proposal.outcome):
                    return ("groups", g, "outcomes", o), group, outcome
        return None


def _split_label(text: str, label: str) -> tuple[str, str]:
    """The label and the words of a task that a cell says; the label that it had where the cell says none."""
    match = _LABEL_PREFIX.match(text) if label else None
    if match is None:
        return label, text
    said = match[1] + (")" if label.endswith(")") else "")
    return said, text[match.end() :]


def _written_and_shown(task: Task, template: Template, column: str) -> tuple[str, str]:
    """What the plan says of a task in a column: as it is written, and as a workbook shows it."""
    if column in ("label", "task", "target"):
        text = str(getattr(task, column))
        return text, text
    return task.further.get(column, ""), plan_texts(task, template).get(column, "")


def _parse_words(words: Mapping[str, str], template: Template) -> tuple[Mapping[str, str], str]:
    """The words as a plan holds them, and why it cannot, "" where it can."""
    own = {column.key: column for column in template.plan_columns}
    taken = {}
    for key, text in words.items():
        if key in own:
            taken[key], problem = parse_value(text, own[key])
            if problem:
                return words, f"{own[key].heading}: {problem}"
        elif key in ("label", "task", "target"):
            taken[key] = text
        else:
            return words, "which column it is about cannot be told; write it into the plan."
    return taken, ""


def _mark_conflicts(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals, those marked of which several that are open say something else of the same."""
    about: Mapping[tuple[str, ...], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.state is ProposalState.OPEN:
            about[conflict_key(proposal)].append(proposal)
    for proposal in proposals:
        if len(about.get(conflict_key(proposal), ())) > 1 and proposal.state is ProposalState.OPEN:
            yield replace(proposal, state=ProposalState.CONFLICTING, why="another one says something else of the same.")
        else:
            yield proposal


def conflict_key(proposal: Proposal) -> tuple[str, ...]:
    """What two proposals are both about where only one of them can be taken over."""
    if proposal.is_new:
        return (proposal.group, proposal.outcome, "", normalise_text(proposal.after))
    return (proposal.group, proposal.task, proposal.column)


def _with_numbers(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals with as many digits of their digest as tell each from the others, `DIGITS` as a rule."""
    digits = NUMBER_LENGTH
    while len({proposal.digest[:digits] for proposal in proposals}) < len(proposals):
        digits += 1
    return (replace(proposal, number=proposal.digest[:digits]) for proposal in proposals)
