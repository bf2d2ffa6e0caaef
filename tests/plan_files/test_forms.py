"""The forms of a plan file, and what is said of files in other forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan_files.forms import PLAN_SUFFIXES, plan_form, read_plan_file


@pytest.mark.parametrize("suffix", PLAN_SUFFIXES)
def test_every_form_has_a_module_that_reads_and_writes_it(suffix: str) -> None:
    form = plan_form(f"Plan{suffix.upper()}")
    assert all(callable(getattr(form, name)) for name in ("parse", "write"))
    if f"plan{suffix}" in files.PLAN_FILES:
        assert all(callable(getattr(form, name)) for name in ("edit", "read_ledger_name"))


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        ("plan.doc", "is an old Word document.", "save it as a Word document (.docx)"),
        ("plan.DOCM", "is a Word document with macros", "save it as a Word document (.docx)"),
        ("plan.odt", "is a text document.", "save it as a Word document (.docx)"),
        ("plan.rtf", "is a text document.", "save it as a Word document (.docx)"),
        ("plan.pages", "is an Apple Pages document.", "Export To, Word"),
        ("plan.pdf", "is a PDF", "Use the document that it was made from"),
        ("plan.xls", "is an old Excel workbook.", "save it as an Excel workbook (.xlsx)"),
        ("plan.xlsm", "is an Excel workbook of another type.", "save it as an Excel workbook (.xlsx)"),
        ("plan.ods", "is a spreadsheet.", "save it as an Excel workbook (.xlsx)"),
        ("plan.numbers", "is an Apple Numbers spreadsheet.", "Export To, Excel"),
        ("plan.csv", "is a single list", "ragsheets init FOLDER --xlsx"),
        ("plan.gsheet", "is only a link to Google Sheets.", "Download, Microsoft Excel"),
        ("plan.jpg", "is no plan.", "A plan is a plan.toml"),
        ("plan", "is no plan.", "A plan is a plan.toml"),
    ],
)
def test_a_file_in_another_form_is_named_with_what_to_do(tmp_path: Path, name: str, what: str, fix: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(PlanError) as error:
        read_plan_file(tmp_path / name)
    assert str(error.value).startswith(f"{name}: {what[:-1]}")
    assert fix in str(error.value)
