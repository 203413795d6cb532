"""Reverse accumulation: cotangents through a graph, one vector-Jacobian product a node and operand."""

from collections.abc import Sequence

from gradcheck.graph.node import Array
from gradcheck.graph.refusals import engine
from gradcheck.graph.walks import walk


def pull_back(incoming: Array, of: Array, by: Array, lead: int) -> Array | None:
    """The cotangent of `by` for that of `of`, which has `lead` more axes in front; None is 0.

    `by` may be any node of the graph; it is then a variable of its own, whatever it is made of.
    """
    return pull_back_to(incoming, of, [by], lead)[0]


@engine()
def pull_back_to(incoming: Array, of: Array, variables: Sequence[Array], lead: int) -> list[Array | None]:
    """The cotangents of several variables in one sweep, if none of them is made of another one.

    Griewank & Walther, Evaluating Derivatives, ch. 3.
    """
    relevant = {variable.key for variable in variables}
    path = []
    for node in walk(of, known=relevant):
        if any(arg.key in relevant for arg in node.args):
            relevant.add(node.key)
            path.append(node)
    cotangents = {of.key: incoming}
    for node in reversed(path):
        if node.key not in cotangents:  # what vanished identically goes no further
            continue
        cotangent = cotangents.pop(node.key)
        for position, arg in enumerate(node.args):
            part = node.cotangent(position, cotangent, lead) if arg.key in relevant else None
            if part is not None:
                cotangents[arg.key] = cotangents[arg.key] + part if arg.key in cotangents else part
    return [cotangents.get(variable.key) for variable in variables]
