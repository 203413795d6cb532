"""Arithmetic modulo the prime p = 2^61 - 1 on arrays of uint64: exact, and about as fast as NumPy.

A residue is a whole number from 0 to p - 1. Since 2^61 is 1 modulo p, nothing is ever divided by p: what stands above
the lowest 61 bits is added to them, and to multiply by a power of 2 is to rotate 61 bits (Knuth, The Art of Computer
Programming, vol. 2, 4.3.2, on moduli 2^e - 1).

Products of two residues need 122 bits. Entry by entry, both are split into halves of 30 and 31 bits, whose products
and their sums fit into 64. For matrices, residues are split into three limbs of 21 bits, that is, numbers below 2^21 in
float64: a product of two limbs is below 2^42, and up to 2048 of them add up to at most 2^53, which float64 still counts
one by one. So one floating-point product of matrices gives the products of all pairs of limbs without rounding; those
of one weight, 2^0 to 2^84 in steps of 2^21, are added and rotated into place (the principle is that of Dumas, Giorgi &
Pernet, Dense linear algebra over word-size prime fields, 2008).

A keyed value is a random residue that depends on a salt and on some residues only: equal arguments have equal values.
"""

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

P = 2**61 - 1
"""The prime."""
EXACT_TERMS = 2048
"""So many products of numbers below 2^21 can be added in a float64 without rounding."""

Residues = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Labelled = tuple[Residues, tuple[int, ...]]
"""Residues, and a label for each axis."""

_PRIME, _HALF, _ONE = np.uint64(P), np.uint64(P // 2), np.uint64(1)


class Undefined(ArithmeticError):
    """A value that the field does not have, and why."""


# ---- bits ------------------------------------------------------------------------------------------------------------


def _split(values: Residues, count: int) -> tuple[Residues, Residues]:
    """What stands above the lowest `count` bits, and these bits."""
    return values >> np.uint64(count), values & np.uint64(2**count - 1)


def _folded(values: Residues) -> Residues:
    """Any uint64 as a residue: 2^61 is 1."""
    high, low = _split(values, 61)
    return _least(high + low)


def _least(values: Residues) -> Residues:
    """Residues of values below 2p: the difference wraps around to a large number where it is negative."""
    return np.asarray(np.minimum(values, np.subtract(values, _PRIME)))  # operators would warn of numbers that wrap


def _rotated(values: Residues, shift: int) -> Residues:
    """2^shift · values, not yet reduced: what is shifted out comes in again from below."""
    high, low = _split(values, 61 - shift)
    return np.asarray((low << np.uint64(shift)) + high)


# ---- entry by entry --------------------------------------------------------------------------------------------------


def add(left: Residues, right: Residues) -> Residues:
    """The sum, entry by entry."""
    return _least(left + right)


def negate(values: Residues) -> Residues:
    """-value of every value."""
    return np.where(values == 0, values, _PRIME - values)


def complement(values: Residues) -> Residues:
    """1 - value of every value."""
    return _least(_ONE + negate(values))


def multiply(left: Residues, right: Residues) -> Residues:
    """The product, entry by entry, by halves of 30 and 31 bits: no sum of products of halves exceeds 64 bits."""
    (a, b), (c, d) = _split(left, 31), _split(right, 31)
    return _folded(((a * c) << _ONE) + _rotated(a * d + b * c, 31) + b * d)


def power(values: Residues, exponent: int) -> Residues:
    """Non-negative whole powers, by squaring."""
    result = np.ones_like(values)
    for digit in bin(exponent)[2:]:
        result = multiply(result, result)
        if digit == "1":
            result = multiply(result, values)
    return result


def invert(values: Residues) -> Residues:
    """1/values, of all at once: one product of all is inverted and shared out again (Montgomery 1987).

    Raises Undefined at a 0.
    """
    if not np.all(values):
        raise Undefined("a division by 0")
    if values.size <= 8:
        return np.array([pow(v, -1, P) for v in values.ravel().tolist()], np.uint64).reshape(values.shape)
    flat = np.append(values.ravel(), np.ones(values.size % 2, np.uint64))
    inverse = invert(multiply(flat[0::2], flat[1::2]))
    each = np.empty_like(flat)
    each[0::2], each[1::2] = multiply(inverse, flat[1::2]), multiply(inverse, flat[0::2])
    return each[: values.size].reshape(values.shape)


def fraction(numerator: int, denominator: int = 1) -> Residues:
    """A fraction in lowest terms, as an array without axes.

    Raises Undefined for multiples of the prime: their being 0 says nothing about other primes.
    """
    if (numerator and numerator % P == 0) or denominator % P == 0:
        raise Undefined("a constant is a multiple of the prime")
    return np.asarray(numerator * pow(denominator, -1, P) % P, np.uint64)


def unsigned(values: Residues) -> tuple[Residues, Mask]:
    """Of each ±value the one up to p/2, and where that is the other one."""
    turned = values > _HALF
    return np.where(turned, negate(values), values), turned


# ---- sums of products ------------------------------------------------------------------------------------------------


def total(values: Residues, axes: tuple[int, ...]) -> Residues:
    """The sum over axes of at most 2^32 entries in all."""
    if not axes:
        return values
    high, low = (np.asarray(np.sum(half, axis=axes)) for half in _split(values, 32))
    return add(_folded(low), _folded(_rotated(high, 32)))


def matmul(left: Residues, right: Residues) -> Residues:
    """Products of stacks of matrices: (s, m, k) and (s, k, n) give (s, m, n)."""
    terms = left.shape[-1]
    if terms > EXACT_TERMS:
        first = matmul(left[..., :EXACT_TERMS], right[:, :EXACT_TERMS])
        return add(first, matmul(left[..., EXACT_TERMS:], right[:, EXACT_TERMS:]))
    stack, rows, columns = left.shape[0], left.shape[1], right.shape[2]
    products = np.concatenate(_limbs(left), axis=1) @ np.concatenate(_limbs(right), axis=2)
    parts = products.astype(np.uint64).reshape(stack, 3, rows, 3, columns)
    weights = [reduce(np.add, [parts[:, i, :, s - i] for i in range(3) if 0 <= s - i < 3]) for s in range(5)]
    return _folded(reduce(np.add, [_rotated(part, 21 * s % 61) for s, part in enumerate(weights)]))


def _limbs(values: Residues) -> list[npt.NDArray[np.float64]]:
    rest, low = _split(values, 21)
    return [limb.astype(np.float64) for limb in (low, *_split(rest, 21)[::-1])]


def einsum(operands: Sequence[Labelled], result: tuple[int, ...]) -> Residues:
    """Products of entries whose axes have the same labels, summed over the labels that the result does not have.

    Pairs of operands are contracted until one is left, those first that leave the least behind.
    """
    parts = [_diagonal(*operand) for operand in operands]
    while len(parts) > 1:
        pairs = [(i, j) for j in range(len(parts)) for i in range(j)]
        i, j = pairs[0] if len(pairs) == 1 else min(pairs, key=lambda pair: _left_behind(parts, pair, result))
        others = [part for k, part in enumerate(parts) if k not in (i, j)]
        needed = _labels(others, result)
        left, right = (_summed(parts[a], needed | set(parts[b][1])) for a, b in ((i, j), (j, i)))
        parts = [_contracted(left, right, needed), *others]
    values, labels = _summed(parts[0], set(result))
    return values.transpose([labels.index(label) for label in result])


def _labels(parts: Sequence[Labelled], result: tuple[int, ...]) -> set[int]:
    return set(result).union(*(labels for _, labels in parts))


def _diagonal(values: Residues, labels: tuple[int, ...]) -> Labelled:
    single = tuple(dict.fromkeys(labels))
    if single == labels:
        return values, labels
    return np.einsum(values, [single.index(label) for label in labels], list(range(len(single)))), single


def _summed(part: Labelled, needed: set[int]) -> Labelled:
    values, labels = part
    gone = tuple(axis for axis, label in enumerate(labels) if label not in needed)
    return total(values, gone), tuple(label for label in labels if label in needed)


def _left_behind(parts: Sequence[Labelled], pair: tuple[int, int], result: tuple[int, ...]) -> int:
    """By how many entries the product of a pair is larger than the pair."""
    needed = _labels([part for k, part in enumerate(parts) if k not in pair], result)
    sizes = {label: size for k in pair for label, size in zip(parts[k][1], parts[k][0].shape, strict=True)}
    kept: int = math.prod(size for label, size in sizes.items() if label in needed)
    return kept - sum(int(parts[k][0].size) for k in pair)


def _contracted(left: Labelled, right: Labelled, needed: set[int]) -> Labelled:
    """The product of two, as a stack of products of matrices."""
    (a, first), (b, second) = left, right
    both = [label for label in first if label in second]
    inner, stack = [x for x in both if x not in needed], [x for x in both if x in needed]
    rows, columns = [x for x in first if x not in both], [x for x in second if x not in both]
    a = a.transpose([first.index(x) for x in (*stack, *rows, *inner)])
    b = b.transpose([second.index(x) for x in (*stack, *inner, *columns)])
    outer, height, width = a.shape[: len(stack)], a.shape[len(stack) : len(stack) + len(rows)], b.shape[len(both) :]
    depth = math.prod(a.shape[len(stack) + len(rows) :])
    # NumPy cannot infer -1 beside an empty axis, but sizes are positive.
    a, b = a.reshape(math.prod(outer), -1, depth), b.reshape(math.prod(outer), depth, -1)
    product = matmul(a, b) if inner else multiply(a, b)
    return product.reshape((*outer, *height, *width)), (*stack, *rows, *columns)


# ---- elimination -----------------------------------------------------------------------------------------------------


def inverse(matrices: Residues) -> Residues:
    """The inverse of every matrix of a stack. Raises Undefined if one is singular."""
    eye = np.broadcast_to(np.eye(matrices.shape[-1], dtype=np.uint64), matrices.shape)
    determinants, inverted = _eliminated(matrices, eye)
    if not np.all(determinants):
        raise Undefined("the inverse of a singular matrix")
    return inverted


def determinant(matrices: Residues) -> Residues:
    """The determinant of every matrix of a stack."""
    return _eliminated(matrices, matrices[..., :0])[0]


def _eliminated(matrices: Residues, right: Residues) -> tuple[Residues, Residues]:
    """The determinant, and inv(A) @ right where it is not 0 (Gauss and Jordan, with any pivot that is not 0)."""
    n, rows = matrices.shape[-1], np.concatenate([matrices, right], axis=-1)
    determinants = np.ones(matrices.shape[:-2], np.uint64)
    for k in range(n):
        place = k + (rows[..., k:, k] != 0).argmax(axis=-1)[..., None, None]
        chosen = np.take_along_axis(rows, place, axis=-2)
        np.put_along_axis(rows, place, rows[..., k : k + 1, :], axis=-2)
        pivot = chosen[..., 0, k]
        determinants = multiply(determinants, np.where(place[..., 0, 0] == k, pivot, negate(pivot)))
        own = multiply(chosen, invert(np.where(pivot == 0, _ONE, pivot))[..., None, None])
        rows[..., k : k + 1, :] = own
        factors = np.where(np.arange(n)[:, None] == k, np.uint64(0), rows[..., k : k + 1])
        rows = add(rows, negate(multiply(factors, own)))
    return determinants, rows[..., n:]


# ---- comparisons -----------------------------------------------------------------------------------------------------


def are_distinct(values: Residues) -> bool:
    """Whether no two are equal on the last axis."""
    ordered = np.sort(values, axis=-1)
    return not np.any(ordered[..., 1:] == ordered[..., :-1])


# ---- random values ---------------------------------------------------------------------------------------------------


def generator(seed: tuple[int, ...], *words: str) -> np.random.Generator:
    """Random numbers that depend on names, which are not shortened to a checksum: unequal names are independent."""
    return np.random.default_rng([*seed, *" ".join(words).encode()])


def random(seed: tuple[int, ...], shape: tuple[int, ...], *words: str) -> Residues:
    """Random residues that depend on names."""
    return np.asarray(generator(seed, *words).integers(0, P, shape, dtype=np.uint64))


def keyed(salt: int, *arguments: Residues) -> Residues:
    """Random residues that depend on the salt and on the arguments' values only, entry by entry."""
    state: Residues = np.asarray(salt, np.uint64)
    for argument in arguments:
        state = _mixed(_mixed(np.add(_mixed(argument), state)) ^ np.uint64(0x9E3779B97F4A7C15))
    return _folded(state)


def _mixed(values: Residues) -> Residues:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014): values that look independent for different arguments."""
    values = np.multiply(values ^ (values >> np.uint64(30)), np.uint64(0xBF58476D1CE4E5B9))
    values = np.multiply(values ^ (values >> np.uint64(27)), np.uint64(0x94D049BB133111EB))
    return np.asarray(values ^ (values >> np.uint64(31)))
