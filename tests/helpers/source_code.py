"""The modules of ragsheets as source code: what they import, define, document and contain."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import ragsheets

PACKAGE = Path(ragsheets.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def dotted_name(module: Path) -> str:
    return ".".join(["ragsheets", *module.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


def package_of(module: Path) -> str:
    """The package or top-level module that a module belongs to; "" for the package's own `__init__`."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


def imports(module: Path, folder: Path = PACKAGE) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports: at the top, in functions and for the type checker."""
    containing = ["ragsheets", *module.relative_to(folder).parts[:-1]]
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = containing[: len(containing) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


@cache
def imported_modules(module: Path) -> frozenset[str]:
    """The dotted names of the modules of ragsheets that a module imports."""
    known = {dotted_name(path) for path in MODULES}
    names = {name if name in known else name.rpartition(".")[0] for name in imports(module)}
    return frozenset(names & known - {"ragsheets"})


def public_names(
    node: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    for child in node.body:
        if isinstance(child, (ast.ClassDef, ast.FunctionDef)) and not child.name.startswith("_"):
            yield f"{prefix}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public_names(child, f"{prefix}{child.name}.")


def prose(module: Path) -> Iterator[str]:
    """Yield the docstrings and comments of a module."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (text := ast.get_docstring(node)):
            yield text
    source = io.StringIO(module.read_text(encoding="utf-8"))
    yield from (token.string for token in tokenize.generate_tokens(source.readline) if token.type == tokenize.COMMENT)


def constants(module: Path) -> Iterator[str]:
    """Yield every text in a module but docstrings."""
    tree = tree_of(module)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
