"""Other programs that open a workbook and save it again; each skips the test, with the reason, where it is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers import office
from helpers.office import ROOT

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


def resave_in_libreoffice(path: Path, folder: Path, suffix: str) -> Path:
    return office.convert(path, suffix, folder)


def resave_in_gnumeric(path: Path, folder: Path, suffix: str, *options: str) -> Path:
    program = shutil.which("ssconvert")
    if program is None:
        pytest.skip("Gnumeric's ssconvert is not installed")
    output = folder / f"{path.stem}.{suffix}"
    how = {"xlsx": "Gnumeric_Excel:xlsx2", "xls": "Gnumeric_Excel:excel_biff8", "ods": "Gnumeric_OpenCalc:odf"}[suffix]
    subprocess.run(
        [program, *options, "-T", how, path, output], check=True, capture_output=True, timeout=office.TIMEOUT_SECONDS
    )
    return output


def resave_in_javascript(path: Path, folder: Path, kind: str) -> Path:
    node = shutil.which("node")
    package = "exceljs" if kind == "exceljs" else "xlsx"
    if node is None or subprocess.run([node, "-e", f"require('{package}')"], capture_output=True, cwd=ROOT).returncode:
        pytest.skip(f"the npm package {package} is neither in node_modules nor in a folder of NODE_PATH")
    output = folder / f"{path.stem}.{'xlsx' if kind == 'exceljs' else kind}"
    words = json.dumps([os.fspath(path), os.fspath(output), kind])
    subprocess.run([node, "-e", JAVASCRIPT, words], check=True, cwd=ROOT, timeout=office.TIMEOUT_SECONDS)
    return output
