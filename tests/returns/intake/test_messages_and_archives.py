"""Returns in messages and archives, written replies, and returns that are excluded again."""

from __future__ import annotations

import datetime
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from helpers.example import DATE
from helpers.periods import make_returns_older
from ragsheets.errors import ProjectError
from ragsheets.formats.limits import Limits, parse_limits
from ragsheets.plan.model import Period, Plan
from ragsheets.project import demo
from ragsheets.project.export import write_export
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report
from ragsheets.returns.ingest import IngestResult
from ragsheets.template.model import Template

STRONGER, HEALTHY = "Stronger Communities", "Healthy City Partnership"
Reply = Callable[..., bytes]


@pytest.fixture
def reply(example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]) -> Reply:
    """Return a function that makes a sub-group's reply; `changes` are other answers to its tasks."""

    def make_reply(group: str, **changes: str) -> bytes:
        reply_data = {name: value for name, value in replies[group].items() if name != "overtyped"}
        answers = {key: dict(texts) for key, texts in reply_data["answers"].items()}
        for key, status in changes.items():
            answers[key.removeprefix("t").replace("_", ".")]["status"] = status
        return demo.fill_in_workbook(*example, period, {**reply_data, "answers": answers})

    return make_reply


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xlsx", ".xlsx").replace("_zip", ".zip"), content)
    return buffer.getvalue()


def message_bytes(text: str, date: str = "Fri, 12 Sep 2008 10:00:00 +0100", **attached: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = "Di <di@example.org>", "us@example.org", "Return", date
    mail.set_content(text)
    for name, content in attached.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return mail.as_bytes()


def without_saving_time(content: bytes) -> bytes:
    """Return the workbook as saved by a program that leaves the time of saving as it was sent."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2008-09-04T00:00:00Z", core)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def findings_by_file(result: IngestResult) -> dict[str, tuple[str, list[str]]]:
    return {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}


def test_workbooks_inside_archives_and_messages_are_read_and_named(
    project: Project, returned: Path, reply: Reply
) -> None:
    (returned / "all.zip").write_bytes(zipped(one__a_xlsx=reply(STRONGER), inner_zip=zipped(b_xlsx=reply(HEALTHY))))
    result = ingest(project)
    assert findings_by_file(result) == {
        "all.zip": ("ignored", []),
        "all.zip/one/a.xlsx": ("accepted", []),
        "all.zip/inner.zip": ("ignored", []),
        "all.zip/inner.zip/b.xlsx": ("accepted", ["unknown-status"]),
    }
    again = ingest(project)
    assert {
        name: result_code for name, (result_code, _) in findings_by_file(again).items() if name.endswith("xlsx")
    } == {
        "all.zip/one/a.xlsx": "duplicate",
        "all.zip/inner.zip/b.xlsx": "duplicate",
    }
    assert again.totals.equals(result.totals)


def test_several_workbooks_in_one_message_and_its_text_are_read(project: Project, returned: Path, reply: Reply) -> None:
    content = message_bytes(
        "Ours and theirs. 2.1a is really Red by now.", a_xlsx=reply(STRONGER), b_xlsx=reply(HEALTHY)
    )
    (returned / "reply.eml").write_bytes(content)
    result = ingest(project)
    assert findings_by_file(result)["reply.eml"] == ("ignored", ["message-answer"])
    assert "2.1a is really Red by now." in result.files[0].findings[0].found
    assert {file.group for file in result.files if file.result == "accepted"} == {STRONGER, HEALTHY}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2.1a is green, the rest as before.", ["message-reply"]),
        ("Here it is: https://example.sharepoint.com/:x:/r/sites/us/form.xlsx", ["message-reply", "cloud-link"]),
    ],
)
def test_a_message_without_a_workbook_is_quoted(project: Project, returned: Path, text: str, codes: list[str]) -> None:
    (returned / "reply.eml").write_bytes(message_bytes(text))
    result = ingest(project)
    assert sorted(findings_by_file(result)["reply.eml"][1]) == sorted(codes)
    assert findings_by_file(result)["reply.eml"][0] == "ignored"
    assert any(text in item.found for item in result.files[0].findings)
    assert not result.needs_attention
    assert findings_by_file(ingest(project)) == findings_by_file(result), "and again"
    (returned / "reply.eml").unlink()
    assert findings_by_file(ingest(project)) == {}


def test_the_subject_and_a_quoted_earlier_message_are_reported(project: Project, returned: Path) -> None:
    text = "fyi\n\n-----Original Message-----\nFrom: Ann\nSent: today\nTo: Di\nSubject: Return\n\n2.1a is Green.\n"
    (returned / "reply.eml").write_bytes(message_bytes(text))
    (item,) = ingest(project).files[0].findings
    assert (item.code, item.severity) == ("message-reply", "warning")
    assert item.found.startswith("Return\n")
    assert "2.1a is Green." in item.found


def test_the_generated_report_is_ignored_without_a_finding(project: Project, returned: Path) -> None:
    (returned / "last report.docx").write_bytes(write_report(project).path.read_bytes())
    assert findings_by_file(ingest(project)) == {"last report.docx": ("ignored", [])}


def test_a_report_that_was_edited_is_quoted(project: Project, returned: Path) -> None:
    document = docx.Document(str(write_report(project).path))
    document.add_paragraph("2.1a should be green.")
    document.save(str(returned / "our report.docx"))
    result = ingest(project)
    assert findings_by_file(result) == {"our report.docx": ("ignored", ["edited-report"])}
    (item,) = result.files[0].findings
    assert "2.1a should be green." in item.found
    assert "ragsheets verify" in item.fix


def test_a_report_of_another_ledger_is_quoted(project: Project, returned: Path, tmp_path: Path) -> None:
    shutil.copytree(project.folder, tmp_path / "other")
    (returned / "our report.docx").write_bytes(write_report(Project(tmp_path / "other")).path.read_bytes())
    assert findings_by_file(ingest(project)) == {"our report.docx": ("ignored", ["edited-report"])}


@pytest.mark.slow
def test_an_export_is_ignored_and_an_edited_one_is_not(project: Project, returned: Path) -> None:
    export, workbook = returned / "answers.csv", returned / "answers.xlsx"
    write_export(project, export)
    write_export(project, workbook)
    assert findings_by_file(ingest(project)) == {"answers.csv": ("ignored", []), "answers.xlsx": ("ignored", [])}
    export.write_bytes(export.read_bytes() + b"2.1a,now green\r\n")
    edited_workbook = openpyxl.load_workbook(workbook)
    edited_workbook.worksheets[0]["A2"] = "now green"
    edited_workbook.save(workbook)
    result = ingest(project)
    assert findings_by_file(result)["answers.csv"] == ("ignored", ["other-reply"])
    assert "now green" in [item.found for item in result.files[1].findings]


def test_a_sent_workbook_that_came_back_unchanged_is_not_ignored(project: Project, returned: Path) -> None:
    sent = next(path for path in (project.folder / "2008-09-04" / "sent").iterdir() if STRONGER in path.name)
    (returned / sent.name).write_bytes(sent.read_bytes())
    assert findings_by_file(ingest(project)) == {sent.name: ("accepted", ["nothing-filled-in"])}


def test_the_text_of_a_csv_file_is_quoted(project: Project, returned: Path) -> None:
    (returned / "answers.csv").write_bytes(b"Tasks,Status\nHelp people,Green\n")
    result = ingest(project)
    assert findings_by_file(result) == {"answers.csv": ("ignored", ["other-reply"])}
    assert "Help people,Green" in result.files[0].findings[0].found


def test_a_date_in_digits_is_shown_with_the_day_first(
    project: Project, returned: Path, reply: Reply, example: tuple[Plan, Template]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(reply(STRONGER)))
    sheet = book["Outcome 2.1"]
    row = next(cell.row for cell in sheet["F"] if cell.value == "2.1a")
    sheet.cell(row, 5).value = datetime.date(2009, 5, 4)
    sheet.cell(row, 5).number_format = "mm-dd-yy"
    sheet.cell(row, 3).value = datetime.datetime(2009, 5, 4, 10, 30)
    sheet.cell(row, 3).number_format = "d mmm yyyy"
    buffer = io.BytesIO()
    book.save(buffer)
    (returned / "reply.xlsx").write_bytes(buffer.getvalue())
    task = ingest(project).tasks.set_index("key").loc["2.1a"]
    assert (task["planned"], task["position"]) == ("04/05/2009", "4 May 2009")


def test_a_file_is_removed_with_the_archive_that_held_it(project: Project, returned: Path) -> None:
    (returned / "all.zip").write_bytes(zipped(a_xlsx=b"no workbook"))
    assert findings_by_file(ingest(project))["all.zip/a.xlsx"] == ("rejected", ["not-a-workbook"])
    other_folder = returned.parent / "sent"
    assert findings_by_file(ingest(project, [other_folder]))["all.zip/a.xlsx"][0] == "rejected", "it lies there still"
    (returned / "all.zip").write_bytes(zipped(other_xlsx=b"nor this"))
    assert set(findings_by_file(ingest(project))) == {"all.zip", "all.zip/other.xlsx"}


def test_the_newer_message_wins_where_the_workbooks_store_no_time(
    project: Project, returned: Path, reply: Reply
) -> None:
    newer, older = (
        without_saving_time(reply(STRONGER, t2_1a="RED")),
        without_saving_time(reply(STRONGER, t2_1a="GREEN")),
    )
    (returned / "a.eml").write_bytes(message_bytes("x", "Fri, 12 Sep 2008 10:00:00 +0100", r_xlsx=newer))
    (returned / "b.eml").write_bytes(message_bytes("y", "Thu, 11 Sep 2008 10:00:00 +0100", r_xlsx=older))
    assert ingest(project).tasks.set_index("key").loc["2.1a", "status"] == "RED"


def test_archives_nested_too_deep_are_rejected_by_name(project: Project, returned: Path, reply: Reply) -> None:
    inner = zipped(a_xlsx=reply(STRONGER))
    for _ in range(4):
        inner = zipped(in_zip=inner)
    (returned / "all.zip").write_bytes(inner)
    result = findings_by_file(ingest(project))
    assert ("rejected", ["too-deep"]) in result.values()
    assert not any(name.endswith(".xlsx") for name in result)


@pytest.mark.slow
def test_a_return_is_excluded_and_included_again(project: Project, returned: Path, reply: Reply) -> None:
    (returned / "first.xlsx").write_bytes(reply(STRONGER, t2_1a="GREEN"))
    first_result = ingest(project)
    make_returns_older(project.folder, DATE.isoformat())
    (returned / "second thoughts.xlsx").write_bytes(reply(STRONGER, t2_1a="RED"))
    assert ingest(project).tasks.set_index("key").loc["2.1a", "status"] == "RED"
    without_second = ingest(project, exclude=["second thoughts.xlsx"])
    assert findings_by_file(without_second)["second thoughts.xlsx"] == ("ignored", ["excluded"])
    assert without_second.totals.equals(first_result.totals)
    assert findings_by_file(ingest(project)) == findings_by_file(without_second), "it stays out"
    digest = next(file.sha256 for file in without_second.files if file.file.startswith("second"))
    included_again = ingest(project, include=[digest[:8]])
    assert included_again.tasks.set_index("key").loc["2.1a", "status"] == "RED"
    assert json.dumps(included_again.as_json()["totals"]) != json.dumps(without_second.as_json()["totals"])


def test_an_unknown_return_name_is_an_error_with_a_suggestion(project: Project, returned: Path, reply: Reply) -> None:
    (returned / "reply.xlsx").write_bytes(reply(STRONGER))
    ingest(project)
    with pytest.raises(ProjectError, match=r"no return “replay.xlsx”.*reply\.xlsx"):
        ingest(project, exclude=["replay.xlsx"])


def test_limits_are_settings(project: Project, returned: Path, reply: Reply) -> None:
    (returned / "reply.xlsx").write_bytes(reply(STRONGER))
    result = ingest(project, limits=parse_limits(["parts=3"]))
    assert findings_by_file(result)["reply.xlsx"] == ("rejected", ["too-large"])
    assert findings_by_file(ingest(project))["reply.xlsx"][0] == "accepted"
    with pytest.raises(ProjectError, match=r"no limit “partz”"):
        parse_limits(["partz=3"])
    with pytest.raises(ProjectError, match="no whole number"):
        parse_limits(["parts=many"])
    assert parse_limits([]) == Limits()


def test_the_period_of_these_tests_is_that_of_the_example() -> None:
    assert DATE.isoformat() == "2008-09-04"
