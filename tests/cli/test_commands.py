"""What every command keeps: help with an example, the common options, the exit status, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import ragsheets as package
from helpers.projects import DATE, group, outcome, plan, ragsheets, reply, toml, write_plan
from ragsheets.cli import main


def commands(inside: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    """Every command, by the words that call it."""
    for name, command in inside.commands.items():
        yield (*names, name)
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)


ALL = list(commands(main))
EACH_COMMAND = pytest.mark.parametrize("words", ALL, ids=" ".join)


def run(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "ragsheets", *words],
        cwd=folder,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose period is generated and whose one sub-group has returned a sound workbook."""
    folder = tmp_path / "project"
    write_plan(folder)
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    reply(folder, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    return folder


# ------------------------------------------------------------------------------------------------------------ help


@EACH_COMMAND
def test_help_shows_an_example_that_calls_the_command(words: tuple[str, ...]) -> None:
    said = ragsheets(*words, "--help")
    assert said.exit_code == 0
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    if not isinstance(command, click.Group):
        assert re.search(r"Examples?:\n\s+ragsheets " + " ".join(words), said.stdout)


@EACH_COMMAND
def test_h_is_help_too(words: tuple[str, ...]) -> None:
    assert ragsheets(*words, "-h").stdout == ragsheets(*words, "--help").stdout


@EACH_COMMAND
def test_the_common_options_are_in_every_help(words: tuple[str, ...]) -> None:
    said = ragsheets(*words, "--help").stdout
    for option in ("-C", "--json", "--ledger"):
        assert option in said


def test_the_commands_stand_in_the_order_in_which_a_period_needs_them() -> None:
    said = ragsheets("--help").stdout
    listed = re.findall(r"^  ([a-z]+)  ", said[said.index("Commands:") :], re.MULTILINE)
    wanted = ["demo", "init", "plan", "generate", "ingest", "report"]
    assert [name for name in listed if name in wanted] == wanted


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_said(option: str) -> None:
    said = ragsheets(option)
    assert (said.exit_code, package.__version__ in said.stdout) == (0, True)


def test_it_runs_as_a_module_too(tmp_path: Path) -> None:
    done = run("--version", folder=tmp_path)
    assert (done.returncode, package.__version__.encode() in done.stdout) == (0, True)


# -------------------------------------------------------------------------------------------------- common options


def test_the_project_is_named_before_or_after_the_command_or_is_the_current_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ragsheets("-C", project, "plan", "check")
    middle = ragsheets("plan", "-C", project, "check")
    after = ragsheets("plan", "check", "-C", project)
    monkeypatch.chdir(project)
    here = ragsheets("plan", "check")
    assert before.exit_code == 0
    assert before.stdout == middle.stdout == after.stdout == here.stdout


def test_json_is_asked_for_before_or_after_the_command(project: Path) -> None:
    before = ragsheets("--json", "-C", project, "plan", "check")
    middle = ragsheets("-C", project, "plan", "--json", "check")
    after = ragsheets("-C", project, "plan", "check", "--json")
    assert json.loads(before.stdout)["problems"] == []
    assert before.stdout == middle.stdout == after.stdout


def test_another_ledger_is_named_before_or_after_the_command(project: Path, tmp_path: Path) -> None:
    other = f"sqlite:///{(tmp_path / 'other.db').as_posix()}"
    for words in (("--ledger", other, "ingest"), ("ingest", "--ledger", other)):
        done = ragsheets("-C", project, *words)
        assert (done.exit_code, "no period yet" in done.stderr) == (2, True)
    assert ragsheets("-C", project, "ingest").exit_code == 0


def test_a_ledger_named_outright_is_used_and_the_one_in_the_folder_left_alone(tmp_path: Path) -> None:
    write_plan(tmp_path / "p")
    other = tmp_path / "other.db"
    done = ragsheets(
        *("-C", tmp_path / "p", "generate", "--date", "2008-09-04"),
        *("--ledger", f"sqlite:///{other.as_posix()}"),
    )
    assert done.exit_code == 0
    assert other.is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()


def test_a_plan_may_name_its_ledger(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    write_plan(tmp_path / "p", plan(ledger=f"sqlite:///{other.as_posix()}"))
    assert ragsheets("-C", tmp_path / "p", "generate", "--date", "2008-09-04").exit_code == 0
    assert other.is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()


def test_settings_of_one_run_do_not_linger_in_the_next(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ragsheets("-C", project, "--json", "plan", "check").exit_code == 0
    assert ragsheets("plan", "check").exit_code == 2


# ---------------------------------------------------------------------------------------------------- exit status


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("ingest", "--nonsense"),
        ("generate",),
        ("generate", "--date", "soon"),
        ("generate", "--date", "September 2008"),
        ("generate", "--date", "2008-02-30"),
        ("report", "--date", "2008-13-01"),
        ("-C", "nowhere", "plan", "check"),
        ("init",),
        ("ingest", "--ledger", "nonsense"),
        ("ingest", "--ledger", "nonsense://x"),
        ("ingest", "--ledger", "sqlite:////no/such/folder/x.db"),
        ("ingest", "nowhere"),
        ("ingest", "--date", "2009-09-04"),
        ("report", "--date", "2009-09-04"),
        ("report", "-o", "."),
        ("generate", "--date", "2008-09-04", "--group", "Roads"),
        ("plan", "check", "nowhere.toml"),
    ],
    ids=" ".join,
)
def test_wrong_usage_and_unusable_input_exit_with_2_and_a_message(
    project: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    done = ragsheets(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("ingest",), ("report",)])
def test_without_a_period_the_way_to_one_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_plan(tmp_path)
    done = ragsheets("-C", tmp_path, *words)
    assert done.exit_code == 2
    assert "there is no period yet. Make its workbooks: ragsheets generate --date" in done.stderr


@pytest.mark.parametrize(
    "words", [("ingest",), ("report",), ("generate", "--date", "2008-09-04"), ("plan", "check")], ids=" ".join
)
def test_in_a_folder_that_is_no_project_that_is_told_and_nothing_left_behind(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = ragsheets("-C", tmp_path, *words)
    assert done.exit_code == 2
    assert "ragsheets init" in done.stderr or "ragsheets generate" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("plan", "check"), ("generate", "--date", "2008-09-04")], ids=" ".join)
def test_problems_of_the_plan_are_said_without_a_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_plan(tmp_path, plan(group(contact=None), titel="x"))
    done = run(*words, folder=tmp_path)
    assert done.returncode == 2
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "plan.toml: Parks: contact: is missing. Add it." in said
    assert "plan.toml: titel: is not a known key. Did you mean “title”?" in said


@pytest.mark.sqlite
def test_a_ledger_that_is_no_database_is_told(project: Path) -> None:
    (project / "ragsheets.db").write_bytes(b"This is no database. " * 100)
    done = ragsheets("-C", project, "ingest")
    assert done.exit_code == 2
    assert "ragsheets.db" in done.stderr


# ------------------------------------------------------------------------------------------------------- how it looks


def test_colours_are_left_out_where_they_are_not_wanted(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    coloured = run("ingest", folder=project, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="").stdout.decode()
    plain = run("ingest", folder=project, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1").stdout.decode()
    colours = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m")
    assert colours.search(coloured)
    assert not colours.search(plain)
    assert "error" in plain


def test_what_goes_to_a_file_holds_no_escape_codes(project: Path) -> None:
    for words in (("ingest",), ("plan", "check"), ("report",)):
        done = run(*words, folder=project)
        assert done.returncode == 0
        assert b"\x1b" not in done.stdout + done.stderr


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with letters that Western Windows has no code for."""
    folder = tmp_path_factory.mktemp("foreign")
    write_plan(folder, plan(group("Łódź – Ω 🌳", outcome("ł"), contact="Ł"), title="Ł"))
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    return folder


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "generate --date 2008-09-04"),
        ("cp1252", "generate --date 2008-09-04 --json"),
        ("cp1252", "ingest"),
        ("cp1252", "ingest --json"),
        ("cp1252", "plan check nowhere-Ł.toml"),
        ("ascii", "plan check"),
        ("ascii", "ingest --json"),
    ],
)
def test_output_to_a_file_never_fails_for_the_system_s_encoding(foreign: Path, encoding: str, words: str) -> None:
    done = run(*words.split(), folder=foreign, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert b"Traceback" not in done.stderr
    assert done.returncode == (2 if "nowhere" in words else 0)
    if "--json" in words:
        assert "Łódź – Ω 🌳" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


@pytest.mark.parametrize("name", ["[bold]Parks[/bold]", "Parks [x", "[/]", "Parks [/red]"])
def test_words_of_the_plan_are_never_taken_for_markup(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path, plan(group(name), title=name))
    made = ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    assert made.exit_code == 0
    (workbook,) = (tmp_path / "2008-09-04" / "sent").iterdir()
    assert workbook.name in made.stdout
    read = ragsheets("-C", tmp_path, "ingest")
    assert read.exit_code == 0
    assert name in read.stdout


def test_the_template_s_name_is_never_taken_for_markup(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "name": "[/b] ours"}), encoding="utf-8")
    write_plan(tmp_path, plan(template="ours"))
    done = ragsheets("-C", tmp_path, "plan", "check")
    assert (done.exit_code, "“[/b] ours”" in done.stdout) == (0, True)


def test_every_command_says_what_to_do_next(project: Path) -> None:
    for words in (("plan", "check"), ("generate", "--date", DATE.isoformat()), ("ingest",), ("report",)):
        assert "Next: " in ragsheets("-C", project, *words).stdout, words
