"""Why nothing can be said of a gradient by one argument, in words: a kink, a rough or noisy function, one that is flat.

name: what the function is called.
"""

import numpy as np

from gradcheck.black_box.arguments import Argument
from gradcheck.black_box.judged import Judged
from gradcheck.black_box.quanta import Quanta
from gradcheck.numerics.richardson import SINGLE
from gradcheck.verdicts import Answer

LEAVE_OUT = "leave out an argument whose gradient is 0 everywhere, such as a bias before a normalization"


def place(judged: Judged, i: int, argument: Argument) -> str:
    """What the i-th direction is called."""
    return argument.entry(i) if judged.slopes.directions.are_axes else f"{argument}, random direction {i + 1}"


def bends(name: str, judged: Judged, argument: Argument) -> str:
    """Larger steps refute the claim, smaller ones do not."""
    at = place(judged, judged.where(Answer.DIFFERS)[0], argument)
    where = f"on larger steps than the entry, not on smaller ones ({at})"
    return f"{name} may bend close to this point: the claim is wrong {where}"


def flat(name: str, argument: Argument, seen: Quanta) -> str:
    """Nothing moves, or less than rounding hides."""
    if seen.rise:
        return f"{name} {_moves_in_steps(seen)}, so a gradient of 0 by {argument} shows nothing"
    return f"{name} does not change with {argument} here, so a gradient of 0 shows nothing; {LEAVE_OUT}"


def _moves_in_steps(seen: Quanta) -> str:
    return f"moves in steps of {seen.rise:.1g} here, as what is rounded or counted does"


def rough(name: str, judged: Judged, argument: Argument) -> str:
    """Slopes do not settle, and the claim is among them."""
    i = judged.where(Answer.ROUGH)[0]
    slopes, size = judged.slopes, judged.slopes.directions.size
    between = f"its slopes lie between {slopes.least[i] / size:.6g} and {slopes.most[i] / size:.6g}"
    claim = f"the claim is {judged.claimed[i] / size:.6g} ({place(judged, i, argument)})"
    return f"{name} is not smooth around this point or loses digits, as log(1 - a) does: {between}, {claim}"


def unresolved(name: str, judged: Judged, argument: Argument, seen: Quanta) -> str:
    """It jumps, has too few values, or is too noisy."""
    unseen = judged.where(Answer.UNRESOLVED)
    i, slopes = unseen[0], judged.slopes
    count = f"{len(unseen)} of {len(judged.answers)} {'entries' if slopes.directions.are_axes else 'directions'}"
    at = f"({count}; first: {place(judged, i, argument)})" if len(judged.answers) > 1 else f"({argument})"
    if slopes.jumps[i]:
        return f"{name} jumps here {at}"
    if not np.isfinite(slopes.error[i]):
        return f"{name} could not be followed around this point: it has too few values near by {at}"
    size = slopes.directions.size
    if judged.is_lost[i]:
        claim = f"the claim of {judged.claimed[i] / size:.3g} may be lost in its rounding"
        return f"{name} does not change here, but {claim}, as in log(1 + exp(-40)) {at}"
    if slopes.scatters[i]:
        moves = f"{name} scatters by {slopes.scatter[i]:.1g} however small the steps are {at}"
        return f"{moves}: it is constant but for rounding, or oscillates between the steps, as sin(exp(40)) does"
    slope = f"its slope is {slopes.value[i] / size:.3g} ± {slopes.error[i] / size:.1g}"
    cures = ["move the point"]
    if np.all(np.abs(slopes.value[unseen]) <= slopes.error[unseen]):
        cures.append(LEAVE_OUT)
    if seen.is_single:
        cures.append(f"compute in double precision: {name} rounds to single")
    elif slopes.precision is SINGLE:
        cures.append("check in double precision: convert the arguments with .astype(float)")
    why = _moves_in_steps(seen) if seen.rise else "is too noisy here"
    return f"{name} {why}: {slope}, the claim is {judged.claimed[i] / size:.3g} {at}; {', or '.join(cures)}"


def kink(name: str, judged: Judged, argument: Argument, i: int | None = None) -> str:
    """There is no derivative, only slopes on both sides. i: along which direction; the first one if none is chosen."""
    i = judged.where(Answer.KINK)[0] if i is None else i
    agree, all_of_them = len(judged.where(Answer.AGREES)), len(judged.answers)
    rest = f"; {agree} of {all_of_them} entries agree" if agree and judged.slopes.directions.are_axes else ""
    return f"{name} has a kink here: {one_sided(judged, i)} ({place(judged, i, argument)}){rest}"


def one_sided(judged: Judged, i: int) -> str:
    """The slopes on both sides."""
    below, above = judged.slopes.sides(i)
    return f"one-sided slopes {below:.6g} and {above:.6g}"
