"""-∞, which scores of a softmax are masked with: `np.where(mask, S, -np.inf)`.

No oracle computes with it. A number, 0, stands in its place, and of every array it is known where it is -∞: kinds say
so, see `Array.finite`. What is made of it is made by a rule of its own, exp(-∞) = 0, under which it does not matter
which number that is; so derivatives by what is -∞ are 0, as they are in the limit. Where nothing is known of -∞ it is
refused, and so are arrays with -∞ among their entries as sides of a claim.
"""

from __future__ import annotations

from typing import Any

from gradcheck.graph.expressions import Known
from gradcheck.graph.node import Array
from gradcheck.graph.refusals import Unsupported, engine
from gradcheck.graph.walks import walk

_MASKS: Known[Array | None] = Known()


@engine()
def where_finite(array: Array) -> Array | None:
    """The mask of the entries that are not -∞, 1 and 0, which broadcasts to the array's shape; None if all are.

    Raises Unsupported where something is made of -∞ that has no rule.
    """
    for node in walk(array, known=_MASKS):
        _MASKS[node.key] = node.finite([_MASKS[arg.key] for arg in node.args])
    return _MASKS[array.key]


def is_finite(array: Array) -> bool:
    """Whether no entry is -∞, nor made of what is without a rule."""
    try:
        return where_finite(array) is None
    except Unsupported:
        return False


def refuse_infinite(array: Array) -> None:
    """Refuse an array that cannot stand in a claim. Raises Unsupported."""
    if where_finite(array) is not None:
        raise Unsupported(
            f"{array!r} has entries -inf, which cannot be compared: make a claim of what is made of it, as of softmax"
        )


def is_visibly_positive(array: Array) -> bool:
    """Whether it is seen to be positive, whatever its sizes are."""
    known: dict[int, bool] = {}
    for node in walk(array):
        operands = [known[arg.key] for arg in node.args]
        is_number = node.verb == "literal"
        known[node.key] = _all_positive(node) if is_number else node.is_positive(operands, int)
    return known[array.key]


def _all_positive(literal: Any) -> bool:
    return all(bool(value.is_positive) for value in literal.values)
