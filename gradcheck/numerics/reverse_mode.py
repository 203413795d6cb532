"""Oracle and engine: reverse mode on the graph. SymPy's calculus is not used; each kind of node knows its cotangents.

The derivative of a graph is a graph, so it is differentiated again where a document asks for second derivatives, and it
is evaluated like any other. A cotangent carries leading axes: none for a gradient, the outputs' axes for a Jacobian.
"""

from collections.abc import Sequence

from gradcheck.graph import Array, Derivative, as_array, broadcast_to, contract, identity, replace
from gradcheck.graph.expressions import Known
from gradcheck.graph.sweep import pull_back_to

_EXPANDED: Known[Array] = Known()
"""What has been expanded: an expression means the same wherever it stands."""


def expand(root: Array) -> Array:
    """The same expression without derivative nodes: each is replaced by the graph that reverse mode builds."""
    return replace(root, _expanded, _EXPANDED)


def _expanded(node: Array, args: tuple[Array, ...]) -> Array | None:
    return reverse(args[0], args[1]) if isinstance(node, Derivative) else None


def reverse(of: Array, by: Array) -> Array:
    """All partial derivatives of `of` by `by` as a graph without derivative nodes: `of`'s axes first, then `by`'s."""
    return reverse_all(of, [by])[0]


def reverse_all(of: Array, variables: Sequence[Array]) -> list[Array]:
    """The same by several variables in one sweep, if none of them is made of another one."""
    found = zip(pull_back_to(_seed(of), of, variables, len(of.shape)), variables, strict=True)
    return [broadcast_to(0, (*of.shape, *by.shape)) if slope is None else slope for slope, by in found]


def _seed(of: Array) -> Array:
    """∂of/∂of: 1 for a number, a product of deltas for an array."""
    rank = len(of.shape)
    if rank == 0:
        return as_array(1)
    deltas = [identity(size) for size in of.shape]
    return contract(deltas, [[i, rank + i] for i in range(rank)], [*range(rank), *range(rank, 2 * rank)])
