"""The status scale: the only place that turns what a contact wrote into a status."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from ragsheets.template.colour import Colour
from ragsheets.text import normalise_text

# Below this likeness (0 to 100, rapidfuzz's ratio) a suggestion would be a guess: "Ambr" and AMBER score 89,
# "Rde" and RED 67, RED and GREEN 50.
MIN_SUGGESTION_SCORE = 65.0

#: What a spreadsheet shows in the place of a result: ECMA-376 part 1, 18.17.3 ("#REF!", "#N/A"), those that Excel has
#: added since ("#SPILL!"), and LibreOffice's own ("Err:502").
_ERROR_VALUE = re.compile(
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA"
    r"|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|PYTHON!|EXTERNAL!)|Err:[0-9]{3}"
)
#: The signs by which a writer names two statuses at once.
_ALTERNATIVE_SIGNS = frozenset("/∕⁄")


class Status(BaseModel):
    """One step of the scale: what it is called, how it looks, which other spellings are taken for it.

    `done` says that the task is complete; `needs` what a task at this step needs of the executive: its "attention", or
    "action"; `ranked` is false where it is no step of the scale, as "not started": to come from there or to go there is
    neither better nor worse, and no good news in itself.
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
        """Every spelling taken for this status: the code, the label, each part of the label, the template's own."""
        yield self.code
        yield self.label
        yield from self.label.replace("—", "–").split(" – ")
        yield from self.spellings


@dataclass(frozen=True, slots=True)
class StatusReading:
    """What a cell's words come to: the code, or a suggestion where they cannot be taken.

    `as_written` is true where the words are the code itself, so that nothing needs to be said.
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
        """What each status needs. A template that says it for none means its worst: action, and the next: attention."""
        said = {status.code: status.needs for status in self.statuses}
        if not any(said.values()):
            worst = [status.code for status in reversed(self.statuses) if status.ranked and not status.done][:2]
            said |= dict(zip(worst, ("action", "attention"), strict=False))
        return said

    def codes_needing(self, *needs: str) -> tuple[str, ...]:
        """The codes of the statuses that need one of these ("", "attention", "action"), best first."""
        return tuple(code for code in self.codes if self._needs[code] in needs)

    @cached_property
    def by_code(self) -> dict[str, Status]:
        """The statuses by their code."""
        return {status.code: status for status in self.statuses}

    @cached_property
    def _code_by_spelling(self) -> dict[str, str | None]:
        """Each plain spelling with its code; None where two statuses share it, for then it decides nothing."""
        spelt: dict[str, str | None] = {}
        for status in self.statuses:
            for spelling in {normalise_text(spelling) for spelling in status.all_spellings} - {""}:
                spelt[spelling] = None if spelling in spelt else status.code
        return spelt

    def read(self, text: str) -> StatusReading:
        """Take `text` for a status where its spelling is unambiguous; otherwise suggest the nearest one.

        Case, blanks and punctuation at either end, and the kind of dash do not matter; a question mark or a slash
        does, since it says that the writer was of two minds. An error value is nobody's answer: it is like no status.
        """
        if text in self.by_code:
            return StatusReading(text, is_exact=True)
        if _ERROR_VALUE.fullmatch(text):
            return StatusReading(None)
        signs = set(unicodedata.normalize("NFKC", text))
        two_minded = bool(_ALTERNATIVE_SIGNS & signs) or self._names_several(text)
        doubtful = two_minded or "?" in signs
        code = None if doubtful else self._code_by_spelling.get(normalise_text(text))
        if code is not None:
            return StatusReading(code)
        # To suggest one of the two would be to choose for the writer.
        return StatusReading(None, suggestion=None if two_minded else self._suggest(text))

    def _names_several(self, text: str) -> bool:
        """Whether a text names more than one status: "Amber to Green"."""
        named = {self._code_by_spelling.get(word) for word in normalise_text(text).split() if len(word) > 1}
        return len(named - {None}) > 1

    def _suggest(self, text: str) -> str | None:
        from rapidfuzz import fuzz, process

        sure = {
            spelling: code
            for spelling, code in self._code_by_spelling.items()
            if code is not None and len(spelling) > 1
        }
        best = process.extractOne(
            normalise_text(text), list(sure), scorer=fuzz.ratio, score_cutoff=MIN_SUGGESTION_SCORE
        )
        return sure[best[0]] if best else None
