"""Derivations, claims and marked mistakes: data only, nothing is checked here.

A derivation is a generator function that writes one document, or a section of it, down and yields claims. It runs again
for every draw of its structure arguments. Names of its local variables are read from its frame, so that reports speak
of `Z1` as the document does.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hypothesis.strategies import SearchStrategy

from gradcheck.documents.loops import Loop, left_over, loops_of
from gradcheck.documents.naming import names_in
from gradcheck.documents.readings import CONVENTIONS, Reading, Readings
from gradcheck.graph import Array, ShapeOf, as_array, as_size
from gradcheck.graph.refusals import refusals_as_data


class DerivationError(Exception):
    """A module that is not written as derivations are: what is wrong, the line (0 if unknown), and the cure."""

    def __init__(self, what: str, cure: str, line: int = 0) -> None:
        super().__init__(what)
        self.what, self.cure, self.line = what, cure, line


Formula = Any
"""An `Array`, or a tuple of sizes where the claim is about a shape; a `Reading` until the convention is known."""


@dataclass(frozen=True)
class Step:
    """One right-hand side of a claim.

    forms: as it is printed; behind it, if it is marked as wrong, what is right. kind: "step", or what it is marked as:
    "misprint" or "abuse" (of notation). why: what is wrong, or which custom is followed. A marked step passes only if
    both forms are what they are said to be.
    """

    forms: tuple[Formula, ...]
    kind: str = "step"
    why: str | None = None


@dataclass(frozen=True)
class Claim:
    """`target = step = step = …`.

    names: what the author calls each array, by `id` of the node. site: which `yield` of the derivation it came from.
    readings: what forms may mean that are printed as `reading(…)`, by `id` likewise.
    """

    target: Array | ShapeOf
    steps: tuple[Step, ...]
    at: str
    line: int
    names: Mapping[int, str] = field(default_factory=dict)
    site: int = 0
    readings: Mapping[int, Readings] = field(default_factory=dict)

    def read_under(self, convention: str | None) -> "Claim":
        """The claim with its printed formulas read, under a convention if there is one."""
        readings: dict[int, Readings] = {}

        def read(form: Formula) -> Formula:
            if not isinstance(form, Reading):
                return form
            found = form.under(convention)
            readings[id(found.printed)] = found
            return found.printed

        steps = tuple(replace(step, forms=tuple(map(read, step.forms))) for step in self.steps)
        return replace(self, steps=steps, readings=readings)


def claim(target: Any, *steps: Any, at: str = "") -> Claim:
    """Say that every step equals the target: `claim(gradient(J, W2), (T - Y) @ A1.T / m, at="layer 2")`.

    A step is an array expression, a `reading(...)`, a `misprint(...)` or an `abuse_of_notation(...)`; for the target
    `shape(X)` it is a tuple of sizes. `at` says where in the document it stands.

    Raises:
        DerivationError: there is no step, something that cannot stand in a formula, or an `at` that is no text.
    """
    line = sys._getframe(1).f_lineno
    _refuse_unless_text(line, at=at)
    if not steps:
        cure = "write claim(target, step, …) with at least one right-hand side"
        raise DerivationError("a claim without steps says nothing", cure, line)
    try:
        goal = target if isinstance(target, ShapeOf) else as_array(target)
        return Claim(goal, tuple(_step(step, goal) for step in steps), at, line)
    except TypeError as error:
        cure = "claims are about arrays; for sizes write claim(shape(X), (n, m))"
        raise DerivationError(str(error), cure, line) from None


def _refuse_unless_text(line: int, **said: Any) -> None:
    for word, value in said.items():
        if not isinstance(value, str):
            raise DerivationError(f"{word}={value!r} is not a text", f'write {word}="{value}"', line)


def _refuse_unless_convention(reading: Any, line: int) -> None:
    if reading is not None and reading not in tuple(CONVENTIONS):
        known = "; ".join(f'reading="{name}" ({convention.words})' for name, convention in CONVENTIONS.items())
        cure = f"leave it out if the document has none, or write {known}"
        raise DerivationError(f"reading={reading!r} is no convention for printed products", cure, line)


def _step(written: Any, target: Array | ShapeOf) -> Step:
    step = written if isinstance(written, Step) else Step((written,))
    return replace(step, forms=tuple(_formula(form, target) for form in step.forms))


def _formula(value: Any, target: Array | ShapeOf) -> Formula:
    if isinstance(target, ShapeOf):
        if not isinstance(value, tuple):
            raise TypeError(f"{value!r} is not a shape: the steps of a claim about a shape are tuples of sizes")
        return tuple(map(as_size, value))
    return value if isinstance(value, Reading) else as_array(value)


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


def misprint(printed: Any, corrected: Any, why: str) -> Step:
    """A step as printed, its correction, and what is wrong. True misprints and false corrections fail."""
    _refuse_unless_text(sys._getframe(1).f_lineno, why=why)
    return Step((printed, corrected), "misprint", why)


def abuse_of_notation(printed: Any, meant: Any, why: str) -> Step:
    """A step as printed, what is customarily meant by it, and which custom that is."""
    _refuse_unless_text(sys._getframe(1).f_lineno, why=why)
    return Step((printed, meant), "abuse", why)


@dataclass(frozen=True, eq=False)
class Derivation:
    """A document's formulas, as a function that yields claims for given structure arguments.

    broadcast: whether element-wise operations broadcast as NumPy's do; if not, unequal sizes are ill-shaped.
    layers: the brackets that the document puts a layer's number in, for printing.
    reading: the convention under which a printed `reading(…)` is read; None if the document has none.
    structure: a Hypothesis strategy for each argument of the function.
    """

    name: str
    source: str
    file: str
    line: int
    broadcast: bool
    layers: str
    reading: str | None
    structure: Mapping[str, Any]
    function: Callable[..., Iterator[Claim]]

    @property
    def title(self) -> str:
        """The first line of the module's docstring."""
        return (inspect.cleandoc(self.function.__globals__.get("__doc__") or "").splitlines() or [""])[0]

    @cached_property
    def _loops(self) -> tuple[Loop, ...]:
        """Read once, not for every draw of the structure."""
        return loops_of(self.function.__code__)

    def claims(self, **structure: Any) -> Iterator[Claim]:
        """The claims for one choice of structure, with the author's names.

        Raises DerivationError, and whatever the function itself raises.
        """
        generator = self.function(**structure)
        if not inspect.isgenerator(generator):
            what = f"{self.name} yields nothing: it returned {type(generator).__name__}"
            cure = "a derivation is a generator function: write `yield claim(target, step)`"
            raise DerivationError(what, cure, self.line)
        count = 0
        for item in _resumed(generator):
            frame = generator.gi_frame
            assert frame is not None  # it has just yielded
            if not isinstance(item, Claim):
                what = f"{self.name} yielded {_short(item)}, which is not a claim"
                raise DerivationError(what, "write `yield claim(target, step, …)`", frame.f_lineno)
            count += 1
            names = names_in(frame, left_over(self._loops, frame.f_lineno))
            with refusals_as_data():
                item = item.read_under(self.reading)
            yield replace(item, names=names, site=frame.f_lasti)
        if not count:
            raise DerivationError(f"{self.name} ended without a claim", "write `yield claim(target, step)`", self.line)


def _resumed(generator: Iterator[Any]) -> Iterator[Any]:
    """What a derivation yields. What it writes that is not supported is data, so that it goes on behind."""
    while True:
        with refusals_as_data():  # while the author's lines run, and not while claims are looked at
            try:
                item = next(generator)
            except StopIteration:
                return
        yield item


def _short(item: object) -> str:
    text = repr(item)
    return text if len(text) <= 60 else text[:57] + "…"


def derivation(
    function: None = None,
    /,
    *,
    source: str = "",
    broadcast: bool = True,
    layers: str = "[]",
    reading: str | None = None,
    **structure: Any,
) -> Callable[[Callable[..., Iterator[Claim]]], Derivation]:
    """Decorator: makes a generator function a derivation of the document `source`.

    `broadcast=False` is for documents in matrix notation, where element-wise operations need equal sizes; `layers="()"`
    for those that write W^{(1)} where others write W^{[1]}; `reading="numpy"` or `reading="matrix"` says how products
    are meant that are written as `reading(…)`. Every other keyword is a structure argument of the function, and a
    Hypothesis strategy that its values are drawn from.

    Raises:
        DerivationError: the function's arguments and the strategies do not belong together, `source` is no text, or
            `reading` is no convention.
    """
    if function is not None:
        line = getattr(getattr(function, "__code__", None), "co_firstlineno", 0)
        raise DerivationError("@derivation is used without brackets", 'write @derivation(source="…")', line)

    def decorate(function: Callable[..., Iterator[Claim]]) -> Derivation:
        code = function.__code__
        _refuse_unless_text(code.co_firstlineno, source=source)
        _refuse_unless_convention(reading, code.co_firstlineno)
        wanted = list(inspect.signature(function).parameters)
        if set(wanted) != set(structure):
            what = f"{function.__name__}({', '.join(wanted)}) is given strategies for ({', '.join(structure)})"
            cure = "give @derivation one Hypothesis strategy for each argument of the function, and no other"
            raise DerivationError(what, cure, code.co_firstlineno)
        for name, strategy in structure.items():
            if not isinstance(strategy, SearchStrategy):
                what = f"{name}={strategy!r} is not a Hypothesis strategy"
                cure = f"write {name}=just({strategy!r}) for one value, or a range such as integers(1, 5)"
                raise DerivationError(what, cure, code.co_firstlineno)
        place = (function.__name__, source, code.co_filename, code.co_firstlineno)
        return Derivation(*place, broadcast, layers, reading, structure, function)

    return decorate
