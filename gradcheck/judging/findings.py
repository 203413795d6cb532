"""What the oracles said of one formula, and the verdict that follows: the table of `verdicts`, row by row."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import sympy as sp

from gradcheck import printing
from gradcheck.documents.claims import Claim, Formula
from gradcheck.functions.table import subtract
from gradcheck.graph import Array, as_array, broadcast_to, inputs_of
from gradcheck.graph.writing import Names
from gradcheck.judging.agreement import compare
from gradcheck.judging.comparison import Comparison, NumericPoint
from gradcheck.judging.oracles import Place
from gradcheck.numerics.kinks import Side
from gradcheck.proofs.all_sizes import why_all_sizes
from gradcheck.proofs.prime_field import FieldOutcome
from gradcheck.proofs.symbols import Outcome
from gradcheck.sampling.point import Point
from gradcheck.tolerances import SEEN_BY_NUMBERS
from gradcheck.verdicts import Answer, Verdict

IN_SYMBOLS = {Answer.DIFFERS: "differs", Answer.UNRESOLVED: "unknown", Answer.PROVED: "proved"}
"""How evidence calls the answers of exact algebra; of several, the first is told."""
IN_THE_FIELD = {**IN_SYMBOLS, Answer.PROVED: "equal", Answer.CONTRADICTS: "contradiction"}
"""How evidence calls the answers of the prime field."""
BY_NUMBERS = (Answer.AGREES, Answer.DIFFERS, Answer.UNRESOLVED)
"""What either numerical oracle can answer."""

SHOWN = 3
"""How many sides of kinks that were not seen a message names."""

Found = TypeVar("Found", Outcome, FieldOutcome, Comparison)


@dataclass(frozen=True, eq=False)
class Case:
    """One instance of `target = formula`. is_explained: whether it is to be said why it is wrong, if it is."""

    place: Place
    claim: Claim
    formula: Formula
    is_explained: bool = True

    @property
    def target(self) -> Array:
        """The left-hand side, where the claim is about values."""
        assert isinstance(self.claim.target, Array)
        return self.claim.target

    @property
    def is_zero(self) -> bool:
        """Whether algebra proves that the formula is 0."""
        zero = broadcast_to(0, self.formula.shape)
        if self.place.prime is not None and self.place.prime.compare(self.formula, zero).answer is Answer.PROVED:
            return True
        return {at.compare(self.formula, zero).answer for at in self.place.symbolic} == {Answer.PROVED}

    def at(self, point: Point) -> NumericPoint:
        """Another point, whose sizes need be no others than this case's own."""
        return NumericPoint(point, inputs_of((self.target, self.formula)))


@dataclass(frozen=True)
class Said(Generic[Found]):
    """What one oracle said of one instance at some sizes; the kind of what it found tells which oracle it was."""

    case: Case
    sizes: Mapping[sp.Symbol, int]
    found: Found

    @property
    def answer(self) -> Answer:
        """The answer alone."""
        return self.found.answer


def _agreeing(points: Iterable[NumericPoint], numbers: Iterable[Said[Comparison]]) -> list[NumericPoint]:
    """The points at which numbers saw the formula hold."""
    return [at for at, said in zip(points, numbers, strict=True) if said.answer is Answer.AGREES]


@dataclass
class Findings:
    """All that was said of one formula in all its instances, in the order of asking.

    unseen: sides of kinks at which the formula was not seen to hold, and is not proved to.
    """

    said: list[Said[Any]] = field(default_factory=list)
    unseen: list[tuple[Case, Side]] = field(default_factory=list)

    def look(self, case: Case) -> None:
        """Ask all oracles about one instance."""
        sides, place = (case.target, case.formula), case.place
        in_the_field = [Said(case, at.sizes, at.compare(*sides)) for at in [place.prime] if at is not None]
        in_symbols = self._in_symbols(case, any(said.answer is Answer.PROVED for said in in_the_field))
        # Where exact algebra sees a difference, the others are asked, too.
        points = [*place.numeric, *(case.at(said.found.at) for said in in_symbols if said.found.at is not None)]
        numbers = self._ask(case, points)
        self.said += [*in_symbols, *in_the_field]
        if not any(said.answer is Answer.DIFFERS for said in numbers):
            self._look_beyond(case, self._proves(case), points, numbers)
        self.said += numbers

    def _in_symbols(self, case: Case, is_proved: bool) -> list[Said[Outcome]]:
        """What is seen in symbols. One difference settles it; what the field proves is written out at one instance."""
        said = self.by(Outcome)
        for at in case.place.symbolic:
            answers = {one.answer for one in said}
            if Answer.DIFFERS in answers or (is_proved and Answer.PROVED in answers):
                break
            said.append(Said(case, at.sizes, at.compare(case.target, case.formula)))
        return said[len(self.by(Outcome)) :]

    def _ask(self, case: Case, points: Iterable[NumericPoint]) -> list[Said[Comparison]]:
        found = compare(points, case.target, case.formula)
        return [Said(case, dict(comparison.point.sizes), comparison) for comparison in found]

    def _look_beyond(
        self, case: Case, proved: bool, points: list[NumericPoint], numbers: list[Said[Comparison]]
    ) -> None:
        """Ask numbers on the sides of kinks that they have not seen.

        What is proved needs to be seen nowhere else, but for thresholds that only sums at larger sizes may pass: points
        have to lie beyond those, whether or not they resolve anything.
        """
        graphs, sides = (case.target, case.formula), case.place.sides
        points = list(points)

        def look(more: Callable[..., list[NumericPoint]]) -> None:
            new = more(graphs, _agreeing(points, numbers))
            points.extend(new)
            numbers.extend(self._ask(case, new))

        look(sides.beyond)
        if not proved or all(said.found.is_zero for said in numbers):
            look(sides.between)
            look(sides.tied)
        if proved:
            unseen = [side for side in sides.unseen(graphs, points) if not why_all_sizes(side.argument)]
        else:
            agreeing = _agreeing(points, numbers)
            unseen = [*sides.unseen(graphs, agreeing), *sides.vanishing(graphs, agreeing)]
        self.unseen += [(case, side) for side in unseen]

    def by(self, oracle: type[Found]) -> list[Said[Found]]:
        """What one oracle said, which is known by the kind of its findings; `Comparison` for both of numbers."""
        return [said for said in self.said if type(said.found) is oracle]

    @property
    def numbers(self) -> list[Comparison]:
        """All comparisons by numbers."""
        return [said.found for said in self.by(Comparison)]

    @property
    def seen(self) -> list[Comparison]:
        """Those at which the formula was seen to hold."""
        return [found for found in self.numbers if found.answer is Answer.AGREES]

    def _proves(self, case: Case) -> bool:
        """Whether one tier of exact algebra proves an instance: in symbols at all its sizes, or in the field."""
        in_symbols = {said.answer for said in self.by(Outcome) if said.case is case}
        in_the_field = {said.answer for said in self.by(FieldOutcome) if said.case is case}
        return {Answer.PROVED} in (in_symbols, in_the_field)

    @property
    def is_proved(self) -> bool:
        """Whether exact algebra proves every instance, each by either tier."""
        return all(map(self._proves, {said.case for said in self.by(Comparison)}))

    @property
    def vanishes(self) -> bool:
        """Whether the left-hand side is 0 wherever it was seen; if it never was, whether algebra says that it is 0.

        Rounding hides a 0, and a value that has lost all its digits looks like one: only algebra tells them apart.
        """
        if self.seen:
            return all(found.is_zero for found in self.seen)
        values = [found for found in self.numbers if np.all(np.isfinite(found.target)) and not found.on_kink]
        may_vanish = bool(values) and all(found.is_zero for found in values)
        return may_vanish and all(case.is_zero for case in {said.case for said in self.said})

    def proof_is_refuted(self) -> bool:
        """Whether numbers differ at the very sizes of a proof. A proof is about values, where there are any."""
        return any(
            proof.case is number.case and proof.sizes == number.sizes
            for proof in self.by(Outcome)
            for number in self.by(Comparison)
            if proof.answer is Answer.PROVED and number.answer is Answer.DIFFERS
            if not number.found.remark and not number.found.on_kink
        )

    @property
    def certificates(self) -> Iterator[tuple[Said[Outcome], Said[Comparison]]]:
        """Where exact algebra certifies a difference, each with what numbers say at that very point."""
        numbers = self.by(Comparison)
        for said in self.by(Outcome):
            if said.answer is Answer.DIFFERS:
                yield from ((said, at) for at in numbers if at.case is said.case and at.found.point == said.found.at)

    def certificate_is_refuted(self) -> bool:
        """Whether numbers agree at a point of a certificate although they would see its difference.

        A difference in an entry that is lost in the rounding errors of the array is not seen, and no point where
        numbers resolve nothing says anything of it.
        """
        return any(at.answer is Answer.AGREES and sees(at.found, said.found) for said, at in self.certificates)

    @property
    def evidence(self) -> dict[str, Any]:
        """What each oracle said, at which sizes and points, for reports."""
        answers = {said.answer for said in self.by(Outcome)}
        return {
            "exact": next((word for answer, word in IN_SYMBOLS.items() if answer in answers), "not asked"),
            "exact_sizes": [by_name(said.sizes) for said in self.by(Outcome)],
            "prime_field": [
                {
                    "sizes": by_name(at.sizes),
                    "status": IN_THE_FIELD[at.answer],
                    "error": at.found.error,
                    "note": at.found.note,
                }
                for at in self.by(FieldOutcome)
            ],
            "backprop": _counts([found.backprop for found in self.numbers]),
            "differences": _counts([found.differences for found in self.numbers]),
            "points": [str(found.point) for found in self.numbers],
        }


def sees(numbers: Comparison, certificate: Outcome) -> bool:
    """Whether numbers would see the difference of the certificate at its point."""
    entry = certificate.entry
    size = np.abs(numbers.target[entry]) + np.abs(numbers.step[entry])
    tolerance = np.broadcast_to(numbers.tolerance, numbers.target.shape)[entry]
    with np.errstate(all="ignore"):
        return bool(np.any(certificate.relative * size > tolerance + SEEN_BY_NUMBERS * size))


def _counts(answers: list[Answer]) -> dict[str, int]:
    return {answer.value: answers.count(answer) for answer in BY_NUMBERS}


def by_name(sizes: Mapping[sp.Symbol, int]) -> dict[str, int]:
    """Sizes by the names of their symbols."""
    return {symbol.name: size for symbol, size in sizes.items()}


def sizes_in_words(sizes: Mapping[str, int]) -> str:
    """As messages say them."""
    return ", ".join(f"{name}={size}" for name, size in sizes.items())


# ---- the table ---------------------------------------------------------------------------------------------------


def decide(findings: Findings) -> tuple[Verdict, str]:
    """The verdict of the first row of the table that applies, and what there is to say of it."""
    return next((verdict, words) for verdict, row in TABLE if (words := row(findings)) is not None)


def _contradiction(findings: Findings) -> str | None:
    return next((f"gradcheck contradicts itself: {words}" for words in _contradictions(findings)), None)


def _contradictions(findings: Findings) -> Iterator[str]:
    """How two oracles contradict each other."""
    yield from (f"{found.conflict}; {found.point}" for found in findings.numbers if found.conflict)
    yield from (said.found.note for said in findings.by(FieldOutcome) if said.answer is Answer.CONTRADICTS)
    if findings.proof_is_refuted():
        yield "proved by exact algebra, refuted by numbers"
    differs = any(found.answer is Answer.DIFFERS for found in findings.numbers)
    if not differs and findings.certificate_is_refuted():
        yield "refuted by exact algebra, seen to hold by numbers at the same point"


def _difference(findings: Findings) -> str | None:
    return "" if any(said.answer is Answer.DIFFERS for said in findings.said) else None


def _nothing_but_zeros(findings: Findings) -> str | None:
    numbers, seen = findings.numbers, findings.seen
    zero = all(found.is_zero for found in seen) if seen else not any(np.any(found.target) for found in numbers)
    if not numbers or not zero or findings.is_proved:
        return None
    reason = next((found.reason for found in numbers if found.reason and not found.is_zero), "")
    if reason:
        return f"it was seen to hold only where the left-hand side is 0, which shows nothing; elsewhere, {reason}"
    return "the left-hand side is 0 at every point looked at, so agreeing with it shows nothing"


def _nothing_seen(findings: Findings) -> str | None:
    reasons = (found.reason for found in findings.numbers if found.reason)
    is_nothing_to_see = findings.is_proved and findings.vanishes
    return None if findings.seen or is_nothing_to_see else next(reasons, "no point was looked at")


def _proof(findings: Findings) -> str | None:
    return "" if findings.is_proved else None


def _one_side_only(findings: Findings) -> str | None:
    unseen = dict.fromkeys(condition(side, case.claim.names) for case, side in findings.unseen)
    more = f"; and {len(unseen) - SHOWN} more" if len(unseen) > SHOWN else ""
    return f"it holds where it was seen, but {'; '.join(list(unseen)[:SHOWN])} was never seen{more}" if unseen else None


def condition(side: Side, names: Names) -> str:
    """Where the argument has the sign, as one would write it."""
    sign, argument = {1: ">", -1: "<", 0: "="}[side.sign], side.argument
    left, right = argument.args if argument.params == (subtract,) else (argument, as_array(0))
    return printing.sentence(f"{{}} {sign} {{}}".format, (left, right), names)


def _appearance(findings: Findings) -> str:
    exact = [said.found for said in findings.by(Outcome)]
    if not exact:
        why = _why_not_in_the_field(findings)
        if why:
            return f"it holds at every point looked at, but was not proved: {why}, and it is too long to be written out"
        return "it holds at every point looked at, but is too long to be written out for a proof"
    note = next((f": {outcome.note}; quotients such as x / 3 are exact" for outcome in exact if outcome.note), "")
    return f"it holds at every point looked at, but was not proved{note}"


def _why_not_in_the_field(findings: Findings) -> str:
    """Why the prime field proves nothing, at the first instance of which it says that."""
    said = next((said for said in findings.by(FieldOutcome) if said.found.note), None)
    if said is None:
        return ""
    at = f" at {sizes_in_words(by_name(said.sizes))}" if said.sizes else ""
    return f"{said.found.note} (over a prime field{at})"


TABLE: tuple[tuple[Verdict, Callable[[Findings], str | None]], ...] = (
    (Verdict.HARNESS_ERROR, _contradiction),
    (Verdict.REFUTED, _difference),
    (Verdict.UNDECIDED, _nothing_but_zeros),
    (Verdict.UNDECIDED, _nothing_seen),
    (Verdict.UNDECIDED, _one_side_only),
    (Verdict.PROVED, _proof),
    (Verdict.AGREES, _appearance),
)
"""Verdicts from the top, each with what says, in words, why it applies, or None if it does not."""
