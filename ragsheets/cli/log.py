"""ragsheets log"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from ragsheets.cli.options import Date, common_options, project_with_ledger, settings
from ragsheets.cli.output import console, print_json, printable

if TYPE_CHECKING:
    from ragsheets.ledger import EventRecord


@click.command()
@click.option("--date", type=Date(), help="Only what was done to the period of this date.")
@click.option("-n", "--last", type=click.IntRange(min=1), metavar="N", help="Only the last N.")
@common_options
def log(date: datetime.date | None, last: int | None) -> None:
    """Show who did what, and when, the latest last.

    Every command that changes something or makes a report is listed, with the user's name on the computer and the
    version of ragsheets. Times are shown in the time zone of this computer; --json gives them in UTC.

    \b
    Examples:
        ragsheets log --last 20
        ragsheets log --date 2008-09-04
    """
    from ragsheets.project.periods import list_events

    events = list_events(project_with_ledger(), date)[-(last or 0) :]
    if settings().as_json:
        print_json([_event_as_json(event) for event in events])
    elif events:
        _show_events(events)
    else:
        click.echo("Nothing has been done yet.")


def _event_as_json(event: EventRecord) -> dict[str, str | None]:
    from ragsheets.dates import iso_timestamp

    return {
        "at": iso_timestamp(event.at),
        "user": event.user,
        "version": event.version,
        "command": event.command or None,
        "period": event.period or None,
        "what": event.what,
    }


def _show_events(events: list[EventRecord]) -> None:
    from ragsheets.cli.table_layout import plain_table

    moments = [datetime.datetime.fromisoformat(event.at).replace(tzinfo=datetime.UTC).astimezone() for event in events]
    zones = "/".join(dict.fromkeys(str(moment.tzname()) for moment in moments))
    table = plain_table()
    table.add_column(f"When ({zones})", no_wrap=True)
    for heading in ("Who", "Version", "Command", "Period"):
        table.add_column(heading, no_wrap=heading in ("Version", "Period"))
    table.add_column("What", overflow="fold")
    for moment, event in zip(moments, events, strict=True):
        cells = (event.user, event.version, event.command, event.period, event.what)
        table.add_row(f"{moment:%Y-%m-%d %H:%M:%S}", *map(printable, cells))
    console().print(table)
