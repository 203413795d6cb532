"""`check_gradient(f, grad, *args)`: anybody's function and gradient, of which only values are known.

First it is looked at whether there is anything to compare: f has to be a function (the same number twice, finite,
arguments left alone), and grad has to return arrays of the right shapes. Then the slopes of f are measured, one
argument at a time, with an error bar (`slopes`), and where the code happens to run on symbols, exact algebra is asked
(`tracing`).

What grad does wrong is refuted, what f does wrong is undecided, and a call that makes no sense raises.
SymPy, which takes half a second to import, is imported with what needs it, when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.black_box import quanta, undecided
from gradcheck.black_box.arguments import Argument, Floats, read_arguments
from gradcheck.black_box.claimed import Claimed, NotOneForEach, read_claims
from gradcheck.black_box.judged import Judged, judge
from gradcheck.black_box.quanta import Quanta
from gradcheck.black_box.report import ArgumentFinding, GradientReport
from gradcheck.black_box.sampling import NotANumber, Sampler
from gradcheck.black_box.slopes import (
    ALL_ENTRIES,
    DIRECTIONS,
    RTOL,
    Directions,
    Samples,
    Slopes,
    at_rounded_points,
    axes,
    directions,
    in_double,
    measure,
    sample,
)
from gradcheck.numerics.richardson import DOUBLE, SINGLE, nodes
from gradcheck.progress import Progress
from gradcheck.tolerances import HIDES, SAFETY, VALUE_ULPS
from gradcheck.verdicts import Answer, Verdict

if TYPE_CHECKING:
    from gradcheck.black_box.corrected import Wrong
    from gradcheck.black_box.tracing import Traced

ALIKE = {DOUBLE: 1e-9, SINGLE: 1e-3}
"""How far the gradients of two calls may be apart, relative to the largest entry.

Sums over copies that are aligned differently round differently, by some eps times the number of terms; a gradient that
is kept between calls, as by dW += …, changes by about itself.
"""
FAR_SMALLER = 2.0**-8
"""Entries of this fraction of their array's size are looked at on smaller steps, too, before they are called wrong.

The coarsest steps, 1/8 to 1/128 of the array's size, are larger than such an entry, and pass over 0.
"""
PATIENCE = 2.0
"""Seconds before a bar is shown."""


def check_gradient(f: Callable[..., Any], grad: Callable[..., Any], *args: Any, seed: int = 0) -> GradientReport:
    """Compare grad(*args), claimed to be the gradient of f at args, with slopes of f measured there.

    f: returns one real number. grad: returns one array for one argument and a tuple of arrays for several, each of its
    argument's shape. args: float arrays, single or double precision, or numbers; they are never changed. seed: of the
    random directions along which arrays of more than 200 entries are looked at; smaller ones are looked at entry by
    entry. Both functions are called many times, with complex numbers and symbolic arrays among others: what they keep
    of their calls, such as a running mean, is not what it was before.

    Raises TypeError or ValueError for arguments that cannot be differentiated by, such as arrays of integers.
    Exceptions of f and grad at the point itself are not caught.
    """
    for what, function in (("f", f), ("grad", grad)):
        if not callable(function):
            raise TypeError(f"{what} is {function!r}, not a function: check_gradient(f, grad, *args)")
    return _Check(f, grad, args, seed).report()


class _Stop(Exception):
    """There is nothing to compare; the finding says why."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.finding = ArgumentFinding("", verdict, message)


class _Check:
    """One call of check_gradient."""

    def __init__(self, f: Callable[..., Any], grad: Callable[..., Any], args: Sequence[Any], seed: int) -> None:
        self.f, self.grad, self.seed = f, grad, seed
        self.names = _name(f, "f"), _name(grad, "grad")
        self.arguments = read_arguments(f, args)
        self.sampler = Sampler(f, self.names[0], self.arguments)
        self.wide: Sampler | None = None
        self.least_noise = 0.0
        self.quanta = Quanta()
        self.value = 0.0
        self.notes: list[str] = []

    def report(self) -> GradientReport:
        try:
            self.value = self._value()
            claims = self._claims()
        except _Stop as stop:
            return self._reported([stop.finding])
        with self.sampler.quiet():
            moved = self._still_the_same(claims)  # before symbols: a sum of symbols would be no number to compare
        if moved:
            return self._reported([moved])
        with self.sampler.quiet(), Progress(f"slopes of {self.names[0]}", self._planned(), PATIENCE) as progress:
            self.sampler.progress = progress
            self._look_at_rounding()
            findings = self._findings(claims)
            moved = self._still_the_same(claims)
            exact, findings, wrong = ("", [moved], {}) if moved else self._with_algebra(claims, findings)
        return self._reported(findings, exact, wrong)

    def _reported(
        self, findings: Sequence[ArgumentFinding], exact: str = "", wrong: Mapping[str, Wrong] | None = None
    ) -> GradientReport:
        notes = [*self.notes, *_notes(self.sampler)]
        calls = self.sampler.evaluations + (self.wide.evaluations if self.wide else 0)
        return GradientReport(self.names[0], tuple(findings), tuple(notes), exact, calls, self.seed, wrong or {})

    def _planned(self) -> int:
        directions = [a.value.size if a.value.size <= ALL_ENTRIES else DIRECTIONS for a in self.arguments]
        return sum(directions) * len(nodes(precision=self.sampler.precision))

    # -- whether there is anything to compare --

    def _value(self) -> float:
        """The value at the point: one finite number, the same one twice, with the arguments left alone."""
        try:
            first = self._called_at_the_point()
            with self.sampler.quiet():
                again = self._called_at_the_point()
        except NotANumber as problem:
            raise _Stop(Verdict.UNDECIDED, str(problem)) from None
        self._same(first, again)
        if not np.isfinite(first):
            raise _Stop(Verdict.UNDECIDED, f"{self.names[0]} is {first} at this point: choose one where it is finite")
        self.least_noise = abs(first - again)
        return first

    def _called_at_the_point(self) -> float:
        given = self.sampler.fresh()
        value = self.sampler.here(given)
        changed = _changed(given, self.arguments)
        if changed:
            cure = "work on a copy, as in W = W - x instead of W -= x"
            raise _Stop(Verdict.UNDECIDED, f"{self.names[0]} changes {changed} while it is called: {cure}")
        return value

    def _same(self, first: float, again: float) -> None:
        both_nan = np.isnan(first) and np.isnan(again)
        rounding = VALUE_ULPS * self.sampler.precision.eps * max(abs(first), abs(again))
        if not (both_nan or first == again or abs(first - again) <= rounding):
            values = f"{first!r} then {again!r} for the same arguments"
            raise _Stop(Verdict.UNDECIDED, f"{self.names[0]} is not deterministic: {values}; fix its random seed")

    def _claims(self) -> list[Claimed]:
        name = self.names[1]
        given = self.sampler.fresh()
        returned = self.grad(*given)
        changed = _changed(given, self.arguments)
        if changed:
            raise _Stop(Verdict.REFUTED, f"{name} changes {changed} while it is called: work on a copy")
        try:
            return read_claims(returned, self.arguments, name)
        except NotOneForEach as problem:
            raise _Stop(Verdict.REFUTED, str(problem)) from None

    def _still_the_same(self, claims: Sequence[Claimed]) -> ArgumentFinding | None:
        """Whether both are the same again; this also leaves what they keep of their calls as it is at the point.

        f is called before each call of grad: it may be what sets a sum to 0 that grad adds to.
        """
        try:
            self._same(self.value, self._called_at_the_point())
            self._claimed_again(claims)
        except _Stop as stop:
            return stop.finding
        except NotANumber as problem:
            return ArgumentFinding("", Verdict.UNDECIDED, str(problem))
        return None

    def _claimed_again(self, claims: Sequence[Claimed]) -> None:
        for before, after in zip(claims, self._claims(), strict=True):
            if not _alike(before, after):
                cause = "is a sum kept between calls, as by dW += …?"
                raise _Stop(
                    Verdict.REFUTED, f"{self.names[1]} is not deterministic: it differs from call to call; {cause}"
                )

    # -- one argument --

    def _look_at_rounding(self) -> None:
        """In what precision f is computed, and what it rounds to.

        Code for single precision is run in double, too, unless it goes on to round to single inside.
        """
        is_single = self.sampler.precision is SINGLE
        wide = self.sampler.in_double() if is_single else None
        self.quanta = quanta.look(wide or self.sampler, self.seed)
        self.wide = wide if self.quanta == Quanta() else None
        self.least_noise = max(self.least_noise, HIDES * self.quanta.rise)
        if self.quanta.is_single:
            self.sampler.precision = SINGLE

    def _findings(self, claims: Sequence[Claimed]) -> list[ArgumentFinding]:
        """What is found of each claim; f is followed along the arguments whose claims are arrays of numbers."""
        followed = [c.argument for c in claims if c.value is not None and c.value.size]
        along = [directions(argument, self.seed) for argument in followed]
        sampled = [self._samples(argument, vectors) for argument, vectors in zip(followed, along, strict=True)]
        self.least_noise = max([self.least_noise, *(samples[0].rise for samples in sampled)])
        measured = map(self._slopes, sampled)
        slopes = dict(zip((a.place for a in followed), at_rounded_points([*measured]), strict=True))
        return [self._finding(claim, slopes.get(claim.argument.place)) for claim in claims]

    def _samples(self, argument: Argument, along: Directions) -> list[Samples]:
        """In the arguments' precision and, if that is single and f can do it, in double."""
        samplers = [self.sampler, *([self.wide] if self.wide else [])]
        return [sample(sampler, sampler.arguments[argument.place - 1], along) for sampler in samplers]

    def _slopes(self, sampled: Sequence[Samples]) -> Slopes:
        slopes = measure(sampled[0], self.least_noise)
        return in_double(slopes, measure(sampled[1])) if sampled[1:] else slopes

    def _finding(self, claimed: Claimed, slopes: Slopes | None) -> ArgumentFinding:
        argument, claim = claimed.argument, claimed.value
        if claim is None:
            return ArgumentFinding(str(argument), Verdict.REFUTED, claimed.problem)
        if slopes is None:
            empty = f"{argument} is empty, shape {argument.value.shape}: there is nothing to check"
            return ArgumentFinding(str(argument), Verdict.UNDECIDED, empty)
        judged = self._looked_closer(judge(slopes, claim), claim, argument)
        if judged.used_complex and "complex step used" not in self.notes:
            self.notes.append("complex step used")
        largest = float(np.max(judged.resolution)), float(np.max(judged.blur))
        agreed = ArgumentFinding(str(argument), Verdict.AGREES, "", *largest)
        return self._judged_finding(judged, claimed, claim, agreed)

    def _judged_finding(
        self, judged: Judged, claimed: Claimed, claim: Floats, agreed: ArgumentFinding
    ) -> ArgumentFinding:
        name, argument = self.names[0], claimed.argument
        look = partial(self._judged_along, argument, claim)
        if judged.where(Answer.DIFFERS) and _may_hold_closer(judged, argument, look):
            return agreed.changed_to(Verdict.UNDECIDED, undecided.bends(name, judged, argument))
        if judged.where(Answer.DIFFERS):
            from gradcheck.black_box import wrong_entries

            cause, words = wrong_entries.describe(judged, claim, argument, self.arguments, look, self.seed)
            return agreed.changed_to(Verdict.REFUTED, "; ".join(filter(None, [words, claimed.note])), cause=cause)
        if judged.where(Answer.KINK):
            return self._at_kink(judged, argument, agreed)
        if not np.any(claim) and _shows_nothing(judged):
            return agreed.changed_to(Verdict.UNDECIDED, undecided.flat(name, argument, self.quanta))
        if judged.where(Answer.ROUGH):
            return agreed.changed_to(Verdict.UNDECIDED, undecided.rough(name, judged, argument))
        if unseen := judged.where(Answer.UNRESOLVED):
            words = undecided.unresolved(name, judged, argument, self.quanta)
            smooth = bool(np.isfinite(judged.slopes.error[unseen[0]]) and not judged.slopes.jumps[unseen[0]])
            return agreed.changed_to(Verdict.UNDECIDED, words, is_smooth=smooth)
        return agreed

    def _looked_closer(self, judged: Judged, claim: Floats, argument: Argument) -> Judged:
        """With steps of their own size for entries far below their array's that its steps decide nothing of.

        These steps leave the domain of log, or pass over a kink at 0.
        """
        slopes, decided = judged.slopes, (Answer.AGREES, Answer.DIFFERS)
        for i in _far_smaller(argument, slopes.directions):
            closer = axes(argument, [i], of_entries=True)
            if judged.answers[i] not in decided:
                slopes = slopes.with_closer(i, self._slopes_along(argument, closer))
        return judged if slopes is judged.slopes else judge(slopes, claim)

    def _slopes_along(self, argument: Argument, along: Directions) -> Slopes:
        return at_rounded_points([self._slopes(self._samples(argument, along))])[0]

    def _judged_along(self, argument: Argument, claim: Floats, along: Directions) -> Judged:
        """What other directions say of a claim."""
        return judge(self._slopes_along(argument, along), claim)

    def _at_kink(self, judged: Judged, argument: Argument, agreed: ArgumentFinding) -> ArgumentFinding:
        """At a kink there is no derivative; only for a function of one number every value between the slopes is one.

        In an array no value is right, but some are wrong. Along one axis F is a function of one number with a kink at
        0. What conventions make of it are slopes between the two sides of each piece that has the kink: between those
        of F itself, or 0 where each piece is given 0, as (x > 0) and (x < 0) both are. What lies outside of all three
        is the slope of no convention.
        """
        words = undecided.kink(self.names[0], judged, argument)
        is_one = len(self.arguments) == 1 and argument.value.size == 1
        impossible = [i for i in judged.where(Answer.KINK) if not _is_between(judged, i, () if is_one else (0.0,))]
        if impossible:
            words = undecided.kink(self.names[0], judged, argument, impossible[0])
            claim = float(judged.claimed[impossible[0]] / judged.slopes.directions.size)
            return agreed.changed_to(Verdict.REFUTED, f"{words}, and {claim:.6g} is not between them", is_smooth=False)
        if not is_one:
            return agreed.changed_to(Verdict.UNDECIDED, f"{words}; move the point off the kink", is_smooth=False)
        steepest, slack = _steepest(judged, 0)
        between = f"at a kink: the claim lies between the {undecided.one_sided(judged, 0)}"
        resolution = slack / steepest
        return replace(agreed, message=between, resolution=resolution, error=resolution / SAFETY, is_smooth=False)

    # -- exact algebra --

    def _with_algebra(
        self, claims: Sequence[Claimed], findings: list[ArgumentFinding]
    ) -> tuple[str, list[ArgumentFinding], dict[str, Wrong]]:
        """What exact algebra says, the findings in its light, and the formulas of those that are wrong."""
        from gradcheck.black_box.tracing import NotTraced, trace

        values = [claim.value for claim in claims if claim.value is not None]
        if len(values) < len(claims):
            return "", findings, {}
        try:
            traced = trace(self.f, self.grad, self.arguments, self.value, values, lambda: self._still_the_same(claims))
        except NotTraced as reason:
            return f"not asked ({reason})", findings, {}
        findings = [_reconciled(finding, said) for finding, said in zip(findings, traced, strict=True)]
        pairs = zip(findings, traced, strict=True)
        refuted = ((finding, said) for finding, said in pairs if finding.found is Verdict.REFUTED and said.differs)
        wrong = {finding.argument: said.wrong for finding, said in refuted if said.wrong is not None}
        return _summary(traced), findings, wrong


def _reconciled(finding: ArgumentFinding, traced: Traced) -> ArgumentFinding:
    """Numbers and algebra together.

    Algebra alone refutes by what it finds at the very point. What is less than numbers can see, such as a constant that
    guards a logarithm and is left out of the gradient, leaves the numbers' verdict as it is.
    """
    seen = finding.resolution if finding.found is Verdict.AGREES else RTOL[DOUBLE]
    if finding.found is not Verdict.REFUTED and finding.is_smooth and traced.differs and traced.relative > seen:
        words = f"exact algebra finds a difference of {traced.relative:.1g} × the largest entry"
        more = "numbers agree" if finding.found is Verdict.AGREES else finding.message
        return finding.changed_to(Verdict.REFUTED, f"{words}; {more}")
    if traced.answer is Answer.PROVED and finding.found is Verdict.REFUTED:
        words = "exact algebra proves the formula, so digits are lost in f or grad at this point"
        return finding.changed_to(Verdict.UNDECIDED, f"{words}: {finding.message}")
    is_unseen = finding.found is Verdict.UNDECIDED and finding.is_smooth
    if traced.answer is Answer.PROVED and is_unseen and not traced.is_zero:
        return finding.changed_to(Verdict.AGREES, f"by exact algebra alone, since {finding.message}")
    return finding


def _summary(traced: Sequence[Traced]) -> str:
    answers = {said.answer for said in traced}
    if Answer.DIFFERS in answers:
        return _difference(max((said.relative for said in traced if said.differs), key=np.nan_to_num))
    if answers == {Answer.PROVED}:
        return f"proved for all {min(said.domain for said in traced)} at these sizes"
    reason = next(said.reason for said in traced if said.answer is Answer.UNRESOLVED)
    return f"cannot tell{f' ({reason})' if reason else ''}"


def _difference(relative: float) -> str:
    """How large the difference is at the point: what numbers do not see is a note."""
    if np.isnan(relative):
        return "differs elsewhere; its value here is not known"
    if relative == 0:
        return "differs elsewhere, not at this point"
    return f"differs by {relative:.1g} × the largest entry"


# ---- small questions ---------------------------------------------------------------------------------------------


def _name(function: Callable[..., Any], otherwise: str) -> str:
    name = getattr(function, "__name__", otherwise)
    return otherwise if name == "<lambda>" else str(name)


def _changed(given: Sequence[Any], arguments: Sequence[Argument]) -> str:
    """The first argument that a call has changed; an empty text if none is."""
    for value, argument in zip(given, arguments, strict=True):
        if isinstance(value, np.ndarray) and not np.array_equal(value, argument.value):
            return str(argument)
    return ""


def _alike(before: Claimed, after: Claimed) -> bool:
    """Whether two gradients are the same up to rounding, or are no arrays of numbers for the same reason."""
    if before.value is None or after.value is None:
        return before.value is after.value and before.problem == after.problem
    size = float(np.abs(before.value).max(initial=0.0))
    return bool(np.all(np.abs(before.value - after.value) <= ALIKE[before.argument.precision] * size))


def _lost(judged: Judged) -> Floats:
    """Which slopes are 0 as far as can be seen."""
    slopes = judged.slopes
    return np.asarray(np.abs(slopes.value) <= SAFETY * slopes.error)


def _shows_nothing(judged: Judged) -> bool:
    """Whether slopes of 0 are all that can be seen, because f does not move or its slopes are lost in rounding."""
    slopes = judged.slopes
    is_still = slopes.is_flat | (_lost(judged) & ~slopes.jumps & ~slopes.scatters)
    return bool(np.all(is_still)) and not _moves(judged)


def _moves(judged: Judged) -> bool:
    """Whether f moves with the argument by much more than rounding: at a stationary point, say."""
    slopes = judged.slopes
    return bool(np.any(SAFETY * slopes.error <= slopes.rtol * slopes.variation))


def _may_hold_closer(judged: Judged, argument: Argument, look: Callable[[Directions], Judged]) -> bool:
    """Whether steps of their own size do not refute the claim for entries that are far below their array's size.

    Larger steps pass over 0, where |x|^1.5, say, bends, and to both sides alike.
    """
    refuted = judged.where(Answer.DIFFERS)
    if not set(refuted) <= set(_far_smaller(argument, judged.slopes.directions)):
        return False
    return not any(look(axes(argument, [i], of_entries=True)).where(Answer.DIFFERS) for i in refuted)


def _steepest(judged: Judged, i: int) -> tuple[float, float]:
    """The steeper one of the slopes on both sides of a kink, and how far they may be off."""
    slopes = judged.slopes
    steepest = max(map(abs, slopes.sides(i)))
    error = (slopes.change_error[i] + slopes.error[i] - np.abs(slopes.change[i]) / 2) / slopes.directions.size
    return steepest, SAFETY * float(error) + slopes.rtol * steepest


def _is_between(judged: Judged, i: int, others: Sequence[float]) -> bool:
    """Whether the claim lies between the slopes on both sides of a kink, and others."""
    _, slack = _steepest(judged, i)
    claim = float(judged.claimed[i] / judged.slopes.directions.size)
    sides = (*judged.slopes.sides(i), *others)
    return min(sides) - slack <= claim <= max(sides) + slack


def _far_smaller(argument: Argument, along: Directions) -> list[int]:
    """The entries that are far below their array's size, but not 0; none where they are not looked at one by one."""
    sizes = np.abs(argument.value.ravel())
    small = (sizes > 0) & (sizes < FAR_SMALLER * along.size)
    return np.flatnonzero(small).tolist() if along.are_axes else []


def _notes(sampler: Sampler) -> list[str]:
    notes = []
    if sampler.failures:
        (what, count), total = sampler.failures.most_common(1)[0], sampler.failures.total()
        others = f", {total - count} others" if total > count else ""
        notes.append(f"{total} evaluations near by are outside its domain ({what}{others})")
    if sampler.prints:
        notes.append(f"what {sampler.name} prints is shown once")
    return [*notes, "single precision"] if sampler.precision is SINGLE else notes
