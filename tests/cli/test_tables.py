"""The table of an ingest on terminals of any width."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from ragsheets.cli import tables
from ragsheets.project import demo


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_column_is_lost_on_a_narrow_terminal(tmp_path: Path, width: int) -> None:
    result = demo.run_demo(tmp_path / "demo").result
    out = Console(width=width, record=True)
    with out.capture() as captured:
        out.print(tables.groups_table(result))
    words = captured.get().split()
    for word in ("Healthy", "Stronger", "Communities", "returned", "Green", "Amber", "Red", "Total", "settle", "20"):
        assert word in words
    assert "…" not in captured.get()
