"""Sound returns with a few bytes changed at random, reproducibly."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator

from helpers.hostile import forms
from helpers.hostile.packing import pack_parts, parts_of

Mutation = Callable[[random.Random, bytes], bytes]


def bits_flipped(rng: random.Random, content: bytes) -> bytes:
    """Flip one to forty bits anywhere."""
    mutated = bytearray(content)
    for _ in range(rng.randint(1, 40)):
        mutated[rng.randrange(len(mutated))] ^= 1 << rng.randrange(8)
    return bytes(mutated)


def bytes_of_the_ends_changed(rng: random.Random, content: bytes) -> bytes:
    """Change some bytes of the first or last kilobyte, where headers and directories are."""
    mutated = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        offset = rng.randrange(1024)
        mutated[offset if rng.random() < 0.4 else -1 - offset] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(mutated)


def cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(1, len(content))]


def piece_lost(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randint(1, 2000) :]


def piece_twice(rng: random.Random, content: bytes) -> bytes:
    start, length = rng.randrange(len(content)), rng.randint(1, 2000)
    return content[: start + length] + content[start:]


def piece_zeroed(rng: random.Random, content: bytes) -> bytes:
    start, length = rng.randrange(len(content) - 1), rng.randint(1, 512)
    return content[:start] + bytes(len(content[start : start + length])) + content[start + length :]


def parts_swapped(rng: random.Random, content: bytes) -> bytes:
    """Swap the names of two parts; the archive is sound."""
    parts = parts_of(content)
    first_name, second_name = rng.sample(sorted(parts), 2)
    return pack_parts({**parts, first_name: parts[second_name], second_name: parts[first_name]})


def part_mutated(rng: random.Random, content: bytes) -> bytes:
    """Change a few bytes of one part; the archive's checksums are correct."""
    parts = parts_of(content)
    name = rng.choice(sorted(name for name in parts if parts[name]))
    return pack_parts({**parts, name: rng.choice((bits_flipped, cut, piece_lost, piece_twice))(rng, parts[name])})


def number_made_huge(rng: random.Random, content: bytes) -> bytes:
    """Replace a number in one part by one that no program expects."""
    parts = parts_of(content)
    name = rng.choice(sorted(name for name in parts if any(byte in parts[name] for byte in b"123456789")))
    places = [n for n, byte in enumerate(parts[name]) if 48 <= byte <= 57]
    at = rng.choice(places)
    huge = rng.choice((b"4294967295", b"-1", b"99999999999999999999", b"1e999", b"2147483648", b"0"))
    return pack_parts({**parts, name: parts[name][:at] + huge + parts[name][at + 1 :]})


def record_mutated(rng: random.Random, content: bytes) -> bytes:
    """Replace four bytes at an even offset by a number that is far too large."""
    at = rng.randrange(0, len(content) - 4, 2)
    huge = rng.choice((0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0, 0x80000000, 0x10000))
    return content[:at] + struct.pack("<I", huge) + content[at + 4 :]


_ANY: tuple[Mutation, ...] = (bits_flipped, bytes_of_the_ends_changed, cut, piece_lost, piece_twice, piece_zeroed)
_ARCHIVE: tuple[Mutation, ...] = (*_ANY, parts_swapped, part_mutated, part_mutated, number_made_huge)

#: The mutations that an archive's own checksums detect: what is still accepted must be as it was sent.
DETECTED_BY_CHECKSUMS = {mutation.__name__ for mutation in _ANY}


def mutants(good: bytes, number: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield this many mutants of a return, in four forms, each with a name that describes the change."""
    formats: dict[str, tuple[bytes, tuple[Mutation, ...]]] = {
        "xlsx": (good, _ARCHIVE),
        "ods": (forms.as_ods(good), _ARCHIVE),
        "xlsb": (forms.as_xlsb(good), (*_ARCHIVE, record_mutated)),
        "xls": (forms.as_xls(good), (*_ANY, record_mutated, record_mutated)),
    }
    weights = (5, 2, 1, 2)
    rng = random.Random(seed)
    for count in range(number):
        (suffix,) = rng.choices(list(formats), weights)
        content, mutations = formats[suffix]
        mutation = rng.choice(mutations)
        yield f"{count:03} {mutation.__name__}.{suffix}", mutation(rng, content)
