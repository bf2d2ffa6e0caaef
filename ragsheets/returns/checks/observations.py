"""Check of the reader's observations, each with a finding's code already, and of excluded returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ragsheets.files import short_digest
from ragsheets.formats.mail.quoted_text import strip_quoted_text
from ragsheets.plan.mentions import find_mentioned_tasks
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.checks.quoted_words import QUOTED_WORDS, words_that_may_be_typed
from ragsheets.returns.checks.settled import observations_with_state
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.finding_catalogue import finding_kinds, observed_kind
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.precedence import AnswerEntry
from ragsheets.text import first_words, join_first

if TYPE_CHECKING:
    from ragsheets.plan.model import SubGroup

#: What the findings on replies add where the words name several tasks, and where it is not certain whose they are.
_SEVERAL_TASKS = " It may be about the tasks {tasks}."
_GROUP_NOT_CERTAIN = " It is not certain which sub-group it is from."
#: The most tasks that a finding lists.
_MAX_TASKS = 8

KINDS = {
    "excluded": FindingKind(
        Severity.NOTE,
        "This return ({found}) was taken out by the coordinator.",
        "Put it back with ragsheets ingest --include.",
    ),
    "clearing-overruled": FindingKind(
        Severity.WARNING,
        "“{wanted}” was deleted here. What counts is “{answer}” from {line}, which arrived after this workbook "
        "was made.",
        "Nothing to do if “{answer}” is right.",
    ),
    "row-twice-settled": FindingKind(
        Severity.NOTE,
        "This row was in the workbook twice; a newer answer has settled it. The second row: “{found}”.",
        "Nothing to do.",
    ),
    "value-settled": FindingKind(
        Severity.NOTE, "“{found}{wanted}” was in this cell; a newer answer has settled it.", "Nothing to do."
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report each observation that nothing newer has settled, and each return that was excluded."""
    for row in iter_rows(context.excluded_returns):
        yield row.id, finding_at_row(row, "excluded", found=short_digest(row.sha256))
    quoted_words = words_that_may_be_typed(context)
    for row, is_open, overruling in observations_with_state(context):
        if row.code == QUOTED_WORDS:
            if words := quoted_words[row.return_id]:
                yield row.return_id, _finding(row._replace(found=words), context, is_open=is_open)
            continue
        kind = observed_kind(row.code)
        if kind.needs_context or not (is_open or kind.settled_code):
            continue
        if overruling:
            yield row.return_id, _overruled_clearing(row, overruling)
        else:
            yield row.return_id, _finding(row, context, is_open=is_open)


def is_about_words(finding: Finding) -> bool:
    """Return whether a finding quotes a message or a document whose words may be an answer."""
    return finding_kinds()[finding.code].quotes_reply and finding.severity is not Severity.NOTE


def _finding(row: Any, context: CheckContext, *, is_open: bool) -> Finding:
    """Return the finding of an observation."""
    code, task, additions = _finding_code(row, is_open=is_open), row.task, ""
    group = next((group for group in context.plan.groups if group.key == row.group), None)
    if finding_kinds()[code].quotes_reply:
        paths = find_mentioned_tasks([group] if group else context.plan.groups, strip_quoted_text(row.found))
        keys = [path.task.key for path in paths]
        code = "message-answer" if code == "message-text" and keys else code
        task = keys[0] if len(keys) == 1 else ""
        words = [f"{path.task.key} (“{first_words(path.task.labelled)}”)" for path in paths]
        additions = _SEVERAL_TASKS.format(tasks=join_first(words, _MAX_TASKS)) if len(paths) > 1 else ""
    if group is None and finding_kinds()[code].about_file:
        additions += _GROUP_NOT_CERTAIN
    texts = {"found": row.found, "wanted": row.wanted, "tasks": row.parts, "line": _origin(row, group)}
    finding = finding_at_row(row, code, task=task, **texts)
    return replace(finding, message=f"{finding.message}{additions}") if additions else finding


def _origin(row: Any, group: SubGroup | None) -> str:
    """Return what a finding adds about the sub-group of a whole workbook, or about the task that an answer was to."""
    if row.code == "wrong-period" and group:
        return f" of {group.name}"
    return f" ({row.wanted})" if row.code == "task-gone" and row.wanted else ""


def _overruled_clearing(row: Any, entry: AnswerEntry) -> Finding:
    """Return the finding for a cleared cell in which an answer other than the cleared one counts."""
    line = "the correction" if entry.correction else entry.source.description
    return finding_at_row(row, "clearing-overruled", wanted=row.wanted, answer=entry.value, line=line)


def _finding_code(row: Any, *, is_open: bool) -> str:
    """Return the finding code for an observation."""
    if not is_open:
        return finding_kinds()[row.code].settled_code
    return "wording-deleted" if row.code == "wording-changed" and not row.found else str(row.code)
