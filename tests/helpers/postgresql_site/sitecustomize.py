"""Python runs this first in a program that a test of `pytest --postgresql` starts: its ledgers live there too."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import_of = "ragsheets.ledger.connection"


class Watch(MetaPathFinder):
    """Waits for the module, so that a program that opens no ledger is as it always is."""

    def find_spec(self, fullname: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Have the change made once the module is there."""
        if fullname != import_of:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        assert spec is not None
        assert spec.loader is not None
        run = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            sys.modules[fullname] = module
            sys.path.append(str(Path(__file__).parent.parent.parent))
            from helpers import postgresql

            postgresql.replace_sqlite_files()

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


if os.environ.get("RAGSHEETS_TEST_INSTEAD"):
    sys.meta_path.insert(0, Watch())
