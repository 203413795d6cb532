# ruff: noqa: E501  a page is printed as its author breaks it
"""Places that are counted, as in a convolution: shifted indices, sums between any bounds, sizes made of others."""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

SHIFTS = [
    Trap(
        "a convolution in two dimensions, with sizes that have primes",
        r"""
Let $X \in \mathbb{R}^{H \times W}$, $K \in \mathbb{R}^{k \times k}$, and $Y$ be $H' \times W'$ with $H' = H - k + 1$ and $W' = W - k + 1$:

$$Y_{ij} = \sum_{a=1}^{k} \sum_{b=1}^{k} K_{ab} X_{i+a-1, j+b-1}, \qquad L = \frac{1}{2 H' W'} \sum_{i=1}^{H'} \sum_{j=1}^{W'} Y_{ij}^2$$

$$\frac{\partial Y_{ij}}{\partial K_{ab}} = X_{i+a-1, j+b-1}$$

$$\frac{\partial L}{\partial K_{ab}} = \frac{1}{H' W'} \sum_{i=1}^{H'} \sum_{j=1}^{W'} Y_{ij} X_{i+a-1, j+b-1}$$

$$\frac{\partial L}{\partial K_{ab}} = \frac{1}{H W} \sum_{i=1}^{H'} \sum_{j=1}^{W'} Y_{ij} X_{i+a-1, j+b-1}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "positions that are counted from 0, and what is 0 outside of its range",
        r"""
Let $x \in \mathbb{R}^N$ and $w \in \mathbb{R}^M$ with $M \le N$; we count from zero. Entries are zero outside of their range.

$$y_p = \sum_{q=0}^{M-1} w_q x_{p+q}, \qquad p = 0, \dots, N-M, \qquad L = \frac{1}{2} \sum_{p=0}^{N-M} y_p^2$$

$$\frac{\partial L}{\partial w_q} = \sum_{p=0}^{N-M} y_p x_{p+q}$$

$$\frac{\partial L}{\partial x_s} = \sum_{q=0}^{M-1} w_q y_{s-q}$$

$$\frac{\partial L}{\partial x_s} = \sum_{q=0}^{M-1} w_q y_{s+q}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "differences of neighbours are entries, and no steps",
        r"""
Let $x \in \mathbb{R}^n$ with $n > 1$. Entries outside of $1, \dots, n$ are zero, that is $x$ is zero outside.

$$f = \frac{1}{2} \sum_{i=2}^{n} (x_i - x_{i-1})^2$$

$$f = \frac{1}{2} \sum_{i=2}^{n} x_i^2 - \sum_{i=2}^n x_i x_{i-1} + \frac{1}{2} \sum_{i=2}^n x_{i-1}^2$$

$$f = \frac{1}{2} \sum_{i=1}^{n} (x_i - x_{i-1})^2$$
""",
        "right?, wrong?",
    ),
    Trap(
        "what may lie outside is not read where nothing says what is there",
        r"""
Let $x, c \in \mathbb{R}^n$ and $f = \sum_{i=1}^n c_i x_{i+1}$.

$$f = \sum_{i=1}^n x_{i+1} c_i$$
""",
        "unsaid",
    ),
    Trap(
        "a sum from 0 is not read where nothing says that positions are counted so",
        r"""
Let $a \in \mathbb{R}^n$, $x \in \mathbb{R}^n$.

$$f = \sum_{k=0}^{n-1} a_k x_k$$

$$\frac{\partial f}{\partial a_k} = x_{k+1}$$
""",
        "unsaid, unsaid",
    ),
    Trap(
        "a size with a prime is another one",
        r"""
Let $A \in \mathbb{R}^{n \times n'}$, $x \in \mathbb{R}^{n'}$ and $f = \frac{1}{n'} \sum_{i=1}^n \sum_{j=1}^{n'} A_{ij} x_j$.

$$\frac{\partial f}{\partial A_{ij}} = \frac{1}{n'} x_j$$

$$\frac{\partial f}{\partial A_{ij}} = \frac{1}{n} x_j$$
""",
        "proved, refuted",
    ),
    Trap(
        "some of the positions of an axis",
        r"""
Let $x \in \mathbb{R}^{n+1}$ and $f = \sum_{i=1}^{n} x_i^2$.

$$f = x^\top x - \sum_{i=n+1}^{n+1} x_i^2$$

$$f = x^\top x - \sum_{i=1}^{1} x_i^2$$

$$f = x^\top x$$
""",
        "right?, wrong?, wrong?",
    ),
    Trap(
        "a function beside a letter that is a size elsewhere is no size",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$ and $\phi : \mathbb{R} \to \mathbb{R}$.

$$d_{ij} = X_{ij} w_j, \qquad G = \sum_{i=1}^n \sum_{j=1}^d \phi(X_{ij}) d_{ij}$$

$$\frac{\partial G}{\partial d_{ij}} = 2 \phi(X_{ij}) d_{ij}$$

$$\frac{\partial G}{\partial w_j} = \sum_{i=1}^n \phi(X_{ij}) X_{ij}$$
""",
        "wrong?, right?",
    ),
    Trap(
        "letters of a section in which all are numbers have the sizes of their indices",
        r"""
# A net

Inputs $x_j$ with $j=1,\dots,n$, hidden units $h_i$ with $i=1,\dots,H$ and targets $t_i$, all of them real
numbers.

$$h_i = b_i + \sum_j w_{ij} x_j, \qquad L = \frac12 \sum_i (h_i - t_i)^2$$

$$\frac{\partial L}{\partial w_{ij}} = (h_i - t_i) x_j$$

$$\frac{\partial L}{\partial x_j} = \sum_i (h_i - t_i) w_{ij}$$

$$\frac{\partial L}{\partial x_j} = \sum_i (h_i - t_i) b_i$$

# A kernel

Let $w \in \mathbb{R}^m$ and $f = w^\top w$.

$$\frac{\partial f}{\partial w} = 2 w$$
""",
        "proved, proved, wrong?, proved",
    ),
    Trap(
        "a derivative by an entry at a place",
        r"""
Let $x \in \mathbb{R}^N$, $w \in \mathbb{R}^M$ with $M \le N$; let us count from zero, with zero padding.

$$y_p = \sum_{q=0}^{M-1} w_q x_{p+q}, \qquad p = 0, \dots, N-M$$

$$\frac{\partial y_p}{\partial x_s} = \sum_{q=0}^{M-1} w_q \mathbb{1}\{s = p + q\}$$

$$\frac{\partial y_p}{\partial x_s} = \sum_{q=0}^{M-1} w_q \mathbb{1}\{s = p - q\}$$
""",
        "proved, refuted",
    ),
]


@pytest.mark.parametrize("trap", SHIFTS, ids=lambda trap: trap.name)
def test_no_verdict_is_of_another_place(trap):
    comes_out(trap)
