# ruff: noqa: E501  a page is printed as its author breaks it
r"""What a page does not say, and what stands beside its formulas says for it; and variants, of which nothing above holds.

The pages are traps as in test_traps.py: each verdict is right, or there is none.
"""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

BESIDE = [
    Trap(
        "a column has the size of what it is multiplied with",
        r"""
Let $X \in \mathbb{R}^{n \times d}$ and $y \in \mathbb{R}^n$. With $L = \|Xw - y\|^2$,

$$\nabla_w L = 2 X^\top (X w - y), \qquad \nabla_w L = X^\top (X w - y)$$
""",
        "proved, refuted",
    ),
    Trap(
        "a covariance is as large as what its inverse stands between",
        r"""
Let $x_1, \dots, x_n \in \mathbb{R}^d$ be drawn from $\mathcal{N}(\mu, \Sigma)$, where $\Sigma$ is symmetric positive definite.

$$\ell(\mu) = -\frac12 \sum_{i=1}^n (x_i-\mu)^\top \Sigma^{-1} (x_i-\mu)$$

$$\frac{\partial \ell}{\partial \mu} = \Sigma^{-1} \sum_{i=1}^n (x_i - \mu), \qquad \frac{\partial \ell}{\partial \mu} = \Sigma \sum_{i=1}^n (x_i - \mu)$$
""",
        "proved, refuted",
    ),
    Trap(
        "a letter that words make of others is none that is given",
        r"""
Let $X \in \mathbb{R}^{n \times d}$ have rows $x_i^\top$ and $\beta \in \mathbb{R}^d$, where example $i$ has the weight $c_i > 0$ and $C$ is the diagonal matrix of these weights.

$$Q = \frac12 \sum_{i=1}^n c_i (x_i^\top\beta)^2 = \frac12 (X\beta)^\top C X\beta$$
""",
        "unsaid",
    ),
    Trap(
        "what a letter of no custom is said to be may make a step right",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $w \in \mathbb{R}^d$ and $L = \|Xw - y\|^2$. Here $r$ holds the residuals.

$$\nabla_w L = 2 X^\top r$$
""",
        "unsaid",
    ),
    Trap(
        "a function whose equation was not read is no number",
        r"""
Let $x \in \mathbb{R}^n$, where $\rho(t) = \operatorname{foo}(t)$.

$$G = \sum_{i=1}^n \rho(x_i)$$

$$\frac{\partial G}{\partial x_i} = \rho'(x_i), \qquad \frac{\partial G}{\partial x_i} = \rho$$
""",
        "unsaid, unsaid, unsaid, unsaid",
    ),
    Trap(
        "sets stand behind the words of a list, too",
        r"""
The input is a sequence $x_1, \dots, x_T$ of column vectors in $\mathbb{R}^d$, and $w\neq 0$ in $\mathbb{R}^d$ is given. Let $f = \sum_{t=1}^T w^\top x_t$.

$$\frac{\partial f}{\partial w} = \sum_{t=1}^T x_t, \qquad \frac{\partial \|w\|^2}{\partial w} = w$$
""",
        "proved, refuted",
    ),
    Trap(
        "words in front of a comma are of the formula before",
        r"""
Let $u \in \mathbb{R}^n$ be an input, $\mathbf 1 \in \mathbb{R}^n$ the all-ones vector, $g, c \in \mathbb{R}^n$ gain and bias, and $z = g \odot u + c$.

$$z = u + c, \qquad \mathbf 1^\top z = g^\top u + c^\top \mathbf 1$$
""",
        "refuted, proved",
    ),
]

BY_INDICES = [
    Trap(
        "weights and examples are as many as their indices run to",
        r"""
Example $n$ has inputs $x^{(n)}_1,\dots,x^{(n)}_D$ and targets $t^{(n)}_1,\dots,t^{(n)}_K$. The parameters are $w_{ki}$ and $b_k$, where $i = 1,\dots,D$ and $k = 1,\dots,K$:

$$y^{(n)}_k = \sum_{i=1}^{D} w_{ki} x^{(n)}_i + b_k, \qquad E = \frac12 \sum_{n=1}^{N} \sum_{k=1}^{K} \bigl( y^{(n)}_k - t^{(n)}_k \bigr)^2$$

$$\frac{\partial E}{\partial w_{ki}} = \sum_{n=1}^N (y^{(n)}_k - t^{(n)}_k)\, x^{(n)}_i, \qquad \frac{\partial E}{\partial b_k} = \sum_{n=1}^N y^{(n)}_k$$
""",
        "proved, refuted",
    ),
    Trap(
        "entries of a last layer that words name",
        r"""
The columns of $X \in \mathbb{R}^{n_0 \times m}$ are examples, the labels are $Y \in \{0,1\}^{1 \times m}$, and the last layer has a single unit. For $l = 1, \dots, L$, $W^{[l]} \in \mathbb{R}^{n_l \times n_{l-1}}$. With $A^{[0]} = X$,

$$Z^{[l]} = W^{[l]} A^{[l-1]}, \qquad A^{[l]} = g^{[l]}(Z^{[l]}), \qquad l = 1, \dots, L,$$

with smooth activations. I write $a_i$ for entry $i$ of $A^{[L]}$ and $y_i$ for entry $i$ of $Y$:

$$J = \frac1m \sum_{i=1}^m (a_i - y_i)^2$$

$$\frac{\partial J}{\partial a_i} = \frac2m (a_i - y_i), \qquad \frac{\partial J}{\partial a_i} = \frac1m (a_i - y_i)$$

For an arbitrary layer,

$$\frac{\partial J}{\partial W^{[l]}} = \frac{\partial J}{\partial Z^{[l]}} A^{[l-1]T}, \qquad \frac{\partial J}{\partial W^{[l]}} = \frac{\partial J}{\partial Z^{[l]}} A^{[l]T}$$

With rectifiers the output has another slope:

$$\frac{\partial J}{\partial Z^{[1]}} = \frac{\partial J}{\partial A^{[1]}} \odot \mathbb{1}[Z^{[1]} > 0]$$
""",
        "proved, refuted, proved, ill-shaped, unsaid",
    ),
    Trap(
        "an entry at a step is one of what stands there",
        r"""
Let $x_1,\dots,x_T \in \mathbb{R}^d$, $W \in \mathbb{R}^{m \times m}$, $U \in \mathbb{R}^{m\times d}$ and $h_0 = 0$. For $t = 1, \dots, T$,

$$a_t = W h_{t-1} + U x_t, \qquad h_t = \tanh(a_t), \qquad L = \sum_{t=1}^T \sum_{k=1}^m h_{t,k}^2$$

$$\frac{\partial L}{\partial U_{ij}} = \sum_{t=1}^T \frac{\partial L}{\partial a_{t,i}}\, x_{t,j}, \qquad \frac{\partial L}{\partial W_{ij}} = \sum_{t=1}^T \frac{\partial L}{\partial a_{t,i}}\, h_{t,j}$$
""",
        "proved, refuted",
    ),
]

DERIVATIVES = [
    Trap(
        "a variance is what is differentiated by",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$ and $w \in \mathbb{R}^d$ and $\sigma > 0$.

$$\ell = -\frac n2 \log(2\pi\sigma^2) - \frac{1}{2\sigma^2} \|y - Xw\|^2$$

$$\frac{\partial \ell}{\partial \sigma^2} = -\frac{n}{2\sigma^2} + \frac{1}{2\sigma^4} \|y - Xw\|^2, \qquad \frac{\partial \ell}{\partial \sigma^2} = -\frac{n}{\sigma} + \frac{1}{\sigma^3} \|y - Xw\|^2$$

$$\frac{\partial^2 \ell}{\partial (\sigma^2)^2} = \frac{n}{2\sigma^4} - \frac{1}{\sigma^6} \|y - Xw\|^2$$
""",
        "proved, refuted, proved",
    ),
    Trap(
        "a loss of two ends has the derivative of each",
        r"""
Let $x \in \mathbb{R}^m$, $u \in \mathbb{R}^h$ and $\gamma, \beta \in \mathbb{R}$. Set $y = \gamma x$ and $z = \beta u$. The loss $\ell$ is some function of these.

$$\frac{\partial \ell}{\partial x} = \gamma \frac{\partial \ell}{\partial y}, \qquad \frac{\partial \ell}{\partial u} = \beta \frac{\partial \ell}{\partial z}, \qquad \frac{\partial \ell}{\partial u} = \gamma \frac{\partial \ell}{\partial z}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a loss of two ends that share a parameter is not made up",
        r"""
Let $x \in \mathbb{R}^m$, $u \in \mathbb{R}^h$ and $\gamma \in \mathbb{R}$. Set $y = \gamma x$ and $z = \gamma u$.

$$\frac{\partial \ell}{\partial x} = \gamma \frac{\partial \ell}{\partial y}, \qquad \frac{\partial \ell}{\partial u} = \gamma \frac{\partial \ell}{\partial z}, \qquad \frac{\partial \ell}{\partial \gamma} = x^\top \frac{\partial \ell}{\partial y}$$
""",
        "right?, right?, wrong?",
    ),
    Trap(
        "a bar means the gradient where a page says so",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $W \in \mathbb{R}^{d \times k}$ and $Y = XW$. For any matrix $M$ we write $\bar M = \partial\mathcal{L}/\partial M$.

$$\bar W = X^\top \bar Y, \qquad \bar X = \bar Y W^\top, \qquad \bar X = \bar Y W$$
""",
        "proved, proved, ill-shaped",
    ),
    Trap(
        "a square Jacobian in the other layout is no mistake",
        r"""
Let $W \in \mathbb{R}^{m \times m}$, $x \in \mathbb{R}^m$ and $y = Wx$.

$$\frac{\partial y}{\partial x} = W, \qquad \frac{\partial y}{\partial x} = W^\top$$
""",
        "proved, unsaid",
    ),
    Trap(
        "in a chain through time, what is held fixed is not said",
        r"""
Let $x_1,\dots,x_T \in \mathbb{R}^m$, $W \in \mathbb{R}^{m \times m}$ and $h_0 = 0$. For $t = 1, \dots, T$,

$$a_t = W h_{t-1} + x_t, \qquad h_t = \tanh(a_t), \qquad L = \sum_{t=1}^T h_t^\top h_t$$

$$\frac{\partial L}{\partial W_{ij}} = \sum_{t=1}^T \sum_{r=1}^m \frac{\partial L}{\partial a_{t,r}} \frac{\partial a_{t,r}}{\partial W_{ij}}$$
""",
        "unsaid",
    ),
    Trap(
        "a factorial is one of a gamma function",
        r"""
Let $y, \eta \in \mathbb{R}^n$.

$$\ell = \sum_{i=1}^n \big[ y_i \eta_i - e^{\eta_i} - \log(y_i!) \big]$$

$$\frac{\partial \ell}{\partial \eta_i} = y_i - e^{\eta_i}, \qquad \frac{\partial \ell}{\partial \eta_i} = y_i + e^{\eta_i}$$
""",
        "proved, refuted",
    ),
    Trap(
        "an inverse of a matrix that is a function is multiplied with",
        r"""
Let $A \in \mathbb{R}^{d \times d}$ be symmetric and $w, b \in \mathbb{R}^d$, and $f(w) = \frac12 w^\top A w - b^\top w$.

$$H(w) = \nabla^2 f(w)$$

$$H^{-1}(Aw - b) = w - H^{-1}(b + Aw - Aw), \qquad H^{-1}(Aw - b) = w + H^{-1}(b + Aw - Aw)$$
""",
        "proved, refuted",
    ),
]

VARIANTS = [
    Trap(
        "an event is no condition",
        r"""
Let $X \in \mathbb{R}^{n \times d}$ have the rows $x_i^\top$, and let $y \in \{0, 1\}^n$. For $w \in \mathbb{R}^d$ the model assigns to the event $y_i = 1$ the probability

$$p_i = \frac{1}{1 + e^{-w^\top x_i}},$$

and $p \in (0, 1)^n$ is the vector with entries $p_i$. Let $L = -\sum_{i=1}^n [y_i \log p_i + (1 - y_i) \log(1 - p_i)]$.

$$\nabla_w L = X^\top (p - y), \qquad \nabla_w L = X^\top (y - p)$$
""",
        "proved, refuted",
    ),
    Trap(
        "a special case of what was declared is none of all",
        r"""
Let $X \in \mathbb{R}^{n \times p}$, $A \in \mathbb{R}^{p \times k}$ and $B \in \mathbb{R}^{k \times p}$. With $E = X - XAB$ the loss is

$$f(A, B) = \|E\|_F^2, \qquad \nabla_A f = -2 X^\top E B^\top$$

With tied weights one sets $A = W$ and $B = W^\top$ for a single $W \in \mathbb{R}^{p \times k}$.
""",
        "proved",
    ),
    Trap(
        "with something more, the mean is another one",
        r"""
Let $X \in \mathbb{R}^{n \times p}$ have rows $x_i^\top$, let $y \in \mathbb{R}^n$ and $\beta \in \mathbb{R}^p$, and set $\mu_i = \exp(x_i^\top \beta)$.

$$\ell = \sum_{i=1}^n (y_i \log \mu_i - \mu_i), \qquad \nabla_\beta \ell = X^\top (y - \mu)$$

If observation $i$ has an exposure $E_i > 0$, the mean becomes $\mu_i = E_i \exp(x_i^\top\beta)$.
""",
        "proved, unsaid",
    ),
    Trap(
        "with another function in its place, nothing above holds",
        r"""
Let $a \in \mathbb{R}^n$ and $h_j = \tanh(a_j)$.

$$\frac{\partial h_j}{\partial a_j} = 1 - h_j^2$$

**Other units.** With the softplus in place of tanh, one has $h_j = \log(1 + e^{a_j})$.
""",
        "proved, unsaid",
    ),
    Trap(
        "items of a list are cases of their own",
        r"""
Some special cases:

* **Poisson:** $A(\eta) = e^\eta$, so $A'(\eta) = e^\eta$.
* **Bernoulli:** $A(\eta) = \log(1 + e^\eta)$, so $A'(\eta) = \frac{1}{1+e^{-\eta}}$.
* **Gaussian:** $A(\eta) = \eta^2/2$, so $A'(\eta) = 2\eta$.
""",
        "proved, proved, refuted",
    ),
    Trap(
        "Kronecker's delta is none of the other deltas",
        r"""
Let $x \in \mathbb{R}^K$, $\delta > 0$ and $\delta_{kj}$ the Kronecker delta, $\delta_{kj} = 1$ if $k$ and $j$ coincide. With $p_k = \delta x_k$,

$$\frac{\partial p_k}{\partial x_j} = \delta\, \delta_{kj}, \qquad \frac{\partial p_k}{\partial x_j} = \delta_{kj}$$
""",
        "proved, refuted",
    ),
    Trap(
        "what stands second is no definition where what stands first is understood later",
        r"""
Let $V \in \mathbb{R}^{k \times m}$, $h \in \mathbb{R}^m$ and $t \in \mathbb{R}^k$. The signal is

$$g = \frac{\partial L}{\partial h} = V (Vh - t)$$

of the loss $L = \frac12 \|V h - t\|^2$.
""",
        "ill-shaped",
    ),
    Trap(
        "noise in a model makes no definition of data",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$ and $y \in \mathbb{R}^n$, where $y = Xw + \varepsilon$ with $\varepsilon \sim \mathcal{N}(0, I)$. Let $L = \|y - Xw\|^2$.

$$\nabla_w L = -2 X^\top (y - Xw), \qquad \nabla_w L = 2 X^\top (y - Xw)$$
""",
        "proved, refuted",
    ),
    Trap(
        "the mask of a set of indices is that set",
        r"""
Let $R \in \mathbb{R}^{m\times n}$, $U \in \mathbb{R}^{m\times k}$ and $V \in \mathbb{R}^{n\times k}$ with rows $u_i^\top$ and $v_j^\top$.

$$J = \frac12\sum_{(i,j)\in\Omega} (R_{ij} - u_i^\top v_j)^2$$

Let $M \in \{0,1\}^{m\times n}$ be the mask of $\Omega$ and $E = M \odot (R - UV^\top)$. Then

$$\nabla_U J = -E V, \qquad \nabla_U J = E V$$
""",
        "proved, refuted",
    ),
]

UPDATES = [
    Trap(
        "the cost of an update is the one that has its numbers",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $w \in \mathbb{R}^d$ and $\lambda > 0$. Let $J = \frac12 \|Xw - y\|^2$ and $J_\lambda = J + \frac\lambda2 \|w\|^2$.

$$\frac{\partial J}{\partial w} = X^\top (Xw - y), \qquad \frac{\partial J_\lambda}{\partial w} = X^\top (Xw - y) + \lambda w$$

$$w \leftarrow w - \eta X^\top (Xw - y), \qquad w \leftarrow w - \eta (X^\top (Xw - y) + \lambda w), \qquad w \leftarrow w - \eta (X^\top (Xw - y) + 2 \lambda w)$$
""",
        "proved, proved, proved, proved, refuted",
    )
]


@pytest.mark.parametrize(
    "trap", [*BESIDE, *BY_INDICES, *DERIVATIVES, *VARIANTS, *UPDATES], ids=lambda trap: trap.name.replace(" ", "-")
)
def test_what_is_left_out_is_taken_from_what_stands_beside_it_or_not_read(trap: Trap) -> None:
    comes_out(trap)
