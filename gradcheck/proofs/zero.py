"""Decide, exactly, whether a SymPy scalar expression is identically zero.

The argument.  An expression is read bottom-up as a rational function of *generators*: the plain symbols, and one
unknown for every applied function.  Only identities are used on the way (exp(a + b) = exp(a) exp(b), log of a product
of positives, y * y = y for a bit y, r ** 2 = u for r = sqrt(u), ...), so the expression equals its reading wherever it
is defined and real.  Bringing the sum over a common denominator and expanding leaves one numerator, a polynomial with
integer coefficients; if all of them are 0, the expression is 0.

Sound: ``True`` is a proof.  No floating point and no guess enters it.  Residues modulo a prime are used only to suggest
(two arguments may be equal; a combination may exist; the sum may be non-zero): whatever they suggest in favour of
``True`` is then verified by exact expansion.

What the proof is about: every symbol is real, the expression is read where all of its parts are defined and real, and
steps are read away from their jumps, the points where an argument is 0.  An argument that may be 0 on an open set (one
made of steps or of unknown functions) gets no identity that fails at 0.

Incomplete: ``False`` proves nothing.  Relations between generators that are not listed here (sin(x)**2 + cos(x)**2 = 1,
an unknown f that happens to be odd, the log of an expanded product) are not known: a zero that needs them is missed.
No greatest common divisor is ever taken: equality needs none, and it is what makes ``simplify`` slow.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from gradcheck.functions import step

Expr: TypeAlias = Any  # SymPy ships no type information.
Residues: TypeAlias = npt.NDArray[np.int64]
Polynomial: TypeAlias = dict[int, int]  # packed monomial -> integer coefficient, none of them 0
Powers: TypeAlias = tuple[tuple[int, int], ...]  # (number of an interned polynomial, exponent), ordered by number

# A monomial is one integer with a field of 16 bits per generator, so that a product of monomials is a sum of integers.
# Exponents stay below 2**15: the top bit of a field is then free to show an overflow before it reaches the next field.
_WIDTH = 16
_FIELD = (1 << _WIDTH) - 1
_GUARD = 1 << (_WIDTH - 1)

_PRIME = 2**31 - 1  # products of two residues fit an int64
_POINTS = 48  # more points than linearly independent exponents met in practice
_LARGEST_SCALE = 60  # above this common denominator of fractional exponents, roots are left opaque
_LARGEST_DENOMINATOR = 64
_LARGEST_NUMERATOR = 4096
_MOST_CASES = 64  # above this many assignments of the bits inside one argument, no case distinction
_MOST_STEPS = 2  # above this many steps inside the argument of a step, no case distinction
_TRIAL_DIVISION = 10_000  # largest prime looked for in a number under a log or a root


class _Refine(Exception):
    """Reading needs exponents in steps of 1/scale: start again with that scale."""

    def __init__(self, scale: int) -> None:
        super().__init__(scale)
        self.scale = scale


class Quotient(NamedTuple):
    """coefficient * product of interned polynomials to non-zero integer powers, multiplied out only where added."""

    coefficient: Fraction
    powers: Powers = ()


_ZERO = Quotient(Fraction(0))
_ONE = Quotient(Fraction(1))
_MINUS_ONE = Quotient(Fraction(-1))


class _Ring:
    """Sparse polynomials and quotients over a growing list of generators, some of which obey relations."""

    def __init__(self, scale: int) -> None:
        self.scale = scale  # fractional powers are integer powers of a generator standing for the 1/scale power
        self.size = 0
        self.polynomials: list[Polynomial] = []
        self.supports: list[int] = []  # of each interned polynomial, the bitwise or of its monomials
        self.positive = 0  # fields of the generators known to be positive
        self.odd_unsigned = 0  # lowest bit of the fields of the generators that may be negative
        self.related = 0  # fields of the generators that obey a relation, which can make products vanish or merge
        self.squares = 0  # of the idempotent generators, the bits of exponents above 1
        self.trigger = 0  # a product of monomials that meets none of these bits is already reduced
        self.hot_groups: list[int] = []  # fields of generators whose pairwise products are 0
        self.roots: dict[int, Polynomial] = {}  # generator r -> the polynomial r ** scale
        self._numbers: dict[frozenset[tuple[int, int]], int] = {}
        self._powers: dict[tuple[int, int], Polynomial] = {}
        self._residues: dict[int, Residues] = {}
        self._values: list[Residues] = []
        self._random = np.random.default_rng(20)

    # Generators.

    def generator(self, *, positive: bool = False, idempotent: bool = False, root_of: Polynomial | None = None) -> int:
        """Add a generator; what is known of it decides how its powers reduce and which signs can be told."""
        index, shift = self.size, self.size * _WIDTH
        self.size += 1
        self.trigger |= _GUARD << shift
        if positive:
            self.positive |= _FIELD << shift
        if not (positive or idempotent):
            self.odd_unsigned |= 1 << shift
        if idempotent:
            self.squares |= (_FIELD ^ 1) << shift
            self.trigger |= (_FIELD ^ 1) << shift
        if root_of is not None:
            self.roots[index] = root_of
            self.trigger |= (_FIELD ^ ((1 << (self.scale.bit_length() - 1)) - 1)) << shift
        if idempotent or root_of is not None:
            self.related |= _FIELD << shift
        self._values.append(self._random.integers(*((0, 2) if idempotent else (1, _PRIME)), _POINTS))
        return index

    def hot_group(self, count: int) -> list[int]:
        """Add ``count`` idempotent generators of which at most one is 1."""
        members = [self.generator(idempotent=True) for _ in range(count)]
        fields = sum(_FIELD << (member * _WIDTH) for member in members)
        self.hot_groups.append(fields)
        self.trigger |= fields
        hot = self._random.integers(0, count + 1, _POINTS)
        for position, member in enumerate(members):
            self._values[member] = (hot == position).astype(np.int64)
        return members

    def monomial(self, generator: int, exponent: int = 1) -> Quotient:
        """Return generator ** exponent."""
        if abs(exponent) >= _GUARD:
            raise OverflowError("exponent too large for a packed monomial")
        return self.quotient(Fraction(1), {self._intern({1 << (generator * _WIDTH): 1}): exponent})

    # Polynomials.

    def reduce(self, polynomial: Polynomial) -> Polynomial:
        """Apply the relations of the generators, drop zeros, and refuse exponents that overflow their field."""
        if not any(map(self.trigger.__and__, polynomial)):
            return {monomial: value for monomial, value in polynomial.items() if value}
        reduced: Polynomial = defaultdict(int)
        pending = list(polynomial.items())
        while pending:
            monomial, value = pending.pop()
            for index, _ in _fields(monomial & self.squares):
                monomial = monomial & ~(_FIELD << (index * _WIDTH)) | 1 << (index * _WIDTH)
            if any(exponent >= _GUARD for _, exponent in _fields(monomial)):
                raise OverflowError("exponent too large for a packed monomial")
            if any(_several_bits(monomial & group) for group in self.hot_groups):
                continue
            index = next((i for i, exponent in _fields(monomial) if i in self.roots and exponent >= self.scale), -1)
            if index < 0:
                reduced[monomial] += value
            else:
                monomial -= self.scale << (index * _WIDTH)
                pending.extend((monomial + other, value * factor) for other, factor in self.roots[index].items())
        return {monomial: value for monomial, value in reduced.items() if value}

    def product(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """Multiply two reduced polynomials; their exponents are below 2**15, so that no field runs over."""
        if len(left) > len(right):
            left, right = right, left
        result: Polynomial = {}
        get = result.get
        for monomial, value in left.items():
            for other, factor in right.items():
                together = monomial + other
                result[together] = get(together, 0) + value * factor
        return self.reduce(result)

    def expand(self, powers: Iterable[tuple[int, int]]) -> Polynomial:
        """Multiply out a product of interned polynomials with positive exponents, the shortest factors first."""
        result: Polynomial = {0: 1}
        for number, exponent in sorted(powers, key=lambda power: len(self.polynomials[power[0]])):
            result = self.product(result, self._power(number, exponent))
        return result

    def _power(self, number: int, exponent: int) -> Polynomial:
        if exponent == 1:
            return self.polynomials[number]
        if (number, exponent) not in self._powers:
            half = self._power(number, exponent // 2)
            square = self.product(half, half)
            whole = self.product(square, self.polynomials[number]) if exponent % 2 else square
            self._powers[number, exponent] = whole
        return self._powers[number, exponent]

    def _intern(self, polynomial: Polynomial) -> int:
        number = self._numbers.setdefault(frozenset(polynomial.items()), len(self.polynomials))
        if number == len(self.polynomials):
            self.polynomials.append(polynomial)
            support = 0
            for monomial in polynomial:
                support |= monomial
            self.supports.append(support)
        return number

    def is_positive(self, number: int) -> bool:
        """Tell whether an interned polynomial is visibly positive: a sum of non-negatives, one of them positive."""
        polynomial = self.polynomials[number]
        return (
            all(value > 0 and not monomial & self.odd_unsigned for monomial, value in polynomial.items())
            and not all(monomial & ~self.positive for monomial in polynomial)
        )  # fmt: skip

    # Quotients.

    def from_polynomial(self, polynomial: Polynomial) -> Quotient:
        """Take out the rational content, the sign, and the powers of free generators common to all terms."""
        if not polynomial:
            return _ZERO
        content = math.gcd(*polynomial.values())
        if polynomial[max(polynomial)] < 0:
            content = -content
        common = self._common_monomial(polynomial)
        powers = {self._intern({1 << (index * _WIDTH): 1}): exponent for index, exponent in _fields(common)}
        rest = {monomial - common: value // content for monomial, value in polynomial.items()}
        if rest != {0: 1}:
            number = self._intern(rest)
            powers[number] = powers.get(number, 0) + 1
        return Quotient(Fraction(content), tuple(sorted(powers.items())))

    def _common_monomial(self, polynomial: Polynomial) -> int:
        """Return the largest monomial in free generators that divides every term."""
        common = min(polynomial) & ~self.related
        for monomial in polynomial:
            if not common:
                break
            common = sum(min(e, monomial >> (i * _WIDTH) & _FIELD) << (i * _WIDTH) for i, e in _fields(common))
        return common

    def quotient(self, coefficient: Fraction, powers: dict[int, int]) -> Quotient:
        """Build a quotient; factors with related generators are multiplied out: their product may reduce or vanish."""
        if not coefficient:
            return _ZERO
        related = {n: e for n, e in powers.items() if e > 0 and self.supports[n] & self.related}
        if sum(related.values()) > 1:
            merged = self.from_polynomial(self.expand(related.items()))
            rest = Quotient(coefficient, tuple((n, e) for n, e in powers.items() if e and n not in related))
            return self.multiply([merged, rest])
        return Quotient(coefficient, tuple(sorted((n, e) for n, e in powers.items() if e)))

    def multiply(self, factors: Iterable[Quotient]) -> Quotient:
        """Multiply without expanding."""
        coefficient = Fraction(1)
        powers: dict[int, int] = {}
        for factor in factors:
            coefficient *= factor.coefficient
            for number, exponent in factor.powers:
                powers[number] = powers.get(number, 0) + exponent
        return self.quotient(coefficient, powers)

    def power(self, base: Quotient, exponent: int) -> Quotient:
        """Raise to an integer power."""
        if not base.coefficient and exponent < 0:
            raise ZeroDivisionError("division by an expression that is identically zero")
        if abs(exponent) >= _GUARD:
            raise OverflowError("exponent too large for a packed monomial")
        return self.quotient(base.coefficient**exponent, {n: e * exponent for n, e in base.powers})

    def add(self, terms: Iterable[Quotient]) -> Quotient:
        """Add: first the terms that share a denominator, so that what cancels there is never multiplied up."""
        groups: dict[Powers, list[Quotient]] = defaultdict(list)
        for term in terms:
            groups[tuple(power for power in term.powers if power[1] < 0)].append(term)
        return self._add([self._add(group) for group in groups.values()])

    def _add(self, terms: Sequence[Quotient]) -> Quotient:
        """Take out the common factors, expand what is left, and add."""
        merged: dict[Powers, Fraction] = defaultdict(Fraction)
        for term in terms:
            merged[term.powers] += term.coefficient
        merged = {powers: coefficient for powers, coefficient in merged.items() if coefficient}
        if len(merged) <= 1:
            return next((Quotient(coefficient, powers) for powers, coefficient in merged.items()), _ZERO)
        common = self._common_powers(list(merged))
        denominator = math.lcm(*(coefficient.denominator for coefficient in merged.values()))
        total: Polynomial = defaultdict(int)
        for powers, coefficient in merged.items():
            factor = int(coefficient * denominator)
            own = dict(powers)
            rest = ((n, own.get(n, 0) - common.get(n, 0)) for n in own.keys() | common.keys())
            for monomial, value in self.expand((n, e) for n, e in rest if e).items():
                total[monomial] += factor * value
        numerator = self.from_polynomial({monomial: value for monomial, value in total.items() if value})
        return self.multiply([numerator, Quotient(Fraction(1, denominator), tuple(common.items()))])

    def _common_powers(self, terms: list[Powers]) -> dict[int, int]:
        """Return the least power of every factor; related factors stay in the terms, where the relations apply."""
        tables = [dict(powers) for powers in terms]
        common = {}
        for number in set().union(*tables):
            least = min(table.get(number, 0) for table in tables)
            common[number] = min(least, 0) if self.supports[number] & self.related else least
        return {number: exponent for number, exponent in common.items() if exponent}

    def scaled(self, quotient: Quotient, factor: Fraction | int) -> Quotient:
        """Multiply by a number."""
        return Quotient(quotient.coefficient * factor, quotient.powers) if factor else _ZERO

    def equal(self, left: Quotient, right: Quotient) -> bool:
        """Decide equality exactly, by cross-multiplication."""
        return left == right or not self.add([left, self.scaled(right, -1)]).coefficient

    def substitute(self, quotient: Quotient, zeros: int, ones: int) -> Quotient:
        """Put 0 for the generators with fields ``zeros`` and 1 for those with fields ``ones``."""
        factors = [Quotient(quotient.coefficient)]
        for number, exponent in quotient.powers:
            result: Polynomial = defaultdict(int)
            for monomial, value in self.polynomials[number].items():
                if not monomial & zeros:
                    result[monomial & ~ones] += value
            factors.append(self.power(self.from_polynomial({m: v for m, v in result.items() if v}), exponent))
        return self.multiply(factors)

    def support(self, quotient: Quotient) -> int:
        """Return the bitwise or of all monomials: its fields are non-zero for the generators that occur."""
        support = 0
        for number, _ in quotient.powers:
            support |= self.supports[number]
        return support

    # Residues at fixed random points: hints only.

    def residues(self, quotient: Quotient) -> Residues:
        """Evaluate modulo the prime; meaningless at points where a denominator vanishes."""
        coefficient = quotient.coefficient
        start = coefficient.numerator * pow(coefficient.denominator, _PRIME - 2, _PRIME)
        result = np.full(_POINTS, start % _PRIME, dtype=np.int64)
        for number, exponent in quotient.powers:
            result = result * _power_residues(self._polynomial_residues(number), exponent) % _PRIME
        return result

    def _polynomial_residues(self, number: int) -> Residues:
        if number not in self._residues:
            total = np.zeros(_POINTS, dtype=np.int64)
            for monomial, value in self.polynomials[number].items():
                term = np.full(_POINTS, value % _PRIME, dtype=np.int64)
                for index, exponent in _fields(monomial):
                    term = term * _power_residues(self._values[index], exponent) % _PRIME
                total = (total + term) % _PRIME
            self._residues[number] = total
        return self._residues[number]

    def refuted(self, terms: Sequence[Quotient]) -> bool:
        """Tell that the sum of the terms cannot expand to 0 (roots have no residues that obey their relation)."""
        if self.roots:
            return False
        usable = np.ones(_POINTS, dtype=bool)
        for number in {number for term in terms for number, exponent in term.powers if exponent < 0}:
            usable &= self._polynomial_residues(number) != 0
        total = np.zeros(_POINTS, dtype=np.int64)
        for term in terms:
            total = (total + self.residues(term)) % _PRIME
        return bool(np.any(total[usable]))

    def vanishes(self, terms: Sequence[Quotient]) -> bool:
        """Prove that the sum is 0, adding terms with linked denominators first (one example of the data each)."""
        if self.refuted(terms):
            return False
        clusters: list[tuple[set[int], list[Quotient]]] = []
        for term in terms:
            factors = {number for number, exponent in term.powers if exponent < 0}
            members = [term]
            apart = []
            for cluster in clusters:
                if cluster[0] & factors:
                    factors, members = factors | cluster[0], members + cluster[1]
                else:
                    apart.append(cluster)
            clusters = [*apart, (factors, members)]
        return not self.add([self.add(members) for _, members in clusters]).coefficient


class _Reader:
    """Reads SymPy expressions as quotients of one ring, and knows the identities of the elementary functions."""

    def __init__(
        self,
        scale: int,
        bits: Collection[Expr],
        one_hot: Collection[tuple[Expr, ...]],
        unit: Collection[Expr],
    ) -> None:
        self.ring = _Ring(scale)
        self.memo: dict[Expr, Quotient] = {}
        self.bits: dict[int, list[int]] = {}  # field of a bit -> fields of the group it belongs to
        self.steps: dict[int, list[int]] = {}  # the same for steps, which have groups of their own
        self.flat = 0  # fields of the generators that may be constant on an open set
        self.known_logs: dict[int, Quotient] = {}  # generator -> its logarithm
        self.log_of: dict[int, Quotient] = {}  # monomial of a generator log(u) -> u
        self.applications: dict[tuple[Any, ...], list[tuple[Sequence[Quotient], int]]] = defaultdict(list)
        self.exponents: dict[int, Quotient] = {}  # generator g = exp(u / scale) -> u; these u are independent over QQ
        self.rows: list[tuple[int, Residues, dict[int, int]]] = []  # their residues in echelon form
        for symbol in bits:
            self._bits([symbol])
        for symbols in one_hot:
            self._bits(symbols[:-1])
            others = [self.ring.scaled(self.memo[symbol], -1) for symbol in symbols[:-1]]
            self.memo[symbols[-1]] = self.ring.add([_ONE, *others])
        for symbol in unit:
            # 0 < u < 1 is u = t / (1 + t) with t > 0: then u and 1 - u are both visibly positive.
            odds = self.ring.monomial(self.ring.generator(positive=True))
            total = self.ring.add([_ONE, odds])
            self.memo[symbol] = self.ring.multiply([odds, self.ring.power(total, -1)])

    def _bits(self, symbols: Sequence[Expr]) -> None:
        members = self.ring.hot_group(len(symbols)) if len(symbols) > 1 else [self.ring.generator(idempotent=True)]
        fields = [_FIELD << (member * _WIDTH) for member in members[: len(symbols)]]
        for symbol, member, field in zip(symbols, members, fields, strict=False):
            self.memo[symbol] = self.ring.monomial(member)
            self.bits[field] = fields
            self.flat |= field

    # Expressions.

    def read(self, expression: Expr) -> Quotient:
        """Read an expression, each distinct subexpression once."""
        known = self.memo.get(expression)
        if known is None:
            known = self.memo[expression] = self._read(expression)
        return known

    def _read(self, expression: Expr) -> Quotient:
        if expression.is_Rational:
            return Quotient(Fraction(int(expression.p), int(expression.q)))
        if expression.is_Float:
            return self._read(sympy.Rational(expression))
        if expression in _NOT_REAL:
            raise ArithmeticError(f"{expression} is not a real number")
        if expression is sympy.E:
            return self.exp(_ONE)
        if expression.is_Symbol or expression.is_NumberSymbol:
            return self.ring.monomial(self.ring.generator(positive=bool(expression.is_positive)))
        if expression.is_Add:
            return self.ring.add([self.read(term) for term in expression.args])
        if expression.is_Mul:
            return self.ring.multiply([self.read(factor) for factor in expression.args])
        if expression.is_Pow and expression.exp.is_Integer and expression.exp.is_positive:
            return self.ring.power(self.read(expression.base), int(expression.exp))
        if expression.is_Pow:
            return self._by_cases(lambda arguments: self.symbolic_power(*arguments), expression.args)
        return self._read_application(expression)

    def _read_application(self, expression: Expr) -> Quotient:
        """Read a function by its identities if it has any, else as an unknown of the readings of its arguments."""
        definition = getattr(expression.func, "definition", None)
        if definition is not None:
            return self.read(definition(*expression.args))
        method = _ELEMENTARY.get(expression.func)
        if method is not None:
            return self._by_cases(lambda arguments: method(self, *arguments), expression.args)
        if isinstance(expression, sympy.Subs):
            # The bound variables are renamed: SymPy makes new ones in every differentiation.
            names = [sympy.Symbol(f"_{position}") for position in range(len(expression.point))]
            body = expression.expr.xreplace(dict(zip(expression.variables, names, strict=True)))
            return self._by_cases(lambda arguments: self._unknown(("at", body), arguments), expression.point)
        if isinstance(expression, sympy.Function) and all(isinstance(a, sympy.Expr) for a in expression.args):
            return self._by_cases(lambda arguments: self._unknown((expression.func,), arguments), expression.args)
        return self._unknown((expression,), [])

    def _by_cases(self, build: Callable[[Sequence[Quotient]], Quotient], arguments: Iterable[Expr]) -> Quotient:
        """Read a function of bits as the sum, over the values of the bits, of its value there (Shannon expansion)."""
        readings = [self.read(argument) for argument in arguments]
        try:
            return self._cases(build, readings, 1, self.bits)
        except ZeroDivisionError:
            # Undefined for some value of the bits, as 1/y and log(y) are: keep the function whole.
            return build(readings)

    def _cases(
        self,
        build: Callable[[Sequence[Quotient]], Quotient],
        arguments: Sequence[Quotient],
        count: int,
        cases: dict[int, list[int]],
    ) -> Quotient:
        ring = self.ring
        support = 0
        for argument in arguments:
            support |= ring.support(argument)
        group = next((fields for field, fields in cases.items() if support & field), [])
        count *= len(group) + 1
        if not group or count > _MOST_CASES:
            return build(arguments)
        every = sum(group)
        terms = []
        rest = _ONE
        for field in [*group, 0]:
            indicator = ring.monomial((field.bit_length() - 1) // _WIDTH) if field else rest
            rest = ring.add([rest, ring.scaled(indicator, -1)])
            there = [ring.substitute(argument, every & ~field, field) for argument in arguments]
            terms.append(ring.multiply([indicator, self._cases(build, there, count, cases)]))
        return ring.add(terms)

    # Generators for unknown values.

    def _application(self, head: tuple[Any, ...], arguments: Sequence[Quotient]) -> int | None:
        """Return the generator of an application already met: equal arguments, however they are written."""
        return next(
            (
                generator
                for others, generator in self._bucket(head, arguments)
                if all(self.ring.equal(one, other) for one, other in zip(arguments, others, strict=True))
            ),
            None,
        )

    def _bucket(self, head: tuple[Any, ...], arguments: Sequence[Quotient]) -> list[tuple[Sequence[Quotient], int]]:
        """Return the applications that may be equal: their arguments agree at the random points."""
        return self.applications[head, tuple(self.ring.residues(argument).tobytes() for argument in arguments)]

    def _unknown(self, head: tuple[Any, ...], arguments: Sequence[Quotient], **known: Any) -> Quotient:
        """Return the generator for an application, a new one (of which ``known`` is known) at the first meeting."""
        generator = self._application(head, arguments)
        if generator is None:
            generator = self.ring.generator(**known)
            self._bucket(head, arguments).append((arguments, generator))
            self._note_flat(generator, arguments, unknown=head not in _ANALYTIC)
        return self.ring.monomial(generator)

    def _note_flat(self, generator: int, arguments: Iterable[Quotient], *, unknown: bool) -> None:
        if unknown or any(self.ring.support(argument) & self.flat for argument in arguments):
            self.flat |= _FIELD << (generator * _WIDTH)

    def _generator_of(self, number: int) -> int:
        """Return the generator that an interned polynomial consists of; -1 if it is anything else."""
        polynomial = self.ring.polynomials[number]
        monomial = next(iter(polynomial))
        index = (monomial.bit_length() - 1) // _WIDTH
        return index if index >= 0 and polynomial == {1 << (index * _WIDTH): 1} else -1

    # Exponentials.

    def exp(self, argument: Quotient) -> Quotient:
        """Write exp of an argument in the exponentials of arguments that are linearly independent over QQ."""
        argument, outside = self._without_logs(argument)
        if not argument.coefficient:
            return outside
        vector, combination = self._residue_row(argument)
        coordinates = self._coordinates(argument, combination) if not vector.any() else None
        if coordinates is None:
            generator = self.ring.generator(positive=True)
            self.exponents[generator] = argument
            self._note_flat(generator, [argument], unknown=False)
            self.known_logs[generator] = self.ring.scaled(argument, Fraction(1, self.ring.scale))
            coordinates = {generator: Fraction(1)}
            self._append_row(vector, combination, generator)
        factors = [outside]
        for generator, coordinate in coordinates.items():
            if self.ring.scale % coordinate.denominator:
                raise _Refine(math.lcm(self.ring.scale, coordinate.denominator))
            factors.append(self.ring.monomial(generator, int(coordinate * self.ring.scale)))
        return self.ring.multiply(factors)

    def _without_logs(self, argument: Quotient) -> tuple[Quotient, Quotient]:
        """Split off the terms c * log(u) of a polynomial argument, and return u ** c beside the rest."""
        if not self.log_of or any(exponent < 0 for _, exponent in argument.powers):
            return argument, _ONE
        rest = self.ring.expand(argument.powers)
        outside = [_ONE]
        for monomial in self.log_of.keys() & rest.keys():
            exponent = argument.coefficient * rest[monomial]
            if self._scalable(exponent):
                del rest[monomial]
                outside.append(self.rational_power(self.log_of[monomial], exponent))
        return self.ring.scaled(self.ring.from_polynomial(rest), argument.coefficient), self.ring.multiply(outside)

    def _residue_row(self, argument: Quotient) -> tuple[Residues, dict[int, int]]:
        """Reduce the residues of an argument by those of the known exponents; return the rest, and the combination."""
        vector = self.ring.residues(argument)
        combination: dict[int, int] = defaultdict(int)
        for pivot, row, parts in self.rows:
            factor = int(vector[pivot])
            if factor:
                vector = (vector - factor * row) % _PRIME
                for generator, part in parts.items():
                    combination[generator] = (combination[generator] + factor * part) % _PRIME
        return vector, combination

    def _append_row(self, vector: Residues, combination: dict[int, int], generator: int) -> None:
        if not vector.any():
            return
        pivot = int(np.flatnonzero(vector)[0])
        inverse = pow(int(vector[pivot]), -1, _PRIME)
        parts = {other: -part * inverse % _PRIME for other, part in combination.items()}
        self.rows.append((pivot, vector * inverse % _PRIME, parts | {generator: inverse}))

    def _coordinates(self, argument: Quotient, combination: dict[int, int]) -> dict[int, Fraction] | None:
        """Turn a combination modulo the prime into rational coordinates, verified exactly; None if it was chance."""
        coordinates = {generator: _rational(residue) for generator, residue in combination.items() if residue}
        exact = {generator: value for generator, value in coordinates.items() if value is not None}
        denominator = math.lcm(self.ring.scale, *(value.denominator for value in exact.values()))
        if len(exact) < len(coordinates) or denominator > _LARGEST_SCALE:
            return None
        combined = self.ring.add(self.ring.scaled(self.exponents[g], value) for g, value in exact.items())
        return exact if self.ring.equal(combined, argument) else None

    def tanh(self, argument: Quotient) -> Quotient:
        """Tanh u = 1 - 2 / (1 + exp 2u)."""
        denominator = self.ring.add([_ONE, self.exp(self.ring.scaled(argument, 2))])
        return self.ring.add([_ONE, self.ring.scaled(self.ring.power(denominator, -1), -2)])

    def cosh(self, argument: Quotient, sign: int = 1) -> Quotient:
        """Cosh u = (exp u + exp -u) / 2; with sign -1, sinh u."""
        growing = self.exp(argument)
        shrinking = self.ring.scaled(self.ring.power(growing, -1), sign)
        return self.ring.scaled(self.ring.add([growing, shrinking]), Fraction(1, 2))

    def sinh(self, argument: Quotient) -> Quotient:
        """Sinh u = (exp u - exp -u) / 2."""
        return self.cosh(argument, -1)

    # Logarithms and powers.

    def _split_positive(self, argument: Quotient) -> tuple[Powers, Quotient]:
        """Split |content| off; return the visibly positive factors, and the other factors with the sign."""
        if not argument.coefficient:
            raise ZeroDivisionError("logarithm or power of an expression that is identically zero")
        positive = tuple(power for power in argument.powers if self.ring.is_positive(power[0]))
        rest = tuple(power for power in argument.powers if power not in positive)
        return positive, Quotient(Fraction(1 if argument.coefficient > 0 else -1), rest)

    def log(self, argument: Quotient) -> Quotient:
        """Log of a product: the sum of the logs of its positive factors and the log of the rest."""
        positive, rest = self._split_positive(argument)
        terms = [
            self.ring.scaled(self._log_unknown(Quotient(Fraction(prime))), exponent)
            for prime, exponent in _prime_powers(argument.coefficient)
        ]
        for number, exponent in positive:
            generator = self._generator_of(number)
            known = self.known_logs.get(generator)
            log = self._log_unknown(Quotient(Fraction(1), ((number, 1),))) if known is None else known
            terms.append(self.ring.scaled(log, exponent))
        if rest != _ONE:
            terms.append(self._log_unknown(rest))
        return self.ring.add(terms)

    def _log_unknown(self, argument: Quotient) -> Quotient:
        log = self._unknown(("log",), [argument])
        self.log_of.setdefault(next(iter(self.ring.polynomials[log.powers[0][0]])), argument)
        return log

    def symbolic_power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """Power with any exponent: exp(exponent * log(base)) if the base is visibly positive, else an unknown."""
        if not exponent.powers:
            return self.rational_power(base, exponent.coefficient)
        if self._split_positive(base)[1] == _ONE:
            return self.exp(self.ring.multiply([exponent, self.log(base)]))
        whole = self._whole_part(exponent)
        fractional = self.ring.add([exponent, Quotient(Fraction(-whole))])
        return self.ring.multiply([self.ring.power(base, whole), self._unknown(("power",), [base, fractional])])

    def _whole_part(self, exponent: Quotient) -> int:
        """Return the integer constant term of a polynomial exponent: x**(n - 1) = x**n / x."""
        if any(power < 0 for _, power in exponent.powers):
            return 0
        return math.floor(exponent.coefficient * self.ring.expand(exponent.powers).get(0, 0))

    def _scalable(self, exponent: Fraction) -> bool:
        """Tell whether a power is a whole power of 1/scale roots; if need be, start again with a finer scale."""
        scale = math.lcm(self.ring.scale, exponent.denominator)
        if scale > _LARGEST_SCALE:
            return False
        if scale != self.ring.scale:
            raise _Refine(scale)
        return True

    def rational_power(self, base: Quotient, exponent: Fraction) -> Quotient:
        """Power with a rational exponent: every positive factor has its own root, the rest has one together."""
        if exponent.denominator == 1:
            return self.ring.power(base, int(exponent))
        if not base.coefficient and exponent > 0:
            return _ZERO
        positive, rest = self._split_positive(base)
        if not self._scalable(exponent):
            return self._unknown(("power",), [base, Quotient(exponent)])
        factors = [
            self._root(Quotient(Fraction(prime)), power * exponent, positive=True)
            for prime, power in _prime_powers(base.coefficient)
        ]
        factors += [self._factor_power(number, power * exponent) for number, power in positive]
        if rest != _ONE:
            factors.append(self._root(rest, exponent, positive=False))
        return self.ring.multiply(factors)

    def _factor_power(self, number: int, exponent: Fraction) -> Quotient:
        """Raise a positive polynomial to a rational power; a power of an exponential is an exponential."""
        generator = self._generator_of(number)
        if generator in self.exponents:
            argument = self.exponents[generator]
            return self.exp(self.ring.scaled(argument, exponent / self.ring.scale))
        return self._root(Quotient(Fraction(1), ((number, 1),)), exponent, positive=True)

    def _root(self, base: Quotient, exponent: Fraction, *, positive: bool) -> Quotient:
        """Return base ** exponent by r = d * (n/d) ** (1/scale), for which r ** scale = n * d ** (scale - 1)."""
        scale = self.ring.scale
        if exponent.denominator == 1:
            return self.ring.power(base, int(exponent))
        if base == _MINUS_ONE:
            raise ArithmeticError("root of a negative number")
        below = [(number, -power) for number, power in base.powers if power < 0]
        above = [(number, power) for number, power in base.powers if power > 0]
        full = self.ring.expand(above + [(number, power * (scale - 1)) for number, power in below])
        full = {monomial: value * int(base.coefficient) for monomial, value in full.items()}
        root = self._unknown(("root",), [base], positive=positive, root_of=full)
        if positive:
            self._note_log_of_root(root, base)
        over = self.ring.multiply([root, Quotient(Fraction(1), tuple((number, -power) for number, power in below))])
        return self.ring.power(over, int(exponent * scale))

    def _note_log_of_root(self, root: Quotient, base: Quotient) -> None:
        generator = self._generator_of(root.powers[0][0])
        if generator not in self.known_logs:
            self.known_logs[generator] = self.ring.scaled(self.log(base), Fraction(1, self.ring.scale))

    # Functions made of steps.

    def step(self, argument: Quotient, at_zero: Quotient = _ZERO) -> Quotient:
        """Distinguish the cases of a few steps inside the argument: step(x step(x)) = step(x)."""
        inside = sum(1 for field in self.steps if field & self.ring.support(argument))
        cases = self.steps if inside <= _MOST_STEPS else {}
        return self._cases(lambda arguments: self._plain_step(arguments[0], at_zero), [argument], 1, cases)

    def _plain_step(self, argument: Quotient, at_zero: Quotient) -> Quotient:
        """Step u = (1 + sign u) / 2 with the sign of a product the product of the signs, away from 0."""
        if not argument.coefficient:
            return at_zero
        rest = self._split_positive(argument)[1]
        if self.ring.support(rest) & self.flat:
            # It may be 0 on an open set, where step(-u) = 1 - step(u) fails.
            return self._step_unknown(rest)
        signs = [Quotient(rest.coefficient)]
        for number, exponent in rest.powers:
            if exponent % 2:
                factor_step = self._step_unknown(Quotient(Fraction(1), ((number, 1),)))
                signs.append(self.ring.add([self.ring.scaled(factor_step, 2), _MINUS_ONE]))
        return self.ring.scaled(self.ring.add([_ONE, self.ring.multiply(signs)]), Fraction(1, 2))

    def _step_unknown(self, argument: Quotient) -> Quotient:
        unit_step = self._unknown(("step",), [argument], idempotent=True)
        field = _FIELD << (self._generator_of(unit_step.powers[0][0]) * _WIDTH)
        self.steps[field] = [field]
        return unit_step

    def sign(self, argument: Quotient) -> Quotient:
        """Sign u = step(u) - step(-u)."""
        below = self.step(self.ring.scaled(argument, -1))
        return self.ring.add([self.step(argument), self.ring.scaled(below, -1)])

    def absolute(self, argument: Quotient) -> Quotient:
        """|u| = u (2 step u - 1)."""
        return self.ring.multiply([argument, self.ring.add([self.ring.scaled(self.step(argument), 2), _MINUS_ONE])])

    def largest(self, *arguments: Quotient, sign: int = 1) -> Quotient:
        """max(a, b) = b + (a - b) step(a - b), folded over the arguments; with sign -1, the minimum."""
        result, *others = (self.ring.scaled(argument, sign) for argument in arguments)
        for other in others:
            excess = self.ring.add([result, self.ring.scaled(other, -1)])
            result = self.ring.add([other, self.ring.multiply([excess, self.step(excess)])])
        return self.ring.scaled(result, sign)

    def smallest(self, *arguments: Quotient) -> Quotient:
        """min(a, b) = -max(-a, -b)."""
        return self.largest(*arguments, sign=-1)


# Heads of generators that are not constant on an open set unless their arguments are.
_ANALYTIC = frozenset({("log",), ("root",), ("power",)})

_NOT_REAL = frozenset({sympy.I, sympy.zoo, sympy.nan, sympy.oo, -sympy.oo})

_ELEMENTARY: dict[Any, Callable[..., Quotient]] = {
    sympy.exp: _Reader.exp,
    sympy.log: _Reader.log,
    sympy.tanh: _Reader.tanh,
    sympy.cosh: _Reader.cosh,
    sympy.sinh: _Reader.sinh,
    sympy.Abs: _Reader.absolute,
    sympy.sign: _Reader.sign,
    sympy.Heaviside: _Reader.step,
    step: _Reader.step,
    sympy.Max: _Reader.largest,
    sympy.Min: _Reader.smallest,
}


def _fields(monomial: int) -> Iterator[tuple[int, int]]:
    """Yield the generators of a packed monomial with their exponents."""
    while monomial:
        index = ((monomial & -monomial).bit_length() - 1) // _WIDTH
        exponent = monomial >> (index * _WIDTH) & _FIELD
        yield index, exponent
        monomial ^= exponent << (index * _WIDTH)


def _several_bits(number: int) -> bool:
    return bool(number & (number - 1))


def _power_residues(base: Residues, exponent: int) -> Residues:
    """Power modulo the prime; a negative exponent by Fermat's little theorem."""
    if exponent == 1:  # nearly always
        return base
    exponent %= _PRIME - 1
    result = np.ones_like(base)
    while exponent:
        if exponent & 1:
            result = result * base % _PRIME
        base = base * base % _PRIME
        exponent >>= 1
    return result


def _rational(residue: int) -> Fraction | None:
    """Return the rational number with small numerator and denominator that has this residue, if there is one."""
    for denominator in range(1, _LARGEST_DENOMINATOR + 1):
        numerator = (residue * denominator + _PRIME // 2) % _PRIME - _PRIME // 2
        if abs(numerator) <= _LARGEST_NUMERATOR:
            return Fraction(numerator, denominator)
    return None


def _prime_powers(number: Fraction) -> list[tuple[int, int]]:
    """Factor |number|; a factor without small prime factors is left as it is, which is still a factorisation."""
    above = sympy.factorint(abs(number.numerator), limit=_TRIAL_DIVISION)
    below = sympy.factorint(number.denominator, limit=_TRIAL_DIVISION)
    return [(int(p), int(e)) for p, e in above.items() if p != 1] + [(int(p), -int(e)) for p, e in below.items()]


def is_zero(
    expression: Expr,
    bits: Collection[Expr] = (),
    one_hot: Collection[tuple[Expr, ...]] = (),
    unit: Collection[Expr] = (),
) -> bool:
    """True: identically zero, proved. False: not shown to be zero, which says nothing more.

    ``bits`` are symbols that are 0 or 1; of each tuple in ``one_hot`` exactly one symbol is 1 and the others are 0;
    ``unit`` are symbols strictly between 0 and 1.
    """
    expression = sympy.sympify(expression)
    if not isinstance(expression, sympy.Expr) or not expression.is_commutative:
        return False
    scale = 1
    while True:
        try:
            reader = _Reader(scale, bits, one_hot, unit)
            return reader.ring.vanishes([reader.read(term) for term in sympy.Add.make_args(expression)])
        except _Refine as refine:
            scale = refine.scale
        except (ArithmeticError, RecursionError):
            # A division by 0, a number that is not real, an exponent out of range, deep nesting: nothing is shown.
            return False
