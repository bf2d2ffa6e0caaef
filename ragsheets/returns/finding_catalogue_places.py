"""The findings about what stands elsewhere than in the cells' own text: pictures, drawings, names, links, prompts."""

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
    "linked-data": FindingKind(
        _N,
        "The cell shows “{found}”, which a program fetched from outside the workbook (a linked data type).",
        "Nothing to do if that is the answer.",
    ),
}
