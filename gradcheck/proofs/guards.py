"""What a mask keeps out: of 1 / ReLU(x) in where(x > 0, 1 / ReLU(x), 5), NumPy shows what stands where x > 0.

Exact algebra reads where(c, x, y) as c x + (1 - c) y, and shows that two sums are one fraction. Where c is 0 that is y,
whatever stands for x, if x is no division by 0. If it is one on an open set, as 1 / ReLU(x) is for all x < 0, the
fraction has no value there although NumPy has: s · 1 / (x s) is 1 / x, with s = 1 and with s = 0. So nothing that is
shown of such a choice is a proof.

What is not real does no harm: log(x) for x < 0 is a variable, of which an identity may have any value, and c = 0 takes
it away. That leaves divisions, logs, roots and powers of what is 0, or of 1 - a, on an open set.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradcheck.functions.table import where
from gradcheck.graph import Apply, Array, applications, as_array, replace, walk
from gradcheck.proofs.ranges import Ranges
from gradcheck.proofs.structure import Visible

EDGES = (0, 1)
"""Numbers at which domains of functions end."""
INSIDE = 0.5
"""A number that is neither, for the other arguments."""


def keeps_out(visible: Visible, is_0: Callable[[Array], bool], *graphs: Array) -> bool:
    """Whether a choice may leave out what has no value on an open set.

    is_0: whether an entry of a rational function of the inputs is 0 throughout.
    """
    graphs = tuple(replace(graph, _body) for graph in graphs)
    choices = {node.key: node for node in applications(*graphs) if node.function is where}
    chosen = walk(*(arg for choice in choices.values() for arg in choice.args[1:]))
    return any(
        _may_be(arg, edge, visible, is_0)
        for node in chosen
        if node.key not in choices
        for arg, edge in _edges(node, visible)
    )


def _may_be(arg: Array, edge: int, visible: Visible, is_0: Callable[[Array], bool]) -> bool:
    """Whether the argument may be at the edge on an open set."""
    low, high = Ranges()(arg)
    if not low <= edge <= high:
        return False
    witnesses = visible.witnesses([arg, as_array(-edge)] if edge else [arg])
    return witnesses is None or any(map(is_0, witnesses))


def _body(node: Array, args: Sequence[Array]) -> Array | None:
    """What a row stands for."""
    body = node.function.body if isinstance(node, Apply) else None
    return None if body is None else as_array(body(*args))


def _edges(node: Array, visible: Visible) -> Iterator[tuple[Array, int]]:
    """The arguments with the edges of the domain that do not belong to it, and divisors with 0."""
    yield from ((divisor, 0) for divisor in node.divisors)
    if node.defined is not None and not node.divisors:
        numbers = [visible.number(arg) for arg in node.args]
        others = [np.float64(INSIDE if number is None else number) for number in numbers]
        for position, arg in enumerate(node.args):
            for edge in EDGES if numbers[position] is None else ():
                with np.errstate(all="ignore"):
                    is_allowed = node.defined[0](*others[:position], np.float64(edge), *others[position + 1 :])
                if not np.all(is_allowed):
                    yield arg, edge
