"""Sixteen cells of an alignment at once, as vector instructions.

Cells on one anti-diagonal do not depend on one another (Wozniak, Using video-oriented
instructions to speed up sequence comparison, 1997).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from syndetect.vectors import instructions, place_in

_tools: Any = cgutils

LANES = 16  # cells at once, and so many elements of room behind every array
STOP, BOTH, LEFT, RIGHT, OMIT, INSERT = range(6)
STEP, OMIT_ON, INSERT_ON = 7, 8, 16  # the last two: a gap goes on

_LANE = ir.IntType(32)
_VECTOR = ir.VectorType(_LANE, LANES)
_BYTES = ir.VectorType(ir.IntType(8), LANES)


def _all(value: int) -> Any:
    return ir.Constant(_VECTOR, [value] * LANES)


def _spread(builder: Any, value: Any) -> Any:
    first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, _LANE(0))
    return builder.shuffle_vector(first, ir.Constant(_VECTOR, ir.Undefined), _all(0))


def _gap(builder: Any, skip: Any, cell: Any, opened: Any, costs: tuple[Any, Any]) -> Any:
    """Scores of cells in a gap that goes on or begins behind `cell`, and whether it goes on."""
    jump, slip = costs
    on, begun = builder.sub(skip, slip), builder.sub(cell, jump)
    goes_on = builder.icmp_signed(">=", on, begun)
    best = builder.select(builder.icmp_signed(">", on, begun), on, begun)
    return builder.select(opened, best, builder.sub(_all(0), jump)), goes_on


def _best(builder: Any, ways: tuple[tuple[Any, int], ...]) -> tuple[Any, Any]:
    """The highest score of each cell, 0 if none is above, and the step it comes by."""
    best, step = _all(0), _all(STOP)
    for value, name in ways:
        better = builder.icmp_signed(">", value, best)
        best = builder.select(better, value, best)
        step = builder.select(better, _all(name), step)
    return best, step


def _highest(builder: Any, scores: Any) -> Any:
    kind = ir.FunctionType(_LANE, [_VECTOR])
    reduction = f"llvm.vector.reduce.smax.v{LANES}i32"
    return builder.call(_tools.get_or_insert_function(builder.module, kind, reduction), [scores])


@instructions
def fill_cells(
    typing_context: Any, x: Any, y: Any, score: Any, gaps: Any, trace: Any, at: Any, costs: Any
) -> Any:
    """Scores and steps of up to 16 cells of an anti-diagonal; returns the highest score.

    Args:
        typing_context: Not used.
        x: Of the left text, by token: words, weights and whether open (0 or -1), all int32.
        y: Of the right text, from its last token to its first: words and whether open.
        score: Scores of the diagonal before the last, of the last and of this one, by left token,
            each after a zero, int32.
        gaps: Scores of cells in a gap: tokens omitted by right token, inserted by left, int32.
        trace: Steps, uint8.
        at: The left token, the right one as it is counted here, the place in trace, the cells.
        costs: A penalty, a jump, a slip, int32.
    """

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def parts(number: int) -> list[tuple[Any, Any]]:
            kinds = signature.args[number]
            values = _tools.unpack_tuple(builder, args[number], len(kinds))
            return list(zip(values, kinds, strict=True))

        places = [value for value, _ in parts(5)]
        penalty, jump, slip = (_spread(builder, value) for value, _ in parts(6))
        words, weights, x_open = parts(0)
        others, y_open = parts(1)
        older, old, new = parts(2)
        omitted, inserted = parts(3)

        def at(array: tuple[Any, Any], place: Any) -> Any:
            return place_in(context, builder, array[0], array[1], place, _VECTOR)

        def load(array: tuple[Any, Any], place: Any) -> Any:
            return builder.load(at(array, place), align=4, typ=_VECTOR)

        i, r, t, cells = places
        one = ir.Constant(i.type, 1)
        above, beside = load(old, i), load(old, builder.add(i, one))
        lanes = ir.Constant(_VECTOR, list(range(LANES)))
        inside = builder.icmp_signed("<", lanes, _spread(builder, builder.trunc(cells, _LANE)))
        opened = builder.and_(load(x_open, i), load(y_open, r))
        opened = builder.and_(inside, builder.icmp_signed("!=", opened, _all(0)))

        skips = load(omitted, r), load(inserted, i)
        omit, omit_on = _gap(builder, skips[0], above, opened, (jump, slip))
        insert, insert_on = _gap(builder, skips[1], beside, opened, (jump, slip))
        equal = builder.icmp_signed("==", load(words, i), load(others, r))
        gain = builder.select(equal, load(weights, i), builder.sub(_all(0), penalty))
        ways = (
            (builder.add(load(older, i), gain), BOTH),
            (builder.sub(above, penalty), LEFT),
            (builder.sub(beside, penalty), RIGHT),
            (omit, OMIT),
            (insert, INSERT),
        )
        best, step = _best(builder, ways)
        step = builder.or_(step, builder.select(omit_on, _all(OMIT_ON), _all(0)))
        step = builder.or_(step, builder.select(insert_on, _all(INSERT_ON), _all(0)))
        best = builder.select(opened, best, _all(0))
        step = builder.select(opened, step, _all(0))

        builder.store(best, at(new, builder.add(i, one)), align=4)
        builder.store(omit, at(omitted, r), align=4)
        builder.store(insert, at(inserted, i), align=4)
        target = place_in(context, builder, args[4], signature.args[4], t, _BYTES)
        builder.store(builder.trunc(step, _BYTES), target, align=1)
        return _highest(builder, best)

    return types.int32(x, y, score, gaps, trace, at, costs), make
