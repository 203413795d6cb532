"""Oracle and engine: reverse mode on the graph. SymPy's calculus is not used; one vector-Jacobian product a node kind.

The derivative of a graph is a graph, so it is differentiated again where a document asks for second derivatives, and it
is evaluated like any other. A cotangent carries leading axes: none for a gradient, the outputs' axes for a Jacobian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from gradcheck.graph import (
    Apply,
    Array,
    Broadcast,
    Concatenate,
    Derivative,
    Einsum,
    Index,
    Reshape,
    Shape,
    as_array,
    block,
    broadcast_to,
    contract,
    identity,
    replace,
    reshaped,
    walk,
)

_EXPANDED: dict[int, Array] = {}
"""What has been expanded, by key: an expression means the same wherever it stands."""


def expand(root: Array) -> Array:
    """The same expression without derivative nodes: each is replaced by the graph that reverse mode builds."""
    return replace(root, _expanded, _EXPANDED)


def _expanded(node: Array, args: tuple[Array, ...]) -> Array | None:
    return reverse(args[0], args[1]) if isinstance(node, Derivative) else None


def reverse(of: Array, by: Array) -> Array:
    """All partial derivatives of `of` by `by` as a graph without derivative nodes: `of`'s axes first, then `by`'s.

    Reverse accumulation (Griewank & Walther, Evaluating Derivatives, ch. 3). `by` may be any node of the graph; it is
    then a variable of its own, whatever it is made of.
    """
    lead = of.shape
    relevant = _between(of, by)
    cotangents: dict[int, Array] = {of.key: _seed(of)}
    for node in reversed([node for node in walk(of) if node.key in relevant]):
        if node.key == by.key:
            continue
        cotangent = cotangents.pop(node.key)
        for position, arg in enumerate(node.args):
            if arg.key in relevant:
                part = _VJPS[type(node)](node, position, cotangent, len(lead))
                if part is not None:
                    cotangents[arg.key] = cotangents[arg.key] + part if arg.key in cotangents else part
        for arg in node.args:  # a product that vanished identically leaves an operand without a cotangent
            if arg.key in relevant and arg.key not in cotangents:
                cotangents[arg.key] = broadcast_to(0, (*lead, *arg.shape))
    return cotangents.get(by.key, broadcast_to(0, (*lead, *by.shape)))


def _between(of: Array, by: Array) -> set[int]:
    """The nodes on a path from `by` to `of`."""
    relevant = {by.key}
    for node in walk(of):
        if node.key != by.key and any(arg.key in relevant for arg in node.args):
            relevant.add(node.key)
    return relevant if of.key in relevant else set()


def _seed(of: Array) -> Array:
    """∂of/∂of: 1 for a number, a product of deltas for an array."""
    rank = len(of.shape)
    if rank == 0:
        return as_array(1)
    deltas = [identity(size) for size in of.shape]
    return contract(deltas, [[i, rank + i] for i in range(rank)], [*range(rank), *range(rank, 2 * rank)])


# ---- vector-Jacobian products: the cotangent of operand `position` -----------------------------------------------


def _vjp_apply(node: Apply, position: int, cotangent: Array, lead: int) -> Array | None:
    function = node.function
    if function.body is not None:
        return _vjp_body(node, cotangent, lead)
    partial = function.partials[position](*node.args, node)
    if isinstance(partial, (int, float)):
        if partial == 0:
            return None
        product = cotangent if partial == 1 else -cotangent if partial == -1 else cotangent * partial
    else:
        product = cotangent * partial
    return _summed_to(product, node.args[position].shape, lead)


def _vjp_body(node: Apply, cotangent: Array, lead: int) -> Array:
    """Through what a row stands for: d body(x) for each entry, which for one argument is a factor of the same shape."""
    (x,) = node.args
    assert node.function.body is not None
    scalar_rule = reverse_elementwise(node.function.body(x), x)
    return _summed_to(cotangent * scalar_rule, x.shape, lead)


def reverse_elementwise(value: Any, by: Array) -> Array:
    """The derivative of an element-wise expression, entry by entry: the sum over outputs of its diagonal Jacobian."""
    of = as_array(value)  # the derivative of x is the number 1
    total = contract([of], [range(len(of.shape))], [])
    return reverse(total, by)


def _summed_to(product: Array, shape: Shape, lead: int) -> Array:
    """The transpose of broadcasting: sum over the axes that were repeated."""
    axes = product.shape[lead:]
    missing = len(axes) - len(shape)
    repeated = [i for i, size in enumerate(axes) if i < missing or (shape[i - missing] == 1 and size != 1)]
    if repeated:
        kept = [*range(lead), *(lead + i for i in range(len(axes)) if i not in repeated)]
        product = contract([product], [range(lead + len(axes))], kept)
    full = (*product.shape[:lead], *shape)
    return product if product.shape == full else reshaped(product, full)


def _vjp_einsum(node: Einsum, position: int, cotangent: Array, lead: int) -> Array:
    labels, result = node.params
    arg = node.args[position]
    top = 1 + max((label for axes in labels for label in axes), default=0)
    leading = list(range(top, top + lead))
    operands, axes = [cotangent], [[*leading, *result]]
    for i, other in enumerate(node.args):
        if i != position:
            operands.append(other)
            axes.append(list(labels[i]))
    wanted: list[int] = []
    fresh = top + lead
    for label, size in zip(labels[position], arg.shape, strict=True):
        if label in wanted:  # a diagonal was read: its cotangent stands on the diagonal
            operands.append(identity(size))
            axes.append([label, fresh])
            label, fresh = fresh, fresh + 1
        wanted.append(label)
    available = {label for word in axes for label in word}
    kept = [*leading, *(label for label in wanted if label in available)]
    inner = contract(operands, axes, kept)
    if len(kept) == lead + len(wanted):
        return inner
    sizes = [size if label in available else sp.Integer(1) for label, size in zip(wanted, arg.shape, strict=True)]
    full = (*cotangent.shape[:lead], *arg.shape)
    return broadcast_to(reshaped(inner, (*cotangent.shape[:lead], *sizes)), full)


def _vjp_reshape(node: Reshape, position: int, cotangent: Array, lead: int) -> Array:
    return reshaped(cotangent, (*cotangent.shape[:lead], *node.args[0].shape))


def _vjp_index(node: Index, position: int, cotangent: Array, lead: int) -> Array:
    """Back into place: multiplied along every axis by the rows of the identity that the range picked."""
    (ranges,) = node.params
    rank = len(ranges)
    operands, axes = [cotangent], [list(range(lead + rank))]
    result = list(range(lead))
    for i, ((start, stop), size) in enumerate(zip(ranges, node.args[0].shape, strict=True)):
        picked = block(identity(size), [(start, stop), (sp.Integer(0), size)])
        operands.append(picked)
        axes.append([lead + i, lead + rank + i])
        result.append(lead + rank + i)
    return contract(operands, axes, result)


def _vjp_concatenate(node: Concatenate, position: int, cotangent: Array, lead: int) -> Array:
    (axis,) = node.params
    start = sp.Add(*(part.shape[axis] for part in node.args[:position]))
    ranges = [(sp.Integer(0), size) for size in cotangent.shape]
    ranges[lead + axis] = (start, start + node.args[position].shape[axis])
    return block(cotangent, ranges)


def _vjp_broadcast(node: Broadcast, position: int, cotangent: Array, lead: int) -> Array:
    return _summed_to(cotangent, node.args[0].shape, lead)


_VJPS: dict[type[Array], Callable[..., Array | None]] = {
    Apply: _vjp_apply,
    Einsum: _vjp_einsum,
    Reshape: _vjp_reshape,
    Index: _vjp_index,
    Concatenate: _vjp_concatenate,
    Broadcast: _vjp_broadcast,
}
