"""The command line: one file per command. It parses, calls one library function, prints, and sets the exit status."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

from ragsheets.cli import (
    correct,
    demo,
    export,
    generate,
    history,
    ingest,
    init,
    ledger,
    log,
    period,
    plan,
    report,
    returns,
    settle,
    status,
    verify,
)
from ragsheets.cli.messages import print_library_warnings, print_message
from ragsheets.cli.options import common_options
from ragsheets.cli.spelling import SPELL_OUT
from ragsheets.errors import RagsheetsError
from ragsheets.returns.intake.worker_process import FROZEN_WORKER_ARGUMENT, serve
from ragsheets.text import visible
from ragsheets.version import __version__


class _CommandGroup(click.Group):
    """The group of all commands: the only place where an exception becomes an exit status."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; in a frozen program, which has no other Python, also as a worker that opens files."""
        if getattr(sys, "frozen", False) and sys.argv[1:] == [FROZEN_WORKER_ARGUMENT]:
            return serve(os.dup(1))
        return super().main(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order that a period needs them."""
        return list(self.commands)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Return the context of a command line, also where it only asks for help."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=SPELL_OUT)  # a file on Western Windows cannot encode every letter
        return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an expected error is printed without a traceback, and exits with 2."""
        print_library_warnings()
        try:
            return super().invoke(ctx)
        except RagsheetsError as error:
            for problem in error.problems:
                print_message(f"ragsheets: {problem}")
            ctx.exit(2)
        except click.UsageError as error:
            message = visible(error.format_message())
            if message == error.format_message():
                raise
            raise click.UsageError(message, error.ctx) from None


@click.group(
    cls=_CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: ragsheets demo",
)
@click.version_option(__version__, "-V", "--version", prog_name="ragsheets")
@common_options
def main() -> None:
    """Collect progress reports from the sub-groups of a partnership.

    From one plan it makes a standard Excel workbook for each sub-group, checks and recounts the returned workbooks, and
    writes one Word report.
    """


for command in (
    demo.demo,
    init.init,
    plan.plan,
    generate.generate,
    ingest.ingest,
    status.status,
    correct.correct,
    settle.settle,
    report.report,
    verify.verify,
    export.export,
    history.history,
    returns.returns,
    period.period,
    log.log,
    ledger.ledger,
):
    main.add_command(command)
