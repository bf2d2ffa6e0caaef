"""Returns in messages and archives, replies in words, and returns that are taken out again."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.example import DATE
from ragsheets.errors import ProjectError
from ragsheets.formats.limits import Limits, parse_limits
from ragsheets.plan.model import Period, Plan
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report
from ragsheets.returns.ingest import IngestResult
from ragsheets.template.model import Template

STRONGER, HEALTHY = "Stronger Communities", "Healthy City Partnership"
Reply = Callable[..., bytes]


@pytest.fixture
def reply(example: tuple[Plan, Template], period: Period, replies: Mapping[str, Any]) -> Reply:
    """Makes a sub-group's reply; `changes` are other answers to its tasks."""

    def make(group: str, **changes: str) -> bytes:
        filled = {name: value for name, value in replies[group].items() if name != "overtyped"}
        answers = {key: dict(texts) for key, texts in filled["answers"].items()}
        for key, status in changes.items():
            answers[key.removeprefix("t").replace("_", ".")]["status"] = status
        return demo.fill_in_workbook(*example, period, {**filled, "answers": answers})

    return make


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xlsx", ".xlsx").replace("_zip", ".zip"), content)
    return buffer.getvalue()


def message(text: str, date: str = "Fri, 12 Sep 2008 10:00:00 +0100", **attached: bytes) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Date"] = "Di <di@example.org>", "us@example.org", "Return", date
    made.set_content(text)
    for name, content in attached.items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return made.as_bytes()


def timeless(content: bytes) -> bytes:
    """The workbook as a program saves it that leaves the time of saving as it was sent."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2008-09-04T00:00:00Z", core)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def said(result: IngestResult) -> dict[str, tuple[str, list[str]]]:
    return {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}


def test_workbooks_inside_archives_and_messages_are_read_and_named(
    project: Project, returned: Path, reply: Reply
) -> None:
    (returned / "all.zip").write_bytes(zipped(one__a_xlsx=reply(STRONGER), inner_zip=zipped(b_xlsx=reply(HEALTHY))))
    result = ingest(project)
    assert said(result) == {
        "all.zip": ("ignored", []),
        "all.zip/one/a.xlsx": ("accepted", []),
        "all.zip/inner.zip": ("ignored", []),
        "all.zip/inner.zip/b.xlsx": ("accepted", ["unknown-status"]),
    }
    again = ingest(project)
    assert {name: what for name, (what, _) in said(again).items() if name.endswith("xlsx")} == {
        "all.zip/one/a.xlsx": "duplicate",
        "all.zip/inner.zip/b.xlsx": "duplicate",
    }
    assert again.totals.equals(result.totals)


def test_several_workbooks_in_one_message_and_what_it_says_itself(
    project: Project, returned: Path, reply: Reply
) -> None:
    content = message("Ours and theirs. 2.1a is really Red by now.", a_xlsx=reply(STRONGER), b_xlsx=reply(HEALTHY))
    (returned / "reply.eml").write_bytes(content)
    result = ingest(project)
    assert said(result)["reply.eml"] == ("ignored", ["message-answer"])
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
    (returned / "reply.eml").write_bytes(message(text))
    result = ingest(project)
    assert sorted(said(result)["reply.eml"][1]) == sorted(codes)
    assert said(result)["reply.eml"][0] == "ignored"
    assert any(text in item.found for item in result.files[0].findings)
    assert not result.needs_attention
    assert said(ingest(project)) == said(result), "and again"
    (returned / "reply.eml").unlink()
    assert said(ingest(project)) == {}


def test_the_subject_of_a_message_and_words_below_an_earlier_one_are_told(project: Project, returned: Path) -> None:
    text = "fyi\n\n-----Original Message-----\nFrom: Ann\nSent: today\nTo: Di\nSubject: Return\n\n2.1a is Green.\n"
    (returned / "reply.eml").write_bytes(message(text))
    (item,) = ingest(project).files[0].findings
    assert (item.code, item.severity) == ("message-reply", "warning")
    assert item.found.startswith("Return\n")
    assert "2.1a is Green." in item.found


def test_our_own_report_is_passed_over_without_a_word(project: Project, returned: Path) -> None:
    (returned / "last report.docx").write_bytes(write_report(project).path.read_bytes())
    assert said(ingest(project)) == {"last report.docx": ("ignored", [])}


def test_words_in_a_file_of_commas_are_quoted(project: Project, returned: Path) -> None:
    (returned / "answers.csv").write_bytes(b"Tasks,Status\nHelp people,Green\n")
    result = ingest(project)
    assert said(result) == {"answers.csv": ("ignored", ["other-reply"])}
    assert "Help people,Green" in result.files[0].findings[0].found


def test_a_date_in_figures_is_told_with_the_day_first(
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


def test_a_file_goes_when_the_archive_that_held_it_goes(project: Project, returned: Path) -> None:
    (returned / "all.zip").write_bytes(zipped(a_xlsx=b"no workbook"))
    assert said(ingest(project))["all.zip/a.xlsx"] == ("rejected", ["not-a-workbook"])
    elsewhere = returned.parent / "sent"
    assert said(ingest(project, [elsewhere]))["all.zip/a.xlsx"][0] == "rejected", "it lies there still"
    (returned / "all.zip").write_bytes(zipped(other_xlsx=b"nor this"))
    assert set(said(ingest(project))) == {"all.zip", "all.zip/other.xlsx"}


def test_the_newer_message_wins_where_the_workbooks_keep_no_time(
    project: Project, returned: Path, reply: Reply
) -> None:
    newer, older = timeless(reply(STRONGER, t2_1a="RED")), timeless(reply(STRONGER, t2_1a="GREEN"))
    (returned / "a.eml").write_bytes(message("x", "Fri, 12 Sep 2008 10:00:00 +0100", r_xlsx=newer))
    (returned / "b.eml").write_bytes(message("y", "Thu, 11 Sep 2008 10:00:00 +0100", r_xlsx=older))
    assert ingest(project).tasks.set_index("key").loc["2.1a", "status"] == "RED"


def test_archives_too_deep_in_each_other_are_refused_by_name(project: Project, returned: Path, reply: Reply) -> None:
    inner = zipped(a_xlsx=reply(STRONGER))
    for _ in range(4):
        inner = zipped(in_zip=inner)
    (returned / "all.zip").write_bytes(inner)
    result = said(ingest(project))
    assert ("rejected", ["too-deep"]) in result.values()
    assert not any(name.endswith(".xlsx") for name in result)


def test_a_return_is_taken_out_and_put_back(project: Project, returned: Path, reply: Reply) -> None:
    (returned / "first.xlsx").write_bytes(reply(STRONGER, t2_1a="GREEN"))
    before = ingest(project)
    (returned / "second thoughts.xlsx").write_bytes(reply(STRONGER, t2_1a="RED"))
    assert ingest(project).tasks.set_index("key").loc["2.1a", "status"] == "RED"
    without = ingest(project, exclude=["second thoughts.xlsx"])
    assert said(without)["second thoughts.xlsx"] == ("ignored", ["excluded"])
    assert without.totals.equals(before.totals)
    assert said(ingest(project)) == said(without), "it stays out"
    digest = next(file.sha256 for file in without.files if file.file.startswith("second"))
    back = ingest(project, include=[digest[:8]])
    assert back.tasks.set_index("key").loc["2.1a", "status"] == "RED"
    assert json.dumps(back.as_json()["totals"]) != json.dumps(without.as_json()["totals"])


def test_a_return_that_cannot_be_told_is_an_error_that_names_the_nearest(
    project: Project, returned: Path, reply: Reply
) -> None:
    (returned / "reply.xlsx").write_bytes(reply(STRONGER))
    ingest(project)
    with pytest.raises(ProjectError, match=r"no return “replay.xlsx”.*reply\.xlsx"):
        ingest(project, exclude=["replay.xlsx"])


def test_limits_are_settings(project: Project, returned: Path, reply: Reply) -> None:
    (returned / "reply.xlsx").write_bytes(reply(STRONGER))
    result = ingest(project, limits=parse_limits(["parts=3"]))
    assert said(result)["reply.xlsx"] == ("rejected", ["too-large"])
    assert said(ingest(project))["reply.xlsx"][0] == "accepted"
    with pytest.raises(ProjectError, match=r"no limit “partz”"):
        parse_limits(["partz=3"])
    with pytest.raises(ProjectError, match="no whole number"):
        parse_limits(["parts=many"])
    assert parse_limits([]) == Limits()


def test_the_period_of_these_tests_is_the_examples() -> None:
    assert DATE.isoformat() == "2008-09-04"
