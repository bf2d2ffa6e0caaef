"""Find what contacts propose for the plan (new wording for a task, or a new task) and whether it can be accepted.

Pure functions. A proposal is identified by a short number derived from its content, so the number is the same in every
list.
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

from ragsheets.plan.changes import compare_plans
from ragsheets.plan.lookup import paths_by_key
from ragsheets.plan.model import Location, Outcome, SubGroup, Task, with_keys
from ragsheets.plan_files.edits import tasks_by_location
from ragsheets.plan_files.parse import PlanFile, parse_value
from ragsheets.returns.frames import iter_rows, join_returns
from ragsheets.returns.precedence import accepted_newest_first
from ragsheets.returns.reading.cell_text import same_visible_text
from ragsheets.returns.reading.proposal import task_from_json
from ragsheets.template.model import Template
from ragsheets.text import normalise_text
from ragsheets.workbook.outcome_sheet import plan_texts

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger import PeriodRecord

#: The number of hexadecimal digits that identify a proposal, unless two proposals share them.
NUMBER_LENGTH = 6
#: The placeholder for a column key that an older version of ragsheets did not record.
UNKNOWN_COLUMN = "?"
#: The start of a cell in the column `task` if the task has a label: "a) ".
_LABEL_PREFIX = re.compile(r"\s*([^\s()]{1,6})\)\s+(?=\S)")
#: The same before a new task, as contacts write a label that they choose.
_NEW_TASK_LABEL_PREFIX = re.compile(r"^\s*[A-Za-z0-9]{1,2}[.)]\s+(?=\S)")


class ProposalState(Enum):
    """Whether a proposal can be accepted."""

    OPEN = "open"
    #: It was accepted before, or the plan already contains it.
    ACCEPTED = "taken over"
    #: Another proposal gives a different text for the same value.
    CONFLICTING = "conflicting"
    #: It refers to wording that the plan no longer has.
    OUTDATED = "outdated"
    #: It can be accepted only by editing the plan by hand.
    MANUAL = "by hand"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal.

    Attributes:
        digest: its unique identifier, in hexadecimal.
        number: the start of the digest, used to name it.
        group: the name of its sub-group.
        outcome: the key of its outcome, "" if unknown.
        task: the current key of the task that it changes; "" for a new task.
        column: the key of the column that it changes; "" for a new task.
        before: the text in the plan when the workbook was sent; "" for a new task.
        words: the proposed texts, by column key.
        file, sheet, cell: the cell that it was read from.
        state: whether it can be accepted, with the reason in `why` if not.
        location: the task's location in the plan, or that of the action that gets a new task; empty if the plan has
            neither.
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
        """The text proposed in place of `before`; the wording of a new task."""
        return self.words.get(self.column or "task", "")

    @property
    def description(self) -> str:
        """A description of what it changes: "Parks, outcome 2.1, task 2.1a: target"."""
        parts = [self.group, *([f"outcome {self.outcome}"] if self.outcome else [])]
        return ", ".join([*parts, "a new task" if self.is_new else f"task {self.task}: {self.column}"])

    def with_state(self, state: ProposalState, why: str = "") -> Proposal:
        """Return the proposal in this state, for this reason."""
        return replace(self, state=state, why=why)


def find_proposals(
    record: PeriodRecord,
    frames: Mapping[str, pd.DataFrame],
    plan_file: PlanFile,
    accepted_numbers: Collection[str] = (),
) -> tuple[Proposal, ...]:
    """Return all proposals in the accepted returns of a period, in the order of the plan and without duplicates.

    New tasks of an outcome are in the order of their rows, the newest return's first.

    Args:
        record: the period with its snapshot of plan and template.
        frames: the ledger's data on its returns (`Ledger.frames`).
        plan_file: the current plan.
        accepted_numbers: the numbers of proposals accepted before.
    """
    accepted_returns, _ = accepted_newest_first(frames)
    observations = join_returns(accepted_returns, frames["observations"])
    return _ProposalReader(record, plan_file, accepted_numbers).read(observations)


class _CurrentTask(NamedTuple):
    """A task of the current plan: its location, the task as it was written, and its key."""

    location: Location
    as_written: Task
    key: str


class _CurrentOutcome(NamedTuple):
    """An outcome of the current plan, its location and its sub-group."""

    location: Location
    group: SubGroup
    outcome: Outcome


class _ProposalReader:
    def __init__(self, record: PeriodRecord, plan_file: PlanFile, accepted_numbers: Collection[str]) -> None:
        self.record, self.template, self.accepted_numbers = record, plan_file.template, accepted_numbers
        current_plan = with_keys(plan_file.plan)
        self.plan_changes = compare_plans(record.plan, current_plan)
        self.groups = {group.key: group for group in record.plan.groups}
        self.sent_tasks = paths_by_key(record.plan)
        written_tasks = tasks_by_location(plan_file.plan)
        self.current_tasks = {
            task.key: _CurrentTask(location, written_tasks[location], task.key)
            for location, task in tasks_by_location(current_plan).items()
        }
        self.current_outcomes = {
            (group.key, outcome.key): _CurrentOutcome(("groups", g, "outcomes", o), group, outcome)
            for g, group in enumerate(current_plan.groups)
            for o, outcome in enumerate(group.outcomes)
        }

    def read(self, observations: pd.DataFrame) -> tuple[Proposal, ...]:
        """Return every proposal with its state."""
        proposals_by_digest: dict[str, Proposal] = {}
        for row in iter_rows(observations):
            for proposal in self._row_proposals(row):
                proposals_by_digest.setdefault(proposal.digest, proposal)
        proposals_with_state = [self._with_state(proposal) for proposal in proposals_by_digest.values()]
        return tuple(_with_numbers(sorted(_mark_conflicts(proposals_with_state), key=self._sort_key)))

    def _sort_key(self, proposal: Proposal) -> tuple[Any, ...]:
        group_names = [group.name for group in self.record.plan.groups]
        return (group_names.index(proposal.group), proposal.is_new, proposal.location, proposal.column)

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
            # The plan has no use for the other columns, such as a new task's status.
            plan_columns = {column.key for column in self.record.template.columns if column.filled_by == "plan"}
            plan_words = {key: text for key, text in words.items() if key in plan_columns}
            all_words = plan_words or words or {UNKNOWN_COLUMN: observation.found}
            yield self._make_proposal(observation, group, outcome, all_words)

    def _wording_proposals(self, observation: Any, group: SubGroup) -> Iterator[Proposal]:
        path = self.sent_tasks.get(observation.task)
        column = observation.column or UNKNOWN_COLUMN
        if column != "task" or path is None:
            outcome, words = path.outcome.key if path else "", {column: observation.found}
            yield self._make_proposal(
                observation, group, outcome, words, (observation.task, column, observation.wanted)
            )
            return
        task = path.task
        label, wording = _split_label(observation.found, task.label)
        for key, before, after, is_same in (
            ("label", task.label, label, label == task.label),
            ("task", task.task, wording, same_visible_text(wording, task.task)),
        ):
            if not is_same:
                change = (observation.task, key, before)
                yield self._make_proposal(observation, group, path.outcome.key, {key: after}, change)

    def _make_proposal(
        self,
        observation: Any,
        group: SubGroup,
        outcome: str,
        words: Mapping[str, str],
        change: tuple[str, str, str] = ("", "", ""),
    ) -> Proposal:
        """Return a proposal; `change` is the task, the column and the text that it changes."""
        identity = [self.record.period.date.isoformat(), group.key, outcome, *change, list(words.items())]
        digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
        cell = (observation.file, observation.sheet, observation.cell)
        return Proposal(digest, group.name, outcome, *change, words, *cell)

    # -------------------------------------------------------------------------------------- states of proposals

    def _with_state(self, proposal: Proposal) -> Proposal:
        with_state = self._new_task_with_state(proposal) if proposal.is_new else self._change_with_state(proposal)
        if any(proposal.digest.startswith(number) for number in self.accepted_numbers):
            return with_state.with_state(ProposalState.ACCEPTED)
        return with_state

    def _change_with_state(self, proposal: Proposal) -> Proposal:
        current = self.current_tasks.get(self.plan_changes.current_keys.get(proposal.task, ""))
        if current is None:
            return proposal.with_state(ProposalState.OUTDATED, "the plan no longer has this task.")
        proposal = replace(proposal, task=current.key, location=current.location)
        words, problem = _parse_words(proposal.words, self.template)
        if problem:
            return proposal.with_state(ProposalState.MANUAL, problem)
        proposal = replace(proposal, words=words)
        written, shown = _written_and_shown(current.as_written, self.template, proposal.column)
        if same_visible_text(written, proposal.after):
            return proposal.with_state(ProposalState.ACCEPTED)
        if not same_visible_text(shown, proposal.before):
            why = f"the plan has changed since then; the text is now “{shown}”."
            return proposal.with_state(ProposalState.OUTDATED, why)
        if proposal.column in ("task", "label") and current.key not in self.plan_changes.joined_keys:
            return proposal.with_state(
                ProposalState.MANUAL, "give the task its key first; ragsheets plan check names it."
            )
        return proposal

    def _new_task_with_state(self, proposal: Proposal) -> Proposal:
        if not proposal.words.get("task") or not proposal.outcome:
            what = "which outcome it belongs to" if proposal.words.get("task") else "what is to be done"
            why = f"it is not clear {what}; write it into the plan yourself."
            return proposal.with_state(ProposalState.MANUAL, why)
        group_key = next(key for key, group in self.groups.items() if group.name == proposal.group)
        current = self.current_outcomes.get((group_key, proposal.outcome))
        if current is None:
            return proposal.with_state(ProposalState.OUTDATED, "the plan no longer has this outcome.")
        words, problem = _parse_words(proposal.words, self.template)
        last_action = current.outcome.actions[-1]
        if any(task.label for task in last_action.tasks):
            words = {**words, "task": _NEW_TASK_LABEL_PREFIX.sub("", words["task"])}
        location = (*current.location, "actions", len(current.outcome.actions) - 1)
        proposal = replace(proposal, words=words, location=location)
        if problem:
            return proposal.with_state(ProposalState.MANUAL, problem)
        existing_tasks = {normalise_text(task.task) for task in current.group.tasks}
        is_there = normalise_text(proposal.after) in existing_tasks
        return proposal.with_state(ProposalState.ACCEPTED) if is_there else proposal


def _split_label(text: str, label: str) -> tuple[str, str]:
    """Return the label and the wording of a task in a cell; its previous label if the cell has none."""
    match = _LABEL_PREFIX.match(text) if label else None
    if match is None:
        return label, text
    cell_label = match[1] + (")" if label.endswith(")") else "")
    return cell_label, text[match.end() :]


def _written_and_shown(task: Task, template: Template, column: str) -> tuple[str, str]:
    """Return the plan's text for a task in a column: as it is written, and as a workbook shows it."""
    if column in ("label", "task", "target"):
        text = str(getattr(task, column))
        return text, text
    return task.further.get(column, ""), plan_texts(task, template).get(column, "")


def _parse_words(words: Mapping[str, str], template: Template) -> tuple[Mapping[str, str], str]:
    """Return the texts as a plan stores them, and the problem that prevents it, "" for none."""
    plan_columns = {column.key: column for column in template.plan_columns}
    parsed_words = {}
    for key, text in words.items():
        if key in plan_columns:
            parsed_words[key], problem = parse_value(text, plan_columns[key])
            if problem:
                return words, f"{plan_columns[key].heading}: {problem}"
        elif key in ("label", "task", "target"):
            parsed_words[key] = text
        else:
            return words, "it is not clear which column it is about; write it into the plan yourself."
    return parsed_words, ""


def _mark_conflicts(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield the proposals, with open ones marked as conflicting if they propose different texts for the same value."""
    open_proposals: Mapping[tuple[str, ...], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.state is ProposalState.OPEN:
            open_proposals[conflict_key(proposal)].append(proposal)
    for proposal in proposals:
        if len(open_proposals.get(conflict_key(proposal), ())) > 1 and proposal.state is ProposalState.OPEN:
            why = "another proposal has other words for the same text; accept one of them by its number."
            yield proposal.with_state(ProposalState.CONFLICTING, why)
        else:
            yield proposal


def conflict_key(proposal: Proposal) -> tuple[str, ...]:
    """Return what a proposal changes: of proposals with the same key only one can be accepted."""
    if proposal.is_new:
        return (proposal.group, proposal.outcome, "", normalise_text(proposal.after))
    return (proposal.group, proposal.task, proposal.column)


def _with_numbers(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Return the proposals numbered by the start of their digests: `NUMBER_LENGTH` digits, more if needed."""
    digits = NUMBER_LENGTH
    while len({proposal.digest[:digits] for proposal in proposals}) < len(proposals):
        digits += 1
    return (replace(proposal, number=proposal.digest[:digits]) for proposal in proposals)
