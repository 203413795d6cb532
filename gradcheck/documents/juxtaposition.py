"""What stands between two arrays of a printed formula, and which products in it are equal whatever their grouping.

Products of matrices associate, products by entry also commute, and numbers may be taken out of either. So of the many
groupings of a chain few differ, and only those are told apart.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gradcheck.graph import Array, Misfit, ShapeError, Written, is_one_number, matmul, show_shape

NEXT_TO = ""
"""The sign between arrays that nothing stands between."""
SUMS = ("+", "-")
MATRIX, BY_ENTRY, SCALAR, QUOTIENT = "product of matrices", "by entry", "scalar product", "quotient"
MEANINGS: Mapping[str, tuple[str, ...]] = {
    NEXT_TO: (MATRIX, BY_ENTRY),
    "*": (MATRIX, BY_ENTRY),
    "·": (MATRIX, BY_ENTRY, SCALAR),
    "@": (MATRIX,),
    "∘": (BY_ENTRY,),
    "⊙": (BY_ENTRY,),
    "/": (QUOTIENT,),
    "+": ("+",),
    "-": ("-",),
}
"""What texts write with each sign. Of two columns only · is a scalar product: x y would be one that transposes."""


class Value(NamedTuple):
    """An array of a formula, as numbers times factors of one kind of product; `key` is equal only for equal values."""

    array: Array
    numbers: tuple[Any, ...]
    kind: str
    factors: tuple[Any, ...] = ()

    @property
    def key(self) -> Any:
        """What the array is equal to, in the places of its parts."""
        return self.numbers, self.kind, self.factors

    @property
    def is_number(self) -> bool:
        """Whether it scales what it is multiplied with."""
        return is_one_number(self.array.shape)

    @property
    def is_vector(self) -> bool:
        """Whether it is a row or a column."""
        shape = self.array.shape
        return len(shape) == 2 and 1 in shape and not self.is_number

    def factors_of(self, kind: str) -> tuple[Any, ...]:
        """What it adds to the factors of a product of a kind, beside its numbers."""
        return self.factors if kind == self.kind else ((self.kind, self.factors),)

    @property
    def as_numbers(self) -> tuple[Any, ...]:
        """What it is where it scales something."""
        return self.numbers if self.kind == "" else (*self.numbers, (self.kind, self.factors))


def part(place: int, array: Array) -> Value:
    """An array that is printed as it is."""
    name = f"part {place}"
    return Value(array, (name,), "") if array.conforms and is_one_number(array.shape) else Value(array, (), name)


def negative(value: Value) -> Value:
    """A value with its sign turned."""
    return Value(-value.array, _sorted(*value.numbers, "-1"), value.kind, value.factors)


def combined(meaning: str, sign: str, left: Value, right: Value, broadcasts: bool = False) -> Value:
    """What a sign makes of two arrays; a Misfit if they do not fit, or if NumPy would compute something else.

    broadcasts: whether operations by entry are NumPy's; otherwise they need one shape, and a 1×1 scales as a number.
    """
    is_scaling = (left.is_number or right.is_number) and sign != "@" and meaning in (MATRIX, BY_ENTRY)
    made = (_scaled if is_scaling else _MAKE[meaning])(left, right)
    needs_one_shape = is_scaling or meaning not in (MATRIX, SCALAR)
    if made.array.conforms and needs_one_shape and not broadcasts and not _fit(meaning, left, right):
        return made._replace(array=_apart(sign, left.array, right.array, made.array))
    return made


def _sorted(*factors: Any) -> tuple[Any, ...]:
    return tuple(sorted(factors, key=repr))


def _scaled(left: Value, right: Value) -> Value:
    number, other = (left, right) if left.is_number else (right, left)
    return Value(left.array * right.array, _sorted(*number.as_numbers, *other.numbers), other.kind, other.factors)


def _matrix_product(left: Value, right: Value) -> Value:
    array, numbers = matmul(left.array, right.array), _sorted(*left.numbers, *right.numbers)
    if min(left.array.ndim, right.array.ndim) < 2:  # (A x) B and A (x B) are two things where x has one axis
        return Value(array, numbers, "of vectors", (left.key, right.key))
    return Value(array, numbers, MATRIX, (*left.factors_of(MATRIX), *right.factors_of(MATRIX)))


def _product_by_entry(left: Value, right: Value) -> Value:
    factors = _sorted(*left.factors_of(BY_ENTRY), *right.factors_of(BY_ENTRY))
    return Value(left.array * right.array, _sorted(*left.numbers, *right.numbers), BY_ENTRY, factors)


def _scalar_product(left: Value, right: Value) -> Value:
    product = _product_by_entry(left, right)
    return Value(product.array.sum(), product.numbers, SCALAR, product.factors)


def _quotient(left: Value, right: Value) -> Value:
    array = left.array / right.array
    if right.is_number:
        return Value(array, _sorted(*left.numbers, (QUOTIENT, right.key)), left.kind, left.factors)
    return Value(array, (), QUOTIENT, (left.key, right.key))


def _sum(left: Value, right: Value) -> Value:
    return Value(left.array + right.array, (), "+", (left.key, right.key))


def _difference(left: Value, right: Value) -> Value:
    return Value(left.array - right.array, (), "-", (left.key, right.key))


_MAKE: Mapping[str, Callable[[Value, Value], Value]] = {
    MATRIX: _matrix_product,
    BY_ENTRY: _product_by_entry,
    SCALAR: _scalar_product,
    QUOTIENT: _quotient,
    "+": _sum,
    "-": _difference,
}


def meanings(sign: str, left: Value, right: Value) -> Sequence[str]:
    """What a sign may mean between two arrays: scalar products are of two rows or two columns."""
    is_of_vectors = left.is_vector and left.array.shape == right.array.shape
    return [meaning for meaning in MEANINGS[sign] if meaning != SCALAR or is_of_vectors]


def _fit(meaning: str, left: Value, right: Value) -> bool:
    """Whether two arrays have one shape, or a number scales the other and leaves it its axes; 1 / A is no scaling."""
    one, other = left.array.shape, right.array.shape
    is_scaled = right.is_number and len(other) <= len(one)
    may_scale = left.is_number and len(one) <= len(other) and (meaning != QUOTIENT or right.is_number)
    return one == other or is_scaled or may_scale


def _apart(sign: str, left: Array, right: Array, made: Array) -> Misfit:
    """What only broadcasting would make of two arrays, with the sizes that differ."""
    what = f" {sign or '*'} ".join(map(show_shape, (left.shape, right.shape)))
    if left.ndim != right.ndim:
        why = f"{left.ndim} axes are not {right.ndim}"
    else:
        why = next(f"{a} is not {b}" for a, b in zip(left.shape, right.shape, strict=True) if a != b)
    written = Written("apart", (left, right), (), lambda style, written: made.write(style))
    return Misfit((left, right), (ShapeError(what, why),), (), written)


def taken(meaning: str, left: Array, right: Array) -> Array:
    """What NumPy's operator makes of two arrays, whether or not they fit; a number scales instead."""
    is_scaling = any(array.conforms and is_one_number(array.shape) for array in (left, right))
    return _OPERATORS[BY_ENTRY if meaning == MATRIX and is_scaling else meaning](left, right)


_OPERATORS: Mapping[str, Callable[[Array, Array], Array]] = {
    MATRIX: matmul,
    BY_ENTRY: operator.mul,
    QUOTIENT: operator.truediv,
    "+": operator.add,
    "-": operator.sub,
}
