"""Assumptions that no sizes fulfil, such as more columns than rows and more rows than columns at once.

There is no point to look at then, and a proof, even that of a shape, would be about nothing.
"""

from collections.abc import Sequence

import sympy as sp

from gradcheck.graph import Array, size_symbols, walk
from gradcheck.sampling.choices import raised

CURE = (
    "what no sizes fulfil is not judged: write one symbol where two sizes are meant to be one, as in "
    'orthogonal("Q", n) for a square matrix'
)


def why_impossible(graphs: Sequence[Array]) -> str:
    """Why there are no sizes at which all the arrays exist; empty if there are some."""
    if raised(graphs, dict.fromkeys(size_symbols(graphs), 1)) is not None:
        return ""
    sizes = (sp.sympify(size) for node in walk(*graphs) for size in node.shape)
    texts = sorted({str(size) for size in sizes if size.free_symbols and not size.is_positive})
    signs = f"{' and '.join(texts)} {'are' if len(texts) > 1 else 'is'} positive"
    return f"no sizes were found at which {signs if texts else 'every slice lies inside of its array'}"
