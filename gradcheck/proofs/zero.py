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
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any, TypeAlias

import numpy as np
import sympy

from gradcheck.functions import step
from gradcheck.functions.extremes import chosen, equals_largest, largest
from gradcheck.proofs import cells
from gradcheck.proofs.density import Density
from gradcheck.proofs.identities import KINKED, SMOOTH, prime_powers
from gradcheck.proofs.ring import MINUS_ONE, ONE, PRIME, ZERO, Quotient, Residues, Ring, field, fields, variable

Expr: TypeAlias = Any  # SymPy ships no type information.
Cases: TypeAlias = dict[int, dict[int, Quotient]]
"""By field of a generator: the generators of which at most one is 1, the same way; a bit is a group of its own."""

_LARGEST_SCALE = 60  # above this common denominator of fractional exponents, roots are left opaque
_LARGEST_DENOMINATOR = 64
_LARGEST_NUMERATOR = 4096
_MOST_CASES = 64  # above this many assignments of the bits inside one argument, no case distinction
_MOST_CELLS = 8  # above this many steps, the values that they can have together are not told apart
_MOST_COMPARED = 3  # above this many entries of which some may tie, their largest is not read by comparisons
_MOST_STEPS = 2  # above this many steps inside the argument of a step, no case distinction


class _Refine(Exception):
    """Reading needs exponents in steps of 1/scale: start again with that scale."""

    def __init__(self, scale: int) -> None:
        super().__init__(scale)
        self.scale = scale


class _Reader:
    """Reads SymPy expressions as quotients of one ring, and knows the identities of the elementary functions."""

    def __init__(
        self,
        scale: int,
        bits: Collection[Expr] = (),
        one_hot: Collection[tuple[Expr, ...]] = (),
        unit: Collection[Expr] = (),
        shares: Collection[tuple[Expr, ...]] = (),
    ) -> None:
        self.ring = Ring(scale)
        self.memo: dict[Expr, Quotient] = {}
        self.bits: Cases = {}
        self.steps: Cases = {}
        self.jumps: dict[int, Quotient] = {}  # generator step(u) -> u
        self.density = Density(self.ring)
        self.known_logs: dict[int, Quotient] = {}  # generator -> its logarithm
        self.log_of: dict[int, Quotient] = {}  # monomial of a generator log(u) -> u
        self.applications: dict[tuple[Any, ...], list[tuple[Sequence[Quotient], int]]] = defaultdict(list)
        self.masks: dict[tuple[bytes, ...], list[tuple[Sequence[Quotient], list[Quotient]]]] = defaultdict(list)
        self.ties: list[Quotient] = []  # not 0 where derivatives of the largest entry have no value
        self.exponents: dict[int, Quotient] = {}  # generator g = exp(u / scale) -> u; these u are independent over QQ
        self.rows: list[tuple[int, Residues, dict[int, int]]] = []  # their residues in echelon form
        for symbol in bits:
            self._bits([symbol])
        for symbols in one_hot:
            self._bits(symbols[:-1])
            self.memo[symbols[-1]] = self.ring.complement([self.memo[symbol] for symbol in symbols[:-1]])
        for symbol in unit:
            # 0 < u < 1 is u = t / (1 + t) with t > 0: then u and 1 - u are both visibly positive.
            odds = self.ring.monomial(self._symbol(positive=True))
            total = self.ring.add([ONE, odds])
            self.memo[symbol] = self.ring.multiply([odds, self.ring.power(total, -1)])
        for symbols in shares:
            # Positive numbers of the sum 1 are w / (1 + Σ w) with w > 0, and 1 / (1 + Σ w) for the last: all positive.
            weights = [*(self.ring.monomial(self._symbol(positive=True)) for _ in symbols[1:]), ONE]
            whole = self.ring.power(self.ring.add(weights), -1)
            self.memo.update((s, self.ring.multiply([w, whole])) for s, w in zip(symbols, weights, strict=True))

    def _bits(self, symbols: Sequence[Expr]) -> None:
        self.memo.update(zip(symbols, self._hot(len(symbols)), strict=True))

    def _hot(self, count: int) -> list[Quotient]:
        """So many unknowns that are 0 or 1, at most one of them 1."""
        members = self.ring.hot_group(count)
        group = {field(member): self.ring.monomial(member) for member in members}
        self.bits.update(dict.fromkeys(group, group))
        for member in members:
            self.density.bit(member)
        return list(group.values())

    def _symbol(self, *, positive: bool) -> int:
        generator = self.ring.generator(positive=positive)
        self.density.symbol(generator)
        return generator

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
        if expression.is_Symbol:
            return self.ring.monomial(self._symbol(positive=bool(expression.is_positive)))
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
        definition = getattr(expression.func, "definition", None) or _DEFINITIONS.get(expression.func)
        if definition is not None:
            return self.read(definition(*expression.args))
        if expression.func is chosen:
            self._note_ties([self.read(entry) for entry in expression.args[1:]])
        method = _ELEMENTARY.get(expression.func)
        if method is not None:
            return self._by_cases(lambda arguments: method(self, *arguments), expression.args)
        if expression is sympy.E:
            return self.exp(ONE)
        if expression.func is sympy.Subs:
            # The bound variables are renamed: SymPy makes new ones in every differentiation.
            names = [sympy.Symbol(f"_{position}") for position in range(len(expression.point))]
            body = expression.expr.xreplace(dict(zip(expression.variables, names, strict=True)))
            return self._by_cases(lambda arguments: self._unknown(("at", body), arguments), expression.point)
        if expression.is_Function:
            return self._by_cases(lambda arguments: self._unknown((expression.func,), arguments), expression.args)
        return self._unknown((expression,), [], positive=expression.is_NumberSymbol and bool(expression.is_positive))

    def _by_cases(self, build: Callable[[Sequence[Quotient]], Quotient], arguments: Iterable[Expr]) -> Quotient:
        """Read a function of bits as the sum, over the values of the bits, of its value there (Shannon expansion).

        The sum has the denominators of all cases. One that is 0 on an open set, in a case that is not at hand, would
        make the sum say nothing where the function has a value: y + (1 - y) / relu(x) for y = 1.
        """
        readings = [self.read(argument) for argument in arguments]
        try:
            expanded = self._cases(build, readings, 1, self.bits)
        except ZeroDivisionError:
            # Undefined for some value of the bits, as 1/y and log(y) are: keep the function whole.
            return build(readings)
        below: set[int] = set().union(*map(_denominators, readings))
        return expanded if all(map(self._is_never_0, _denominators(expanded) - below)) else build(readings)

    def _is_never_0(self, number: int) -> bool:
        return self.ring.is_positive(number) or self.density.is_dense(number)

    def _cases(
        self, build: Callable[[Sequence[Quotient]], Quotient], arguments: Sequence[Quotient], count: int, cases: Cases
    ) -> Quotient:
        ring = self.ring
        support = reduce(or_, map(ring.support, arguments), 0)
        group = next((group for bit, group in cases.items() if support & bit), {})
        count *= len(group) + 1
        if not group or count > _MOST_CASES:
            return build(arguments)
        terms = []
        for bit, indicator in [*group.items(), (0, ring.complement(group.values()))]:
            there = [ring.substitute(argument, sum(group) & ~bit, bit) for argument in arguments]
            terms.append(ring.multiply([indicator, self._cases(build, there, count, cases)]))
        return ring.add(terms)

    # Generators for unknown values.

    def _unknown(self, head: tuple[Any, ...], arguments: Sequence[Quotient], **known: Any) -> Quotient:
        return self.ring.monomial(self._generator(head, arguments, **known))

    def _generator(self, head: tuple[Any, ...], arguments: Sequence[Quotient], **known: Any) -> int:
        """Return the generator for an application, a new one (of which ``known`` is known) at the first meeting.

        Equal arguments are met again however they are written; only those that agree at the random points are compared.
        """
        bucket = self.applications[head, tuple(self.ring.residues(argument).tobytes() for argument in arguments)]
        for others, generator in bucket:
            if all(map(self.ring.equal, arguments, others)):
                return generator
        bucket.append((arguments, generator := self.ring.generator(**known)))
        self.density.applied(generator, head[0], arguments)
        return generator

    # Exponentials.

    def exp(self, argument: Quotient) -> Quotient:
        """Write exp of an argument in the exponentials of arguments that are linearly independent over QQ."""
        argument, outside = self._without_logs(argument)
        if not argument.coefficient:
            return outside
        vector, combination = self._residue_row(argument)
        coordinates = self._coordinates(argument, combination) if not vector.any() else None
        if coordinates is None:
            generator = self._generator(("exp",), [argument], positive=True)
            self.exponents[generator] = argument
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
            return argument, ONE
        rest = self.ring.expand(argument.powers)
        outside = [ONE]
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
                vector = (vector - factor * row) % PRIME
                for generator, part in parts.items():
                    combination[generator] = (combination[generator] + factor * part) % PRIME
        return vector, combination

    def _append_row(self, vector: Residues, combination: dict[int, int], generator: int) -> None:
        if not vector.any():
            return
        pivot = int(np.flatnonzero(vector)[0])
        inverse = pow(int(vector[pivot]), -1, PRIME)
        parts = {other: -part * inverse % PRIME for other, part in combination.items()}
        self.rows.append((pivot, vector * inverse % PRIME, parts | {generator: inverse}))

    def _coordinates(self, argument: Quotient, combination: dict[int, int]) -> dict[int, Fraction] | None:
        """Turn a combination modulo the prime into rational coordinates, verified exactly; None if it was chance."""
        coordinates = {generator: _rational(residue) for generator, residue in combination.items() if residue}
        exact = {generator: value for generator, value in coordinates.items() if value is not None}
        denominator = math.lcm(self.ring.scale, *(value.denominator for value in exact.values()))
        if len(exact) < len(coordinates) or denominator > _LARGEST_SCALE:
            return None
        combined = self.ring.add(self.ring.scaled(self.exponents[g], value) for g, value in exact.items())
        return exact if self.ring.equal(combined, argument) else None

    # Logarithms and powers.

    def _unsigned(self, argument: Quotient) -> Quotient:
        """Return the sign of the coefficient, with the factors of which no sign is visible."""
        if not argument.coefficient:
            raise ZeroDivisionError("logarithm or power of an expression that is identically zero")
        powers = tuple(power for power in argument.powers if not self.ring.is_positive(power[0]))
        return Quotient(Fraction(1 if argument.coefficient > 0 else -1), powers)

    def is_visibly_positive(self, expression: Expr) -> bool:
        """Whether the expression is a product of factors that are visibly positive."""
        return self._unsigned(self.read(expression)) == ONE

    def _positive(self, argument: Quotient) -> list[tuple[Quotient, int]]:
        """Return the other factors, which are visibly positive, with their exponents."""
        powers = [(Quotient(Fraction(1), ((n, 1),)), e) for n, e in argument.powers if self.ring.is_positive(n)]
        return _prime_powers(argument.coefficient) + powers

    def log(self, argument: Quotient) -> Quotient:
        """Log of a product: the sum of the logs of its positive factors, of even powers, and of the rest.

        Both sides are defined where the rest is positive and no factor is 0; the even powers are positive there.
        """
        rest, squares = self._without_squares(self._unsigned(argument), Fraction(1, 2))
        terms = [self.ring.scaled(self._log_of_factor(factor), power) for factor, power in self._positive(argument)]
        for factor, power in squares:
            terms.append(self.ring.scaled(self._log_unknown(self.ring.power(factor, 2)), power))
        return self.ring.add(terms if rest == ONE else [*terms, self._log_unknown(rest)])

    def _without_squares(self, rest: Quotient, exponent: Fraction) -> tuple[Quotient, list[tuple[Quotient, int]]]:
        """Split off the factors whose power is even and, times the exponent, whole; return them with that product."""
        squares = [(n, e) for n, e in rest.powers if e % 2 == 0 and (e * exponent).denominator == 1]
        others = Quotient(rest.coefficient, tuple(power for power in rest.powers if power not in squares))
        return others, [(Quotient(Fraction(1), ((n, 1),)), int(e * exponent)) for n, e in squares]

    def _log_of_factor(self, factor: Quotient) -> Quotient:
        known = self.known_logs.get(self.ring.generator_of(factor))
        return self._log_unknown(factor) if known is None else known

    def _log_unknown(self, argument: Quotient) -> Quotient:
        generator = self._generator(("log",), [argument])
        self.log_of.setdefault(variable(generator), argument)
        return self.ring.monomial(generator)

    def symbolic_power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """Power with any exponent: exp(exponent * log(base)) if the base is visibly positive, else an unknown."""
        if not exponent.powers:
            return self.rational_power(base, exponent.coefficient)
        if self._unsigned(base) == ONE:
            return self.exp(self.ring.multiply([exponent, self.log(base)]))
        whole = self._whole_part(exponent)
        if whole < 0 and not all(self._is_never_0(number) for number, _ in base.powers):
            whole = 0  # 0 ** (n - 1) is 0 for n > 1, while 0 ** n / 0 is nothing
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
        """Power with a rational exponent: every positive factor has its own root, and so has every even power.

        That of f ** 2 is |f|, where f is 0 too. What is left has one root together, and where the even powers are not
        0 it is not negative if the base is not; where one of them is 0, both sides are.
        """
        if exponent.denominator == 1:
            return self.ring.power(base, int(exponent))
        if not base.coefficient and exponent > 0:
            return ZERO
        rest = self._unsigned(base)
        if not self._scalable(exponent):
            return self._unknown(("power",), [base, Quotient(exponent)])
        factors = [self._power_of_factor(factor, power * exponent) for factor, power in self._positive(base)]
        rest, squares = self._without_squares(rest, exponent)
        factors += [self._power_of_size(factor, power) for factor, power in squares]
        return self.ring.multiply(factors if rest == ONE else [*factors, self._root(rest, exponent, positive=False)])

    def _power_of_size(self, factor: Quotient, exponent: int) -> Quotient:
        """Raise |f| to a whole power: f ** n for an even one, else f ** n (2 step(f) - 1), which is 0 where f is."""
        power = self.ring.power(factor, exponent)
        if exponent % 2 == 0:
            return power
        return self.ring.multiply([power, self.ring.add([self.ring.scaled(self.step(factor), 2), MINUS_ONE])])

    def _power_of_factor(self, factor: Quotient, exponent: Fraction) -> Quotient:
        """Raise a positive factor to a rational power; a power of an exponential is an exponential."""
        argument = self.exponents.get(self.ring.generator_of(factor))
        if argument is None:
            return self._root(factor, exponent, positive=True)
        return self.exp(self.ring.scaled(argument, exponent / self.ring.scale))

    def _root(self, base: Quotient, exponent: Fraction, *, positive: bool) -> Quotient:
        """Return base ** exponent by r = d * (n/d) ** (1/scale), for which r ** scale = n * d ** (scale - 1)."""
        scale = self.ring.scale
        if exponent.denominator == 1:
            return self.ring.power(base, int(exponent))
        if base == MINUS_ONE:
            raise ArithmeticError("root of a negative number")
        full = self.ring.expand((n, power if power > 0 else power * (1 - scale)) for n, power in base.powers)
        full = {monomial: value * int(base.coefficient) for monomial, value in full.items()}
        root = self._generator(("root",), [base], positive=positive, root_of=full)
        if positive and root not in self.known_logs:
            self.known_logs[root] = self.ring.scaled(self.log(base), Fraction(1, scale))
        below = Quotient(Fraction(1), tuple(power for power in base.powers if power[1] < 0))
        return self.ring.power(self.ring.multiply([self.ring.monomial(root), below]), int(exponent * scale))

    # Functions made of steps.

    def step(self, argument: Quotient) -> Quotient:
        """Distinguish the cases of a few steps inside the argument: step(x step(x)) = step(x)."""
        support = self.ring.support(argument)
        cases = self.steps if sum(1 for bit in self.steps if support & bit) <= _MOST_STEPS else {}
        return self._cases(lambda arguments: self._plain_step(*arguments), [argument], 1, cases)

    def _plain_step(self, argument: Quotient) -> Quotient:
        """Step u = (1 + sign u) / 2 with the sign of a product the product of the signs, away from 0."""
        if not argument.coefficient:
            return ZERO
        rest = self._unsigned(argument)
        if not self._is_dense(rest):
            # It may be 0 on an open set, where step(-u) = 1 - step(u) fails.
            return self._step_unknown(rest)
        signs = [Quotient(rest.coefficient)]
        for number, exponent in rest.powers:
            if exponent % 2:
                factor_step = self._step_unknown(Quotient(Fraction(1), ((number, 1),)))
                signs.append(self.ring.add([self.ring.scaled(factor_step, 2), MINUS_ONE]))
        return self.ring.scaled(self.ring.add([ONE, self.ring.multiply(signs)]), Fraction(1, 2))

    def _is_dense(self, argument: Quotient) -> bool:
        """Whether it is shown to be 0 on no open set."""
        numerator = (number for number, exponent in argument.powers if exponent > 0)
        return bool(argument.coefficient) and all(map(self.density.is_dense, numerator))

    def _step_unknown(self, argument: Quotient) -> Quotient:
        generator = self._generator(("step",), [argument], idempotent=True)
        unit_step = self.ring.monomial(generator)
        self.steps[field(generator)] = {field(generator): unit_step}
        self.jumps[generator] = argument
        return unit_step

    # The largest entry.

    def largest(self, *entries: Quotient) -> Quotient:
        """The sum of the entries, each times its mask."""
        return self.ring.add(map(self.ring.multiply, zip(entries, self._mask(entries), strict=True)))

    def chosen(self, position: Quotient, *entries: Quotient) -> Quotient:
        """The mask of the largest entry, where it is one alone."""
        return self._mask(entries)[int(position.coefficient)]

    def _note_ties(self, entries: Sequence[Quotient]) -> None:
        """Remember where a derivative of the largest entry has no value, if that is the same for all labels."""
        has_labels = any(self.ring.support(entry) & bit for entry in entries for bit in self.bits)
        if len(entries) <= _MOST_COMPARED and not has_labels and not self._differ(entries):
            equal = [self._mask_by_steps(entries, place, strictly=False) for place in range(len(entries))]
            self.ties.append(self.ring.add([*equal, MINUS_ONE]))

    def equals_largest(self, position: Quotient, *entries: Quotient) -> Quotient:
        """The same mask, if this entry is equal to another one on no open set."""
        place = int(position.coefficient)
        others = (entry for i, entry in enumerate(entries) if i != place)
        if all(self._is_dense(self._minus(entries[place], other)) for other in others):
            return self._mask(entries)[place]
        if len(entries) <= _MOST_COMPARED:
            return self._mask_by_steps(entries, place, strictly=False)
        return self._unknown(("equals_largest",), [position, *entries])

    def _differ(self, entries: Sequence[Quotient]) -> bool:
        """Whether no two entries are equal on an open set."""
        return all(self._is_dense(self._minus(one, other)) for one, other in combinations(entries, 2))

    def _mask(self, entries: Sequence[Quotient]) -> list[Quotient]:
        """Which one is the largest: as unknown as a one-hot label, and constant but where entries tie.

        Of two entries, or of few that may tie, it is made of steps of their differences.
        """
        if len(entries) == 2 or (len(entries) <= _MOST_COMPARED and not self._differ(entries)):
            return [self._mask_by_steps(entries, place, strictly=True) for place in range(len(entries))]
        bucket = self.masks[tuple(self.ring.residues(entry).tobytes() for entry in entries)]
        for others, mask in bucket:
            if all(map(self.ring.equal, entries, others)):
                return mask
        known = self._hot(len(entries) - 1)
        bucket.append((entries, mask := [*known, self.ring.complement(known)]))
        return mask

    def _mask_by_steps(self, entries: Sequence[Quotient], place: int, *, strictly: bool) -> Quotient:
        """Whether no other entry is larger, and strictly also none before it as large."""
        own = entries[place]
        factors = []
        for i, other in enumerate(entries):
            if strictly and i < place:
                factors.append(self.step(self._minus(own, other)))
            elif i != place:
                factors.append(self.ring.complement([self.step(self._minus(other, own))]))
        return self.ring.multiply(factors)

    def _minus(self, one: Quotient, other: Quotient) -> Quotient:
        return self.ring.add([one, self.ring.scaled(other, -1)])

    # Sums.

    def vanishes(self, terms: Sequence[Quotient]) -> bool:
        """Prove that the sum is 0: as it stands, or for all values that the steps in it can have together."""
        return self.ring.vanishes(terms) or (
            len(self._jumps_in([*terms, *self.ties])) <= _MOST_CELLS and self._vanishes_in_cells(terms, self.ties, [])
        )

    def _jumps_in(self, terms: Sequence[Quotient]) -> list[int]:
        support = reduce(or_, map(self.ring.support, terms), 0)
        return [generator for generator, _ in fields(support) if generator in self.jumps]

    def _vanishes_in_cells(
        self, terms: Sequence[Quotient], ties: Sequence[Quotient], system: list[cells.Inequality]
    ) -> bool:
        """Prove that the sum is 0 wherever the inequalities hold, one step after the other having both values.

        Where a value of a step makes a denominator 0, or what is differentiated ties, the sum is not defined.
        """
        steps = self._jumps_in([*terms, *ties])
        if not steps:
            return any(tie.coefficient for tie in ties) or self.ring.vanishes(terms)
        own, form = field(steps[0]), self._linear(self.jumps[steps[0]])
        for ones, inequality in ((own, cells.is_positive(form)), (0, cells.is_not_positive(form))):
            there = [*system, inequality] if form else system
            try:
                if not cells.are_contradictory([*there, *self._signs(there)]):
                    inner, tied = (
                        [self.ring.substitute(term, own & ~ones, ones) for term in parts] for parts in (terms, ties)
                    )
                    if not self._vanishes_in_cells(inner, tied, there):
                        return False
            except ZeroDivisionError:
                continue
        return True

    def _linear(self, argument: Quotient) -> cells.Linear:
        """The argument of a step by its monomials; nothing for a fraction."""
        if any(power < 0 for _, power in argument.powers):
            return {}
        expanded = self.ring.expand(argument.powers)
        return {monomial: argument.coefficient * value for monomial, value in expanded.items()}

    def _signs(self, system: Iterable[cells.Inequality]) -> Iterator[cells.Inequality]:
        """What is known of the signs of the monomials in the inequalities."""
        for monomial in set().union(*(form for form, _ in system)) - {0}:
            if not monomial & self.ring.odd_unsigned:
                yield cells.Inequality({monomial: Fraction(1)}, not monomial & ~self.ring.positive)


_NOT_REAL = frozenset({sympy.I, sympy.zoo, sympy.nan, sympy.oo, -sympy.oo})

_DEFINITIONS = SMOOTH | KINKED
_ELEMENTARY: dict[Any, Callable[..., Quotient]] = {sympy.exp: _Reader.exp, sympy.log: _Reader.log, step: _Reader.step}
_ELEMENTARY |= {largest: _Reader.largest, chosen: _Reader.chosen, equals_largest: _Reader.equals_largest}


def _denominators(quotient: Quotient) -> set[int]:
    return {number for number, exponent in quotient.powers if exponent < 0}


def _rational(residue: int) -> Fraction | None:
    """Return the rational number with small numerator and denominator that has this residue, if there is one."""
    for denominator in range(1, _LARGEST_DENOMINATOR + 1):
        numerator = (residue * denominator + PRIME // 2) % PRIME - PRIME // 2
        if abs(numerator) <= _LARGEST_NUMERATOR:
            return Fraction(numerator, denominator)
    return None


def _prime_powers(number: Fraction) -> list[tuple[Quotient, int]]:
    return [(Quotient(Fraction(int(prime))), int(power)) for prime, power in prime_powers(sympy.Rational(number))]


def is_zero(
    expression: Expr,
    bits: Collection[Expr] = (),
    one_hot: Collection[tuple[Expr, ...]] = (),
    unit: Collection[Expr] = (),
    shares: Collection[tuple[Expr, ...]] = (),
) -> bool:
    """True: identically zero, proved. False: not shown to be zero, which says nothing more.

    ``bits`` are symbols that are 0 or 1; of each tuple in ``one_hot`` exactly one symbol is 1 and the others are 0;
    ``unit`` are symbols strictly between 0 and 1; those of each tuple in ``shares`` are positive, and their sum is 1.
    """
    expression = sympy.sympify(expression)
    if not expression.is_commutative:
        return False
    scale = 1
    while True:
        try:
            reader = _Reader(scale, bits, one_hot, unit, shares)
            return reader.vanishes([reader.read(term) for term in sympy.Add.make_args(expression)])
        except _Refine as refine:
            scale = refine.scale
        except (ArithmeticError, RecursionError):
            # A division by 0, a number that is not real, an exponent out of range, deep nesting: nothing is shown.
            return False


def is_positive(expression: Expr, unit: Collection[Expr] = ()) -> bool:
    """True: positive wherever it has a value, as all its factors are. False: not shown, which says nothing more."""
    scale = 1
    while True:
        try:
            return _Reader(scale, unit=unit).is_visibly_positive(sympy.sympify(expression))
        except _Refine as refine:
            scale = refine.scale
        except (ArithmeticError, RecursionError):
            return False
