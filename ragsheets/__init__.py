"""ragsheets: write reporting workbooks, read and recount the returned ones, write one Word report.

The names below are the public library; they are loaded on first use, so that the command line starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ragsheets.version import __version__

if TYPE_CHECKING:
    from ragsheets.errors import RagsheetsError
    from ragsheets.plan.model import Plan
    from ragsheets.plan_files.forms import read_plan
    from ragsheets.project.folder import Project
    from ragsheets.project.generate import generate
    from ragsheets.project.ingest import ingest
    from ragsheets.project.report import verify_report, write_report
    from ragsheets.template.model import Template, read_template

_MODULE_OF_NAME = {
    "Plan": "ragsheets.plan.model",
    "Project": "ragsheets.project.folder",
    "RagsheetsError": "ragsheets.errors",
    "Template": "ragsheets.template.model",
    "generate": "ragsheets.project.generate",
    "ingest": "ragsheets.project.ingest",
    "read_plan": "ragsheets.plan_files.forms",
    "read_template": "ragsheets.template.model",
    "verify_report": "ragsheets.project.report",
    "write_report": "ragsheets.project.report",
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
    if name in _MODULE_OF_NAME:
        from importlib import import_module

        return getattr(import_module(_MODULE_OF_NAME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
