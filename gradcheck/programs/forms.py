"""In which forms graphs are computed: with derivatives by reverse mode, without overflow, and cheaply."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.functions import table
from gradcheck.graph import Array, applications, replace, walk
from gradcheck.numerics import reverse_mode
from gradcheck.programs.equations import BESIDE_SOFTPLUS, CHEAP, OF_UFUNCS, STABLE
from gradcheck.programs.rewriting import Rule, by, rewritten
from gradcheck.programs.softmax import rest_beside_total, share_in_total, total_of_logarithm
from gradcheck.programs.structure import (
    STRUCTURE,
    column_by_product,
    labels_in_products,
    log_of_total,
    negate_smaller,
    pass_reshapes,
    pass_transposes,
    product_by_entry,
    share_of_total,
    spread_by_product,
    sum_by_product,
    use_number,
)

STABLY = (*STRUCTURE, labels_in_products, log_of_total, share_of_total, *by(STABLE))
CHEAPLY = (*STRUCTURE, *by(CHEAP))
BY_UFUNCS = (
    *(use_number, negate_smaller, pass_transposes, pass_reshapes, product_by_entry, column_by_product),
    *by(OF_UFUNCS),
)


def fast(graphs: Sequence[Array]) -> list[Array]:
    """The forms of graphs at sizes that are put in already, as a machine computes them."""
    roots = _cheap(graphs)
    roots = rewritten(roots, [_beside_softplus(roots)])
    return rewritten(rewritten(roots, BY_UFUNCS), [sum_by_product, spread_by_product])


def plain(graphs: Sequence[Array]) -> list[Array]:
    """The forms of graphs at any sizes, as a person reads them; what is made of them is there, in their forms."""
    return rewritten(_cheap(graphs), (use_number, pass_transposes, pass_reshapes, product_by_entry, *by(OF_UFUNCS)))


def _cheap(graphs: Sequence[Array]) -> list[Array]:
    """The graphs without derivatives, stable, and then cheap."""
    roots = rewritten(rewritten(_expanded(graphs), STABLY), CHEAPLY)
    return rewritten(rewritten(roots, (rest_beside_total, share_in_total)), [total_of_logarithm])


def _expanded(graphs: Sequence[Array]) -> list[Array]:
    """The graphs with derivatives as graphs: those of the stable form, if they are by an input.

    By an intermediate it is that of the graph as it stands, for a stable form need not contain the intermediate.
    """
    new: dict[int, Array] = {}
    derivatives = [node for node in walk(*graphs) if node.verb == "differentiated"]
    inputs = {by.key: by for _, by in (node.args for node in derivatives) if by.verb == "given"}
    slopes: dict[int, dict[int, Array]] = {}

    def change(node: Array, args: tuple[Array, ...]) -> Array | None:
        if node.verb != "differentiated":
            return None
        of, variable = args
        if variable.verb != "given":
            return reverse_mode.reverse(of, variable)
        if of.key not in slopes:
            slopes[of.key] = _slopes(of, list(inputs.values()))
        return slopes[of.key][variable.key]

    return [replace(graph, change, new) for graph in graphs]


def _slopes(of: Array, inputs: Sequence[Array]) -> dict[int, Array]:
    """The derivatives of the stable form by inputs, by their keys: one sweep for all of them."""
    (stable,) = rewritten([of], STABLY)
    return dict(zip((node.key for node in inputs), reverse_mode.reverse_all(stable, inputs), strict=True))


def _beside_softplus(roots: Sequence[Array]) -> Rule:
    """The equation for sigmoids of what softplus is taken of, too."""
    taken = {node.args[0].key for node in applications(*roots) if node.function is table.softplus}
    (rule,) = by((BESIDE_SOFTPLUS,))
    return lambda node: rule(node) if node.args and node.args[0].key in taken else None
