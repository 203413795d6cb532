"""`check_gradient(f, grad, *args)`: anybody's function and gradient, of which only values are known.

First it is looked at whether there is anything to compare: f has to be a function (the same number twice, finite,
arguments left alone), and grad has to return arrays of the right shapes. Then the slopes of f are measured, one
argument at a time, with an error bar (`slopes`), and where the code happens to run on symbols, exact algebra is asked
(`tracing`).

What grad does wrong is refuted, what f does wrong is undecided, and a call that makes no sense raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from gradcheck.black_box import mistake
from gradcheck.black_box.arguments import Argument, Floats, read_arguments
from gradcheck.black_box.claimed import Claimed, read_claims
from gradcheck.black_box.progress import Progress
from gradcheck.black_box.sampling import NotANumber, Sampler
from gradcheck.black_box.slopes import (
    ALL_ENTRIES,
    DIRECTIONS,
    Directions,
    Judged,
    Say,
    Slopes,
    at_rounded_points,
    axes,
    directions,
    in_double,
    judge,
    measure,
)
from gradcheck.black_box.tracing import Traced, trace
from gradcheck.numerics.richardson import DOUBLE, SAFETY, SINGLE, nodes

Word = Literal["agrees", "refuted", "undecided"]
WORST_FIRST: tuple[Word, ...] = ("refuted", "undecided", "agrees")
SAME = {DOUBLE: 1e-9, SINGLE: 1e-3}
"""How far the gradients of two calls may be apart, relative to the largest entry."""
ROUNDING = 64
"""Two values of one function may be so many ulps apart: sums over copies that are aligned differently round so."""
FAR_SMALLER = 2.0**-8
"""Entries of this fraction of their array's size are looked at on smaller steps, too, before they are called wrong."""
LEAVE_OUT = "leave out an argument whose gradient is 0 everywhere, such as a bias before a normalization"


@dataclass(frozen=True)
class ArgumentFinding:
    """What was found of the gradient by one argument: verdict, how it differs or why nothing was seen.

    resolution: the smallest error that would have been refuted, relative to the largest entry of the array; NaN where
    nothing was measured. error: the error bar of the slopes, on the same scale. is_smooth: whether f may have a
    derivative there at all, as far as was seen.
    """

    argument: str
    verdict: Word
    message: str = ""
    resolution: float = float("nan")
    error: float = float("nan")
    is_smooth: bool = True


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The result of check_gradient. `str()` of it is for people; it is true exactly if the gradient agrees.

    verdict: "agrees", "refuted" or "undecided". findings: one for each argument, or one for the whole call.
    resolution: the worst of the findings'. exact: what exact algebra said. evaluations: how often f was called.
    """

    verdict: Word
    name: str
    findings: tuple[ArgumentFinding, ...]
    notes: tuple[str, ...] = ()
    exact: str = ""
    evaluations: int = 0
    seed: int = 0

    @property
    def ok(self) -> bool:
        """Whether the gradient was seen to be right."""
        return self.verdict == "agrees"

    @property
    def resolution(self) -> float:
        """The smallest error that would have been refuted, relative to an array's largest entry; NaN if unmeasured."""
        measured = [finding.resolution for finding in self.findings if not np.isnan(finding.resolution)]
        return max(measured, default=float("nan"))

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return "\n".join([*self._headlines(), self._evidence()])

    def __repr__(self) -> str:
        """On one line, for `assert check_gradient(…)`."""
        return f"<{': '.join(self._headlines())}>"

    def _headlines(self) -> list[str]:
        if self.ok:
            seen = ", ".join(f"{finding.argument} {_seen(finding)}" for finding in self.findings)
            return [f"the gradient of {self.name} agrees: {seen}", *(f.message for f in self.findings if f.message)]
        lines = []
        for finding in self.findings:
            if finding.verdict != "agrees":
                by = f" by {finding.argument}" if finding.argument else ""
                said = "is refuted" if finding.verdict == "refuted" else "is undecided"
                lines += [f"the gradient of {self.name}{by} {said}", finding.message]
        return lines

    def _evidence(self) -> str:
        errors = [finding.error for finding in self.findings if np.isfinite(finding.error)]
        parts = [f"differences: error bar {max(errors):.0e}, resolution {self.resolution:.0e}"] if errors else []
        if self.exact:
            parts.append(f"exact algebra: {self.exact}")
        return "; ".join([*parts, *self.notes, f"{self.name} called {self.evaluations} times", f"seed {self.seed}"])


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

    def __init__(self, verdict: Word, message: str, argument: str = "") -> None:
        super().__init__(message)
        self.finding = ArgumentFinding(argument, verdict, message)


class _Check:
    """One call of check_gradient."""

    def __init__(self, f: Callable[..., Any], grad: Callable[..., Any], args: Sequence[Any], seed: int) -> None:
        self.f, self.grad, self.seed = f, grad, seed
        self.names = _name(f, "f"), _name(grad, "grad")
        self.arguments = read_arguments(f, args)
        self.sampler = Sampler(f, self.names[0], self.arguments)
        self.wide: Sampler | None = None
        self.least_noise = 0.0
        self.value = 0.0
        self.notes: list[str] = []

    def report(self) -> GradientReport:
        try:
            self.value = self._value()
            claims = self._claims()
        except _Stop as stop:
            return self._reported([stop.finding])
        with self.sampler.quiet(), Progress(f"slopes of {self.names[0]}", self._planned()) as progress:
            self.sampler.progress = progress
            if self.sampler.precision is SINGLE:
                self.wide = self.sampler.in_double()
            findings = self._findings(claims)
            exact, findings = self._with_algebra(claims, findings)
            still = self._still_the_same(claims)
        return self._reported([still] if still else findings, exact)

    def _reported(self, findings: Sequence[ArgumentFinding], exact: str = "") -> GradientReport:
        verdicts = {finding.verdict for finding in findings}
        verdict = next(word for word in WORST_FIRST if word in verdicts)
        notes = [*self.notes, *_notes(self.sampler)]
        calls = self.sampler.evaluations + (self.wide.evaluations if self.wide else 0)
        return GradientReport(verdict, self.names[0], tuple(findings), tuple(notes), exact, calls, self.seed)

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
            raise _Stop("undecided", str(problem)) from None
        self._same(first, again)
        if not np.isfinite(first):
            raise _Stop("undecided", f"{self.names[0]} is {first} at this point: choose one where it is finite")
        self.least_noise = abs(first - again)
        return first

    def _called_at_the_point(self) -> float:
        given = self.sampler.fresh()
        value = self.sampler.here(given)
        changed = _changed(given, self.arguments)
        if changed:
            cure = "work on a copy, as in W = W - x instead of W -= x"
            raise _Stop("undecided", f"{self.names[0]} changes {changed} while it is called: {cure}")
        return value

    def _same(self, first: float, again: float) -> None:
        both_nan = np.isnan(first) and np.isnan(again)
        rounding = ROUNDING * self.sampler.precision.eps * max(abs(first), abs(again))
        if not (both_nan or first == again or abs(first - again) <= rounding):
            values = f"{first!r} then {again!r} for the same arguments"
            raise _Stop("undecided", f"{self.names[0]} is not deterministic: {values}; fix its random seed")

    def _claims(self) -> list[Claimed]:
        name = self.names[1]
        given = self.sampler.fresh()
        claims = read_claims(self.grad(*given), self.arguments, name)
        changed = _changed(given, self.arguments)
        if changed:
            raise _Stop("refuted", f"{name} changes {changed} while it is called: work on a copy")
        if isinstance(claims, str):
            raise _Stop("refuted", claims)
        return claims

    def _still_the_same(self, claims: Sequence[Claimed]) -> ArgumentFinding | None:
        """Whether both are the same after all calls; this also leaves what they keep of them as it is at the point."""
        try:
            self._same(self.value, self._called_at_the_point())
            self._claimed_again(claims)
        except _Stop as stop:
            return stop.finding
        except NotANumber as problem:
            return ArgumentFinding("", "undecided", str(problem))
        return None

    def _claimed_again(self, claims: Sequence[Claimed]) -> None:
        again = read_claims(self.grad(*self.sampler.fresh()), self.arguments, self.names[1])
        for before, after in zip(claims, again if isinstance(again, list) else (), strict=False):
            if before.value is not None and after.value is not None and not _alike(before, after):
                cause = "is a sum kept between calls, as by dW += …?"
                raise _Stop("refuted", f"{self.names[1]} is not deterministic: it differs from call to call; {cause}")

    # -- one argument --

    def _findings(self, claims: Sequence[Claimed]) -> list[ArgumentFinding]:
        """What is found of each claim; f is followed along the arguments whose claims are arrays of numbers."""
        followed = [c.argument for c in claims if c.value is not None and c.value.size]
        along = [directions(argument, self.seed) for argument in followed]
        measured = [self._slopes(a, v) for a, v in zip(followed, along, strict=True)]
        slopes = dict(zip((a.place for a in followed), at_rounded_points(measured), strict=True))
        return [self._finding(claim, slopes.get(claim.argument.place)) for claim in claims]

    def _slopes(self, argument: Argument, along: Directions) -> Slopes:
        slopes = measure(self.sampler, argument, along, self.least_noise)
        if self.wide is None:
            return slopes
        return in_double(slopes, measure(self.wide, self.wide.arguments[argument.place - 1], along))

    def _finding(self, claimed: Claimed, slopes: Slopes | None) -> ArgumentFinding:
        argument, claim = claimed.argument, claimed.value
        if claim is None:
            return ArgumentFinding(str(argument), "refuted", claimed.problem)
        if slopes is None:
            empty = f"{argument} is empty, shape {argument.value.shape}: there is nothing to check"
            return ArgumentFinding(str(argument), "undecided", empty)
        judged = judge(slopes, claim)
        if judged.used_complex and "complex step used" not in self.notes:
            self.notes.append("complex step used")
        found = partial(
            ArgumentFinding,
            str(argument),
            resolution=_largest(judged.resolution),
            error=_largest(judged.blur),
        )
        return self._judged_finding(judged, claimed, claim, found)

    def _judged_finding(
        self, judged: Judged, claimed: Claimed, claim: Floats, found: Callable[..., ArgumentFinding]
    ) -> ArgumentFinding:
        argument = claimed.argument
        refuted = judged.where(Say.REFUTED)
        if refuted and self._may_hold_closer(judged, refuted, argument, claim):
            where = f"on larger steps than the entry, not on smaller ones ({_place(judged, refuted[0], argument)})"
            return found("undecided", f"{self.names[0]} may bend close to this point: the claim is wrong {where}")
        if refuted:
            more = mistake.Entries(partial(self._slopes, argument), argument, self.seed)
            words = mistake.describe(judged, claim, argument, self.arguments, more)
            return found("refuted", "; ".join(filter(None, [words, claimed.note])))
        if judged.where(Say.KINK):
            return self._at_kink(judged, argument, found)
        if not np.any(claim) and np.all(judged.slopes.is_flat | _lost(judged)) and not _moves(judged):
            words = (
                f"{self.names[0]} does not change with {argument} here, so a gradient of 0 shows nothing; {LEAVE_OUT}"
            )
            return found("undecided", words)
        if judged.where(Say.ROUGH):
            return found("undecided", self._rough(judged, argument))
        if judged.where(Say.UNRESOLVED):
            i = judged.where(Say.UNRESOLVED)[0]
            smooth = bool(np.isfinite(judged.slopes.error[i]) and not judged.slopes.jumps[i])
            return found("undecided", self._unresolved(judged, argument), is_smooth=smooth)
        return found("agrees")

    def _may_hold_closer(self, judged: Judged, refuted: Sequence[int], argument: Argument, claim: Floats) -> bool:
        """Whether steps of their own size do not refute the claim for entries that are far below their array's size.

        Larger steps pass over 0, where |x|^1.5, say, bends, and to both sides alike.
        """
        along, sizes = judged.slopes.directions, np.abs(argument.value.ravel()[refuted])
        if not along.are_axes or not np.all((sizes > 0) & (sizes < FAR_SMALLER * along.size)):
            return False
        closer = (self._slopes(argument, axes(argument, [i], of_entries=True)) for i in refuted)
        return all(judge(slopes, claim).says != [Say.REFUTED] for slopes in closer)

    def _at_kink(self, judged: Judged, argument: Argument, found: Callable[..., ArgumentFinding]) -> ArgumentFinding:
        """At a kink there is no derivative; only for a function of one number every value between the slopes is one."""
        i = judged.where(Say.KINK)[0]
        below, above = judged.slopes.sides(i)
        slopes = f"one-sided slopes {below:.6g} and {above:.6g}"
        words = f"{self.names[0]} has a kink here: {slopes} ({_place(judged, i, argument)})"
        if len(self.arguments) > 1 or argument.value.size > 1:
            return found("undecided", f"{words}; move the point off the kink", is_smooth=False)
        claim = float(judged.claimed[i] / judged.slopes.directions.size)
        slack = SAFETY * float(judged.slopes.change_error[i] / judged.slopes.directions.size)
        slack += judged.slopes.rtol * max(abs(below), abs(above))
        if min(below, above) - slack <= claim <= max(below, above) + slack:
            words = f"at a kink: the claim lies between the {slopes}"
            resolution = slack / max(abs(below), abs(above))
            return found("agrees", words, resolution=resolution, error=resolution / SAFETY, is_smooth=False)
        return found("refuted", f"{words}, and {claim:.6g} is not between them", is_smooth=False)

    def _rough(self, judged: Judged, argument: Argument) -> str:
        i = judged.where(Say.ROUGH)[0]
        slopes, size = judged.slopes, judged.slopes.directions.size
        between = f"its slopes lie between {slopes.least[i] / size:.6g} and {slopes.most[i] / size:.6g}"
        claim = f"the claim is {judged.claimed[i] / size:.6g} ({_place(judged, i, argument)})"
        return (
            f"{self.names[0]} is not smooth around this point or loses digits, as log(1 - a) does: {between}, {claim}"
        )

    def _unresolved(self, judged: Judged, argument: Argument) -> str:
        unseen = judged.where(Say.UNRESOLVED)
        i = unseen[0]
        slopes, name = judged.slopes, self.names[0]
        count = f"{len(unseen)} of {len(judged.says)} {'entries' if slopes.directions.are_axes else 'directions'}"
        at = f"({count}; first: {_place(judged, i, argument)})" if len(judged.says) > 1 else f"({argument})"
        if slopes.jumps[i]:
            return f"{name} jumps here {at}"
        if not np.isfinite(slopes.error[i]):
            return f"{name} could not be followed around this point: it has too few values near by {at}"
        size = slopes.directions.size
        seen = f"its slope is {slopes.value[i] / size:.3g} ± {slopes.error[i] / size:.1g}"
        cure = "move the point"
        if np.all(np.abs(slopes.value[unseen]) <= slopes.error[unseen]):
            cure += f", or {LEAVE_OUT}"
        if slopes.precision is SINGLE:
            cure += ", or check in double precision: convert the arguments with .astype(float)"
        return f"{name} is too noisy here: {seen}, the claim is {judged.claimed[i] / size:.3g} {at}; {cure}"

    # -- exact algebra --

    def _with_algebra(
        self, claims: Sequence[Claimed], findings: list[ArgumentFinding]
    ) -> tuple[str, list[ArgumentFinding]]:
        """What exact algebra says, and the findings in its light."""
        values = [claim.value for claim in claims if claim.value is not None]
        if len(values) < len(claims):
            return "", findings
        traced = trace(self.f, self.grad, self.arguments, self.value, values)
        if isinstance(traced, str):
            return f"not asked ({traced})", findings
        findings = [_reconciled(finding, said) for finding, said in zip(findings, traced, strict=True)]
        return _summary(traced), findings


def _reconciled(finding: ArgumentFinding, traced: Traced) -> ArgumentFinding:
    """Numbers and algebra together."""
    if traced.status == "differs" and finding.verdict != "refuted" and finding.is_smooth:
        words = f"exact algebra finds a difference of {traced.relative:.1g} of the value at another point"
        seen = "numbers agree at this one" if finding.verdict == "agrees" else f"at this one {finding.message}"
        return _changed_to(finding, "refuted", f"{words}; {seen}")
    if traced.status == "proved" and finding.verdict == "refuted":
        words = "exact algebra proves the formula, so digits are lost in f or grad at this point"
        return _changed_to(finding, "undecided", f"{words}: {finding.message}")
    if traced.status == "proved" and finding.verdict == "undecided" and finding.is_smooth and not traced.is_zero:
        return _changed_to(finding, "agrees", f"by exact algebra alone, since {finding.message}")
    return finding


def _changed_to(finding: ArgumentFinding, verdict: Word, message: str) -> ArgumentFinding:
    return replace(finding, verdict=verdict, message=message)


def _summary(traced: Sequence[Traced]) -> str:
    statuses = {said.status for said in traced}
    if "differs" in statuses:
        return "differs"
    if statuses == {"proved"}:
        return f"proved for all {min(said.domain for said in traced)} at these sizes"
    reason = next(said.reason for said in traced if said.status == "unknown")
    return f"cannot tell{f' ({reason})' if reason else ''}"


def _seen(finding: ArgumentFinding) -> str:
    """How well it was seen."""
    return "proved" if finding.message and finding.is_smooth else f"to {finding.resolution:.0e}"


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
    """Whether two gradients are the same up to rounding."""
    assert before.value is not None
    assert after.value is not None
    size = float(np.abs(before.value).max(initial=0.0))
    return bool(np.all(np.abs(before.value - after.value) <= SAME[before.argument.precision] * size))


def _lost(judged: Judged) -> Floats:
    """Which slopes are 0 as far as can be seen."""
    slopes = judged.slopes
    return np.asarray(np.abs(slopes.value) <= SAFETY * slopes.error)


def _moves(judged: Judged) -> bool:
    """Whether f moves with the argument by much more than rounding: at a stationary point, say."""
    slopes = judged.slopes
    return bool(np.any(SAFETY * slopes.error <= slopes.rtol * slopes.variation))


def _largest(values: Floats) -> float:
    return float(np.max(values)) if values.size else float("nan")


def _place(judged: Judged, i: int, argument: Argument) -> str:
    if not judged.slopes.directions.are_axes:
        return f"{argument}, random direction {i + 1}"
    shape = argument.value.shape
    return argument.entry(tuple(int(p) for p in np.unravel_index(i, shape)) if shape else ())


def _notes(sampler: Sampler) -> list[str]:
    notes = []
    if sampler.failures:
        what, count = max(sampler.failures.items(), key=lambda item: item[1])
        total = sum(sampler.failures.values())
        others = f", {total - count} others" if total > count else ""
        notes.append(f"{total} evaluations near by are outside its domain ({what}{others})")
    if sampler.prints:
        notes.append(f"what {sampler.name} prints is shown once")
    if sampler.precision.eps > np.finfo(np.float64).eps:
        notes.append("single precision")
    return notes
