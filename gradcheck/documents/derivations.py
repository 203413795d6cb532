"""Derivations: generator functions that write one document, or a section of it, down and yield claims.

A derivation runs again for every draw of its structure arguments. Names of its local variables are read from its frame,
so that reports speak of `Z1` as the document does.
"""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from hypothesis.strategies import SearchStrategy

from gradcheck.documents import tellings
from gradcheck.documents.claims import Claim
from gradcheck.documents.errors import DerivationError, refuse_unless_text
from gradcheck.documents.loops import Loop, left_over, loops_of
from gradcheck.documents.naming import named_in
from gradcheck.documents.readings import CONVENTIONS
from gradcheck.documents.symmetric import Meant, refuse_unless_convention
from gradcheck.documents.tellings import Tell, Told
from gradcheck.graph.refusals import refusals_as_data
from gradcheck.verdicts import ENTRIES, Mistake


@dataclass(frozen=True, eq=False)
class Derivation:
    """A document's formulas, as a function that yields claims for given structure arguments.

    broadcast: whether element-wise operations broadcast as NumPy's do; if not, unequal sizes are ill-shaped.
    layers: the brackets that the document puts a layer's number in, for printing.
    reading: the convention under which a printed `reading(…)` is read; None if the document has none.
    symmetric: that for derivatives by symmetric matrices, where a claim does not name its own; None for each entry.
    structure: a Hypothesis strategy for each argument of the function. tell: how its claims are told. page: where its
    claims stand in the page of notes that it was read from, if it was (documents.tex.reading.PageDerivation).
    """

    name: str
    source: str
    file: str
    line: int
    broadcast: bool
    layers: str
    reading: str | None
    symmetric: str | None
    structure: Mapping[str, Any]
    function: Callable[..., Iterator[Claim]]
    tell: Callable[[Tell], Iterator[Claim]] = tellings.marked
    page: Any = None

    @property
    def title(self) -> str:
        """The first line of the module's docstring."""
        return (inspect.cleandoc(self.function.__globals__.get("__doc__") or "").splitlines() or [""])[0]

    @property
    def section(self) -> str:
        """What the document calls the part that is written down: the first line of the function's docstring."""
        return (inspect.cleandoc(self.function.__doc__ or "").splitlines() or [""])[0].rstrip(".")

    @cached_property
    def _loops(self) -> tuple[Loop, ...]:
        """Read once, not for every draw of the structure."""
        return loops_of(self.function.__code__)

    def claims(self, **structure: Any) -> Iterator[Claim]:
        """The claims for one choice of structure, with the author's names.

        Raises DerivationError, and whatever the function itself raises.
        """
        return self.tell(partial(self._told, structure))

    def corrected(self, but: Collection[Mistake] = ()) -> "Derivation":
        """The document with its mistakes corrected, but for some: nothing is marked in it, and all should hold."""
        return replace(self, tell=partial(tellings.corrected, but=but))

    def _told(self, structure: Mapping[str, Any]) -> Iterator[Told]:
        """The claims as one run of the function yields them."""
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
            meant = Meant(item.symmetric or self.symmetric or ENTRIES)
            named = meant.named(named_in(frame, left_over(self._loops, frame.f_lineno)))
            with refusals_as_data():
                item = item.read_under(self.reading, meant)
            names = {i: name for i, (name, _) in named.items()}
            yield Told(replace(item, names=names, site=frame.f_lasti), named)
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


def _refuse_unless_reading(reading: Any, line: int) -> None:
    if reading is not None and reading not in tuple(CONVENTIONS):
        known = "; ".join(f'reading="{name}" ({convention.words})' for name, convention in CONVENTIONS.items())
        cure = f"leave it out if the document has none, or write {known}"
        raise DerivationError(f"reading={reading!r} is no convention for printed products", cure, line)


def derivation(
    function: None = None,
    /,
    *,
    source: str = "",
    broadcast: bool = True,
    layers: str = "[]",
    reading: str | None = None,
    symmetric: str | None = None,
    **structure: Any,
) -> Callable[[Callable[..., Iterator[Claim]]], Derivation]:
    """Decorator: makes a generator function a derivation of the document `source`.

    `broadcast=False` is for documents in matrix notation, where element-wise operations need equal sizes; `layers="()"`
    for those that write W^{(1)} where others write W^{[1]}; `reading="numpy"` or `reading="matrix"` says how products
    are meant that are written as `reading(…)`. Every other keyword is a structure argument of the function, and a
    Hypothesis strategy that its values are drawn from.

    `symmetric` is the convention for derivatives by `symmetric` and `positive_definite` matrices. With "entries", as
    where nothing is said, they are G, by each entry on its own; with "changes" along symmetric changes, (G + Gᵀ) / 2.
    A claim may name another one for itself.

    Raises:
        DerivationError: the function's arguments and the strategies do not belong together, `source` is no text, or
            `reading` or `symmetric` is no convention.
    """
    if function is not None:
        line = getattr(getattr(function, "__code__", None), "co_firstlineno", 0)
        raise DerivationError("@derivation is used without brackets", 'write @derivation(source="…")', line)

    def decorate(function: Callable[..., Iterator[Claim]]) -> Derivation:
        code = function.__code__
        refuse_unless_text(code.co_firstlineno, source=source)
        _refuse_unless_reading(reading, code.co_firstlineno)
        refuse_unless_convention(symmetric, code.co_firstlineno)
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
        return Derivation(*place, broadcast, layers, reading, symmetric, structure, function)

    return decorate
