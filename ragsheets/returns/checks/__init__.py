"""The checks: one module each, with a function `check` from a context to findings; no other list names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.finding import Finding

#: A check yields findings, each with the number of the return that it is about.
Check = Callable[[CheckContext], Iterable[tuple[int, Finding]]]


@cache
def all_checks() -> tuple[Check, ...]:
    """Return the function `check` of every module of this package that has one, in the order of the modules' names."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(module.check for module in modules if hasattr(module, "check"))
