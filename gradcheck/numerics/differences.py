"""Oracle: finite differences. It reads forward values only and uses no derivative rule of any kind.

Every derivative node is sampled along every coordinate of the array it is taken by, on a ladder of steps, and comes
with a measured error bar. Sample points that a kink separates from the point of interest say nothing and are dropped:
kinks are looked for on the graph. The complex step is the sharp second reading; it counts only where it lies inside
the error bar of the first.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cached_property

import numpy as np

from gradcheck.graph import Array, Derivative, Literal, has_derivatives, walk
from gradcheck.graph.walks import Sort
from gradcheck.numerics import richardson, rounding
from gradcheck.numerics.evaluate import Differentiate, Evaluation, Sizes, Values
from gradcheck.tolerances import DIFFERENCE_BARS

COMPLEX_STEP = 1e-30
MOST_MOVED = 2**15
"""Directions are sampled in blocks of about so many moved entries a step, so that second derivatives fit in memory."""
TINY = float(np.finfo(np.float64).tiny)


class Reading:
    """Values with error bars; and the sharper values by the complex step, looked for when they are asked for.

    All have the batch axes of the point in front.
    """

    def __init__(self, value: Values, error: Values, sharpen: Callable[[], Values | None]) -> None:
        self.value, self.error, self._sharpen = value, error, sharpen

    @cached_property
    def sharp(self) -> Values | None:
        """The reading by the complex step: NaN at points where it leaves the error bars, None if it does at all."""
        return self._sharpen()


def read(root: Array, point: Evaluation, known: dict[int, richardson.Estimate], unit: float = 1.0) -> Reading:
    """`root` at the point, with every derivative in it by differences. `point` holds the inputs' values.

    known: estimates of derivative nodes at this point, by key; new ones are added. unit: as in `differentiate`.
    """
    outer = _outermost(root)
    if not outer:
        value = point(root)
        return Reading(value, np.zeros_like(value), lambda: None)
    for node in outer:
        if node.key not in known:
            known[node.key] = differentiate(point, node, unit)
    estimates = {node.key: known[node.key] for node in outer}
    with_estimates = _with(point, _still(root, point, estimates), {key: e.value for key, e in estimates.items()})
    value = with_estimates(root)
    # The errors are carried on at the size by which two readings may be apart, so that a jump within reach is found.
    apart = {key: DIFFERENCE_BARS * e.error for key, e in estimates.items()}
    error = rounding.bound(root, with_estimates, apart) / DIFFERENCE_BARS
    error = np.where(np.isnan(error), np.inf, error)
    return Reading(value, error, lambda: _sharp(root, point, estimates, outer))


def _outermost(root: Array) -> list[Derivative]:
    """The derivative nodes that are not inside another derivative node."""
    found: dict[int, Derivative] = {}
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if node.key in seen:
            continue
        seen.add(node.key)
        if isinstance(node, Derivative):
            found[node.key] = node
        else:
            pending.extend(node.args)
    return list(found.values())


def _still(root: Array, point: Evaluation, derivatives: Container[int]) -> dict[int, Values]:
    """The values of all parts of `root` that no derivative enters."""
    still: dict[int, Values] = {}
    for node in walk(root, known=derivatives):
        if all(arg.key in still for arg in node.args):
            still[node.key] = point(node)
    return still


def _with(point: Evaluation, still: Mapping[int, Values], derivatives: Mapping[int, Values]) -> Evaluation:
    other = Evaluation(point.inputs, point.sizes, point.lead, point.dtype, point.derivative, point.shifts)
    other.values = {**still, **derivatives}
    return other


def evaluation(
    inputs: Mapping[int, Values], sizes: Sizes, lead: int = 0, unit: float = 1.0, innermost: Differentiate | None = None
) -> Evaluation:
    """A point whose inner derivatives (of second derivatives) are differences too.

    innermost: another way to those that contain no derivatives themselves, in place of a ladder at every sample.
    """

    def inner(point: Evaluation, node: Derivative) -> Values:
        if innermost is None or has_derivatives(node.args[0]):
            return differentiate(point, node, unit).value
        return innermost(point, node)

    return Evaluation(inputs, sizes, lead, derivative=inner)


def differentiate(point: Evaluation, node: Derivative, unit: float = 1.0) -> richardson.Estimate:
    """∂of/∂by by central differences: arrays of shape batch + of + by.

    unit: what the steps are multiplied by. A function that varies only in a small part of its argument's size, such as
    tanh(w + b) with w and b of opposite signs and huge, shows that on steps of small units only.
    """
    of, by = node.args
    base = point(by)
    scale = unit * _scale(base, point.lead)
    units = _units(base.shape[point.lead :], point.lead)
    blocks = np.array_split(units, max(1, min(len(units), units.shape[0] * base.size // MOST_MOVED)))
    samples = np.concatenate([_samples(point, node, _grow(scale, base.ndim) * block) for block in blocks], axis=1)
    estimate = richardson.derivative(samples, _lost_digits(of, point))
    shape = base.shape[point.lead :]
    divided = (a / _grow(scale, a.ndim - 1) for a in (estimate.value, estimate.error, estimate.noise))
    return richardson.Estimate(*(_directions_last(a, shape) for a in divided))


def _samples(point: Evaluation, node: Derivative, directions: Values) -> Values:
    """What is differentiated at all steps along the directions: (steps, directions, batch, of); NaN beyond a kink."""
    of, by = node.args
    steps = richardson.nodes()
    moved = point.shifted(by, steps.reshape(-1, *(1,) * directions.ndim) * directions, lead=2)
    value = moved(of)
    samples = np.array(np.broadcast_to(value, (len(steps), len(directions), *value.shape[2:])), dtype=float)
    crossed = _crossings(of, by, moved, steps)
    if crossed is not None:
        samples[np.broadcast_to(_grow(crossed, samples.ndim), samples.shape)] = np.nan
    return samples


def _scale(base: Values, lead: int) -> Values:
    """The unit of the steps: the root mean square of the array's entries, 1 if all are 0; one for each point."""
    rms = np.sqrt(np.mean(np.abs(base) ** 2, axis=tuple(range(lead, base.ndim))))
    return np.asarray(np.where(rms > 0, rms, 1.0))


def _lost_digits(of: Array, point: Evaluation) -> Values:
    """Errors of the function itself that can be the same at all samples, which then do not show them.

    Rounding loses digits so, as in log(1 - a) near a = 1; a function that contains derivatives has their error bars.
    """
    return read(of, point, {}).error if has_derivatives(of) else rounding.bound(of, point, {})


def _units(shape: tuple[int, ...], lead: int) -> Values:
    """Every coordinate axis of an array: (directions, 1, …, *shape)."""
    count = int(np.prod(shape))
    return np.eye(count).reshape((count,) + (1,) * lead + shape)


def _directions_last(values: Values, shape: tuple[int, ...]) -> Values:
    moved = np.moveaxis(values, 0, -1)
    return moved.reshape(moved.shape[:-1] + shape)


def _grow(mask: Values, ndim: int) -> Values:
    return mask.reshape(mask.shape + (1,) * (ndim - mask.ndim))


def _crossings(of: Array, by: Array, moved: Evaluation, steps: Values) -> Values | None:
    """Which samples a kink separates from t = 0: (steps, directions, batch)."""
    centre = int(np.flatnonzero(steps == 0)[0])
    crossed = None
    for side in (np.sign(argument) for node in kinked(of) for argument in kink_arguments(node, moved)):
        if side.shape[0] == 1:  # the node does not move with `by`
            continue
        # An argument that is 0 all around, such as relu(z) for z < 0, is not at a kink; one that is 0 at t = 0
        # only is, and all other samples are on another side.
        hit = side != side[centre]
        mask = hit.any(axis=tuple(range(moved.lead, hit.ndim)))
        crossed = mask if crossed is None else crossed | mask
    return crossed


kinked = Sort(lambda node: bool(node.kinks))
"""Every node with kinks in graphs."""


def kink_arguments(node: Array, point: Evaluation) -> list[Values]:
    """For each kink of a node, the numbers whose sign says on which side of it each entry lies."""
    args = [point.aligned(point(arg), node.ndim) for arg in node.args]
    return [np.asarray(kink(*args)) for kink in node.kinks]


def kink_distance(root: Array, point: Evaluation, nearby: Evaluation, only_jumps: bool = False) -> Values:
    """The least distance of a kink's argument from 0, relative to the argument's size; inf without kinks.

    only_jumps: bends are passed over, which matter to derivatives only. An argument that is 0 at the point and nearby,
    such as relu(z) for z < 0, is 0 all around: that is no kink. The result has the batch axes of the point.
    """
    least = np.full((1,) * point.lead, np.inf)
    for node in kinked(root):
        if (only_jumps and not node.is_jump) or all(isinstance(arg, Literal) for arg in node.args):
            continue
        for here, near in zip(kink_arguments(node, point), kink_arguments(node, nearby), strict=True):
            argument = np.abs(here)
            own = tuple(range(point.lead, argument.ndim))
            alive = np.where((argument != 0) | (near != 0), argument, np.inf)
            with np.errstate(invalid="ignore"):  # an argument may be infinite, as that of minimum(1 / 0, 5)
                least = np.minimum(least, alive.min(axis=own) / np.maximum(argument.max(axis=own), TINY))
    return least


# ---- the complex step --------------------------------------------------------------------------------------------


def _sharp(
    root: Array, point: Evaluation, estimates: Mapping[int, richardson.Estimate], outer: Sequence[Derivative]
) -> Values | None:
    """The reading by Im f(x + ih)/h (Squire & Trapp 1998); NaN at points where it leaves the ladder's error bars."""
    if has_derivatives(*(node.args[0] for node in outer)):
        return None
    values = {}
    for node in outer:
        sharp = _complex_step(point, node)
        estimate = estimates[node.key]
        with np.errstate(all="ignore"):
            close = (np.abs(sharp - estimate.value) <= DIFFERENCE_BARS * estimate.error) & np.isfinite(sharp)
        everywhere = close.all(axis=tuple(range(point.lead, close.ndim)), keepdims=True)
        if not np.any(everywhere):
            return None
        values[node.key] = np.where(everywhere, sharp, np.nan)
    return _with(point, _still(root, point, values), values)(root)


def _complex_step(point: Evaluation, node: Derivative) -> Values:
    of, by = node.args
    base = point(by)
    shape = base.shape[point.lead :]
    shift = 1j * COMPLEX_STEP * _units(shape, point.lead)
    moved = point.shifted(by, shift, lead=1, dtype=np.complex128)
    derivative = np.imag(moved(of)) / COMPLEX_STEP
    full = np.broadcast_to(derivative, (int(np.prod(shape)), *derivative.shape[1:]))
    return _directions_last(full, shape)
