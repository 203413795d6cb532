"""The entries of an array where a mask is True, x[x > 0]: how many they are depends on values.

So it is no array: its size would be none that is made of symbols. What is made of all of these entries is a number,
their sum, mean, product or extreme, and functions of entries are taken before that. Where the mask is False, 1/2 stands
for the arguments of functions that are not defined everywhere, so that nothing depends on values that nobody looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import sympy as sp
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcheck.functions import Function
from gradcheck.functions.held import BOOLEAN, type_of
from gradcheck.functions.table import divide, multiply, negative, where
from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.elementwise import apply
from gradcheck.graph.largest import maximum_over
from gradcheck.graph.literals import as_array
from gradcheck.graph.multiplied import prod
from gradcheck.graph.names import OPERATORS, rule_of
from gradcheck.graph.node import Array, Written
from gradcheck.graph.reductions import summed
from gradcheck.graph.refusals import Unsupported, engine
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, show_shape
from gradcheck.graph.writing import ATOM, Piece

STAND_IN = Fraction(1, 2)
"""In the domain of every function of the table, as 1 is not in that of cross-entropy."""
CURE = (
    "how many entries a mask leaves depends on values: .sum(), .mean(), .prod(), .max(), .min() and .size of them are "
    "numbers; for an array write np.where(mask, x, 0)"
)


class Chosen(NDArrayOperatorsMixin):
    """The entries of `values` where `mask`, which has the shape of its first axes, is 1.

    layout: how it is written. Reductions are over all of it, or over what the mask leaves with `axis=0`.
    """

    __array_priority__ = 2000
    __hash__ = object.__hash__

    def __init__(self, values: Array, mask: Array, layout: Callable[[Any], Piece]) -> None:
        self.values, self.mask, self.layout = values, mask, layout

    conforms = False  # it has no shape
    written = None
    name = ""

    @property
    def parts(self) -> tuple[Array, ...]:
        """The arrays that its text is made of."""
        return self.values, self.mask

    def write(self, style: Any) -> Piece:
        """As its author wrote it."""
        return self.layout(style)

    # -- numbers --

    def sum(self, axis: Any = None) -> Array:
        """The sum of the entries that are left."""
        return self._number("sum", self._sum, axis)

    def mean(self, axis: Any = None) -> Array:
        """Their mean, which has no value if none is left."""
        return self._number("mean", self._mean, axis)

    def prod(self, axis: Any = None) -> Array:
        """Their product."""
        return self._number("prod", lambda axes: prod(apply(where, self._full_mask, self.values, 1), axes), axis)

    def max(self, axis: Any = None) -> Array:
        """The largest of them, which has no value if none is left."""
        return self._number("max", partial(self._largest, self.values), axis)

    def min(self, axis: Any = None) -> Array:
        """The smallest of them, likewise."""
        turned = apply(negative, self.values)
        return self._number("min", lambda axes: apply(negative, self._largest(turned, axes)), axis)

    def _sum(self, axes: Any) -> Array:
        return summed(apply(multiply, self._full_mask, self.values), axes)

    def _mean(self, axes: Any) -> Array:
        return apply(divide, self._sum(axes), summed(self._full_mask if axes is None else self.mask))

    def _largest(self, values: Array, axes: Any) -> Array:
        return maximum_over(apply(where, self._full_mask, values, -np.inf), axes)

    def _number(self, word: str, make: Callable[[Any], Array], axis: Any) -> Array:
        """What is made along all axes, or along those of the mask."""
        if axis not in (None, 0):
            refused: Array = self._built(word, partial(_refuse, f"axis={axis!r} of {self!r}"))
            return refused
        with engine():
            made = make(None if axis is None else tuple(range(self.mask.ndim)))
        options = {} if axis is None else {"axis": axis}
        layout = lambda style, written: style.of_chosen(word, self, options)  # noqa: E731
        return made.said(Written(word, (self.values, self.mask), (), layout))

    @property
    def size(self) -> Array:
        """How many entries are left, which is no symbol but a number that depends on values."""
        with engine():
            found = summed(self._full_mask)
        layout = lambda style, written: (f"{style.write(self, ATOM)}.size", ATOM)  # noqa: E731
        return found.said(Written("size", (self.values, self.mask), (), layout))

    @property
    def _full_mask(self) -> Array:
        if self.mask.shape == self.values.shape:
            return self.mask
        behind = [sp.Integer(1)] * (self.values.ndim - self.mask.ndim)
        return broadcast_to(reshaped(self.mask, (*self.mask.shape, *behind)), self.values.shape)

    # -- functions of entries --

    def __apply_function__(self, function: Function, args: Sequence[Any]) -> Any:
        return self._built(function.name, partial(self._applied, function), *args)

    def _applied(self, function: Function, *args: Any) -> Chosen:
        values = [self._operand(arg) for arg in args]
        parts = [arg if isinstance(arg, Chosen) else value for arg, value in zip(args, values, strict=True)]
        if function.domain is not None and function is not where:
            values = [value if not value.ndim else apply(where, self._full_mask, value, STAND_IN) for value in values]
        return Chosen(apply(function, *values), self.mask, lambda style: style.application(function, parts))

    def _operand(self, arg: Any) -> Array:
        """A number, or the values of what is left by the same mask. Raises Unsupported."""
        if isinstance(arg, Chosen):
            if arg.mask.key != self.mask.key:
                raise Unsupported(f"{self!r} and {arg!r} are left by other masks: {CURE}")
            return arg.values
        array = as_array(arg)
        if array.ndim:
            raise Unsupported(f"{self!r} beside an array of shape {show_shape(array.shape)}: {CURE}")
        return array

    def __as_array__(self) -> Any:
        return self._built("index", partial(_refuse, repr(self)))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__
        if ufunc is np.matmul and method == "__call__":
            return (inputs[0] * inputs[1]).sum()
        if method != "__call__" or kwargs or getattr(np, name, None) is not ufunc:
            return self._built(name, partial(_refuse, f"np.{name}.{method} of {self!r}"))
        return self._built(name, partial(self._by_rule, name), *inputs)

    def _by_rule(self, name: str, *inputs: Any) -> Chosen:
        rule = rule_of(name, [getattr(part, "values", part) for part in inputs])
        function = getattr(rule, "args", (None,))[0]
        if not isinstance(function, Function):
            raise Unsupported(f"np.{name} of {self!r}: {CURE}")
        return self._applied(function, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name, method = function.__name__, {"amax": "max", "amin": "min"}.get(function.__name__, function.__name__)
        if method in REDUCTIONS and args[0] is self:
            return getattr(self, method)(*args[1:], **kwargs)
        return self._built(name, partial(_refuse, f"np.{name} of {self!r}"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(np.ndarray, name):
            raise AttributeError(name)
        rule = partial(_refuse, f".{name} of {self!r}")
        return partial(self._built, name, rule) if callable(getattr(np.ndarray, name)) else self._built(name, rule)

    def __getitem__(self, item: Any) -> Any:
        return self._built("index", partial(_refuse, f"{self!r}[{item!r}]"))

    def _built(self, word: str, rule: Callable[..., Any], *args: Any) -> Any:
        try:
            return rule(*args)
        except (TypeError, ShapeError) as error:
            return OPERATORS["refused"](error, word, (self.values, self.mask), {})

    def __repr__(self) -> str:
        text: str = OPERATORS["repr"](self)
        return text


REDUCTIONS = ("sum", "mean", "prod", "max", "min")


def _refuse(what: str, *args: Any) -> Any:
    raise Unsupported(f"{what}: {CURE}")


def choose(array: Array, mask: Array, items: tuple[Any, ...]) -> Chosen:
    """`array[mask]`. Raises TypeError for what is no mask, ShapeError for one of another shape."""
    if len(items) > 1:
        raise Unsupported(f"[{', '.join(map(str, items))}]: a mask stands alone, as in X[mask]")
    if type_of(mask.held) != BOOLEAN:
        raise Unsupported(
            f"[{mask!r}]: an array as an index is a mask, as x > 0 is; for classes write y = labels('y', n, classes=k)"
        )
    if mask.shape != array.shape[: mask.ndim] or not mask.ndim:
        what = f"{show_shape(array.shape)} at a mask of shape {show_shape(mask.shape)}"
        raise ShapeError(what, "a mask has the shape of the array, or of its first axes")
    return Chosen(array, mask, lambda style: (style.chosen(array, mask), ATOM))


OPERATORS["choose"] = choose
