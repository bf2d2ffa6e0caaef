"""Limits on the size and cost of a returned file that every real workbook keeps, most with their reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from ragsheets.errors import Problem, ProjectError

MIB = 1024 * 1024


def _limit(default: int, reason: str) -> int:
    limit: int = field(default=default, metadata={"reason": reason})
    return limit


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; wide enough for 790 real and odd workbooks whose size, parts and ratio were measured."""

    file: int = _limit(64, "MiB for one file as received; a sub-group's workbook has a thousandth of that")
    part: int = _limit(256, "MiB that one part unpacks to; a bomb is one part that never ends")
    unpacked: int = _limit(512, "MiB that all parts of a file unpack to")
    ratio: int = _limit(200, "times its packed size that a part over 32 MiB unpacks to; only a bomb packs so well")
    parts: int = _limit(4000, "parts in a workbook, files in an archive")
    sheets: int = _limit(500, "sheets in a workbook; each costs its reader time")
    cells: int = _limit(12_000_000, "cells in the box around a sheet's values, which a reader lays out whole")
    text: int = _limit(4, "MiB in one text; Excel ends a cell at 32,767 characters")
    depth: int = _limit(3, "archives and messages inside each other: a message in an archive in a message")
    seconds: int = _limit(60, "seconds for one file; an ordinary one takes a few thousandths")
    container: int = _limit(600, "seconds for all files of one archive or message; a hundred ordinary ones take a few")
    memory: int = _limit(768, "MiB for the process that reads; so a run stays under a gibibyte")

    @classmethod
    def table(cls) -> list[tuple[str, int, str]]:
        """Return every limit as (name, default value, reason)."""
        return [(limit.name, limit.default, limit.metadata["reason"]) for limit in fields(cls)]  # type: ignore[misc]


def parse_limits(settings: Iterable[str]) -> Limits:
    """Return the limits, changed by settings "NAME=NUMBER". Raises ProjectError where a setting is invalid."""
    changed_limits: dict[str, int] = {}
    problems = []
    usual = {name: (default, reason) for name, default, reason in Limits.table()}
    for setting in settings:
        name, _, number = (part.strip() for part in setting.partition("="))
        if name not in usual:
            problems.append(Problem("--limit", f"there is no limit “{name}”.", f"There are {', '.join(usual)}."))
        elif not number.isdecimal() or int(number) < 1:
            fix = f"Write {name}={usual[name][0]}, say: {usual[name][1]}."
            problems.append(Problem("--limit", f"“{setting}” gives no whole number.", fix))
        else:
            changed_limits[name] = int(number)
    if problems:
        raise ProjectError("limits that cannot be set", problems=problems)
    return replace(Limits(), **changed_limits)


#: A part's compression ratio is checked from this size on (MiB): small parts full of spaces compress well.
RATIO_CHECKED_FROM = 32
