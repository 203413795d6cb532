"""Special functions that NumPy has none of: erf and its complement, log Γ and its derivatives, and their increments.

All formulas are analytic, so that they hold for complex arguments near the real ones that they are for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

# ---- erf -----------------------------------------------------------------------------------------------------------

_SERIES = [1 / (math.factorial(k) * (2 * k + 1)) * (-1) ** k for k in range(14)]
"""Of erf(x)·√π/2x in x², of which so many suffice for |x| < 1/2."""
_H = 0.5
"""The step of the trapezoidal rule, whose error is exp(-(π/h)²) = 7e-18."""
_RULE = [(math.exp(-((k * _H) ** 2)), (k * _H) ** 2) for k in range(1, 14)]
_FAR = 30.0
"""erfc is 0 from here on."""


def _rule_of_gauss(count: int) -> list[tuple[float, float]]:
    """Places and weights between 0 and 1."""
    places, weights = np.polynomial.legendre.leggauss(count)
    return list(zip((0.5 + places / 2).tolist(), (weights / 2).tolist(), strict=True))


_FEW, _MANY = _rule_of_gauss(12), _rule_of_gauss(28)


def _gauss(x: Any) -> Any:
    """The Gaussian exp(-x²) for large x, too: the square of a number of few digits is exact, and the rest is small."""
    few = np.round(np.real(x) * 4096) / 4096
    return np.exp(-few * few) * np.exp(-(x - few) * (x + few))


def _erf_near_0(x: Any) -> Any:
    square, total = x * x, 0.0
    for coefficient in reversed(_SERIES):
        total = total * square + coefficient
    return 2 / math.sqrt(math.pi) * x * total


def _erfc_to_the_right(x: Any) -> Any:
    """For Re x ≥ 1/2, by the trapezoidal rule on a sum of positive terms (Hunter & Regan, Math. Comp. 26, 1972)."""
    x = np.where(np.real(x) > _FAR, _FAR, x)
    total = 1 / (x * x) + 2 * sum(weight / (place + x * x) for weight, place in _RULE)
    pole = np.where(np.real(x) < 6, x, 6)  # the rule's own, which is none of the function's beyond π/h
    beyond = np.where(np.real(x) < 6, 2 / np.expm1(2 * math.pi / _H * pole), 0)
    return _H / math.pi * x * _gauss(x) * total - beyond


def erf(x: Any) -> Any:
    """2/√π ∫ exp(-t²) dt from 0 to x."""
    x = np.asanyarray(x)
    away = np.where(np.real(x) < 0, -x, x)
    is_near = np.real(away) < 0.5
    far = 1 - _erfc_to_the_right(np.where(is_near, 0.5, away))
    return np.where(is_near, _erf_near_0(np.where(is_near, x, 0)), np.where(np.real(x) < 0, -far, far))


def erfc(x: Any) -> Any:
    """1 - erf(x), which keeps its digits where it is small."""
    x = np.asanyarray(x)
    is_far = np.real(x) >= 0.5
    return np.where(is_far, _erfc_to_the_right(np.where(is_far, x, 0.5)), 1 - erf(np.where(is_far, 0.5, x)))


def erf_increment(x: Any, d: Any, y: Any) -> Any:
    """The integral of 2/√π exp(-t²) from x to x + d, by Gauss's rule: a sum of numbers of one sign."""
    within = np.clip(x, -_FAR, _FAR)  # beyond, all are 0
    mean = sum(weight * _gauss(within + place * d) for place, weight in _MANY)
    return 2 / math.sqrt(math.pi) * d * mean


# ---- log Γ ---------------------------------------------------------------------------------------------------------

_SHIFT = 13
"""So many units to the right the asymptotic series are good to the last digit."""
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798)
_STIRLING = [(b / (2 * k * (2 * k - 1)), 2 * k - 1) for k, b in enumerate(_BERNOULLI, 1)]
"""Coefficients and exponents: log Γ(z) = (z - 1/2) log z - z + log(2π)/2 + Σ c / z^e (Abramowitz & Stegun, 6.1.40)."""


_FLAT, _AT_FLAT = 1.4616321449683623, -9.2412655217294275e-17
"""log Γ is least near the first number, at which ψ is the second."""


def _shifted(x: Any) -> Any:
    """What is small is taken so far to the right."""
    return np.where(np.real(x) < _SHIFT, x + _SHIFT, x)


def lgamma_increment(x: Any, d: Any, y: Any) -> Any:
    """What log Γ changes by from x to x + d, by Stirling's series to the right and log Γ(x) = log Γ(x + 1) - log x.

    Where log Γ is flat these cancel, and small steps are by the integral of ψ, which does not.
    """
    z = _shifted(x)
    growth = np.log1p(d / z)
    far = d * np.log(z) + ((z + d - 0.5) * growth - d)
    far = far + sum(c * np.expm1(-e * growth) / z**e for c, e in _STIRLING)
    back = sum(np.log1p(d / (x + k)) for k in range(_SHIFT))
    change = far - np.where(np.real(x) < _SHIFT, back, 0.0)
    is_flat = (np.real(x) > 0.9) & (np.real(x) < 2.6) & (np.abs(d) <= 0.5)
    if not np.any(is_flat):
        return change
    x, d = np.where(is_flat, x, 1.0), np.where(is_flat, d, 0.0)
    mean = digamma(x) + sum(weight * digamma_increment(x, place * d, 0.0) for place, weight in _FEW)
    return np.where(is_flat, d * mean, change)


def lgamma(x: Any) -> Any:
    """The logarithm of Γ(x) for Re x > 0. Near 1 and 2, where it is 0, what it is above these."""
    x = np.asanyarray(x)
    is_near = np.real(x) < _SHIFT
    near = np.where(is_near, x, 1.0)
    zero = np.where(np.real(near) < 1.5, 1.0, 2.0)
    is_small = np.real(near) < 0.5  # log Γ(x) = log Γ(1 + x) - log x
    above = _from(zero, np.where(is_small, near, near - zero)) - np.where(is_small, np.log(near), 0.0)
    z = np.where(is_near, _SHIFT, x)
    far = (z - 0.5) * np.log(z) - z + 0.5 * math.log(2 * math.pi) + sum(c / z**e for c, e in _STIRLING)
    return np.where(is_near, above, far)


def _from(zero: Any, d: Any) -> Any:
    """What log Γ is beside its zero, where complex logarithms near 1 are to keep their digits."""
    real = lgamma_increment(zero, np.real(d), 0.0)
    return real if np.isrealobj(d) else real + _turned(zero + np.real(d), np.imag(d))


def _turned(x: Any, v: Any) -> Any:
    """What log Γ changes by from x to x + iv."""
    return lgamma_increment(x, 1j * v, 0.0)


# ---- its derivatives -----------------------------------------------------------------------------------------------


def polygamma(order: int) -> tuple[Callable[[Any], Any], Callable[[Any, Any, Any], Any]]:
    """The kernel and the increment of the derivative of ψ = (log Γ)′ of this order, for Re x > 0.

    ψ(z) = log z - 1/2z - Σ B / (2k z^2k), differentiated term by term (Abramowitz & Stegun, 6.3.18 and 6.4.11), and
    ψ(x) = ψ(x + 1) - 1/x.
    """
    sign, factorial = (-1) ** order, math.factorial(order)
    powers = [(-sign * factorial / 2, order + 1)]
    powers += [
        (-sign * b * math.factorial(2 * k + order - 1) / math.factorial(2 * k), 2 * k + order)
        for k, b in enumerate(_BERNOULLI, 1)
    ]
    if order:
        powers.append((-sign * math.factorial(order - 1), order))
    back = -sign * factorial

    def kernel(x: Any) -> Any:
        x = np.asanyarray(x)
        z = _shifted(x)
        far = sum(c / z**e for c, e in powers) + (0.0 if order else np.log(z))
        near = sum(back / (x + k) ** (order + 1) for k in range(_SHIFT))
        return far + np.where(np.real(x) < _SHIFT, near, 0.0)

    def increment(x: Any, d: Any, y: Any) -> Any:
        z = _shifted(x)
        growth = np.log1p(d / z)
        far = sum(c * np.expm1(-e * growth) / z**e for c, e in powers) + (0.0 if order else growth)
        near = sum(
            back * np.expm1(-(order + 1) * np.log1p(d / (x + k))) / (x + k) ** (order + 1) for k in range(_SHIFT)
        )
        return far + np.where(np.real(x) < _SHIFT, near, 0.0)

    return kernel, increment


_digamma, digamma_increment = polygamma(0)


def digamma(x: Any) -> Any:
    """ψ(x) for Re x > 0. Near where it is 0, what it is above that."""
    x = np.asanyarray(x)
    is_near = np.abs(x - _FLAT) < 0.9
    return np.where(is_near, digamma_increment(_FLAT, np.where(is_near, x - _FLAT, 0.0), 0.0) + _AT_FLAT, _digamma(x))
