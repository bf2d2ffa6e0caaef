"""The status scale: the only place that turns a contact's text into a status."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from ragsheets.template.colour import Colour
from ragsheets.text import nearest_texts, normalise_text

#: What a spreadsheet shows instead of a result: ECMA-376 part 1, 18.17.3 ("#REF!", "#N/A"), those that Excel has
#: added since ("#SPILL!"), and LibreOffice's own ("Err:502").
_ERROR_VALUE = re.compile(
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA"
    r"|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|PYTHON!|EXTERNAL!)|Err:[0-9]{3}"
)
#: The characters that a writer uses to name two statuses at once.
_ALTERNATIVE_SIGNS = frozenset("/∕⁄")
#: Words around a status that do not change what it says: "Status: Green", "it's green".
_WORDS_WITHOUT_MEANING = frozenset(("the", "is", "it", "s", "its", "we", "are", "re", "status", "rag", "rating"))


class Status(BaseModel):
    """One step of the scale: its name, its look, and its other accepted spellings.

    Attributes:
        code: the short name of the status, as the data has it.
        label: the name of the status and its meaning, as the list in the workbook and the report have it.
        fill: the colour of the cell.
        ink: the colour of the text in it.
        spellings: what else contacts may write for it. Code, label and the parts of the label are always understood.
        done: whether the task is complete. It is then no longer asked about in later periods.
        ranked: whether it is a step of the scale. A change from or to a status that is none, such as "not started", is
            neither better nor worse.
        needs: what a task with this status needs from the executive. Both ask for a planned improvement with a
            deadline; `action` also puts the task on the report's list of what needs attention. Where no status of a
            template has `needs`, the worst status needs action and the next worst attention.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    label: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    fill: Colour
    ink: Colour
    spellings: tuple[str, ...] = ()
    done: bool = False
    ranked: bool = True
    needs: Literal["", "attention", "action"] = ""

    @property
    def all_spellings(self) -> Iterator[str]:
        """Every spelling accepted for this status: the code, the label, each part of the label, the template's own."""
        yield self.code
        yield self.label
        yield from self.label.replace("—", "–").split(" – ")
        yield from self.spellings


@dataclass(frozen=True, slots=True)
class StatusReading:
    """The result of reading a cell's text: the code, or a suggestion if the text is not accepted.

    `is_exact` is true if the text is the code itself, so that no message is needed.
    """

    code: str | None
    is_exact: bool = False
    suggestion: str | None = None


class StatusScale:
    """The statuses of a template in their order, best first."""

    def __init__(self, statuses: tuple[Status, ...]) -> None:
        self.statuses = statuses

    def __iter__(self) -> Iterator[Status]:
        return iter(self.statuses)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes, best first."""
        return tuple(status.code for status in self.statuses)

    @cached_property
    def _needs(self) -> Mapping[str, str]:
        """What each status needs. If a template specifies none, the worst needs action and the next worst attention."""
        needs = {status.code: status.needs for status in self.statuses}
        if not any(needs.values()):
            worst_codes = [status.code for status in reversed(self.statuses) if status.ranked and not status.done][:2]
            needs |= dict(zip(worst_codes, ("action", "attention"), strict=False))
        return needs

    def codes_needing(self, *needs: str) -> tuple[str, ...]:
        """Return the codes of the statuses that need one of these ("", "attention", "action"), best first."""
        return tuple(code for code in self.codes if self._needs[code] in needs)

    @cached_property
    def by_code(self) -> dict[str, Status]:
        """The statuses by their code."""
        return {status.code: status for status in self.statuses}

    @cached_property
    def _code_by_spelling(self) -> dict[str, str | None]:
        """The code for each normalised spelling; None if two statuses share it, since it is then ambiguous."""
        codes: dict[str, str | None] = {}
        for status in self.statuses:
            for spelling in {normalise_text(spelling) for spelling in status.all_spellings} - {""}:
                codes[spelling] = None if spelling in codes else status.code
        return codes

    @cached_property
    def _spellings_of_several(self) -> frozenset[str]:
        """The normalised spellings that name several statuses, but are declared for one: "Amber/Green"."""
        spellings = (spelling for status in self.statuses for spelling in status.all_spellings)
        return frozenset(normalise_text(spelling) for spelling in spellings if self._names_several(spelling))

    def read(self, text: str) -> StatusReading:
        """Match `text` to a status if its spelling is unambiguous; otherwise suggest the nearest one.

        Case, blanks and punctuation at either end, and the kind of dash do not matter; a question mark or a slash does,
        since the writer was undecided, unless the template declares the spelling with it. An error value is not an
        answer: it matches no status.
        """
        if text in self.by_code:
            return StatusReading(text, is_exact=True)
        if _ERROR_VALUE.fullmatch(text):
            return StatusReading(None)
        words = normalise_text(text)
        is_undecided = self._names_several(text)
        if "?" not in unicodedata.normalize("NFKC", text) and (not is_undecided or words in self._spellings_of_several):
            code = self._code_by_spelling.get(words)
            if code is not None:
                return StatusReading(code)
        return StatusReading(None, suggestion=self._suggest(words, is_undecided=is_undecided))

    def _names_several(self, text: str) -> bool:
        """Return whether a text names more than one status, or alternatives: "Amber to Green", "A/G"."""
        if not _ALTERNATIVE_SIGNS.isdisjoint(unicodedata.normalize("NFKC", text)):
            return True
        named_codes = {self._code_by_spelling.get(word) for word in normalise_text(text).split() if len(word) > 1}
        return len(named_codes - {None}) > 1

    def _suggest(self, words: str, *, is_undecided: bool) -> str | None:
        """Return the code of the status that normalised words are most like, if their other words allow only that.

        To suggest one of several that are named would be choosing for the writer.
        """
        spellings = self._spellings_of_several if is_undecided else self._code_by_spelling
        text = " ".join(word for word in words.split() if word not in _WORDS_WITHOUT_MEANING)
        codes = {self._code_by_spelling[spelling] for spelling in nearest_texts(text, spellings)}
        return codes.pop() if len(codes) == 1 else None
