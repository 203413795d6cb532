"""PyTorch's table of derivatives: activations, and the derivatives of their derivatives.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.

At the kinks one of both sides is taken, and gradcheck accepts either.
"""

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import (
    concatenate,
    erf,
    exp,
    log,
    maximum,
    minimum,
    pi,
    sigmoid,
    softplus,
    sqrt,
    tanh,
    where,
)  # fmt: skip

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


@derivation(source=TABLE)
def sigmoids():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    result = 1 / (1 + exp(-self))
    yield claim(vjp(grad, result, self), sigmoid_backward(grad, result), at="sigmoid(self), helper")


def sigmoid_backward(grad, output):
    return grad * (output * (1 - output))


@derivation(source=TABLE)
def hyperbolic_tangents():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    result = (exp(self) - exp(-self)) / (exp(self) + exp(-self))
    yield claim(vjp(grad, result, self), tanh_backward(grad, result), at="tanh(self), helper")


def tanh_backward(grad, output):
    return grad * (1 - output * output)


@derivation(source=TABLE)
def rectifiers():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    result = maximum(self, 0)
    yield claim(vjp(grad, result, self), threshold_backward(grad, result, 0), at="relu(self), helper")


def threshold_backward(grad, self, threshold):
    return where(self <= threshold, 0, grad)


@derivation(source=TABLE)
def activations_in_pieces():
    n = dims("n")
    self, grad = real("self", n), real("grad", n)
    lambd, alpha, scale, input_scale = positive("lambda"), positive("alpha"), positive("s"), positive("t")
    negative_slope, threshold, value = real("a"), real("threshold"), real("value")
    min_val, max_val = -1, 1
    result = where(self > threshold, self, value)
    yield claim(vjp(grad, result, self), threshold_backward(grad, self, threshold), at="threshold(self), helper")
    result = where(self > 0, self, negative_slope * self)
    yield claim(vjp(grad, result, self), leaky_relu_backward(grad, self, negative_slope), at="leaky_relu(self), helper")
    result = minimum(maximum(self, min_val), max_val)
    yield claim(vjp(grad, result, self), hardtanh_backward(grad, self, min_val, max_val), at="hardtanh(self), helper")
    result = minimum(maximum(self + 3, 0), 6) / 6
    yield claim(vjp(grad, result, self), hardsigmoid_backward(grad, self), at="hardsigmoid(self), helper")
    yield claim(vjp(grad, self * result, self), hardswish_backward(grad, self), at="hardswish(self), helper")
    result = where(abs(self) > lambd, self, 0)
    yield claim(vjp(grad, result, self), hardshrink_backward(grad, self, lambd), at="hardshrink(self), helper")
    result = where(self > lambd, self - lambd, where(self < -lambd, self + lambd, 0))
    yield claim(vjp(grad, result, self), softshrink_backward(grad, self, lambd), at="softshrink(self), helper")
    result = scale * where(self > 0, self, alpha * (exp(input_scale * self) - 1))
    yield claim(vjp(grad, result, self), elu_backward(grad, alpha, scale, input_scale, self), at="elu(self), helper")
    result = where(self > 0, self, alpha * (exp(self / alpha) - 1))
    yield claim(vjp(grad, result, self), elu_backward(grad, alpha, 1, 1.0 / alpha, self), at="celu(self), helper")


def leaky_relu_backward(grad, self, negative_slope):
    return where(self > 0, grad, grad * negative_slope)


def hardtanh_backward(grad, self, min_val, max_val):
    return where((self > min_val) * (self < max_val), grad, 0)


def hardsigmoid_backward(grad, self):
    return where((self > -3) * (self < 3), grad / 6, 0)


def hardswish_backward(grad, self):
    return where(self <= -3, 0, where(self < 3, grad * (self / 3 + 0.5), grad))


def hardshrink_backward(grad, self, lambd):
    return where((self >= -lambd) * (self <= lambd), 0, grad)


softshrink_backward = hardshrink_backward


def elu_backward(grad, alpha, scale, input_scale, self):
    return where(self <= 0, grad * input_scale * alpha * scale * exp(self * input_scale), grad * scale)


@derivation(source=TABLE)
def smooth_activations():
    n = dims("n")
    self, grad, beta, threshold = real("self", n), real("grad", n), positive("beta"), real("threshold")
    yield claim(
        vjp(grad, self / (1 + exp(-self)), self),
        infinitely_differentiable_silu_backward(grad, self),
        silu_backward(grad, self),
        at="silu(self), helper",
    )
    yield claim(
        vjp(grad, self * tanh(log(1 + exp(self))), self),
        infinitely_differentiable_mish_backward(grad, self),
        mish_backward(grad, self),
        at="mish(self), helper",
    )
    approximate = "none"
    result = self * (1 + erf(self / sqrt(2))) / 2
    yield claim(vjp(grad, result, self), gelu_backward(grad, self, approximate), at="gelu(self), helper")
    approximate = "tanh"
    result = self / 2 * (1 + tanh(sqrt(2 / pi) * (self + 0.044715 * self**3)))
    yield claim(vjp(grad, result, self), gelu_backward(grad, self, approximate), at="gelu(self), helper")
    result = where(self * beta > threshold, self, log(1 + exp(beta * self)) / beta)
    yield claim(vjp(grad, result, self), softplus_backward(grad, self, beta, threshold), at="softplus(self), helper")
    buffer = exp(-abs(self))
    result = minimum(0, self) - log(1 + exp(-abs(self)))
    yield claim(
        vjp(grad, result, self), log_sigmoid_backward(grad, self, buffer), at="log_sigmoid_forward(self), helper"
    )


def silu_backward(grad, self):
    return grad * sigmoid(self) * (1 + self * (1 - sigmoid(self)))


infinitely_differentiable_silu_backward = silu_backward


def mish_backward(grad, self):
    t = tanh(softplus(self))
    return grad * (t + self * sigmoid(self) * (1 - t * t))


infinitely_differentiable_mish_backward = mish_backward


def gelu_backward(grad, self, approximate):
    if approximate == "none":
        return grad * (0.5 * (1 + erf(self * sqrt(1 / 2))) + self * exp(self * self * -0.5) / sqrt(2 * pi))
    t = tanh(sqrt(2 / pi) * (self + 0.044715 * self**3))
    return grad * (0.5 * (1 + t) + 0.5 * self * (1 - t * t) * sqrt(2 / pi) * (1 + 3 * 0.044715 * self**2))


def softplus_backward(grad, self, beta, threshold):
    z = exp(self * beta)
    return where(self * beta > threshold, grad, grad * z / (z + 1))


def log_sigmoid_backward(grad, self, buffer):
    return grad * (where(self < 0, 1, 0) - where(self < 0, 1, -1) * (buffer / (1 + buffer)))


@derivation(source=TABLE)
def slopes_that_are_learnt():
    n = dims("n")
    self, weight, grad = real("self", n), real("weight", n), real("grad", n)
    result = where(self > 0, self, weight * self)
    yield claim(
        vjp(grad, result, self), _prelu_kernel_backward(grad, self, weight)[0], at="_prelu_kernel(self), helper"
    )
    yield claim(
        vjp(grad, result, weight), _prelu_kernel_backward(grad, self, weight)[1], at="_prelu_kernel(weight), helper"
    )


def _prelu_kernel_backward(grad, self, weight):
    return where(self > 0, grad, weight * grad), where(self > 0, 0, self * grad)


@derivation(source=TABLE)
def gated_linear_units():
    n, m = dims("n m")
    self, grad = real("self", n, 2 * m), real("grad", n, m)
    result = self[:, :m] * sigmoid(self[:, m:])
    yield claim(vjp(grad, result, self), glu_backward(grad, self), at="glu(self), helper")


def glu_backward(grad, self):
    half = self.shape[1] / 2
    first, gate = self[:, :half], sigmoid(self[:, half:])
    return concatenate([gate * grad, (1 - gate) * gate * first * grad], axis=1)


@derivation(source=TABLE)
def second_derivatives():
    n = dims("n")
    grad_output, output, self, grad = real("grad_output", n), real("output", n), real("self", n), real("grad", n)
    beta, threshold = positive("beta"), real("threshold")
    result = grad_output * output * (1 - output)
    yield claim(
        vjp(grad, result, grad_output), sigmoid_backward(grad, output), at="sigmoid_backward(grad_output), helper"
    )
    yield claim(vjp(grad, result, output), grad * grad_output * (-2 * output + 1), at="sigmoid_backward(output)")
    result = grad_output * (1 - output**2)
    yield claim(vjp(grad, result, grad_output), tanh_backward(grad, output), at="tanh_backward(grad_output), helper")
    yield claim(vjp(grad, result, output), grad * (-2 * output * grad_output), at="tanh_backward(output)")
    result = where(self <= -3, 0, where(self < 3, grad_output * (self / 3 + 0.5), grad_output))
    yield claim(
        vjp(grad, result, grad_output), hardswish_backward(grad, self), at="hardswish_backward(grad_output), helper"
    )
    yield claim(
        vjp(grad, result, self),
        where((-3.0 < self) * (self < 3.0), grad * grad_output / 3.0, 0),
        at="hardswish_backward(self)",
    )
    result = where(self * beta > threshold, grad_output, grad_output * sigmoid(self * beta))
    yield claim(
        vjp(grad, result, self),
        softplus_double_backward(grad * grad_output, self, beta, threshold),
        at="softplus_backward(self), helper",
    )
    result = grad_output * (1 - sigmoid(self))
    yield claim(
        vjp(grad, result, self),
        log_sigmoid_double_backward(grad * grad_output, self),
        at="log_sigmoid_backward(self), helper",
    )


def softplus_double_backward(grad, self, beta, threshold):
    x = self * beta
    return sigmoid_backward(grad, sigmoid(x)) * (1 * (x < threshold)) * beta


def log_sigmoid_double_backward(grad, self):
    return grad * (sigmoid(self) - 1) * sigmoid(self)
