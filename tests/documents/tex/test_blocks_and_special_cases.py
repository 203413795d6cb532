# ruff: noqa: E501  a page is printed as its author breaks it
"""Blocks of declared arrays, inverses, primes, and what is supposed in a special case."""

from __future__ import annotations

import pytest
from test_traps import SILENT, verdicts

from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page
from gradcheck.verdicts import Verdict

P, R, S = Verdict.PROVED, Verdict.REFUTED, Verdict.ILL_SHAPED

BLOCKS = r"""
Let $x = \begin{pmatrix} x_1 \\ x_2 \end{pmatrix} \in \mathbb{R}^{p+q}$ with $x_1 \in \mathbb{R}^p$, and let $\Sigma$ be a
symmetric positive definite $(p+q) \times (p+q)$ matrix,

$$\Sigma = \begin{pmatrix} \Sigma_{11} & \Sigma_{12} \\ \Sigma_{21} & \Sigma_{22} \end{pmatrix}.$$

Let $f = x^\top \Sigma x$. Then

"""
PAGES = [
    (BLOCKS + r"$$f = x_1^\top \Sigma_{11} x_1 + 2 x_1^\top \Sigma_{12} x_2 + x_2^\top \Sigma_{22} x_2$$", [P]),
    (BLOCKS + r"$$f = x_1^\top \Sigma_{11} x_1 + x_1^\top \Sigma_{12} x_2 + x_2^\top \Sigma_{22} x_2$$", [R]),
    (BLOCKS + r"$$\Sigma_{12} = \Sigma_{21}^\top = \Sigma_{21}$$", [P, S]),
    (
        r"""
Let $A \in \mathbb{R}^{n \times n}$ be partitioned as $A = \begin{pmatrix} A_{11} & A_{12} \\ A_{21} & A_{22} \end{pmatrix}$ with $A_{11} \in \mathbb{R}^{p\times p}$. Let $B \in \mathbb{R}^{p\times p}$, $C \in \mathbb{R}^{q\times q}$.

$$\operatorname{tr}(A) = \operatorname{tr}(A_{11}) + \operatorname{tr}(A_{22}) = \operatorname{tr}(A_{11}) - \operatorname{tr}(A_{22})$$

$$\begin{pmatrix} B & 0 \\ 0 & C \end{pmatrix}^{-1} = \begin{pmatrix} B^{-1} & 0 \\ 0 & C^{-1} \end{pmatrix} = \begin{pmatrix} B^{-1} & 0 \\ 0 & C \end{pmatrix}$$
""",
        [P, R, P, R],
    ),
    (
        r"""
Let $E \in \mathbb{R}^{r\times r}$ and $u, v \in \mathbb{R}^r$.

$$\det(E + u v^\top) = (1 + v^\top E^{-1} u) \det(E) = (1 - v^\top E^{-1} u) \det(E), \qquad E E^{-1} = I$$
""",
        [P, R, P],
    ),
    (
        r"""
Let $W \in \mathbb{R}^{k\times d}$, $b \in \mathbb{R}^k$, $x \in \mathbb{R}^d$, $\tilde W = \begin{bmatrix} W & b \end{bmatrix}$ and $\tilde x = \begin{bmatrix} x \\ 1 \end{bmatrix}$.

$$\tilde W \tilde x = W x + b = W x - b$$
""",
        [P, R],
    ),
    (
        r"""
Let $b(t) = \log(1+e^t)$. Then

$$b'(t)=\frac{1}{1+e^{-t}},\qquad b''(t)=b'(t)\,(1-b'(t)).$$
""",
        [P, P],
    ),
    (
        r"""
Let $b(t) = \log(1+e^t)$. Then

$$b'(t)=\frac{1}{1+e^t},\qquad b''(t)=b'(t)\,(1-b'(t)), \qquad b''(t) = b'(t).$$
""",
        [R, P, R],
    ),
    (
        r"""
Here primes denote transposes. Let $x_1, \dots, x_n \in \mathbb{R}^d$ and $\mu \in \mathbb{R}^d$.

$$f = \sum_{i=1}^n (x_i - \mu)'(x_i - \mu), \qquad \frac{\partial f}{\partial \mu} = -2 \sum_{i=1}^n (x_i - \mu) = 2 \sum_{i=1}^n (x_i - \mu)$$
""",
        [P, R],
    ),
    (
        r"""
Let $\mathbf{A} \in \mathbb{R}^{m \times n}$, $\mathbf{X} \in \mathbb{R}^{n \times m}$ and a vector $\mathbf{a} \in \mathbb{R}^n$.

$$\operatorname{tr}(\mathbf{A} \mathbf{X}) = \sum_{i=1}^m \sum_{j=1}^n a_{ij} x_{ji} = \sum_{i=1}^m \sum_{j=1}^n a_{ij} x_{ij}, \qquad \mathbf{a}^\top \mathbf{a} = \|\mathbf{a}\|^2$$
""",
        [P, S, P],
    ),
]


@pytest.mark.parametrize(("text", "out"), PAGES)
def test_right_formulas_are_proved_and_wrong_ones_found(text, out):
    assert [verdict for _, verdict in verdicts(text)] == out


SILENT_PAGES = [
    r"""
Let $x \in \mathbb{R}^n$ and $x_1 \in \mathbb{R}^p$.

$$\frac{\partial}{\partial x} \tfrac12 x^\top x = x_2$$
""",
    r"""
Let $S$ be an $(r+q) \times (r+q)$ matrix with $S = \begin{bmatrix} S_{11} & S_{12} \\ S_{12}^\top & S_{22} \end{bmatrix}$ and $S_{11} \in \mathbb{R}^{r \times r}$.

$$S_{11} = S_{12}^\top$$
""",
    r"""
Let $x \in \mathbb{R}^n$, $L = x^\top \Sigma x$, and let $\Sigma$ be a symmetric positive definite $n \times n$ matrix. If $\Sigma = \sigma^2 I$ with $\sigma > 0$, then

$$\frac{\partial L}{\partial x} = 2 \sigma^2 x$$
""",
]


@pytest.mark.parametrize("text", SILENT_PAGES)
def test_what_is_not_clear_or_not_said_for_all_values_is_not_judged(text):
    assert {verdict for _, verdict in verdicts(text)} <= SILENT


def test_a_value_at_which_something_is_looked_at_defines_nothing():
    text = r"Let $\Sigma$ be a $q \times q$ matrix and $T \in \mathbb{R}^{q \times q}$. It vanishes at $\Sigma = T / 2$, or if $\Sigma = 3 T$."
    notes = read(page(text, "notes.md"))
    assert 'Sigma = real("Sigma", q, q)' in notes.inputs
    assert not notes.definitions


def test_the_ampersands_of_a_display_make_no_row_of_a_table():
    text = r"""Let

$$M = \begin{pmatrix} E & F \\ G & H \end{pmatrix}$$

with $E$ of size $r \times r$, $F$ of size $r \times s$, $G$ of size $s \times r$ and $H$ of size $s \times s$."""
    notes = read(page(text, "notes.md"))
    assert [line for line in notes.inputs if line.startswith("G")] == ['G = real("G", s, r)']
    assert notes.definitions == ["M = vstack([hstack([E, F]), hstack([G, H])])"]


def test_the_letter_of_entries_goes_with_what_is_declared_anew():
    text = r"""
## One

Let $\mathbf{X} = (x_{ij}) \in \mathbb{R}^{n \times p}$.

## Two

In this section $\mathbf{X}$ is square, $n \times n$, and nonsingular.

$$\frac{\partial \log\det \mathbf{X}}{\partial x_{ij}} = (\mathbf{X}^{-1})_{ji} = (\mathbf{X}^{-1})_{ij}$$
"""
    assert [verdict for _, verdict in verdicts(text)] == [P, R]


NET = r"""
We have $m$ training examples, stored as **columns** of $X$, which is $n_x \times m$, with labels $Y \in \{0,1\}^{1 \times m}$. Here `W1` is $1 \times n_x$ and `b1` is just a number.

$$Z^{[1]} = W^{[1]} X + b^{[1]}, \qquad A^{[1]} = \sigma(Z^{[1]})$$

$$\mathcal{L}^{(i)} = -y^{(i)} \log a^{[1](i)} - (1-y^{(i)}) \log(1 - a^{[1](i)}), \qquad J = \frac1m \sum_{i=1}^m \mathcal{L}^{(i)}$$

"""


def test_examples_are_columns_where_words_say_so():
    right = r"$$\frac{\partial J}{\partial W^{[1]}} = \frac1m (A^{[1]} - Y) X^T = (A^{[1]} - Y) X^T$$"
    assert [verdict for _, verdict in verdicts(NET + right)] == [P, R]
    by_one = r"$$\frac{\partial J}{\partial b^{[1]}} = \frac1m \sum_{i=1}^m (a^{[1](i)} - y^{(i)}) = \sum_{i=1}^m (a^{[1](i)} - y^{(i)})$$"
    assert [verdict for _, verdict in verdicts(NET + by_one)] == [P, R]


def test_the_case_of_a_question_is_not_that_of_the_page():
    asked = r"""**What if I want tanh?** Then $A^{[1]} = \tanh(Z^{[1]})$, and the only line that changes is

$$\frac{\partial J}{\partial Z^{[1]}} = 0$$
"""
    assert {verdict for _, verdict in verdicts(NET + asked)} <= SILENT


MIXTURE = r"""
Let $x_1, \dots, x_n \in \mathbb{R}^d$, $\mu_k \in \mathbb{R}^d$ and symmetric positive definite $\Sigma_k \in \mathbb{R}^{d \times d}$ for $k = 1, \dots, K$, and $\pi_k > 0$ with $k = 1, \dots, K$.

$$L = \sum_{i=1}^n \log \sum_{k=1}^K \pi_k \mathcal{N}(x_i \mid \mu_k, \Sigma_k), \qquad \gamma_{ik} = \frac{\pi_k \mathcal{N}(x_i \mid \mu_k, \Sigma_k)}{\sum_{l=1}^K \pi_l \mathcal{N}(x_i \mid \mu_l, \Sigma_l)}$$

$$\frac{\partial L}{\partial \mu_k} = \sum_{i=1}^n \gamma_{ik} \Sigma_k^{-1} (x_i - \mu_k) = \sum_{i=1}^n \gamma_{ik} \Sigma_k^{-1} (\mu_k - x_i)$$
"""
OF_NUMBERS = r"""
Let $x, m, s \in \mathbb{R}$ with $s > 0$ and $f = \log \mathcal{N}(x; m, s^2)$, $g = \mathcal{N}(x; m, s)$.

$$\frac{\partial f}{\partial m} = \frac{x - m}{s^2} = \frac{x-m}{s}, \qquad \frac{\partial f}{\partial s} = \frac{(x-m)^2}{s^3} - \frac1s, \qquad \frac{\partial g}{\partial m} = g$$
"""


def test_normal_densities_are_read_where_their_arguments_are_written():
    right, wrong = [verdict for _, verdict in verdicts(MIXTURE)]
    assert right in (P, Verdict.AGREES)
    assert wrong is R
    assert [verdict for _, verdict in verdicts(OF_NUMBERS)] == [P, R, P, Verdict.NOT_READ]
