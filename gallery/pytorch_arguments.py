"""PyTorch's table of derivatives: functions of two numbers and of three.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.

At the edges, where nothing is proved: `pow` by the exponent is 0 at 0; `hypot` and `atan2` are NaN where both are 0;
`maximum` and `minimum` halve the gradient at a tie, `fmax` and `fmin` leave it to the first one.
"""

from gradcheck import bits, claim, derivation, dims, gradient, positive, real
from gradcheck.notation import arctan, exp, log, maximum, minimum, sign, sqrt, where

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


def maybe_multiply(x, factor):
    return x * factor


def equal(x, y):
    return (x >= y) * (x <= y)


def masked_fill(x, mask, value):
    return where(mask, value, x)


def xlogy(x, y):
    return x * log(y)


def special_xlog1py(x, y):
    return x * log(1 + y)


@derivation(source=TABLE)
def arithmetic():
    n = dims("n")
    self, other, alpha, grad = real("self", n), real("other", n), real("alpha"), real("grad", n)
    result = self + alpha * other
    yield claim(vjp(grad, result, self), grad, at="add.Tensor(self)")
    yield claim(vjp(grad, result, other), maybe_multiply(grad, alpha), at="add.Tensor(other)")
    result = self - alpha * other
    yield claim(vjp(grad, result, self), grad, at="sub.Tensor(self)")
    yield claim(vjp(grad, result, other), maybe_multiply(-grad, alpha), at="sub.Tensor(other)")
    result = other - alpha * self
    yield claim(vjp(grad, result, self), maybe_multiply(-grad, alpha), at="rsub.Tensor(self)")
    yield claim(vjp(grad, result, other), grad, at="rsub.Tensor(other)")
    result = self * other
    yield claim(vjp(grad, result, self), mul_tensor_backward(grad, other), at="mul.Tensor(self), helper")
    yield claim(vjp(grad, result, other), mul_tensor_backward(grad, self), at="mul.Tensor(other), helper")
    result = self / other
    yield claim(vjp(grad, result, self), div_tensor_self_backward(grad, other), at="div.Tensor(self), helper")
    yield claim(vjp(grad, result, other), div_tensor_other_backward(grad, self, other), at="div.Tensor(other), helper")
    result = self * 2**other
    yield claim(vjp(grad, result, self), grad * 2**other, at="ldexp.Tensor(self)")
    yield claim(vjp(grad, result, other), grad * result * log(2), at="ldexp.Tensor(other)")


def mul_tensor_backward(grad, other):
    return grad * other


def div_tensor_self_backward(grad, other):
    return grad / other


def div_tensor_other_backward(grad, self, other):
    return -grad * ((self / other) / other)


@derivation(source=TABLE)
def three_arguments():
    n = dims("n")
    self, tensor1, tensor2, value, grad = real("self", n), real("t", n), real("v", n), real("value"), real("grad", n)
    result = self + value * tensor1 * tensor2
    yield claim(vjp(grad, result, tensor1), grad * (tensor2 * value), at="addcmul(tensor1)")
    yield claim(vjp(grad, result, tensor2), grad * (tensor1 * value), at="addcmul(tensor2)")
    result = self + value * tensor1 / tensor2
    yield claim(vjp(grad, result, self), grad, at="addcdiv(self)")
    yield claim(vjp(grad, result, tensor1), grad * (value / tensor2), at="addcdiv(tensor1)")
    yield claim(vjp(grad, result, tensor2), -grad * (value * tensor1 / (tensor2 * tensor2)), at="addcdiv(tensor2)")
    end, weight = real("end", n), real("w", n)
    result = self + weight * (end - self)
    yield claim(vjp(grad, result, self), grad * (1 - weight), at="lerp.Tensor(self)")
    yield claim(vjp(grad, result, end), grad * weight, at="lerp.Tensor(end)")
    yield claim(vjp(grad, result, weight), grad * (end - self), at="lerp.Tensor(weight)")


@derivation(source=TABLE)
def powers():
    n = dims("n")
    self, exponent, grad = positive("self", n), real("c", n), real("grad", n)
    result = self**exponent
    yield claim(vjp(grad, result, self), pow_backward_self(grad, self, exponent), at="pow.Tensor_Tensor(self), helper")
    yield claim(
        vjp(grad, result, exponent),
        pow_backward_exponent(grad, self, exponent, result),
        at="pow.Tensor_Tensor(exponent), helper",
    )


@derivation(source=TABLE)
def powers_of_a_number():
    n = dims("n")
    self, exponent, grad = positive("self"), real("c", n), real("grad", n)
    result = self**exponent
    yield claim(
        vjp(grad, result, exponent),
        pow_backward_exponent(grad, self, exponent, result),
        at="pow.Scalar(exponent), helper",
    )


@derivation(source=TABLE)
def whole_powers():
    n = dims("n")
    self, exponent, grad = real("self", n), 3, real("grad", n)
    yield claim(vjp(grad, self**3, self), pow_backward(grad, self, exponent), at="pow.Tensor_Scalar(self), helper")


def pow_backward(grad, self, exponent):
    return grad * (exponent * self ** (exponent - 1))


def pow_backward_self(grad, self, exponent):
    return where(equal(exponent, 0), 0, pow_backward(grad, self, exponent))


def pow_backward_exponent(grad, self, exponent, result):
    return grad * where(equal(self, 0) * (exponent >= 0), 0, result * log(self))


@derivation(source=TABLE)
def products_with_logarithms():
    n = dims("n")
    self, other, grad = real("self", n), positive("other", n), real("grad", n)
    result = self * log(other)
    yield claim(
        vjp(grad, result, self),
        masked_fill(xlogy(grad, other), equal(self, 0.0) * (other <= 0.0), 0.0),
        at="xlogy.Tensor(self)",
    )
    yield claim(vjp(grad, result, other), grad * self / other, at="xlogy.Tensor(other)")
    result = self * log(1 + other)
    yield claim(
        vjp(grad, result, self),
        masked_fill(special_xlog1py(grad, other), equal(self, 0.0) * (other <= -1.0), 0.0),
        at="special_xlog1py(self)",
    )
    yield claim(vjp(grad, result, other), grad * self / (other + 1), at="special_xlog1py(other)")


@derivation(source=TABLE)
def smooth_functions_of_two_numbers():
    n = dims("n")
    self, other, grad = real("self", n), real("other", n), real("grad", n)
    result = sqrt(self**2 + other**2)
    yield claim(vjp(grad, result, self), grad * self / result, at="hypot(self)")
    yield claim(vjp(grad, result, other), grad * other / result, at="hypot(other)")
    angle = 2 * arctan(self / (result + other))  # half of it: the angle at the circumference
    yield claim(vjp(grad, angle, self), atan2_backward(grad, self, other)[0], at="atan2(self), helper")
    yield claim(vjp(grad, angle, other), atan2_backward(grad, self, other)[1], at="atan2(other), helper")
    result = log(exp(self) + exp(other))
    yield claim(vjp(grad, result, self), grad / (1 + exp(other - self)), at="logaddexp(self)")
    yield claim(vjp(grad, result, other), grad / (1 + exp(self - other)), at="logaddexp(other)")
    result = log(2**self + 2**other) / log(2)
    yield claim(vjp(grad, result, self), grad / (1 + 2 ** (other - self)), at="logaddexp2(self)")
    yield claim(vjp(grad, result, other), grad / (1 + 2 ** (self - other)), at="logaddexp2(other)")


def atan2_backward(grad, self, other):
    recip = 1 / (self * self + other * other)
    return grad * other * recip, grad * -self * recip


@derivation(source=TABLE)
def the_larger_and_the_smaller():
    n = dims("n")
    self, other, grad, condition = real("self", n), real("other", n), real("grad", n), real("c", n) > 0
    result = maximum(self, other)
    yield claim(
        vjp(grad, result, self),
        masked_fill(where(equal(self, other), grad / 2, grad), self < other, 0),
        at="maximum(self)",
    )
    yield claim(
        vjp(grad, result, other),
        masked_fill(where(equal(self, other), grad / 2, grad), self > other, 0),
        at="maximum(other)",
    )
    result = minimum(self, other)
    yield claim(
        vjp(grad, result, self),
        masked_fill(where(equal(self, other), grad / 2, grad), self > other, 0),
        at="minimum(self)",
    )
    yield claim(
        vjp(grad, result, other),
        masked_fill(where(equal(self, other), grad / 2, grad), self < other, 0),
        at="minimum(other)",
    )
    result = where(self >= other, self, other)
    yield claim(vjp(grad, result, self), masked_fill(grad, ~(self >= other), 0), at="fmax(self)")
    yield claim(vjp(grad, result, other), masked_fill(grad, self >= other, 0), at="fmax(other)")
    result = where(self <= other, self, other)
    yield claim(vjp(grad, result, self), masked_fill(grad, ~(self <= other), 0), at="fmin(self)")
    yield claim(vjp(grad, result, other), masked_fill(grad, self <= other, 0), at="fmin(other)")
    result = where(condition, self, other)
    yield claim(vjp(grad, result, self), where(condition, grad, 0), at="where.self(self)")
    yield claim(vjp(grad, result, other), where(condition, 0, grad), at="where.self(other)")
    result = abs(self) * sign(other)
    yield claim(
        vjp(grad, result, self), copysign_tensor_self_backward(grad, self, result), at="copysign.Tensor(self), helper"
    )


def copysign_tensor_self_backward(grad, self, result):
    return grad * masked_fill(result / self, equal(self, 0), 0)


@derivation(source=TABLE)
def bounds():
    n = dims("n")
    self, grad, min, max, mask, value = (
        real("self", n),
        real("grad", n),
        real("a", n),
        real("b", n),
        bits("mask", n),
        real("v"),
    )
    result = where(self < min, min, self)
    yield claim(vjp(grad, result, self), where(self >= min, grad, 0.0), at="clamp_min.Tensor(self)")
    yield claim(vjp(grad, result, min), where(self < min, grad, 0.0), at="clamp_min.Tensor(min)")
    result = where(self > max, max, self)
    yield claim(vjp(grad, result, self), where(self <= max, grad, 0.0), at="clamp_max.Tensor(self)")
    yield claim(vjp(grad, result, max), where(self > max, grad, 0.0), at="clamp_max.Tensor(max)")
    result = minimum(maximum(self, min), max)
    yield claim(vjp(grad, result, self), clamp_backward(grad, self, min, max), at="clamp.Tensor(self), helper")
    yield claim(vjp(grad, result, min), clamp_backward_min_max(grad, self, min, max)[0], at="clamp.Tensor(min), helper")
    yield claim(vjp(grad, result, max), clamp_backward_min_max(grad, self, min, max)[1], at="clamp.Tensor(max), helper")
    result = where(mask, value, self)
    yield claim(vjp(grad, result, self), masked_fill(grad, mask, 0), at="masked_fill.Tensor(self)")
    yield claim(vjp(grad, result, value), masked_fill_backward(grad, mask), at="masked_fill.Tensor(value), helper")


def clamp_backward(grad, self, min, max):
    return where((self >= min) * (self <= max), grad, 0)


def clamp_backward_min_max(grad, self, min, max):
    return where((self < min) * (min < max), grad, 0), where(maximum(self > max, max < min), grad, 0)


def masked_fill_backward(grad, mask):
    return where(mask, grad, 0).sum()
