"""Messages on standard error, without characters that a terminal would obey."""

from __future__ import annotations

import logging
import sys

import click

from ragsheets.cli.spelling import spell_out
from ragsheets.text import visible


def print_message(text: str) -> None:
    """Print a message on standard error."""
    click.echo(spell_out(visible(text), sys.stderr.encoding or "utf-8"), err=True)


def print_library_warnings() -> None:
    """Print the warnings that the library logs, such as waiting for another program, on standard error."""

    class EchoHandler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print_message(f"ragsheets: {record.getMessage()}")

    logger = logging.getLogger("ragsheets")
    if not logger.handlers:
        logger.addHandler(EchoHandler(logging.WARNING))
