"""Shingle sets: the distinct shingles of each text, sorted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from syndetect.growing import Growing
from syndetect.jit import I64, U8, U64, inner, kernel
from syndetect.sketch.shingles import Shingles, hash_runs
from syndetect.text.corpus import Corpus
from syndetect.text.folding import folding
from syndetect.text.tokens import Room, Table, room_for, scan_text
from syndetect.threads import stream


@inner
def _sort(hashes: U64, ends: I64, out: U64) -> None:
    """Hashes (uint64) in ascending order into out: parted by their highest bits, then by insertion.

    Hashes are spread evenly, so that a part holds one or two of them; ends (int64) has twice as
    many elements as there are hashes at least, and one more.
    """
    bits, parts = np.uint64(0), np.int64(1)
    while parts < len(hashes):
        bits, parts = bits + np.uint64(1), 2 * parts
    ends[: parts + 1] = 0
    for value in hashes:
        ends[1 + np.int64(value >> np.uint64(1) >> (np.uint64(63) - bits))] += 1
    for part in range(parts):
        ends[part + 1] += ends[part]
    for value in hashes:
        home = np.int64(value >> np.uint64(1) >> (np.uint64(63) - bits))
        out[ends[home]] = value
        ends[home] += 1
    for k in range(1, len(hashes)):
        value, i = out[k], k
        while i > 0 and out[i - 1] > value:
            out[i] = out[i - 1]
            i -= 1
        out[i] = value


@kernel
def _make_sets(
    data: U8,
    offsets: I64,
    tools: tuple[Table, U64, Room],
    n: int,
    room: tuple[U64, I64],
    out: U64,
    counts: I64,
) -> int:
    """The sets of the texts at `offsets`, end to end; `counts` (int64, texts) receives their sizes."""
    table, tokens, scan_room = tools
    shingles, ends = room
    total = np.int64(0)
    for text in range(len(counts)):
        low, high = np.int64(offsets[text]), np.int64(offsets[text + 1])
        words = scan_text(data, low, high, table, tokens, None, scan_room)
        size = hash_runs(tokens[:words], n, shingles)
        own = out[total : total + size]
        _sort(shingles[:size], ends, own)
        count = np.int64(0)
        for value in own:
            if count == 0 or value != own[count - 1]:
                own[count] = value
                count += 1
        counts[text] = count
        total += count
    return int(total)


def _sets_of(corpus: Corpus, ngram: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The sets of some texts, end to end, and their sizes."""
    most = int(np.diff(corpus.offsets).max(initial=0)) // 2 + 1
    whole = int(corpus.offsets[-1] - corpus.offsets[0]) // 2 + len(corpus)
    out, counts = np.empty(whole, np.uint64), np.empty(len(corpus), np.int64)
    tools = (tuple(folding()), np.empty(most, np.uint64), room_for(corpus.offsets))
    room = np.empty(most, np.uint64), np.empty(2 * most + 1, np.int64)
    total = _make_sets(corpus.data, corpus.offsets, tools, ngram, room, out, counts)
    return out[:total].copy(), counts


def sets_of(corpora: Iterable[Corpus], ngram: int) -> Shingles:
    """The sets of texts, made piece by piece, so that neither texts nor tokens pile up."""
    pieces = (piece for corpus in corpora for piece in corpus.pieces())
    hashes, counts = Growing(np.uint64), Growing(np.int64)
    for some, sizes in stream(lambda piece: _sets_of(piece, ngram), pieces):
        hashes.extend(some)
        counts.extend(sizes)
    return Shingles(hashes.array(), np.concatenate(([0], np.cumsum(counts.array()))))
