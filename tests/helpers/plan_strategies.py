"""Plans of every shape for the tests that take one through a form and back, with texts that are awkward for a form."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ragsheets.plan.model import Plan

#: Bits of text that mean something to a spreadsheet, to TOML, to XML or to a terminal.
AWKWARD_TEXTS = (
    *('"', "\\", "\n", "\r\n", "\r", "\t", "=1+1", "'", "'''", '"""', "#", "[x]", "{y}", "* ", "@", "+1", "-"),
    *(
        "é",
        "\u2028",
        "\u00a0",
        "\ufeff",
        "\u200b",
        "😀",
        "_x000D_",
        "_x005F_",
        "&amp;",
        "<b>",
        "2.10",
        "TRUE",
        "nan",
        " ",
    ),
)
#: What Office files cannot hold.
FORBIDDEN_CHARACTERS = ("\x00", "\x07", "\x1f", "\ufffe", "\uffff")


def texts(*more: str, without: str = "") -> st.SearchStrategy[str]:
    """Texts with awkward parts, without the characters `without`."""
    signs = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters=without)
    bits = [bit for bit in (*AWKWARD_TEXTS, *more) if not set(bit) & set(without)]
    pieces = st.one_of(st.sampled_from(bits), signs, st.sampled_from(["word", "Plant oaks", "a"]))
    return st.lists(pieces, max_size=6).map("".join)


def lines(*more: str, without: str = "") -> st.SearchStrategy[str]:
    """Texts that are not empty once the blanks around them are gone."""
    return texts(*more, without=without).map(lambda text: f"x{text}")


@st.composite
def plans(draw: st.DrawFn, *more: str, without: str = "", keyed: bool = True) -> Plan:
    """Plans with several sub-groups, outcomes, actions and tasks, each identified by its number.

    Args:
        draw: Hypothesis's.
        more: further bits to put into texts.
        without: characters that no text holds.
        keyed: whether outcomes and actions may have keys of their own.
    """
    text, line = texts(*more, without=without), lines(*more, without=without)
    count = iter(range(1000))

    def numbered() -> str:
        return f"{next(count)} {draw(text)}"

    def key() -> str:
        return f"k{next(count)}{draw(st.sampled_from(['', '.10', ' b']))}" if draw(st.booleans()) else ""

    def task() -> dict[str, Any]:
        return {"label": draw(text), "task": draw(line), "target": draw(text), "key": key()}

    def action(first: bool) -> dict[str, Any]:
        named = {"ref": "", "title": ""} if first and draw(st.booleans()) else {"ref": draw(text), "title": numbered()}
        return {**named, "key": key() if keyed else "", "tasks": several(task, 1, 3)}

    def outcome() -> dict[str, Any]:
        ref = draw(st.sampled_from(["", f"2.{next(count)}0", numbered()]))
        actions = [action(number == 0) for number in range(draw(st.integers(1, 2)))]
        return {"ref": ref, "title": numbered(), "key": key() if keyed else "", "actions": actions}

    def group() -> dict[str, Any]:
        outcomes = several(outcome, 0, 2)
        on_hold = not outcomes or draw(st.booleans())
        named = {"name": numbered(), "contact": draw(text), "email": draw(text), "key": key()}
        return {**named, "on_hold": on_hold, "outcomes": outcomes}

    def several(part: Any, least: int, most: int) -> list[Any]:
        return [part() for _ in range(draw(st.integers(least, most)))]

    head = {"title": draw(line), "partnership": draw(line), "ledger": draw(st.none() | line)}
    head["keep_returns_months"] = draw(st.none() | st.integers(1, 1200))
    return Plan.model_validate({**head, "groups": several(group, 1, 3)})
