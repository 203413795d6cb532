"""This notation is NumPy's: every name, operator and method gives what NumPy gives, or is refused.

A name brings its own uses (`stands_for`), a row of the table has those of its arguments, operators and methods are
found by themselves: what is added is covered without a line here.
"""

from __future__ import annotations

import operator

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcheck.functions.held import is_narrow, type_of
from gradcheck.graph import Array, Misfit, ShapeError, domains, inputs_of, make_input, walk
from gradcheck.graph.names import NUMPY, USES
from gradcheck.graph.sizes import SizeError
from gradcheck.numerics import rounding
from gradcheck.numerics.evaluate import Evaluation

SHAPES = [(), (3,), (2, 3), (3, 3), (3, 1), (1, 3), (3, 2), (2, 3, 3), (2, 1, 3), (1, 3, 2)]
SCALARS = [2, -1, 0.5, True, np.float64(1.5), np.int64(3)]
ROUNDS = 80
ILL_SHAPED_HERE = {"trace", "linalg.trace", "diag"}
"""NumPy takes them of matrices that are not square, and reads a column as one."""


class Pool:
    """Pairs of a symbolic array and NumPy's, of every type and many shapes."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.values = {}
        self.made = []

    def given(self):
        shape = SHAPES[self.rng.integers(len(SHAPES))]
        value = np.round(self.rng.uniform(0.2, 2, shape) * self.rng.choice([-1.0, 1.0], shape), 2)
        node = make_input(f"x{len(self.values)}", shape, domains.REAL)
        self.values[node.key] = value
        kind = self.rng.integers(4)
        makes = (lambda x: x, lambda x: x > 0, lambda x: 1 * (x > 0), abs)
        return makes[kind](node), np.asarray(makes[kind](value))

    def array(self):
        """A symbolic array: one that was made of others, or a new one."""
        if self.made and self.rng.random() < 0.4:
            return self.made[self.rng.integers(len(self.made))]
        return self.given()

    def any(self):
        """A symbolic array, a number, or an array of numbers."""
        kind = self.rng.integers(8)
        if kind == 0:
            scalar = SCALARS[self.rng.integers(len(SCALARS))]
            return scalar, scalar
        if kind == 1:
            numbers = self.rng.integers(-2, 3, (3,))
            array = [numbers, numbers > 0, numbers / 2][self.rng.integers(3)]
            return array, array
        return self.array()

    def lost(self, node):
        """What may be lost of it in rounding, if it is made of inverses, which lose as many digits as there are."""
        if not any(part.divisors for part in walk(node)):
            return 1e-14
        inputs = {given.key: self.values[given.key] for given in inputs_of([node])}
        with np.errstate(all="ignore"):
            return 1e-14 + 4 * rounding.bound(node, Evaluation(inputs, {}), {})

    def value(self, node):
        inputs = {given.key: self.values[given.key] for given in inputs_of([node])}
        with np.errstate(all="ignore"):
            return Evaluation(inputs, {})(node)


def numpys(use, x, y):
    """What NumPy gives; None if it refuses, and NaN, as here, where it stops at a singular matrix."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(use(x, y))
    except np.linalg.LinAlgError as error:
        return np.asarray(np.nan) if "ingular" in str(error) else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def ours(use, x, y):
    """What the notation gives; "refused", or "ill-shaped"."""
    try:
        made = use(x, y)
    except (TypeError, SizeError):
        return "refused"
    except ShapeError:
        return "ill-shaped"
    return "ill-shaped" if isinstance(made, Misfit) else made


def compare(pool, use, may_be_ill_shaped=False):
    """One use on both; True if both give a value. A value of ours is NumPy's, in shape, numbers and type."""
    (x, x_value), (y, y_value) = pool.array(), pool.any()
    made, expected = ours(use, x, y), numpys(use, x_value, y_value)
    what = f"{x!r} of {x_value.dtype}{x_value.shape} and {y!r}"
    if isinstance(made, str):
        # What NumPy computes is refused at most: a formula is not wrong because it has no rule here.
        assert made == "refused" or expected is None or may_be_ill_shaped, what
        return False
    assert expected is not None, f"NumPy refuses {what}"
    if not isinstance(made, Array):
        assert np.array_equal(np.asarray(made, dtype=int), expected), what
        return True
    value = pool.value(made)
    if np.isnan(expected).all():
        return False
    assert value.shape == expected.shape, what
    lost = np.broadcast_to(pool.lost(made), value.shape)
    told = np.isfinite(value) & np.isfinite(expected) & np.isfinite(lost)
    off = np.abs(value[told] - expected[told].astype(float))
    assert np.all(off <= 1e-11 * np.abs(expected[told]) + lost[told]), what
    # np.power(mask, 2) is held in more bytes than mask ** 2, and both are one row: what is narrow is refused sooner.
    assert type_of(made.held) == expected.dtype or is_narrow(type_of(made.held)), f"{what}: {made.held}"
    if np.all(np.isfinite(expected)) and expected.size < 200 and np.all(np.abs(expected) < 1e3):
        pool.made.append((made, expected))
    return bool(told.all())


def there(name):
    """NumPy's function; None before the version that has it."""
    room, _, word = name.rpartition(".")
    return getattr(getattr(np, room) if room else np, word, None)


@pytest.mark.parametrize("name", [name for name in sorted(NUMPY) if there(name) or "." not in name])
def test_every_name_gives_what_numpy_gives(name):
    pool, function = Pool(sorted(NUMPY).index(name)), there(name)
    agreed = 0
    for use in USES[name]:
        for _ in range(ROUNDS):
            agreed += compare(pool, lambda x, y: use(function, x, y), name in ILL_SHAPED_HERE)  # noqa: B023
    assert agreed >= 3


METHODS = sorted(name for name in vars(Array) if name in NUMPY and hasattr(np.ndarray, name))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_gives_what_numpys_gives(name):
    pool, agreed = Pool(METHODS.index(name)), 0

    def method(x, *args, **kwargs):
        found = getattr(x, name)
        return found(*args, **kwargs) if callable(found) else found

    for use in USES[name]:
        for _ in range(ROUNDS):
            agreed += compare(pool, lambda x, y: use(method, x, y), name in ILL_SHAPED_HERE)  # noqa: B023
    assert agreed >= 3


OPERATORS = sorted(name for name in vars(NDArrayOperatorsMixin) if callable(vars(operator).get(name)))
WITHOUT_RULE = {
    f"__{i}{name}__" for name in ("and", "or", "xor", "lshift", "rshift", "floordiv", "mod") for i in ("", "i")
}
WITHOUT_RULE |= {"__eq__", "__ne__"}


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_gives_what_numpys_gives(name):
    pool, agreed = Pool(OPERATORS.index(name)), 0
    function = getattr(operator, name)

    def use(x, y):
        # An operator in place changes NumPy's array, which is asked for again.
        # Of no axes, it has numbers there, which are no places.
        return function((x.copy() if x.ndim else x[()]) if isinstance(x, np.ndarray) else x, y)

    for _ in range(ROUNDS):
        if name in ("__neg__", "__pos__", "__abs__", "__invert__"):
            agreed += compare(pool, lambda x, y: function(x))
        else:
            agreed += compare(pool, use) + compare(
                pool, lambda x, y: function(y, x) if "__i" not in name else use(x, y)
            )
    assert (agreed >= 3) != (name in WITHOUT_RULE)


ITEMS = [0, -1, slice(1, None), slice(-5, None), slice(None, 7), slice(1, -1), None, (0, 1), (slice(None), 0), (..., 0)]
ITEMS += [(None, ..., None), (0, slice(-2, None)), (slice(2, 1),), 5, (0, 0, 0), (slice(None, None, 2),), [0, 1], True]


@pytest.mark.parametrize("item", ITEMS, ids=str)
def test_every_index_gives_what_numpys_gives(item):
    pool = Pool(3)
    for _ in range(ROUNDS):
        (x, x_value) = pool.array()
        made, expected = ours(lambda x, y: x[item], x, None), numpys(lambda x, y: x[item], x_value, None)
        if isinstance(made, str):
            assert made == "refused" or expected is None or not expected.size
            continue
        assert expected is not None
        np.testing.assert_array_equal(pool.value(made), expected)


@pytest.mark.parametrize("dtype", [float, int, bool, "float64", np.float32])
def test_types_are_what_numpy_makes_of_them(dtype):
    pool = Pool(4)
    agreed = [compare(pool, lambda x, y: x.astype(dtype)) for _ in range(ROUNDS)]
    assert any(agreed) == (dtype in (float, int, "float64"))


def test_everything_public_is_compared():
    public = {name for name in vars(Array) if not name.startswith("_") and hasattr(np.ndarray, name)}
    assert public - set(METHODS) - {"mT"} == {"T", "astype", "flatten"}  # np.transpose, tests of their own, ravel


def test_functions_of_linalg_are_not_taken_for_their_namesakes():
    """np.linalg.trace is of the last two axes, np.trace of the first two."""
    stack = make_input("x", (2, 2, 3), domains.REAL)
    assert np.trace(stack).shape == (3,)
    assert (
        not np.linalg.trace(make_input("y", (3, 3, 2), domains.REAL)).conforms if hasattr(np.linalg, "trace") else True
    )
