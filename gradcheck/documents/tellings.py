"""A document as it is printed, and as it is when its mistakes are corrected.

A derivation that calls causes is told side by side: with everything corrected, which targets and corrections are taken
from; as printed; and, where several causes were met, with each of them left in alone, which says whose mistake a line
is. So a line that carries a mistake on belongs to its cause, what is right once the cause is mended is no mistake of
its own, and corrections hold together. What is told first costs nothing more where no cause is called.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from gradcheck.documents.causes import Telling, in_telling
from gradcheck.documents.claims import Claim, Formula, Step
from gradcheck.documents.errors import DerivationError
from gradcheck.graph import Array, ShapeOf
from gradcheck.graph.inputs import SharedInputs
from gradcheck.verdicts import Mistake

CURE = "let nothing but arrays and sizes depend on what a cause stands for"


class Told(NamedTuple):
    """A claim, and the arrays that had a name when it was yielded, by `id`."""

    claim: Claim
    named: Mapping[int, tuple[str, Array]]


Tell = Callable[[], Iterator[Told]]
"""Lets a derivation say its claims from the start."""


def marked(tell: Tell) -> Iterator[Claim]:
    """The claims of a derivation; what is printed otherwise than it is when everything is corrected is marked."""
    shared = SharedInputs()
    right = _Teller(tell, shared, lambda mistake: False)
    printed = _Teller(tell, shared, lambda mistake: True)
    alone: dict[Mistake, _Teller] = {}
    while (told := right.next()) is not None:
        met = right.met
        if not met:
            yield told.claim
            continue
        if len(met) > 1:
            alone |= {one: _Teller(tell, shared, one.__eq__) for one in met if one not in alone}
        left_in = {one: teller.at(right.count) for one, teller in alone.items()}
        yield _marked(told, printed.at(right.count), left_in or dict.fromkeys(met))


def corrected(tell: Tell, but: Collection[Mistake]) -> Iterator[Claim]:
    """The claims of the document with its mistakes corrected, but for some; nothing is marked any more."""
    teller = _Teller(tell, SharedInputs(), but.__contains__)
    while (told := teller.next()) is not None:
        yield _settled(told.claim, but)


def _settled(claim: Claim, but: Collection[Mistake]) -> Claim:
    def form(step: Step) -> Any:
        return step.forms[0] if any(mistake in but for mistake in step.mistakes) else step.forms[-1]

    left = next((form(step) for step in claim.steps if step.is_left), claim.target)
    steps = (replace(step, forms=(form(step),), mistakes=()) for step in claim.steps if not step.is_left)
    return replace(claim, target=left, steps=tuple(steps))


class _Teller:
    """A derivation that is told in one way, claim by claim. count: how many it has told."""

    def __init__(self, tell: Tell, shared: SharedInputs, leaves_in: Callable[[Mistake], bool]) -> None:
        self._telling = Telling(leaves_in)
        self._inputs = shared.again()
        self._claims = tell()
        self.count = 0

    @property
    def met(self) -> Mapping[Mistake, None]:
        """The mistakes that were come across."""
        return self._telling.met

    def next(self) -> Told | None:
        """The next claim; None if there is none left."""
        with in_telling(self._telling), self._inputs:
            told = next(self._claims, None)
        self.count += told is not None
        return told

    def at(self, count: int) -> Told:
        """The claim of that number, which is not told yet."""
        while (told := self.next()) is not None:
            if self.count == count:
                return told
        what = "with a mistake left in, the derivation yields fewer claims than without it"
        raise DerivationError(what, CURE)


def _marked(told: Told, printed: Told, left_in: Mapping[Mistake, Told | None]) -> Claim:
    claim = told.claim
    if len(claim.steps) != len(printed.claim.steps) or claim.site != printed.claim.site:
        what = f"with its mistakes left in, the derivation says something else in the place of {claim.at or 'a claim'}"
        raise DerivationError(what, CURE, claim.line)
    steps = tuple(_step(i, step, printed.claim.steps[i], left_in) for i, step in enumerate(claim.steps))
    readings = {**printed.claim.readings, **claim.readings}
    return replace(claim, steps=steps, names=_names(told, printed), readings=readings)


def _step(index: int, right: Step, printed: Step, left_in: Mapping[Mistake, Told | None]) -> Step:
    """A step with what is printed in front of what is right, if they differ, and the mistakes that they differ for."""
    if all(map(_is_same, right.forms, printed.forms)):
        return right
    own = [
        mistake
        for mistake, told in left_in.items()
        if told is None or not all(map(_is_same, right.forms, told.claim.steps[index].forms))
    ]
    mistakes = dict.fromkeys((*right.mistakes, *(own or left_in)))  # several may take effect only together
    return replace(right, forms=(printed.forms[0], right.forms[-1]), mistakes=tuple(mistakes))


def _is_same(one: Formula, other: Formula) -> bool:
    return bool(_known(one) == _known(other))


def _known(formula: Formula) -> Any:
    if isinstance(formula, ShapeOf):
        return "shape", formula.array.key
    return formula.key if isinstance(formula, Array) else formula


def _names(told: Told, printed: Told) -> dict[int, str]:
    """The names of the corrected document, and those that mean the same as printed.

    What is printed under the name of something else is written out, so that it never looks like what is right.
    """
    meant = {(name, array.key) for name, array in told.named.values()}
    taken = {name for name, _ in meant}
    known = printed.named.items()
    names = {i: name for i, (name, array) in known if name not in taken or (name, array.key) in meant}
    return names | dict(told.claim.names)
