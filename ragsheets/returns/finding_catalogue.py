"""The catalogue of findings: every kind of message about a return, by its code.

Each kind is declared in the module that adds its findings, in that module's `KINDS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from ragsheets import returns
from ragsheets.returns.finding import Finding, FindingKind
from ragsheets.text import differing_parts


@cache
def finding_kinds() -> Mapping[str, FindingKind]:
    """Return every kind of finding by its code, in the order of the codes."""
    kinds: dict[str, FindingKind] = {}
    for module in modules_of(returns):
        for code, kind in getattr(module, "KINDS", {}).items():
            if code in kinds:
                raise ValueError(f"{module.__name__}: the finding {code} is declared twice")
            kinds[code] = kind
    return dict(sorted(kinds.items()))


def is_input(code: str) -> bool:
    """Return whether an observation with this code shows that a contact has entered something."""
    kind = finding_kinds().get(code)
    return kind is not None and kind.is_input


def is_about_row(code: str) -> bool:
    """Return whether an observation with this code is about a whole row."""
    kind = finding_kinds().get(code)
    return kind is not None and kind.settled_by == "row"


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield all modules of a package and of the packages in it, in the order of their names."""
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(module.name)


def make_finding(
    code: str,
    *,
    file: str = "",
    group: str = "",
    sheet: str = "",
    cell: str = "",
    task: str = "",
    column: str = "",
    found: str = "",
    wanted: str = "",
    suggestion: str = "",
    **details: str,
) -> Finding:
    """Return a finding with this code, its message and fix from the catalogue.

    `details` are the other words of the message. Where a message shows what was changed in a text, it quotes only the
    parts of `found` and `wanted` that differ.
    """
    kind = finding_kinds()[code]
    found_part, wanted_part = differing_parts(found, wanted) if "{found_part}" in kind.message else ("", "")
    texts = {
        "file": file,
        "found": found,
        "wanted": wanted,
        "suggestion": f" {suggestion}" if suggestion else "",
        "found_part": found_part,
        "wanted_part": wanted_part,
        "line": "",
        **details,
    }
    return Finding(
        code=code,
        severity=kind.severity,
        message=kind.message.format(**texts),
        fix=kind.fix.format(**texts),
        file=file,
        group=group,
        sheet=sheet,
        cell=cell,
        task=task,
        found=found,
        wanted=wanted,
        suggestion=suggestion,
        column=column,
    )
