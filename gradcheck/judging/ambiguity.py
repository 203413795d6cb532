"""The verdict on a printed formula that may mean several things.

Every reading that conforms is judged as a step of its own. The formula holds if all of them do, and is wrong if none
does; otherwise nobody can tell what is printed, and it is undecided. A reading of another shape than the left-hand side
conforms, and is wrong: that only one of them fits is no reason to have meant it. Where nothing conforms in some
instance, it is ill-shaped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from gradcheck import printing
from gradcheck.documents.claims import Claim, Formula
from gradcheck.documents.instances import ClaimGroup
from gradcheck.documents.readings import CONVENTIONS, Readings
from gradcheck.verdicts import Judgement, Verdict

MISFITS_SHOWN = 8
"""So many parts that do not conform stand in the evidence."""
MISFITS_SAID = 3
"""So many stand in the message of what has no reading."""
WEAKEST = (Verdict.AGREES, Verdict.DEFINITION, Verdict.PROVED)
"""Of readings that all hold, the formula is no more than the weakest."""
TELLING = (Verdict.REFUTED, Verdict.ILL_SHAPED)
"""Of readings that are all wrong, the one that says most."""

Judging = Callable[[ClaimGroup, Sequence[Formula]], Judgement]


class _Said(NamedTuple):
    """A reading in NumPy's notation, and what is said of it."""

    source: str
    judgement: Judgement


def has_readings(group: ClaimGroup, formulas: Sequence[Formula]) -> bool:
    """Whether a form of a step is a printed formula in some instance."""
    return any(id(formula) in claim.readings for (_, claim), formula in zip(group.instances, formulas, strict=True))


def judged(group: ClaimGroup, formulas: Sequence[Formula], judge: Judging) -> Judgement:
    """What is said of a form that stands in every instance, by what `judge` says of each of its readings."""
    claims = [claim for _, claim in group.instances]
    every = [_readings(claim, formula) for claim, formula in zip(claims, formulas, strict=True)]
    said = [_judged(group, every, key, judge) for key in dict.fromkeys(key for one in every for key in one.each)]
    is_read = all(one.each for one in every)
    found = _together(said) if is_read or _contradicts(said) else _ill_shaped(every, claims)
    shown = [(one.source, one.judgement.verdict) for one in said]
    texts = (text for one, claim in zip(every, claims, strict=True) for text, _ in _misfits(one, claim))
    misfits = dict.fromkeys(text for text in texts if text not in dict(shown))
    shown += [(text, Verdict.ILL_SHAPED) for text in islice(misfits, MISFITS_SHOWN)]
    listed = [{"source": source, "verdict": verdict.value} for source, verdict in shown]
    return replace(found, evidence={**found.evidence, "readings": listed})


def _readings(claim: Claim, formula: Formula) -> Readings:
    return claim.readings.get(id(formula)) or Readings(formula, {"as it is": formula})


def _judged(group: ClaimGroup, every: Sequence[Readings], key: Any, judge: Judging) -> _Said:
    """What is said of a reading in the instances in which it conforms."""
    own = [(instance, one.each[key]) for instance, one in zip(group.instances, every, strict=True) if key in one.each]
    instances, formulas = map(list, zip(*own, strict=True))
    judgement = judge(replace(group, instances=instances), formulas)
    return _Said(printing.source(formulas[0], instances[0][1].names), judgement)


def _misfits(readings: Readings, claim: Claim) -> Iterator[tuple[str, str]]:
    """What does not conform, with … for what stands beside it, and why; the smallest parts first."""
    for array, why, is_behind, is_ahead in readings.misfits:
        yield f"{'… ' * is_behind}{printing.source(array, claim.names)}{' …' * is_ahead}", str(why)


def _contradicts(said: Sequence[_Said]) -> bool:
    return any(one.judgement.verdict is Verdict.HARNESS_ERROR for one in said)


def _together(said: Sequence[_Said]) -> Judgement:
    """What follows for the formula from what is said of all its readings."""
    first = {one.judgement.verdict: one for one in reversed(said)}
    if len(said) == 1 or _contradicts(said):
        return _as_read(first.get(Verdict.HARNESS_ERROR, said[0]))
    listed = "; ".join(f"{one.source}: {one.judgement.verdict.value}" for one in said)
    if first.keys() <= set(WEAKEST):
        weakest = next(first[verdict].judgement for verdict in WEAKEST if verdict in first)
        return replace(weakest, evidence=_for_all(weakest.evidence, [one.judgement.evidence for one in said]))
    if first.keys() <= set(TELLING):
        telling = _as_read(next(first[verdict] for verdict in TELLING if verdict in first))
        return replace(telling, message=f"{telling.message}; all its readings are wrong: {listed}")
    conventions = " or ".join(f'"{name}"' for name in CONVENTIONS)
    cure = f"name the convention of the document, @derivation(reading={conventions}), or write brackets that leave one"
    return Judgement(Verdict.UNDECIDED, f"it has {len(said)} readings that conform: {listed}; {cure}")


def _as_read(said: _Said) -> Judgement:
    """The verdict on a reading, whose words say which one it is about."""
    judgement = said.judgement
    words = f"read as {said.source}: {judgement.message}" if judgement.verdict.is_wrong else judgement.message
    return replace(judgement, message=words)


def _for_all(evidence: Mapping[str, Any], each: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Evidence for what holds in all readings: where each of them does, and at all sizes if each does."""
    where = [one["where"] for one in each if "where" in one]
    keys = dict.fromkeys(key for one in where for key in one)
    joined = {key: list(dict.fromkeys(text for one in where for text in one.get(key, ()))) for key in keys}
    reasons = [one.get("all_sizes", "") for one in each]
    merged = {"where": joined, "all_sizes": ", ".join(dict.fromkeys(reasons)) if all(reasons) else ""}
    return {**evidence, **{key: value for key, value in merged.items() if key in evidence}}


def _ill_shaped(every: Sequence[Readings], claims: Sequence[Claim]) -> Judgement:
    """The verdict where nothing conforms in some instance, with what does not in the first of these."""
    misfits = next(dict(_misfits(one, claim)) for one, claim in zip(every, claims, strict=True) if not one.each)
    said = [f"{text}: {why}" for text, why in islice(misfits.items(), MISFITS_SAID)]
    said += ["nor does what is larger"] * (len(misfits) > len(said))
    return Judgement(Verdict.ILL_SHAPED, "; ".join(said), {"shape": "; ".join(said)})
