"""The rules for every command: help with an example, common options, exit status, and no traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest

import ragsheets as package
from helpers.built_once import built_once
from helpers.projects import DATE, group, outcome, plan, reply, run_ragsheets, toml, write_plan
from ragsheets import cli
from ragsheets.cli import main


def commands(parent: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    """Yield every command as the words that call it."""
    for name, command in parent.commands.items():
        yield (*names, name)
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)


ALL_COMMANDS = list(commands(main))
FOR_EVERY_COMMAND = pytest.mark.parametrize("words", ALL_COMMANDS, ids=" ".join)


def run(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in its own process, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "ragsheets", *words],
        cwd=folder,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with a generated period, whose only sub-group has returned a valid workbook."""
    folder = tmp_path / "project"
    write_plan(folder)
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    reply(folder, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    return folder


# ------------------------------------------------------------------------------------------------------------ help


@FOR_EVERY_COMMAND
def test_help_shows_an_example_that_calls_the_command(words: tuple[str, ...]) -> None:
    result = run_ragsheets(*words, "--help")
    assert result.exit_code == 0
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    if not isinstance(command, click.Group):
        assert re.search(r"Examples?:\n\s+ragsheets " + " ".join(words), result.stdout)


@FOR_EVERY_COMMAND
def test_h_shows_the_same_help(words: tuple[str, ...]) -> None:
    assert run_ragsheets(*words, "-h").stdout == run_ragsheets(*words, "--help").stdout


@FOR_EVERY_COMMAND
def test_the_common_options_are_in_every_help(words: tuple[str, ...]) -> None:
    help_text = run_ragsheets(*words, "--help").stdout
    for option in ("-C", "--json", "--ledger"):
        assert option in help_text


def test_every_module_with_a_command_of_its_name_is_listed() -> None:
    modules = {module.name: import_module(f"{cli.__name__}.{module.name}") for module in iter_modules(cli.__path__)}
    names = [name for name, module in modules.items() if isinstance(getattr(module, name, None), click.Command)]
    assert "generate" in names
    assert [name for name in names if name not in main.commands] == [], "add it to ragsheets/cli/__init__.py"


def test_commands_are_listed_in_the_order_of_a_period() -> None:
    help_text = run_ragsheets("--help").stdout
    listed = re.findall(r"^  ([a-z]+)  ", help_text[help_text.index("Commands:") :], re.MULTILINE)
    expected = ["demo", "init", "plan", "generate", "ingest", "report"]
    assert [name for name in listed if name in expected] == expected


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_printed(option: str) -> None:
    result = run_ragsheets(option)
    assert (result.exit_code, package.__version__ in result.stdout) == (0, True)


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    result = run("--version", folder=tmp_path)
    assert (result.returncode, package.__version__.encode() in result.stdout) == (0, True)


# -------------------------------------------------------------------------------------------------- common options


def test_the_project_is_named_before_or_after_the_command_or_is_the_current_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run_ragsheets("-C", project, "plan", "check")
    middle = run_ragsheets("plan", "-C", project, "check")
    after = run_ragsheets("plan", "check", "-C", project)
    monkeypatch.chdir(project)
    in_folder = run_ragsheets("plan", "check")
    assert before.exit_code == 0
    assert before.stdout == middle.stdout == after.stdout == in_folder.stdout


def test_json_is_an_option_before_or_after_the_command(project: Path) -> None:
    before = run_ragsheets("--json", "-C", project, "plan", "check")
    middle = run_ragsheets("-C", project, "plan", "--json", "check")
    after = run_ragsheets("-C", project, "plan", "check", "--json")
    assert json.loads(before.stdout)["problems"] == []
    assert before.stdout == middle.stdout == after.stdout


def test_another_ledger_is_named_before_or_after_the_command(project: Path, tmp_path: Path) -> None:
    other_ledger = f"sqlite:///{(tmp_path / 'other.db').as_posix()}"
    for words in (("--ledger", other_ledger, "ingest"), ("ingest", "--ledger", other_ledger)):
        result = run_ragsheets("-C", project, *words)
        assert (result.exit_code, "there is no such ledger" in result.stderr) == (2, True)
    assert run_ragsheets("-C", project, "ingest").exit_code == 0


def test_a_named_ledger_is_used_and_none_created_in_the_folder(tmp_path: Path) -> None:
    write_plan(tmp_path / "p")
    other_ledger = tmp_path / "other.db"
    result = run_ragsheets(
        *("-C", tmp_path / "p", "generate", "--date", "2008-09-04"),
        *("--ledger", f"sqlite:///{other_ledger.as_posix()}"),
    )
    assert result.exit_code == 0
    assert other_ledger.is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()


def test_a_plan_may_name_its_ledger(tmp_path: Path) -> None:
    other_ledger = tmp_path / "other.db"
    write_plan(tmp_path / "p", plan(ledger=f"sqlite:///{other_ledger.as_posix()}"))
    assert run_ragsheets("-C", tmp_path / "p", "generate", "--date", "2008-09-04").exit_code == 0
    assert other_ledger.is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()


def test_settings_of_one_run_do_not_affect_the_next(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_ragsheets("-C", project, "--json", "plan", "check").exit_code == 0
    assert run_ragsheets("plan", "check").exit_code == 2


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
    result = run_ragsheets(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [("ingest",), ("report",)])
def test_without_a_period_the_error_names_generate(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_plan(tmp_path)
    result = run_ragsheets("-C", tmp_path, *words)
    assert result.exit_code == 2
    assert "there is no period yet. Make its workbooks: ragsheets generate --date" in result.stderr


@pytest.mark.parametrize(
    "words", [("ingest",), ("report",), ("generate", "--date", "2008-09-04"), ("plan", "check")], ids=" ".join
)
def test_a_folder_without_a_project_is_an_error_and_stays_empty(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run_ragsheets("-C", tmp_path, *words)
    assert result.exit_code == 2
    assert "ragsheets init" in result.stderr or "ragsheets generate" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", [("plan", "check"), ("generate", "--date", "2008-09-04")], ids=" ".join)
def test_problems_of_the_plan_are_printed_without_a_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_plan(tmp_path, plan(group(contact=None), titel="x"))
    result = run(*words, folder=tmp_path)
    assert result.returncode == 2
    stderr = result.stderr.decode()
    assert "Traceback" not in stderr
    assert "plan.toml: Parks: contact: is missing. Add it." in stderr
    assert "plan.toml: titel: is not a known key. Did you mean “title”?" in stderr


@pytest.mark.sqlite
def test_a_ledger_that_is_no_database_is_an_error(project: Path) -> None:
    (project / "ragsheets.db").write_bytes(b"This is no database. " * 100)
    result = run_ragsheets("-C", project, "ingest")
    assert result.exit_code == 2
    assert "ragsheets.db" in result.stderr


# ------------------------------------------------------------------------------------------------------- how it looks


@pytest.mark.slow
def test_no_color_leaves_out_colours(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    coloured = run("ingest", folder=project, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="").stdout.decode()
    plain = run("ingest", folder=project, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1").stdout.decode()
    colours = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m")
    assert colours.search(coloured)
    assert not colours.search(plain)
    assert "error" in plain


@pytest.mark.slow
def test_output_to_a_file_holds_no_escape_codes(project: Path) -> None:
    for words in (("ingest",), ("plan", "check"), ("report",)):
        result = run(*words, folder=project)
        assert result.returncode == 0
        assert b"\x1b" not in result.stdout + result.stderr


@pytest.fixture(scope="module")
def non_western(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with letters that Western Windows cannot encode."""
    folder = tmp_path_factory.mktemp("foreign")
    write_plan(folder, plan(group("Łódź – Ω 🌳", outcome("ł"), contact="Ł"), title="Ł"))
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    return folder


@pytest.mark.slow
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
def test_output_to_a_file_never_fails_for_the_system_s_encoding(non_western: Path, encoding: str, words: str) -> None:
    result = run(*words.split(), folder=non_western, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert b"Traceback" not in result.stderr
    assert result.returncode == (2 if "nowhere" in words else 0)
    if "--json" in words:
        assert "Łódź – Ω 🌳" in json.dumps(json.loads(result.stdout), ensure_ascii=False)


@pytest.mark.parametrize("name", ["[bold]Parks[/bold]", "Parks [x", "[/]", "Parks [/red]"])
def test_text_of_the_plan_is_never_read_as_markup(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path, plan(group(name), title=name))
    generated = run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    assert generated.exit_code == 0
    (workbook,) = (tmp_path / "2008-09-04" / "sent").iterdir()
    assert workbook.name in generated.stdout
    ingested = run_ragsheets("-C", tmp_path, "ingest")
    assert ingested.exit_code == 0
    assert name in ingested.stdout


def test_the_template_name_is_never_read_as_markup(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "name": "[/b] ours"}), encoding="utf-8")
    write_plan(tmp_path, plan(template="ours"))
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert (result.exit_code, "“[/b] ours”" in result.stdout) == (0, True)


def test_every_command_prints_the_next_step(project: Path) -> None:
    for words in (("plan", "check"), ("generate", "--date", DATE.isoformat()), ("ingest",), ("report",)):
        assert "Next: " in run_ragsheets("-C", project, *words).stdout, words
