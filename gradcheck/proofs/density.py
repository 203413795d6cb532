"""Whether a polynomial in generators is 0 on no open set, so that its sign may be taken from the signs of its parts.

A polynomial that is not 0 *as a polynomial* may be 0 as a function: generators stand for applied functions, between
which there may be relations that nobody has listed, on the whole domain (log(xy) - log x - log y) or on a part of it
(√(x²) - x, for x > 0). So nothing is presumed. A polynomial f is 0 on no open set if one of these is shown:

- It is visibly positive.
- It is one monomial in generators that are 0 on no open set: free symbols; exponentials, which are never 0; roots of
  what is 0 on no open set; logarithms of u with u - 1 so.
- It has free symbols w, which nothing else in it depends on, and one coefficient c of f = Σ c w^k is 0 on no open set:
  where f is 0 on a box, all coefficients are 0 on the sides of that box. A coefficient 1 will do, as of a bias.
- It is analytic on a connected domain and not 0 at one point of it, by interval arithmetic at a rational point: what is
  analytic and 0 on an open set is 0 throughout. Connected are the domains of
  (a) what is made of symbols by rational operations, exp, sin and cos: single-valued functions of complex variables,
      defined but for the zeros of denominators, which do not divide a complex domain (as they do a real one);
  (b) what is made of symbols by operations that have real values for all of their real values: log and roots of what is
      visibly positive or is a symbol, which is taken to be positive then, and no denominators but such.
- Bits and steps are 0 or 1: all of this holds for each of their values.

Everything else may be 0 on an open set: unknown functions, functions of bits and steps, roots and logs of squares.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import numpy as np
import sympy
from mpmath.ctx_iv import MPIntervalContext

from gradcheck.proofs.ring import MINUS_ONE, Polynomial, Quotient, Ring, field, fields

_MOST_HOT = 4  # with more bits and steps than this, the cases of a polynomial are not told apart
_POINTS = 3  # at so many points a certificate is looked for
_BITS = 160  # working precision of certificates
_LARGEST_EXPONENT = 2**10  # of a number that a certificate gives to exp, sin and cos

_INTERVALS: Any = MPIntervalContext()
_INTERVALS.prec = _BITS

_ENTIRE: dict[Any, Callable[[Any], Any]] = {"exp": _INTERVALS.exp, sympy.sin: _INTERVALS.sin, sympy.cos: _INTERVALS.cos}
_BY_REALS = ("log", "root")
_NUMBERS = {sympy.pi: _INTERVALS.pi}


class _Made(NamedTuple):
    """What a generator is: a function, as a word or as SymPy's (a name may be anybody's), and its arguments.

    depends: the fields of all symbols in it. entire and by_reals: whether it belongs to (a) and to (b).
    """

    function: Any
    arguments: Sequence[Quotient]
    depends: int
    entire: bool
    by_reals: bool


class Density:
    """What is known of the generators of a ring as functions of the symbols. Every generator has to be told of."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self._made: dict[int, _Made] = {}
        self._known: dict[int, bool] = {}
        self._values: dict[tuple[int, int], Any] = {}

    # What generators are.

    def symbol(self, generator: int) -> None:
        """A generator that moves by itself."""
        self._made[generator] = _Made(None, (), field(generator), entire=True, by_reals=True)

    def bit(self, generator: int) -> None:
        """A generator that is 0 or 1."""
        self._made[generator] = _Made("bit", (), 0, entire=False, by_reals=False)

    def applied(self, generator: int, function: Any, arguments: Sequence[Quotient]) -> None:
        """A generator that is a function's value; of functions other than those of (a) and (b) nothing is known."""
        inner = [self._made[index] for index in self._generators(map(self.ring.support, arguments))]
        depends = reduce(or_, (made.depends for made in inner), 0)
        is_number = function in _NUMBERS
        entire = is_number or (function in _ENTIRE and all(made.entire for made in inner))
        is_total = is_number or (len(arguments) == 1 and self._is_total(function, arguments[0]))
        by_reals = is_total and all(made.by_reals for made in inner)
        self._made[generator] = _Made(function, arguments, depends, entire, by_reals)

    def _generators(self, monomials: Iterable[int]) -> list[int]:
        return [index for index, _ in fields(reduce(or_, monomials, 0))]

    def _is_total(self, function: Any, argument: Quotient) -> bool:
        """Whether f(argument) is real for all values of the symbols, or for all positive ones of a symbol alone."""
        signs = [(self.ring.is_positive(number), power) for number, power in argument.powers]
        if function in _ENTIRE:
            return all(is_positive or power > 0 for is_positive, power in signs)
        is_positive = argument.coefficient > 0 and all(is_positive for is_positive, _ in signs)
        is_root_of_fraction = function == "root" and any(power < 0 for _, power in signs)
        is_defined = is_positive or self._is_symbol(self.ring.generator_of(argument))
        return function in _BY_REALS and is_defined and not is_root_of_fraction

    def _is_symbol(self, generator: int) -> bool:
        return generator >= 0 and self._made[generator].function is None

    # What is asked.

    def is_dense(self, number: int) -> bool:
        """Whether an interned polynomial is shown to be 0 on no open set."""
        if number not in self._known:
            self._known[number] = self._by_cases(self.ring.polynomials[number])
        return self._known[number]

    def _by_cases(self, polynomial: Polynomial) -> bool:
        hot = [index for index in self._generators(polynomial) if self.ring.squares & field(index)]
        return len(hot) <= _MOST_HOT and all(
            self._has_dense_coefficient(self._put(polynomial, {g for k, g in enumerate(hot) if case >> k & 1}, hot))
            for case in range(2 ** len(hot))
        )

    def _put(self, polynomial: Polynomial, ones: set[int], hot: Sequence[int]) -> Polynomial:
        """The polynomial with 1 for these idempotent generators and 0 for the others."""
        up, down = sum(map(field, ones)), sum(field(index) for index in hot if index not in ones)
        result: Polynomial = defaultdict(int)
        for monomial, value in polynomial.items():
            if not monomial & down:
                result[monomial & ~up] += value
        return self.ring.reduce(result)

    def _has_dense_coefficient(self, polynomial: Polynomial) -> bool:
        """Whether a coefficient of the symbols that nothing else depends on is; that of the whole, if there are none.

        A 0 has no coefficients.
        """
        applied = [index for index in self._generators(polynomial) if not self._is_symbol(index)]
        used = reduce(or_, (self._made[index].depends for index in applied), sum(map(field, applied)))
        parts: dict[int, Polynomial] = defaultdict(dict)
        for monomial, value in polynomial.items():
            parts[monomial & ~used][monomial & used] = value
        return any(map(self._is_shown, parts.values()))

    def _is_shown(self, polynomial: Polynomial) -> bool:
        """Whether all factors are dense: positive, symbols, single generators, or certified at a point."""
        numbers = [number for number, _ in self.ring.from_polynomial(polynomial).powers]
        return all(self.ring.is_positive(n) or self._is_monomial(n) or self._is_certified(n) for n in numbers)

    def _is_monomial(self, number: int) -> bool:
        """Whether it is a product of generators which are 0 on no open set."""
        (monomial, *others) = self.ring.polynomials[number]
        return not others and all(map(self._is_dense_generator, self._generators([monomial])))

    def _is_dense_generator(self, generator: int) -> bool:
        made = self._made[generator]
        if made.function == "root":  # 0 where its base is
            return self._is_dense_quotient(made.arguments[0])
        if made.function == "log":  # 0 where its argument is 1
            return self._is_dense_quotient(self.ring.add([made.arguments[0], MINUS_ONE]))
        return made.function in (None, "exp")

    def _is_dense_quotient(self, quotient: Quotient) -> bool:
        """A quotient is defined where its denominators are not 0, so that these do not matter."""
        return bool(quotient.coefficient) and all(power < 0 or self.is_dense(n) for n, power in quotient.powers)

    # Certificates.

    def _is_certified(self, number: int) -> bool:
        """Whether it is analytic on a connected domain and not 0 at a point of it."""
        made = [self._made[index] for index in self._generators(self.ring.polynomials[number])]
        if not (all(one.entire for one in made) or all(one.by_reals for one in made)):
            return False
        return any(self._is_not_zero(number, point) for point in range(_POINTS))

    def _is_not_zero(self, number: int, point: int) -> bool:
        try:
            return 0 not in self._polynomial(number, point)
        except (ArithmeticError, ValueError):  # a division by an interval with 0, a log of one, a large exponent
            return False

    def _polynomial(self, number: int, point: int) -> Any:
        total = _INTERVALS.mpf(0)
        for monomial, value in self.ring.polynomials[number].items():
            for index, exponent in fields(monomial):
                value = value * self._generator(index, point) ** exponent
            total += value
        return total

    def _quotient(self, quotient: Quotient, point: int) -> Any:
        value = _number(quotient.coefficient)
        for number, exponent in quotient.powers:
            factor = self._polynomial(number, point)
            if exponent < 0 and 0 in factor:
                raise ZeroDivisionError
            value *= factor**exponent
        return value

    def _generator(self, generator: int, point: int) -> Any:
        if (generator, point) not in self._values:
            self._values[generator, point] = self._value(generator, point)
        return self._values[generator, point]

    def _value(self, generator: int, point: int) -> Any:
        """An interval; symbols are positive fractions that depend on the generator and on the point."""
        made, scale = self._made[generator], self.ring.scale
        if made.function is None:
            above, below = np.random.default_rng([generator, point]).integers(100, 300, 2).tolist()
            return _number(Fraction(above, below))
        if made.function in _NUMBERS:
            return _NUMBERS[made.function]
        value = self._quotient(made.arguments[0], point)
        if made.function == "exp":
            value = value / scale
        if made.function in _ENTIRE:
            return _ENTIRE[made.function](_limited(value))
        if not value > 0:
            raise ArithmeticError
        return _INTERVALS.log(value) if made.function == "log" else _INTERVALS.exp(_INTERVALS.log(value) / scale)


def _number(fraction: Fraction) -> Any:
    return _INTERVALS.mpf(fraction.numerator) / fraction.denominator


def _limited(value: Any) -> Any:
    if not abs(value) < _LARGEST_EXPONENT:
        raise OverflowError
    return value
