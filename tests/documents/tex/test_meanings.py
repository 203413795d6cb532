# ruff: noqa: E501  a page is printed as its author breaks it
r"""What letters mean where more than one thing has to be understood: derivatives in print, rows that are defined, sets.

The pages are traps as in test_traps.py: each verdict is right, or there is none.
"""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

PRIMES = [
    Trap(
        "two primes are the second derivative",
        r"""
Let $y \in \mathbb{R}^n$ and $b(\theta)=\log(1+e^\theta)$. Then

$$b'(\theta)=\frac{1}{1+e^{-\theta}},\qquad b''(\theta)=b'(\theta)\,(1-b'(\theta)).$$

$$\ell = \sum_{i=1}^n b(y_i), \qquad \frac{\partial^2 \ell}{\partial y_i^2} = b''(y_i), \qquad \frac{\partial^2 \ell}{\partial y_i^2} = b'(y_i)$$
""",
        "proved, proved, proved, refuted",
    ),
    Trap(
        "a second derivative that equals the first is wrong",
        r"""
Let $b(\theta)=\log(1+e^\theta)$. Then

$$b''(\theta)=\frac{1}{1+e^{-\theta}}.$$
""",
        "refuted",
    ),
]

GATHERED = [
    Trap(
        "a matrix whose rows have an equation is none that is given",
        r"""
The matrix $X\in\mathbb{R}^{N\times D}$ has rows $x_n^\top$, and $T\in\mathbb{R}^{N\times K}$ has rows $t_n^\top$, where $W \in \mathbb{R}^{D \times K}$. Set

$$a_n = W^\top x_n, \qquad y_{nk} = \frac{e^{a_{nk}}}{\sum_j e^{a_{nj}}},$$

and collect the latter in $Y\in\mathbb{R}^{N\times K}$, with rows $y_n^\top$.

$$L = \frac12 \sum_{n=1}^N \|y_n - t_n\|^2, \qquad E = \sum_n \log \sum_k e^{a_{nk}} - \sum_n t_n^\top a_n$$

$$\frac{\partial L}{\partial Y} = Y - T, \qquad \frac{\partial L}{\partial y_n} = y_n - t_n, \qquad \nabla_W E = X^\top (Y - T), \qquad \nabla_W E = X^\top (T - Y)$$
""",
        "proved, proved, proved, refuted",
    ),
    Trap(
        "a capital letter gathers the small ones that have an equation",
        r"""
Let $W \in \mathbb{R}^{D\times K}$ and $X\in\mathbb{R}^{N\times D}$ with rows $x_n^\top$. Here $P \in \mathbb{R}^{N\times K}$.

$$a_n = W^\top x_n, \qquad p_{nk} = \frac{e^{a_{nk}}}{\sum_j e^{a_{nj}}}$$

$$L = \sum_n \sum_k p_{nk}^2, \qquad \frac{\partial L}{\partial P} = 2 P, \qquad \frac{\partial L}{\partial P} = P$$
""",
        "proved, refuted",
    ),
    Trap(
        "columns that have an equation are gathered as columns",
        r"""
Let $W \in \mathbb{R}^{K\times D}$ and $X\in\mathbb{R}^{D\times N}$ with columns $x_n$. The matrix $Z \in \mathbb{R}^{K \times N}$ has the columns $z_n$.

$$z_n = W x_n, \qquad L = \sum_{n=1}^N z_n^\top z_n, \qquad \frac{\partial L}{\partial W} = 2 Z X^\top, \qquad \frac{\partial L}{\partial W} = 2 X Z^\top$$
""",
        "proved, ill-shaped",
    ),
    Trap(
        "a list of rows ends where another matrix begins",
        r"""
$x_i$ is the $i$-th row of $X \in \mathbb{R}^{n\times d}$, and $Y \in \mathbb{R}^{n\times d}$ is another matrix, $i = 1, \dots, n$.

$$L = \frac12 \sum_{i=1}^n \|x_i\|^2 + \operatorname{tr}(X^\top Y), \qquad \frac{\partial L}{\partial X} = X + Y, \qquad \frac{\partial L}{\partial Y} = X + Y$$
""",
        "proved, refuted",
    ),
]

KRONECKER = [
    Trap(
        "I with two indices is an entry of the identity, and I with a size the identity",
        r"""
Let $X\in\mathbb{R}^{N\times D}$ with rows $x_n^\top$, $W\in\mathbb{R}^{D\times K}$ with columns $w_k$, and $a_{n} = W^\top x_n$.

$$E = \sum_{n=1}^N \log \sum_{k=1}^K e^{a_{nk}}, \qquad y_{nk} = \frac{e^{a_{nk}}}{\sum_{j} e^{a_{nj}}}$$

$$\frac{\partial y_{nk}}{\partial a_{nj}} = y_{nk} (I_{kj} - y_{nj}), \qquad \frac{\partial y_{nk}}{\partial a_{nj}} = y_{nk} (I_{kj} - y_{nk}), \qquad \frac{\partial a_n}{\partial a_n} = I_K$$

$$\nabla_{w_k} \nabla_{w_j} E = \sum_{n=1}^N y_{nk} (I_{kj} - y_{nj}) x_n x_n^\top, \qquad \nabla_{w_k} \nabla_{w_j} E = -\sum_{n=1}^N y_{nk} (I_{kj} - y_{nj}) x_n x_n^\top$$

$$\frac{\partial a_{nj}}{\partial w_k} = I_{jk} x_n, \qquad \frac{\partial a_{nj}}{\partial w_k} = x_n, \qquad \nabla^2_{w_j} E = \sum_{n=1}^N y_{nj} (1 - y_{nj}) x_n x_n^\top$$
""",
        "proved, refuted, right?, proved, refuted, proved, refuted, proved",
    ),
    Trap(
        "diag of a column at an index is a matrix for each",
        r"""
Let $z_i \in \mathbb{R}^K$ for $i = 1, \dots, n$, $p_i = \operatorname{softmax}(z_i)$ and $F = \sum_{i=1}^n z_i^\top z_i$. In numerator layout,

$$\frac{\partial p_i}{\partial z_i} = \operatorname{diag}(p_i) - p_i p_i^\top, \qquad \frac{\partial p_i}{\partial z_i} = \operatorname{diag}(p_i) + p_i p_i^\top$$
""",
        "proved, refuted",
    ),
    Trap(
        "eleven below a letter of two axes may be one and one",
        r"""
Let $x_n \in \mathbb{R}^D$ for $n = 1, \dots, N$, and $L = x_{11}^2$.

$$\frac{\partial L}{\partial x_{11}} = 2 x_{11}, \qquad \frac{\partial L}{\partial x_{11}} = x_{11}$$
""",
        "unsaid, unsaid",
    ),
]

SYMMETRIC = [
    Trap(
        "matrices are symmetric by the sentence behind their sets",
        r"""
# First

Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$ and $f(w) = \|X w\|^2$.

$$\nabla f(w) = 2 X^\top X w$$

# Second

Covariance $P\in\mathbb{R}^{k\times k}$, $R\in\mathbb{R}^{p\times p}$, $H \in \mathbb{R}^{p\times k}$, $x \in \mathbb{R}^k$, $y \in \mathbb{R}^p$;
$R$ is symmetric positive definite.

$$V(x) = \tfrac12 x^\top P^{-1} x + \tfrac12 (y - H x)^\top R^{-1} (y - H x)$$

$$\nabla V(x) = P^{-1} x - H^\top R^{-1} (y - H x), \qquad \nabla V(x) = P^{-1} x + H^\top R^{-1} (y - H x)$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "what is said to be symmetric in a case or later on is not so above",
        r"""
Let $A, B \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$, $f = x^\top A x$, $g = x^\top B x$.

$$\frac{\partial f}{\partial x} = 2 A x, \qquad \frac{\partial g}{\partial x} = (B + B^\top) x$$

Whenever $B$ is symmetric, more is true. From now on, let $A$ be symmetric.

$$\frac{\partial g}{\partial x} = 2 B x$$
""",
        "refuted, proved, wrong?",
    ),
    Trap(
        "an equation of eigenvectors is none of all vectors",
        r"""
Let $S \in \mathbb{R}^{d \times d}$ be symmetric, $w \in \mathbb{R}^d$ and

$$\rho(w) = \frac{w^\top S w}{w^\top w}, \qquad \nabla \rho(w) = \frac{2}{w^\top w} (S w - \rho(w) w),$$

so stationary points are exactly the eigenvectors, $S w = \rho(w) w$.
""",
        "proved, unsaid",
    ),
]

SETS = [
    Trap(
        "1 ≤ i ≤ n below Σ and max counts the letter between",
        r"""
Let $x_i\in\mathbb{R}^d$, $w \in \mathbb{R}^d$, $r_i = w^\top x_i$ for $i = 1, \dots, n$ and $F = \sum_{i=1}^n r_i^2$.

$$F = w^\top \sum_{1\le i\le n} r_i x_i, \qquad L = \max_{1\le i\le n}|r_i|, \qquad L = \max_i r_i, \qquad F = \sum_{1 \leq i,j \leq n} r_i r_j$$

$$F = \sum_{1\le i\le d} r_i^2$$
""",
        "proved, refuted, refuted, wrong?",
    ),
    Trap(
        "a set that is defined by a condition is summed over as it says",
        r"""
Let $x_i \in \mathbb{R}^d$, $y_i \in \{-1, 1\}$ for $i = 1, \dots, n$, $w \in \mathbb{R}^d$, $m_i = y_i w^\top x_i$ and

$$L = \sum_{i=1}^n [1 - m_i]_+, \qquad A = \{i : m_i < 1\}$$

$$\nabla_w L = -\sum_{i \in A} y_i x_i, \qquad \nabla_w L = \sum_{l \in A} y_l x_l, \qquad \nabla_w L = -\sum_{i=1}^n \mathbf{1}[i \in A] y_i x_i$$

$$\nabla_w L = -\sum_{i \not\in A} y_i x_i, \qquad |A| = \sum_{i=1}^n \mathbf{1}[m_i > 1]$$
""",
        "proved, refuted, proved, refuted, refuted",
    ),
    Trap(
        "a set is not that of another section, in which its condition means another thing",
        r"""
# First

Let $x_i \in \mathbb{R}^d$ for $i = 1, \dots, n$, $w \in \mathbb{R}^d$. Let

$$m_i = w^\top x_i, \qquad A = \{i : m_i < 1\}.$$

$$L = \sum_{i=1}^n \max(0, 1 - m_i), \qquad \nabla_w L = -\sum_{i \in A} x_i$$

# Second

Let $m_i = 2 w^\top x_i$ and

$$J = \sum_{i=1}^n \max(0, 1 - m_i).$$

$$\nabla_w J = -2 \sum_{i \in A} x_i$$
""",
        "proved, right?",
    ),
    Trap(
        "one set, its slices and its mask",
        r"""
Ratings $r_{ij}\in\mathbb{R}$ for $(i,j)\in\Omega\subseteq\{1,\dots,m\}\times\{1,\dots,n\}$, $u_i\in\mathbb{R}^k$, $v_j\in\mathbb{R}^k$, $e_{ij} = r_{ij}-u_i^\top v_j$ and $\Omega_i = \{j : (i,j)\in\Omega\}$.

$$J = \frac12\sum_{(i,j)\in\Omega} e_{ij}^2 + \sum_{i=1}^m\|u_i\|^2 + \sum_{j=1}^n\|v_j\|^2$$

$$\nabla_{u_i}J = -\sum_{j\in\Omega_i} e_{ij} v_j + 2 u_i, \qquad \nabla_{u_i}J = -\sum_{j=1}^n e_{ij} v_j + 2 u_i$$

Users are the rows of $U\in\mathbb{R}^{m\times k}$, with rows $u_i^\top$, items are those of $V\in\mathbb{R}^{n\times k}$, with rows $v_j^\top$. Mask $B\in\{0,1\}^{m\times n}$, $B_{ij} = \mathbf 1[(i,j)\in\Omega]$, and $E = B\odot(R-UV^\top)$ where $R$ holds the ratings.

$$\nabla_U J = -EV+2 U, \qquad \nabla_V J = -EU+ 2 V, \qquad \nabla_V J = E^\top U+ 2 V$$
""",
        "proved, refuted, proved, ill-shaped, refuted",
    ),
]

KINKS = [
    Trap(
        "what is said of the active side of a kink is not said of both",
        r"""
Let $w, x \in \mathbb{R}^d$ and $\ell = [1 - w^\top x]_+$.

Active example, else everything is 0:

$$\nabla_w \ell = -x$$
""",
        "unsaid",
    )
]

NAMES = [
    Trap(
        "an index of entries below a letter of examples is no number of an example",
        r"""
Let $X \in \mathbb{R}^{B \times d}$ with rows $x_i^\top$, $W \in \mathbb{R}^{K \times d}$, $z_i = W x_i$, $s_i = \sum_{k=1}^K e^{z_{i,k}}$ and $p_{i,k} = e^{z_{i,k}} / s_i$, where $\sum_{j=1}^K p_{i,j} = 1$ and $p_i$ is a vector.

$$\frac{\partial p_k}{\partial z_j} = p_k (\delta_{kj} - p_j)$$
""",
        "right?, right?",
    ),
    Trap(
        "letters below others are parts of names where these are declared",
        r"""
Let $A\in\mathbb{R}^{k\times d}$, $x_a,x_p,x_n\in\mathbb{R}^d$, $\delta_{p} = x_a-x_p$ and $\delta_n = x_a-x_n$.

$$\ell = \|A \delta_p\|^2 - \|A \delta_n\|^2, \qquad \nabla_A\ell = 2A(\delta_p\delta_p^\top-\delta_n\delta_n^\top), \qquad \nabla_A\ell = 2A(\delta_p\delta_p^\top+\delta_n\delta_n^\top)$$
""",
        "proved, refuted",
    ),
]

FUNCTIONS = [
    Trap(
        "a function's own letter is a number, whatever the letter is elsewhere",
        r"""
Let $x_i\in\mathbb{R}^d$, $w \in \mathbb{R}^d$, $y_i \in \mathbb{R}$ for $i = 1, \dots, n$, $f_\theta(x) = w^\top x + b$, $b \in \mathbb{R}$, $r_i = y_i - f_\theta(x_i)$ and $\tau\in(0,1)$ and

$$F = \sum_{i=1}^n r_i^2, \qquad q_\tau(r) = r\,(\tau-\mathbf 1[r<0]),$$

and I noticed that this is the same as

$$q_\tau(r) = \max(\tau r,(\tau-1)r) = \tfrac12|r|+\left(\tau-\tfrac12\right)r = \tfrac12|r|+\left(\tau+\tfrac12\right)r.$$

The derivative for $r\ne0$ is $q_\tau'(r) = \tau-\mathbf 1[r<0]$. Summing over the data, $L_\tau(\theta) = \sum_{i=1}^nq_\tau(y_i-f_\theta(x_i))$, and

$$\frac{\partial L_\tau}{\partial b} = \sum_{i=1}^n\left(\tau-\mathbf 1[y_i<f_\theta(x_i)]\right), \qquad \frac{\partial L_\tau}{\partial b} = \sum_{i=1}^n\left(\mathbf 1[y_i<f_\theta(x_i)] - \tau\right).$$
""",
        "proved, proved, refuted, proved, refuted, proved",
    )
]

SOLVED = [
    Trap(
        "what follows from a gradient that is 0 is said of the solution only, but not what is defined there",
        r"""
Let $X \in \mathbb{R}^{n\times p}$, $y\in\mathbb{R}^n$, $\beta\in\mathbb{R}^p$, $\lambda > 0$.

$$R(\beta) = \|y - X\beta\|_2^2 + \lambda\|\beta\|_2^2$$

From $\nabla R(\hat\beta) = 0$ it follows that

$$\hat\beta(\lambda) = (X^\top X+\lambda I_p)^{-1}X^\top y = X^\top(XX^\top+\lambda I_n)^{-1}y = X^\top(XX^\top-\lambda I_n)^{-1}y$$

and with $H_\lambda = X(X^\top X+\lambda I_p)^{-1}X^\top$

$$\operatorname{tr} H_\lambda = \operatorname{tr} ((X^\top X+\lambda I_p)^{-1}X^\top X), \qquad \operatorname{tr} H_\lambda = p$$

$$(X^\top X+\lambda I_p) \beta = X^\top y$$
$$H_\lambda y = X \beta$$
""",
        "unsaid, proved, refuted, proved, refuted, unsaid, unsaid",
    )
]

MEANINGS = [*FUNCTIONS, *SOLVED, *SETS, *KINKS, *NAMES, *SYMMETRIC, *PRIMES, *GATHERED, *KRONECKER]


@pytest.mark.parametrize("trap", MEANINGS, ids=lambda trap: trap.name)
def test_no_verdict_is_of_another_meaning(trap):
    comes_out(trap)
