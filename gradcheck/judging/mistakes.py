"""Wrong variants of a formula: the mistakes that people make, one at a time, made in the formula's own graph.

A step that passes is only worth its tick if the same look at a wrong formula would have failed. So each step that
passes is broken in every way below, and what the oracles do not tell from the truth is reported.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import NamedTuple

from gradcheck import printing
from gradcheck.graph import Array, block, broadcast_to, each_written, identity, reshaped, size_symbols
from gradcheck.graph.infinity import is_finite
from gradcheck.graph.products import contract, transpose
from gradcheck.graph.refusals import engine

SLIGHTLY = Fraction(1, 1_000_000)
"""The smallest relative change that has to be noticed."""

MOST_WORK = 60_000
"""Formulas are broken at so many places that, times their length, these are about as many expressions at most."""

Names = Mapping[int, str]
"""What the author calls arrays, by the `id` of the node."""
Path = tuple[int, ...]
"""Where a part stands in a formula: operand numbers from the root."""


class Variant(NamedTuple):
    """A formula that differs in one thing from another. `words` say in which, with {} for each of `parts`."""

    words: str
    parts: tuple[Array, ...]
    formula: Array

    def what(self, names: Names, written: Callable[[Array], Array] = lambda part: part) -> str:
        """How it differs; written: how parts of a formula are written in it."""
        return printing.sentence(self.words.format, list(map(written, self.parts)), names)


def variants(step: Array, names: Names, symbols: Iterable[Array]) -> Iterator[Variant]:
    """Every variant of a formula that has its shape and is not the same expression.

    symbols: the arrays with names that those in the formula are replaced by.
    """
    seen = {step.key}
    for variant in _every(step, names, list(symbols)):
        formula = variant.formula
        if formula.conforms and formula.shape == step.shape and formula.key not in seen:
            seen.add(formula.key)
            yield variant


@engine()
def _every(step: Array, names: Names, symbols: list[Array]) -> list[Variant]:
    return [*_of_the_whole(step), *_of_operations(step, names), *_of_symbols(step, names, symbols)]


# ---- the whole formula -------------------------------------------------------------------------------------------


def _of_the_whole(step: Array) -> Iterator[Variant]:
    yield Variant("2 × it", (), 2 * step)
    yield Variant("-1 × it", (), -step)
    yield Variant("0", (), broadcast_to(0, step.shape))
    for size in size_symbols([step]):
        yield Variant(f"{size} × it", (), size * step)
        yield Variant(f"1/{size} × it", (), step / size)
    if step.ndim == 2:
        yield Variant("the transpose", (), transpose(step))
    yield Variant("one entry × (1 + 1e-6)", (), step * (1 + SLIGHTLY * _first_entry(step)))


def _first_entry(step: Array) -> Array:
    """1 at the first entry, else 0."""
    if not step.ndim:
        return broadcast_to(1, ())
    ends = [reshaped(block(identity(size), [(0, 1), (0, size)]), (size,)) for size in step.shape]
    return contract(ends, [[axis] for axis in range(step.ndim)], range(step.ndim))


# ---- its operations ----------------------------------------------------------------------------------------------


def _of_operations(step: Array, names: Names) -> Iterator[Variant]:
    for path, part in _places(step, names):
        for words, parts, other in part.mistakes():
            # What stands in for a part has to have its shape, if need be by repeating it.
            fitting = broadcast_to(other, part.shape) if other.conforms and other.shape != part.shape else other
            if fitting.conforms:
                yield Variant(words, parts, with_part(step, path, fitting))


# ---- its symbols -------------------------------------------------------------------------------------------------


def _of_symbols(step: Array, names: Names, symbols: list[Array]) -> Iterator[Variant]:
    for path in symbols_in(step, names):
        old = part_at(step, path)
        for new in symbols:
            if new.shape == old.shape and new.key != old.key:
                yield Variant("{} for {}", (new, old), with_part(step, path, new))


def symbols_in(step: Array, names: Names) -> Iterator[Path]:
    """The places of symbols. A formula that has a name itself is looked into: the name stands for what is printed."""
    for path, node in _places(step, names):
        yield from ((*path, i) for i, arg in enumerate(node.args) if id(arg) in names)


def _places(step: Array, names: Names) -> Iterator[tuple[Path, Array]]:
    """The expressions that are written out in the formula, each at one of its places.

    Of a formula so long that each wrong one would be as long again, every second place, third place, …
    """
    found = list(_written_out(step, names))
    for i in range(0, len(found), 1 + len(found) ** 2 // MOST_WORK):
        yield _path(found, i), found[i].node


class _Place(NamedTuple):
    """An expression, and as which operand of which other one it is written."""

    node: Array
    above: int
    position: int


def _written_out(step: Array, names: Names) -> Iterator[_Place]:
    """Every expression that is written out, at one of its places: code uses a result many times."""
    seen = {step.key}
    pending = deque([_Place(step, 0, 0)])
    for number in count():
        if not pending:
            return
        place = pending.popleft()
        yield place
        for i, arg in enumerate(place.node.args):
            if id(arg) not in names and arg.key not in seen:
                seen.add(arg.key)
                pending.append(_Place(arg, number, i))


def _path(places: Sequence[_Place], i: int) -> Path:
    """From the root, which is the first place, to another one."""
    path = []
    while i:
        path.append(places[i].position)
        i = places[i].above
    return tuple(path[::-1])


def symbols_of(formulas: Iterable[Array], names: Names) -> list[Array]:
    """Everything that has a name and a shape among what the formulas are made of."""
    found: dict[int, Array] = {}
    for node in each_written(formulas):
        if id(node) in names and node.conforms and is_finite(node):
            found.setdefault(node.key, node)
    return list(found.values())


def part_at(node: Array, path: Path) -> Array:
    """The part of a formula at a place."""
    for i in path:
        node = node.args[i]
    return node


def with_part(node: Array, path: Path, new: Array) -> Array:
    """The formula with another part of the same shape at a place."""
    above = [node]
    for i in path[:-1]:
        above.append(above[-1].args[i])
    for node, i in zip(above[::-1], path[::-1], strict=False):
        new = node.rebuild([*node.args[:i], new, *node.args[i + 1 :]])
    return new
