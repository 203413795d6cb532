"""Exact tier for larger sizes: both sides of `target = step` at random points of a prime field.

Two rational functions that are not the same agree at a uniformly random point of the field of p elements with
probability at most degree/p (Schwartz 1980; Zippel 1979), degree being that of the cross-multiplied numerators. With
p = 2^61 - 1 that is far below 1e-9 for whole networks, there is no rounding, and an evaluation takes milliseconds. It
errs towards "not equal", which says little, and never towards "equal" beyond the bound.

Functions that are not rational are variables of their own. An application of exp, of an unknown g, … gets a random
value that depends on the function and on the argument's value only, so equal arguments get equal values however they
are written. Formally: order the applications f(a_1), f(a_2), … as they are evaluated. Each stands for a variable u_i,
the same one exactly if the arguments are the same rational function of the inputs and the earlier variables, or if a
relation below says so. If two sides are the same rational function of inputs and variables, then they are equal, for
only true relations are used. If they are not, the values agree only if their numerators' difference vanishes at the
point (degree/p), or if the values at the point are not those of independent variables: if two different arguments
a_i, a_j (or those that a relation would join: a_i and -a_j, a_i and 1/a_j, …) have one value. The latter are zeros of
rational functions again, so the union bound over pairs of applications of related functions is added. Degrees are
carried along as pairs (numerator, denominator), fractions being added without looking for common denominators.

What keyed values respect, because documents use it:

- exp(-a) = 1/exp(a), exp(ka) = exp(a)^k and exp(a + b) = exp(a) exp(b), where the graph shows the sum; exp(log u) = u.
  sigmoid, tanh, sinh and cosh are rational in exp, so that σ(-x) = 1 - σ(x), σ′ = σ(1 - σ), tanh x = 2σ(2x) - 1, …
- log(exp(a)) = a, log(1/u) = -log(u), log(1 + exp(-a)) = log(1 + exp(a)) - a, whose arguments are recognised by value;
  logs of products, quotients and powers of what is visibly positive, where the graph shows them.
- x^(a/b) is the a-th power of one variable for x^(1/b); x^n = exp(n log x) for other exponents.
- sin and cos are rational in one variable, sin = 2t/(1 + t²), cos = (1 - t²)/(1 + t²), and t(-a) = -t(a).
- step(-a) = 1 - step(a), unless a may be 0 on an open set, as ReLU(x) may; steps of numbers are 0 or 1. ReLU, abs,
  maximum, minimum and masks are made of steps.

What is not respected, so that a true formula which needs it is `unknown`: (√u)² = u; logs of sums that factor; addition
theorems of sin; steps of multiples; and s² = s. Steps are random elements of the field rather than random bits, labels
too (a one-hot column is random with the sum 1), because what holds for all values of s holds for 0 and 1, while the
bound for bits would be useless: a polynomial of degree d that is not 0 vanishes at up to 1 - 2^-d of them.

The prime is fixed. Formulas whose difference has only coefficients that are multiples of 2^61 - 1 look equal: no size
or decimal of a document makes such coefficients by itself, and a constant that is such a multiple is refused.

Derivatives are evaluated as the graphs of reverse mode and certified on the spot: <reverse value, V> for a random
direction V must be the derivative along V by forward mode, which multiplies tangents by SymPy's `diff` of the rows'
definitions and knows nothing of the table's partials or of vector-Jacobian products (a wrong value passes with
probability 1/p, see Griewank & Walther, Evaluating Derivatives, ch. 3, for the identity).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, NoReturn

import numpy as np
import sympy as sp

from gradcheck import backprop, domains, functions
from gradcheck.arrays import (
    Apply,
    Array,
    Broadcast,
    Concatenate,
    Derivative,
    Einsum,
    Index,
    Input,
    Literal,
    Reshape,
    depends_on,
    is_one_number,
    walk,
)
from gradcheck.evaluate import Evaluation, Sizes, Values
from gradcheck.functions import Function

P = 2**61 - 1
"""The prime: of Mersenne's form, so that a product is reduced by shifts."""
LIMIT = 1e-9
"""Unequal sides look equal with at most this probability, or nothing is said."""
MOST_TRIALS = 3
"""How many points are looked at to get there."""
EXACT_TERMS = 2048
"""So many products of numbers below 2^21 can be added in a float64 without rounding."""
SIMPLE_DENOMINATOR, SIMPLE_NUMERATOR = 2**3 * 3**2 * 5**4 * 7, 2**26
"""The sign of a number is known if this multiple of it is a whole number up to that, few enough to be no accident."""
LARGEST_POWER = 64
"""Whole multiples up to this come out of exp as powers."""
ROUNDED = 10**13
"""Decimals with denominators from here on may stand for something else, such as 0.3333333333333333."""


@dataclass(frozen=True)
class FieldOutcome:
    """What the prime field says of `target = step`.

    status: `equal`, where both sides have values; `differs` (a refutation: rational on both sides, and not the same);
    `unknown` (not the same with random values for functions, or no value); `contradiction` (reverse mode and forward
    mode disagree: gradcheck is wrong). degree: of the polynomial whose zeros matter. error: the probability that
    unequal sides look equal in all `trials`. note: why it is not equal.
    """

    status: str
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
        error, degree, trials = 1.0, 0, 0
        undefined: list[str] = []
        for number in range(MOST_TRIALS):
            trial = self._trial(number)
            try:
                same = trial.agree(target, step)
            except _Undefined as why:
                undefined.append(str(why))
                continue
            except _Contradiction as why:
                return FieldOutcome("contradiction", note=str(why))
            if not same:
                return _unequal(trial, target, step)
            trials += 1
            degree = max(degree, trial.degree(target, step))
            error *= trial.error(target, step)
            if error < LIMIT:
                return FieldOutcome("equal", degree, error, trials)
        note = undefined[0] if undefined else "degrees are too high for a bound"
        return FieldOutcome("unknown", degree, error, trials, note)

    def _trial(self, number: int) -> _Trial:
        if number not in self._trials:
            self._trials[number] = _Trial(self.inputs, self.sizes, (self.seed, number))
        return self._trials[number]


def _unequal(trial: _Trial, target: Array, step: Array) -> FieldOutcome:
    rounded = _rounded_constant(target, step)
    if rounded:
        return FieldOutcome("unknown", note=f"the constant {rounded} may be rounded")
    if trial.is_keyed(target, step):
        return FieldOutcome("unknown", note="not the same with random values for functions, steps and labels")
    return FieldOutcome("differs", note="not the same rational function")


def _rounded_constant(*graphs: Array) -> str:
    for node in walk(*graphs):
        for value in node.values if isinstance(node, Literal) else ():
            if value.is_Rational and value.q >= ROUNDED:
                return repr(float(value))
    return ""


class _Undefined(Exception):
    """A value that the field does not have, and why."""


class _Contradiction(Exception):
    """Reverse mode and forward mode disagree."""


# ---- arithmetic modulo 2^61 - 1 on arrays of uint64 ----------------------------------------------------------------


@cache
def _bits(count: int) -> np.uint64:
    return np.uint64(2**count - 1)


@cache
def _by(count: int) -> np.uint64:
    return np.uint64(count)


_PRIME, _HALF = np.uint64(P), np.uint64(P // 2)


def _folded(values: Values) -> Values:
    """Any uint64 as a residue: 2^61 is 1."""
    once = (values & _PRIME) + (values >> _by(61))
    return _least(once)


def _least(values: Values) -> Values:
    """Residues of values below 2p: the difference wraps around to a large number where it is negative."""
    return np.asarray(np.minimum(values, np.subtract(values, _PRIME)))  # operators would warn of numbers that wrap


def _sum(left: Values, right: Values) -> Values:
    return _least(left + right)


def _negated(values: Values) -> Values:
    return np.where(values == 0, values, _PRIME - values)


def _times(left: Values, right: Values) -> Values:
    """By halves of 31 and 30 bits: no sum of products of halves exceeds 64 bits."""
    a, b, c, d = left >> _by(31), left & _bits(31), right >> _by(31), right & _bits(31)
    middle = a * d + b * c
    return _folded(((a * c) << _by(1)) + _rotated(middle, 31) + b * d)


def _power(values: Values, exponent: int) -> Values:
    """Non-negative whole powers, by squaring."""
    result = np.ones_like(values)
    for digit in bin(exponent)[2:]:
        result = _times(result, result)
        if digit == "1":
            result = _times(result, values)
    return result


def _inverse(values: Values) -> Values:
    """1/values, of all at once: one product of all is inverted and shared out again (Montgomery 1987).

    Raises _Undefined at a 0.
    """
    if not np.all(values):
        raise _Undefined("a division by 0")
    if values.size <= 8:
        return np.array([pow(v, -1, P) for v in values.ravel().tolist()], np.uint64).reshape(values.shape)
    flat = np.append(values.ravel(), np.ones(values.size % 2, np.uint64))
    inverse = _inverse(_times(flat[0::2], flat[1::2]))
    each = np.empty_like(flat)
    each[0::2], each[1::2] = _times(inverse, flat[1::2]), _times(inverse, flat[0::2])
    return each[: values.size].reshape(values.shape)


def _total(values: Values, axes: tuple[int, ...]) -> Values:
    """The sum over axes."""
    if not axes:
        return values
    low, high = (np.asarray(np.sum(half, axis=axes)) for half in (values & _bits(32), values >> _by(32)))
    return _sum(_folded(low), _folded(_rotated(high, 32)))


def _limbs(values: Values) -> list[Values]:
    return [((values >> _by(shift)) & _bits(21)).astype(np.float64) for shift in (0, 21, 42)]


def _matmul(left: Values, right: Values) -> Values:
    """Products of stacks of matrices: the nine products of limbs of 21 bits in one float64 product, which is exact."""
    terms = left.shape[-1]
    if terms > EXACT_TERMS:
        first = _matmul(left[..., :EXACT_TERMS], right[:, :EXACT_TERMS])
        return _sum(first, _matmul(left[..., EXACT_TERMS:], right[:, EXACT_TERMS:]))
    stack, rows, columns = left.shape[0], left.shape[1], right.shape[2]
    products = np.concatenate(_limbs(left), axis=1) @ np.concatenate(_limbs(right), axis=2)
    parts = products.astype(np.uint64).reshape(stack, 3, rows, 3, columns)
    diagonals = (reduce(np.add, [parts[:, i, :, s - i] for i in range(3) if 0 <= s - i < 3]) for s in range(5))
    return _folded(reduce(np.add, [_rotated(part, 21 * s % 61) for s, part in enumerate(diagonals)]))


def _rotated(values: Values, shift: int) -> Values:
    """2^shift · values, not yet reduced: what is shifted out comes in again from below."""
    return np.asarray(((values & _bits(61 - shift)) << _by(shift)) + (values >> _by(61 - shift)))


def _mixed(values: Values) -> Values:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014): values that look independent for different arguments."""
    values = np.multiply(values ^ (values >> _by(30)), np.uint64(0xBF58476D1CE4E5B9))
    values = np.multiply(values ^ (values >> _by(27)), np.uint64(0x94D049BB133111EB))
    return np.asarray(values ^ (values >> _by(31)))


def _keyed(salt: int, *arguments: Values) -> Values:
    """A random element of the field that depends on the salt and on the arguments' values only."""
    state: Values = np.asarray(salt, np.uint64)
    for argument in arguments:
        state = _mixed(_mixed(np.add(_mixed(argument), state)) ^ np.uint64(0x9E3779B97F4A7C15))
    return _folded(state)


def _random(seed: tuple[int, ...], *words: str) -> np.random.Generator:
    """Random numbers that depend on names, which are not shortened to a checksum: unequal names are independent."""
    return np.random.default_rng([*seed, *" ".join(words).encode()])


def _number(value: sp.Rational) -> Values:
    if value != 0 and (value.p % P == 0 or value.q % P == 0):
        raise _Undefined("a constant is a multiple of the prime")
    return np.asarray(int(value.p) * pow(int(value.q), -1, P) % P, np.uint64)


# ---- sums of products ------------------------------------------------------------------------------------------------

_Labelled = tuple[Values, tuple[int, ...]]


def _einsum(operands: Sequence[_Labelled], result: tuple[int, ...]) -> Values:
    """Pairs of operands are contracted until one is left, those first that leave the least behind."""
    parts = [_diagonal(*operand) for operand in operands]
    while len(parts) > 1:
        pairs = [(i, j) for j in range(len(parts)) for i in range(j)]
        i, j = pairs[0] if len(pairs) == 1 else min(pairs, key=lambda pair: _left_behind(parts, pair, result))
        others = [part for k, part in enumerate(parts) if k not in (i, j)]
        needed = set(result).union(*(labels for _, labels in others))
        left, right = (_summed(parts[a], needed | set(parts[b][1])) for a, b in ((i, j), (j, i)))
        parts = [_contracted(left, right, needed), *others]
    values, labels = _summed(parts[0], set(result))
    return values.transpose([labels.index(label) for label in result])


def _diagonal(values: Values, labels: tuple[int, ...]) -> _Labelled:
    single = tuple(dict.fromkeys(labels))
    if single == labels:
        return values, labels
    return np.einsum(values, [single.index(label) for label in labels], list(range(len(single)))), single


def _summed(part: _Labelled, needed: set[int]) -> _Labelled:
    values, labels = part
    gone = tuple(axis for axis, label in enumerate(labels) if label not in needed)
    return _total(values, gone), tuple(label for label in labels if label in needed)


def _left_behind(parts: Sequence[_Labelled], pair: tuple[int, int], result: tuple[int, ...]) -> int:
    needed = set(result).union(*(labels for k, (_, labels) in enumerate(parts) if k not in pair))
    sizes = {label: size for k in pair for label, size in zip(parts[k][1], parts[k][0].shape, strict=True)}
    kept: int = math.prod(size for label, size in sizes.items() if label in needed)
    return kept - sum(int(parts[k][0].size) for k in pair)


def _contracted(left: _Labelled, right: _Labelled, needed: set[int]) -> _Labelled:
    (a, first), (b, second) = left, right
    both = [label for label in first if label in second]
    inner, stack = [x for x in both if x not in needed], [x for x in both if x in needed]
    rows, columns = [x for x in first if x not in both], [x for x in second if x not in both]
    a = a.transpose([first.index(x) for x in (*stack, *rows, *inner)])
    b = b.transpose([second.index(x) for x in (*stack, *inner, *columns)])
    outer, height, width = a.shape[: len(stack)], a.shape[len(stack) : len(stack) + len(rows)], b.shape[len(both) :]
    depth = math.prod(a.shape[len(stack) + len(rows) :])
    # NumPy cannot infer -1 beside an empty axis, but sizes are positive.
    a, b = a.reshape(math.prod(outer), -1, depth), b.reshape(math.prod(outer), depth, -1)
    product = _matmul(a, b) if inner else _times(a, b)
    return product.reshape((*outer, *height, *width)), (*stack, *rows, *columns)


# ---- values with a bound of their degree -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Element:
    """An array over the field; above and below: degrees of numerator and denominator of its entries, at most."""

    values: Values
    above: int = 0
    below: int = 0

    def __add__(self, other: _Element) -> _Element:
        above = max(self.above + other.below, other.above + self.below)
        return _Element(_sum(self.values, other.values), above, self.below + other.below)

    def __mul__(self, other: _Element) -> _Element:
        return _Element(_times(self.values, other.values), self.above + other.above, self.below + other.below)

    def __neg__(self) -> _Element:
        return _Element(_negated(self.values), self.above, self.below)

    def inverse(self) -> _Element:
        return _Element(_inverse(self.values), self.below, self.above)

    def power(self, exponent: int) -> _Element:
        base = self if exponent >= 0 else self.inverse()
        n = abs(exponent)
        return _Element(_power(base.values, n), n * base.above, n * base.below)

    @property
    def degree(self) -> int:
        return self.above + self.below


_ONE = _Element(np.asarray(1, np.uint64))


def _constant(value: sp.Rational) -> _Element:
    return _Element(_number(value))


@cache
def _definition(function: Function, constants: tuple[Any, ...]) -> tuple[tuple[sp.Symbol, ...], sp.Expr]:
    """The row's definition on symbols, with the arguments that are numbers put in."""
    symbols = tuple(sp.Dummy(f"x{i}") for i in range(function.arity))
    given = {x: value for x, value in zip(symbols, constants, strict=True) if value is not None}
    return symbols, sp.sympify(function.sympy(*symbols)).xreplace(given)


@cache
def _slope(function: Function, constants: tuple[Any, ...], position: int) -> tuple[tuple[sp.Symbol, ...], sp.Expr]:
    """SymPy's derivative of the row's definition by one argument."""
    symbols, definition = _definition(function, (None,) * function.arity)
    given = {x: value for x, value in zip(symbols, constants, strict=True) if value is not None}
    return symbols, sp.diff(definition, symbols[position]).xreplace(given)


@dataclass(frozen=True)
class _Term:
    """coefficient · element; the node whose value the element is, where there is one, may show a sum."""

    coefficient: sp.Rational
    element: _Element
    node: Array | None = None


_Known = dict[sp.Symbol, _Term]


# ---- functions that are not rational ---------------------------------------------------------------------------------


class _Keyed:
    """Random values for applications of functions, by argument, and the relations between them."""

    def __init__(self, seed: tuple[int, ...]) -> None:
        self._seed = seed
        self._salts: dict[str, int] = {}
        self._classes: dict[str, list[Any]] = defaultdict(list)
        self._seen: dict[str, set[int]] = defaultdict(set)
        self._degrees: dict[str, int] = defaultdict(int)
        self.exps: dict[int, tuple[int, int]] = {0: (1, 0)}  # argument -> value and its degree
        self.exp_arguments: dict[int, tuple[int, int]] = {}  # value -> argument and its degree
        self.logs: dict[int, tuple[int, int]] = {1: (0, 0)}
        self.log_arguments: dict[int, tuple[int, int]] = {}

    def _salt(self, name: str) -> int:
        if name not in self._salts:
            self._salts[name] = int(_random(self._seed, "function", name).integers(0, 2**64, dtype=np.uint64))
        return self._salts[name]

    def collisions(self) -> int:
        """A bound of p times the probability that two applications that are different are taken for the same.

        Two arguments of one function coincide in at most 2 ways (a = b, a = -b or a = 1/b), each of at most twice the
        degree. The argument of an exp may be ± a log; that of a log may be exp(a), exp(-a), 1 + exp(±a), or one of
        their inverses.
        """
        count = {name: len(seen) for name, seen in self._seen.items()}
        own = sum(2 * count[name] ** 2 * self._degrees[name] for name in count)
        d = self._degrees
        mixed = 2 * (d["exp"] + d["value of log"]) + 8 * (d["log"] + d["value of exp"])
        return own + count.get("exp", 0) * count.get("log", 0) * mixed

    def _note(self, name: str, arguments: Iterable[int], degree: int, degree_of_value: int = 1) -> None:
        self._seen[name].update(arguments)
        self._degrees[name] = max(self._degrees[name], degree)
        self._degrees[f"value of {name}"] = max(self._degrees[f"value of {name}"], degree_of_value)

    def fresh(self, name: str, *arguments: _Element) -> _Element:
        """The value of a function of which nothing is known but its name."""
        values = _keyed(self._salt(name), *(argument.values for argument in arguments))
        self._note(name, values.ravel().tolist(), sum(argument.degree for argument in arguments))
        return _Element(values, 1)

    def undefined(self, cls: Any, arguments: Sequence[_Element]) -> _Element:
        """An unknown function or a derivative of one: two of one name are told apart."""
        same_name = self._classes[cls.__name__]
        if cls not in same_name:
            same_name.append(cls)
        return self.fresh(f"unknown {cls.__name__} {same_name.index(cls)}", *arguments)

    def _by_sign(self, name: str, argument: _Element) -> tuple[_Element, Values]:
        """The value at that one of ±argument which counts as positive, and where it was the other."""
        turned = argument.values > _HALF
        positive = np.where(turned, _negated(argument.values), argument.values)
        return self.fresh(name, _Element(positive, argument.above, argument.below)), turned

    def step(self, argument: _Element, may_vanish: bool) -> _Element:
        """In the field, with step(-a) = 1 - step(a) unless a may be 0 on an open set; of a number, what it is."""
        if argument.degree == 0:
            return _Element(_step_of_number(argument.values))
        value, turned = self._by_sign("step", argument)
        other = self._by_sign("step of the negative", argument)[0].values if may_vanish else None
        opposite = _sum(np.ones_like(value.values), _negated(value.values)) if other is None else other
        values = np.where(turned, opposite, value.values)
        return _Element(np.where(argument.values == 0, np.uint64(0), values), 1)

    def angle(self, argument: _Element) -> _Element:
        """tan(a/2), for sin and cos."""
        value, turned = self._by_sign("angle", argument)
        values = np.where(turned, _negated(value.values), value.values)
        return _Element(np.where(argument.values == 0, np.uint64(0), values), 1)

    # exp and log

    def exp(self, argument: _Element) -> tuple[_Element, _Element]:
        """exp(a) and exp(-a)."""
        missing = sorted({min(t, P - t) for t in argument.values.ravel().tolist() if t not in self.exps})
        unknown = [t for t in missing if t not in self.log_arguments]
        for t in (t for t in missing if t in self.log_arguments):
            value, degree = self.log_arguments[t]
            self.set_exp(t, value, pow(value, -1, P), degree, argument.degree)
        if unknown:
            values = _keyed(self._salt("exp"), np.array(unknown, np.uint64))
            pairs = zip(unknown, values.tolist(), _inverse(values).tolist(), strict=True)
            for t, value, inverse in pairs:
                self.set_exp(t, value, inverse, 1, argument.degree)
        return self.look(self.exps, argument), self.look(self.exps, -argument)

    def set_exp(self, t: int, value: int, inverse: int, degree: int, degree_of_argument: int) -> None:
        self._note("exp", [t], degree_of_argument, degree)
        for argument, e in ((t, value), (P - t, inverse)):
            self.exps.setdefault(argument, (e, degree))
            self.exp_arguments.setdefault(e, (argument, degree_of_argument))

    def look(self, table: dict[int, tuple[int, int]], argument: _Element) -> _Element:
        found = [table[t] for t in argument.values.ravel().tolist()]
        values = np.array([value for value, _ in found], np.uint64).reshape(argument.values.shape)
        degree = max((degree for _, degree in found), default=0)
        return _Element(values, degree, degree)

    def log(self, argument: _Element) -> _Element:
        missing = sorted({u for u in argument.values.ravel().tolist() if u not in self.logs})
        if missing:
            inverses = _inverse(np.array(missing, np.uint64)).tolist()
            forms = [self._log_form(u, inverse) for u, inverse in zip(missing, inverses, strict=True)]
            keys, kinds = (np.array([form[i] for form in forms], np.uint64) for i in (0, 1))
            keyed = _keyed(self._salt("log"), keys, kinds).tolist()
            for u, inverse, value, (_, _, sign, rest, degree) in zip(missing, inverses, keyed, forms, strict=True):
                self.set_log(u, inverse, (sign * value + rest) % P, degree, argument.degree)
        return self.look(self.logs, argument)

    def _log_form(self, u: int, inverse: int) -> tuple[int, int, int, int, int]:
        """A log as sign · (the value keyed by key and kind) + rest: key, kind, sign, rest and the degree.

        Kind 1 is log(1 + exp(key)); a rest stands alone for exp(rest), whose log it is.
        """
        for v, sign in ((u, 1), (inverse, -1)):
            if v in self.exp_arguments:
                a, degree = self.exp_arguments[v]
                return 0, 0, 0, sign * a, degree
            if v - 1 in self.exp_arguments:
                a, degree = self.exp_arguments[v - 1]
                positive = min(a, P - a)
                return positive, 1, sign, 0 if a == positive else -sign * positive, max(degree, 1)
        return min(u, inverse), 0, 1 if u < inverse else -1, 0, 1

    def set_log(self, u: int, inverse: int, value: int, degree: int, degree_of_argument: int) -> None:
        self._note("log", [u], degree_of_argument, degree)
        for argument, v in ((u, value), (inverse, (P - value) % P)):
            self.logs.setdefault(argument, (v, degree))
            self.log_arguments.setdefault(v, (argument, degree_of_argument))


def _step_of_number(values: Values) -> Values:
    """The steps of numbers, whose signs are seen when their denominators are cleared."""
    multiple = _times(values, np.asarray(SIMPLE_DENOMINATOR, np.uint64))
    limit = np.uint64(SIMPLE_NUMERATOR)
    if np.any((multiple > limit) & (multiple < _PRIME - limit)):
        raise _Undefined("the sign of a number")
    return np.asarray((multiple > 0) & (multiple <= limit), np.uint64)


# ---- one point -------------------------------------------------------------------------------------------------------

_POSITIVE_VALUES = {functions.exp, functions.sigmoid, functions.softplus, functions.sqrt, functions.cosh}
_KEEP_POSITIVE = {functions.add, functions.multiply, functions.divide, functions.power, functions.square}
_LINEAR = {
    functions.add: (1, 1),
    functions.subtract: (1, -1),
    functions.negative: (-1,),
    functions.identity: (1,),
}
_POSITIVE_DOMAINS = (domains.POSITIVE, domains.UNIT)
_FREE_DOMAINS = (domains.REAL, *_POSITIVE_DOMAINS)
_MOVING = (Reshape, Index, Concatenate, Broadcast)


class _Trial(Evaluation):
    """A random point, and the value and degree of every expression there."""

    def __init__(self, inputs: Iterable[Input], sizes: Sizes, seed: tuple[int, ...]) -> None:
        super().__init__({}, sizes, dtype=np.uint64)
        self.inputs = {node.key: self._drawn(node, seed) for node in inputs}
        self.seed, self.keyed, self.degrees = seed, _Keyed(seed), dict[int, tuple[int, int]]()
        self._positive: dict[int, bool] = {}
        self._flat: dict[int, bool] = {}

    def _drawn(self, node: Input, seed: tuple[int, ...]) -> Values:
        values = _random(seed, "input", node.name).integers(0, P, self.shape(node.shape), dtype=np.uint64)
        if node.domain is domains.ONE_HOT:
            others = _negated(_total(values[1:], (0,)))
            values[0] = _sum(np.ones_like(others), others)
        return values

    # -- what is asked --

    def agree(self, target: Array, step: Array) -> bool:
        """Whether all entries are the same; a number may be written (), (1,) or (1, 1)."""
        sides = [self(n).reshape(()) if is_one_number(n.shape) else self(n) for n in (target, step)]
        return bool(np.all(np.equal(*sides)))

    def degree(self, target: Array, step: Array) -> int:
        """Of the numerator of the difference of two entries."""
        (a, b), (c, d) = self.degrees[target.key], self.degrees[step.key]
        return max(a + d, b + c)

    def error(self, target: Array, step: Array) -> float:
        """The probability that sides which are not the same look the same here: the union bound of the docstring."""
        return min(1.0, (self.degree(target, step) + self.keyed.collisions()) / P)

    def is_keyed(self, *graphs: Array) -> bool:
        """Whether functions, steps or labels stood in as random values, so that a difference refutes nothing."""
        for node in walk(*map(backprop.expand, graphs)):
            if isinstance(node, Input) and node.domain not in _FREE_DOMAINS:
                return True
            if isinstance(node, Apply) and not _is_rational(_definition(node.function, self.constants(node))[1]):
                return True
        return False

    # -- one node --

    def compute(self, node: Array) -> Values:
        """One node from the values of its operands."""
        element = self._element(node)
        self.degrees[node.key] = element.above, element.below
        return element.values

    def element(self, node: Array) -> _Element:
        """What has been computed for a node."""
        return _Element(self.values[node.key], *self.degrees[node.key])

    def _element(self, node: Array) -> _Element:
        if isinstance(node, Derivative):
            return self._derivative(node)
        if isinstance(node, Literal):
            numbers = [self.read(value.xreplace(self.sizes), {}) for value in node.values]
            values = np.array([number.values for number in numbers], np.uint64).reshape(self.shape(node.shape))
            return _Element(values, *_largest(numbers))
        if isinstance(node, Input):
            return _Element(super().compute(node), 1)
        args = [self.element(arg) for arg in node.args]
        if isinstance(node, Apply):
            symbols, definition = _definition(node.function, self.constants(node))
            return self._spread(node, self.read(definition, self._arguments(node, symbols)))
        if isinstance(node, Einsum):
            return self._product(node, args)
        return _Element(super().compute(node), *_largest(args))

    def _spread(self, node: Array, element: _Element) -> _Element:
        values = np.broadcast_to(element.values, self.shape(node.shape))
        return _Element(values, element.above, element.below)

    def constants(self, node: Apply) -> tuple[Any, ...]:
        """The operands that are rational numbers; None for all others."""
        return tuple(map(self._constant, node.args))

    def _constant(self, node: Array) -> sp.Rational | None:
        if not isinstance(node, Literal) or not is_one_number(node.shape):
            return None
        value = node.values[0].xreplace(self.sizes)
        return value if value.is_Rational else None

    def _arguments(self, node: Apply, symbols: Sequence[sp.Symbol]) -> _Known:
        return {x: _Term(sp.S.One, self.element(arg), arg) for x, arg in zip(symbols, node.args, strict=True)}

    def _product(self, node: Einsum, args: Sequence[_Element]) -> _Element:
        labels, result = node.params
        values = _einsum([(arg.values, axes) for arg, axes in zip(args, labels, strict=True)], result)
        sizes = {
            label: size
            for arg, axes in zip(args, labels, strict=True)
            for label, size in zip(axes, arg.values.shape, strict=True)
        }
        terms = math.prod(size for label, size in sizes.items() if label not in result)
        below = sum(arg.below for arg in args)
        return _Element(values, sum(arg.above for arg in args) + (terms - 1) * below, terms * below)

    # -- derivatives --

    def _derivative(self, node: Derivative) -> _Element:
        """Reverse mode's value, certified by forward mode in a random direction. Raises _Contradiction."""
        graph = backprop.expand(node)
        value = self(graph)
        of, by = map(backprop.expand, node.args)
        direction = np.asarray(_random(self.seed, "direction").integers(0, P, self(by).shape, dtype=np.uint64))
        forward = self._tangent(of, by, _Element(direction))
        rank = value.ndim - direction.ndim
        axes = tuple(range(value.ndim))
        backward = _einsum([(value, axes), (direction, axes[rank:])], axes[:rank])
        if not np.array_equal(backward, forward):
            self._blame(graph, by)
        return self.element(graph)

    def _blame(self, graph: Array, by: Array) -> NoReturn:
        """Reverse mode and forward mode disagree: for a known reason, or because one of them is wrong."""
        rounded = _rounded_constant(graph)
        if rounded:
            raise _Undefined(f"the constant {rounded} may be rounded")
        if any(isinstance(node, Apply) and not self._has_number_exponents(node) for node in walk(graph)):
            raise _Undefined("powers with other exponents than numbers")
        raise _Contradiction(f"reverse mode and forward mode disagree about a derivative by {by!r}")

    def _has_number_exponents(self, node: Apply) -> bool:
        powers = _definition(node.function, self.constants(node))[1].atoms(sp.Pow)
        return all(power.exp.is_Rational for power in powers)

    def _tangent(self, of: Array, by: Array, direction: _Element) -> Values:
        """The derivative of `of` when `by` moves along the direction."""
        self(of)
        tangents = {by.key: direction}
        for node in walk(of):
            if node.key != by.key and any(arg.key in tangents for arg in node.args):
                tangents[node.key] = self._moved(node, [tangents.get(arg.key) for arg in node.args])
        found = tangents.get(of.key)
        return np.zeros(self.shape(of.shape), np.uint64) if found is None else found.values

    def _moved(self, node: Array, tangents: Sequence[_Element | None]) -> _Element:
        if isinstance(node, Apply):
            return self._moved_apply(node, tangents)
        if isinstance(node, Einsum):
            args = [self.element(arg) for arg in node.args]
            moving = [(i, tangent) for i, tangent in enumerate(tangents) if tangent is not None]
            return reduce(_Element.__add__, (self._product(node, [*args[:i], t, *args[i + 1 :]]) for i, t in moving))
        other = Evaluation({}, self.sizes, dtype=np.uint64)
        for arg, tangent in zip(node.args, tangents, strict=True):
            still = np.zeros_like(self.values[arg.key])
            other.values[arg.key] = still if tangent is None else tangent.values
        return _Element(other.compute(node))

    def _moved_apply(self, node: Apply, tangents: Sequence[_Element | None]) -> _Element:
        total = _Element(np.asarray(0, np.uint64))
        for i, tangent in enumerate(tangents):
            if tangent is not None:
                symbols, slope = _slope(node.function, self.constants(node), i)
                if slope != 0:
                    total = total + self.read(slope, self._arguments(node, symbols)) * tangent
        return self._spread(node, total)

    # -- definitions --

    def read(self, expression: sp.Expr, known: _Known) -> _Element:
        """The value of a scalar expression, entry by entry, for arrays that its symbols stand for."""
        if expression in known:
            return known[expression].element
        if expression.is_Rational:
            return _constant(expression)
        if expression.is_Add:
            return reduce(_Element.__add__, (self.read(term, known) for term in expression.args))
        if expression.is_Mul:
            return self._read_product(expression, known)
        if expression.is_Pow:
            return self._read_power(expression.base, expression.exp, known)
        rule = _RULES.get(expression.func)
        if rule is not None:
            return rule(self, expression.args[0], known)
        if hasattr(expression.func, "stand_in"):
            return self.keyed.undefined(expression.func, [self.read(arg, known) for arg in expression.args])
        if expression.is_NumberSymbol:
            return self.keyed.fresh(f"number {expression}", _ONE)
        raise _Undefined(f"{expression} has no value in a field")

    def _read_product(self, expression: sp.Expr, known: _Known) -> _Element:
        """With one division, and none for signs."""
        coefficient, rest = expression.as_coeff_Mul(rational=True)
        if coefficient == -1:
            return -self.read(rest, known)
        below = [f for f in expression.args if f.is_Pow and f.exp.is_Integer and f.exp.is_negative]
        above = [f for f in expression.args if f not in below]
        product = reduce(_Element.__mul__, (self.read(factor, known) for factor in above), _ONE)
        if not below:
            return product
        return product * reduce(_Element.__mul__, (self.read(1 / factor, known) for factor in below)).inverse()

    def _read_power(self, base: sp.Expr, exponent: sp.Expr, known: _Known) -> _Element:
        if base is sp.E:
            return self.exponential(self.terms(exponent, known))
        x = self.read(base, known)
        if exponent.is_Integer:
            return x.power(int(exponent))
        if exponent.is_Rational:
            root = self.keyed.fresh(f"root {exponent.q}", x)
            return _Element(np.where(x.values == 0, np.uint64(0), root.values), 1).power(int(exponent.p))
        logarithm = self.keyed.log(x)
        return self.exponential([_Term(c, e * logarithm) for c, e in self._atoms(self.terms(exponent, known), {})])

    def terms(self, expression: sp.Expr, known: _Known) -> list[_Term]:
        """The terms of a sum, with their rational factors."""
        found = []
        for part in sp.Add.make_args(expression):
            coefficient, rest = part.as_coeff_Mul(rational=True)
            term = known.get(rest) or _Term(sp.S.One, _ONE if rest == 1 else self.read(rest, known))
            found.append(_Term(coefficient, term.element, term.node))
        return found

    def exponential(self, terms: Sequence[_Term]) -> _Element:
        """The exp of a sum: what is known of its value, else the product of the terms' exponentials."""
        total = reduce(_Element.__add__, (_scaled(term) for term in terms))
        if _is_known(total, self.keyed.exps):
            return self.keyed.look(self.keyed.exps, total)
        up = down = _ONE
        for coefficient, atom in self._atoms(terms, self.keyed.exps):
            pair = [e.power(abs(int(coefficient))) for e in self.keyed.exp(atom)]
            first, second = pair if coefficient > 0 else pair[::-1]
            up, down = up * first, down * second
        ups, downs = (np.broadcast_to(e.values, total.values.shape).ravel().tolist() for e in (up, down))
        for t, e, inverse in zip(total.values.ravel().tolist(), ups, downs, strict=True):
            if t not in self.keyed.exps:
                self.keyed.set_exp(t, e, inverse, max(up.above, up.below), total.degree)
        return self.keyed.look(self.keyed.exps, total)

    def _atoms(self, terms: Sequence[_Term], known: Container[int]) -> Iterator[tuple[sp.Rational, _Element]]:
        """The sum as whole multiples of what is no visible sum itself, or is known as a whole."""
        for term in terms:
            number = None if term.node is None else self._constant(term.node)
            parts = None if term.node is None or _is_known(term.element, known) else self._linear(term.node)
            if number is not None:
                yield from self._atoms([_Term(term.coefficient * number, _ONE)], known)
            elif parts is not None:
                inner = [_Term(term.coefficient * c, self.element(n), n) for c, n in parts]
                yield from self._atoms(inner, known)
            elif term.coefficient.is_Integer and 0 < abs(term.coefficient) <= LARGEST_POWER:
                yield term.coefficient, term.element
            else:
                yield sp.S.One, _scaled(term)

    def _linear(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """A node as a sum with rational factors, if it is written as one."""
        if not isinstance(node, Apply):
            return None
        if node.function in _LINEAR:
            return [(sp.Integer(c), arg) for c, arg in zip(_LINEAR[node.function], node.args, strict=True)]
        numbers = self.constants(node)
        if node.function is functions.multiply and any(n is not None for n in numbers):
            left, right = node.args
            return [(numbers[1], left)] if numbers[1] is not None else [(numbers[0], right)]
        if node.function is functions.divide and numbers[1]:
            return [(1 / numbers[1], node.args[0])]
        return None

    def logarithm(self, node: Array) -> _Element:
        """The log of what is visibly a product with a positive factor is a sum; any other is a value of its own."""
        element = self.element(node)
        values = element.values.ravel().tolist()
        parts = None if _is_known(element, self.keyed.logs) else self._factors(node)
        if parts is None:
            return self.keyed.log(element)
        total = reduce(_Element.__add__, (_constant(c) * self.logarithm(n) for c, n in parts))
        logs = np.broadcast_to(total.values, element.values.shape).ravel().tolist()
        for u, inverse, value in zip(values, _inverse(element.values).ravel().tolist(), logs, strict=True):
            if u not in self.keyed.logs:
                self.keyed.set_log(u, inverse, value, total.degree, element.degree)
        return self.keyed.look(self.keyed.logs, element)

    def _factors(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """A node as a product of powers whose logs exist if its own does."""
        if not isinstance(node, Apply) or not any(map(self.is_positive, node.args)):
            return None
        half, number = sp.Rational(1, 2), self.constants(node)[-1]
        if node.function in (functions.multiply, functions.divide):
            second = sp.Integer(1 if node.function is functions.multiply else -1)
            return list(zip((sp.S.One, second), node.args, strict=True))
        if node.function in (functions.square, functions.sqrt):
            return [(sp.Integer(2) if node.function is functions.square else half, node.args[0])]
        if node.function is functions.power and number is not None and self.is_positive(node.args[0]):
            return [(number, node.args[0])]
        return None

    def may_vanish(self, terms: Sequence[_Term]) -> bool:
        """Whether a sum may be 0 on an open set, as ReLU(x) is.

        It is not if it is an analytic function, nor if one term is a free input that no other term contains.
        """
        if any(term.node is None and term.element.degree for term in terms):
            return True
        leaves = [leaf for term in terms if term.node is not None for leaf in self._leaves(term.node)]
        alone = (leaf for leaf in leaves if isinstance(leaf, Input) and leaf.domain in _FREE_DOMAINS)
        if any(sum(depends_on(leaf, [free.key]) for leaf in leaves) == 1 for free in alone):
            return False
        return any(map(self.is_flat, leaves))

    def _leaves(self, node: Array) -> Iterator[Array]:
        """What a node is a sum of, entry by entry."""
        parts = [(sp.S.One, node.args[0])] if isinstance(node, (Reshape, Index, Broadcast)) else self._linear(node)
        if parts is None:
            yield node
        else:
            for coefficient, part in parts:
                yield from self._leaves(part) if coefficient else ()

    def is_flat(self, node: Array) -> bool:
        """Whether it may be constant on an open set: steps, labels and unknown functions may, and what has them."""
        for part in walk(node, known=self._flat):
            if isinstance(part, Derivative):
                own = self.is_flat(backprop.expand(part))
            elif isinstance(part, Apply):
                own = _has_flat_parts(_definition(part.function, self.constants(part))[1])
            else:
                own = isinstance(part, Input) and part.domain not in _FREE_DOMAINS
            self._flat[part.key] = own or any(self._flat[arg.key] for arg in part.args)
        return self._flat[node.key]

    def is_positive(self, node: Array) -> bool:
        """Whether positive inputs and functions make it visibly positive."""
        if node.key not in self._positive:
            self._positive[node.key] = self._is_positive(node)
        return self._positive[node.key]

    def _is_positive(self, node: Array) -> bool:
        if isinstance(node, Input):
            return node.domain in _POSITIVE_DOMAINS
        if isinstance(node, Literal):
            return all(bool(value.xreplace(self.sizes).is_positive) for value in node.values)
        if isinstance(node, Apply) and node.function in _POSITIVE_VALUES:
            return True
        if isinstance(node, Apply) and node.function is functions.power:
            return self.is_positive(node.args[0])
        closed = isinstance(node, (Einsum, *_MOVING)) or (isinstance(node, Apply) and node.function in _KEEP_POSITIVE)
        return closed and all(map(self.is_positive, node.args))


def _largest(elements: Sequence[_Element]) -> tuple[int, int]:
    return max((e.above for e in elements), default=0), max((e.below for e in elements), default=0)


def _is_known(element: _Element, table: Container[int]) -> bool:
    return all(value in table for value in element.values.ravel().tolist())


def _scaled(term: _Term) -> _Element:
    return term.element if term.coefficient == 1 else _constant(term.coefficient) * term.element


def _is_rational(definition: sp.Expr) -> bool:
    powers = definition.atoms(sp.Pow)
    return not definition.atoms(sp.Function, sp.NumberSymbol) and all(power.exp.is_Integer for power in powers)


def _has_flat_parts(definition: sp.Expr) -> bool:
    return any(isinstance(f, functions.step) or hasattr(f.func, "stand_in") for f in definition.atoms(sp.Function))


# ---- one rule a function that has relations --------------------------------------------------------------------------


def _exp(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    return at.exponential(at.terms(argument, known))


def _log(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    node = known[argument].node if argument in known else None
    return at.keyed.log(at.read(argument, known)) if node is None else at.logarithm(node)


def _tanh(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    e = _exp(at, 2 * argument, known)
    return (e + -_ONE) * (e + _ONE).inverse()


def _sinh(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    return (_exp(at, argument, known) + -_exp(at, -argument, known)) * _constant(sp.Rational(1, 2))


def _cosh(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    return (_exp(at, argument, known) + _exp(at, -argument, known)) * _constant(sp.Rational(1, 2))


def _sin(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    t = at.keyed.angle(at.read(argument, known))
    return (t + t) * (_ONE + t * t).inverse()


def _cos(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    t = at.keyed.angle(at.read(argument, known))
    return (_ONE + -(t * t)) * (_ONE + t * t).inverse()


def _step(at: _Trial, argument: sp.Expr, known: _Known) -> _Element:
    return at.keyed.step(at.read(argument, known), at.may_vanish(at.terms(argument, known)))


_RULES = {
    sp.exp: _exp,
    sp.log: _log,
    sp.tanh: _tanh,
    sp.sinh: _sinh,
    sp.cosh: _cosh,
    sp.sin: _sin,
    sp.cos: _cos,
    functions.step: _step,
}
