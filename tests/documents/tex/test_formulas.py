# ruff: noqa: E501  a page is printed as its author breaks it
r"""What stands in formulas of notes: each is read as what it means, or not at all.

As in test_traps.py, of each right-hand side that is no definition it is said what must come out.
"""

from __future__ import annotations

import pytest
from test_traps import ALLOWED, Trap, verdicts

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

ALL = [*EXPONENTS, *CASES]


@pytest.mark.parametrize("trap", ALL, ids=lambda trap: trap.name)
def test_formulas_are_read_as_what_they_mean(trap):
    wanted = trap.out.split(", ")
    found = verdicts(trap.page)
    assert len(found) == len(wanted)
    assert [
        (tex, verdict.name) for (tex, verdict), what in zip(found, wanted, strict=True) if verdict not in ALLOWED[what]
    ] == []
