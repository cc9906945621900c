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
_BYTE, _LANES = ir.IntType(8), ir.IntType(64)
_VECTOR = ir.VectorType(_BYTE, BLOCK)


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
def load64(typing_context: Any, data: Any, place: Any) -> Any:
    """Eight bytes from any place of a uint8 array as uint64, the first one lowest; no bounds."""

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _load(context, builder, signature, args, _LANES)

    return types.uint64(data, types.intp), make


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
