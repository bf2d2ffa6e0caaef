"""The tests themselves: none that asserts only in a loop passes because there was nothing to loop over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
#: Calls that give something to loop over where their first argument does.
_PASSING_ON = ("enumerate", "list", "range", "reversed", "set", "sorted", "tuple", "zip")


def vacuous_tests(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the tests whose asserts are all in loops over what may be empty."""
    for test in ast.walk(tree):
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            nodes = list(ast.walk(test))
            loops = [node for node in nodes if isinstance(node, (ast.For, ast.While)) and _may_be_empty(node, test)]
            in_loops = {node for loop in loops for node in ast.walk(loop)}
            asserts = {node for node in nodes if isinstance(node, ast.Assert) or _is_raises(node)}
            if asserts and asserts <= in_loops:
                yield test.name


def _is_raises(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "raises"


def _may_be_empty(loop: ast.For | ast.While, test: ast.FunctionDef) -> bool:
    if isinstance(loop, ast.While):
        return True
    values = {
        target.id: node.value
        for node in ast.walk(test)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    return not _has_items(values.get(loop.iter.id, loop.iter) if isinstance(loop.iter, ast.Name) else loop.iter)


def _has_items(node: ast.expr) -> bool:
    """Return whether an expression certainly has items: a literal, a constant of the module, or what passes one on."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return any(not isinstance(item, ast.Starred) for item in node.elts)
    if isinstance(node, ast.Dict):
        return any(node.keys)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PASSING_ON:
        return bool(node.args) and all(map(_has_items, node.args[:1]))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_product = node.func.attr == "product" and all(map(_has_items, node.args))
        return is_product or (node.func.attr in ("items", "keys", "values") and _has_items(node.func.value))
    return (isinstance(node, ast.Constant) and bool(node.value)) or (isinstance(node, ast.Name) and node.id.isupper())


@pytest.mark.slow
def test_no_test_asserts_only_in_a_loop_over_what_may_be_empty() -> None:
    modules = sorted(TESTS.rglob("test_*.py"))
    assert len(modules) > 100
    vacuous = [
        f"{module.relative_to(TESTS).as_posix()}: {name}"
        for module in modules
        for name in vacuous_tests(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert vacuous == [], "assert first that there is something to loop over"


@pytest.mark.parametrize(
    ("body", "is_vacuous"),
    [
        ("for x in found():\n        assert x", True),
        ("for x in found():\n        with pytest.raises(ValueError):\n            x()", True),
        ("while found():\n        assert x", True),
        ("xs = found()\n    for x in xs:\n        assert x", True),
        ("for x in range(count):\n        assert x", True),
        ("xs = found()\n    assert xs\n    for x in xs:\n        assert x", False),
        ("xs: list[int] = [1, 2]\n    for x in xs:\n        assert x", False),
        ("for x in (1, 2):\n        assert x", False),
        ("for number, x in enumerate(NAMES):\n        assert x", False),
        ("for x, y in {1: 2}.items():\n        assert x", False),
        ("for x in (*found(), 1):\n        assert x", False),
        ("for x in (*found(),):\n        assert x", True),
        ("assert [x for x in found() if x] == []", False),
    ],
)
def test_a_loop_over_what_may_be_empty_is_seen(body: str, is_vacuous: bool) -> None:
    assert list(vacuous_tests(ast.parse(f"def test_x():\n    {body}"))) == ["test_x"] * is_vacuous
