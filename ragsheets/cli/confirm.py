"""The question before a command destroys something, or settles something that is hard to take back."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from ragsheets.cli.output import print_line
from ragsheets.errors import Problem, ProjectError

#: The option of every command that asks.
yes_option = click.option("--yes", is_flag=True, help="Do it without asking.")


def can_ask() -> bool:
    """Return whether there is a terminal to ask on."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(consequences: Sequence[str], question: str) -> None:
    """Ask whether to go on, and end the command where the answer is no; not called where --yes is given.

    Args:
        consequences: what will be lost or settled, in sentences.
        question: the question, such as "Erase them?".

    Raises ProjectError where there is no terminal to ask on.
    """
    if not can_ask():
        nothing_done = Problem(
            "", "nothing was done, since there is no terminal to ask on.", "To go ahead anyway, add --yes"
        )
        raise ProjectError(question, problems=[*(Problem("", line) for line in consequences), nothing_done])
    for line in consequences:
        print_line(line)
    if not click.confirm(question, default=False, err=True):
        print_line("Nothing was done.")
        click.get_current_context().exit(1)
