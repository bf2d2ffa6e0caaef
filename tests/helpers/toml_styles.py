"""Plans in TOML as people may write them: every legal form of headings, keys, lists and blanks, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from helpers.projects import action, group, outcome, plan, task

#: The list of parts in a part of each level.
_CHILDREN = ("groups", "outcomes", "actions", "tasks")
#: The same text in several forms of a TOML string.
_STRINGS = (
    '"Plant {n}"',
    "'Plant {n}'",
    '"""Plant {n}"""',
    "'''\nPlant {n}\n# no comment'''",
    '"Pl\\u0061nt ] } , {n}"',
)
_LIST_SEPARATORS = (",", ", ", "\n , ", ",  # so, ]\n  ", ",\n")
_LIST_ENDS = ("", ",", "\n", ",\n", " # so\n", ", # so\n # so\n")


@st.composite
def styled_plans(draw: st.DrawFn) -> str:
    """Draw a plan.toml of one sub-group and outcome with some actions and tasks, each part in any legal form."""
    count = iter(range(1000))

    def several(make: Any) -> list[Any]:
        return [make(next(count)) for _ in range(draw(st.integers(1, 2)))]

    def drawn_outcome(number: int) -> Any:
        return outcome(f"{number}.1", *several(lambda n: action(*several(task), ref=f"r{n}")))

    table = plan(group("Parks", drawn_outcome(1)))
    return _Styler(draw).table(table, ()).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


class _Styler:
    """Writes the tables of a plan, with each choice drawn."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbers = iter(range(10_000))

    def choose(self, *texts: str) -> str:
        return self.draw(st.sampled_from(texts))

    def blank(self) -> str:
        return self.choose("", " ", "  ", "\t")

    def comment(self) -> str:
        return self.choose("", "", " # so", "# ] } , [[x]]")

    def key(self, name: str) -> str:
        return self.choose(name, f'"{name}"', f"'{name}'")

    def string(self, value: Any) -> str:
        return self.choose(*_STRINGS).replace("{n}", f"{value} {next(self.numbers)}")

    def value(self, name: str, value: Any, level: int) -> str:
        """Write a value: the texts of tasks in any form of a string, everything else plainly."""
        if isinstance(value, list):
            return self.inline_list(value, level)
        return self.string(value) if name in ("task", "target") else f'"{value}"'

    def table(self, table: Mapping[str, Any], path: tuple[str, ...]) -> str:
        """Write a table with a heading, and the tables in it with headings or inline."""
        child = _CHILDREN[len(path)] if len(path) < len(_CHILDREN) else ""
        is_inline = bool(child) and bool(path) and self.draw(st.booleans())
        names = [name for name in table if name != child or is_inline]
        indent = self.blank()
        lines = [
            f"{indent}{self.assignment(name, table[name], len(path))}{self.comment()}\n" + self.choose("", "", "# so\n")
            for name in self.draw(st.permutations(names))
        ]
        for row in [] if is_inline or not child else table[child]:
            parts = (f"{self.blank()}{self.key(name)}{self.blank()}" for name in (*path, child))
            heading = f"{self.blank()}[[{'.'.join(parts)}]]{self.blank()}{self.comment()}\n"
            lines.append(self.choose("", "\n", "# so\n\n") + heading + self.table(row, (*path, child)))
        return "".join(lines)

    def assignment(self, name: str, value: Any, level: int) -> str:
        written_value = self.value(name, value, level + 1)
        return f"{self.key(name)}{self.blank()}={self.blank()}{written_value}{self.blank()}"

    def inline_list(self, rows: list[Any], level: int) -> str:
        start, separator = self.choose("", " ", "\n", " # so\n  "), self.choose(*_LIST_SEPARATORS)
        return f"[{start}{separator.join(self.inline_table(row, level) for row in rows)}{self.choose(*_LIST_ENDS)}]"

    def inline_table(self, table: Mapping[str, Any], level: int) -> str:
        names = self.draw(st.permutations(list(table)))
        return "{" + ",".join(self.blank() + self.assignment(name, table[name], level) for name in names) + "}"
