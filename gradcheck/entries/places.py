"""Entries at positions: x[i], x[i + 1], x[n - 1 - i], w[i + j].

An index that stands alone reads a block of its axis; any other place is read by a product with an array of 0s and 1s.
Of every place it has to be shown that it lies inside of its axis. Where only a condition shows it, as in
where(i > 0, x[i - 1], 0), the first entry stands in the place of those that there are not, which the condition keeps
out: it is an entry as any other, so that what is made of it has a value.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from gradcheck.entries.letters import Letter, Position, Ranged, letter_of
from gradcheck.entries.named import Named
from gradcheck.entries.scopes import Axis, Scope, ranged
from gradcheck.graph import Array, Written
from gradcheck.graph.blocks import as_entry, block
from gradcheck.graph.identities import identity
from gradcheck.graph.positional import positional
from gradcheck.graph.products import contract
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, Size

Item = Position | Ranged
LONGEST = 30
"""Names of arrays that are longer are left out of messages."""
ZERO, ONE = sp.Integer(0), sp.Integer(1)


def letters_in(item: Item) -> Sequence[Letter]:
    """The letters of an index, and of its bounds."""
    if isinstance(item, Ranged):
        bounds = [bound for bound in (item.start, item.stop) if isinstance(bound, Position)]
        if bounds:
            raise TypeError(
                f"[{item.name}]: bounds that depend on other indices stand in a sum, as in .sum({item.name})"
            )
        return [item.letter]
    return list(item.coefficients)


def settle(item: Item, size: Size, scope: Scope) -> None:
    """Say what an index that stands on an axis says of its letters."""
    if isinstance(item, (Letter, Ranged)):
        axis = scope.letter(letter_of(item))
        axis.runs_to(size)
        if isinstance(item, Ranged):
            axis.runs_in(*ranged(item))
    else:
        is_alone = list(map(abs, item.coefficients.values())) == [1]
        for letter in item.coefficients:
            scope.letter(letter).is_shifted_on(size if is_alone else None)


def read(array: Array, items: Sequence[Item | None], scope: Scope) -> Named:
    """An array at indices, None for axes that have none. Raises ShapeError."""
    alone, bounds, products = [], [], []
    for axis, (item, size) in enumerate(zip(items, array.shape, strict=True)):
        place = item.letter if isinstance(item, Ranged) else item
        shown = place is None or _is_shown(array, place, size, scope)
        letter = _alone(place, scope) if shown else None
        alone.append(letter)
        start = ZERO if letter is None or place is None else place.constant + letter.start
        bounds.append((start, size if letter is None else start + letter.size))
        if place is not None and letter is None:
            products.append((axis, _at(place, size, scope, not shown)))
    written = Written("index", (array,), (("item", tuple(slice(*ends) for ends in bounds)),), as_entry)
    return _put_together(block(array, bounds, written), alone, products)


def _put_together(array: Array, alone: Sequence[Axis | None], products: Sequence[tuple[int, Named]]) -> Named:
    """One contraction, with letters in front."""
    every = [letter for letter in alone if letter is not None]
    every += [letter for _, places in products for letter in places.letters]
    number = {letter: array.ndim + i for i, letter in enumerate(dict.fromkeys(every))}
    labels = [[axis if letter is None else number[letter] for axis, letter in enumerate(alone)]]
    labels += [[*(number[letter] for letter in places.letters), axis] for axis, places in products]
    gone = {axis for axis, _ in products}
    behind = [axis for axis, letter in enumerate(alone) if letter is None and axis not in gone]
    result = [*number.values(), *behind]
    if labels == [result]:
        return Named(array, tuple(number))
    return Named(contract([array, *(places.array for _, places in products)], labels, result), tuple(number))


def _is_shown(array: Array, place: Position, size: Size, scope: Scope) -> bool:
    """Whether a place is inside without any condition. Raises ShapeError if nothing shows that it is inside."""
    for index in place.coefficients:
        scope.letter(index).size  # noqa: B018 - what runs to nothing raises
    letter = _alone(place, scope)
    is_all_of_it = letter is not None and (place.constant, letter.start) == (0, 0) and letter.stop == size
    if is_all_of_it or not scope.outside(place, size, by_conditions=False):
        return True
    ends = scope.outside(place, size)
    if not ends:
        return False
    name = str(array) if len(str(array)) < LONGEST else "an array"
    raise ShapeError(f"index {place.name} of {name}", _out_of(place, size, ends[0]))


def _out_of(place: Position, size: Size, end: str) -> str:
    """What is wrong with a place that may lie outside, and the cure."""
    letter, *others = place.coefficients
    alone = not others and place.coefficients[letter] == 1
    first, last = (letter.name, size - place.constant) if alone else (place.name, size)
    if end == "below":
        some, where, condition = "1:", "below 0", f"{first} > {-1 - place.constant if alone else -1}"
    else:
        some, where, condition = ":-1", f"beyond {size - 1}", f"{first} < {last}"
    return (
        f"it may be {where}: let the sum have a bound, as in .sum({letter.name}[{some}]), or the left-hand side, as in "
        f"x[{letter.name}[{some}]], or choose, as in where({condition}, x[{place.name}], 0)"
    )


def _alone(place: Position | None, scope: Scope) -> Axis | None:
    """The letter of a place that is a letter and a constant."""
    if place is None or list(place.coefficients.values()) != [1]:
        return None
    (letter,) = place.coefficients
    return scope.letter(letter)


def _at(place: Position, size: Size, scope: Scope, is_filled: bool) -> Named:
    """1 where an entry of an axis is the one at a place. is_filled: with the first one for those that there are not."""
    letters = {scope.letter(letter): number for letter, number in place.coefficients.items()}
    start = place.constant + sum(number * letter.start for letter, number in letters.items())
    sizes = [letter.size for letter in letters]
    found = positional([*sizes, size], [*letters.values(), -1], start, False)
    if is_filled:
        rows = list(range(len(sizes)))
        lost = 1 - contract([found], [[*rows, len(rows)]], rows)
        first = reshaped(block(identity(size), [(ZERO, ONE), (ZERO, size)]), (size,))
        found = found + contract([lost, first], [rows, [len(rows)]], [*rows, len(rows)])
    return Named(found, tuple(letters))
