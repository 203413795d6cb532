# ruff: noqa: E501  a page is printed as its author breaks it
r"""What stands in formulas of notes: each is read as what it means, or not at all.

As in test_traps.py, of each right-hand side that is no definition it is said what must come out.
"""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

EXPONENTS = [
    Trap(
        "an exponent in brackets is read with all that stands at them and behind them",
        r"""
Let $Z \in \mathbb{R}^{n \times k}$ and $x, y, a, b, c \in \mathbb{R}$.

$$P = \mathrm{softmax}(Z)$$ for each row, and

$$P_{ij} = \frac{e^{(Z)_{ij}}}{\sum_{l=1}^k e^{(Z)_{il}}} = \frac{e^{(Z)_{ij}}}{\sum_{l=1}^n e^{(Z)_{lj}}}$$

$$f = e^{(x - y)^2} = e^{(y - x)^2} = e^{x - y}$$

$$g = e^{(a + b)c} = e^{a c} e^{b c} = e^{a + b}$$
""",
        "proved, refuted, proved, refuted, proved, refuted",
    ),
    Trap(
        "e with an index is not the number e",
        r"""
Let $x \in \mathbb{R}$.

$$x e_1^2 = x \exp(2)$$
""",
        "unsaid",
    ),
]

CASES = [
    Trap(
        "a bare 0 beside arrays is an array of zeros",
        r"""
Let $x_i \in \mathbb{R}^p$, $y_i \in \{-1, 1\}$ and $w \in \mathbb{R}^p$.

Let $m_i = y_i w^\top x_i$, $\ell_i = \max(0, 1 - m_i)$ and $L = \sum_{i=1}^n \ell_i$.

$$\frac{\partial \ell_i}{\partial w} = \begin{cases} -y_i x_i & m_i < 1 \\ 0 & m_i > 1\end{cases}$$

$$\frac{\partial \ell_i}{\partial w} = \begin{cases} 0 & m_i > 1 \\ -x_i & m_i < 1\end{cases}$$

$$\frac{\partial \ell_i}{\partial w} = \begin{cases} 0 & m_i < 1 \\ -y_i x_i & m_i > 1\end{cases}$$

$$\ell_i x_i = \begin{cases} (1 - m_i) x_i & m_i < 1 \\ x_i - x_i & m_i > 1\end{cases} = \begin{cases} (1 - m_i) x_i & m_i < 1 \\ x_i & m_i > 1\end{cases}$$
""",
        "proved, refuted, refuted, proved, refuted",
    ),
    Trap(
        "0 is an array where the left-hand side is one",
        r"""
Let $x_i \in \mathbb{R}^p$ for $i = 1, \dots, n$, and $y = \sum_{i=1}^n x_i$.

$$x_i - x_i = 0, \qquad x_i + x_i = 0, \qquad y - y = 0$$
""",
        "right?, refuted, right?",
    ),
    Trap(
        "a value at a point is no definition",
        r"""
Let $r \in \mathbb{R}$ and $\delta > 0$. Let $f = \max(-\delta, \min(\delta, r))$, which is continuous at $r = \delta$ and at $r = -\delta$.

$$\frac{df}{dr} = \begin{cases} 1 & |r| < \delta \\ 0 & |r| > \delta\end{cases} = \begin{cases} 0 & |r| < \delta \\ 1 & |r| > \delta\end{cases}$$
""",
        "proved, refuted",
    ),
    Trap(
        "a prime at a function with a parameter below it is its derivative",
        r"""
For $r \in \mathbb{R}$ and $\delta > 0$,

$$\rho_\delta(r) = \begin{cases} \frac12 r^2 & |r|\le\delta \\ \delta\left(|r| - \frac12\delta\right) & |r|>\delta \end{cases}$$

$$\rho_\delta'(r) = \begin{cases} r & |r|\le\delta \\ \delta & |r|>\delta \end{cases}$$
""",
        "refuted",
    ),
    Trap(
        "an upstream gradient of a batch is of another loss than that of one example",
        r"""
Let $x, \beta \in \mathbb{R}^d$ and $y = x + \beta$. A loss $L$ depends on $y$, and $g = \frac{\partial L}{\partial y} \in \mathbb{R}^d$.

$$\frac{\partial L}{\partial \beta} = g$$

For a batch, with the upstream gradient $G \in \mathbb{R}^{n \times d}$,

$$\frac{\partial L}{\partial \beta} = G^\top \mathbf{1}_n$$
""",
        "proved, unsaid",
    ),
]

SUMS = [
    Trap(
        "a condition below Σ says which terms there are",
        r"""
Let $x_i \in \mathbb{R}^p$, $y_i \in \{-1, 1\}$, $w \in \mathbb{R}^p$ and $b \in \mathbb{R}$.

Let $m_i = y_i (w^\top x_i + b)$ and $F = \sum_{i=1}^n \max(0, 1 - m_i)$.

$$\nabla_w F = -\sum_{i:\, m_i < 1} y_i x_i = -\sum_{i \mid m_i > 1} y_i x_i$$

$$\frac{\partial F}{\partial b} = -\sum_{i : m_i < 1} y_i = -\sum_{i : m_i < 1} 1 = -\sum_{i=1}^n y_i$$

$$\sum_{i : w^\top w < 1} y_i = 0$$
""",
        "proved, refuted, proved, refuted, refuted, unsaid",
    ),
    Trap(
        "a condition on labels, and one on indices",
        r"""
Let $x_i \in \mathbb{R}^p$ and $y_i \in \{1, \dots, K\}$ for $i = 1, \dots, n$. Let $z \in \mathbb{R}^{n}$, $s = \sum_{i=1}^n x_i$ and $A \in \mathbb{R}^{n \times n}$.

$$\sum_{k=1}^K \sum_{i : y_i = k} x_i = s, \qquad \sum_{i : y_i = 1} x_i = s$$

$$\sum_{j : j \ne i} A_{ij} = \sum_{j=1}^n A_{ij} - A_{ii}, \qquad \sum_{j=1, j \ne i}^n A_{ij} = \sum_{j=1}^n A_{ij}$$

$$\sum_{i : z_i = 1} x_i = s$$
""",
        "proved, refuted, proved, refuted, unsaid",
    ),
    Trap(
        "a set of indices is any set, and a letter has one",
        r"""
Let $R \in \mathbb{R}^{m \times n}$, $P \in \mathbb{R}^{m \times k}$ and $Q \in \mathbb{R}^{n \times k}$; $\Omega$ is the set of known ratings, $\Omega_u$ are those of a user.

$$L = \frac12 \sum_{(u,i)\in\Omega} (R_{ui} - \sum_{f=1}^k P_{uf} Q_{if})^2$$

$$\frac{\partial L}{\partial P_{uf}} = -\sum_{i\in\Omega_u} (R_{ui} - \sum_{g=1}^k P_{ug} Q_{ig}) Q_{if} = -\sum_{i=1}^n (R_{ui} - \sum_{g=1}^k P_{ug} Q_{ig}) Q_{if}$$

$$\frac{\partial L}{\partial Q_{if}} = -\sum_{u\in\Omega^i} (R_{ui} - \sum_{g=1}^k P_{ug} Q_{ig}) P_{uf} = -\sum_{u\in\Omega^i} (R_{ui} - \sum_{g=1}^k P_{ug} Q_{ig}) Q_{if}$$

$$|\Omega| = \sum_{u=1}^m |\Omega_u|, \qquad |\Omega| = m n$$
""",
        "proved, refuted, proved, refuted, proved, refuted",
    ),
    Trap(
        "bars around a set count it, and around a matrix are its determinant",
        r"""
Let $x_i \in \mathbb{R}^d$ for $i = 1, \dots, N$, $\theta \in \mathbb{R}^d$ and $A \in \mathbb{R}^{d \times d}$. Let $z = \sum_{i=1}^N x_i$.

$$L_B = \frac{1}{|B|} \sum_{i \in B} (x_i^\top \theta)^2, \qquad |A| = \det(A^\top)$$

$$\nabla_\theta L_B = \frac{2}{|B|} \sum_{i \in B} x_i x_i^\top \theta = \frac{1}{|B|} \sum_{i \in B} x_i x_i^\top \theta$$

$$\sum_{i \in B} \theta = |B| \theta, \qquad \sum_{i \in B} \theta = N \theta$$
""",
        "proved, proved, refuted, proved, refuted",
    ),
    Trap(
        "a set with so many members is not any set",
        r"""
Let $x_i \in \mathbb{R}^d$ and $a \in \mathbb{R}^d$. Let $z = \sum_{i=1}^N x_i$. A batch $B$ has $|B| = m$ members.

$$\sum_{i \in B} a = m a$$
""",
        "unsaid",
    ),
    Trap(
        "sets that are a partition, and one that is defined, are not any sets",
        r"""
Let $x_i \in \mathbb{R}^d$, and $z = \sum_{i=1}^N x_i$. The clusters $C_k$ are disjoint, $k = 1, \dots, K$.

$$\sum_{k=1}^K \sum_{i \in C_k} x_i = z$$
""",
        "unsaid",
    ),
    Trap(
        "a set that is defined has the members that it is said to have",
        r"""
Let $x \in \mathbb{R}^n$, $z = \sum_{i=1}^n x_i$ and $S = \{i : x_i > 0\}$.

$$\sum_{i \in S} x_i = \sum_{i=1}^n \max(0, x_i) = \sum_{i=1}^n x_i$$
""",
        "proved, refuted",
    ),
]

PRODUCTS = [
    Trap(
        "an inner product is of two columns, or of two matrices of one shape",
        r"""
Let $u, v \in \mathbb{R}^p$, $A, B \in \mathbb{R}^{p \times n}$, and $z \in \mathbb{R}^n$.

$$\langle u, v\rangle = u^\top v, \qquad \langle u, v \rangle^2 = u^\top v v^\top u, \qquad \langle u, u \rangle = \|u\|$$

$$\langle A, B \rangle = \operatorname{tr}(A^\top B), \qquad \langle A, B\rangle_F = \operatorname{tr}(A^\top A)$$

$$\nabla_A \langle A, u z^\top \rangle = u z^\top, \qquad \langle A, u \rangle = 2 u^\top u, \qquad \langle u \rangle = u^\top u$$
""",
        "proved, refuted, proved, refuted, proved, unsaid, unsaid",
    ),
    Trap(
        "P_{i,:} is a row and P_{:,j} a column",
        r"""
Let $P, Y \in \mathbb{R}^{N\times C}$, $w \in \mathbb{R}^C$ and $v \in \mathbb{R}^N$.

$$\sum_{i=1}^N (P_{i,:} - Y_{i,:}) = \mathbf{1}_N^\top (P - Y), \qquad \sum_{i=1}^N v_i P_{i,:} = P^\top v$$

$$P w = \sum_{j=1}^C w_j P_{:,j} = \sum_{j=1}^C P_{:,j}, \qquad P_{i,:} w = (P w)_i, \qquad P_{:,j}^\top v = (P^\top v)_j, \qquad P^\top_{:,j} v = 3 v_1$$

$$(P + Y)_{i,:} = P_{i,:} + Y_{i,:}, \qquad \sum_{i=1}^N P_{i \cdot} = \mathbf{1}_N^\top P$$
""",
        "proved, ill-shaped, proved, refuted, proved, proved, unsaid, proved, unsaid",
    ),
    Trap(
        "a dot stands for all positions where the page says so",
        r"""
Let $P \in \mathbb{R}^{N\times C}$ with rows $P_{i\cdot}$, and $v \in \mathbb{R}^N$.

$$\sum_{i=1}^N v_i P_{i\cdot} = v^\top P = v^\top P P^\top P$$
""",
        "proved, refuted",
    ),
]

GRADIENTS = [
    Trap(
        "a number in front is differentiated, too, and ∇ alone is by the one input",
        r"""
Let $x, b \in \mathbb{R}^n$, $A \in \mathbb{R}^{m \times n}$, $X \in \mathbb{R}^{n \times k}$, $S \in \mathbb{R}^{n\times n}$ and $\lambda > 0$.

$$\nabla_X \tfrac12 \|AX\|_F^2 = A^\top A X, \qquad \nabla_x \frac12 x^T S x = S x, \qquad \nabla_x \frac{\lambda}{2} \|x\|^2 = \lambda x$$

$$\nabla \|x\|^2 = 2 x, \qquad \nabla \frac{1}{\|x\|} = -\frac{x}{\|x\|^3}, \qquad \nabla \frac{1}{\|x\|} = -\frac{x}{\|x\|^2}, \qquad \nabla \tfrac12 x^\top x = x$$

$$\nabla^2 \|x\| = \frac{1}{\|x\|}\left( I - \frac{x x^T}{\|x\|^2} \right), \qquad \nabla x^\top S x = (S + S^\top) x$$

Let $f = \|x\|^2$, $z = A x$ and $g = \|z\|^2$.

$$\nabla f = 2 x, \qquad \nabla g = 2 z, \qquad \nabla_x \frac12 f b^\top x = b, \qquad \nabla \|z\|^2 = 2 z$$
""",
        "proved, refuted, proved, proved, proved, refuted, proved, proved, unsaid, proved, unsaid, unsaid, unsaid",
    ),
    Trap(
        "∇ of a function with a name of several letters",
        r"""
For $x \in \mathbb{R}^n$ let $\mathrm{lse}(x) = \log \sum_{i=1}^n e^{x_i}$ and $p_i = e^{x_i} / \sum_{j=1}^n e^{x_j}$.

$$\nabla\, \mathrm{lse}(x) = p, \qquad \nabla \operatorname{lse}(x) = x, \qquad \nabla^2\, \mathrm{lse}(x) = \mathrm{diag}(p) - p p^\top$$
""",
        "proved, refuted, proved",
    ),
]

ALL = [*EXPONENTS, *CASES, *SUMS, *PRODUCTS, *GRADIENTS]


@pytest.mark.parametrize("trap", ALL, ids=lambda trap: trap.name)
def test_formulas_are_read_as_what_they_mean(trap):
    comes_out(trap)
