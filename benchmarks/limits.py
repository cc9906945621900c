"""What the processor allows: passes over bytes, and multiply-add-minimum in its registers.

Beside them, how near the stages of the library come, one thread each.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from syndetect.sketch.minhash import EMPTY, _padded, _sign_text, permutations, sketch
from syndetect.text.corpus import Corpus
from syndetect.text.folding import folding
from syndetect.text.tokens import room_for, scan_text
from syndetect.vectors import STEP, WIDTH

CHAINS = 8  # independent minima, so that no instruction waits for the one before


def median_time(function: Callable[[], Any], repeats: int = 15) -> float:
    """Median seconds of a call, after one that is not counted."""
    function()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


@intrinsic
def _spin(_context: Any, count: Any, seed: Any) -> Any:
    """``a * h + b`` and its minimum, `count` times in `CHAINS` vectors that stay in registers."""
    lane, word = ir.IntType(32), ir.IntType(64)
    vector = ir.VectorType(lane, WIDTH)

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        function = builder.function
        before = builder.block
        loop, done = function.append_basic_block("loop"), function.append_basic_block("done")
        start = builder.trunc(args[1], lane)
        spread = builder.insert_element(
            ir.Constant(vector, ir.Undefined), start, ir.Constant(lane, 0)
        )
        zero = ir.Constant(ir.VectorType(lane, WIDTH), [0] * WIDTH)
        spread = builder.shuffle_vector(spread, ir.Constant(vector, ir.Undefined), zero)
        factors = [
            builder.or_(
                spread, ir.Constant(vector, [2 * (k * WIDTH + i) + 1 for i in range(WIDTH)])
            )
            for k in range(CHAINS)
        ]
        builder.branch(loop)
        builder.position_at_end(loop)
        turn = builder.phi(word)
        hashes = builder.phi(vector)
        least = [builder.phi(vector) for _ in range(CHAINS)]
        turn.add_incoming(ir.Constant(word, 0), before)
        hashes.add_incoming(spread, before)
        following = []
        for phi, factor in zip(least, factors, strict=True):
            phi.add_incoming(ir.Constant(vector, [2**32 - 1] * WIDTH), before)
            value = builder.add(builder.mul(hashes, factor), spread)
            following.append(builder.select(builder.icmp_unsigned("<", value, phi), value, phi))
        one = builder.add(hashes, ir.Constant(vector, [1] * WIDTH))
        counted = builder.add(turn, ir.Constant(word, 1))
        turn.add_incoming(counted, builder.block)
        hashes.add_incoming(one, builder.block)
        for phi, value in zip(least, following, strict=True):
            phi.add_incoming(value, builder.block)
        builder.cbranch(builder.icmp_unsigned("<", counted, args[0]), loop, done)
        builder.position_at_end(done)
        total = following[0]
        for value in following[1:]:
            total = builder.xor(total, value)
        return builder.zext(builder.extract_element(total, ir.Constant(lane, 0)), word)

    return types.uint64(types.uint64, types.uint64), make


@numba.njit(nogil=True)
def _rate(count: Any, seed: Any) -> Any:
    return _spin(count, seed)


def multiply_add_minimum() -> float:
    """Values a second that one thread can multiply, add and compare, in 32 bits."""
    count = 200_000
    seconds = median_time(lambda: _rate(np.uint64(count), np.uint64(3)))
    return count * CHAINS * WIDTH / seconds


def signature_rate(shingles: int = 400, values: int = 128) -> float:
    """The same of the signature kernel: values times shingles a second."""
    a, b = map(_padded, permutations(values, 1))
    hashes = np.random.default_rng(0).integers(0, 1 << 63, shingles).astype(np.uint64)
    room, out = np.empty(shingles + STEP, np.uint32), np.full(len(a), EMPTY)

    def many() -> None:
        for _ in range(200):
            _sign_text(hashes, a, b, room, out)

    return 200 * shingles * values / median_time(many)


@numba.njit(nogil=True, error_model="numpy")
def _scan_all(data: Any, offsets: Any, table: Any, hashes: Any, room: Any) -> Any:
    count = 0
    for text in range(len(offsets) - 1):
        begin, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        count += scan_text(data, begin, end, table, hashes, None, room)
    return count


def token_rate(texts: list[str]) -> float:
    """Bytes a second that one thread cuts into hashed tokens."""
    corpus = Corpus.from_texts(texts)
    table, room = tuple(folding()), room_for(corpus.offsets)
    hashes = np.empty(int(np.diff(corpus.offsets).max()), np.uint64)
    size = int(corpus.offsets[-1])
    return size / median_time(lambda: _scan_all(corpus.data, corpus.offsets, table, hashes, room))


def byte_pass(texts: list[str]) -> dict[str, float]:
    """Bytes a second of one `bytes.translate` and of one hash over the whole buffer."""
    data = "".join(texts).encode()
    table = bytes(range(256)).lower()
    return {
        "translate": len(data) / median_time(lambda: data.translate(table)),
        "blake2b": len(data) / median_time(lambda: hashlib.blake2b(data).digest(), 3),
        "hash()": len(data) / median_time(lambda: hash(memoryview(data).tobytes()), 5),
    }


def signing(texts: list[str]) -> float:
    """Bytes a second from texts laid end to end to signatures, in one thread."""
    import os

    corpus = Corpus.from_texts(texts)
    before = os.environ.get("SYNDETECT_THREADS")
    os.environ["SYNDETECT_THREADS"] = "1"
    try:
        seconds = median_time(lambda: sketch(corpus.pieces(), 5, 128, 1), 7)
    finally:
        if before is None:
            del os.environ["SYNDETECT_THREADS"]
        else:
            os.environ["SYNDETECT_THREADS"] = before
    return int(corpus.offsets[-1]) / seconds


def measure(texts: list[str]) -> dict[str, float]:
    """All of it, in values or bytes a second."""
    ascii_only = [text for text in texts if text.isascii()]
    others = [text for text in texts if not text.isascii()]
    ceiling, reached = [], []
    for _ in range(3):  # side by side, for other users of the machine come and go
        ceiling.append(multiply_add_minimum())
        reached.append(signature_rate())
    return {
        "multiply-add-minimum": statistics.median(ceiling),
        "signature kernel": statistics.median(reached),
        **{f"{name}, bytes": rate for name, rate in byte_pass(texts).items()},
        "tokens, ASCII": token_rate(ascii_only),
        "tokens, other scripts": token_rate(others),
        "text to signatures": signing(texts),
    }
