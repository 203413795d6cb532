"""Log Σ exp and softmax in steps that a machine takes: one exponential for both, of what is left of the largest entry.

Each rule takes a node and returns what has the same value, or None. With t the largest entry, d = x - t and
s = Σ exp d, which is 1 at least: log Σ exp x = log s + t, x - log Σ exp x = d - log s, and exp(d - log s) = exp(d) / s.
"""

from __future__ import annotations

from gradcheck.functions.table import divide, exp, log, subtract
from gradcheck.graph import Array, apply, reshaped
from gradcheck.programs.rewriting import row_of
from gradcheck.programs.structure import in_its_shape, is_sum


def total_of_logarithm(node: Array) -> Array | None:
    """Log Σ exp x."""
    if node.verb != "logsumexp":
        return None
    _, top, total = _parts(node)
    return reshaped(apply(log, total) + top, node.shape)


def rest_beside_total(node: Array) -> Array | None:
    """X - log Σ exp x."""
    if row_of(node) is not subtract:
        return None
    array, inner = node.args[0], in_its_shape(node.args[1])
    if inner.verb != "logsumexp" or inner.args[0].key != array.key:
        return None
    rest, _, total = _parts(inner)
    return rest - apply(log, total) if node.args[1].shape == total.shape else None


def share_in_total(node: Array) -> Array | None:
    """Exp(d - log s), where exp(d) is in s, and overflows there if it does."""
    if row_of(node) is not exp or row_of(node.args[0]) is not subtract:
        return None
    rest, logarithm = node.args[0].args
    made = apply(exp, rest)
    if row_of(logarithm) is not log or not is_sum(inner := in_its_shape(logarithm.args[0])):
        return None
    return apply(divide, made, logarithm.args[0]) if inner.args[0].key == made.key else None


def _parts(node: Array) -> tuple[Array, Array, Array]:
    """What is left of the array, its largest entries, and the sum, with 1 in the place of the axes."""
    (array,), (axes,) = node.args, node.params
    top = array.max(axis=axes, keepdims=True)
    rest = array - top
    return rest, top, apply(exp, rest).sum(axis=axes, keepdims=True)
