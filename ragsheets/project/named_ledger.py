"""The ledger that a project's plan names, also where the rest of the plan is unfinished or cannot be read."""

from __future__ import annotations

import codecs
from pathlib import Path

from ragsheets import files
from ragsheets.errors import PlanError

LEDGER_KEY = "ledger"


def ledger_key(plan_file: Path) -> str:
    """Return how messages name the key of the ledger's address in a plan."""
    return f"{LEDGER_KEY} in {plan_file.name}" if plan_file.suffix == ".toml" else f"Ledger in {plan_file.name}"


def named_ledger(plan_file: Path) -> tuple[str, str]:
    """Return the address of the ledger that a plan names, "" for none, and a warning where the plan cannot be read.

    Raises PlanError where it cannot be read and may name another ledger than the one in its folder: reading and writing
    the wrong ledger would be worse than stopping.
    """
    from ragsheets.plan_files.forms import read_ledger_name

    if not plan_file.exists():
        return "", ""
    try:
        return read_ledger_name(plan_file), ""
    except PlanError as error:
        if plan_file.suffix != ".toml" or not (plan_file.parent / files.LEDGER_FILE).exists():
            raise
        if _may_name_ledger(files.bytes_of(plan_file)):
            raise
        return "", f"{error} It names no other ledger, so {files.LEDGER_FILE} is used."


def _may_name_ledger(content: bytes | None) -> bool:
    """Return whether a plan.toml that cannot be parsed as a whole may name a ledger before its first table."""
    if content is None:
        return True
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # In any other encoding a key is written in the same bytes.
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-16" if is_utf_16 else "latin-1", "replace")
    return any(map(_line_may_name_ledger, files.toml_head(text).splitlines()))


def _line_may_name_ledger(line: str) -> bool:
    """Return whether a line has the ledger's key; True too where it cannot be parsed."""
    import tomllib

    key, sign, value = line.partition("=")
    try:
        keys = tomllib.loads(f"{key}= 0" if sign and "=" not in value else line)
    except tomllib.TOMLDecodeError:
        return True
    return LEDGER_KEY in map(str.casefold, keys)
