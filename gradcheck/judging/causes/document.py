"""Causes that lie in the rest of the document: another quantity, an earlier line, a wrong name, a wrong cost."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.claims import Claim
from gradcheck.graph import Array, depends_on, derivatives_in, differentiated, size_symbols
from gradcheck.judging.causes.ratios import NamedFactor
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.judging.oracles import misfit
from gradcheck.repair.forms import Form, read
from gradcheck.repair.partials import Partial

LEAST_SHARED = 2
"""A name is shared by so many wrong steps at least, and a factor by so many gradients."""


def another_quantity(trial: Trial) -> Iterator[Cause]:
    """The step is the left-hand side of another claim."""
    if trial.formula.conforms:
        for claim in trial.run.claims:
            other = claim.target
            if isinstance(other, Array) and other.conforms and other.key != trial.target.key:
                is_proved = trial.is_same(trial.formula, other) if other.shape == trial.formula.shape else None
                if is_proved is not None:
                    yield Cause("other quantity", trial.says("it is {}", other), None, is_proved)


# ---- the lines before ------------------------------------------------------------------------------------------------


def an_earlier_line(trial: Trial) -> Iterator[Cause]:
    """The step says what the one before it says, which is wrong already."""
    before = line_before(trial)
    if before is not None and trial.formula.conforms and trial.is_same(trial.target, before) is None:
        is_proved = trial.is_same(before, trial.formula)
        if is_proved is not None:
            yield Cause(
                "earlier line", f"it says what step {trial.position} says, which is wrong already", None, is_proved
            )


def what_changed(trial: Trial) -> str:
    """What is different from the line before, if that is right; in words."""
    before = line_before(trial)
    if before is None or trial.is_same(trial.target, before) is None:
        return ""
    pairs = list(_apart(read(before, trial.names), read(trial.formula, trial.names)))
    if len(pairs) != 1 or pairs[0][1] is trial.formula:
        return "the line before is right"
    return trial.says("the line before is right, which has {} in the place of {}", *pairs[0])


def line_before(trial: Trial) -> Array | None:
    """The formula that is printed before the step, if it can be compared with anything."""
    if not trial.position:
        return None
    before = trial.claim.steps[trial.position - 1].forms[0]
    return before if isinstance(before, Array) and not misfit(before, trial.case.place.broadcast) else None


def _apart(one: Form, other: Form) -> Iterator[tuple[Array, Array]]:
    """The smallest parts in which two formulas differ that are written alike around them."""
    if one.array.key == other.array.key and one.array.conforms:
        return
    if one.operation is None or one.operation != other.operation or len(one.parts) != len(other.parts):
        yield one.array, other.array
        return
    for part, its in zip(one.parts, other.parts, strict=True):
        yield from _apart(part, its)


# ---- what several steps have in common -------------------------------------------------------------------------------


def off_by(trial: Trial, factor: NamedFactor) -> str:
    """Whether all gradients of the cost are off by a factor, and no line says what the cost is: then it is off.

    In words.
    """
    costs = differentiated(trial.target)
    if not costs or _is_said(trial, costs[0]):
        return ""
    claims = [claim for claim in trial.run.claims if _is_gradient_of(claim, costs[0])]
    if len({claim.target.key for claim in claims if isinstance(claim.target, Array)}) < LEAST_SHARED:
        return ""
    for claim in claims:
        if not all(_is_off_by(trial, claim, step.forms[0], factor) for step in claim.steps):
            return ""
    return trial.says(
        f", as all gradients of {{}} here are: it is {{}} that is off by {factor.name}", costs[0], costs[0]
    )


def _is_said(trial: Trial, quantity: Array) -> bool:
    """Whether a printed formula of the document is the quantity."""
    for claim in trial.run.claims:
        if isinstance(claim.target, Array) and claim.target.key == quantity.key:
            printed = (step.forms[0] for step in claim.steps)
            if any(formula.conforms and trial.is_same(quantity, formula) is not None for formula in printed):
                return True
    return False


def _is_off_by(trial: Trial, claim: Claim, printed: Array, factor: NamedFactor) -> bool:
    assert isinstance(claim.target, Array)
    return printed.conforms and trial.is_same(factor.value * claim.target, printed) is not None


def _is_gradient_of(claim: Claim, cost: Array) -> bool:
    return isinstance(claim.target, Array) and any(of.key == cost.key for of in differentiated(claim.target))


def a_shared_name(trial: Trial) -> Iterator[Cause]:
    """A named intermediate is wrong: with the gradient in its place, all steps that use it are right."""
    costs = differentiated(trial.target)
    if trial.is_ill_shaped or not costs or next(derivatives_in(trial.target)).is_vacuous:
        return
    whole, seen = read(trial.formula, trial.names), set[int]()
    for place in whole.places():
        name = place.array
        if place.is_symbol and name.args and name.key not in seen:
            seen.add(name.key)
            users = list(_wrong_users(trial, name))
            if len(users) >= LEAST_SHARED:
                yield from _with_gradients(trial, whole, name, costs[0], users)


def _wrong_users(trial: Trial, name: Array) -> Iterator[tuple[Claim, Array]]:
    """The wrong steps of the document in which a name stands."""
    for claim in trial.run.claims:
        for step in claim.steps:
            printed = step.forms[0]
            if isinstance(claim.target, Array) and printed.conforms:
                uses = any(p.is_symbol and p.array.key == name.key for p in read(printed, claim.names).places())
                if uses and trial.is_same(claim.target, printed) is None:
                    yield claim, printed


def _with_gradients(
    trial: Trial, whole: Form, name: Array, cost: Array, users: list[tuple[Claim, Array]]
) -> Iterator[Cause]:
    for by in trial.symbols:
        if by.shape != name.shape or by.key == name.key or not depends_on(cost, [by.key]):
            continue
        proper = Partial(True).build(cost, by)
        for factor in (1, *size_symbols([trial.target])):
            right = factor * proper if factor != 1 else proper
            for cause in trial.causes("shared name", "", whole.renamed(name.key, right)):
                mended = [claim for claim, printed in users if _mends(trial, claim, printed, name, right)]
                if len(mended) >= LEAST_SHARED:
                    yield Cause(cause.kind, _shared(trial, name, right, mended), cause.right, cause.is_verified)


def _mends(trial: Trial, claim: Claim, printed: Array, name: Array, right: Array) -> bool:
    assert isinstance(claim.target, Array)
    again = read(printed, claim.names).renamed(name.key, right)
    return again.conforms and trial.is_same(claim.target, again) is not None


def _shared(trial: Trial, name: Array, right: Array, mended: list[Claim]) -> str:
    """Said once, at the first of the claims."""
    first, own = mended[0].target, trial.claim
    if (mended[0].site, id(first)) != (own.site, id(own.target)) and isinstance(first, Array):
        return trial.says("it follows from {}, which is wrong, as is said of {}", name, first)
    words = f"{{}} is used in {len(mended)} wrong steps, which are right with {{}} in its place"
    return trial.says(words, name, right)
