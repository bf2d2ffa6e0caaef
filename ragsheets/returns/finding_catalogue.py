"""The catalogue of findings: every kind of message about a return, by its code."""

from __future__ import annotations

from ragsheets.returns.finding import MAX_QUOTED_CHARACTERS, Finding, FindingKind, Severity, shortened
from ragsheets.returns.finding_catalogue_answers import COMPARED_ANSWERS
from ragsheets.returns.finding_catalogue_messages import MESSAGES
from ragsheets.returns.finding_catalogue_places import PAINTED_CELL, WORDS_ELSEWHERE

__all__ = [
    "CATALOGUE",
    "MAX_QUOTED_CHARACTERS",
    "PAINTED_CELL",
    "SEVERITY_ORDER",
    "Finding",
    "FindingKind",
    "Severity",
    "make_finding",
]

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

CATALOGUE: dict[str, FindingKind] = {
    **COMPARED_ANSWERS,
    **WORDS_ELSEWHERE,
    **MESSAGES,
    # The file as a whole.
    "not-a-workbook": FindingKind(
        _E, "This is {found}, not an Excel workbook.", "Ask for the workbook itself, saved as .xlsx."
    ),
    "damaged": FindingKind(
        _E,
        "The file is damaged and cannot be opened: {found}.",
        "Open it in your office program (a message in your mail program): if it opens there, save the workbook as "
        ".xlsx and put that in its place; if not, ask for it to be sent again.",
    ),
    "encrypted": FindingKind(_E, "The file is protected with a password.", "Ask for it without a password."),
    "rights-managed": FindingKind(
        _E,
        "The file is protected by rights management: only people whom its sender's organisation allows can open it.",
        "Ask for a copy without that protection (in Excel: File, Info, Protect Workbook, Restrict Access, "
        "Unrestricted Access; or another sensitivity label).",
    ),
    "old-format": FindingKind(
        _E,
        "This is {found}, a form that is not read.",
        "Open it in {wanted}, save it as .xlsx and put that in its place; or ask its sender to.",
    ),
    "other-archive": FindingKind(
        _E,
        "This is {found}, an archive of another kind than those that are opened.",
        "Unpack it and put the files in it into the folder; or ask for them as a .zip file.",
    ),
    "hostile": FindingKind(
        _E, "The file holds {found}, which no workbook needs; it was not opened.", "Do not open it; ask who sent it."
    ),
    "too-costly": FindingKind(
        _E,
        "Reading the file took more than {found}; it was given up.",
        "Ask for the workbook again, saved by an office program.",
    ),
    "edited-report": FindingKind(
        _W,
        "This is a report that ragsheets wrote and somebody has changed since, or one of another ledger. It says: "
        "“{found}”.",
        "See what was changed with ragsheets verify and the path of the file; type it into the workbook that was sent.",
    ),
    "files-unread": FindingKind(
        _E,
        "Reading the files in it took more than {wanted} seconds; these were not read: {found}.",
        "Unpack it and put its files into the folder, or allow more time: ragsheets ingest --limit container=3600.",
    ),
    "too-deep": FindingKind(
        _E,
        "This is the {found}. of archives and messages that lie one inside the other; at most {wanted} are opened.",
        "Unpack it and put it into the folder itself.",
    ),
    "unusual-form": FindingKind(
        _E,
        "The workbook is saved in a rare form of Excel's binary format, of which cells would be overlooked.",
        "Open it, save it as .xlsx and put that in its place.",
    ),
    "too-large": FindingKind(
        _E, "The file is larger than any ordinary workbook: {found}, {wanted}.", "Ask what it is."
    ),
    "unreadable": FindingKind(
        _E, "The file cannot be opened: {found}.", "Close it in other programs, or copy it again."
    ),
    "online-only": FindingKind(
        _E,
        "The file lies in the cloud alone and is not on this computer: {found}.",
        "Have the cloud drive keep it on this computer (“Always keep on this device”), and run ragsheets ingest again.",
    ),
    "not-ours": FindingKind(
        _E,
        "This is a workbook, but none that ragsheets sent: it has lost every mark of where it belongs.",
        "Copy its words into the workbook that was sent to the sub-group.",
    ),
    "wrong-plan": FindingKind(
        _E, "This workbook is from another plan, “{found}”; this plan is “{wanted}”.", "Look for the right file."
    ),
    "wrong-period": FindingKind(
        _E,
        "This is the workbook{line} for {found}; you are collecting {wanted}.",
        'Ask for that of this period; or take its answers for it: ragsheets ingest --as-this-period "{file}".',
    ),
    "unknown-group": FindingKind(
        _E,
        "This workbook is for the sub-group “{found}”, which this period asks nothing of.",
        "See whether the plan has the sub-group, and tasks of it that are not complete.",
    ),
    "unknown-answers": FindingKind(
        _E, "It was sent with answers in it that the ledger does not know.", "Ask for the workbook from sent/ instead."
    ),
    "newer-contract": FindingKind(
        _E, "This workbook was made by a newer version of ragsheets.", "Install the newer version."
    ),
    "other-edition": FindingKind(
        _W,
        "This workbook was sent before the plan was changed; it is read by its tasks' keys and wording.",
        "Look through what it says.",
    ),
    "told-by-content": FindingKind(
        _W,
        "The workbook has lost its marks; it holds {found} tasks of {wanted} and was taken for its.",
        "See that it is the right one, of this period.",
    ),
    "foreign-sheet": FindingKind(
        _E,
        "This sheet is from another workbook, {wanted}; nothing on it was taken: “{found}”.",
        "Ask for that workbook itself.",
    ),
    "excluded": FindingKind(
        _N, "This return ({found}) was taken out by the coordinator.", "Put it back with ragsheets ingest --include."
    ),
    "other-period": FindingKind(
        _N,
        "This is the workbook of {found}, taken for this period by the coordinator; answers that count here: {wanted}.",
        'To undo this: ragsheets ingest --exclude "{file}".',
    ),
    "other-period-answer": FindingKind(
        _W, "“{found}” answers “{wanted}”, which this period does not ask.", "See where it belongs; it is not printed."
    ),
    "no-longer-there": FindingKind(
        _N,
        "This return is no longer in the folder; it still counts.",
        'To take it out: ragsheets ingest --exclude "{wanted}".',
    ),
    # Statuses and other answers.
    "unknown-status": FindingKind(
        _E,
        "“{found}” is not a status.{suggestion}",
        "Pick one of {wanted}.",
        ask="“{found}” is not one of the statuses.{suggestion}",
        remedy="Please pick one from the list: {wanted}.",
    ),
    "status-read": FindingKind(_N, "“{found}” was taken for {wanted}.", "Nothing to do if that is right."),
    "bad-date": FindingKind(
        _E,
        "“{found}” is not a date that can be read.",
        "Write it as day, month and year: 5 March 2009.",
        ask="“{found}” is not a date that we can read.",
        remedy="Please write it as day, month and year, for example 5 March 2009.",
    ),
    "bad-number": FindingKind(
        _E,
        "“{found}” is not a number.",
        "Write it in figures.",
        ask="“{found}” is not a number.",
        remedy="Please write it in figures.",
    ),
    "unknown-choice": FindingKind(
        _E,
        "“{found}” is not one of the choices.{suggestion}",
        "Pick one of {wanted}.",
        ask="“{found}” is not one of the choices.{suggestion}",
        remedy="Please pick one from the list: {wanted}.",
    ),
    "missing-answer": FindingKind(
        _W,
        "The {wanted} is missing although the task has a status.",
        "Ask for a few words.",
        ask="The task has a status, but nothing is said under “{wanted}”.",
        remedy="Please write a few words.",
    ),
    "status-missing": FindingKind(
        _W,
        "There are words for this task but no status.{suggestion}",
        "Ask for a status.",
        ask="There are words for this task but no status yet.{suggestion}",
        remedy="Please pick one from the list.",
    ),
    "nothing-filled-in": FindingKind(
        _E,
        "The workbook came back as it was sent: nothing is filled in.",
        "Ask for it filled in.",
        ask="A workbook of yours came back as it was sent: nothing had been filled in.",
        remedy="Please fill in what is still open, save the workbook, and send it back.",
    ),
    "nothing-confirmed": FindingKind(
        _E,
        "The workbook came back as it was sent, with the answers of last time: none was changed, so that none counts.",
        "Ask what has changed since; what still holds may be recorded with ragsheets correct.",
        ask="A workbook of yours came back as it was sent, with the answers of last time: none was changed.",
        remedy="Please put right what has changed; where something still holds as it stands, please say so.",
    ),
    "questions-unanswered": FindingKind(
        _E,
        "The questions have not been answered: their workbook came back as it was sent.",
        "Ask for their answers.",
        ask="The workbook with our questions came back as it was sent: they have not been answered.",
        remedy="Please answer them in their cells, save the workbook, and send it back.",
    ),
    "half-filled": FindingKind(
        _W,
        "Nothing is said about {found} of {wanted} tasks.",
        "Ask for the rest.",
        ask="Nothing is said yet about {found} of {wanted} tasks.",
        remedy="Please fill in their shaded cells too.",
    ),
    "task-gone": FindingKind(
        _E,
        "This answers a task or a column that the plan no longer has for this sub-group{line}: “{found}”.",
        "Put the task back into the plan under its key, or see where the words belong.",
    ),
    "task-uncertain": FindingKind(
        _E,
        "“{found}” answers task {wanted} of the plan before a change; it is not certain that this is {suggestion} now.",
        "If it is, give it its earlier key in the plan and run ragsheets generate --force; else see where it belongs.",
    ),
    "choice-read": FindingKind(_N, "“{found}” was taken for {wanted}.", "Nothing to do if that is right."),
    # Totals.
    "total-mismatch": FindingKind(
        _W,
        "The workbook states {found}{line}; its statuses come to {wanted}.",
        "Nothing to do: the report takes the recounted total.",
    ),
    # Changes and text that were not asked for.
    "wording-changed": FindingKind(
        _W,
        "The plan's wording was changed to “{found}”; the plan says “{wanted}”.",
        "Change the plan if you agree; the report keeps the plan's words.",
    ),
    "wording-adopted": FindingKind(
        _N, "“{found}” was written here for “{wanted}”, and is what the plan says by now.", "Nothing to do."
    ),
    "wording-deleted": FindingKind(
        _W, "The plan's wording was deleted: “{wanted}”.", "Nothing to do: the report keeps the plan's words."
    ),
    "past-changed": FindingKind(
        _W,
        "“{found}” was written over what was last reported, “{wanted}”; it was not taken.",
        "See whether it belongs into an answer.",
    ),
    "past-deleted": FindingKind(
        _N, "What was last reported was taken out of the workbook: “{wanted}”.", "Nothing to do."
    ),
    "proposed-task": FindingKind(
        _W, "A new task is proposed: “{found}”.", "Add it to the plan if you agree; it is not counted."
    ),
    "heading-changed": FindingKind(
        _W,
        "The heading “{wanted}” is now “{found}”; its column was told by its place.",
        "See that the answers stand in the right columns.",
    ),
    "stray-text": FindingKind(
        _W, "“{found}” stands outside the cells to fill in.", "See where it belongs; it is not in the report."
    ),
    "characters-left-out": FindingKind(
        _N, "Characters that Office files cannot hold were left out of “{found}”.", "Nothing to do if it reads well."
    ),
    "told-by-wording": FindingKind(_N, "This row was moved; it was told by the task's wording.", "Nothing to do."),
    "row-twice": FindingKind(
        _E,
        "This row is there twice; the second one was not taken: “{found}”.",
        "Ask which one holds (the first is at {wanted}).",
        ask="This task was in your workbook twice; only the first row was taken. The second said: “{found}”.",
        remedy="If what stands in this row is right, leave it as it is; if not, please put it right.",
        may_stay_unchanged=True,
    ),
    "headings-missing": FindingKind(
        _W,
        "The row of headings is gone; the columns were told by their places beside the tasks.",
        "See that the answers stand in the right columns.",
    ),
    # Cells that are not text, and content outside the cells.
    "formula": FindingKind(_N, "A formula stands here; its value “{found}” was taken ({wanted}).", "Nothing to do."),
    "formula-without-value": FindingKind(
        _E,
        "A formula stands here of which the file keeps no value: {wanted}.",
        "Ask for the workbook opened and saved in Excel, or for the words themselves.",
        ask="A formula stood here, and its result did not come with the file.",
        remedy="Please type the words themselves.",
    ),
    "error-value": FindingKind(
        _E,
        "“{found}” is an error value, not an answer.",
        "Ask for the words themselves.",
        ask="“{found}” stood here, which is an error and no answer.",
        remedy="Please type the words themselves.",
    ),
    "shown-otherwise": FindingKind(
        _N, "The cell shows “{found}”, which was taken; the whole value is {wanted}.", "Nothing to do."
    ),
    "struck-through": FindingKind(
        _W, "“{found}” was struck through and is not in the report.", "Ask whether it still holds."
    ),
    "comment": FindingKind(_W, "A comment by {wanted} says: “{found}”.", "See whether it belongs into an answer."),
    "text-box": FindingKind(
        _W,
        "A text box lies over the sheet: “{found}”.",
        "See whether it belongs into an answer; it is not in the report.",
    ),
    "picture": FindingKind(
        _W, "A picture lies over the sheet ({found}); its words cannot be read.", "Look at it in the workbook."
    ),
    "embedded-object": FindingKind(
        _W, "Another document lies in the sheet ({found}); it was not opened.", "Look at it in the workbook."
    ),
    "macros": FindingKind(_N, "The workbook holds macros; they were not run.", "Nothing to do."),
    "unreadable-comments": FindingKind(
        _W, "The workbook holds comments or drawings that cannot be read.", "Look at them in the workbook."
    ),
    "row-twice-settled": FindingKind(
        _N, "This row was there twice; a newer answer has settled it. The second one said: “{found}”.", "Nothing to do."
    ),
    "value-settled": FindingKind(_N, "“{found}{wanted}” stood here; a newer answer has settled it.", "Nothing to do."),
    "row-missing": FindingKind(
        _W,
        "The row of this task is gone from the workbook: “{found}”.",
        "Ask for it, or send the workbook again.",
        ask="The row of this task was no longer in your workbook.",
        remedy="Please see that the row is complete and right; if it is, leave it as it is.",
        may_stay_unchanged=True,
    ),
}

#: What the findings on replies add where the words name several tasks, and where it is not certain whose they are.
SEVERAL_TASKS = " It may be about the tasks {tasks}."
GROUP_NOT_CERTAIN = " Which sub-group it is from is not certain."

#: Sort order of the severities: the worst first.
SEVERITY_ORDER = {severity: number for number, severity in enumerate((_E, _W, _N))}


def make_finding(
    code: str,
    *,
    file: str = "",
    group: str = "",
    sheet: str = "",
    cell: str = "",
    task: str = "",
    column: str = "",
    found: str = "",
    **details: str,
) -> Finding:
    """Return a finding with this code, its message from the catalogue; `details` fill in the rest of the message."""
    kind = CATALOGUE[code]
    texts = {"file": file, "found": found, "wanted": "", "suggestion": "", "line": "", **details}
    quoted_texts = {name: shortened(text) for name, text in texts.items()} if kind.ask else texts
    return Finding(
        code=code,
        severity=kind.severity,
        message=kind.message.format(**texts),
        fix=kind.fix.format(**texts),
        file=file,
        group=group,
        sheet=sheet,
        cell=cell,
        task=task,
        found=found,
        wanted=texts["wanted"],
        column=column,
        ask=kind.ask.format(**quoted_texts),
        remedy=kind.remedy.format(**quoted_texts),
    )
