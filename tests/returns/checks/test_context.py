"""The context of a check, built from a few rows, is the one that a ledger with these rows gives."""

from __future__ import annotations

import pandas as pd

from helpers import projects
from helpers.period_builder import PeriodBuilder
from ragsheets.returns.reading.model import Observation, StatedTotal


def full_period() -> PeriodBuilder:
    """A period with a row of everything that a ledger gives a check."""
    period = PeriodBuilder()
    period.add_return(
        3,
        {"2.1a": {"status": "Ambr", "position": "Begun."}},
        Observation("stray-text", "Headlines", "A20", found="Ann"),
        headlines={1: "A park"},
        totals=[StatedTotal("2.1", "GREEN", "1", "Summary", "C5")],
    )
    period.add_return(1, {"2.1b": {"status": "RED"}}, saved="", message_sent="2008-09-04 12:00:00")
    period.add_correction(2, "GREEN")
    period.add_correction(5, "Done.", column="position")
    period.add_query(4, "RS-0000000002")
    return period


def test_the_frames_of_a_built_period_are_those_of_a_ledger_with_its_records() -> None:
    period = full_period()
    with period.ledger() as ledger:
        of_ledger = ledger.frames(projects.DATE)
    built = period.frames()
    assert built.keys() == of_ledger.keys()
    assert {name for name, frame in built.items() if frame.empty} == {"settlements"}
    for name, frame in of_ledger.items():
        pd.testing.assert_frame_equal(built[name], frame, obj=name, check_index_type=False, check_column_type=False)
