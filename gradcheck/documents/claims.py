"""Claims and marked mistakes: data only, nothing is checked here."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gradcheck.documents.causes import KINDS, Cause
from gradcheck.documents.errors import DerivationError, refuse_unless_text
from gradcheck.documents.readings import Reading, Readings
from gradcheck.documents.symmetric import Meant, refuse_unless_convention, refuse_unless_used
from gradcheck.entries.lowering import NAMELESS, Axes, axes_of
from gradcheck.graph import Array, ShapeOf, as_size
from gradcheck.verdicts import Mistake

Formula = Any
"""An `Array`, or a tuple of sizes where the claim is about a shape; a `Reading` until the convention is known."""


@dataclass(frozen=True)
class Step:
    """One right-hand side of a claim, or its left-hand side where that is marked as wrong.

    forms: as it is printed; behind it, if it is marked as wrong, what is right. A marked step passes only if both forms
    are what they are said to be. mistakes: what is wrong, or which custom is followed. at, source_line: where the step
    stands in the document.
    """

    forms: tuple[Formula, ...]
    mistakes: tuple[Mistake, ...] = ()
    at: str = ""
    source_line: int | None = None
    is_left: bool = False

    @property
    def kind(self) -> str:
        """What it is marked as: a "misprint", an "abuse" (of notation) if a custom makes it true; or a "step"."""
        return next((kind for kind in KINDS if any(mistake.kind == kind for mistake in self.mistakes)), "step")

    @property
    def why(self) -> str | None:
        """What is wrong, in the author's words; None if the author says nothing."""
        return "; ".join(mistake.why for mistake in self.mistakes if mistake.why) or None


@dataclass(frozen=True)
class Claim:
    """`target = step = step = …`.

    names: what the author calls each array, by `id` of the node. site: which `yield` of the derivation it came from.
    readings: what forms may mean that are printed as `reading(…)`, by `id` likewise. axes: what a claim by
    entries calls its axes. symmetric: the convention for derivatives by symmetric matrices, empty until it is known.
    """

    target: Array | ShapeOf
    steps: tuple[Step, ...]
    at: str
    line: int
    names: Mapping[int, str] = field(default_factory=dict)
    site: int = 0
    readings: Mapping[int, Readings] = field(default_factory=dict)
    axes: Axes = NAMELESS
    symmetric: str = ""

    @property
    def written(self) -> Iterator[Array]:
        """The arrays that its author wrote."""
        target = self.target.array if isinstance(self.target, ShapeOf) else self.target
        for form in (target, *(form for step in self.steps for form in step.forms)):
            yield from form.parts if isinstance(form, Reading) else (form,) if isinstance(form, Array) else ()

    def read_under(self, convention: str | None, meant: Meant) -> "Claim":
        """The claim with its printed formulas read, under a convention if there is one, and with what is meant."""
        readings: dict[int, Readings] = {}

        def read(form: Formula) -> Formula:
            if isinstance(form, Array):
                return meant(form)
            if not isinstance(form, Reading):
                return form
            found = replace(form, parts=tuple(map(meant, form.parts))).under(convention)
            readings[id(found.printed)] = found
            return found.printed

        steps = tuple(replace(step, forms=tuple(map(read, step.forms))) for step in self.steps)
        return replace(self, target=read(self.target), steps=steps, readings=readings, symmetric=meant.name)


def claim(
    target: Any,
    *steps: Any,
    at: str | Sequence[str] = "",
    source_line: int | Sequence[int] | None = None,
    symmetric: str | None = None,
) -> Claim:
    """Say that every step equals the target: `claim(gradient(J, W2), (T - Y) @ A1.T / m, at="layer 2")`.

    A step is an array expression, a `reading(...)`, a `misprint(...)` or an `abuse_of_notation(...)`; for the target
    `shape(X)` it is a tuple of sizes. A left-hand side that is printed wrong is a `misprint(...)` in the place of the
    target. `at` says where in the document it stands, `source_line` in which line of its file: one for all steps, or a
    sequence with one for each of them. `symmetric` is the convention for derivatives by symmetric matrices on all sides
    of the claim, where it is another one than the derivation's: "entries" or "changes", as `derivation` explains.

    Raises:
        DerivationError: there is no step, something that cannot stand in a formula, an `at` or a `source_line` that is
            none, or a convention that is none, or says nothing of this claim.
    """
    line = sys._getframe(1).f_lineno
    refuse_unless_convention(symmetric, line)
    if not steps:
        cure = "write claim(target, step, …) with at least one right-hand side"
        raise DerivationError("a claim without steps says nothing", cure, line)
    places = _for_each(steps, at, str, f'at="{at}"', line)
    lines = _for_each(steps, source_line, int | None, "source_line=12", line)
    left = target if isinstance(target, Step) else None
    target = left.forms[-1] if left else target
    axes = axes_of(target)
    try:
        goal = target if isinstance(target, ShapeOf) else axes.array(target)
        where = zip(steps, places, lines, strict=True)
        written = [replace(_step(step, goal, axes), at=place, source_line=number) for step, place, number in where]
        if left:
            written.append(replace(_left(left, goal, axes), at=places[0], source_line=lines[0]))
        made = Claim(goal, tuple(written), places[0], line, axes=axes, symmetric=symmetric or "")
    except TypeError as error:
        cure = "claims are about arrays; for sizes write claim(shape(X), (n, m))"
        raise DerivationError(str(error), cure, line) from None
    refuse_unless_used(symmetric, made.written, line)
    return made


def _for_each(steps: Sequence[Any], said: Any, kind: Any, example: str, line: int) -> Sequence[Any]:
    """What is said of each step, given what is said of one or of all of them."""
    word = example.partition("=")[0]
    if isinstance(said, kind):
        return [said] * len(steps)
    each = list(said) if isinstance(said, Sequence) else [said]
    if not isinstance(said, Sequence) or not all(isinstance(one, kind) for one in each):
        of = "a text" if kind is str else "a whole number"
        what = f"{word}={said!r} is not {of}, nor a sequence with one for each step"
        raise DerivationError(what, f"write {example}, or one for each step: {example.replace('=', '=[')}, …]", line)
    if len(each) != len(steps):
        what = f"{word}= has {len(each)} entries for {len(steps)} steps"
        raise DerivationError(what, "give one for each step, or one for all of them", line)
    return each


def _left(marked: Step, target: Array | ShapeOf, axes: Axes) -> Step:
    if isinstance(target, ShapeOf):
        raise TypeError("the left-hand side of a claim about sizes is marked as a mistake")
    return replace(_step(marked, target, axes), is_left=True)


def _step(written: Any, target: Array | ShapeOf, axes: Axes) -> Step:
    step = written if isinstance(written, Step) else Step((written,))
    return replace(step, forms=tuple(_formula(form, target, axes) for form in step.forms))


def _formula(value: Any, target: Array | ShapeOf, axes: Axes) -> Formula:
    if isinstance(target, ShapeOf):
        if not isinstance(value, tuple):
            raise TypeError(f"{value!r} is not a shape: the steps of a claim about a shape are tuples of sizes")
        return tuple(map(as_size, value))
    return value if isinstance(value, Reading) else axes.array(value)


def reading(*parts: Any) -> Reading:
    """A formula as it is printed, where juxtaposition is ambiguous: `reading(W2.T, T - Y, "*", R, X.T)`.

    Parts are arrays and numbers, with the signs that stand between them: * · @ ∘ ⊙ / + -, and - at the front. It stands
    as a step of a claim, or as a form of a marked one, and holds if all its readings that conform do; the convention of
    `@derivation(reading=…)` leaves one reading.

    Raises:
        DerivationError: the parts make no formula.
    """
    frame = sys._getframe(1)
    try:
        return Reading.of(parts, (frame.f_code.co_filename, frame.f_lineno))
    except TypeError as error:
        cure = 'write arrays with their signs in the order of print, as in reading(W.T, D, "*", R)'
        raise DerivationError(str(error), cure, frame.f_lineno) from None


def misprint(printed: Any, corrected: Any, why: str | Cause | None = None) -> Step:
    """A step as printed, its correction, and what is wrong. True misprints and false corrections fail.

    why: may be left out where verification proves a cause, whose words then stand in its place.
    """
    return _marked(printed, corrected, "" if why is None else why, "misprint", sys._getframe(1).f_lineno)


def abuse_of_notation(printed: Any, meant: Any, why: str | Cause) -> Step:
    """A step as printed, what is customarily meant by it, and which custom that is."""
    return _marked(printed, meant, why, "abuse", sys._getframe(1).f_lineno)


def _marked(printed: Any, corrected: Any, why: str | Cause, kind: str, line: int) -> Step:
    if isinstance(why, Cause):
        mistake = why.mistake
        if mistake.kind != kind:
            what = f"the cause {mistake.why!r} is of kind {mistake.kind!r} and not {kind!r}"
            words = {"misprint": "misprint", "abuse": "abuse_of_notation"}
            raise DerivationError(what, f"write {words[mistake.kind]}(…), or cause(…, kind={kind!r})", line)
    else:
        refuse_unless_text(line, why=why)
        mistake = Mistake(why, kind)
    forms = (printed, corrected)
    return Step(forms, (mistake,))
