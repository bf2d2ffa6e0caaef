"""A fault: a file made wrong on purpose, and what is wanted of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stage:
    """What a maker may build on.

    Attributes:
        good: a sound return (.xlsx) of the fault's own sub-group.
        canary: a file outside that nobody may open; a file beside it that is not there may not be written.
        url: the address of a server that nobody may call, ending in "/".
    """

    good: bytes
    canary: Path
    url: str


Maker = Callable[[Stage], bytes]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ingest may make of a fault's file.

    Attributes:
        results: what may become of it.
        codes: the code of its one finding where it is rejected.
        says: where it is accepted, words that must stand in a finding; where it is ignored, words that its warning
            quotes; "" for none.
    """

    results: frozenset[str]
    codes: frozenset[str] = frozenset()
    says: str = ""

    @property
    def may_be_accepted(self) -> bool:
        """Whether its answers may be taken, so that it needs a sub-group of its own."""
        return "accepted" in self.results


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: the suffix of its file's name, its maker, and what is wanted."""

    suffix: str
    make: Maker
    wanted: Wanted


#: Codes for what is no workbook that can be opened, and for what costs more than any workbook may.
BROKEN = ("damaged", "not-a-workbook", "hostile")
COSTLY = ("too-large", "too-costly", "too-deep", "hostile", "damaged")
#: Where a file is somebody's sound workbook to one program and a broken one to another.
NO_RETURN = (*BROKEN, *COSTLY, "not-ours")


def rejected(*codes: str) -> Wanted:
    """It is refused, for one of these reasons."""
    return Wanted(frozenset({"rejected"}), frozenset(codes))


def accepted(says: str = "") -> Wanted:
    """It is an unusual return but a sound one: its answers are taken."""
    return Wanted(frozenset({"accepted"}), says=says)


def either(*codes: str, says: str = "") -> Wanted:
    """Its answers are taken, all of them, or it is refused for one of these reasons; never half of it."""
    return Wanted(frozenset({"accepted", "rejected"}), frozenset(codes), says)


def reply(says: str) -> Wanted:
    """A reply in words: passed over with a warning that quotes it."""
    return Wanted(frozenset({"ignored"}), says=says)


def no_workbook(*codes: str) -> Wanted:
    """Another kind of file: refused, or passed over as a reply in words; one finding either way."""
    return Wanted(frozenset({"rejected", "ignored"}), frozenset(codes))


#: Every fault by its name, in the order of the modules that declare them.
FAULTS: dict[str, Fault] = {}


def register(name: str, suffix: str, wanted: Wanted, make: Maker) -> None:
    """Put a fault into the registry under a name of its own."""
    if name in FAULTS:
        raise ValueError(f"two faults are named {name}")
    FAULTS[name] = Fault(suffix, make, wanted)


def fault(suffix: str, wanted: Wanted) -> Callable[[Maker], Maker]:
    """Put the decorated maker into the registry, named as it is."""

    def enter(make: Maker) -> Maker:
        register(make.__name__.replace("_", "-"), suffix, wanted, make)
        return make

    return enter
