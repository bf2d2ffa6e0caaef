"""A return that another program saved again, in any form that it offers, gives the same answers as the original."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import office
import pandas as pd
import pytest
from conftest import DATE, DUE

from ragsheets import demo
from ragsheets.plan import Period, Plan
from ragsheets.project import Project, generate, ingest
from ragsheets.template import Template

ROOT = Path(__file__).parent.parent.parent
GROUP = "Stronger Communities"

JAVASCRIPT = """
const [from, to, kind] = JSON.parse(process.argv[1]);
if (kind === 'exceljs') {
  const book = new (require('exceljs').Workbook)();
  book.xlsx.readFile(from).then(() => book.xlsx.writeFile(to));
} else {
  const XLSX = require('xlsx');
  XLSX.writeFile(XLSX.readFile(from), to, {bookType: kind});
}
"""


def libreoffice(path: Path, folder: Path, suffix: str) -> Path:
    return office.converted(path, suffix, folder)


def gnumeric(path: Path, folder: Path, suffix: str) -> Path:
    program = shutil.which("ssconvert")
    if program is None:
        pytest.skip("Gnumeric's ssconvert is not installed")
    made = folder / f"{path.stem}.{suffix}"
    how = {"xlsx": "Gnumeric_Excel:xlsx2", "xls": "Gnumeric_Excel:excel_biff8", "ods": "Gnumeric_OpenCalc:odf"}[suffix]
    subprocess.run([program, "-T", how, path, made], check=True, capture_output=True, timeout=office.PATIENCE)
    return made


def javascript(path: Path, folder: Path, kind: str) -> Path:
    node = shutil.which("node")
    package = "exceljs" if kind == "exceljs" else "xlsx"
    if node is None or subprocess.run([node, "-e", f"require('{package}')"], capture_output=True, cwd=ROOT).returncode:
        pytest.skip(f"the npm package {package} is neither in node_modules nor in a folder of NODE_PATH")
    made = folder / f"{path.stem}.{'xlsx' if kind == 'exceljs' else kind}"
    words = json.dumps([os.fspath(path), os.fspath(made), kind])
    subprocess.run([node, "-e", JAVASCRIPT, words], check=True, cwd=ROOT, timeout=office.PATIENCE)
    return made


PROGRAMS = [
    *((libreoffice, suffix) for suffix in ("xlsx", "xls", "ods")),
    *((gnumeric, suffix) for suffix in ("xlsx", "xls", "ods")),
    *((javascript, kind) for kind in ("exceljs", "xlsx", "ods")),
]


def answers(project: Project, path: Path) -> pd.DataFrame:
    result = ingest(project, [path])
    assert [file.result for file in result.files] == ["accepted"], result.files
    assert [item.code for item in result.files[0].findings] == []
    return result.tasks.drop(columns=["file", "sheet", "cell"])


@pytest.mark.parametrize(("program", "form"), PROGRAMS, ids=[f"{p.__name__} {form}" for p, form in PROGRAMS])
def test_a_return_saved_by_another_program_says_the_same(
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
    original.write_bytes(demo.filled_in(*example, period, reply))
    (tmp_path / "resaved").mkdir()
    resaved = answers(project, program(original, tmp_path / "resaved", form))
    project.folder.joinpath("ragsheets.db").unlink()
    generate(project, DATE, due=DUE, force=True)
    pd.testing.assert_frame_equal(resaved, answers(project, original))


def test_a_form_whose_cells_would_be_overlooked_is_refused_and_said(
    project: Project, tmp_path: Path, example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]
) -> None:
    original = tmp_path / "reply.xlsx"
    original.write_bytes(demo.filled_in(*example, period, replies[GROUP]))
    (file,) = ingest(project, [javascript(original, tmp_path, "xlsb")]).files
    assert (file.result, [item.code for item in file.findings]) == ("rejected", ["unusual-form"])
