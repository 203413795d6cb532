"""From formulas by entries to arrays: letters are settled, then every part becomes an array with named axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.entries.letters import Letter, Position, Ranged, letter_of
from gradcheck.entries.rules import rule
from gradcheck.entries.scopes import Scope, bounds_by_others, ranged
from gradcheck.entries.tree import Entries, as_entries
from gradcheck.graph import Array, Misfit, Written, as_array, misfit_of
from gradcheck.graph.infinity import refuse_infinite
from gradcheck.graph.refusals import Unsupported, as_data, engine
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import Shape, ShapeError, Size, SizeError
from gradcheck.graph.writing import COMPARE, Piece, Source


@rule("array")
def array_of(formula: Entries, letters: Sequence[Letter]) -> Array:
    """The array with an axis for each letter. Raises TypeError if these are not the free ones."""
    _refuse_unless_free(formula, letters)
    return _array(formula, letters, {}, is_named=True)[0]


@dataclass(frozen=True)
class Axes:
    """What a claim's arrays have in common: an axis for each free index of its target, and what these run to.

    core: the shape of what stands behind these, which may be () or 1×1 for numbers.
    """

    letters: tuple[Letter, ...] = ()
    ranges: tuple[tuple[Size, Size], ...] = ()
    core: Shape | None = None

    def array(self, value: Any) -> Array:
        """An array, a number or a formula as one side of the claim; repeated along the indices that it lacks.

        Raises:
            TypeError: it can be none.
        """
        if not isinstance(value, Entries):
            array = as_array(value)
            if not self.letters or not array.conforms or (array.shape and array.shape != self.core):
                return _finite(array)
        formula = as_entries(value)
        known = set(map(id, self.letters))
        extra = [letter for letter in formula.letters if id(letter) not in known]
        if extra:
            names = ", ".join(letter.name for letter in extra)
            why = "it is free at the right and not at the left: sum over it, or let the left-hand side have it, too"
            return _misfit(formula, (), ShapeError(f"index {names}", why))
        ranges = dict(zip(self.letters, self.ranges, strict=False))
        return _finite(_array(formula, self.letters, ranges, is_named=False, core=self.core)[0])

    @property
    def places(self) -> Sequence[Position]:
        """Where the entries of these arrays stand on their axes, which begin where the indices do."""
        return [
            letter - start if start else letter for letter, (start, _) in zip(self.letters, self.ranges, strict=True)
        ]


NAMELESS = Axes()
"""Those of a claim about arrays."""


def axes_of(target: Any) -> Axes:
    """The axes of a claim, given its target."""
    if not isinstance(target, Entries) or not target.letters:
        return NAMELESS
    array, scope = _array(target, target.letters, {}, is_named=False)
    if not array.conforms:
        return Axes(target.letters)
    axes = [scope.letter(letter) for letter in target.letters]
    core = array.shape[len(target.letters) :]
    return Axes(target.letters, tuple((axis.start, axis.stop) for axis in axes), core)


def _finite(array: Array) -> Array:
    """An array that can stand in a claim: not one that is -∞ somewhere, or made of -∞ without a rule."""
    if not array.conforms:
        return array
    try:
        refuse_infinite(array)
    except Unsupported as error:
        layout = lambda style, written: (style.write(array, COMPARE), COMPARE)  # noqa: E731
        return Misfit((array,), (as_data(error),), (), Written("side", (array,), (), layout))
    return array


Ranges = Mapping[Letter, tuple[Size, Size]]


def _array(
    formula: Entries, letters: Sequence[Any], ranges: Ranges, is_named: bool, core: Shape | None = None
) -> tuple[Array, Scope]:
    """The array, and what its letters run to.

    is_named: whether its text says the order of its axes. core: how numbers stand behind the letters.
    """
    scope, said = Scope(), letters if is_named else ()
    reasons = [reason for leaf in formula.leaves if (reason := misfit_of(leaf)) is not None]
    if reasons:
        return _misfit(formula, said, reasons[0]), scope
    try:
        with engine():
            for letter, (start, stop) in ranges.items():
                scope.letter(letter).is_claimed_for(start, stop)
            for index in letters:
                if isinstance(index, Ranged):
                    scope.letter(index.letter).runs_in(*ranged(index))
            formula.settle(scope)
            scope.settled()
            array = formula.lowered(scope).ordered([scope.letter(letter_of(letter)) for letter in letters])
            if core is not None and all(size == 1 for size in (*core, *array.shape[len(letters) :])):
                array = reshaped(array, (*array.shape[: len(letters)], *core))  # numbers, in whatever brackets
    except ShapeError as error:
        return _misfit(formula, said, error), scope
    except (TypeError, SizeError) as error:
        return _misfit(formula, said, as_data(error)), scope
    return _written(array, formula, said), scope


def _refuse_unless_free(formula: Entries, indices: Sequence[Any]) -> None:
    for index in indices:
        if not isinstance(index, (Letter, Ranged)) or any(bounds_by_others(index)):
            raise TypeError(f".array({index!r}): axes are named by indices, as in i, j = indices('i j')")
    letters = list(map(letter_of, indices))
    free, named = {id(letter): letter for letter in formula.letters}, {id(letter): letter for letter in letters}
    wrong = [letter.name for key, letter in (named | free).items() if key not in free or key not in named]
    if wrong or len(named) != len(letters):
        says = ", ".join(letter.name for letter in letters)
        own = ", ".join(letter.name for letter in formula.letters) or "none"
        raise TypeError(f".array({says}) names each free index once, and those of {text_of(formula)} are: {own}")


def _said(formula: Entries, letters: Sequence[Any]) -> Written:
    options = (("formula", formula), ("letters", tuple(letters)))
    return Written("by_entries", tuple(formula.leaves), options, _as_written)


def _misfit(formula: Entries, letters: Sequence[Any], error: Any) -> Array:
    leaves = tuple(formula.leaves)
    return Misfit(leaves, (error,), (), _said(formula, letters))


def _written(array: Array, formula: Entries, letters: Sequence[Any]) -> Array:
    """The same node, in its author's words."""
    reason = misfit_of(array)
    if reason is not None:  # a sum over indices leaves arrays, which may not fit what stands beside it
        return _misfit(formula, letters, reason)
    if not array.args:
        return array
    return type(array)(array.args, array.params, array.shape, _said(formula, letters))


def written_by_entries(array: Array, formula: Entries) -> Array:
    """An array that is written as a formula whose free indices are known."""
    return reshaped(array, array.shape, _said(formula, ()))


def _as_written(style: Any, written: Written) -> Piece:
    """The formula; in source, as an array, which it is there."""
    formula, letters = written.option("formula"), written.option("letters")
    return style.by_entries(formula, letters)  # type: ignore[no-any-return]


@rule("text")
def text_of(formula: Entries) -> str:
    """The formula in source."""
    return Source({}, "[]").write(formula, COMPARE)
