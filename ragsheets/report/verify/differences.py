"""The kinds of difference between a report and its expected content, in one table with their messages."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ragsheets.report.read.other_content import FIXES, LEFTOVER_KINDS, SHOWN_TABLE_FIX
from ragsheets.text import differing_parts, quoted_words

#: The most characters of a part of a text that a message quotes.
_MAX_EXCERPT = 180
#: Each kind of difference with its message. Words in braces are filled in.
KINDS = {
    # Against the document itself.
    "summary": "the summary has “{found}”; the tasks below it add up to {wanted}.",
    "first-page": "the first page has “{found}”; the tasks add up to {wanted}.",
    "first-page-stranger": "the first page counts “{found}”, which has no part in the document.",
    "first-page-lacks": "the first page does not count “{wanted}”.",
    "no-status": "“{found}” is not one of the statuses; it was counted as not reported.",
    # Against the ledger.
    "title": "the document has “{found}”; the ledger has “{wanted}”.",
    "cell": "the document has “{found}”; the ledger has “{wanted}”.",
    "wording": "the task reads “{found}”; in the ledger it reads “{wanted}”.",
    "header": "the header line is “{found}”; by the ledger it is “{wanted}”.",
    "heading": "the heading is “{found}”; by the ledger it is “{wanted}”.",
    "remark": "the line under the heading is “{found}”; by the ledger it is “{wanted}”.",
    "ledger-summary": "the summary has “{found}”; the ledger counts {wanted}.",
    "ledger-first-page": "the first page has “{found}”; the ledger counts {wanted}.",
    "line": "the document has “{found}”; by the ledger it is “{wanted}”.",
    "chart-missing": "the chart “{wanted}” is missing; a picture of it does not count.",
    "chart-sheet": "the chart shows {found}; the sheet behind it has {wanted}.",
    # Outside the text and tables.
    "text-not-compared": "“{found}” is outside the report's answers and figures, and was not compared with anything.",
    "comment": "the comment “{found}” is still in the document.",
    "tracked-insertion": "“{found}” is inserted as a tracked change that is not accepted yet.",
    "tracked-deletion": "“{found}” is deleted as a tracked change that is not accepted yet.",
    "tracked-format": "{found} that are tracked are not accepted yet.",
    "picture": "the picture “{found}” was not read; look at what it shows.",
    "linked-picture": "the picture “{found}” is only linked; put it into the document, so that others see it.",
    "old-field": "“{found}” is out of date: click on it and press F9.",
    "inserted-document": "“{found}” was read as part of the text.",
    "picture-unread": f"the picture “{{found}}” could not be compared. {SHOWN_TABLE_FIX}",
    "text-box-unread": "the table in a text box, “{found}”, could not be compared. Move it out of the box.",
    **{kind: f"“{{found}}” could not be compared. {fix}" for kind, fix in FIXES.items()},
    "line-missing": "“{wanted}” is missing; the ledger has it here.",
    "line-added": "“{found}” is in the document but not in the ledger.",
    "text-added": "“{found}” was added to the document.",
    "table-added": "the table “{found}” was added to the document.",
    "table-stranger": "the table “{found}” is in the document but not in the ledger.",
    "table-missing": "the table “{wanted}” is missing.",
    "row-missing": "the task “{wanted}” is missing; the ledger has it here.",
    "row-added": "the task “{found}” is in the document but not in the ledger.",
    "row-moved": "the task is {found}; by the ledger it is {wanted}.",
    "column-missing": "the column “{wanted}” is missing.",
    "column-added": "the column “{found}” is in the document but not in the ledger.",
    "further-column": "the column “{found}” was added to the document.",
    "action-missing": "“{wanted}” is missing, with all its tasks.",
    "action-added": "“{found}” is in the document but not in the ledger.",
    "outcome-missing": "“{wanted}” is missing, with all its tasks.",
    "outcome-added": "“{found}” is in the document but not in the ledger.",
    "outcome-moved": "the outcome is {found}; by the ledger it is {wanted}.",
    "section-missing": "the sub-group “{wanted}” is missing.",
    "section-added": "the sub-group “{found}” is in the document but not in the ledger.",
    "section-moved": "the sub-group is {found}; by the ledger it is {wanted}.",
}
#: The kinds of additions by the coordinator, which leave the report's own content as expected.
ADDITIONS = frozenset(
    (
        *("text-added", "text-not-compared", "table-added", "further-column", "picture", "linked-picture"),
        *("old-field", "inserted-document"),
        *LEFTOVER_KINDS,
    )
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between a report and its expected content.

    Attributes:
        kind: its name in the table of kinds.
        section: the sub-group whose section it is in; "" outside all sections.
        outcome: the outcome, by its reference or title.
        row: the row, by its number and task, or another name of it.
        column: the heading of its column, or the label of its line.
        found: the text of the document.
        wanted: the expected text.
    """

    kind: str
    section: str = ""
    outcome: str = ""
    row: str = ""
    column: str = ""
    found: str = ""
    wanted: str = ""

    @property
    def is_addition(self) -> bool:
        """Whether it is only an addition of the coordinator's own."""
        return self.kind in ADDITIONS

    @property
    def location(self) -> str:
        """Its position in the document, for a person to find it."""
        outcome = f"outcome {self.outcome}" if self.outcome else ""
        return ", ".join(filter(None, (self.section, outcome, self.row, self.column)))

    @property
    def message(self) -> str:
        """The difference as a sentence, without its location; of two long texts only the part that differs."""
        found, wanted = quoted_words(self.found), ""
        if self.wanted:
            # A line end becomes three characters.
            found, wanted = (quoted_words(text, 3 * len(text)) for text in (self.found, self.wanted))
            found, wanted = differing_parts(found, wanted, _MAX_EXCERPT)
        pattern = KINDS[self.kind]
        for name in ("found", "wanted"):
            if not getattr(self, name):  # The word is not a quotation.
                pattern = pattern.replace(f"“{{{name}}}”", "nothing").replace(f"{{{name}}}", "nothing")
        return pattern.format(found=found, wanted=wanted)

    def as_json(self) -> dict[str, str]:
        """Return the difference as JSON values, with its whole texts."""
        return {**asdict(self), "message": self.message}
