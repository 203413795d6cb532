"""Oracle: exact algebra on explicit scalars. SymPy's derivatives; none of a kind of node or of the table is used.

Every input becomes a matrix of symbols at small sizes, both sides are written out entry by entry, derivatives are taken
by `calculus`, and the difference is shown to be zero by `zero`: each applied function is an unknown, denominators are
cleared, and the numerator expands to 0. What is proved this way holds for all values at these sizes.

Few entries stand for all. Suppose the graph has no slices, reshapes that merge axes, concatenations or tables of
numbers. Then renumbering the units that a size symbol counts, in all inputs at once, maps the graph onto itself:
element-wise functions, sums of products and deltas do not know the numbering. The inputs are free symbols, so a
renumbered identity is the same identity. Hence an identity for one entry holds for all entries that a renumbering can
move it to, and these are the entries with the same pattern of equal indices on axes of the same size symbol.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.graph import Array, Derivative, Input, domains, is_one_number, rounded_constant, walk
from gradcheck.numerics.evaluate import Evaluation, Sizes, Values, number_of
from gradcheck.proofs import certificates
from gradcheck.proofs.calculus import Derivatives
from gradcheck.proofs.guards import keeps_out
from gradcheck.proofs.structure import Visible
from gradcheck.proofs.zero import is_zero
from gradcheck.sampling.point import Point
from gradcheck.tolerances import BY_ROUNDING
from gradcheck.verdicts import Answer

PARTS_SHOWN = 60
"""Differences with more parts than this are not shown."""
ATTEMPTS = 32
"""At how many points a certificate is looked for."""


@dataclass(frozen=True)
class Outcome:
    """What exact algebra found: PROVED, DIFFERS (certified at a point, by intervals) or UNRESOLVED."""

    answer: Answer
    entries: int = 0
    entry: tuple[int, ...] = ()
    difference: str = ""
    relative: float = 0.0
    at: Point | None = None
    note: str = ""


class SymbolicPoint:
    """All inputs as matrices of symbols at given sizes; expressions are written out once and shared by all steps."""

    def __init__(self, inputs: Iterable[Input], sizes: Sizes) -> None:
        self.sizes, self.inputs = dict(sizes), list(inputs)
        self.bits: list[sp.Symbol] = []
        self.one_hot: list[tuple[sp.Symbol, ...]] = []
        self.shares: list[tuple[sp.Symbol, ...]] = []
        self.unit: list[sp.Symbol] = []
        values = {node.key: self._symbols(node) for node in self.inputs}
        self._pending = _Pending()
        self.point = Evaluation(values, sizes, dtype=object, derivative=self._pending.differentiate)

    def _symbols(self, node: Input) -> Values:
        shape = tuple(number_of(size, self.sizes) for size in node.shape)
        symbols = np.empty(shape, dtype=object)
        for position in np.ndindex(shape):
            symbols[position] = sp.Symbol(_label(node.name, position), **node.domain.assumptions)
        if node.domain is domains.BITS:
            self.bits += list(symbols.ravel())
        elif node.domain is domains.UNIT:
            self.unit += list(symbols.ravel())
        elif node.domain.axis is not None:
            columns = node.domain.together(symbols).reshape(shape[node.domain.axis], -1).T
            together = self.one_hot if node.domain.is_one_hot else self.shares
            together += map(tuple, columns)
        return symbols

    def compare(self, target: Array, step: Array) -> Outcome:
        """Whether the two expressions are the same at these sizes, for all values of the inputs.

        SymPy reads expressions as trees, and so nothing is said of those that are deeper than Python's stack.
        """
        try:
            return self._compare(target, step)
        except RecursionError:
            return Outcome(Answer.UNRESOLVED)

    def _compare(self, target: Array, step: Array) -> Outcome:
        left, right = self.point(target), self.point(step)
        left, right = np.broadcast_arrays(
            *(_one(a) if is_one_number(n.shape) else a for a, n in ((left, target), (right, step)))
        )
        chosen = representatives(left.shape, target, step)
        for entry in chosen:
            a, b = (self._pending.resolve(sp.sympify(side[entry])) for side in (left, right))
            difference = a - b
            if difference != 0 and not is_zero(difference, self.bits, self.one_hot, self.unit, self.shares):
                at, gap = self._certificate(a, b)
                rounded = rounded_constant(target, step)
                if rounded and gap < BY_ROUNDING:
                    return Outcome(Answer.UNRESOLVED, len(chosen), entry, note=f"the constant {rounded} is rounded")
                answer = Answer.DIFFERS if gap else Answer.UNRESOLVED
                return Outcome(answer, len(chosen), entry, _short(difference), gap, at)
        is_shown = not keeps_out(Visible(self.sizes), self.is_0, target, step)
        return Outcome(Answer.PROVED if is_shown else Answer.UNRESOLVED, len(chosen))

    def is_0(self, node: Array) -> bool:
        """Whether some entry of a rational function is, as expanding it shows."""
        return any(is_zero(sp.sympify(entry)) for entry in self.point(node).ravel())

    def apart(self, target: Array, step: Array, values: Mapping[int, Values]) -> float:
        """How far two arrays of one shape differ for sure at given inputs, relative to the target's largest entry.

        0 where rounding could explain it; NaN where the two have no real values, or are too deep for SymPy.
        """
        try:
            left, right = (list(map(self._pending.resolve, self.point(side).ravel())) for side in (target, step))
            return certificates.apart(left, right, self._at(values))
        except RecursionError:
            return float("nan")

    def _certificate(self, left: sp.Expr, right: sp.Expr) -> tuple[Point | None, float]:
        """A point at which the two sides certainly differ, and how far, relatively; (None, 0) if none was found."""
        for seed in range(ATTEMPTS):
            point = Point(self.sizes, seed)
            gap = certificates.gap_at(left, right, self._at(point.values(self.inputs)))
            if gap:
                return point, gap
        return None, 0.0

    def _at(self, values: Mapping[int, Values]) -> dict[sp.Expr, Any]:
        """The symbols' values, for those of the inputs; entries are read as the decimals that they print as."""
        pairs = (
            (symbol, certificates.number(value))
            for node in self.inputs
            for symbol, value in zip(self.point(node).ravel(), values[node.key].ravel(), strict=True)
        )
        return dict(pairs)


def _label(name: str, position: tuple[int, ...]) -> str:
    """What an entry is called, as no other entry of any input is: an input `W[1]` is not the first entry of `W`."""
    name = f"({name})" if "[" in name else name
    return f"{name}[{','.join(str(i + 1) for i in position)}]" if position else name


def _one(value: Values) -> Values:
    return value.reshape(())


def _short(difference: sp.Expr) -> str:
    """The difference if a reader can take it in; writing out a long one takes longer than everything else."""
    parts = sum(1 for _ in itertools.islice(sp.preorder_traversal(difference), PARTS_SHOWN + 1))
    return str(difference) if parts <= PARTS_SHOWN else ""


class _Pending:
    """Derivatives that were asked for by an expression but not needed yet: a placeholder stands for each."""

    def __init__(self) -> None:
        self._waiting: dict[sp.Symbol, tuple[sp.Expr, sp.Symbol, dict[sp.Symbol, int]]] = {}
        self._done: dict[sp.Symbol, sp.Expr] = {}
        self._by: dict[sp.Symbol, Derivatives] = {}

    def differentiate(self, point: Evaluation, node: Derivative) -> Values:
        """∂of/∂by, entry by entry. An intermediate is moved by symbols of its own, which are 0 afterwards."""
        of, by = node.args
        symbols, still = point(by), {}
        if not isinstance(by, Input):
            symbols = _symbols_like(symbols)
            still = dict.fromkeys(symbols.ravel(), 0)
            point = point.shifted(by, symbols)
        outputs = point(of)
        result = np.empty(outputs.shape + symbols.shape, dtype=object)
        for i in np.ndindex(outputs.shape):
            for j in np.ndindex(symbols.shape):
                result[i + j] = sp.Dummy("derivative")
                self._waiting[result[i + j]] = (outputs[i], symbols[j], still)
        return result

    def resolve(self, expression: sp.Expr) -> sp.Expr:
        """The expression with its placeholders replaced by what they stand for."""
        needed = expression.free_symbols & self._waiting.keys()
        return expression.xreplace({symbol: self._derivative(symbol) for symbol in needed}) if needed else expression

    def _derivative(self, placeholder: sp.Symbol) -> sp.Expr:
        if placeholder not in self._done:
            output, symbol, still = self._waiting[placeholder]
            by = self._by.setdefault(symbol, Derivatives(symbol))
            self._done[placeholder] = by(sp.sympify(self.resolve(output))).xreplace(still)
        return self._done[placeholder]


def _symbols_like(values: Values) -> Values:
    symbols = np.empty(values.shape, dtype=object)
    for position in np.ndindex(values.shape):
        symbols[position] = sp.Dummy("move")
    return symbols


# ---- how much there is to write out ------------------------------------------------------------------------------


def written_out(graph: Array, sizes: Sizes) -> int:
    """About how many symbols an entry of the expression has when it is written out at these sizes, without sharing."""
    numbers = {symbol: sp.Integer(size) for symbol, size in sizes.items()}
    lengths: dict[int, int] = {}
    for node in walk(graph):
        lengths[node.key] = node.length([lengths[arg.key] for arg in node.args], lambda size: number_of(size, numbers))
    return lengths[graph.key]


# ---- which entries stand for all ---------------------------------------------------------------------------------


def representatives(shape: tuple[int, ...], *graphs: Array) -> list[tuple[int, ...]]:
    """One entry of every class that renumbering units permutes; all entries where that argument does not apply."""
    symbolic = graphs[0].shape if len(graphs[0].shape) == len(shape) else ()
    everything = list(np.ndindex(shape))
    if len(symbolic) != len(shape) or not all(node.forgets_numbering for node in walk(*graphs)):
        return everything
    seen: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for entry in reversed(everything):
        seen.setdefault(_pattern(entry, symbolic), entry)
    return sorted(seen.values())


def _pattern(entry: Sequence[int], sizes: Sequence[Any]) -> tuple[Any, ...]:
    """Which axes of one size symbol carry the same index. An axis of literal size is not renumbered."""
    first: dict[Any, int] = {}
    return tuple(
        first.setdefault((size, i), axis) if isinstance(size, sp.Symbol) else ("fixed", i)
        for axis, (i, size) in enumerate(zip(entry, sizes, strict=True))
    )
