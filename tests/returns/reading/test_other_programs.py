"""A return saved again by another program, in any format that it offers, gives the same answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.example import DATE, DUE
from helpers.other_programs import resave_in_gnumeric, resave_in_javascript, resave_in_libreoffice
from ragsheets.plan.model import Period, Plan
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.template.model import Template

GROUP = "Stronger Communities"

PROGRAMS = [
    *((resave_in_libreoffice, suffix) for suffix in ("xlsx", "xls", "ods")),
    *((resave_in_gnumeric, suffix) for suffix in ("xlsx", "xls", "ods")),
    *((resave_in_javascript, kind) for kind in ("exceljs", "xlsx", "ods")),
]


def answers(project: Project, path: Path) -> pd.DataFrame:
    result = ingest(project, [path])
    assert [file.result for file in result.files] == ["accepted"], result.files
    assert [item.code for item in result.files[0].findings] == []
    return result.tasks.drop(columns=["file", "sheet", "cell"])


@pytest.mark.slow
@pytest.mark.parametrize(("program", "form"), PROGRAMS, ids=[f"{p.__name__} {form}" for p, form in PROGRAMS])
def test_a_return_saved_by_another_program_gives_the_same_answers(
    project: Project,
    tmp_path: Path,
    example: tuple[Plan, Template],
    period: Period,
    replies: Mapping[str, Any],
    program: Any,
    form: str,
) -> None:
    reply = {name: value for name, value in replies[GROUP].items() if name != "overtyped"}
    original = tmp_path / "original" / "reply.xlsx"
    original.parent.mkdir()
    original.write_bytes(demo.fill_in_workbook(*example, period, reply))
    (tmp_path / "resaved").mkdir()
    resaved = answers(project, program(original, tmp_path / "resaved", form))
    project.folder.joinpath("ragsheets.db").unlink()
    generate(project, DATE, due=DUE, force=True)
    pd.testing.assert_frame_equal(resaved, answers(project, original))


def test_a_format_whose_cells_would_be_overlooked_is_rejected(
    project: Project, tmp_path: Path, example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]
) -> None:
    original = tmp_path / "reply.xlsx"
    original.write_bytes(demo.fill_in_workbook(*example, period, replies[GROUP]))
    (file,) = ingest(project, [resave_in_javascript(original, tmp_path, "xlsb")]).files
    assert (file.result, [item.code for item in file.findings]) == ("rejected", ["unusual-form"])
