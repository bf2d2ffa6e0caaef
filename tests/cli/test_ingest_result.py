"""The table of an ingest on terminals of any width."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import click
import pytest
from rich.console import Console

from ragsheets.cli import ingest_result
from ragsheets.project import demo
from ragsheets.returns.finding import Severity
from ragsheets.returns.ingest import FileResult, IngestResult, ResultCode


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_column_is_lost_on_a_narrow_terminal(tmp_path: Path, width: int) -> None:
    result = demo.run_demo(tmp_path / "demo").result
    out = Console(width=width, record=True)
    with out.capture() as captured:
        out.print(ingest_result.groups_table(result))
    words = captured.get().split()
    for word in ("Healthy", "Stronger", "Communities", "returned", "Green", "Amber", "Red", "Total", "settle", "20"):
        assert word in words
    assert "…" not in captured.get()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "none"),
        ([("a.xlsx", "duplicate"), ("b.xlsx", "duplicate")], "2 read before"),
        (
            [("a.xlsx", "accepted"), ("post.zip", "ignored"), ("re.eml", "ignored"), ("post.zip/b.xlsx", "duplicate")],
            "1 accepted, 1 read before, 1 email and 1 zip opened",
        ),
        ([("a.xlsx", "rejected"), ("post.zip", "rejected"), ("Thumbs.db", "ignored")], "2 rejected, 1 ignored"),
    ],
)
def test_the_results_of_files_are_counted_in_words(files: list[tuple[str, ResultCode]], words: str) -> None:
    assert ingest_result.describe_files([FileResult(name, "", result, "") for name, result in files]) == words


@pytest.mark.parametrize(("show_all", "ids"), [(False, ["11111111"]), (True, ["11111111", "33333333", "22222222"])])
def test_all_shows_notes_and_settled_findings_on_corrections_too(
    capsys: pytest.CaptureFixture[str], show_all: bool, ids: list[str]
) -> None:
    settlement = SimpleNamespace(reason="As agreed")
    findings = [
        SimpleNamespace(
            id=number,
            code="cleared",
            severity=severity,
            settlement=settled,
            task="2.1a",
            message="So.",
            fix="",
            address="",
        )
        for number, severity, settled in (
            ("11111111", Severity.WARNING, None),
            ("22222222", Severity.NOTE, None),
            ("33333333", Severity.WARNING, settlement),
        )
    ]
    result = cast("IngestResult", SimpleNamespace(files=(), other_findings=findings))
    with click.Context(click.Command("ingest")):
        ingest_result._show_findings(result, None, show_all=show_all)
    assert re.findall(r"\d{8}", capsys.readouterr().out) == ids
