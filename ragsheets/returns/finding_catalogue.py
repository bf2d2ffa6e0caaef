"""The catalogue of findings: every kind of message about a return, by its code.

Each kind is declared in the module that adds its findings, in that module's `KINDS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from ragsheets import returns
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.reading.stated_totals import STATUS_UNCOUNTED
from ragsheets.text import differing_parts

_FIELDS = frozenset(field.name for field in fields(Finding))
_FOR_CHECKS_ALONE = FindingKind(Severity.NOTE, "", "", is_input=False, needs_context=True)


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


def observed_kind(code: str) -> FindingKind:
    """Return the kind of an observation with this code; a kind without a message if only the checks use it."""
    return _FOR_CHECKS_ALONE if code == STATUS_UNCOUNTED else finding_kinds()[code]


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield all modules of a package and of the packages in it, in the order of their names."""
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(module.name)


def make_finding(code: str, **texts: str) -> Finding:
    """Return a finding with this code, its message and fix from the catalogue.

    `texts` are fields of the finding by their names, and the other words of its message. Where a message shows what was
    changed in a text, it quotes only the parts of `found` and `wanted` that differ.
    """
    kind = finding_kinds()[code]
    located: dict[str, Any] = {name: text for name, text in texts.items() if name in _FIELDS}
    words = {"file": "", "found": "", "wanted": "", "line": "", **texts}
    words["suggestion"] = f" {texts['suggestion']}" if texts.get("suggestion") else ""
    if "{found_part}" in kind.message:
        words["found_part"], words["wanted_part"] = differing_parts(words["found"], words["wanted"])
    return Finding(code, kind.severity, kind.message.format(**words), kind.fix.format(**words), **located)
