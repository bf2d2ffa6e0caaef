"""ragsheets generate"""

from __future__ import annotations

import datetime

import click

from ragsheets.cli.shared import (
    Date,
    common_options,
    console,
    counted,
    next_step,
    print_json,
    progress,
    settings,
    shown,
)


@click.command()
@click.option("--date", type=Date(), required=True, help="The period's date.")
@click.option("--period", "name", default="", metavar="NAME", help="What the period is called; its date by default.")
@click.option("--due", type=Date(), help="The day by which the workbooks are to be back.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this sub-group; may be given again.")
@click.option("--force", is_flag=True, help="Replace workbooks that are there already and differ.")
@common_options
def generate(date: datetime.date, name: str, due: datetime.date | None, groups: tuple[str, ...], force: bool) -> None:
    """Make one workbook for each sub-group, in DATE/sent/.

    \b
    Example:
        ragsheets generate --date 2008-09-04 --due 2008-09-18
    """
    from ragsheets import dates
    from ragsheets.project import generate as make

    project = settings().project
    with progress("Making workbooks") as advance:
        made = make(project, date, name=name, due=due, groups=groups, force=force, progress=advance)
    if settings().as_json:
        print_json(
            {
                "period": {
                    "date": date.isoformat(),
                    "name": made.period.title,
                    "due": due.isoformat() if due else None,
                },
                "workbooks": [
                    {
                        "group": w.group,
                        "file": w.path.relative_to(project.folder).as_posix(),
                        "changed": w.changed,
                    }
                    for w in made.workbooks
                ],
                "on_hold": list(made.on_hold),
                "forgotten": list(made.forgotten),
            }
        )
    out = console()
    for workbook in made.workbooks:
        path = workbook.path.relative_to(project.folder)
        out.print(
            f"  {path}" + ("" if workbook.changed else "  (there already, the same)"), markup=False, soft_wrap=True
        )
    for group in made.on_hold:
        out.print(f"  {group}: on hold, no workbook", markup=False, soft_wrap=True)
    for place in made.left_out:
        out.print(f"  Left out characters that Office files cannot hold: {place}", markup=False, soft_wrap=True)
    for key in made.overlong:
        out.print(
            f"  Too long to be seen whole in a row of the workbook: task {key}. Shorten it.",
            markup=False,
            soft_wrap=True,
        )
    for file in made.forgotten:
        out.print(
            f"  {shown(file)}: its original was erased, so that it could not be read again for the changed plan. Its "
            "answers stay where key and wording of their task agree.",
            soft_wrap=True,
        )
    out.print(f"{counted(len(made.workbooks), 'workbook')} for {dates.in_words(date)}.")
    next_step(
        f"send each one to its contact; put the replies into {date.isoformat()}/returned and run: ragsheets ingest"
    )
