"""narrative.toml: the coordinator's own words of the end-of-year report."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ragsheets import files
from ragsheets.errors import ReportError
from ragsheets.validation import problems_of


class Narrative(BaseModel):
    """What the coordinator says in the end-of-year report.

    What is there but empty is still to be written; what is None was left out on purpose.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    introduction: str | None = None
    next_steps: tuple[str, ...] | None = None
    closing: str | None = None


#: What there is before the coordinator has written anything.
EMPTY_NARRATIVE = Narrative(introduction="", next_steps=(), closing="")


def read_narrative(path: Path) -> Narrative:
    """The narrative in a file; `UNWRITTEN` where there is no such file.

    Raises ReportError with every problem in it: unknown keys, each with the nearest known one, and values of another
    kind.
    """
    if not path.exists():
        return EMPTY_NARRATIVE
    raw = files.read_toml(path, ReportError)
    try:
        return Narrative.model_validate(raw)
    except ValidationError as error:
        raise ReportError(f"{path.name} cannot be used", problems=problems_of(error, Narrative, path.name)) from None


def starter_narrative() -> bytes:
    """A narrative.toml to begin with: every key, empty, and how to fill it in."""
    return (files.shipped_folder("examples") / "starter" / files.NARRATIVE_FILE).read_bytes()
