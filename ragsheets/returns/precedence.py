"""Precedence between several returns of a sub-group: which one is newer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def accepted_newest_first(returns: pd.DataFrame) -> pd.DataFrame:
    """Return the accepted returns, newest first, with a column `time`: when they were saved, or else received.

    A time of saving or sending that is later than the time received comes from a wrong clock and is ignored.
    """
    accepted = returns[returns["result"] == "accepted"]
    has_valid_time = (accepted["saved"] != "") & (accepted["saved"] <= accepted["received"])
    time = accepted["saved"].where(has_valid_time, accepted["received"])
    return accepted.assign(time=time).sort_values(["time", "received", "id"], ascending=False, kind="stable")
