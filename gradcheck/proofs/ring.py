"""Polynomials and quotients of polynomials over generators, some of which obey relations: y * y = y, r ** n = u, …

Polynomials are sparse, with integer coefficients. Quotients stay factored and are multiplied out only where they are
added. No greatest common divisor is ever taken: equality needs none, and it is what makes ``simplify`` slow.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Residues: TypeAlias = npt.NDArray[np.int64]
Polynomial: TypeAlias = dict[int, int]  # packed monomial -> integer coefficient, none of them 0
Powers: TypeAlias = tuple[tuple[int, int], ...]  # (number of an interned polynomial, exponent), ordered by number

# A monomial is one integer with a field of 16 bits per generator, so that a product of monomials is a sum of integers.
# Exponents stay below 2**15: the top bit of a field is then free to show an overflow before it reaches the next field.
_WIDTH = 16
_FIELD = (1 << _WIDTH) - 1
_GUARD = 1 << (_WIDTH - 1)

PRIME = 2**31 - 1
"""Residues are taken modulo this prime; products of two fit an int64."""
MOST_MONOMIALS, MOST_PRODUCTS = 20_000, 2_000_000
"""What is longer is not multiplied out: a polynomial, and the products of terms of two. The prime field proves it."""
_POINTS = 48  # more points than linearly independent exponents met in practice


class Quotient(NamedTuple):
    """coefficient * product of interned polynomials to non-zero integer powers, multiplied out only where added."""

    coefficient: Fraction
    powers: Powers = ()


ZERO, ONE, MINUS_ONE = Quotient(Fraction(0)), Quotient(Fraction(1)), Quotient(Fraction(-1))


class Ring:
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
        index, own, first = self.size, field(self.size), variable(self.size)
        self.size += 1
        self.trigger |= first * _GUARD
        if positive:
            self.positive |= own
        if not (positive or idempotent):
            self.odd_unsigned |= first
        if idempotent:
            self.squares |= own ^ first
            self.trigger |= own ^ first
        if root_of is not None:
            self.roots[index] = root_of
            self.trigger |= own ^ first * ((1 << (self.scale.bit_length() - 1)) - 1)
        if idempotent or root_of is not None:
            self.related |= own
        self._values.append(self._random.integers(*((0, 2) if idempotent else (1, PRIME)), _POINTS))
        return index

    def hot_group(self, count: int) -> list[int]:
        """Add ``count`` idempotent generators of which at most one is 1."""
        members = [self.generator(idempotent=True) for _ in range(count)]
        if count > 1:
            fields = sum(map(field, members))
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
        return self.quotient(Fraction(1), {self.intern({variable(generator): 1}): exponent})

    def generator_of(self, quotient: Quotient) -> int:
        """Return the generator that a quotient consists of; -1 if it is anything else."""
        support = self.support(quotient)
        index = (support.bit_length() - 1) // _WIDTH
        return index if support and quotient == self.monomial(index) else -1

    # Polynomials.

    def reduce(self, polynomial: Polynomial) -> Polynomial:
        """Apply the relations of the generators, drop zeros, and refuse exponents that overflow their field."""
        if not any(map(self.trigger.__and__, polynomial)):
            return {monomial: value for monomial, value in polynomial.items() if value}
        reduced: Polynomial = defaultdict(int)
        pending = list(polynomial.items())
        while pending:
            monomial, value = pending.pop()
            for index, _ in fields(monomial & self.squares):
                monomial = monomial & ~field(index) | variable(index)
            if any(exponent >= _GUARD for _, exponent in fields(monomial)):
                raise OverflowError("exponent too large for a packed monomial")
            if any((monomial & group).bit_count() > 1 for group in self.hot_groups):
                continue
            index = next((i for i, exponent in fields(monomial) if i in self.roots and exponent >= self.scale), -1)
            if index < 0:
                reduced[monomial] += value
            else:
                monomial -= self.scale << (index * _WIDTH)
                pending.extend((monomial + other, value * factor) for other, factor in self.roots[index].items())
        return {monomial: value for monomial, value in reduced.items() if value}

    def product(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """Multiply two reduced polynomials; their exponents are below 2**15, so that no field runs over.

        Raises ArithmeticError if that makes too many terms.
        """
        if len(left) * len(right) > MOST_PRODUCTS:
            raise ArithmeticError(f"a product of {len(left)} and {len(right)} terms")
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

    def intern(self, polynomial: Polynomial) -> int:
        """Return the number of a polynomial, a new one at the first meeting."""
        number = self._numbers.setdefault(frozenset(polynomial.items()), len(self.polynomials))
        if number == len(self.polynomials):
            self.polynomials.append(polynomial)
            self.supports.append(reduce(or_, polynomial))
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
        """Take out the rational content, the sign, and the powers of free generators common to all terms.

        Raises ArithmeticError if it is too long to be looked at.
        """
        if not polynomial:
            return ZERO
        if len(polynomial) > MOST_MONOMIALS:
            raise ArithmeticError(f"a polynomial of {len(polynomial)} terms")
        content = math.gcd(*polynomial.values())
        if polynomial[max(polynomial)] < 0:
            content = -content
        common = self._common_monomial(polynomial)
        powers = {self.intern({variable(index): 1}): exponent for index, exponent in fields(common)}
        rest = {monomial - common: value // content for monomial, value in polynomial.items()}
        if rest != {0: 1}:
            number = self.intern(rest)
            powers[number] = powers.get(number, 0) + 1
        return Quotient(Fraction(content), tuple(sorted(powers.items())))

    def _common_monomial(self, polynomial: Polynomial) -> int:
        """Return the largest monomial in free generators that divides every term."""
        common = min(polynomial) & ~self.related
        for monomial in polynomial:
            if not common:
                break
            common = sum(min(e, monomial >> (i * _WIDTH) & _FIELD) << (i * _WIDTH) for i, e in fields(common))
        return common

    def quotient(self, coefficient: Fraction, powers: dict[int, int]) -> Quotient:
        """Build a quotient; factors with related generators are multiplied out: their product may reduce or vanish."""
        if not coefficient:
            return ZERO
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
            return next((Quotient(coefficient, powers) for powers, coefficient in merged.items()), ZERO)
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
        return Quotient(quotient.coefficient * factor, quotient.powers) if factor else ZERO

    def complement(self, parts: Iterable[Quotient]) -> Quotient:
        """Return 1 less the sum of the parts."""
        return self.add([ONE, *(self.scaled(part, -1) for part in parts)])

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
        return reduce(or_, (self.supports[number] for number, _ in quotient.powers), 0)

    # Residues at fixed random points: hints only.

    def residues(self, quotient: Quotient) -> Residues:
        """Evaluate modulo the prime; meaningless at points where a denominator vanishes."""
        coefficient = quotient.coefficient
        start = coefficient.numerator * pow(coefficient.denominator, PRIME - 2, PRIME)
        result = np.full(_POINTS, start % PRIME, dtype=np.int64)
        for number, exponent in quotient.powers:
            result = result * _power_residues(self._polynomial_residues(number), exponent) % PRIME
        return result

    def _polynomial_residues(self, number: int) -> Residues:
        if number not in self._residues:
            total = np.zeros(_POINTS, dtype=np.int64)
            for monomial, value in self.polynomials[number].items():
                term = np.full(_POINTS, value % PRIME, dtype=np.int64)
                for index, exponent in fields(monomial):
                    term = term * _power_residues(self._values[index], exponent) % PRIME
                total = (total + term) % PRIME
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
            total = (total + self.residues(term)) % PRIME
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


def field(generator: int) -> int:
    """Return the bits of a packed monomial that belong to a generator."""
    return _FIELD << (generator * _WIDTH)


def variable(generator: int) -> int:
    """Return a generator as a packed monomial."""
    return 1 << (generator * _WIDTH)


def fields(monomial: int) -> Iterator[tuple[int, int]]:
    """Yield the generators of a packed monomial with their exponents."""
    while monomial:
        index = ((monomial & -monomial).bit_length() - 1) // _WIDTH
        exponent = monomial >> (index * _WIDTH) & _FIELD
        yield index, exponent
        monomial ^= exponent << (index * _WIDTH)


def _power_residues(base: Residues, exponent: int) -> Residues:
    """Power modulo the prime; a negative exponent by Fermat's little theorem."""
    if exponent == 1:  # nearly always
        return base
    exponent %= PRIME - 1
    result = np.ones_like(base)
    while exponent:
        if exponent & 1:
            result = result * base % PRIME
        base = base * base % PRIME
        exponent >>= 1
    return result
