"""The findings about content elsewhere than in the cells' own text: pictures, drawings, names, links, prompts."""

from __future__ import annotations

from ragsheets.returns.finding import FindingKind, Severity

_W, _N = Severity.WARNING, Severity.NOTE
_SEE = "See whether it belongs into an answer; it is not in the report."

WORDS_ELSEWHERE: dict[str, FindingKind] = {
    "cell-picture": FindingKind(
        _W,
        "A picture is in this cell ({found}); its words cannot be read, and nothing was taken from it.",
        "Look at it in the workbook, and ask for its words where they are an answer.",
    ),
    "merged-cells": FindingKind(
        _W,
        "This cell is merged with {wanted}, which says “{found}”; nothing was taken for this cell itself.",
        "Ask whether the words hold here too.",
        ask="This cell was merged with another one, which says “{found}”, so that it has no answer of its own.",
        remedy="Please write what holds for this task.",
    ),
    "status-painted": FindingKind(
        _W,
        "The status is given by colour alone, and no text: {found}.{suggestion}",
        "Ask for the status in words.",
        ask="The status was given by colour alone, and no text: {found}.{suggestion}",
        remedy="Please pick one from the list.",
    ),
    "linked-data": FindingKind(
        _N,
        "The cell shows “{found}”, which a program fetched from outside the workbook (a linked data type).",
        "Nothing to do if that is the answer.",
    ),
    "sheet-name": FindingKind(_W, "The name of the sheet has words of its own: “{found}”.", _SEE),
    "page-header": FindingKind(_W, "The header or footer of the printed page says: “{found}”.", _SEE),
    "chart-text": FindingKind(_W, "A chart says: “{found}”.", _SEE),
    "link": FindingKind(_W, "A link behind the cell holds “{found}”, which the cell does not show.", _SEE),
    "input-message": FindingKind(_W, "A message that appears at the cell says: “{found}”.", _SEE),
    "form-control": FindingKind(_W, "A tick box, a button or the like says: “{found}”.", _SEE),
    "scenario": FindingKind(_W, "A scenario of the sheet (what-if analysis) says: “{found}”.", _SEE),
    "document-property": FindingKind(
        _W, "The document's properties say, under “{wanted}”: “{found}”.", "See whether it belongs into an answer."
    ),
    "defined-name": FindingKind(
        _W, "A name that was defined in the workbook holds: “{found}”.", "See whether it belongs into an answer."
    ),
}

#: What the finding on a task without a status adds where its cell is painted.
PAINTED_CELL = " Its cell is painted {found}."
