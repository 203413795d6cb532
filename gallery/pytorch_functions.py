"""PyTorch's table of derivatives: functions of one number.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.

At the edges: `log10` and `log2` divide by decimals of 17 and 16 digits, which agree and cannot be proved; the 0 at 0 of
`sinc` is proved away from there; `sqrt`, `asin` and `acosh` are NaN or infinite where they have no derivative.
"""

from gradcheck import claim, derivation, dims, gradient, positive, real, unit
from gradcheck.notation import (
    arctan,
    cos,
    cosh,
    digamma,
    erf,
    erfc,
    exp,
    lgamma,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    where,
)  # fmt: skip
from gradcheck.notation import polygamma as polygamma_of_order

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


def rsqrt(x):
    return 1 / sqrt(x)


def polygamma(n, x):
    return polygamma_of_order(n)(x)


def equal(x, y):
    return (x >= y) * (x <= y)


@derivation(source=TABLE)
def of_real_numbers():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    yield claim(vjp(grad, abs(self), self), grad * sign(self), at="abs(self)")
    yield claim(vjp(grad, -self, self), -grad, at="neg(self)")
    yield claim(vjp(grad, sin(self), self), grad * cos(self), at="sin(self)")
    yield claim(vjp(grad, cos(self), self), grad * -sin(self), at="cos(self)")
    yield claim(vjp(grad, (exp(self) - exp(-self)) / 2, self), grad * cosh(self), at="sinh(self)")
    yield claim(vjp(grad, (exp(self) + exp(-self)) / 2, self), grad * sinh(self), at="cosh(self)")
    yield claim(vjp(grad, arctan(self), self), grad / (self * self + 1), at="atan(self)")
    yield claim(vjp(grad, log(self + sqrt(self**2 + 1)), self), grad * rsqrt(self**2 + 1), at="asinh(self)")
    yield claim(vjp(grad, erf(self), self), 2.0 / sqrt(pi) * exp(-(self**2)) * grad, at="erf(self)")
    yield claim(vjp(grad, 1 - erf(self), self), -2.0 / sqrt(pi) * exp(-(self**2)) * grad, at="erfc(self)")
    yield claim(vjp(grad, self * pi / 180, self), deg2rad_backward(grad), at="deg2rad(self), helper")
    yield claim(vjp(grad, self * 180 / pi, self), rad2deg_backward(grad), at="rad2deg(self), helper")


def deg2rad_backward(grad):
    return grad * (pi / 180)


def rad2deg_backward(grad):
    return grad * (180 / pi)


@derivation(source=TABLE)
def by_their_results():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    result = exp(self)
    yield claim(vjp(grad, result, self), grad * result, at="exp(self)")
    result = 2**self
    yield claim(vjp(grad, result, self), grad * result * log(2), at="exp2(self)")
    result = exp(self) - 1
    yield claim(vjp(grad, result, self), grad * (result + 1), at="expm1(self)")
    result = sin(self) / cos(self)
    yield claim(vjp(grad, result, self), grad * (1 + result**2), at="tan(self)")
    result = exp(self**2) * erfc(self)
    yield claim(vjp(grad, result, self), (2.0 * self * result - 2.0 / sqrt(pi)) * grad, at="special_erfcx(self)")
    result = 1 / self
    yield claim(vjp(grad, result, self), -grad * (result * result), at="reciprocal(self)")
    result = log(erfc(-self / sqrt(2)) / 2)
    yield claim(
        vjp(grad, result, self), grad / sqrt(2 * pi) * exp(-(result + self**2 / 2)), at="special_log_ndtr(self)"
    )


@derivation(source=TABLE)
def of_positive_numbers():
    n = dims("n")
    self, grad = positive("self", n), real("grad", n)
    yield claim(vjp(grad, log(self), self), grad / self, at="log(self)")
    yield claim(vjp(grad, log(self) / log(10), self), grad / (self * 2.3025850929940456), at="log10(self)")
    yield claim(vjp(grad, log(self) / log(2), self), grad / (self * 0.6931471805599453), at="log2(self)")
    yield claim(vjp(grad, log(1 + self), self), log1p_backward(grad, self), at="log1p(self), helper")
    yield claim(vjp(grad, lgamma(self), self), grad * digamma(self), at="lgamma(self)")
    yield claim(vjp(grad, digamma(self), self), grad * polygamma(1, self), at="digamma(self)")
    yield claim(vjp(grad, -self * log(self), self), grad * (-(1 + log(self))), at="special_entr(self)")
    n = 3
    yield claim(vjp(grad, polygamma_of_order(3)(self), self), grad * polygamma(n + 1, self), at="polygamma(self)")


def log1p_backward(grad, self):
    return grad / (self + 1)


@derivation(source=TABLE)
def roots():
    n = dims("n")
    self, grad = positive("self", n), real("grad", n)
    result = sqrt(self)
    yield claim(vjp(grad, result, self), grad / (2 * result), at="sqrt(self)")
    result = 1 / sqrt(self)
    yield claim(vjp(grad, result, self), -0.5 * grad * result**3, at="rsqrt(self)")


@derivation(source=TABLE)
def between_minus_one_and_one():
    n = dims("n")
    self, grad = 2 * unit("u", n) - 1, real("grad", n)
    arcsin = arctan(self / sqrt(1 - self**2))
    yield claim(vjp(grad, arcsin, self), grad * rsqrt(-self * self + 1), at="asin(self)")
    yield claim(vjp(grad, pi / 2 - arcsin, self), grad * -(rsqrt(-self * self + 1)), at="acos(self)")
    yield claim(vjp(grad, log((1 + self) / (1 - self)) / 2, self), grad * 1 / (1 - self**2), at="atanh(self)")


@derivation(source=TABLE)
def above_one():
    n = dims("n")
    self, grad = 1 + positive("v", n), real("grad", n)
    yield claim(vjp(grad, log(self + sqrt(self**2 - 1)), self), grad * rsqrt(self * self - 1), at="acosh(self)")
    p = 3
    result = p * (p - 1) / 4 * log(pi) + lgamma(self) + lgamma(self - 1 / 2) + lgamma(self - 1)
    yield claim(vjp(grad, result, self), mvlgamma_backward(grad, self, p), at="mvlgamma(self), helper")


def mvlgamma_backward(grad, self, p):
    return grad * sum(digamma(self - j / 2) for j in range(p))


@derivation(source=TABLE)
def probabilities():
    n = dims("n")
    self, grad = unit("self", n), real("grad", n)
    yield claim(
        vjp(grad, log(self / (1 - self)), self),
        infinitely_differentiable_logit_backward(grad, self),
        logit_backward(grad, self),
        at="logit(self), helper",
    )


def logit_backward(grad, self):
    return grad / (self * (1.0 - self))


infinitely_differentiable_logit_backward = logit_backward


@derivation(source=TABLE)
def inverse_of_erf():
    """The derivative of an inverse function is 1 over that of the function."""
    n = dims("n")
    result, grad = real("result", n), real("grad", n)
    self = erf(result)

    def erfinv(_):
        return result

    yield claim(grad / gradient(self.sum(), result), 0.5 * sqrt(pi) * exp(erfinv(self) ** 2) * grad, at="erfinv(self)")


@derivation(source=TABLE)
def inverse_of_the_normal_distribution():
    n = dims("n")
    result, grad = real("result", n), real("grad", n)
    self = erfc(-result / sqrt(2)) / 2
    yield claim(
        grad / gradient(self.sum(), result), grad * sqrt(2 * pi) * exp(square(result) / 2), at="special_ndtri(self)"
    )


@derivation(source=TABLE)
def sinc():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    result = where(equal(self, 0), 1, sin(pi * self) / (pi * self))
    yield claim(vjp(grad, result, self), sinc_backward(grad, self), at="sinc(self), helper")


def sinc_backward(grad, self):
    x = self * pi
    return where(equal(self * x, 0), 0, grad * ((x * cos(x) - sin(x)) / (self * x)))
