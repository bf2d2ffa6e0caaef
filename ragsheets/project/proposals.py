"""What contacts proposed for the plan: listed, and taken over into plan.toml or plan.xlsx."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError, Problem, ProjectError
from ragsheets.files import saving
from ragsheets.plan_files.proposals import NUMBER_LENGTH, Proposal, ProposalState, conflict_key, find_proposals

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.plan.model import Period
    from ragsheets.plan_files.edits import Edit
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.project.folder import Project

#: What is given for all proposals that are open.
ALL_OPEN = "all"
#: What the ledger records of each proposal that was taken over.
_ACCEPT_COMMAND = "plan proposals --accept"


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals of a period.

    Attributes:
        period: the period.
        plan: the plan's file.
        proposals: all of them, as they stand now.
        accepted: the numbers of those that were taken over just now.
    """

    period: Period
    plan_file: Path
    proposals: tuple[Proposal, ...]
    accepted: tuple[str, ...] = ()


def list_proposals(project: Project, date: datetime.date | None = None) -> Proposals:
    """What the returns of a period (the current one by default) propose for the plan.

    Raises PlanError or TemplateError where the plan cannot be used, LedgerError where there is no such period.
    """
    with project.ledger() as ledger:
        return _read_proposals(project, ledger, project.plan_as_written(), date)


def accept_proposals(project: Project, numbers: Sequence[str], date: datetime.date | None = None) -> Proposals:
    """Take proposals over into the plan.

    Nothing of the plan but what they are about is changed, and nothing at all where the changed plan would not read
    back as exactly that.

    Args:
        project: the project folder.
        numbers: the numbers of the proposals, or `ALL` for those that are open. One that conflicts with others, or was
            made for words that the plan no longer has, is taken only where it is named, and none of its rivals.
        date: the period; the current one by default.

    Raises:
        ProjectError: a proposal cannot be told, or cannot be taken over.
        PlanError: the plan cannot be used, or is written in a way in which it cannot be changed.
        LedgerError: there is no such period, or the ledger cannot be used.
    """
    from ragsheets.plan_files.accept import edits_for

    path = project.plan_file
    with project.ledger() as ledger:
        found, content = project.plan_as_written(), path.read_bytes()
        listed = _read_proposals(project, ledger, found, date)
        chosen = _select_proposals(listed.proposals, numbers)
        if chosen:
            made = _edit_plan(path, content, found, edits_for(found.plan, chosen))
            for proposal in chosen:
                ledger.log(_ACCEPT_COMMAND, f"{proposal.number} {proposal.description}", listed.period.date)
            if path.read_bytes() != content:
                raise ProjectError("was changed just now.", where=str(path), fix="Run the command again.")
            saving.save(path, made)
            listed = _read_proposals(project, ledger, project.plan_as_written(), listed.period.date)
    return replace(listed, accepted=tuple(proposal.number for proposal in chosen))


def _read_proposals(project: Project, ledger: Ledger, parsed_plan: PlanFile, date: datetime.date | None) -> Proposals:
    record = ledger.period(date)
    day = record.period.date
    accepted = {
        event.what.split()[0]
        for event in ledger.events()
        if event.command == _ACCEPT_COMMAND and event.period == day.isoformat()
    }
    return Proposals(
        record.period, project.plan_file, find_proposals(record, ledger.frames(day), parsed_plan, accepted)
    )


def _select_proposals(proposals: Sequence[Proposal], numbers: Sequence[str]) -> list[Proposal]:
    """The proposals that are meant, in the order in which they are listed; raises ProjectError with all that cannot be
    told or taken."""
    problems: list[Problem] = []
    named: dict[str, Proposal] = {}
    for number in dict.fromkeys(numbers):
        hits = [
            each for each in proposals if len(number) >= NUMBER_LENGTH and each.digest.startswith(number.casefold())
        ]
        if number == ALL_OPEN:
            continue
        if len(hits) == 1:
            named[hits[0].digest] = hits[0]
        else:
            problems.append(Problem(number, "is the number of no proposal.", "See: ragsheets plan proposals"))
    for proposal in named.values():
        rivals = [each for each in named.values() if each != proposal and conflict_key(each) == conflict_key(proposal)]
        if not proposal.location or proposal.state is ProposalState.MANUAL:
            problems.append(Problem(proposal.number, f"cannot be taken over: {proposal.why}"))
        elif rivals:
            fix = "Name one of them."
            problems.append(Problem(proposal.number, f"says something else than {rivals[0].number}.", fix))
    if problems:
        raise ProjectError("proposals that cannot be taken over", problems=problems)
    taken = {each.digest for each in named.values() if each.state is not ProposalState.ACCEPTED}
    taken |= {each.digest for each in proposals if ALL_OPEN in numbers and each.state is ProposalState.OPEN}
    return [each for each in proposals if each.digest in taken]


def _edit_plan(path: Path, content: bytes, parsed_plan: PlanFile, edits: Sequence[Edit]) -> bytes:
    """The plan's bytes with changes made; raises PlanError where they would not read back as exactly those."""
    from ragsheets.plan_files.edits import apply_edits, uneditable_error
    from ragsheets.plan_files.forms import edit_plan_file, read_plan_file

    form = path.suffix.casefold()
    made = edit_plan_file(content, parsed_plan, edits, form)
    with tempfile.TemporaryDirectory(prefix="ragsheets-") as folder:
        copy = Path(folder) / path.name
        saving.save(copy, made)
        try:
            same = read_plan_file(copy, path.parent).plan == apply_edits(parsed_plan.plan, edits)
        except PlanError as error:
            raise PlanError("the plan would not be sound", problems=error.problems) from None
    if not same:
        raise uneditable_error("is written in a way in which this cannot be put into it alone.", path.name)
    return made
