"""What needs the executive: tasks that need action, that moved, that nobody planned for or reported, and silent
sub-groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ragsheets import dates
from ragsheets.history.overview import first_returned
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import Cell, Heading, Line, Part, Table
from ragsheets.report.write.context import Basis, Entry, joined

#: Widths of the columns, beside one another.
_GROUP, _OUTCOME, _TASK, _STATUS, _TEXT = 18.0, 12.0, 34.0, 12.0, 40.0


def attention_of(basis: Basis) -> tuple[Part, ...]:
    """Everything that needs attention, each kind in a part of its own; none for what there is nothing of."""
    parts = [part for make in _PARTS for part in make(basis)]
    return tuple(replace(part, mark=f"attention_{number}") for number, part in enumerate(parts, 1))


def needs_of(basis: Basis, parts: Sequence[Part]) -> tuple[Line, ...]:
    """A line for each of the parts that says how much there is of it, and leads to it.

    What got better needs nobody: where there is nothing else, a line before it says so.
    """
    lead = basis.wording.report_lead
    lines = [Line(lead.format(what=part.heading, count=part.count), part.mark) for part in parts]
    better = {part.heading for part in _better(basis)}
    if lines and all(part.heading in better for part in parts):
        lines.insert(0, Line(basis.wording.report_nothing_needed))
    return tuple(lines)


# ---------------------------------------------------------------------------------------------------- its parts


def _acting(basis: Basis) -> Iterator[Part]:
    """Tasks at a status that needs action, a part for each such status, worst first."""
    wording = basis.wording
    headings = (
        Heading(_heading(basis, "position"), _TEXT),
        Heading(_heading(basis, "planned"), _TEXT),
    )
    for code in reversed(basis.template.scale.needing("action")):
        label = basis.template.scale.by_code[code].label
        mine = [entry for entry in basis.entries if entry.status == code]
        yield from _part(
            basis,
            wording.report_act.format(status=label),
            headings,
            [(entry, (Cell(str(entry.row["position"])), Cell(str(entry.row["planned"])))) for entry in mine],
        )


def _worse(basis: Basis) -> Iterator[Part]:
    yield from _moved(basis, Direction.WORSENED, basis.wording.report_got_worse)


def _better(basis: Basis) -> Iterator[Part]:
    yield from _moved(basis, Direction.IMPROVED, basis.wording.report_got_better)


def _moved(basis: Basis, direction: Direction, heading: str) -> Iterator[Part]:
    wording, last = basis.wording, basis.history.last
    if last is None:
        return
    headings = (Heading(wording.report_was, _STATUS, "status"), Heading(wording.report_is, _STATUS, "status"))
    mine = [entry for entry in basis.entries if entry.direction is direction]
    cells = [(entry, (_status(last.status_of(entry.task) or ""), _status(entry.status))) for entry in mine]
    yield from _part(basis, heading.format(period=dates.in_words(last.period.date)), headings, cells)


def _unplanned(basis: Basis) -> Iterator[Part]:
    """Tasks that need attention or action without a planned improvement, or without a word of when in it.

    A date that the contact gave in a column for it says when too.
    """
    wording = basis.wording
    codes = basis.template.scale.needing("attention", "action")
    dated = [column.key for column in basis.template.contact_columns if column.kind == "date"]
    headings = (
        Heading(_heading(basis, "status"), _STATUS, "status"),
        Heading(wording.report_lacks, _TEXT / 2, "name"),
        Heading(_heading(basis, "planned"), _TEXT),
    )
    cells = []
    for entry in basis.entries:
        planned = str(entry.row["planned"]).strip()
        if entry.status not in codes or (planned and _says_when(entry, planned, dated)):
            continue
        lacks = wording.report_no_deadline if planned else wording.report_no_plan
        cells.append((entry, (_status(entry.status), Cell(lacks), Cell(planned))))
    statuses = joined(codes, wording.report_or) if codes else ""
    yield from _part(basis, wording.report_unplanned.format(statuses=statuses), headings, cells)


def _says_when(entry: Entry, planned: str, dated: Sequence[str]) -> bool:
    return dates.names_time(planned) or any(str(entry.row[key]).strip() for key in dated)


def _unreported(basis: Basis) -> Iterator[Part]:
    """Tasks without a status in sub-groups that have returned."""
    wording = basis.wording
    silent = {group.name for group in basis.plan.groups if group.on_hold} | set(basis.assessment.missing)
    mine = [entry for entry in basis.entries if not entry.status and entry.group.name not in silent]
    cells = [(entry, (Cell(_came(basis, entry)), Cell(_position(basis, entry)))) for entry in mine]
    headings = (Heading(wording.report_what_came, _TEXT / 2), Heading(_heading(basis, "position"), _TEXT))
    yield from _part(basis, wording.report_unreported, headings, cells)


def _came(basis: Basis, entry: Entry) -> str:
    """What came for the status of a task without one, or of its other columns than position where nothing did."""
    if found := str(entry.row["status_found"]):
        return found
    carried = basis.assessment.carried.get(entry.task.key, {})
    text = carried.get("status") or " | ".join(text for key, text in carried.items() if key != "position")
    return basis.wording.report_carried_over.format(text=text) if text else basis.wording.report_nothing_came


def _position(basis: Basis, entry: Entry) -> str:
    carried = basis.assessment.carried.get(entry.task.key, {}).get("position", "")
    return basis.wording.report_carried_over.format(text=carried) if carried else str(entry.row["position"])


def _unreturned(basis: Basis) -> Iterator[Part]:
    """Sub-groups that are on hold, have not returned, or did so after the day it was due."""
    wording, due = basis.wording, basis.record.period.due
    first = first_returned(basis.assessment)
    said = []
    for group in basis.plan.groups:
        returned, words = first.get(group.key), ""
        if group.on_hold:
            words = wording.on_hold
        elif group.name in basis.assessment.missing:
            words = wording.report_no_return_due.format(due=dates.in_words(due)) if due else wording.report_no_return
        elif returned and due and returned > due:
            words = wording.report_late.format(date=dates.in_words(returned), due=dates.in_words(due))
        if words:
            said.append((Cell(group.name, target=basis.marks[group.key, ""]), Cell(words)))
    if said:
        columns = (Heading(wording.report_group, _TEXT), Heading(wording.report_standing, _TEXT))
        table = Table(wording.report_unreturned, columns, tuple(said), share=0.6)
        yield Part(wording.report_unreturned, table=table, count=basis.groups(len(said)))


_PARTS: tuple[Callable[[Basis], Iterator[Part]], ...] = (
    _acting,
    _worse,
    _unplanned,
    _unreported,
    _unreturned,
    _better,
)


# ------------------------------------------------------------------------------------------------- small helpers


def _part(
    basis: Basis, heading: str, headings: tuple[Heading, ...], cells: Sequence[tuple[Entry, tuple[Cell, ...]]]
) -> Iterator[Part]:
    """A part of tasks: sub-group, outcome and task, and then what is said of each; nothing where there are none."""
    if not cells:
        return
    wording = basis.wording
    first = (
        Heading(wording.report_group, _GROUP, "name"),
        Heading(wording.report_outcome, _OUTCOME),
        Heading(_heading(basis, "task"), _TASK),
    )
    told = tuple((*_place(basis, entry), *said) for entry, said in cells)
    yield Part(heading, table=Table(heading, (*first, *headings), told), count=basis.tasks(len(told)))


def _place(basis: Basis, entry: Entry) -> tuple[Cell, Cell, Cell]:
    outcome = entry.outcome
    mark = basis.marks[entry.group.key, outcome.key]
    return Cell(entry.group.name), Cell(outcome.ref or outcome.title, target=mark), Cell(entry.task.labelled)


def _status(code: str) -> Cell:
    return Cell(code, code)


def _heading(basis: Basis, key: str) -> str:
    return basis.template.column(key).heading
