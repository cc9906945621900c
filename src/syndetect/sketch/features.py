"""Features: the words of a text and its pairs of words in a row, and tables of them."""

from __future__ import annotations

import numpy as np

from syndetect.jit import I64, U32, U64, allocating_kernel, inner

SLOTS = 1 << 23  # of the table of weights; features that share a slot share the rate of both
_MIX, _ROW = np.uint64(0xD6E8FEB86659FD93), np.uint64(0x9E3779B97F4A7C15)  # odd
_FACT = np.uint64(0xA24BAED4963EE407)
_HALF, _SHIFT = np.uint64(32), np.uint64(40)
_FULL = 6  # slots of an open table for each word of a text, at least: three keys, half empty


@inner
def one(word: int) -> np.uint64:
    """The key of a word."""
    mixed = (np.uint64(word) + np.uint64(1)) * _MIX
    return (mixed ^ mixed >> _HALF) * _ROW


@inner
def two(word: int, following: int) -> np.uint64:
    """The key of two words in a row."""
    mixed = (np.uint64(word) << _HALF | np.uint64(following)) * _MIX
    return (mixed ^ mixed >> _HALF) * _ROW


@inner
def fact(word: int) -> np.uint64:
    """The key of a word that is a name or a figure, beside that of the word."""
    return np.uint64(one(word)) ^ _FACT


@inner
def slot_of(key: int) -> int:
    """Where a key stands in the table of weights."""
    return int(np.uint64(key) >> _SHIFT) & (SLOTS - 1)


@allocating_kernel
def table_for(size: int) -> U64:
    """An open table, uint64, with room for the features of a text of `size` words; 0 is empty."""
    room = 1 << 8
    while room < _FULL * size:
        room *= 2
    return np.zeros(room, np.uint64)


@inner
def is_too_small(keys: U64, size: int) -> bool:
    """Whether an open table has no room for the features of a text of `size` words."""
    return len(keys) < _FULL * size


@inner
def place_of(keys: U64, key: int) -> int:
    """Where a key stands in an open table, or would stand."""
    mask = np.uint64(len(keys) - 1)
    place = np.uint64(key) & mask
    while keys[place] != 0 and keys[place] != key:
        place = (place + np.uint64(1)) & mask
    return int(place)


@inner
def note(keys: U64, key: int) -> bool:
    """Whether a key is new to an open table; it is put in."""
    place = place_of(keys, key)
    new = keys[place] == 0
    keys[place] = key
    return bool(new)


@inner
def read_features(words: U32, keys: U64, first: I64) -> None:
    """Put the features of a text into an empty table, and the first place of each into `first`."""
    for k in range(len(words)):
        for width in range(2 if k + 1 < len(words) else 1):
            key = two(words[k], words[k + 1]) if width else one(words[k])
            place = place_of(keys, key)
            if keys[place] == 0:
                keys[place], first[place] = key, k
