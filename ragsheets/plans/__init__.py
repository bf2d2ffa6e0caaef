"""The forms that a plan comes in: one file for each, which reads and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import PlanError

if TYPE_CHECKING:
    from ragsheets.plan import Plan
    from ragsheets.template import Template


def read_plan(path: str | Path) -> Plan:
    """Read a plan file and give every part its key.

    Args:
        path: the plan.toml.

    Raises:
        PlanError: the plan cannot be used; it names every problem at once, with the key or the task it is about.
        TemplateError: the template that the plan names cannot be used.
    """
    return read_plan_and_template(Path(path))[0]


def read_plan_and_template(path: Path) -> tuple[Plan, Template]:
    """Read a plan file together with the template that it names; raises as `read_plan` does."""
    from ragsheets.plans import toml

    if path.suffix.casefold() != ".toml":
        raise PlanError("is no plan that this version can read.", where=path.name, fix="Give a plan.toml.")
    return toml.read(path)
