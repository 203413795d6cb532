"""How high the degrees of numerators and denominators are, of fractions that are added over common denominators.

The entries of an array are rational functions, and what is said of their degrees is said of each of them. An entry is
P / M, where P is a polynomial of a degree that is bounded, and M is a product of polynomials that are known: those that
stood above in the entries of some array when it was inverted. These are a family; let it have n members, each of degree
d at most, and let D be their product. What M has of a family is D^f times a product of at most s of its members, each
of them at most k times. The numbers f, s and k are kept: D^f is what all entries have, the other members need not be
the same in any two of them.

- The product of two entries has the sums of these numbers.
- The sum of t entries is over a common multiple of all M, one of these two. Either their least one, which has at most
  t s members: each numerator is multiplied by what the others have, at most (t - 1) s members. Or D^(f + k), of which
  all are divisors: each numerator is multiplied by a divisor of D^k. Then all entries have the same M, and nothing has
  to be added where they are summed again.
- 1 / (P / M) is M / P, where P is a member of a new family.

So a denominator that all terms of a sum have is counted once, as in layer norm and softmax, where degrees would grow by
a factor with each layer otherwise (to 10^43 in eight layers of 17 rows); and where each entry is divided by a
denominator of its own, degrees do not grow by the number of entries.

No denominator is 0 where there are values. So if P is not 0 as a polynomial, an entry is 0 at a random point with the
probability that P is: at most its degree over the number of values that a variable may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import NamedTuple


class Family:
    """What stood above in the entries of an array that was inverted: so many polynomials, of that degree at most."""

    __slots__ = ("degree", "size")

    def __init__(self, size: int, degree: int) -> None:
        self.size, self.degree = size, degree

    @property
    def divisor(self) -> Divisor:
        """One member, another one in each entry."""
        return Divisor(0, 1, 1).shortened(self)


class Divisor(NamedTuple):
    """What denominators have of a family: all of it so many times; besides, so many members, each at most so often."""

    whole: int = 0
    members: int = 0
    most: int = 0

    def times(self, other: Divisor) -> Divisor:
        """Both of them."""
        return Divisor(self.whole + other.whole, self.members + other.members, self.most + other.most)

    def shortened(self, family: Family) -> Divisor:
        """A multiple that is the same in all entries, if it has no more members."""
        return Divisor(self.whole + self.most) if self.members >= self.most * family.size else self

    def degree(self, family: Family) -> int:
        """Of the product."""
        return (self.whole * family.size + self.members) * family.degree

    def missing(self, multiple: Divisor, family: Family) -> int:
        """The degree of what makes it that multiple."""
        return Divisor(multiple.whole - self.whole, max(0, multiple.members - self.members)).degree(family)


class Degree(NamedTuple):
    """Of the numerators of an array's entries, at most; and what their denominators are made of."""

    above: int = 0
    divisors: Mapping[Family, Divisor] = {}

    @property
    def below(self) -> int:
        """Of the denominators, at most."""
        return sum(divisor.degree(family) for family, divisor in self.divisors.items())

    @property
    def total(self) -> int:
        """Of numerators and denominators together."""
        return self.above + self.below

    def plus(self, other: Degree) -> Degree:
        """Of the sum of two entries."""
        if not self.divisors and not other.divisors:
            return self if self.above >= other.above else other
        (first, second), divisors = (self.above, other.above), {}
        for family, one, two in self._beside(other):
            both = Divisor(max(one.whole, two.whole), one.members + two.members, max(one.most, two.most)).shortened(
                family
            )
            first, second = first + one.missing(both, family), second + two.missing(both, family)
            divisors[family] = both
        return Degree(max(first, second), divisors)

    def times(self, other: Degree) -> Degree:
        """Of the product of two entries."""
        if self.divisors and other.divisors:
            return Degree(self.above + other.above, {f: one.times(two) for f, one, two in self._beside(other)})
        return Degree(self.above + other.above, self.divisors or other.divisors)

    def _beside(self, other: Degree) -> Iterator[tuple[Family, Divisor, Divisor]]:
        for family in {**self.divisors, **other.divisors}:
            yield family, self.divisors.get(family, NO_DIVISOR), other.divisors.get(family, NO_DIVISOR)

    def power(self, exponent: int) -> Degree:
        """Of the product of so many entries."""
        divisors = {family: Divisor(*(exponent * n for n in divisor)) for family, divisor in self.divisors.items()}
        return Degree(exponent * self.above, divisors)

    def summed(self, terms: int) -> Degree:
        """Of the sum of so many entries."""
        above, divisors = self.above, {}
        for family, one in self.divisors.items():
            divisors[family] = all_of_them = one._replace(members=terms * one.members).shortened(family)
            above += one.missing(all_of_them, family)
        return Degree(above, divisors)

    def inverse(self, entries: int) -> Degree:
        """Of 1 over each of so many entries."""
        return Degree(self.below, _one_of(Family(entries, self.above)))

    def determinant(self, n: int) -> Degree:
        """Of the determinant of an n × n matrix: of n rows, each with one denominator."""
        return self.summed(n).power(n)

    def inverted(self, n: int, matrices: int) -> Degree:
        """Of the inverse of each of so many n × n matrices.

        Let row i times its common denominator r_i be a row of polynomials of degree w. That matrix is M = R A with
        R = diag(r), and inv(A) = inv(M) R: its entries are cofactors of M, of degree (n - 1) w, times an r_j, over
        det M, of degree n w.
        """
        row = self.summed(n)
        return Degree((n - 1) * row.above + row.below, _one_of(Family(matrices, n * row.above)))


def _one_of(family: Family) -> dict[Family, Divisor]:
    """A member of a family in the denominator, unless it is a number."""
    return {family: family.divisor} if family.degree else {}


NO_DIVISOR = Divisor()
NUMBER, VARIABLE = Degree(0), Degree(1)


def common_degree(degrees: Iterable[Degree]) -> Degree:
    """Of entries each of which has one of these."""
    each = list(degrees)
    different = dict(zip(map(id, each), each, strict=True)).values()
    return reduce(Degree.plus, different) if different else NUMBER
