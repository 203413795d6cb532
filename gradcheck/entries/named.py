"""Arrays whose leading axes are named by letters, with a NumPy array of any rank behind them.

A_ik has two letters and one number behind them, an example x_i a letter and a vector, a matrix no letter. What is named
aligns by name, and what stands behind follows NumPy's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy as sp

from gradcheck.entries.scopes import Axis
from gradcheck.graph import Array
from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.products import contract
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import Shape, ShapeError, show_shape

ONE = sp.Integer(1)


@dataclass(frozen=True, eq=False)
class Named:
    """An array and the letters of its first axes."""

    array: Array
    letters: tuple[Axis, ...] = ()

    @property
    def core(self) -> Shape:
        """The shape of what stands behind the letters."""
        return self.array.shape[len(self.letters) :]

    def ordered(self, letters: Sequence[Axis]) -> Array:
        """The array with these letters in front, in this order; repeated along those that it does not depend on."""
        own = [letter for letter in letters if letter in self.letters]
        array = self._moved(own)
        if len(own) == len(letters):
            return array
        sizes = [letter.size if letter in own else ONE for letter in letters]
        alone = reshaped(array, (*sizes, *self.core))
        return broadcast_to(alone, (*(letter.size for letter in letters), *self.core))

    def _moved(self, letters: Sequence[Axis]) -> Array:
        """With the same letters in another order."""
        if tuple(letters) == self.letters:
            return self.array
        rank = len(self.letters)
        behind = range(rank, self.array.ndim)
        axes = [self.letters.index(letter) for letter in letters]
        return contract([self.array], [range(self.array.ndim)], [*axes, *behind])


def union(values: Sequence[Named]) -> tuple[Axis, ...]:
    """All letters, in the order in which they come."""
    return tuple(dict.fromkeys(letter for value in values for letter in value.letters))


def applied(call: Callable[..., Array], values: Sequence[Named]) -> Named:
    """What is done entry by entry; the arrays behind the letters broadcast as NumPy's do."""
    letters = union(values)
    rank = max((len(value.core) for value in values), default=0)
    arrays = []
    for value in values:
        if not value.letters and not value.core:  # a number stays one, so that x ** 2 keeps its exponent
            arrays.append(value.array)
            continue
        array = value.ordered(letters)
        missing = (ONE,) * (rank - len(value.core)) if letters else ()
        arrays.append(reshaped(array, (*array.shape[: len(letters)], *missing, *value.core)))
    return Named(call(*arrays), letters)


def scales(values: Sequence[Named]) -> bool:
    """Whether at most one of the factors is no number behind its letters, so that the others scale it."""
    core = _scaled(values)
    return all(value.core == core or (_is_number(value) and len(value.core) <= len(core)) for value in values) and (
        sum(not _is_number(value) for value in values) <= 1
    )


def _is_number(value: Named) -> bool:
    return all(size == 1 for size in value.core)


def _scaled(values: Sequence[Named]) -> Shape:
    """What stands behind the letters of the one that is scaled."""
    return max((value.core for value in values), key=lambda core: (any(size != 1 for size in core), len(core)))


def multiplied(factors: Sequence[Named], summed: Sequence[Axis]) -> Named:
    """The product, summed over letters: one contraction, so that nothing larger is made on the way.

    Numbers are multiplied with at most one array that stands behind letters.
    """
    letters = union(factors)
    number = {letter: i for i, letter in enumerate(letters)}
    kept = [letter for letter in letters if letter not in summed]
    core = _scaled(factors)
    behind = range(len(letters), len(letters) + len(core))
    arrays, labels = [], []
    for factor in factors:
        is_number = factor.core != core
        shape = factor.array.shape[: len(factor.letters)] if is_number else factor.array.shape
        arrays.append(reshaped(factor.array, shape))
        labels.append([*(number[letter] for letter in factor.letters), *(() if is_number else behind)])
    return Named(contract(arrays, labels, [*(number[letter] for letter in kept), *behind]), tuple(kept))


def total(value: Named, summed: Sequence[Axis]) -> Named:
    """The sum over letters that it depends on."""
    kept = [i for i, letter in enumerate(value.letters) if letter not in summed]
    behind = range(len(value.letters), value.array.ndim)
    array = contract([value.array], [range(value.array.ndim)], [*kept, *behind])
    return Named(array, tuple(value.letters[i] for i in kept))


def matmul(left: Named, right: Named) -> Named:
    """The matrix product of what stands behind the letters. Raises ShapeError."""
    one, two = left.core, right.core
    if not one or not two:
        raise ShapeError(f"{show_shape(one)} @ {show_shape(two)}", "one of them is a number: write *")
    if len(one) > 2 or len(two) > 2:
        raise ShapeError(
            f"{show_shape(one)} @ {show_shape(two)}", "stacks stand behind indices: give them indices, too"
        )
    if one[-1] != two[0]:
        raise ShapeError(f"{show_shape(one)} @ {show_shape(two)}", f"{one[-1]} is not {two[0]}")
    if not left.letters and not right.letters:
        return Named(left.array @ right.array)
    letters = union([left, right])
    number = {letter: i for i, letter in enumerate(letters)}
    row, inner, column = len(letters), len(letters) + 1, len(letters) + 2
    rows, columns = [row] * (len(one) - 1), [column] * (len(two) - 1)
    labels = [
        [*(number[letter] for letter in left.letters), *rows, inner],
        [*(number[letter] for letter in right.letters), inner, *columns],
    ]
    return Named(contract([left.array, right.array], labels, [*range(len(letters)), *rows, *columns]), letters)
