"""A template file: the columns asked for, the statuses, the wording and the look.

The workbook writer, the reader, the query workbooks and the Word report take headings, columns, statuses, labels and
colours only from here.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from ragsheets import dates
from ragsheets.template.colour import Colour
from ragsheets.template.status import Status, StatusScale
from ragsheets.template.wording import REPORT_PREFIXES, NonEmptyText, Wording
from ragsheets.text import normalise_text

#: The keys of the look whose values are file names.
LOOK_FILE_KEYS = ("style", "logo")

#: The columns that every template has; a template may reword them and add others.
BUILT_IN_COLUMNS = ("task", "target", "position", "status", "planned")


def _require_key(text: str) -> str:
    """Return a column's key if it is a plain name; raises PydanticCustomError otherwise."""
    if not re.fullmatch("[a-z][a-z0-9_]*", text):
        raise PydanticCustomError("key", "must be a name such as due_date: small letters, digits and _, a letter first")
    return text


class Column(BaseModel):
    """One column of the task table.

    Attributes:
        key: the name of the column in the data, such as `due_date`. It is not printed.
        heading: the heading of the column in workbook and report.
        kind: the kind of answer. Only the column `status` is of the kind `status`.
        filled_by: who fills the column: the contact in the workbook, or you in the plan.
        required: whether an empty cell is asked about.
        width: the width in the workbook, in characters of its font.
        prompt: the hint that appears when a cell of the column is selected.
        choices: what can be chosen in a column of the kind `choice`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, AfterValidator(_require_key)]
    heading: NonEmptyText
    kind: Literal["text", "status", "date", "number", "choice"] = "text"
    filled_by: Literal["contact", "plan"] = "contact"
    required: bool = False
    width: Annotated[float, Field(ge=4, le=120)] = 20
    prompt: Annotated[str, StringConstraints(max_length=255)] = ""
    choices: tuple[NonEmptyText, ...] = ()

    def normalise(self, text: str) -> str:
        """Return `text` in the form of the column's kind: a date in ISO form, a choice as listed; else unchanged."""
        if self.kind == "date":
            date = dates.read_date(text)
            return date.isoformat() if date else text
        if self.kind == "choice":
            return next((choice for choice in self.choices if normalise_text(choice) == normalise_text(text)), text)
        return text


class TemplateLook(BaseModel):
    """Fonts, sizes and colours, and files that further determine the look of a report.

    Attributes:
        font: the font of workbook and report.
        size: the size of the text in points.
        title_size: the size of the title in points.
        heading_fill: the colour of the heading row of every table.
        heading_ink: the colour of its text.
        band_fill: the colour of the row that names an action.
        band_ink: the colour of its text.
        panel_fill: the colour of the workbook's cells that are not to be filled in.
        answer_fill: the colour of the cells to fill in.
        query_fill: the colour of a cell that is asked about again.
        query_rule: the colour of the frame of such a cell.
        text_ink: the colour of the text.
        link_ink: the colour of links.
        rule: the colour of the lines of tables.
        style: a Word document of your own whose fonts, colours, headings, headers, footers and page size the report
            takes over. The file name is relative to the template's file.
        logo: a picture above the title of the report, .png or .jpg. The file name is relative to the template's file.
        logo_alt: what the picture shows, for those who cannot see it. It is needed with a logo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    font: NonEmptyText
    size: Annotated[float, Field(ge=6, le=30)]
    title_size: Annotated[float, Field(ge=6, le=60)]
    heading_fill: Colour
    heading_ink: Colour
    band_fill: Colour
    band_ink: Colour
    panel_fill: Colour
    answer_fill: Colour
    query_fill: Colour
    query_rule: Colour
    text_ink: Colour
    link_ink: Colour
    rule: Colour
    style: str = ""
    logo: str = ""
    logo_alt: str = ""


class Template(BaseModel):
    """A whole template, merged with the templates that it extends.

    Attributes:
        version: the version of the template's form, 1.
        name: the name of the template; that of its file by default.
        columns: the columns of the task table, from left to right.
        statuses: the statuses, the best first.
        wording: every sentence and heading of workbook and report.
        look: fonts, sizes and colours.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1, strict=True)]
    name: NonEmptyText
    columns: tuple[Column, ...]
    statuses: Annotated[tuple[Status, ...], Field(min_length=1)]
    wording: Wording
    look: TemplateLook

    @cached_property
    def scale(self) -> StatusScale:
        """The statuses as the scale that parses cells."""
        return StatusScale(self.statuses)

    @cached_property
    def contact_columns(self) -> tuple[Column, ...]:
        """The columns that the contact fills in, in order."""
        return tuple(column for column in self.columns if column.filled_by == "contact")

    @cached_property
    def plan_columns(self) -> tuple[Column, ...]:
        """The columns that the plan fills, other than task and target."""
        return tuple(
            column for column in self.columns if column.filled_by == "plan" and column.key not in BUILT_IN_COLUMNS
        )

    @cached_property
    def headings(self) -> dict[str, str]:
        """The headings of the columns by their keys, in order."""
        return {column.key: column.heading for column in self.columns}

    def column(self, key: str) -> Column:
        """Return the column with this key; raises KeyError if there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    @cached_property
    def digest(self) -> str:
        """A short digest of the whole template (12 hexadecimal digits)."""
        return _digest_of(self.model_dump_json())

    @cached_property
    def workbook_digest(self) -> str:
        """A short digest of the template without the words that only reports and questions have."""
        return _workbook_digest_of(self.model_dump_json())

    def keep_digests(self, stored_text: str) -> None:
        """Keep the digests of the text that this template was stored as, whatever it was completed with since."""
        vars(self).update(digest=_digest_of(stored_text), workbook_digest=_workbook_digest_of(stored_text))


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _workbook_digest_of(stored_text: str) -> str:
    raw = json.loads(stored_text)
    words = raw["wording"].items()
    raw["wording"] = {key: text for key, text in words if key != "questions" and not key.startswith(REPORT_PREFIXES)}
    return _digest_of(json.dumps(raw))
