"""log Σ exp along axes, which softmax and its logarithm are made of. Stable, and smooth where entries tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from gradcheck.functions.table import exp, log, subtract
from gradcheck.graph.elementwise import Apply, apply
from gradcheck.graph.families import Analytic, OverAxes
from gradcheck.graph.infinity import where_finite
from gradcheck.graph.largest import largest
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.node import Array, Examples, Mistake, Number, Written
from gradcheck.graph.products import contract
from gradcheck.graph.reductions import axes_of, over_axes, said, shape_without, summed, with_ones
from gradcheck.graph.refusals import engine
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import show_shape


class LogSumExp(OverAxes, Analytic):
    """log Σ exp x. It is taken of what is left beside the largest entry, which no rule needs to know."""

    __slots__ = ()

    verb = "logsumexp"
    word = "logsumexp"
    examples: Examples = (lambda matrix: logsumexp(matrix / 1000, axis=0),)

    def compute(self, value: Any) -> Any:
        """On NumPy's numbers: none is exponentiated that is larger than 0, so that nothing overflows."""
        return _numbers_logsumexp(value, self.axes)

    @engine()
    def shares(self) -> Array:
        """The derivative, exp(x - log Σ exp x): softmax."""
        return apply(exp, _beside(self.args[0], self.axes))

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """Log Σ exp(x + d) - log Σ exp x = log(1 + Σ p (e^d - 1)) with p the shares."""
        labels, kept = self.labels
        return on.log1p(on.at.contract([on.at(self.shares()), on.expm1(changes[0])], (labels, labels), kept))

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """That of a sum of positive numbers, relative to which its log is off, and of the largest entry."""
        lost = 8 + 2 * np.log2(self.terms(at.number))
        return 4 * np.finfo(float).eps * (lost + np.abs(at(self)))

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Times the shares."""
        labels, kept = self.labels
        leading = [len(labels) + i for i in range(lead)]
        return contract([incoming, self.shares()], [[*leading, *kept], labels], [*leading, *labels])

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """It is the log of any positive number."""
        return False

    def length(self, operands: Sequence[int], number: Number) -> int:
        """All entries."""
        return 1 + self.terms(number) * (1 + operands[0])

    def mistakes(self) -> Iterable[Mistake]:
        """The largest entry, which is near it."""
        yield "the largest entry for {}", (self,), largest(self.args[0], self.axes, 1)


def _top_and_rest(value: Any, axes: Any) -> tuple[Any, Any]:
    """The largest entry of a NumPy array, and log Σ exp of what is left beside it, with 1 in place of the axes."""
    top = np.real(value).max(axis=axes, keepdims=True)
    return top, np.log(np.exp(value - top).sum(axis=axes, keepdims=True))


def _along(array: Array, axes: tuple[int, ...], written: Written | None) -> Array:
    """Of entries that may be -∞ it is what its definition says, with exp(-∞) = 0."""
    if where_finite(array) is None:
        return LogSumExp((array,), (axes,), shape_without(array, axes), written)
    made = apply(log, summed(apply(exp, array), axes))
    return made if written is None else made.said(written)


def _beside(array: Array, axes: tuple[int, ...]) -> Array:
    """What is left of x: x - log Σ exp x."""
    return apply(subtract, array, reshaped(_along(array, axes, None), with_ones(array, axes)))


# ---- what is written with it -----------------------------------------------------------------------------------------


def _as_numpy(kernel: Callable[..., Any]) -> Callable[[Callable[..., Array]], Callable[..., Any]]:
    """Decorator: of a NumPy array it is NumPy's numbers, as it is for the functions of the table."""

    def decorate(build: Callable[..., Array]) -> Callable[..., Any]:
        @wraps(build)
        def wrapped(array: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(array, np.ndarray) and array.dtype != object:
                return kernel(array, *args, **kwargs)
            return build(array, *args, **kwargs)

        return wrapped

    return decorate


def _numbers_logsumexp(array: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    found = sum(_top_and_rest(array, axis))
    return found if keepdims else np.squeeze(found, axis)


def _numbers_log_softmax(array: Any, axis: Any = None) -> Any:
    top, rest = _top_and_rest(array, _axis(array.shape, axis, "log_softmax"))
    return array - top - rest


def _numbers_softmax(array: Any, axis: Any = None) -> Any:
    top, rest = _top_and_rest(array, _axis(array.shape, axis, "softmax"))
    return np.exp(array - top - rest)


@_as_numpy(_numbers_logsumexp)
@conforming()
def logsumexp(array: Any, axis: Any = None, *, keepdims: bool = False) -> Array:
    """The log of Σ exp x over axes, or over all: the shape without the axes, or with 1 in their place."""
    x = as_array(array)
    written = Written("logsumexp", (x,), said(axis, keepdims))
    return over_axes(x, axis, keepdims, written, lambda axes: _along(x, axes, written))


@_as_numpy(_numbers_softmax)
@conforming()
def softmax(array: Any, axis: Any = None) -> Array:
    """The shares exp x / Σ exp x along an axis, or several, which need no word where one alone is longer than 1."""
    x = as_array(array)
    written = Written("softmax", (x,), said(axis))
    return apply(exp, _beside(x, _chosen(x, axis, "softmax"))).said(written)


@_as_numpy(_numbers_log_softmax)
@conforming()
def log_softmax(array: Any, axis: Any = None) -> Array:
    """The logarithm of softmax: x - log Σ exp x."""
    x = as_array(array)
    beside = _beside(x, _chosen(x, axis, "log_softmax"))
    return Apply(beside.args, beside.params, x.shape, Written("log_softmax", (x,), said(axis)))


def _axis(shape: Sequence[Any], axis: Any, word: str) -> Any:
    """The axes that are meant. Raises TypeError where several may be."""
    long = tuple(i for i, size in enumerate(shape) if size != 1)
    if axis is None and len(long) > 1:
        raise TypeError(
            f"{word} of {show_shape(tuple(shape))}: along which axis? Write {word}(Z, axis=0) where columns are "
            f"examples, {word}(Z, axis=1) where rows are"
        )
    return long if axis is None else axis


def _chosen(array: Array, axis: Any, word: str) -> tuple[int, ...]:
    """The axes, counted from the last one."""
    chosen = axes_of(array, _axis(array.shape, axis, word))
    return tuple(sorted(i - array.ndim for i in chosen))
