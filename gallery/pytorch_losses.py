"""PyTorch's table of derivatives: losses, as means of their entries.

Every claim is a formula of derivatives.yaml in torch 2.13.0, written down in NumPy term by term, and judged against the
definition of the function. `at` is its name and argument there; where it calls a function of torch's own ("helper"),
what that computes is written down, too. Left out: complex numbers, types, layouts, and entries that are NaN.

`binary_cross_entropy` divides by max(x (1 - x), 1e-12): wrong where x or 1 - x is smaller, and marked as such.
"""

from gradcheck import claim, derivation, dims, gradient, misprint, positive, real, unit
from gradcheck.notation import exp, labels, log, maximum, sigmoid, sign, where
from gradcheck.notation import indices as letters

TABLE = "torchgen/packaged/autograd/derivatives.yaml of torch 2.13.0"


def vjp(grad, result, by):
    """What the table is about: the product of `grad` and the Jacobian of `result`, by the definition."""
    return gradient((grad * result).sum(), by)


@derivation(source=TABLE)
def losses_of_differences():
    n, m = dims("n m")
    self, target, grad, beta, delta = (
        real("self", n, m),
        real("target", n, m),
        real("grad"),
        positive("beta"),
        positive("delta"),
    )
    result = ((self - target) ** 2).mean()
    yield claim(vjp(grad, result, self), mse_loss_backward(grad, self, target), at="mse_loss(self), helper")
    yield claim(vjp(grad, result, target), mse_loss_backward(grad, target, self), at="mse_loss(target), helper")
    size = abs(self - target)
    result = where(size < beta, size**2 / (2 * beta), size - beta / 2).mean()
    yield claim(
        vjp(grad, result, self), smooth_l1_loss_backward(grad, self, target, beta), at="smooth_l1_loss(self), helper"
    )
    yield claim(
        vjp(grad, result, target),
        smooth_l1_loss_backward(grad, target, self, beta),
        at="smooth_l1_loss(target), helper",
    )
    result = where(size < delta, size**2 / 2, delta * (size - delta / 2)).mean()
    yield claim(vjp(grad, result, self), huber_loss_backward(grad, self, target, delta), at="huber_loss(self), helper")
    yield claim(
        vjp(grad, result, target), huber_loss_backward(grad, target, self, delta), at="huber_loss(target), helper"
    )


def mse_loss_backward(grad, self, target):
    return 2 / self.size * (self - target) * grad


def smooth_l1_loss_backward(grad, self, target, beta):
    x = self - target
    return grad / self.size * where(abs(x) < beta, x / beta, sign(x))


def huber_loss_backward(grad, self, target, delta):
    x = self - target
    return grad / self.size * where(x < -delta, -delta, where(x > delta, delta, x))


@derivation(source=TABLE)
def losses_of_probabilities():
    n, m = dims("n m")
    self, target, weight, grad = unit("self", n, m), unit("target", n, m), positive("weight", n, m), real("grad")
    result = (-weight * (target * log(self) + (1 - target) * log(1 - self))).mean()
    yield claim(
        vjp(grad, result, self),
        misprint(
            binary_cross_entropy_backward(grad, self, target, weight),
            grad * (self - target) / (self * (1 - self)) * weight / self.size,
            "the denominator is held above 1e-12, and probabilities may be smaller",
        ),
        at="binary_cross_entropy(self), helper",
    )
    yield claim(
        vjp(grad, result, target),
        binary_cross_entropy_target_backward(grad, self, target, weight),
        at="binary_cross_entropy(target), helper",
    )


def binary_cross_entropy_backward(grad, self, target, weight):
    return grad * (self - target) / maximum(self * (1 - self), 1e-12) * weight / self.size


def binary_cross_entropy_target_backward(grad, self, target, weight):
    return -log(self / (1 - self)) * grad * weight / self.size


@derivation(source=TABLE)
def losses_of_scores():
    n, m = dims("n m")
    self, target, weight, pos_weight, grad = (
        real("self", n, m),
        unit("target", n, m),
        positive("weight", n, m),
        positive("c"),
        real("grad"),
    )
    T = sigmoid(self)
    result = (-weight * (pos_weight * target * log(T) + (1 - target) * log(1 - T))).mean()
    yield claim(
        vjp(grad, result, self),
        binary_cross_entropy_with_logits_backward(grad, self, target, weight, pos_weight),
        at="binary_cross_entropy_with_logits(self), helper",
    )
    yield claim(
        vjp(grad, result, target),
        binary_cross_entropy_with_logits_target_backward(grad, self, target, weight, pos_weight),
        at="binary_cross_entropy_with_logits(target), helper",
    )


@derivation(source=TABLE)
def losses_of_margins():
    n, m = dims("n m")
    self, target, grad = real("self", n, m), real("target", n, m), real("grad")
    result = log(1 + exp(-target * self)).mean()
    yield claim(
        vjp(grad, result, self), soft_margin_loss_backward(grad, self, target), at="soft_margin_loss(self), helper"
    )


def binary_cross_entropy_with_logits_backward(grad, self, target, weight, pos_weight):
    t = pos_weight * target
    return ((t + 1 - target) * sigmoid(self) - t) * grad * weight / self.size


def binary_cross_entropy_with_logits_target_backward(grad, self, target, weight, pos_weight):
    return (log(1 - sigmoid(self)) - pos_weight * log(sigmoid(self))) * grad * weight / self.size


def soft_margin_loss_backward(grad, self, target):
    return target * grad * (sigmoid(target * self) - 1) / self.size


@derivation(source=TABLE)
def loss_of_classes():
    N, C = dims("N C")
    i = letters("i")
    self, weight, target, grad = real("self", N, C), positive("weight", C), labels("target", N, classes=C), real("grad")
    total_weight = weight[target[i]].sum(i).array()
    result = -(weight[target[i]] * self[i, target[i]]).sum(i).array() / total_weight
    yield claim(
        vjp(grad, result, self),
        nll_loss_backward(grad, self, target, weight, total_weight),
        at="nll_loss_forward(self), helper",
    )


def nll_loss_backward(grad, self, target, weight, total_weight):
    return -target.one_hot * weight * grad / total_weight
