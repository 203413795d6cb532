"""Values in the prime field with a bound of their degree, and functions that are not rational, as variables.

An element is the value of a rational function at a random point. What it says of that function is worth as much as its
degree is low (see `prime_field`), so bounds of the degrees of numerator and denominator are carried along.

An application of a function that is not rational is a variable of its own: a random value that depends on the function
and on the argument's value only. Relations between applications are kept where they are recognised by value:

- exp(-a) = 1/exp(a), exp(log u) = u;
- log(1/u) = -log(u), log(exp(a)) = a, log(1 + exp(-a)) = log(1 + exp(a)) - a;
- step(-a) = 1 - step(a); f(-a) = -f(a) for erf, arctan, and the tangent of a quarter of an angle.

The square root of a number is the one that is a square itself, of the two in the field, if there are two: so √2 √2 is 2
and √2 √3 is √6, and what holds for these holds for the positive roots, by the isomorphism that takes one to the other.
It is no number of which a sign is known.

Others are seen in the graph, and what follows for the values is learnt: `learn_exp`, `learn_log`, `learn_root`,
`learn_turn`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sympy as sp

from gradcheck.proofs import residues
from gradcheck.proofs.degrees import NUMBER, VARIABLE, Degree, common_degree
from gradcheck.proofs.residues import Mask, P, Residues

SIMPLE_DENOMINATOR, SIMPLE_NUMERATOR = 2**3 * 3**2 * 5**4 * 7, 2**26
"""The sign of a number is known if this multiple of it is a whole number up to that, few enough to be no accident."""


@dataclass(frozen=True)
class Element:
    """An array over the field, with a bound of the degrees of its entries."""

    values: Residues
    degree: Degree = NUMBER

    def __add__(self, other: Element) -> Element:
        return Element(residues.add(self.values, other.values), self.degree.plus(other.degree))

    def __mul__(self, other: Element) -> Element:
        return Element(residues.multiply(self.values, other.values), self.degree.times(other.degree))

    def __neg__(self) -> Element:
        return Element(residues.negate(self.values), self.degree)

    def __sub__(self, other: Element) -> Element:
        return self + -other

    @cached_property
    def inverse(self) -> Element:
        """Raises residues.Undefined at a 0. One object, so that what is divided by it has one denominator."""
        return Element(residues.invert(self.values), self.degree.inverse(self.values.size))

    def power(self, exponent: int) -> Element:
        """Any whole power."""
        base = self if exponent >= 0 else self.inverse
        n = abs(exponent)
        return base if n == 1 else Element(residues.power(base.values, n), base.degree.power(n))

    @property
    def is_number(self) -> bool:
        """Whether it depends on no variable."""
        return self.degree.total == 0

    def at(self, places: Sequence[int] | npt.NDArray[np.intp]) -> Element:
        """The entries at these places, in a row."""
        return Element(self.values.ravel()[places], self.degree)

    def like(self, other: Element) -> Element:
        """Broadcast to the shape of another one."""
        return Element(np.broadcast_to(self.values, other.values.shape), self.degree)

    def entries(self) -> list[int]:
        """All entries, in order."""
        return self.values.ravel().tolist()


ZERO, ONE = (Element(np.asarray(number, np.uint64)) for number in (0, 1))


def constant(value: sp.Rational) -> Element:
    """Raises residues.Undefined for multiples of the prime."""
    return Element(residues.fraction(int(value.p), int(value.q)))


class Turn(NamedTuple):
    """A turn by some angle: its cosine and its sine, both times a length, so that nothing is divided yet."""

    across: Element
    up: Element
    length: Element

    def then(self, other: Turn) -> Turn:
        """One turn after the other, by the sum of the angles."""
        across = self.across * other.across - self.up * other.up
        up = self.across * other.up + self.up * other.across
        return Turn(across, up, self.length * other.length)

    def times(self, count: int) -> Turn:
        """So many turns, one after the other; a negative number of them goes back."""
        one = self if count > 0 else self._replace(up=-self.up)
        return reduce(Turn.then, [one] * abs(count), NO_TURN)


NO_TURN = Turn(ONE, ZERO, ONE)


class _Known:
    """Numbers by number, each with the degree of the array that it came with; what was known first stays.

    Two dictionaries of plain numbers, as pairs would keep the garbage collector busy.
    """

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.degrees: dict[int, Degree] = {}

    def __contains__(self, key: int) -> bool:
        return key in self.numbers

    def add(self, keys: Sequence[int], numbers: Sequence[int], degree: Degree) -> None:
        """Numbers of one degree."""
        new = {key: number for key, number in zip(keys, numbers, strict=True) if key not in self.numbers}
        self.numbers.update(new)
        self.degrees.update(dict.fromkeys(new, degree))

    def look(self, keys: Sequence[int], shape: tuple[int, ...]) -> Element:
        """The numbers of keys that are known, as an array."""
        values = np.array(list(map(self.numbers.__getitem__, keys)), np.uint64).reshape(shape)
        return Element(values, common_degree(map(self.degrees.__getitem__, keys)))


class Table:
    """The values of a function by argument, and the arguments by value."""

    def __init__(self, argument: int, value: int) -> None:
        self.values, self.arguments = _Known(), _Known()
        self.values.add([argument], [value], NUMBER)

    def unknown(self, argument: Element, opposite: Element) -> list[int]:
        """The places of arguments of which nothing is known, the first of each; opposites are learnt together."""
        places: dict[int, int] = {}
        for place, (entry, other) in enumerate(zip(argument.entries(), opposite.entries(), strict=True)):
            if entry not in self.values.numbers and other not in places:
                places.setdefault(entry, place)
        return list(places.values())

    def add(self, argument: Element, value: Element) -> None:
        """What was known first stays."""
        arguments, values = argument.entries(), value.entries()
        self.values.add(arguments, values, value.degree)
        self.arguments.add(values, arguments, argument.degree)

    def knows(self, argument: Element) -> bool:
        """Whether there is a value for every entry."""
        return all(map(self.values.numbers.__contains__, argument.entries()))

    def look(self, argument: Element) -> Element:
        """The values of arguments that are known."""
        return self.values.look(argument.entries(), argument.values.shape)


class _LogForm(NamedTuple):
    """A log as sign · (a value for the key and the kind) + rest, and the degree of the rest.

    Kind 1 is log(1 + exp(key)). A rest stands alone for exp(rest), whose log it is.
    """

    sign: int
    rest: int
    key: int
    kind: int
    degree: Degree


class KeyedFunctions:
    """Random values for applications of functions, by argument, and the relations between them."""

    def __init__(self, seed: tuple[int, ...]) -> None:
        self._seed = seed
        self._salts: dict[str, int] = {}
        self._classes: dict[str, list[Any]] = defaultdict(list)
        self._seen: dict[str, set[int]] = defaultdict(set)
        self._degrees: dict[str, int] = defaultdict(int)
        self.exps, self.logs = Table(0, 1), Table(1, 0)
        self.cosines, self.sines = Table(0, 1), Table(0, 0)
        self.roots: dict[int, Table] = defaultdict(_roots_of_numbers)

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

    def _keyed(self, name: str, *arguments: Residues) -> Residues:
        if name not in self._salts:
            random = residues.generator(self._seed, "function", name)
            self._salts[name] = int(random.integers(0, 2**64, dtype=np.uint64))
        return residues.keyed(self._salts[name], *arguments)

    # -- functions of which little is known --

    def fresh(self, name: str, *arguments: Element) -> Element:
        """The value of a function of which nothing is known but its name."""
        value = Element(self._keyed(name, *(argument.values for argument in arguments)), VARIABLE)
        self._note(name, value.entries(), sum(argument.degree.total for argument in arguments))
        return value

    def unknown(self, cls: Any, arguments: Sequence[Element]) -> Element:
        """An unknown function or a derivative of one: two of one name are told apart."""
        same_name = self._classes[cls.__name__]
        if cls not in same_name:
            same_name.append(cls)
        return self.fresh(f"unknown {cls.__name__} {same_name.index(cls)}", *arguments)

    def step(self, argument: Element, may_vanish: bool) -> Element:
        """In the field, with step(-a) = 1 - step(a) unless a may be 0 on an open set; of a number, what it is.

        Raises residues.Undefined for numbers whose sign is not seen.
        """
        if argument.is_number:
            return Element(_step_of_number(argument.values))
        value, turned = self._by_sign("step", argument)
        other = self._by_sign("step of the negative", argument)[0] if may_vanish else residues.complement(value)
        return _with_zeros(argument, np.where(turned, other, value))

    def _by_sign(self, name: str, argument: Element) -> tuple[Residues, Mask]:
        """The value at that one of ±argument which counts as positive, and where it was the other."""
        positive, turned = residues.unsigned(argument.values)
        return self.fresh(name, Element(positive, argument.degree)).values, turned

    def odd(self, name: str, argument: Element) -> Element:
        """The value of a function with f(-a) = -f(a), of which nothing else is known."""
        value, turned = self._by_sign(name, argument)
        return _with_zeros(argument, np.where(turned, residues.negate(value), value))

    # -- which entry is the largest --

    def mask(self, rows: Element, may_tie: bool, all_ties: bool) -> Element:
        """Which entry is the largest one on the last axis; all that are as large if they may tie on an open set.

        Raises residues.Undefined if the variables add up to 0.
        """
        if rows.values.shape[-1] == 1:
            return Element(np.ones_like(rows.values))
        if rows.values.shape[-1] == 2:
            return self._mask_of_two(rows, may_tie, all_ties)
        columns = [Element(rows.values[..., i : i + 1], rows.degree) for i in range(rows.values.shape[-1])]
        if all_ties and may_tie:
            return self.fresh("equals the largest", rows, *columns)
        variables = self.fresh("is the largest", rows, *columns)
        total = residues.total(variables.values, (rows.values.ndim - 1,))
        return variables * Element(total[..., None], variables.degree).inverse

    def _mask_of_two(self, rows: Element, may_tie: bool, all_ties: bool) -> Element:
        """The second is above the first by the step of their difference."""
        first, second = (Element(rows.values[..., i], rows.degree) for i in (0, 1))
        is_second = self.step(second - first, may_tie)
        is_first = ONE - is_second
        if all_ties:
            is_second = ONE - self.step(first - second, may_tie)
        return Element(np.stack([is_first.values, is_second.values], axis=-1), is_first.degree.plus(is_second.degree))

    # -- roots --

    def root(self, argument: Element, degree: int) -> Element:
        """argument^(1/degree); of 0 it is 0. The square root of a number is one in the field, if there is one."""
        fresh = self._keyed(f"root {degree}", argument.values)
        if degree == 2 and argument.is_number:
            own = residues.power(argument.values, (P + 1) // 4)
            fresh = np.where(residues.multiply(own, own) == argument.values, own, fresh)
        return self.learn_root(argument, degree, Element(fresh, VARIABLE))

    def learn_root(self, argument: Element, degree: int, root: Element) -> Element:
        """The root of the argument is that, for entries of which nothing was known."""
        self._note(f"root {degree}", argument.entries(), argument.degree.total)
        self.roots[degree].add(argument, root.like(argument))
        return self.roots[degree].look(argument)

    def square(self, root: Element) -> Element:
        """A positive number as the square of another, which is its root: all positive numbers are such squares."""
        self.learn_root(root * root, 2, root)
        return root * root

    # -- exp --

    def exp(self, argument: Element) -> tuple[Element, Element]:
        """exp(a) and exp(-a)."""
        unknown = argument.at(self.exps.unknown(argument, -argument))
        is_log = np.array(list(map(self.logs.arguments.__contains__, unknown.entries())), bool)
        if np.any(is_log):
            logs = unknown.at(np.flatnonzero(is_log))
            value = self.logs.arguments.look(logs.entries(), logs.values.shape)
            self.learn_exp(logs, value, value.inverse)
        others = unknown.at(np.flatnonzero(~is_log))
        value = Element(self._keyed("exp", others.values), VARIABLE)
        self.learn_exp(others, value, value.inverse)
        return self.exps.look(argument), self.exps.look(-argument)

    def learn_exp(self, argument: Element, value: Element, inverse: Element) -> Element:
        """exp(argument) is value, and exp(-argument) is inverse, for entries of which nothing was known."""
        unknown = self.exps.unknown(argument, -argument)
        new, values, inverses = (each.like(argument).at(unknown) for each in (argument, value, inverse))
        self._note("exp", new.entries(), argument.degree.total, max(value.degree.total, inverse.degree.total))
        self.exps.add(new, values)
        self.exps.add(-new, inverses)
        return self.exps.look(argument)

    # -- sin and cos --

    def half_turn(self, argument: Element) -> Turn:
        """The turn by a/2, which is rational in t = tan(a/4)."""
        t = self.odd("angle", argument)
        return Turn(ONE - t * t, t + t, ONE + t * t)

    def learn_turn(self, argument: Element, turn: Turn) -> None:
        """The cosine and the sine of an argument, for entries of which nothing was known."""
        inverse = turn.length.inverse  # 1 + t² is not 0: modulo this prime, -1 is no square
        cosine, sine = ((part * inverse).like(argument) for part in (turn.across, turn.up))
        self._note("turn", argument.entries(), argument.degree.total, max(cosine.degree.total, sine.degree.total))
        unknown = self.cosines.unknown(argument, -argument)
        for table, value, opposite in ((self.cosines, cosine, cosine), (self.sines, sine, -sine)):
            table.add(argument.at(unknown), value.at(unknown))
            table.add(-argument.at(unknown), opposite.at(unknown))

    # -- log --

    def log(self, argument: Element) -> Element:
        """Raises residues.Undefined at a 0."""
        entries = {entry: place for place, entry in enumerate(argument.entries()) if entry not in self.logs.values}
        unknown = argument.at(list(entries.values()))
        forms = [self._log_form(u, v) for u, v in zip(unknown.entries(), unknown.inverse.entries(), strict=True)]
        parts = ([getattr(form, name) % P for form in forms] for name in ("sign", "rest", "key", "kind"))
        sign, rest, key, kind = (np.array(part, np.uint64) for part in parts)
        own = Element(sign) * Element(self._keyed("log", key, kind), VARIABLE)
        self.learn_log(unknown, own + Element(rest, common_degree(form.degree for form in forms)))
        return self.logs.look(argument)

    def learn_log(self, argument: Element, value: Element) -> Element:
        """log(argument) is value, for entries of which nothing was known."""
        inverse = argument.inverse
        unknown = self.logs.unknown(argument, inverse)
        new, inverses, values = (each.like(argument).at(unknown) for each in (argument, inverse, value))
        self._note("log", new.entries(), argument.degree.total, value.degree.total)
        self.logs.add(new, values)
        self.logs.add(inverses, -values)
        return self.logs.look(argument)

    def _log_form(self, u: int, inverse: int) -> _LogForm:
        exponents = self.exps.arguments
        for v, sign in ((u, 1), (inverse, -1)):
            if v in exponents:
                return _LogForm(0, sign * exponents.numbers[v], 0, 0, exponents.degrees[v])
            if v - 1 in exponents:
                a = exponents.numbers[v - 1]
                positive = min(a, P - a)
                return _LogForm(sign, 0 if a == positive else sign * a, positive, 1, exponents.degrees[v - 1])
        return _LogForm(1 if u < inverse else -1, 0, min(u, inverse), 0, NUMBER)


def _roots_of_numbers() -> Table:
    """Of 0 and 1, which are their own."""
    table = Table(0, 0)
    table.add(ONE, ONE)
    return table


def _with_zeros(argument: Element, values: Residues) -> Element:
    """A variable of its own, but 0 where the argument is."""
    return Element(np.where(argument.values == 0, np.uint64(0), values), VARIABLE)


def _step_of_number(values: Residues) -> Residues:
    """The steps of numbers, whose signs are seen when their denominators are cleared."""
    multiple, turned = residues.unsigned(residues.multiply(values, np.asarray(SIMPLE_DENOMINATOR, np.uint64)))
    if np.any(multiple > np.uint64(SIMPLE_NUMERATOR)):
        raise residues.Undefined("the sign of a number")
    return np.asarray((multiple > np.uint64(0)) & ~turned, np.uint64)
