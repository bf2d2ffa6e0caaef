"""ragsheets: workbooks out, checked and recounted answers back, one Word report.

The names below are the library; they are loaded when first used, so that the command line answers at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ragsheets.version import __version__

if TYPE_CHECKING:
    from ragsheets.errors import RagsheetsError
    from ragsheets.inbox import ingest
    from ragsheets.outbox import generate
    from ragsheets.plan.model import Plan
    from ragsheets.plans import read_plan
    from ragsheets.project import Project
    from ragsheets.publishing import verify_report, write_report
    from ragsheets.template.model import Template, read_template

_HOMES = {
    "Plan": "ragsheets.plan.model",
    "Project": "ragsheets.project",
    "RagsheetsError": "ragsheets.errors",
    "Template": "ragsheets.template.model",
    "generate": "ragsheets.outbox",
    "ingest": "ragsheets.inbox",
    "read_plan": "ragsheets.plans",
    "read_template": "ragsheets.template.model",
    "verify_report": "ragsheets.publishing",
    "write_report": "ragsheets.publishing",
}

__all__ = [
    "Plan",
    "Project",
    "RagsheetsError",
    "Template",
    "__version__",
    "generate",
    "ingest",
    "read_plan",
    "read_template",
    "verify_report",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
