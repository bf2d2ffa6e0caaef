"""Returned files of other forms: archives are opened, the others named with a fix that works; so do the commands."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from helpers import projects, protected_files
from helpers.built_once import built_once
from helpers.compound_files import compound_file
from helpers.hostile import forms
from helpers.projects import run_ragsheets
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding

DAY = "2008-09-04"
ANSWER = {"2.1a": {"position": "Under way.", "status": "GREEN", "planned": "More."}}
XML_2003 = (
    b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
)
MESSAGE = (
    b"From: Ann <ann@example.org>\r\nTo: us@example.org\r\nSubject: Return\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\nHello\r\n"
)
WORD_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/'
    b'office/word/2003/wordml"><w:body><w:p><w:r><w:t>2.1a is green.</w:t></w:r></w:p></w:body></w:wordDocument>'
)


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    projects.write_plan(tmp_path)
    run_ragsheets("-C", tmp_path, "generate", "--date", DAY)
    return Project(tmp_path)


@pytest.fixture
def workbook(project: Project) -> bytes:
    """A workbook filled in."""
    return projects.reply(project.folder, "Parks.xlsx", ANSWER, to=project.folder / "elsewhere").read_bytes()


def tar_gz(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def ingest_files(project: Project, files: Mapping[str, bytes]) -> dict[str, tuple[str, list[Finding]]]:
    """Put these files into returned/ and ingest it; return each file's result and its findings on the whole file."""
    folder = project.folder / DAY / "returned"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return {
        file.file: (file.result, [item for item in file.findings if not item.sheet]) for file in ingest(project).files
    }


def codes_of(results: Mapping[str, tuple[str, list[Finding]]]) -> dict[str, tuple[str, list[str]]]:
    return {name: (result, [item.code for item in items]) for name, (result, items) in results.items()}


@pytest.mark.parametrize(
    ("name", "member"),
    [("Returns.tar.gz", "Folder/Parks.xlsx"), ("Parks.xlsx.gz", "Parks.xlsx"), ("Returns.exe", "Parks.xlsx")],
)
def test_a_workbook_in_a_compressed_archive_is_taken(project: Project, workbook: bytes, name: str, member: str) -> None:
    if name.endswith(".exe"):
        from helpers.hostile.packing import pack_parts

        content = b"MZ\x90\0" + bytes(3000) + pack_parts({"Parks.xlsx": workbook})
    else:
        content = gzip.compress(workbook) if name.endswith(".xlsx.gz") else tar_gz({member: workbook})
    results = ingest_files(project, {name: content})
    assert codes_of(results) == {name: ("ignored", []), f"{name}/{member}": ("accepted", [])}


@pytest.mark.slow
def test_a_workbook_with_the_default_password_is_taken(project: Project, workbook: bytes) -> None:
    protected = protected_files.encrypted_package(workbook, protected_files.DEFAULT_PASSWORD)
    assert codes_of(ingest_files(project, {"Parks.xlsx": protected})) == {"Parks.xlsx": ("accepted", [])}
    assert ingest(project).files[0].result == "duplicate"


def test_an_xls_workbook_with_the_default_password_is_taken(project: Project, workbook: bytes) -> None:
    protected = protected_files.encrypted_xls(workbook, protected_files.DEFAULT_PASSWORD)
    result = ingest_files(project, {"Parks.xls": protected})["Parks.xls"][0]
    assert result == "accepted"
    assert [*ingest(project).tasks["status"]] == ["GREEN"]


@pytest.mark.parametrize(
    ("name", "content", "code", "message", "fix"),
    [
        ("a.xls", XML_2003, "old-format", "an Excel 2003 XML spreadsheet", "your office program, save it as .xlsx"),
        ("a.xlsx", b"<table><tr><td>2.1a</td></tr></table>", "old-format", "HTML", "save it as .xlsx"),
        ("a.xls", b"a,b\r\n1,2\r\n", "old-format", "CSV", "save it as .xlsx"),
        (
            "a.gnumeric",
            gzip.compress(b'<gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"/>', mtime=0),
            "old-format",
            "Gnumeric",
            "LibreOffice",
        ),
        ("a.xls", forms.as_old_xls, "old-format", "an Excel 2, 3 or 4 workbook", "save it as .xlsx"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(9), "other-archive", "7-Zip", "Unpack it and put the files in it into"),
        ("a.zip.001", b"PK\x03\x04" + bytes(9), "other-archive", "split", "Unpack it"),
        ("a.exe", b"MZ\x90\0" + bytes(9), "hostile", "a program", "Do not open it"),
        ("a.lnk", b"book\0\0\0\0mark" + bytes(9), "not-a-workbook", "a shortcut", "Ask for the workbook itself"),
        ("a.xlsx", protected_files.rights_managed_package(), "rights-managed", "rights", "without that protection"),
    ],
)
def test_what_is_not_read_is_named_with_a_fix(
    project: Project, workbook: bytes, name: str, content: bytes, code: str, message: str, fix: str
) -> None:
    content = forms.as_old_xls(workbook, 2) if callable(content) else content
    result, findings = ingest_files(project, {name: content})[name]
    assert (result, [item.code for item in findings]) == ("rejected", [code])
    assert message in findings[0].message
    assert fix in findings[0].fix


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("a.url", b"[InternetShortcut]\r\nURL=https://example.org/a.xlsx", "cloud-link", "https://example.org/a.xlsx"),
        (
            "a.doc",
            WORD_2003,
            "other-reply",
            "a Word 2003 XML document, not the workbook. Its words: “2.1a is green.”",
        ),
        ("a.wpd", b"\xffWPC\x10\0\0\0", "wordless-reply", "a WordPerfect document, which cannot be read"),
        ("a.csv", b"Task,Status\r\n2.1a,GREEN\r\n", "other-reply", "2.1a,GREEN"),
    ],
)
def test_a_reply_of_another_form_is_quoted_or_named(
    project: Project, name: str, content: bytes, code: str, words: str
) -> None:
    result, findings = ingest_files(project, {name: content})[name]
    assert (result, [item.code for item in findings]) == ("ignored", [code])
    assert words in findings[0].message


def test_a_reply_with_a_password_is_named(project: Project) -> None:
    document = compound_file({"WordDocument": (b"\xec\xa5\xc1\0" + bytes(7) + b"\1").ljust(5000, b"\0")})
    assert codes_of(ingest_files(project, {"a.doc": document})) == {"a.doc": ("rejected", ["encrypted"])}


@pytest.mark.parametrize(
    ("content", "what", "fix"),
    [
        (WORD_2003, "a Word 2003 XML document", "Open it in Word"),
        (XML_2003, "an Excel 2003 XML spreadsheet", "Name a document saved as .docx"),
        (b"{\\rtf1 words}", "a rich text document", "Open it in Word"),
        (MESSAGE, "a message", "Name a document saved as .docx"),
        (compound_file({"MatOST": bytes(5000)}), "a Microsoft Works document (.wps)", "Open it in Word"),
        (compound_file({"WordDocument": bytes(5000)}), "a Word document in the old format (.doc)", "Open it in Word"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(9), "a 7-Zip archive (.7z)", "Name a document saved as .docx"),
    ],
)
def test_commands_on_documents_name_the_form(project: Project, content: bytes, what: str, fix: str) -> None:
    document = project.folder / "report.docx"
    document.write_bytes(content)
    for command in (
        ("plan", "convert", document, project.folder / "out.toml"),
        ("verify", document),
        ("report", "--style", document, "-o", project.folder / "out.docx"),
    ):
        result = run_ragsheets("-C", project.folder, *command)
        assert result.exit_code == 2, result.output
        assert f"report.docx: is {what}, not a Word document (.docx). {fix}" in result.stderr


@pytest.mark.slow
def test_commands_open_documents_and_plans_with_the_default_password(project: Project) -> None:
    run_ragsheets("-C", project.folder, "report", "-o", project.folder / "report.docx")
    run_ragsheets("-C", project.folder, "plan", "convert", project.folder / "plan.toml", project.folder / "copy.xlsx")
    for name in ("report.docx", "copy.xlsx"):
        path = project.folder / name
        path.write_bytes(protected_files.encrypted_package(path.read_bytes(), protected_files.DEFAULT_PASSWORD))
    for command in (
        ("plan", "convert", project.folder / "copy.xlsx", project.folder / "a.toml"),
        ("plan", "convert", project.folder / "report.docx", project.folder / "b.toml"),
        ("verify", project.folder / "report.docx"),
        ("report", "--style", project.folder / "report.docx", "-o", project.folder / "styled.docx"),
    ):
        result = run_ragsheets("-C", project.folder, *command)
        assert result.exit_code == 0, result.output
