"""Small helpers for pandas frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame as named tuples; each field has the type that the frame's column holds."""
    return iter(frame.itertuples(index=False))
