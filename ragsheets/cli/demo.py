"""ragsheets demo"""

from __future__ import annotations

from pathlib import Path

import click

from ragsheets.cli.options import common_options, settings
from ragsheets.cli.output import print_json, print_line, print_next_step


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, default="ragsheets-demo", type=click.Path(path_type=Path))
@common_options
def demo(folder: Path) -> None:
    """Run one whole period of the shipped example in a new folder DIR (ragsheets-demo by default).

    \b
    Example:
        ragsheets demo
    """
    from ragsheets import dates
    from ragsheets.cli.ingest_result import show_ingest
    from ragsheets.project import demo as demonstration

    result = demonstration.run_demo(folder)
    found_all = result.planted_faults == result.found_faults
    if settings().as_json:
        print_json(
            {
                "project": str(folder),
                "report": str(result.report),
                "year_report": str(result.year_report),
                **result.result.as_json(),
            }
        )
    else:
        show_ingest(result.result, show_next_step=False)
        period = result.project.period_folder(demonstration.DATE)
        print_line(f"\nThis was one whole period of the example, {dates.in_words(demonstration.DATE)}. Where to look:")
        for path, description in (
            (result.project.plan_file, "the plan"),
            (period / "sent", "the workbooks as they are sent out"),
            (period / "returned", "the returned workbooks, two of them with a fault"),
            (period / "queries", "the question to one contact, in a workbook to send back"),
            (result.report, "the combined report"),
            (result.year_report, "the end-of-year report, with the coordinator's words from narrative.toml"),
        ):
            print_line(f"  {path}  ({description})")
        verdict = "Both planted faults were found" if found_all else "The planted faults were NOT found as expected"
        print_line(f"{verdict}: a mistyped status and a total typed over by hand.")
        print_next_step('ragsheets init "My partnership"')
    click.get_current_context().exit(0 if found_all else 1)
