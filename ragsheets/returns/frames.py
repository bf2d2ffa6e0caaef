"""Small helpers for pandas frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.plan.model import Plan


def iter_values(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over the rows of these columns of a frame as plain tuples.

    Meant for frames with a row per answer: ten times as fast as `iter_rows`.
    """
    return zip(*(frame[name].tolist() for name in columns), strict=True)


def iter_rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Iterate over the rows of a frame as named tuples; each field has the type that the frame's column holds."""
    return iter(frame.itertuples(index=False))


def with_group_names(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return a frame with the names of its sub-groups in the place of their keys."""
    return frame.assign(group=frame["group"].map(plan.group_names).astype(object))
