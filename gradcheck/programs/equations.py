"""Equations that programs are rewritten by: each is true for all numbers for which its left-hand side has a value.

A row is two functions of numbers: what is looked for, and what takes its place. c and d stand for constants, all other
letters for arrays. Exact algebra proves every row in a test, of these very functions. No oracle reads them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from gradcheck.functions.table import (
    cross_entropy,
    exp,
    log,
    maximum,
    negative,
    power,
    relu,
    relu_prime,
    sigmoid,
    softplus,
    square,
    squared_error,
    tanh,
)


class Equation(NamedTuple):
    """What is looked for, and what takes its place."""

    left: Callable[..., Any]
    right: Callable[..., Any]


STABLE = (
    Equation(lambda z: 1 / (1 + exp(-z)), lambda z: sigmoid(z)),
    Equation(lambda z: 1 - sigmoid(z), lambda z: sigmoid(-z)),
    Equation(lambda z: log(1 + exp(z)), lambda z: softplus(z)),
    Equation(lambda z: log(sigmoid(z)), lambda z: -softplus(-z)),
    Equation(lambda x: log(exp(x)), lambda x: x),
    Equation(lambda x: negative(-x), lambda x: x),
    Equation(lambda z, y: cross_entropy(sigmoid(z), y), lambda z, y: softplus(z) - y * z),
    Equation(lambda z, y: y * -softplus(-z) + (1 - y) * -softplus(z), lambda z, y: y * z - softplus(z)),
    Equation(lambda z, y: -y * -softplus(-z) - (1 - y) * -softplus(z), lambda z, y: softplus(z) - y * z),
)
"""Losses from the pre-activation, which neither overflow nor take the logarithm of a number that has lost its digits.

Softmax is exp(z - log Σ exp z), so that log(exp(x)) is what makes its logarithm of the pre-activation. They come before
differentiation, so that σ(z) - y is what reverse mode finds, too.
"""

CHEAP = (
    Equation(lambda z: sigmoid(z) * sigmoid(-z), lambda z: sigmoid(z) * (1 - sigmoid(z))),
    Equation(lambda z: 4 * sigmoid(2 * z) * sigmoid(-2 * z), lambda z: 1 - square(tanh(z))),
    Equation(lambda x: power(x, 2), lambda x: square(x)),
    Equation(lambda x: power(x, 1), lambda x: x),
    Equation(lambda x: power(x, -1), lambda x: 1 / x),
    Equation(lambda x: power(x, 3), lambda x: x * square(x)),
    Equation(lambda x: x * x, lambda x: square(x)),
    Equation(lambda x: negative(-x), lambda x: x),
    Equation(lambda x: 1 * x, lambda x: x),
    Equation(lambda x: -1 * x, lambda x: -x),
    Equation(lambda x: 0 + x, lambda x: x),
    Equation(lambda x: x - 0, lambda x: x),
    Equation(lambda x, y: x + (-y), lambda x, y: x - y),
    Equation(lambda x, y: x - (-y), lambda x, y: x + y),
    Equation(lambda c, x: c * (-x), lambda c, x: -c * x),
    Equation(lambda c, x: -(c * x), lambda c, x: -c * x),
    Equation(lambda x, y: -(x - y), lambda x, y: y - x),
    Equation(lambda c, d, x: c * (d * x), lambda c, d, x: c * d * x),
    Equation(lambda c, x: x / c, lambda c, x: (1 / c) * x),
    Equation(lambda c, x, y: c * x + c * y, lambda c, x, y: c * (x + y)),
    Equation(lambda c, x, y: c * x - c * y, lambda c, x, y: c * (x - y)),
    Equation(lambda c, x, y: c * x * y, lambda c, x, y: c * (x * y)),
)
"""Fewer or cheaper operations. Slopes are made of values that are known: near 1, 1 - σ(z) has only the digits of 1."""

OF_UFUNCS = (
    Equation(lambda z: sigmoid(z), lambda z: 1 / (1 + exp(-z))),
    Equation(lambda x: relu(x), lambda x: maximum(x, 0)),
    Equation(lambda x: relu_prime(x), lambda x: x > 0),
    Equation(lambda x, y: squared_error(x, y), lambda x, y: square(x - y) / 2),
)
"""What has no function of NumPy's own, by those that have: exp overflows harmlessly, and the small tail stays."""

BESIDE_SOFTPLUS = Equation(lambda z: sigmoid(z), lambda z: exp(z - softplus(z)))
"""Two operations less where the loss is softplus, and has been computed. Its rounding is no larger than that of z."""
