"""Reading many bytes at once: what numba has no word for, written as LLVM instructions.

The compiler turns them into the vector instructions of the processor at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

BLOCK = 64  # bytes that `word_masks` looks at
WIDTH, STEP = 16, 8  # values and hashes that `take_minima` takes at once
GROUP = 8  # words that `hash_words` hashes at once
_BYTE, _HALF, _LANES = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_VECTOR, _GROUP = ir.VectorType(_BYTE, BLOCK), ir.VectorType(_LANES, GROUP)


def instructions(function: Callable[..., Any]) -> Callable[..., Any]:
    """What kernels call: numba hands it the types, and gets how the instructions are made."""
    return cast("Callable[..., Any]", intrinsic(function))


def place_in(context: Any, builder: Any, array: Any, kind: Any, place: Any, target: Any) -> Any:
    """Pointer to a value of an LLVM type at an element of an array."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [place]), target.as_pointer())


def _load(context: Any, builder: Any, signature: Any, args: Any, kind: Any) -> Any:
    """Load a value of an LLVM type from any byte of an array."""
    place = place_in(context, builder, args[0], signature.args[0], args[1], kind)
    return builder.load(place, align=1, typ=kind)


def _all(value: int) -> Any:
    return ir.Constant(_VECTOR, [value] * BLOCK)


@instructions
def copy_bytes(
    typing_context: Any, source: Any, place: Any, target: Any, at: Any, size: Any
) -> Any:
    """Copy `size` bytes of a uint8 array from a place on to a place of another; no bounds."""

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args
        start = place_in(context, builder, args[0], kinds[0], args[1], _BYTE)
        end = place_in(context, builder, args[2], kinds[2], args[3], _BYTE)
        pointer = _BYTE.as_pointer()
        copy = builder.module.declare_intrinsic("llvm.memcpy", [pointer, pointer, _LANES])
        builder.call(copy, [end, start, args[4], ir.Constant(ir.IntType(1), 0)])
        return context.get_dummy_value()

    return types.void(source, types.intp, target, types.intp, types.intp), make


@instructions
def word_masks(typing_context: Any, data: Any, place: Any) -> Any:
    """Which of the 64 bytes from a place on are word characters, which are marks: two uint64.

    Word characters are ASCII letters and digits and all bytes above 127; marks are those that may
    stand inside a word: the apostrophe, the point and the comma.
    """

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        block = _load(context, builder, signature, args, _VECTOR)
        letter = builder.sub(builder.or_(block, _all(0x20)), _all(ord("a")))
        digit = builder.sub(block, _all(ord("0")))
        word = builder.or_(
            builder.icmp_unsigned("<", letter, _all(26)),
            builder.or_(
                builder.icmp_unsigned("<", digit, _all(10)),
                builder.icmp_unsigned(">", block, _all(127)),
            ),
        )
        point = builder.icmp_unsigned("==", builder.or_(block, _all(2)), _all(ord(".")))  # , too
        mark = builder.or_(builder.icmp_unsigned("==", block, _all(ord("'"))), point)
        masks = [builder.bitcast(word, _LANES), builder.bitcast(mark, _LANES)]
        return context.make_tuple(builder, signature.return_type, masks)

    tuples: Any = types.UniTuple
    return tuples(types.uint64, 2)(data, types.intp), make


def _each(value: int) -> Any:
    return ir.Constant(_GROUP, [value] * GROUP)


def _hash_lanes(builder: Any, state: Any, lanes: Any, size: Any, factor: Any) -> tuple[Any, Any]:
    """Take the first `size` of eight bytes, in lower case, into hashes; also these bytes as they are."""
    unused = builder.shl(builder.sub(_each(8), size), _each(3))
    unused = builder.select(builder.icmp_unsigned("<", size, _each(8)), unused, _each(0))
    mask = builder.lshr(_each(-1), unused)
    lower = builder.and_(builder.or_(lanes, _each(0x2020202020202020)), mask)
    product = builder.mul(builder.xor(state, lower), factor)
    hashes = builder.xor(product, builder.lshr(product, _each(32)))
    return hashes, builder.and_(lanes, mask)


@instructions
def hash_words(typing_context: Any, data: Any, runs: Any, run: Any, factor: Any, out: Any) -> Any:
    """Hash `GROUP` runs of bytes from a run on, eight bytes a step, with case bit 0x20 set; no bounds.

    Of each run, `runs` (uint32, 2 a run) has its first byte in `data` and its end; 16 bytes from
    the first on are read. `out` (uint64) receives the hashes. Returned (uint64, a bit a run) is
    whose hash is none: a byte is above 127, the end has its upper bit set, or it is longer than 16.
    """

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def at(number: int, place: Any, kind: Any) -> Any:
            return place_in(context, builder, args[number], signature.args[number], place, kind)

        vectors = [ir.Constant(_GROUP, ir.Undefined)] * 5
        for k in range(GROUP):
            place = builder.shl(builder.add(args[2], _LANES(k)), _LANES(1))
            start, end = (
                builder.zext(builder.load(at(1, spot, _HALF), align=4, typ=_HALF), _LANES)
                for spot in (place, builder.add(place, _LANES(1)))
            )
            lanes = [
                builder.load(at(0, spot, _LANES), align=1, typ=_LANES)
                for spot in (start, builder.add(start, _LANES(8)))
            ]
            values = start, end, *lanes, args[3]
            vectors = [
                builder.insert_element(vector, value, _HALF(k))
                for vector, value in zip(vectors, values, strict=True)
            ]
        starts, ends, first, second, factors = vectors
        marked = builder.and_(ends, _each(1 << 31))
        size = builder.sub(builder.xor(ends, marked), starts)
        longer = builder.icmp_unsigned(">", size, _each(8))
        short, seen = _hash_lanes(builder, _each(0), first, size, factors)
        rest = builder.sub(size, _each(8))
        full, more = _hash_lanes(builder, short, second, rest, factors)
        builder.store(builder.select(longer, full, short), at(4, _LANES(0), _GROUP), align=8)
        seen = builder.or_(seen, builder.select(longer, more, _each(0)))
        seen = builder.or_(builder.and_(seen, _each(0x8080808080808080)), marked)
        none = builder.or_(
            builder.icmp_unsigned("!=", seen, _each(0)),
            builder.icmp_unsigned(">", size, _each(16)),
        )
        return builder.zext(builder.bitcast(none, ir.IntType(GROUP)), _LANES)

    return types.uint64(data, runs, types.intp, types.uint64, out), make


@instructions
def lowest_bit(typing_context: Any, mask: Any) -> Any:
    """The place of the lowest bit that is set, 64 where none is: uint64."""

    def make(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), make


@instructions
def bit_count(typing_context: Any, mask: Any) -> Any:
    """How many bits are set: uint64."""

    def make(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), make


@instructions
def take_minima(typing_context: Any, hashes: Any, i: Any, a: Any, b: Any, out: Any, k: Any) -> Any:
    """Set ``out[k:k + WIDTH]`` to the minima of itself and of ``a * h + b`` for STEP hashes.

    All arrays are uint32; ``hashes[i:i + STEP]`` and `WIDTH` elements of the others from k on are
    read, without bounds; the product and the sum wrap.
    """
    lane = ir.IntType(32)
    vector = ir.VectorType(lane, WIDTH)
    undefined = ir.Constant(vector, ir.Undefined)
    first = ir.Constant(ir.VectorType(lane, WIDTH), [0] * WIDTH)

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def at(number: int, place: Any, kind: Any) -> Any:
            return place_in(context, builder, args[number], signature.args[number], place, kind)

        factor = builder.load(at(2, args[5], vector), align=4, typ=vector)
        summand = builder.load(at(3, args[5], vector), align=4, typ=vector)
        place = at(4, args[5], vector)
        least = builder.load(place, align=4, typ=vector)
        for step in range(STEP):
            row = builder.add(args[1], ir.Constant(ir.IntType(64), step))
            value = builder.load(at(0, row, lane), align=4, typ=lane)
            value = builder.insert_element(undefined, value, ir.Constant(lane, 0))
            value = builder.shuffle_vector(value, undefined, first)
            value = builder.add(builder.mul(value, factor), summand)
            least = builder.select(builder.icmp_unsigned("<", value, least), value, least)
        builder.store(least, place, align=4)
        return context.get_dummy_value()

    return types.void(hashes, types.intp, a, b, out, types.intp), make
