"""A fault: a file made faulty on purpose, and what is expected of its reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stage:
    """What a maker may build on.

    Attributes:
        good: a sound return (.xlsx) of the fault's own sub-group.
        canary: a file outside that must not be opened; no other file may be written next to it.
        url: the address of a server that must not be called, ending in "/".
    """

    good: bytes
    canary: Path
    url: str


Maker = Callable[[Stage], bytes]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What ingest may do with the file of a fault.

    Attributes:
        results: the permitted results.
        codes: the permitted codes of its one finding where it is rejected.
        text: text that a finding must contain where it is accepted, or that its warning must quote where it is ignored;
            "" for none.
    """

    results: frozenset[str]
    codes: frozenset[str] = frozenset()
    text: str = ""

    @property
    def may_be_accepted(self) -> bool:
        """Whether its answers may be accepted, so that it needs a sub-group of its own."""
        return "accepted" in self.results


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: the suffix of its file's name, its maker, and what is expected."""

    suffix: str
    make: Maker
    expected: Expectation


#: Codes for files that are not a readable workbook, and for files that cost more than any workbook may.
BROKEN = ("damaged", "not-a-workbook", "hostile", "old-format", "other-archive")
COSTLY = ("too-large", "too-costly", "too-deep", "hostile", "damaged")
#: Codes for files that one program reads as a sound workbook and another as a broken one.
NO_RETURN = (*BROKEN, *COSTLY, "not-ours")


def rejected(*codes: str) -> Expectation:
    """Expect rejection with one of these codes."""
    return Expectation(frozenset({"rejected"}), frozenset(codes))


def accepted(text: str = "") -> Expectation:
    """Expect an unusual but sound return: its answers are accepted."""
    return Expectation(frozenset({"accepted"}), text=text)


def either(*codes: str, text: str = "") -> Expectation:
    """Expect all of its answers to be accepted, or rejection with one of these codes; never a part of it."""
    return Expectation(frozenset({"accepted", "rejected"}), frozenset(codes), text)


def reply(text: str) -> Expectation:
    """Expect a written reply: ignored, with a warning that quotes it."""
    return Expectation(frozenset({"ignored"}), text=text)


def no_workbook(*codes: str) -> Expectation:
    """Expect another kind of file: rejected, or ignored as a written reply; one finding either way."""
    return Expectation(frozenset({"rejected", "ignored"}), frozenset(codes))


#: Every fault by its name, in the order of the modules that declare them.
FAULTS: dict[str, Fault] = {}


def register(name: str, suffix: str, expected: Expectation, make: Maker) -> None:
    """Add a fault to the registry under a name of its own."""
    if name in FAULTS:
        raise ValueError(f"two faults are named {name}")
    FAULTS[name] = Fault(suffix, make, expected)


def fault(suffix: str, expected: Expectation) -> Callable[[Maker], Maker]:
    """Add the decorated maker to the registry under its own name."""

    def register_maker(make: Maker) -> Maker:
        register(make.__name__.replace("_", "-"), suffix, expected, make)
        return make

    return register_maker
