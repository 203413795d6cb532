# ruff: noqa: E501  a page is printed as its author breaks it
r"""dW, df, ∂L/∂y of an L that is never defined, and what a sentence gives a name: each is read as what it is, or not.

As in test_traps.py, of each right-hand side that is no definition it is said what must come out.
"""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

NETWORK = r"""
Let $X \in \mathbb{R}^{n \times p}$, $W_1 \in \mathbb{R}^{p \times h}$, $W_2 \in \mathbb{R}^{h \times k}$ and $Y \in \mathbb{R}^{n \times k}$,
$Z = X W_1$, $A = \tanh(Z)$, $O = A W_2$ and $L = \frac{1}{2n} \|O - Y\|_F^2$.
"""
REGRESSION = r"""
Let $X \in \mathbb{R}^{n \times p}$, $Y \in \mathbb{R}^{n \times k}$, $W \in \mathbb{R}^{p \times k}$, $E = Y - X W$ and $f = \tfrac12 \|E\|_F^2$.
"""

PAGES = [
    Trap(
        "dW is the gradient by W where a page says so",
        NETWORK
        + r"""
We write $dM$ for short, which means $\partial L / \partial M$.

$$dO = \frac1n (O - Y), \qquad dW_2 = A^\top dO, \qquad dW_2 = dO\, A^\top, \qquad dA = dO\, W_2^\top$$

$$dZ = dA \odot (1 - A \odot A) = dA \odot (1 - Z \odot Z), \qquad dW_1 = X^\top dZ = n X^\top dZ$$
""",
        "proved, proved, ill-shaped, proved, proved, refuted, proved, refuted",
    ),
    Trap(
        "dW is a letter of its own where a page does not say so",
        NETWORK
        + r"""
$$dO = O - Y$$

$$dA = dO\, W_2^\top$$

$$dZ = dA \odot (1 - A \odot A)$$

$$\frac{\partial L}{\partial W_1} = \frac1n X^\top dZ = X^\top dZ$$
""",
        "proved, refuted",
    ),
    Trap(
        "d in front of a quotient's letters makes no name of them",
        NETWORK
        + r"""
Here $dM$ stands for $\partial L / \partial M$. For a number $t$,

$$\frac{d}{dt} \tanh t = 1 - \tanh^2 t$$

$$dO = \frac1n (O - Y)$$
""",
        "proved, proved",
    ),
    Trap(
        "a d that goes up the chain is that of a differential",
        REGRESSION
        + r"""
$$dE = -X\, dW = X\, dW$$

$$df = \operatorname{tr}(E^\top dE) = -\operatorname{tr}(E^\top X\, dW) = \operatorname{tr}(E^\top X\, dW)$$
""",
        "proved, refuted, proved, proved, refuted",
    ),
    Trap(
        "differentials of inverses and determinants",
        r"""
Let $S \in \mathbb{R}^{k \times k}$ be positive definite. The differentials are

$$d \log |S| = \operatorname{tr}(S^{-1} dS) = \operatorname{tr}(S\, dS)$$

$$\mathrm{d} S^{-1} = -S^{-1} (\mathrm{d}S) S^{-1} = -S^{-2}\, \mathrm{d}S$$
""",
        "proved, refuted, proved, refuted",
    ),
    Trap(
        "a differential that leaves out what the page changes elsewhere is not read, unless that is said to be fixed",
        r"""
Let $A \in \mathbb{R}^{n \times m}$, $V \in \mathbb{R}^{m \times r}$ and $O = A V$. The differential is

$$dO = (dA) V + A\, dV$$

$$dO = (dA) V$$

## Fixed values

With $V$ fixed,

$$dO = (dA) V$$
""",
        "proved, unsaid, proved",
    ),
    Trap(
        "a loss that is never defined is any function of what its chain begins at",
        r"""
Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{m \times n}$ and $y = A x$. Some loss $L$ is a function of $y$.

$$\frac{\partial L}{\partial x} = A^\top \frac{\partial L}{\partial y} = A \frac{\partial L}{\partial y}$$

$$\frac{\partial L}{\partial A} = \frac{\partial L}{\partial y} x^\top = x \frac{\partial L}{\partial y}^\top$$

$$\frac{\partial^2 L}{\partial x \partial x^\top} = 0$$
""",
        "proved, ill-shaped, proved, ill-shaped, unsaid",
    ),
    Trap(
        "a loss of two ends is not any function of one",
        r"""
Let $x \in \mathbb{R}^n$, $A, B \in \mathbb{R}^{n \times n}$, $y = A x$ and $z = B x$.

$$\frac{\partial L}{\partial x} = A^\top \frac{\partial L}{\partial y} + B^\top \frac{\partial L}{\partial z}$$
""",
        "unsaid",
    ),
    Trap(
        "a loss that is equated with what is not understood is not any function",
        r"""
Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$ and $y = A x$, $L = \unheardof{y} + x^\top x$.

$$\frac{\partial L}{\partial x} = A^\top \frac{\partial L}{\partial y}$$
""",
        "unsaid, unsaid",
    ),
    Trap(
        "a sentence names the left-hand side of the display before it",
        r"""
Let $x, b \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$, $f = x^\top A x$ and

$$\frac{\partial f}{\partial x} = A x$$

We denote this gradient by $g$.

$$b^\top g = b^\top (A + A^\top) x$$
""",
        "refuted, proved",
    ),
    Trap(
        "entries are not named by a letter without indices",
        r"""
Let $x \in \mathbb{R}^n$, $f = \sum_{i=1}^n x_i^3$ and

$$\frac{\partial f}{\partial x_i} = 3 x_i^2$$

We denote this gradient by $g$.

$$g^\top x = 3 f$$
""",
        "proved, unsaid",
    ),
    Trap(
        "the derivative by what a number is written as",
        r"""
Let $x \in \mathbb{R}^n$, $\tau > 0$, $\eta = \log \tau$ and $f = \frac{1}{\tau} x^\top x$.

$$\frac{\partial f}{\partial \eta} = \tau \frac{\partial f}{\partial \tau} = -f = \frac{\partial f}{\partial \tau}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "updates with arrows descend what the page says",
        r"""
Let $X \in \mathbb{R}^{n \times p}$, $w \in \mathbb{R}^p$, $y \in \mathbb{R}^n$, $\eta, \lambda > 0$. The cost is

$$J = \tfrac12 \|X w - y\|^2 + \tfrac\lambda2 \|w\|^2, \qquad R = \tfrac12 \|X w - y\|^2$$

$$w \leftarrow w - \eta (X^\top (Xw - y) + \lambda w)$$

$$w \leftarrow w - \eta X^\top (Xw - y)$$

$$w \leftarrow w - \eta (\nabla_w R + \lambda w)$$
""",
        "proved, refuted, proved",
    ),
]


@pytest.mark.parametrize("trap", PAGES, ids=lambda trap: trap.name)
def test_gradients_by_other_names_are_read_as_what_they_are(trap):
    comes_out(trap)
