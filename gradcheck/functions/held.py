"""In which type NumPy holds what a function gives: masks are booleans there, and computed with as such.

Here every value is a real number, and a tick says that NumPy computes the same. It does not where booleans are added by
`or`, or where whole numbers have no negative powers. So NumPy itself is asked, with samples of the types of the
operands: it has to give the row's numbers, in a type that holds all of them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from gradcheck.functions.kept import kept_with_the_first

Type = np.dtype[Any]

BOOLEAN, WHOLE, FLOAT = np.dtype(bool), np.dtype(int), np.dtype(float)
SAME = 1e-12
"""How near NumPy's numbers are to the row's: types of few digits, as float16, are off by more."""
SAMPLES = {"b": (False, True), "i": (-2, -1, 0, 1, 2), "u": (0, 1, 2), "f": (0.5, 2.0)}
"""Numbers of every kind of type. Real ones need be few: of them NumPy computes what the row says, and only the type of
what it gives is asked for."""


class Scalar(NamedTuple):
    """One number of Python's: NumPy lets the other operands decide the type, and powers depend on its value."""

    kind: type
    value: Any


Held = Type | Scalar
"""How NumPy holds an operand."""


class Differs(TypeError):
    """NumPy computes something else than the row says, or nothing."""


def type_of(held: Held) -> Type:
    """The type alone."""
    return np.dtype(held.kind) if isinstance(held, Scalar) else held


def common_type(operands: Sequence[Held]) -> Type:
    """The type of arrays that are put together, or multiplied."""
    return _of_numbers(
        np.result_type(*(held.kind(held.value) if isinstance(held, Scalar) else held for held in operands))
    )


def _of_numbers(held: Type) -> Type:
    """The type. NumPy 1 holds Python's own numbers where one is whole and beyond 64 bits: they lose nothing."""
    return FLOAT if held == np.dtype(object) else held


def is_narrow(held: Type) -> bool:
    """Whether it is too narrow for sums and products of its own numbers: it has few digits, or overflows."""
    return held.kind in "iuf" and held.itemsize < FLOAT.itemsize


def of_sum(operand: Held) -> Type:
    """The type of a sum over axes: NumPy counts where booleans are summed."""
    held: Type = np.zeros(1, type_of(operand)).sum().dtype
    return held


@kept_with_the_first
def held_by(row: Any, operands: tuple[Held, ...]) -> Type:
    """The type that NumPy's function holds its values in. Raises Differs if they are not the row's.

    row: of the function, as `of_numpy`, and as `numpy` on floating-point numbers.
    """
    samples = [_sample(held, axis) for axis, held in enumerate(operands)]
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(row.of_numpy(*samples))
        except Exception:  # it may be a function of the author's
            raise Differs("NumPy refuses it") from None
        if values.dtype == object and all(isinstance(value, float) for value in values.flat):
            values = np.reshape([float(value) for value in values.flat], values.shape)  # exact constants, as of exp(1)
        if np.iscomplexobj(values):  # as Python makes of (-2) ** 0.25, which has no value in NumPy's real numbers
            values = np.where(values.imag == 0, values.real, np.nan)
        if all(type_of(held) == FLOAT for held in operands):
            return _of_numbers(values.dtype)
        numbers = np.asarray(row.numpy(*(np.asarray(sample, dtype=float) for sample in samples)))
    told = ~np.isnan(numbers)  # where the row has no value, as for conditions that are no masks, nothing is said
    if not np.allclose(values[told].astype(float), numbers[told], rtol=SAME, atol=0):
        raise Differs("NumPy computes something else")
    if is_narrow(values.dtype) and any(type_of(held) != BOOLEAN for held in operands if not isinstance(held, Scalar)):
        raise Differs(f"NumPy computes it in {values.dtype}")
    return _of_numbers(values.dtype)


def _sample(held: Held, axis: int) -> Any:
    """Numbers along an axis of their own, so that all of one operand meet all of another."""
    if isinstance(held, Scalar):
        return held.kind(held.value)
    return np.array(SAMPLES[held.kind], dtype=held).reshape((-1,) + (1,) * axis)
