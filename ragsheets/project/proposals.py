"""The proposals of contacts for the plan: listed, and accepted into plan.toml or plan.xlsx."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError, Problem, ProjectError
from ragsheets.files import saving
from ragsheets.history.next_step import ACCEPT_COMMAND, BEGIN_ACCEPT_COMMAND
from ragsheets.plan_files.proposals import NUMBER_LENGTH, Proposal, ProposalState, conflict_key, find_proposals

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.plan.model import Period
    from ragsheets.plan_files.edits import Edit
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.project.folder import Project

#: The word that is given instead of numbers for all open proposals.
ALL_OPEN = "all"
_RUN_AGAIN = "Run the same command again."


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals of a period.

    Attributes:
        period: the period.
        plan_file: the plan's file.
        proposals: all of them, in their present state.
        accepted: the numbers of those that were accepted just now.
    """

    period: Period
    plan_file: Path
    proposals: tuple[Proposal, ...]
    accepted: tuple[str, ...] = ()


def list_proposals(project: Project, date: datetime.date | None = None) -> Proposals:
    """Return what the returns of a period (the current one by default) propose for the plan.

    Raises PlanError or TemplateError where the plan cannot be used, LedgerError where there is no such period.
    """
    with project.ledger() as ledger:
        return _read_proposals(project, ledger, project.plan_as_written(), date)


def accept_proposals(project: Project, numbers: Sequence[str], date: datetime.date | None = None) -> Proposals:
    """Accept proposals into the plan.

    Only the parts of the plan that they are about are changed, and nothing at all where the changed plan would not read
    back as exactly that.

    Args:
        project: the project folder.
        numbers: the proposals by their places in the list, counted from 1, by their ids, or `ALL_OPEN`. A proposal that
            conflicts with others, or was made for words that the plan no longer has, is accepted only where it is
            named, and no conflicting one with it.
        date: the period; the current one by default.

    Raises:
        ProjectError: a proposal cannot be identified or accepted.
        PlanError: the plan cannot be used, or is written in a way that cannot be changed.
        LedgerError: there is no such period, or the ledger cannot be used.
    """
    from ragsheets.plan_files.accept import edits_for

    path = project.plan_file
    with project.ledger() as ledger:
        parsed_plan, content = project.plan_as_written(), path.read_bytes()
        listed = _read_proposals(project, ledger, parsed_plan, date)
        chosen = _select_proposals(listed.proposals, numbers)
        # An interrupted command may have written the plan without logging these as accepted.
        written = _begun_and_written(ledger, listed)
        if not chosen and not written:
            return listed
        day, edited_content = listed.period.date, content
        if chosen:
            edited_content = _edit_plan(path, content, parsed_plan, edits_for(parsed_plan.plan, chosen))
            _check_unchanged(path, content)
            ledger.log(BEGIN_ACCEPT_COMMAND, ", ".join(proposal.number for proposal in chosen), day)
    with project.reopened_ledger(f"See what was accepted with: ragsheets plan proposals. {_RUN_AGAIN}") as ledger:
        _check_unchanged(path, content)
        if chosen:
            saving.save(path, edited_content)
        accepted = [proposal for proposal in listed.proposals if proposal in chosen or proposal in written]
        for proposal in accepted:
            ledger.log(ACCEPT_COMMAND, f"{proposal.number} {proposal.description}", day)
        listed = _read_proposals(project, ledger, project.plan_as_written(), day)
    return replace(listed, accepted=tuple(proposal.number for proposal in accepted))


def _check_unchanged(path: Path, content: bytes) -> None:
    if path.read_bytes() != content:
        raise ProjectError("was changed by somebody else at the same time.", where=str(path), fix=_RUN_AGAIN)


def _begun_and_written(ledger: Ledger, listed: Proposals) -> list[Proposal]:
    """Return the proposals that the plan contains, and that a command began to accept but did not log as accepted."""
    events = ledger.events(listed.period.date)
    begun = {number for event in events if event.command == BEGIN_ACCEPT_COMMAND for number in event.what.split(", ")}
    begun -= {event.what.split()[0] for event in events if event.command == ACCEPT_COMMAND}
    return [
        proposal
        for proposal in listed.proposals
        if proposal.number in begun and proposal.state is ProposalState.ACCEPTED
    ]


def _read_proposals(project: Project, ledger: Ledger, parsed_plan: PlanFile, date: datetime.date | None) -> Proposals:
    record = ledger.period(date)
    day = record.period.date
    accepted = {
        event.what.split()[0]
        for event in ledger.events()
        if event.command == ACCEPT_COMMAND and event.period == day.isoformat()
    }
    return Proposals(
        record.period, project.plan_file, find_proposals(record, ledger.frames(day), parsed_plan, accepted)
    )


def _select_proposals(proposals: Sequence[Proposal], numbers: Sequence[str]) -> list[Proposal]:
    """Return the selected proposals in listed order.

    Raises ProjectError with all that cannot be identified or accepted.
    """
    problems: list[Problem] = []
    named_by_digest: dict[str, Proposal] = {}
    for number in dict.fromkeys(numbers):
        matches = [
            proposal
            for position, proposal in enumerate(proposals, 1)
            if (len(number) >= NUMBER_LENGTH and proposal.digest.startswith(number.casefold()))
            or number == str(position)
        ]
        if number == ALL_OPEN:
            continue
        if len(matches) == 1:
            named_by_digest[matches[0].digest] = matches[0]
        else:
            problems.append(
                Problem(number, "there is no proposal with this number in the list.", "See: ragsheets plan proposals")
            )
    for proposal in named_by_digest.values():
        conflicting = [
            rival
            for rival in named_by_digest.values()
            if rival != proposal and conflict_key(rival) == conflict_key(proposal)
        ]
        if not proposal.location or proposal.state is ProposalState.MANUAL:
            problems.append(Problem(proposal.number, f"cannot be accepted: {proposal.why}"))
        elif conflicting:
            fix = "Accept one of them only."
            what = f"proposes other words for the same text than {conflicting[0].number}."
            problems.append(Problem(proposal.number, what, fix))
    if problems:
        raise ProjectError("proposals that cannot be accepted", problems=problems)
    selected_digests = {
        proposal.digest for proposal in named_by_digest.values() if proposal.state is not ProposalState.ACCEPTED
    }
    selected_digests |= {
        proposal.digest for proposal in proposals if ALL_OPEN in numbers and proposal.state is ProposalState.OPEN
    }
    return [proposal for proposal in proposals if proposal.digest in selected_digests]


def _edit_plan(path: Path, content: bytes, parsed_plan: PlanFile, edits: Sequence[Edit]) -> bytes:
    """Return the plan's bytes with edits applied; raises PlanError where they would not read back as exactly those."""
    from ragsheets.plan_files.edits import apply_edits, uneditable_error
    from ragsheets.plan_files.forms import edit_plan_file, parse_plan_file

    edited_content = edit_plan_file(content, parsed_plan, edits, path.name)
    try:
        edited_plan = parse_plan_file(edited_content, path.name, path.parent).plan
    except PlanError as error:
        raise PlanError("the plan would not be sound", problems=error.problems) from None
    if edited_plan != apply_edits(parsed_plan.plan, edits):
        raise uneditable_error("is written in a way that does not allow this one change.", path.name)
    return edited_content
