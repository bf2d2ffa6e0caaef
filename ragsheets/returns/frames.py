"""Small helpers for pandas frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.plan.model import Plan

#: A cell of a return: the number of the return, the sheet and the cell.
CellAddress = tuple[Any, str, str]


def iter_values(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over the rows of these columns of a frame as plain tuples.

    Meant for frames with a row per answer: ten times as fast as `iter_rows`.
    """
    return zip(*(frame[name].tolist() for name in columns), strict=True)


def iter_rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Iterate over the rows of a frame as named tuples; each field has the type that the frame's column holds."""
    return iter(frame.itertuples(index=False))


def join_returns(returns: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame's rows of these returns, in their order, with each return's number, file and group."""
    return_names = returns[["id", "file", "group"]].rename(columns={"id": "return_id"})
    return return_names.merge(frame, on="return_id", how="inner")


def cell_address(row: Any) -> CellAddress:
    """Return the address of a row's cell."""
    return row.return_id, row.sheet, row.cell


def cell_addresses(observations: pd.DataFrame, codes: Iterable[str]) -> set[CellAddress]:
    """Return the cell addresses of the observations with these codes."""
    return {cell_address(row) for row in iter_rows(observations[observations["code"].isin(list(codes))])}


def with_group_names(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return a frame with the names of its sub-groups in the place of their keys."""
    return frame.assign(group=frame["group"].map(plan.group_names).astype(object))
