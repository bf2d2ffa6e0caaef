"""ragsheets returns …"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from helpers.periods import again, hold
from helpers.postgresql import tampering
from helpers.projects import action, group, outcome, plan, ragsheets, reply, snapshot, task, toml, write_plan
from ragsheets import files
from ragsheets.ledger import tables
from ragsheets.plan.model import Period

FIRST, SECOND = "2008-06-05", "2008-09-04"
TWO = plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), group("Health", outcome("3.1")))
AT = Period(datetime.date.fromisoformat(SECOND))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a return of Parks and one of Health."""
    folder = tmp_path / "project"
    said = {"Parks": {"2.1a": "GREEN", "2.1b": "Ambr"}, "Health": {"3.1a": "RED"}}
    hold(folder, SECOND, said, plan=TWO)
    return folder


def returned(folder: Path, name: str = "Parks.xlsx") -> Path:
    return folder / SECOND / "returned" / name


def listed(folder: Path, *words: str) -> dict[str, dict[str, Any]]:
    said = json.loads(ragsheets("-C", folder, "returns", "list", *words, "--json").stdout)
    return {each["file"]: each for each in said["returns"]}


def forget(folder: Path, *words: str | Path) -> dict[str, Any]:
    done = ragsheets("-C", folder, "returns", "forget", *words, "--reason", "asked for", "--json")
    assert done.exit_code == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def extracted(folder: Path, name: str) -> bytes:
    done = ragsheets("-C", folder, "returns", "extract", name, "-o", "-")
    assert done.exit_code == 0, done.stderr
    return done.stdout_bytes


def status_of(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(ragsheets("-C", folder, "status", "--json").stdout)
    return {name: said[name] for name in ("totals", "to_settle", "to_look_at")}


# ------------------------------------------------------------------------------------------------------------ list


def test_list_names_every_file_with_what_became_of_it(folder: Path) -> None:
    returned(folder, "odd.xlsx").write_bytes(b"no workbook")
    ragsheets("-C", folder, "ingest", "--exclude", "Health.xlsx")
    content = returned(folder).read_bytes()
    parks = listed(folder)["Parks.xlsx"]
    assert datetime.datetime.fromisoformat(parks.pop("received")).tzinfo is not None
    assert parks == {
        "file": "Parks.xlsx",
        "group": "Parks",
        "period": SECOND,
        "result": "accepted",
        "saved": "2008-09-05T00:00:00Z",
        "sha256": files.sha256(content),
        "size": len(content),
        "forgotten": None,
    }
    results = {name: each["result"] for name, each in listed(folder).items()}
    assert results == {"Parks.xlsx": "accepted", "Health.xlsx": "excluded", "odd.xlsx": "rejected"}
    shown = ragsheets("-C", folder, "returns", "list").stdout
    for word in ("Parks.xlsx", "taken out", "rejected", "kept", parks["sha256"][:8]):
        assert word in shown


def test_a_period_without_returns_says_so(tmp_path: Path) -> None:
    hold(tmp_path, SECOND, {}, plan=TWO)
    assert "Nothing has come back yet" in ragsheets("-C", tmp_path, "returns", "list").stdout


def test_the_list_can_be_seen_while_the_plan_is_unfinished(folder: Path) -> None:
    write_plan(folder, {**TWO, "title": ""})
    assert set(listed(folder)) == {"Parks.xlsx", "Health.xlsx"}


# ------------------------------------------------------------------------------------------------------------ show


def test_show_says_its_answers_findings_and_where_it_lay(folder: Path) -> None:
    done = ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--json")
    said = json.loads(done.stdout)
    assert said["path"].endswith("/returned/Parks.xlsx")
    assert {(each["task"], each["column"]): each["value"] for each in said["answers"]}["2.1b", "status"] == "Ambr"
    assert [each["code"] for each in said["findings"]] == ["unknown-status"]
    shown = " ".join(ragsheets("-C", folder, "returns", "show", "Parks.xlsx").stdout.split())
    for words in ("At 2.1a", "Outcome 2.1!D12", "“Ambr” is not a status", said["sha256"]):
        assert words in shown


@pytest.mark.parametrize("digits", [6, 12, 64])
def test_a_return_is_told_by_the_beginning_of_its_number(folder: Path, digits: int) -> None:
    digest = files.sha256(returned(folder).read_bytes())
    assert extracted(folder, digest[:digits]) == returned(folder).read_bytes()


def test_one_that_cannot_be_told_is_said(folder: Path) -> None:
    for words in (("show", "Porks.xlsx"), ("extract", "Porks.xlsx"), ("forget", "Porks.xlsx", "--reason", "x")):
        done = ragsheets("-C", folder, "returns", *words)
        assert done.exit_code == 2
        assert "Did you mean “Parks.xlsx”?" in done.stderr


def test_one_of_another_period_is_said_with_its_date(folder: Path) -> None:
    hold(folder, "2008-12-04", {"Health": {"3.1a": "RED"}})
    done = ragsheets("-C", folder, "returns", "show", "Parks.xlsx")
    assert (done.exit_code, f"Add --date {SECOND}." in done.stderr) == (2, True)
    assert ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--date", SECOND).exit_code == 0


# --------------------------------------------------------------------------------------------------------- extract


def test_extract_gives_the_file_back_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    content = returned(folder).read_bytes()
    returned(folder).unlink()
    assert extracted(folder, "Parks.xlsx") == content
    done = ragsheets("-C", folder, "returns", "extract", "Parks.xlsx", "-o", tmp_path / "back.xlsx")
    assert done.exit_code == 0
    assert (tmp_path / "back.xlsx").read_bytes() == content


def test_by_default_it_is_written_under_its_own_name_made_safe(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Here it is.")
    content = reply(folder, "x.xlsx", {"2.1a": {"status": "RED"}}, period=AT, to=tmp_path).read_bytes()
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename="a?b: con*.xlsx")
    returned(folder, "mail.eml").write_bytes(message.as_bytes())
    ragsheets("-C", folder, "ingest")
    monkeypatch.chdir(tmp_path)
    done = ragsheets("-C", folder, "returns", "extract", files.sha256(content), "--json")
    said = json.loads(done.stdout)
    assert said["file"] == "a b con.xlsx"
    assert (tmp_path / said["file"]).read_bytes() == content


def test_another_file_in_its_place_is_not_overwritten_without_force(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(b"mine")
    words = ("returns", "extract", "Parks.xlsx", "-o", mine)
    refused = ragsheets("-C", folder, *words)
    assert (refused.exit_code, mine.read_bytes()) == (2, b"mine")
    assert "--force" in refused.stderr
    assert ragsheets("-C", folder, *words, "--force").exit_code == 0
    assert mine.read_bytes() == returned(folder).read_bytes()
    assert "there already, the same" in ragsheets("-C", folder, *words).stdout


def test_bytes_that_are_no_longer_those_that_came_are_not_given_out(folder: Path, tmp_path: Path) -> None:
    with tampering(folder) as ledger:
        ledger.execute(tables.returns.update().where(tables.returns.c.file == "Parks.xlsx").values(content=b"\0"))
    done = ragsheets("-C", folder, "returns", "extract", "Parks.xlsx", "-o", tmp_path / "back.xlsx")
    assert (done.exit_code, "their SHA-256 is another" in done.stderr) == (2, True)
    assert not (tmp_path / "back.xlsx").exists()


# ---------------------------------------------------------------------------------------------------------- forget


@pytest.mark.sqlite
def test_the_bytes_are_gone_from_the_ledger_s_file(folder: Path) -> None:
    # Read again and again for a changed plan, so that copies of the bytes have lain in several places of the database.
    for title in ("One", "Two"):
        write_plan(folder, {**TWO, "groups": [group("Parks", outcome("2.1", title=title)), TWO["groups"][1]]})
        ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    content = returned(folder).read_bytes()
    kept = content[len(content) // 2 : len(content) // 2 + 400]
    database = folder / "ragsheets.db"
    assert kept in database.read_bytes()
    forget(folder, "Parks.xlsx")
    assert kept not in database.read_bytes()
    assert [path.name for path in folder.glob("ragsheets.db*")] == ["ragsheets.db"]


@pytest.mark.sqlite
def test_bytes_in_free_pages_of_an_older_ledger_are_gone_too(folder: Path) -> None:
    import contextlib
    import sqlite3

    database, marker = folder / "ragsheets.db", b"MARKER-OF-A-PERSON" * 2000
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as ledger:
        ledger.execute("PRAGMA secure_delete = OFF")
        ledger.execute("UPDATE returns SET content = ? WHERE file = 'Parks.xlsx'", (marker,))
        ledger.execute("UPDATE returns SET content = x'' WHERE file = 'Parks.xlsx'")
    assert marker[:400] in database.read_bytes()
    forget(folder, "Parks.xlsx")
    assert marker[:400] not in database.read_bytes()


def test_what_it_said_stays_and_nothing_that_is_told_of_the_period_changes(folder: Path, tmp_path: Path) -> None:
    before = status_of(folder)
    answers = json.loads(ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--json").stdout)["answers"]
    report = tmp_path / "before.docx", tmp_path / "after.docx"
    ragsheets("-C", folder, "report", "-o", report[0])
    said = forget(folder, "Parks.xlsx")
    ragsheets("-C", folder, "report", "-o", report[1])
    assert status_of(folder) == before
    assert report[0].read_bytes() == report[1].read_bytes()
    each = json.loads(ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--json").stdout)
    assert (each["answers"], each["size"]) == (answers, None)
    assert each["forgotten"] == said["forgotten"][0]["forgotten"] or each["forgotten"]
    done = ragsheets("-C", folder, "returns", "extract", "Parks.xlsx", "-o", "-")
    assert (done.exit_code, "its original was erased" in done.stderr) == (2, True)


def test_it_is_on_record_with_who_and_why_and_the_copies_are_named(folder: Path) -> None:
    said = forget(folder, "Parks.xlsx")
    (*_, event) = json.loads(ragsheets("-C", folder, "log", "--json").stdout)
    digest = files.sha256(returned(folder).read_bytes())
    assert (event["command"], event["period"]) == ("returns forget", SECOND)
    assert event["what"] == f"Parks.xlsx ({digest[:12]}): asked for"
    assert said["around"] == [str(returned(folder).resolve())]


def test_forgetting_again_changes_nothing(folder: Path) -> None:
    forget(folder, "Parks.xlsx")
    when = listed(folder)["Parks.xlsx"]["forgotten"]
    said = forget(folder, "Parks.xlsx")
    assert said["forgotten"] == []
    assert len(said["before"]) == 1
    assert listed(folder)["Parks.xlsx"]["forgotten"] == when


def test_the_same_file_met_again_is_a_duplicate_and_is_not_kept_again(folder: Path) -> None:
    forget(folder, "Parks.xlsx")
    said = json.loads(ragsheets("-C", folder, "ingest", "--json").stdout)
    assert {file["file"]: file["result"] for file in said["files"]} == {
        "Parks.xlsx": "duplicate",
        "Health.xlsx": "duplicate",
    }
    assert listed(folder)["Parks.xlsx"]["forgotten"]


def test_a_file_that_was_refused_and_is_met_again_is_refused_again_and_not_kept(folder: Path) -> None:
    returned(folder, "odd.xlsx").write_bytes(b"no workbook")
    ragsheets("-C", folder, "ingest")
    forget(folder, "odd.xlsx")
    done = ragsheets("-C", folder, "ingest", "--json")
    assert done.exit_code == 1
    each = listed(folder)["odd.xlsx"]
    assert (each["result"], bool(each["forgotten"])) == ("rejected", True)


def test_it_can_be_taken_out_and_put_back(folder: Path) -> None:
    before = status_of(folder)
    forget(folder, "Parks.xlsx")
    ragsheets("-C", folder, "ingest", "--exclude", "Parks.xlsx")
    assert status_of(folder)["totals"][0]["not_reported"] == 2
    ragsheets("-C", folder, "ingest", "--include", "Parks.xlsx")
    assert status_of(folder) == before


def test_the_message_that_it_came_in_goes_with_it_and_other_attachments_stay(folder: Path, tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Please ask Bea about the second task, she knows.")
    for who, key in (("Parks", "2.1a"), ("Health", "3.1a")):
        path = reply(folder, f"{who} post.xlsx", {key: {"status": "AMBER"}}, of=who, period=AT, to=tmp_path)
        message.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    returned(folder, "mail.eml").write_bytes(message.as_bytes())
    ragsheets("-C", folder, "ingest")
    assert "mail.eml" in listed(folder)
    said = forget(folder, "Parks post.xlsx")
    assert {each["file"] for each in said["forgotten"]} == {"mail.eml", "mail.eml/Parks post.xlsx"}
    assert not listed(folder)["mail.eml/Health post.xlsx"]["forgotten"]
    assert said["around"] == [str(returned(folder, "mail.eml").resolve())]


def mail(*attached: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Here it is, with apologies for the delay.")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_erased_bytes_that_come_again_inside_a_message_are_not_kept_again(folder: Path, packed: bool) -> None:
    content = returned(folder).read_bytes()
    forget(folder, "Parks.xlsx")
    when = listed(folder)["Parks.xlsx"]["forgotten"]
    attached = ("all.zip", zipped("Parks.xlsx", content)) if packed else ("again.xlsx", content)
    returned(folder, "mail.eml").write_bytes(mail(attached))
    returned(folder, "other.eml").write_bytes(mail(("note.txt", b"See you in June.")))
    for _ in range(2):
        ragsheets("-C", folder, "ingest")
        each = listed(folder)
        assert (each["mail.eml"]["forgotten"], each["mail.eml"]["size"]) == (when, None)
        assert not each["other.eml"]["forgotten"]
    shown = ragsheets("-C", folder, "returns", "show", "mail.eml").stdout
    assert "apologies for the delay" in " ".join(shown.split())


def test_a_message_in_an_archive_too_deep_to_take_in_is_not_kept_with_erased_bytes(folder: Path) -> None:
    content = returned(folder).read_bytes()
    forget(folder, "Parks.xlsx")
    returned(folder, "mail.eml").write_bytes(mail(("all.zip", zipped("Parks.xlsx", content))))
    ragsheets("-C", folder, "ingest", "--limit", "depth=1")
    each = listed(folder)
    assert each["mail.eml/all.zip"]["result"] == "rejected"
    assert each["mail.eml/all.zip"]["forgotten"]
    assert each["mail.eml"]["forgotten"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_message_that_brought_the_same_bytes_once_more_goes_with_them(folder: Path, packed: bool) -> None:
    content = returned(folder).read_bytes()
    attached = ("all.zip", zipped("Parks.xlsx", content)) if packed else ("again.xlsx", content)
    returned(folder, "mail.eml").write_bytes(mail(attached))
    returned(folder, "other.eml").write_bytes(mail(("note.txt", b"See you in June.")))
    ragsheets("-C", folder, "ingest")
    said = forget(folder, "Parks.xlsx")
    assert {each["file"] for each in said["forgotten"]} == {"Parks.xlsx", "mail.eml"}
    assert set(said["around"]) == {str(returned(folder, name).resolve()) for name in ("Parks.xlsx", "mail.eml")}
    assert not listed(folder)["other.eml"]["forgotten"]


def test_forgetting_again_finds_a_message_that_an_older_version_kept(folder: Path) -> None:
    returned(folder, "mail.eml").write_bytes(mail(("again.xlsx", returned(folder).read_bytes())))
    ragsheets("-C", folder, "ingest")
    with tampering(folder) as ledger:
        mine = tables.returns.update().where(tables.returns.c.file == "Parks.xlsx")
        ledger.execute(mine.values(content=b"", forgotten="2008-10-01 00:00:00"))
    said = forget(folder, "Parks.xlsx")
    assert [each["file"] for each in said["forgotten"]] == ["mail.eml"]


def test_the_same_bytes_in_another_period_go_too(folder: Path) -> None:
    hold(folder, "2008-12-04", {})
    (folder / "2008-12-04" / "returned" / "old one.xlsx").write_bytes(returned(folder).read_bytes())
    ragsheets("-C", folder, "ingest")
    assert listed(folder)["old one.xlsx"]["result"] == "rejected"
    said = forget(folder, "Parks.xlsx", "--date", SECOND)
    assert {each["file"] for each in said["forgotten"]} == {"Parks.xlsx", "old one.xlsx"}


def test_it_says_why_or_is_refused(folder: Path) -> None:
    before = snapshot(folder)
    for words in ((), ("Parks.xlsx",), ("Parks.xlsx", "--reason", " "), ("--older-than", "2030-01-01")):
        assert ragsheets("-C", folder, "returns", "forget", *words).exit_code == 2
    assert snapshot(folder) == before


# -------------------------------------------------------------------------------------- the retention period, by law


def _received(folder: Path, file: str, at: str) -> None:
    with tampering(folder) as ledger:
        mine = tables.returns.update().where(tables.returns.c.file == file)
        assert ledger.execute(mine.values(received=at)).rowcount == 1


def test_due_erases_what_is_kept_longer_than_the_plan_says_in_all_periods(folder: Path) -> None:
    from ragsheets.project.folder import Project
    from ragsheets.project.returns import forget_returns

    again(folder, SECOND, {"Parks": {"2.1a": "RED"}}, name="{group} 2.xlsx")
    hold(folder, "2008-12-04", {"Health": {"3.1a": "GREEN"}}, plan={**TWO, "keep_returns_months": 24})
    for file, at in (("Parks.xlsx", "2008-02-28 23:59:59"), ("Parks 2.xlsx", "2008-03-01 00:00:00")):
        _received(folder, file, at)
    done = forget_returns(Project(folder), reason="due", due=True, today=datetime.date(2010, 3, 1))
    assert [each.file for each in done.originals] == ["Parks.xlsx"]
    done = forget_returns(Project(folder), reason="due", due=True, today=datetime.date(2010, 3, 2))
    assert [each.file for each in done.originals] == ["Parks 2.xlsx"]


def test_the_list_says_how_many_are_due(folder: Path) -> None:
    write_plan(folder, {**TWO, "keep_returns_months": 12})
    assert "returns forget --due" not in ragsheets("-C", folder, "returns", "list").stdout
    _received(folder, "Parks.xlsx", "2001-01-01 00:00:00")
    assert "ragsheets returns forget --due" in ragsheets("-C", folder, "returns", "list").stdout
    assert ragsheets("-C", folder, "returns", "forget", "--due").exit_code == 0
    assert [name for name, each in listed(folder).items() if each["forgotten"]] == ["Parks.xlsx"]
    (*_, event) = json.loads(ragsheets("-C", folder, "log", "--json").stdout)
    assert event["what"].endswith("kept longer than the plan says")


def test_due_needs_a_plan_that_says_how_long(folder: Path) -> None:
    before = snapshot(folder)
    done = ragsheets("-C", folder, "returns", "forget", "--due")
    assert (done.exit_code, "keep_returns_months = 24" in done.stderr) == (2, True)
    assert snapshot(folder) == before


def test_older_than_erases_what_came_in_before_a_day(folder: Path) -> None:
    _received(folder, "Parks.xlsx", "2001-01-01 00:00:00")
    said = forget(folder, "--older-than", "2 January 2001")
    assert [each["file"] for each in said["forgotten"]] == ["Parks.xlsx"]


# ------------------------------------------------------------------------------------------ when the plan is changed


def test_after_a_change_of_the_plan_its_answers_stay_only_with_tasks_that_are_the_same(folder: Path) -> None:
    forget(folder, "Parks.xlsx")
    # 2.1a keeps its words, 2.1b has others under its key, 2.1c is new.
    tasks = [task("a"), task("b", task="Something else altogether"), task("c")]
    write_plan(folder, plan(group("Parks", outcome("2.1", action(*tasks))), group("Health", outcome("3.1"))))
    done = ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    assert "Parks.xlsx: its original was erased" in done.stdout
    said = json.loads(ragsheets("-C", folder, "ingest", "--json").stdout)
    assert said["totals"][0] == {
        "group": "Parks",
        "outcome": "2.1",
        "GREEN": 1,
        "AMBER": 0,
        "RED": 0,
        "not_reported": 2,
        "total": 3,
    }
    found = {
        each["found"]: each["code"] for file in said["files"] if file["group"] == "Parks" for each in file["findings"]
    }
    # No word is lost: those that have no task any more are said.
    assert {found.get(words) for words in ("Ambr", "At 2.1b", "Go on by May 2009")} == {"task-gone"}
    assert "total-mismatch" not in found.values()


def test_a_key_that_stands_in_the_plan_keeps_its_answers_whatever_the_words_have_become(tmp_path: Path) -> None:
    keyed = plan(group("Parks", outcome("2.1", action(task("a", key="oaks")))))
    hold(tmp_path, SECOND, {"Parks": {"oaks": "RED"}}, plan=keyed)
    forget(tmp_path, "Parks.xlsx")
    reworded = plan(group("Parks", outcome("2.1", action(task("a", key="oaks", task="Plant more oaks")))))
    write_plan(tmp_path, reworded)
    ragsheets("-C", tmp_path, "generate", "--date", SECOND, "--force")
    assert status_of(tmp_path)["totals"][0]["RED"] == 1


def test_a_kept_return_is_read_again_beside_one_that_was_erased(folder: Path) -> None:
    before = status_of(folder)
    forget(folder, "Parks.xlsx")
    write_plan(folder, {**TWO, "title": "Another title"})
    assert toml(TWO)
    ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    after = status_of(folder)
    assert after["totals"] == before["totals"]
    assert not listed(folder)["Health.xlsx"]["forgotten"]
    assert listed(folder)["Parks.xlsx"]["forgotten"]


def test_one_that_was_taken_out_stays_out(folder: Path) -> None:
    ragsheets("-C", folder, "ingest", "--exclude", "Parks.xlsx")
    forget(folder, "Parks.xlsx")
    write_plan(folder, {**TWO, "groups": [group("Parks", outcome("2.1")), TWO["groups"][1]]})
    ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    assert listed(folder)["Parks.xlsx"]["result"] == "excluded"
