"""Sound returns with a few bytes changed at random, the same ones each time."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator

from helpers.hostile import forms
from helpers.hostile.packing import packed, parts_of

Mutation = Callable[[random.Random, bytes], bytes]


def bits_flipped(chance: random.Random, content: bytes) -> bytes:
    """One to forty bits anywhere."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 40)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def bytes_of_the_ends_changed(chance: random.Random, content: bytes) -> bytes:
    """Some of the first or last kilobyte, where headers and directories lie."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(1024)
        changed[place if chance.random() < 0.4 else -1 - place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(changed)


def cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(1, len(content))]


def piece_lost(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 2000) :]


def piece_twice(chance: random.Random, content: bytes) -> bytes:
    start, length = chance.randrange(len(content)), chance.randint(1, 2000)
    return content[: start + length] + content[start:]


def piece_zeroed(chance: random.Random, content: bytes) -> bytes:
    start, length = chance.randrange(len(content) - 1), chance.randint(1, 512)
    return content[:start] + bytes(len(content[start : start + length])) + content[start + length :]


def parts_swapped(chance: random.Random, content: bytes) -> bytes:
    """Two parts under each other's name; the archive is sound."""
    parts = parts_of(content)
    one, other = chance.sample(sorted(parts), 2)
    return packed({**parts, one: parts[other], other: parts[one]})


def part_mutated(chance: random.Random, content: bytes) -> bytes:
    """A few bytes of one part changed, the archive's checksums right."""
    parts = parts_of(content)
    name = chance.choice(sorted(name for name in parts if parts[name]))
    return packed({**parts, name: chance.choice((bits_flipped, cut, piece_lost, piece_twice))(chance, parts[name])})


def number_made_huge(chance: random.Random, content: bytes) -> bytes:
    """A number in one part made one that no program reckons with."""
    parts = parts_of(content)
    name = chance.choice(sorted(name for name in parts if any(byte in parts[name] for byte in b"123456789")))
    places = [n for n, byte in enumerate(parts[name]) if 48 <= byte <= 57]
    at = chance.choice(places)
    huge = chance.choice((b"4294967295", b"-1", b"99999999999999999999", b"1e999", b"2147483648", b"0"))
    return packed({**parts, name: parts[name][:at] + huge + parts[name][at + 1 :]})


def record_mutated(chance: random.Random, content: bytes) -> bytes:
    """Four bytes at an even place made a number that counts too much."""
    at = chance.randrange(0, len(content) - 4, 2)
    huge = chance.choice((0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0, 0x80000000, 0x10000))
    return content[:at] + struct.pack("<I", huge) + content[at + 4 :]


_ANY: tuple[Mutation, ...] = (bits_flipped, bytes_of_the_ends_changed, cut, piece_lost, piece_twice, piece_zeroed)
_ARCHIVE: tuple[Mutation, ...] = (*_ANY, parts_swapped, part_mutated, part_mutated, number_made_huge)

#: Those after which an archive's own checksums tell what was changed: what is still taken must be as it was sent.
TOLD_BY_CHECKSUMS = {mutation.__name__ for mutation in _ANY}


def mutants(good: bytes, number: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """So many mutants of a return, in four forms, each with a name that says what was done to it."""
    sound: dict[str, tuple[bytes, tuple[Mutation, ...]]] = {
        "xlsx": (good, _ARCHIVE),
        "ods": (forms.as_ods(good), _ARCHIVE),
        "xlsb": (forms.as_xlsb(good), (*_ARCHIVE, record_mutated)),
        "xls": (forms.as_xls(good), (*_ANY, record_mutated, record_mutated)),
    }
    weights = (5, 2, 1, 2)
    chance = random.Random(seed)
    for count in range(number):
        (suffix,) = chance.choices(list(sound), weights)
        content, mutations = sound[suffix]
        mutation = chance.choice(mutations)
        yield f"{count:03} {mutation.__name__}.{suffix}", mutation(chance, content)
