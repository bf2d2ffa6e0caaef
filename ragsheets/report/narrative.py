"""Read narrative.toml, the coordinator's texts for the reports of a period."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ragsheets import files
from ragsheets.errors import ReportError
from ragsheets.validation import problems_of


class Narrative(BaseModel):
    """The coordinator's texts: `report_introduction` for the combined report, the others for the end-of-year report.

    An empty text of the end-of-year report is still to be written; None was left out on purpose.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    report_introduction: str = ""
    introduction: str | None = None
    next_steps: tuple[str, ...] | None = None
    closing: str | None = None


#: The narrative before the coordinator has written anything.
EMPTY_NARRATIVE = Narrative(introduction="", next_steps=(), closing="")


def read_narrative(path: Path) -> Narrative:
    """Read the narrative from a file; return `EMPTY_NARRATIVE` where there is no such file.

    Raises ReportError with every problem in the file: unknown keys, each with the nearest known one, and values of
    the wrong type.
    """
    if not path.exists():
        return EMPTY_NARRATIVE
    raw = files.read_toml(path, ReportError)
    try:
        return Narrative.model_validate(raw)
    except ValidationError as error:
        raise ReportError(f"{path.name} cannot be used", problems=problems_of(error, Narrative, path.name)) from None


def starter_narrative() -> bytes:
    """Return a narrative.toml to start from: every key, empty, with instructions."""
    return (files.shipped_folder("examples") / "starter" / files.NARRATIVE_FILE).read_bytes()
