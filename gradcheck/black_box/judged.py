"""What measured slopes say about a claimed gradient.

Every slope has the ladder's error bar. The complex step (Squire & Trapp, SIAM Review 40, 1998) is a sharp second
reading, but NumPy is silently wrong on complex input for abs, norm, float() and others: it counts only where it lies
inside the error bars of the first, and it refutes only what the first doubts as well.
"""

from dataclasses import dataclass

import numpy as np

from gradcheck.black_box.arguments import Floats
from gradcheck.black_box.slopes import Slopes
from gradcheck.numerics.richardson import DOUBLE, SINGLE
from gradcheck.tolerances import DOUBTS, GATE, RESOLUTION, SAFETY, SIDE
from gradcheck.verdicts import Answer

LOST = {DOUBLE: 1e-6, SINGLE: RESOLUTION}
"""Error bars below this fraction of an array's largest entry are enough for its small entries.

What is wrong in an entry by less is wrong by less than what a right gradient may have lost (RTOL); single precision
knows no slope so well.
"""


@dataclass(frozen=True)
class Judged:
    """What the directions say of a claimed gradient, arrays (n,).

    resolution: the smallest error of one entry that would have been refuted; blur: the slope's error bar. Both are
    relative to the array's largest entry. is_lost: whether F stands still, and rounding may have hidden the claim.
    """

    slopes: Slopes
    claimed: Floats
    answers: list[Answer]
    resolution: Floats
    blur: Floats
    used_complex: bool
    is_lost: Floats

    def where(self, answer: Answer) -> list[int]:
        """The directions that answer so."""
        return [i for i, said in enumerate(self.answers) if said is answer]


def judge(slopes: Slopes, claim: Floats) -> Judged:
    """Compare a claim, of the argument's shape, with the slopes.

    Refuted where |D - claim| > 10 error bars + rtol scale. A claim that passes was seen to be right if a hundredth of
    the scale would have shown. An entry that is lost in the noise counts as seen if the noise is far below the array's
    largest entry; so does an exact 0 along which F does not move at all if the noise is below a hundredth of
    it; and a gradient of exact zeros where F does move if the noise is below rtol of the slopes nearby: that is a
    stationary point. Where F scatters, its mean slope says nothing of a claim so steep that F would scatter by it.
    """
    along, rtol = slopes.directions, slopes.rtol
    claimed, norms = along.slopes_of(claim)
    with np.errstate(all="ignore"):
        scale = np.fmax(_steepness(slopes, norms), norms)
        whole = _whole(slopes, scale)
        reads, right = _by_complex_step(slopes, claimed, scale)
        is_lost = _is_lost(slopes, claimed, right, whole)
        seen = _seen(slopes, claimed, not np.any(claim), scale, whole) | (reads & right)
        unit = whole if along.are_axes else along.least_change(claim)
        unit = np.where(unit > 0, unit, np.inf)
        blur = slopes.error / unit
        passed = rtol if along.are_axes else rtol * scale / unit
        resolution = np.where(reads & right, passed, SAFETY * blur + passed)
        policy = _policy(slopes, claimed, scale, reads, right, is_lost) | {Answer.AGREES: seen}
    first = (next((answer for answer in policy if policy[answer][i]), Answer.UNRESOLVED) for i in range(len(claimed)))
    return Judged(slopes, claimed, list(first), resolution, blur, bool(np.any(reads)), is_lost)


def _steepness(slopes: Slopes, norms: Floats) -> Floats:
    """How steep F is; at a kink, where the slope is the mean of two, as the complex step has it."""
    steepness = np.abs(slopes.value)
    at_kink = _at_kink(slopes, np.fmax(steepness, norms))
    return np.where(at_kink, np.nan_to_num(np.abs(slopes.sharp)), steepness)


def _whole(slopes: Slopes, scale: Floats) -> Floats:
    """The size of the array's largest entry that could be measured, as far as entries are looked at one by one."""
    finite = np.where(np.isfinite(slopes.error), scale, 0.0)
    whole: Floats = np.fmax(finite.max(initial=0.0), scale) if slopes.directions.are_axes else scale
    return whole


def _seen(slopes: Slopes, claimed: Floats, is_zero: bool, scale: Floats, whole: Floats) -> Floats:
    """Where the error bars are so small that a claim which is not refuted is right. is_zero: the whole claim is."""
    bar = SAFETY * slopes.error
    seen: Floats = (
        (bar <= RESOLUTION * scale)
        | (bar <= LOST[slopes.precision] * whole)
        | (slopes.is_flat & (claimed == 0) & (bar <= RESOLUTION * whole))
        | (is_zero & (bar <= slopes.rtol * slopes.variation))
    )
    return seen & ~slopes.jumps & ~slopes.scatters


def _policy(
    slopes: Slopes, claimed: Floats, scale: Floats, reads: Floats, right: Floats, is_lost: Floats
) -> dict[Answer, Floats]:
    """Where each of the answers holds that stand in the way of a claim; the first one counts."""
    gap = np.abs(slopes.value - claimed)
    refuses = reads & ~right  # the complex step is sure where slopes lie apart
    wrong = (gap > SAFETY * slopes.error + slopes.rtol * scale) | (refuses & (gap > DOUBTS * slopes.error))
    unseen = slopes.explains(claimed) | is_lost
    return {
        Answer.UNRESOLVED: ~np.isfinite(slopes.error) | slopes.jumps | unseen,
        Answer.KINK: _at_kink(slopes, scale) & ~(reads & right),
        Answer.ROUGH: wrong & ~refuses & (slopes.least <= claimed) & (claimed <= slopes.most),
        Answer.DIFFERS: wrong,
    }


def _is_lost(slopes: Slopes, claimed: Floats, right: Floats, whole: Floats) -> Floats:
    """Where F is flat, its error bar leaves no room for the claim, and yet rounding may have hidden it.

    log(1 + e^-z) rounds e^-z away beside 1, while its imaginary part keeps it: the complex step confirms the claim.
    Code that drops imaginary parts, or rounds them, gives 0. And a claim that is smaller than the array's largest entry
    by half of the digits may be lost beside what makes that one large, as x in 1 / (e^-y + log(1 + e^-x)).
    """
    same = np.abs(slopes.sharp - slopes.sharp_behind) <= slopes.rtol * np.abs(slopes.sharp)
    confirmed = right & same & (slopes.sharp != 0)
    is_small = np.abs(claimed) <= np.sqrt(slopes.precision.eps) * whole
    beyond = np.abs(slopes.value - claimed) > SAFETY * slopes.error
    is_lost: Floats = (slopes.hidden > 0) & beyond & (confirmed | is_small)
    return is_lost


def _at_kink(slopes: Slopes, scale: Floats) -> Floats:
    """Whether the one-sided slopes differ, by more than their errors and by enough to matter."""
    sure = np.abs(slopes.change) > SAFETY * slopes.change_error
    return sure & (np.abs(slopes.change) / 2 > slopes.rtol * scale)


def _by_complex_step(slopes: Slopes, claimed: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Where the complex step counts, and where it confirms the claim.

    At a kink that is closer than the steps it has to be one of the one-sided slopes; if it differs between ahead and
    behind, the kink is at the point itself.
    """
    sharp, rtol = slopes.sharp, slopes.rtol
    same = np.abs(sharp - slopes.sharp_behind) <= rtol * scale
    side = np.abs(np.abs(sharp - slopes.value) - np.abs(slopes.change) / 2) <= (
        SAFETY * (slopes.change_error + slopes.error - np.abs(slopes.change) / 2) + SIDE * scale
    )
    near = np.abs(sharp - slopes.value) <= SAFETY * slopes.error
    gate = np.where(_at_kink(slopes, scale), side, near & (SAFETY * slopes.error <= GATE * scale))
    return gate & same & np.isfinite(sharp), np.abs(sharp - claimed) <= rtol * scale
