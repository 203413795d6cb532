"""Causes at one place of the step: something else stands there than what is right.

The places are those that the step is written with (`repair.forms`), names and what is made of them. What may stand
there otherwise is a table of generators by cause, the likeliest first: a symbol in scope, a transpose, an activation
for its derivative, a sign, another product, a mean, a factor or a term more or less.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import combinations, islice, product
from typing import NamedTuple

import sympy as sp

from gradcheck.functions import Function
from gradcheck.graph import Array, as_array, is_one_number, size_symbols, walk
from gradcheck.graph.refusals import Unsupported
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.repair.arithmetic import MINUS, NEGATIVE, OVER, PLUS, TIMES, Applied, Power
from gradcheck.repair.contractions import AT, TRANSPOSED, Reduction
from gradcheck.repair.edits import resized
from gradcheck.repair.forms import Form, read
from gradcheck.repair.scope import functions_in

REFUSED = (Unsupported, TypeError, ValueError, ArithmeticError)
"""What NumPy has no meaning for is no cause."""
MOST_PLACES, MOST_MADE = 60, 500
"""Steps of more places than this are looked at in the first ones only, and so many formulas are made of a step."""
MOST_RENAMED = 4
"""A symbol may be another one in all of its places, or in any of so many."""
STANDS = "{} stands where {} is right"
"""What is printed, and what is right."""


class Other(NamedTuple):
    """What may be right at a place: the kind of the cause, words with {} for `parts`, and the array."""

    kind: str
    words: str
    parts: tuple[Array, ...]
    array: Array


def a_sign(trial: Trial) -> Iterator[Cause]:
    """A wrong sign at one place."""
    yield from _at_places(trial, [signs])


def a_likely_place(trial: Trial) -> Iterator[Cause]:
    """Another symbol at one place or several, a transpose, an activation for its derivative, a factor less."""
    yield from _at_places(trial, LIKELY)
    yield from _renamed(trial)


def a_place(trial: Trial) -> Iterator[Cause]:
    """Whatever else is right at one place."""
    yield from _at_places(trial, OTHERS)


def _at_places(trial: Trial, table: Iterable[Callable[[Trial, Form], Iterable[Other]]]) -> Iterator[Cause]:
    paths = list(islice(_paths(read(trial.formula, trial.names)), MOST_PLACES))
    every = ((path, other) for others, path in product(table, paths) for other in _made(others, trial, path[-1]))
    for path, other in islice(every, MOST_MADE):
        if (right := _built(path[0], {id(path[-1])}, other.array)) is not None:
            yield from trial.causes(other.kind, other.words, right, other.parts)


def _built(form: Form, places: Container[int], new: Array) -> Array | None:
    """The formula with something else at places, by `id`; None where that does not conform."""
    if id(form) in places:
        return new
    parts = [_built(part, places, new) for part in form.parts]
    if all(part is form.array for part, form in zip(parts, form.parts, strict=True)):
        return form.array
    if form.operation is None or any(part is None for part in parts):
        return None
    try:
        found = form.operation.build(*(part for part in parts if part is not None))
    except REFUSED:
        return None
    return found if found.conforms else None


def _paths(form: Form, above: tuple[Form, ...] = ()) -> Iterator[tuple[Form, ...]]:
    """All places at which something else may stand, each with what it is a part of, from the whole on."""
    if form.is_plain or (form.array.verb == "literal" and form.array.shape):
        return
    yield (*above, form)
    for part in form.parts:
        yield from _paths(part, (*above, form))


def _made(others: Callable[[Trial, Form], Iterable[Other]], trial: Trial, place: Form) -> Iterator[Other]:
    """What may stand at a place and conforms."""
    try:
        yield from (other for other in others(trial, place) if other.array.conforms)
    except REFUSED:
        return


def _renamed(trial: Trial) -> Iterator[Cause]:
    """Another symbol in several places of one."""
    whole = read(trial.formula, trial.names)
    for old in whole.repeated():
        places = [place for place in whole.places() if place.is_symbol and place.array.key == old.key]
        first = places[:MOST_RENAMED]
        some = (chosen for count in range(len(first), 1, -1) for chosen in combinations(first, count))
        for chosen, new in islice(product(dict.fromkeys([tuple(places), *some]), trial.symbols), MOST_MADE):
            right = _built(whole, set(map(id, chosen)), new) if new.key != old.key else None
            if right is not None:
                yield from trial.causes("symbol", f"{STANDS}, {len(chosen)} times", right, (old, new))


# ---- what may be right instead ---------------------------------------------------------------------------------------


def symbols(trial: Trial, place: Form) -> Iterator[Other]:
    """Another layer, a pre-activation for an activation: any symbol of the place's shape."""
    if place.is_symbol:
        for new in trial.symbols:
            if new.key != place.array.key:
                yield from (Other("symbol", STANDS, (place.array, n), n) for n in _both_ways(new))


def _both_ways(symbol: Array) -> list[Array]:
    """A matrix may be needed transposed."""
    return [symbol, symbol.T] if symbol.ndim == 2 and not is_one_number(symbol.shape) else [symbol]


def transposes(trial: Trial, place: Form) -> Iterator[Other]:
    """The transpose of what stands there."""
    if place.operation is not TRANSPOSED and place.array.conforms and place.array.ndim == 2:
        yield Other("transpose", STANDS, (place.array, place.array.T), place.array.T)


def as_it_is(trial: Trial, place: Form) -> Iterator[Other]:
    """What is transposed there."""
    if place.operation is TRANSPOSED:
        yield Other("transpose", STANDS, (place.array, place.parts[0].array), place.parts[0].array)


def activations(trial: Trial, place: Form) -> Iterator[Other]:
    """An activation for its derivative, and back; its argument; one more derivative as a factor, or one less."""
    if isinstance(place.operation, Applied):
        function, arguments = place.operation.function, [part.array for part in place.parts]
        known = functions_in([trial.target, *trial.symbols, place.array])
        for other in (*known, *_integrals(trial, function)):
            if other is not function and other.arity == len(arguments):
                new = other(*arguments)
                yield Other("activation derivative", STANDS, (place.array, new), new)
        yield from (Other("activation derivative", STANDS, (place.array, a), a) for a in arguments)
    elif place.array.conforms and place.array.verb != "literal":
        for function in functions_in([trial.target, *trial.symbols]):
            if function.arity == 1:
                yield Other("activation", STANDS, (place.array, function(place.array)), function(place.array))
    for slope in trial.slopes:
        if place.array.conforms and slope.shape == place.array.shape:
            words = "the factor {} is missing beside {}"
            yield Other("activation derivative", words, (slope, place.array), place.array * slope)
            if place.is_symbol and slope.key != place.array.key:
                yield Other("activation derivative", STANDS, (place.array, slope), slope)


def _integrals(trial: Trial, function: Function) -> Iterator[Function]:
    """The functions in the target whose derivative it is."""
    rows = dict.fromkeys(node.params[0] for node in walk(trial.target) if node.verb == "elementwise")
    yield from (row for row in rows if row.arity == 1 and not row.sign and row.prime is function)


def fewer(trial: Trial, place: Form) -> Iterator[Other]:
    """A factor or a term less."""
    if place.operation in (TIMES, AT, PLUS, MINUS, OVER):
        left, right = (part.array for part in place.parts)
        kind, what = ("term", "term") if place.operation in (PLUS, MINUS) else ("factor", "factor")
        is_slope = {node.key for node in (left, right)} & {slope.key for slope in trial.slopes}
        for lost, kept in ((right, left), (left, right)):
            if lost is right or place.operation is not OVER:
                name = "divisor" if place.operation is OVER else what
                found = "activation derivative" if is_slope and lost.key in is_slope else kind
                yield Other(found, f"the {name} {{}} is too much beside {{}}", (lost, kept), kept)


def signs(trial: Trial, place: Form) -> Iterator[Other]:
    """+ for -, and the order of what is subtracted."""
    if place.operation is NEGATIVE:
        yield Other("sign", STANDS, (place.array, place.parts[0].array), place.parts[0].array)
    elif place.operation in (PLUS, MINUS):
        left, right = (part.array for part in place.parts)
        new = left - right if place.operation is PLUS else left + right
        yield Other("sign", STANDS, (place.array, new), new)
    if place.array.conforms and place.operation is not NEGATIVE:
        yield Other("sign", STANDS, (place.array, -place.array), -place.array)


def products(trial: Trial, place: Form) -> Iterator[Other]:
    """* for @ and back, another order of the factors, a product for a quotient."""
    if place.operation in (TIMES, AT, OVER):
        left, right = (part.array for part in place.parts)
        if place.operation is AT:
            yield from (Other("product", STANDS, (place.array, a), a) for a in (left * right, right @ left))
        elif place.operation is TIMES:
            yield from (Other("product", STANDS, (place.array, a), a) for a in (left @ right, right @ left))
            yield Other("factor", STANDS, (place.array, left / right), left / right)
        else:
            yield from (Other("factor", STANDS, (place.array, a), a) for a in (left * right, right / left))


def sums(trial: Trial, place: Form) -> Iterator[Other]:
    """A sum for a mean and back, over other axes, or lost; none where there is one."""
    if isinstance(place.operation, Reduction):
        word, axis, keepdims = place.operation.word, place.operation.axis, place.operation.keepdims
        of = place.parts[0].array
        other = Reduction("mean" if word == "sum" else "sum", axis, keepdims).build(of)
        yield Other("mean", STANDS, (place.array, other), other)
        for axes in (0, 1, None):
            for kept in (True, False):
                if (axes, kept) != (axis, keepdims) and (axes is None or (of.conforms and axes < of.ndim)):
                    new = Reduction(word, axes, kept).build(of)
                    yield Other("sum", STANDS, (place.array, new), new)
        yield Other("sum", STANDS, (place.array, of), of)
    elif trial.is_ill_shaped and place.array.conforms and place.array.ndim == 2:
        for axes in (0, 1):
            new = Reduction("sum", axes, True).build(place.array)
            yield Other("sum", STANDS, (place.array, new), new)


def powers(trial: Trial, place: Form) -> Iterator[Other]:
    """A square that is lost or too much."""
    if isinstance(place.operation, Power):
        yield Other("power", STANDS, (place.array, place.parts[0].array), place.parts[0].array)
    elif place.array.conforms and place.array.verb != "literal":
        yield Other("power", STANDS, (place.array, place.array**2), place.array**2)


def sizes(trial: Trial, place: Form) -> Iterator[Other]:
    """Another size, or one more as a factor or a divisor."""
    known = size_symbols([trial.target, *trial.symbols])
    for _, other in resized(place, known):
        yield Other("size", STANDS, (place.array, other.array), other.array)
    if place.array.verb == "literal":
        number = place.array.params[0][0]
        swaps = (number.subs(old, new) for old in number.free_symbols for new in (*known, sp.Integer(1)))
        for size in (*swaps, *known, sp.Integer(1), sp.Integer(2)):
            yield Other("factor", STANDS, (place.array, as_array(size)), as_array(size))
    elif place.array.conforms:
        for size in (*known, sp.Integer(2), *map(sp.sqrt, known)):
            yield Other("factor", STANDS, (place.array, place.array / size), place.array / size)
            yield Other("factor", STANDS, (place.array, size * place.array), size * place.array)


def more(trial: Trial, place: Form) -> Iterator[Other]:
    """A symbol more, as a factor or as a term."""
    if not place.array.conforms or place.array.verb == "literal":
        return
    it = place.array
    for term in (1 + it, it - 1, 1 - it):
        yield Other("term", "the term 1 is missing: {}", (term,), term)
    for new in (way for symbol in trial.symbols for way in _both_ways(symbol)):
        for term in (it + new, it - new, new - it):
            yield Other("term", "the term {} is missing: {}", (new, term), term)
        for both in (it * new, it @ new, new @ it) if it.ndim == new.ndim == 2 else (it * new,):
            yield Other("factor", "the factor {} is missing: {}", (new, both), both)


LIKELY: tuple[Callable[[Trial, Form], Iterable[Other]], ...] = (as_it_is, fewer, symbols, transposes, activations)
OTHERS: tuple[Callable[[Trial, Form], Iterable[Other]], ...] = (sums, products, powers, sizes, more)
"""By cause, the likeliest first."""
