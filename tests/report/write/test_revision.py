"""The revision of a report: which cells have changed since it was sent out, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from helpers import periods, projects
from ragsheets.ledger import IssuedRecord
from ragsheets.report.write.content import DocumentInfo
from ragsheets.report.write.revision import cell_key, report_cells, with_revision
from ragsheets.template.reader import read_template

WORDING = read_template("standard").wording
KEY = cell_key("Parks", "2.1", "a) Task a", 1, "Position")
LONG_START = "The panel met in all of the twelve neighbourhoods of the town and of the county "


def issued(cells: Mapping[str, str]) -> IssuedRecord:
    return IssuedRecord(
        edition="full", revision=0, at="2008-09-04 10:00:00", sha256="", cells=cells, path="", unedited_sha256=""
    )


@pytest.mark.parametrize("padding", ["", "and again in winter, " * 5])
def test_texts_that_differ_only_far_from_their_start_are_shown_with_the_difference(padding: str) -> None:
    before, after = (f"{LONG_START}{padding}by {month}" for month in ("May", "June"))
    content = DocumentInfo(title="Progress", partnership="Ours", period="Autumn", date="4th September 2008")
    note = with_revision(content, {KEY: after}, [issued({KEY: before})], WORDING).revision_note
    assert note
    (line,) = (item.text for item in note.items)
    was, now = line.removeprefix("Parks, a) Task a, Position: was ").split(", is now ")
    assert was.endswith("by May”")
    assert now.endswith("by June”")


def test_a_change_names_its_task_where_another_column_precedes_the_task(tmp_path: Path) -> None:
    columns = [{"key": "owner", "heading": "Owner", "kind": "text", "filled_by": "plan", "width": 10, "before": "task"}]
    template = projects.toml({"version": 1, "name": "owned", "extends": "standard", "columns": columns})
    tmp_path.joinpath("owned.toml").write_text(template, encoding="utf-8")
    task = projects.task("a", owner="Ann")
    plan = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(task))), template="owned.toml")
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}}, plan=plan)
    content = periods.report_content(tmp_path)
    assert {key.split("\x1f")[2] for key in report_cells(content, WORDING)} == {"", "a) Task a"}
