"""Formulas by entries as their author writes them: `(A[i, k] * B[k, j]).sum(k)`.

A formula is a tree until its letters are settled: what an index runs to may be said anywhere in it. It becomes an array
by `.array(i, j)`, which names the order of its axes, or in a claim, whose target does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcheck.entries import named, places
from gradcheck.entries.letters import Letter, Position, Ranged
from gradcheck.entries.named import Named
from gradcheck.entries.rules import RULES, rule
from gradcheck.entries.scopes import Scope
from gradcheck.functions import Function
from gradcheck.functions.table import divide, multiply, where
from gradcheck.graph import Array, Literal, apply, as_array, domains, make_input, walk
from gradcheck.graph.blocks import index
from gradcheck.graph.names import refuse_other, rule_of
from gradcheck.graph.products import contract
from gradcheck.graph.writing import ATOM, Piece


class Entries(NDArrayOperatorsMixin):
    """A formula by entries. letters: its free indices, in the order in which they come."""

    __array_priority__ = 2000
    __hash__ = object.__hash__

    written = None  # it is written as its kind says, whatever it becomes
    conforms = True
    name = ""

    # -- what every kind states --

    @property
    @abstractmethod
    def parts(self) -> tuple[Entries, ...]:
        """The formulas that it is made of."""

    @abstractmethod
    def lowered(self, scope: Scope) -> Named:
        """What it is as an array, once all letters are settled. Raises ShapeError."""

    @abstractmethod
    def write(self, style: Any) -> Piece:
        """In the words of a style."""

    def settle(self, scope: Scope) -> None:
        """Say what is known here of the sizes of letters. Raises ShapeError."""
        for part in self.parts:
            part.settle(scope)

    @property
    def own_letters(self) -> Sequence[Letter]:
        """The indices that stand at this very place."""
        return ()

    @property
    def bound(self) -> Sequence[Letter]:
        """The indices that are summed over here."""
        return ()

    @property
    def leaves(self) -> Iterator[Array]:
        """The arrays that it is made of."""
        for part in self.parts:
            yield from part.leaves

    def factors(self, scope: Scope) -> Sequence[Named]:
        """What it is a product of, entry by entry."""
        return [self.lowered(scope)]

    def as_operand(self, place: Array) -> Array:
        """What a rule for arrays is told of it: something that takes its place, or the number that it is."""
        return place

    is_condition = False
    """Whether it is a condition on indices."""

    @property
    def is_open(self) -> bool:
        """Whether what follows it in print would be taken for a part of it, as behind a sum."""
        return False

    # -- what users ask --

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """Its free indices."""
        inner = [letter for part in self.parts for letter in part.letters]
        found = {id(letter): letter for letter in (*self.own_letters, *inner)}
        return tuple(letter for key, letter in found.items() if key not in set(map(id, self.bound)))

    @property
    def shape(self) -> Any:
        """The shape of the array, for a formula without free indices: of one number, or of what stands behind."""
        return self.array().shape if not self.letters else ()

    def array(self, *letters: Letter | Ranged) -> Array:
        """The array with an axis for each free index, in the order given: `P = (…).array(i, c)` defines P_ic.

        An index may have a range: `(x[i + 1] - x[i]).array(i[:-1])`.

        Raises:
            TypeError: an index is missing, is not free, or is none.
        """
        key = tuple((id(getattr(index, "letter", index)), str(index)) for index in letters)
        if key not in self._made:  # one node, so that a derivative by it finds it
            self._made[key] = RULES["array"](self, letters)
        return self._made[key]

    @cached_property
    def _made(self) -> dict[tuple[Any, ...], Array]:
        return {}

    def sum(self, *letters: Letter | Ranged) -> Entries:
        """The sum over indices: `(A[i, k] * B[k, j]).sum(k)`; over all free ones without any, from i on by `k[i:]`."""
        return self._over("sum", letters)

    def mean(self, *letters: Letter | Ranged) -> Entries:
        """The mean over indices."""
        return self._over("mean", letters)

    def max(self, *letters: Letter | Ranged) -> Entries:
        """The largest entry over indices."""
        return self._over("max", letters)

    def min(self, *letters: Letter | Ranged) -> Entries:
        """The smallest entry over indices."""
        return self._over("min", letters)

    def _over(self, word: str, letters: Sequence[Letter | Ranged]) -> Entries:
        return RULES[word](self, letters or self.letters)  # type: ignore[no-any-return]

    @property
    def T(self) -> Entries:
        """The transpose of what stands behind the indices."""
        return Transposed(self)

    def __as_array__(self) -> Array:
        if self.letters:
            free = ", ".join(letter.name for letter in self.letters)
            raise TypeError(f"{self!r} has the free indices {free}: an array has .array({free})")
        return self.array()

    def __apply_function__(self, function: Function, args: Sequence[Any]) -> Entries:
        parts = tuple(map(as_entries, args))
        if function is where and parts[0].is_condition:
            return RULES["cases"](*parts)  # type: ignore[no-any-return]
        return Applied(function, parts)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            raise TypeError(f"np.{ufunc.__name__}.{method} is not supported by entries: write .sum(k), .max(k)")
        if ufunc is np.matmul:
            return Product(*map(as_entries, inputs))
        parts = tuple(map(as_entries, inputs))
        if ufunc.__name__ in SIGNS:
            return Compared(ufunc.__name__, *parts)
        name = ufunc.__name__
        if getattr(np, name, None) is not ufunc:
            refuse_other(name, *inputs)
        return lifted(rule_of(name, inputs), parts)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 3:
            return self.__apply_function__(where, args)
        if function is np.clip and len(args) == 3 and not kwargs:
            return lifted(rule_of("clip"), tuple(map(as_entries, args)))
        raise TypeError(
            f"np.{function.__name__} takes arrays: name the axes with .array(i, j) first, or write it by entries, "
            "as (…).sum(k)"
        )

    def __bool__(self) -> NoReturn:
        raise TypeError("a formula by entries is neither true nor false: write where(i == j, x, y) instead of `if`")

    def __iter__(self) -> NoReturn:
        raise TypeError("a formula by entries cannot be looped over: sum over its indices, as in .sum(k)")

    def __getitem__(self, item: Any) -> NoReturn:
        raise TypeError(
            "a formula by entries has its indices already: name an array with P = (…).array(i, j), then P[i, k]"
        )

    def __repr__(self) -> str:
        text: str = RULES["text"](self)
        return text


def lifted(formula: Callable[..., Array], parts: Sequence[Entries]) -> Entries:
    """What a rule for arrays does to numbers, done to formulas."""
    places = [make_input(f"x{i}", (), domains.REAL) for i in range(len(parts))]
    operands = [part.as_operand(place) for part, place in zip(parts, places, strict=True)]
    known: dict[int, Entries] = {place.key: part for place, part in zip(places, parts, strict=True)}
    result = formula(*operands)
    for node in walk(result):
        if node.key not in known:
            function = node.params[0] if node.args else None
            inner = tuple(known[arg.key] for arg in node.args)
            known[node.key] = Applied(function, inner) if function is not None else Whole(node)
    return known[result.key]


def as_entries(value: Any) -> Entries:
    """A formula, an array, a number or an index as a formula. Raises TypeError for what is none."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{value} in a formula by entries: an index comes first in a comparison, as in i == n - 1")
    if isinstance(value, Position):
        return RULES["number"](value)  # type: ignore[no-any-return]
    return value if isinstance(value, Entries) else Whole(as_array(value))


class Whole(Entries):
    """An array or a number without indices."""

    def __init__(self, array: Array) -> None:
        self.whole = array

    parts = ()

    @property
    def leaves(self) -> Iterator[Array]:
        """The array."""
        yield self.whole

    def lowered(self, scope: Scope) -> Named:
        """As it is."""
        return Named(self.whole)

    def as_operand(self, place: Array) -> Array:
        """A number is told."""
        return self.whole if isinstance(self.whole, Literal) else place

    @property
    def shape(self) -> Any:
        """Its own."""
        return self.whole.shape

    def write(self, style: Any) -> Piece:
        """Its name or its text; numbers bind as they are written."""
        if isinstance(self.whole, Literal) and not self.whole.shape:
            return self.whole.write(style)
        return style.write(self.whole, ATOM), ATOM


class AtIndices(Entries):
    """An array at indices: `A[i, k]`, `x[i]`, `W[0, j]`."""

    def __init__(self, whole: Array, items: tuple[Any, ...]) -> None:
        self.whole, self.items = whole, items

    parts = ()

    @property
    def leaves(self) -> Iterator[Array]:
        """The array."""
        yield self.whole

    @property
    def own_letters(self) -> Sequence[Letter]:
        """Those in the brackets."""
        return [letter for item in self.items if isinstance(item, INDICES) for letter in places.letters_in(item)]

    @cached_property
    def _plain(self) -> Array:
        """The array with all axes that indices stand on."""
        if not self.whole.conforms or len(self.items) > self.whole.ndim:
            return index(self.whole, tuple(0 for _ in self.items))  # does not conform, and says why
        if all(isinstance(item, INDICES) for item in self.items):
            return self.whole
        return self.whole[tuple(slice(None) if isinstance(item, INDICES) else item for item in self.items)]

    @cached_property
    def _axes(self) -> list[Position | Ranged | None]:
        """The index of each axis of the plain array."""
        kept = [item if isinstance(item, INDICES) else None for item in self.items if not _is_whole(item)]
        return [*kept, *[None] * (self._plain.ndim - len(kept))]

    def settle(self, scope: Scope) -> None:
        """Each letter runs to the size of its axis, or is shifted."""
        for item, size in zip(self._axes, self._plain.shape, strict=True):
            if item is not None:
                places.settle(item, size, scope)

    def lowered(self, scope: Scope) -> Named:
        """Its axes in the order of letters; a letter that stands twice reads the diagonal."""
        return places.read(self._plain, self._axes, scope)

    def write(self, style: Any) -> Piece:
        """The array with its indices; a derivative with the indices where they belong."""
        apart = RULES["sides"](self)
        if apart is not None:
            return style.partial_at(self.whole, self.items, apart)  # type: ignore[no-any-return]
        return style.at_indices(self.whole, self.items), ATOM


@rule("select")
def selected(array: Array, items: tuple[Any, ...]) -> Entries:
    """An array at indices. Raises TypeError for what cannot stand beside them."""
    for item in items:
        if item is None or item is Ellipsis:
            raise TypeError(f"[{item!r}] beside indices: give every axis an index, a number or a slice")
    by_label = any(hasattr(item, "is_at") for item in items)
    return RULES["pick"](array, items) if by_label else AtIndices(array, items)


INDICES = (Position, Ranged)


def _is_whole(item: Any) -> bool:
    return not isinstance(item, (*INDICES, slice))


class Applied(Entries):
    """An element-wise function."""

    def __init__(self, function: Function, parts: tuple[Entries, ...]) -> None:
        if len(parts) != function.arity:
            raise TypeError(f"{function.name} takes {function.arity} argument(s), not {len(parts)}")
        self.function, self._parts = function, parts

    @property
    def is_condition(self) -> bool:  # type: ignore[override]
        """A product of conditions is one."""
        return self.function is multiply and all(part.is_condition for part in self.parts)

    def told(self, scope: Scope, holds: bool) -> Iterator[tuple[Any, bool]]:
        """What a product of conditions says of positions: where it holds, all do."""
        for part in self.parts if holds else ():
            yield from part.told(scope, True)  # type: ignore[attr-defined]

    def said(self, style: Any) -> str:
        """Conditions in words."""
        return style.conjunction.join(part.said(style) for part in self.parts)  # type: ignore[no-any-return, attr-defined]

    @property
    def parts(self) -> tuple[Entries, ...]:
        """The arguments."""
        return self._parts

    @property
    def is_open(self) -> bool:
        """If its last factor is."""
        return bool(self.function.sign) and self.parts[-1].is_open

    def factors(self, scope: Scope) -> Sequence[Named]:
        """Those of a product, if they are numbers or scale one array."""
        if self.function is not multiply:
            return [self.lowered(scope)]
        found = [factor for part in self.parts for factor in part.factors(scope)]
        return found if named.scales(found) else [self._entrywise(scope)]

    def lowered(self, scope: Scope) -> Named:
        """Entry by entry; a product of numbers that stand on different letters is one contraction.

        So is what scales an array behind letters: it needs no broadcasting.
        """
        if self.function is divide and self.letters:
            above, below = (part.lowered(scope) for part in self.parts)
            if above.core and below.letters and named.scales([above, below]) and not named.scales([above, above]):
                return named.multiplied([above, named.applied(np.reciprocal, [below])], ())
        factors = self.factors(scope) if self.function is multiply else ()
        letters = {factor.letters for factor in factors if factor.letters}
        if len(factors) > 1 and (len(letters) > 1 or (letters and len({factor.core for factor in factors}) > 1)):
            return named.multiplied(factors, ())
        return self._entrywise(scope)

    def _entrywise(self, scope: Scope) -> Named:
        return named.applied(partial(apply, self.function), [part.lowered(scope) for part in self.parts])

    def write(self, style: Any) -> Piece:
        """As the function is written; numbers that are multiplied stand side by side in mathematics."""
        if self.function is multiply:
            left, right = self.parts
            return style.side_by_side(left, right)  # type: ignore[no-any-return]
        return style.application(self.function, self.parts)  # type: ignore[no-any-return]


SIGNS = {
    "equal": "==", "not_equal": "!=", "greater": ">", "greater_equal": ">=", "less": "<", "less_equal": "<="
}  # fmt: skip
"""Comparisons by the names of NumPy's functions."""


class Compared(Entries):
    """A comparison, whose meaning depends on both sides: beside its own largest entry, an array's is a mask."""

    def __init__(self, name: str, left: Entries, right: Entries) -> None:
        self.comparison, self.left, self.right = name, left, right

    @property
    def parts(self) -> tuple[Entries, ...]:
        """Its sides."""
        return self.left, self.right

    def lowered(self, scope: Scope) -> Named:
        """As NumPy compares arrays."""
        return named.applied(rule_of(self.comparison), [part.lowered(scope) for part in self.parts])

    def write(self, style: Any) -> Piece:
        """With its sign between them."""
        return style.compared(SIGNS[self.comparison], self.left, self.right)  # type: ignore[no-any-return]


class Product(Entries):
    """The matrix product of what stands behind the indices."""

    def __init__(self, left: Entries, right: Entries) -> None:
        self.left, self.right = left, right

    @property
    def parts(self) -> tuple[Entries, ...]:
        """Its factors."""
        return self.left, self.right

    def lowered(self, scope: Scope) -> Named:
        """A product for every position of the indices."""
        return named.matmul(self.left.lowered(scope), self.right.lowered(scope))

    def write(self, style: Any) -> Piece:
        """As matrices are."""
        return style.matmul(self.left, self.right)  # type: ignore[no-any-return]


class Transposed(Entries):
    """The transpose of what stands behind the indices."""

    def __init__(self, of: Entries) -> None:
        self.of = of

    @property
    def parts(self) -> tuple[Entries, ...]:
        """What is transposed."""
        return (self.of,)

    def lowered(self, scope: Scope) -> Named:
        """The axes behind the letters in reverse order."""
        value = self.of.lowered(scope)
        rank, axes = len(value.letters), list(range(value.array.ndim))
        order = [*axes[:rank], *reversed(axes[rank:])]
        return value if order == axes else Named(contract([value.array], [axes], order), value.letters)

    def write(self, style: Any) -> Piece:
        """As arrays are."""
        return style.transpose(self.of)  # type: ignore[no-any-return]
