"""Gradient Descent Derivative Derivations for a single output L-Layer Neural Network: section 2.1, the assumptions.

That all ∂²𝓙/∂w² and ∂²𝓙/∂b² are positive does not hold for usual activations and losses: L = 2 is enough. It does hold
for linear activations, the squared error and almost all parameters, where 𝓙 is not convex all the same. Claims that
begin with "ours" are not in the document; they show both for whole families of parameters.

Only typography, read as what is meant: ∂𝓙²/∂b_j² for ∂²𝓙/∂b_j²; the last line has b_i for b_j, and repeats the line
before it, so that it is claimed again.
Not checkable: "at least twice differentiable" is a condition on 𝓛 and g, not a formula (ReLU does not meet it).
"""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
from hypothesis.strategies import integers, sampled_from

from gradcheck import cause, claim, derivation, dims, gradient, jacobian, positive, real, shape
from gradcheck.notation import log, ones, sigmoid, squared_error, tanh

SOURCE = "002_7a2af9ed9e81e4e0.txt"
SECOND = {tanh: lambda a: -2 * a * (1 - a**2), sigmoid: lambda a: a * (1 - a) * (1 - 2 * a)}  # g″ by a = g(z)

POSITIVE = cause("with tanh or the sigmoid it is negative for some parameters and samples")
CONVEX = cause("the Hessian of 𝓙 may be indefinite although its diagonal is positive")


def _second(J, by):
    """∂²J/∂by_{j,k}² for all j and k."""
    return np.einsum("jkjk->jk", jacobian(gradient(J, by), by).reshape(*by.shape, *by.shape))


def _two_layers(g):
    n0, n1, m = dims("n0 n1 m")
    X, y = real("X", n0, m), real("y", 1, m)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2 = real("W2", 1, n1), real("b2", 1, 1)
    Z1 = W1 @ X + b1 @ ones(1, m)
    A1 = g(Z1)
    Z2 = W2 @ A1 + b2 @ ones(1, m)
    A2 = g(Z2)
    J = squared_error(A2, y).sum() / m
    return SimpleNamespace(**locals())


@derivation(source=SOURCE, broadcast=False, g=sampled_from([tanh, sigmoid]))
def second_derivatives(g):
    """2.1 Assumptions."""
    s = _two_layers(g)
    n0, n1, m, X, y, W1, b1, W2, b2 = s.n0, s.n1, s.m, s.X, s.y, s.W1, s.b1, s.W2, s.b2
    Z1, A1, Z2, A2, J = s.Z1, s.A1, s.Z2, s.A2, s.J

    # 𝓛′ = e g′ and 𝓛″ = g′² + e g″ along z2, and then the chain rule of second order.
    e, g_1, g_2 = A2 - y, g.prime(Z1), g.prime(Z2)
    dd = g_2**2 + e * SECOND[g](A2)
    along_z1 = np.einsum("oi,oj,ji->ji", dd, W2**2, g_1**2) + np.einsum("oi,oj,ji->ji", e * g_2, W2, SECOND[g](A1))
    in_W1, in_b1 = along_z1 @ (X**2).T / m, along_z1 @ ones(m, 1) / m
    in_W2, in_b2 = dd @ (A1**2).T / m, dd @ ones(m, 1) / m

    for w, closed, sizes in ((W1, in_W1, (n1, n0)), (W2, in_W2, (1, n1))):
        yield claim(shape(_second(J, w)), sizes, at="2.1, ∂²𝓙/∂w_{j,k}², ranges of j and k", source_line=55)
        yield claim(_second(J, w), closed, at="ours: 2.1, ∂²𝓙/∂w_{j,k}², its value")
        yield claim(
            _second(J, w) > 0, POSITIVE(ones(*w.shape), closed > 0), at="2.1, ∂²𝓙/∂w_{j,k}² > 0", source_line=55
        )
    for b, closed, sizes in ((b1, in_b1, (n1, 1)), (b2, in_b2, (1, 1))):
        holds = POSITIVE(ones(*b.shape), closed > 0)
        yield claim(shape(_second(J, b)), sizes, at="2.1, ∂²𝓙/∂b_j², range of j", source_line=57)
        yield claim(_second(J, b), closed, at="ours: 2.1, ∂²𝓙/∂b_j², its value")
        yield claim(_second(J, b) > 0, holds, at="2.1, ∂²𝓙/∂b_j² > 0", source_line=57)
        yield claim(shape(_second(J, b)), sizes, at="2.1, ∂²𝓙/∂b_j², range of j, again", source_line=60)
        yield claim(_second(J, b) > 0, holds, at="2.1, ∂²𝓙/∂b_j² > 0, again", source_line=60)


@derivation(source=SOURCE, broadcast=False)
def counterexamples():
    """2.1 Assumptions."""
    # L = 2, one unit in each layer, one sample with y < 0, hidden units with sigmoids, and a2 = 2 a1. Where z1 = log 2,
    # a1 = 2/3, σ′ = 2/9 and σ″ = -2/27, and the second derivatives are negative, whatever x and the negative y.
    x, v, log_2 = real("x"), positive("v"), log(2 * ones(1, 1))
    w2, y = 2, -v

    b1 = real("b1")
    w1 = (log_2 - b1) / x
    J = squared_error(w2 * sigmoid(w1 * x + b1), y)
    second = gradient(gradient(J, w1), w1)
    yield claim(second, Fraction(-4, 27) * v * x**2, at="ours: 2.1, ∂²𝓙/∂w1² at some points")

    w1 = real("w1")
    b1 = log_2 - w1 * x
    J = squared_error(w2 * sigmoid(w1 * x + b1), y)
    second = gradient(gradient(J, b1), b1)
    yield claim(second, Fraction(-4, 27) * v, at="ours: 2.1, ∂²𝓙/∂b1² at some points")


@derivation(source=SOURCE, broadcast=False, depth=integers(1, 3), layer=integers(0, 2))
def linear_networks_meet_the_assumptions(depth, layer):
    """2.1 Assumptions."""
    # g(z) = z: a is affine in each weight, so that the second derivatives are means of squares.
    L, m, l = depth, dims("m"), 1 + layer % depth
    n = [*(dims(f"n{k}") for k in range(L)), 1]
    W = [None, *(real(f"W{k}", n[k], n[k - 1]) for k in range(1, L + 1))]
    b = [None, *(real(f"b{k}", n[k], 1) for k in range(1, L + 1))]
    X, y = real("X", n[0], m), real("y", 1, m)
    A = X
    for k in range(1, L + 1):
        A = W[k] @ A + b[k] @ ones(1, m)
    J = squared_error(A, y).sum() / m

    for by, at in ((W[l], "2.1, ∂²𝓙/∂w_{j,k}²"), (b[l], "2.1, ∂²𝓙/∂b_j²")):
        slopes = jacobian(A, by).reshape(m, *by.shape)
        yield claim(_second(J, by), np.einsum("ijk,ijk->jk", slopes, slopes) / m, at=f"ours: {at} if g(z) = z")


@derivation(source=SOURCE, broadcast=False)
def strictly_convex():
    """2.1 Assumptions."""
    # L = 2, one unit in each layer, g(z) = z, one sample: 𝓙 as a function of the two weights.
    x, y = real("x"), real("y")
    w1, b1, w2, b2 = real("w1"), real("b1"), real("w2"), real("b2")
    a1 = w1 * x + b1
    a2 = w2 * a1 + b2
    J = squared_error(a2, y)

    H_11, H_22 = gradient(gradient(J, w1), w1), gradient(gradient(J, w2), w2)
    H_12 = gradient(gradient(J, w1), w2)
    mixed = w2 * x * a1 + (a2 - y) * x
    yield claim(H_11, (w2 * x) ** 2, at="ours: 2.1, ∂²𝓙/∂w1²")
    yield claim(H_22, a1**2, at="ours: 2.1, ∂²𝓙/∂w2²")
    yield claim(H_12, mixed, at="ours: 2.1, ∂²𝓙/∂w1∂w2")
    yield claim(
        (H_11 > 0) * (H_11 * H_22 - H_12**2 > 0),  # strictly convex, by Sylvester's criterion
        CONVEX((H_11 > 0) * (H_22 > 0), ((w2 * x) ** 2 > 0) * ((w2 * x * a1) ** 2 - mixed**2 > 0)),
        at="2.1, “in other words”",
        source_line=62,
    )
