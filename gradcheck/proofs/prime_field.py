"""Exact tier for larger sizes: both sides of `target = step` at random points of a prime field.

Two rational functions that are not the same agree at a uniformly random point of the field of p elements with
probability at most degree/p (Schwartz 1980; Zippel 1979), degree being that of their difference's numerator over a
common denominator (`degrees`). With p = 2^61 - 1 that is far below 1e-9 for whole networks, there is no rounding, and
an evaluation takes milliseconds. It errs towards "not equal", which says little, and never towards "equal" beyond the
bound.

Functions that are not rational are variables of their own: the applications f(a_1), f(a_2), …, in order of evaluation,
stand for variables u_1, u_2, …, two of them for the same one exactly if their arguments are the same rational function
of inputs and earlier variables, or if a true relation below says so. Sides that are the same rational function of
inputs and variables are therefore equal. If they are not, their values agree only at a zero of the numerators'
difference (degree/p), or where different arguments a_i and a_j, or those that a relation would join (a_i and -a_j, a_i
and 1/a_j, …), have one value by chance. The latter are zeros of rational functions again: the union bound over pairs of
applications is added.

Relations that are respected, because documents use them (by value in `keyed`, by the graph here):

- exp(-a) = 1/exp(a), exp(log u) = u; exp(ka) = exp(a)^k and exp(a + b) = exp(a) exp(b) where the graph shows the sum.
  σ, tanh, sinh and cosh are rational in exp, so that σ(-x) = 1 - σ(x), σ′ = σ(1 - σ), tanh x = 2σ(2x) - 1, …
- log |det A| is half the log of (det A)², and that of a product of square matrices the sum of theirs, where the graph
  shows it. Inverses and determinants themselves are rational.
- log(exp(a)) = a, log(1/u) = -log(u), log(1 + exp(-a)) = log(1 + exp(a)) - a; logs of products, quotients and powers
  of what is visibly positive, where the graph shows them (of products along axes, too), and of numbers by their prime
  factors: log 4 = 2 log 2. Other constants are functions of numbers as any, e = exp(1); π is a variable.
- x^(a/b) is the a-th power of one variable for x^(1/b); x^n = exp(n log x) for other exponents. Positive inputs are
  squares r² of variables, with √(r²) = r: what holds for all positive r holds for all positive inputs. Roots of
  products with a positive factor, where the graph shows them, are products of roots.
- sin and cos of a/2 are rational in one variable t = tan(a/4), (1 - t²)/(1 + t²) and 2t/(1 + t²), and t(-a) = -t(a);
  those of a, of its multiples and, where the graph shows them, of sums follow by the addition theorem. Where t is
  infinite, cosine and sine are not: rational functions of both that are the same elsewhere on the circle are, by
  continuity, the same there, if both have values.
- erf(-a) = -erf(a), and so is arctan; erfc = 1 - erf.
- step(-a) = 1 - step(a) where a is shown to be 0 almost nowhere, as ReLU(x) is not, and as √(x²) - x is not, which is
  0 for x > 0 (`Visible.witnesses`); steps of numbers are 0 or 1. ReLU, abs, maximum, minimum and masks are made of
  steps.

Steps and labels are random residues rather than random bits (a one-hot column is random with the sum 1), because what
holds for all values holds for 0 and 1, while the bound for bits would be useless: a polynomial of degree d that is not
0 vanishes at up to 1 - 2^-d of them.

Sides that are not the same then are looked at again at the same point, with relations that only some ways of writing
show: what depends on one label is read by its cases (`labels`), so that y² = y for a bit y, and h_i h_j = 0 in a
one-hot column; and (√u)^2k = u^k where the graph shows that u is nowhere negative. What is written otherwise, as √u √u,
is still read without them, and is unequal; so derivatives are certified at first, where it makes no difference.

- The largest entry of k is the sum of all, each times a variable of its own, where these k variables have the sum 1 and
  stand for a mask: they are random residues over their sum, and depend on all entries. Where one entry is the largest
  alone, the mask is constant around the point: one of the columns of the identity, all of which are among the values
  that the variables may have. So what holds for variables holds with the largest entry and its derivatives wherever no
  two entries tie. `X == X.max()` is this mask if entries are visibly different almost everywhere, as different rational
  functions are; else it is nothing but a function of all entries, as ReLUs are equal on an open set. Of two entries,
  the mask is made of the step of their difference. log Σ exp is a log of a sum of exponentials.

What is not respected, so that a true formula which needs it is `unknown`: logs of sums that factor; sin of x by that of
x/3; steps of multiples; Γ(x + 1) = x Γ(x); and s² = s for steps and other masks.

The prime is fixed. Formulas whose difference has only coefficients that are multiples of it look equal: no size or
decimal of a document makes such coefficients by itself, and a constant that is such a multiple is refused.

Derivatives are evaluated as the graphs of reverse mode and certified on the spot: <reverse value, V> for a random
direction V must be the derivative along V by forward mode, which multiplies tangents by SymPy's `diff` of the rows'
definitions and knows nothing of the table's partials or of vector-Jacobian products (a wrong value passes with
probability 1/p, see Griewank & Walther, Evaluating Derivatives, ch. 3, for the identity).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NoReturn

import numpy as np
import sympy as sp

from gradcheck import functions
from gradcheck.graph import (
    Apply,
    Array,
    Derivative,
    Determinant,
    Einsum,
    Identity,
    Input,
    Inverse,
    Largest,
    LogDeterminant,
    LogSumExp,
    Moving,
    Multiplied,
    Selected,
    Which,
    is_one_number,
    walk,
)
from gradcheck.graph.counting import Counted
from gradcheck.graph.determinants import determinant, matrix_factors
from gradcheck.graph.families import Extreme
from gradcheck.graph.literals import Literal, rounded_constant
from gradcheck.graph.positional import Positional
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation, NumberSystem, Sizes
from gradcheck.proofs import residues
from gradcheck.proofs.degrees import VARIABLE, Degree, common_degree
from gradcheck.proofs.guards import keeps_out
from gradcheck.proofs.identities import SMOOTH, prime_powers
from gradcheck.proofs.labels import Labels
from gradcheck.proofs.residues import P, Residues, Undefined
from gradcheck.proofs.structure import Visible
from gradcheck.proofs.sums import terms_of
from gradcheck.proofs.unknowns import NO_TURN, ONE, Element, KeyedFunctions, Table, Turn, constant
from gradcheck.tolerances import LIMIT
from gradcheck.verdicts import Answer

MOST_TRIALS = 3
"""How many points are looked at to get there."""
LARGEST_POWER = 64
"""Whole multiples up to this come out of exp as powers."""


@dataclass(frozen=True)
class FieldOutcome:
    """What the prime field says of `target = step`.

    answer: PROVED, where both sides have values; DIFFERS (a refutation: rational on both sides, and not the same);
    UNRESOLVED (not the same with random values for functions, or no value); CONTRADICTS (reverse mode and forward mode
    disagree: gradcheck is wrong). degree: of the polynomial whose zeros matter. error: the probability that unequal
    sides look equal in all `trials`. note: why it is not equal.
    """

    answer: Answer
    degree: int = 0
    error: float = 1.0
    trials: int = 0
    note: str = ""


class PrimePoint:
    """Inputs at random points of the field, for given sizes; every expression is evaluated there once."""

    def __init__(self, inputs: Iterable[Input], sizes: Sizes, seed: int = 0) -> None:
        self.inputs, self.sizes, self.seed = list(inputs), dict(sizes), seed
        self._trials: dict[int, _Trial] = {}

    def compare(self, target: Array, step: Array) -> FieldOutcome:
        """Whether both sides are the same rational function of the inputs and of the applied functions.

        Raises ShapeError for what has no shape.
        """
        error, degree, trials, note = 1.0, 0, 0, "degrees are too high for a bound"
        for number in range(MOST_TRIALS):
            trial = self._trial(number)
            try:
                if not trial.agree(target, step):
                    trial = trial.again(target, step)
                same = trial.agree(target, step)
                hides = same and keeps_out(trial.visible, trial.is_0, target, step)
            except Undefined as why:
                note = str(why)
                continue
            except _Contradiction as why:
                return FieldOutcome(Answer.CONTRADICTS, note=str(why))
            if not same:
                return _unequal(trial, target, step)
            if hides:
                return FieldOutcome(Answer.UNRESOLVED, note="what a mask keeps out may have no value there")
            trials += 1
            degree = max(degree, trial.degree(target, step))
            error *= trial.error(target, step)
            if error < LIMIT:
                return FieldOutcome(Answer.PROVED, degree, error, trials)
        return FieldOutcome(Answer.UNRESOLVED, degree, error, trials, note)

    def values(self, node: Array) -> Residues:
        """The residues of an expression at the first point, for whoever looks for others of the same value.

        Raises ShapeError for what has no shape, and residues.Undefined for what has no value.
        """
        return self._trial(0)(node).values

    def _trial(self, number: int) -> _Trial:
        if number not in self._trials:
            self._trials[number] = _Trial(self.inputs, self.sizes, (self.seed, number))
        return self._trials[number]


def _unequal(trial: _Trial, target: Array, step: Array) -> FieldOutcome:
    if rounded := rounded_constant(target, step):
        return FieldOutcome(Answer.UNRESOLVED, note=f"the constant {rounded} is rounded")
    if trial.visible.is_keyed(*map(reverse_mode.expand, (target, step))):
        return FieldOutcome(Answer.UNRESOLVED, note="not the same with random values for functions, steps and labels")
    return FieldOutcome(Answer.DIFFERS, note="not the same rational function")


class _Contradiction(Exception):
    """Reverse mode and forward mode disagree."""


@dataclass(frozen=True)
class _Term:
    """coefficient · element; the node whose value the element is, where there is one, may show a sum."""

    coefficient: sp.Rational
    element: Element
    node: Array | None = None

    @property
    def value(self) -> Element:
        return self.element if self.coefficient == 1 else constant(self.coefficient) * self.element


_Known = dict[sp.Symbol, _Term]


class _Trial(NumberSystem[Element]):
    """A random point, and the value of every expression there with its degree."""

    def __init__(self, inputs: Iterable[Input], sizes: Sizes, seed: tuple[int, ...]) -> None:
        super().__init__(sizes)
        self.seed = seed
        self.inputs, self.keyed, self.visible = list(inputs), KeyedFunctions(seed), Visible(self.sizes)
        self.plain = Evaluation({node.key: self._drawn(node) for node in self.inputs}, sizes, dtype=np.uint64)

    def _drawn(self, node: Input) -> Residues:
        values = residues.random(self.seed, self.shape(node.shape), "input", node.name)
        if node.domain.is_one_hot:
            classes = node.domain.together(values)
            classes[0] = residues.complement(residues.total(classes[1:], (0,)))
        return values

    # -- what is asked --

    def agree(self, target: Array, step: Array) -> bool:
        """Whether all entries are the same; a number may be written (), (1,) or (1, 1)."""
        values = [(n, self(n).values) for n in (target, step)]
        return bool(np.all(np.equal(*(v.reshape(()) if is_one_number(n.shape) else v for n, v in values))))

    def again(self, target: Array, step: Array) -> _Trial:
        """The point with more relations, if there may be any."""
        plain = map(reverse_mode.expand, (target, step))
        return self._by_cases if self.visible.may_be_related(*plain) else self

    @cached_property
    def _by_cases(self) -> _ByCases:
        return _ByCases(self)

    def is_0(self, node: Array) -> bool:
        """Whether some entry is."""
        return not np.all(self(node).values)

    def degree(self, target: Array, step: Array) -> int:
        """Of the numerator of the difference of two entries."""
        return self(target).degree.plus(self(step).degree).above

    def error(self, target: Array, step: Array) -> float:
        """The probability that sides which are not the same look the same here: the union bound of the docstring."""
        return min(P, self.degree(target, step) + self.keyed.collisions()) / P

    # -- the verbs of kinds --

    def given(self, node: Input) -> Element:
        """A variable, or the square of one, which is its root."""
        values = self.plain.given(node)
        if node.domain.has_zero:
            return Element(values, VARIABLE)
        root = self._on_a_sphere(node, values) if node.domain.is_distribution else Element(values, VARIABLE)
        return self.keyed.square(root)

    def _on_a_sphere(self, node: Input, values: Residues) -> Element:
        """Roots of numbers of the sum 1, whose squares these are: (1 - t·t) / (1 + t·t) and 2t / (1 + t·t).

        So every point of the sphere is made, of variables t, but the one opposite to the first (stereographically).
        """
        t = Element(node.domain.together(values)[1:], VARIABLE)
        square = Element(residues.total((t * t).values, (0,))[None], (t * t).degree)
        first, others = ((part * (ONE + square).inverse) for part in (ONE - square, t + t))
        together = np.concatenate([first.values, others.values])
        return Element(np.moveaxis(together, 0, node.domain.axis or 0), first.degree.plus(others.degree))

    def literal(self, node: Literal) -> Element:
        """Exact numbers."""
        numbers = [self.read(value.xreplace(self.sizes), {}) for value in node.values]
        values = np.array([number.values for number in numbers], np.uint64).reshape(self.shape(node.shape))
        return Element(values, common_degree(number.degree for number in numbers))

    def identity(self, node: Identity) -> Element:
        """0 and 1."""
        return Element(self.plain.identity(node))

    def counted(self, node: Counted) -> Element:
        """Whole numbers."""
        return Element(self.plain.counted(node))

    def positional(self, node: Positional) -> Element:
        """0 and 1."""
        return Element(self.plain.positional(node))

    def elementwise(self, node: Apply, *args: Element) -> Element:
        """The row's definition."""
        symbols, definition = self.visible.definition(node)
        return self.spread(node, self.read(definition, self._arguments(node, symbols)))

    def product(self, node: Einsum, *args: Element) -> Element:
        """A sum of products."""
        return self.contract(args, *node.params)

    def contract(self, operands: Sequence[Element], labels: Any, result: Any) -> Element:
        """A sum of products by the labels of the axes."""
        labelled = [(operand.values, axes) for operand, axes in zip(operands, labels, strict=True)]
        sizes = {label: size for values, axes in labelled for label, size in zip(axes, values.shape, strict=True)}
        terms = math.prod(size for label, size in sizes.items() if label not in result)
        degree = reduce(Degree.times, (operand.degree for operand in operands))
        return Element(residues.einsum(labelled, result), degree.summed(terms))

    def largest(self, node: Largest, arg: Element) -> Element:
        """The sum of the entries, each times its mask."""
        labels, kept = node.labels
        return self.contract([self.mask_of(node, arg, Which.ONE), arg], (labels, labels), kept)

    def selected(self, node: Selected, arg: Element) -> Element:
        """Variables with the sum 1 along the axes, or variables where ties may lie on an open set."""
        mask = self.mask_of(node, arg, Which.ONE if node.which is Which.ONE else Which.ALL)
        return ONE - mask if node.which is Which.OTHERS else mask

    def mask_of(self, node: Extreme, arg: Element, which: Which) -> Element:
        """Which entries along the axes are the largest one."""
        rows = node.rows(arg.values, residues.negate)
        differ = self.visible.is_rational(reverse_mode.expand(node.args[0])) and residues.are_distinct(rows)
        mask = self.keyed.mask(Element(rows, arg.degree), not differ, which is Which.ALL)
        return Element(node.in_place(mask.values, arg.values), mask.degree)

    def logsumexp(self, node: LogSumExp, arg: Element) -> Element:
        """The log of the sum."""
        exps = self.exp([_Term(sp.S.One, arg, node.args[0])])
        labels, kept = node.labels
        return self.keyed.log(self.contract([exps], (labels,), kept))

    def multiplied(self, node: Multiplied, arg: Element) -> Element:
        """The product of the slices."""
        return math.prod(slices_of(arg, *node.axes), start=ONE)

    def inverse(self, node: Inverse, arg: Element) -> Element:
        """Of every matrix. Raises residues.Undefined for singular ones."""
        return self.inverted(arg)

    def inverted(self, matrix: Element) -> Element:
        """The inverse of every matrix."""
        *stack, n, _ = matrix.values.shape
        return Element(residues.inverse(matrix.values), matrix.degree.inverted(n, math.prod(stack)))

    def determinant(self, node: Determinant, arg: Element) -> Element:
        """Of every matrix."""
        return self.determined(arg)

    def determined(self, matrix: Element) -> Element:
        """The determinant of every matrix."""
        return Element(residues.determinant(matrix.values), matrix.degree.determinant(matrix.values.shape[-1]))

    def logdet(self, node: LogDeterminant, arg: Element) -> Element:
        """That of a positive determinant; else half the log of its square, which of a product is the sum of theirs."""
        det = determinant(node.args[0])
        if self.visible.is_positive(det):
            return self.log(det)
        return constant(sp.S.Half) * self.log_of_square(node.args[0])

    def log_of_square(self, matrix: Array) -> Element:
        """Log (det A)², for det AB = det A det B of square matrices, none of which is singular if their product is not.

        As squares they are positive, so that their logs add up. What else is related is so by value: the determinants
        of a matrix and of its transpose are the same one, and those of a matrix and its inverse are 1 over each other.
        """
        det = self.determined(self(matrix))
        square, factors = det * det, matrix_factors(matrix)
        if not factors or self.keyed.logs.knows(square):
            return self.keyed.log(square)
        return self.keyed.learn_log(square, _sum(map(self.log_of_square, factors)))

    def moved(self, node: Moving, *args: Element) -> Element:
        """Entries in their new places."""
        degree = common_degree(arg.degree for arg in args)
        return Element(self.plain.moved(node, *(arg.values for arg in args)), degree)

    def differentiated(self, node: Derivative, *args: Element) -> Element:
        """Reverse mode's value, certified by forward mode in a random direction. Raises _Contradiction."""
        graph = reverse_mode.expand(node)
        element = self(graph)
        of, by = map(reverse_mode.expand, node.args)
        direction = residues.random(self.seed, self(by).values.shape, "direction")
        axes = tuple(range(element.values.ndim))
        outer = axes[: len(axes) - direction.ndim]
        backward = residues.einsum([(element.values, axes), (direction, axes[len(outer) :])], outer)
        if not np.array_equal(backward, _Tangents(self).along(of, by, direction)):
            self._blame(graph, by)
        return element

    def spread(self, node: Array, element: Element) -> Element:
        """An element in the shape of a node."""
        return Element(np.broadcast_to(element.values, self.shape(node.shape)), element.degree)

    def _arguments(self, node: Apply, symbols: Sequence[sp.Symbol]) -> _Known:
        return {x: _Term(sp.S.One, self(arg), arg) for x, arg in zip(symbols, node.args, strict=True)}

    def slope(self, node: Apply, position: int) -> Element:
        """The value of SymPy's derivative of a function by one argument."""
        symbols, slope = self.visible.slope(node, position)
        return self.read(slope, self._arguments(node, symbols))

    def _blame(self, graph: Array, by: Array) -> NoReturn:
        """Reverse mode and forward mode disagree: for a known reason, or because one of them is wrong."""
        if rounded := rounded_constant(graph):
            raise Undefined(f"the constant {rounded} is rounded")
        if self.visible.has_symbolic_exponents(graph):
            raise Undefined("powers with other exponents than numbers")
        raise _Contradiction(f"reverse mode and forward mode disagree about a derivative by {by!r}")

    # -- definitions --

    def read(self, expression: sp.Expr, known: _Known) -> Element:
        """The value of a scalar expression, entry by entry, for arrays that its symbols stand for."""
        if expression in known:
            return known[expression].element
        if expression.is_Rational:
            return constant(expression)
        if expression.is_Add:
            return _sum(self.read(term, known) for term in expression.args)
        if expression.is_Mul:
            return self._read_product(expression, known)
        if expression.is_Pow:
            return self._read_power(expression.base, expression.exp, known)
        if expression.func in _RULES:
            return _RULES[expression.func](self, expression.args[0], known)
        if expression.is_Function:
            return self.keyed.unknown(expression.func, [self.read(arg, known) for arg in expression.args])
        if expression is sp.E:
            return self.exp([_Term(sp.S.One, ONE)])
        if expression.is_NumberSymbol:
            return self.keyed.fresh(f"number {expression}", ONE)
        raise Undefined(f"{expression} has no value in a field")

    def _read_product(self, expression: sp.Expr, known: _Known) -> Element:
        """With no product for signs."""
        coefficient, rest = expression.as_coeff_Mul(rational=True)
        if coefficient == -1:
            return -self.read(rest, known)
        return reduce(Element.__mul__, (self.read(factor, known) for factor in expression.args))

    def _read_power(self, base: sp.Expr, exponent: sp.Expr, known: _Known) -> Element:
        if base is sp.E:
            return self.exp(self.terms(exponent, known))
        x = self.read(base, known)
        if exponent.is_Rational:
            return self.power(x, exponent, known[base].node if base in known else None)
        logarithm = _log(self, base, known)
        return self.exp([_Term(c * times, e * logarithm) for c, e, times in self._atoms(self.terms(exponent, known))])

    def power(self, base: Element, exponent: sp.Rational, node: Array | None) -> Element:
        """A rational power of a node's value."""
        if exponent.is_Integer:
            return self.whole_power(base, exponent, node)
        return self.root(base, int(exponent.q), node).power(int(exponent.p))

    def whole_power(self, base: Element, exponent: sp.Integer, node: Array | None) -> Element:
        """A product of so many factors."""
        return base.power(int(exponent))

    def root(self, base: Element, degree: int, node: Array | None) -> Element:
        """The root of what is visibly a product with a positive factor is one; any other is a value of its own."""
        factors = None if node is None or self.keyed.roots[degree].knows(base) else self.visible.factors(node)
        if factors is None:
            return self.keyed.root(base, degree)
        parts = (self.power(self(part), exponent / degree, part) for exponent, part in factors)
        product = math.prod(parts, start=ONE)
        whole = self.multiplied(node, product) if isinstance(node, Multiplied) else product
        return self.keyed.learn_root(base, degree, whole)

    def terms(self, expression: sp.Expr, known: _Known) -> list[_Term]:
        """The terms of a sum, with their rational factors."""
        found = []
        for part in sp.Add.make_args(expression):
            coefficient, rest = part.as_coeff_Mul(rational=True)
            term = known.get(rest) or _Term(sp.S.One, ONE if rest == 1 else self.read(rest, known))
            found.append(_Term(coefficient, term.element, term.node))
        return found

    def exp(self, terms: Sequence[_Term]) -> Element:
        """The exp of a sum: what is known of its value, else the product of the terms' exponentials."""
        total = _sum(term.value for term in terms)
        if self.keyed.exps.knows(total):
            return self.keyed.exps.look(total)
        up = down = ONE
        for coefficient, atom, times in self._atoms(terms, self.keyed.exps):
            pair = [e.power(abs(int(coefficient)) * times) for e in self.keyed.exp(atom)]
            first, second = pair if coefficient > 0 else pair[::-1]
            up, down = up * first, down * second
        return self.keyed.learn_exp(total, up, down)

    def turn(self, terms: Sequence[_Term]) -> tuple[Element, Element]:
        """Cosine and sine of a sum: what is known of them, else by the addition theorem, from halves of the terms."""
        total = _sum(term.value for term in terms)
        if not self.keyed.cosines.knows(total):
            atoms = self._atoms(terms, fraction=2)
            turns = (self.keyed.half_turn(atom).times(int(2 * c) * times) for c, atom, times in atoms)
            self.keyed.learn_turn(total, reduce(Turn.then, turns, NO_TURN))
        return self.keyed.cosines.look(total), self.keyed.sines.look(total)

    def _atoms(
        self, terms: Sequence[_Term], table: Table | None = None, fraction: int = 1
    ) -> Iterator[tuple[sp.Rational, Element, int]]:
        """The sum as whole multiples of what is no visible sum itself, or is known to the table as a whole.

        And how often each occurs: x + x is made of x twice, and the same of that 2^n times after n doublings. fraction:
        of how many parts whole multiples may be, as of halves.
        """
        for term in terms:
            if term.node is None:
                yield (*_whole(term.coefficient, term.element, fraction), 1)
        nodes = ((term.coefficient, term.node) for term in terms if term.node is not None)
        for coefficient, node, times in terms_of(nodes, lambda node: self._summands(node, table)):
            number = self.visible.number(node)
            atom = (coefficient, self(node)) if number is None else (coefficient * number, ONE)
            yield (*_whole(*atom, fraction), times)

    def _summands(self, node: Array, table: Table | None) -> list[tuple[sp.Rational, Array]] | None:
        """A sum's, unless it is known to the table as a whole."""
        is_known = table is not None and table.knows(self(node))
        return None if is_known or self.visible.number(node) is not None else self.visible.summands(node)

    def log(self, node: Array) -> Element:
        """The log of what is visibly a product with a positive factor is a sum; any other is a value of its own."""
        logs, pending = self.keyed.logs, [node]
        while pending:  # products are deeper than Python's stack
            of = pending[-1]
            element, number = self(of), self.visible.number(of)
            is_one = logs.knows(element) or number is not None
            factors = None if is_one else self.visible.factors(of)
            unread = [factor for _, factor in factors or () if not logs.knows(self(factor))]
            pending += unread[::-1]
            if unread:
                continue
            pending.pop()
            if number is not None:
                self.log_of_number(number)
            elif factors is None:
                self.keyed.log(element)
            else:
                total = _sum(constant(power) * logs.look(self(part)) for power, part in factors)
                whole = self.contract([total], of.labels[:1], of.labels[1]) if isinstance(of, Multiplied) else total
                self.keyed.learn_log(element, whole)
        return logs.look(self(node))

    def log_of_number(self, number: sp.Rational) -> Element:
        """That of a positive one is the sum of the logs of its prime factors."""
        element = constant(number)
        if number <= 0 or self.keyed.logs.knows(element):
            return self.keyed.log(element)
        logs = (constant(power) * self.keyed.log(constant(prime)) for prime, power in prime_powers(number))
        return self.keyed.learn_log(element, _sum(logs))

    def step(self, argument: Element, terms: Sequence[_Term]) -> Element:
        """The step of a sum, which may be 0 on an open set unless the graph and the values of its parts show better.

        What is no node and no number may be anything.
        """
        opaque = any(term.node is None and not term.element.is_number for term in terms)
        nodes = (reverse_mode.expand(term.node) for term in terms if term.node is not None)
        parts = None if opaque else self.visible.witnesses(nodes)
        is_shown = parts is not None and not any(map(self.is_0, parts))
        return self.keyed.step(argument, not is_shown)


class _Second(_Trial):
    """The same point looked at again, with relations that a graph shows in some ways of writing and not in others.

    Derivatives were certified at first. They cannot be here, where reverse mode and forward mode write them otherwise.
    """

    def __init__(self, first: _Trial) -> None:
        super(_Trial, self).__init__(first.sizes)
        self.first, self.seed, self.inputs = first, first.seed, first.inputs
        self.keyed, self.visible, self.plain = first.keyed, first.visible, first.plain

    def given(self, node: Input) -> Element:
        """As it was."""
        return self.first(node)

    def differentiated(self, node: Derivative, *args: Element) -> Element:
        """Reverse mode's value."""
        return self(reverse_mode.expand(node))

    def whole_power(self, base: Element, exponent: sp.Integer, node: Array | None) -> Element:
        """Those of a root are powers of what it is the root of."""
        root = None if node is None else self.visible.root(node)
        if root is None:
            return super().whole_power(base, exponent, node)
        inner, radicand = root
        return self.power(self(radicand), inner * exponent, radicand)


class _ByCases(_Second):
    """What depends on one label is read as the sum of its values in all cases (Shannon's expansion, see `labels`)."""

    def __init__(self, first: _Trial) -> None:
        super().__init__(first)
        self.labels = Labels(self.inputs, self.plain.sizes)
        self.cases = [_Case(self, case) for case in range(self.labels.cases)]

    def compute(self, node: Array) -> Element:
        """By cases, if that is more than what comes of the operands' values and if all cases have a value."""
        if self.labels.is_owned(node) and not self._is_linear(node):
            try:
                return _sum(self._weighted(node, case) for case in range(self.labels.cases))
            except Undefined:
                pass
        return super().compute(node)

    def _weighted(self, node: Array, case: int) -> Element:
        given = [self(label).values for label in self.labels.inputs]
        return Element(self.labels.weights(self.labels(node), case, given), VARIABLE) * self.cases[case](node)

    def _is_linear(self, node: Array) -> bool:
        """Whether it is visibly linear in what depends on labels."""
        dependent = [position for position, arg in enumerate(node.args) if self.labels.depends(arg)]
        if node.verb == "elementwise" and self.visible.summands(node) is None:
            return len(dependent) == 1 and node.has_factor(dependent[0], False)
        return node.verb != "product" or len(dependent) == 1


class _Case(_Second):
    """The point with all labels in one case: they are numbers here."""

    def __init__(self, whole: _ByCases, case: int) -> None:
        super().__init__(whole.first)
        self.whole = whole
        self.values = {node.key: Element(whole.labels.in_case(node, case)) for node in whole.labels.inputs}

    def compute(self, node: Array) -> Element:
        """What depends on no label is as it was."""
        return super().compute(node) if self.whole.labels.depends(node) else self.whole(node)


class _Tangents:
    """Carries tangents beside values: forward mode, in the words in which kinds say what changes."""

    def __init__(self, at: _Trial) -> None:
        self.at = at

    def along(self, of: Array, by: Array, direction: Residues) -> Residues:
        """The derivative of `of` when `by` moves along the direction."""
        self.at(of)
        tangents = {by.key: Element(direction)}
        for node in walk(of):
            if node.key != by.key and any(arg.key in tangents for arg in node.args):
                moved = [tangents.get(arg.key) for arg in node.args]
                operands = list(map(self.at, node.args))
                tangents[node.key] = node.change(self, operands, moved, self.at(node))
        found = tangents.get(of.key)
        return np.zeros(self.at.shape(of.shape), np.uint64) if found is None else found.values

    def before(self, value: Element) -> Element:
        """A factor of a product."""
        return value

    def after(self, value: Element, change: Element) -> Element:
        """The same: products of tangents are of second order."""
        return value

    def slices(self, value: Element, axis: int) -> list[Element]:
        """Along an axis."""
        return slices_of(value, axis)

    def still(self, value: Element) -> Element:
        """No change."""
        return Element(np.zeros_like(value.values))

    def expm1(self, change: Element) -> Element:
        """To first order, exp(d) - 1 is d, and so is log(1 + d)."""
        return change

    log1p = expm1

    def opposite(self, change: Element) -> Element:
        """With the other sign."""
        return -change

    def inverse_after(self, matrix: Element, change: Element) -> Element:
        """The inverse as it is."""
        return self.at.inverted(matrix)

    def logdet1p(self, ratio: Element) -> Element:
        """To first order the trace."""
        i, stack = ratio.values.ndim, tuple(range(ratio.values.ndim - 2))
        return self.at.contract([ratio], ((*stack, i, i),), stack)

    def extreme(self, node: Extreme, value: Element, change: Element) -> Element:
        """That of the entry which is the largest; a mask has none."""
        if node.is_jump:
            return self.still(value)
        labels, kept = node.labels
        mask = self.at.mask_of(node, value, Which.ONE)
        return self.at.contract([mask, change], (labels, labels), kept)

    def elementwise(self, node: Apply, args: Sequence[Element], changes: Sequence[Element | None]) -> Element:
        """SymPy's derivatives of the row's definition times the tangents."""
        moving = ((i, change) for i, change in enumerate(changes) if change is not None)
        return self.at.spread(node, _sum(self.at.slope(node, i) * change for i, change in moving))


def slices_of(element: Element, axis: int) -> list[Element]:
    """An element's slices along an axis, which is counted from the last one."""
    return [Element(part, element.degree) for part in np.moveaxis(element.values, axis, 0)]


def _sum(elements: Iterable[Element]) -> Element:
    return reduce(Element.__add__, elements)


def _whole(coefficient: sp.Rational, element: Element, fraction: int) -> tuple[sp.Rational, Element]:
    """The same product with a factor that is no large one, and is so many parts of a whole number."""
    if (fraction * coefficient).is_Integer and 0 < abs(coefficient) <= LARGEST_POWER:
        return coefficient, element
    return sp.S.One, element if coefficient == 1 else constant(coefficient) * element


# ---- one rule a function that has relations --------------------------------------------------------------------------


def _exp(at: _Trial, argument: sp.Expr, known: _Known) -> Element:
    return at.exp(at.terms(argument, known))


def _log(at: _Trial, argument: sp.Expr, known: _Known) -> Element:
    if argument.is_Rational:
        return at.log_of_number(argument)
    node = known[argument].node if argument in known else None
    return at.keyed.log(at.read(argument, known)) if node is None else at.log(node)


def _sin(at: _Trial, argument: sp.Expr, known: _Known) -> Element:
    return at.turn(at.terms(argument, known))[1]


def _cos(at: _Trial, argument: sp.Expr, known: _Known) -> Element:
    return at.turn(at.terms(argument, known))[0]


def _step(at: _Trial, argument: sp.Expr, known: _Known) -> Element:
    return at.step(at.read(argument, known), at.terms(argument, known))


_Rule = Callable[[_Trial, sp.Expr, _Known], Element]


def _odd(name: str) -> _Rule:
    return lambda at, argument, known: at.keyed.odd(name, at.read(argument, known))


def _by_definition(definition: Callable[[sp.Expr], sp.Expr]) -> _Rule:
    return lambda at, argument, known: at.read(definition(argument), known)


_RULES: dict[type[sp.Function], _Rule] = {
    sp.exp: _exp,
    sp.log: _log,
    sp.sin: _sin,
    sp.cos: _cos,
    functions.step: _step,
    sp.erf: _odd("erf"),
    sp.atan: _odd("arctan"),
    **{function: _by_definition(definition) for function, definition in SMOOTH.items()},
}
